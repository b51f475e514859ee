"""A theorem of the paper is cited without one of its assumptions."""

from __future__ import annotations

from hypothesis import strategies as st

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from checks.strategies import layer, matrix
from numeric.instance import Instance
from theory.derivation import Step, Theorem


@st.composite
def layers(draw: st.DrawFn, K: int) -> Instance:
    """Layers whose readout has nothing to do with their embeddings."""
    at = draw(layer(K, mild=True))
    small = st.integers(0, 2)
    return at.replace(C=draw(matrix(small, K, at["d"])))


@claim(
    id="cites-too-much",
    label="U28",
    title="The law of the next token, for any readout",
    statement=(
        r"The layer gives the next token the law $n_k P_{ak} / \sum_j n_j P_{aj}$, "
        r"whatever its readout is."
    ),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def cites_too_much() -> Body:
    """It follows from A1, I thought."""
    from checks.claims.attention_is_ccmc import attention_is_ccmc

    [part] = attention_is_ccmc.body.theorems
    known = part.theorem
    given = tuple(fact for fact in known.assumptions if fact.name != "readout")
    uses = (*(fact.name for fact in given), *(fact.name for fact in known.definitions))
    step = Step("law", known.conclusion, "cite", uses, {"theorem": known})
    theorem = Theorem("cites-too-much", known.conclusion, given, known.definitions, (step,))
    return Body((Part(theorem, layers, part.computed),), (), ())
