"""Why coverage is enough in self-attention: two supports of as many prompts, of two keys each."""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Any, TypeAlias

from checks.figures import Figure
from checks.graph_figure import as_svg
from numeric.graphs import components, cooccurrences

__all__ = ["coverage"]

Prompts: TypeAlias = tuple[tuple[int, ...], ...]
Point: TypeAlias = tuple[float, float]

K = 8
QUERY = 0

BESIDE_QUERY: Prompts = tuple((k, QUERY) for k in range(1, K))
"""Self-attention: the query is a key of each prompt, beside one other token."""

PAIRS: Prompts = ((0, 1), (2, 3), (3, 4), (2, 4), (5, 6), (6, 7), (5, 7))
"""Cross-attention: the keys of each prompt, to which the query is not added."""

COLOURS = "#0072B2", "#D55E00", "#009E73"
"""Of components; the palette of Okabe and Ito. Outlines tell the same without colours."""

ISLANDS: dict[int, Point] = {0: (0.0, 0.8), 2: (-0.88, -0.72), 5: (0.88, -0.72)}
"""Where the components of the pairs are drawn, by least token."""


def coverage() -> Figure:
    """A star in self-attention, three islands in cross-attention; every token is shown in both.

    Example:
        >>> [row[2:5:2] for row in coverage().rows][:3]
        [(1, 1), (1, 1), (1, 2)]
    """
    graphs = {
        "Self-attention": cooccurrences(BESIDE_QUERY, QUERY, K),
        "Cross-attention": cooccurrences(
            [(*keys, QUERY) for keys in PAIRS], QUERY, K, cross_attention=True
        ),
    }
    groups = {name: components(K, edges) for name, edges in graphs.items()}
    n = {name: len(found) for name, found in groups.items()}
    return Figure(
        svg=_drawn(graphs, groups),
        alt=(
            f"Two graphs of {K} tokens, one edge for each of {len(PAIRS)} prompts. Self-attention: "
            f"a star around the query, {n['Self-attention']} component. Cross-attention: "
            f"{n['Cross-attention']} islands, " + _named(groups["Cross-attention"]) + "."
        ),
        caption=(
            f"Each edge is a prompt of two keys, {len(PAIRS)} on each side, and every token is "
            "shown on both sides. In self-attention (left) the query, the square, is a key of "
            "all its prompts, so each token that is shown is joined to it: the graph is connected. "
            "In cross-attention (right) a prompt need not have the query among its keys, and the "
            f"same coverage leaves {n['Cross-attention']} islands: no law tells how the weight of "
            "the row is divided between them."
        ),
        columns=(
            "token",
            *(f"{name}: {what}" for name in graphs for what in ("keys", "component")),
        ),
        rows=[
            (
                token,
                *(
                    cell
                    for prompts, found in zip((BESIDE_QUERY, PAIRS), groups.values(), strict=True)
                    for cell in (_holding(prompts, token), _home(found, token))
                ),
            )
            for token in range(K)
        ],
    )


def _holding(prompts: Prompts, token: int) -> str:
    return ", ".join(" ".join(map(str, keys)) for keys in prompts if token in keys)


def _home(groups: Sequence[Sequence[int]], token: int) -> int:
    return next(number for number, group in enumerate(groups, 1) if token in group)


def _named(groups: Sequence[Sequence[int]]) -> str:
    return "; ".join(" and ".join(map(str, group)) for group in groups)


def _drawn(graphs: dict[str, Any], groups: dict[str, Any]) -> str:
    """Return both graphs side by side."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(7.6, 4.1))
    for at, (name, edges) in enumerate(graphs.items()):
        axes = canvas.add_axes((0.01 + 0.5 * at, 0, 0.48, 0.86), aspect="equal")
        axes.set(xlim=(-1.75, 1.75), ylim=(-1.65, 1.65))
        axes.set_axis_off()
        found = groups[name]
        count = f"{len(found)} component" + "s" * (len(found) != 1)
        axes.set_title(f"{name}: {len(edges)} prompts, {count}", fontsize=11)
        _graph(axes, sorted(edges), found, _star() if len(found) == 1 else _islands(found))
    return as_svg(canvas)


def _star() -> dict[int, Point]:
    """The query in the middle, the others around it."""
    angles = {k: pi / 2 - 2 * pi * (k - 1) / (K - 1) for k in range(1, K)}
    around = {k: (1.25 * cos(angle), 1.25 * sin(angle)) for k, angle in angles.items()}
    return {QUERY: (0.0, 0.0), **around}


def _islands(groups: Sequence[Sequence[int]]) -> dict[int, Point]:
    """Each component a small ring of its own."""
    places = {}
    for group in groups:
        x, y = ISLANDS[group[0]]
        for at, token in enumerate(group):
            angle = pi - 2 * pi * at / len(group) if len(group) == 2 else pi / 2 - 2 * pi * at / 3
            places[token] = x + 0.45 * cos(angle), y + 0.45 * sin(angle)
    return places


def _graph(axes: Any, edges: Any, groups: Sequence[Sequence[int]], place: Any) -> None:
    """Draw the components in their colours, one outlined island each, the query a square."""
    from matplotlib.patches import Circle

    for group, colour in zip(groups, COLOURS, strict=False):
        x, y = (sum(place[k][c] for k in group) / len(group) for c in (0, 1))
        radius = 1.55 if len(groups) == 1 else 0.78
        axes.add_patch(Circle((x, y), radius, facecolor=colour, alpha=0.10, linewidth=0))
        axes.add_patch(Circle((x, y), radius, fill=False, edgecolor=colour, linestyle=":"))
        for i, j in edges:
            if i in group:
                (x0, y0), (x1, y1) = place[i], place[j]
                axes.plot((x0, x1), (y0, y1), color=colour, linewidth=2, zorder=1)
        for token in group:
            _token(axes, token, place[token], colour)


def _token(axes: Any, token: int, at: Point, colour: str) -> None:
    square = token == QUERY
    axes.annotate(
        str(token),
        at,
        ha="center",
        va="center",
        fontsize=10,
        color="white" if square else "black",
        bbox={
            "boxstyle": ("square" if square else "circle") + ",pad=0.35",
            "facecolor": colour if square else "white",
            "edgecolor": colour,
            "linewidth": 1.5,
        },
    )
