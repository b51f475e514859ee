"""Verdict, rung, scope and trust base follow from the findings, and from nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from checks.verdict import Result, Standing, exit_code, judge, weakest


def finding(kind: str, outcome: str = "holds", part: str = "a", **detail: Any) -> dict[str, Any]:
    return {"kind": kind, "part": part, "outcome": outcome, **detail}


DERIVATION = finding("derivation")
ENGINE = finding("engine")
CHECK = finding("cross-check", drawn=10, effective=9, decided=9)
WITNESS = finding("witness", drops="readout")
REASON = finding("unwitnessed", drops="tokens", reason="no token outside 1..K has an embedding")
TWIN = finding("twin", change="a sign")

WHOLE = Result(
    "a",
    "derived",
    "done",
    findings=(DERIVATION, ENGINE, CHECK, WITNESS, REASON, TWIN),
    parts=("a",),
    assumptions=(("a", "readout"), ("a", "tokens")),
    twins=(("a", "a sign"),),
    scope="all K, L",
    rules=("sums",),
    definitions=("n",),
)


def one(result: Result, *others: Result) -> Standing:
    return judge([result, *others])[result.id]


def without(dropped: dict[str, Any]) -> Result:
    return replace(WHOLE, findings=tuple(f for f in WHOLE.findings if f is not dropped))


def changed(old: dict[str, Any], **new: Any) -> Result:
    findings = tuple({**f, **new} if f is old else f for f in WHOLE.findings)
    return replace(WHOLE, findings=findings)


def test_complete_evidence_holds() -> None:
    standing = one(WHOLE)
    assert (standing.verdict, standing.rung, standing.scope) == ("holds", "derived", "all K, L")
    assert standing.reasons == ()


def test_an_instance_against_what_rests_on_the_literature_refutes_it() -> None:
    known = Result(
        "b",
        "cited",
        "done",
        findings=(finding("literature", part="b"),),
        parts=("b",),
        kinds={"b": "literature"},
    )
    false = changed(CHECK, outcome="refuted", lhs="1", rhs="0")
    standing = one(replace(false, cited=("b",)), known)
    assert standing.verdict == "refuted"
    assert standing.reasons == (
        "a: cross-check refuted (The left side is 1, the right side 0)",
        "its derivation replays, so what b says, or what it is cited for, is wrong",
    )
    assert one(false, known).verdict == "error"  # it rests on the rules alone
    step = replace(changed(ENGINE, outcome="refuted", lhs="1", rhs="0"), cited=("b",))
    assert one(step, known).verdict == "error"  # the conclusion holds, a step does not


def test_nothing_known_is_not_run() -> None:
    standing = one(Result("a", "derived"))
    assert (standing.verdict, standing.rung, standing.scope) == ("not run", None, "nothing")


@pytest.mark.parametrize("dropped", WHOLE.findings, ids=lambda f: f["kind"])
def test_a_finding_that_is_missing_is_an_error(dropped: dict[str, Any]) -> None:
    standing = one(without(dropped))
    assert (standing.verdict, standing.rung) == ("error", None)
    assert len(standing.reasons) == 1


def test_done_without_any_part_is_an_error() -> None:
    standing = one(Result("a", "derived", "done"))
    assert (standing.verdict, standing.reasons) == ("error", ("the claim has no part",))


@pytest.mark.parametrize("kind", [DERIVATION, ENGINE, CHECK, WITNESS, REASON, TWIN])
def test_a_finding_in_error_is_an_error(kind: dict[str, Any]) -> None:
    standing = one(changed(kind, outcome="error", message="it broke"))
    assert standing.verdict == "error"
    assert "it broke" in standing.reasons[0]


@pytest.mark.parametrize("kind", [WITNESS, TWIN])
@pytest.mark.parametrize("outcome", ["refuted", "undecided"])
def test_a_witness_or_twin_that_is_not_confirmed_is_an_error(
    kind: dict[str, Any], outcome: str
) -> None:
    standing = one(changed(kind, outcome=outcome))
    told = "not confirmed" if outcome == "refuted" else outcome
    what = kind.get("drops") or kind["change"]
    assert (standing.verdict, standing.reasons) == (
        "error",
        (f"a: {kind['kind']} {what!r} {told}",),
    )


def test_a_missing_reason_is_no_reason() -> None:
    assert one(changed(REASON, reason=" ")).verdict == "error"


def test_a_witness_of_another_part_does_not_count() -> None:
    assert one(replace(WHOLE, assumptions=(("a/b", "readout"),))).verdict == "error"


def test_a_vacuous_cross_check_is_an_error() -> None:
    for outcome in ("holds", "undecided"):
        standing = one(changed(CHECK, effective=0, decided=0, outcome=outcome))
        assert standing.verdict == "error"
        assert "vacuous" in standing.reasons[0]


def test_a_vacuous_check_of_one_part_is_told_once() -> None:
    other = [finding(kind, part="a/b", effective=3) for kind in ("derivation", "engine")]
    vacuous = finding("cross-check", part="a/b", effective=0)
    result = replace(WHOLE, parts=("a", "a/b"), findings=(*WHOLE.findings, *other, vacuous))
    assert one(result).reasons == ("a/b: the cross-check is vacuous, no case met the assumptions",)


def test_undecided_cases_only_are_inconclusive() -> None:
    assert one(changed(CHECK, decided=0, outcome="undecided")).verdict == "inconclusive"


def test_a_refused_derivation_leaves_the_sampled_cases() -> None:
    standing = one(changed(DERIVATION, outcome="undecided", message="step 3"))
    assert (standing.verdict, standing.rung) == ("inconclusive", "sampled")
    assert standing.scope == "9 sampled cases"
    assert standing.reasons == ("a: derivation refused (step 3)",)


def test_an_instance_against_a_claim_without_derivation_refutes_it() -> None:
    result = changed(CHECK, outcome="refuted", where={"k": 1}, lhs="1", rhs="2")
    result = replace(
        result, findings=tuple({**f, "outcome": "undecided"} if f is DERIVATION else f
                               for f in result.findings)
    )  # fmt: skip
    standing = one(result)
    assert (standing.verdict, standing.rung) == ("refuted", None)
    assert "At k = 1 the left side is 1, the right side 2" in standing.reasons[0]


@pytest.mark.parametrize("kind", [CHECK, ENGINE])
def test_an_instance_against_a_derivation_that_replays_is_an_error(kind: dict[str, Any]) -> None:
    standing = one(changed(kind, outcome="refuted"))
    assert standing.verdict == "error"
    assert standing.reasons[0].startswith("the engines disagree")


def test_one_weak_part_weakens_the_claim() -> None:
    other = [finding(kind, part="a/b", effective=3) for kind in ("engine", "cross-check")]
    refused = finding("derivation", "undecided", part="a/b")
    result = replace(WHOLE, parts=("a", "a/b"), findings=(*WHOLE.findings, *other, refused))
    assert (one(result).verdict, one(result).rung) == ("inconclusive", "sampled")


def test_a_time_limit_is_inconclusive_and_a_crash_an_error() -> None:
    late = one(Result("a", "derived", "timed out", "stopped after 3 s"))
    assert (late.verdict, late.reasons) == ("inconclusive", ("stopped after 3 s",))
    assert one(Result("a", "derived", "failed", "died")).verdict == "error"


def test_an_open_claim_is_open_whatever_supports_it() -> None:
    standing = one(replace(WHOLE, required="open", gap="the limit"))
    assert (standing.verdict, standing.rung) == ("open", "open")


def test_a_sampled_claim_is_supported_not_proved() -> None:
    assert one(replace(WHOLE, required="sampled")).verdict == "supported"


BELOW = replace(
    WHOLE,
    id="b",
    findings=tuple({**f, "part": "b"} for f in WHOLE.findings),
    parts=("b",),
    assumptions=(("b", "readout"), ("b", "tokens")),
    twins=(("b", "a sign"),),
    rules=("induct",),
)
CITING = replace(WHOLE, cited=("b",))


GIVEN = Result(
    "b",
    "cited",
    "done",
    findings=(finding("literature", part="b"),),
    parts=("b",),
    kinds={"b": "literature"},
)


def test_a_claim_rests_on_what_holds() -> None:
    standing = one(CITING, BELOW)
    assert (standing.verdict, standing.rung, standing.given) == ("holds", "derived", ())
    assert standing.rests_on["claims"] == ("b",)
    assert standing.rests_on["rules"] == ("induct", "sums")


@pytest.mark.parametrize("status", ["not run", "timed out", "failed"])
def test_a_claim_does_not_hold_on_what_does_not(status: str) -> None:
    standing = one(CITING, Result("b", "derived", status))
    assert (standing.verdict, standing.rung) == ("inconclusive", None)
    assert standing.reasons[0].startswith("it rests on b: ")


def test_weakness_comes_through_several_citations() -> None:
    weak = Result("c", "derived", "timed out")
    standing = one(CITING, replace(BELOW, cited=("c",)), weak)
    assert standing.verdict == "inconclusive"
    assert standing.rests_on["claims"] == ("b", "c")


def test_a_derived_claim_does_not_hold_on_a_sampled_one() -> None:
    standing = one(CITING, replace(BELOW, required="sampled", findings=tuple(
        {**f, "outcome": "undecided"} if f["kind"] == "derivation" else f for f in BELOW.findings
    )))  # fmt: skip
    assert (standing.verdict, standing.rung) == ("inconclusive", "sampled")


def test_a_theorem_of_the_literature_is_given() -> None:
    standing = one(CITING, GIVEN)
    assert (standing.verdict, standing.rung, standing.given) == ("holds", "derived", ("b",))
    assert standing.rests_on["literature"] == ("b",)
    assert standing.rests_on["claims"] == ()


def test_a_dangling_citation_is_an_error() -> None:
    standing = one(CITING)
    assert standing.verdict == "error"
    assert standing.reasons[0] == "it cites b, which is no claim"


def test_claims_in_a_circle_are_errors_with_the_path() -> None:
    standings = judge([CITING, replace(BELOW, cited=("a",))])
    assert {s.verdict for s in standings.values()} == {"error"}
    assert standings["a"].reasons[0] == "it rests on itself: a -> b -> a"


def test_engines_are_named_in_the_trust_base() -> None:
    assert one(WHOLE).rests_on["engines"] == ("SymPy (python ground types)", "python-flint")


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([], 0),
        (["holds", "supported", "open"], 0),
        (["holds", "inconclusive"], 3),
        (["not run"], 3),
        (["inconclusive", "refuted"], 1),
        (["refuted", "error", "inconclusive"], 70),
    ],
)
def test_the_most_severe_verdict_sets_the_exit_code(verdicts: list[str], code: int) -> None:
    assert exit_code(verdicts) == code


def test_nothing_is_weaker_than_everything() -> None:
    assert weakest(["derived", None]) is None
    assert weakest([]) is None


def test_the_weakest_rung_is_the_lowest() -> None:
    assert weakest(["open", "sampled"]) == "open"
    assert weakest(["exact", "derived"]) == "exact"
    assert weakest(["certified", "kernel", "exact"]) == "certified"
