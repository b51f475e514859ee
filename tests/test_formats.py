"""JUnit XML, SARIF and the job summary: valid, complete, and as severe as the exit code."""

import copy
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import helpers
import jsonschema
import pytest
import xmlschema
from helpers import TESTS, Ccmc

from checks.record import Record, load
from checks.report.findings import evidence
from checks.report.junit import junit
from checks.report.sarif import LEVELS, sarif
from checks.report.summary import LIMIT, summary
from checks.runner import code_of
from checks.verdict import EXIT, VERDICTS

ccmc = pytest.fixture(helpers.ccmc)

XSD = xmlschema.XMLSchema(TESTS / "data/junit-10.xsd")
SARIF = json.loads((TESTS / "data/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
PLACES = {"refuted": ("tests/fake_claims.py", 7)}


@pytest.fixture
def record() -> Record:
    return copy.deepcopy(helpers.fake_run())


def only(record: Record, *names: str) -> Record:
    return {**record, "claims": [entry for entry in record["claims"] if entry["id"] in names]}


def suites(record: Record) -> dict[str, ET.Element]:
    text = junit(record, PLACES)
    XSD.validate(text)
    return {str(suite.get("name")): suite for suite in ET.fromstring(text)}


def results(record: Record) -> dict[str, dict[str, Any]]:
    data = json.loads(sarif(record, PLACES, code_of(record)))
    jsonschema.Draft4Validator(SARIF).validate(data)
    [run] = data["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == [entry["id"] for entry in record["claims"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    return {result["ruleId"]: result for result in run["results"]}


# JUnit.


def test_the_schema_refuses_what_is_no_junit(record: Record) -> None:
    text = junit(record, {})
    for wrong in (
        text.replace("<properties>", "<note /><properties>", 1),
        text.replace(' tests="', ' count="'),
        text.replace("<property name", "<property key", 1),
    ):
        assert wrong != text
        assert not XSD.is_valid(wrong)


def test_every_finding_is_a_test_case_and_the_verdict_one_more(record: Record) -> None:
    found = suites(record)
    assert list(found) == [
        "canaries",
        *(f"{entry['label']} {entry['id']}" for entry in record["claims"]),
    ]
    for entry in record["claims"]:
        suite = found[f"{entry['label']} {entry['id']}"]
        assert len(suite.findall("testcase")) == 1 + len(list(evidence(entry)))
        names = [case.get("name") for case in suite.findall("testcase")]
        assert names[0] == "verdict"
        assert len(set(names)) == len(names)
        assert suite.get("tests") == str(len(names))


def test_a_refuted_claim_fails_with_the_instance(record: Record) -> None:
    suite = suites(record)["A6 refuted"]
    assert suite.get("file") == "tests/fake_claims.py"
    failure = suite.find("testcase[@name='verdict']/failure")
    assert failure is not None
    assert failure.get("message") == "refuted refuted: cross-check refuted (2 is not 3)"
    assert failure.text is not None
    assert "\nx = 1\nccmc verify refuted --seed 0 --twins" in failure.text


def test_an_open_claim_is_skipped_with_its_gap(record: Record) -> None:
    skipped = suites(record)["A8 open"].find("testcase[@name='verdict']/skipped")
    assert skipped is not None
    assert skipped.get("message") == "open a bound for all $x$"


def test_properties_say_verdict_rung_and_versions(record: Record) -> None:
    found = suites(record)

    def properties(name: str) -> dict[str, str]:
        listed = found[name].findall("properties/property")
        return {str(item.get("name")): str(item.get("value")) for item in listed}

    assert properties("A1 good")["verdict"] == "holds"
    assert properties("A1 good")["rung"] == properties("A1 good")["required rung"] == "derived"
    assert properties("canaries")["version sympy"] == record["versions"]["sympy"]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_it_fails_exactly_if_the_exit_code_does(record: Record, verdict: str) -> None:
    record = only(record, "good")
    record["claims"][0]["verdict"] = verdict
    root = ET.fromstring(junit(record, {}))
    fails = int(root.get("failures", "")) + int(root.get("errors", "")) > 0
    assert fails == (code_of(record) != 0) == bool(results(record))


def test_a_missed_canary_is_an_error_everywhere(record: Record) -> None:
    record = only(record, "good")
    record["canaries"][0] |= {"caught": False, "message": "a trap"}
    suite = suites(record)["canaries"]
    assert (suite.get("errors"), suite.get("tests")) == ("1", str(len(record["canaries"])))
    data = json.loads(sarif(record, {}, code_of(record)))
    [invocation] = data["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 70)
    assert "Canary missed: ground types: a trap" in summary(record)


def test_characters_that_xml_has_not_are_replaced(record: Record) -> None:
    record["claims"][0] |= {"verdict": "error", "reasons": ["a\x00b\x1b[0m <&> \ud800 ∑\n]]>"]}
    failure = suites(record)["A1 good"].find("testcase/error")
    assert failure is not None
    assert "a\ufffdb\ufffd[0m <&> \ufffd ∑" in str(failure.text)


# SARIF.


def test_the_schema_refuses_what_is_no_sarif(record: Record) -> None:
    data = json.loads(sarif(record, PLACES, 70))
    data["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        jsonschema.Draft4Validator(SARIF).validate(data)


def test_results_are_what_is_not_at_its_rung(record: Record) -> None:
    bad = {e["id"]: LEVELS[e["verdict"]] for e in record["claims"] if e["verdict"] in EXIT}
    assert {name: result["level"] for name, result in results(record).items()} == bad
    assert set(bad) == {"refuted", "sampled", "disagree", "crash"}


def test_a_result_points_to_its_claim_and_shows_the_instance(record: Record) -> None:
    result = results(record)["refuted"]
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "tests/fake_claims.py"},
                "region": {"startLine": 7},
            }
        }
    ]
    assert "\n2 is not 3\nx = 1\n" in result["message"]["text"]


def test_claims_stand_where_their_cards_begin() -> None:
    from checks.claims import CLAIMS

    for claim in CLAIMS:
        file, line = claim.place
        card = Path(file).read_text(encoding="utf-8").splitlines()[line - 1 : line + 3]
        assert card[0].startswith(("@claim(", "@literature(")), (claim.id, file, line)
        assert any(f'"{claim.id}"' in text for text in card), (claim.id, file, line)


# The summary.


def test_the_summary_says_what_is_wrong_and_lists_all(record: Record) -> None:
    text = summary(record)
    assert text.startswith("### ccmc: 3 of 8 claims hold at their required rung\n")
    assert "#### ✗ A6 refuted: refuted\n" in text
    assert "2 is not 3\nx = 1\n```\n" in text
    assert "#### " not in text.partition("| A8 | `open` | ○ open |")[2]
    assert all(f"| `{entry['id']}` |" in text for entry in record["claims"])


@pytest.mark.parametrize("limit", [0, 150, 300, 700, 1200])
def test_a_summary_never_exceeds_its_limit_and_says_what_it_leaves_out(
    record: Record, limit: int
) -> None:
    text = summary(record, limit)
    assert len(text.encode()) <= limit
    assert not text or " more entries do not fit into this summary" in text
    assert text.count("```") % 2 == 0


def test_a_summary_of_many_failures_stays_under_a_megabyte(record: Record) -> None:
    [bad] = only(record, "refuted")["claims"]
    for finding in bad["evidence"]:
        finding["shown"] = "∑" * 10**6
    record["claims"] = [bad] * 300
    assert LIMIT - 10**5 < len(summary(record).encode()) <= LIMIT


# The command.


def test_verify_writes_all_formats(ccmc: Ccmc, tmp_path: Path) -> None:
    files = ["--save", "r.json", "--junit", "j.xml", "--sarif", "s.sarif", "--summary", "s.md"]
    done = ccmc("verify", *files, claims="good,refuted")
    assert done.returncode == 1
    record = load(tmp_path / "r.json")
    XSD.validate(tmp_path / "j.xml")
    data = json.loads((tmp_path / "s.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(SARIF).validate(data)
    [result] = data["runs"][0]["results"]
    [where] = result["locations"]
    assert where["physicalLocation"]["artifactLocation"]["uri"] == "tests/fake_claims.py"
    assert data["runs"][0]["invocations"][0]["exitCode"] == 1
    assert (tmp_path / "s.md").read_text(encoding="utf-8") == summary(record)


def test_the_job_summary_is_added_to_what_is_there(ccmc: Ccmc, tmp_path: Path) -> None:
    (tmp_path / "step.md").write_text("before\n")
    done = ccmc("verify", claims="good", GITHUB_STEP_SUMMARY="step.md")
    assert done.returncode == 0
    text = (tmp_path / "step.md").read_text(encoding="utf-8")
    assert text.startswith("before\n### ccmc: 1 of 1 claims hold")
    done = ccmc("verify", claims="refuted", GITHUB_STEP_SUMMARY="no/step.md")
    assert done.returncode == 1  # the verdict, whether or not the summary can be written
    assert "No job summary: no/step.md: cannot be written" in done.stderr


@pytest.mark.parametrize("option", ["--junit", "--sarif", "--summary"])
def test_a_file_that_cannot_be_written_is_refused_before_the_run(ccmc: Ccmc, option: str) -> None:
    done = ccmc("verify", option, "no/file", claims="slow")
    assert done.returncode == 2
    assert "the folder no does not exist" in done.stderr
