"""E7: the law of the counts of two tokens in rank one, by two independent Beta variables.

    Pr(V > U^rho) = E[S(U^rho)],      E[U^(i rho)] = prod_{m = A}^{t - k} m / (m + i rho)
    S(x) = Pr(V > x) = 1 - sum_{j = B}^{k - 1} C(k - 1, j) x^j (1 - x)^(k - 1 - j)

for U ~ Beta(A, t - k + 1 - A) and V ~ Beta(B, k - B): with S written in powers x^i, a finite sum of
rationals for every rational rho.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import fmpq, fmpq_poly

LONGEST = 40
RATIOS = tuple(Fraction(*pair) for pair in ((1, 4), (1, 2), (3, 4), (1, 1), (2, 1)))
PROMPTS = tuple(product((1, 2), repeat=2))


def tail(B: int, k: int) -> fmpq_poly:
    """Pr(V > x) as a polynomial in x, V ~ Beta(B, k - B).

    >>> tail(1, 2)
    (-1)*x + 1
    """
    from math import comb

    from flint import fmpq_poly

    x = fmpq_poly([0, 1])
    terms = (comb(k - 1, j) * x**j * (1 - x) ** (k - 1 - j) for j in range(B, k))
    return 1 - sum(terms, fmpq_poly())


def moment(A: int, last: int, power: fmpq) -> fmpq:
    """E[U^power] for U ~ Beta(A, last + 1 - A): the product of m / (m + power), m = A..last.

    >>> from flint import fmpq
    >>> moment(1, 1, fmpq(1, 2))
    2/3
    """
    from flint import fmpq

    value = fmpq(1)
    for m in range(A, last + 1):
        value *= m / (m + power)
    return value


def cases(off: int = 0, inverted: bool = False) -> Iterator[Case]:
    """Every tail probability of the count of token 2, at every length.

    ``off`` is added to the second parameter of U; ``inverted``: the walk has 1 / rho for rho.
    """
    from flint import fmpq

    from numeric.exact import rational
    from numeric.exact_law import law_exact

    for ratio, (A, B) in product(RATIOS, PROMPTS):
        rho, liked = rational(ratio), 1 / ratio if inverted else ratio
        chain = ((1, liked), (1, liked))
        laws = law_exact(chain, (0,) * A + (1,) * B, range(A + B, LONGEST + 1))
        tails = {k: tail(B, k) for k in range(B + 1, LONGEST - A + 1)}
        moments = {
            (last, i): moment(A, last, i * rho)
            for last in range(A, LONGEST - B + off)
            for i in range(LONGEST - A)
        }
        for law in laws:
            at_least = fmpq(0)
            for k in range(law.length - A, B, -1):
                at_least += law.distribution[k]
                terms = (
                    a * moments[law.length - k + off, i] for i, a in enumerate(tails[k].coeffs())
                )
                where = {"rho": ratio, "A": A, "B": B, "t": law.length, "k": k}
                yield Case(where, at_least, "=", sum(terms, fmpq(0)))


@claim(
    id="rank-one-exact-law",
    label="E7",
    title="In rank one the count of a token compares two Beta variables",
    statement=(
        r"Let $K = 2$, the rows of $P$ be $(1, \rho)$ up to scale and the prompt hold token 1 $A$ "
        r"times and token 2 $B$ times. At total length $t \le 40$, for $B < k \le t - A$, "
        r"$\Pr(n_2(t) \ge k) = \Pr(V > U^\rho)$ with independent "
        r"$U \sim \mathrm{Beta}(A, t - k + 1 - A)$ and $V \sim \mathrm{Beta}(B, k - B)$. "
        r"It is checked for $\rho = \frac14, \frac12, \frac34, 1, 2$ and $A, B = 1, 2$."
    ),
    source=WINNER,
    mark="exact",
    beyond=True,
)
def rank_one_exact_law() -> Body:
    """The law of the walk by its definition, against moments of Beta variables."""
    law = Enumeration(
        "rank-one-exact-law",
        r"$\Pr(n_2(t) \ge k) = \Pr(V > U^\rho)$ for $B < k \le t - A$.",
        "t <= 40; A, B <= 2; rho = 1/4, 1/2, 3/4, 1, 2",
        cases,
    )
    return Body(
        parts=(law,),
        witnesses=(),
        twins=(
            Variant(law.name, "one more in the second parameter of U", partial(cases, off=1)),
            Variant(law.name, "1 / rho for rho", partial(cases, inverted=True)),
        ),
    )
