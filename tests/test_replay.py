"""A recorded witness, twin or failure runs again by itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import helpers
import pytest

from checks.claims import CLAIMS
from checks.record import BadRecord, Record
from checks.registry import Registry
from checks.replay import load_payload, replay
from checks.worker import Settings, examine_claim

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
    ],
)
def test_a_file_without_a_payload_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_text(text)
    with pytest.raises(BadRecord, match=rf"payload\.json: .*{said}"):
        load_payload(path)
