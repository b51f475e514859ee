"""One attention layer from its own definition: embeddings, softmax over positions, readout.

    z_i = e_{x_i}^T W e_a           scores, a the query token, i over the positions of the keys
    s = softmax(z)                  attention over positions
    f = sum_i s_i e_{x_i}           what is attended to
    p(k) = c_k^T f                  next-token law, C E^T = I

E and C are K x d (rows e_k, c_k), W is d x d with the key on the left. With position vectors U,
one row per position of the prompt, keys and values are e_{x_i} + u_i and the query is e_a + u_L,
u_L the last row of U: in self-attention U has as many rows as there are keys, in cross-attention
one more.

Nothing here knows of transition matrices or counts, and nothing checks C E^T = I: the law of
another readout may well not be a probability vector. Exact laws need weights W_uv that are
logarithms of rationals (`Log`) and integer embeddings, so that quotients of exp(z_i) are rational.
"""

from collections.abc import Callable, Sequence
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

__all__ = ["law_ball", "law_exact", "law_float", "scores"]


def scores(
    E: Rows, W: Rows, keys: Sequence[int], query: int, U: Rows | None = None
) -> tuple[Log, ...]:
    """Return the scores z_i exactly, one per key.

    Args:
        E: K x d rationals.
        W: d x d, each entry a `Log` or 0.
        keys: token ids from 0.
        query: a token id.
        U: position vectors, rationals.

    Raises NotExact when a score is no combination of logarithms, ValueError when shapes or ids do
    not fit, TypeError when an entry is a float.

    >>> scores([[1, 0], [0, 1]], [[Log.of(2), 0], [Log.of(3), 0]], keys=(0, 1), query=0)
    (log(2), log(3))
    """
    _check(E, E, W, keys, query, U)
    H, h = _vectors(E, keys, query, U, rational)
    return tuple(bilinear(h_i, W, h, Log()) for h_i in H)


def law_exact(
    E: Rows, C: Rows, W: Rows, keys: Sequence[int], query: int, U: Rows | None = None
) -> tuple[fmpq, ...]:
    """Return the next-token law p (K rationals) exactly.

    Takes and raises what `scores` does, and K x d rationals C; NotExact when quotients of exp(z_i)
    are irrational.

    >>> I2 = [[1, 0], [0, 1]]
    >>> law_exact(I2, I2, [[Log.of(2), 0], [Log.of(3), 0]], keys=(0, 1, 1), query=0)
    (1/4, 3/4)
    """
    _check(E, C, W, keys, query, U)
    H, _ = _vectors(E, keys, query, U, rational)
    s = softmax_exact(scores(E, W, keys, query, U))
    return _read(C, s, H, rational)


def law_ball(
    E: Rows,
    C: Rows,
    W: Rows,
    keys: Sequence[int],
    query: int,
    digits: int = 50,
    U: Rows | None = None,
) -> tuple[arb, ...]:
    """Return K balls of radius below 10^-digits that hold the next-token law p.

    Entries may be rationals, `Log` or balls. Scores of any size will do.

    Raises NotCertified when balls that enter are too wide for the digits asked, ValueError when
    shapes or ids do not fit or digits < 1, TypeError when an entry is a float.

    >>> I2 = [[1, 0], [0, 1]]
    >>> p = law_ball(I2, I2, [[10000, 0], [10000, 0]], keys=(0, 1, 1), query=0, digits=20)
    >>> p[1].str(20, radius=False)
    '0.66666666666666666667'
    """
    _check(E, C, W, keys, query, U)

    def p() -> tuple[arb, ...]:
        H, h = _vectors(E, keys, query, U, ball)
        V = [[ball(W_uv) for W_uv in row] for row in W]
        s = softmax_ball([bilinear(h_i, V, h, arb(0)) for h_i in H])
        return _read(C, s, H, ball)

    return enclose(p, digits)


def law_float(
    E: ArrayLike,
    C: ArrayLike,
    W: ArrayLike,
    keys: Sequence[int],
    query: int,
    U: ArrayLike | None = None,
) -> FloatArray:
    """Return the next-token law p (shape (K,)) in float64, with a softmax that cannot overflow.

    Raises ValueError when shapes or ids do not fit.

    >>> law_float(np.eye(2), np.eye(2), np.zeros((2, 2)), keys=(0, 1, 1, 1), query=0).tolist()
    [0.25, 0.75]
    """
    E, C, W = (np.asarray(M, dtype=np.float64) for M in (E, C, W))
    U = None if U is None else np.asarray(U, dtype=np.float64)
    _check(E, C, W, keys, query, U)
    H, h = E[list(keys)], E[query]
    if U is not None:
        H, h = H + U[: len(keys)], h + U[-1]
    return np.asarray(C @ (softmax_float(H @ W @ h) @ H))


def _check(E: Rows, C: Rows, W: Rows, keys: Sequence[int], query: int, U: Rows | None) -> None:
    """Raise ValueError unless the shapes fit together and the token ids exist."""
    K, d = shape(E, "E")
    for name, M, expected in (("C", C, (K, d)), ("W", W, (d, d))):
        if shape(M, name) != expected:
            raise ValueError(f"{name} has shape {shape(M, name)}: expected {expected}")
    check_tokens(keys, K)
    check_query(query, K)
    L = len(keys)
    if U is not None and shape(U, "U") not in ((L, d), (L + 1, d)):
        raise ValueError(f"U has shape {shape(U, 'U')}: expected {(L, d)} or {(L + 1, d)}")


def _vectors(
    E: Rows, keys: Sequence[int], query: int, U: Rows | None, number: Callable[[Any], Any]
) -> tuple[list[list[Any]], list[Any]]:
    """Return the key vectors e_{x_i} + u_i and the query vector e_a + u_L."""
    e = [[number(x) for x in e_k] for e_k in E]
    if U is None:
        return [e[x] for x in keys], e[query]
    u = [[number(x) for x in u_i] for u_i in U]
    H = [[x + y for x, y in zip(e[k], u_i, strict=True)] for k, u_i in zip(keys, u, strict=False)]
    return H, [x + y for x, y in zip(e[query], u[-1], strict=True)]


def _read(C: Rows, s: Sequence[Any], H: Rows, number: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return p(k) = c_k^T f for f = sum_i s_i h_i."""
    f = [sum(s_i * x for s_i, x in zip(s, column, strict=True)) for column in zip(*H, strict=True)]
    return tuple(sum(number(c) * x for c, x in zip(c_k, f, strict=True)) for c_k in C)
