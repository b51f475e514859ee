"""Shown as open, with evidence: the evidence refutes it."""

from __future__ import annotations

from collections.abc import Iterator

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def n_divisors(x: int) -> int:
    """By trial division."""
    return sum(x % d == 0 for d in range(1, x + 1))


def cases(constant: int = 41) -> Iterator[Case]:
    """Each n once."""
    for n in range(60):
        yield Case({"n": n}, n_divisors(n * n + n + constant), "=", 2)


@claim(
    id="open-and-false",
    label="U30",
    title="Euler's polynomial gives primes",
    statement=(r"$n^2 + n + 41$ is a prime number for every $n$."),
    source=Source("my notes", "What I believed."),
    mark="open",
    gap="a proof for all n",
)
def open_and_false() -> Body:
    """Open, I thought."""
    says = "It has two divisors."
    part = Enumeration("open-and-false", says, "n < 60", cases)
    return Body((part,), (), (Variant(part.name, "43", lambda: cases(43)),))
