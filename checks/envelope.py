"""A sweep over K, n and designs, and how often a bound fails there.

A bound fails if a value is above 1; a missing estimate has an infinite value.  The p-value of a
place is that of the binomial law with the chance 2 delta, and the test takes the least of all
places, times their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.random import Generator

from checks.claim import Alternative, Case, StatisticalTest
from checks.designs import Design, pairs_and_whole
from checks.excess_tests import ENGINES, LEVEL, RESOLVED, counted, round_up
from checks.tails import binomial
from numeric.arithmetic import FloatArray

__all__ = ["LEAST", "SWEEP", "alternative", "bound_test", "errors", "excesses", "missing"]
__all__ += ["resolution"]

DELTA = Fraction(1, 20)
SETS = 300
LONGER = 256
LEAST = {2: 200, 3: 500, 4: 1_000, 8: 12_000}
"""The first size for each K; the second is LONGER times as large."""

LIKELY = Fraction(1, 2)
"""How often a bound fails, at least, under an alternative: in one place of the sweep."""

Draw = Callable[[Generator], list[FloatArray]]


def designs(K: int) -> Iterator[Design]:
    """Prompts of two tokens and of K, of two, of K; the same for K = 2."""
    both = pairs_and_whole(K)
    yield Design.even(K, both)
    if K > 2:
        yield Design.even(K, tuple(x for x in both if len(x) == 2))
        yield Design.even(K, tuple(x for x in both if len(x) == K))


SWEEP = [
    (design, factor * n)
    for K, n in LEAST.items()
    for design in designs(K)
    for factor in (1, LONGER)
]


def missing(sizes: dict[int, int]) -> Iterator[Case]:
    """The bound on the chance that the estimate is missing: less than delta."""
    for K, n in sizes.items():
        for design in designs(K):
            where = {"K": K, "prompts": len(design.prompts), "n": n}
            yield Case(where, design.chance_missed(n), "<", DELTA)


def excesses(factor: Callable[[Design, int], float]) -> Draw:
    """The excess risks over their envelopes, times a factor."""

    def draw(random: Generator) -> list[FloatArray]:
        found = []
        for design, n in SWEEP:
            risks = design.excesses(random, n, SETS)
            envelope = design.K**2 / (8 * n) * np.log(n / (design.K * float(DELTA)))
            found.append(risks * factor(design, n) / envelope)
        return found

    return draw


def errors(designs: list[Design]) -> Draw:
    """|W_n - W*|^2 over tr H^+ / (n delta); the logits of W in S_E sum to 0 in each row."""

    def draw(random: Generator) -> list[FloatArray]:
        found = []
        for design in designs:
            w = np.log(np.array(design.P, dtype=np.float64))
            w -= w.mean(axis=1, keepdims=True)
            trace = sum(float(np.trace(design.inverse(k))) for k in range(design.K))
            for n in (LEAST[design.K], LONGER * LEAST[design.K]):
                apart = design.fit(design.draw(random, n, SETS)) - w
                squares = np.where(np.isnan(apart), np.inf, apart**2).sum(axis=(1, 2))
                found.append(squares * n * float(DELTA) / trace)
        return found

    return draw


def bound_test(name: str, statement: str, draw: Draw, places: int) -> StatisticalTest:
    """The test that the bound fails with probability at most 2 delta in each place."""
    rejected = f"rejects a bound that fails with probability {resolution(places):.2f} in one place"
    return StatisticalTest(
        name,
        f"{statement} (The test {rejected} with probability at least $1 - 10^{{-8}}$.)",
        level=LEVEL,
        n=SETS,
        draw=draw,
        statistic=_p_value,
        finite="binomial, times the number of places",
        engines=ENGINES,
        counted=_counted,
    )


def _counted(found: list[FloatArray]) -> str:
    most = max(int((values > 1).sum()) for values in found)
    return f"{counted(found)}; the bound fails in {most} of {SETS} in one place, no more in others"


def _p_value(found: list[Any]) -> float:
    counts = (int((values > 1).sum()) for values in found)
    return min(1.0, len(found) * min(_tail(k) for k in counts))


def _tail(failures: int) -> float:
    return binomial(failures, SETS, float(2 * DELTA))


def alternative(name: str, change: str, draw: Draw, places: int) -> Alternative:
    """One under which the bound fails with probability LIKELY in one place."""
    given = f"in one place the bound fails with probability at least {LIKELY}"
    power = 1 - round_up(_missed(float(LIKELY), places))
    return Alternative(name, change, power=power, draw=draw, given=given)


def resolution(places: int) -> float:
    """The least probability, in hundredths, that is rejected with probability 1 - RESOLVED.

    >>> resolution(2)
    0.37
    """
    return next(k / 100 for k in range(100) if _missed(k / 100, places) <= RESOLVED)


def _missed(often: float, places: int) -> float:
    """How probably the test misses that in one place the bound fails so often."""
    needed = next(k for k in range(SETS) if places * _tail(k) <= LEVEL)
    return binomial(SETS - needed + 1, SETS, 1 - often)
