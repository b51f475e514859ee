"""Trajectories as an SVG figure: the same input gives the same bytes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from checks.graph_figure import as_svg

__all__ = ["walk_svg"]

DRAWN = 10
"""Tokens that are drawn: those most frequent at the end."""


def walk_svg(times: Sequence[int], history: NDArray[np.int64]) -> str:
    """Return an SVG of the frequencies m_k(t) along trajectories, a small picture for each.

    Args:
        times: total lengths t, increasing.
        history: counts (trajectories x times x K).

    >>> walk_svg([2, 3], np.array([[[1, 1], [2, 1]]])).count("<svg")
    1
    """
    from matplotlib.figure import Figure

    n = len(history)
    columns = min(n, 3)
    rows = -(-n // columns)
    figure = Figure(figsize=(3.2 * columns + 1, 2.2 * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    tokens = np.sort(np.argsort(-history[:, -1].sum(axis=0), kind="stable")[:DRAWN])
    for i, axes in enumerate(grid.flat):
        if i >= n:
            axes.set_axis_off()
            continue
        frequencies = history[i] / history[i].sum(axis=1, keepdims=True)
        for token in tokens.tolist():
            axes.plot(times, frequencies[:, token], label=f"token {token}", linewidth=1)
        axes.set(xscale="log", ylim=(0, 1), title=f"trajectory {i}")
    figure.supxlabel("total length t")
    figure.supylabel("frequency")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper")
    return as_svg(figure)
