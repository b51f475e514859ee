"""Independence is taken for granted."""

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
from theory.notation import forall, i, j, total

p, f, g = Function("p"), Function("f"), Function("g")

WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights and two values for each token."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = st.tuples(*[st.integers(-3, 3)] * K)
    law = [Fraction(part, sum(parts)) for part in parts]
    return Instance(K=K, p=law, f=draw(values), g=draw(values))


@claim(
    id="mean-of-product",
    label="U19",
    title="The mean of a product is the product of the means",
    statement=(
        r"If $\sum_i p_i = 1$, then $\sum_i p_i f_i g_i = \sum_i p_i f_i \sum_i p_i "
        r"g_i$."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def mean_of_product() -> Body:
    """Without a derivation."""
    mean = total(p(i) * f(i), i) * total(p(j) * g(j), j)
    says = forall()(total(p(i) * f(i) * g(i), i), "=", mean)
    theorem = Theorem("mean-of-product", says, (WEIGHTS,), (), ())
    return Body((Part(theorem, instances),), (), ())
