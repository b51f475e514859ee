"""What changed between two records, and whether anything got weaker."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from checks.verdict import RUNGS, VERDICTS

__all__ = ["Change", "compare", "covers"]

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference: of which claim, in what, from what to what."""

    id: str
    label: str
    what: str
    old: str
    new: str
    weaker: bool


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return the changes from one record to another, in the order of the old one.

    A claim that disappeared is weaker.  So is one that rests on more: claims, theorems of the
    literature, rules, engines, assumptions; and one that lost evidence: a kind of it, cases, a
    witness, a function of ``numeric`` that the engine computes with.  A theorem of the literature
    that assumes less is trusted for more.  Twins are compared only if both runs ran them.
    """
    after = {entry["id"]: entry for entry in new["claims"]}
    before = {entry["id"]: entry for entry in old["claims"]}
    twins = old["with_twins"] and new["with_twins"]
    changes: list[Change] = []
    for name, entry in before.items():
        if name not in after:
            changes.append(
                Change(name, entry["label"], "claim", entry["verdict"], "gone", weaker=True)
            )
            continue
        changes += _claim(entry, after[name], twins)
    changes += [
        Change(name, entry["label"], "claim", "new", entry["verdict"], weaker=False)
        for name, entry in after.items()
        if name not in before
    ]
    return changes


def _claim(old: Entry, new: Entry, twins: bool) -> Iterator[Change]:
    def change(what: str, was: object, now: object, weaker: bool) -> Change:
        return Change(old["id"], new["label"], what, str(was), str(now), weaker)

    if old["verdict"] != new["verdict"]:
        worse = VERDICTS.index(new["verdict"]) > VERDICTS.index(old["verdict"])
        yield change("verdict", old["verdict"], new["verdict"], worse)
    for rung in ("rung", "required_rung"):
        if old[rung] != new[rung]:
            was, now = old[rung] or "none", new[rung] or "none"
            yield change(rung.replace("_", " "), was, now, _height(new[rung]) < _height(old[rung]))
    if old["scope"] != new["scope"]:
        yield change("scope", old["scope"], new["scope"], not covers(new["scope"], old["scope"]))
    for key in ("claims", "literature", "rules", "engines"):
        yield from _sets(
            change,
            f"trust base: {key}",
            set(old["rests_on"][key]),
            set(new["rests_on"][key]),
            more=1,
        )
    yield from _counts(change, old, new)
    yield from _sets(change, "assumptions", _assumptions(old), _assumptions(new), more=1)
    yield from _sets(change, "evidence", _evidence(old), _evidence(new), more=-1)
    for key, what in (("assumes", "assumed in the literature"), ("computed", "computed apart")):
        yield from _sets(change, what, _listed(old, key), _listed(new, key), more=-1)
    yield from _sets(
        change, "witnesses", _named(old, "witnesses"), _named(new, "witnesses"), more=-1
    )
    if twins:
        yield from _sets(change, "twins", _named(old, "twins"), _named(new, "twins"), more=-1)
    if None not in (prints := (old["fingerprint"], new["fingerprint"])) and len(set(prints)) > 1:
        yield change("statement, derivation or witnesses", *prints, weaker=False)


def _counts(change: Any, old: Entry, new: Entry) -> Iterator[Change]:
    """Yield the enumerations and cross-checks whose number of cases changed."""
    before, after = _cases(old), _cases(new)
    for part in sorted(before.keys() & after.keys()):
        was, now = before[part], after[part]
        if was != now:
            yield change(f"cases of {part}", was, now, now < was)


def _cases(entry: Entry) -> dict[str, int]:
    found = (f for f in entry["evidence"] if f["kind"] in ("enumeration", "cross-check"))
    return {f["part"]: f.get("effective", 0) for f in found}


def _sets(change: Any, what: str, old: set[str], new: set[str], more: int) -> Iterator[Change]:
    """Yield what came and what went; ``more`` is 1 where more to trust is weaker, else -1."""
    if came := sorted(new - old):
        yield change(what, "–", "now " + ", ".join(came), more > 0)
    if went := sorted(old - new):
        yield change(what, ", ".join(went), "no longer", more < 0)


def _height(rung: str | None) -> int:
    return -RUNGS.index(rung) if rung in RUNGS else -len(RUNGS)


def _assumptions(entry: Entry) -> set[str]:
    return {f"{a['part']}: {a['name']}" for a in entry["assumptions"]}


def _evidence(entry: Entry) -> set[str]:
    return {f"{f['part']}: {f['kind']}" for f in entry["evidence"] if f["outcome"] == "holds"}


def _listed(entry: Entry, key: str) -> set[str]:
    """Return the names that findings list under a key, each with its part."""
    return {f"{f['part']}: {name}" for f in entry["evidence"] for name in f.get(key, ())}


def _named(entry: Entry, key: str) -> set[str]:
    """Return the confirmed witnesses or twins; a reason is not a witness."""
    return {
        f"{f['part']}: {f.get('drops') or f.get('change')}"
        for f in entry[key]
        if f["kind"] in ("witness", "twin") and f["outcome"] == "holds"
    }


def covers(new: str, old: str) -> bool:
    """Whether one scope surely includes another; what cannot be read includes nothing.

    Example:
        >>> covers("all K, L", "all K >= 2, L"), covers("all K >= 2, L", "all K, L")
        (True, False)
        >>> covers("200 sampled cases", "100 sampled cases")
        True
        >>> covers("all K; t <= 40", "all K; t <= 30"), covers("all K", "all K; t <= 30")
        (True, False)
    """
    if old in (new, "nothing"):
        return True
    if new == "nothing":
        return False
    cases = [re.fullmatch(r"(\d+) sampled cases", scope) for scope in (new, old)]
    if cases[1]:
        return not cases[0] or int(cases[0][1]) >= int(cases[1][1])
    samples = [re.fullmatch(r"n = (\d+)", scope) for scope in (new, old)]
    if samples[0] and samples[1]:
        return int(samples[0][1]) >= int(samples[1][1])
    families = [scope.split("; ") for scope in (new, old)]
    if len(families[1]) > 1:
        pairs = zip(*families, strict=False)
        return len(families[0]) == len(families[1]) and all(covers(n, o) for n, o in pairs)
    mine, theirs = _sizes(new), _sizes(old)
    if not mine or not theirs:
        return False
    return all(
        size in mine and mine[size][0] <= lo and hi <= mine[size][1]
        for size, (lo, hi) in theirs.items()
    )


def _sizes(scope: str) -> dict[str, tuple[float, float]]:
    """Return the range of each size in a scope such as ``all K >= 2, L``; {} if unreadable."""
    sizes: dict[str, tuple[float, float]] = {}
    for item in scope.removeprefix("all ").split(", "):
        found = re.fullmatch(r"(\w+)(?: (>=|<=|=) (\d+))?", item)
        if not found:
            return {}
        name, relation, bound = found.groups()
        sizes[name] = (
            float(bound) if relation in (">=", "=") else 1,
            float(bound) if relation in ("<=", "=") else inf,
        )
    return sizes
