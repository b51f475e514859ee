"""An exact enumeration."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

from flint import fmpz_poly

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def cases(change: int = 0) -> Iterator[Case]:
    """The middle coefficient of (1 + x)^n (1 + x)^n, and the one of (1 + x)^(2n)."""
    for n in range(10):
        squares = sum(comb(n, k) ** 2 for k in range(n + 1))
        yield Case({"n": n}, squares + change, "=", int((fmpz_poly([1, 1]) ** (2 * n))[n]))


@claim(
    id="vandermonde",
    label="U8",
    title="The sum of squared binomial coefficients",
    statement=(r"$\sum_k \binom{n}{k}^2 = \binom{2n}{n}$ for $n \le 9$."),
    source=Source("my notes", "What I use."),
    mark="exact",
)
def vandermonde() -> Body:
    """Two computations for each n."""
    part = Enumeration("vandermonde", "The two numbers agree.", "n <= 9", cases)
    return Body((part,), (), (Variant("vandermonde", "one more", lambda: cases(1)),))
