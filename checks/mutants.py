"""Twins by machine: a part's conclusion with one change, made by operators on its terms.

Each mutant is *refuted* by an instance that meets the assumptions, or *implied* (the rules derive
it from the conclusion, so it is true), or has no value (an index out of range), or it *survives*:
the checks cannot tell it from the claim.  That says something of the checks, not of the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

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


def run_mutants(part: Part, models: list[Model]) -> Finding:
    """Try every mutant of a part's conclusion at the models, which meet its assumptions.

    Returns:
        A finding whose detail counts the mutants and names those that survive.
    """
    refuted, implied, survivors = 0, 0, []
    for mutant in mutants(part.theorem.conclusion):
        outcomes = {_outcome(mutant.judgement, model) for model in models}
        if outcomes == {"no value"}:
            continue
        if "refuted" in outcomes:
            refuted += 1
        elif _implied(mutant.judgement, part):
            implied += 1
        else:
            survivors.append({"change": mutant.change, "judgement": str(mutant.judgement)})
    made = refuted + implied + len(survivors)
    detail = {"made": made, "refuted": refuted, "implied": implied, "survivors": survivors}
    return Finding("mutants", part.name, "undecided" if survivors else "holds", detail)


def _outcome(judgement: Judgement, model: Model) -> str:
    try:
        return decide(judgement, model).outcome
    except Undefined:
        return "refuted"
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return "no value"


def _implied(judgement: Judgement, part: Part) -> bool:
    """Whether the rules derive the mutant from the conclusion, or prove it by itself."""
    facts = {"claim": part.theorem.conclusion, **part.theorem.given}
    for factor in (sp.Integer(1), sp.Integer(-1)):
        for uses in ({"claim": facts["claim"]}, facts):
            try:
                RULES["combine"](judgement, uses, {"claim": factor})
            except Refused:
                continue
            return True
    return False
