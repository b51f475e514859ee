"""A false claim about graphs, decided graph by graph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from checks.claim import (
    Body,
    Case,
    Enumeration,
    Source,
    Variant,
    claim,
)


def n_components(K: int, edges: tuple[tuple[int, int], ...]) -> int:
    """How many components a graph on 0..K-1 has, by joining the ends of each edge."""
    label = list(range(K))
    for a, b in edges:
        label = [label[a] if x == label[b] else x for x in label]
    return len(set(label))


def graphs() -> Iterator[Case]:
    """Every graph with as many edges as vertices."""
    for K in range(1, 6):
        for edges in combinations(combinations(range(K), 2), K):
            yield Case({"K": K, "edges": edges}, n_components(K, edges), "=", 1)


@claim(
    id="edges-connect",
    label="U11",
    title="A graph on K vertices with K edges is connected",
    statement=(r"Every graph on $K \le 5$ vertices with at least $K$ edges is connected."),
    source=Source("my notes", "What I believed."),
    mark="exact",
)
def edges_connect() -> Body:
    """K - 1 edges can connect K vertices; K edges need not."""
    says = "A graph with as many edges as vertices has one component."
    one_edge_less = Variant("edges-connect", "two components", graphs)
    return Body((Enumeration("edges-connect", says, "K <= 5", graphs),), (), (one_edge_less,))
