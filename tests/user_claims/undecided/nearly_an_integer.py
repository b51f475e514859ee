"""Two numbers that differ by less than the balls can tell."""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def cases(exponent: int = 163) -> Iterator[Case]:
    """One case, in balls of 53 bits: too wide to tell."""
    value = (arb.pi() * arb(exponent).sqrt()).exp()
    yield Case({"exponent": exponent}, value, "=", 262537412640768744)


@claim(
    id="nearly-an-integer",
    label="U3",
    title="The exponential of pi times the root of 163 is an integer",
    statement=(r"$e^{\pi \sqrt{163}} = 262537412640768744$."),
    source=Source("my notes", "What I should like to know."),
    mark="certified",
)
def nearly_an_integer() -> Body:
    """They differ by 7.5e-13."""
    part = Enumeration("nearly-an-integer", "They agree.", "one case", cases, rung="certified")
    return Body((part,), (), (Variant(part.name, "162", lambda: cases(162)),))
