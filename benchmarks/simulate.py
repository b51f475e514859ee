"""``ccmc simulate`` beside its peers; run it as ``ccmc bench simulate``.

Trajectories from a prompt with every token once; same P, prompt and seed for all. Times are per
step, with all preparations. Ours draws one trajectory of T = 10^6 tokens and keeps only counts.
Peers (attention.py has one more):

NumPy       `cumsum` of n P[x, .] and `searchsorted`, a step at a time
Numba       the same by two compiled loops over the K weights

A peer whose steps are slow draws fewer tokens: NumPy's and Numba's cost for a step is the same
at every t. Rows of P are drawn from a Dirichlet law; "spiked" ones have one entry of probability
one half besides. With K = 50 000 there are 64 distinct rows, each shared by many tokens.

Memory: how far the peak of the resident set grows with T, and how long 10^9 steps take.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from time import process_time
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Spread, alone, peak, ratios, timed
from benchmarks.results import Case, Comparison, Measurement, Row
from numeric.compiled import compiled
from numeric.simulate import Design, simulate

Array = NDArray[Any]

PACKAGES = ("numba", "numpy")

SEED = 1
DISTINCT = 64
STEPS = 10**6
FLOORS = {("NumPy", K): (150, 300) for K in (2, 4, 8, 50_000)} | {("Numba", 1024): (5, 8)}


def chain(K: int, spiked: bool = False) -> tuple[Array, list[int]]:
    """Return the distinct rows of P, and the row of each token."""
    rng = np.random.default_rng(SEED)
    R = min(K, DISTINCT) if K > 10_000 else K
    P = rng.dirichlet(np.ones(K), size=R)
    if spiked:
        P[np.arange(R), rng.integers(0, K, R)] += 1
        P /= 2
    return P, [k % R for k in range(K)]


def ours(P: Array, row_of: Sequence[int], T: int, n: int = 1, **given: Any) -> Any:
    """Draw n trajectories, one after the other."""
    K = P.shape[1]
    return simulate(P, range(K), K + T, n, SEED, row_of=row_of, threads=1, **given)


def by_numpy(P: Array, row_of: Sequence[int], T: int) -> Array:
    """Return the counts after T steps, each by NumPy's functions on all weights."""
    K = P.shape[1]
    n, x = np.ones(K), K - 1
    for uniform in np.random.default_rng(SEED).random(T).tolist():
        cumulative = np.cumsum(n * P[row_of[x]])
        x = int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right"))
        n[x] += 1
    return n


@compiled
def _loop(P: Array, row_of: Array, n: Array, uniforms: Array) -> None:
    x = n.size - 1
    for uniform in uniforms:
        row = P[row_of[x]]
        total = 0.0
        for k in range(n.size):
            total += n[k] * row[k]
        left = uniform * total
        x = 0
        left -= n[0] * row[0]
        while left >= 0.0 and x < n.size - 1:
            x += 1
            left -= n[x] * row[x]
        n[x] += 1


def by_loop(P: Array, row_of: Sequence[int], T: int) -> Array:
    """Return the counts after T steps, each by two compiled loops over all weights."""
    n = np.ones(P.shape[1])
    _loop(P, np.array(row_of), n, np.random.default_rng(SEED).random(T))
    return n


Peers: TypeAlias = dict[str, tuple[Any, int]]
"""By name, what draws and how many steps it does."""


def compare(
    what: str,
    given: tuple[Array, list[int]],
    T: int,
    peers: Peers,
    floors: Mapping[tuple[str, int], tuple[float, float]],
    rounds: int,
    own: int = 1,
) -> Iterator[Row]:
    """Time ours, ``own`` trajectories, and peers on one chain, and yield the ratios."""
    P, row_of = given
    K = P.shape[1]
    runs: dict[str, tuple[Callable[[], Any], float]]
    runs = {"ours": (lambda: ours(P, row_of, T, own), T * own)}
    runs |= {key: (partial(run, P, row_of, n), n) for key, (run, n) in peers.items()}
    measured = timed(runs, rounds)
    tries = measured["ours"].result.tries / (T * own)
    note = f"{tries:.2f} proposals a step"
    for key in peers:
        floor, aim = floors.get((key, K), (None, None))
        ratio = ratios(measured, "ours", key)
        yield Comparison(what, f"K = {K}, T = {T}", key, ratio, floor, aim, note)
    sizes = f"K = {K}, {what}, T = {T}"
    nanoseconds = measured["ours"].spread(1e9)
    yield Measurement("Time of a step, against K", sizes, nanoseconds, "nanoseconds", note=note)


def without_heavy_tokens(K: int, T: int, _rounds: int) -> Iterator[Row]:
    """Yield how many proposals a step takes where heavy tokens are not set apart."""
    P, row_of = chain(K, spiked=True)
    tries = ours(P, row_of, T, design=Design(hybrid=np.inf)).tries / T
    what = "Proposals a step, all by rejection"
    yield Measurement(what, f"K = {K}, spiked, T = {T}", Spread.of([tries]), "proposals")


def growth(K: int, T: int, rounds: int) -> Iterator[Row]:
    """Yield the time of a step of ours for one T."""
    measured = timed({"ours": (partial(ours, *chain(K), T), T)}, rounds)["ours"]
    what = f"Time of a step, K = {K}, against T"
    yield Measurement(what, f"T = {T}", measured.spread(1e9), "nanoseconds")


def memory(K: int, T: int) -> Measurement:
    """Draw one trajectory; return the growth of the peak of the resident set."""
    P, row_of = chain(K)
    ours(P, row_of, 1000)  # compile
    before = peak(reset=True)
    start = process_time()
    found = ours(P, row_of, T)
    seconds = process_time() - start
    grown = (peak() - before) / 2**20
    note = f"{seconds:.1f} s, {found.tries / T:.2f} proposals a step"
    what = "Growth of the resident set, against T"
    return Measurement(what, f"K = {K}, T = {T:.0e}", Spread.of([grown]), "MiB", note=note)


SPEEDS = {  # K, and the steps that the peers do
    2: (20_000, STEPS),
    4: (20_000, STEPS),
    8: (20_000, STEPS),
    64: (20_000, 100_000),
    1024: (10_000, 20_000),
    50_000: (500, 500),
}


def speed(K: int, spiked: bool, T: int, most: int) -> Case:
    """Return a comparison, where peers do ``most`` steps at most."""
    by_functions, by_loops = (min(n, most) for n in SPEEDS[K])
    peers: Peers = {} if spiked else {"NumPy": (by_numpy, by_functions)}
    peers["Numba"] = by_loop, by_loops
    what = "spiked" if spiked else "plain"
    return Case(
        f"K = {K}, {what}",
        lambda rounds: compare(what, chain(K, spiked), T, peers, FLOORS, rounds),
    )


def cases(quick: bool) -> list[Case]:
    """Return the comparisons, the growth and the memory; small ones if ``quick``."""
    T, most = (1000, 100) if quick else (STEPS, STEPS)
    sizes, wide = ((2, 8), (8,)) if quick else (tuple(SPEEDS), (1024, 50_000))
    found = [speed(K, False, T, most) for K in sizes] + [speed(K, True, T, most) for K in wide]
    found += [
        Case(f"K = {K}, by rejection", partial(without_heavy_tokens, K, T // 10)) for K in wide
    ]
    lengths = (100, 1000) if quick else (10**4, 10**5, 10**6, 10**7, 10**8)
    found += [Case(f"T = {T}", partial(growth, 8, T)) for T in lengths]
    longest = [] if quick else [(2, 10**6), (2, 10**9), (1000, 10**6), (1000, 10**8)]
    return found + [memory_case(K, T) for K, T in longest]


def memory_case(K: int, T: int) -> Case:
    """Return a measurement of memory, in a process of its own."""
    return Case(f"memory, K = {K}, T = {T:.0e}", lambda _rounds: [alone(memory, K, T)])
