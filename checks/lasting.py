"""How often token b follows token a along a path, the chances of it, and paths to check it on.

Tokens of an instance count from 0; but a from 1 for `seen` and `noisy`: their theorems hold
whatever a is, and do not say that it is a token.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.paths import (
    LENGTH,
    LOOKED,
    above,
    along_path,
    below,
    drawn,
    kappa,
    near,
    power,
    spread,
    summed,
)
from numeric.exact import rational
from numeric.instance import Instance

__all__ = ["followed", "frequent", "noisy", "rare", "seen"]


def followed(at: Instance) -> dict[str, Function]:
    """What is `seen`, for an instance whose a counts from 0."""
    return seen(at.replace(a=at["a"] + 1))


def seen(at: Instance) -> dict[str, Function]:
    """The path; ``A(t)`` the chances that b follows a, ``T(t)`` how often it does, ``M(t)`` noise.

    All of them over the times before t; to the noise each adds, less its chance, divided by one
    more than the chances so far.
    """
    made = along_path(at)
    a, b = at["a"], at["b"] + 1
    x, q = made["x"], made["q"]

    def chance(t: int) -> fmpq:
        return q(t, b) if x(t) == a else fmpq(0)

    def once(t: int) -> fmpq:
        return fmpq(int(x(t) == a and x(t + 1) == b))

    sums = summed(at, A=chance, T=once)
    return made | sums | summed(at, M=lambda t: (once(t) - chance(t)) / (1 + sums["A"](t)))


HALF = Fraction(1, 2)


@st.composite
def noisy(draw: st.DrawFn, K: int) -> Instance:
    """A path that often has a and b, and bounds ``abar`` of A and ``cm`` of the squared noise."""
    at = draw(drawn(K))
    a, b = draw(st.integers(0, K - 1)), draw(st.integers(0, K - 1))
    path = tuple(draw(st.sampled_from([a, b, k])) for k in at["path"])
    at = at.replace(a=a + 1, b=b, path=path)
    made = seen(at)
    return at.replace(abar=above(made["A"]), cm=above(lambda t: made["M"](t) ** 2))


@st.composite
def rare(draw: st.DrawFn, K: int) -> Instance:
    """Powers that add up to less than 1, and factors with which a and b are as rare as that."""
    at = draw(noisy(K))
    at = at.replace(a=at["a"] - 1)
    powers = [(0, 0), (0, HALF), (HALF, 0), (Fraction(1, 3), HALF), (HALF, -1)]
    sa, sb = draw(st.sampled_from(powers))
    ca, cb = (above(per_power(at, k, r)) for k, r in (("a", sa), ("b", sb)))
    return at.replace(sa=sa, sb=sb, ca=ca, cb=cb, kappa=kappa(at))


@st.composite
def frequent(draw: st.DrawFn, K: int) -> Instance:
    """Powers that add up to 1 or more, and factors with which a and b are as frequent as that.

    Some paths have nothing but a, in a prompt of g.
    """
    at = draw(near(K))
    a = draw(st.sampled_from([k for k in range(K) if k != at["g"]]))
    b = draw(st.integers(0, K - 1))
    at = at.replace(a=a, b=b)
    if draw(st.booleans()):
        n0 = tuple(n + 100 * (k == at["g"]) for k, n in enumerate(at["n0"]))
        at = at.replace(n0=n0, path=(at["path"][0], *[a] * (LENGTH - 1)))
        at = at.replace(eps=spread(at))
    powers = [(0, 1), (1, 0), (2, -1), (HALF, HALF), (Fraction(2, 3), HALF)]
    sa, sb = draw(st.sampled_from([*powers, (Fraction(1, 4), Fraction(3, 4))]))
    ca, cb = (least(per_power(at, k, r)) for k, r in (("a", sa), ("b", sb)))
    row = at["P"][a]
    theta = min(rational(row[b]) / rational(p) for p in row)
    return at.replace(sa=sa, sb=sb, ca=ca, cb=cb, theta=theta)


def least(f: Callable[[int], Any]) -> fmpq:
    """The least value of f at the times, or a smaller number where values are not rational."""
    values = [f(t) for t in LOOKED]
    return min(values) if all(isinstance(v, fmpq) for v in values) else below(f)


def per_power(at: Instance, token: str, r: Any) -> Callable[[int], Any]:
    """How often the token has been counted, divided by the power r of the count of g."""
    N = along_path(at)["N"]
    return lambda t: N(t, at[token] + 1) * power(N(t, at["g"] + 1), -r)
