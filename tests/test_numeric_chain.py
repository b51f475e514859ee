"""Counts, the CCMC formula and the base chain that weights realise."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from numeric.arithmetic import contains, floats
from numeric.chain import (
    ccmc,
    counts,
    frequencies,
    transition_ball,
    transition_exact,
    transition_float,
)
from numeric.exact import Log, NotExact

I2 = ((1, 0), (0, 1))
logs = st.sampled_from([Log.of(Fraction(a, b)) for a in (1, 2, 7) for b in (1, 3, 10)])
square_logs = st.integers(1, 3).flatmap(
    lambda K: st.lists(st.tuples(*[logs] * K), min_size=K, max_size=K)
)


@given(st.integers(1, 4).flatmap(lambda K: st.lists(st.integers(0, K - 1), min_size=1)))
def test_counts_sum_to_the_length_and_frequencies_to_one(keys: list[int]) -> None:
    assert sum(counts(keys, 4)) == len(keys)
    assert sum(frequencies(keys, 4)) == 1
    assert all(n == keys.count(k) for k, n in enumerate(counts(keys, 4)))


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=2).filter(any),
    st.lists(st.integers(1, 9), min_size=2, max_size=2),
    st.integers(1, 5),
)
def test_scaling_the_row_or_the_counts_changes_nothing(
    n: list[int], row: list[int], c: int
) -> None:
    p = ccmc([row, row], n, 0)
    assert p == ccmc([[c * x for x in row]] * 2, n, 0)
    assert p == ccmc([row, row], [c * x for x in n], 0)
    assert p == tuple(
        fmpq(a * b, n[0] * row[0] + n[1] * row[1]) for a, b in zip(n, row, strict=True)
    )


def test_the_row_of_the_query_is_used() -> None:
    P = ((fmpq(1, 4), fmpq(3, 4)), (fmpq(1, 2), fmpq(1, 2)))
    assert ccmc(P, (1, 1), 0) == P[0]
    assert ccmc(P, (1, 1), 1) == P[1]


def test_the_formula_follows_the_arithmetic_of_its_entries() -> None:
    assert [type(x) for x in ccmc(((1,),), (2,), 0)] == [fmpq]
    assert ccmc(((0.25, 0.75), (0.5, 0.5)), (3, 1), 0) == (0.5, 0.5)
    assert all(isinstance(x, arb) for x in ccmc(((arb(1), arb(3)),) * 2, (3, 1), 0))


def test_an_absent_query_and_an_absent_token_are_allowed() -> None:
    assert ccmc(((1, 1), (1, 1)), (2, 0), 1) == (1, 0)


@pytest.mark.parametrize(
    ("P", "n", "query", "message"),
    [
        (((1, 1),), (1, 1), 0, "expected K x K"),
        (((1, 1), (1, 1)), (1,), 0, "n has 1 entries"),
        (((1, 1), (1, 1)), (0, 0), 0, "every count is zero"),
        (((1, 1), (1, 1)), (1, 0), 2, "query 2"),
        (((1, 1), (1,)), (1, 0), 0, "P is ragged"),
        ((), (1, 0), 0, "P is empty"),
    ],
)
def test_what_does_not_fit_is_refused(P: Any, n: Any, query: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ccmc(P, n, query)


def test_counts_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no tokens"):
        counts((), 2)


@given(square_logs)
def test_the_three_arithmetics_give_one_transition_matrix(W: Any) -> None:
    E = [[int(i == j) for j in range(len(W))] for i in range(len(W))]
    P = transition_exact(E, W)
    assert all(sum(row) == 1 for row in P)
    assert np.abs(transition_float(floats(E), floats(W)) - floats(P)).max() < 1e-14
    balls = transition_ball(E, W)
    assert [len(row) for row in balls] == [len(W)] * len(W)
    assert all(all(map(contains, *pair)) for pair in zip(balls, P, strict=True))
    assert all(b.rad() < fmpq(1, 10**50) for row in balls for b in row)


def test_row_a_is_the_softmax_of_column_a_of_the_scores() -> None:
    W = ((Log.of(2), 0), (0, Log.of(3)))
    P = ((fmpq(2, 3), fmpq(1, 3)), (fmpq(1, 4), fmpq(3, 4)))
    assert transition_exact(I2, W) == P
    W5 = ((0, Log.of(5)), (0, 0))
    assert transition_exact(I2, W5) == ((fmpq(1, 2),) * 2, (fmpq(5, 6), fmpq(1, 6)))
    assert transition_float(I2, floats(W5))[1].tolist() == pytest.approx([5 / 6, 1 / 6], abs=1e-15)


def test_the_float_chain_computes_in_double_precision_whatever_it_is_given() -> None:
    E = np.array(((0.1, 0.3), (0.7, 0.9)), dtype=np.float32)
    wide = E.astype(np.float64)
    expected = transition_float(wide, wide).tolist()
    assert transition_float(E, wide).tolist() == transition_float(wide, E).tolist() == expected


def test_scores_of_1e4_keep_their_digits() -> None:
    W = ((10000 * Log.of(2), 0), (10000 * Log.of(2) + Log.of(3), 0))
    assert transition_exact(I2, W)[0] == (fmpq(1, 4), fmpq(3, 4))
    assert transition_float(I2, floats(W))[0].tolist() == pytest.approx([0.25, 0.75], abs=1e-11)


def test_an_irrational_transition_matrix_is_refused() -> None:
    with pytest.raises(NotExact):
        transition_exact(I2, ((1, 0), (0, 0)))


@pytest.mark.parametrize("transition", [transition_exact, transition_ball, transition_float])
def test_weights_of_another_width_are_refused(transition: Any) -> None:
    with pytest.raises(ValueError, match=r"W has shape \(1, 1\): expected \(2, 2\)"):
        transition(I2, [[0]])
    with pytest.raises(ValueError, match="E is empty"):
        transition([], [[0]])
    with pytest.raises(ValueError, match="W is empty"):
        transition(I2, [])
