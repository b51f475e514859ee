"""The loss of sampled tokens and gradient descent on it, from their definitions, in balls.

    w_x(j) = e_j^T W e_b                    logits under the query b(x) of prompt x
    p_x(j) = N_xj exp w_x(j) / sum_o N_xo exp w_x(o)
    loss(W) = sum_x mu_x [log sum_o N_xo exp w_x(o) - w_x(g(x))]
    W_0 = 0,   W_{t+1} = W_t - eta_t dloss/dW (W_t)

N counts the keys of each prompt (M x K), g(x) is its sampled token.  Token ids run from 0.
"""

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpq

from numeric.arithmetic import ball, bilinear
from numeric.instance import Instance

__all__ = ["descent"]

Matrix = list[list[Any]]


def descent(at: Instance, steps: int) -> tuple[list[Matrix], list[Matrix]]:
    """Gradient descent on the loss of M observations, from W = 0.

    Args:
        at: E (K x d), N (M x K), b and g (M token ids), mu (M weights), rates (eta_0, eta_1, ...).
        steps: how many iterates are returned.

    Returns:
        The iterates W_0, W_1, ... (d x d), and with each the coefficients c_t (M x K):
        c_0 = 0, c_{t+1}(x, j) = c_t(x, j) - eta_t mu_x p_x(j).  Balls at the current precision.

    Example:
        >>> at = Instance(E=((1, 0), (0, 1)), N=((1, 1),), b=(0,), g=(1,), mu=(1,), rates=(1,))
        >>> iterates, _ = descent(at, 2)
        >>> [float(entry) for row in iterates[1] for entry in row]
        [-0.5, 0.0, 0.5, 0.0]
    """
    E, d = at["E"], len(at["E"][0])
    W: Matrix = [[fmpq(0)] * d for _ in range(d)]
    c: Matrix = [[fmpq(0)] * len(E) for _ in at["N"]]
    iterates, coefficients = [W], [c]
    for eta in at["rates"][: steps - 1]:
        laws = [_law(E, W, n, q) for n, q in zip(at["N"], at["b"], strict=True)]
        slope = _slope(at, laws, d)
        W = [[ball(W[u][v]) - ball(eta) * slope[u][v] for v in range(d)] for u in range(d)]
        c = [
            [ball(c_xj) - ball(eta) * ball(mu) * p for c_xj, p in zip(row, law, strict=True)]
            for row, mu, law in zip(c, at["mu"], laws, strict=True)
        ]
        iterates.append(W)
        coefficients.append(c)
    return iterates, coefficients


def _law(E: Sequence[Any], W: Matrix, n: Sequence[int], query: int) -> list[arb]:
    weights = [
        n_j * ball(bilinear(e, W, E[query], fmpq(0))).exp() for n_j, e in zip(n, E, strict=True)
    ]
    Z = sum(weights, arb(0))
    return [weight / Z for weight in weights]


def _slope(at: Instance, laws: list[list[arb]], d: int) -> Matrix:
    """The gradient: sum_x mu_x (sum_j p_x(j) e_j - e_g) e_b^T."""
    E, observed = at["E"], list(zip(laws, at["g"], at["b"], at["mu"], strict=True))

    def entry(u: int, v: int) -> arb:
        means = (
            (sum((p * ball(e[u]) for p, e in zip(law, E, strict=True)), arb(0)), g, q, mu)
            for law, g, q, mu in observed
        )
        return sum(
            (ball(mu) * (mean - ball(E[g][u])) * ball(E[q][v]) for mean, g, q, mu in means), arb(0)
        )

    return [[entry(u, v) for v in range(d)] for u in range(d)]
