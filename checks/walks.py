"""Walks to check section E on: histories by number, their counts, and means by enumeration.

A history is the prompt and the tokens generated since.  Numbers run from 1: history 1 is the
prompt, and token k leads from history w to history K (w - 1) + k + 1, so that every number is one
history.  Chances come from a one-hot attention layer with the logits log P; means of a function are
sums over all futures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.strategies import Matrix
from numeric.attention import law_exact
from numeric.exact import Log, rational
from numeric.instance import Instance

__all__ = ["mean_of", "start", "walk"]


@st.composite
def start(draw: st.DrawFn, K: int, P: st.SearchStrategy[Matrix] | None = None) -> Instance:
    """A chain (rows up to scale), the prompt's counts A, each at least 1, and its last token."""
    entries = st.integers(1, 5)
    rows = P or st.tuples(*[st.tuples(*[entries] * K)] * K)
    counts = draw(st.tuples(*[st.integers(1, 3)] * K))
    return Instance(K=K, P=draw(rows), A=counts, x0=draw(st.integers(0, K - 1)), m=1)


def walk(at: Instance) -> dict[str, Function]:
    """``n``, ``last``, ``next`` and ``q`` of the walk that starts with the prompt."""
    K = at["K"]

    @cache
    def path(w: int) -> tuple[int, ...]:
        """The tokens, from 1, that lead from the prompt to history w."""
        return () if w == 1 else (*path((w - 2) // K + 1), (w - 2) % K + 1)

    def count(w: int, k: int) -> int:
        return int(at["A"][k - 1]) + path(w).count(k)

    def last(w: int) -> int:
        return path(w)[-1] if w > 1 else int(at["x0"]) + 1

    return {
        "n": count,
        "last": last,
        "next": lambda w, k: K * (w - 1) + k + 1,
        "q": chances(at, count, last),
    }


def chances(at: Instance, count: Function, last: Function) -> Function:
    """``q(w, k)``: the law of a one-hot layer with logits log P after a history."""
    K = at["K"]
    one_hot = tuple(tuple(int(i == j) for j in range(K)) for i in range(K))
    logits = tuple(tuple(Log.of(rational(at["P"][a][k])) for a in range(K)) for k in range(K))

    @cache
    def law(counts: tuple[int, ...], query: int) -> Any:
        keys = [k for k, n in enumerate(counts) for _ in range(n)]
        return law_exact(one_hot, one_hot, logits, keys, query)

    return lambda w, k: law(tuple(count(w, j) for j in range(1, K + 1)), last(w) - 1)[k - 1]


def mean_of(K: int, walk: Mapping[str, Function], f: Callable[[int], Any]) -> Function:
    """``mean(s, w)``: the mean of f(history) after s more tokens, over all K^s futures."""

    @cache
    def mean(s: int, w: int) -> Any:
        total = fmpq(0)
        for future in product(range(1, K + 1), repeat=s):
            here, chance = w, fmpq(1)
            for k in future:
                chance *= walk["q"](here, k)
                here = walk["next"](here, k)
            total += chance * f(here)
        return total

    return mean
