"""A constant is twice what it should be: the bound is 1/K."""

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
from theory.notation import K, forall, k, total

share = Function("share")

ONE = Assumption("one", "the shares sum to one", forall()(total(share(k), k), "=", 1))


@st.composite
def shares(draw: st.DrawFn, K: int) -> Instance:
    """Shares of K tokens, positive and of sum one."""
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    return Instance(K=K, share=[Fraction(part, sum(parts)) for part in parts])


@claim(
    id="wrong-constant",
    label="U1",
    title="The sum of squared shares is at least 2/K",
    statement=(r"If $\sum_k m_k = 1$, then $\sum_k m_k^2 \ge 2/K$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_constant() -> Body:
    """No derivation yet."""
    bound = forall()(total(share(k) ** 2, k), ">=", 2 / K)
    return Body((Part(Theorem("wrong-constant", bound, (ONE,), (), ()), shares),), (), ())
