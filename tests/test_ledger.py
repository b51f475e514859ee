"""The error budget: what is added up, and what stands apart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from checks.ledger import BUDGET, ledger, overspent


def found(level: object, finite: str = "binomial", powers: tuple[str, ...] = ()) -> dict[str, Any]:
    alternatives = [{"change": "other", "power": power} for power in powers]
    return {
        "kind": "test",
        "claim": "a",
        "part": "b",
        "level": level,
        "n": 50,
        "finite": finite,
        "approximate": "" if finite else "measured",
        "alternatives": alternatives,
        "outcome": "holds",
    }


def test_levels_and_missed_alternatives_add_up_where_the_test_is_valid() -> None:
    book = ledger(
        [
            found("1/1000", powers=("9/10", "99/100")),
            found("1/100"),
            found("1/2", finite=""),
            {"kind": "table"},
        ]
    )
    assert book["spent"] == str(Fraction(1, 1000) + Fraction(11, 100) + Fraction(1, 100))
    assert [t["false_alarm"] for t in book["tests"]] == ["111/1000", "1/100", "1/2"]
    assert book["budget"] == str(BUDGET)
    assert book["tests"][1] == {
        "claim": "a",
        "part": "b",
        "level": "1/100",
        "n": 50,
        "finite": "binomial",
        "approximate": "",
        "alternatives": [],
        "false_alarm": "1/100",
    }


def test_what_states_no_level_or_power_is_not_added_up() -> None:
    without = found("1/10")
    del without["level"]
    wrong = [found("a tenth"), found("1/0"), found("1/10", powers=("much",)), without]
    assert ledger([*wrong, found("1/100")])["spent"] == "1/100"
    assert ledger(wrong) == {"budget": str(BUDGET), "spent": "0", "tests": []}


def test_the_budget_may_be_spent_and_no_more() -> None:
    assert overspent({"spent": str(BUDGET)}) == ""
    said = overspent({"spent": str(2 * BUDGET)})
    assert said == (
        "the tests of this run alarm falsely with probability up to 2e-06, "
        "above the budget of 1e-06"
    )
