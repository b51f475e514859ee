"""A record as SARIF 2.1.0: a rule per claim, a result for each claim that is not at its rung.

An open claim is at its rung, and so gives no result.  A result points to the card of its claim.
"""

from collections.abc import Mapping
from typing import Any

from checks.plain import plain
from checks.record import dumps
from checks.report.findings import against
from checks.report.markdown import reproduce, rung
from checks.verdict import EXIT

__all__ = ["sarif"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"

LEVELS = {"refuted": "error", "error": "error", "inconclusive": "warning", "not run": "warning"}

Entry = Mapping[str, Any]


def sarif(record: Entry, places: Mapping[str, tuple[str, int]], code: int) -> str:
    """Return the JSON text.

    Args:
        record: of a run.
        places: file, as a URI, and line of a claim, by its id.
        code: the exit code of the run.

    Example:
        >>> run = {"canaries": [], "claims": [], "versions": {"ccmc": "1"}, "interrupted": False}
        >>> '"executionSuccessful": true' in sarif(run, {}, 0)
        True
    """
    claims = record["claims"]
    driver = {
        "name": "ccmc",
        "semanticVersion": record["versions"]["ccmc"],
        "rules": [_rule(entry) for entry in claims],
    }
    results = [
        _result(number, entry, record, places.get(entry["id"]))
        for number, entry in enumerate(claims)
        if entry["verdict"] in EXIT
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(record, code)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry["id"],
        "shortDescription": {"text": plain(f"{entry['label']}: {entry['title']}")},
        "fullDescription": {"text": plain(entry["statement"])},
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": [entry["section"], entry["required_rung"]],
            "requiredRung": entry["required_rung"],
        },
    }


def _result(
    number: int, entry: Entry, record: Entry, place: tuple[str, int] | None
) -> dict[str, Any]:
    said = f"{entry['label']} {entry['id']} is {entry['verdict']}: {plain(entry['title'])}"
    text = "\n".join([said, *entry["reasons"], *against(entry), reproduce(entry, record)])
    result = {
        "ruleId": entry["id"],
        "ruleIndex": number,
        "level": LEVELS[entry["verdict"]],
        "message": {"text": text},
        "partialFingerprints": {"claimAndVerdict/v1": f"{entry['id']} {entry['verdict']}"},
        "properties": {
            "verdict": entry["verdict"],
            "rung": rung(entry),
            "requiredRung": entry["required_rung"],
            "scope": entry["scope"],
        },
    }
    if place:
        uri, line = place
        where = {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}
        result["locations"] = [{"physicalLocation": where}]
    return result


def _invocation(record: Entry, code: int) -> dict[str, Any]:
    """Return how the run went: missed canaries and Ctrl-C stand here."""
    said = [
        f"canary missed: {canary['name']}: {canary['message']}"
        for canary in record["canaries"]
        if not canary["caught"]
    ]
    if record["interrupted"]:
        said.append("interrupted: the claims not finished are not run")
    return {
        "executionSuccessful": not said,
        "exitCode": code,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": message}} for message in said
        ],
    }
