"""What a record says, arranged for the web page and for the PDF alike.

Nothing is added to the record here: verdicts and rungs are printed as they were computed, and what
a finding holds besides the keys known here is printed as it stands.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from checks.report.markdown import power, short
from checks.verdict import RUNGS, VERDICTS

__all__ = [
    "Definition",
    "Kept",
    "Run",
    "Shown",
    "brief",
    "budget",
    "count",
    "date",
    "definitions",
    "derivations",
    "fallen",
    "groups",
]
__all__ += ["in_words", "more", "others_hold", "places", "standing", "stating", "tally"]
__all__ += ["witnessed"]

SHOWN = {
    "claim",
    "kind",
    "part",
    "outcome",
    "message",
    "effective",
    "decided",
    "undecided",
    "drops",
    "change",
    "reason",
    "satisfies",
    "instance",
    "shown",
    "text",
    "latex",
    "where",
    "lhs",
    "rhs",
    "undefined",
    "columns",
    "rows",
    "power",
    "given",
}
"""Keys of findings that have a place of their own."""

NAME = re.compile(r"[^\W\d]\w*'*")

Entry = Mapping[str, Any]


def standing(entry: Entry) -> str:
    """Return the verdict of a claim, or ``cited`` for a theorem of the literature.

    Example:
        >>> standing({"verdict": "open", "rung": "cited"})
        'cited'
    """
    return "cited" if entry["rung"] == "cited" else str(entry["verdict"])


def tally(record: Entry) -> list[tuple[str, int]]:
    """Return how many claims have each standing, from the best verdict to the worst.

    Example:
        >>> verdicts = ("open", "holds", "open")
        >>> tally({"claims": [{"verdict": verdict, "rung": "open"} for verdict in verdicts]})
        [('holds', 1), ('open', 2)]
    """
    found = [standing(entry) for entry in record["claims"]]
    return [(name, found.count(name)) for name in (*VERDICTS, "cited") if name in found]


def groups(record: Entry) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the claims under headings: what holds at which rung, and what every reader asks for.

    What is given theorems of the literature stands under its rung too.
    """
    claims = record["claims"]
    good = [entry for entry in claims if standing(entry) in VERDICTS[:2]]
    for verdict in VERDICTS[:2]:
        for rung in RUNGS:
            found = [c for c in good if (c["verdict"], c["rung"]) == (verdict, rung)]
            if found:
                yield f"{verdict}, rung {rung}", found
    yield "of these, given theorems of the literature", [c for c in good if c["given"]]
    for name in (*VERDICTS[2:], "cited"):
        found = [c for c in claims if standing(c) == name]
        if found or name in ("open", "refuted"):
            yield ("cited, not proved here" if name == "cited" else name), found


def brief(scope: str, most: int) -> str:
    """Return a scope cut to a length, for a table; it stands elsewhere as a whole.

    Example:
        >>> brief("all K, L, d", 9), brief("all K", 9)
        ('all K, L…', 'all K')
    """
    return scope if len(scope) <= most else f"{scope[: most - 1].rstrip(' ,;')}…"


def in_words(part: Entry) -> bool:
    """Say whether a part states in a sentence, not in a judgement, what it checks.

    Example:
        >>> in_words({"name": "a"}), in_words({"kind": "test"}), in_words({"kind": "literature"})
        (False, True, False)
    """
    return part.get("kind") not in (None, "literature")


def count(finding: Entry, key: str) -> str:
    """Return a count of a finding, or a dash where it has none.

    Cases that were decided and not left undecided leave no key, which means none.

    Example:
        >>> count({"decided": 3}, "undecided"), count({"decided": 3}, "effective")
        ('0', '–')
    """
    missing = 0 if key == "undecided" and "decided" in finding else "–"
    return str(finding.get(key, missing))


def more(finding: Entry) -> str:
    """Return what else a finding says, as ``name: value``.

    Example:
        >>> more({"kind": "test", "p_value": "1/2", "K": [1, 2], "levels": {"n": 3}, "sizes": []})
        'p value: 1/2; K: 1, 2; levels: n = 3'
        >>> more({"kind": "test", "alternatives": [{"change": "a bias", "power": "9/10"}]})
        'rejects, with power at least: a bias (1 - 0.1)'
    """
    test = finding.get("kind") == "test"
    said = (
        (key.replace("_", " "), _plain(finding[key]))
        for key in finding
        if key not in SHOWN | ({"alternatives"} if test else set())
        and finding[key] not in ("", [], {}, None)
    )
    found = [f"{key}: {value}" for key, value in said]
    if test and finding.get("alternatives"):
        found.append(f"rejects, with power at least: {_alternatives(finding)}")
    return "; ".join(found)


def _alternatives(test: Entry) -> str:
    """Return what a test must reject, with the powers."""
    found = test.get("alternatives", ())
    return "; ".join(f"{one['change']} ({power(one)})" for one in found)


def _plain(value: Any) -> str:
    """Return a value of JSON on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and all(_is_plain(item) for item in value.values()):
        return ", ".join(f"{key} = {_plain(item)}" for key, item in value.items())
    if isinstance(value, list) and all(map(_is_plain, value)):
        return ", ".join(map(_plain, value))
    return str(value) if _is_plain(value) else json.dumps(value, ensure_ascii=False)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


@dataclass(frozen=True)
class Definition:
    """A definition of a part.

    ``to_state`` says whether the part's conclusion or assumptions speak of it, be it through other
    definitions; if not, only the derivation does.
    """

    item: Entry
    to_state: bool


def definitions(part: Entry) -> list[Definition]:
    """Return the definitions of a part, those that it takes to state it first.

    Example:
        >>> texts = ("n = m + 1", "m = 2", "h(k) = m   (k = 1..K)")
        >>> part = {"conclusion": {"text": "n > 0"}, "assumptions": []}
        >>> found = definitions(part | {"definitions": [{"text": text} for text in texts]})
        >>> [definition.to_state for definition in found]
        [True, True, False]
    """
    heads = {_head(item): item for item in part["definitions"]}
    spoken = _names(part["conclusion"]["text"], *(item["text"] for item in part["assumptions"]))
    queue, stating = list(spoken), set()
    while queue:
        name = queue.pop()
        if name in heads and name not in stating:
            stating.add(name)
            queue += _names(heads[name]["text"])
    found = [Definition(item, _head(item) in stating) for item in part["definitions"]]
    return sorted(found, key=lambda definition: not definition.to_state)


def _head(definition: Entry) -> str:
    """Return the name that a definition gives, as its text prints it."""
    return re.split(r"[( ]", definition["text"], maxsplit=1)[0]


def _names(*texts: str) -> set[str]:
    return {name for text in texts for name in NAME.findall(text)}


@dataclass(frozen=True)
class Shown:
    """A step of a part, its number there, and the number of the same step in an earlier part."""

    step: Entry
    number: int
    before: int = 0


@dataclass(frozen=True)
class Run:
    """Steps of a part that follow on each other.

    ``part`` is the number of the earlier part of the claim that has the same steps, or 0 where they
    stand for the first time.
    """

    part: int
    steps: tuple[Shown, ...]


def derivations(entry: Entry) -> list[list[Run]]:
    """Return the steps of each part of a claim, in runs: a step that an earlier part has is told.

    Two steps are the same if they have the same name, judgement, rule and parameters, and if what
    they use has the same names and the same judgements.

    Example:
        >>> step = {"name": "s", "text": "a = b", "uses": ["h"]}
        >>> part = {"assumptions": [], "definitions": [{"name": "h", "text": "a = b"}]}
        >>> part["steps"] = [step]
        >>> other = part | {"definitions": [{"name": "h", "text": "a = b + 0"}]}
        >>> found = derivations({"parts": [part, part, other]})
        >>> [[(run.part, run.steps[0].before) for run in runs] for runs in found]
        [[(0, 0)], [(1, 1)], [(0, 0)]]
    """
    first: dict[str, tuple[int, int]] = {}
    found = []
    for i, part in enumerate(entry["parts"], 1):
        texts = {item["name"]: item["text"] for item in _facts(part)}
        placed = []
        for number, step in enumerate(part["steps"], 1):
            key = json.dumps([step, [texts.get(name) for name in step["uses"]]], sort_keys=True)
            home, before = first.setdefault(key, (i, number))
            told = home != i
            placed.append((home if told else 0, Shown(step, number, before if told else 0)))
        runs = groupby(placed, key=lambda one: one[0])
        found.append([Run(home, tuple(shown for _, shown in run)) for home, run in runs])
    return found


def places(part: Entry) -> dict[str, str]:
    """Return a short name of its own for each fact of a part: a step has its number.

    Example:
        >>> part = {"assumptions": [{"name": "h"}], "definitions": [{"name": "P"}]}
        >>> places(part | {"steps": [{"name": "one"}, {"name": "two"}]})
        {'h': 'a1', 'P': 'd1', 'one': '1', 'two': '2'}
    """
    kinds = {"assumptions": "a", "definitions": "d", "steps": ""}
    return {
        item["name"]: f"{letter}{number}"
        for key, letter in kinds.items()
        for number, item in enumerate(part[key], 1)
    }


def _facts(part: Entry) -> list[Entry]:
    """Return what stands in a part under a name."""
    return [item for key in ("assumptions", "definitions", "steps") for item in part[key]]


def stating(record: Entry) -> dict[str, list[str]]:
    """Return the definitions that it takes to state two claims or more: text to claims' ids."""
    found: dict[str, dict[str, None]] = {}
    for entry in record["claims"]:
        for part in entry["parts"]:
            for definition in definitions(part):
                if definition.to_state:
                    found.setdefault(definition.item["text"], {})[entry["id"]] = None
    return {text: list(claims) for text, claims in sorted(found.items()) if len(claims) > 1}


@dataclass(frozen=True)
class Kept:
    """What stands against dropping an assumption: a reason, or a witness and its number."""

    finding: Entry
    number: int


def witnessed(entry: Entry) -> list[Entry]:
    """Return the witnesses of a claim, without the reasons for none."""
    return [finding for finding in entry["witnesses"] if "reason" not in finding]


def others_hold(entry: Entry, witness: Entry) -> bool:
    """Return whether a witness meets all assumptions of its part but the one that it drops.

    Example:
        >>> part = {"name": "p", "assumptions": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
        >>> witness = {"part": "p", "drops": "a", "satisfies": ["b", "c"]}
        >>> others_hold({"parts": [part]}, witness)
        True
        >>> others_hold({"parts": [part]}, witness | {"satisfies": ["b"]})
        False
    """
    named = [
        fact["name"]
        for part in entry["parts"]
        for fact in part["assumptions"]
        if part["name"] == witness["part"]
    ]
    met = witness.get("satisfies", ())
    return len(named) > 1 and {*met, witness["drops"]} == set(named)


def fallen(entry: Entry) -> dict[tuple[str, str], list[Kept]]:
    """Return what stands against dropping each assumption, by part and assumption."""
    found: dict[tuple[str, str], list[Kept]] = {}
    reasons = [finding for finding in entry["witnesses"] if "reason" in finding]
    numbered = [*enumerate(witnessed(entry), 1), *((0, reason) for reason in reasons)]
    for i, finding in numbered:
        found.setdefault((finding["part"], finding["drops"]), []).append(Kept(finding, i))
    return found


def budget(record: Entry) -> dict[str, Any]:
    """Return the error budget of the statistical tests as a sentence and a table, if any ran."""
    book = record.get("ledger", {})
    if not book.get("tests"):
        return {}
    spent, allowed = short(book["spent"]), short(book["budget"])
    return {
        "sentence": "With everything true, the tests that are valid at their size alarm falsely "
        f"with probability at most {spent}, of {allowed} allowed. Approximate ones stand apart.",
        "columns": ("test", "n", "level", "valid by", "rejects, with power at least"),
        "rows": [
            (
                test["part"],
                test["n"],
                short(test["level"]),
                test.get("finite") or f"approximate: {test.get('approximate', '')}",
                _alternatives(test),
            )
            for test in sorted(book["tests"], key=lambda test: not test.get("finite"))
        ],
    }


def date() -> str:
    """Return the day that ``SOURCE_DATE_EPOCH`` names, or nothing where it is not set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return f"{datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%d}" if epoch.isdecimal() else ""
