"""Claim C6: trees from their codes are all trees, and both engines know a determinant."""

from __future__ import annotations

from itertools import combinations

import pytest
from flint import fmpq, fmpq_mat

from checks.claims.matrix_tree import by_flint, by_sympy, connected, edges, minor, trees
from numeric.graphs import is_connected


@pytest.mark.parametrize("K", [1, 2, 3, 4, 5])
def test_the_trees_are_the_connected_graphs_with_one_edge_less_than_vertices(K: int) -> None:
    graphs = map(frozenset, combinations(edges(K), K - 1))
    assert {graph for graph in graphs if connected(graph, K)} == set(trees(K))


def test_cayley_counts_the_trees() -> None:
    assert [len(set(trees(K))) for K in (1, 2, 3, 4, 5, 6)] == [1, 1, 3, 16, 125, 1296]


@pytest.mark.parametrize("K", [1, 2, 3, 4])
def test_connected_graphs_are_those_of_the_graph_library(K: int) -> None:
    for size in range(len(edges(K)) + 1):
        for graph in combinations(edges(K), size):
            assert connected(graph, K) == is_connected(K, graph)


@pytest.mark.parametrize("K", [2, 3, 4, 5])
def test_both_engines_give_the_determinant_of_numbers(K: int) -> None:
    numbers = [fmpq(3 * place * place + 1, place + 2) for place in range(len(edges(K)))]
    weights = dict(zip(edges(K), numbers, strict=True))
    for row in range(K):
        expected = fmpq_mat(minor(weights, K, row)).det()
        assert by_flint(K, row)[1](*numbers) == expected
        found = by_sympy(K, row)[1]
        assert sum(
            (fmpq(int(c)) * product_of(numbers, powers) for powers, c in found.terms()), fmpq(0)
        ) == expected  # fmt: skip


def product_of(numbers: list[fmpq], powers: tuple[int, ...]) -> fmpq:
    value = fmpq(1)
    for number, power in zip(numbers, powers, strict=True):
        value *= number**power
    return value
