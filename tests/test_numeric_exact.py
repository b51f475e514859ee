"""Exact numbers: the logarithms form a vector space over the rationals, and text is lossless."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from numeric.arithmetic import (
    NotCertified,
    ball,
    bilinear,
    contains,
    enclose,
    floats,
    softmax_ball,
    softmax_exact,
    softmax_float,
    to_float,
)
from numeric.exact import Log, NotExact, Number, dyadic, format_number, parse_number, rational

rationals = st.builds(fmpq, st.integers(-20, 20), st.integers(1, 30))
positive = st.builds(fmpq, st.integers(1, 50), st.integers(1, 50))
logs = st.builds(lambda c, r, s: c * Log.of(r) + Log.of(s), rationals, positive, positive)


@given(positive, positive)
def test_log_of_a_product_is_the_sum_of_the_logs(r: fmpq, s: fmpq) -> None:
    assert Log.of(r * s) == Log.of(r) + Log.of(s)
    assert hash(Log.of(r * s)) == hash(Log.of(r) + Log.of(s))
    assert Log.of(r / s) == Log.of(r) - Log.of(s)


@given(positive)
def test_exp_undoes_log(r: fmpq) -> None:
    assert Log.of(r).exp() == r


@given(logs, logs, rationals)
def test_logs_form_a_vector_space(x: Log, y: Log, c: fmpq) -> None:
    assert x + y == y + x
    assert c * (x + y) == c * x + y * c
    assert x - x == Log() == 0 * y
    assert -x == x * -1
    if c != 0:
        assert c * x / c == x


@given(logs)
def test_the_ball_of_a_log_agrees_with_its_text(x: Log) -> None:
    [b] = enclose(lambda: [x.to_arb()], 40)
    assert contains(b, x)
    assert not contains(b, x + Log.of(2) / 10**30)


def test_a_fraction_and_an_fmpq_and_an_int_are_the_same_factor() -> None:
    x = Log.of(6)
    assert rational(Fraction(3, 10)) == fmpq(3, 10)
    assert x * Fraction(1, 2) == x / 2 == x / Fraction(2) == Log.of(2) / 2 + Log.of(3) / 2
    assert x * Fraction(4, 2) == x * fmpq(2) == x * 2 == Log.of(36) == 2 * x == Fraction(2) * x


def test_log_of_zero_or_less_is_refused() -> None:
    for r in (0, -1, fmpq(-1, 2)):
        with pytest.raises(ValueError, match="expected a positive rational"):
            Log.of(r)


def test_an_irrational_exponential_is_refused() -> None:
    with pytest.raises(NotExact, match=r"exp\(1/2\*log\(2\)\) is irrational"):
        (Log.of(2) / 2).exp()


def test_a_rational_is_no_logarithm_except_zero() -> None:
    assert Log.of(2) + 0 == 0 + Log.of(2) == Log.of(2) - 0 == -(0 - Log.of(2))
    assert Log() == 0 == Log.of(1)
    assert fmpq(0) == Log()
    assert len({Log(), 0, fmpq(0), Fraction(0)}) == 1
    assert Log.of(2) != 0
    assert Log() != fmpq(1)
    assert Log() != "log(1)"
    assert Log() != 0.0
    assert sum([Log.of(2), Log.of(3)]) == Log.of(6)
    with pytest.raises(NotExact):
        Log.of(2) + 1


def test_floats_and_bools_are_not_exact() -> None:
    for x in (0.1, True, "1/2", None):
        with pytest.raises(TypeError, match="not an exact rational"):
            rational(x)
    with pytest.raises(TypeError):
        Log.of(2) * 0.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        ball(0.1)


def test_a_float_is_not_the_decimal_it_prints_as() -> None:
    assert dyadic(0.5) == fmpq(1, 2)
    assert dyadic(0.1) != fmpq(1, 10)


@given(st.one_of(st.integers(), rationals, logs))
def test_text_is_read_back_to_an_equal_number_of_the_same_type(x: Number) -> None:
    again = parse_number(format_number(x))
    assert again == x
    assert type(again) is type(x)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 3/10 ", fmpq(3, 10)),
        ("6/20", fmpq(3, 10)),
        ("-4", fmpq(-4)),
        ("log(3/2)", Log.of(fmpq(3, 2))),
        ("-log( 3/2 )", Log.of(fmpq(2, 3))),
        ("log(1)", Log()),
        ("1/2*log(3) - 2 * log(2)+log(5)", Log.of(3) / 2 - Log.of(4) + Log.of(5)),
    ],
)
def test_text_forms(text: str, number: Number) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "1/0", "1/00", "0.3", "1e3", "nan", "inf", "٣", "1_000", "--1", "1/-2", "ln(2)"],
        *["log(0)", "log(-1)", "log(x)", "log(2", "log(2)log(3)", "log(2) +", "log(2)*2"],
        "1 + log(2)",
    ],
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|divides by zero"):
        parse_number(text)


@pytest.mark.parametrize("value", [0.5, float("nan"), True, None, [1], {}])
def test_only_ints_and_text_are_parsed(value: object) -> None:
    with pytest.raises(ValueError, match="expected an int or a string"):
        parse_number(value)


def test_a_large_logarithm_prints_by_primes() -> None:
    assert str(10000 * Log.of(2)) == "10000*log(2)"
    assert str(20 * Log.of(2)) == f"log({2**20})"
    assert str(21 * Log.of(2)) == "21*log(2)"
    assert str(Log.of(fmpq(3, 2))) == "log(3/2)"
    assert str(Log.of(3) / 2 - Log.of(2) / 3) == "-1/3*log(2) + 1/2*log(3)"


def test_enclose_restores_the_precision_even_after_an_error() -> None:
    before = flint.ctx.prec
    enclose(lambda: [arb(2).log()], 100)
    with pytest.raises(ZeroDivisionError):
        enclose(lambda: [arb(1 // 0)], 100)
    assert flint.ctx.prec == before


def test_enclose_reports_what_it_cannot_reach() -> None:
    wide = arb(0, 1)
    with pytest.raises(NotCertified, match="too wide"):
        enclose(lambda: [wide], 5)
    with pytest.raises(ValueError, match="digits = 0"):
        enclose(lambda: [arb(1)], 0)


def test_enclose_asks_for_exactly_the_digits() -> None:
    for digits in (1, 5):
        for radius, enough in ((0.9, True), (1.1, False)):
            wide = arb(0, radius * 10.0**-digits)
            if enough:
                assert enclose([wide].copy, digits)[0].rad() < fmpq(1, 10**digits)
            else:
                with pytest.raises(NotCertified):
                    enclose([wide].copy, digits)


def test_the_float_softmax_computes_in_double_precision() -> None:
    z = np.array([0.1, 0.7], dtype=np.float32)
    assert softmax_float(z).tolist() == softmax_float(z.astype(np.float64)).tolist()
    assert softmax_float([0, 0]).tolist() == [0.5, 0.5]


def test_a_bilinear_form_needs_vectors_that_fit() -> None:
    W = ((1, 2), (3, 4))
    assert bilinear((1, 10), W, (1, 100), fmpq(0)) == 1 + 200 + 30 + 4000
    for x, y in (((1,), (1, 1)), ((1, 1), (1,)), ((1, 1, 1), (1, 1)), ((1, 1), (1, 1, 1))):
        with pytest.raises(ValueError, match="zip"):
            bilinear(x, W, y, fmpq(0))


def test_enclose_survives_cancellation() -> None:
    [b] = enclose(lambda: [(arb(10) ** 60 + arb(2).log()) - arb(10) ** 60], 50)
    assert contains(b, Log.of(2))


@given(logs)
def test_floats_of_logs_are_accurate_to_an_ulp(x: Log) -> None:
    value = to_float(x)
    [b] = enclose(lambda: [x.to_arb()], 60)
    assert abs(b - arb(value)) <= arb(2.3e-16) * abs(arb(value))


def test_a_log_that_nearly_cancels_keeps_its_digits_as_a_float() -> None:
    x = Log.of(fmpq(10**40 + 1, 10**40))
    assert to_float(x) == pytest.approx(1e-40, rel=1e-14, abs=0)
    assert to_float(Log()) == 0.0


def test_what_is_beyond_float64_is_refused() -> None:
    for x in (10**400, fmpq(10**400, 3), 10**400 * Log.of(2)):
        with pytest.raises(OverflowError):
            to_float(x)


def test_floats_keep_the_shape() -> None:
    assert floats([[1, fmpq(1, 2)], (Log(), 0.25)]).tolist() == [[1.0, 0.5], [0.0, 0.25]]
    assert floats((1, 2)).shape == (2,)


@given(st.lists(positive, min_size=1, max_size=4), logs)
def test_softmax_forgets_a_common_shift_rational_or_not(weights: list[fmpq], shift: Log) -> None:
    s = softmax_exact([Log.of(w) + shift for w in weights])
    assert s == tuple(w / sum(weights) for w in weights)


def test_softmax_of_irrational_quotients_is_refused() -> None:
    with pytest.raises(NotExact):
        softmax_exact([Log.of(2) / 2, Log()])


def test_softmax_of_balls_holds_the_exact_one_at_scores_of_1e4() -> None:
    z = [10000 * Log.of(2), Log.of(3) + 10000 * Log.of(2), Log()]
    s = enclose(lambda: softmax_ball([z_i.to_arb() for z_i in z]), 50)
    assert all(contains(b, x) for b, x in zip(s, softmax_exact(z), strict=True))
