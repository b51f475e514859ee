"""A factor 2 is lost in a derivative."""

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
from theory.judgement import Partial
from theory.notation import forall, i, j, total

f = Function("f")


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Values."""
    return Instance(K=K, f=draw(st.tuples(*[st.integers(-3, 3)] * K)))


@claim(
    id="wrong-derivative",
    label="U23",
    title="The derivative of a sum of squares",
    statement=(r"$\partial / \partial f_i \sum_j f_j^2 = f_i$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_derivative() -> Body:
    """By the rule of the calculus, which refuses it."""
    says = forall(i)(Partial(total(f(j) ** 2, j), f(i)), "=", f(i))
    step = Step("derive", says, "calculus")
    return Body((Part(Theorem("wrong-derivative", says, (), (), (step,)), instances),), (), ())
