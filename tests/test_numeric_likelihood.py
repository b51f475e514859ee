"""Gradient descent on the loss: steps by hand, and the slope by differences of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq

from numeric.instance import Instance
from numeric.likelihood import descent

ONE = Instance(E=((1, 0), (0, 1)), N=((2, 1),), b=(0,), g=(1,), mu=(2,), rates=(3, 1, 1))
MORE = Instance(
    E=((1, 0, 2), (0, 1, 1)),
    N=((2, 1), (0, 3), (1, 4)),
    b=(0, 1, 1),
    g=(1, 1, 0),
    mu=(2, "1/2", "1/3"),
    rates=("1/5", "1/7", "1/2"),
)


def floats(M: Any) -> np.ndarray:
    return np.array([[float(arb(entry).mid()) for entry in row] for row in M])


def loss(at: Instance, W: np.ndarray) -> float:
    """sum_x mu_x [log sum_o N_xo exp w_x(o) - w_x(g(x))], w_x = E W e_b(x)."""
    E, value = np.array(at["E"], dtype=float), 0.0
    for n, b, g, mu in zip(at["N"], at["b"], at["g"], at["mu"], strict=True):
        w = E @ W @ E[b]
        value += float(fmpq(mu)) * (np.log(np.array(n) @ np.exp(w)) - w[g])
    return value


def test_descent_starts_at_zero_and_takes_the_step_by_hand() -> None:
    iterates, coefficients = descent(ONE, 2)
    assert len(iterates) == len(coefficients) == 2
    assert [floats(M).tolist() for M in (iterates[0], coefficients[0])] == [
        [[0, 0], [0, 0]],
        [[0, 0]],
    ]
    # The law is (2/3, 1/3), the slope 2 (p - e_2) e_1^T, the rate 3.
    assert floats(iterates[1]) == pytest.approx(np.array([[-4.0, 0.0], [4.0, 0.0]]))
    assert floats(coefficients[1]) == pytest.approx(np.array([[-4.0, -2.0]]))


def test_as_many_iterates_are_returned_as_are_asked_for() -> None:
    for steps in (1, 2, 3):
        iterates, coefficients = descent(MORE, steps)
        assert len(iterates) == len(coefficients) == steps
        assert all(len(W) == 3 and {len(row) for row in W} == {3} for W in iterates)
        assert all(len(c) == 3 and {len(row) for row in c} == {2} for c in coefficients)


def test_each_step_goes_down_the_slope_of_the_loss() -> None:
    iterates, _ = descent(MORE, 3)
    h = 1e-5
    for rate, old, new in zip((1 / 5, 1 / 7), iterates, iterates[1:], strict=False):
        W, slope = floats(old), np.zeros((3, 3))
        for u in range(3):
            for v in range(3):
                e = np.zeros((3, 3))
                e[u, v] = h
                slope[u, v] = (loss(MORE, W + e) - loss(MORE, W - e)) / (2 * h)
        assert floats(new) == pytest.approx(W - rate * slope, abs=1e-9)


def test_the_coefficients_add_up_rates_times_laws() -> None:
    iterates, coefficients = descent(MORE, 3)
    E = np.array(MORE["E"], dtype=float)
    for rate, W, old, new in zip(
        (1 / 5, 1 / 7), iterates, coefficients, coefficients[1:], strict=False
    ):
        for x, (n, b, mu) in enumerate(zip(MORE["N"], MORE["b"], MORE["mu"], strict=True)):
            weights = np.array(n) * np.exp(E @ floats(W) @ E[b])
            step = rate * float(fmpq(mu)) * weights / weights.sum()
            assert floats(new)[x] == pytest.approx(floats(old)[x] - step, abs=1e-12)


@pytest.mark.parametrize(
    "change", [{"b": (0,)}, {"g": (1,)}, {"mu": (1,)}, {"N": ((2, 1, 1), (0, 3, 1), (1, 4, 1))}]
)
def test_observations_that_do_not_fit_each_other_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="zip"):
        descent(MORE.replace(**change), 2)
