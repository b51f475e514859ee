"""Every derivation replays, and every tampered one is refused; test_removal.py leaves facts out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from checks.claims import CLAIMS
from theory.derivation import Step, Theorem, check_step, replay
from theory.judgement import Judgement, Refused
from theory.rules import RULES

THEOREMS = {part.name: part.theorem for claim in CLAIMS for part in claim.body.theorems}
STEPS = [(name, step.name) for name, theorem in THEOREMS.items() for step in theorem.steps]
each_theorem = pytest.mark.parametrize("name", THEOREMS)
each_step = pytest.mark.parametrize(("name", "step_name"), STEPS)


Facts = dict[str, tuple[Judgement, frozenset[str]]]
Rule = Callable[[Judgement, Mapping[str, Judgement], Mapping[Any, Any]], None]


def key(value: Any) -> Any:
    """What tells two parameters of a rule apart."""
    if isinstance(value, Mapping):
        return tuple((key(k), key(v)) for k, v in value.items())
    if isinstance(value, tuple):
        return tuple(map(key, value))
    return (id(value),) if isinstance(value, Theorem) else (type(value), value)


def remembering(rule: Rule) -> Rule:
    """A rule that says the same again to the same question, without thinking again."""
    refused: dict[Any, str] = {}

    def asked(goal: Judgement, facts: Mapping[str, Judgement], where: Mapping[Any, Any]) -> None:
        question = goal, tuple(facts.items()), key(where)
        if question not in refused:
            try:
                rule(goal, facts, where)
            except Refused as reason:
                refused[question] = str(reason) or "no reason"
            else:
                refused[question] = ""
        if refused[question]:
            raise Refused(refused[question])

    return asked


@pytest.fixture(scope="module", autouse=True)
def rules_remember() -> Iterator[None]:
    """The steps before a change are not checked anew for each change."""
    with pytest.MonkeyPatch.context() as patch:
        for name, rule in RULES.items():
            patch.setitem(RULES, name, remembering(rule))
        yield


@cache
def all_facts(name: str) -> dict[str, Facts]:
    """For each step of a theorem, the facts before it."""
    theorem = THEOREMS[name]
    facts: Facts = {fact: (said, frozenset()) for fact, said in theorem.given.items()}
    before = {}
    for step in theorem.steps:
        before[step.name] = facts
        facts = {**facts, step.name: (step.judgement, check_step(step, facts, theorem))}
    return before


def facts_before(name: str, step_name: str) -> Facts:
    return all_facts(name)[step_name]


def step_of(name: str, step_name: str) -> Step:
    return next(step for step in THEOREMS[name].steps if step.name == step_name)


def made_false(judgement: Judgement) -> list[Judgement]:
    if judgement.relation == "in":
        lo, hi = judgement.rhs
        return [replace(judgement, rhs=type(judgement.rhs)(lo + 1, hi))]
    changed = [replace(judgement, lhs=judgement.rhs - 1, rhs=judgement.lhs)]
    if judgement.relation == "=":
        changed += [
            replace(judgement, rhs=judgement.rhs + 1),
            replace(judgement, rhs=judgement.rhs + 1, relation=">="),
            replace(judgement, relation="!="),
        ]
    return changed


@each_theorem
def test_derivation_replays(name: str) -> None:
    assert replay(THEOREMS[name]).rules


@each_step
def test_step_with_a_false_statement_is_refused(name: str, step_name: str) -> None:
    theorem, step = THEOREMS[name], step_of(name, step_name)
    for statement in made_false(step.judgement):
        tampered = replace(step, judgement=statement)
        if step.by in ("suppose", "let"):  # it may be anything, but then nothing follows
            steps = tuple(tampered if s is step else s for s in theorem.steps)
            with pytest.raises(Refused):
                replay(replace(theorem, steps=steps))
        else:
            with pytest.raises(Refused):
                check_step(tampered, facts_before(name, step_name), theorem)


@each_step
def test_step_under_another_rule_is_refused(name: str, step_name: str) -> None:
    theorem, step = THEOREMS[name], step_of(name, step_name)
    for rule in set(RULES) - {step.by, "suppose"}:
        with pytest.raises(Refused):
            check_step(replace(step, by=rule), facts_before(name, step_name), theorem)


@each_theorem
def test_an_end_that_is_only_supposed_is_refused(name: str) -> None:
    theorem = THEOREMS[name]
    *steps, last = theorem.steps
    supposed = replace(last, by="suppose", uses=(), where={})
    with pytest.raises(Refused):
        replay(replace(theorem, steps=(*steps, supposed)))


@each_theorem
def test_another_conclusion_is_refused(name: str) -> None:
    theorem: Theorem = THEOREMS[name]
    for statement in made_false(theorem.conclusion):
        with pytest.raises(Refused, match="the last step does not say"):
            replay(replace(theorem, conclusion=statement))
