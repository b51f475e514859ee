"""True of symmetric chains, which were all I had tried."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from checks.strategies import chain
from numeric.instance import Instance
from theory.derivation import Assumption, Step, Theorem
from theory.notation import forall, i, j, total

P = Function("P")

ROWS = Assumption("rows", "the rows of P sum to one", forall(i)(total(P(i, j), j), "=", 1))


def chains(K: int) -> st.SearchStrategy[Instance]:
    """Positive chains."""
    return chain(K).map(lambda rows: Instance(K=K, P=rows))


@claim(
    id="symmetric-only",
    label="U17",
    title="Rows and columns of a chain have the same sums",
    statement=(r"$\sum_j P_{ij} = \sum_j P_{ji}$ for every chain $P$ and every $i$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def symmetric_only() -> Body:
    """Exchanging the indices changes nothing, I thought."""
    says = forall(i)(total(P(i, j), j), "=", total(P(j, i), j))
    step = Step("exchange", says, "sums", ("rows",))
    return Body((Part(Theorem("symmetric-only", says, (ROWS,), (), (step,)), chains),), (), ())
