"""Functions of ``numeric`` in the place of definitions, with indices from 1 as in the mathematics.

Each takes an instance and gives the function that a cross-check puts where the theory has a
definition: the law of the layer from softmax and readout, counts by counting, and so on.  Laws are
exact where the scores are logarithms of rationals, and balls of 50 digits elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flint import fmpq

from numeric.arithmetic import bilinear, softmax_exact
from numeric.attention import law_ball, law_exact, scores
from numeric.chain import counts, transition_ball, transition_exact
from numeric.exact import Log, NotExact
from numeric.fisher import fisher as fisher_matrix
from numeric.instance import Instance
from numeric.linalg import product

__all__ = [
    "Function",
    "chain",
    "chain_laws",
    "count",
    "decayed_law",
    "distance_law",
    "fisher",
    "law",
    "logit",
    "logit_of_logs",
    "pair_law",
]

Function = Callable[..., Any]


def law(
    instance: Instance,
    prompt: str = "x",
    weights: str = "W",
    query: int | None = None,
    keys: Sequence[int] | None = None,
) -> Function:
    """``p(k)``: the next-token law of the layer; the query is the last key unless given.

    Position vectors U are added where the instance has them.
    """
    keys = instance[prompt] if keys is None else keys
    last = keys[-1] if query is None else query
    E, C, W, U = instance["E"], instance["C"], instance[weights], instance.get("U")

    @cache
    def whole() -> Sequence[Any]:
        try:
            return law_exact(E, C, W, keys, last, U)
        except (NotExact, TypeError):
            return law_ball(E, C, W, keys, last, U=U)

    return lambda k: whole()[k - 1]


def pair_law(instance: Instance, weights: str = "W") -> Function:
    """``q(k, i, j)``: the law after the prompt (i, j)."""

    @cache
    def pair(i: int, j: int) -> Function:
        return law(instance, weights=weights, keys=(i - 1, j - 1))

    return lambda k, i, j: pair(i, j)(k)


def count(instance: Instance, prompt: str = "x") -> Function:
    """``n(k)``: how often token k stands in the prompt."""
    n = counts(instance[prompt], instance["K"])
    return lambda k: n[k - 1]


def chain(instance: Instance, weights: str = "W") -> Function:
    """``P(a, k)``: the chain that the weights realise."""
    E, W = instance["E"], instance[weights]

    @cache
    def whole() -> Sequence[Any]:
        try:
            return transition_exact(E, W)
        except (NotExact, TypeError):
            return transition_ball(E, W)

    return lambda a, k: whole()[a - 1][k - 1]


def chain_laws(instance: Instance) -> Function:
    """``p(x, i)``: the law of token i after prompt x, N[x] its counts, by a one-hot layer.

    The weights are the logarithms of the chain P, so that the layer realises it.
    """
    K, N, P, query = (instance[name] for name in ("K", "N", "P", "a"))
    one_hot = [[int(k == u) for u in range(K)] for k in range(K)]

    @cache
    def after(x: int) -> Sequence[Any]:
        W = [[Log.of(P[a][k]) for a in range(K)] for k in range(K)]
        keys = [k for k, count in enumerate(N[x - 1]) for _ in range(count)]
        return law_exact(one_hot, one_hot, W, keys, query)

    return lambda x, i: after(x)[i - 1]


def fisher(instance: Instance, laws: Function) -> Function:
    """``H(i, j)``: the covariance of the score under the laws p(x, k), prompt x of weight mu(x)."""

    @cache
    def whole() -> Sequence[Sequence[Any]]:
        tokens = range(1, instance["K"] + 1)
        rows = [[laws(x, k) for k in tokens] for x in range(1, instance["M"] + 1)]
        return fisher_matrix(rows, instance["mu"])

    return lambda i, j: whole()[i - 1][j - 1]


def logit(instance: Instance, weights: str = "W") -> Function:
    """``w(i, k) = e_k^T W e_i``: the score of token k under query i."""
    E, W = instance["E"], instance[weights]
    zero = Log() if any(isinstance(entry, Log) for row in W for entry in row) else fmpq(0)
    return lambda i, k: bilinear(E[k - 1], W, E[i - 1], zero)


def logit_of_logs(instance: Instance, log: Function) -> Function:
    """``w(k, i)`` of the weights E^T H log H E, H the inverse of the Gram matrix of E.

    ``log(k, i)`` is the logit asked for of token i under query k; the weights are made from it
    and read by the layer's scores e_i^T W e_k.
    """
    E, H, tokens = instance["E"], instance["H"], range(1, instance["K"] + 1)

    @cache
    def scores() -> Function:
        half = product(tuple(zip(*E, strict=True)), H)
        inner = [[Log() + log(k, i) for k in tokens] for i in tokens]
        return logit(instance.replace(W=product(product(half, inner), product(H, E))))

    def entry(k: int, i: int) -> Any:
        return scores()(k, i)

    return entry


def distance_law(instance: Instance, keys: Sequence[int]) -> Function:
    """``q(k)``: the law where the logit of a token depends on its distance to the query.

    ``scores[k][t]`` of the instance is the logit of token k (from 0) at distance t.
    """
    L = len(keys)
    return _read(instance, keys, [instance["scores"][k][L - 1 - at] for at, k in enumerate(keys)])


def decayed_law(instance: Instance, keys: Sequence[int]) -> Function:
    """``p(k)``: the law of the layer when lam times its distance is taken from each score."""
    E, W, lam, L = (*(instance[name] for name in ("E", "W", "lam")), len(keys))
    plain = scores(E, W, keys, keys[-1])
    return _read(instance, keys, [z - lam * (L - 1 - at) for at, z in enumerate(plain)])


def _read(instance: Instance, keys: Sequence[int], logits: Sequence[Log]) -> Function:
    """The law of the layer with these scores of its keys."""
    E, C, s = instance["E"], instance["C"], softmax_exact(logits)
    attended = [
        sum((s_l * E[k][u] for s_l, k in zip(s, keys, strict=True)), fmpq(0))
        for u in range(instance["d"])
    ]
    return lambda k: sum((c * f for c, f in zip(C[k - 1], attended, strict=True)), fmpq(0))
