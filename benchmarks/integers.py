"""The law of the two-token walk in integers: rationals by a recurrence that divides nothing.

It is what `benchmarks.agreement` holds the three arithmetics of `numeric.exact_law` against, and
shares no code with them. Let k = n_1 and n = n_2 be the counts at total length t, x the last token,

    u_t(n) = Pr(n_2 = n, x = 1),    v_t(n) = Pr(n_2 = n, x = 2),    z_x(t, n) = k P_x1 + n P_x2,

the rows of P coprime integers, and Z_x the set of the values of z_x at states before the last step.
A path divides by z_x each time it leaves token x, and every step raises z_x. Hence it has reached
(t, n) with distinct divisors, all below z_x(t, n), from each Z_x, and with

    F(t, n) = product of all z < z_1(t, n) in Z_1  x  product of all z < z_2(t, n) in Z_2

U_t(n) = F(t, n) u_t(n) and V_t(n) = F(t, n) v_t(n) are integers, at first 0 and 1. By the
definition of the CCMC,

    U_{t+1}(n)     = k R_1 (z_2 P11 U_t(n) + z_1 P21 V_t(n))                                     (1)
    V_{t+1}(n + 1) = n R_2 (z_2 P12 U_t(n) + z_1 P22 V_t(n)),

with R_y = F(t + 1, n + (y - 1)) / (z_1 z_2 F(t, n)), the product of all z in each Z_x that are
strictly between z_x(t, n) and z_x(t, n) + P_xy. At the end all go over one denominator D, the
product of all z below the largest. As n never falls, the least values of n have a law that can be
computed without the others.

For rows in small integers this is faster than `law_exact`, and far slower for others, where the
products are much longer than the denominators that are needed.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from math import gcd, lcm, prod
from typing import TypeAlias

from flint import fmpq, fmpz

__all__ = ["integers"]

Product: TypeAlias = Callable[[int, int], fmpz]


def integers(
    P: Sequence[Sequence[fmpq]], prompt: Sequence[int], T: int, width: int | None = None
) -> tuple[fmpz, list[fmpz], list[fmpz]]:
    """Return D, D u_T(n) and D v_T(n), n = 0..T.

    P is 2 x 2 and positive; the prompt has token ids 0 and 1, n_2 of them 1. If a width is given,
    n goes to n_2 + width - 1 only.

    >>> P = [[fmpq(2, 3), fmpq(1, 3)], [fmpq(1, 2), fmpq(1, 2)]]
    >>> integers(P, (0, 1, 0), 4)
    (15, [0, 12, 0, 0, 0], [0, 0, 3, 0, 0])
    >>> integers(P, (0, 1, 0), 4, width=1)
    (15, [0, 12], [0, 0])
    """
    rows = [_coprime(row) for row in P]
    L, n_2 = len(prompt), sum(prompt)
    width = T - L + 1 if width is None else min(width, T - L + 1)
    products = [_products(_divisors(row, L, n_2, T, width)) for row in rows]
    U, V = ([fmpz(1)], [fmpz(0)]) if prompt[-1] == 0 else ([fmpz(0)], [fmpz(1)])
    for t in range(L, T):
        U, V = (half[:width] for half in _step(rows, products, t, n_2, U, V))
    D = fmpz(1)
    for (to_1, to_2), product in zip(rows, products, strict=True):
        z = [(T - n) * to_1 + n * to_2 for n in range(n_2, n_2 + len(U))]
        above = _up_to_largest(product, z)
        D *= product(0, max(z))
        U = [x * above[z_n] for x, z_n in zip(U, z, strict=True)]
        V = [x * above[z_n] for x, z_n in zip(V, z, strict=True)]
    low, high = [fmpz(0)] * n_2, [fmpz(0)] * (L - n_2 if width == T - L + 1 else 0)
    return D, low + U + high, low + V + high


def _coprime(row: Sequence[fmpq]) -> list[int]:
    """Return a row up to scale, in integers without a common factor.

    >>> _coprime([fmpq(3, 10), fmpq(9, 20)])
    [2, 3]
    """
    scale = lcm(*(int(x.q) for x in row))
    whole = [int((x * scale).p) for x in row]
    return [x // gcd(*whole) for x in whole]


def _divisors(row: Sequence[int], L: int, n_2: int, T: int, width: int) -> list[int]:
    """Return Z_x in increasing order; the prompt has L tokens, n_2 of them token 2.

    >>> _divisors([2, 1], 3, 1, 5, 3)
    [5, 6, 7]
    """
    to_1, to_2 = row
    states = ((t - n, n) for t in range(L, T) for n in range(n_2, n_2 + min(width, t - L + 1)))
    return sorted({k * to_1 + n * to_2 for k, n in states})


def _products(Z: Sequence[int]) -> Product:
    """Return the function of low and high that multiplies the z in Z, low <= z < high.

    >>> _products([2, 3, 5, 7])(3, 7)
    15
    """

    @cache
    def product(low: int, high: int) -> fmpz:
        return fmpz(prod(Z[bisect_left(Z, low) : bisect_left(Z, high)]))

    return product


def _up_to_largest(product: Product, ends: Iterable[int]) -> dict[int, fmpz]:
    """Return, for every end, the product from there to the largest end.

    >>> _up_to_largest(_products([2, 3, 5, 7]), [3, 4, 7])
    {7: 1, 4: 5, 3: 15}
    """
    falling = sorted(set(ends), reverse=True)
    found = {falling[0]: fmpz(1)}
    for high, low in pairwise(falling):
        found[low] = found[high] * product(low, high)
    return found


def _step(
    P: Sequence[Sequence[int]],
    products: Sequence[Product],
    t: int,
    first: int,
    U: Sequence[fmpz],
    V: Sequence[fmpz],
) -> tuple[list[fmpz], list[fmpz]]:
    """Return U and V one step after total length t, by (1); entry i is at n = first + i."""
    (P11, P12), (P21, P22) = P
    between_1, between_2 = products
    U_next, V_next = [], [fmpz(0)]
    for n, (U_n, V_n) in enumerate(zip(U, V, strict=True), first):
        k = t - n
        z_1, z_2 = k * P11 + n * P12, k * P21 + n * P22
        R_1 = between_1(z_1 + 1, z_1 + P11) * between_2(z_2 + 1, z_2 + P21)
        R_2 = between_1(z_1 + 1, z_1 + P12) * between_2(z_2 + 1, z_2 + P22)
        U_next.append(k * R_1 * (z_2 * P11 * U_n + z_1 * P21 * V_n))
        V_next.append(n * R_2 * (z_2 * P12 * U_n + z_1 * P22 * V_n))
    return [*U_next, fmpz(0)], V_next
