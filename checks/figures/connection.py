"""Co-occurrence graphs of two small supports: one connected, one not."""

from itertools import combinations

from checks.figures import Figure
from checks.graph_figure import graph_svg
from numeric.graphs import Edge, components

__all__ = ["apart", "connected"]

K = 7
QUERY = 0

KEYS = ((0, 1, 2), (2, 3), (4, 5, 6))
"""The tokens that each prompt holds; no prompt joins the first two with the last."""

JOINT = (3, 4)


def connected() -> Figure:
    """A support whose graph is connected.

    Example:
        >>> {component for _, _, component in connected().rows}
        {1}
    """
    return _figure(
        (*KEYS, JOINT),
        "All tokens lie in one component: by paths of shared prompts, the laws on these prompts "
        "determine the whole row of the query.",
    )


def apart() -> Figure:
    """The same support without one prompt.

    Example:
        >>> {component for _, _, component in apart().rows}
        {1, 2}
    """
    return _figure(
        KEYS,
        "Without the prompt that joins tokens 3 and 4 there are two components. Scaling the row "
        "on one of them changes no law, so the row is not determined.",
    )


def _figure(prompts: tuple[tuple[int, ...], ...], seen: str) -> Figure:
    edges: list[Edge] = sorted({pair for held in prompts for pair in combinations(held, 2)})
    groups = components(K, edges)
    home = {token: number for number, group in enumerate(groups, 1) for token in group}
    ends = "; ".join(f"{i} and {j}" for i, j in edges)
    return Figure(
        svg=graph_svg(QUERY, edges, range(K), K, {}),
        alt=f"Graph of {K} tokens in {len(groups)} components. Joined are: {ends}.",
        caption="Tokens are joined when a prompt holds both. " + seen,
        columns=("token", "in prompts", "component"),
        rows=[
            (
                token,
                ", ".join(str(i) for i, held in enumerate(prompts) if token in held),
                home[token],
            )
            for token in range(K)
        ],
    )
