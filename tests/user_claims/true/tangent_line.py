"""An inequality between balls, derived by a rule."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function, exp

from checks.claim import (
    Body,
    Part,
    Source,
    Twin,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.notation import forall, i

y = Function("y")


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Rational values."""
    tenths = st.integers(-30, 30).map(lambda n: Fraction(n, 10))
    return Instance(K=K, y=draw(st.tuples(*[tenths] * K)))


@claim(
    id="tangent-line",
    label="U5",
    title="The exponential lies above its tangent",
    statement=(r"$e^{y_i} \ge 1 + y_i$ for all $y$ and $i$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def tangent_line() -> Body:
    """The rule of the tangent."""
    says = forall(i)(exp(y(i)), ">=", 1 + y(i))
    step = Step("tangent", says, "tangent", (), {"at": y(i)})
    theorem = Theorem("tangent-line", says, (), (), (step,))
    steeper = forall(i)(exp(y(i)), ">=", 1 + 2 * y(i))
    twin = Twin("tangent-line", "twice the slope", steeper, Instance(K=1, y=[1]))
    return Body((Part(theorem, instances),), (), (twin,))
