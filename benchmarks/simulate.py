"""``ccmc simulate`` beside its peers; run it as ``python -m benchmarks.simulate``.

Trajectories from a prompt with every token once; same P, prompt and seed for all. Times are per
step, with all preparations. Ours draws one trajectory of T = 10^6 tokens (beside attention, ten of
10^4) and keeps only counts. Peers:

NumPy       `cumsum` of n P[x, .] and `searchsorted`, a step at a time
Numba       the same by two compiled loops over the K weights
attention   one layer in PyTorch with a cache of keys: softmax over all positions, readout,
            `multinomial`; a peer only where PyTorch is installed

A peer whose steps are slow draws fewer tokens: NumPy's and Numba's cost for a step is the same
at every t. Rows of P are drawn from a Dirichlet law; "spiked" ones have one entry of probability
one half besides. With K = 50 000 there are 64 distinct rows, each shared by many tokens.

With --memory: how far the peak of the resident set grows with T, and how long 10^9 steps take.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Spread, ratios, timed
from benchmarks.identify import peak
from numeric.compiled import compiled
from numeric.simulate import Design, simulate

Array = NDArray[Any]

SEED = 1
DISTINCT = 64
FLOORS = {"NumPy": "floor 150, aim 300", "attention": "floor 1000, aim 3000"}


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


def by_attention(P: Array, _row_of: Sequence[int], T: int) -> Array:
    """Return the counts after T steps of a layer with one-hot embeddings that realises P."""
    import torch

    K = P.shape[1]
    torch.manual_seed(SEED)
    with torch.inference_mode():
        W = torch.tensor(np.log(P).T.copy(), dtype=torch.float32)
        embeddings = torch.eye(K)
        keys = torch.empty(K + T, K)
        keys[:K] = embeddings
        n, x = np.ones(K), K - 1
        for t in range(K, K + T):
            scores = keys[:t] @ (W @ embeddings[x])
            law = torch.softmax(scores, 0) @ keys[:t]
            x = int(torch.multinomial(law, 1))
            keys[t] = embeddings[x]
            n[x] += 1
    return n


def compare(
    name: str,
    given: tuple[Array, list[int]],
    T: int,
    peers: dict[str, tuple[Any, int]],
    rounds: int,
    own: int = 1,
) -> None:
    """Time ours, ``own`` trajectories, and peers on one chain, and print the ratios."""
    P, row_of = given
    runs: dict[str, tuple[Callable[[], Any], float]]
    runs = {"ours": (lambda: ours(P, row_of, T, own), T * own)}
    runs |= {key: (partial(run, P, row_of, n), n) for key, (run, n) in peers.items()}
    measured = timed(runs, rounds)
    nanoseconds = Spread.of([s * 1e9 for s in measured["ours"].seconds])
    tries = measured["ours"].result.tries / (T * own)
    print(
        f"\n{name}, T = {T}\n  {'ours':<10} {nanoseconds} ns a step, {tries:.2f} proposals a step"
    )
    for key in peers:
        floor = FLOORS.get(key, "floor 5, aim 8" if P.shape[1] == 1024 else "")
        print(f"  {key:<10} {ratios(measured, 'ours', key)} times  {floor}")


def speed(rounds: int) -> None:
    """Compare for growing K."""
    T = 10**6
    for K, n, m in (
        (2, 20_000, T),
        (4, 20_000, T),
        (8, 20_000, T),
        (64, 20_000, 100_000),
        (1024, 10_000, 20_000),
        (50_000, 500, 500),
    ):
        peers = {"NumPy": (by_numpy, n), "Numba": (by_loop, m)}
        compare(f"K = {K}", chain(K), T, peers, rounds)
    for K in (1024, 50_000):
        P, row_of = chain(K, spiked=True)
        peers = {"Numba": (by_loop, 20_000 if K == 1024 else 500)}
        compare(f"K = {K}, spiked", (P, row_of), T, peers, rounds)
        plain = ours(P, row_of, T // 10, design=Design(hybrid=np.inf)).tries / (T // 10)
        print(f"  without heavy tokens: {plain:.2f} proposals a step")


def attention(rounds: int) -> None:
    """Compare with attention, where PyTorch is installed."""
    try:
        import torch
    except ModuleNotFoundError:
        print("\nattention: not run: torch is not installed")
        return
    print(f"\nPyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for K in (2, 8, 64):
        peers = {"attention": (by_attention, 10_000)}
        compare(f"K = {K}", chain(K), 10_000, peers, rounds, own=10)


def memory(K: int, T: int) -> None:
    """Draw one trajectory; print its time, and the growth of the peak of the resident set."""
    P, row_of = chain(K)
    ours(P, row_of, 1000)  # compile
    before = peak(reset=True)
    start = perf_counter()
    found = ours(P, row_of, T)
    seconds = perf_counter() - start
    print(
        f"K = {K}, T = {T:.0e}: {(peak() - before) / 2**20:.1f} MiB, {seconds:.1f} s, "
        f"{found.tries / T:.2f} proposals a step"
    )


def main() -> None:
    """Run the comparisons, or the measurement of memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="peak memory instead of speed")
    parser.add_argument("--case", type=int, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        memory(*arguments.case)
    elif arguments.memory:
        for K, T in ((2, 10**6), (2, 10**9), (1000, 10**6), (1000, 10**8)):
            command = [sys.executable, "-m", "benchmarks.simulate", "--case", str(K), str(T)]
            subprocess.run(command, check=True)  # each peak in a process of its own
    else:
        speed(arguments.rounds)
        attention(arguments.rounds)


if __name__ == "__main__":
    main()
