"""A derivative, by the rule of the calculus."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function

from checks.claim import (
    Body,
    Part,
    Source,
    Twin,
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
    id="derivative-of-squares",
    label="U6",
    title="The derivative of a sum of squares",
    statement=(r"$\partial / \partial f_i \sum_j f_j^2 = 2 f_i$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def derivative_of_squares() -> Body:
    """Term by term."""
    slope = Partial(total(f(j) ** 2, j), f(i))
    says = forall(i)(slope, "=", 2 * f(i))
    theorem = Theorem("derivative-of-squares", says, (), (), (Step("derive", says, "calculus"),))
    twin = Twin(theorem.name, "half", forall(i)(slope, "=", f(i)), Instance(K=1, f=[1]))
    return Body((Part(theorem, instances),), (), (twin,))
