"""Re-runs one recorded witness, twin or failure.

Every witness, twin and failure of a record is an object that can be run again by itself::

    jq '.claims[0].witnesses[0] + {versions}' record.json > witness.json
    ccmc replay witness.json

With ``versions``, as counterexamples are kept, it is said which of them differ here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.record import BadRecord, versions
from checks.registry import Registry
from checks.worker import named

__all__ = ["Replayed", "load_payload", "replay"]

NEEDED = ("claim", "part", "kind")
NAMED = {"witness": "drops", "twin": "change"}
AT_INSTANCES = ("witness", "cross-check", "engine")
"""Kinds that need an instance; a twin of a theorem does too."""

KINDS = (*AT_INSTANCES, "twin", "enumeration", "test", "table")

SIZES = ("K", "L", "d", "M", "N", "r", "rr")
LARGEST = 64
"""What the arrays of an instance are sized by, and how large that may be."""


@dataclass(frozen=True)
class Replayed:
    """The outcome now, and the one recorded (or, where none is, the one to be expected).

    ``differing`` are the versions that differ: of what, the one recorded, the one here.
    """

    claim: str
    part: str
    kind: str
    outcome: str
    recorded: str
    detail: Mapping[str, Any]
    differing: tuple[tuple[str, str, str], ...] = ()

    @property
    def same(self) -> bool:
        """Whether the outcome is as recorded."""
        return self.outcome == self.recorded


def load_payload(path: str | Path) -> dict[str, Any]:
    """Read one witness, twin or failure.

    Raises:
        BadRecord: the file cannot be read, or is no such object; the message says what is missing.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRecord(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"{path}: not JSON ({error}); expected one witness or failure") from None
    if isinstance(data, dict) and "claims" in data:
        raise BadRecord(f"{path}: a whole record; take one witness or failure out of its claims")
    if not isinstance(data, dict):
        raise BadRecord(f"{path}: a {type(data).__name__}; expected one witness or failure")
    missing = [key for key in NEEDED if key not in data]
    if missing:
        raise BadRecord(f"{path}: the key {missing[0]!r} is missing; expected {', '.join(NEEDED)}")
    if data["kind"] not in KINDS:
        raise BadRecord(f"{path}: kind {data['kind']!r}; expected one of {', '.join(KINDS)}")
    if data["kind"] in AT_INSTANCES and "instance" not in data:
        raise BadRecord(f"{path}: a {data['kind']} needs the key 'instance'")
    name = NAMED.get(data["kind"])
    if name and not isinstance(data.get(name), str):
        raise BadRecord(f"{path}: a {data['kind']} needs the key {name!r}")
    if not isinstance(data.get("versions", {}), dict):
        raise BadRecord(f"{path}: versions is {data['versions']!r}; expected an object")
    return data


def replay(
    payload: Mapping[str, Any], registry: Registry, recheck: str = "checks.evidence:recheck"
) -> Replayed:
    """Run one payload again.

    Args:
        payload: what `load_payload` returned.
        registry: the claims.
        recheck: where the function is that re-runs it, as ``module:name``.

    Raises:
        BadRecord: the claim, part or instance does not exist or cannot be read.
    """
    name = str(payload["claim"])
    if name not in registry:
        own = payload.get("file")
        where = f"it is in {own}: --claims {own}" if own else "`ccmc list` shows all"
        raise BadRecord(f"there is no claim {name!r}; {where}")
    try:
        _check_sizes(payload.get("instance"))
        found = named(recheck)(payload, registry[name].body)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        said = error.args[0] if error.args else error
        raise BadRecord(f"{name}: the payload cannot be run: {said}") from None
    expected = "holds" if payload["kind"] in (*NAMED, "table") else "refuted"
    return Replayed(
        claim=name,
        part=str(payload["part"]),
        kind=str(payload["kind"]),
        outcome=found.outcome,
        recorded=str(payload.get("outcome", expected)),
        detail=dict(found.detail),
        differing=_differing(payload.get("versions", {})),
    )


def _differing(recorded: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The versions that are recorded and are not those here."""
    here = versions()
    return tuple(
        (name, str(was), here.get(name, "none"))
        for name, was in recorded.items()
        if was != here.get(name)
    )


def _check_sizes(instance: object) -> None:
    """Raise ValueError when an array of the instance would be too large, or empty."""
    for name in SIZES:
        size = instance.get(name) if isinstance(instance, Mapping) else None
        if isinstance(size, int) and not 1 <= size <= LARGEST:
            raise ValueError(f"{name} = {_short(size)}: expected 1 to {LARGEST}")


def _short(size: int) -> str:
    text = str(size)
    return text if len(text) <= 40 else f"an integer of {len(text)} digits"
