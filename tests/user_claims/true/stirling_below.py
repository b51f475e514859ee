"""A certified enumeration."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial

from flint import arb

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def cases(shift: int = 0) -> Iterator[Case]:
    """Balls for both sides."""
    for n in range(1, 41):
        bound = (arb(n) + arb(1) / 2) * arb(n).log() - n + (2 * arb.pi()).log() / 2
        yield Case({"n": n}, arb(factorial(n)).log(), ">=", bound + shift)


@claim(
    id="stirling-below",
    label="U9",
    title="Stirling's formula bounds the factorial from below",
    statement=(r"$\log n! \ge (n + 1/2) \log n - n + \frac12 \log 2 \pi$ for $n \le 40$."),
    source=Source("my notes", "What I use."),
    mark="certified",
)
def stirling_below() -> Body:
    """The gap is about 1 / (12 n): balls of 53 bits tell."""
    says = "The logarithm of the factorial is at least Stirling's."
    part = Enumeration("stirling-below", says, "n <= 40", cases, rung="certified")
    return Body((part,), (), (Variant(part.name, "one more", lambda: cases(1)),))
