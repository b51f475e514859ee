"""The mean field of the walk: its vector field, all its equilibria, and their stability, exactly.

    Z_i = sum_l m_l P[i, l],   Q[i, j] = m_j P[i, j] / Z_i    the walk's step, frequencies m held
    pi Q = pi,   h(m) = pi - m,   dm/ds = h(m), s = log t     its stationary law; the mean field

Equilibria. On a face S (the tokens with m_j > 0) h = 0 says sum_i m_i P[i, j] / Z_i = 1 for j in S.
So w_i = m_i / Z_i solves linear equations, and m is a positive eigenvector:

    P_S^T w = 1, w > 0;      diag(w) P_S m = m  with  1^T diag(w) P_S = 1^T.

The matrix diag(w) P_S is positive and its columns sum to 1, so to each such w there is exactly one
m (Perron). If P_S is invertible, the face holds one equilibrium or none, and it is rational;
otherwise w may fill a polytope without its boundary, and the face a continuum of equilibria.

Stability. With pi Q = pi differentiated, and sum_j dm_j = sum_j dpi_j = 0,

    (I - Q^T + pi 1^T) dpi = R dm,   R[j, l] = sum_i pi_i (d_jl P[i, j] - Q[i, j] P[i, l]) / Z_i,

and dh = dpi - dm. How many eigenvalues have a positive real part is decided exactly: those on the
imaginary axis belong to an irreducible factor in x^2 (or to x itself), the others are kept away
from it by balls of rising precision.

Rows of P count up to scale. Token ids run from 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from flint import acb, arb, fmpq, fmpq_mat, fmpq_poly

from numeric.arithmetic import enclose
from numeric.exact import rational
from numeric.linalg import Rows, matrix, shape

__all__ = ["Equilibrium", "Vector", "characteristic", "equilibria", "faces", "field", "jacobian"]
__all__ += ["on_face", "sides", "stationary"]

Vector: TypeAlias = tuple[fmpq, ...]

DIGITS = 20


@dataclass(frozen=True)
class Equilibrium:
    """A zero of the mean field.

    Args:
        face: the tokens with positive frequency, ids in rising order.
        m: the K frequencies.
        isolated: whether it is the only one on its face; else it stands for a continuum.
        characteristic: the characteristic polynomial of the Jacobian on the simplex, of degree
            K - 1.
        sides: how many of its roots have a negative, a zero and a positive real part.
    """

    face: tuple[int, ...]
    m: Vector
    isolated: bool
    characteristic: fmpq_poly
    sides: tuple[int, int, int]

    @property
    def stable(self) -> bool:
        """Whether every eigenvalue has a negative real part."""
        return self.sides[1:] == (0, 0)

    @property
    def unstable(self) -> bool:
        """Whether some eigenvalue has a positive real part."""
        return self.sides[2] > 0


def stationary(P: Rows, m: Sequence[object]) -> Vector:
    """Return the stationary law pi (K rationals) of the walk with its frequencies held at m.

    Args:
        P: K x K positive rationals.
        m: K rationals >= 0 that sum to 1.

    Raises ValueError when the shape does not fit, P is not positive or m is no law.

    >>> stationary([[2, 1], [1, 1]], [fmpq(1, 2), fmpq(1, 2)])
    (3/5, 2/5)
    """
    return _law(_step(_positive(P), _law_of(m, len(P))))


def field(P: Rows, m: Sequence[object]) -> Vector:
    """Return the mean field h(m) = pi - m (K rationals that sum to 0).

    Raises what `stationary` does.

    >>> field([[2, 1], [1, 1]], [fmpq(1, 2), fmpq(1, 2)])
    (1/10, -1/10)
    """
    at = [rational(x) for x in m]
    return tuple(p - x for p, x in zip(stationary(P, at), at, strict=True))


def jacobian(P: Rows, m: Sequence[object], without: int = -1) -> fmpq_mat:
    """Return the Jacobian (K-1 x K-1) of the mean field in the coordinates of all tokens but one.

    The frequency of the token ``without`` (the last by default) makes up for the others. Raises
    what `stationary` does.

    >>> jacobian([[4, 1, 2], [1, 1, 1], [1, 1, 1]], [1, 0, 0], without=0)
    [-3/4,    0]
    [   0, -1/2]
    """
    A, at = _positive(P), _law_of(m, len(P))
    K = A.nrows()
    Q = _step(A, at)
    pi = _law(Q)
    Z = _norms(A, at)
    R = fmpq_mat(K, K)
    for j in range(K):
        for l in range(K):
            R[j, l] = sum(
                (pi[i] * (A[i, j] * (j == l) - Q[i, j] * A[i, l]) / Z[i] for i in range(K)),
                fmpq(0),
            )
    one = fmpq_mat(K, K, [int(i == j) for i in range(K) for j in range(K)])
    spread = fmpq_mat(K, K, [pi[i] for i in range(K) for _ in range(K)])
    J = (one - Q.transpose() + spread).solve(R) - one
    left = without % K
    kept = [j for j in range(K) if j != left]
    return fmpq_mat(K - 1, K - 1, [J[j, l] - J[j, left] for j in kept for l in kept])


def characteristic(P: Rows, m: Sequence[object]) -> fmpq_poly:
    """Return the characteristic polynomial of the Jacobian, of degree K - 1.

    Raises what `stationary` does.

    >>> characteristic([[4, 1, 2], [1, 1, 1], [1, 1, 1]], [1, 0, 0])
    x^2 + 5/4*x + 3/8
    """
    return fmpq_poly(jacobian(P, m).charpoly())


def sides(f: fmpq_poly) -> tuple[int, int, int]:
    """Return how many roots have a negative, a zero, a positive real part, with multiplicities.

    Raises ValueError when f is 0.

    >>> sides(fmpq_poly([0, 1, 0, 1])), sides(fmpq_poly([-2, 1, 1]))
    ((0, 3, 0), (1, 0, 1))
    """
    if f.is_zero():
        raise ValueError("every number is a root of the polynomial 0")
    counts = [0, 0, 0]
    for factor, power in fmpq_poly(f.numer()).factor()[1]:
        for side, n in enumerate(_sides_of_irreducible(factor)):
            counts[side] += power * n
    negative, zero, positive = counts
    return negative, zero, positive


def faces(K: int) -> Iterator[tuple[int, ...]]:
    """Yield the sets of tokens, smaller ones first.

    >>> list(faces(2))
    [(0,), (1,), (0, 1)]
    """
    for size in range(1, K + 1):
        yield from combinations(range(K), size)


def on_face(P: Rows, face: Sequence[int]) -> tuple[Vector, bool] | None:
    """Return an equilibrium (K rationals) inside a face and whether it is the only one, or None.

    Raises ValueError when P is no positive square matrix or the face is empty.

    >>> on_face([[1, 2], [1, 1]], (0, 1)), on_face([[1, 2], [2, 1]], (0, 1))
    (None, ((1/2, 1/2), True))
    """
    A = _positive(P)
    K, n = A.nrows(), len(face)
    if not n:
        raise ValueError("the face is empty: it needs a token")
    inner = fmpq_mat(n, n, [A[i, j] for i in face for j in face])
    w, only = _weights(inner.transpose())
    if not w or not all(x > 0 for x in w):
        return None
    held = fmpq_mat(n, n, [w[i] * inner[i, j] for i in range(n) for j in range(n)])
    inside = _law(held.transpose())
    m = [fmpq(0)] * K
    for token, x in zip(face, inside, strict=True):
        m[token] = x
    return tuple(m), only


def equilibria(P: Rows) -> list[Equilibrium]:
    """Return all equilibria of the mean field, by faces, smaller ones first.

    A continuum on a face is given by one of its points. The cost doubles with each token.

    Args:
        P: K x K positive rationals.

    Raises ValueError when P is not square or not positive.

    >>> [(e.m, e.stable) for e in equilibria([[2, 1], [1, 2]])]
    [((1, 0), True), ((0, 1), True), ((1/2, 1/2), False)]
    """
    found = []
    for face in faces(len(P)):
        if (point := on_face(P, face)) is not None:
            m, only = point
            f = characteristic(P, m)
            found.append(Equilibrium(face, m, only, f, sides(f)))
    return found


def _positive(P: Rows) -> fmpq_mat:
    K, columns = shape(P, "P")
    if K != columns:
        raise ValueError(f"P has shape {(K, columns)}: expected a square matrix")
    A = matrix(P)
    for i in range(K):
        for j in range(K):
            if A[i, j] <= 0:
                raise ValueError(f"P[{i}, {j}] = {A[i, j]}: expected a positive number")
    return A


def _law_of(m: Sequence[object], K: int) -> list[fmpq]:
    at = [rational(x) for x in m]
    if len(at) != K or sum(at) != 1 or not all(x >= 0 for x in at):
        raise ValueError(f"m = {tuple(at)}: expected {K} numbers >= 0 that sum to 1")
    return at


def _norms(A: fmpq_mat, m: Sequence[fmpq]) -> list[fmpq]:
    K = range(A.nrows())
    return [sum((m[l] * A[i, l] for l in K), fmpq(0)) for i in K]


def _step(A: fmpq_mat, m: Sequence[fmpq]) -> fmpq_mat:
    """Q: the transition matrix, m held."""
    K, Z = A.nrows(), _norms(A, m)
    return fmpq_mat(K, K, [m[j] * A[i, j] / Z[i] for i in range(K) for j in range(K)])


def _law(Q: fmpq_mat) -> Vector:
    """The law pi with pi Q = pi, for rows that sum to 1 and one recurrent class."""
    K = Q.nrows()
    equations = fmpq_mat(
        K, K, [Q[j, i] - (i == j) if i < K - 1 else 1 for i in range(K) for j in range(K)]
    )
    right = fmpq_mat(K, 1, [int(i == K - 1) for i in range(K)])
    return tuple(equations.solve(right).entries())


def _weights(A: fmpq_mat) -> tuple[Vector, bool]:
    """Some w >= 0 with A w = 1, positive if any is, and whether A has an inverse; () for none.

    The solutions w >= 0 are a polytope (A is positive); w is the mean of its vertices.
    """
    n, r = A.nrows(), A.rank()
    vertices = {
        point for chosen in combinations(range(n), r) if (point := _vertex(A, chosen)) is not None
    }
    if not vertices:
        return (), False
    mean = tuple(sum(column, fmpq(0)) / len(vertices) for column in zip(*vertices, strict=True))
    return mean, r == n


def _vertex(A: fmpq_mat, chosen: Sequence[int]) -> Vector | None:
    """The w >= 0 with A w = 1 that is 0 outside of some independent columns."""
    n, r = A.nrows(), len(chosen)
    extended = fmpq_mat(
        n, r + 1, [A[i, j] if j >= 0 else fmpq(1) for i in range(n) for j in (*chosen, -1)]
    )
    reduced, found = extended.rref()
    if found != r or any(reduced[i, i] != 1 for i in range(r)):
        return None
    w = [fmpq(0)] * n
    for i, j in enumerate(chosen):
        w[j] = reduced[i, r]
    return tuple(w) if all(x >= 0 for x in w) else None


def _sides_of_irreducible(f: fmpq_poly) -> tuple[int, int, int]:
    coefficients = f.coeffs()
    if not any(coefficients[1::2]):  # in x^2: symmetric about the imaginary axis
        squares = fmpq_poly(coefficients[::2])
        on_axis = 2 * sum(bool(x < 0) for x in _real_roots(squares))
        aside = (f.degree() - on_axis) // 2
        return aside, on_axis, aside
    if f.degree() == 1:
        root = -coefficients[0] / coefficients[1]
        return int(root < 0), int(root == 0), int(root > 0)
    digits = DIGITS
    while True:
        real = enclose(lambda: [root.real for root in _roots(f)], digits)
        if all(x < 0 or x > 0 for x in real):
            return sum(bool(x < 0) for x in real), 0, sum(bool(x > 0) for x in real)
        digits *= 2


def _real_roots(f: fmpq_poly) -> list[arb]:
    return [root.real for root in _roots(f) if root.imag == 0]


def _roots(f: fmpq_poly) -> list[acb]:
    found: Any = f.complex_roots()  # pairs (root, multiplicity)
    return [root for root, _ in found]
