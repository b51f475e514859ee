"""Sums of products of powers and logarithms of whole numbers, and powers of e, in one form.

    sum_i c_i e^(r_i) prod_b b^(e_ib) (log b)^(n_ib)

with c_i, r_i, e_ib rational, 0 <= e_ib < 1, and n_ib whole.

Two sums with the same form are equal.  The contrary is not claimed: two forms that differ are
compared as balls.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import arb, fmpq

from numeric.exact import Log, NotExact, Rational, rational

__all__ = ["Form"]

FACTORED = 80
"""Bits of the longest number that is factorised; a longer one stands as it is."""

LONGEST = 2000
"""How many products a sum may have."""

EULER = 0
"""Stands for e among the bases of powers."""

Product: TypeAlias = tuple[tuple[tuple[int, fmpq], ...], tuple[tuple[int, int], ...]]
"""The powers (b, e_b) and the logarithms (b, n_b), by increasing b."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Form:
    """Such a sum: its products and their coefficients, none of them 0, in a fixed order.

    >>> root = (Form.log_of(2) / 2).exp()
    >>> root * root == 2, (1 + root) * (1 - root) == -1, root == 1
    (True, True, False)
    >>> (root * Form.log_of(9) - 2 * (root * Form.log_of(3))) == 0
    True
    """

    terms: tuple[tuple[Product, fmpq], ...] = ()

    @classmethod
    def of(cls, x: object) -> "Form":
        """Return a rational or a `Log` as a form (a form: itself).

        Raises TypeError for anything else.
        """
        if isinstance(x, Form):
            return x
        if isinstance(x, Log):
            return _collect((((), ((p, 1),)), c) for p, c in x.terms)
        return _collect([(((), ()), rational(x))])

    @classmethod
    def log_of(cls, r: Rational) -> "Form":
        """Return log r for a rational r > 0, whose terms need not be factorised.

        Raises ValueError when r <= 0.
        """
        q = rational(r)
        if q <= 0:
            raise ValueError(f"log({q}): expected a positive rational")
        return _log_of_whole(int(q.p)) - _log_of_whole(int(q.q))

    def __add__(self, other: Any) -> "Form":
        return _collect((*self.terms, *Form.of(other).terms))

    __radd__ = __add__

    def __neg__(self) -> "Form":
        return Form(tuple((product, -c) for product, c in self.terms))

    def __sub__(self, other: Any) -> "Form":
        negative: Form = -Form.of(other)
        return self + negative

    def __rsub__(self, other: Any) -> "Form":
        return Form.of(other) - self

    def __mul__(self, other: Any) -> "Form":
        """Multiply out; raises NotExact where the sum becomes too long."""
        others = Form.of(other).terms
        if len(self.terms) * len(others) > LONGEST:
            raise NotExact(f"a sum of more than {LONGEST} products")
        return _collect(_multiply(a, b) for a in self.terms for b in others)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Form":
        """Divide by one product of powers; raises NotExact for another divisor, 0 among them."""
        return self * Form.of(other)._inverse()

    def __rtruediv__(self, other: Any) -> "Form":
        return Form.of(other) / self

    def _inverse(self) -> "Form":
        if len(self.terms) != 1 or self.terms[0][0][1]:
            raise NotExact("the inverse of what is not one product of powers")
        [((powers, _), c)] = self.terms
        return _collect([_normal({b: -e for b, e in powers}, (), 1 / c)])

    def __eq__(self, other: object) -> bool:
        """Whether the forms are the same."""
        if not isinstance(other, Form | Log | Rational):
            return NotImplemented
        return not (self - other).terms

    def __hash__(self) -> int:
        return hash(self.terms)

    def exp(self) -> "Form":
        """Return exp of a rational and rational multiples of logarithms.

        Raises NotExact for another form.
        """
        exponents: dict[int, fmpq] = {}
        for (powers, logs), c in self.terms:
            if powers or sum(n for _, n in logs) > 1:
                raise NotExact("the exponential of what is no sum of logarithms")
            exponents[logs[0][0] if logs else EULER] = c
        return _collect([_normal(exponents, (), fmpq(1))])

    def log(self) -> "Form":
        """Return the logarithm of a positive rational; NotExact for another form."""
        if not self.terms or self.terms[0][0] != ((), ()) or len(self.terms) > 1:
            raise NotExact("the logarithm of what is no rational")
        return Form.log_of(self.terms[0][1])

    def to_arb(self) -> arb:
        """Return a ball that holds the number, at the working precision."""
        return sum((_ball_of(product) * arb(c) for product, c in self.terms), arb(0))

    def __repr__(self) -> str:
        return self.to_arb().str(20)


def _ball_of(product: Product) -> arb:
    powers, logs = product
    exponents = (arb(e) * (1 if b == EULER else arb(b).log()) for b, e in powers)
    value = sum(exponents, arb(0)).exp()
    for b, n in logs:
        value *= arb(b).log() ** n
    return value


def _log_of_whole(n: int) -> Form:
    if n.bit_length() <= FACTORED:
        return Form.of(Log.of(n))
    return _collect([(((), ((n, 1),)), fmpq(1))])


def _multiply(a: tuple[Product, fmpq], b: tuple[Product, fmpq]) -> tuple[Product, fmpq]:
    ((powers, logs), c), ((more_powers, more_logs), factor) = a, b
    exponents = dict(powers)
    for base, e in more_powers:
        exponents[base] = exponents.get(base, fmpq(0)) + e
    counts = dict(logs)
    for base, n in more_logs:
        counts[base] = counts.get(base, 0) + n
    return _normal(exponents, tuple(sorted(counts.items())), c * factor)


def _normal(
    exponents: dict[int, fmpq], logs: tuple[tuple[int, int], ...], c: fmpq
) -> tuple[Product, fmpq]:
    """The product with exponents from 0 to below 1 but of e, and its coefficient."""
    powers = []
    for base, e in sorted(exponents.items()):
        whole = 0 if base == EULER else int(e.floor())
        c *= fmpq(base) ** whole
        if e != whole:
            powers.append((base, e - whole))
    return (tuple(powers), logs), c


def _collect(terms: Iterable[tuple[Product, fmpq]]) -> Form:
    """Add up the coefficients of each product."""
    total: dict[Product, fmpq] = {}
    for product, c in terms:
        total[product] = total.get(product, fmpq(0)) + c
    return Form(tuple(sorted(((p, c) for p, c in total.items() if c != 0), key=_by_product)))


def _by_product(term: tuple[Product, fmpq]) -> Product:
    return term[0]
