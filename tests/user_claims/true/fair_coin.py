"""A statistical test of stated level and power."""

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


def p_value(heads: int) -> Fraction:
    """The exact probability of so many or more, at 1/2."""
    return Fraction(sum(comb(SIZE, x) for x in range(heads, SIZE + 1)), 2**SIZE)


@claim(
    id="fair-coin",
    label="U10",
    title="A fair coin comes up heads at most half of the time",
    statement=(r"The chance of heads is at most $1/2$."),
    source=Source("my notes", "What I use."),
    mark="stat",
)
def fair_coin() -> Body:
    """An exact binomial test; the power, from below, by Hoeffding's inequality."""
    test = StatisticalTest(
        "fair-coin",
        "Heads come up at most half of the time.",
        level=Fraction(1, 10**8),
        n=SIZE,
        draw=lambda random: int(random.binomial(SIZE, 0.5)),
        statistic=p_value,
        finite="binomial",
    )
    power = 1 - Fraction(1, 10**8)
    biased = Alternative(
        test.name, "three in four", power, lambda random: int(random.binomial(SIZE, 0.75))
    )
    return Body((test,), (), (biased,))
