"""A dimension is one too large."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import KroneckerDelta

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Theorem
from theory.judgement import Dimension
from theory.notation import K, forall, i, j, o


def sizes(K: int) -> st.SearchStrategy[Instance]:
    """The size alone."""
    return st.just(Instance(K=K))


@claim(
    id="wrong-dimension",
    label="U27",
    title="The differences of unit vectors span everything",
    statement=(r"The vectors $e_i - e_j$ span a space of dimension $K$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_dimension() -> Body:
    """Their coordinates sum to zero, which I forgot."""
    entry = KroneckerDelta(i, o) - KroneckerDelta(j, o)
    space = Dimension(entry, [(o, 1, K)], [(i, 1, K), (j, 1, K)])
    says = forall()(space, "=", K)
    return Body((Part(Theorem("wrong-dimension", says, (), (), ()), sizes),), (), ())
