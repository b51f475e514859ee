"""True, but without a derivation: instances prove nothing."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function

from checks.claim import (
    Body,
    Part,
    Source,
    Unwitnessed,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")

WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights and values."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(-3, 3)] * K))
    return Instance(K=K, p=[Fraction(part, sum(parts)) for part in parts], f=values)


POSITIVE = Assumption("positive", "the weights are not negative", forall(i)(p(i), ">=", 0))


@claim(
    id="not-derived-yet",
    label="U1",
    title="The mean square is at least the squared mean",
    statement=(r"If $p$ is a law, then $\sum_i p_i f_i^2 \ge (\sum_i p_i f_i)^2$."),
    source=Source("my notes", "What I should like to know."),
    mark="all",
)
def not_derived_yet() -> Body:
    """Its derivation is still to be found."""
    says = forall()(total(p(i) * f(i) ** 2, i), ">=", total(p(i) * f(i), i) ** 2)
    theorem = Theorem("not-derived-yet", says, (WEIGHTS, POSITIVE), (), ())
    reasons = tuple(
        Unwitnessed(theorem.name, name, "not looked for yet") for name in ("weights", "positive")
    )
    return Body((Part(theorem, instances),), reasons, ())
