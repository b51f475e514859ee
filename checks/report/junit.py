"""A record as JUnit XML: a suite per claim, a test case per piece of evidence.

The first case of a suite is the verdict.  It fails where the claim is refuted or inconclusive, and
is an error where the claim is one or did not run; an open claim is skipped, which is no pass.  So a
failure or an error stands in the file exactly if the run asks for an exit code other than 0.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from checks.report.findings import against, evidence, heading, location
from checks.report.markdown import reproduce, rung

__all__ = ["junit"]

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in XML, not even as a reference."""

TAGS = {
    "refuted": "failure",
    "inconclusive": "failure",
    "undecided": "failure",
    "error": "error",
    "not run": "error",
    "open": "skipped",
}
"""What an outcome or a verdict is called; the others pass."""

Entry = Mapping[str, Any]
Element = ET.Element


def junit(record: Entry, places: Mapping[str, tuple[str, int]]) -> str:
    """Return the XML; the same record gives the same text but for the seconds.

    Args:
        record: of a run.
        places: file and line of a claim, by its id.

    Example:
        >>> record = {"canaries": [], "claims": [], "versions": {}, "seed": 0, "thorough": False}
        >>> print(junit(record | {"with_twins": False, "interrupted": False}, {}).splitlines()[1])
        <testsuites name="ccmc" tests="0" failures="0" errors="0">
    """
    suites = [_canaries(record)]
    suites += [_claim(entry, record, places.get(entry["id"])) for entry in record["claims"]]
    root = Element("testsuites", {"name": "ccmc", **_counts(suites)})
    root.extend(suites)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _counts(suites: list[Element]) -> dict[str, str]:
    """Return how many cases there are, and how many of them fail or are errors."""
    names = {"tests": "testcase", "failures": "failure", "errors": "error"}
    return {
        key: str(sum(len(list(suite.iter(tag))) for suite in suites)) for key, tag in names.items()
    }


def _suite(name: str, properties: Mapping[str, object], cases: list[Element]) -> Element:
    suite = Element("testsuite", name=_xml(name))
    listed = ET.SubElement(suite, "properties")
    for key, value in properties.items():
        ET.SubElement(listed, "property", name=key, value=_xml(str(value)))
    suite.extend(cases)
    for key, value in _counts([suite]).items():
        suite.set(key, value)
    suite.set("skipped", str(len(list(suite.iter("skipped")))))
    return suite


def _canaries(record: Entry) -> Element:
    """Return the suite of the planted traps; its properties are those of the run."""
    names = ("seed", "thorough", "with_twins", "interrupted")
    cases = [
        _case(
            "canaries",
            canary["name"],
            "passed" if canary["caught"] else "error",
            f"the canary was missed: {canary['message']}",
        )
        for canary in record["canaries"]
    ]
    versions = {f"version {name}": version for name, version in record["versions"].items()}
    return _suite("canaries", {name: record[name] for name in names} | versions, cases)


def _claim(entry: Entry, record: Entry, place: tuple[str, int] | None) -> Element:
    """Return the suite of a claim: its verdict, then all that was found."""
    verdict = entry["verdict"]
    said = (verdict, *entry["reasons"], entry.get("gap"), *against(entry))
    first = _case(entry["id"], "verdict", verdict, *said, reproduce(entry, record))
    cases = [first]
    for finding in evidence(entry):
        what = f"{finding['kind']} {finding['outcome']}"
        said = (finding.get("message"), location(finding), finding.get("shown"))
        cases.append(_case(entry["id"], heading(finding), finding["outcome"], what, *said))
    properties = {
        "label": entry["label"],
        "title": entry["title"],
        "verdict": verdict,
        "rung": rung(entry),
        "required rung": entry["required_rung"],
        "scope": entry["scope"],
        "selected": entry["selected"],
        "fingerprint": entry["fingerprint"] or "",
    }
    suite = _suite(f"{entry['label']} {entry['id']}", properties, cases)
    if place:
        suite.set("file", _xml(place[0]))
    if entry["seconds"] is not None:
        for element in (suite, first):
            element.set("time", f"{entry['seconds']:.3f}")
    return suite


def _case(suite: str, name: str, outcome: str, *lines: str | None) -> Element:
    """Return a test case; one that does not pass says why, in its message and its text."""
    case = Element("testcase", classname=_xml(f"ccmc.{suite}"), name=_xml(name))
    tag = TAGS.get(outcome)
    if tag:
        text = _xml("\n".join(filter(None, lines)))
        message = " ".join(text.splitlines()[:2])
        ET.SubElement(case, tag, type=outcome, message=message).text = text
    return case


def _xml(text: str) -> str:
    """Return a text that may stand in XML."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
