"""The graphs of section C, by their definitions: plain sets of edges, for small data.

    G^(k)        i - j   iff a prompt that ends in k holds both i and j among its keys
    comparisons  i -> j  iff in a prompt that ends in k and holds both, j was the sampled token

Vertices are the tokens 0..K-1; one without an edge is a component of its own. Nothing here rests
on a claim: what the graphs say about P is for `numeric.identify` and the claims themselves.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from numeric.tokens import check_query, check_tokens, keys_and_query

__all__ = ["Edge", "comparisons", "components", "cooccurrences", "is_connected"]
__all__ += ["is_strongly_connected", "strong_components"]

Edge: TypeAlias = tuple[int, int]
Components: TypeAlias = tuple[tuple[int, ...], ...]


def cooccurrences(
    prompts: Iterable[Sequence[int]], query: int, K: int, *, cross_attention: bool = False
) -> frozenset[Edge]:
    """Return the edges (i, j), i < j, of the co-occurrence graph G^(query).

    Args:
        prompts: sequences of token ids from 0 to K - 1, of any last token.
        query: the last token k.
        K: the number of tokens.
        cross_attention: whether the last token is the query alone, and no key.

    Raises ValueError when an id is out of range or a prompt has no key.

    >>> sorted(cooccurrences([(0, 1, 2), (1, 0)], query=2, K=3))
    [(0, 1), (0, 2), (1, 2)]
    >>> sorted(cooccurrences([(0, 1, 2), (1, 0)], query=2, K=3, cross_attention=True))
    [(0, 1)]
    """
    check_query(query, K)
    edges: set[Edge] = set()
    for prompt in prompts:
        check_tokens(prompt, K)
        keys, last = keys_and_query(prompt, cross_attention=cross_attention)
        if last == query:
            edges.update(combinations(sorted(set(keys)), 2))
    return frozenset(edges)


def comparisons(
    samples: Iterable[tuple[Sequence[int], int]],
    query: int,
    K: int,
    *,
    cross_attention: bool = False,
) -> frozenset[Edge]:
    """Return the directed edges (i, j), i != j: j was sampled where i could have been.

    Args:
        samples: pairs of a prompt and the token sampled after it.
        query: the last token of the prompts that count.
        K: the number of tokens.
        cross_attention: whether the last token is the query alone, and no key.

    Raises ValueError when an id is out of range, a prompt has no key, or the sampled token is not
    among the keys (its probability is zero).

    >>> sorted(comparisons([((0, 1, 2), 1), ((2, 0), 2)], query=2, K=3))
    [(0, 1), (2, 1)]
    """
    check_query(query, K)
    edges: set[Edge] = set()
    for prompt, sampled in samples:
        check_tokens(prompt, K)
        keys, last = keys_and_query(prompt, cross_attention=cross_attention)
        if sampled not in keys:
            raise ValueError(f"token {sampled} was sampled after {list(prompt)}: it is not a key")
        if last == query:
            edges.update((i, sampled) for i in keys if i != sampled)
    return frozenset(edges)


def components(K: int, edges: Iterable[Edge]) -> Components:
    """Return the components as sorted tuples, by smallest token; directions do not count.

    So these are the weak components of a directed graph.

    >>> components(4, [(3, 1)])
    ((0,), (1, 3), (2,))
    """
    parent = list(range(K))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in edges:
        parent[max(root(i), root(j))] = min(root(i), root(j))
    return _grouped([root(i) for i in range(K)])


def strong_components(K: int, edges: Iterable[Edge]) -> Components:
    """Return the strong components of a directed graph as sorted tuples, by smallest token.

    >>> strong_components(4, [(0, 1), (1, 2), (2, 0), (2, 3)])
    ((0, 1, 2), (3,))
    """
    ends = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2).T
    ones = np.ones(ends.shape[1], dtype=np.int8)
    graph = coo_array((ones, (ends[0], ends[1])), shape=(K, K))
    _, labels = connected_components(graph, directed=True, connection="strong")
    return _grouped(labels.tolist())


def is_connected(K: int, edges: Iterable[Edge]) -> bool:
    """Tell whether there is one component; a single token is connected.

    >>> is_connected(1, []), is_connected(2, [])
    (True, False)
    """
    return len(components(K, edges)) == 1


def is_strongly_connected(K: int, edges: Iterable[Edge]) -> bool:
    """Tell whether every token can be reached from every other one along the directions.

    >>> is_strongly_connected(2, [(0, 1), (1, 0)]), is_strongly_connected(2, [(0, 1)])
    (True, False)
    """
    return len(strong_components(K, edges)) == 1


def _grouped(labels: Sequence[int]) -> Components:
    """Return the tokens by label, in the order in which labels first appear."""
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(label, []).append(i)
    return tuple(tuple(group) for group in groups.values())
