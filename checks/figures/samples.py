"""Sample complexity: excess risk and missing estimates against n, errors of W against lambda_2."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from checks.designs import Design, pairs_and_whole
from checks.figures import Figure
from checks.graph_figure import as_svg
from checks.parameter_errors import starred
from checks.seeds import generator
from numeric.arithmetic import floats
from numeric.replicas import RESTS_ON

__all__ = ["errors", "excess", "missing"]

TOKENS = {2: "#0072B2", 3: "#D55E00", 5: "#009E73", 8: "#CC79A7"}
"""K and its colour, of the palette of Okabe and Ito."""

MARKS = dict(zip(TOKENS, "osD^", strict=True))
SIZES = tuple(2**k for k in range(3, 16))
SETS = 500
SHOWN = 0.5
"""Where more data sets than this have no estimate, no mean is shown."""

TIMES = (1, 4, 8, 16, 32, 64)
MANY = 4_000_000


@cache
def _sampled() -> dict[tuple[int, int], tuple[float, float]]:
    """By K and n: the mean excess risk of the data sets with an estimate, the share without."""
    found = {}
    for K in TOKENS:
        design = Design.even(K, pairs_and_whole(K))
        for n in SIZES:
            random = generator(0, "figures", f"{K} tokens", f"n = {n}")
            risks = design.excess(design.fit(design.draw(random, n, SETS)))
            there = np.isfinite(risks)
            mean = float(risks[there].mean()) if there.any() else float("nan")
            found[K, n] = mean, float(1 - there.mean())
    return found


def excess() -> Figure:
    """The mean excess risk against n, beside df / (2n)."""
    canvas, axes = _axes("observations n", "mean excess risk")
    rows = []
    for K, colour in TOKENS.items():
        df = K * (K - 1)
        points = [(n, *_sampled()[K, n]) for n in SIZES]
        shown = [(n, mean) for n, mean, gone in points if gone <= SHOWN]
        axes.plot(SIZES, [df / (2 * n) for n in SIZES], color=colour, linewidth=1.2)
        axes.plot(*zip(*shown, strict=True), MARKS[K], color=colour, markersize=5.5)
        axes.annotate(
            f"K = {K}", (SIZES[-1], df / (2 * SIZES[-1])), (6, -3), textcoords="offset points",
            color=colour,
        )  # fmt: skip
        rows += [
            (K, n, _number(mean), _number(df / (2 * n)), f"{gone:.3f}") for n, mean, gone in points
        ]
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "Mean excess risk against n on logarithmic axes for K = 2, 3, 5, 8: for large n the "
            "points lie on the straight lines K(K-1)/(2n); for small n they leave them."
        ),
        caption=(
            f"Points: the mean excess risk of {SETS:,} data sets, of those that have a unique "
            r"estimate. Lines: $\mathrm{df} / (2n)$, $\mathrm{df} = K (K - 1)$. Data sets without "
            "an estimate have an infinite excess risk; they are counted in the table, and where "
            "they are more than half no point is drawn. Where many are missing, the mean of the "
            "others tells little."
        ),
        columns=("K", "n", "mean excess risk", "df/(2n)", "share without estimate"),
        rows=rows,
        rests_on=RESTS_ON,
    )


def missing() -> Figure:
    """The share of data sets without a unique estimate, against n."""
    canvas, axes = _axes("observations n", "share of data sets without an estimate")
    axes.set_yscale("linear")
    for K, colour in TOKENS.items():
        shares = [_sampled()[K, n][1] for n in SIZES]
        axes.plot(SIZES, shares, f"-{MARKS[K]}", color=colour, markersize=5.5, label=f"K = {K}")
    axes.legend(frameon=False)
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "Share of data sets without an estimate against n: it falls from 1 to 0, the later "
            "the larger K is."
        ),
        caption=(
            f"The share of {SETS:,} data sets that have no estimate, or more than one, for prompts "
            r"of two and of $K$ tokens, all equally often. It is positive for every $n$, and falls "
            "geometrically in the end."
        ),
        columns=("n", *(f"K = {K}" for K in TOKENS)),
        rows=[(n, *(f"{_sampled()[K, n][1]:.3f}" for K in TOKENS)) for n in SIZES],
        rests_on=RESTS_ON,
    )


def errors() -> Figure:
    """The error of W against lambda_2, beside the excess risk, which does not see it."""
    canvas, axes = _axes(r"$\lambda_2$, the least over the rows", "n × mean")
    rows = []
    for times in TIMES:
        design = starred(4, times)
        least = min(np.linalg.eigvalsh(floats(design.fisher(k)))[1] for k in range(4))
        trace = sum(float(np.trace(design.inverse(k))) for k in range(4))
        random = generator(0, "figures", "errors", str(times))
        logits = design.fit(design.draw(random, MANY, SETS))
        there = ~np.isnan(logits).any(axis=(1, 2))
        w, gone = logits[there], 1 - there.mean()
        error = MANY * float(((w - design.logits) ** 2).sum(axis=(1, 2)).mean())
        risk = MANY * float(design.excess(w).mean())
        rows.append((times, float(least), error, trace, risk, design.df / 2, float(gone)))
    _, lambdas, found, traces, risks, halves, shares = map(list, zip(*rows, strict=True))
    axes.plot(lambdas, traces, color="#0072B2", linewidth=1.2)
    axes.plot(lambdas, found, "o", color="#0072B2", markersize=5.5)
    axes.plot(lambdas, halves, color="#D55E00", linewidth=1.2)
    axes.plot(lambdas, risks, "s", color="#D55E00", markersize=5.5)
    axes.annotate(
        "squared error of W",
        (lambdas[2], traces[2]),
        (8, 6),
        textcoords="offset points",
        color="#0072B2",
    )
    axes.annotate(
        "excess risk", (lambdas[2], halves[2]), (8, 8), textcoords="offset points", color="#D55E00"
    )
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "n times the mean squared error of W, which falls with lambda_2 as the sum of the "
            "traces does, and n times the mean excess risk, which stays at 6."
        ),
        caption=(
            f"$K = 4$, $n = {MANY:,}$, {SETS:,} data sets for each point. Those without a unique "
            "estimate are left out, and counted in the table: the share is at most "
            f"{max(shares):.3g}. "
            "One prompt of each query comes 1, 4, 8, ..., 64 times as rarely as the others. "
            r"Lines: $\sum_k \mathrm{tr} \, H_k^+$ and $\mathrm{df} / 2 = 6$. The error of $W$ "
            r"grows as $1 / \lambda_2$; the excess risk does not see it."
        ),
        columns=(
            "rarer by",
            "lambda_2",
            "n x error",
            "trace",
            "n x excess risk",
            "df/2",
            "share without estimate",
        ),
        rows=[(row[0], *map(_number, row[1:-1]), f"{row[-1]:.3f}") for row in rows],
        rests_on=RESTS_ON,
    )


def _axes(across: str, up: str) -> tuple[Any, Any]:
    """An empty canvas with logarithmic axes."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(6.6, 4.2), layout="constrained")
    axes = canvas.add_subplot(xscale="log", yscale="log", xlabel=across, ylabel=up)
    axes.spines[["top", "right"]].set_visible(False)
    return canvas, axes


def _number(x: float) -> str:
    return f"{x:.4g}" if np.isfinite(x) else "none"
