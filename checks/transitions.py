"""How often token b follows token a in a walk: laws of (counts, last token), step by step.

A state is the counts and the last token, tokens from 0; its law comes from the same attention layer
as in `checks.walks`.  Chances are carried forward from state to state.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import ceil

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.walks import chances, frozen, start, walk
from numeric.instance import Instance

__all__ = ["followed", "liking", "outliked", "strong_near", "unfollowed", "weak_near"]

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


@st.composite
def weak_near(draw: st.DrawFn, K: int) -> Instance:
    """Row g, of which g is a largest entry, likes a and b little; g has most of the prompt or not.

    Other rows like a and b at most as much as g.
    """
    at = draw(start(K))
    g, *losers = draw(st.permutations(range(K)))
    a, b = draw(st.sampled_from(losers)), draw(st.sampled_from(losers))
    shares = [Fraction(1, 5), Fraction(1, 10), Fraction(1, 20)]
    rows = []
    for i, row in enumerate(at["P"]):
        top = max(row) if i == g else row[g]
        levels = shares if i == g else [*shares, Fraction(1)]
        liked = {k: draw(st.sampled_from(levels)) * top for k in (a, b)}
        rows.append(tuple(liked.get(k, Fraction(top if k == g else p)) for k, p in enumerate(row)))
    liked_g = (rows[g][a] + rows[g][b]) / rows[g][g]
    sigma = (1 + liked_g) / 2
    kappa = Fraction(101, 100) * max((row[a] + row[b]) / row[g] for row in rows)
    eps = (sigma - liked_g) / (6 * kappa)
    D = tuple(max(row[k] / min(row) for row in rows) for k in range(K))
    counts = settled(at["A"], g, eps, draw(st.sampled_from([-1, 0, 4])))
    return at.replace(
        P=tuple(rows), A=counts, a=a, b=b, g=g, sigma=sigma, kappa=kappa, eps=eps, D=D
    )


@st.composite
def strong_near(draw: st.DrawFn, K: int) -> Instance:
    """Row g, of which g is a largest entry, likes a and b well; g has most of the prompt or not."""
    at = draw(start(K))
    a, b, g = (draw(st.integers(0, K - 1)) for _ in range(3))
    level = draw(st.sampled_from([Fraction(3, 5), Fraction(4, 5), Fraction(1)]))
    top = max(at["P"][g])
    favour = {a: level * top, b: level * top} | {g: top}
    rows = tuple(
        tuple(Fraction(favour.get(k, p) if i == g else p) for k, p in enumerate(row))
        for i, row in enumerate(at["P"])
    )
    theta = tuple(min(row[k] / max(row) for row in rows) for k in range(K))
    eps = (rows[g][a] + rows[g][b]) / rows[g][g] - 1
    held = tuple(n + (j == a) + (j == b) for j, n in enumerate(at["A"]))
    counts = settled(held, g, eps, draw(st.sampled_from([-1, 0, 4])))
    x, h = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    return at.replace(P=rows, A=counts, a=a, b=b, g=g, theta=theta, eps=eps, x=x, h=h)


def settled(counts: tuple[int, ...], g: int, eps: Fraction, more: int) -> tuple[int, ...]:
    """The counts, with g as often as makes the others at most eps times as many, and ``more``."""
    enough = ceil((sum(counts) - counts[g]) / eps)
    return tuple(max(n, enough + more) if k == g else n for k, n in enumerate(counts))


def nearness(at: Instance) -> Callable[[State], int]:
    """1 where the tokens other than g are at most eps times as many, else 0.

    It is always 1 for an instance without eps, or with ``always``; ``worth`` stands for the 1.
    """
    if "eps" not in at or "always" in at:
        return lambda _: 1

    def near(state: State) -> int:
        held = state[0][at["g"]]
        return int(sum(state[0]) - held <= at["eps"] * held) * int(at.get("worth") or 1)

    return near


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


def carried(at: Instance, q: Function, then: Function, never: tuple[int, ...] = ()) -> Function:
    """``(s, state)``: the chances of the states after s tokens, each times `nearness` on the way.

    ``never`` is a transition that is left out.
    """
    near = nearness(at)

    @cache
    def ahead(s: int, state: State) -> Law:
        if s == 0:
            return {state: fmpq(1)}
        found: Law = {}
        for here, chance in ahead(s - 1, state).items():
            worth = near(here)
            for token in range(at["K"] if worth else 0):
                if (here[1], token) != never:
                    there = then(here, token)
                    found[there] = found.get(there, fmpq(0)) + chance * worth * q(here, token)
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
    """The walk, and how often b follows a in the mean; ``near`` tells how long, as in `nearness`.

    ``num(s, w)``: among the pairs of tokens number i, i + 1, i = 1, ..., s, after history w;
    ``mean(s, w)``: among those with i = s + 1, ..., s + h.  An instance breaks them where it has
    ``frozen``, ``off`` or ``late`` (as in `checks.walks`), ``extra`` (added to num and mean) or
    ``more`` (where a token is drawn).
    """
    a, b, h = at["a"], at["b"], at.get("h") or 0
    state_of, q, then = states(at)
    ahead, near = carried(at, q, then), nearness(at)

    @cache
    def at_once(s: int, state: State) -> fmpq:
        """The chance that tokens number s + 1 and s + 2 are a and b."""
        here = ((v, chance * near(v)) for v, chance in ahead(s, state).items())
        pairs = (chance * q(v, a) * q(then(v, a), b) for v, chance in here)
        return sum(pairs, fmpq(0))

    def number(first: int, count: int, w: int) -> fmpq:
        found = sum((at_once(i, state_of(w)) for i in range(first, first + count)), fmpq(0))
        return found + (at.get("extra") or 0) + ((count and at.get("more")) or 0)

    return frozen(at, walk(at)) | {
        "num": lambda s, w: number(0, s, w),
        "mean": lambda s, w: number(s, h, w) + (at.get("late" if s else "off") or 0),
        "near": lambda w: near(state_of(w)),
    }


def unfollowed(at: Instance) -> dict[str, Function]:
    """The walk, and ``avoid(s, w)``: the chance that b follows a nowhere in the next s steps.

    Each of them is from a state that is near (`nearness`).

    An instance breaks it where it has ``frozen``, ``late`` or ``times`` (as in `checks.walks`), or
    ``stuck`` (the last token stays that of the prompt).
    """
    state_of, q, then = states(at)
    ahead = carried(at, q, then, (at["a"], at["b"]))

    def avoid(s: int, w: int) -> fmpq:
        found = sum(ahead(s, state_of(w)).values(), fmpq(0))
        return found * (at.get("times") or 1) + ((s and at.get("late")) or 0)

    near = nearness(at)
    return frozen(at, moved(at)) | {"avoid": avoid, "near": lambda w: near(state_of(w))}
