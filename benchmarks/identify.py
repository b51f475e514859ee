"""``ccmc identify`` beside its peers; run it as ``ccmc bench identify``.

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

Memory: how far the peak of the resident set grows while prompts stream in, blocks of them drawn
from a pool of distinct prompts.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.harness import Spread, alone, peak, ratios, timed
from benchmarks.results import Case, Comparison, Measurement, Row
from numeric.identify import PromptGraphs

Array = NDArray[Any]

PACKAGES = ("networkx", "numba", "numpy", "scipy")

L = 32
PROMPTS = 1_000_000
FLOORS: dict[int, dict[str, tuple[float, float]]] = {
    1000: {"numpy.sum": (0.6, 1.0), "SciPy": (50, 75), "NetworkX": (1000, 2000)},
    50_000: {"SciPy": (15, 30)},
}
SPEED = "Speed against K, the prompts and the attention"
GROWTH = "Time, K = 1000, uniform, self-attention, against the number of prompts"
MEMORY = "Growth of the resident set while prompts stream in"


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


def mode(cross: bool) -> str:
    """Return the name of the attention."""
    return f"{'cross' if cross else 'self'}-attention"


def compare(name: str, X: Array, K: int, cross: bool, rounds: int) -> Iterator[Row]:
    """Time ours and the peers on X, check that they agree, and yield the ratios."""
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
    what, sizes = f"{name}, {mode(cross)}", f"K = {K}, {X.dtype}, {len(X)} prompts"
    for peer, (_, some) in list(runs.items())[1:]:
        if peer != "numpy.sum":
            expected = measured["ours"].result if some is X else ours(some, K, cross)
            assert measured[peer].result == expected, f"{peer} finds other components"
        floor, aim = FLOORS.get(K, {}).get(peer.partition(",")[0], (None, None))
        yield Comparison(what, sizes, peer, ratios(measured, "ours", peer), floor, aim)
    speed = Spread.of([1e-6 / s for s in measured["ours"].seconds])
    yield Measurement(SPEED, f"K = {K}, {what}, {X.dtype}", speed, "million tokens a second")


def growth(counts: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Yield the time of ours for growing numbers of prompts."""
    for n in counts:
        X = uniform(1000, n)
        measured = timed({"ours": (partial(ours, X, 1000, False), 1)}, rounds)["ours"]
        yield Measurement(GROWTH, f"{n} prompts", measured.spread(1000), "milliseconds")


def memory(K: int, pool: int, n: int, cross: bool) -> Measurement:
    """Stream n prompts out of a pool; return the growth of the peak of the resident set."""
    X = uniform(K, pool)
    step = min(pool, 10_000)
    ours(X[:2] % 2000, 2000, cross)  # compile both kinds of table
    ours(X[:2] % 9, 9, cross)
    before = peak(reset=True)
    graphs = PromptGraphs(K, cross_attention=cross)
    for first in range(0, n, step):
        graphs.add(X[first % pool : first % pool + step])
    components = int(graphs.n_components().sum())
    grown = peak() - before
    pairs = len(np.unique(X[:, -1:].astype(np.int64) * K + X))
    return Measurement(
        MEMORY,
        f"K = {K}, {mode(cross)}, {n} prompts out of {pool}",
        Spread.of([grown / 2**20]),
        "MiB",
        note=f"{pairs} distinct pairs, {components} components: "
        f"{grown / (K + pairs):.1f} bytes for each token and distinct pair",
    )


def speed(name: str, draw: Callable[[], Array], K: int, cross: bool) -> Case:
    """Return a comparison on prompts that are drawn when it runs."""
    where = f"K = {K}, {name}, {mode(cross)}"
    return Case(where, lambda rounds: compare(name, draw(), K, cross, rounds))


def cases(quick: bool) -> list[Case]:
    """Return the comparisons, the growth and the memory; small ones if ``quick``."""
    n, sizes = (500, (20, 30)) if quick else (PROMPTS, (1000, 50_000))
    both = (False, True)
    found = [speed("uniform", partial(uniform, K, n), K, cross) for K in sizes for cross in both]
    K = sizes[0]
    counts = (100, 1000) if quick else (100_000, 1_000_000, 4_000_000)
    found += [
        speed("uniform", lambda: uniform(K, n).astype(np.int64), K, False),
        speed("parity", partial(parity, K, n), K, False),
        Case("growth", partial(growth, counts)),
    ]
    streams = [(1000, PROMPTS, PROMPTS * k // 4) for k in (1, 4, 16)]
    streams += [(50_000, 100_000, 100_000 * k) for k in (1, 10, 40)]
    streams += [(50_000, PROMPTS, PROMPTS)]
    return found + [memory_case(*x, cross) for x in streams for cross in both if not quick]


def memory_case(K: int, pool: int, n: int, cross: bool) -> Case:
    """Return a measurement of memory, in a process of its own."""
    name = f"memory, K = {K}, {n} prompts out of {pool}"
    return Case(name, lambda _rounds: [alone(memory, K, pool, n, cross)])
