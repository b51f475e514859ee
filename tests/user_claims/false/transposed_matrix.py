"""Rows and columns have changed places."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Function

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import forall, i, j, total

P, pi = Function("P"), Function("pi")

ROWS = Assumption("rows", "the rows of P sum to one", forall(i)(total(P(i, j), j), "=", 1))
LAW = Assumption("law", "pi is stationary", forall(j)(total(pi(i) * P(i, j), i), "=", pi(j)))


@st.composite
def chains(draw: st.DrawFn, K: int) -> Instance:
    """A chain that moves from k to a law mu with probability w_k, and its stationary law mu / w."""
    mu = draw(st.tuples(*[st.integers(1, 3)] * K))
    w = [Fraction(1, draw(st.integers(1, 3))) for _ in range(K)]
    share = [Fraction(x, sum(mu)) for x in mu]
    P = [[w[a] * share[b] + (1 - w[a]) * (a == b) for b in range(K)] for a in range(K)]
    return Instance(K=K, P=P, pi=[x / y for x, y in zip(share, w, strict=True)])


@claim(
    id="transposed-matrix",
    label="U4",
    title="A stationary law is also a right eigenvector",
    statement=(r"If the rows of $P$ sum to one and $\pi P = \pi$, then $P \pi = \pi$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def transposed_matrix() -> Body:
    """pi P = pi, read from the other side."""
    says = forall(i)(total(P(i, j) * pi(j), j), "=", pi(i))
    theorem = Theorem("transposed-matrix", says, (ROWS, LAW), (), ())
    return Body((Part(theorem, chains),), (), ())
