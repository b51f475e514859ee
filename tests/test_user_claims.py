"""Claims as users write them: the false are refuted, the true hold, the undecidable stay open.

Each file of ``user_claims`` is a page with one claim; the real command runs a folder at a time.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from helpers import TESTS
from test_own import ccmc

from checks.record import load
from checks.report.findings import against

FOLDER = TESTS / "user_claims"

PAGE = 75
"""Lines of a file."""

LINES, HEIGHT = 12, 110
"""Of what is printed of a counterexample: its lines, and the largest number in its instance."""


def verified(name: str, folder: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a folder's claims, and what was found for each."""
    done = ccmc(folder, "verify", "--claims", str(FOLDER / name), "--save", "r.json", *options)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, [e for e in load(folder / "r.json")["claims"] if e["selected"]]


def numbers(found: Any) -> list[int]:
    """The whole numbers that stand in an instance, or in the place of a case."""
    return [int(number) for number in re.findall("[0-9]+", str(found))]


def test_30_false_claims_are_refuted_by_what_a_person_can_read(tmp_path: Path) -> None:
    code, entries = verified("false", tmp_path)
    assert (code, len(entries)) == (1, 30)
    assert {
        entry["id"]: entry["verdict"] for entry in entries if entry["verdict"] != "refuted"
    } == {}
    for entry in entries:
        heading, said, *shown = "\n".join(against(entry)).splitlines()
        assert heading.startswith(entry["id"])
        assert len(said) < 160, entry["id"]
        assert len(shown) < LINES, entry["id"]
        found = next(f for f in entry["evidence"] if f["outcome"] == "refuted")
        place = found.get("instance", found.get("where"))
        assert (place is None) == (found["kind"] == "test"), entry["id"]
        assert max(numbers(place), default=0) <= HEIGHT, entry["id"]


def test_10_true_claims_reach_their_rung(tmp_path: Path) -> None:
    code, entries = verified("true", tmp_path, "--twins")
    assert (code, len(entries)) == (0, 10)
    assert {e["verdict"] for e in entries} == {"holds", "supported"}
    assert all(entry["rung"] == entry["required_rung"] for entry in entries)
    rungs = {"derived", "exact", "certified", "statistical"}
    assert {entry["rung"] for entry in entries} == rungs
    assert all(entry["twins"] for entry in entries)


def test_5_undecidable_claims_are_never_said_to_hold(tmp_path: Path) -> None:
    code, entries = verified("undecided", tmp_path)
    assert code == 3
    assert {entry["id"]: (entry["verdict"], *entry["reasons"]) for entry in entries} == {
        "collatz": ("open",),
        "gap-in-a-derivation": (
            "inconclusive",
            "gap-in-a-derivation: derivation refused (gap-in-a-derivation, step sign: "
            "the signs of the parts give only '')",
        ),
        "nearly-an-integer": (
            "inconclusive",
            "nearly-an-integer: enumeration undecided (At exponent = 163 the left side is "
            "[2.6253741264077e+17 +/- 7.74e+3], the right side 262537412640768744)",
        ),
        "not-derived-yet": (
            "inconclusive",
            "not-derived-yet: derivation refused (not-derived-yet: there is no step yet)",
        ),
        "statistics-for-a-proof": (
            "inconclusive",
            "its evidence reaches statistical, not derived",
        ),
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.py")), ids=lambda path: path.stem)
def test_each_is_a_page_at_most(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= PAGE
