"""A sign is wrong, and so is the derivation."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function, Symbol

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")
mean = Symbol("mean")

WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))
MEAN = Definition("mean", forall()(mean, "=", total(p(i) * f(i), i)))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights and values, exact."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(-3, 3)] * K))
    return Instance(K=K, p=[Fraction(part, sum(parts)) for part in parts], f=values)


@claim(
    id="wrong-sign",
    label="U2",
    title="The variance is the mean square plus the squared mean",
    statement=(
        r"If $\sum_i p_i = 1$ and $m = \sum_i p_i f_i$, then $\sum_i p_i (f_i - m)^2 = "
        r"\sum_i p_i f_i^2 + m^2$."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_sign() -> Body:
    """The square expands, I thought, to a plus."""
    spread = total(p(i) * (f(i) - mean) ** 2, i)
    says = forall()(spread, "=", total(p(i) * f(i) ** 2, i) + mean**2)
    where = {"weights": mean**2, "mean": 2 * mean}
    step = Step("expand", says, "combine", ("weights", "mean"), where)
    theorem = Theorem("wrong-sign", says, (WEIGHTS,), (MEAN,), (step,))
    return Body((Part(theorem, instances),), (), ())
