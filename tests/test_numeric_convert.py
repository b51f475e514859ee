"""P to weights and back: within 1e-12 in float64, and enclosed to the digits asked in balls."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

import numeric.convert
from numeric.arithmetic import NotCertified, contains, floats
from numeric.chain import transition_ball, transition_float
from numeric.convert import ROUND_TRIP, weights_ball, weights_float
from numeric.linalg import project, rank

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


def normalised(P: Any) -> Any:
    return P / P.sum(axis=1, keepdims=True)


@given(sizes, st.integers(0, 3), seeds, st.floats(0.01, 30))
def test_float64_returns_p_within_1e_12(K: int, more: int, seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    P = normalised(np.exp(spread * rng.uniform(-1, 1, (K, K))))
    E = np.eye(K, K + more) + 0.3 * rng.uniform(-1, 1, (K, K + more)) / K
    W = weights_float(P, E)
    assert np.abs(transition_float(E, W) - P).max() <= 1e-12


@given(sizes, seeds)
def test_float64_returns_p_for_embeddings_whose_lengths_differ_by_a_hundred(
    K: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.ones(K), K) + 1e-3
    E = (np.eye(K) + 0.3 * rng.uniform(-1, 1, (K, K)) / K) * 10.0 ** rng.uniform(-1, 1, (K, 1))
    assert np.abs(transition_float(E, weights_float(P, E)) - normalised(P)).max() <= 1e-12


@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_the_common_scale_of_the_embeddings_does_not_matter(scale: float) -> None:
    P = np.random.default_rng(0).dirichlet(np.ones(4), 4)
    E = scale * (np.eye(4) + 0.1)
    assert np.abs(transition_float(E, weights_float(P, E)) - P).max() <= 1e-14


def test_axes_of_very_different_lengths_do_not_matter() -> None:
    P = np.random.default_rng(0).dirichlet(np.ones(4), 4)
    E = np.diag([1e-6, 1.0, 1e6, 1e9])
    assert np.abs(transition_float(E, weights_float(P, E)) - P).max() <= 1e-14


@given(sizes, seeds)
def test_the_columns_of_float_weights_sum_to_zero_for_the_identity(K: int, seed: int) -> None:
    W = weights_float(np.random.default_rng(seed).dirichlet(np.ones(K), K) + 1e-9)
    assert np.abs(W.sum(axis=0)).max() < 1e-12


def test_a_probability_of_1e_minus_300_comes_back_with_its_digits() -> None:
    P = [[1 - 1e-300, 1e-300], [0.5, 0.5]]
    Q = transition_float(np.eye(2), weights_float(P))
    assert Q[0, 1] == pytest.approx(1e-300, rel=1e-12, abs=0)


@st.composite
def exact_pairs(draw: st.DrawFn) -> Any:
    """A positive rational P with rows summing to 1, and rational embeddings of full row rank."""
    K = draw(st.integers(1, 4))
    d = draw(st.integers(K, 5))
    positive = st.lists(st.integers(1, 50), min_size=K, max_size=K)
    P = [
        [fmpq(n, sum(row)) for n in row] for row in draw(st.lists(positive, min_size=K, max_size=K))
    ]
    entry = st.builds(fmpq, st.integers(-3, 3), st.integers(1, 3))
    E = draw(st.lists(st.tuples(*[entry] * d), min_size=K, max_size=K))
    assume(rank(E) == K)
    return P, E


@given(exact_pairs(), st.integers(1, 60))
def test_balls_give_p_back_to_the_digits_asked(pair: Any, digits: int) -> None:
    P, E = pair
    W = weights_ball(P, E, digits)
    assert all(x.rad() < fmpq(1, 10**digits) for row in W for x in row)
    Q = transition_ball(E, W, digits)
    assert all(all(map(contains, *rows)) for rows in zip(Q, P, strict=True))


@given(exact_pairs())
def test_balls_and_floats_hold_the_same_weights(pair: Any) -> None:
    P, E = pair
    try:
        W = weights_float(floats(P), floats(E))
    except NotCertified:
        assume(False)
    B = weights_ball(P, E)
    scale = 1 + np.abs(W).max()
    assert np.abs(W - np.array([[float(b) for b in row] for row in B])).max() <= 1e-8 * scale


@given(exact_pairs())
def test_the_weights_lie_in_the_slice(pair: Any) -> None:
    P, E = pair
    W = weights_ball(P, E)
    for row, projected in zip(W, project([[mid(b) for b in row] for row in W], E), strict=True):
        assert all(abs(arb(x) - b) < fmpq(1, 10**12) for x, b in zip(projected, row, strict=True))


def mid(b: arb) -> fmpq:
    return b.mid().fmpq()


def test_rows_are_taken_up_to_scale() -> None:
    assert weights_float([[1, 3], [2, 2]]) == pytest.approx(weights_float([[2, 6], [1, 1]]))
    for row, other in zip(
        weights_ball([[1, 3], [2, 2]]), weights_ball([[2, 6], [1, 1]]), strict=True
    ):
        assert all(a.overlaps(b) for a, b in zip(row, other, strict=True))


def test_one_token_has_weight_zero() -> None:
    assert weights_float([[1.0]], [[2.0, 1.0]]).tolist() == [[0, 0], [0, 0]]
    assert all(b.contains(0) for row in weights_ball([[1]], [[2, 1]]) for b in row)


def test_the_weights_of_two_tokens_by_hand() -> None:
    W = weights_float([[0.8, 0.2], [0.5, 0.5]])
    assert pytest.approx(np.array([[np.log(2), 0], [-np.log(2), 0]])) == W


@pytest.mark.parametrize("convert", [weights_float, weights_ball])
@pytest.mark.parametrize(
    ("P", "E", "message"),
    [
        ([[1, 0], [1, 1]], None, "P must be positive"),
        ([[1, -1], [1, 1]], None, "P must be positive"),
        ([[1, 1]], None, "P is 1 x 2: expected a square matrix"),
        ([], None, "empty"),
        ([[1, 1], [1, 1]], [[1, 0]], "E has 1 rows, P has 2"),
        ([[1, 1], [1, 1]], [[1, 2], [2, 4]], "the 2 embeddings are dependent: their rank is 1"),
        ([[1, 1], [1, 1]], [[1], [2]], "the 2 embeddings are dependent: their rank is 1"),
    ],
)
def test_what_has_no_weights_is_refused(convert: Any, P: Any, E: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        convert(P, E)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_non_finite_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="P must be positive and finite"):
        weights_float([[bad, 1.0], [1.0, 1.0]])
    with pytest.raises(ValueError, match="E must be finite"):
        weights_float([[1, 1], [1, 1]], [[bad, 1.0], [1.0, 1.0]])


def test_embeddings_too_near_dependence_for_float64_are_reported_and_balls_manage() -> None:
    tiny = fmpq(1, 2**40)
    E = [[fmpq(1), fmpq(1)], [fmpq(1), 1 + tiny]]
    P = [[fmpq(9, 10), fmpq(1, 10)], [fmpq(1, 3), fmpq(2, 3)]]
    with pytest.raises(NotCertified, match=f"more than {ROUND_TRIP}"):
        weights_float(floats(P), floats(E))
    Q = transition_ball(E, weights_ball(P, E, 30), 30)
    assert all(all(map(contains, *rows)) for rows in zip(Q, P, strict=True))


def test_long_embeddings_ask_for_narrower_weights() -> None:
    n = 10**20
    P, E = [[fmpq(3, 4), fmpq(1, 4)], [fmpq(1, 3), fmpq(2, 3)]], [[n, n], [n, n + 1]]
    Q = transition_ball(E, weights_ball(P, E, 50), 50)
    assert all(all(map(contains, *rows)) for rows in zip(Q, P, strict=True))


def test_a_module_that_rests_on_a_claim_names_it() -> None:
    assert numeric.convert.RESTS_ON == ("transition-to-weights",)


def test_the_layer_and_the_chain_do_not_use_the_claim() -> None:
    for module in ("attention", "chain", "arithmetic", "linalg"):
        source = Path(numeric.convert.__file__).with_name(f"{module}.py").read_text()
        assert not re.search(r"^\s*(from|import) .*convert", source, re.MULTILINE)
