"""The tail bounds against sums, integrals and maxima that can be done by hand."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, log

import pytest

from checks.tails import (
    bernstein,
    bernstein_reach,
    binomial,
    chi2_gap,
    distance_to_chi2,
    dkw,
    dkw_reach,
)


def test_the_bounds_are_those_that_are_cited() -> None:
    assert dkw(0.5, 4) == pytest.approx(2 * exp(-2))
    assert dkw(0.5, 1) == 1
    assert dkw(-0.5, 4) == dkw(0, 4) == 1
    assert bernstein(1, 3, 0.5, 3) == pytest.approx(2 * exp(-1))
    assert bernstein(2, 3, 0.5, 3) == pytest.approx(2 * exp(-12 / 5))
    assert bernstein(-2, 3, 0.5, 3) == bernstein(0.1, 3, 0.5, 3) == 1
    assert dkw_reach(2 * exp(-2), 4) == pytest.approx(0.5)
    assert bernstein_reach(2 * exp(-1), 3, 0.5, 3) == pytest.approx(1)
    assert bernstein_reach(2 * exp(-12 / 5), 3, 0.5, 3) == pytest.approx(2)


def test_the_binomial_tail_is_the_sum_of_its_terms() -> None:
    p = Fraction(3, 10)
    for k in range(-1, 8):
        terms = (comb(6, j) * p**j * (1 - p) ** (6 - j) for j in range(max(k, 0), 7))
        assert binomial(k, 6, 0.3) == pytest.approx(float(sum(terms)))


def at(chance: float) -> float:
    """Where the distribution function of chi^2 with two degrees has this value."""
    return -2 * log(1 - chance)


@pytest.mark.parametrize(
    ("chances", "distance"),
    [((0.5,), 0.5), ((0.25, 0.75), 0.25), ((0.9, 0.5), 0.5), ((0.1, 0.2), 0.8), ((0.3, 0.3), 0.7)],
)
def test_the_distance_to_chi2_looks_at_both_sides_of_each_step(
    chances: tuple[float, ...], distance: float
) -> None:
    assert distance_to_chi2([at(chance) for chance in chances], 2) == pytest.approx(distance)


def test_the_gap_of_chi2_is_the_largest_difference() -> None:
    assert chi2_gap(2, 2) == 0
    assert chi2_gap(2, 2, 2.0) == pytest.approx(1 / 4, abs=1e-6)  # y - y^2
    assert chi2_gap(2, 2, 0.5) == pytest.approx(1 / 4, abs=1e-6)
    assert chi2_gap(2, 4) == chi2_gap(4, 2) == pytest.approx(exp(-1), abs=1e-6)  # x/2 exp(-x/2)
    assert chi2_gap(2, 2, 1e4) > 0.99
    assert chi2_gap(2, 40) > 0.999
