"""Small exact layers for witnesses and twins."""

from __future__ import annotations

from numeric.instance import Instance

__all__ = ["DEPENDENT", "LAYER", "ONE_HOT", "POSITIONED", "POSITIVE"]

ONE_HOT = ((1, 0), (0, 1))

LAYER = Instance(
    K=2,
    L=3,
    d=2,
    E=ONE_HOT,
    C=ONE_HOT,
    W=(("log(2)", "log(3)"), ("log(5)", "log(1)")),
    x=(0, 0, 1),
)
"""One-hot embeddings; the chain is ((2/7, 5/7), (3/4, 1/4)); the prompt is 1 1 2."""

POSITIVE = Instance(
    K=2,
    d=2,
    E=((1, 0), (1, 1)),
    H=((2, -1), (-1, 1)),
    P=(("1/3", "2/3"), ("3/4", "1/4")),
    shift=("log(2)", "log(3)"),
)
"""A positive chain, embeddings of full row rank and the inverse H of their Gram matrix."""

DEPENDENT = Instance(
    K=2, d=2, E=((1, 0), (2, 0)), beta=(2, -1), W=(("log(2)", "log(3)"), ("log(5)", "log(7)"))
)
"""Two dependent embeddings: 2 e_1 - e_2 = 0."""

POSITIONED = Instance(
    K=2,
    L=3,
    d=3,
    E=((1, 0, 0), (0, 1, 0)),
    U=((0, 0, 1), (0, 0, 2), (0, 0, 1)),
    C=((1, 0, 0), (0, 1, 0)),
    W=(
        ("log(2)", "log(3)", "log(5)"),
        ("log(5)", "log(7)", "log(2)"),
        ("log(3)", "log(2)", "log(2)"),
    ),
    x=(0, 1, 1),
)
"""Tokens in the first two coordinates, positions in the third; the prompt is 1 2 2."""
