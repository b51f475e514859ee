"""Forms against balls: the same arithmetic, and what is equal; and what has no form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import forms
from numeric.arithmetic import ball, enclose
from numeric.exact import Log, NotExact
from numeric.forms import Form

HALF = Fraction(1, 2)
ROOT = (Form.log_of(2) / 2).exp()

rationals = st.builds(fmpq, st.integers(-9, 9), st.integers(1, 9))
logs = st.builds(fmpq, st.integers(1, 12), st.integers(1, 12)).map(Form.log_of)
powers = st.builds(lambda log, e, r: (log * e + r).exp(), logs, rationals, rationals)
sums = st.lists(st.one_of(logs, powers, rationals.map(Form.of)), max_size=4).map(
    lambda terms: sum(terms, Form())
)


def value(x: Form) -> arb:
    return enclose(lambda: [ball(x)], 30)[0]


@settings(max_examples=60, deadline=None)
@given(sums, sums, powers)
def test_the_arithmetic_is_that_of_the_numbers(x: Form, y: Form, z: Form) -> None:
    a, b, c = map(value, (x, y, z))
    for form, number in ((x + y, a + b), (x - y, a - b), (x * y, a * b), (x / z, a / c)):
        assert value(form).overlaps(number)


@settings(max_examples=60, deadline=None)
@given(sums, sums, sums)
def test_equal_numbers_have_one_form(x: Form, y: Form, z: Form) -> None:
    assert x * (y + z) == z * x + y * x
    assert (x - y) * (x + y) == x * x - y * y
    assert hash(x + y) == hash(y + x)
    assert (x == y) == value(x).overlaps(value(y))  # of these few no two are near each other


@settings(max_examples=60, deadline=None)
@given(logs, logs, rationals)
def test_powers_and_logarithms_undo_each_other(x: Form, y: Form, e: fmpq) -> None:
    assert (x * e + y).exp() == (x * e).exp() * y.exp()
    assert y.exp().log() == y
    assert value((x * e).exp()).overlaps((value(x) * arb(e)).exp())


def test_rationals_and_logarithms_are_forms() -> None:
    assert ROOT * ROOT == 2
    assert Form.of(Log.of(6)) == Form.log_of(2) + Log.of(3)
    assert 1 - ROOT == -(ROOT - 1)
    assert 2 / ROOT == ROOT
    assert Form.of(0) == Form() == fmpq(0)
    assert ROOT != 1
    assert ROOT != Log.of(2)
    assert ROOT != "a root"


def test_powers_of_e_are_those_of_no_whole_number() -> None:
    e = Form.of(1).exp()
    assert (e + 1) * (e - 1) == Form.of(2).exp() - 1
    assert (Form.of(HALF) + Log.of(3)).exp() == 3 * Form.of(HALF).exp()
    assert 1 / e == Form.of(-1).exp()
    assert e != 1
    assert value(e * ROOT).overlaps(arb(1).exp() * arb(2).sqrt())


def test_a_long_number_stands_as_it_is() -> None:
    long = 2**89 - 1
    assert (Form.log_of(long) / 2).exp() * (Form.log_of(long) * fmpq(3, 2)).exp() == long**2
    assert Form.log_of(fmpq(long, 2)) == Form.log_of(long) - Log.of(2)
    assert value(Form.log_of(long)).overlaps(arb(long).log())


@pytest.mark.parametrize(
    "compute",
    [
        lambda: 1 / (1 + ROOT),
        lambda: 1 / Form.log_of(2),
        lambda: 1 / Form(),
        (Form.log_of(2) * Form.log_of(2)).exp,
        (1 + ROOT).log,
        ROOT.log,
        Form().log,
    ],
)
def test_what_has_no_form_is_refused(compute: Callable[[], object]) -> None:
    with pytest.raises(NotExact):
        compute()


def test_a_sum_that_becomes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LONGEST", 3)
    with pytest.raises(NotExact, match="more than 3 products"):
        (1 + ROOT) * (1 + ROOT)


def test_bad_input_is_refused() -> None:
    with pytest.raises(TypeError, match="not an exact rational"):
        Form.of(0.5)
    with pytest.raises(ValueError, match="expected a positive rational"):
        Form.log_of(-HALF)
