"""Marked as derived for all sizes, and shown by a test alone."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from checks.claim import (
    Alternative,
    Body,
    Source,
    StatisticalTest,
    claim,
)

SIZE = 1000


def p_value(right: int) -> Fraction:
    """The exact probability of so many or more, at 1/2."""
    return Fraction(sum(comb(SIZE, x) for x in range(right, SIZE + 1)), 2**SIZE)


@claim(
    id="statistics-for-a-proof",
    label="U5",
    title="A symmetric walk is as often left as right",
    statement=(r"The chance that the next step goes right is at most $1/2$, for every walk."),
    source=Source("my notes", "What I should like to know."),
    mark="all",
)
def statistics_for_a_proof() -> Body:
    """A test that does not reject is no derivation."""
    test = StatisticalTest(
        "statistics-for-a-proof",
        "The walk goes right at most half of the time.",
        level=Fraction(1, 10**8),
        n=SIZE,
        draw=lambda random: int(random.binomial(SIZE, 0.5)),
        statistic=p_value,
        finite="binomial",
    )
    power = 1 - Fraction(1, 10**8)  # from below, by Hoeffding's inequality
    biased = Alternative(
        test.name, "three in four", power, lambda random: int(random.binomial(SIZE, 0.75))
    )
    return Body((test,), (), (biased,))
