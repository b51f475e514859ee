"""The figure of C5: coverage connects a graph in self-attention, not in cross-attention."""

from itertools import combinations

from checks.figures import figures
from checks.figures.coverage import BESIDE_QUERY, PAIRS, QUERY, K
from numeric.identify import PromptGraphs


def test_the_same_figure_is_drawn_each_time() -> None:
    assert figures("self-attention-coverage") == figures("self-attention-coverage")


def test_both_sides_have_as_many_prompts_of_two_keys_and_show_every_token() -> None:
    assert len(BESIDE_QUERY) == len(PAIRS) == K - 1
    for prompts in (BESIDE_QUERY, PAIRS):
        assert {len(set(keys)) for keys in prompts} == {2}
        assert set().union(*prompts) == set(range(K))
    assert all(QUERY in keys for keys in BESIDE_QUERY)


def test_the_table_has_the_components_that_the_tool_finds() -> None:
    [figure] = figures("self-attention-coverage")
    cross = [(*keys, QUERY) for keys in PAIRS]
    graphs = (
        PromptGraphs.of(BESIDE_QUERY, K),
        PromptGraphs.of(cross, K, cross_attention=True),
    )
    for column, graph in zip((2, 4), graphs, strict=True):
        home = {row[0]: row[column] for row in figure.rows}
        islands = [set(group) for group in graph.components(QUERY)]
        for i, j in combinations(range(K), 2):
            assert (home[i] == home[j]) == any({i, j} <= island for island in islands)
    assert [{row[column] for row in figure.rows} for column in (2, 4)] == [{1}, {1, 2, 3}]


def test_every_token_and_both_headings_can_be_read() -> None:
    [figure] = figures("self-attention-coverage")
    texts = [line.partition(">")[2].partition("<")[0] for line in figure.svg.splitlines()]
    assert all(texts.count(str(token)) == 2 for token in range(K))
    assert "Self-attention: 7 prompts, 1 component" in texts
    assert "Cross-attention: 7 prompts, 3 components" in texts
