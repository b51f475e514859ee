"""Trajectories of the CCMC fed with its own output, step by step.

    x_{t+1} ~ n_k P[x_t, k] / sum_j n_j P[x_t, j],   n the counts of x_1..x_t

With a decay lambda > 0 (as in ALiBi) a count is sum_i [x_i = k] exp(-lambda (t - i)) instead: every
step multiplies the weights by exp(-lambda) and adds 1 for the new token.

The walk is the definition's; no claim is used. `numeric.sampling` says how a step is drawn, and why
that is exact. Trajectory i draws from its own stream, numbered by (seed, i): its tokens depend
neither on how many trajectories run beside it nor on how they are shared among threads.

Memory: O(K) for each trajectory, and for those that run at the moment a block of recent tokens, of
length 2^20 at most. It does not grow with the length unless tokens are kept.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.arithmetic import FloatArray
from numeric.linalg import shape
from numeric.sampling import Rows, by_counts, by_rejection, streams
from numeric.tokens import check_tokens

__all__ = ["Design", "Trajectories", "simulate"]

Array: TypeAlias = NDArray[Any]

WORK = 2**24
"""Scanned counts, at most, between two looks at whether to stop."""

STEPS, LONGEST = 10**12, 2**32 - 1
"""Steps that all trajectories may take together, and one of them."""

NUMBERS, TOKENS = 2 * 10**8, 10**9
"""Counts, and tokens, that are kept in memory."""


@dataclass(frozen=True)
class Design:
    """How steps are drawn: it changes the random numbers that are used, not the law.

    Vocabularies of ``scanned`` tokens or fewer are scanned; rows whose largest entry is over
    ``hybrid`` times their mean have heavy tokens; after ``patience`` tries (by default a number
    that grows with K) a step is drawn by a scan; ``block`` recent tokens are kept one by one.
    """

    scanned: int = 16
    hybrid: float = 20.0
    patience: int | None = None
    block: int = 2**20


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What `simulate` returns.

    ``counts`` (trajectories x K) counts the tokens of each whole trajectory, prompt included;
    ``tokens`` (trajectories x length) is kept on request; ``history`` holds the counts at the times
    asked for; ``seed`` is the one given; ``tries`` counts proposals, one for a step that is drawn
    by a scan.
    """

    counts: NDArray[np.int64]
    tokens: Array | None
    history: NDArray[np.int64]
    seed: int
    tries: int

    @property
    def final_frequency(self) -> FloatArray:
        """The frequencies m_k (trajectories x K) at the end; rows sum to 1.

        >>> simulate([[1.0]], (0,), 9, 1, rng_seed=0).final_frequency.tolist()
        [[1.0]]
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
    times: Sequence[int] = (),
    watch: int = 8,
    threads: int | None = None,
    row_of: Sequence[int] | None = None,
    design: Design | None = None,
    progress: Callable[[float], object] | None = None,
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
        times: increasing total lengths at which counts are kept, of the first ``watch`` only.
        watch: how many trajectories that is.
        threads: how many run at a time, by default one for each usable core.
        row_of: K numbers of rows, when P is R x K: tokens with equal rows share one.
        design: how steps are drawn.
        progress: called now and then with the share of the steps that is done.

    Raises ValueError, naming the argument, when one is out of its range.

    >>> run = simulate([[3, 1], [1, 1]], (0, 1), length=6, trajectories=2, rng_seed=1)
    >>> run.counts.sum(axis=1).tolist()
    [6, 6]
    """
    rates = np.asarray(P, dtype=np.float64)
    K = _check_chain(rates, row_of)
    check_tokens(prompt, K)
    numbers = {"trajectories": trajectories, "seed": rng_seed, "first": first}
    _check_numbers(numbers, decay, threads, times, len(prompt), length)
    _check_sizes(K, length, trajectories, keep_tokens)
    design = design or Design()
    walk = _Walk(
        Rows.of(rates, row_of, design.hybrid),
        np.array(prompt),
        length,
        float(np.exp(-decay)),
        design,
        tuple(times),
    )
    kept = trajectories if keep_tokens else 0
    tokens = np.empty((kept, length), dtype=np.min_scalar_type(K - 1))
    counts = np.empty((trajectories, K), dtype=np.int64)
    history = np.empty((min(watch, trajectories), len(times), K), dtype=np.int64)
    pool = _Pool(trajectories * (length - len(prompt)), progress)

    def unit(begin: int, end: int) -> int:
        share = slice(begin, end)
        state = streams(rng_seed, first + begin, end - begin)
        results = (counts[share], tokens[share], history[share])
        return walk.go(state, *results, pool)

    tries = pool.run(unit, trajectories, walk.together(), threads or len(os.sched_getaffinity(0)))
    return Trajectories(counts, tokens if keep_tokens else None, history, rng_seed, tries)


@dataclass(frozen=True, eq=False)
class _Walk:
    """What all trajectories of a run share."""

    rows: Rows
    prompt: Array
    length: int
    q: float
    design: Design
    times: tuple[int, ...]

    @property
    def scans(self) -> bool:
        return self.q < 1 or len(self.rows.row_of) <= self.design.scanned

    def chunk(self) -> int:
        """Return how many steps are taken at once."""
        return max(256, WORK // max(len(self.rows.row_of), 64))

    def together(self) -> int:
        """Return how many short trajectories are worth one call of a kernel."""
        return max(1, self.chunk() // max(self.length - len(self.prompt), 1))

    def stops(self) -> Iterator[int]:
        """Yield the total lengths at which kernels return, up to the last one."""
        L, chunk = len(self.prompt), self.chunk()
        yield from sorted({*range(L, self.length, chunk), *self.times, self.length})

    def go(self, state: Array, counts: Array, tokens: Array, history: Array, pool: "_Pool") -> int:
        """Take some trajectories to their end; return the number of tries."""
        n, K = counts.shape
        L = t = len(self.prompt)
        counts[:] = np.bincount(self.prompt, minlength=K)
        tokens[:, :L] = self.prompt
        ages = np.arange(L - 1, -1, -1)
        weights: FloatArray = np.empty((n, K))
        weights[:] = np.bincount(self.prompt, self.q**ages, minlength=K)
        last = np.full(n, self.prompt[-1], dtype=np.int64)
        if not len(tokens):
            tokens = np.empty((n, 0), dtype=tokens.dtype)
        past = (last, state, tokens)
        block = max(1, min(self.design.block, self.length - L))
        urns = np.empty((n, 2, K), dtype=np.int64)
        recent = np.empty((n, 0 if self.scans else block), dtype=tokens.dtype)
        patience = self.design.patience or 16 + K // 4
        rows, tries = self.rows, 0
        for until in self.stops():
            if pool.stopped():
                break
            if self.scans:
                tries += by_counts(
                    rows.scaled, rows.row_of, self.q, weights, counts, *past, t, until
                )
            else:
                ready = (rows.scaled, rows.chances, rows.row_of, rows.heavy, rows.n_heavy)
                tries += by_rejection(*ready, patience, urns, recent, weights, *past, L, t, until)
                if until in (*self.times, self.length):
                    counts[:] = weights
            if until in self.times:
                history[:, self.times.index(until)] = counts[: len(history)]
            pool.tell(n * (until - t))
            t = until
        return tries


class _Pool:
    """Threads that share units of work, and stop soon when they are told to."""

    def __init__(self, steps: int, progress: Callable[[float], object] | None) -> None:
        self._stop = Event()
        self._steps = max(steps, 1)
        self._done: list[int] = []
        self._progress = progress or (lambda _: None)
        self._alone = False

    def stopped(self) -> bool:
        return self._stop.is_set()

    def tell(self, steps: int) -> None:
        """Count steps as done; appending is safe from every thread."""
        self._done.append(steps)
        if self._alone:
            self._report()

    def _report(self) -> None:
        self._progress(sum(self._done) / self._steps)

    def run(self, unit: Callable[[int, int], int], n: int, size: int, threads: int) -> int:
        """Run unit(begin, end) on shares of 0..n - 1; return the sum of what they return."""
        shares = [(begin, min(begin + size, n)) for begin in range(0, n, size)]
        self._alone = min(threads, len(shares)) == 1
        if self._alone:
            return sum(unit(*share) for share in shares)
        tries = 0
        with ThreadPoolExecutor(threads) as pool:
            try:
                waiting = {pool.submit(unit, *share) for share in shares}
                while waiting:
                    ended, waiting = wait(waiting, timeout=0.1, return_when=FIRST_EXCEPTION)
                    tries += sum(future.result() for future in ended)
                    self._report()
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return tries


def _check_chain(P: FloatArray, row_of: Sequence[int] | None) -> int:
    """Return K; raise ValueError unless P is positive and has a row for every token."""
    R, K = shape(P, "P")
    if row_of is None and R != K:
        raise ValueError(f"P is {R} x {K}: expected a square matrix")
    if row_of is not None and (len(row_of) != K or not 0 <= min(row_of) <= max(row_of) < R):
        raise ValueError(f"row_of: expected {K} numbers from 0 to {R - 1}")
    if not (P.min() > 0 and P.max() < np.inf):
        raise ValueError("P must be positive and finite")
    return K


def _check_numbers(
    numbers: dict[str, int],
    decay: float,
    threads: int | None,
    times: Sequence[int],
    L: int,
    length: int,
) -> None:
    if length < L:
        raise ValueError(f"length = {length}: expected at least {L}, the prompt included")
    if not 0 <= decay < np.inf:
        raise ValueError(f"decay = {decay}: expected a finite number, 0 or above")
    for name, value in numbers.items():
        if value < (least := int(name == "trajectories")):
            raise ValueError(f"{name} = {value}: expected at least {least}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads = {threads}: expected at least 1")
    if list(times) != sorted(set(times)) or (times and not L <= times[0] <= times[-1] <= length):
        raise ValueError(f"times: expected increasing total lengths from {L} to {length}")


def _check_sizes(K: int, length: int, trajectories: int, keep_tokens: bool) -> None:
    if trajectories * K > NUMBERS:
        most = NUMBERS // K
        raise ValueError(f"trajectories = {trajectories}: expected at most {most}, to fit memory")
    if length > LONGEST:
        raise ValueError(f"length = {length}: expected at most {LONGEST}")
    found = f"trajectories * length = {trajectories * length}"
    if trajectories * length > STEPS:
        raise ValueError(f"{found}: expected at most {STEPS} steps, more take too long")
    if keep_tokens and trajectories * length > TOKENS:
        raise ValueError(f"{found}: expected at most {TOKENS} tokens to keep, to fit memory")
