"""Enumerations, statistical tests and tables: each holds, and each fails where it should."""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import helpers
import pytest
from fake_kinds import (
    BIASED,
    BODY,
    CLAIMS,
    COIN,
    LAW,
    NUMBERS,
    ODD,
    REASON,
    SELF,
    SURE,
    USES,
    WHY,
    WRONG,
    made,
    positive,
    squares,
)
from flint import arb, fmpq, fmpq_mpoly_ctx, fmpz_poly
from rich.console import Console
from sympy import QQ, RR, Function, Integer, ring

from checks.claim import (
    Alternative,
    Body,
    Case,
    Claim,
    Literature,
    Part,
    Source,
    Twin,
    Witness,
    claim,
    literature,
)
from checks.cli.show_text import show_text
from checks.cli.verify import _summary
from checks.compare import compare as compare_records
from checks.describe import describe
from checks.evidence import examine, recheck
from checks.kinds import (
    compare,
    on_alternative,
    on_variant,
    read_literature,
    run_enumeration,
    run_table,
    run_test,
)
from checks.ledger import BUDGET, ledger
from checks.paper_map import paper_map
from checks.record import BadRecord, Record, baseline, dumps, load
from checks.registry import BadRegistry, Registry
from checks.replay import load_payload, replay
from checks.report.latex import latex_claim
from checks.report.markdown import markdown_report
from checks.runner import code_of, run
from checks.seeds import claim_seed, generator
from checks.verdict import Result, Standing, judge
from numeric.exact import Log
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.judgement import Judgement

x = ring("x", QQ)[1]
HALF = Fraction(1, 2)


# One case.


@pytest.mark.parametrize(
    ("lhs", "relation", "rhs", "outcome"),
    [
        (1, "=", Fraction(2, 2), "holds"),
        (fmpq(1, 2), "!=", HALF, "refuted"),
        (1, "<", fmpq(3, 2), "holds"),
        (2, "<=", 1, "refuted"),
        (2, ">=", 2, "holds"),
        (2, ">", 2, "refuted"),
        (Log.of(4), "=", 2 * Log.of(2), "holds"),
        (Log.of(4), "=", 0, "refuted"),
        ((1, (HALF, 2)), "=", (1, (fmpq(1, 2), 2)), "holds"),
        ((1, 2), "=", (1, 2, 3), "refuted"),
        ((x + 1) ** 2, "=", x**2 + 2 * x + 1, "holds"),
        (x, "=", 2 * x, "refuted"),
        (fmpz_poly([1, 1]) ** 2, "=", fmpz_poly([1, 2, 1]), "holds"),
    ],
)
def test_exact_values_are_compared(lhs: Any, relation: str, rhs: Any, outcome: str) -> None:
    assert compare(Case({}, lhs, relation, rhs), "exact") == outcome


@pytest.mark.parametrize(
    ("lhs", "relation", "rhs", "said"),
    [
        (0.5, "=", HALF, "0.5 is not an exact rational"),
        (arb(1), "=", 1, "is not an exact rational"),
        (True, "=", True, "True is not an exact rational"),
        ((1, 0.5), "=", (1, 0.5), "0.5 is not"),
        ("a", "=", "a", "'a' is not"),
        (ring("x", RR)[1], "=", ring("x", RR)[1], "is not an exact"),
        (x, "=", 1, "not values of one kind"),
        (x, "=", ring("y", QQ)[1], "not values of one kind"),
        (Log.of(2), ">", 0, "only rationals have an exact order"),
        (x, ">", x, "only rationals"),
    ],
)
def test_what_is_not_exact_cannot_be_compared(lhs: Any, relation: str, rhs: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        compare(Case({}, lhs, relation, rhs), "exact")


def test_polynomials_in_other_variables_are_not_of_one_kind() -> None:
    one, other = (fmpq_mpoly_ctx.get((name, 1), "lex").gens()[0] for name in "xy")
    assert compare(Case({}, one + 1, "!=", one), "exact") == "holds"
    with pytest.raises(TypeError, match="not values of one kind"):
        compare(Case({}, one, "=", other), "exact")


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(ValueError, match="'=='"):
        compare(Case({}, 1, "==", 1), "exact")


WIDE = arb(1, 0.5)


@pytest.mark.parametrize(
    ("lhs", "relation", "rhs", "outcome"),
    [
        (WIDE, "<", 2, "holds"),
        (WIDE, ">", 2, "refuted"),
        (WIDE, ">", 1, "undecided"),
        (WIDE, ">=", WIDE, "undecided"),
        (WIDE, "=", WIDE, "undecided"),
        (WIDE, "=", 2, "refuted"),
        (WIDE, "!=", 2, "holds"),
        (arb(1), "=", 1, "holds"),
        (arb(1), "!=", 1, "refuted"),
        (arb(1), ">=", 1, "holds"),
        (arb(1), ">", 1, "refuted"),
        (Log.of(2), "<", 1, "holds"),
        (arb("nan"), "<", 1, "undecided"),
        (arb("nan"), "=", arb("nan"), "undecided"),
    ],
)
def test_balls_have_three_outcomes(lhs: Any, relation: str, rhs: Any, outcome: str) -> None:
    assert compare(Case({}, lhs, relation, rhs), "certified") == outcome


def test_a_float_is_no_ball() -> None:
    with pytest.raises(TypeError):
        compare(Case({}, 0.5, "<", 1), "certified")


# An enumeration.


def test_an_enumeration_counts_its_cases() -> None:
    found = run_enumeration(ODD)
    assert (found.outcome, found.detail["effective"]) == ("holds", 5)


def test_the_first_case_that_fails_refutes_and_says_where() -> None:
    found = run_enumeration(replace(ODD, cases=squares(5, 1)))
    assert found.outcome == "refuted"
    assert {k: found.detail[k] for k in ("where", "lhs", "rhs")} == {
        "where": {"k": 1}, "lhs": "1", "rhs": "2"
    }  # fmt: skip


def test_an_undecided_case_is_shown() -> None:
    cases = (Case({"k": k}, WIDE, "<", 3 - k) for k in range(3))
    found = run_enumeration(replace(ODD, rung="certified", cases=lambda: cases))
    assert (found.outcome, found.detail["undecided"]) == ("undecided", 1)
    assert found.detail["where"] == {"k": 2}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cases": lambda: iter(())}, "there is no case"),
        ({"cases": lambda: [Case({}, 0.5, "=", 0.5)]}, "cannot be decided: 0.5 is not"),
        ({"cases": lambda: [Case({}, 1, "is", 1)]}, "the relation 'is'"),
        ({"scope": " "}, "must say its scope"),
        ({"rung": "derived"}, "must say its scope, and a rung"),
    ],
)
def test_an_enumeration_that_decides_nothing_is_an_error(change: dict[str, Any], said: str) -> None:
    found = run_enumeration(replace(ODD, **change))
    assert found.outcome == "error"
    assert said in found.detail["message"]


def test_a_long_value_is_shortened() -> None:
    found = run_enumeration(replace(ODD, cases=lambda: [Case({}, 10**500, "=", 0)]))
    assert found.detail["lhs"].endswith("... (501 characters)")


def test_a_variant_must_be_refuted() -> None:
    assert on_variant(ODD, WRONG).outcome == "holds"
    same = on_variant(ODD, replace(WRONG, cases=ODD.cases))
    assert (same.outcome, same.detail["message"]) == ("error", "the change is not refuted")
    none = on_variant(ODD, replace(WRONG, cases=lambda: ()))
    assert (none.outcome, none.detail["message"]) == ("error", "there is no case")


# A statistical test.


def test_a_true_statement_is_not_rejected_and_its_alternative_is_always() -> None:
    for seed in range(100):
        assert run_test(COIN, [BIASED], seed).outcome == "holds"
        assert on_alternative(COIN, BIASED, seed).outcome == "holds"


def test_a_false_statement_is_rejected() -> None:
    found = run_test(replace(COIN, draw=BIASED.draw), [BIASED], 1)
    assert found.outcome == "refuted"
    assert "the test rejects at most at 1e-08" in found.detail["message"]


def test_an_alternative_that_is_the_statement_is_an_error() -> None:
    found = on_alternative(COIN, replace(BIASED, draw=COIN.draw), 1)
    assert found.outcome == "error"
    assert "the alternative is not rejected" in found.detail["message"]


def test_a_statistic_is_compared_with_its_critical_value() -> None:
    counted = replace(COIN, statistic=lambda heads: heads, critical=150)
    assert run_test(counted, [BIASED], 1).outcome == "holds"
    assert on_alternative(counted, BIASED, 1).outcome == "holds"
    assert run_test(replace(counted, critical=10), [BIASED], 1).outcome == "refuted"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": 1e-8}, "expected a Fraction"),
        ({"level": Fraction(0)}, "expected a Fraction between"),
        ({"n": 0}, "n = 0"),
        ({"finite": ""}, "it must say what makes its level valid"),
        ({"approximate": "0.1 %"}, "it must say what makes its level valid"),
        ({"statistic": lambda _: float("nan")}, "no number"),
        ({"statistic": lambda _: True}, "no number"),
        ({"statistic": lambda _: -1}, "no number"),
        ({"statistic": lambda _: None}, "no number"),
        ({"critical": float("inf")}, "no number"),
    ],
)
def test_an_ill_stated_test_is_an_error(change: dict[str, Any], said: str) -> None:
    found = run_test(replace(COIN, **change), [BIASED], 1)
    assert found.outcome == "error"
    assert said in found.detail["message"]


@pytest.mark.parametrize(
    "alternatives",
    [[], [replace(BIASED, power=HALF * 4)], [replace(BIASED, change=" ")]],
)  # fmt: skip
def test_a_test_without_an_alternative_or_its_power_is_an_error(
    alternatives: list[Alternative],
) -> None:
    assert run_test(COIN, alternatives, 1).outcome == "error"


def test_draws_depend_on_the_seed_and_the_names_alone() -> None:
    seed = claim_seed(0, "sum")
    first, again = (generator(seed, "sum", "draw").random() for _ in range(2))
    assert first == again
    assert first != generator(seed, "sum", "other").random()
    assert first != generator(claim_seed(1, "sum"), "sum", "draw").random()


# A table.


def test_a_table_collects_its_rows() -> None:
    found = run_table(replace(NUMBERS, rows=lambda: [(1, 0.123456789), (HALF, "none")]))
    assert (found.outcome, found.detail["rows"]) == ("holds", [["1", "0.123457"], ["1/2", "none"]])


@pytest.mark.parametrize("rows", [[], [(1,)], [(1, 2), (1, 2, 3)]])
def test_a_table_without_rows_or_with_ragged_ones_is_an_error(rows: list[Any]) -> None:
    assert run_table(replace(NUMBERS, rows=lambda: rows)).outcome == "error"


# A claim of such parts, from its body to its verdict.


def stands(body: Body, mark: str, gap: str = "", twins: bool = True) -> Standing:
    card = claim(
        id="sum",
        label="E1",
        title="a sum",
        statement="a sum",
        source=Source("a place", "a sentence"),
        mark=mark,
        gap=gap,
    )
    return judge([result_of(card(lambda: body), twins)])["sum"]


def result_of(made: Claim, twins: bool = True) -> Result:
    found = examine(made, 1, 10, twins)
    described = describe(made)
    return Result(
        made.id,
        made.required_rung,
        "done",
        findings=tuple(
            {**f.detail, "claim": made.id, "kind": f.kind, "part": f.part, "outcome": f.outcome}
            for f in found.findings
        ),
        parts=tuple(part["name"] for part in described["parts"]),
        kinds={part["name"]: part["kind"] for part in described["parts"] if "kind" in part},
        gap=made.gap,
        needs_literature=made.mark == "cited",
        twins=tuple((twin["part"], twin["change"]) for twin in described["twins"] if twins),
        scope=found.scope,
        cited=found.cited,
    )


EXACT = Body((ODD,), (), (WRONG,))
ONLY_TABLE = Body((replace(NUMBERS, name="sum/powers"),), (), ())


@pytest.mark.parametrize(
    ("body", "mark", "verdict", "rung", "scope"),
    [
        (EXACT, "exact", "holds", "exact", "k <= 5"),
        (EXACT, "certified", "holds", "exact", "k <= 5"),
        (BODY, "stat", "supported", "statistical", "k <= 5; n = 200"),
        (EXACT, "all", "inconclusive", "exact", "k <= 5"),
        (BODY, "exact", "inconclusive", "statistical", "k <= 5; n = 200"),
        (ONLY_TABLE, "stat", "inconclusive", "open", "nothing"),
    ],
)
def test_the_weakest_part_is_the_rung(
    body: Body, mark: str, verdict: str, rung: str, scope: str
) -> None:
    standing = stands(body, mark)
    assert (standing.verdict, standing.rung, standing.scope) == (verdict, rung, scope)


@pytest.mark.parametrize("body", [EXACT, BODY, ONLY_TABLE])
def test_an_open_claim_names_its_gap_and_is_never_proved(body: Body) -> None:
    standing = stands(body, "open", gap="the limit")
    assert (standing.verdict, standing.rung) == ("open", "open")
    assert stands(body, "open", gap=" ").reasons == ("an open claim must say what is missing",)


@pytest.mark.parametrize("mark", ["exact", "open"])
def test_a_case_that_fails_refutes_the_claim_also_an_open_one(mark: str) -> None:
    wrong = Body((replace(ODD, cases=squares(5, 1)),), (), (WRONG,))
    standing = stands(wrong, mark, gap="the limit")
    assert (standing.verdict, standing.rung) == ("refuted", None)
    assert "At k = 1 the left side is 1, the right side 2" in standing.reasons[0]


def test_an_undecided_case_leaves_an_open_claim_inconclusive() -> None:
    doubtful = replace(ODD, rung="certified", cases=lambda: [Case({"k": 1}, WIDE, "<", 1)])
    standing = stands(Body((doubtful,), (), ()), "open", gap="the limit")
    assert standing.verdict == "inconclusive"
    assert "At k = 1 the left side is" in standing.reasons[0]


def test_a_rejected_test_refutes_the_claim() -> None:
    rejected = replace(COIN, name="sum", draw=BIASED.draw)
    body = Body((rejected,), (), (replace(BIASED, part="sum"),))
    assert stands(body, "stat").verdict == "refuted"


@pytest.mark.parametrize("removed", ["enumeration", "test", "twin"])
def test_a_finding_that_is_missing_is_an_error(removed: str) -> None:
    whole = result_of(made("stat", BODY))
    assert judge([whole])["sum"].verdict == "supported"
    findings = tuple(f for f in whole.findings if f["kind"] != removed)
    assert judge([replace(whole, findings=findings)])["sum"].verdict == "error"


def test_a_vacuous_enumeration_is_an_error_whatever_it_says() -> None:
    whole = result_of(made("exact", EXACT))
    for effective in (0, None):
        findings = tuple({**f, "effective": effective} for f in whole.findings)
        standing = judge([replace(whole, findings=findings)])["sum"]
        assert standing.verdict == "error"
        assert "vacuous" in standing.reasons[0]


def test_a_test_without_its_alternative_is_an_error_also_without_twins() -> None:
    alone = Body((replace(COIN, name="sum"),), (), ())
    standing = stands(alone, "stat", twins=False)
    assert standing.verdict == "error"
    assert "names no alternative" in standing.reasons[0]


def test_a_twin_of_another_kind_than_its_part_is_an_error() -> None:

    said = Judgement(Integer(1), "=", Integer(1))
    for twin in (replace(BIASED, part="sum"), Twin("sum", "a sign", said, Instance(x=1))):
        assert stands(Body((ODD,), (), (twin,)), "exact").verdict == "error"
    drop = Witness("sum", "K", Instance(x=1))
    assert stands(Body((ODD,), (drop,), (WRONG,)), "exact").verdict == "error"


# A theorem of the literature.


def rests_on_law(part: Part, mark: str = "cited", given: Theorem = LAW) -> Standing:
    def build() -> Theorem:
        return given

    card = literature(
        label="L1",
        title="Cubes",
        statement="Cubes of positive numbers are positive.",
        reference="A. Author, Cubes, 1900",
        name="law",
    )(build)
    citing = made(mark, Body((part,), (REASON,), ()))
    return judge([result_of(citing), result_of(card)])["sum"]


def test_a_claim_is_derived_given_what_it_cites() -> None:
    for part in (Part(USES, positive), SURE):
        for mark in ("all", "cited"):
            standing = rests_on_law(part, mark)
            assert (standing.verdict, standing.rung) == ("holds", "derived"), standing.reasons
            assert (standing.given, standing.rests_on["literature"]) == (("law",), ("law",))


def test_a_claim_marked_as_cited_that_cites_nothing_is_an_error() -> None:
    assert stands_alone("all").verdict == "holds"
    assert stands_alone("cited").verdict == "error"
    assert "rests on no theorem of the literature" in stands_alone("cited").reasons[0]


def stands_alone(mark: str) -> Standing:
    return stands(Body((Part(SELF, positive),), (REASON,), ()), mark)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (replace(SURE, theorem=SELF), "it must be cross-checked"),
        (replace(SURE, unchecked=" "), "it must say why"),
    ],
)
def test_no_cross_check_needs_a_reason_and_the_literature(part: Part, said: str) -> None:
    standing = rests_on_law(part)
    assert standing.verdict == "error"
    assert said in standing.reasons[0]


def test_a_step_that_speaks_of_what_no_number_shows_is_counted_and_not_evaluated() -> None:
    g = Function("g")
    said = Judgement(g(Integer(1)), ">", Integer(0))
    exists = replace(LAW, conclusion=said, introduces=(g,))
    step = Step("exists", said, "cite", ("positive",), {"theorem": exists})
    using = replace(USES, conclusion=said, steps=(step,), introduces=(g,))
    whole = result_of(made("cited", Body((replace(SURE, theorem=using),), (REASON,), ())))
    [engine] = [f for f in whole.findings if f["kind"] == "engine"]
    assert (engine["outcome"], engine["evaluations"]) == ("holds", 0)
    assert engine["without values"] > 0
    with pytest.raises(KeyError, match="no value for g"):
        result_of(made("cited", Body((Part(using, positive),), (REASON,), ())))


def test_a_missing_cross_check_needs_literature_whatever_the_evidence_says() -> None:
    whole = result_of(made("all", Body((SURE,), (REASON,), ())))
    card = result_of(literature("law", "L1", "Cubes", "Cubes.", LAW.reference)(lambda: LAW))
    assert judge([whole, card])["sum"].verdict == "holds"
    assert judge([replace(whole, cited=()), card])["sum"].verdict == "error"
    bare = tuple(f for f in whole.findings if f["kind"] != "unchecked")
    assert judge([replace(whole, findings=bare), card])["sum"].verdict == "error"


@pytest.mark.parametrize(
    "given",
    [replace(LAW, reference=" "), replace(LAW, reference="another"),
     replace(LAW, steps=USES.steps), replace(SELF, name="law")],
)  # fmt: skip
def test_an_ill_formed_theorem_of_the_literature_is_an_error(given: Theorem) -> None:
    assert read_literature(Literature(LAW, LAW.reference)).outcome == "holds"
    assert read_literature(Literature(given, LAW.reference)).outcome == "error"
    standing = rests_on_law(SURE, given=given)
    assert standing.verdict == "error"
    assert standing.reasons[0] == "it rests on law: error"


def test_the_literature_is_never_proved() -> None:
    card = literature("law", "L1", "Cubes", "Cubes.", LAW.reference)(lambda: LAW)
    whole = result_of(card)
    standing = judge([whole])["law"]
    assert (standing.verdict, standing.rung) == ("open", "cited")
    assert judge([replace(whole, findings=())])["law"].verdict == "error"
    in_disguise = Body((Literature(LAW, LAW.reference),), (), ())
    assert stands(in_disguise, "all").verdict == "inconclusive"


def test_a_derived_claim_rests_on_what_its_steps_cite_alone() -> None:
    resting = replace(EXACT, rests_on=("law",))
    law = literature("law", "L1", "Cubes", "Cubes.", LAW.reference)(lambda: LAW)
    assert Registry([made("exact", resting), law]).citations("sum") == ("law",)
    with pytest.raises(BadRegistry, match="its steps must cite"):
        Registry([made("all", resting), law]).citations("sum")
    with pytest.raises(BadRegistry, match="rests on 'law', which is no claim"):
        Registry([made("exact", resting)]).citations("sum")


# The error budget.


def spending(level: Fraction, **change: Any) -> Body:
    dear = replace(COIN, name="sum", level=level, **change)
    return Body((dear,), (), (replace(BIASED, part="sum"),))


def test_a_run_that_overspends_its_budget_is_an_error() -> None:
    assert stands(spending(BUDGET - Fraction(1, 10**9)), "stat").verdict == "supported"
    standing = stands(spending(BUDGET), "stat")
    assert standing.verdict == "error"
    assert standing.reasons == (
        "the tests of this run alarm falsely with probability up to 1e-06, "
        "above the budget of 1e-06",
    )


def test_the_budget_is_that_of_the_whole_run() -> None:
    dear = result_of(made("stat", spending(BUDGET * Fraction(2, 3))))
    other = replace(dear, id="other")
    assert judge([dear])["sum"].verdict == "supported"
    assert {s.verdict for s in judge([dear, other]).values()} == {"error"}


def test_an_alternative_that_may_be_missed_spends_too() -> None:
    body = spending(Fraction(1, 10**8))
    missed = replace(body, twins=(replace(BIASED, part="sum", power=Fraction(999, 1000)),))
    assert stands(missed, "stat").verdict == "error"


def test_approximate_tests_stand_apart() -> None:
    body = spending(Fraction(1, 100), finite="", approximate="the level is off by 0.1 %")
    assert stands(body, "stat").verdict == "supported"
    book = ledger(result_of(made("stat", body)).findings)
    assert (book["spent"], len(book["tests"])) == ("0", 1)


def test_a_level_that_is_no_number_is_not_in_the_ledger_but_an_error() -> None:
    body = spending("often")  # type: ignore[arg-type]
    assert ledger(result_of(made("stat", body)).findings)["tests"] == []
    assert stands(body, "stat").verdict == "error"


# Shown, and run again.


def test_each_finding_runs_again() -> None:
    seed = 1
    for found in examine(made("stat", BODY), seed, 10, twins=True).findings:
        payload = {**found.detail, "kind": found.kind, "part": found.part}
        assert recheck(payload, BODY) == found


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"part": "sum", "kind": "cross-check"}, "sum has no cross-check, but one enumeration"),
        ({"part": "sum", "kind": "twin", "change": "lost"}, "no twin 'lost'"),
        ({"part": "sum/coin", "kind": "test", "seed": "x"}, "the seed 'x'"),
    ],
)
def test_a_payload_of_another_kind_is_refused(payload: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        recheck(payload, BODY)


# A whole run.


@cache
def whole_run() -> Record:
    settings = replace(helpers.settings(), claims="fake_kinds:CLAIMS")
    settings = replace(settings, examine="checks.evidence:examine")
    return run(CLAIMS, Registry(CLAIMS), settings)


def test_each_kind_has_its_verdict_in_the_record() -> None:
    found = {c["id"]: (c["verdict"], c["rung"], c["given"]) for c in whole_run()["claims"]}
    assert found == {
        "sum": ("holds", "exact", []),
        "coins": ("supported", "statistical", []),
        "shown": ("open", "open", []),
        "surely": ("holds", "derived", ["Cubes"]),
        "law": ("open", "cited", []),
    }
    assert code_of(whole_run()) == 0


def test_the_ledger_stands_in_the_record() -> None:
    book = whole_run()["ledger"]
    assert [test["part"] for test in book["tests"]] == ["coins/coin", "shown/coin"]
    assert Fraction(book["spent"]) == 2 * Fraction(11, 10**9)


def test_a_record_of_every_kind_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(dumps(whole_run()))
    assert load(path) == whole_run()
    path.write_text(dumps({**whole_run(), "ledger": {"budget": "1", "spent": "0", "tests": [1]}}))
    with pytest.raises(BadRecord, match=r"ledger.tests\[0\] is 1; expected an object"):
        load(path)


def test_losing_cases_is_weaker() -> None:
    fewer = copy.deepcopy(whole_run())
    fewer["claims"][0]["evidence"][0]["effective"] = 4
    [change] = compare_records(whole_run(), fewer)
    assert (change.what, change.old, change.new, change.weaker) == ("cases of sum", "5", "4", True)
    assert not any(change.weaker for change in compare_records(fewer, whole_run()))


def test_the_report_shows_every_kind() -> None:
    report = markdown_report(whole_run())
    for shown in (
        "5 claims: 1 cited, 2 holds, 1 open, 1 supported.",
        "probability at most 2.2e-08, of 1e-06 allowed",
        "| `coins/coin` | 200 | 1e-08 | binomial | heads with 19/20 (1 - 1e-09) |",
        "### Enumeration `sum`\n\nThe first $k$ odd numbers sum to $k^2$.",
        "Decided case by case, exactly, for k <= 5.",
        "- `sum`, one more:\n  At k = 1 the left side is 1, the right side 2.",
        "Level 1e-08 at n = 200 (binomial).",
        "Open: a bound for $k > 5$",
        "| n | 2^n |\n|---:|---:|\n| 1 | 2 |\n| 2 | 4 |",
        "**Holds** at rung derived (given: Cubes), scope: all values.",
        f"| surely | unchecked | holds: {WHY} |",
        f"No cross-check: {WHY}",
        "Cited, not proved here: A. Author, Cubes, 1900",
    ):
        assert shown in report, shown


def test_the_map_and_the_other_formats_know_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    text = paper_map(Registry(CLAIMS), baseline(whole_run()))
    for shown in (
        "| – | 1 enumeration, 1 twin | exact | holds, exact | k <= 5 | – |",
        "1 enumeration, 1 statistical test, 1 table, 2 twins | open | open, open | nothing | E1 |",
        "1 reason for no cross-check",
        "| derived | holds, derived (given: Cubes) | all values | L1 |",
        "## L: Literature\n\n> A. Author, Cubes, 1900 (literature)",
        "1 theorem cited | cited | open, cited |",
    ):
        assert shown in text, text
    for one in CLAIMS:
        show_text(describe(one), Console(width=80))
        assert latex_claim(describe(one)).isascii()
    shown = capsys.readouterr().out
    for said in (
        "Enumeration sum\n  The first k odd numbers sum to k^2.",
        "decided case by case, exactly, for k <= 5",
        "Open: what is missing\n  a bound for k > 5",
        "rejected with power 1 - 1e-09",
        f"no cross-check: {WHY}",
        "cited, not proved here: A. Author, Cubes, 1900",
    ):
        assert said in shown, shown


def test_verify_sums_up_every_kind() -> None:
    lines = [line for line, _ in _summary(whole_run(), 1.0, 1)]
    assert lines[1:5] == [
        "3 of 4 claims hold at their required rung; 1 open.",
        "  E3 open, not counted as proved: shown",
        "  L1 cited, not counted as proved: Cubes",
        "2 statistical tests: a false alarm has probability at most 2.2e-08 of 1e-06 allowed",
    ]
    only = {**whole_run(), "claims": whole_run()["claims"][-1:]}
    assert [line for line, _ in _summary(only, 1.0, 1)][1] == (
        "Theorems of the literature only: nothing is proved here."
    )


def test_each_finding_of_a_record_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "finding.json"
    kinds = Counter[str]()
    for entry in whole_run()["claims"]:
        for finding in (*entry["evidence"], *entry["twins"]):
            if finding["kind"] not in ("enumeration", "test", "table", "twin"):
                continue
            path.write_text(json.dumps(finding))
            assert replay(load_payload(path), Registry(CLAIMS)).same
            kinds[finding["kind"]] += 1
    assert kinds == {"enumeration": 3, "test": 2, "table": 1, "twin": 5}


def test_a_failure_recorded_that_no_longer_fails_differs() -> None:
    failed = {"claim": "sum", "part": "sum", "kind": "enumeration", "outcome": "refuted"}
    found = replay(failed, Registry(CLAIMS))
    assert (found.outcome, found.same) == ("holds", False)
