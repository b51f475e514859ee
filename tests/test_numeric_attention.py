"""The layer in three arithmetics: one law, from the definition alone."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from numeric.arithmetic import NotCertified, contains, floats
from numeric.attention import law_ball, law_exact, law_float, scores
from numeric.chain import ccmc, counts, transition_exact
from numeric.exact import Log, NotExact
from numeric.linalg import rank, readout
from numeric.tokens import keys_and_query

I2 = ((1, 0), (0, 1))
ZERO = ((0, 0), (0, 0))

entries = st.integers(-2, 2)
log_entries = st.sampled_from([Log.of(r) for r in (1, 2, 3, fmpq(1, 2), fmpq(5, 3))])
Layer = tuple[Any, Any, Any, tuple[int, ...], int]


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Integer embeddings of full row rank, d >= K, W of logarithms, keys and a query."""
    K = draw(st.integers(1, 3))
    d = draw(st.integers(K, 4))
    E = draw(st.lists(st.tuples(*[entries] * d), min_size=K, max_size=K))
    assume(rank(E) == K)
    W = draw(st.lists(st.tuples(*[log_entries] * d), min_size=d, max_size=d))
    keys = tuple(draw(st.lists(st.integers(0, K - 1), min_size=1, max_size=5)))
    return E, readout(E), W, keys, draw(st.integers(0, K - 1))


@given(layers())
def test_the_exact_law_is_a_law_on_the_tokens_that_are_keys(layer: Layer) -> None:
    E, C, W, keys, query = layer
    p = law_exact(E, C, W, keys, query)
    assert sum(p) == 1
    assert all((p_k > 0) if k in keys else (p_k == 0) for k, p_k in enumerate(p))


@given(layers())
def test_balls_of_fifty_digits_hold_the_exact_law(layer: Layer) -> None:
    for b, p_k in zip(law_ball(*layer), law_exact(*layer), strict=True):
        assert contains(b, p_k)
        assert b.rad() < fmpq(1, 10**50)


@given(layers())
def test_float64_is_within_1e_12_of_the_exact_law(layer: Layer) -> None:
    E, C, W, keys, query = layer
    p = law_float(floats(E), floats(C), floats(W), keys, query)
    assert np.abs(p - floats(law_exact(*layer))).max() < 1e-12


@given(layers())
def test_the_exact_law_is_the_ccmc_of_the_transition_matrix(layer: Layer) -> None:
    E, _, W, keys, query = layer
    P = transition_exact(E, W)
    assert law_exact(*layer) == ccmc(P, counts(keys, len(E)), query)


@given(layers(), st.randoms())
def test_the_order_of_the_keys_does_not_matter(layer: Layer, random: Any) -> None:
    E, C, W, keys, query = layer
    shuffled = list(keys)
    random.shuffle(shuffled)
    assert law_exact(E, C, W, shuffled, query) == law_exact(*layer)


def test_the_key_stands_on_the_left_of_the_weights() -> None:
    W = ((Log.of(2), Log.of(3)), (Log.of(5), Log.of(7)))
    assert scores(I2, W, keys=(0, 1), query=0) == (Log.of(2), Log.of(5))
    assert scores(I2, W, keys=(0, 1), query=1) == (Log.of(3), Log.of(7))


def test_the_float_law_computes_in_double_precision_whatever_it_is_given() -> None:
    E, W = (np.array(((0.1, x), (0.7, 0.9)), dtype=np.float32) for x in (0.3, 0.2))
    wide_E, wide_W = E.astype(np.float64), W.astype(np.float64)
    given = law_float(E, E, W, (0, 1), 0)
    assert given.tolist() == law_float(wide_E, wide_E, wide_W, (0, 1), 0).tolist()


def test_position_vectors_shift_keys_values_and_query() -> None:
    E = ((1, 0, 0), (0, 1, 0))
    U = ((0, 0, 0), (0, 0, 1))
    W = ((0, 0, 0), (0, 0, 0), (Log.of(2), 0, Log.of(5)))
    # Query e_0 + u_1 = (1, 0, 1): the second key scores log 2 + log 5, the first 0.
    assert scores(E, W, (0, 1), 0, U) == (Log(), Log.of(10))
    C = ((1, 0, 0), (0, 1, 0))
    assert law_exact(E, C, W, (0, 1), 0, U) == (fmpq(1, 11), fmpq(10, 11))
    seen = ((0, 0, 1), (0, 0, 0))
    assert law_exact(E, seen, W, (0, 1), 0, U) == (fmpq(10, 11), fmpq(0))


@given(layers(), st.data())
def test_with_positions_the_three_arithmetics_agree(layer: Layer, data: st.DataObject) -> None:
    E, C, W, keys, query = layer
    length = len(keys) + data.draw(st.integers(0, 1), label="query has a position of its own")
    row = st.tuples(*[entries] * len(W))
    U = data.draw(st.lists(row, min_size=length, max_size=length))
    p = law_exact(E, C, W, keys, query, U)
    assert all(map(contains, law_ball(E, C, W, keys, query, U=U), p))
    q = law_float(floats(E), floats(C), floats(W), keys, query, floats(U))
    assert np.abs(q - floats(p)).max() < 1e-9


def test_a_constant_position_changes_nothing_when_the_readout_does_not_see_it() -> None:
    E, C = ((1, 0, 0), (0, 1, 0)), ((1, 0, 0), (0, 1, 0))
    W = ((Log.of(2), Log.of(3), 0), (0, 0, 0), (0, 0, Log.of(7)))
    U = ((0, 0, 1),) * 3
    assert law_exact(E, C, W, (0, 1, 1), 1, U) == law_exact(E, C, W, (0, 1, 1), 1)


@pytest.mark.parametrize("scale", [1, -1])
def test_scores_of_1e4_neither_overflow_nor_lose_digits(scale: int) -> None:
    big = 10000 * scale * Log.of(2)
    W = ((big, 0), (big + Log.of(3), 0))
    layer = (I2, I2, W, (0, 1, 1), 0)
    assert law_exact(*layer) == (fmpq(1, 7), fmpq(6, 7))
    assert all(map(contains, law_ball(*layer), law_exact(*layer)))
    assert law_float(I2, I2, floats(W), (0, 1, 1), 0) == pytest.approx([1 / 7, 6 / 7], abs=1e-11)


def test_a_probability_of_two_to_the_minus_ten_thousand_is_exact_and_enclosed() -> None:
    W = ((10000 * Log.of(2), 0), (0, 0))
    p = law_exact(I2, I2, W, (0, 1), 0)
    assert p[1] == 1 / (fmpq(2) ** 10000 + 1)
    balls = law_ball(I2, I2, W, (0, 1), 0, digits=3100)
    assert all(map(contains, balls, p))
    assert balls[1] > 0
    assert law_float(I2, I2, floats(W), (0, 1), 0).tolist() == [1.0, 0.0]


def test_scores_of_1e3000_are_enclosed() -> None:
    for sign in (1, -1):
        p = law_ball(I2, I2, ((sign * 10**3000, 0), (0, 0)), (0, 1), 0)
        assert abs(p[0] - (sign + 1) // 2) < fmpq(1, 10**40)


def test_rational_weights_have_balls_but_no_exact_law() -> None:
    W = ((1, 0), (0, 0))
    b = law_ball(I2, I2, W, (0, 1), 0)
    assert abs(b[0] - arb(1).exp() / (1 + arb(1).exp())) < fmpq(1, 10**14)
    with pytest.raises(NotExact):
        law_exact(I2, I2, W, (0, 1), 0)


def test_one_token_and_one_key_are_certain() -> None:
    for E, C in ((((1,),), ((1,),)), (((0,),), ((0,),))):
        expected = C[0][0] * E[0][0]
        assert law_exact(E, C, ((Log.of(2),),), (0,), 0) == (fmpq(expected),)
        assert law_float(E, C, ((2.0,),), (0,), 0).tolist() == [expected]
        assert law_ball(E, C, ((Log.of(2),),), (0,), 0)[0] == expected


def test_an_absent_token_has_probability_zero_and_the_query_may_be_absent_too() -> None:
    assert law_exact(I2, I2, ZERO, (0, 0), 1) == (fmpq(1), fmpq(0))
    assert law_float(I2, I2, ZERO, (0, 0), 1).tolist() == [1.0, 0.0]


def test_balls_too_wide_for_the_digits_are_reported() -> None:
    W = ((arb(0, 0.1), 0), (0, 0))
    with pytest.raises(NotCertified):
        law_ball(I2, I2, W, (0, 1), 0, digits=10)
    with pytest.raises(ValueError, match="digits = 0"):
        law_ball(I2, I2, ZERO, (0, 1), 0, digits=0)


def test_floats_are_refused_where_numbers_are_exact() -> None:
    for law in (law_exact, law_ball):
        with pytest.raises(TypeError, match="not an exact rational"):
            law(((0.5, 0), (0, 1)), I2, ZERO, (0, 1), 0)
    with pytest.raises(TypeError):
        law_ball(I2, I2, ((0.5, 0), (0, 0)), (0, 1), 0)


@pytest.mark.parametrize("law", [law_exact, law_ball, law_float])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"E": []}, "E is empty"),
        ({"E": [(1, 0), (0,)]}, "E is ragged"),
        ({"C": ()}, "C is empty"),
        ({"W": ()}, "W is empty"),
        ({"U": ()}, "U is empty"),
        ({"C": ((1, 0),)}, r"C has shape \(1, 2\): expected \(2, 2\)"),
        ({"W": ((0, 0),)}, r"W has shape \(1, 2\): expected \(2, 2\)"),
        ({"keys": ()}, "no tokens"),
        ({"keys": (0, 2)}, "token 2 at position 1"),
        ({"keys": (-1, 0)}, "token -1 at position 0"),
        ({"query": 2}, "query 2: expected an id from 0 to 1"),
        ({"query": -1}, "query -1"),
        ({"U": ((0, 0),)}, r"U has shape \(1, 2\): expected \(2, 2\) or \(3, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(
    law: Callable[..., Sequence[Any]], change: dict[str, Any], message: str
) -> None:
    layer = {"E": I2, "C": I2, "W": ZERO, "keys": (0, 1), "query": 0}
    with pytest.raises(ValueError, match=r"inhomogeneous|" + message):
        law(**(layer | change))


def test_a_prompt_splits_into_keys_and_query() -> None:
    assert keys_and_query([2]) == ((2,), 2)
    assert keys_and_query([0, 1, 2]) == ((0, 1, 2), 2)
    assert keys_and_query([0, 1, 2], cross_attention=True) == ((0, 1), 2)
    with pytest.raises(ValueError, match="no key is left"):
        keys_and_query([2], cross_attention=True)
    with pytest.raises(ValueError, match="no key is left"):
        keys_and_query([])
