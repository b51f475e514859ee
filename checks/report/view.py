"""What a record says, arranged for the web page and for the PDF alike.

Nothing is added to the record here: verdicts and rungs are printed as they were computed, and what
a finding holds besides the keys known here is printed as it stands.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from checks.verdict import RUNGS, VERDICTS

__all__ = ["SIGNS", "Definition", "Kept", "count", "date", "definitions", "fallen", "groups"]
__all__ += ["more", "number", "stating", "tally"]

SIGNS = {
    "holds": "✓",
    "supported": "≈",
    "open": "○",
    "inconclusive": "?",
    "not run": "–",
    "error": "!",
    "refuted": "✗",
}
"""A sign for each verdict; the word always stands beside it."""

SHOWN = frozenset(
    "claim kind part outcome message effective decided undecided drops change reason satisfies "
    "instance shown text latex where lhs rhs undefined columns rows power".split()
)
"""Keys of findings that have a place of their own."""

NAME = re.compile(r"[^\W\d]\w*'*")

Entry = Mapping[str, Any]


def tally(record: Entry) -> list[tuple[str, int]]:
    """Return how many claims have each verdict, from the best to the worst.

    Example:
        >>> tally({"claims": [{"verdict": "open"}, {"verdict": "holds"}, {"verdict": "open"}]})
        [('holds', 1), ('open', 2)]
    """
    found = [entry["verdict"] for entry in record["claims"]]
    return [(verdict, found.count(verdict)) for verdict in VERDICTS if verdict in found]


def groups(record: Entry) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the claims under headings; those that rest on cited theorems stand under two."""
    claims = record["claims"]
    for rung in (*RUNGS[:-1], "cited", None):
        yield (
            f"hold or are supported at rung {rung}",
            [c for c in claims if c["verdict"] in ("holds", "supported") and c["rung"] == rung],
        )
    yield (
        "rest on cited theorems, which are not proved here",
        [c for c in claims if c["given"] and c["verdict"] in ("holds", "supported")],
    )
    for verdict in VERDICTS[2:]:
        yield f"are {verdict}", [c for c in claims if c["verdict"] == verdict]


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
    """
    said = (
        (key.replace("_", " "), _plain(finding[key]))
        for key in finding
        if key not in SHOWN and finding[key] not in ("", [], {}, None)
    )
    return "; ".join(f"{key}: {value}" for key, value in said)


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
    """What stands against dropping an assumption: a witness and its number, or a reason."""

    finding: Entry
    number: int


def fallen(entry: Entry) -> dict[tuple[str, str], list[Kept]]:
    """Return the witnesses of a claim by part and assumption, numbered through the claim."""
    found: dict[tuple[str, str], list[Kept]] = {}
    for i, witness in enumerate(entry["witnesses"], 1):
        found.setdefault((witness["part"], witness["drops"]), []).append(Kept(witness, i))
    return found


def number(entries: Sequence[Entry], singular: str, plural: str) -> str:
    """Return a number with its noun.

    Example:
        >>> number([{}], "witness", "witnesses")
        '1 witness'
    """
    return f"{len(entries)} {singular if len(entries) == 1 else plural}"


def date() -> str:
    """Return the day that ``SOURCE_DATE_EPOCH`` names, or nothing where it is not set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return f"{datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%d}" if epoch.isdecimal() else ""
