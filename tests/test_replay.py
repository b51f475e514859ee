"""A recorded witness, twin or failure runs again by itself."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import helpers
import pytest
from hypothesis import strategies as st
from sympy import Function, Sum, Symbol

from checks.claim import Body, Part, Twin
from checks.claims import CLAIMS
from checks.cli import run
from checks.evidence import examine
from checks.record import BadRecord, Record, versions
from checks.registry import Registry
from checks.replay import load_payload, replay
from checks.worker import Settings, examine_claim
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.judgement import Judgement

fake_run = pytest.fixture(helpers.fake_run)
registry = pytest.fixture(helpers.registry)


def witnesses(record: Record) -> list[dict[str, Any]]:
    return [w for claim in record["claims"] for w in claim["witnesses"] if w["kind"] == "witness"]


def test_every_witness_of_a_record_can_be_taken_out_and_run(
    fake_run: Record, registry: Registry, tmp_path: Path
) -> None:
    for witness in witnesses(fake_run):
        path = tmp_path / "witness.json"
        path.write_text(json.dumps(witness))
        found = replay(load_payload(path), registry, "fake_claims:recheck")
        assert (found.outcome, found.same) == ("holds", True)


def test_every_witness_and_twin_of_a_claim_gives_its_outcome_again() -> None:
    settings = replace(Settings(), examples=4, twins=True)
    answer = examine_claim("attention-is-ccmc", settings)
    payloads = [f for f in answer["findings"] if f["kind"] in ("witness", "twin")]
    assert len(payloads) > 1
    for payload in payloads:
        assert replay(payload, Registry(CLAIMS)).same


def test_what_the_second_engine_refuted_is_a_step_and_is_evaluated_again() -> None:
    [part] = CLAIMS[0].body.theorems
    twin = next(twin for twin in CLAIMS[0].body.twins if isinstance(twin, Twin))
    *first, last = part.theorem.steps
    wrong = replace(last, judgement=twin.conclusion)
    theorem = replace(part.theorem, steps=(*first, replace(last, name="right"), wrong))
    parts = (replace(part, theorem=theorem),)
    registry = Registry([replace(CLAIMS[0], build=partial(Body, parts, (), ()))])
    payload: dict[str, Any] = {"claim": CLAIMS[0].id, "part": part.name, "kind": "engine"}
    payload |= {"instance": twin.instance.to_json()}
    found = replay(payload | {"step": last.name}, registry)
    assert (found.outcome, found.same) == ("refuted", True)
    found = replay(payload | {"step": "right"}, registry)
    assert (found.outcome, found.same) == ("holds", False)
    with pytest.raises(BadRecord, match="has no step 'lost'"):
        replay(payload | {"step": "lost"}, registry)


@pytest.mark.parametrize(("last", "outcome"), [(2, "holds"), (3, "refuted")])
def test_random_tables_that_refuted_a_step_are_drawn_again(last: int, outcome: str) -> None:
    i, f = Symbol("i", integer=True), Function("f")
    judgement = Judgement(Sum(f(i), (i, 1, 2)), "=", f(1) + f(last))
    theorem = Theorem("tables", judgement, (), (), (Step("last", judgement, "sums"),))
    part = Part(theorem, lambda K: st.just(Instance(K=K, f=(1, 1, 1))))
    claim = replace(CLAIMS[0], id="tables", build=partial(Body, (part,), (), ()))
    found = examine(claim, 7, 4, twins=False).findings
    [engine] = [finding for finding in found if finding.kind == "engine"]
    assert engine.outcome == outcome
    payload = {"claim": "tables", "part": "tables", "kind": "engine", "seed": 7}
    payload |= {"instance": {"K": 1, "random": True}, **engine.detail}
    assert replay(payload, Registry([claim])).outcome == outcome


def test_versions_that_differ_are_named(tmp_path: Path, capsys: Any) -> None:
    witness = next(w for w in CLAIMS[0].body.witnesses if hasattr(w, "instance"))
    payload = {
        "claim": CLAIMS[0].id,
        "part": witness.part,
        "kind": "witness",
        "drops": witness.drops,
        "instance": witness.instance.to_json(),
    }
    assert replay(payload, Registry(CLAIMS)).differing == ()
    assert replay(payload | {"versions": versions()}, Registry(CLAIMS)).differing == ()
    path = tmp_path / "witness.json"
    for outcome, compared, code in (("holds", "as", 0), ("error", "but error is", 1)):
        other = {"versions": versions() | {"sympy": "1.2", "gmp": "6"}, "outcome": outcome}
        path.write_text(json.dumps(payload | other))
        assert run(["replay", str(path)]) == code
        said = capsys.readouterr().out.splitlines()
        assert said[0] == f"{witness.part}, witness: holds, {compared} recorded"
        assert said[-2:] == [
            f"  sympy 1.2 when it was recorded, {versions()['sympy']} here",
            "  gmp 6 when it was recorded, none here",
        ]


def test_an_instance_that_refutes_nothing_differs_from_its_record() -> None:
    settings = replace(Settings(), examples=4, twins=True)
    answer = examine_claim("attention-is-ccmc", settings)
    witness = next(f for f in answer["findings"] if f["kind"] == "witness")
    twin = next(f for f in answer["findings"] if f["kind"] == "twin")
    found = replay(witness | {"instance": twin["instance"]}, Registry(CLAIMS))
    assert (found.outcome, found.same) == ("error", False)
    found = replay(twin | {"kind": "cross-check", "outcome": "refuted"}, Registry(CLAIMS))
    assert (found.outcome, found.same) == ("holds", False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"claim": "lost"}, "there is no claim 'lost'"),
        ({"part": "lost"}, "the payload cannot be run: no part 'lost'"),
        ({"instance": {"x": 0.5}}, "cannot be run: .*0.5"),
        ({"instance": 3}, "cannot be run: "),
        ({"instance": {}}, "cannot be run: "),
        ({"instance": {"K": 10**9}}, "cannot be run: K = 1000000000: expected 1 to 64"),
        ({"instance": {"K": 2, "L": 10**99}}, "L = an integer of 100 digits: expected 1 to 64"),
        ({"instance": {"d": 0}}, "d = 0: expected 1 to 64"),
        ({"kind": "twin", "change": "lost"}, "has no twin 'lost'"),
    ],
)
def test_a_payload_that_fits_no_claim_is_refused(changed: dict[str, Any], said: str) -> None:
    claim = CLAIMS[0]
    witness = next(w for w in claim.body.witnesses if hasattr(w, "instance"))
    payload = {
        "claim": claim.id,
        "part": witness.part,
        "kind": "witness",
        "drops": witness.drops,
        "instance": witness.instance.to_json(),
    }
    with pytest.raises(BadRecord, match=said):
        replay(payload | changed, Registry(CLAIMS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[1]", "a list; expected one witness"),
        ('{"claims": []}', "a whole record; take one"),
        ('{"claim": "good"}', "the key 'part' is missing"),
        ('{"claim": "good", "part": "good", "kind": "proof", "instance": {}}', "kind 'proof'"),
        ('{"claim": "good", "part": "good", "kind": "twin", "instance": {}}', "needs .* 'change'"),
        (
            '{"claim": "a", "part": "a", "kind": "table", "versions": 3}',
            "versions is 3; expected an",
        ),
    ],
)
def test_a_file_without_a_payload_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_text(text)
    with pytest.raises(BadRecord, match=rf"payload\.json: .*{said}"):
        load_payload(path)
