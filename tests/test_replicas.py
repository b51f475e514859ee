"""Estimates of many data sets at once: those of the estimator, absent where its are absent."""

import numpy as np
import pytest

from numeric.estimate import RowFit, fit_row
from numeric.replicas import fit_many
from numeric.samples import Row

K = 4
COUNTS = np.array([[1, 1, 0, 0], [2, 0, 1, 0], [1, 0, 0, 1], [1, 1, 1, 1], [1, 0, 0, 0]])


def by_the_estimator(times: np.ndarray) -> RowFit:
    """One data set, as observations of query 0."""
    x, sampled = np.nonzero(times)
    keys = [np.repeat(np.arange(K), COUNTS[prompt]) for prompt in x]
    offsets = np.cumsum([0, *map(len, keys)])
    row = Row(0, np.concatenate(keys), offsets, sampled, times[x, sampled].astype(float))
    return fit_row(row, K, with_details=False)


@pytest.mark.parametrize("n", [4, 10, 30, 3000])
def test_many_fits_are_those_of_the_estimator(n: int) -> None:
    random = np.random.default_rng(n)
    weights = COUNTS * random.dirichlet(np.ones(K))
    cells = weights / weights.sum(axis=1, keepdims=True) / len(COUNTS)
    times = random.multinomial(n, cells.ravel(), size=200).reshape(-1, *COUNTS.shape)
    exists = 0
    for one, w in zip(times, fit_many(COUNTS, times), strict=True):
        found = by_the_estimator(one)
        assert bool(np.isnan(w).any()) == (not found.identified)
        if found.identified:
            law = np.exp(w) / np.exp(w).sum()
            assert np.abs(law - found.laws[0].law).max() < 1e-9
            assert abs(w.sum()) < 1e-9
            exists += 1
    assert exists > 0 or n == 4
    assert exists < len(times) or n == 3000


def test_each_component_is_fitted_apart_where_there_are_several() -> None:
    counts = np.array([[1, 1, 0], [0, 0, 1]])
    [w] = fit_many(counts, np.array([[[3, 1, 0], [0, 0, 5]]]), components=2)
    assert np.allclose(w, [np.log(3) / 2, -np.log(3) / 2, 0])
    assert np.isnan(fit_many(counts, np.array([[[3, 1, 0], [0, 0, 5]]]))).all()


def test_probabilities_near_0_are_found() -> None:
    [w] = fit_many(np.array([[1, 1]]), np.array([[[10**12, 1]]]))
    rounding = 10**12 * np.finfo(float).eps  # of the gradient, beside a curvature near 1
    assert abs(w[0] - w[1] - np.log(10**12)) <= rounding


@pytest.mark.parametrize(
    ("times", "message"),
    [([[[1, 0, 1]]], "does not hold it"), ([[1, 1, 0]], "expected M x K and m x M x K")],
)
def test_what_does_not_fit_is_refused(times: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_many(np.array([[1, 1, 0]]), np.array(times))
