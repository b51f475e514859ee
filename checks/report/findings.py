"""Findings in plain text, as other programs show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.verdict import failing

__all__ = ["against", "evidence", "heading", "location"]

AGAINST = ("cross-check", "engine", "enumeration", "test")
"""Kinds of evidence that refute a conclusion; a derivation is refused, which says less."""

Entry = Mapping[str, Any]


def evidence(entry: Entry) -> Iterator[Entry]:
    """Yield all that was found for a claim: its evidence, its witnesses, its twins."""
    for key in ("evidence", "witnesses", "twins"):
        yield from entry[key]


def heading(finding: Entry) -> str:
    """Return what a finding is about, in one line.

    Example:
        >>> heading({"part": "a-claim", "kind": "twin", "change": "3 for 2"})
        'a-claim: twin, 3 for 2'
        >>> heading({"part": "a-claim", "kind": "witness", "drops": "positive"})
        'a-claim: witness, without positive'
    """
    what = f", {finding['change']}" if "change" in finding else ""
    what += f", without {finding['drops']}" if "drops" in finding else ""
    return f"{finding['part']}: {finding['kind']}{what}"


def location(finding: Entry) -> str:
    """Return where a conclusion fails and by what values, or nothing.

    Example:
        >>> location({"step": "double", "lhs": "1", "rhs": "2"})
        'In step double: The left side is 1, the right side 2.'
    """
    said = failing(finding)
    return f"In step {finding['step']}: {said}" if said and "step" in finding else said


def against(entry: Entry) -> list[str]:
    """Return the first refutation of a claim: what fails, where, and the instance."""
    for finding in entry["evidence"]:
        if finding["outcome"] == "refuted" and finding["kind"] in AGAINST:
            said = (finding.get("message"), location(finding), finding.get("shown"))
            return [heading(finding), *filter(None, said)]
    return []
