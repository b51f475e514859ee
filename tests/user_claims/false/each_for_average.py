"""What holds on average is claimed of each."""

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
from theory.notation import K, L, forall, k, l, member, total

n, x = Function("n"), Function("x")

TOKENS = Assumption("tokens", "every x_l is one of the K tokens", member(x(l), 1, K, l))
COUNTS = Definition("n", forall(k)(n(k), "=", total(KroneckerDelta(k, x(l)), l)))


@st.composite
def prompts(draw: st.DrawFn, K: int) -> Instance:
    """A prompt, its token ids from 0."""
    tokens = draw(prompt(K))
    return Instance(K=K, L=len(tokens), x=tokens)


@claim(
    id="each-for-average",
    label="U26",
    title="No token stands more often than the average",
    statement=(r"Every token stands at most $L / K$ times in a prompt of length $L$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def each_for_average() -> Body:
    """The counts sum to L."""
    says = forall(k)(L / K, ">=", n(k))
    theorem = Theorem("each-for-average", says, (TOKENS,), (COUNTS,), ())
    part = Part(theorem, prompts, lambda at: {"n": computed.count(at)})
    return Body((part,), (), ())
