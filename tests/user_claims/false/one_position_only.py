"""True of prompts of length 1."""

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
from checks.strategies import layer
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import K, L, forall, k, l, member

p, x = Function("p"), Function("x")

TOKENS = Assumption("tokens", "every x_l is one of the K tokens", member(x(l), 1, K, l))


def layers(K: int) -> st.SearchStrategy[Instance]:
    """Layers with small weights; p is their law, computed by softmax and readout."""
    return layer(K, mild=True)


@claim(
    id="one-position-only",
    label="U18",
    title="Attention repeats the last token",
    statement=(
        r"A layer whose readout inverts its embeddings gives the last token of the "
        r"prompt probability one."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def one_position_only() -> Body:
    """I had tried a prompt of one token."""
    says = forall(k)(p(k), "=", KroneckerDelta(k, x(L)))
    theorem = Theorem("one-position-only", says, (TOKENS,), (), ())
    part = Part(theorem, layers, lambda at: {"p": computed.law(at)})
    return Body((part,), (), ())
