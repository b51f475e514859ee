"""The mean field: its equilibria against other computations, and their stability."""

from __future__ import annotations

from itertools import product

import pytest
from flint import fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.equilibria import characteristic_of, on_face_by_basis
from numeric.chain import ccmc
from numeric.linalg import rank
from numeric.mean_field import (
    characteristic,
    equilibria,
    faces,
    field,
    jacobian,
    on_face,
    sides,
    stationary,
)

entries = st.integers(1, 5)


def matrices(K: int) -> st.SearchStrategy[list[list[int]]]:
    return st.lists(st.lists(entries, min_size=K, max_size=K), min_size=K, max_size=K)


@given(st.integers(1, 4).flatmap(matrices))
@settings(max_examples=40, deadline=None)
def test_the_field_is_zero_at_every_equilibrium(P: list[list[int]]) -> None:
    found = equilibria(P)
    assert [e.face for e in found][: len(P)] == [(k,) for k in range(len(P))]
    for e in found:
        assert set(field(P, e.m)) == {fmpq(0)}
        assert tuple(j for j, x in enumerate(e.m) if x > 0) == e.face
        assert sum(e.m) == 1
        assert sum(e.sides) == len(P) - 1


@given(matrices(2))
@settings(max_examples=60, deadline=None)
def test_two_tokens_have_the_equilibrium_of_the_quadratic(P: list[list[int]]) -> None:
    (p, a), (b, q) = P
    u, v = fmpq(p - a, a), fmpq(q - b, b)  # inside, the field is a multiple of v m_2 - u m_1
    inner = on_face(P, (0, 1))
    if u * v > 0:
        assert inner == ((v / (u + v), u / (u + v)), True)
    else:
        assert (inner is not None) == (u == v == 0)


@given(matrices(3), st.permutations([1, 2, 3]))
@settings(max_examples=30, deadline=None)
def test_the_stationary_law_is_kept_by_the_chain(P: list[list[int]], n: list[int]) -> None:
    pi = stationary(P, [fmpq(x, 6) for x in n])
    steps = [ccmc(P, n, i) for i in range(3)]
    assert all(sum(pi[i] * steps[i][j] for i in range(3)) == pi[j] for j in range(3))


@given(matrices(3))
@settings(max_examples=20, deadline=None)
def test_the_jacobian_is_the_limit_of_difference_quotients(P: list[list[int]]) -> None:
    m = [fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)]
    J = jacobian(P, m)
    for l in range(2):
        gaps = []
        for step in (fmpq(1, 1000), fmpq(1, 1_000_000)):
            ahead = [x + step * ((j == l) - (j == 2)) for j, x in enumerate(m)]
            quotients = [(x - y) / step for x, y in zip(field(P, ahead), field(P, m), strict=True)]
            gaps.append(max(abs(quotients[j] - J[j, l]) for j in range(2)))
        assert gaps[1] <= gaps[0] / 500 + fmpq(1, 10**12)


@given(matrices(3))
@settings(max_examples=20, deadline=None)
def test_the_characteristic_polynomial_does_not_depend_on_the_coordinates(
    P: list[list[int]],
) -> None:
    for e in equilibria(P):
        assert len({str(jacobian(P, e.m, without=k).charpoly()) for k in range(3)}) == 1
        assert e.characteristic == characteristic(P, e.m)


def test_a_polya_urn_has_a_continuum_of_equilibria() -> None:
    [*corners, edge] = equilibria([[1, 1], [1, 1]])
    assert [e.isolated for e in (*corners, edge)] == [True, True, False]
    assert all(e.sides == (0, 1, 0) for e in (*corners, edge))
    assert not edge.stable
    assert not edge.unstable


def test_a_singular_matrix_may_have_no_equilibrium_inside() -> None:
    assert on_face([[1, 2], [1, 2]], (0, 1)) is None


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ([1, -1], (1, 0, 1)),
        ([0, 0, -3], (1, 2, 0)),
        ([2, fmpq(1, 10**30)], (0, 0, 2)),
        ([fmpq(-1, 10**30), 5, 5], (1, 0, 2)),
    ],
)
def test_real_roots_are_put_on_their_sides(
    roots: list[int | fmpq], expected: tuple[int, int, int]
) -> None:
    f = fmpq_poly([1])
    for root in roots:
        f *= fmpq_poly([-fmpq(root), 1])
    assert sides(f) == expected


@pytest.mark.parametrize("real", [fmpq(-1, 10**20), fmpq(0), fmpq(1, 10**20)])
def test_a_complex_pair_near_the_axis_is_put_on_its_side(real: fmpq) -> None:
    pair = fmpq_poly([real * real + 2, -2 * real, 1])
    assert sides(pair) == (2 * (real < 0), 2 * (real == 0), 2 * (real > 0))
    assert sides(pair * fmpq_poly([1, 0, 3])) == tuple(
        n + 2 * (side == 1) for side, n in enumerate(sides(pair))
    )


def test_pairs_around_the_axis_are_split_evenly() -> None:
    assert sides(fmpq_poly([1, 0, 0, 0, 1])) == (2, 0, 2)  # x^4 + 1
    assert sides(fmpq_poly([-2, 0, 0, 0, 1])) == (1, 2, 1)  # x^4 - 2


@pytest.mark.parametrize(
    ("P", "m", "said"),
    [
        ([[1, 2]], [1, 0], "square"),
        ([[1, 0], [1, 1]], [1, 0], r"P\[0, 1\] = 0"),
        ([[1, 1], [1, 1]], [1, 1], "sum to 1"),
        ([[1, 1], [1, 1]], [2, -1], ">= 0"),
        ([[1, 1], [1, 1]], [1], "expected 2 numbers"),
    ],
)
def test_what_is_no_chain_or_law_is_refused(P: list[list[int]], m: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        stationary(P, m)


def test_faces_and_polynomials_that_are_empty_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a token"):
        on_face([[1]], ())
    with pytest.raises(ValueError, match="polynomial 0"):
        sides(fmpq_poly([]))


def test_rows_count_up_to_scale() -> None:
    P, scaled = [[1, 2, 3], [3, 1, 1], [2, 2, 1]], [[2, 4, 6], [9, 3, 3], [2, 2, 1]]
    for n in product((1, 2), repeat=3):
        m = [fmpq(x, sum(n)) for x in n]
        assert field(P, m) == field(scaled, m)
    assert equilibria(P) == equilibria(scaled)


@given(st.integers(2, 3).flatmap(matrices))
@settings(max_examples=15, deadline=None)
def test_another_engine_finds_the_same_equilibria_and_polynomials(P: list[list[int]]) -> None:
    for face in faces(len(P)):
        inner = [[P[i][j] for j in face] for i in face]
        if rank(inner) < len(face):
            continue  # the other engine decides isolated equilibria only
        found = on_face(P, face)
        assert on_face_by_basis(P, face) == (() if found is None else (found[0],))
        if found is not None:
            coefficients = tuple(reversed(characteristic(P, found[0]).coeffs()))
            assert characteristic_of(P, found[0]) == coefficients


def test_the_other_engine_says_where_it_decides_nothing() -> None:
    with pytest.raises(ValueError, match="several solutions"):
        on_face_by_basis([[1, 1], [1, 1]], (0, 1))
