"""Exact linear algebra over the rationals.

    G = E E^T                          Gram matrix of the embeddings, rows e_k of E (K x d)
    C = G^{-1} E                       a readout: C E^T = I
    S_E = span{(e_i - e_j) e_k^T} = D (x) R,   D = span{e_i - e_j},   R = span{e_k}
    proj_{S_E} W = Pi_D W Pi_R         Frobenius-orthogonal; Pi the orthogonal projections

Ranks are decided exactly: a pivot in floating point would decide nothing.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from numeric.exact import rational

__all__ = [
    "Rows",
    "check_independent",
    "differences",
    "inverse_gram",
    "matrix",
    "product",
    "project",
    "rank",
]
__all__ += ["readout", "rows", "shape", "slice_dimension"]

Rows: TypeAlias = Sequence[Sequence[Any]] | NDArray[np.float64]
"""A matrix as it is given: rows of numbers."""


def shape(A: Rows, name: str = "the matrix") -> tuple[int, int]:
    """Return (number of rows, number of columns), both positive.

    Raises ValueError, with the name in it, when A is empty or ragged.

    >>> shape([[1, 2, 3], [4, 5, 6]])
    (2, 3)
    """
    widths = [len(row) for row in A]
    if not widths or 0 in widths:
        raise ValueError(f"{name} is empty")
    for i, width in enumerate(widths):
        if width != widths[0]:
            raise ValueError(f"{name} is ragged: row {i} has {width} entries, row 0 {widths[0]}")
    return len(widths), widths[0]


def matrix(A: Rows) -> fmpq_mat:
    """Return rows of rationals as an ``fmpq_mat``.

    Raises ValueError when A is empty or ragged, TypeError when an entry is not a rational.

    >>> matrix([[1, fmpq(1, 2)]])
    [1, 1/2]
    """
    return fmpq_mat(*shape(A), [rational(x) for row in A for x in row])


def rows(M: fmpq_mat) -> tuple[tuple[fmpq, ...], ...]:
    """Return an ``fmpq_mat`` as a tuple of rows, the form that `Instance` keeps.

    >>> rows(fmpq_mat(2, 1, [1, 2]))
    ((1,), (2,))
    """
    return tuple(tuple(row) for row in M.tolist())


def rank(A: Rows) -> int:
    """Return the rank of a rational matrix.

    >>> rank([[1, 2], [2, 4]])
    1
    """
    return int(matrix(A).rank())


def check_independent(E: Rows) -> None:
    """Raise ValueError unless the rows of E are linearly independent.

    >>> check_independent([[1, 1], [2, 2]])
    Traceback (most recent call last):
    ValueError: the 2 embeddings are dependent: their rank is 1
    """
    if (r := rank(E)) < len(E):
        raise ValueError(f"the {len(E)} embeddings are dependent: their rank is {r}")


def inverse_gram(E: Rows) -> fmpq_mat:
    """Return G^{-1} (K x K) for embeddings E (K x d).

    Raises ValueError when the rows of E are dependent.

    >>> inverse_gram([[1, 1], [0, 2]])
    [   1, -1/2]
    [-1/2,  1/2]
    """
    check_independent(E)
    M = matrix(E)
    return (M * M.transpose()).inv()


def readout(E: Rows) -> tuple[tuple[fmpq, ...], ...]:
    """Return the readout C = G^{-1} E (K x d), for which C E^T = I.

    Raises ValueError when the rows of E are dependent: no readout exists (claim A6).

    >>> readout([[1, 1], [0, 2]])
    ((1, 0), (-1/2, 1/2))
    """
    return rows(inverse_gram(E) * matrix(E))


def product(A: Rows, B: Rows) -> tuple[tuple[Any, ...], ...]:
    """Return A B for entries that can be multiplied and added: rationals times `Log`, say.

    Raises ValueError when the shapes do not fit.

    >>> product([[2, 1]], [[fmpq(1, 2)], [3]])
    ((4,),)
    """
    (_, m), (n, _) = shape(A), shape(B)
    if m != n:
        raise ValueError(f"{m} columns cannot be multiplied with {n} rows")
    columns = list(zip(*B, strict=True))
    return tuple(tuple(sum(a * b for a, b in zip(r, c, strict=True)) for c in columns) for r in A)


def differences(E: Rows) -> list[list[fmpq]]:
    """Return the rows e_k - e_0, which span D = span{e_i - e_j} (the first of them is zero).

    >>> differences([[1, 0], [0, 1]])
    [[0, 0], [-1, 1]]
    """
    return [[rational(x) - rational(y) for x, y in zip(e_k, E[0], strict=True)] for e_k in E]


def slice_dimension(E: Rows) -> int:
    """Return dim S_E = dim D dim R: K (K - 1) for independent embeddings.

    >>> slice_dimension([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    6
    """
    return rank(differences(E)) * rank(E)


def project(W: Rows, E: Rows) -> tuple[tuple[Any, ...], ...]:
    """Return proj_{S_E} W (d x d), for W (d x d) of rationals or `Log` and rational E (K x d).

    Raises ValueError when the shapes do not fit.

    >>> project([[3, 0], [1, 0]], [[1, 0], [0, 1]])
    ((1, 0), (-1, 0))
    """
    return product(product(_onto_span(differences(E)), W), _onto_span(E))


def _onto_span(A: Rows) -> tuple[tuple[fmpq, ...], ...]:
    """Return the orthogonal projection B^T (B B^T)^{-1} B onto the row space, B a basis of it."""
    reduced, r = matrix(A).rref()
    d = reduced.ncols()
    if r == 0:
        return rows(fmpq_mat(d, d))
    B = matrix(rows(reduced)[:r])
    return rows(B.transpose() * (B * B.transpose()).inv() * B)
