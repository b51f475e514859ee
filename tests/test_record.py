"""A record is validated when it is read, and says the same for the same seed."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import helpers
import pytest

from checks.record import BadRecord, Record, baseline, dumps, load, merge, stripped, versions

fake_run = pytest.fixture(helpers.fake_run)

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def saved(fake_run: Record, tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(dumps(fake_run), encoding="utf-8")
    return path


def test_a_record_comes_back_as_it_was_saved(saved: Path, fake_run: Record) -> None:
    assert load(saved) == fake_run


def test_the_text_of_a_record_is_plain_json(fake_run: Record) -> None:
    assert json.loads(dumps(fake_run)) == fake_run
    assert "NaN" not in dumps(fake_run)


def test_a_record_has_the_keys_of_the_design(fake_run: Record) -> None:
    assert {"schema_version", "seed", "versions", "claims"} <= set(fake_run)
    keys = "id section verdict rung required_rung scope assumptions rests_on evidence witnesses"
    for claim in fake_run["claims"]:
        assert {*keys.split(), "seconds"} <= set(claim)


def test_the_versions_of_all_engines_are_recorded(fake_run: Record) -> None:
    assert set(versions()) == {
        "python", "sympy", "flint", "numpy", "hypothesis", "mpmath", "ccmc"
    }  # fmt: skip
    assert fake_run["versions"] == versions()


def first(record: dict[str, Any]) -> dict[str, Any]:
    claim: dict[str, Any] = record["claims"][0]
    return claim


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.pop("claims"), "lacks the key 'claims'"),
        (lambda r: r.update(schema_version=99), "schema_version is 99; expected 1"),
        (lambda r: r.update(seed="0"), "seed is '0'; expected a whole number"),
        (lambda r: r.update(seed=True), "seed is True; expected a whole number"),
        (lambda r: r.update(claims={}), "claims is {}; expected a list"),
        (lambda r: r["claims"].append(3), r"claims\[\d+\] is 3; expected an object"),
        (lambda r: first(r).pop("verdict"), r"claims\[0\] lacks the key 'verdict'"),
        (lambda r: first(r).update(verdict="fine"), r"claims\[0\].verdict is 'fine'; expected one"),
        (lambda r: first(r).update(rung="best"), r"claims\[0\].rung is 'best'; expected one of"),
        (lambda r: first(r).update(label="first"), r"claims\[0\].label is 'first'"),
        (lambda r: r["claims"].append(first(r)), r"claims\[\d+\].id is 'good' for the second time"),
        (
            lambda r: first(r)["evidence"].append({"kind": 1}),
            r"claims\[0\].evidence\[3\] lacks the key 'claim'",
        ),
        (
            lambda r: first(r)["rests_on"].update(rules=[1]),
            r"claims\[0\].rests_on.rules\[0\] is 1; expected a string",
        ),
        (lambda r: first(r).update(seconds="1"), "seconds is '1'; expected a whole number or a"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(
    change: Change, said: str, fake_run: Record, tmp_path: Path
) -> None:
    broken = copy.deepcopy(fake_run)
    change(broken)
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(BadRecord, match=said) as caught:
        load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "[" * 100_000, '{"claims": []}', "\udc80"])
def test_a_file_that_is_no_record_at_all_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadRecord, match=r"file\.json: "):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRecord, match="No such file"):
        load(tmp_path / "none.json")


def test_what_differs_from_run_to_run_can_be_left_out(fake_run: Record) -> None:
    plain = stripped(fake_run)
    assert plain["versions"] == {}
    assert {claim["seconds"] for claim in plain["claims"]} == {None}
    assert first(plain)["verdict"] == "holds"


def test_a_baseline_is_a_record_without_derivations(fake_run: Record, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(dumps(baseline(fake_run)), encoding="utf-8")
    assert first(load(path))["parts"] == []
    assert first(load(path))["fingerprint"] == first(fake_run)["fingerprint"]


def test_of_a_claim_in_two_records_the_last_one_counts(fake_run: Record) -> None:
    other = copy.deepcopy(fake_run)
    other["claims"] = [first(other) | {"verdict": "error"}]
    merged = merge([fake_run, other])
    assert [c["id"] for c in merged["claims"]] == [c["id"] for c in fake_run["claims"]]
    assert first(merged)["verdict"] == "error"


def test_records_of_different_seeds_are_not_merged(fake_run: Record) -> None:
    with pytest.raises(BadRecord, match=r"seeds \[0, 7\]"):
        merge([fake_run, {**fake_run, "seed": 7}])
