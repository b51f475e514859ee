"""Open, with evidence."""

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


def last(n: int) -> int:
    """Where the numbers go within a thousand steps, or the last one there."""
    for _ in range(1000):
        if n == 1:
            break
        n = 3 * n + 1 if n % 2 else n // 2
    return n


def cases(end: int = 1) -> Iterator[Case]:
    """Each n once."""
    for n in range(1, 1000):
        yield Case({"n": n}, last(n), "=", end)


@claim(
    id="collatz",
    label="U4",
    title="Every number comes down to one",
    statement=(
        r"Halve an even number, and take $3 n + 1$ of an odd one: every $n \ge 1$ comes "
        r"down to $1$."
    ),
    source=Source("my notes", "What I should like to know."),
    mark="open",
    gap="a proof",
)
def collatz() -> Body:
    """The first thousand, for what it is worth."""
    part = Enumeration("collatz", "It comes down to one.", "n < 1000", cases)
    return Body((part,), (), (Variant("collatz", "to two", lambda: cases(2)),))
