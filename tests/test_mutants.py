"""Twins by machine: operators on a conclusion, and what the checks make of the mutants."""

from __future__ import annotations

import pytest
from sympy import Function, Sum

from checks.claims import CLAIMS
from checks.evidence import _mutants
from checks.mutants import mutants
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


def test_checks_that_see_nothing_leave_every_mutant() -> None:
    from dataclasses import replace

    from checks.claim import Part

    body = CLAIMS[0].body
    part = body.parts[0]
    assert isinstance(part, Part)
    blind = replace(part, instances=lambda _: part.instances(1))
    found = _mutants(blind, replace(body, twins=()), seed=1)
    assert found.outcome == "undecided"
    assert found.detail["survivors"]
