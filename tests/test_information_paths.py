"""Paths and the information on two rows by hand; the strategies meet what their names say."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.information_paths import (
    few,
    kept_up,
    many,
    rarer,
    row_b,
    row_g,
    share,
    shared,
    stronger,
    told_by_b,
    told_by_g,
    weaker,
)
from checks.paths import LOOKED, spread
from numeric.exact import rational
from numeric.instance import Instance

AT = Instance(K=2, P=((1, 1), (1, 3)), n0=(1, 1), g=0, b=1, path=(0, 1, 1), rho=1, m=1)
SIZES = st.integers(2, 3)


def test_each_use_of_a_row_adds_the_variance_of_its_chance() -> None:
    by_g, by_b = told_by_g(AT)["I"], told_by_b(AT)["I"]
    first = fmpq(1, 4)  # row g, counts (1, 1)
    second = fmpq(6, 7) * fmpq(1, 7)  # row b, counts (1, 2): 1 to 6
    third = fmpq(9, 10) * fmpq(1, 10)  # row b, counts (1, 3): 1 to 9
    fourth = fmpq(3, 5) * fmpq(2, 5)  # row g, counts (2, 3)
    assert [by_g(t) for t in range(5)] == [0, first, first, first, first + fourth]
    assert [by_b(t) for t in range(5)] == [0, 0, second, second + third, second + third]


def test_the_factors_are_the_extremes_of_the_share_up_to_a_hundredth() -> None:
    shares = [share(AT)(t) for t in LOOKED]  # 1, 2, 3, 3/2, 1, 3/4, ...
    assert shares[2] == 3
    assert shares[-1].overlaps(arb(3) / 11)
    assert few(AT)["cu"] == fmpq(301, 100)
    assert many(AT)["cl"] == fmpq(27, 100)
    assert many(AT)["kappa"] == 3


def test_b_is_kept_up_with_g() -> None:
    at = kept_up(AT.replace(rho=Fraction(1, 2)), 2)
    assert at["n0"] == (1, 2)
    assert at["path"][:8] == (0, 1, 0, 1, 0, 0, 1, 0)  # 3 > 2 sqrt 2, 4 = 2 sqrt 4, 5 > 2 sqrt 5
    assert at["eps"] == spread(at) == 3


@settings(max_examples=20)
@given(st.data())
def test_b_is_as_rare_or_as_frequent_as_the_factors_say(data: st.DataObject) -> None:
    K = data.draw(SIZES)
    for strategy in (row_g, row_b):
        at = data.draw(strategy(K))
        assert all(share(at)(t) > at["cl"] >= 0 for t in LOOKED)
        assert at["b"] != at["g"]
        assert spread(at) <= at["eps"]
    for strategy in (rarer, stronger, weaker):
        at = data.draw(strategy(K))
        assert all(share(at)(t) < at["cu"] for t in LOOKED)


@settings(max_examples=20)
@given(SIZES.flatmap(lambda K: shared(K, ("1/3", "9/10"))))
def test_row_g_goes_to_g_and_b_alone(at: Instance) -> None:
    row = at["P"][at["g"]]
    stay, leave = rational(row[at["g"]]), rational(row[at["b"]])
    assert stay + leave == 1
    assert at["rho"] == leave / stay


@settings(max_examples=20)
@given(stronger(2), weaker(2))
def test_the_powers_are_on_their_side_of_one_half(strong: Instance, weak: Instance) -> None:
    assert strong["rho"] > fmpq(1, 2) > weak["rho"]
