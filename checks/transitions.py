"""How often token b follows token a in a walk: laws of (counts, last token), step by step.

A state is the counts and the last token, tokens from 0; its law comes from the same attention layer
as in `checks.walks`.  Chances are carried forward from state to state.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.walks import chances, frozen, start, walk
from numeric.instance import Instance

__all__ = ["followed", "liking", "outliked", "unfollowed"]

State = tuple[tuple[int, ...], int]
Law = dict[State, fmpq]


@st.composite
def outliked(draw: st.DrawFn, K: int) -> Instance:
    """Every row likes a and b less than g: rho sums to less than one, and rho P(i, g) > P(i, k).

    Where the two are equal, balls cannot tell.
    """
    at = draw(start(K))
    g, *losers = draw(st.permutations(range(K)))
    a, b = draw(st.sampled_from(losers)), draw(st.sampled_from(losers))
    share = st.sampled_from([Fraction(1, 3), Fraction(1, 4), Fraction(2, 5), Fraction(1, 20)])
    rows = tuple(
        tuple(draw(share) * row[g] if j in (a, b) else Fraction(row[j]) for j in range(K))
        for row in at["P"]
    )
    rho = tuple(Fraction(101, 100) * max(row[k] / row[g] for row in rows) for k in range(K))
    D = tuple(max(row[k] / min(row) for row in rows) for k in range(K))
    return at.replace(P=rows, a=a, b=b, g=g, rho=rho, D=D, h=draw(st.integers(0, 2)))


@st.composite
def liking(draw: st.DrawFn, K: int) -> Instance:
    """Every row likes a and b: theta of the two sums to one or more."""
    at = draw(start(K))
    a, b = draw(st.integers(0, K - 1)), draw(st.integers(0, K - 1))
    level = draw(st.sampled_from([Fraction(1, 2), Fraction(2, 3)]))
    levels = {b: 1 - level} | {a: level}
    more = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])
    rows = tuple(
        tuple(
            max(row) * (levels[j] + draw(more) * (1 - levels[j])) if j in levels else Fraction(p)
            for j, p in enumerate(row)
        )
        for row in at["P"]
    )
    theta = tuple(min(row[k] / max(row) for row in rows) for k in range(K))
    counts = tuple(n + (j == a) + (j == b) for j, n in enumerate(at["A"]))
    x, h = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    return at.replace(P=rows, A=counts, a=a, b=b, theta=theta, x=x, h=h)


def states(at: Instance) -> tuple[Function, Function, Function]:
    """The state of a history, the chance of a token in a state, and the state that it leads to.

    An instance that has ``stuck`` keeps its last token.
    """
    K, made = at["K"], moved(at)
    law = chances(at, lambda state, k: state[0][k - 1], lambda state: state[1] + 1)

    def state_of(w: int) -> State:
        return tuple(made["n"](w, k) for k in range(1, K + 1)), made["last"](w) - 1

    def then(state: State, token: int) -> State:
        counts, last = state
        more = tuple(n + (k == token) for k, n in enumerate(counts))
        return more, last if "stuck" in at else token

    return state_of, lambda state, token: law(state, token + 1), then


def carried(K: int, q: Function, then: Function, never: tuple[int, ...] = ()) -> Function:
    """``(s, state)``: the chances of the states after s tokens, ``never`` a transition left out."""

    @cache
    def ahead(s: int, state: State) -> Law:
        if s == 0:
            return {state: fmpq(1)}
        found: Law = {}
        for here, chance in ahead(s - 1, state).items():
            for token in range(K):
                if (here[1], token) != never:
                    there = then(here, token)
                    found[there] = found.get(there, fmpq(0)) + chance * q(here, token)
        return found

    return ahead


def moved(at: Instance) -> dict[str, Function]:
    """The walk, or one that keeps the last token of the prompt."""
    made = walk(at)
    if "stuck" not in at:
        return made

    def last(w: int) -> int:  # noqa: ARG001
        return int(at["x0"]) + 1

    return made | {"last": last, "q": chances(at, made["n"], last)}


def followed(at: Instance) -> dict[str, Function]:
    """The walk, and how often b follows a in the mean.

    ``num(s, w)``: among the pairs of tokens number i, i + 1, i = 1, ..., s, after history w;
    ``mean(s, w)``: among those with i = s + 1, ..., s + h.  An instance breaks them where it has
    ``frozen``, ``off`` or ``late`` (as in `checks.walks`), ``extra`` (added to num and mean) or
    ``more`` (where a token is drawn).
    """
    a, b, h = at["a"], at["b"], at["h"]
    state_of, q, then = states(at)
    ahead = carried(at["K"], q, then)

    @cache
    def at_once(s: int, state: State) -> fmpq:
        """The chance that tokens number s + 1 and s + 2 are a and b."""
        pairs = (c * q(v, a) * q(then(v, a), b) for v, c in ahead(s, state).items())
        return sum(pairs, fmpq(0))

    def number(first: int, count: int, w: int) -> fmpq:
        found = sum((at_once(i, state_of(w)) for i in range(first, first + count)), fmpq(0))
        return found + (at.get("extra") or 0) + ((count and at.get("more")) or 0)

    return frozen(at, walk(at)) | {
        "num": lambda s, w: number(0, s, w),
        "mean": lambda s, w: number(s, h, w) + (at.get("late" if s else "off") or 0),
    }


def unfollowed(at: Instance) -> dict[str, Function]:
    """The walk, and ``avoid(s, w)``: the chance that b follows a nowhere in the next s steps.

    An instance breaks it where it has ``frozen``, ``late`` or ``times`` (as in `checks.walks`), or
    ``stuck`` (the last token stays that of the prompt).
    """
    state_of, q, then = states(at)
    ahead = carried(at["K"], q, then, (at["a"], at["b"]))

    def avoid(s: int, w: int) -> fmpq:
        found = sum(ahead(s, state_of(w)).values(), fmpq(0))
        return found * (at.get("times") or 1) + ((s and at.get("late")) or 0)

    return frozen(at, moved(at)) | {"avoid": avoid}
