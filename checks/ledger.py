"""The error budget of a run: how probable a false alarm is when everything is true.

A run raises a false alarm when a statistical test rejects a true statement (at most its level) or
misses an alternative that it must reject (at most one minus its power).  What is valid at the
finite n adds up, and the sum must stay within the budget.  Approximate tests stand apart: their
levels are not proved, so no sum of them is.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

__all__ = ["BUDGET", "ledger", "overspent"]

BUDGET = Fraction(1, 10**6)
"""The probability of a false alarm that a whole run may have."""


def ledger(findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the tests among the findings and what they spend, numbers as exact text.

    Example:
        >>> found = {"claim": "a", "part": "a", "kind": "test", "level": "1/10000000", "n": 50}
        >>> found |= {"finite": "binomial", "approximate": "", "alternatives": []}
        >>> ledger([found])["spent"]
        '1/10000000'
    """
    tests = [_entry(f) for f in findings if f["kind"] == "test" and _stated(f)]
    spent = sum((Fraction(t["false_alarm"]) for t in tests if t["finite"]), Fraction(0))
    return {"budget": str(BUDGET), "spent": str(spent), "tests": tests}


def overspent(book: Mapping[str, Any]) -> str:
    """Return how the tests of a ledger exceed the budget, or nothing."""
    spent = Fraction(book["spent"])
    if spent <= BUDGET:
        return ""
    said = f"the tests of this run alarm falsely with probability up to {float(spent):.3g}"
    return f"{said}, above the budget of {float(BUDGET):.3g}"


def _stated(finding: Mapping[str, Any]) -> bool:
    """Whether level and powers are numbers: else the finding is an error in itself."""
    try:
        _false_alarm(finding)
    except (KeyError, ValueError, ZeroDivisionError):
        return False
    return True


def _entry(finding: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("claim", "part", "level", "n", "finite", "approximate", "alternatives")
    return {**{key: finding[key] for key in kept}, "false_alarm": str(_false_alarm(finding))}


def _false_alarm(finding: Mapping[str, Any]) -> Fraction:
    """The level, and the probability to miss an alternative."""
    missed = (1 - Fraction(a["power"]) for a in finding["alternatives"])
    return Fraction(finding["level"]) + sum(missed, Fraction(0))
