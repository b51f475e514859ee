"""False at K = 2 and at no other size."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import gamma

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Theorem
from theory.notation import K, forall


def sizes(K: int) -> st.SearchStrategy[Instance]:
    """The size alone."""
    return st.just(Instance(K=K))


@claim(
    id="false-at-one-size",
    label="U13",
    title="The factorial is at least 2K - 1",
    statement=(r"$K! \ge 2 K - 1$ for every $K$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def false_at_one_size() -> Body:
    """True at K = 1, 3, 4, 5, ..."""
    says = forall()(gamma(K + 1), ">=", 2 * K - 1)
    return Body((Part(Theorem("false-at-one-size", says, (), (), ()), sizes),), (), ())
