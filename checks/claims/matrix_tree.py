"""C6: the determinant of the Fisher matrix counts spanning trees, so it knows connectedness.

    w_ij = w_ji                       weights of the edges, one variable for each
    H_ij = -w_ij,  H_ii = sum_j w_ij  the Laplacian
    det H without row and column i  =  sum over spanning trees of the product of their weights

A tree on K vertices is read from its Pruefer code, K - 2 vertices: each entry in turn is joined to
the least leaf left, and so are the last two vertices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import COVERAGE

if TYPE_CHECKING:
    from flint import fmpq_mpoly
    from sympy.polys.rings import PolyElement

Edge: TypeAlias = tuple[int, int]
Matrix: TypeAlias = list[list[Any]]

SIZES = range(1, 7)


def edges(K: int) -> tuple[Edge, ...]:
    """All pairs i < j of vertices 0..K-1."""
    return tuple(combinations(range(K), 2))


def names(K: int) -> list[str]:
    """The names of the weights; one vertex has none, and a ring needs one."""
    return [f"w{i}{j}" for i, j in edges(K)] or ["w"]


def tree(code: Sequence[int]) -> frozenset[Edge]:
    """The tree with a Pruefer code, on two vertices more than the code is long.

    >>> sorted(tree((0,)))
    [(0, 1), (0, 2)]
    """
    vertices = range(len(code) + 2)
    degree = [1 + code.count(v) for v in vertices]
    joined = []
    for v in code:
        leaf = degree.index(1)
        joined.append((min(leaf, v), max(leaf, v)))
        degree[leaf] -= 1
        degree[v] -= 1
    first, last = (v for v in vertices if degree[v] == 1)
    return frozenset([*joined, (first, last)])


def trees(K: int) -> list[frozenset[Edge]]:
    """The spanning trees of the complete graph; on one vertex, the tree without an edge.

    >>> [len(trees(K)) for K in (1, 2, 3, 4)]
    [1, 1, 3, 16]
    """
    return [frozenset()] if K == 1 else [tree(code) for code in product(range(K), repeat=K - 2)]


def connected(graph: Iterable[Edge], K: int) -> bool:
    """Whether every vertex is reached from vertex 0.

    >>> connected([(0, 1)], 2), connected([(0, 1)], 3)
    (True, False)
    """
    neighbours: list[list[int]] = [[] for _ in range(K)]
    for i, j in graph:
        neighbours[i].append(j)
        neighbours[j].append(i)
    reached, queue = {0}, [0]
    while queue:
        new = set(neighbours[queue.pop()]) - reached
        reached |= new
        queue.extend(new)
    return len(reached) == K


def minor(w: dict[Edge, Any], K: int, row: int, off: int = -1) -> Matrix:
    """The Laplacian without one row and column; ``off`` is the sign of its other entries."""
    kept = [i for i in range(K) if i != row]
    total = {i: sum(w[edge] for edge in w if i in edge) for i in kept}
    return [[total[i] if i == j else off * w[min(i, j), max(i, j)] for j in kept] for i in kept]


def by_sympy(K: int, row: int, off: int = -1) -> tuple[dict[Edge, PolyElement], PolyElement]:
    """The weights as variables, and the determinant by Berkowitz's algorithm in SymPy.

    It gives the characteristic polynomial, whose value at 0 is (-1)^(K-1) times the determinant.
    """
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix
    from sympy.polys.rings import ring

    R, *gens = ring(names(K), QQ)
    w = dict(zip(edges(K), gens, strict=False))
    entries = DomainMatrix(minor(w, K, row, off), (K - 1, K - 1), R.to_domain())
    return w, R((-1) ** (K - 1) * entries.charpoly_berk()[-1])


def by_flint(K: int, row: int, off: int = -1) -> tuple[dict[Edge, fmpq_mpoly], fmpq_mpoly]:
    """The weights as variables, and the determinant by expansion along rows in python-flint."""
    from flint import Ordering, fmpq_mpoly_ctx

    context = fmpq_mpoly_ctx.get(names(K), Ordering.lex)
    w = dict(zip(edges(K), context.gens(), strict=False))
    known: dict[tuple[int, ...], Any] = {(): context.constant(1)}
    entries = minor(w, K, row, off)

    def expand(columns: tuple[int, ...]) -> Any:
        """The determinant of the last rows in these columns."""
        if columns not in known:
            at = entries[K - 1 - len(columns)]
            known[columns] = sum(
                (-1) ** place * at[column] * expand(columns[:place] + columns[place + 1 :])
                for place, column in enumerate(columns)
            )
        return known[columns]

    return w, expand(tuple(range(K - 1)))


ENGINES: dict[str, Callable[..., tuple[dict[Edge, Any], Any]]] = {
    "SymPy": by_sympy,
    "python-flint": by_flint,
}


def tree_cases(
    spanning: Callable[[int], list[frozenset[Edge]]] = trees, off: int = -1, sign: int = 1
) -> Iterator[Case]:
    """The determinant is the sum over trees: for every size, row and engine."""
    for K, (engine, determinant) in product(SIZES, ENGINES.items()):
        for row in range(K):
            w, found = determinant(K, row, off)
            one = found**0
            terms = (prod((w[edge] for edge in chosen), start=one) for chosen in spanning(K))
            where = {"K": K, "row": row + 1, "engine": engine}
            yield Case(where, found, "=", sign * sum(terms, start=0 * one))


def coefficient_cases(off: int = -1) -> Iterator[Case]:
    """Every coefficient of the determinant is 1."""
    for K in SIZES:
        for row in range(K):
            _, found = by_flint(K, row, off)
            for monomial, coefficient in zip(found.monoms(), found.coeffs(), strict=True):
                where = {"K": K, "row": row + 1, "exponents": tuple(map(int, monomial))}
                yield Case(where, coefficient, "=", 1)


def graph_cases(spanning: Callable[[int], list[frozenset[Edge]]] = trees) -> Iterator[Case]:
    """A graph holds a spanning tree (1, else 0) exactly if it is connected (1, else 0)."""
    for K in SIZES:
        bit = {edge: 1 << place for place, edge in enumerate(edges(K))}
        masks = [sum(bit[edge] for edge in chosen) for chosen in spanning(K)]
        for graph in range(1 << len(bit)):
            held = [edge for edge in bit if graph & bit[edge]]
            some = any(mask & graph == mask for mask in masks)
            drawn = " ".join(f"{i + 1}-{j + 1}" for i, j in held) or "none"
            yield Case({"K": K, "edges": drawn}, int(some), "=", int(connected(held, K)))


def without_one(K: int) -> list[frozenset[Edge]]:
    """All spanning trees but the first."""
    return trees(K)[1:]


@claim(
    id="matrix-tree",
    label="C6",
    title="A minor of the Fisher matrix is the sum over spanning trees, so positive iff connected",
    statement=(
        r"Let $w_{ij} = w_{ji}$ be a variable for each pair of $K$ tokens, $H_{ij} = -w_{ij}$ for "
        r"$i \ne j$ and $H_{ii} = \sum_{j \ne i} w_{ij}$; by C3 the Fisher matrix of a row is such "
        r"an $H$, and its weights are positive on the edges of the co-occurrence graph and 0 "
        r"elsewhere. For $K \le 6$ and every $i$ the determinant of $H$ without row and column $i$ "
        r"is the sum over the spanning trees of the product of their weights: every coefficient "
        r"is 1. A graph holds a spanning tree exactly if it is connected. So the determinant is "
        r"positive exactly if the graph is connected."
    ),
    source=COVERAGE,
    mark="exact",
    beyond=True,
)
def matrix_tree() -> Body:
    """The identity by two engines, its coefficients, and every graph."""
    scope = "K <= 6"
    identity = Enumeration(
        "matrix-tree",
        r"The determinant of $H$ without row and column $i$ is the sum over the spanning trees of "
        r"the product of their weights, for $i = 1, \dots, K$, by two engines.",
        scope,
        tree_cases,
        engines=tuple(ENGINES),
    )
    positive = Enumeration(
        "matrix-tree/coefficients",
        r"Every coefficient of that determinant is 1.",
        scope,
        coefficient_cases,
    )
    graphs = Enumeration(
        "matrix-tree/connected",
        r"Of every graph on $1, \dots, K$: some spanning tree lies in it (1, else 0) exactly if "
        r"every vertex is reached from the first (1, else 0).",
        scope,
        graph_cases,
        engines=(),
    )
    return Body(
        parts=(identity, positive, graphs),
        witnesses=(),
        twins=(
            Variant(identity.name, "a tree is missing", partial(tree_cases, without_one)),
            Variant(identity.name, "minus the sum", partial(tree_cases, sign=-1)),
            Variant(identity.name, "no sign in the Laplacian", partial(tree_cases, off=1)),
            Variant(positive.name, "no sign in the Laplacian", partial(coefficient_cases, off=1)),
            Variant(graphs.name, "a tree is missing", partial(graph_cases, without_one)),
        ),
        rests_on=("fisher-is-laplacian",),
    )
