"""The weights need not sum to one, and must."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function, Symbol

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Definition, Step, Theorem
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")
mean = Symbol("mean")

MEAN = Definition("mean", forall()(mean, "=", total(p(i) * f(i), i)))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights of any sum, and values."""
    small = st.integers(-3, 3)
    return Instance(K=K, p=draw(st.tuples(*[small] * K)), f=draw(st.tuples(*[small] * K)))


@claim(
    id="dropped-assumption",
    label="U6",
    title="The variance identity, for any weights",
    statement=(
        r"If $m = \sum_i p_i f_i$, then $\sum_i p_i (f_i - m)^2 = \sum_i p_i f_i^2 - "
        r"m^2$, whatever $\sum_i p_i$ is."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def dropped_assumption() -> Body:
    """The derivation that I know, without its assumption."""
    spread = total(p(i) * (f(i) - mean) ** 2, i)
    says = forall()(spread, "=", total(p(i) * f(i) ** 2, i) - mean**2)
    step = Step("expand", says, "combine", ("mean",), {"mean": 2 * mean})
    theorem = Theorem("dropped-assumption", says, (), (MEAN,), (step,))
    return Body((Part(theorem, instances),), (), ())
