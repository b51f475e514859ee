"""How often token b follows token a along a path, the chances of it, and paths to check it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.paths import above, along_path, below, drawn, kappa, near, power, summed
from numeric.exact import rational
from numeric.instance import Instance

__all__ = ["followed", "frequent", "noisy", "rare"]


def followed(at: Instance) -> dict[str, Function]:
    """The path; ``A(t)`` the chances that b follows a, ``T(t)`` how often it does, ``M(t)`` noise.

    All of them over the times before t; to the noise each adds, less its chance, divided by one
    more than the chances so far.
    """
    made = along_path(at)
    a, b = at["a"] + 1, at["b"] + 1
    x, q = made["x"], made["q"]

    def chance(t: int) -> fmpq:
        return q(t, b) if x(t) == a else fmpq(0)

    def once(t: int) -> fmpq:
        return fmpq(int(x(t) == a and x(t + 1) == b))

    sums = summed(at, A=chance, T=once)
    return made | sums | summed(at, M=lambda t: (once(t) - chance(t)) / (1 + sums["A"](t)))


@st.composite
def noisy(draw: st.DrawFn, K: int) -> Instance:
    """A path that often has a and b, and bounds ``abar`` of A and ``cm`` of the squared noise."""
    at = draw(drawn(K))
    a, b = draw(st.integers(0, K - 1)), draw(st.integers(0, K - 1))
    at = at.replace(a=a, b=b, path=tuple(draw(st.sampled_from([a, b, k])) for k in at["path"]))
    made = followed(at)
    return at.replace(abar=above(made["A"]), cm=above(lambda t: made["M"](t) ** 2))


@st.composite
def rare(draw: st.DrawFn, K: int) -> Instance:
    """Powers that add up to less than 1, and factors with which a and b are as rare as that."""
    at = draw(noisy(K))
    powers = [("0", "0"), ("0", "1/2"), ("1/2", "0"), ("1/3", "1/2"), ("1/2", "-1")]
    sa, sb = map(rational, draw(st.sampled_from(powers)))
    ca, cb = (above(per_power(at, k, r)) for k, r in (("a", sa), ("b", sb)))
    return at.replace(sa=sa, sb=sb, ca=ca, cb=cb, kappa=kappa(at))


@st.composite
def frequent(draw: st.DrawFn, K: int) -> Instance:
    """Powers that add up to 1 or more, and factors with which a and b are as frequent as that."""
    at = draw(near(K))
    a, b = draw(st.integers(0, K - 1)), draw(st.integers(0, K - 1))
    at = at.replace(a=a, b=b)
    powers = [("0", "1"), ("1", "0"), ("1/2", "1/2"), ("2/3", "1/2"), ("1/4", "3/4")]
    sa, sb = map(rational, draw(st.sampled_from(powers)))
    ca, cb = (below(per_power(at, k, r)) for k, r in (("a", sa), ("b", sb)))
    row = at["P"][a]
    theta = min(rational(row[b]) / rational(p) for p in row)
    return at.replace(sa=sa, sb=sb, ca=ca, cb=cb, theta=theta)


def per_power(at: Instance, token: str, r: fmpq) -> Callable[[int], Any]:
    """How often the token has been counted, divided by the power r of the count of g."""
    N = along_path(at)["N"]
    return lambda t: N(t, at[token] + 1) * power(N(t, at["g"] + 1), -r)
