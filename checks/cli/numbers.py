"""Numbers between files and tools: floats, exact numbers, and balls as decimal fractions."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["as_exact", "as_floats", "bad_input", "fractions"]


@contextmanager
def bad_input(where: object) -> Iterator[None]:
    """Turn what the tools refuse into bad input of a file."""
    from numeric.files import BadInput

    try:
        yield
    except (ValueError, OverflowError, MemoryError) as error:
        raise BadInput(f"{where}: {error}") from None


def as_floats(rows: Iterable[Iterable[Any]]) -> Any:
    """Return rows as float64; exact numbers are rounded."""
    from numeric.arithmetic import floats

    return floats([list(row) for row in rows])


def as_exact(rows: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Return rows as exact numbers; a float is the dyadic rational that it is."""
    from numeric.exact import dyadic

    return tuple(tuple(dyadic(x) if isinstance(x, float) else x for x in row) for row in rows)


def fractions(
    balls: Sequence[Sequence[Any]], digits: int, total: int | None = None
) -> tuple[list[list[Any]], str]:
    """Return decimal fractions as JSON holds them, and a bound on their distance to the truth.

    With ``total``, the largest entry of a row is changed so that the row sums to it exactly.
    """
    from flint import fmpq

    from numeric.exact import format_number

    places = _places(balls, digits)
    one = 10**places
    rows = [[_scaled(x, places) for x in row] for row in balls]
    if total is not None:
        for row in rows:
            row[row.index(max(row))] += total * one - sum(row)
    off = 2 if total is None else 2 + 2 * len(rows[0])
    return [[format_number(fmpq(n, one)) for n in row] for row in rows], str(fmpq(off, one))


def _places(balls: Sequence[Sequence[Any]], digits: int) -> int:
    """Return how many decimal places the widest ball is worth."""
    places = digits
    while places < 2 * digits + 100 and all(
        x.rad() * 10 ** (places + 1) < 1 for row in balls for x in row
    ):
        places += 1
    return places


def _scaled(x: Any, places: int) -> int:
    """Return the whole part of a ball's midpoint times 10^places, exactly."""
    man, exp = x.mid().man_exp()
    numerator, shift = int(man) * 10**places, int(exp)
    scaled: int = numerator << shift if shift >= 0 else numerator >> -shift
    return scaled
