"""The registry finds claims and refuses those that do not fit together."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import fake_claims
import helpers
import pytest
from fake_claims import theorem

from checks.citations import ancestors, cycle
from checks.claim import Body, Claim
from checks.claims import CLAIMS
from checks.registry import BadRegistry, NothingSelected, Registry, UnknownName, card
from theory.derivation import Theorem

registry = pytest.fixture(helpers.registry)

GOOD = fake_claims.ALL[0]


def with_parts(claim: Claim, *theorems: Theorem) -> Claim:
    parts: Any = tuple(SimpleNamespace(name=t.name, theorem=t) for t in theorems)
    return replace(claim, build=lambda: Body(parts, (), ()))


def test_the_claims_of_the_project_fit_together() -> None:
    Registry(CLAIMS).check()


def test_every_id_is_usable_on_a_command_line() -> None:
    for claim in CLAIMS:
        assert claim.id == claim.id.lower()
        assert claim.id.replace("-", "").isalnum(), claim.id


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"label": "A99"}, "two claims have the id 'good'"),
        ({"id": "better"}, "'good' and 'better' have the same label A1"),
        ({"id": "better", "label": "A99", "mark": "sure"}, "unknown mark 'sure': use all, "),
        ({"id": "better", "label": "second"}, "the label 'second': a letter and a number"),
    ],
)
def test_claims_that_clash_are_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRegistry, match=said):
        Registry([GOOD, replace(GOOD, **changed)])


@pytest.mark.parametrize("name", ["cites-good", "A2", "a2", "CITES-GOOD"])
def test_a_claim_is_found_by_id_and_by_label(name: str, registry: Registry) -> None:
    assert [claim.id for claim in registry.select([name])] == ["cites-good"]


def test_a_section_selects_its_claims_in_the_order_of_the_registry(registry: Registry) -> None:
    assert [claim.id for claim in registry.select(["C"])] == ["other-section"]
    chosen = [claim.id for claim in registry.select(["other-section", "a"])]
    assert chosen == list(registry)


def test_no_name_selects_everything(registry: Registry) -> None:
    assert registry.select() == tuple(registry.values())


def test_a_claim_named_twice_is_selected_once(registry: Registry) -> None:
    assert len(registry.select(["good", "A1", "good"])) == 1


@pytest.mark.parametrize(
    ("name", "offered"), [("cites-god", "cites-good"), ("A99", "A9"), ("xyz", "sections: A, B")]
)
def test_an_unknown_name_is_answered_with_close_ones(
    name: str, offered: str, registry: Registry
) -> None:
    with pytest.raises(UnknownName, match=f"{name!r}.*{offered}"):
        registry.select(["good", name])


def test_a_section_without_claims_selects_nothing(registry: Registry) -> None:
    with pytest.raises(NothingSelected, match="no claim in B yet"):
        registry.select(["B"])
    with pytest.raises(NothingSelected):
        Registry([]).select()


def test_ancestors_are_found_through_the_bodies(registry: Registry) -> None:
    assert registry.ancestors("cites-good") == ("good",)
    assert registry.ancestors("good") == ()


def test_a_citation_of_no_claim_is_refused() -> None:
    lost = with_parts(GOOD, theorem("good", theorem("lost")))
    with pytest.raises(BadRegistry, match="good cites 'lost', which belongs to no claim"):
        Registry([lost]).check()


def test_a_citation_of_another_theorem_under_the_same_name_is_refused() -> None:
    impostor = replace(theorem("good"), steps=())
    citing = with_parts(replace(GOOD, id="citing", label="A2"), theorem("citing", impostor))
    with pytest.raises(BadRegistry, match="citing cites 'good', which is not a part of good"):
        Registry([with_parts(GOOD, theorem("good")), citing]).check()


def test_a_circle_of_citations_is_refused_and_named() -> None:
    ids = ("one", "two", "three")
    ends = {name: theorem(f"{name}/end") for name in ids}
    claims = [
        with_parts(
            replace(GOOD, id=name, label=f"A{i}"),
            ends[name],
            theorem(name, ends[ids[(i + 1) % 3]]),
        )
        for i, name in enumerate(ids)
    ]
    with pytest.raises(BadRegistry, match="one -> two -> three -> one"):
        Registry(claims).check()


def test_a_part_bears_the_name_of_its_claim() -> None:
    with pytest.raises(BadRegistry, match="good has a part called 'other'"):
        Registry([with_parts(GOOD, theorem("other"))]).check()


def test_a_claim_citing_its_own_parts_rests_on_nothing_else() -> None:
    first = theorem("good/first")
    registry = Registry([with_parts(GOOD, first, theorem("good", first))])
    registry.check()
    assert registry.citations("good") == ()


def test_a_card_is_what_list_shows() -> None:
    shown = card(GOOD)
    assert (shown["id"], shown["label"], shown["required_rung"]) == ("good", "A1", "derived")


def test_a_diamond_is_no_circle() -> None:
    diamond = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    assert ancestors("a", diamond) == ("b", "c", "d")
    assert not any(cycle(name, diamond) for name in diamond)
