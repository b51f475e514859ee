"""True, and derived by a step that the rules refuse."""

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
from theory.notation import forall, i, total

f, g = Function("f"), Function("g")


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Two values for each token."""
    small = st.integers(-2, 2)
    return Instance(K=K, f=draw(st.tuples(*[small] * K)), g=draw(st.tuples(*[small] * K)))


@claim(
    id="gap-in-a-derivation",
    label="U2",
    title="Sum of squares by a step that does not follow",
    statement=(r"$\sum_i (f_i - g_i)^2 \ge 0$."),
    source=Source("my notes", "What I should like to know."),
    mark="all",
)
def gap_in_a_derivation() -> Body:
    """The terms of the second step have no sign of their own."""
    square = total(f(i) ** 2 - 2 * f(i) * g(i) + g(i) ** 2, i)
    expanded = forall()(total((f(i) - g(i)) ** 2, i), "=", square)
    says = forall()(total((f(i) - g(i)) ** 2, i), ">=", 0)
    steps = (
        Step("expand", expanded, "sums"),
        Step("sign", forall()(square, ">=", 0), "sign"),
        Step("square", says, "combine", ("expand", "sign"), {"expand": 1, "sign": 1}),
    )
    theorem = Theorem("gap-in-a-derivation", says, (), (), steps)
    return Body((Part(theorem, instances),), (), ())
