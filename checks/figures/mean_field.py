"""The mean field: which of two tokens wins, and three tokens that drive each other out."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from checks.claims.no_limit import RESTLESS, circulant
from checks.figures import Figure
from checks.figures.simplex import CORNERS, floats, portrait
from checks.graph_figure import as_svg
from numeric.arithmetic import FloatArray
from numeric.mean_field import equilibria

__all__ = ["cycle", "phases"]

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#555555"
TINTS = "#CFE3F1", "#F6DBCB", "#CDE9DF", "#EEEEEE"
"""Of the palette of Okabe and Ito; every region and line is named as well."""

HALF = Fraction(1, 2)

MATRIX = circulant(RESTLESS[0])

END = 15_000.0
"""The time s = log t to which the field is followed."""


def phases() -> Figure:
    """The four phases of two tokens, with the interior equilibrium where there is one.

    Example:
        >>> [row[:3] for row in phases().rows][:2]
        [('1/4', '1/4', 'either'), ('1/4', '3/4', 'token 1')]
    """
    return Figure(
        svg=_drawn_phases(),
        alt=(
            "A square of a against b, in four quarters. Both below one half: either token wins. "
            "a below, b above: token 1 wins. a above, b below: token 2 wins. Both above: no token "
            "wins. Contour lines of the interior equilibrium cross the first and the last quarter."
        ),
        caption=(
            "A token whose chance to be left, $a$ or $b$, is below $1/2$ is a stable corner of the "
            "mean field. In two quarters one token wins almost surely. Where both corners are "
            "stable, either can win, and the lines show the frequency $y^*$ of token 2 that "
            "divides the field (dashed: unstable); where neither is, $y^*$ is the limit (solid: "
            "stable). All lines meet in the Pólya urn, $a = b = 1/2$, the dot."
        ),
        columns=("a", "b", "wins", "eigenvalue at y = 0", "at y = 1", "y*", "at y*"),
        rows=list(_phase_rows()),
    )


def _phase_rows() -> Iterator[Sequence[object]]:
    shares = [Fraction(n, 8) for n in (2, 3, 5, 6)]
    names = {(True, True): "either", (True, False): "token 1", (False, True): "token 2"}
    for a, b in [(a, b) for a in shares[::3] for b in shares[::3]] + [(shares[1], shares[0])]:
        found = {e.face: e for e in equilibria([[1 - a, a], [b, 1 - b]])}
        inner = found.get((0, 1))
        at = [str(-e.characteristic[0]) if e else "" for e in (found[0,], found[1,], inner)]
        wins = names.get((a < HALF, b < HALF), "none")
        yield str(a), str(b), wins, at[0], at[1], str(inner.m[1]) if inner else "", at[2]


def _drawn_phases() -> str:
    from matplotlib.figure import Figure as Canvas
    from matplotlib.patches import Rectangle

    canvas = Canvas(figsize=(5.6, 5.2), layout="constrained")
    axes = canvas.add_subplot(aspect="equal")
    quarters = (
        (0, 0, TINTS[3], "either token wins"),
        (0, 0.5, TINTS[0], "token 1 wins"),
        (0.5, 0, TINTS[1], "token 2 wins"),
        (0.5, 0.5, TINTS[2], "no token wins"),
    )
    for x, y, colour, name in quarters:
        axes.add_patch(Rectangle((x, y), 0.5, 0.5, facecolor=colour, edgecolor="white", zorder=0))
        box = {"boxstyle": "round", "facecolor": colour, "edgecolor": "none"}
        axes.text(x + 0.25, y + 0.25, name, ha="center", va="center", fontsize=11, bbox=box)
    for share in (Fraction(n, 10) for n in (1, 3, 5, 7, 9)):
        _contour(axes, float(share))
    axes.plot([0.5], [0.5], "o", color="black", markersize=6)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set(xlabel="a: chance to leave token 1", ylabel="b: chance to leave token 2")
    return as_svg(canvas)


def _contour(axes: Any, share: float) -> None:
    """Where y* = d1 / (d1 + d2) is the share, d1 = 1/a - 2 and d2 = 1/b - 2."""
    for low, high, style, named in ((0.005, 0.5, "--", 0.14), (0.5, 0.999, "-", 0.93)):
        a = np.linspace(low, high, 400)
        b = 1 / (2 + (1 / a - 2) * (1 - share) / share)
        a, b = a[(b > 0) & (b < 1)], b[(b > 0) & (b < 1)]
        axes.plot(a, b, style, color=GREY, linewidth=1.1, zorder=1)
        at = int(np.argmin(abs(np.maximum(a, b) - named)))
        label = {"ha": "center", "va": "center", "fontsize": 8, "color": "black"}
        box = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
        axes.text(a[at], b[at], f"{share:.1f}", bbox=box, zorder=2, **label)


def cycle() -> Figure:
    """The field of E19 from near its centre: in the end each token leads five times as long.

    Example:
        >>> [token for token, *_ in cycle().rows][-4:]
        ['2', '3', '1', '2']
    """
    s, m = _orbit()
    reigns = _reigns(s, m)
    text = ", ".join(str(p) for p in RESTLESS[0])
    return Figure(
        svg=_drawn_cycle(s, m),
        alt=(
            "Left: a triangle whose corners are the three tokens, with arrows that circle its "
            "centre; an orbit of the mean field winds from the centre outward to the edges. Right: "
            "the frequencies against the logarithm of the length, itself on a logarithmic scale; "
            "tokens 1, 2 and 3 lead in turn, in the end each for the same width, five times as "
            "long as the one before."
        ),
        caption=(
            f"The mean field of the circulant matrix with first row $({text})$, integrated in "
            "floating point from near its centre. Left: the centre (empty circle) is a source and "
            "the corners (diamonds) are saddles, there is no stable equilibrium; the orbit winds "
            "out to the boundary, and the tokens drive each other out in turn (right). A "
            "reign lasts longer than the one before by a factor that tends to "
            r"$(1 - p_2/p_0)/(p_1/p_0 - 1) = 5$: equal widths on the logarithmic scale. The time "
            r"is $s = \log t$: $s = 1000$ stands for a text of $e^{1000}$ tokens, so no simulated "
            "walk shows this."
        ),
        columns=("token", "leads from s", "to s", "for", "times the last"),
        rows=reigns,
    )


def _rates(P: FloatArray, u: FloatArray) -> FloatArray:
    """D log m_j / ds = v_j - 1 for m = exp(u): pi_j = m_j v_j, v_j = sum_i m_i v_i P[i, j] / Z_i.

    Frequencies may be too small for float64: then they count as 0, and their rates still stand.
    """
    m = np.exp(u - u.max())
    m /= m.sum()
    share = (m / (P @ m))[:, None] * P
    equations = share.T - np.eye(3)
    equations[int(np.argmax(m))] = m
    right = np.zeros(3)
    right[int(np.argmax(m))] = 1.0
    rates: FloatArray = np.linalg.solve(equations, right) - 1
    return rates


def _orbit() -> tuple[FloatArray, FloatArray]:
    """Times s and frequencies (one row each) along the field."""
    from scipy.integrate import solve_ivp

    P = floats(MATRIX)
    start = np.log([0.36, 0.33, 0.31])
    found = solve_ivp(
        lambda _, u: _rates(P, u), (0.0, END), start, method="LSODA", rtol=1e-8, atol=1e-8,
        max_step=20.0,
    )  # fmt: skip
    m = np.exp(found.y - found.y.max(axis=0))
    return found.t, m / m.sum(axis=0)


def _reigns(s: FloatArray, m: FloatArray) -> list[Sequence[object]]:
    """Which token leads, from when to when, and how much longer than the one before."""
    leader = np.argmax(m, axis=0)
    turns = [0, *(np.flatnonzero(np.diff(leader)) + 1).tolist()]
    rows: list[Sequence[object]] = []
    last = 0.0
    for start, end in pairwise(turns):
        length = float(s[end] - s[start])
        ratio = f"{length / last:.2f}" if last else ""
        rows.append(
            (str(leader[start] + 1), f"{s[start]:.0f}", f"{s[end]:.0f}", f"{length:.0f}", ratio)
        )
        last = length
    return rows


def _drawn_cycle(s: FloatArray, m: FloatArray) -> str:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(9.0, 3.6))
    left = canvas.add_axes((0.0, 0.02, 0.36, 0.96))
    portrait(left, MATRIX)
    left.plot(*(CORNERS.T @ m), color=BLUE, linewidth=0.9)
    right = canvas.add_axes((0.45, 0.17, 0.53, 0.7))
    for k, (colour, style) in enumerate(((BLUE, "-"), (ORANGE, "--"), (GREEN, ":"))):
        right.plot(s, m[k], style, color=colour, linewidth=1.6, label=f"token {k + 1}")
    right.set(xscale="log", xlim=(5, END), ylim=(0, 1.02))
    right.set(xlabel="s = log t, on a logarithmic scale", ylabel="frequency")
    right.legend(loc="upper center", ncols=3, bbox_to_anchor=(0.5, 1.13), frameon=False)
    return as_svg(canvas)
