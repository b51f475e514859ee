"""A co-occurrence graph as an SVG figure: the same input gives the same bytes."""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import combinations
from math import cos, pi, sin, sqrt
from typing import Any, TypeAlias

from numeric.graphs import Edge, components

__all__ = ["MOST_DRAWN", "TokenGraph", "as_svg", "graph_svg"]

Point: TypeAlias = tuple[float, float]

MOST_DRAWN = 200
"""Tokens in a figure; of more, nothing could be read."""

PLACES, LONG = re.compile(r' (?:d|x|y)="[^"]*"'), re.compile(r"-?\d+\.\d{3,}")
"""Places in an SVG, and numbers in them with many digits."""

INCHES = 0.6
"""Between neighbours."""


class TokenGraph:
    """The graph G^(query), gathered prompt by prompt."""

    def __init__(self, query: int) -> None:
        self.query = query
        self.edges: set[Edge] = set()
        self._tokens = {query}

    def add(self, keys: Sequence[int]) -> None:
        """Add the keys of a prompt that ends in the query.

        Raises ValueError when more than `MOST_DRAWN` tokens have been seen.

        >>> graph = TokenGraph(0)
        >>> graph.add([2, 1, 2])
        >>> graph.edges
        {(1, 2)}
        """
        together = sorted(set(keys))
        self._tokens.update(together)
        if len(self._tokens) > MOST_DRAWN:
            raise ValueError(f"more than {MOST_DRAWN} tokens; expected at most so many in a figure")
        self.edges.update(combinations(together, 2))

    def svg(self, K: int, names: Mapping[int, str]) -> str:
        """Return the figure; isolated tokens are drawn if all K tokens fit.

        >>> TokenGraph(0).svg(2, {}).startswith("<?xml")
        True
        """
        tokens = range(K) if K <= MOST_DRAWN else sorted(self._tokens)
        return graph_svg(self.query, sorted(self.edges), tokens, K, names)


def graph_svg(
    query: int, edges: Sequence[Edge], tokens: Sequence[int], K: int, names: Mapping[int, str]
) -> str:
    """Return an SVG of the graph: each component a ring, the query a square.

    Args:
        query: the query token.
        edges: pairs of tokens.
        tokens: the tokens to draw, the ends of all edges among them.
        K: the number of tokens; the ones not drawn have no edge.
        names: what to call a token; its id where it has no name.

    >>> graph_svg(0, [(0, 1)], [0, 1, 2], 3, {}).count("<svg")
    1
    """
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    index = {token: i for i, token in enumerate(tokens)}
    groups = components(len(index), [(index[i], index[j]) for i, j in edges])
    rings = sorted(([tokens[i] for i in group] for group in groups), key=lambda ring: -len(ring))
    place = dict(_placed(rings))
    width = max(x for x, _ in place.values()) + 1
    height = 1 - min(y for _, y in place.values())
    figure = Figure(figsize=(max(width * INCHES, 5), height * INCHES + 0.8))
    axes = figure.add_axes((0, 0, 1, 1 - 0.6 / figure.get_figheight()), aspect="equal")
    axes.set(xlim=(0, width), ylim=(-height, 0))
    axes.set_axis_off()
    axes.set_title(_title(query, len(rings), K - len(index), names), parse_math=False)
    axes.add_collection(
        LineCollection([[place[i], place[j]] for i, j in edges], colors="0.6", linewidths=0.7)
    )
    for token, at in place.items():
        kind = "square" if token == query else "round"
        face, text = ("0.15", "white") if token == query else ("0.95", "black")
        axes.annotate(
            _short(names.get(token, str(token))),
            at,
            ha="center",
            va="center",
            fontsize=7,
            color=text,
            bbox={"boxstyle": f"{kind},pad=0.4", "facecolor": face, "edgecolor": "0.3"},
            parse_math=False,
        )
    return as_svg(figure)


def _title(query: int, n_rings: int, not_drawn: int, names: Mapping[int, str]) -> str:
    name, count = _short(names.get(query, str(query)), 40), n_rings + not_drawn
    title = f"Prompts that end in {name}: {count} component" + "s" * (count != 1)
    return title + (f"\n({not_drawn} tokens alone are not drawn)" if not_drawn else "")


def as_svg(figure: Any) -> str:
    """Return a figure as SVG: no date, no random ids, text as text, paths to 1/10 of a point."""
    from matplotlib import rc_context

    out = StringIO()
    settings: Any = {"svg.hashsalt": "ccmc", "svg.fonttype": "none"}
    with rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(
            out, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
    return PLACES.sub(lambda found: LONG.sub(_rounded, found[0]), out.getvalue())


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _placed(rings: Sequence[Sequence[int]]) -> Iterator[tuple[int, Point]]:
    """Yield tokens with their places: rings side by side, in lines of about equal width."""
    radii = [0.5 * len(ring) / pi if len(ring) > 1 else 0.0 for ring in rings]
    width = max(sqrt(sum((2 * r + 1) ** 2 for r in radii)), 2 * radii[0] + 1)
    x, y, height = 0.0, 0.0, 0.0
    for ring, r in zip(rings, radii, strict=True):
        side = 2 * r + 1
        if x > 0 and x + side > width + 0.01:
            x, y, height = 0.0, y - height, 0.0
        height = max(height, side)
        for i, token in enumerate(ring):
            angle = pi / 2 - 2 * pi * i / len(ring)
            yield token, (x + side / 2 + r * cos(angle), y - side / 2 + r * sin(angle))
        x += side


def _short(name: str, most: int = 9) -> str:
    """Return a name without what cannot be printed, cut to a length."""
    printable = repr(name)[1:-1]
    return printable if len(printable) <= most else printable[: most - 1] + "…"
