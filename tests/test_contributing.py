"""The patterns of CONTRIBUTING.md run, replay, and cannot be tampered with."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sympy import Integer

from checks.claim import MARKS
from checks.kinds import on_alternative, on_variant, run_enumeration, run_test
from checks.ledger import ledger, overspent
from theory.derivation import Step, Theorem, replay
from theory.judgement import Refused
from theory.rules import RULES

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
NAMES = ("variance", "triangular", "regrouping")
each_pattern = pytest.mark.parametrize("name", NAMES)


@cache
def namespace() -> dict[str, Any]:
    """Run the blocks one after the other, as a reader would."""
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block, names)
    return names


def patterns() -> dict[str, Theorem]:
    """The theorems by name."""
    return {t.name: t for t in namespace().values() if isinstance(t, Theorem)}


def tampered(theorem: Theorem, name: str, **change: Any) -> Theorem:
    steps = tuple(replace(s, **change) if s.name == name else s for s in theorem.steps)
    return replace(theorem, steps=steps)


def one_more(step: Step) -> Any:
    return replace(step.judgement, rhs=step.judgement.rhs + 1)


def equations(theorem: Theorem) -> list[Step]:
    return [step for step in theorem.steps if step.judgement.relation == "="]


def test_the_blocks_make_the_patterns() -> None:
    assert set(patterns()) == set(NAMES)


@each_pattern
def test_the_pattern_replays(name: str) -> None:
    assert replay(patterns()[name]).rules


@each_pattern
def test_a_wrong_step_is_refused(name: str) -> None:
    theorem = patterns()[name]
    for step in equations(theorem):
        with pytest.raises(Refused):
            replay(tampered(theorem, step.name, judgement=one_more(step)))


@each_pattern
def test_another_conclusion_is_refused(name: str) -> None:
    theorem = patterns()[name]
    false = one_more(theorem.steps[-1])
    last = theorem.steps[-1].name
    with pytest.raises(Refused):
        replay(replace(tampered(theorem, last, judgement=false), conclusion=false))


@each_pattern
def test_a_pattern_with_a_step_or_an_assumption_less_is_refused(name: str) -> None:
    theorem = patterns()[name]
    for dropped in theorem.steps:
        with pytest.raises(Refused):
            replay(replace(theorem, steps=tuple(s for s in theorem.steps if s is not dropped)))
    for assumption in theorem.assumptions:
        rest = tuple(other for other in theorem.assumptions if other is not assumption)
        with pytest.raises(Refused):
            replay(replace(theorem, assumptions=rest))


@pytest.mark.parametrize("name", ["triangular", "regrouping"])
def test_a_wrong_base_case_is_refused(name: str) -> None:
    theorem = patterns()[name]
    base = theorem.steps[0]
    with pytest.raises(Refused, match="step base"):
        replay(tampered(theorem, "base", judgement=one_more(base)))
    supposed = tampered(theorem, "base", judgement=one_more(base), by="suppose", uses=(), where={})
    with pytest.raises(Refused, match="step all"):
        replay(supposed)


def test_an_induction_from_one_does_not_reach_zero() -> None:
    theorem = patterns()["triangular"]
    last = theorem.steps[-1]
    [(m, _, end)] = last.judgement.forall
    for lo in (-1, 1):
        said = replace(last.judgement, forall=((m, Integer(lo), end),))
        with pytest.raises(Refused, match="step all"):
            replay(replace(tampered(theorem, "all", judgement=said), conclusion=said))


def test_every_rule_has_its_line() -> None:
    lines = re.findall(r"^\| `(\w+)` \|", TEXT.partition("## Names")[0], flags=re.MULTILINE)
    assert sorted(lines) == sorted(RULES)


def test_the_enumeration_holds_and_its_variant_is_refuted() -> None:
    counted, one_more = namespace()["counted"], namespace()["one_more"]
    found = run_enumeration(counted)
    assert (found.outcome, found.detail["effective"]) == ("holds", 9)
    assert on_variant(counted, one_more).outcome == "holds"


def test_the_statistical_test_stays_within_the_budget_and_rejects_its_alternative() -> None:
    fair, biased = namespace()["fair"], namespace()["biased"]
    for seed in range(20):
        assert run_test(fair, [biased], seed).outcome == "holds"
        assert on_alternative(fair, biased, seed).outcome == "holds"
    detail = run_test(fair, [biased], 0).detail
    book = ledger([{"kind": "test", "claim": "fair-coin", "part": "fair-coin", **detail}])
    assert len(book["tests"]) == 1
    assert overspent(book) == ""


def test_every_mark_has_its_line() -> None:
    lines = re.findall(r"^\| `([a-z]+)` \| `([a-z]+)` \|", TEXT, flags=re.MULTILINE)
    assert dict(lines) == MARKS
