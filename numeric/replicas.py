"""The estimate of one row of P from each of many data sets over the same prompts.

For one query there are M prompts with the counts N (M x K), and in a data set token i was sampled
T_xi times after prompt x. With N_x = sum_i T_xi and the logits w of the row,

    f(w) = sum_x N_x log sum_j N_xj exp w_j - sum_xi T_xi w_i

is minus the log-likelihood up to a constant. i -> j if j was sampled after a prompt that holds
both. A minimiser exists iff every edge lies on a cycle of this graph (C8); it is unique up to a
number added to w on each strong component (C3). Here it is the one whose sum over each component
is 0: descent along the gradient from w = 0 never leaves these w (C2).

Newton steps v, each times log(1 + R) / R with R = max v - min v, descend from anywhere (see
`numeric.optimum`). The Hessian is that of f plus 1 1^T on each component.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numeric.arithmetic import NotCertified
from numeric.compiled import kernel

__all__ = ["RESTS_ON", "fit_many"]

Array: TypeAlias = NDArray[Any]

RESTS_ON = ("mle-exists", "likelihood-convex", "fisher-is-laplacian")
"""Ids of the claims that make this function right."""

STEPS = 100
"""Newton steps, at most."""

STILL = 1e-7
"""A step whose entries differ by less is the last one: what it leaves is of order STILL^2."""


def fit_many(counts: Array, times: Array, components: int = 1) -> NDArray[np.float64]:
    """Return the logits w (m x K) of each estimate; NaN where it does not exist or is not unique.

    Args:
        counts: M x K, how often each prompt holds each token.
        times: m x M x K, how often each token was sampled after each prompt.
        components: with how many components of the graph the estimate still counts as unique:
            those of the co-occurrence graph of the prompts.

    Raises ValueError when the shapes do not fit or a token was sampled where it is not held, and
    NotCertified when the steps do not come to rest.

    >>> fit_many(np.array([[1, 1]]), np.array([[[3, 1]], [[4, 0]]])).round(3).tolist()
    [[0.549, -0.549], [nan, nan]]
    """
    N, T = np.asarray(counts, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if N.ndim != 2 or T.shape[1:] != N.shape:
        raise ValueError(f"counts {N.shape} and times {T.shape}: expected M x K and m x M x K")
    if (T[:, N == 0] != 0).any():
        raise ValueError("a token was sampled after a prompt that does not hold it")
    found = np.full((len(T), N.shape[1]), np.nan)
    restless = _fit_each(N, T, components, found)
    if restless >= 0:
        raise NotCertified(f"data set {restless} (from 0): no optimum after {STEPS} steps")
    return found


@kernel
def _fit_each(N: Array, T: Array, components: int, found: Array) -> int:
    """Fit each data set; return the first whose steps do not come to rest, or -1."""
    label = np.empty(N.shape[1], dtype=np.int64)
    for r in range(len(T)):
        if _components(N, T[r], label) == components and not _newton(N, T[r], label, found[r]):
            return r
    return -1


@kernel
def _components(N: Array, T: Array, label: Array) -> int:
    """Label the strong components and return their number, or 0 if an edge leaves one."""
    reach = _reach(N, T)
    n = 0
    for i in range(label.size):
        label[i] = -1
        for j in range(label.size):
            if reach[i, j] != reach[j, i]:
                return 0
            if j < i and reach[i, j] and label[i] < 0:
                label[i] = label[j]
        if label[i] < 0:
            label[i] = n
            n += 1
    return n


@kernel
def _reach(N: Array, T: Array) -> Array:
    """Which token a path of edges leads to from which (Warshall)."""
    M, K = N.shape
    reach = np.eye(K) > 0
    for x in range(M):
        for j in range(K):
            if T[x, j] > 0:
                reach[:, j] |= N[x] > 0
    for k in range(K):
        for i in range(K):
            if reach[i, k]:
                reach[i] |= reach[k]
    return reach


@kernel
def _newton(N: Array, T: Array, label: Array, w: Array) -> bool:
    """Minimise f from w = 0; tell whether the steps came to rest."""
    K = N.shape[1]
    g, H = np.empty(K), np.empty((K, K))
    w[:] = 0
    for _ in range(STEPS):
        _slopes(N, T, w, g, H)
        for i in range(K):
            for j in range(K):
                H[i, j] += label[i] == label[j]
        _solve(H, g)
        R = g.max() - g.min()
        if R > 0:
            w -= g * (np.log1p(R) / R)
        if R < STILL:
            return True
    return False


@kernel
def _slopes(N: Array, T: Array, w: Array, g: Array, H: Array) -> None:
    """Find the gradient and the Hessian of f at w."""
    M, K = N.shape
    g[:] = 0
    H[:] = 0
    u = np.exp(w)
    for x in range(M):
        n, Z = 0.0, 0.0
        for i in range(K):
            n += T[x, i]
            Z += N[x, i] * u[i]
        for i in range(K):
            share = N[x, i] * u[i] / Z
            if share > 0:
                g[i] += n * share - T[x, i]
                H[i, i] += n * share
                for j in range(K):
                    H[i, j] -= n * share * N[x, j] * u[j] / Z


@kernel
def _solve(H: Array, g: Array) -> None:
    """Put H^{-1} g in the place of g, H positive definite, by elimination."""
    K = g.size
    for k in range(K):
        for i in range(k + 1, K):
            factor = H[i, k] / H[k, k]
            g[i] -= factor * g[k]
            for j in range(k + 1, K):
                H[i, j] -= factor * H[k, j]
    for k in range(K - 1, -1, -1):
        for j in range(k + 1, K):
            g[k] -= H[k, j] * g[j]
        g[k] /= H[k, k]
