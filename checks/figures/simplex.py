"""Portraits of the mean field of three tokens: flow lines, equilibria, and walks over the field.

A frequency vector m is drawn at sum_k m_k c_k, c_k the corners of a triangle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from checks.claims.winning_sets import MATRICES
from checks.figures import Figure
from checks.graph_figure import as_svg
from checks.seeds import claim_seed
from numeric.arithmetic import FloatArray, to_float
from numeric.exact import rational
from numeric.mean_field import Equilibrium, equilibria
from numeric.simulate import simulate

__all__ = ["CORNERS", "START", "drift", "floats", "flow_lines", "kind", "portrait", "winners"]

Rows: TypeAlias = Sequence[Sequence[Any]]

CORNERS = np.array([(0.0, 0.0), (1.0, 0.0), (0.5, 0.75**0.5)])
PALE, COLOURS = "#999999", ("#0072B2", "#D55E00", "#009E73")
STYLES: tuple[Any, ...] = ("-", "--", ":")
"""Of the walks: colours of the palette of Okabe and Ito, and line styles."""

GRID = 10
REACH, PIECES = 0.032, 8
"""How far a flow line goes from its middle at most, in sides of the triangle, and in how many."""

KINDS = {"stable": ("o", "black"), "saddle": ("D", "white"), "source": ("o", "white")}
"""Marks of equilibria: no, some or all eigenvalues have a positive real part."""

START = (80, 20, 20)
"""Counts of the tokens in a prompt, in one order for each walk."""

LENGTH = 200_000


def floats(P: Rows) -> FloatArray:
    """The matrix in float64.

    Example:
        >>> floats([[1, fmpq(1, 2)]]).tolist()
        [[1.0, 0.5]]
    """
    return np.array([[to_float(rational(x)) for x in row] for row in P])


def drift(P: FloatArray, m: FloatArray) -> FloatArray:
    """The mean field h = pi - m at n points (n x 3) in float64; pi is stationary with m held.

    Example:
        >>> drift(np.ones((3, 3)), np.array([[0.2, 0.3, 0.5]])).round(12).tolist()
        [[0.0, 0.0, 0.0]]
    """
    Z = m @ P.T
    Q = m[:, None, :] * P / Z[:, :, None]
    equations = np.swapaxes(Q, 1, 2) - np.eye(3)
    equations[:, 2] = 1.0
    right = np.zeros((len(m), 3, 1))
    right[:, 2] = 1.0
    h: FloatArray = np.linalg.solve(equations, right)[:, :, 0] - m
    return h


def _traced(P: FloatArray, seeds: FloatArray, sign: int) -> FloatArray:
    """Where the field leads from n points, or whence: n x 2 x (PIECES + 1), by midpoints.

    The speed is that of the field relative to its size in the middle: lines are short where the
    field is weak.
    """
    usual = float(np.median(np.linalg.norm(drift(P, seeds) @ CORNERS, axis=1)))

    def velocity(m: FloatArray) -> FloatArray:
        h = drift(P, m)
        size = np.linalg.norm(h @ CORNERS, axis=1, keepdims=True)
        return np.asarray(sign * REACH / PIECES * h / (size + 0.3 * usual))

    path = [seeds]
    for _ in range(PIECES):
        middle = path[-1] + velocity(path[-1]) / 2
        path.append(path[-1] + velocity(middle))
    return np.stack([m @ CORNERS for m in path], axis=2)


def flow_lines(P: FloatArray) -> FloatArray:
    """Short flow lines (lines x 2 x points in the plane) through the middles of small triangles.

    Example:
        >>> flow_lines(np.array([[2.0, 1, 1], [1, 2, 1], [1, 1, 2]])).shape
        (55, 2, 17)
    """
    thirds = [
        (3 * i + 1, 3 * j + 1, 3 * (GRID - i - j) - 2) for i in range(GRID) for j in range(GRID - i)
    ]
    seeds = np.array(thirds) / (3 * GRID)
    forward, back = _traced(P, seeds, 1), _traced(P, seeds, -1)
    return np.concatenate([back[:, :, :0:-1], forward], axis=2)


def _flow(axes: Any, P: FloatArray) -> None:
    """Draw flow lines with their heads, each kind as one path."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    lines = flow_lines(P)
    shafts = Path.make_compound_path(*(Path(line.T) for line in lines))
    heads = Path.make_compound_path(*(Path(_head(line), closed=True) for line in lines))
    axes.add_patch(PathPatch(shafts, fill=False, edgecolor=PALE, linewidth=0.7))
    axes.add_patch(PathPatch(heads, facecolor=PALE, linewidth=0))


def _head(line: FloatArray) -> FloatArray:
    """The corners of an arrow's head at the end of a line (2 x any number), the first twice."""
    tip = line[:, -1]
    along = tip - line[:, -3]
    along = along / max(float(np.hypot(*along)), 1e-12)
    across = np.array([-along[1], along[0]])
    size = min(0.018, 0.6 * float(np.hypot(*(tip - line[:, 0]))))
    tail = tip - size * along
    return np.array([tip + 0.3 * size * along, tail + size / 3 * across, tail - size / 3 * across,
                     tip])  # fmt: skip


def kind(found: Equilibrium) -> str:
    """What an equilibrium is called, by the signs of the real parts of its eigenvalues."""
    if found.stable:
        return "stable"
    return "saddle" if found.sides[0] else "source"


def portrait(axes: Any, P: Rows) -> None:
    """Draw the triangle, flow lines and all equilibria of a 3 x 3 matrix, rows up to scale."""
    axes.set(xlim=(-0.12, 1.12), ylim=(-0.12, 0.98), aspect="equal")
    axes.set_axis_off()
    _flow(axes, floats(P))
    axes.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color="black", linewidth=1)
    for k, corner in enumerate(CORNERS):
        x, y = corner + 0.13 * (corner - CORNERS.mean(axis=0))
        axes.text(x, y, str(k + 1), ha="center", va="center", fontsize=10)
    for found in equilibria(P):
        x, y = np.array([to_float(p) for p in found.m]) @ CORNERS
        mark, face = KINDS[kind(found)]
        axes.plot(
            [x], [y], mark, color=face, markeredgecolor="black", markersize=6, zorder=5,
            clip_on=False,
        )  # fmt: skip


@cache
def _walk(name: str, number: int) -> FloatArray:
    """Frequencies (times x 3) of a walk from the prompt on, at lengths in equal ratios."""
    counts = sorted(set(permutations(START)), reverse=True)[number]
    prompt = [k for k, n in enumerate(counts) for _ in range(n)]
    times = np.unique(np.geomspace(len(prompt), LENGTH, 90).astype(int)).tolist()
    seed = claim_seed(0, f"figures: {name}, walk {number + 1}")
    P = floats(MATRICES[name])
    found = simulate(P, prompt, LENGTH, 1, rng_seed=seed, times=times, threads=1)
    history = found.history[0]
    return np.asarray(history / history.sum(axis=1, keepdims=True))


def winners() -> Figure:
    """The three matrices of E18, with three walks over the field of each.

    Example:
        >>> [row[1] for row in winners().rows if row[0] == "pair" and row[-1] == "stable"]
        ['1/2']
    """
    return Figure(
        svg=_drawn(),
        alt=(
            "Three triangles, whose corners are the tokens, with arrows of the mean field. In the "
            "first they lead to the middle of the edge from 1 to 2, in the second to the centre, "
            "in the third to the corners. Three walks in each end near the points where arrows "
            "lead."
        ),
        caption=_told(),
        columns=("matrix", "m_1", "m_2", "m_3", "what"),
        rows=list(_rows()),
    )


def _rows() -> Iterator[Sequence[object]]:
    for name, P in MATRICES.items():
        for found in equilibria(P):
            yield name, *map(str, found.m), kind(found)
        for i in range(3):
            walk = _walk(name, i)
            for m, when in ((walk[0], "starts"), (walk[-1], "ends")):
                yield name, *(f"{x:.3f}" for x in m), f"walk {i + 1} {when}"


def _told() -> str:
    """What the portraits show, with numbers from the walks."""
    far = {
        name: max(_distance(_walk(name, i)[-1], equilibria(P)) for i in range(3))
        for name, P in MATRICES.items()
    }
    ends = ", ".join(f"{x:.3f}" for x in far.values())
    return (
        "The mean field of the three matrices. Filled circles: stable equilibria; diamonds: "
        "saddles; empty circles: sources; the lines are short where the field is weak. In colours: "
        f"three walks each, simulated (seed 0) from {sum(START)} tokens up to {LENGTH:,}, which "
        "illustrate and decide nothing. At the end they are at most "
        f"{ends} from a stable equilibrium, in the largest difference of a frequency."
    )


def _distance(m: FloatArray, found: Iterable[Equilibrium]) -> float:
    """How far a point is from the next stable equilibrium."""
    points = [[to_float(fmpq(x)) for x in e.m] for e in found if e.stable]
    return min(float(abs(m - np.array(point)).max()) for point in points)


def _drawn() -> str:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(9.6, 3.4))
    for at, (name, P) in enumerate(MATRICES.items()):
        axes = canvas.add_axes((at / 3, 0.08, 1 / 3, 0.84))
        axes.set_title(f"({at + 1}) {name}", fontsize=11)
        portrait(axes, P)
        for i, (colour, style) in enumerate(zip(COLOURS, STYLES, strict=True)):
            axes.plot(*(_walk(name, i) @ CORNERS).T, style, color=colour, linewidth=1.3)
    _legend(canvas)
    return as_svg(canvas)


def _legend(canvas: Any) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], marker=mark, color=face, markeredgecolor="black", linestyle="", label=name)
        for name, (mark, face) in KINDS.items()
    ]
    walks = [
        Line2D([], [], color=colour, linestyle=style, label=f"walk {i}")
        for i, (colour, style) in enumerate(zip(COLOURS, STYLES, strict=True), 1)
    ]
    canvas.legend(handles=[*marks, *walks], loc="lower center", ncols=6, frameon=False, fontsize=9)
