"""A diff names everything that got weaker, and nothing that did not."""

import copy
from collections.abc import Callable
from typing import Any

import helpers
import pytest

from checks.compare import Change, compare, covers
from checks.record import Record

fake_run = pytest.fixture(helpers.fake_run)

Claims = dict[str, dict[str, Any]]


def changes(old: Record, change: Callable[[Claims], object]) -> list[Change]:
    new = copy.deepcopy(old)
    claims = {claim["id"]: claim for claim in new["claims"]}
    change(claims)
    new["claims"] = list(claims.values())
    return compare(old, new)


def test_a_record_does_not_differ_from_itself(fake_run: Record) -> None:
    assert compare(fake_run, fake_run) == []


WEAKER: list[tuple[str, Callable[[Claims], object]]] = [
    ("verdict", lambda c: c["good"].update(verdict="inconclusive")),
    ("verdict", lambda c: c["open"].update(verdict="refuted")),
    ("rung", lambda c: c["good"].update(rung="sampled")),
    ("rung", lambda c: c["good"].update(rung=None)),
    ("required rung", lambda c: c["good"].update(required_rung="open")),
    ("scope", lambda c: c["good"].update(scope="all K >= 2, L, d")),
    ("scope", lambda c: c["good"].update(scope="all K, L")),
    ("scope", lambda c: c["good"].update(scope="K <= 5, L, d")),
    ("scope", lambda c: c["good"].update(scope="most sizes")),
    ("claim", lambda c: c.pop("good")),
    ("trust base: claims", lambda c: c["good"]["rests_on"]["claims"].append("open")),
    ("trust base: literature", lambda c: c["good"]["rests_on"]["literature"].append("doob")),
    ("trust base: rules", lambda c: c["good"]["rests_on"]["rules"].append("magic")),
    ("trust base: engines", lambda c: c["good"]["rests_on"]["engines"].append("mpmath")),
    (
        "assumptions",
        lambda c: c["good"]["assumptions"].append({"part": "good", "name": "more", "sentence": ""}),
    ),
    ("evidence", lambda c: c["good"]["evidence"].pop()),
    ("evidence", lambda c: c["good"]["evidence"][0].update(outcome="undecided")),
    ("witnesses", lambda c: c["good"]["witnesses"].pop(0)),
    ("witnesses", lambda c: c["good"]["witnesses"][0].update(kind="unwitnessed")),
    ("twins", lambda c: c["good"]["twins"].clear()),
]


@pytest.mark.parametrize(("what", "change"), WEAKER)
def test_each_loss_is_seen_as_weaker(
    what: str, change: Callable[[Claims], object], fake_run: Record
) -> None:
    weaker = [c for c in changes(fake_run, change) if c.weaker]
    assert [c.what for c in weaker] == [what]
    assert weaker[0].id in ("good", "open")


def test_a_gain_is_not_weaker(fake_run: Record) -> None:
    def better(claims: Claims) -> None:
        claims["sampled"].update(verdict="holds", rung="derived", scope="all K")
        claims["good"]["rests_on"]["rules"].clear()
        claims["good"]["assumptions"].pop()
        claims["new"] = claims["good"] | {"id": "new"}

    found = changes(fake_run, better)
    assert len(found) == 6
    assert not any(c.weaker for c in found)


def test_twins_are_not_missed_where_they_were_not_run(fake_run: Record) -> None:
    new = copy.deepcopy(fake_run)
    new["with_twins"] = False
    for claim in new["claims"]:
        claim["twins"] = []
    assert compare(fake_run, new) == []


def test_another_fingerprint_is_a_change_but_not_weaker(fake_run: Record) -> None:
    [change] = changes(fake_run, lambda c: c["good"].update(fingerprint="0" * 16))
    assert not change.weaker


@pytest.mark.parametrize(
    ("new", "old", "covered"),
    [
        ("all K, L, d", "all K, L, d", True),
        ("all K, L, d", "all K >= 2, L, d", True),
        ("all K >= 2, L", "all K >= 3, L", True),
        ("all K >= 3, L", "all K >= 2, L", False),
        ("all K, L, N", "all K, L", True),
        ("all K", "all K, L", False),
        ("all K", "K <= 5", True),
        ("K <= 6", "K <= 5", True),
        ("K <= 4", "K <= 5", False),
        ("all K", "30 sampled cases", True),
        ("30 sampled cases", "all K", False),
        ("30 sampled cases", "31 sampled cases", False),
        ("nothing", "30 sampled cases", False),
        ("anything", "nothing", True),
    ],
)
def test_a_scope_covers_another_only_if_that_is_sure(new: str, old: str, covered: bool) -> None:
    assert covers(new, old) is covered
