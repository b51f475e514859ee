"""A bound between balls, the wrong way round."""

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
    for n in range(1, 21):
        bound = (arb(n) + arb(1) / 2) * arb(n).log() - n + (2 * arb.pi()).log() / 2
        yield Case({"n": n}, arb(factorial(n)).log(), "<=", bound + shift)


@claim(
    id="stirling-above",
    label="U16",
    title="Stirling's formula bounds the factorial from above",
    statement=(r"$\log n! \le (n + 1/2) \log n - n + \frac12 \log 2 \pi$ for $n \le 20$."),
    source=Source("my notes", "What I believed."),
    mark="certified",
)
def stirling_above() -> Body:
    """It bounds the factorial from below."""
    says = "The logarithm of the factorial is at most Stirling's."
    part = Enumeration("stirling-above", says, "n <= 20", cases, rung="certified")
    return Body((part,), (), (Variant(part.name, "one less", lambda: cases(-1)),))
