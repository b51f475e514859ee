"""A sum identity, by a combination of two facts."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function, Symbol

from checks.claim import (
    Body,
    Part,
    Source,
    Twin,
    Witness,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")
mean = Symbol("mean")

WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))

MEAN = Definition("average", forall()(mean, "=", total(p(i) * f(i), i)))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights and values."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(-3, 3)] * K))
    return Instance(K=K, p=[Fraction(part, sum(parts)) for part in parts], f=values)


COIN = Instance(K=2, p=["1/2", "1/2"], f=[0, 1])


@claim(
    id="centred",
    label="U1",
    title="Deviations from the mean average to zero",
    statement=(r"If $\sum_i p_i = 1$ and $m = \sum_i p_i f_i$, then $\sum_i p_i (f_i - m) = 0$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def centred() -> Body:
    """Left minus right is (mean - sum p f)(-1) - mean (sum p - 1)."""
    says = forall()(total(p(i) * (f(i) - mean), i), "=", 0)
    where = {"average": -1, "weights": -mean}  # plain numbers will do
    step = Step("centred", says, "combine", ("average", "weights"), where)
    theorem = Theorem("centred", says, (WEIGHTS,), (MEAN,), (step,))
    halved = forall()(total(p(i) * (f(i) - mean / 2), i), "=", 0)
    return Body(
        parts=(Part(theorem, instances),),
        witnesses=(Witness("centred", "weights", COIN.replace(p=[1, 1])),),
        twins=(Twin("centred", "half the mean", halved, COIN),),
    )
