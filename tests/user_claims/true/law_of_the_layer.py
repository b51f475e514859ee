"""A claim that rests on one of the paper's."""

from __future__ import annotations

from checks.claim import (
    Body,
    Part,
    Source,
    Twin,
    Unwitnessed,
    Witness,
    claim,
)
from checks.strategies import layer
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.judgement import Judgement

ONE_HOT = ((1, 0), (0, 1))
LOGS = (("log(2)", "log(3)"), ("log(5)", "log(1)"))
AT = Instance(K=2, L=3, d=2, E=ONE_HOT, C=((1, 1), (0, 1)), W=LOGS, x=(0, 0, 1))


@claim(
    id="law-of-the-layer",
    label="U7",
    title="The law of the next token, cited",
    statement=(r"The layer gives the next token the law $n_k P_{ak} / \sum_j n_j P_{aj}$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def law_of_the_layer() -> Body:
    """By A1, whose assumptions are those here."""
    from checks.claims.attention_is_ccmc import attention_is_ccmc

    [part] = attention_is_ccmc.body.theorems
    known = part.theorem
    says = known.conclusion
    step = Step("law", says, "cite", tuple(known.given), {"theorem": known})
    name = "law-of-the-layer"
    theorem = Theorem(name, says, known.assumptions, known.definitions, (step,))
    more = Judgement(says.lhs, "=", says.rhs * 2, says.forall)
    return Body(
        parts=(Part(theorem, layer, part.computed),),
        witnesses=(
            Witness(name, "readout", AT),
            Unwitnessed(name, "tokens", "no embedding stands for another token"),
        ),
        twins=(Twin(name, "twice the law", more, AT.replace(C=ONE_HOT)),),
    )
