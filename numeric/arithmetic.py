"""One door to the three arithmetics: exact numbers, balls, float64.

A ball is a midpoint and a radius that provably hold the value (``flint.arb``). Two balls that
overlap compare False both ways: assert what holds, never the negation of its contrary. The working
precision is set here and nowhere else.

    softmax(z)_i = exp(z_i) / sum_j exp(z_j) = exp(z_i - z_r) / sum_j exp(z_j - z_r)   for every r

The last form is exact for whichever r: with z_r a greatest score nothing overflows.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq
from numpy.typing import ArrayLike, NDArray

from numeric.exact import Log, Number, rational
from numeric.forms import Form
from numeric.linalg import Rows

__all__ = ["FloatArray", "NotCertified", "ball", "bilinear", "contains", "enclose", "floats"]
__all__ += ["softmax_ball", "softmax_exact", "softmax_float", "to_float"]

FloatArray: TypeAlias = NDArray[np.float64]

DOUBLINGS = 6
"""How often the working precision is doubled before an accuracy counts as out of reach."""


class NotCertified(ArithmeticError):
    """The accuracy asked for was not reached."""


def ball(x: object) -> arb:
    """Return a ball that holds the exact number x, at the working precision (a ball: itself).

    Raises TypeError for a float, which would be taken for a number that it is not.

    >>> ball(fmpq(1, 3))
    [0.333333333333333 +/- 3.71e-16]
    """
    if isinstance(x, arb):
        return x
    return x.to_arb() if isinstance(x, Log | Form) else arb(rational(x))


def enclose(compute: Callable[[], Iterable[arb]], digits: int) -> tuple[arb, ...]:
    """Evaluate ``compute`` at rising precision until every radius is below 10^-digits.

    Raises ValueError unless digits >= 1, and NotCertified when no precision tried is enough:
    the balls that entered are then too wide.

    >>> enclose(lambda: [ball(Log.of(2))], 30)[0].str(30, radius=False)
    '0.693147180559945309417232121458'
    """
    if digits < 1:
        raise ValueError(f"digits = {digits}: expected a positive number of decimal digits")
    bound = fmpq(1, 10**digits)
    return _refine(compute, lambda x: bool(x.rad() < bound), bits=64 + 4 * digits)


def contains(x: arb, value: Number) -> bool:
    """Return whether the ball x holds the exact value.

    (``x.contains(fmpq(1, 3))`` rounds 1/3 to a ball first, at the precision of the moment, and is
    False when that is the wider one.) Raises NotCertified in the rare case of a value too near the
    end of the ball to tell.

    >>> x = enclose(lambda: [ball(fmpq(1, 3))], 30)[0]
    >>> contains(x, fmpq(1, 3)), contains(x, fmpq(3, 10)), x.contains(fmpq(1, 3))
    (True, False, False)
    """
    decided = _refine(lambda: [ball(value)], lambda y: x.contains(y) or not x.overlaps(y), 256)
    return bool(x.contains(decided[0]))


def _refine(
    compute: Callable[[], Iterable[arb]], good: Callable[[arb], bool], bits: int
) -> tuple[arb, ...]:
    """Double the precision until every ball is good. The one place that sets the precision."""
    for _ in range(1 + DOUBLINGS):
        with ctx.workprec(bits):
            balls = tuple(compute())
            if all(good(x) for x in balls):
                return balls
        bits *= 2
    raise NotCertified(f"{bits // 2} bits are not enough: are the balls that entered too wide?")


def to_float(x: Number | float) -> float:
    """Return the float64 nearest to x (within one unit in the last place for a `Log`).

    Raises OverflowError when x is beyond float64.

    >>> to_float(fmpq(1, 10)), to_float(Log.of(2))
    (0.1, 0.6931471805599453)
    """
    if isinstance(x, Log):
        [b] = _refine(lambda: [x.to_arb()], lambda b: b.rel_accuracy_bits() > 60, bits=128)
        return to_float(b.mid().fmpq())
    return int(x.p) / int(x.q) if isinstance(x, fmpq) else float(x)


def floats(values: Iterable[Any]) -> FloatArray:
    """Return nested rows of exact numbers as a float64 array of the same shape.

    >>> floats([[fmpq(1, 2), 1], [Log(), 3]]).tolist()
    [[0.5, 1.0], [0.0, 3.0]]
    """
    rows = [floats(v) if isinstance(v, list | tuple) else to_float(v) for v in values]
    return np.array(rows, dtype=np.float64)


def bilinear(x: Sequence[Any], W: Rows, y: Sequence[Any], zero: Any) -> Any:
    """Return x^T W y = zero + sum_uv W_uv x_u y_v, in whatever numbers the entries are.

    >>> bilinear([1, 2], [[Log.of(2), 0], [0, Log.of(3)]], [1, 1], Log())
    log(18)
    """
    terms = (
        W_uv * (x_u * y_v)
        for x_u, row in zip(x, W, strict=True)
        for W_uv, y_v in zip(row, y, strict=True)
        if not (x_u == 0 or y_v == 0)  # so a ball only if it is 0 and no more
    )
    return sum(terms, zero)


def softmax_exact(z: Sequence[Log]) -> tuple[fmpq, ...]:
    """Return the softmax of logarithms whose differences are logarithms of rationals.

    Raises NotExact when a quotient exp(z_i - z_0) is irrational.

    >>> softmax_exact([Log.of(2), Log.of(3)])
    (2/5, 3/5)
    """
    weights = [(z_i - z[0]).exp() for z_i in z]
    total = sum(weights)
    return tuple(w / total for w in weights)


def softmax_ball(z: Sequence[arb]) -> tuple[arb, ...]:
    """Return balls that hold the softmax of the scores z, at the working precision.

    >>> softmax_ball([arb(10000), arb(10000)])[0].contains(fmpq(1, 2))
    True
    """
    r = max(range(len(z)), key=lambda i: z[i].mid())
    weights = [arb(1) if i == r else (z_i - z[r]).exp() for i, z_i in enumerate(z)]
    total = sum(weights)
    return tuple(w / total for w in weights)


def softmax_float(z: ArrayLike) -> FloatArray:
    """Return the softmax along the last axis, in float64, without overflow.

    >>> softmax_float([10000.0, 10000.0]).tolist()
    [0.5, 0.5]
    """
    scores = np.asarray(z, dtype=np.float64)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
