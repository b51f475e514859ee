"""The law of the error of W: its covariance, exactly, and its mean square on many data sets.

The score of W after prompt x, if y was drawn, is (e_y - sum_j p_x(j) e_j) e_{b(x)}^T.  Its
covariance is the Fisher matrix of W (d^2 x d^2), sum_k (E^T H_k E) (x) e_k e_k^T.  With G = E E^T,
C = G^{-1} E and the projection D = I - 1 1^T G^{-1} / (1^T G^{-1} 1), its pseudo-inverse for
connected graphs is

    sum_k (C^T D H_k^+ D^T C) (x) c_k c_k^T,      c_k the rows of C:

the covariance of sqrt n (W_n - W*) in S_E.  For orthonormal embeddings its trace is
sum_k tr H_k^+; for skew ones the H_k^+ without D give another matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.random import Generator

from checks.claim import Case
from checks.designs import Design, chain_of, pairs_and_whole, shares
from numeric.arithmetic import FloatArray, floats
from numeric.exact import rational
from numeric.linalg import Rows, inverse_gram, matrix, rows

__all__ = ["SKEW", "covariance", "fisher_of_weights", "penrose", "squares", "starred", "trace"]

SKEW = ((1, 0, 0, 0), (1, 1, 0, 0), (0, 1, 2, 0), (0, 0, 1, 1))
"""Embeddings of four tokens that are not orthonormal."""

EMBEDDINGS: Mapping[str, Rows] = {
    "orthonormal, K = 2": ((1, 0), (0, 1)),
    "skew, K = 2": ((2, 1, 0), (0, 1, 1)),
    "orthonormal, K = 3": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "skew, K = 3": ((1, 0, 0), (1, 1, 0), (0, 1, 2)),
}


def starred(K: int, times: int) -> Design:
    """Prompts of two tokens: for each query one comes once, the others so many times."""
    pairs = [(k, [j for j in range(K) if j != k]) for k in range(K)]
    prompts = tuple((j, k) for k, others in pairs for j in others)
    return Design(chain_of(K), prompts, shares([1, *[times] * (K - 2)] * K))


def _ones(height: int, width: int) -> fmpq_mat:
    return fmpq_mat(height, width, [1] * (height * width))


def _identity(n: int) -> fmpq_mat:
    return matrix([[int(i == j) for j in range(n)] for i in range(n)])


def _kron(A: fmpq_mat, B: fmpq_mat) -> fmpq_mat:
    return matrix([[a * b for a in r for b in s] for r in rows(A) for s in rows(B)])


def fisher_of_weights(design: Design, E: Rows) -> fmpq_mat:
    """The covariance of the score of W under the layer's laws."""
    e = matrix(E)
    d = e.ncols()
    found = fmpq_mat(d * d, d * d)
    pairs = zip(design.prompts, design.exact_laws, design.mu, strict=True)
    for prompt, law, mu in pairs:
        mean = matrix([law]) * e
        query = matrix([E[prompt[-1]]])
        for y, p in enumerate(law):
            score = _kron(matrix([E[y]]) - mean, query)
            found += score.transpose() * score * (rational(mu) * p)
    return found


def covariance(design: Design, E: Rows, *, alone: bool = False) -> fmpq_mat:
    """The pseudo-inverse as written above; ``alone``: with D left out."""
    K, inverse = design.K, inverse_gram(E)
    C, J = inverse * matrix(E), _ones(K, K)
    mass = sum(inverse.entries(), fmpq(0))
    D = _identity(K) - (fmpq_mat(K, K) if alone else J * inverse * (1 / mass))
    found = fmpq_mat(C.ncols() ** 2, C.ncols() ** 2)
    for k in range(K):
        pseudo = (matrix(design.fisher(k)) + J * fmpq(1, K)).inv() - J * fmpq(1, K)
        c = matrix([rows(C)[k]])
        found += _kron(C.transpose() * D * pseudo * D.transpose() * C, c.transpose() * c)
    return found


def trace(design: Design, E: Rows, *, alone: bool = False) -> float:
    """That of the covariance."""
    found = covariance(design, E, alone=alone)
    return float(sum((found[i, i] for i in range(found.nrows())), fmpq(0)))


def penrose(*, alone: bool = False) -> Iterator[Case]:
    """The four equations of the pseudo-inverse."""
    for name, E in EMBEDDINGS.items():
        K = len(E)
        for design in (Design.even(K, pairs_and_whole(K)), starred(K, 3)):
            F, X = fisher_of_weights(design, E), covariance(design, E, alone=alone)
            where = {"embeddings": name, "prompts": len(design.prompts)}
            for equation, lhs, rhs in (
                ("F X F = F", F * X * F, F),
                ("X F X = X", X * F * X, X),
                ("(F X)^T = F X", (F * X).transpose(), F * X),
                ("(X F)^T = X F", (X * F).transpose(), X * F),
            ):
                yield Case({**where, "equation": equation}, rows(lhs), "=", rows(rhs))


def squares(design: Design, E: Rows, scale: float) -> Callable[[Generator, int, int], FloatArray]:
    """Values n |W_n - W*|^2 / scale for W in S_E; infinite without an estimate."""
    inverse = floats(rows(inverse_gram(E)))
    C, ones = inverse @ floats(E), np.ones(design.K)
    D = np.eye(design.K) - np.outer(ones, ones @ inverse) / inverse.sum()
    left, right = C.T @ D, C
    logits = np.log(np.array(design.P, dtype=np.float64))

    def values(random: Generator, n: int, sets: int) -> FloatArray:
        apart = design.fit(design.draw(random, n, sets)) - logits
        W = left @ apart.transpose(0, 2, 1) @ right
        errors: FloatArray = n * (W**2).sum(axis=(1, 2)) / scale
        return np.where(np.isnan(errors), np.inf, errors)

    return values
