"""Jensen's inequality for a concave function, turned."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function, log

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import forall, i, total

p, f = Function("p"), Function("f")

WEIGHTS = Assumption("weights", "the weights sum to one", forall()(total(p(i), i), "=", 1))
LAW = Assumption("law", "the weights are positive", forall(i)(p(i), ">", 0))
POSITIVE = Assumption("positive", "the values are positive", forall(i)(f(i), ">", 0))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Positive weights and values."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    law = [Fraction(part, sum(parts)) for part in parts]
    return Instance(K=K, p=law, f=draw(st.tuples(*[st.integers(1, 9)] * K)))


@claim(
    id="jensen-reversed",
    label="U21",
    title="The mean logarithm is at least the logarithm of the mean",
    statement=(
        r"If $p$ is a law and $f_i > 0$, then $\sum_i p_i \log f_i \ge \log \sum_i p_i "
        r"f_i$."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def jensen_reversed() -> Body:
    """The logarithm is concave, not convex."""
    says = forall()(total(p(i) * log(f(i)), i), ">=", log(total(p(i) * f(i), i)))
    theorem = Theorem("jensen-reversed", says, (WEIGHTS, LAW, POSITIVE), (), ())
    return Body((Part(theorem, instances),), (), ())
