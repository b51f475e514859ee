"""Twins by machine: operators on a conclusion, and what the checks make of the mutants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from sympy import Function, Sum

from checks.claim import Part
from checks.claims import CLAIMS
from checks.evidence import _mutants, model_of
from checks.mutants import _multiple, mutants, run_mutants
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, j, k, member, total

p, n, P = Function("p"), Function("n"), Function("P")
CCMC = forall(k)(p(k), "=", n(k) * P(1, k) / total(n(j) * P(1, j), j))


def changes(fact: Judgement) -> dict[str, str]:
    return {mutant.change: str(mutant.judgement) for mutant in mutants(fact)}


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        ("two indices change places", "P(k, 1)"),
        ("a factor is squared", "p(k)**2 ="),
        ("a sum leaves out its last term", "(j, 1, K - 1)"),
        ("a sum leaves out its first term", "(j, 2, K)"),
        ("a count becomes a share", "n(j)/K"),
        ("an index is shifted", "p(k + 1) ="),
        ("the relation is an inequality", "p(k) !="),
        ("the right side is 1 % more", "101*P(1, k)"),
    ],
)
def test_each_operator_makes_its_change(operator: str, text: str) -> None:
    assert any(text in said for name, said in changes(CCMC).items() if name.startswith(operator))


def test_an_inequality_is_turned_and_made_strict() -> None:
    found = changes(forall(k)(p(k) ** 2, ">=", n(k)))
    assert found["the relation is turned"].endswith("n(k) >= p(k)**2")
    assert found["the relation is strict"].endswith("p(k)**2 > n(k)")
    assert found["an exponent is one more (lhs, 1)"].endswith("p(k)**3 >= n(k)")


def test_no_mutant_is_the_conclusion_itself() -> None:
    for fact in (CCMC, forall(k)(p(k), ">=", 0), forall()(Sum(n(j), (j, 1, K)), "=", K)):
        assert all(mutant.judgement != fact for mutant in mutants(fact))


def test_a_range_has_no_mutants() -> None:
    assert list(mutants(member(p(k), 1, K, k))) == []


def test_every_change_of_the_first_claim_is_refuted() -> None:
    body = CLAIMS[0].body
    found = _mutants(body.parts[0], body, seed=1)  # type: ignore[arg-type]
    assert found.outcome == "holds"
    assert found.detail["made"] == found.detail["refuted"] >= 10


x, y, t = Function("x"), Function("y"), Function("t")


def fates(fact: Judgement, assumed: Judgement, instances: list[dict[str, Any]]) -> Any:
    """What becomes of the mutants of a fact, at instances with K = 2."""
    theorem = Theorem("fact", fact, (Assumption("assumed", "it is so", assumed),), (), ())
    part = Part(theorem, lambda _: st.nothing())
    models = [model_of(part, Instance(K=2, **instance)) for instance in instances]
    found = run_mutants(part, models).detail
    left = {key: {change["change"] for change in found[key]} for key in ("loose", "survivors")}
    return {**found, **left}


def test_what_asks_for_less_is_implied_and_what_stays_in_the_slack_is_loose() -> None:
    positive = forall(k)(y(k), ">", 0)
    found = fates(forall(k)(x(k), ">=", y(k)), positive, [{"x": (5, 7), "y": (1, 2)}])
    assert found["implied"] == 0
    assert {"the relation is strict", "the right side is 1 % more"} <= found["loose"]
    assert not found["survivors"]
    attained = fates(forall(k)(x(k), ">=", y(k)), positive, [{"x": (1, 3), "y": (1, 2)}])
    assert not attained["loose"]  # at k = 1 nothing is left
    assert "the relation is strict" not in attained["survivors"]


def test_a_square_of_what_vanishes_and_a_gain_of_known_sign_are_implied() -> None:
    zero: dict[str, Any] = {"x": (0, 0), "y": (1, 1)}
    found = fates(forall(k)(x(k), "=", 0), forall(k)(y(k), ">", 0), [zero])
    assert "a factor is squared (lhs, 1)" not in found["survivors"]
    assert found["implied"] >= 1
    more = fates(forall(k)(x(k) + y(k), ">=", 1), forall(k)(y(k), ">", 0), [zero])
    assert more["refuted"] >= 1


def test_a_denominator_of_its_own_is_not_implied() -> None:
    claim = forall(k)(x(k) / y(k), "=", 0)
    same = replace(claim, lhs=x(k) / (y(k) + 1))
    assert _multiple(same, claim)
    assert not _multiple(replace(claim, lhs=t(k)), claim)
    assert not _multiple(replace(claim, rhs=t(k)), claim)


def test_checks_that_see_nothing_leave_every_mutant() -> None:
    body = CLAIMS[0].body
    part = body.parts[0]
    assert isinstance(part, Part)
    blind = replace(part, instances=lambda _: part.instances(1))
    found = _mutants(blind, replace(body, twins=()), seed=1)
    assert found.outcome == "undecided"
    assert found.detail["survivors"]
