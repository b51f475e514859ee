"""Strict where equality is possible: for a constant f."""

from __future__ import annotations

from fractions import Fraction

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
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")

POSITIVE = Assumption("positive", "the weights are positive", forall(i)(p(i), ">", 0))
WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Positive weights and values."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(1, 9)] * K))
    return Instance(K=K, p=[Fraction(part, sum(parts)) for part in parts], f=values)


@claim(
    id="strict-inequality",
    label="U5",
    title="The mean square exceeds the squared mean",
    statement=(
        r"If $p_i > 0$ and $\sum_i p_i = 1$, then $\sum_i p_i f_i^2 > (\sum_i p_i "
        r"f_i)^2$."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def strict_inequality() -> Body:
    """Jensen's inequality, I thought, is strict."""
    says = forall()(total(p(i) * f(i) ** 2, i), ">", total(p(i) * f(i), i) ** 2)
    theorem = Theorem("strict-inequality", says, (POSITIVE, WEIGHTS), (), ())
    return Body((Part(theorem, instances),), (), ())
