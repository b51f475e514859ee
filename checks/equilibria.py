"""The mean field's equilibria and eigenvalues once more, in SymPy, from their definitions.

* On a face, h = 0 with m_j != 0 and u_i Z_i = 1, by a Groebner basis in m and u; the tool
  `numeric.mean_field` solves linear equations instead.
* The stationary law by the minors of I - Q, whose derivatives are sums of determinants with one
  row differentiated. The tool differentiates the balance pi Q = pi instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from flint import fmpq
from sympy import QQ, GroebnerBasis, Integer, Rational, Symbol, groebner
from sympy.polys.fields import FracElement
from sympy.polys.matrices import DomainMatrix

from numeric.exact import rational

__all__ = ["characteristic_of", "on_face_by_basis"]

Rows: TypeAlias = Sequence[Sequence[Any]]
Vector: TypeAlias = tuple[fmpq, ...]


def on_face_by_basis(P: Rows, face: Sequence[int]) -> tuple[Vector, ...]:
    """All equilibria with m_j > 0 exactly for j in the face, K rationals each.

    Raises ValueError where the complex solutions are not at most one: what is positive among more
    is not decided here.

    >>> on_face_by_basis([[1, 2], [2, 1]], (0, 1)), on_face_by_basis([[1, 2], [1, 1]], (0, 1))
    (((1/2, 1/2),), ())
    """
    m = {j: Symbol(f"m{j}") for j in face}
    u = {i: Symbol(f"u{i}") for i in face}
    inverse = [u[i] * sum(_number(P[i][l]) * m[l] for l in face) - 1 for i in face]
    flow = [sum(_number(P[i][j]) * m[i] * u[i] for i in face) - 1 for j in face]
    law = sum(m.values(), start=Integer(-1))
    basis = groebner([law, *flow, *inverse], *m.values(), *u.values(), order="grevlex")
    return _positive(basis, face, len(P))


def _positive(basis: GroebnerBasis, face: Sequence[int], K: int) -> tuple[Vector, ...]:
    """The point that a basis of polynomials x - number describes, if its entries are positive."""
    if basis.exprs == [1]:
        return ()
    if len(basis.polys) != 2 * len(face) or any(f.total_degree() > 1 for f in basis.polys):
        raise ValueError(f"several solutions on the face {tuple(face)}: {basis.exprs}")
    point = [fmpq(0)] * K
    for j, f in zip(face, basis.polys, strict=False):
        value = -f.eval(dict.fromkeys(f.gens, 0)) / f.LC()
        point[j] = fmpq(int(value.p), int(value.q))
    return (tuple(point),) if all(point[j] > 0 for j in face) else ()


def characteristic_of(P: Rows, m: Sequence[Any]) -> tuple[Any, ...]:
    """The characteristic polynomial of h at m on the simplex, coefficients from the highest on.

    Args:
        P: K x K, K >= 2, rationals or elements of one field of rational functions.
        m: K rationals that sum to 1.

    >>> characteristic_of([[4, 1, 2], [1, 1, 1], [1, 1, 1]], [1, 0, 0])
    (1, 5/4, 3/8)
    """
    K, numbers = len(P), not any(isinstance(x, FracElement) for row in P for x in row)
    domain = QQ if numbers else P[0][0].field.to_domain()
    A = [[domain.convert(_exact(x) if numbers else x) for x in row] for row in P]
    at = [domain.convert(_exact(x)) for x in m]
    Z = [sum(x * y for x, y in zip(row, at, strict=True)) for row in A]
    rest = [[(i == j) - at[j] * A[i][j] / Z[i] for j in range(K)] for i in range(K)]
    minors = [_minor(rest, j, domain) for j in range(K)]
    total = sum(minors)

    def along(l: int) -> list[Any]:
        """The derivative of the stationary law along e_l - e_K."""
        moved = [
            [
                A[i][j] * (at[j] * (A[i][l] - A[i][-1]) / Z[i] - (j == l) + (j == K - 1)) / Z[i]
                for j in range(K)
            ]
            for i in range(K)
        ]
        slopes = [
            sum(
                _minor([*rest[:i], moved[i], *rest[i + 1 :]], j, domain) for i in range(K) if i != j
            )
            for j in range(K)
        ]
        return [
            (s * total - x * sum(slopes)) / total**2 for s, x in zip(slopes, minors, strict=True)
        ]

    columns = [along(l) for l in range(K - 1)]
    J = [[columns[l][j] - int(j == l) for l in range(K - 1)] for j in range(K - 1)]
    entries = [[domain.convert(x) for x in row] for row in J]
    found = DomainMatrix(entries, (K - 1, K - 1), domain).charpoly()
    if not numbers:
        return tuple(found)
    return tuple(fmpq(int(x.numerator), int(x.denominator)) for x in found)


def _minor(rows: list[list[Any]], j: int, domain: Any) -> Any:
    """The determinant without row and column j."""
    kept = [i for i in range(len(rows)) if i != j]
    inner = [[domain.convert(rows[i][l]) for l in kept] for i in kept]
    return DomainMatrix(inner, (len(kept), len(kept)), domain).det()


def _exact(x: Any) -> Any:
    q = rational(x)
    return QQ(int(q.p), int(q.q))


def _number(x: Any) -> Rational:
    q = rational(x)
    return Rational(int(q.p), int(q.q))
