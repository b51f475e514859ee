"""``ccmc fit`` beside its peers; run it as ``python -m benchmarks.fit``.

A million observations in memory, prompts of length 8. Ours gathers them by query, merges equal
ones, decides existence and climbs until the gradient of minus the log-likelihood / n of each row is
no larger than the largest that the peer leaves (and goes on, if that is said). No peer decides
existence, so the data are such that every row it gets has an estimate.

L-BFGS          SciPy's, row by row, with its own stopping rule, on the likelihood as it is written
                down: the logarithm of a sum over the positions of each prompt (logsumexp)
counts          the same on the counts of the keys (dense for K = 5, else sparse) and in exp(w):
                two products of a matrix and a vector for each gradient
counts, strict  the same with a stopping rule so strict that it stops where it cannot go on
counts, merged  for K = 5, counts after numpy.unique has merged equal ones
ilsr_top1       choix: prompts of distinct tokens, one call for each row, on the first part of
                the data, which ours gets too; its default tolerance

Designs: tokens drawn independently, P[a, .] the softmax of standard normal numbers. For K = 500
prompts end in one of 20 tokens: with 500 a row would have 2000 observations of 500 tokens, too few
for an estimate to exist.

One thread each.

With --memory: the peak of the resident set of ``ccmc fit`` on a file of a million observations,
K = 500.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import choix
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import log_softmax, logsumexp

from benchmarks.harness import Spread, Timed, peak, ratios, timed
from numeric.estimate import fit
from numeric.samples import Samples

Array = NDArray[Any]
Data = tuple[Array, Array]

L = 8
N = 1_000_000
DISTINCT = 20_000
FLOORS = {5: (50, 80), 50: (8, 12), 500: (5, 10)}
STRICT = {"ftol": 0.0, "gtol": 1e-9, "maxiter": 10_000}


def draw(K: int, n: int, n_queries: int, distinct: bool = False) -> Data:
    """Return n prompts (n x L tokens), and a token sampled after each."""
    rng = np.random.default_rng(0)
    W = np.exp(rng.normal(size=(K, K)))
    if distinct:
        X = rng.permuted(np.tile(np.arange(K), (n, 1)), axis=1)[:, :L].astype(np.int32)
    else:
        X = rng.integers(0, K, (n, L), dtype=np.int32)
        X[:, -1] = rng.integers(0, n_queries, n)
    cumulated = np.cumsum(W[X[:, -1:], X], axis=1)
    chosen = (cumulated < rng.random((n, 1)) * cumulated[:, -1:]).sum(axis=1)
    return X, X[np.arange(n), chosen]


def ours(data: Data, K: int, tolerance: float, details: bool = False) -> dict[int, Array]:
    """Return the logarithms of the rows that have an estimate."""
    samples = Samples(K)
    samples.add(*data)
    rows = fit(samples, tolerance=tolerance, with_details=details)
    return {row.query: np.log(row.laws[0].law) for row in rows if row.identified}


def by_query(data: Data, K: int) -> Iterator[tuple[int, Array, Array]]:
    """Yield the prompts of each query that has some, and what was sampled."""
    X, y = data
    order = np.argsort(X[:, -1], kind="stable")
    begins = np.searchsorted(X[order, -1], np.arange(K + 1))
    for k in range(K):
        some = order[begins[k] : begins[k + 1]]
        if len(some):
            yield k, X[some], y[some]


Fit = tuple[dict[int, Array], float]
"""Logarithms of all rows, and the largest entry of a gradient / n that was left."""


def lbfgs_by_position(data: Data, K: int) -> Fit:
    """Return what L-BFGS finds on the positions of the prompts."""
    found, largest = {}, 0.0
    for k, X, y in by_query(data, K):

        def objective(w: Array, X: Array = X, y: Array = y) -> tuple[float, Array]:
            scores = w[X]
            total = logsumexp(scores, axis=1)
            p = np.exp(scores - total[:, None])
            gradient = np.bincount(X.ravel(), p.ravel(), K) - np.bincount(y, minlength=K)
            return float(np.mean(total - w[y])), gradient / len(X)

        result = minimize(objective, np.zeros(K), jac=True, method="L-BFGS-B")
        found[k] = log_softmax(result.x)
        largest = max(largest, float(np.abs(result.jac).max()))
    return found, largest


def lbfgs(data: Data, K: int, options: dict[str, float], merge: bool) -> Fit:
    """Return what L-BFGS finds on the counts of the keys."""
    found, largest = {}, 0.0
    for k, X, y in by_query(data, K):
        n, times = len(X), np.ones(1)
        if K <= 16:
            cells = np.arange(n)[:, None] * K + X
            counts = np.bincount(cells.ravel(), minlength=n * K).reshape(n, K).astype(np.float64)
            if merge:
                code = counts @ float(L + 1) ** np.arange(K)
                _, first, times = np.unique(code, return_index=True, return_counts=True)
                counts = counts[first]
        else:
            counts = csr_array((np.ones(X.size), X.ravel(), np.arange(0, X.size + 1, L)), (n, K))
        wins = np.bincount(y, minlength=K)
        result = minimize(
            partial(by_counts, counts, counts.T, wins, times, n), np.zeros(K), jac=True,
            method="L-BFGS-B", options=options,
        )  # fmt: skip
        found[k] = log_softmax(result.x)
        largest = max(largest, float(np.abs(result.jac).max()))
    return found, largest


def by_counts(
    counts: Any, transposed: Any, wins: Array, times: Array, n: int, w: Array
) -> tuple[float, Array]:
    """Return minus the log-likelihood / n, up to a constant, and its gradient."""
    u = np.exp(w)
    z = counts @ u
    return (
        float((times * np.log(z)).sum() - wins @ w) / n,
        (u * (transposed @ (times / z)) - wins) / n,
    )


def ilsr(data: Data, K: int) -> dict[int, Array]:
    """Return logarithms of all rows, by choix."""
    found = {}
    for k, X, y in by_query(data, K):
        rows = [(b, [x for x in a if x != b]) for a, b in zip(X.tolist(), y.tolist(), strict=True)]
        w = choix.ilsr_top1(K, rows)
        found[k] = log_softmax(w)
    return found


def distance(one: dict[int, Array], other: dict[int, Array]) -> float:
    """Return how far logarithms are apart, over the rows that both have."""
    assert one.keys() & other.keys()
    return max(float(np.abs(one[k] - other[k]).max()) for k in one.keys() & other.keys())


def compare(K: int, n_queries: int, rounds: int) -> None:
    """Time ours and L-BFGS, check that they agree, and print the ratios."""
    data = draw(K, N, n_queries)
    peers: dict[str, Callable[[], Any]] = {
        "L-BFGS": partial(lbfgs_by_position, data, K),
        "counts": partial(lbfgs, data, K, {}, False),
        "counts, strict": partial(lbfgs, data, K, STRICT, False),
    }
    if K <= 16:
        peers["counts, merged"] = partial(lbfgs, data, K, {}, True)
    left = {name: run()[1] for name, run in peers.items()}
    runs: dict[str, tuple[Callable[[], Any], float]] = {
        f"ours to {name}": (partial(ours, data, K, gradient), N) for name, gradient in left.items()
    }
    runs |= {name: (run, N) for name, run in peers.items()}
    runs["ours, all"] = (partial(ours, data, K, 0.0, True), N)
    measured = timed(runs, rounds)
    best = measured["ours, all"].result
    n_rows = len(best)
    print(f"\nK = {K}, {N} observations of {n_queries} queries; {n_rows} rows have an estimate")
    for name in peers:
        found, _ = measured[name].result
        near = distance(best, measured[f"ours to {name}"].result), distance(best, found)
        floor, aim = FLOORS[K]
        print(
            f"  {name:<16} {ratios(measured, f'ours to {name}', name)} times, floor {floor}, "
            f"aim {aim}; gradient / n {left[name]:.1e}; {seconds(measured[f'ours to {name}'])} s "
            f"against {seconds(measured[name])} s; log P off by {near[0]:.0e} and {near[1]:.0e}"
        )
    whole = seconds(measured["ours, all"])
    print(
        f"  to the last digit, with standard errors and certificate: {whole} s, "
        f"{ratios(measured, 'ours, all', 'L-BFGS')} times L-BFGS"
    )


def compare_distinct(K: int, rounds: int) -> None:
    """Time ours and choix on prompts of distinct tokens."""
    data = draw(K, DISTINCT, K, distinct=True)
    few = ours(data, K, 0.0)
    keep = np.isin(data[0][:, -1], list(few))
    data = data[0][keep], data[1][keep]
    runs: dict[str, tuple[Callable[[], Any], float]] = {
        "ours": (partial(ours, data, K, 0.0), len(data[0])),
        "ours, all": (partial(ours, data, K, 0.0, True), len(data[0])),
        "ilsr_top1": (partial(ilsr, data, K), len(data[0])),
    }
    measured = timed(runs, rounds)
    off = distance(measured["ours"].result, measured["ilsr_top1"].result)
    print(f"\nK = {K}, {len(data[0])} observations of distinct tokens, {len(few)} rows")
    print(
        f"  {'ilsr_top1':<16} {ratios(measured, 'ours', 'ilsr_top1')} times, floor 30, aim 100; "
        f"log P differs by {off:.0e}; with standard errors and certificate "
        f"{ratios(measured, 'ours, all', 'ilsr_top1')} times"
    )


def seconds(run: Timed) -> str:
    """Return the median of the seconds that a million observations took."""
    return f"{Spread.of(run.seconds).median * N:.3g}"


def memory(K: int = 500) -> None:
    """Print the peak of the resident set and the time of the command on a file."""
    X, y = draw(K, N, K)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.jsonl"
        with path.open("w") as file:
            for prompt, token in zip(X.tolist(), y.tolist(), strict=True):
                file.write(json.dumps({"prompt": prompt, "next": token}) + "\n")
        for options in ([], ["--ridge", "1"]):
            start = perf_counter()
            command = [sys.executable, "-m", "benchmarks.fit", "--file", str(path), *options]
            subprocess.run(command, check=True)
            print(f"  {perf_counter() - start:.1f} s in all")


def one_file(path: str, ridge: float | None) -> None:
    """Run the command in this process; print the peak of its resident set."""
    from checks.cli import run

    options = [] if ridge is None else ["--ridge", str(ridge)]
    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing):
        code = run(["fit", path, "--vocab", "500", "--json", *options])
    print(f"ccmc fit {' '.join(options)}: exit code {code}, peak {peak() / 2**20:.0f} MiB")


def main() -> None:
    """Run the comparisons, or the measurement of memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="peak memory instead of speed")
    parser.add_argument("--file", help=argparse.SUPPRESS)
    parser.add_argument("--ridge", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.file:
        one_file(arguments.file, arguments.ridge)
        return
    if arguments.memory:
        memory()
        return
    names = ("numpy", "scipy", "numba", "choix")
    print(", ".join(f"{name} {version(name)}" for name in names))
    for K, n_queries in ((5, 5), (50, 50), (500, 20)):
        compare(K, n_queries, arguments.rounds)
    compare_distinct(20, arguments.rounds)


if __name__ == "__main__":
    main()
