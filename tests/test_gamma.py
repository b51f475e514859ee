"""The gamma function in the rules, Wendel's inequality, and equations that rewrite one term."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flint import fmpq
from sympy import (
    Expr,
    Function,
    Integer,
    KroneckerDelta,
    Rational,
    Sum,
    Symbol,
    exp,
    gamma,
    log,
    oo,
)

from checks.bridge import Model, decide
from theory.judgement import Judgement, Refused, Scope
from theory.notation import K, forall, i, j, k, total
from theory.rules import RULES

x, r = Symbol("x"), Symbol("r")
n, f, g, nxt = (Function(name) for name in ("n", "f", "g", "next"))
t = Symbol("t", integer=True)
POSITIVE = forall()(x, ">", 0)


def refusal(by: str, goal: Judgement, where: Mapping[str, Expr], **facts: Judgement) -> str:
    """Why a rule refuses a step, or nothing."""
    try:
        RULES[by](goal, facts, where)
    except Refused as reason:
        return str(reason)
    return ""


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (gamma(x + 1), x * gamma(x)),
        (gamma(x + 3), x * (x + 1) * (x + 2) * gamma(x)),
        (gamma(x + 5 / Integer(2)), (x + 3 / Integer(2)) * gamma(x + 3 / Integer(2))),
        (gamma(x + 1) / gamma(x), x),
    ],
)
def test_a_whole_number_leaves_the_argument_of_gamma(lhs: Expr, rhs: Expr) -> None:
    assert not refusal("sums", forall()(lhs, "=", rhs), {}, x=POSITIVE)
    for value in (fmpq(1, 3), fmpq(7, 2), fmpq(4)):
        assert decide(forall()(lhs, "=", rhs), Model({"x": value}, {})).outcome == "holds"


def test_a_sum_of_numbers_stays_in_the_argument_of_gamma() -> None:
    goal = forall()(gamma(1 + Sum(Integer(1), (j, 1, 0))), "=", 1)  # 0 gamma(0) has no value
    assert not refusal("sums", goal, {})
    assert refusal("sums", forall()(goal.lhs, "=", 0), {})


def test_gamma_of_a_smaller_argument_needs_that_it_is_positive() -> None:
    goal = forall()(gamma(x), "=", (x - 1) * gamma(x - 1))
    assert "nothing says" in refusal("sums", goal, {}, x=POSITIVE)
    assert not refusal("sums", goal, {}, x=POSITIVE, more=forall()(x - 1, ">", 0))


def test_a_wrong_identity_of_gamma_is_refused_and_fails_in_the_second_engine() -> None:
    goal = forall()(gamma(x + 1), "=", (x + 1) * gamma(x))
    assert "different normal forms" in refusal("sums", goal, {}, x=POSITIVE)
    assert decide(goal, Model({"x": fmpq(1, 3)}, {})).outcome == "refuted"
    assert decide(goal, Model({"x": fmpq(3)}, {})).outcome == "refuted"


def test_gamma_is_positive_where_its_argument_is() -> None:
    assert not refusal("sign", forall()(gamma(x), ">", 0), {}, x=POSITIVE)
    assert refusal("sign", forall()(gamma(x), ">", 0), {})


WENDEL = forall()(gamma(x - r), ">=", exp(-r * log(x)) * gamma(x))
BETWEEN = {
    "past": forall()(x - r, ">", 0),
    "r": forall()(r, ">=", 0),
    "rest": forall()(1 - r, ">=", 0),
    "x": POSITIVE,
}


def test_wendel_needs_each_of_its_conditions() -> None:
    assert not refusal("wendel", WENDEL, {"x": x, "r": r}, **BETWEEN)
    for name in BETWEEN:
        facts = {other: fact for other, fact in BETWEEN.items() if other != name}
        assert "nothing says" in refusal("wendel", WENDEL, {"x": x, "r": r}, **facts)


@pytest.mark.parametrize(
    "wrong",
    [
        forall()(gamma(x - r), ">", WENDEL.rhs),
        forall()(WENDEL.rhs, ">=", WENDEL.lhs),
        forall()(gamma(x - r), ">=", exp(r * log(x)) * gamma(x)),
        forall()(gamma(x + r), ">=", exp(-r * log(x)) * gamma(x)),
    ],
)
def test_wendel_gives_its_inequality_and_no_other(wrong: Judgement) -> None:
    assert "does not say" in refusal("wendel", wrong, {"x": x, "r": r}, **BETWEEN)


@pytest.mark.parametrize("at", [("1/3", "1/4"), ("5", "1"), ("7/2", "0"), ("100", "9/10")])
def test_wendel_holds_in_the_second_engine_and_fails_below_zero(at: tuple[str, str]) -> None:
    from fractions import Fraction

    values = {name: fmpq(*Fraction(v).as_integer_ratio()) for name, v in zip("xr", at, strict=True)}
    assert decide(WENDEL, Model(values, {})).outcome in ("holds", "undecided")
    below_zero = Model({"x": fmpq(6), "r": fmpq(-1, 2)}, {})
    assert decide(WENDEL, below_zero).outcome == "refuted"


TIMES = (t, Integer(0), oo)
TOKENS = (k, Integer(1), K)
COUNTED = Judgement(n(t + 1, nxt(t, k)), "=", n(t, 1) + KroneckerDelta(k, 1), (TIMES, TOKENS))


def test_an_equation_rewrites_its_left_side_as_it_is_written() -> None:
    goal = Judgement(
        f(n(t + 1, nxt(t, k))), "=", f(n(t, 1) + KroneckerDelta(k, 1)), (TIMES, TOKENS)
    )
    assert not refusal("sums", goal, {}, counted=COUNTED)
    summed = Judgement(
        total(g(n(t + 1, nxt(t, k))), k), "=", total(g(n(t, 1) + KroneckerDelta(k, 1)), k), (TIMES,)
    )
    assert not refusal("sums", summed, {}, counted=COUNTED)


def test_an_equation_does_not_rewrite_other_terms_or_other_ranges() -> None:
    for lhs, limits in (
        (n(t + 2, nxt(t, k)), (TIMES, TOKENS)),
        (n(t + 1, nxt(t + 1, k)), (TIMES, TOKENS)),
        (n(t + 1, nxt(t, k)), (TIMES, (k, Integer(1), K + 1))),
    ):
        goal = Judgement(lhs, "=", COUNTED.rhs, limits)
        assert "different normal forms" in refusal("sums", goal, {}, counted=COUNTED)


def test_equations_that_rewrite_for_ever_are_refused() -> None:
    grows = forall(i)(f(g(i)), "=", f(f(g(i))))
    goal = forall(i)(f(g(i)), "=", 0)
    assert "for ever" in refusal("sums", goal, {}, grows=grows)
    back = forall(i)(g(i), "=", f(g(i)) + 1)
    assert "for ever" in refusal("sums", goal, {}, there=forall(i)(f(g(i)), "=", g(i)), back=back)


def test_a_later_time_is_a_time() -> None:
    scope = Scope({t: (Integer(0), oo), j: (Integer(1), K)})
    assert scope.inside(t + 1, Integer(0), oo)
    assert scope.inside(t + j, Integer(1), oo)
    assert not scope.inside(t - 1, Integer(0), oo)
    assert not scope.inside(t + 1, Integer(0), K)
    assert not scope.inside(t + 1, Integer(2), oo)
    assert not scope.inside(-t, Integer(0), oo)
    assert not scope.inside(2 * t - 1, Integer(0), oo)
    assert not scope.inside(t + Rational(1, 2), Integer(0), oo)


def test_two_inequalities_squeeze_to_an_equation() -> None:
    above, below = forall(i)(f(i), ">=", g(i)), forall(i)(g(i), ">=", f(i))
    goal = forall(i)(f(i), "=", g(i))
    assert not refusal("squeeze", goal, {}, above=above, below=below)
    assert refusal("squeeze", goal, {}, above=above, below=above)
    assert refusal("squeeze", goal, {}, above=above)
    assert refusal("squeeze", forall()(f(1), "=", g(1)), {}, above=above, below=below)
    strict = forall(i)(f(i), ">", g(i))
    assert refusal("squeeze", goal, {}, above=strict, below=below)
