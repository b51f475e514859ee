"""Twins by machine: a part's conclusion with one change, made by operators on its terms.

Each mutant is

* *refuted* by an instance that meets the assumptions, if need be one of a second, larger draw; or
* *implied*: the rules derive it from the conclusion, so it is true wherever it has a value; or
* *loose*: the conclusion is an inequality that no instance attains, and the change stays within
  what is left, so that a sharper bound may be true as well; or
* without a value (an index out of range), and then it is not counted; or
* it *survives*: the checks cannot tell it from the claim.

The last says something of the checks, not of the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from checks.bridge import Model, Undefined, decide
from checks.claim import Part
from checks.finding import Finding
from theory.judgement import Judgement, Partial, Refused
from theory.rules import RULES

__all__ = ["Mutant", "mutants", "run_mutants"]

SITES = 3
"""How many places of a conclusion each operator changes, the first of them."""

Change = Callable[[sp.Expr], sp.Expr | None]


@dataclass(frozen=True)
class Mutant:
    """A changed conclusion, and what was changed."""

    change: str
    judgement: Judgement


def _one_more(e: sp.Expr) -> sp.Expr | None:
    return e + 1 if isinstance(e, sp.Rational) else None


def _negated(e: sp.Expr) -> sp.Expr | None:
    return sp.Add(-e.args[0], *e.args[1:]) if isinstance(e, sp.Add) else None


def _transposed(e: sp.Expr) -> sp.Expr | None:
    if isinstance(e, AppliedUndef) and len(e.args) == 2 and e.args[0] != e.args[1]:
        return e.func(e.args[1], e.args[0])
    return None


def _next_power(e: sp.Expr) -> sp.Expr | None:
    if isinstance(e, sp.Pow) and e.exp.is_Integer:
        return e.base ** (e.exp + 1)
    return None


def _squared(e: sp.Expr) -> sp.Expr | None:
    return e**2 if isinstance(e, AppliedUndef) else None


def _shifted(e: sp.Expr) -> sp.Expr | None:
    return e.func(*e.args[:-1], e.args[-1] + 1) if isinstance(e, AppliedUndef) else None


def _first_left_out(e: sp.Expr) -> sp.Expr | None:
    return _limits(e, 1, 0)


def _last_left_out(e: sp.Expr) -> sp.Expr | None:
    return _limits(e, 0, -1)


def _limits(e: sp.Expr, low: int, high: int) -> sp.Expr | None:
    if not isinstance(e, sp.Sum):
        return None
    v, lo, hi = e.limits[0]
    return sp.Sum(e.function, (v, lo + low, hi + high), *e.limits[1:])


def _frequency(e: sp.Expr) -> sp.Expr | None:
    counts = isinstance(e, AppliedUndef) and e.func.__name__ in ("n", "N")
    return e / sp.Symbol("K", integer=True, positive=True) if counts else None


OPERATORS: dict[str, Change] = {
    "a constant is one more": _one_more,
    "a sign is flipped": _negated,
    "two indices change places": _transposed,
    "an exponent is one more": _next_power,
    "a factor is squared": _squared,
    "an index is shifted": _shifted,
    "a sum leaves out its first term": _first_left_out,
    "a sum leaves out its last term": _last_left_out,
    "a count becomes a share": _frequency,
}


def mutants(conclusion: Judgement) -> Iterator[Mutant]:
    """The conclusion with one change, each change at the first places where it can be made.

    Example:
        >>> from theory.notation import forall, k
        >>> from sympy import Function
        >>> p = Function("p")
        >>> [str(m.judgement) for m in mutants(forall(k)(p(k), ">=", 0))][:2]
        ['for all k in 1..K: 0 >= p(k)', 'for all k in 1..K: p(k) > 0']
    """
    if conclusion.relation == "in":
        return
    yield from _relations(conclusion)
    for name, change in OPERATORS.items():
        sites = 0
        for side in ("lhs", "rhs"):
            for changed in _changes(getattr(conclusion, side), change):
                if sites < SITES:
                    yield Mutant(
                        f"{name} ({side}, {sites + 1})", replace(conclusion, **{side: changed})
                    )
                sites += 1


def _relations(fact: Judgement) -> Iterator[Mutant]:
    lhs, rhs = fact.lhs, fact.rhs
    if fact.relation in (">", ">="):
        yield Mutant("the relation is turned", replace(fact, lhs=rhs, rhs=lhs))
    if fact.relation == ">=":
        yield Mutant("the relation is strict", replace(fact, relation=">"))
    if fact.relation == "=":
        yield Mutant("the relation is an inequality", replace(fact, relation="!="))
    if fact.relation != "!=" and rhs != 0:
        yield Mutant("the right side is 1 % more", replace(fact, rhs=rhs * sp.Rational(101, 100)))
    yield Mutant("the right side is one more", replace(fact, rhs=rhs + 1))


def _changes(e: sp.Expr, change: Change) -> Iterator[sp.Expr]:
    """The term with the change at one place, from the outside in."""
    here = change(e)
    if here is not None and here != e:
        yield here
    if isinstance(e, Partial | AppliedUndef | sp.KroneckerDelta | sp.Tuple) or not e.args:
        return
    parts = e.args[:1] if isinstance(e, sp.Sum) else e.args
    for place, part in enumerate(parts):
        for changed in _changes(part, change):
            yield e.func(*e.args[:place], changed, *e.args[place + 1 :])


def run_mutants(
    part: Part, models: Sequence[Model], more: Callable[[], Sequence[Model]] = tuple
) -> Finding:
    """Try every mutant of a part's conclusion.

    Args:
        part: the theorem.
        models: meet its assumptions.
        more: draws further models that do, for the mutants that these leave.

    Returns:
        A finding whose detail counts the mutants and names those that are loose or survive.
    """
    fates: dict[str, list[Mutant]] = {"refuted": [], "implied": [], "loose": [], "survivors": []}
    for mutant in mutants(part.theorem.conclusion):
        found = _fate(mutant.judgement, models)
        if found == "open" and _implied(mutant.judgement, part):
            found = "implied"
        if found != "no value":
            fates["survivors" if found == "open" else found].append(mutant)
    if fates["survivors"]:
        _look_further(part.theorem.conclusion, fates, models, more())
    detail: dict[str, Any] = {"made": sum(map(len, fates.values()))}
    detail |= {key: len(fates[key]) for key in ("refuted", "implied")}
    for key in ("loose", "survivors"):
        detail[key] = [{"change": m.change, "judgement": str(m.judgement)} for m in fates[key]]
    outcome = "undecided" if fates["survivors"] else "holds"
    return Finding("mutants", part.name, outcome, detail)


def _look_further(
    conclusion: Judgement,
    fates: dict[str, list[Mutant]],
    models: Sequence[Model],
    more: Sequence[Model],
) -> None:
    """Sort the survivors anew: refuted by more models, or within the slack of an inequality."""
    survivors, fates["survivors"] = fates["survivors"], []
    apart = replace(conclusion, relation="!=")
    slack = conclusion.relation in (">", ">=") and all(
        _outcome(apart, model) == "holds" for model in (*models, *more)
    )
    for mutant in survivors:
        refuted = _fate(mutant.judgement, more) == "refuted"
        fates["refuted" if refuted else "loose" if slack else "survivors"].append(mutant)


def _fate(judgement: Judgement, models: Sequence[Model]) -> str:
    """``refuted`` by a model, without a value at any, or still ``open``."""
    outcomes = set()
    for model in models:
        outcomes.add(_outcome(judgement, model))
        if "refuted" in outcomes:
            return "refuted"
    return "no value" if outcomes == {"no value"} else "open"


def _outcome(judgement: Judgement, model: Model) -> str:
    try:
        return decide(judgement, model).outcome
    except Undefined:
        return "refuted"
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return "no value"


def _implied(mutant: Judgement, part: Part) -> bool:
    """Whether the rules derive the mutant from the conclusion, or prove it by itself."""
    claim, given = part.theorem.conclusion, part.theorem.given
    known = {name: fact for name, fact in given.items() if fact.relation != "="}
    attempts = [
        ("combine", mutant, {"claim": claim, **some}, {"claim": factor})
        for factor in (sp.Integer(1), sp.Integer(-1))
        for some in ({}, given)
    ]
    for a, b in combinations(claim.ranges, 2):
        swap = {a: b, b: a}
        if (claim.lhs.xreplace(swap), claim.rhs.xreplace(swap)) == (mutant.lhs, mutant.rhs):
            attempts.append(("instance", mutant, {"claim": claim, **known}, swap))
    if mutant.relation != "=":
        alone = replace(mutant, lhs=mutant.lhs - mutant.rhs, rhs=sp.Integer(0))
        attempts += [("sign", alone, known, {}), ("sign", alone, given, {})]
    if mutant.relation in (">", ">=") and claim.relation in (">", ">="):
        strict = mutant.relation == ">" and claim.relation == ">="
        gain = (mutant.lhs - mutant.rhs) - (claim.lhs - claim.rhs)
        more = replace(mutant, lhs=gain, rhs=sp.Integer(0), relation=">" if strict else ">=")
        attempts.append(("sign", more, known, {}))
    return _multiple(mutant, claim) or any(_accepted(*attempt) for attempt in attempts)


def _accepted(rule: str, goal: Judgement, uses: Mapping[str, Judgement], where: Any) -> bool:
    try:
        RULES[rule](goal, uses, where)
    except Refused:
        return False
    return True


def _multiple(mutant: Judgement, claim: Judgement) -> bool:
    """Whether the mutant says that a multiple of the left side is 0, where that is 0.

    The factor is finite wherever the mutant has a value: its denominators are of the mutant.
    """
    if not (mutant.relation == claim.relation == "=" and mutant.rhs == claim.rhs == 0):
        return False
    factor = mutant.lhs / claim.lhs
    below = {base for base, power in factor.as_powers_dict().items() if _divides(base, power)}
    own = {base for base, power in mutant.lhs.as_powers_dict().items() if _divides(base, power)}
    return below <= own


def _divides(base: sp.Expr, power: sp.Expr) -> bool:
    return not base.is_number and not power.is_nonnegative
