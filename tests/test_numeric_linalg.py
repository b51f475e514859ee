"""Exact linear algebra: readouts, the slice S_E, and projection onto it."""

from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import assume, given
from hypothesis import strategies as st

from numeric.exact import Log
from numeric.linalg import (
    check_independent,
    differences,
    inverse_gram,
    matrix,
    product,
    project,
    rank,
    readout,
    rows,
    shape,
    slice_dimension,
)

entries = st.integers(-2, 2)
log_entries = st.sampled_from([Log.of(r) for r in (1, 2, 3, fmpq(5, 3))])
embeddings = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda Kd: st.lists(st.tuples(*[entries] * Kd[1]), min_size=Kd[0], max_size=Kd[0])
)


def transpose(A: Any) -> list[list[Any]]:
    return [list(column) for column in zip(*A, strict=True)]


def generators(E: Any) -> list[list[Any]]:
    """The matrices (e_i - e_j) e_k^T that span S_E, each as one vector."""
    return [
        [(x - y) * z for x, y in zip(e_i, e_j, strict=True) for z in e_k]
        for e_i in E
        for e_j in E
        for e_k in E
    ]


@given(embeddings)
def test_the_readout_inverts_independent_embeddings_and_no_others(E: Any) -> None:
    K = len(E)
    if rank(E) < K:
        with pytest.raises(ValueError, match=f"the {K} embeddings are dependent"):
            readout(E)
    else:
        identity = tuple(tuple(fmpq(int(i == j)) for j in range(K)) for i in range(K))
        assert product(readout(E), transpose(E)) == identity
        assert inverse_gram(E) * (matrix(E) * matrix(E).transpose()) == matrix(identity)


@given(embeddings)
def test_the_dimension_of_the_slice_is_the_rank_of_its_generators(E: Any) -> None:
    assert slice_dimension(E) == rank(generators(E))


@given(embeddings)
def test_independent_embeddings_have_a_slice_of_dimension_k_times_k_minus_one(E: Any) -> None:
    K = len(E)
    assume(rank(E) == K)
    assert slice_dimension(E) == K * (K - 1)


@given(embeddings, st.data())
def test_the_projection_is_in_the_slice_and_its_rest_is_orthogonal_to_it(
    E: Any, data: st.DataObject
) -> None:
    d = len(E[0])
    W = data.draw(st.lists(st.tuples(*[entries] * d), min_size=d, max_size=d))
    flat = [x for row in project(W, E) for x in row]
    assert rank([*generators(E), flat]) == rank(generators(E))
    rest = [w - x for w, x in zip((w for row in W for w in row), flat, strict=True)]
    assert all(x == 0 for (x,) in product(generators(E), [[r] for r in rest]))


@given(embeddings, st.data())
def test_projecting_logarithms_twice_is_projecting_once(E: Any, data: st.DataObject) -> None:
    d = len(E[0])
    W = data.draw(st.lists(st.tuples(*[log_entries] * d), min_size=d, max_size=d))
    once = project(W, E)
    assert project(once, E) == once


def test_one_token_has_an_empty_slice() -> None:
    assert slice_dimension([[1, 2]]) == 0
    assert project([[1, 2], [3, 4]], [[1, 2]]) == ((0, 0), (0, 0))


def test_zero_embeddings_have_rank_zero() -> None:
    assert rank([[0, 0]]) == 0
    assert project([[1]], [[0]]) == ((0,),)
    with pytest.raises(ValueError, match="the 1 embeddings are dependent: their rank is 0"):
        check_independent([[0, 0]])


def test_a_rank_that_floats_would_miss_is_found() -> None:
    tiny = fmpq(1, 10**40)
    assert rank([[1, 1], [1, 1 + tiny]]) == 2
    assert rank([[1, 1], [1, 1]]) == 1


def test_rows_undo_matrix() -> None:
    assert rows(matrix([[1, 2], [3, 4]])) == ((fmpq(1), fmpq(2)), (fmpq(3), fmpq(4)))
    assert matrix(((fmpq(1, 2),),)) == fmpq_mat([[fmpq(1, 2)]])


@pytest.mark.parametrize(
    ("A", "message"),
    [([], "E is empty"), ([[]], "E is empty"), ([[1, 2], [3]], "row 1 has 1 entries, row 0 2")],
)
def test_empty_and_ragged_matrices_are_refused_by_name(A: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shape(A, "E")


def test_a_matrix_without_a_name_is_called_one() -> None:
    with pytest.raises(ValueError, match=r"^the matrix is empty$"):
        shape([])


def test_rows_of_different_lengths_have_no_differences() -> None:
    assert differences([[1, 2], [3, 5]]) == [[0, 0], [2, 3]]
    for E in ([[1, 2], [3]], [[1], [2, 3]]):
        with pytest.raises(ValueError, match=r"longer|shorter"):
            differences(E)


def test_arrays_have_shapes_too() -> None:
    assert shape(np.zeros((2, 3))) == (2, 3)


def test_floats_are_no_rationals() -> None:
    with pytest.raises(TypeError, match="not an exact rational"):
        matrix([[0.5]])


def test_factors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 columns cannot be multiplied with 1 rows"):
        product([[1, 2]], [[1]])
