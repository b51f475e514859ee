"""Graphs, and the rows prompts determine: by definition, by linear algebra, by streaming."""

import random
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, combinations, combinations_with_replacement, pairwise, product
from typing import Any

import networkx as nx
import numba
import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import numeric.compiled
import numeric.identify
import numeric.streaming
from numeric.graphs import (
    comparisons,
    components,
    cooccurrences,
    is_connected,
    is_strongly_connected,
    strong_components,
)
from numeric.identify import PromptGraphs, n_suggestions, suggest

Prompt = tuple[int, ...]

FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["dense", "sparse"])
def table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both tables; the sparse one is made again after every few tokens."""
    if request.param == "sparse":
        monkeypatch.setattr(numeric.identify, "DENSE", 0)
        monkeypatch.setattr(numeric.streaming, "WAITING", 5)
    return str(request.param)


@st.composite
def prompt_sets(draw: st.DrawFn, most: int = 6) -> tuple[int, bool, list[Prompt]]:
    """K, the attention mode, and prompts."""
    K, cross = draw(st.integers(1, most)), draw(st.booleans())
    prompt = st.lists(st.integers(0, K - 1), min_size=1 + cross, max_size=5).map(tuple)
    return K, cross, draw(st.lists(prompt, max_size=10))


def by_definition(
    prompts: Iterable[Prompt], K: int, cross: bool
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    listed = list(prompts)
    return tuple(
        components(K, cooccurrences(listed, k, K, cross_attention=cross)) for k in range(K)
    )


def found(graphs: PromptGraphs) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """All components; their number is asked for twice."""
    rows = [graphs.components(k) for k in range(graphs.K)]
    assert graphs.n_components().tolist() == [len(row) for row in rows]
    assert graphs.identifiable == all(len(row) == 1 for row in rows)
    return tuple(tuple(tuple(group) for group in row) for row in rows)


def flat(prompts: Sequence[Prompt]) -> tuple[Any, Any]:
    offsets = np.cumsum([0, *map(len, prompts)])
    return np.array(list(chain.from_iterable(prompts)), dtype=np.int32), offsets


# Definitions


def test_the_last_token_is_a_key_unless_said_otherwise() -> None:
    assert cooccurrences([(0, 1, 2)], 2, 3) == {(0, 1), (0, 2), (1, 2)}
    assert cooccurrences([(0, 1, 2)], 2, 3, cross_attention=True) == {(0, 1)}
    assert comparisons([((0, 2), 0)], 2, 3) == {(2, 0)}
    assert comparisons([((0, 2), 0)], 2, 3, cross_attention=True) == set()


@given(
    st.integers(1, 8).flatmap(
        lambda K: st.tuples(
            st.just(K), st.sets(st.tuples(st.integers(0, K - 1), st.integers(0, K - 1)))
        )
    )
)
def test_components_are_those_of_networkx(case: tuple[int, set[tuple[int, int]]]) -> None:
    K, edges = case
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(range(K))
    graph.add_edges_from(edges)
    weak = {frozenset(group) for group in nx.weakly_connected_components(graph)}
    strong = {frozenset(group) for group in nx.strongly_connected_components(graph)}
    assert {frozenset(group) for group in components(K, edges)} == weak
    assert {frozenset(group) for group in strong_components(K, edges)} == strong
    assert is_connected(K, edges) == (len(weak) == 1)
    assert is_strongly_connected(K, edges) == (len(strong) == 1)


@given(prompt_sets())
def test_an_edge_is_a_pair_of_keys_of_a_prompt_with_the_query(
    case: tuple[int, bool, list[Prompt]],
) -> None:
    K, cross, prompts = case
    for k in range(K):
        edges = cooccurrences(prompts, k, K, cross_attention=cross)
        for i, j in combinations(range(K), 2):
            keys = (X[:-1] if cross else X for X in prompts if X[-1] == k)
            assert ((i, j) in edges) == any(i in X and j in X for X in keys)


def test_a_comparison_points_to_the_token_sampled() -> None:
    samples = [((0, 1, 2), 0), ((1, 2), 1), ((0, 1), 0)]
    assert comparisons(samples, 2, 3) == {(1, 0), (2, 0), (2, 1)}
    assert comparisons(samples, 1, 3) == {(1, 0)}
    assert comparisons([((0, 1, 2), 0)], 2, 3, cross_attention=True) == {(1, 0)}


def test_one_missing_comparison_breaks_strong_connection() -> None:
    cycle = [((0, 1), 0), ((1, 2, 1), 2), ((0, 2, 1), 1)]
    assert is_strongly_connected(3, comparisons(cycle, 1, 3))
    for i in range(3):
        assert not is_strongly_connected(3, comparisons(cycle[:i] + cycle[i + 1 :], 1, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cooccurrences([(0, 3)], 0, 3), "token 3 at position 1"),
        (lambda: cooccurrences([(0, 1)], 3, 3), "query 3: expected an id from 0 to 2"),
        (lambda: cooccurrences([(1,)], 1, 3, cross_attention=True), "no key is left"),
        (lambda: comparisons([((0, 1), 2)], 1, 3), "token 2 was sampled after"),
        (
            lambda: comparisons([((0, 1), 1)], 1, 3, cross_attention=True),
            "token 1 was sampled after",
        ),
    ],
)
def test_what_is_no_prompt_has_no_graph(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# Exact linear algebra, without graphs

P = (
    (fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)),
    (fmpq(1, 7), fmpq(2, 7), fmpq(4, 7)),
    (fmpq(3, 5), fmpq(1, 10), fmpq(3, 10)),
)


@cache
def rank_of_laws(query: int, laws: frozenset[tuple[int, ...]]) -> int:
    """The rank of the equations r_i sum_j n_j P_j = P_i sum_j n_j r_j, i a key, in row r of P'.

    They say that a chain with row r has the next-token law of P for the counts n. Row P itself is
    a solution; a second one, P + eps v, is positive for small eps: it exists iff the rank is below
    K - 1.
    """
    equations = []
    for n in laws:
        total = sum((n_j * p for n_j, p in zip(n, P[query], strict=True)), fmpq(0))
        for i in range(3):
            if n[i]:
                row = [fmpq(-n_j) * P[query][i] for n_j in n]
                row[i] += total
                equations.append(row)
    return int(fmpq_mat(equations).rank()) if equations else 0


def second_chain_exists(prompts: Iterable[Prompt], cross: bool) -> list[bool]:
    """For each row of P, whether another row gives the same next-token laws."""
    laws: list[set[tuple[int, ...]]] = [set(), set(), set()]
    for X in prompts:
        keys = X[:-1] if cross else X
        laws[X[-1]].add((keys.count(0), keys.count(1), keys.count(2)))
    return [rank_of_laws(k, frozenset(laws[k])) < 2 for k in range(3)]


def small_sets(cross: bool) -> Iterator[tuple[Prompt, ...]]:
    """Every set of at most three prompts with K = 3 and length <= 3."""
    lengths = (2, 3) if cross else (1, 2, 3)
    prompts = [X for L in lengths for X in product(range(3), repeat=L)]
    return chain.from_iterable(combinations(prompts, n) for n in range(4))


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("table", ["dense", "sparse"], indirect=True)
def test_a_row_is_determined_iff_no_second_chain_exists_on_every_small_set(
    cross: bool, table: str
) -> None:
    cases = 0
    for prompts in small_sets(cross):
        one = PromptGraphs.of(prompts, 3, cross_attention=cross).n_components() == 1
        assert one.tolist() == [not free for free in second_chain_exists(prompts, cross)], prompts
        cases += 1
    assert cases == (1 + 36 + 630 + 7140 if cross else 1 + 39 + 741 + 9139)


@pytest.mark.parametrize("cross", [False, True])
def test_the_check_against_second_chains_sees_the_wrong_attention_mode(cross: bool) -> None:
    wrong = 0
    for prompts in small_sets(True):
        one = PromptGraphs.of(prompts, 3, cross_attention=not cross).n_components() == 1
        wrong += one.tolist() != [not free for free in second_chain_exists(prompts, cross)]
    assert wrong > 1000


def random_prompts(rng: random.Random, K: int, query: int, cross: bool) -> list[Prompt]:
    """Prompts that end in the query: short ones, duplicates, at times all tokens."""
    prompts: list[Prompt] = []
    for _ in range(rng.choice((0, 1, 1, 2, 3, 4, 6))):
        kind = rng.random()
        if kind < 0.15 and prompts:
            prompts.append(rng.choice(prompts))
        elif kind < 0.3:
            prompts.append((rng.randrange(K),) * cross + (query,))
        elif kind < 0.34:
            prompts.append((*rng.sample(range(K), K), query))
        else:
            prompts.append((*rng.choices(range(K), k=rng.randint(1, 4)), query))
    return prompts


def fisher_rank(prompts: Sequence[Prompt], K: int, query: int, cross: bool, seed: int) -> int:
    """The rank of H_k = sum mu(X) (diag p_X - p_X p_X^T), exactly, for a random P and mu."""
    rng = random.Random(seed)
    row = [fmpq(rng.randint(1, 99), rng.randint(1, 99)) for _ in range(K)]
    H = fmpq_mat(K, K)
    for X in prompts:
        keys = X[:-1] if cross else X
        weights = [keys.count(j) * row[j] for j in range(K)]
        total = sum(weights, fmpq(0))
        p = fmpq_mat(K, 1, [w / total for w in weights])
        D = fmpq_mat(K, K)
        for j in range(K):
            D[j, j] = p[j, 0]
        H += (D - p * p.transpose()) * fmpq(rng.randint(1, 9), rng.randint(1, 9))
    return int(H.rank())


def test_the_rank_of_the_fisher_matrix_is_k_minus_the_number_of_components() -> None:
    rng = random.Random(20240513)
    seen = {"duplicate": 0, "one token": 0, "all tokens": 0, "connected": 0, "not": 0}
    for case in range(10_000):
        K, cross = rng.randint(1, 12), rng.random() < 0.5
        query = rng.randrange(K)
        prompts = random_prompts(rng, K, query, cross)
        graphs = PromptGraphs.of(prompts, K, cross_attention=cross)
        c = int(graphs.n_components()[query])
        assert fisher_rank(prompts, K, query, cross, case) == K - c, (K, cross, prompts)
        keys = [set(X[:-1] if cross else X) for X in prompts]
        seen["duplicate"] += len(set(prompts)) < len(prompts)
        seen["one token"] += any(len(X) == 1 for X in keys)
        seen["all tokens"] += any(len(X) == K > 1 for X in keys)
        seen["connected" if c == 1 else "not"] += 1
    assert min(seen.values()) > 1000, seen


# The stream


@FIXTURES
@given(case=prompt_sets())
def test_streaming_finds_the_components_of_the_definition(
    table: str, case: tuple[int, bool, list[Prompt]]
) -> None:
    K, cross, prompts = case
    graphs = PromptGraphs.of(prompts, K, cross_attention=cross)
    assert found(graphs) == by_definition(prompts, K, cross)
    assert graphs.n_prompts == len(prompts)


@FIXTURES
@given(case=prompt_sets(), data=st.data())
def test_neither_pieces_nor_order_nor_duplicates_matter(
    table: str, case: tuple[int, bool, list[Prompt]], data: st.DataObject
) -> None:
    K, cross, prompts = case
    shuffled = data.draw(st.permutations(prompts + prompts[:3]))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(shuffled)))) | {0, len(shuffled)})
    graphs = PromptGraphs(K, cross_attention=cross)
    for a, b in pairwise(cuts):
        graphs.add(*flat(shuffled[a:b]))
        if data.draw(st.booleans()):
            graphs.components(0)
    assert found(graphs) == by_definition(prompts, K, cross)


@FIXTURES
@given(case=prompt_sets(), more=st.integers(0, 3))
def test_growing_with_the_ids_seen_is_as_good_as_knowing_k(
    table: str, case: tuple[int, bool, list[Prompt]], more: int
) -> None:
    K, cross, prompts = case
    graphs = PromptGraphs(cross_attention=cross)
    for prompt in prompts:
        graphs.grow(max(graphs.K, max(prompt) + 1))
        graphs.add(*flat([prompt]))
    graphs.grow(max(graphs.K, K) + more)
    assert found(graphs) == by_definition(prompts, graphs.K, cross)


@pytest.mark.parametrize("cross", [False, True])
def test_growing_past_the_dense_table_keeps_everything(
    cross: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numeric.identify, "DENSE", 8)
    rng = np.random.default_rng(0)
    graphs, prompts = PromptGraphs(cross_attention=cross), []
    for K in (3, 5, 8, 9, 20, 40):
        some = rng.integers(0, K, (60, 4))
        graphs.grow(K)
        graphs.add(some)
        prompts += [tuple(row) for row in some.tolist()]
        assert found(graphs) == by_definition(prompts, K, cross)


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("K", [700, 3000])
def test_large_random_prompts_agree_with_networkx(K: int, cross: bool) -> None:
    rng = np.random.default_rng(K)
    # Few queries with many prompts, many with few; tokens of one class mod 3.
    X = rng.integers(0, K, (4000, 6))
    X[:, -1] = np.where(rng.random(4000) < 0.5, X[:, -1] % 4, X[:, -1])
    X[:, :-1] = X[:, :-1] // 3 * 3 + X[:, -1:] % 3
    X = np.minimum(X, K - 1)
    graphs = PromptGraphs(K, cross_attention=cross)
    graphs.add(X)
    for query in [*range(8), K - 1]:
        graph: Any = nx.Graph()
        graph.add_nodes_from(range(K))
        for keys in X[X[:, -1] == query, : 6 - cross].tolist():
            nx.add_path(graph, keys)
        expected = sorted(sorted(group) for group in nx.connected_components(graph))
        assert graphs.components(query) == expected
        assert graphs.n_components()[query] == len(expected)


@pytest.mark.parametrize("cross", [False, True])
def test_integers_of_every_width_and_layout_are_read(table: str, cross: bool) -> None:
    X = np.random.default_rng(1).integers(0, 5, (30, 3))
    expected = by_definition([tuple(row) for row in X.tolist()], 5, cross)
    for kind in (np.int8, np.uint8, np.int32, np.uint32, np.int64, np.uint64):
        graphs = PromptGraphs(5, cross_attention=cross)
        graphs.add(np.asfortranarray(X.astype(kind)))
        assert found(graphs) == expected


def test_no_prompt_determines_one_token_and_nothing_more(table: str) -> None:
    assert PromptGraphs(1).identifiable
    assert found(PromptGraphs(2)) == (((0,), (1,)),) * 2


def test_in_self_attention_every_other_token_must_share_a_prompt_with_the_query() -> None:
    chained = [(0, 1, 1), (1, 2, 2), (0, 2, 3)]
    assert not PromptGraphs.of([(1, 0), (2, 1, 2), (0, 1), (2, 1), (1, 2)], 3).identifiable
    assert PromptGraphs.of([(1, 2, 0), (0, 2, 1), (0, 1, 2)], 3).identifiable
    # In cross-attention a chain that avoids the query does.
    hung = [(0, 1, 0), (1, 2, 0)]
    assert PromptGraphs.of(hung, 3, cross_attention=True).components(0) == [[0, 1, 2]]
    assert PromptGraphs.of(chained, 4).components(3) == [[0, 2, 3], [1]]


def test_memory_does_not_grow_with_the_number_of_prompts(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numeric.streaming, "WAITING", 2**12)
    block = np.random.default_rng(2).integers(0, 60, (200, 8), dtype=np.int32)

    def peak(times: int) -> int:
        tracemalloc.start()
        graphs = PromptGraphs(60, cross_attention=True)
        for _ in range(times):
            graphs.add(block)
        graphs.n_components()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(20)
    assert peak(500) < 1.2 * peak(20)


@pytest.mark.parametrize("table", ["dense", "sparse"], indirect=True)
@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("bad", [-1, 5, 2**31 - 1, -(2**31)])
def test_an_id_out_of_range_is_refused_with_its_place(
    table: str, cross: bool, bad: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numeric.identify, "PROMPTS_AT_ONCE", 2048)
    X = np.zeros((3000, 3), dtype=np.int32)
    X[2500, 1] = bad
    with pytest.raises(ValueError, match=f"token {bad} at position 1 of prompt 2500"):
        PromptGraphs(5, cross_attention=cross).add(X)
    with pytest.raises(ValueError, match=f"token {bad} at position 1 of prompt 1 "):
        PromptGraphs(5, cross_attention=cross).add(*flat([(0, 1), (1, bad, 0)]))


@pytest.mark.parametrize(
    ("tokens", "offsets", "error", "message"),
    [
        (np.zeros((2, 2)), None, TypeError, "float64"),
        (np.zeros((2, 2), dtype=bool), None, TypeError, "bool"),
        (np.zeros((2, 2), dtype=">i4"), None, TypeError, ">i4"),
        (np.zeros(2, dtype=int), None, ValueError, "expected n x L"),
        (np.zeros((2, 0), dtype=int), None, ValueError, "expected n x L"),
        (np.zeros(2, dtype=int), np.array([0.0, 2.0]), TypeError, "offsets of type float64"),
        (np.zeros((1, 2), dtype=int), np.array([0, 2]), ValueError, "expected flat tokens"),
        (np.zeros(2, dtype=int), np.array([], dtype=int), ValueError, "expected flat tokens"),
        (np.zeros(2, dtype=int), np.array([0, 1]), ValueError, "offsets from 0 to 1"),
        (np.zeros(2, dtype=int), np.array([1, 2]), ValueError, "offsets from 1 to 2"),
        (np.zeros(2, dtype=int), np.array([0, 2, 2]), ValueError, r"prompt 1 .* has length 0"),
        (np.zeros(2, dtype=int), np.array([0, 3, 2]), ValueError, r"prompt 1 .* has length -1"),
    ],
)
def test_an_array_that_holds_no_prompts_is_refused(
    tokens: Any, offsets: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        PromptGraphs(3).add(tokens, offsets)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PromptGraphs(0), "K = 0"),
        (lambda: PromptGraphs(3).grow(2), "K = 2: expected at least 3"),
        (lambda: PromptGraphs(3).labels(3), "query 3"),
        (lambda: PromptGraphs.of([()], 3), "no tokens"),
        (lambda: PromptGraphs.of([(3,)], 3), "token 3"),
        (lambda: PromptGraphs.of([(1,)], 3, cross_attention=True), "no key is left"),
        (
            lambda: PromptGraphs(3, cross_attention=True).add(np.zeros((4, 1), dtype=int)),
            "prompt 0 .* has length 1: expected at least 2",
        ),
        (lambda: suggest([0, 1], 2), "query 2"),
        (lambda: suggest([0, 1], 0, max_length=1), "max_length = 1: expected at least 2"),
        (
            lambda: suggest([0, 0], 0, cross_attention=True, max_length=2),
            "max_length = 2: expected at least 3",
        ),
    ],
)
def test_an_argument_out_of_range_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# Suggestions


@FIXTURES
@given(case=prompt_sets(), room=st.none() | st.integers(0, 3))
def test_suggestions_make_every_row_determined(
    table: str, case: tuple[int, bool, list[Prompt]], room: int | None
) -> None:
    K, cross, prompts = case
    m = None if room is None else room + (3 if cross else 2)
    graphs = PromptGraphs.of(prompts, K, cross_attention=cross)
    added = list(graphs.suggestions(m))
    assert PromptGraphs.of(prompts + added, K, cross_attention=cross).identifiable
    numbers = graphs.n_components().tolist()
    per_row = [n_suggestions(c, cross_attention=cross, max_length=m) for c in numbers]
    assert [sum(X[-1] == k for X in added) for k in range(K)] == per_row
    assert m is None or all(len(X) <= m for X in added)
    assert sum(map(len, added)) == sum(
        c - 1 + (1 + cross) * n for c, n in zip(numbers, per_row, strict=True)
    )


def partitions(K: int) -> Iterator[tuple[int, ...]]:
    """The label of each token in every partition of K tokens."""
    return (
        labels
        for labels in product(range(K), repeat=K)
        if all(labels[label] == label for label in labels)
    )


def connects(labels: Sequence[int], key_sets: Iterable[Sequence[int]]) -> bool:
    links = [*enumerate(labels), *(link for keys in key_sets for link in pairwise(keys))]
    return is_connected(len(labels), links)


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("K", [2, 3, 4])
def test_no_fewer_prompts_and_no_fewer_tokens_would_do(K: int, cross: bool) -> None:
    subsets = [s for n in range(1, K + 1) for s in combinations(range(K), n)]
    for labels in partitions(K):
        for query, m in product(range(K), (None, *range(3 if cross else 2, K + 2))):
            given_ = suggest(labels, query, cross_attention=cross, max_length=m)
            key_sets = [X[:-1] if cross else X for X in given_]
            assert connects(labels, key_sets)
            room = K + 1 if m is None else m
            possible = [s for s in subsets if len(s) + cross <= room and (cross or query in s)]
            tokens = sum(len(X) for X in given_)
            for n in range(len(given_) + 1):
                for some in combinations_with_replacement(possible, n):
                    cheaper = n < len(given_) or sum(len(s) + cross for s in some) < tokens
                    assert not (cheaper and connects(labels, some)), (labels, query, m, some)


def test_a_query_alone_in_cross_attention_is_suggested_as_a_key_too() -> None:
    graphs = PromptGraphs.of([(0, 1, 2)], 3, cross_attention=True)
    assert graphs.components(2) == [[0, 1], [2]]
    assert (0, 2, 2) in list(graphs.suggestions())


def test_where_no_cache_can_be_written_kernels_compile_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def njit(function: Any = None, **options: Any) -> Any:
        if options:
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit(function)

    monkeypatch.setattr("numeric.compiled.njit", njit)
    assert numeric.compiled.compiled(lambda x: x + 1)(1) == 2


def test_the_tool_names_the_claims_it_rests_on() -> None:
    assert numeric.identify.RESTS_ON == (
        "connected-iff-identifiable",
        "self-attention-coverage",
        "partial-identifiability",
    )
