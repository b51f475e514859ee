"""Found counterexamples are kept as files, tried first, and change nothing for what holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import helpers
import pytest
from hypothesis import strategies as st
from sympy import Symbol
from test_own import HEAD, ccmc

from checks.claim import Body, Claim, Part, Source
from checks.compare import compare
from checks.evidence import examine
from checks.failures import keep, load_kept
from checks.record import BadRecord, Record, baseline, stripped
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import forall

fake_run = pytest.fixture(helpers.fake_run)

X = Symbol("x")
WHOLE = Assumption("least", "x is at least 2", forall()(X, ">=", 2))


def claim(bound: int) -> Claim:
    """For x >= 2 the square of x is at most so much; tried at 2, 3, 4 alone."""
    theorem = Theorem("bounded", forall()(bound - X**2, ">=", 0), (WHOLE,), (), ())
    part = Part(theorem, lambda _: st.integers(2, 4).map(lambda x: Instance(x=x)))
    return Claim(
        "bounded", "U1", "", "", Source("", ""), "all", lambda: Body((part,), (), ()), file="u.py"
    )


def counterexample(x: object, part: str = "bounded") -> dict[str, Any]:
    return {"claim": "bounded", "part": part, "kind": "cross-check", "instance": {"x": x}}


def cross_check(bound: int, *kept: dict[str, Any]) -> tuple[Any, Any]:
    """What the cross-check finds, and how the kept counterexamples fare."""
    found = examine(claim(bound), 1, 20, twins=False, kept=kept)
    [check] = [finding for finding in found.findings if finding.kind == "cross-check"]
    return check, found.kept


def test_one_that_still_fails_refutes_at_once() -> None:
    check, fared = cross_check(20, counterexample(5), counterexample(6), counterexample(3))
    assert (check.outcome, check.detail["instance"]) == ("refuted", {"x": 5})
    assert (check.detail["drawn"], fared) == (1, {"fail": 2, "pass": 1})


def test_one_that_passes_is_counted_and_changes_nothing() -> None:
    check, fared = cross_check(20, counterexample(3))
    assert (check, fared) == (cross_check(20)[0], {"pass": 1})
    check, fared = cross_check(10, counterexample(3))
    assert (check, fared) == (cross_check(10)[0], {"pass": 1})
    assert check.detail["instance"] == {"x": 4}  # found by the search


def test_of_a_long_number_its_beginning_is_shown_and_the_instance_is_whole() -> None:
    check, _ = cross_check(20, counterexample(10**60))
    assert check.detail["instance"] == {"x": 10**60}
    assert check.detail["lhs"] == f"-{'9' * 39}... (121 characters)"


@pytest.mark.parametrize(
    "payload",
    [
        counterexample(1),  # no longer meets the assumptions
        counterexample(5, "gone"),
        counterexample("five"),
        counterexample([5]),
        {**counterexample(5), "instance": {}},
        {**counterexample(5), "instance": None},
    ],
)
def test_one_that_no_longer_fits_is_counted_apart(payload: dict[str, Any]) -> None:
    check, fared = cross_check(20, payload)
    assert (check, fared) == (cross_check(20)[0], {"do not fit": 1})


def test_records_and_baselines_do_not_say_what_was_kept(fake_run: Record) -> None:
    claims = [{**entry, "kept": {"pass": 2}} for entry in fake_run["claims"]]
    tried = {**fake_run, "claims": claims}
    assert stripped(tried) == stripped(fake_run)
    assert baseline(tried) == baseline(fake_run)
    assert compare(fake_run, tried) == []


# The files.


def test_counterexamples_alone_are_kept_each_once(fake_run: Record, tmp_path: Path) -> None:
    record = json.loads(json.dumps(fake_run))
    planted = {"kind": "cross-check", "outcome": "refuted", "instance": {"x": 9}, "part": "a"}
    for entry in record["claims"]:
        for key in ("witnesses", "twins", "mutants"):
            entry[key].append({**planted, "claim": entry["id"]})
    record["canaries"].append({**planted, "name": "a", "caught": True, "message": ""})
    found = {
        finding["part"]
        for entry in record["claims"]
        for finding in entry["evidence"]
        if (finding["kind"], finding["outcome"]) == ("cross-check", "refuted")
    }
    folder = tmp_path / "kept" / "here"
    written = keep(record, folder)
    assert {load(path)["part"] for path in written} == found == {"refuted", "disagree"}
    assert keep(record, folder) == []
    assert sorted(folder.iterdir()) == sorted(written)
    assert load_kept(folder)["refuted"][0]["versions"] == record["versions"]


def test_a_part_and_another_instance_have_files_of_their_own(tmp_path: Path) -> None:
    found = [
        {**counterexample(x, part), "outcome": "refuted"}
        for x, part in ((5, "bounded"), (6, "bounded"), (5, "bounded/above"))
    ]
    record = {"claims": [{"evidence": found, "file": "u.py"}], "versions": {"python": "3"}}
    names = [path.name for path in keep(record, tmp_path)]
    assert [name.rpartition("-")[0] for name in names] == ["bounded", "bounded", "bounded-above"]
    assert len(set(names)) == 3
    assert [payload["file"] for payload in load_kept(tmp_path)["bounded"]] == ["u.py"] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ('{"claim": "a"}', "the key 'part' is missing"),
        ('{"claim": "a", "part": "a", "kind": "cross-check"}', "needs the key 'instance'"),
        ('{"claim": "a", "part": "a", "kind": "test"}', "a test; expected a counterexample"),
    ],
)
def test_a_file_that_is_no_counterexample_is_bad_input(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadRecord, match=rf"a\.json: .*{said}"):
        load_kept(tmp_path)


# The command.

SMALL = """
@card("U1", "small")
def small():
    says = forall()({bound} - x**2, ">=", 0)
    return body("small", Step("small", says, "sums"), given=(LEAST,))
"""


def test_verify_keeps_what_it_finds_and_tries_it_first(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(HEAD + SMALL.format(bound=30))
    first = ccmc(tmp_path, "verify", "--claims", "mine.py", "--save", "first.json")
    [kept] = (tmp_path / ".ccmc" / "failures").iterdir()
    assert (first.returncode, first.stderr) == (
        1,
        f"Record: first.json\nKept: .ccmc/failures/{kept.name}\n",
    )
    assert load(kept)["instance"] == {"K": 1, "x": 6}

    mine.write_text(HEAD + SMALL.format(bound=35).replace("most=9", "most=5"))
    again = ccmc(tmp_path, "verify", "--claims", "mine.py", "--save", "again.json", "--seed", "5")
    assert (again.returncode, again.stderr) == (1, "Record: again.json\n")
    assert "counterexamples of earlier runs, tried first: 1 fail\n" in again.stdout
    [entry] = load(tmp_path / "again.json")["claims"]
    assert entry["kept"] == {"fail": 1}
    assert [f["drawn"] for f in entry["evidence"] if f["kind"] == "cross-check"] == [1]

    done = ccmc(tmp_path, "replay", str(kept), "--claims", "mine.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("small, cross-check: refuted, as recorded\n")


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
