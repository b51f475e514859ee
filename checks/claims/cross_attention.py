"""A8: a query that is not among the keys is not counted."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="cross-attention",
    label="A8",
    title="In cross-attention only the keys are counted",
    statement=(
        r"If $C E^\top = I$ and the query $a$ is any token, among the keys $X$ or not, the "
        r"next-token law is $n_k P_{ak} / \sum_j n_j P_{aj}$ with the counts $n$ of the keys alone."
    ),
    source=MAPPING,
    mark="all",
    beyond=True,
)
def cross_attention() -> Body:
    """The query a is a token of its own."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER
    from checks.strategies import layer
    from theory.attention import P, n, p
    from theory.mapping import a, cross_attention, delta
    from theory.notation import forall, j, k, total

    part = Part(
        cross_attention(),
        lambda K: st.builds(lambda at, a: at.replace(a=a), layer(K), st.integers(0, K - 1)),
        lambda at: {
            "p": computed.law(at, query=at["a"]),
            "n": computed.count(at),
            "P": computed.chain(at),
        },
    )
    at = LAYER.replace(a=1, x=(0, 0, 1))

    def twin(change: str, weight: object, sum_of: object) -> Twin:
        return Twin(part.name, change, forall(k)(p(k), "=", weight / total(sum_of, j)), at)

    return Body(
        parts=(part,),
        witnesses=(
            Witness(part.name, "readout", at.replace(C=((1, 1), (0, 1)))),
            Unwitnessed(part.name, "tokens", NO_EMBEDDING),
            Unwitnessed(part.name, "query", NO_EMBEDDING),
        ),
        twins=(
            twin(
                "the query counted too",
                (n(k) + delta(k, a)) * P(a, k),
                (n(j) + delta(j, a)) * P(a, j),
            ),
            twin("columns of P for rows", n(k) * P(k, a), n(j) * P(j, a)),
        ),
    )
