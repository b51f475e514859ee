"""B1: positional encoding weights the counts by position."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import POSITION


@claim(
    id="position-scaling",
    label="B1",
    title="Positions scale the transition probabilities",
    statement=(
        r"Let position vectors $u_i$ be added to keys and query, $C E^\top = I$ and "
        r"$C U^\top = 0$. With $g = e_a + u_L$, $a = x_L$, the next-token law is "
        r"$p(k \mid X) \propto P_L(k) \sum_{i : x_i = k} v_i$, where "
        r"$P_L = \mathrm{softmax}_k(e_k^\top W g)$ and $v_i = \exp(u_i^\top W g)$."
    ),
    source=POSITION,
    mark="all",
)
def position_scaling() -> Body:
    """The counts of A1 become sums of the values of positions."""
    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import POSITIONED
    from checks.strategies import positioned
    from theory.attention import p
    from theory.notation import forall, j, k, total
    from theory.position import PL, mass, position_scaling

    part = Part(position_scaling(), positioned, lambda at: {"p": computed.law(at)})

    def twin(change: str, weight: object, sum_of: object) -> Twin:
        return Twin(part.name, change, forall(k)(p(k), "=", weight / total(sum_of, j)), POSITIONED)

    return Body(
        parts=(part,),
        witnesses=(
            Witness(part.name, "readout", POSITIONED.replace(C=((1, 1, 0), (0, 1, 0)))),
            Witness(part.name, "blind-readout", POSITIONED.replace(C=((1, 0, 1), (0, 1, 0)))),
            Unwitnessed(part.name, "tokens", NO_EMBEDDING),
        ),
        twins=(
            twin("positions forgotten", PL(k), PL(j)),
            twin("values squared", mass(k) ** 2 * PL(k), mass(j) ** 2 * PL(j)),
            twin("the row forgotten", mass(k), mass(j)),
        ),
    )
