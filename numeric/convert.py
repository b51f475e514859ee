"""From a base chain P to attention weights W that realise it. Rests on claim A4.

    M = (log P)^T + 1 c^T,   c^T = -1^T G^{-1} (log P)^T / (1^T G^{-1} 1),   G = E E^T
    W = E^T G^{-1} M G^{-1} E = C^T M C,   C = G^{-1} E                      (K x K, then d x d)

W is the only weight matrix in S_E that realises P. Scaling a row of P changes only c.
The way back, W to P, is the definition itself: `numeric.chain.transition_float` and the like.

In float64, E^T = Q R with R triangular, so G^{-1} = R^{-1} R^{-T} and W = Q R^{-T} M R^{-1} Q^T:
the Gram matrix is never formed. Rounding W alone moves a score by |e_k| |W| |e_a| 2^-53, which no
algorithm can avoid; embeddings whose lengths differ by a factor of 100 still give P back within
1e-12, and where they do not the function says so.
"""

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from numeric.arithmetic import FloatArray, NotCertified, enclose
from numeric.chain import transition_float
from numeric.exact import dyadic
from numeric.linalg import Rows, check_independent, inverse_gram, matrix, rows, shape

__all__ = ["RESTS_ON", "weights_ball", "weights_float"]

RESTS_ON = ("transition-to-weights",)
"""Ids of the claims that make these functions right."""

ROUND_TRIP = 1e-12
"""Largest error of an entry of P after P -> W -> P in float64."""


def weights_float(P: ArrayLike, E: ArrayLike | None = None) -> FloatArray:
    """Return the W (d x d) in S_E that realises P, in float64.

    Args:
        P: K x K, positive and finite; its rows are taken up to scale.
        E: K x d embeddings of rank K; the identity when left out.

    Raises ValueError when shapes do not fit, P is not positive or the rows of E are dependent
    (decided exactly), NotCertified when P does not come back from W within 1e-12: E is then too
    near dependence for float64, and `weights_ball` is the way.

    >>> weights_float([[0.5, 0.5], [0.2, 0.8]]).round(4).tolist()
    [[0.0, -0.6931], [0.0, 0.6931]]
    """
    p = np.asarray(P, dtype=np.float64)
    e = np.eye(len(p)) if E is None else np.asarray(E, dtype=np.float64)
    _check(p, e)
    if not (np.isfinite(p) & (p > 0)).all():
        raise ValueError("P must be positive and finite")
    if not np.isfinite(e).all():
        raise ValueError("E must be finite")
    check_independent([[dyadic(x) for x in e_k] for e_k in e.tolist()])
    p = p / p.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        W = _solve(np.log(p).T, e)
        error = np.abs(transition_float(e, W) - p).max()
    if not error <= ROUND_TRIP:
        raise NotCertified(
            f"P comes back with error {error:.1e}, more than {ROUND_TRIP}: "
            "these embeddings are too near dependence for float64; ask for digits"
        )
    return W


def _solve(log_P: FloatArray, E: FloatArray) -> FloatArray:
    """Return W = Q R^{-T} M R^{-1} Q^T, M = log_P + 1 c^T; log_P is (log P)^T."""
    Q, R = np.linalg.qr(E.T)

    def solve(B: FloatArray) -> FloatArray:
        """Return R^{-T} B."""
        return np.asarray(solve_triangular(R, B, trans="T", check_finite=False))

    y = solve_triangular(R, solve(np.ones(len(E))), check_finite=False)
    M = log_P - (y @ log_P) / y.sum()
    return np.asarray(Q @ solve(solve(M).T).T @ Q.T)


def weights_ball(P: Rows, E: Rows | None = None, digits: int = 50) -> tuple[tuple[arb, ...], ...]:
    """Return d x d balls of radius below 10^-digits that hold the W in S_E that realises P.

    They are narrow enough for `numeric.chain.transition_ball` to give P back to ``digits`` digits.

    Args:
        P: K x K positive rationals; its rows are taken up to scale.
        E: K x d rational embeddings of rank K; the identity when left out.
        digits: decimal digits, at least 1.

    Raises ValueError when shapes do not fit, P is not positive, the rows of E are dependent or
    digits < 1; TypeError when an entry is a float.

    >>> weights_ball([[1, 1], [1, 4]], digits=20)[1][1].str(20, radius=False)
    '0.69314718055994530942'
    """
    K = len(P)
    identity = [[int(a == k) for k in range(K)] for a in range(K)]
    p, e = matrix(P), matrix(identity if E is None else E)
    _check(rows(p), rows(e))
    if not all(x > 0 for x in p.entries()):
        raise ValueError("P must be positive")
    inverse = inverse_gram(rows(e))
    C, y = inverse * e, inverse * fmpq_mat(K, 1, [1] * K)

    def W() -> list[arb]:
        log_P = arb_mat(K, K, [arb(x).log() for x in p.transpose().entries()])
        c = arb_mat(y.transpose()) * log_P * (-1 / arb(sum(y.entries())))
        M = log_P + arb_mat(K, 1, [1] * K) * c
        return list((arb_mat(C.transpose()) * M * arb_mat(C)).entries())

    width = max(sum((abs(x) for x in row), fmpq(0)) for row in rows(e))
    guard = len(str((width * width).ceil())) + 1
    flat, d = enclose(W, digits + guard), e.ncols()
    return tuple(flat[i * d : (i + 1) * d] for i in range(d))


def _check(P: Rows, E: Rows) -> None:
    """Raise ValueError unless P is K x K and E has K rows."""
    K, columns = shape(P, "P")
    if columns != K:
        raise ValueError(f"P is {K} x {columns}: expected a square matrix")
    if shape(E, "E")[0] != K:
        raise ValueError(f"E has {shape(E, 'E')[0]} rows, P has {K}: expected one per token")
