"""A quotient is not linear."""

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
from theory.derivation import Assumption, Theorem
from theory.notation import forall, i, j, total

f, g = Function("f"), Function("g")

POSITIVE = Assumption("positive", "every g_i is positive", forall(i)(g(i), ">", 0))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Two values for each token, the second positive."""
    small = st.integers(1, 5)
    return Instance(K=K, f=draw(st.tuples(*[small] * K)), g=draw(st.tuples(*[small] * K)))


@claim(
    id="sum-of-quotients",
    label="U20",
    title="The sum of quotients is the quotient of the sums",
    statement=(r"If all $g_i > 0$, then $\sum_i f_i / g_i = \sum_i f_i / \sum_i g_i$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def sum_of_quotients() -> Body:
    """True for one token."""
    says = forall()(total(f(i) / g(i), i), "=", total(f(i), i) / total(g(j), j))
    theorem = Theorem("sum-of-quotients", says, (POSITIVE,), (), ())
    return Body((Part(theorem, instances),), (), ())
