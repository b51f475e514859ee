"""A statistical statement that data reject."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from numpy.random import Generator

from checks.claim import (
    Alternative,
    Body,
    Source,
    StatisticalTest,
    claim,
)

SIZE = 2000


def draw(random: Generator, heads: float = 2 / 3) -> int:
    """How often token 1 comes next; its count weighs twice."""
    return int(random.binomial(SIZE, heads))


def p_value(ones: int) -> Fraction:
    """The exact probability of so many or more, at 1/2."""
    return Fraction(sum(comb(SIZE, x) for x in range(ones, SIZE + 1)), 2**SIZE)


@claim(
    id="biased-coin",
    label="U15",
    title="The next token after 1 1 2 is a fair coin",
    statement=(
        r"After a prompt with counts $(2, 1)$ and $P_{a1} = P_{a2}$, the next token is "
        r"each of the two with probability $1/2$."
    ),
    source=Source("my notes", "What I believed."),
    mark="stat",
)
def biased_coin() -> Body:
    """The counts do not matter if the rows agree, I thought."""
    test = StatisticalTest(
        "biased-coin",
        "Token 1 comes next at most half of the time.",
        level=Fraction(1, 10**8),
        n=SIZE,
        draw=draw,
        statistic=p_value,
        finite="binomial",
    )
    power = 1 - Fraction(1, 10**8)  # from below, by Hoeffding's inequality
    other = Alternative(test.name, "three in four", power, lambda random: draw(random, 0.75))
    return Body((test,), (), (other,))
