"""Layers whose attention decays: instances, the chances of repeats, and of runs over all histories.

A history is a prompt with what was generated after it.  A process has three functions of the steps
left after the next one, of a history w and of a token j, all counted from 1: the last token of w,
the history in which j was added, and the chance q of j.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks import computed
from checks.strategies import embeddings, layer, matrix, prompt, transpose
from numeric.chain import ccmc
from numeric.exact import Log
from numeric.instance import Instance
from numeric.linalg import product, readout

__all__ = ["decaying", "generating", "layered", "repeats", "runs_and_stays", "with_decay"]

GROWTHS = (fmpq(3, 2), fmpq(2), fmpq(3), fmpq(4))
"""Values of exp(lam)."""

Process = tuple[Callable[..., int], Callable[..., int], Callable[..., fmpq]]


def with_decay(K: int) -> st.SearchStrategy[Instance]:
    """A layer and any rate lam, negative ones too."""
    rates = st.sampled_from([fmpq(1, 2), fmpq(1), *GROWTHS]).map(Log.of)
    return st.builds(lambda at, lam: at.replace(lam=lam), layer(K, mild=True), rates)


@st.composite
def decaying(draw: st.DrawFn, K: int) -> Instance:
    """A layer that realises rows of 1, 2, 3 up to scale, a prompt that ends in a, and B.

    C E^T = I and W = C^T M C give E W E^T = M.
    """
    E, P = draw(embeddings(K)), draw(matrix(st.integers(1, 3), K, K))
    C, growth = readout(E), draw(st.sampled_from(GROWTHS))
    logits = tuple(tuple(Log.of(row[i]) for row in P) for i in range(K))
    W = product(product(transpose(C), logits), C)
    ratio = max(fmpq(max(row), row[i]) for i, row in enumerate(P))
    enough = int((2 * ratio / ((1 - 1 / growth) * (growth - 1))).ceil())
    x = draw(prompt(K, most=4))
    at = Instance(K=K, L=len(x), d=len(E[0]), E=E, C=C, P=P, x=x, a=x[-1], lam=Log.of(growth))
    return at.replace(
        W=tuple(tuple(Log() + entry for entry in row) for row in W),
        B=enough + draw(st.integers(0, 1)),
        n=draw(st.integers(0, 3)),
        m=draw(st.integers(0, 3)),
    )


def generating(K: int) -> st.SearchStrategy[Instance]:
    """The last ``steps`` steps before the horizon generate; until then the prompt waits."""
    steps = {1: 3, 2: 4}.get(K, 2)
    return decaying(K).map(lambda at: at.replace(steps=steps, N=K**steps))


def repeats(at: Instance) -> dict[str, computed.Function]:
    """``key``, ``H`` and ``stays``: what follows the prompt, and the chances that a is repeated.

    They come from the layer, or without one from the chain P.  What follows is ``after`` instead
    of a, the first of ``stays`` is ``start`` or all others ``stuck`` where the instance says so.
    """

    def token(l: int) -> int:
        found: int = at["x"][l - 1] if l <= at["L"] else at.get("after", at["a"])
        return found

    @cache
    def chance(t: int) -> Any:
        keys = [token(l) for l in range(1, at["L"] + t + 1)]
        if "E" in at:
            return computed.decayed_law(at, keys)(at["a"] + 1)
        weights = [fmpq(0)] * at["K"]
        for key in keys:
            weights = [(-at["lam"]).exp() * weight for weight in weights]
            weights[key] += 1
        return ccmc(at["P"], weights, at["a"])[at["a"]]

    def stays(t: int) -> fmpq:
        if t and "stuck" in at:
            return fmpq(at["stuck"])
        found = fmpq(at.get("start", 1))
        for earlier in range(t):
            found *= chance(earlier)
        return found

    return {"key": lambda l: token(l) + 1, "H": chance, "stays": stays}


def layered(at: Instance) -> Process:
    """The layer: the digits of w - 1 in base K are the tokens generated after the prompt."""
    K, steps = at["K"], at["steps"]

    def tokens(left: int, w: int) -> list[int]:
        return [*at["x"], *((w - 1) // K**i % K for i in range(steps - left - 1))]

    @cache
    def law(left: int, w: int) -> computed.Function:
        return computed.decayed_law(at, tokens(left, w))

    def last(left: int, w: int) -> int:
        return tokens(left, w)[-1] + 1

    def then(left: int, w: int, j: int) -> int:
        if left >= steps:
            return w
        place: int = K ** (steps - left - 1)
        return (w - 1) % place + (j - 1) * place + 1

    def q(left: int, w: int, j: int) -> fmpq:
        return law(left, w)(j) if left < steps else fmpq(int(j == last(left, w)))

    return last, then, q


def tabled(at: Instance) -> Process:
    """Three histories that end in token 1; ``step0``, ``step1`` hold the chances of two steps."""

    def last(*_: int) -> int:
        return 1

    def then(_left: int, _w: int, j: int) -> int:
        return (3, 2, 3)[j - 1]

    def q(left: int, w: int, j: int) -> fmpq:
        return fmpq(at[f"step{left}"][w - 1][j - 1] if left < 2 else int(j == 1))

    return last, then, q


def runs_and_stays(at: Instance) -> dict[str, computed.Function]:
    """``runs`` and ``stay`` by first steps, and the process of a layer or of tables.

    An instance that has the name of an equation spoils it: the left side is its value.
    """
    last, then, q = layered(at) if "E" in at else tabled(at)

    @cache
    def runs(J: int, left: int, w: int) -> fmpq:
        if not J or not left:
            return fmpq(at.get("runs-at-end", 0) if J else at.get("runs-0", 1))
        if "runs-step" in at:
            return fmpq(at["runs-step"])
        left -= 1
        switches = [int(j != last(left, w)) for j in range(1, at["K"] + 1)]
        chances = (
            q(left, w, j) * runs(J - switch, left, then(left, w, j))
            for j, switch in enumerate(switches, 1)
        )
        return sum(chances, fmpq(0))

    def stay(left: int, w: int) -> fmpq:
        if left and "stay-step" in at:
            return fmpq(at["stay-step"])
        found = fmpq(at.get("stay-at-end", 1))
        for here in reversed(range(left)):
            a = last(here, w)
            found, w = found * q(here, w, a), then(here, w, a)
        return found

    return {"last": last, "next": then, "q": q, "runs": runs, "stay": stay}
