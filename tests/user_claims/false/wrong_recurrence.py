"""A false recurrence: the last term alternates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def n_derangements(n: int) -> int:
    """By going through all permutations."""
    return sum(all(p[x] != x for x in range(n)) for p in permutations(range(n)))


def cases(sign: int = 1) -> Iterator[Case]:
    """Each n once."""
    for n in range(2, 7):
        yield Case({"n": n}, n_derangements(n), "=", n * n_derangements(n - 1) + sign)


@claim(
    id="wrong-recurrence",
    label="U14",
    title="Permutations without a fixed point: D(n) = n D(n - 1) + 1",
    statement=(
        r"The number $D(n)$ of permutations of $n$ things without a fixed point obeys "
        r"$D(n) = n D(n - 1) + 1$."
    ),
    source=Source("my notes", "What I believed."),
    mark="exact",
)
def wrong_recurrence() -> Body:
    """Checked for n = 2, which was not enough."""
    says = "The two numbers agree."
    minus = Variant("wrong-recurrence", "minus one", lambda: cases(-1))
    return Body((Enumeration("wrong-recurrence", says, "2 <= n <= 6", cases),), (), (minus,))
