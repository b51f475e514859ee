"""Trajectories of the CCMC fed with its own output, step by step.

    x_{t+1} ~ n_k P[x_t, k] / sum_j n_j P[x_t, j],   n the counts of x_1..x_t

With a decay lambda > 0 (as in ALiBi) a count is sum_i [x_i = k] exp(-lambda (t - i)) instead: every
step multiplies the weights by exp(-lambda) and adds 1 for the new token.

Trajectory i draws from its own stream, seeded by (seed, i): its tokens depend neither on how many
trajectories run beside it nor on how they are shared among processes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import ArrayLike, NDArray

from numeric.arithmetic import FloatArray
from numeric.linalg import shape
from numeric.tokens import check_tokens

__all__ = ["Trajectories", "simulate"]

BLOCK = 1024
"""Steps whose random numbers are drawn at once; the result does not depend on it."""

LIMIT = 10**9
"""Steps that all trajectories may take together, and numbers that an array may hold."""


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What `simulate` returns.

    ``counts`` (trajectories x K) counts the tokens of each whole trajectory, prompt included;
    ``tokens`` (trajectories x length) is kept on request; ``seed`` is the one given.
    """

    counts: NDArray[np.int64]
    tokens: NDArray[np.int64] | None
    seed: int

    @property
    def final_frequency(self) -> FloatArray:
        """The frequencies m_k (trajectories x K) at the end; rows sum to 1.

        >>> Trajectories(np.array([[3, 1]]), None, seed=0).final_frequency.tolist()
        [[0.75, 0.25]]
        """
        return np.asarray(self.counts / self.counts.sum(axis=1, keepdims=True))


def simulate(
    P: ArrayLike,
    prompt: Sequence[int],
    length: int,
    trajectories: int,
    rng_seed: int,
    *,
    first: int = 0,
    decay: float = 0.0,
    keep_tokens: bool = False,
) -> Trajectories:
    """Return trajectories of the CCMC on the whole past, each started from the prompt.

    Args:
        P: K x K, positive and finite; its rows are taken up to scale.
        prompt: token ids from 0, at least one.
        length: total length, prompt included.
        trajectories: how many, at least 1.
        rng_seed: a non-negative int.
        first: number of the first trajectory: to run a share of a larger batch.
        decay: lambda >= 0, in 1 / position.
        keep_tokens: whether to keep the tokens besides the counts.

    Raises ValueError, naming the argument, when one is out of its range.

    >>> run = simulate([[3, 1], [1, 1]], (0, 1), length=6, trajectories=2, rng_seed=1)
    >>> run.counts.sum(axis=1).tolist()
    [6, 6]
    """
    rates = np.asarray(P, dtype=np.float64)
    K = _check(rates, prompt, length, trajectories, rng_seed, first, decay)
    rates = rates / rates.max(axis=1, keepdims=True)
    uniforms = _uniforms(rng_seed, range(first, first + trajectories))
    each = np.arange(trajectories)
    counts = np.zeros((trajectories, K), dtype=np.int64)
    weights = np.zeros((trajectories, K))
    tokens = np.empty((trajectories, length), dtype=np.int64) if keep_tokens else None
    x = np.empty(trajectories, dtype=np.int64)
    for t in range(length):
        if t < len(prompt):
            x = np.full(trajectories, prompt[t], dtype=np.int64)
        else:
            x = _draw(weights * rates[x], next(uniforms))
        counts[each, x] += 1
        weights *= np.exp(-decay)
        weights[each, x] += 1.0
        if tokens is not None:
            tokens[:, t] = x
    return Trajectories(counts, tokens, rng_seed)


def _uniforms(seed: int, trajectories: range) -> Iterator[FloatArray]:
    """Yield, step by step, one number in [0, 1) per trajectory, each from its own stream."""
    streams = [Generator(PCG64(SeedSequence(seed, spawn_key=(i,)))) for i in trajectories]
    while True:
        yield from np.array([stream.random(BLOCK) for stream in streams]).T


def _draw(weights: FloatArray, uniform: FloatArray) -> NDArray[np.int64]:
    """Draw one token per row, with chances proportional to the weights, from uniforms in [0, 1).

    A uniform is at most 1 - 2^-53, so its product with a total rounds to less than the total, and
    the token drawn has a positive weight.
    """
    cumulative = np.cumsum(weights, axis=1)
    return np.asarray((cumulative <= uniform[:, None] * cumulative[:, -1:]).sum(axis=1))


def _check(
    P: FloatArray,
    prompt: Sequence[int],
    length: int,
    trajectories: int,
    seed: int,
    first: int,
    decay: float,
) -> int:
    """Return K; raise ValueError unless every argument is in its range."""
    K, columns = shape(P, "P")
    if columns != K:
        raise ValueError(f"P is {K} x {columns}: expected a square matrix")
    if not (np.isfinite(P) & (P > 0)).all():
        raise ValueError("P must be positive and finite")
    check_tokens(prompt, K)
    if length < len(prompt):
        raise ValueError(f"length = {length}: expected at least {len(prompt)}, the prompt included")
    if not 0 <= decay < np.inf:
        raise ValueError(f"decay = {decay}: expected a finite number, 0 or above")
    for name, value, least in (
        ("trajectories", trajectories, 1),
        ("seed", seed, 0),
        ("first", first, 0),
    ):
        if value < least:
            raise ValueError(f"{name} = {value}: expected at least {least}")
    if trajectories * max(K, BLOCK) > LIMIT:
        most = LIMIT // max(K, BLOCK)
        raise ValueError(f"trajectories = {trajectories}: expected at most {most}, to fit memory")
    if trajectories * length > LIMIT:
        found = f"trajectories * length = {trajectories * length}"
        raise ValueError(f"{found}: expected at most {LIMIT} steps, more take too long")
    return K
