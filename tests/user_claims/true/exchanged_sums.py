"""A sum identity, by the rule of sums alone."""

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
from checks.strategies import matrix
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.notation import forall, i, j, total

f, table = Function("f"), Function("table")


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """A table and values."""
    small = st.integers(-3, 3)
    return Instance(K=K, table=draw(matrix(small, K, K)), f=draw(st.tuples(*[small] * K)))


@claim(
    id="exchanged-sums",
    label="U2",
    title="Finite sums may be exchanged",
    statement=(r"$\sum_i \sum_j h_{ij} f_j = \sum_j f_j \sum_i h_{ij}$ for all $h$ and $f$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def exchanged_sums() -> Body:
    """The normal form does it."""
    left = total(table(i, j) * f(j), j, i)
    says = forall()(left, "=", total(f(j) * total(table(i, j), i), j))
    theorem = Theorem("exchanged-sums", says, (), (), (Step("exchange", says, "sums"),))
    other = forall()(left, "=", total(f(j) * total(table(j, i), i), j))
    at = Instance(K=2, table=((1, 2), (3, 4)), f=(1, 0))
    twin = Twin("exchanged-sums", "rows for columns", other, at)
    return Body((Part(theorem, instances),), (), (twin,))
