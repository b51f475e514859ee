"""Exact numbers: rationals, and rational combinations of logarithms of primes.

    log r = sum_p c_p log p        for r = prod_p p^(c_p) > 0 rational, c_p integers

A `Log` allows any rational c_p, so it is closed under sums and rational multiples. Unique
factorisation makes the logarithms of the primes independent over the rationals: two `Log` are
equal iff their coefficients are. A non-zero rational is never a `Log` (e is transcendental).

Text forms, as in JSON: ``7``, ``"3/10"``, ``"log(3/2)"``, ``"1/2*log(3) - log(2)"``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import arb, fmpq, fmpz

__all__ = ["Log", "NotExact", "Number", "Rational", "dyadic", "format_number", "parse_number"]
__all__ += ["rational"]

Rational: TypeAlias = int | Fraction | fmpz | fmpq
"""What is accepted as a rational number; `rational` makes it an ``fmpq``."""


class NotExact(ArithmeticError):
    """The value is real, but neither a rational nor a `Log`."""


def rational(x: object) -> fmpq:
    """Return x as an ``fmpq``.

    Raises TypeError for anything but an int, Fraction, fmpz or fmpq: a float is not 1/10.

    >>> rational(Fraction(3, 10)), rational(2)
    (3/10, 2)
    """
    if isinstance(x, Fraction):
        return fmpq(x.numerator, x.denominator)
    if isinstance(x, bool) or not isinstance(x, int | fmpz | fmpq):
        raise TypeError(f"{x!r} is not an exact rational: give an int, a Fraction or an fmpq")
    return fmpq(x)


def dyadic(x: float) -> fmpq:
    """Return the rational number that the finite float x is.

    Raises ValueError for NaN and OverflowError for an infinity.

    >>> dyadic(0.1)
    3602879701896397/36028797018963968
    """
    return fmpq(*x.as_integer_ratio())


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Log:
    """The real number sum_p c_p log p, exactly. ``Log()`` is zero; build others by `Log.of`.

    ``terms`` holds the pairs (p, c_p), c_p != 0, by increasing prime p.

    >>> Log.of(Fraction(3, 2)) + Log.of(2), Log.of(9) / 2 == Log.of(3)
    (log(3), True)
    """

    terms: tuple[tuple[int, fmpq], ...] = ()

    @classmethod
    def of(cls, r: Rational) -> "Log":
        """Return log r for a rational r > 0 (r is factorised: keep its primes within reason).

        Raises ValueError when r <= 0.

        >>> Log.of(12).terms
        ((2, 2), (3, 1))
        """
        q = rational(r)
        if q <= 0:
            raise ValueError(f"log({q}): expected a positive rational")
        above = [(int(p), fmpq(m)) for p, m in q.p.factor()]
        below = [(int(p), fmpq(-m)) for p, m in q.q.factor()]
        return cls(tuple(sorted(above + below)))

    def __add__(self, other: object) -> "Log":
        """Add a Log; of the rationals only 0 can be added, any other raises NotExact."""
        if isinstance(other, Log):
            return _collect(self.terms + other.terms)
        if not isinstance(other, Rational):
            return NotImplemented
        if other != 0:
            raise NotExact(f"{self} + {other} is neither a rational nor a sum of logarithms")
        return self

    __radd__ = __add__

    def __eq__(self, other: object) -> bool:
        """Equality of values: of the rationals only 0 can be equal to a Log."""
        if isinstance(other, Log):
            return self.terms == other.terms
        return not self.terms and other == 0 if isinstance(other, Rational) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.terms) if self.terms else hash(0)

    def __neg__(self) -> "Log":
        return self * -1

    def __sub__(self, other: "Log | Rational") -> "Log":
        return self + -other

    def __rsub__(self, other: Rational) -> "Log":
        return -self + other

    def __mul__(self, factor: Rational) -> "Log":
        if not isinstance(factor, Rational):
            return NotImplemented
        return _collect((p, c * rational(factor)) for p, c in self.terms)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Rational) -> "Log":
        if not isinstance(divisor, Rational):
            return NotImplemented
        return self * (1 / rational(divisor))

    def exp(self) -> fmpq:
        """Return exp of this number, a rational.

        Raises NotExact when a coefficient is not an integer (the exponential is irrational).

        >>> Log.of(Fraction(3, 2)).exp()
        3/2
        """
        value = fmpq(1)
        for p, c in self.terms:
            if c.q != 1:
                raise NotExact(f"exp({self}) is irrational")
            value *= fmpq(p) ** int(c.p)
        return value

    def to_arb(self) -> arb:
        """Return a ball that holds this number, at the working precision.

        >>> Log.of(2).to_arb()
        [0.693147180559945 +/- 4.12e-16]
        """
        return sum((arb(c) * arb(p).log() for p, c in self.terms), arb(0))

    def __str__(self) -> str:
        if all(c.q == 1 and abs(c) <= 20 for _, c in self.terms):
            return f"log({self.exp()})"
        return " + ".join(f"{c}*log({p})" for p, c in self.terms).replace("+ -", "- ")

    __repr__ = __str__


Number: TypeAlias = int | fmpq | Log
"""An exact value: what the text forms denote."""


def _collect(terms: Iterable[tuple[int, fmpq]]) -> Log:
    """Add up the coefficients of each prime."""
    total: dict[int, fmpq] = {}
    for p, c in terms:
        total[p] = total.get(p, fmpq(0)) + c
    return Log(tuple(sorted((p, c) for p, c in total.items() if c != 0)))


def _read_rational(text: str) -> fmpq:
    p, _, q = text.partition("/")
    if q and not q.strip("0"):
        raise ValueError(f"{text} divides by zero")
    return fmpq(fmpz(p), fmpz(q or "1"))


_RATIONAL = r"[0-9]+(?:/[0-9]+)?"
_TERM = re.compile(rf"\s*([+-])?\s*(?:({_RATIONAL})\s*\*\s*)?log\(\s*({_RATIONAL})\s*\)\s*")


def parse_number(value: object) -> Number:
    """Read one exact number from its JSON form: an int, "p/q", "log(p/q)", or a sum of c*log(p/q).

    Raises ValueError for anything else, a float among it, and says what was expected.

    >>> parse_number("-3/10"), parse_number("2*log(3) - log(2)"), parse_number(7)
    (-3/10, log(9/2), 7)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise ValueError(f'{value!r}: expected an int or a string such as "3/10" or "log(3/2)"')
    if re.fullmatch(rf"\s*-?{_RATIONAL}\s*", value):
        return _read_rational(value.strip())
    total, end = Log(), 0
    while match := _TERM.match(value, end):
        sign, factor, argument = match.groups()
        if sign is None and end > 0:
            break
        term = _read_rational(factor or "1") * Log.of(_read_rational(argument))
        total, end = total + (-term if sign == "-" else term), match.end()
    if end == 0 or end < len(value):
        raise ValueError(f'{value!r}: expected a number such as 7, "3/10" or "log(3/2)"')
    return total


def format_number(x: Number) -> int | str:
    """Return the JSON form of x, which `parse_number` reads back to an equal number.

    >>> [format_number(x) for x in (7, fmpq(3, 10), Log.of(6) / 2)]
    [7, '3/10', '1/2*log(2) + 1/2*log(3)']
    """
    return x if isinstance(x, int) else str(x)
