"""P-values that are valid at every size of the sample, and how often they are small.

m independent draws; t is how far the data are from what a statement allows.

Dvoretzky-Kiefer-Wolfowitz (Massart)   Pr(sup |F_m - F| >= t) <= 2 exp(-2 m t^2)
Bernstein                              Pr(|mean - mu| >= t) <= 2 exp(-m t^2 / (2 v + 2 b t / 3))
binomial                               Pr(at least k successes), exactly

with F the distribution function, and for Bernstein variance at most v, values in an interval of
length b.  If the statement says that F is within eps of G, or mu within eps of 1, then t is the
distance found less eps.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import numpy as np
from scipy.special import bdtrc
from scipy.stats import chi2

__all__ = ["bernstein", "binomial", "chi2_gap", "distance_to_chi2", "dkw", "dkw_reach"]
__all__ += ["bernstein_reach"]


def dkw(t: float, m: int) -> float:
    """The p-value of a distance t of distribution functions, beyond what is allowed.

    >>> round(dkw(0.1, 1000), 12)
    4.122e-09
    """
    return min(1.0, 2 * exp(-2 * m * max(t, 0.0) ** 2))


def dkw_reach(p: float, m: int) -> float:
    """The t with that p-value."""
    return sqrt(log(2 / p) / (2 * m))


def bernstein(t: float, m: int, v: float, b: float) -> float:
    """The p-value of a distance t of a mean, beyond what is allowed.

    >>> bernstein(0.5, 1000, 0.25, 1) < 1e-100
    True
    """
    t = max(t, 0.0)
    return min(1.0, 2 * exp(-m * t * t / (2 * v + 2 * b * t / 3)))


def bernstein_reach(p: float, m: int, v: float, b: float) -> float:
    """The t with that p-value."""
    c = log(2 / p) / m
    return c * b / 3 + sqrt((c * b / 3) ** 2 + 2 * c * v)


def binomial(k: int, m: int, p: float) -> float:
    """The probability of at least k successes in m trials.

    >>> round(binomial(2, 2, 0.5), 12)
    0.25
    """
    return float(bdtrc(k - 1, m, p))


def distance_to_chi2(values: Any, df: int) -> float:
    """The largest distance of the distribution function of some values to that of chi^2.

    >>> distance_to_chi2([1.386294361119891], 2)  # the median
    0.5
    """
    F, m = chi2.cdf(np.sort(values), df), len(values)
    steps = np.arange(m + 1) / m
    return float(max((F - steps[:-1]).max(), (steps[1:] - F).max()))


def chi2_gap(df: int, other: int, scale: float = 1.0) -> float:
    """A lower bound of the distance of chi^2 to ``scale`` times chi^2 with ``other`` degrees."""
    grid = np.linspace(0, 4 * max(df, scale * other), 20001)
    return float(np.abs(chi2.cdf(grid, df) - chi2.cdf(grid / scale, other)).max())
