"""The map follows the claims and a baseline, and says nothing that is not there."""

import copy

import helpers
import pytest

from checks.claims import CLAIMS
from checks.describe import describe
from checks.paper_map import paper_map, theorem_places
from checks.record import Record
from checks.registry import Registry

fake_run = pytest.fixture(helpers.fake_run)
registry = pytest.fixture(helpers.registry)


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    return theorem_places()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_theorem_of_a_claim_has_its_place_in_theory(
    claim: object, places: dict[str, str]
) -> None:
    from checks.claim import Claim

    assert isinstance(claim, Claim)
    for part in describe(claim)["parts"]:
        if part.get("kind", "literature") != "literature":
            continue
        assert places[part["name"]].startswith("theory."), part["name"]


def test_every_theorem_of_theory_belongs_to_a_claim(places: dict[str, str]) -> None:
    assert set(places) == {
        part.name for claim in CLAIMS for part in claim.body.parts if hasattr(part, "theorem")
    }


def test_a_row_says_what_the_baseline_says(fake_run: Record, registry: Registry) -> None:
    text = paper_map(registry, fake_run)
    assert "\n> what good paraphrases (abstract, sentence 2)\n\n| claim |" in text
    row = row_of("good", text)
    assert row[3] == (
        "1 step replayed and evaluated, 1 cross-check, 1 witness, 1 reason for no witness, 1 twin"
    )
    assert row[4:8] == ["derived", "holds, derived", "all K, L, d", "–"]
    assert row_of("cites-good", paper_map(registry, fake_run))[7] == "A1"


def test_a_claim_that_is_not_in_the_baseline_is_not_run(
    fake_run: Record, registry: Registry
) -> None:
    assert row_of("undecided", paper_map(registry, fake_run))[5:7] == ["not run", "–"]


def test_a_claim_that_changed_is_not_run_since(fake_run: Record, registry: Registry) -> None:
    changed = copy.deepcopy(fake_run)
    changed["claims"][0]["fingerprint"] = "0" * 16
    row = row_of("good", paper_map(registry, changed))
    assert row[5:7] == ["not run since it changed", "–"]


def test_the_map_has_a_section_for_every_section(fake_run: Record, registry: Registry) -> None:
    text = paper_map(registry, fake_run)
    assert [line for line in text.splitlines() if line.startswith("## ")][:2] == [
        "## A: Mapping",
        "## C: Identifiability",
    ]
    assert paper_map(registry, fake_run) == text


def test_theorems_without_a_claim_are_named(fake_run: Record, registry: Registry) -> None:
    text = paper_map(registry, fake_run)
    assert "## Theorems that no claim uses" in text
    assert ": attention-is-ccmc" in text
    assert "that no claim uses" not in paper_map(Registry(CLAIMS), fake_run)


def row_of(name: str, text: str) -> list[str]:
    [line] = [line for line in text.splitlines() if f"`{name}`:" in line]
    return [cell.strip() for cell in line.split("|")]
