"""E12 by numbers: the law of the loser's frequency gathers at the exponent q = 1 - r1."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import pairwise

import pytest
from flint import arb

from checks.two_tokens import exponent, late

CHAINS = (
    *(("1/4", b) for b in ("13/25", "3/5", "4/5", "9/10")),
    *(("1/10", b) for b in ("3/5", "9/10")),
    ("1/3", "3/4"),
    ("2/5", "2/3"),
)
"""(a, b) with a < 1/2 < b."""

TIMES = (64, 512, 4096)
WIDTH = Fraction(1, 4)
each_chain = pytest.mark.parametrize(("a", "b"), CHAINS)


def near(n: int, t: int, q: Fraction) -> bool:
    """Whether t^-(q + 1/4) < n / t < t^-(q - 1/4), decided in integers."""

    def side(rate: Fraction) -> tuple[int, int]:
        """(n / t)^d beside t^-p for rate = p / d, both times t^(d + p) over t^p."""
        return n**rate.denominator * t**rate.numerator, t**rate.denominator

    (low, at_low), (high, at_high) = side(q + WIDTH), side(q - WIDTH)
    return low > at_low and high < at_high


def shares(a: str, b: str, q: Fraction) -> list[arb]:
    """Pr(|log y_t / log t + q| < 1/4) at the times t, from the prompt 12."""
    laws = late(a, b, (0, 1), TIMES)
    return [law.probability(partial(near, t=law.length, q=q)) for law in laws]


def test_near_tells_powers_of_the_length() -> None:
    assert near(32, 1024, Fraction(1, 2))
    assert not near(2, 1024, Fraction(1, 2))
    assert not near(1023, 1024, Fraction(1, 2))


@each_chain
def test_frequencies_gather_at_the_exponent(a: str, b: str) -> None:
    assert all(first < second for first, second in pairwise(shares(a, b, exponent(a))))


@each_chain
@pytest.mark.parametrize("off", [Fraction(-1, 2), Fraction(1, 2)])
def test_another_exponent_is_less_likely_late(a: str, b: str, off: Fraction) -> None:
    assert shares(a, b, exponent(a))[-1] > shares(a, b, exponent(a) + off)[-1]
