"""Each claim with its evidence; and planted faults, which its evidence must see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from sympy import Wild

from checks import computed
from checks.claim import Claim, Literature, Part, Table, Twin, Witness
from checks.claims import CLAIMS
from checks.evidence import _cross_check, _engine, _twin, _witness, examine
from checks.finding import Finding
from numeric.instance import Instance
from theory.attention import w, x
from theory.derivation import replay
from theory.likelihood import LOGITS, loss
from theory.notation import L

PARTS = {part.name: part for claim in CLAIMS for part in claim.body.theorems}
each_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def no_mutants(part: Part, *_: object) -> Finding:
    """`ccmc verify --twins` makes the changes by machine; they would take half of the time here."""
    return Finding("mutants", part.name, "holds", {})


@each_claim
def test_everything_that_supports_the_claim_holds(
    claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.evidence._mutants", no_mutants)
    found = examine(claim, seed=1, examples=4, twins=True).findings
    assert [f for f in found if f.outcome != "holds"] == []
    checks = [finding for finding in found if finding.kind == "cross-check"]
    assert all(finding.detail["effective"] == finding.detail["drawn"] for finding in checks)


@each_claim
def test_every_assumption_of_every_part_has_a_witness_or_a_reason(claim: Claim) -> None:
    body = claim.body
    wanted = {(part.name, a.name) for part in body.theorems for a in part.theorem.assumptions}
    assert {(drop.part, drop.drops) for drop in body.witnesses} == wanted


@each_claim
def test_every_part_has_a_twin(claim: Claim) -> None:
    without = (Table, Literature)
    parts = [part for part in claim.body.parts if not isinstance(part, without)]
    wanted = {part.name for part in parts if not getattr(part, "unchecked", "")}
    assert {twin.part for twin in claim.body.twins} == wanted


@each_claim
def test_the_claim_keeps_its_id_in_the_names_of_its_parts(claim: Claim) -> None:
    names = [part.name for part in claim.body.parts]
    assert names[0].split("/")[0] == claim.id
    assert {name.split("/")[0] for name in names} == {claim.id}


def test_the_names_of_parts_are_unique() -> None:
    names = [part.name for claim in CLAIMS for part in claim.body.parts]
    assert len(set(names)) == len(names)


def test_replaying_twice_gives_the_same_trace() -> None:
    for part in list(PARTS.values())[::8]:
        assert replay(part.theorem) == replay(part.theorem)


def spoiled(part: Part, name: str, change: Callable[[Any], Any]) -> Part:
    """The part with one computed function changed."""

    def functions(at: Any) -> dict[str, Any]:
        made = dict(part.computed(at))
        right = made[name]
        return {**made, name: lambda *indices: change(right(*indices))}

    return replace(part, computed=functions)


@each_claim
def test_what_needs_a_readout_says_so(claim: Claim) -> None:
    assumed = {a.name for part in claim.body.theorems for a in part.theorem.assumptions}
    assert "readout" not in assumed or r"C E^\top = I" in claim.statement


def test_the_loss_that_is_convex_is_the_loss_of_the_layer() -> None:
    of_layer = PARTS["likelihood-convex"].theorem.conclusion.rhs
    at_V = of_layer.replace(w(x(L), Wild("token")), LOGITS[0](Wild("token")))
    assert at_V == loss(LOGITS[0])
    assert PARTS["likelihood-convex/convex"].theorem.conclusion.lhs.has(loss(LOGITS[0]))


def test_a_wrong_definition_is_refuted_by_the_second_engine() -> None:
    part = PARTS["fisher-is-laplacian/edge"]
    law, *others = part.theorem.definitions
    square = replace(law, judgement=replace(law.judgement, rhs=law.judgement.rhs**2))
    wrong = replace(part, theorem=replace(part.theorem, definitions=(square, *others)))
    found = _engine(wrong, 1)
    assert (found.outcome, found.detail["step"]) == ("refuted", "p")


def test_a_layer_with_a_wrong_law_is_refuted_by_the_cross_check() -> None:
    wrong = spoiled(PARTS["attention-is-ccmc"], "p", lambda p: p * p)
    found = _cross_check(wrong, 1, 40)
    assert found.outcome == "refuted"
    assert set(found.detail["instance"]) >= {"E", "C", "W", "x"}


def test_a_layer_with_a_wrong_law_is_refuted_by_the_second_engine() -> None:
    wrong = spoiled(PARTS["attention-is-ccmc"], "p", lambda p: p * p)
    assert _engine(wrong, 1).outcome == "refuted"


def test_instances_that_never_meet_the_assumptions_are_not_counted_as_effective() -> None:
    part = PARTS["attention-is-ccmc"]
    broken = replace(
        part,
        instances=lambda K: part.instances(K).map(
            lambda at: at.replace(C=tuple(tuple(2 * c for c in row) for row in at["C"]))
        ),
    )
    found = _cross_check(broken, 1, 20)
    assert found.outcome == "undecided"
    assert "effective" not in found.detail


def test_a_witness_that_meets_every_assumption_is_an_error() -> None:
    claim = next(claim for claim in CLAIMS if claim.id == "attention-is-ccmc")
    part, twin = claim.body.theorems[0], claim.body.twins[0]
    assert isinstance(twin, Twin)
    witness = next(drop for drop in claim.body.witnesses if isinstance(drop, Witness))
    assert _witness(part, witness).outcome == "holds"
    assert _witness(part, replace(witness, instance=twin.instance)).outcome == "error"


@pytest.mark.parametrize("name", ["attention-is-ccmc", "gauge-directions", "risk-gap-is-kl"])
def test_witnesses_are_evaluated_without_any_rule_of_the_derivations(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = next(claim for claim in CLAIMS if claim.id == name).body
    parts = {part.name: part for part in body.theorems}
    monkeypatch.setattr("theory.rules.RULES", {})
    monkeypatch.setattr("checks.evidence.replay", None)
    for normal_form in ("theory.sums.equal", "theory.rules.equal", "sympy.Poly"):
        monkeypatch.setattr(normal_form, None)
    for drop in body.witnesses:
        without = parts[drop.part].theorem
        bare = replace(parts[drop.part], theorem=replace(without, steps=()))
        assert _witness(bare, drop).outcome == "holds"


def test_a_twin_that_is_true_is_an_error() -> None:
    claim = next(claim for claim in CLAIMS if claim.id == "attention-is-ccmc")
    part, twin = claim.body.theorems[0], claim.body.twins[0]
    assert isinstance(twin, Twin)
    assert _twin(part, twin).outcome == "holds"
    assert _twin(part, replace(twin, conclusion=part.theorem.conclusion)).outcome == "error"


def test_every_size_is_cross_checked_and_every_sum_is_tried_with_random_tables() -> None:
    part = PARTS["attention-is-ccmc"]
    assert _cross_check(part, 1, 8).detail["K"] == [1, 2, 3, 4]
    engine = _engine(part, 1)
    assert engine.detail["sizes"] == [1, 2, 3]
    sums = [step for step in part.theorem.steps if step.by == "sums"]
    assert engine.detail["random"] == 9 * len(sums) > 0


def test_a_case_that_balls_cannot_decide_leaves_the_cross_check_undecided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("checks.bridge._same_form", lambda *_: False)
    part = PARTS["positivity-needed/rate"]
    along = Instance(K=2, L=1, d=2, E=((1, 0), (0, 1)), C=((1, 0), (0, 1)), x=(0,))
    along = along.replace(W=(("log(2)", 0), ("log(1/2)", 0)))  # both sides are equal here
    found = _cross_check(replace(part, instances=lambda _: st.just(along)), 1, 4)
    assert found.outcome == "undecided"
    assert found.detail["undecided"] > 0


def test_prompts_of_several_tokens_and_absent_tokens_are_drawn() -> None:
    from hypothesis import find

    from checks.strategies import prompt

    assert len(find(prompt(2), lambda x: len(x) >= 4)) >= 4
    assert find(prompt(3), lambda x: len(x) >= 3 and 1 not in x)


def test_logits_of_size_ten_thousand_are_drawn_and_decided() -> None:
    from hypothesis import find

    from checks.strategies import layer
    from numeric.exact import Log

    part = PARTS["attention-is-ccmc"]
    extreme = Log.of(2) * 10_000
    at = find(layer(2), lambda at: any(extreme in row for row in at["W"]))
    assert at["K"] == 2
    p = computed.law(at)
    assert sum(p(k) for k in (1, 2)) == 1
    assert part.least == 1
