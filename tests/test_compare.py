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
    old = copy.deepcopy(old)
    for claim in old["claims"]:
        for finding in claim["evidence"]:
            if finding["kind"] == "engine":
                finding.update(computed=["n", "p"], assumes=["x"])
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
    ("cases of good", lambda c: c["good"]["evidence"][2].update(effective=1)),
    ("computed apart", lambda c: c["good"]["evidence"][1]["computed"].remove("p")),
    ("assumed in the literature", lambda c: c["good"]["evidence"][1]["assumes"].remove("x")),
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


def test_a_change_says_from_what_to_what(fake_run: Record) -> None:
    def told(change: Callable[[Claims], object]) -> list[tuple[str, str, str]]:
        return [(c.what, c.old, c.new) for c in changes(fake_run, change)]

    good = next(claim for claim in fake_run["claims"] if claim["id"] == "good")
    rules, rung = good["rests_on"]["rules"], good["rung"]
    assert told(lambda c: c["good"].update(rung=None)) == [("rung", rung, "none")]
    assert told(lambda c: c["good"]["rests_on"]["rules"].extend(["b", "a"])) == [
        ("trust base: rules", "–", "now a, b")
    ]
    assert told(lambda c: c["good"]["rests_on"].update(rules=[])) == [
        ("trust base: rules", ", ".join(sorted(rules)), "no longer")
    ]
    prints = (good["fingerprint"], "0" * 16)
    assert told(lambda c: c["good"].update(fingerprint="0" * 16)) == [
        ("statement, derivation or witnesses", *prints)
    ]
    assert told(lambda c: c.pop("good")) == [("claim", good["verdict"], "gone")]
    assert told(lambda c: c.update(new={**c["good"], "id": "new"})) == [
        ("claim", "new", good["verdict"])
    ]
    [new] = changes(fake_run, lambda c: c.update(new={**c["good"], "id": "new"}))
    assert (new.id, new.label, new.weaker) == ("new", good["label"], False)
    unreached, reached = ({**fake_run, "claims": [{**good, "rung": r}]} for r in (None, rung))
    [back] = compare(unreached, reached)
    assert (back.id, back.label, back.old, back.new) == ("good", good["label"], "none", rung)


def test_fewer_cases_are_weaker_and_more_are_not(fake_run: Record) -> None:
    def counted(effective: int) -> Record:
        new = copy.deepcopy(fake_run)
        case = {"kind": "enumeration", "part": "good", "outcome": "holds", "effective": effective}
        next(c for c in new["claims"] if c["id"] == "good")["evidence"].append(case)
        return new

    for old, now, weaker in ((5, 4, True), (5, 6, False)):
        [change] = compare(counted(old), counted(now))
        assert (change.what, change.old, change.new) == ("cases of good", str(old), str(now))
        assert change.weaker is weaker
    assert compare(counted(5), counted(5)) == []
    uncounted = counted(0)
    del next(c for c in uncounted["claims"] if c["id"] == "good")["evidence"][-1]["effective"]
    [change] = compare(counted(1), uncounted)
    assert (change.new, change.weaker) == ("0", True)


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
        ("nothing", "nothing", True),
        ("31 sampled cases", "31 sampled cases", True),
        ("32 sampled cases", "31 sampled cases", True),
        ("n = 50", "n = 40", True),
        ("n = 40", "n = 50", False),
        ("n = 50", "all K", False),
        ("all K", "n = 50", False),
        ("K = 3", "K = 3, L", False),
        ("all K, L", "K = 3", True),
        ("K = 3", "all K", False),
        ("K >= 2", "K = 2", True),
        ("K >= 3", "K = 2", False),
        ("K = 3", "K = 4", False),
        ("all K; t <= 40", "all K; t <= 30", True),
        ("all K; t <= 30", "all K; t <= 40", False),
        ("K >= 2; t <= 40", "all K; t <= 30", False),
        ("all K; t <= 40; n = 3", "all K; t <= 30", False),
        ("all K", "all K; t <= 30", False),
    ],
)
def test_a_scope_covers_another_only_if_that_is_sure(new: str, old: str, covered: bool) -> None:
    assert covers(new, old) is covered
