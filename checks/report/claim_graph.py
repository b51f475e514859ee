"""The graph of the claims, laid out: a band of nodes for each section.

An edge leads from a claim to what it rests on.  To *prove* it takes the claims and theorems of the
literature that it cites; to *state* it, the definitions of which its theorems speak (drawn if two
claims or more share them).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.citations import ancestors
from checks.registry import SECTIONS
from checks.report.view import standing, stating
from checks.verdict import SIGNS

__all__ = ["Edge", "Graph", "Node", "claim_graph"]

COLUMNS = 7
WIDTH, HEIGHT = 140, 42
ACROSS, GAP = 156, 24
"""From one node to the next, and between two lines of nodes."""

LOW = 26
"""Height of a node with one line."""

MARGIN, HEAD = 12, 30
LINE = 20
"""Characters of a name on one line."""


@dataclass(frozen=True)
class Node:
    """A claim, a definition or a theorem of the literature, with its place.

    ``rests`` names all nodes on which it rests, be it through others.
    """

    id: str
    href: str
    title: str
    label: str
    lines: tuple[str, ...]
    kind: str
    height: int
    x: int
    y: int
    rests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """From a node to one on which it rests."""

    start: str
    end: str
    kind: str
    path: str


@dataclass(frozen=True)
class Graph:
    """Nodes, edges and the headings of the bands, with their places."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    bands: tuple[tuple[str, int], ...]
    width: int
    height: int
    node_width: int = WIDTH


Entry = Mapping[str, Any]
Row = tuple[str, str, str, str, tuple[str, ...], str, int]  # a node without place and rests


def claim_graph(record: Entry) -> Graph:
    """Return the graph of a record's claims."""
    claims = {entry["id"]: entry for entry in record["claims"]}
    proving = {name: _cited(entry, claims) for name, entry in claims.items()}
    shared = stating(record)
    defined = {f"definition-{i}": text for i, text in enumerate(shared, 1)}
    to_state = {name: [d for d, text in defined.items() if name in shared[text]] for name in claims}
    bands = _bands(claims, proving, defined)
    nodes: dict[str, Node] = {}
    heads: list[tuple[str, int]] = []
    y = MARGIN
    for title, rows in bands:
        heads.append((title, y + 14))
        y += HEAD
        for i, row in enumerate(rows):
            down, across = divmod(i, COLUMNS)
            rests = (*to_state.get(row[0], ()), *ancestors(row[0], proving))
            place = MARGIN + across * ACROSS, y + down * (row[-1] + GAP)
            nodes[row[0]] = Node(*row, *place, rests)
        y += (1 + (len(rows) - 1) // COLUMNS) * (rows[0][-1] + GAP)
    edges = [
        *_edges(nodes, to_state, "state"),
        *_edges(nodes, proving, "prove"),
    ]
    width = 2 * MARGIN + (COLUMNS - 1) * ACROSS + WIDTH
    return Graph(tuple(nodes.values()), tuple(edges), tuple(heads), width, y)


def _cited(entry: Entry, claims: Mapping[str, Entry]) -> list[str]:
    """Return what a claim cites itself: claims, and literature that no cited claim brings."""
    below = entry["rests_on"]
    direct = list(entry.get("cites", below["claims"]))
    brought = {name for c in direct if c in claims for name in claims[c]["rests_on"]["literature"]}
    found = [*direct, *(name for name in below["literature"] if name not in brought)]
    return list(dict.fromkeys(found))


def _bands(
    claims: Mapping[str, Entry], proving: Mapping[str, Sequence[str]], defined: Mapping[str, str]
) -> Iterator[tuple[str, list[Row]]]:
    """Yield the bands from top to bottom: definitions, sections, literature."""
    if defined:
        yield "Definitions shared by claims", [_definition(*item) for item in defined.items()]
    for section in dict.fromkeys(entry["section"] for entry in claims.values()):
        name = f"{section}: {SECTIONS[section]}" if section in SECTIONS else section
        yield name, [_claim(entry) for entry in claims.values() if entry["section"] == section]
    cited = {name for names in proving.values() for name in names if name not in claims}
    if cited:
        yield "Cited, not among these claims", [_literature(name) for name in sorted(cited)]


def _definition(name: str, text: str) -> Row:
    head = text.split(" = ", 1)[0]
    return name, "", f"Definition: {text}", head, (), "definition", LOW


def _claim(entry: Entry) -> Row:
    stands = standing(entry)
    kind = stands.replace(" ", "-")
    label = f"{entry['label']} {SIGNS[stands]}"
    title = f"{entry['label']} {entry['title']}: {stands}"
    return entry["id"], f"#{entry['id']}", title, label, _lines(entry["id"]), kind, HEIGHT


def _literature(name: str) -> Row:
    return name, "", f"Cited: {name}", "cited", _lines(name), "literature", HEIGHT


def _lines(name: str) -> tuple[str, ...]:
    """Return a name on at most two lines, broken after a hyphen.

    Example:
        >>> _lines("connected-iff-identifiable")
        ('connected-iff-', 'identifiable')
    """
    if len(name) <= LINE:
        return (name,)
    cut = name.rfind("-", 0, LINE) + 1 or LINE
    rest = name[cut:]
    return name[:cut], rest if len(rest) <= LINE else rest[: LINE - 1] + "…"


def _edges(
    nodes: Mapping[str, Node], leads: Mapping[str, Iterable[str]], kind: str
) -> Iterator[Edge]:
    for start, ends in leads.items():
        for end in ends:
            yield Edge(start, end, kind, _path(nodes[start], nodes[end]))


def _path(start: Node, end: Node) -> str:
    """Return a curve: between two bands from side to side, within a line of nodes over it."""
    x, to = start.x + WIDTH // 2, end.x + WIDTH // 2
    if start.y == end.y:
        top = start.y - 18
        return f"M{x} {start.y}C{x} {top} {to} {top} {to} {end.y}"
    up = end.y < start.y
    y, into = (start.y, end.y + end.height) if up else (start.y + start.height, end.y)
    bend = max(abs(into - y) // 2, 16) * (-1 if up else 1)
    return f"M{x} {y}C{x} {y + bend} {to} {into - bend} {to} {into}"
