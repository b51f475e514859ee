"""Not defined where some g is 0, which nothing excludes."""

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
from theory.derivation import Definition, Step, Theorem
from theory.notation import forall, i, total

f, g, q = Function("f"), Function("g"), Function("q")

QUOTIENT = Definition("q", forall(i)(q(i), "=", f(i) / g(i)))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Two values for each token."""
    small = st.integers(-2, 2)
    return Instance(K=K, f=draw(st.tuples(*[small] * K)), g=draw(st.tuples(*[small] * K)))


@claim(
    id="division-by-zero",
    label="U25",
    title="Dividing and multiplying again changes nothing",
    statement=(r"With $q_i = f_i / g_i$: $\sum_i g_i q_i = \sum_i f_i$, for all $f$ and $g$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def division_by_zero() -> Body:
    """The g cancel."""
    says = forall()(total(g(i) * q(i), i), "=", total(f(i), i))
    step = Step("cancel", says, "sums", ("q",))
    theorem = Theorem("division-by-zero", says, (), (QUOTIENT,), (step,))
    return Body((Part(theorem, instances),), (), ())
