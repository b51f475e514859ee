"""The record of a run: what was found and how each claim stands, as one JSON object.

Apart from ``seconds`` and ``versions`` it is a function of the claims and the seed; counterexamples
kept from before enter in ``kept`` and, where one still fails, in the claim that it refutes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from checks.verdict import RUNGS, VERDICTS

__all__ = [
    "SCHEMA_VERSION",
    "BadRecord",
    "Record",
    "baseline",
    "dumps",
    "load",
    "merge",
    "stripped",
]
__all__ += ["versions"]

SCHEMA_VERSION = 1

Record = dict[str, Any]

PACKAGES = {
    "ccmc": "ccmc",
    "sympy": "sympy",
    "flint": "python-flint",
    "numpy": "numpy",
    "hypothesis": "hypothesis",
    "mpmath": "mpmath",
}

JSON_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
JSON_NAMES |= {int: "a whole number", float: "a number"}

NUMBER = (int, float, type(None))
SHOWN = {"text": str, "latex": str}
WORDS = {"text": str, "markup": str}
FINDING = {"claim": str, "kind": str, "part": str, "outcome": str}
PART = {
    "name": str,
    "conclusion": SHOWN,
    "assumptions": [{"name": str, "sentence": str, **SHOWN}],
    "definitions": [{"name": str, **SHOWN}],
    "steps": [{"name": str, **SHOWN, "by": str, "uses": [str], "where": [WORDS]}],
    "cites": [str],
}
CLAIM = {
    "id": str,
    "label": str,
    "section": str,
    "title": str,
    "statement": str,
    "source": {"place": str, "paraphrase": str},
    "selected": bool,
    "verdict": str,
    "rung": (str, type(None)),
    "given": [str],
    "required_rung": str,
    "scope": str,
    "reasons": [str],
    "assumptions": [{"part": str, "name": str, "sentence": str}],
    "rests_on": {key: [str] for key in ("claims", "literature", "rules", "definitions", "engines")},
    "evidence": [FINDING],
    "witnesses": [FINDING],
    "twins": [FINDING],
    "parts": [PART],
    "fingerprint": (str, type(None)),
    "seconds": NUMBER,
}
TEST = {"claim": str, "part": str, "level": str, "n": int, "false_alarm": str}
LEDGER = {"budget": str, "spent": str, "tests": [TEST]}
RECORD = {
    "schema_version": int,
    "seed": int,
    "thorough": bool,
    "with_twins": bool,
    "interrupted": bool,
    "versions": dict,
    "canaries": [{"name": str, "caught": bool, "message": str}],
    "claims": [CLAIM],
}
"""The shape of a record: an object needs these keys, a list has items of one shape."""


class BadRecord(Exception):
    """A file is no record; the message names the file, the place and what was expected."""


def versions() -> dict[str, str]:
    """Return the versions on which the results rest."""
    import platform

    found = {name: version(package) for name, package in PACKAGES.items()}
    return {"python": platform.python_version()} | found


def dumps(data: object) -> str:
    """Return data as JSON text in which lists of plain values stay on one line.

    Example:
        >>> print(dumps({"transition": [["1/2", "1/2"], [0.25, 0.75]]}), end="")
        {
         "transition": [
          ["1/2", "1/2"],
          [0.25, 0.75]
         ]
        }
    """
    return "".join(_pretty(data, "\n")) + "\n"


def _pretty(data: Any, line: str) -> Iterator[str]:
    """Yield the text piece by piece; ``line`` is what begins a new line here."""
    items = data.values() if isinstance(data, dict) else data
    nested = isinstance(data, dict | list) and any(isinstance(x, dict | list) for x in items)
    if not nested and not (isinstance(data, dict) and len(data) > 2):
        yield json.dumps(data, ensure_ascii=False, allow_nan=False)
        return
    is_dict = isinstance(data, dict)
    yield "{" if is_dict else "["
    for number, item in enumerate(data):
        yield ("," if number else "") + line + " "
        if is_dict:
            yield json.dumps(item, ensure_ascii=False) + ": "
        yield from _pretty(data[item] if is_dict else item, line + " ")
    yield line + ("}" if is_dict else "]")


def load(path: str | Path) -> Record:
    """Read a record.

    Raises:
        BadRecord: the file cannot be read or is no record of this version of the schema.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRecord(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"{path}: not JSON ({error}); expected a saved record") from None
    _check(str(path), data)
    return dict(data)


def _check(path: str, data: Any) -> None:
    """Raise BadRecord unless data is a record."""
    if isinstance(data, dict) and data.get("schema_version") != SCHEMA_VERSION:
        found = data.get("schema_version")
        raise BadRecord(f"{path}: schema_version is {found!r}; expected {SCHEMA_VERSION}")
    _fits(f"{path}: ", "", data, RECORD)
    if "ledger" in data:
        _fits(f"{path}: ", "ledger", data["ledger"], LEDGER)
    seen = set()
    for number, claim in enumerate(data["claims"]):
        place = f"{path}: claims[{number}]"
        if claim["verdict"] not in VERDICTS:
            raise BadRecord(f"{place}.verdict is {claim['verdict']!r}; expected one of {VERDICTS}")
        if claim["rung"] not in (*RUNGS, "cited", None):
            raise BadRecord(f"{place}.rung is {claim['rung']!r}; expected one of {RUNGS}")
        if not re.fullmatch("[A-Z][0-9]+", claim["label"]):
            raise BadRecord(f"{place}.label is {claim['label']!r}; expected one such as 'A1'")
        if claim["id"] in seen:
            raise BadRecord(f"{place}.id is {claim['id']!r} for the second time")
        seen.add(claim["id"])


def _fits(path: str, place: str, data: Any, shape: Any) -> None:
    """Raise BadRecord, naming the place, unless data has the shape."""
    kind = dict if isinstance(shape, dict) else list if isinstance(shape, list) else shape
    wrong_bool = isinstance(data, bool) and kind is not bool
    if not isinstance(data, kind) or wrong_bool:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        names = " or ".join("null" if k is type(None) else JSON_NAMES[k] for k in kinds)
        shown = repr(data) if len(repr(data)) <= 40 else f"{repr(data)[:37]}..."
        raise BadRecord(f"{path}{place or 'the file'} is {shown}; expected {names}")
    if isinstance(shape, dict):
        for key, inner in shape.items():
            if key not in data:
                raise BadRecord(f"{path}{place or 'the record'} lacks the key {key!r}")
            _fits(path, f"{place}.{key}" if place else key, data[key], inner)
    if isinstance(shape, list):
        for number, item in enumerate(data):
            _fits(path, f"{place}[{number}]", item, shape[0])


def stripped(record: Mapping[str, Any]) -> Record:
    """Return a record without what differs from run to run: seconds, versions, what was kept."""
    claims = [
        {key: claim[key] for key in claim if key != "kept"} | {"seconds": None}
        for claim in record["claims"]
    ]
    return {**record, "versions": {}, "claims": claims}


def baseline(record: Mapping[str, Any]) -> Record:
    """Return what of a record is worth committing: no seconds, versions, derivations, instances."""
    short = stripped(record)
    return {**short, "claims": [_outline(claim) for claim in short["claims"]]}


def _outline(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return a claim without its derivations and instances."""
    kept = (*FINDING, "drops", "change", "effective", "computed", "assumes")
    findings = {
        key: [{k: f[k] for k in kept if k in f} for f in claim[key]]
        for key in ("evidence", "witnesses", "twins")
    }
    return {**claim, **findings, "mutants": [], "parts": []}


def merge(records: Sequence[Record]) -> Record:
    """Return one record of several; of a claim that stands in several, the last.

    Raises:
        BadRecord: the records have different seeds.
    """
    seeds = sorted({record["seed"] for record in records})
    if len(seeds) > 1:
        raise BadRecord(f"the records have the seeds {seeds}; expected one seed for one report")
    claims = {claim["id"]: claim for record in records for claim in record["claims"]}
    ordered = sorted(claims.values(), key=lambda c: (c["section"], int(c["label"][1:])))
    return {**records[-1], "claims": ordered}
