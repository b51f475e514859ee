"""Evidence without a derivation, run: enumerations, statistical tests, tables, and their twins.

* enumeration: each case is compared here, exactly or in balls; the first that fails refutes, none
  at all is an error.  A variant of it must be refuted.
* test: refuted when it rejects.  The same test, run on each named alternative, must reject.
* table: rows of numbers, for the reader.
* literature: a theorem that is cited; it is only seen to be well formed.

A float or a boolean in an enumeration is an error: neither says what it was computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import isfinite
from numbers import Rational, Real
from typing import Any

from flint import arb, fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly, fmpz_mat, fmpz_mpoly, fmpz_poly
from sympy import Poly
from sympy.polys.fields import FracElement
from sympy.polys.rings import PolyElement

from checks.claim import Alternative, Case, Enumeration, Literature, StatisticalTest, Table, Variant
from checks.finding import Finding
from checks.seeds import generator
from numeric.arithmetic import ball
from numeric.exact import Log, rational
from theory.derivation import replay
from theory.judgement import Refused

__all__ = ["compare", "on_alternative", "on_variant", "read_literature", "run_enumeration"]
__all__ += ["run_table", "run_test"]

FLINT = (fmpz_poly, fmpq_poly, fmpz_mpoly, fmpq_mpoly, fmpz_mat, fmpq_mat)
FORMS = (Log, *FLINT, Poly, PolyElement, FracElement)
"""Normal forms: two of them are equal exactly if what they stand for is."""

SHORT = 200
"""Characters of a value that a finding shows."""


def compare(case: Case, rung: str) -> str:
    """Whether the case holds: ``holds``, ``refuted``, or of balls ``undecided``.

    Raises:
        TypeError: the two sides are no exact values (no balls) or not of one kind.
        ValueError: the relation is unknown.

    Example:
        >>> compare(Case({}, Fraction(1, 2), "<", 1), "exact")
        'holds'
        >>> compare(Case({}, arb(1, 0.1), "<", arb(1)), "certified")
        'undecided'
    """
    lhs, relation, rhs = case.lhs, case.relation, case.rhs
    if relation in ("<", "<="):
        lhs, relation, rhs = rhs, relation.replace("<", ">"), lhs
    if relation not in ("=", "!=", ">", ">="):
        raise ValueError(f"the relation {case.relation!r}: expected one of = != > >= < <=")
    if rung == "certified":
        return _in_balls(lhs, relation, rhs)
    lhs, rhs = _exact(lhs), _exact(rhs)
    if relation in ("=", "!="):
        truth = _equal(lhs, rhs) == (relation == "=")
    elif isinstance(lhs, fmpq) and isinstance(rhs, fmpq):
        truth = lhs > rhs or (relation == ">=" and lhs == rhs)
    else:
        raise TypeError(f"{_text(lhs)} {relation} {_text(rhs)}: only rationals have an exact order")
    return "holds" if truth else "refuted"


def _exact(x: Any) -> Any:
    """The value in the form in which it is compared."""
    if isinstance(x, tuple):
        return tuple(map(_exact, x))
    domain = getattr(getattr(x, "ring", getattr(x, "field", x)), "domain", None)
    if isinstance(x, FORMS) and getattr(domain, "is_Exact", True):
        return x
    return rational(x)


def _equal(x: Any, y: Any) -> bool:
    if isinstance(x, tuple) and isinstance(y, tuple):
        return len(x) == len(y) and all(map(_equal, x, y))
    if _family(x) != _family(y):
        raise TypeError(f"{_text(x)} and {_text(y)} are not values of one kind")
    return bool(x == y)


def _family(x: Any) -> Any:
    """What two values must share to be compared: the ring of polynomials, for instance."""
    if isinstance(x, fmpq | Log):
        return "number"
    if isinstance(x, Poly):
        return Poly, x.gens, x.domain
    if isinstance(x, PolyElement | FracElement):
        return x.parent()
    return type(x), x.context().names() if isinstance(x, fmpz_mpoly | fmpq_mpoly) else ()


def _in_balls(lhs: Any, relation: str, rhs: Any) -> str:
    difference = ball(lhs) - ball(rhs)
    above, below, same = difference > 0, difference < 0, difference.is_zero()
    holds, fails = {
        "=": (same, above or below),
        "!=": (above or below, same),
        ">": (above, difference <= 0),
        ">=": (difference >= 0, below),
    }[relation]
    return "holds" if holds else "refuted" if fails else "undecided"


def _text(x: Any) -> str:
    text = x.str(20) if isinstance(x, arb) else str(x)
    return text if len(text) <= SHORT else f"{text[:SHORT]}... ({len(text)} characters)"


def run_enumeration(part: Enumeration) -> Finding:
    """Decide every case."""
    detail = {"rung": part.rung, "scope": part.scope, "engines": list(part.engines)}
    if part.rung not in ("exact", "certified") or not part.scope.strip():
        detail["message"] = "it must say its scope, and a rung that is exact or certified"
        return Finding("enumeration", part.name, "error", detail)
    outcome, found = _decide(part.cases, part.rung)
    return Finding("enumeration", part.name, outcome, {**detail, **found})


def on_variant(part: Enumeration, variant: Variant) -> Finding:
    """Decide the cases of a variant until one is refuted."""
    outcome, found = _decide(variant.cases, part.rung)
    detail = {"change": variant.change, **found}
    if outcome != "refuted":
        detail["message"] = found.get("message", "the change is not refuted")
    return Finding("twin", part.name, "holds" if outcome == "refuted" else "error", detail)


def _decide(cases: Callable[[], Iterable[Case]], rung: str) -> tuple[str, dict[str, Any]]:
    """The outcome of all cases, and where the first stands that fails or is undecided."""
    count, undecided = 0, 0
    doubt: dict[str, Any] = {}
    for case in cases():
        where = {str(k): v if isinstance(v, int) else str(v) for k, v in case.where.items()}
        try:
            outcome = compare(case, rung)
        except (TypeError, ValueError) as reason:
            return "error", {"where": where, "message": f"a case cannot be decided: {reason}"}
        count += 1
        seen = {"where": where, "lhs": _text(case.lhs), "rhs": _text(case.rhs)}
        if outcome == "refuted":
            return "refuted", {"effective": count, **seen}
        if outcome == "undecided":
            undecided, doubt = undecided + 1, doubt or seen
    if not count:
        return "error", {"effective": 0, "message": "there is no case"}
    tally = {"effective": count, "decided": count - undecided, "undecided": undecided, **doubt}
    return ("undecided" if undecided else "holds"), tally


def run_test(part: StatisticalTest, alternatives: Sequence[Alternative], seed: int) -> Finding:
    """Run a test on draws as its statement says."""
    detail: dict[str, Any] = {
        "level": str(part.level),
        "n": part.n,
        "finite": part.finite,
        "approximate": part.approximate,
        "alternatives": [{"change": a.change, **_power(a)} for a in alternatives],
        "engines": list(part.engines),
    }
    ill_stated = _ill_stated(part, alternatives)
    if ill_stated:
        return Finding("test", part.name, "error", {**detail, "message": ill_stated})
    outcome, found = _run(part, part.draw, seed, "draw")
    return Finding("test", part.name, outcome, {**detail, **found})


def on_alternative(part: StatisticalTest, alternative: Alternative, seed: int) -> Finding:
    """Run a test on draws from an alternative."""
    outcome, found = _run(part, alternative.draw, seed, alternative.change)
    detail = {"change": alternative.change, **_power(alternative), **found}
    if outcome == "holds":
        detail["message"] = f"the alternative is not rejected: {found['message']}"
    return Finding("twin", part.name, "holds" if outcome == "refuted" else "error", detail)


def _power(alternative: Alternative) -> dict[str, str]:
    """The power, and what it takes for granted."""
    given = {"given": alternative.given} if alternative.given else {}
    return {"power": str(alternative.power), **given}


def _ill_stated(part: StatisticalTest, alternatives: Sequence[Alternative]) -> str:
    """What a test fails to say, or nothing."""
    if not _probability(part.level):
        return f"the level {part.level!r}: expected a Fraction between 0 and 1"
    if part.n < 1:
        return f"n = {part.n}: expected a positive size of the sample"
    if bool(part.finite.strip()) == bool(part.approximate.strip()):
        return "it must say what makes its level valid at this n, or how far off the level is"
    if not alternatives:
        return "it names no alternative that it rejects"
    for alternative in alternatives:
        if not alternative.change.strip():
            return "it does not say what an alternative is"
        if not _probability(alternative.power):
            power = f"the power {alternative.power!r} against {alternative.change!r}"
            return f"{power}: expected a Fraction between 0 and 1"
    return ""


def _probability(x: object) -> bool:
    return isinstance(x, Fraction) and 0 < x < 1


def _run(
    part: StatisticalTest, draw: Callable[[Any], Any], seed: int, key: str
) -> tuple[str, dict[str, Any]]:
    """One run of a test: ``refuted`` if it rejects."""
    data = draw(generator(seed, part.name, key))
    value = part.statistic(data)
    limit = part.level if part.critical is None else part.critical
    found, bound = _real(value), _real(limit)
    p_value = part.critical is None
    if found is None or bound is None or (p_value and found < 0):
        return "error", {"message": f"the statistic is {value!r}, its limit {limit!r}: no number"}
    rejects = found <= bound if p_value else found > bound
    what = "the p-value" if p_value else "the statistic"
    said = f"{what} is {float(found):.6g}, the test rejects "
    said += f"{'at most at' if p_value else 'above'} {float(bound):.6g}"
    said += f"; {part.counted(data)}" if part.counted else ""
    return ("refuted" if rejects else "holds"), {"message": said, "seed": seed}


def _real(x: Any) -> Fraction | None:
    """A number as it is, or None."""
    if isinstance(x, fmpq):
        return Fraction(int(x.p), int(x.q))
    if isinstance(x, bool):
        return None
    if isinstance(x, Rational):
        return Fraction(x)
    return Fraction(float(x)) if isinstance(x, Real) and isfinite(x) else None


def run_table(part: Table) -> Finding:
    """Collect the rows."""
    rows = [list(row) for row in part.rows()]
    detail: dict[str, Any] = {"engines": list(part.engines), "columns": list(part.columns)}
    if not rows or any(len(row) != len(part.columns) for row in rows):
        message = f"expected rows of {len(part.columns)} entries, one for each column"
        return Finding("table", part.name, "error", {**detail, "message": message})
    return Finding("table", part.name, "holds", {**detail, "rows": [_texts(row) for row in rows]})


def _texts(row: Iterable[Any]) -> list[str]:
    return [f"{x:.6g}" if isinstance(x, float) else _text(x) for x in row]


def read_literature(part: Literature) -> Finding:
    """See that a cited theorem is well formed and says where it is proved."""
    reference = part.theorem.reference
    detail = {"reference": reference, "assumes": [a.name for a in part.theorem.assumptions]}
    if not reference.strip() or reference != part.reference:
        message = f"its theorem has the reference {reference!r}, its card {part.reference!r}"
        return Finding("literature", part.name, "error", {**detail, "message": message})
    try:
        replay(part.theorem)
    except Refused as reason:
        return Finding("literature", part.name, "error", {**detail, "message": str(reason)})
    return Finding("literature", part.name, "holds", detail)
