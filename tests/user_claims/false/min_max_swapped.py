"""The largest value stands where the smallest should."""

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
from theory.derivation import Assumption, Step, Theorem
from theory.notation import K, forall, i, member, total

p, f = Function("p"), Function("f")
b = Symbol("b", integer=True)

TOKEN = Assumption("token", "b is a token", member(b, 1, K))
LARGEST = Assumption("largest", "no value is above that of b", forall(i)(f(b) - f(i), ">=", 0))
POSITIVE = Assumption("positive", "the weights are not negative", forall(i)(p(i), ">=", 0))
WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """A law, and values of which that of token b is the largest."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(0, 5)] * K))
    law = [Fraction(part, sum(parts)) for part in parts]
    return Instance(K=K, p=law, f=values, b=values.index(max(values)))


@claim(
    id="min-max-swapped",
    label="U10",
    title="The mean is at least the largest value",
    statement=(r"If $f_b$ is the largest value and $p$ a law, then $\sum_i p_i f_i \ge f_b$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def min_max_swapped() -> Body:
    """Multiply f_b >= f_i by p_i and sum: I got the direction wrong."""
    says = forall()(total(p(i) * f(i), i), ">=", f(b))
    where = {"largest": (p(i), i), "weights": f(b)}
    step = Step("average", says, "combine", ("largest", "weights", "positive"), where)
    facts = (TOKEN, LARGEST, POSITIVE, WEIGHTS)
    return Body((Part(Theorem("min-max-swapped", says, facts, (), (step,)), instances),), (), ())
