"""``ccmc fit`` beside its peers; run it as ``ccmc bench fit``.

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

Memory: the peak of the resident set of ``ccmc fit`` on a file of a million observations, K = 500.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import log_softmax, logsumexp

from benchmarks.harness import Spread, alone, needed, peak, ratios, timed
from benchmarks.results import Case, Comparison, Measurement, Row
from numeric.estimate import fit
from numeric.samples import Samples

Array = NDArray[Any]
Data = tuple[Array, Array]

PACKAGES = ("choix", "numba", "numpy", "scipy")

L = 8
N = 1_000_000
DISTINCT = 20_000
FLOORS: dict[int, tuple[float, float]] = {5: (50, 80), 50: (8, 12), 500: (5, 10)}
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
        n = len(X)
        times: Array = np.ones(1)
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
    choix = needed("choix")
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


def compare(K: int, n_queries: int, n: int, rounds: int) -> Iterator[Row]:
    """Time ours and L-BFGS, check that they agree, and yield the ratios."""
    data = draw(K, n, n_queries)
    peers: dict[str, Callable[[], Any]] = {
        "L-BFGS": partial(lbfgs_by_position, data, K),
        "L-BFGS, counts": partial(lbfgs, data, K, {}, False),
        "L-BFGS, counts, strict": partial(lbfgs, data, K, STRICT, False),
    }
    if K <= 16:
        peers["L-BFGS, counts, merged"] = partial(lbfgs, data, K, {}, True)
    left = {name: run()[1] for name, run in peers.items()}
    runs: dict[str, tuple[Callable[[], Any], float]] = {
        f"ours to {name}": (partial(ours, data, K, gradient), 1) for name, gradient in left.items()
    }
    runs |= {name: (run, 1) for name, run in peers.items()}
    runs["ours, all"] = (partial(ours, data, K, 0.0, True), 1)
    measured = timed(runs, rounds)
    best = measured["ours, all"].result
    sizes = f"K = {K}, {n} observations of {n_queries} queries, {len(best)} rows"
    floor, aim = FLOORS.get(K, (None, None))
    for name in peers:
        found, _ = measured[name].result
        near = distance(best, measured[f"ours to {name}"].result), distance(best, found)
        note = (
            f"to a gradient / n of {left[name]:.1e}; log P off by {near[0]:.0e} (ours) and "
            f"{near[1]:.0e}; {measured[f'ours to {name}'].spread().median:.3g} s against "
            f"{measured[name].spread().median:.3g} s"
        )
        ratio = ratios(measured, f"ours to {name}", name)
        yield Comparison("estimate", sizes, name, ratio, floor, aim, note)
    ratio = ratios(measured, "ours, all", "L-BFGS")
    yield Comparison("to the last digit, errors, certificate", sizes, "L-BFGS", ratio)
    whole = measured["ours, all"].spread()
    yield Measurement("Time to the last digit, errors, certificate", sizes, whole, "seconds")


def compare_distinct(K: int, n: int, rounds: int) -> Iterator[Row]:
    """Time ours and choix on prompts of distinct tokens."""
    needed("choix")
    data = draw(K, n, K, distinct=True)
    few = ours(data, K, 0.0)
    keep = np.isin(data[0][:, -1], list(few))
    data = data[0][keep], data[1][keep]
    runs: dict[str, tuple[Callable[[], Any], float]] = {
        "ours": (partial(ours, data, K, 0.0), 1),
        "ours, all": (partial(ours, data, K, 0.0, True), 1),
        "ilsr_top1": (partial(ilsr, data, K), 1),
    }
    measured = timed(runs, rounds)
    off = distance(measured["ours"].result, measured["ilsr_top1"].result)
    sizes = f"K = {K}, {len(data[0])} observations of distinct tokens, {len(few)} rows"
    floor, aim = (30, 100) if n == DISTINCT else (None, None)
    ratio, note = ratios(measured, "ours", "ilsr_top1"), f"log P differs by {off:.0e}"
    yield Comparison("estimate", sizes, "choix.ilsr_top1", ratio, floor, aim, note)
    ratio = ratios(measured, "ours, all", "ilsr_top1")
    yield Comparison("to the last digit, errors, certificate", sizes, "choix.ilsr_top1", ratio)


def growth(K: int, n: int, rounds: int) -> Iterator[Row]:
    """Yield the time of ours for one number of observations."""
    run = partial(ours, draw(K, n, K), K, 0.0, True)
    measured = timed({"ours": (run, 1)}, rounds)["ours"]
    what = f"Time to the last digit, errors, certificate, K = {K}, against n"
    note = f"{len(measured.result)} rows have an estimate"
    yield Measurement(what, f"n = {n}", measured.spread(), "seconds", note=note)


def memory(K: int, n: int, _rounds: int) -> Iterator[Row]:
    """Yield the peak of the resident set and the time of the command on a file."""
    X, y = draw(K, n, K)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.jsonl"
        with path.open("w") as file:
            for prompt, token in zip(X.tolist(), y.tolist(), strict=True):
                file.write(json.dumps({"prompt": prompt, "next": token}) + "\n")
        for options in ((), ("--ridge", "1")):
            start = perf_counter()
            code, most = alone(one_file, str(path), K, options)
            note = f"{perf_counter() - start:.1f} s on the clock, exit code {code}"
            command = " ".join(("ccmc fit", *options))
            sizes = f"{command}, K = {K}, {n} observations"
            value = Spread.of([most / 1e6])
            yield Measurement("Peak of the resident set", sizes, value, "MB", 1000, note)


def one_file(path: str, K: int, options: tuple[str, ...]) -> tuple[int, int]:
    """Run the command in this process; return its exit code and the peak of its resident set."""
    from checks.cli import run

    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing):
        code = run(["fit", path, "--vocab", str(K), "--json", *options])
    return code, peak()


def cases(quick: bool) -> list[Case]:
    """Return the comparisons, the growth and the memory; small ones if ``quick``."""
    designs = ((3, 3),) if quick else ((5, 5), (50, 50), (500, 20))
    n, few = (500, 400) if quick else (N, DISTINCT)
    found = [Case(f"K = {K}", partial(compare, K, queries, n)) for K, queries in designs]
    found.append(Case("distinct tokens", partial(compare_distinct, 9 if quick else 20, few)))
    K, counts = (3, (100, 1000)) if quick else (50, (10_000, 100_000, N))
    found += [Case(f"n = {n}", partial(growth, K, n)) for n in counts]
    return found if quick else [*found, Case("memory", partial(memory, 500, N))]
