"""The chain that the paper compares attention with.

    n_k(X) = #{i : x_i = k},  m_k = n_k / L             counts and frequencies of a prompt
    P[a, k] = softmax_k(e_k^T W e_a)                    the base chain that W realises
    Pr(next = k | X) = n_k P[a, k] / sum_j n_j P[a, j]  CCMC, a the query

P is K x K and positive; its rows sum to 1, and the CCMC does not change when they are scaled.
Token ids run from 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, fmpq
from numpy.typing import ArrayLike

from numeric.arithmetic import (
    FloatArray,
    ball,
    bilinear,
    enclose,
    softmax_ball,
    softmax_exact,
    softmax_float,
)
from numeric.exact import Log, rational
from numeric.linalg import Rows, shape
from numeric.tokens import check_query, check_tokens

__all__ = ["ccmc", "counts", "frequencies", "transition_ball", "transition_exact"]
__all__ += ["transition_float"]


def counts(keys: Sequence[int], K: int) -> tuple[int, ...]:
    """Return n (K ints): how often each token stands among the keys.

    Raises ValueError when there are no keys or an id is not in 0..K-1.

    >>> counts((0, 2, 0), K=3)
    (2, 0, 1)
    """
    check_tokens(keys, K)
    n = [0] * K
    for x in keys:
        n[x] += 1
    return tuple(n)


def frequencies(keys: Sequence[int], K: int) -> tuple[fmpq, ...]:
    """Return m = n / L (K rationals that sum to 1). Raises what `counts` does.

    >>> frequencies((0, 2, 0), K=3)
    (2/3, 0, 1/3)
    """
    return tuple(fmpq(n_k, len(keys)) for n_k in counts(keys, K))


def ccmc(P: Rows, n: Sequence[Any], query: int) -> tuple[Any, ...]:
    """Return the CCMC law (K numbers), in the arithmetic of P: rationals, balls or floats.

    Args:
        P: K x K, positive, rows up to scale.
        n: K counts (or weights) >= 0, not all zero.
        query: the id of the query token; it need not be counted in n.

    Raises ValueError when the shapes do not fit, the query is no token or every count is zero.

    >>> ccmc([[fmpq(1, 4), fmpq(3, 4)], [1, 1]], (3, 1), query=0)
    (1/2, 1/2)
    """
    K, columns = shape(P, "P")
    if (columns, len(n)) != (K, K):
        raise ValueError(f"P has shape {(K, columns)}, n has {len(n)} entries: expected K x K, K")
    check_query(query, K)
    if all(n_k == 0 for n_k in n):
        raise ValueError("every count is zero: there is no key to attend to")
    weights = [
        n_k * (rational(p) if isinstance(p, int) else p) for n_k, p in zip(n, P[query], strict=True)
    ]
    total = sum(weights)
    return tuple(w / total for w in weights)


def transition_exact(E: Rows, W: Rows) -> tuple[tuple[fmpq, ...], ...]:
    """Return the P (K x K) that W realises, exactly.

    Args:
        E: K x d rationals.
        W: d x d, each entry a `Log` or 0.

    Raises NotExact when P is irrational, ValueError when the shapes do not fit.

    >>> transition_exact([[1, 0], [0, 1]], [[Log.of(2), 0], [0, 0]])
    ((2/3, 1/3), (1/2, 1/2))
    """
    _check(E, W)
    e = [[rational(x) for x in e_k] for e_k in E]
    return tuple(softmax_exact([bilinear(e_k, W, e_a, Log()) for e_k in e]) for e_a in e)


def transition_ball(E: Rows, W: Rows, digits: int = 50) -> tuple[tuple[arb, ...], ...]:
    """Return K x K balls of radius below 10^-digits that hold the P that W realises.

    Entries may be rationals, `Log` or balls.

    Raises NotCertified when balls that enter are too wide, ValueError when the shapes do not fit.

    >>> transition_ball([[1, 0], [0, 1]], [[0, 0], [0, 0]])[0][1].contains(fmpq(1, 2))
    True
    """
    K = _check(E, W)

    def P() -> list[arb]:
        e = [[ball(x) for x in e_k] for e_k in E]
        V = [[ball(W_uv) for W_uv in row] for row in W]
        z = [[bilinear(e_k, V, e_a, arb(0)) for e_k in e] for e_a in e]
        return [p for row in z for p in softmax_ball(row)]

    flat = enclose(P, digits)
    return tuple(flat[a * K : (a + 1) * K] for a in range(K))


def transition_float(E: ArrayLike, W: ArrayLike) -> FloatArray:
    """Return the P (K x K) that W realises, in float64.

    Raises ValueError when the shapes do not fit.

    >>> transition_float(np.eye(2), np.zeros((2, 2))).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    E, W = np.asarray(E, dtype=np.float64), np.asarray(W, dtype=np.float64)
    _check(E, W)
    return softmax_float((E @ W @ E.T).T)


def _check(E: Rows, W: Rows) -> int:
    """Return K; raise ValueError unless W is d x d for E of width d."""
    K, d = shape(E, "E")
    if shape(W, "W") != (d, d):
        raise ValueError(f"W has shape {shape(W, 'W')}: expected {(d, d)}")
    return K
