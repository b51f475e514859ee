"""An inequality, by a combination with multipliers that are not negative."""

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
    parts = draw(st.tuples(*[st.integers(0, 5)] * (K - 1)))
    values = draw(st.tuples(*[st.integers(0, 5)] * K))
    law = [Fraction(part, sum(parts) + 1) for part in (*parts, 1)]
    return Instance(K=K, p=law, f=values, b=values.index(max(values)))


COIN = Instance(K=2, p=["1/2", "1/2"], f=[0, 1], b=1)


@claim(
    id="largest-value",
    label="U3",
    title="The mean is at most the largest value",
    statement=(r"If $f_b$ is the largest value and $p$ a law, then $f_b \ge \sum_i p_i f_i$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def largest_value() -> Body:
    """Multiply f_b - f_i >= 0 by p_i and sum."""
    says = forall()(f(b), ">=", total(p(i) * f(i), i))
    where = {"largest": (p(i), i), "weights": -f(b)}
    step = Step("average", says, "combine", ("largest", "weights", "positive"), where)
    name = "largest-value"
    theorem = Theorem(name, says, (LARGEST, POSITIVE, WEIGHTS), (), (step,))
    return Body(
        parts=(Part(theorem, instances),),
        witnesses=(
            Witness(name, "largest", COIN.replace(b=0)),
            Witness(name, "positive", COIN.replace(p=[-1, 2])),
            Witness(name, "weights", COIN.replace(p=[1, 2])),
        ),
        twins=(Twin(name, "strict", forall()(f(b), ">", f(b)), COIN),),
    )
