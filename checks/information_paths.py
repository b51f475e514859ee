"""Paths near token g, and the information that they bring on the chance of token b.

``rho`` is the power of the count of g that bounds the count of b, from below with the factor
``cl``, from above with ``cu``.  Tokens of an instance count from 0.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.paths import (
    LOOKED,
    above,
    along_path,
    below,
    drawn,
    kappa,
    near,
    power,
    rate,
    spread,
    summed,
)
from numeric.arithmetic import ball
from numeric.exact import rational
from numeric.instance import Instance

__all__ = ["rarer", "row_b", "row_g", "shared", "stronger", "told_by_b", "told_by_g", "weaker"]

RISING = [Fraction(1, 2), Fraction(2, 3), Fraction(1)]


def told(at: Instance, row: int) -> dict[str, Function]:
    """The path, and the information ``I(t)`` on the chance of b after token ``row``, from 0."""
    made, b = along_path(at), at["b"] + 1
    x, chance = made["x"], made["q"]

    def added(t: int) -> fmpq:
        pi: fmpq = chance(t, b)
        return int(x(t) == row + 1) * pi * (1 - pi)

    return made | summed(at, I=added)


def told_by_g(at: Instance) -> dict[str, Function]:
    """The path, and the information on row g."""
    return told(at, at["g"])


def told_by_b(at: Instance) -> dict[str, Function]:
    """The path, and the information on row b."""
    return told(at, at["b"])


def share(at: Instance) -> Function:
    """How often b has been counted, divided by the power rho of the count of g."""
    N, b, g = along_path(at)["N"], at["b"] + 1, at["g"] + 1
    return lambda t: ball(rational(N(t, b))) * ball(power(N(t, g), -rational(at["rho"])))


def few(at: Instance) -> Instance:
    """With a factor cu that is hardly more than needed."""
    return at.replace(cu=above(share(at)))


def many(at: Instance) -> Instance:
    """With a factor cl that is hardly less than allowed, and the kappa of the rows."""
    return at.replace(cl=below(share(at)), kappa=kappa(at))


@st.composite
def row_g(draw: st.DrawFn, K: int) -> Instance:
    """A path near g, whose row likes b at most as much as g."""
    at = draw(near(K))
    g, likes = at["g"], draw(st.sampled_from([Fraction(1, 3), *RISING]))
    b = draw(st.sampled_from([k for k in range(K) if k != g]))
    rows = tuple(
        tuple(likes * row[g] if (i, k) == (g, b) else Fraction(p) for k, p in enumerate(row))
        for i, row in enumerate(at["P"])
    )
    return many(at.replace(P=rows, b=b, rho=likes))


@st.composite
def rarer(draw: st.DrawFn, K: int) -> Instance:
    """Any path and any chain; cu bounds the count of b."""
    at = draw(drawn(K))
    b = draw(st.integers(0, K - 1))
    return few(at.replace(b=b, rho=rate(at, b)))


@st.composite
def row_b(draw: st.DrawFn, K: int) -> Instance:
    """A path near g, b another token, and a power at least 1/2; cl bounds the count of b.

    Half of the paths bring no other token than g and b, and b as soon as it falls behind.
    """
    at = draw(near(K))
    b = draw(st.sampled_from([k for k in range(K) if k != at["g"]]))
    at = at.replace(b=b, rho=draw(st.sampled_from(RISING)))
    return many(at if draw(st.booleans()) else kept_up(at, draw(st.sampled_from([1, 5, 20]))))


def kept_up(at: Instance, more: int) -> Instance:
    """With g as soon as b is as many times G^rho as at first; b is in the prompt ``more`` times."""
    b, g, rho = at["b"], at["g"], rational(at["rho"])
    n0 = tuple(more if k == b else n for k, n in enumerate(at["n0"]))
    N, G, path = n0[b], n0[g], at["path"][:1]
    for _ in LOOKED:
        won = fmpq(N, n0[b]) ** int(rho.q) >= fmpq(G + 1, n0[g]) ** int(rho.p)
        path, N, G = (*path, g if won else b), N + (not won), G + won
    made = at.replace(n0=n0, path=path)
    return made.replace(eps=spread(made))


@st.composite
def bounded(draw: st.DrawFn, K: int, powers: list[Fraction]) -> Instance:
    """Any path and any chain; one of the powers bounds the count of b."""
    at = draw(drawn(K))
    return few(at.replace(b=draw(st.integers(0, K - 1)), rho=draw(st.sampled_from(powers))))


def stronger(K: int) -> st.SearchStrategy[Instance]:
    """The power is above 1/2."""
    return bounded(K, [Fraction(2, 3), Fraction(1), Fraction(3, 2)])


def weaker(K: int) -> st.SearchStrategy[Instance]:
    """The power is below 1/2."""
    return bounded(K, [Fraction(-1, 2), Fraction(0), Fraction(1, 4), Fraction(2, 5)])


@st.composite
def shared(draw: st.DrawFn, K: int, chances: tuple[str, ...]) -> Instance:
    """Row g goes to g or b, to b with one of the chances."""
    g, b = draw(st.permutations(range(K)))[:2]
    chance, other = Fraction(draw(st.sampled_from(chances))), st.integers(1, 5)
    rows = tuple(
        tuple(
            {b: chance, g: 1 - chance}.get(k, Fraction(1)) if i == g else Fraction(draw(other))
            for k in range(K)
        )
        for i in range(K)
    )
    return Instance(K=K, P=rows, g=g, b=b, rho=chance / (1 - chance))
