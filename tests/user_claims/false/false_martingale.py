"""A drift that is not zero: true of Polya's urn, where P is constant."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function, KroneckerDelta, Symbol

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Theorem
from theory.notation import forall, i, j, k, total

n, P, q = Function("n"), Function("P"), Function("q")
t = Symbol("t")

POSITIVE = Assumption("positive", "P is positive", forall(k)(P(k), ">", 0))
COUNTS = Assumption("counts", "every token was seen", forall(k)(n(k), ">", 0))
LENGTH = Definition("t", forall()(t, "=", total(n(k), k)))
LAW = Definition("q", forall(k)(q(k), "=", n(k) * P(k) / total(n(j) * P(j), j)))


@st.composite
def states(draw: st.DrawFn, K: int) -> Instance:
    """Counts so far, and the row of P at the last token."""
    size = st.integers(1, 5)
    return Instance(K=K, n=draw(st.tuples(*[size] * K)), P=draw(st.tuples(*[size] * K)))


@claim(
    id="false-martingale",
    label="U12",
    title="The share of a token is a martingale",
    statement=(
        r"If the next token has the law $q_k = n_k P_{ak} / \sum_j n_j P_{aj}$, the "
        r"expected share $\sum_k q_k (n_i + \delta_{ik}) / (t + 1)$ of token $i$ after "
        r"the step is its share $n_i / t$ before."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def false_martingale() -> Body:
    """Polya's urn is a martingale, so I took this one for one too."""
    after = total(q(k) * (n(i) + KroneckerDelta(i, k)), k) / (t + 1)
    says = forall(i)(after, "=", n(i) / t)
    theorem = Theorem("false-martingale", says, (POSITIVE, COUNTS), (LENGTH, LAW), ())
    return Body((Part(theorem, states),), (), ())
