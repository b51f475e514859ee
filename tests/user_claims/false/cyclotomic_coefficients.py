"""True of the first 104."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpz_poly

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def cases(last: int = 120) -> Iterator[Case]:
    """Each n once."""
    for n in range(1, last + 1):
        largest = max(abs(int(c)) for c in fmpz_poly.cyclotomic(n).coeffs())
        yield Case({"n": n}, largest, "=", 1)


@claim(
    id="cyclotomic-coefficients",
    label="U29",
    title="Cyclotomic polynomials have the coefficients 0, 1 and -1",
    statement=(r"Every coefficient of the $n$-th cyclotomic polynomial is $0$, $1$ or $-1$."),
    source=Source("my notes", "What I believed."),
    mark="exact",
)
def cyclotomic_coefficients() -> Body:
    """It looked so for a long time."""
    says = "The largest absolute value of a coefficient is one."
    part = Enumeration("cyclotomic-coefficients", says, "n <= 120", cases)
    return Body((part,), (), (Variant(part.name, "n <= 110", lambda: cases(110)),))
