"""A record as the Markdown summary of a job: what is not well first, then a table of all claims.

GitHub takes one megabyte for a step.  What does not fit is left out, and the summary says so.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.report.findings import against
from checks.report.markdown import cell, counted, reproduce, rung
from checks.verdict import EXIT, SIGNS

__all__ = ["LIMIT", "summary"]

LIMIT = 1_000_000
"""Bytes of a summary."""

LONGEST = 4000
"""Characters of one refutation."""

ROOM = 200
"""Bytes kept for the sentence that says what was left out."""

Entry = Mapping[str, Any]


def summary(record: Entry, limit: int = LIMIT) -> str:
    """Return the summary, at most ``limit`` bytes of UTF-8.

    Example:
        >>> print(summary({"canaries": [], "claims": [], "seed": 0, "interrupted": False}))
        ### ccmc: 0 of 0 claims hold at their required rung
        <BLANKLINE>
        Seed 0, 0 of 0 canaries caught.
        <BLANKLINE>
    """
    blocks = list(_blocks(record))
    sizes = [len(block.encode()) for block in blocks]
    if sum(sizes) <= limit:
        return "".join(blocks)
    kept, size = 0, ROOM
    while kept < len(blocks) and size + sizes[kept] <= limit:
        size += sizes[kept]
        kept += 1
    left = len(blocks) - kept
    end = f"\n{left} more entries do not fit into this summary; the record has them.\n"
    text = "".join(blocks[:kept]) + end
    return text if len(text.encode()) <= limit else ""


def _blocks(record: Entry) -> Iterator[str]:
    """Yield pieces of the summary that stand or fall as a whole."""
    entries = record["claims"]
    well = [entry for entry in entries if entry["verdict"] in ("holds", "supported")]
    caught = sum(canary["caught"] for canary in record["canaries"])
    yield f"### ccmc: {len(well)} of {len(entries)} claims hold at their required rung\n\n"
    yield f"Seed {record['seed']}, {caught} of {len(record['canaries'])} canaries caught.\n"
    for canary in record["canaries"]:
        if not canary["caught"]:
            yield f"\n**Canary missed: {canary['name']}: {canary['message']}**\n"
    if record["interrupted"]:
        yield "\n**Interrupted: the claims not finished are not run.**\n"
    for entry in entries:
        if entry["verdict"] in EXIT:
            yield _not_well(entry, record)
    if entries:
        yield "\n| | claim | verdict | rung | scope | cases |\n|---|---|---|---|---|---:|\n"
    for entry in entries:
        yield _row(entry)


def _row(entry: Entry) -> str:
    verdict = "cited" if entry["rung"] == "cited" else entry["verdict"]
    cells = (
        entry["label"],
        f"`{entry['id']}`",
        f"{SIGNS[verdict]} {verdict}",
        rung(entry),
        entry["scope"],
        counted(entry) or "–",
    )
    return f"| {' | '.join(map(cell, cells))} |\n"


def _not_well(entry: Entry, record: Entry) -> str:
    """Return why a claim is not at its rung, with the instance against it."""
    verdict = entry["verdict"]
    lines = ["", f"#### {SIGNS[verdict]} {entry['label']} {entry['id']}: {verdict}"]
    lines += ["", entry["title"], ""]
    lines += [f"- {cell(reason)}" for reason in entry["reasons"]]
    shown = "\n".join(against(entry))
    if shown:
        cut = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}\n(the record has the rest)"
        lines += ["", "```text", cut, "```"]
    lines += ["", f"Reproduce: `{reproduce(entry, record)}`"]
    return "\n".join(lines) + "\n"
