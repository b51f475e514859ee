"""``ccmc identify`` beside its peers; run it as ``python -m benchmarks.identify``.

Prompts of length 32, in memory. Ours counts the components of every G^(k), K of them; each peer
gets the same array and finds the same counts:

numpy.sum   the sum over the array: how fast it can be read
SciPy       K = 1000: for each query a sparse graph and `csgraph.connected_components`.
            K = 50 000: one such call on the graph of the distinct (query, token) pairs, which is
            faster than 50 000 calls.
NetworkX    for each query a graph and `number_connected_components`; it gets the first twentieth
            of the prompts, and times are compared per token

The peers' graphs have the fewest edges with the right components: paths along the keys, and in
self-attention also stars around the query, which SciPy reads faster (that they do is claim C5).

Designs: uniform, tokens drawn independently (after a while every row is determined); parity, where
a prompt's tokens are as even or odd as its query (no row ever is).

With --memory: how far the peak of the resident set grows while prompts stream in, blocks of them
drawn from a pool of distinct prompts.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.harness import Spread, peak, ratios, timed
from numeric.identify import PromptGraphs

Array = NDArray[Any]

L = 32
PROMPTS = 1_000_000
FLOORS = {"numpy.sum": (0.6, 1.0), "SciPy": (50, 75), "NetworkX": (1000, 2000)}
FLOORS_LARGE = {"SciPy": (15, 30)}


def uniform(K: int, n: int, seed: int = 0) -> Array:
    """Return n x L tokens drawn independently."""
    return np.random.default_rng(seed).integers(0, K, (n, L), dtype=np.int32)


def parity(K: int, n: int) -> Array:
    """Return n x L tokens, each prompt even or odd throughout."""
    X = uniform(K, n)
    return np.asarray(X // 2 * 2 + X[:, -1:] % 2)


def ours(X: Array, K: int, cross: bool) -> int:
    """Return the number of components of all graphs, by the streaming kernel."""
    graphs = PromptGraphs(K, cross_attention=cross)
    graphs.add(X)
    return int(graphs.n_components().sum())


def edges(X: Array, shape: str) -> tuple[Array, Array]:
    """Return the ends of edges that connect the keys of each prompt."""
    if shape == "star":
        return X[:, :-1].ravel(), np.repeat(X[:, -1], L - 1)
    keys = X[:, :-1] if shape == "cross" else X
    return keys[:, :-1].ravel(), keys[:, 1:].ravel()


def by_query(X: Array, K: int) -> Iterator[Array]:
    """Yield the prompts of each query."""
    order = np.argsort(X[:, -1], kind="stable")
    begins = np.searchsorted(X[order, -1], np.arange(K + 1))
    for k in range(K):
        yield X[order[begins[k] : begins[k + 1]]]


def scipy_by_query(X: Array, K: int, shape: str) -> int:
    """Return the number of components of all graphs, by a call for each query."""
    total = 0
    for some in by_query(X, K):
        i, j = edges(some, shape)
        graph = coo_array((np.ones(len(i), dtype=np.int8), (i, j)), shape=(K, K))
        total += connected_components(graph, directed=False, return_labels=False)
    return total


def scipy_of_pairs(X: Array, K: int, shape: str) -> int:
    """Return the number of components of all graphs, by one call on the pairs that occur."""
    pairs = X[:, -1:].astype(np.int64) * K + X
    distinct, index = np.unique(pairs, return_inverse=True)
    i, j = edges(index.reshape(X.shape), shape)
    size = len(distinct), len(distinct)
    graph = coo_array((np.ones(len(i), dtype=np.int8), (i, j)), shape=size)
    found = connected_components(graph, directed=False, return_labels=False)
    return K * K - len(distinct) + int(found)


def networkx_by_query(X: Array, K: int, shape: str) -> int:
    """Return the number of components of all graphs, by a NetworkX graph for each query."""
    total = 0
    for some in by_query(X, K):
        graph: Any = nx.Graph()
        graph.add_edges_from(zip(*(ends.tolist() for ends in edges(some, shape)), strict=True))
        total += K - graph.number_of_nodes() + nx.number_connected_components(graph)
    return total


def compare(name: str, X: Array, K: int, cross: bool, rounds: int) -> None:
    """Time ours and the peers on X, check that they agree, and print the ratios."""
    few = X[: len(X) // 20]
    runs: dict[str, tuple[Callable[[], Any], Array]] = {
        "ours": (lambda: ours(X, K, cross), X),
        "numpy.sum": (lambda: np.sum(X), X),
    }
    scipy = scipy_by_query if K <= 1000 else scipy_of_pairs
    for shape in ("cross",) if cross else ("star", "path"):
        runs[f"SciPy, {shape}"] = (partial(scipy, X, K, shape), X)
    if K <= 1000:
        shape = "cross" if cross else "star"
        runs[f"NetworkX, {shape}"] = (partial(networkx_by_query, few, K, shape), few)
    measured = timed({key: (run, some.size) for key, (run, some) in runs.items()}, rounds)
    speed = Spread.of([1e-6 / s for s in measured["ours"].seconds])
    print(
        f"\nK = {K}, {name}, {'cross' if cross else 'self'}-attention, {X.dtype}, {len(X)} prompts"
    )
    print(f"  {'ours':<16} {speed} million tokens a second")
    floors = FLOORS if K <= 1000 else FLOORS_LARGE
    for peer, (_, some) in list(runs.items())[1:]:
        if peer != "numpy.sum":
            expected = measured["ours"].result if some is X else ours(some, K, cross)
            assert measured[peer].result == expected, f"{peer} finds other components"
        floor, aim = floors.get(peer.partition(",")[0], (0, 0))
        bounds = f"  floor {floor}, aim {aim}" if aim else ""
        print(f"  {peer:<16} {ratios(measured, 'ours', peer)} times{bounds}")


def memory(K: int, pool: int, n: int, cross: bool) -> None:
    """Stream n prompts out of a pool; print the growth of the peak of the resident set."""
    X = uniform(K, pool)
    step = min(pool, 10_000)
    ours(X[:2] % 2000, 2000, cross)  # compile both kinds of table
    ours(X[:2] % 9, 9, cross)
    before = peak(reset=True)
    graphs = PromptGraphs(K, cross_attention=cross)
    for first in range(0, n, step):
        graphs.add(X[first % pool : first % pool + step])
    components = int(graphs.n_components().sum())
    growth = peak() - before
    pairs = len(np.unique(X[:, -1:].astype(np.int64) * K + X))
    mode = "cross" if cross else "self"
    print(
        f"K = {K}, {mode}, {n} prompts out of {pool}, {pairs} distinct pairs, "
        f"{components} components: {growth / 2**20:.1f} MiB, {growth / (K + pairs):.1f} bytes "
        "for each token and distinct pair"
    )


def main() -> None:
    """Run the comparisons, or the measurement of memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="peak memory instead of speed")
    parser.add_argument("--case", type=int, nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        K, pool, n, cross = arguments.case
        memory(K, pool, n, bool(cross))
    elif arguments.memory:
        for cross in (0, 1):
            for K, pool, n in (
                (1000, 1_000_000, 250_000),
                (1000, 1_000_000, 1_000_000),
                (1000, 1_000_000, 4_000_000),
                (50_000, 100_000, 100_000),
                (50_000, 100_000, 1_000_000),
                (50_000, 100_000, 4_000_000),
                (50_000, 1_000_000, 1_000_000),
            ):
                case = [str(x) for x in (K, pool, n, cross)]
                command = [sys.executable, "-m", "benchmarks.identify", "--case", *case]
                subprocess.run(command, check=True)  # each peak in a process of its own
    else:
        for K in (1000, 50_000):
            compare("uniform", uniform(K, PROMPTS), K, False, arguments.rounds)
            compare("uniform", uniform(K, PROMPTS), K, True, arguments.rounds)
        compare("uniform", uniform(1000, PROMPTS).astype(np.int64), 1000, False, arguments.rounds)
        compare("parity", parity(1000, PROMPTS), 1000, False, arguments.rounds)


if __name__ == "__main__":
    main()
