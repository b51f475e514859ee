"""Two tests of what many data sets say, valid at every number of them, and their power.

`LawTest`: the law of the values is within ``allowed`` of chi^2 (Dvoretzky-Kiefer-Wolfowitz).
`MeanTest`: their mean is within ``allowed`` of 1, their variance at most v (Bernstein); the values
are cut at ``most``, so that they lie in an interval of that length.

Both look at data sets of several sizes n, and reject if the p-value at one of them, times their
number, is at most the level.  An alternative multiplies the values of each size by a factor, or
draws them elsewhere.  If what is tested is true, the law of the values at one size is known well
enough to bound the probability that the test misses the alternative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.random import Generator

from checks.claim import Alternative, StatisticalTest
from checks.tails import bernstein, bernstein_reach, chi2_gap, distance_to_chi2, dkw, dkw_reach
from numeric.arithmetic import FloatArray

__all__ = ["ENGINES", "LEVEL", "LawTest", "MeanTest"]

LEVEL = Fraction(1, 10**8)
Values = Callable[[Generator, int, int], FloatArray]
"""From a generator, n and how many data sets, one value for each."""

ENGINES = ("NumPy", "Numba")


@dataclass(frozen=True)
class _Test:
    """What both have: see the module's text.

    Args:
        name, statement: of the part.
        sizes: of the data sets.
        sets: how many of each size.
        values: draws them.
        allowed: the distance that the statement allows.
    """

    name: str
    statement: str
    sizes: tuple[int, ...]
    sets: int
    values: Values
    allowed: float

    finite = ""

    def p_value(self, values: FloatArray) -> float:
        """Of the values at one size."""
        raise NotImplementedError

    @property
    def part(self) -> StatisticalTest:
        """The test as a part of a claim."""
        return StatisticalTest(
            self.name,
            self.statement,
            level=LEVEL,
            n=self.sets,
            draw=self._draw(self.values, [1.0] * len(self.sizes)),
            statistic=lambda found: min(1.0, len(found) * min(map(self.p_value, found))),
            finite=self.finite,
            engines=ENGINES,
        )

    def _draw(self, values: Values, factors: Sequence[float]) -> Callable[[Generator], Any]:
        def draw(random: Generator) -> list[FloatArray]:
            pairs = zip(self.sizes, factors, strict=True)
            return [factor * values(random, n, self.sets) for n, factor in pairs]

        return draw

    def _against(
        self, change: str, missed: float, factors: Sequence[float], values: Values | None
    ) -> Alternative:
        draw = self._draw(values or self.values, factors)
        power = 1 - Fraction(max(missed, 1e-300))
        return Alternative(self.name, change, power=power, draw=draw)


@dataclass(frozen=True)
class LawTest(_Test):
    """The law is within ``allowed`` of chi^2 with df degrees of freedom."""

    df: int

    finite = "Dvoretzky-Kiefer-Wolfowitz inequality"

    def p_value(self, values: FloatArray) -> float:
        """Of the distance of the laws."""
        return dkw(distance_to_chi2(values, self.df) - self.allowed, len(values))

    def against(
        self, change: str, *factors: float, df: int | None = None, values: Values | None = None
    ) -> Alternative:
        """The values times the factors, or values whose law is that of chi^2 with other degrees."""
        gap = max(chi2_gap(self.df, df or self.df, factor) for factor in factors)
        reach = dkw_reach(float(LEVEL) / len(self.sizes), self.sets)
        missed = dkw(gap - 2 * self.allowed - reach, self.sets)
        return self._against(change, missed, factors, values)


@dataclass(frozen=True)
class MeanTest(_Test):
    """The mean of values from 0 to ``most`` is within ``allowed`` of 1, the variance as given."""

    variance: float
    most: float

    finite = "Bernstein's inequality, with the bound on the variance that the statement gives"

    def p_value(self, values: FloatArray) -> float:
        """Of the distance of the mean from 1."""
        distance = abs(float(values.mean()) - 1) - self.allowed
        return bernstein(distance, len(values), self.variance, self.most)

    def against(
        self,
        change: str,
        *factors: float,
        ratio: float = 1.0,
        variance: float | None = None,
        values: Values | None = None,
    ) -> Alternative:
        """The values times the factors, or others, of which the statement holds after division.

        Other values lie between 0 and ``most`` too; divided by ``ratio`` they have a mean within
        ``allowed`` of 1 and a variance of at most ``variance``.
        """
        reach = bernstein_reach(float(LEVEL) / len(self.sizes), self.sets, self.variance, self.most)
        missed = 1.0
        for factor in factors:
            mean = factor * ratio
            near = mean * (1 - self.allowed) - 1 if mean > 1 else 1 - mean * (1 + self.allowed)
            spread = mean**2 * (variance or self.variance), factor * self.most
            missed = min(missed, bernstein(near - self.allowed - reach, self.sets, *spread))
        return self._against(change, missed, factors, values)
