r"""Claim E19: three tokens, each of which is driven out by the next.

P is circulant, P(i, i) = p0, P(i, i + 1) = p1, P(i, i - 1) = p2 (tokens modulo 3), with
p1 > p0 > p2 > 0 and p0 + p1 + p2 = 1.  By E15 the eigenvalues at each corner are p1/p0 - 1 > 0,
towards the next token, and p2/p0 - 1 < 0, along the edge from the last.  The cycle of the three
edges contracts more than it expands if

    (1 - p2/p0) / (p1/p0 - 1)  >  1,      and this ratio minus 1 is (3 p0 - 1) / (p1 - p0).
"""

from sympy import Integer, Symbol

from theory.derivation import Assumption, Step, Theorem
from theory.notation import forall

__all__ = ["RATIO", "contraction", "p0", "p1"]

p0, p1, p2 = (Symbol(f"p{step}") for step in range(3))
ONE = Integer(1)
RATIO = (1 - p2 / p0) / (p1 / p0 - 1)
"""How much a corner of the cycle contracts, over how much it expands."""


def contraction() -> Theorem:
    """E19: the ratio is 1 + (3 p0 - 1) / (p1 - p0)."""
    expands = forall()(p1 / p0 - 1, ">", 0)
    result = forall()(RATIO - 1, "=", (3 * p0 - 1) / (p1 - p0))
    return Theorem(
        "no-limit/cycle",
        result,
        (
            Assumption("stay", "p0 is positive", forall()(p0, ">", 0)),
            Assumption("next", "p1 is above p0", forall()(p1 - p0, ">", 0)),
            Assumption("row", "the row sums to one", forall()(p0 + p1 + p2, "=", 1)),
        ),
        (),
        (
            Step("expands", expands, "combine", ("next", "stay"), {"next": 1 / p0}),
            Step(
                "ratio",
                result,
                "combine",
                ("row", "expands", "next", "stay"),
                {"row": -ONE / (p1 - p0)},
            ),
        ),
    )
