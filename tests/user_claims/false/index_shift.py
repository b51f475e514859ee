"""The last index is shifted by one."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.notation import L, forall, l, total

g = Function("g")


@st.composite
def sequences(draw: st.DrawFn, K: int) -> Instance:
    """A sequence of L + 1 integers."""
    values = draw(st.lists(st.integers(-3, 3), min_size=2, max_size=K + 2))
    return Instance(K=K, L=len(values) - 1, g=values)


@claim(
    id="index-shift",
    label="U3",
    title="A telescoping sum, one index too low",
    statement=(r"$\sum_{l=1}^L (g_{l+1} - g_l) = g_L - g_1$ for every $g$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def index_shift() -> Body:
    """The sum telescopes, and the rule for sums is to see it."""
    says = forall()(total(g(l + 1) - g(l), l), "=", g(L) - g(1))
    theorem = Theorem("index-shift", says, (), (), (Step("telescope", says, "sums"),))
    return Body((Part(theorem, sequences),), (), ())
