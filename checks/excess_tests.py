"""Two tests of what many data sets say, valid at every number of them, and their power.

`LawTest`: the law of the values is within ``allowed`` of chi^2 (Dvoretzky-Kiefer-Wolfowitz).
`MeanTest`: their mean is within ``allowed`` of 1, their variance at most v (Bernstein); the values
are cut at ``most``, so that they lie in an interval of that length.

Both speak of data sets that have a unique estimate: the others, whose value is infinite, are left
out and counted.  They look at data sets of several sizes n, and reject if the p-value at one of
them, times their number, is at most the level.

An alternative multiplies the values of each size by a factor, or draws them elsewhere.  If what is
tested is true, the law of the values at one size is known well enough to bound the probability that
the test misses the alternative.  A data set has no unique estimate with probability at most RARE,
which `missing_rarely` certifies; that one is left out is counted as missed.  The *resolution* is
the least distance at which any law is rejected with probability 1 - RESOLVED.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log10

import numpy as np
from numpy.random import Generator

from checks.claim import Alternative, Case, Enumeration, StatisticalTest, Variant
from checks.designs import Design
from checks.tails import bernstein, bernstein_reach, chi2_gap, distance_to_chi2, dkw, dkw_reach
from numeric.arithmetic import FloatArray

__all__ = ["ENGINES", "LEVEL", "RESOLVED", "LawTest", "MeanTest", "counted", "missing_rarely"]
__all__ += ["round_up"]

LEVEL = Fraction(1, 10**8)
RESOLVED = 1e-8
RARE = Fraction(1, 10**16)

UNCHANGED = "what is tested holds before the values are multiplied"
"""What the power takes for granted where an alternative multiplies the values."""

Values = Callable[[Generator, int, int], FloatArray]
"""From a generator, n and how many data sets, one value for each; infinite without an estimate."""

ENGINES = ("NumPy", "Numba")


def missing_rarely(name: str, places: Sequence[tuple[Design, int]]) -> tuple[Enumeration, Variant]:
    """The part that estimates are missing with probability at most RARE, and its twin."""

    def cases(shorter: int = 1) -> Iterator[Case]:
        for design, n in places:
            where = {"prompts": len(design.prompts), "n": n // shorter}
            yield Case(where, design.chance_missed(n // shorter), "<", RARE)

    sizes = " and ".join(f"{n:,}" for n in sorted({n for _, n in places}))
    part = Enumeration(
        name,
        r"$\sum_{x, i} (1 - \mu(x) p_x(i))^n < 10^{-16}$, so a data set without a unique estimate "
        "is drawn with at most this probability.",
        f"the designs that are sampled, n = {sizes}",
        cases,
        rung="certified",
    )
    return part, Variant(name, "a thousandth of the size", lambda: cases(1000))


def counted(found: Sequence[FloatArray]) -> str:
    """How many of the data sets have no unique estimate, in words."""
    gone = sum(int(np.isinf(values).sum()) for values in found)
    return f"{gone} of {sum(map(len, found))} data sets have no unique estimate"


def round_up(missed: float) -> Fraction:
    """The least power of ten that is as large, and at least 10^-300.

    >>> round_up(0.002)
    Fraction(1, 100)
    """
    return Fraction(10) ** ceil(log10(max(missed, 1e-300)))


@dataclass(frozen=True)
class _Test(ABC):
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
    away = ""

    @abstractmethod
    def p_value(self, values: FloatArray) -> float:
        """Of the values at one size; all are finite."""

    @property
    @abstractmethod
    def resolution(self) -> float:
        """The least distance that the test rejects with probability 1 - RESOLVED."""

    @property
    def part(self) -> StatisticalTest:
        """The test as a part of a claim."""
        return StatisticalTest(
            self.name,
            f"{self.statement} (The test rejects with probability at least $1 - 10^{{-8}}$ where, "
            f"at one size, {self.away} is {self.resolution:.3f} or more.)",
            level=LEVEL,
            n=self.sets,
            draw=self._draw(self.values, [1.0] * len(self.sizes)),
            statistic=self._statistic,
            finite=self.finite,
            engines=ENGINES,
            counted=self.counted,
        )

    def counted(self, found: Sequence[FloatArray]) -> str:
        """What is left out, in words."""
        return f"{counted(found)} and are left out"

    def _statistic(self, found: Sequence[FloatArray]) -> float:
        there = [values[np.isfinite(values)] for values in found]
        p_values = [self.p_value(values) for values in there if len(values)]
        return min([1.0, *(len(found) * p for p in p_values)])

    def _cut(self, values: FloatArray) -> FloatArray:
        """The finite values as the test takes them."""
        return values

    def _draw(
        self, values: Values, factors: Sequence[float]
    ) -> Callable[[Generator], list[FloatArray]]:
        def draw(random: Generator) -> list[FloatArray]:
            pairs = zip(self.sizes, factors, strict=True)
            return [factor * self._cut(values(random, n, self.sets)) for n, factor in pairs]

        return draw

    def _against(
        self,
        change: str,
        missed: float,
        factors: Sequence[float],
        values: Values | None,
        given: str,
    ) -> Alternative:
        draw = self._draw(values or self.values, factors)
        left_out = len(self.sizes) * self.sets * RARE
        return Alternative(
            self.name, change, power=1 - round_up(missed + float(left_out)), draw=draw, given=given
        )


@dataclass(frozen=True)
class LawTest(_Test):
    """The law is within ``allowed`` of chi^2 with df degrees of freedom."""

    df: int

    finite = "Dvoretzky-Kiefer-Wolfowitz inequality"
    away = "the distance of the distribution functions"

    def p_value(self, values: FloatArray) -> float:
        """Of the distance of the laws."""
        return dkw(distance_to_chi2(values, self.df) - self.allowed, len(values))

    @property
    def _reach(self) -> float:
        """The distance, beyond what is allowed, at which the test rejects."""
        return dkw_reach(float(LEVEL) / len(self.sizes), self.sets)

    @property
    def resolution(self) -> float:
        """The distance of distribution functions that the test rejects."""
        return self.allowed + self._reach + dkw_reach(RESOLVED, self.sets)

    def against(
        self, change: str, *factors: float, df: int | None = None, values: Values | None = None
    ) -> Alternative:
        """The values times the factors, or values whose law is that of chi^2 with other degrees."""
        gap = max(chi2_gap(self.df, df or self.df, factor) for factor in factors)
        missed = dkw(gap - 2 * self.allowed - self._reach, self.sets)
        given = f"the law is within {self.allowed:g} of chi-square with {df} degrees of freedom"
        return self._against(change, missed, factors, values, given if df else UNCHANGED)


@dataclass(frozen=True)
class MeanTest(_Test):
    """The mean of values from 0 to ``most`` is within ``allowed`` of 1, the variance as given."""

    variance: float
    most: float

    finite = "Bernstein's inequality, with the bound on the variance that the statement gives"
    away = "the variance is so bounded and the distance of the mean from 1"

    def p_value(self, values: FloatArray) -> float:
        """Of the distance of the mean from 1."""
        distance = abs(float(values.mean()) - 1) - self.allowed
        return bernstein(distance, len(values), self.variance, self.most)

    def counted(self, found: Sequence[FloatArray]) -> str:
        """What is left out, and the variances that are found."""
        there = (values[np.isfinite(values)] for values in found)
        variances = " and ".join(f"{values.var():.3f}" for values in there if len(values))
        return f"{super().counted(found)}; of the others the variance is {variances}"

    def _cut(self, values: FloatArray) -> FloatArray:
        return np.where(np.isinf(values), values, np.minimum(values, self.most))

    @property
    def _reach(self) -> float:
        """The distance, beyond what is allowed, at which the test rejects."""
        return bernstein_reach(float(LEVEL) / len(self.sizes), self.sets, self.variance, self.most)

    @property
    def resolution(self) -> float:
        """The distance of a mean from 1 that the test rejects, the variance being as said."""
        missed = bernstein_reach(RESOLVED, self.sets, self.variance, self.most)
        return self.allowed + self._reach + missed

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
        variance, missed = variance or self.variance, 1.0
        for factor in factors:
            mean = factor * ratio
            near = mean * (1 - self.allowed) - 1 if mean > 1 else 1 - mean * (1 + self.allowed)
            spread = mean**2 * variance, factor * self.most
            missed = min(missed, bernstein(near - self.allowed - self._reach, self.sets, *spread))
        given = f"the values over {ratio:g} have a mean within {self.allowed:g} of 1 and a "
        given = f"{given}variance of at most {variance:g}" if values else UNCHANGED
        return self._against(change, missed, factors, values, given)
