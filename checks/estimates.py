"""Paths that tell something of one entry of the chain: scores, information, likelihood ratios.

The entry is that of token b in row a.  To multiply the odds of b after a by eta is to multiply the
entry by eta, as rows count up to scale; the chances there come from the layer with that entry.
Tokens of an instance count from 0, but for a, which counts from 1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.paths import LOOKED, above, along_path, drawn, power, summed
from checks.walks import start
from numeric.arithmetic import ball
from numeric.exact import rational
from numeric.forms import Form
from numeric.instance import Instance

__all__ = ["compared", "fitted", "noisy", "observed", "quiet", "shifted"]

LOWER, RAISED = [Fraction(1, 9), Fraction(1, 2)], [Fraction(5, 4), Fraction(3), Fraction(20)]
POWERS = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(3, 4), Fraction(1)])


def observed(at: Instance) -> dict[str, Function]:
    """The path, and along it what it tells of the entry of b in row a.

    ``I(t)``: the information; ``S(t)``: the score; ``M(t)``: its steps divided by (1 + I)^h;
    ``Q(t)``: how much the chances of b after a rise with the odds; ``L(t)``: the logarithm of the
    likelihood ratio; ``A(t)``: the chances of b after a; ``T(t)``: how often b followed a.  Where
    the instance has no h it is 0, and eta is 1.

    >>> at = Instance(K=2, P=((1, 1), (1, 1)), n0=(1, 1), g=0, path=(0, 1, 1), a=1, b=1, eta=2)
    >>> made = observed(at)
    >>> made["I"](1), made["S"](1), made["Q"](1), made["A"](1), made["T"](1)
    (1/4, 1/2, 1/6, 1/2, 1)
    """
    made, a, b = along_path(at), at["a"], at["b"] + 1
    x, chance = made["x"], made["q"]
    tilted, h = _tilted(at, chance), rational(at.get("h") or 0)

    def used(t: int) -> int:
        return int(x(t) == a)

    def error(t: int) -> Any:
        return used(t) * (int(x(t + 1) == b) - chance(t, b))

    def ratio(t: int) -> Any:
        new = x(t + 1)
        return Form.log_of(tilted(t, new) / chance(t, new)) if used(t) else 0

    sums = summed(
        at,
        I=lambda t: used(t) * chance(t, b) * (1 - chance(t, b)),
        S=error,
        Q=lambda t: used(t) * (tilted(t, b) - chance(t, b)),
        L=ratio,
        A=lambda t: used(t) * chance(t, b),
        T=lambda t: used(t) * int(x(t + 1) == b),
    )
    noise = summed(at, M=lambda t: error(t) * power(1 + sums["I"](t), -h))
    return made | sums | noise


def _tilted(at: Instance, chance: Function) -> Function:
    """The chance ``(t, k)`` of token k in the chain with eta times the entry; without eta its own.

    No chain has odds below 0: there it is the formula, for b.
    """
    a, b, eta = at["a"] - 1, at["b"], rational(at.get("eta") or 1)
    if eta < 0:
        return lambda t, k: eta * chance(t, k) / (1 - chance(t, k) + eta * chance(t, k))
    rows = tuple(
        tuple(eta * p if (i, j) == (a, b) else p for j, p in enumerate(row))
        for i, row in enumerate(at["P"])
    )
    return along_path(at.replace(P=rows))["q"]


def quiet(at: Instance) -> Instance:
    """With a bound on the squared noise that is hardly more than needed."""
    M, times = observed(at)["M"], range(max(len(LOOKED), len(at["path"])))
    return at.replace(cm=above(lambda t: ball(M(t)) ** 2, times))


@st.composite
def looked_at(draw: st.DrawFn, K: int) -> Instance:
    """Any path, with a and b."""
    at, token = draw(drawn(K)), st.integers(0, K - 1)
    return at.replace(a=draw(token) + 1, b=draw(token))


@st.composite
def noisy(draw: st.DrawFn, K: int) -> Instance:
    """Any path, any power of the information, and a bound on the noise."""
    return quiet(draw(looked_at(K)).replace(h=draw(POWERS)))


@st.composite
def shifted(draw: st.DrawFn, K: int) -> Instance:
    """Any path, and any odds."""
    return draw(looked_at(K)).replace(eta=draw(st.sampled_from([*LOWER, Fraction(1), *RAISED])))


@st.composite
def compared(draw: st.DrawFn, K: int) -> Instance:
    """Any path and higher odds, with how often b follows a and a bound on the chances."""
    at = draw(looked_at(K)).replace(eta=draw(st.sampled_from(RAISED)))
    made = observed(at)
    return at.replace(tbar=max(map(made["T"], LOOKED)), abar=above(made["A"]))


@st.composite
def fitted(draw: st.DrawFn, K: int) -> Instance:
    """A path and the odds at which the score vanishes.

    Token a is drawn after every round of the prompt's other tokens, so that each time the chance of
    b is p.  Where b follows c out of J times the odds of b are to be c / (J - c).
    """
    at, token = draw(start(K)), st.integers(0, K - 1)
    a, b, g = draw(token), draw(token), draw(token)
    n0 = tuple(1 if k == a else min(n, 2) for k, n in enumerate(at["A"]))
    others = [k for k in range(K) if k != a for _ in range(n0[k])]
    rounds = [draw(st.permutations(others)) for _ in range(draw(st.integers(1, 2)))]
    seen = [first == b for first, *_ in rounds] if others else []
    last = [k for k in range(K) if (k == b) not in seen or len(set(seen)) == 2]
    path = (a, *(k for turn in rounds for k in (*turn, a)), draw(st.sampled_from(last or [b])))
    made = Instance(K=K, P=at["P"], n0=n0, g=g, path=path, a=a + 1, b=b, m=at["m"])
    p, c = observed(made)["q"](0, b + 1), sum(k == b for k in path[1 :: len(others) + 1])
    odds = fmpq(c, len(rounds) + 1 - c) * (1 - p) / p if others else fmpq(2)
    return quiet(made.replace(eta=odds, n=len(path) - 1, h=draw(POWERS)))
