"""The Fisher matrix as the covariance of the score."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from numeric.fisher import fisher

raw = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any)


@given(st.lists(st.tuples(st.integers(0, 5), raw), min_size=1, max_size=3))
def test_it_is_the_weighted_sum_of_diag_p_minus_p_p(drawn: list[tuple[int, list[int]]]) -> None:
    weights = [fmpq(mu) for mu, _ in drawn]
    laws = [[fmpq(x, sum(row)) for x in row] for _, row in drawn]
    H = fisher(laws, weights)
    for i in range(3):
        for j in range(3):
            terms = [p[i] * (int(i == j) - p[j]) for p in laws]
            assert H[i][j] == sum(mu * z for mu, z in zip(weights, terms, strict=True))


def test_a_certain_law_carries_no_information() -> None:
    assert fisher([[1, 0]], [1]) == ((0, 0), (0, 0))
    assert fisher([[1]], [1]) == ((0,),)


def test_each_law_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="2 laws and 1 weights: expected as many"):
        fisher([[1, 0], [0, 1]], [1])
    with pytest.raises(ValueError, match="ragged: row 1"):
        fisher([[1, 0], [1]], [1, 1])
