r"""The Fisher matrix of one row from its own definition: the covariance of the score.

    d/dw_i log p_x(y) = delta_iy - p_x(i)                           score of the logits w
    H_ij = sum_x mu(x) sum_y p_x(y) score_i(x, y) score_j(x, y)     x a prompt, y the next token

The laws p_x may come from anywhere; nothing here knows of counts, chains or graphs.
"""

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from numeric.linalg import Rows, shape

__all__ = ["fisher"]


def fisher(laws: Rows, weights: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """Return H (K x K), in the arithmetic of the laws: rationals or balls.

    Args:
        laws: M x K, the law p_x of each prompt x.
        weights: M numbers, the weight mu(x) of each prompt.

    Raises ValueError when the laws are ragged or do not fit the weights.

    >>> fisher([[fmpq(1, 3), fmpq(2, 3)]], [fmpq(1, 2)])
    ((1/9, -1/9), (-1/9, 1/9))
    """
    M, K = shape(laws, "the laws")
    if len(weights) != M:
        raise ValueError(f"{M} laws and {len(weights)} weights: expected as many")
    H = [[fmpq(0)] * K for _ in range(K)]
    for p, mu in zip(laws, weights, strict=True):
        for y in range(K):
            score = [int(i == y) - p_i for i, p_i in enumerate(p)]
            for i in range(K):
                for j in range(K):
                    H[i][j] += mu * p[y] * score[i] * score[j]
    return tuple(tuple(row) for row in H)
