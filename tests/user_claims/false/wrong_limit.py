"""The last term of a sum is counted that is not there."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Function, KroneckerDelta, Sum

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from checks.strategies import prompt
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Theorem
from theory.notation import K, L, forall, i, j, l, member, total

N, x = Function("N"), Function("x")

TOKENS = Assumption("tokens", "every x_l is one of the K tokens", member(x(l), 1, K, l))
steps = Sum(KroneckerDelta(i, x(l)) * KroneckerDelta(j, x(l + 1)), (l, 1, L - 1))
PAIRS = Definition("N", forall(i, j)(N(i, j), "=", steps))


@st.composite
def prompts(draw: st.DrawFn, K: int) -> Instance:
    """A prompt, its token ids from 0."""
    tokens = draw(prompt(K))
    return Instance(K=K, L=len(tokens), x=tokens)


@claim(
    id="wrong-limit",
    label="U9",
    title="A prompt of length L has L transitions",
    statement=(
        r"With $N_{ij}$ the number of $l < L$ at which token $i$ is followed by $j$: "
        r"$\sum_{i,j} N_{ij} = L$."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_limit() -> Body:
    """One transition for each position, I thought."""
    says = forall()(total(N(i, j), i, j), "=", L)
    theorem = Theorem("wrong-limit", says, (TOKENS,), (PAIRS,), ())
    return Body((Part(theorem, prompts),), (), ())
