"""The numerator has frequencies, the denominator counts."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function, KroneckerDelta

from checks import computed
from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from checks.strategies import prompt
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Theorem
from theory.notation import K, L, forall, j, k, l, member, total

n, P, x = Function("n"), Function("P"), Function("x")

TOKENS = Assumption("tokens", "every x_l is one of the K tokens", member(x(l), 1, K, l))
POSITIVE = Assumption("positive", "P is positive", forall(k)(P(k), ">", 0))
COUNTS = Definition("n", forall(k)(n(k), "=", total(KroneckerDelta(k, x(l)), l)))


@st.composite
def prompts(draw: st.DrawFn, K: int) -> Instance:
    """A prompt (token ids from 0) and positive weights."""
    tokens = draw(prompt(K))
    return Instance(K=K, L=len(tokens), x=tokens, P=draw(st.tuples(*[st.integers(1, 9)] * K)))


@claim(
    id="count-for-frequency",
    label="U8",
    title="Shares over counts are a law too",
    statement=(
        r"With $n_k$ the counts of a prompt of length $L$ and $P_k > 0$, the numbers "
        r"$(n_k / L) P_k / \sum_j n_j P_j$ sum to one."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def count_for_frequency() -> Body:
    """Counts by the definition, and by counting."""
    weight = total(n(j) * P(j), j)
    says = forall()(total(n(k) / L * P(k) / weight, k), "=", 1)
    theorem = Theorem("count-for-frequency", says, (TOKENS, POSITIVE), (COUNTS,), ())
    part = Part(theorem, prompts, lambda at: {"n": computed.count(at)})
    return Body((part,), (), ())
