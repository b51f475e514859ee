"""A1: the layer samples from a context-conditioned Markov chain."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="attention-is-ccmc",
    label="A1",
    title="Self-attention samples from a context-conditioned Markov chain",
    statement=(
        r"If $C E^\top = I$, the layer with weights $W$ gives the next token after a prompt $X$ "
        r"that ends in $a$ the law $p_W(k \mid X) = n_k P_{ak} / \sum_j n_j P_{aj}$, where $P$ is "
        r"the chain that $W$ realises and $n_k$ counts token $k$ in $X$: for all $K, L, d, W$."
    ),
    source=MAPPING,
    mark="all",
)
def attention_is_ccmc() -> Body:
    """The query is the last token of the prompt, and it is counted with the others."""
    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER
    from checks.strategies import layer
    from theory.attention import P, n, p, x
    from theory.mapping import attention_is_ccmc, delta
    from theory.notation import L, forall, j, k, total

    part = Part(
        attention_is_ccmc(),
        layer,
        lambda at: {"p": computed.law(at), "n": computed.count(at), "P": computed.chain(at)},
    )
    a = x(L)

    def twin(change: str, weight: object, sum_of: object) -> Twin:
        return Twin(part.name, change, forall(k)(p(k), "=", weight / total(sum_of, j)), LAYER)

    return Body(
        parts=(part,),
        witnesses=(
            Witness(part.name, "readout", LAYER.replace(C=((1, 1), (0, 1)))),
            Unwitnessed(part.name, "tokens", NO_EMBEDDING),
        ),
        twins=(
            twin("counts squared", n(k) ** 2 * P(a, k), n(j) ** 2 * P(a, j)),
            twin(
                "the query left out of the counts",
                (n(k) - delta(k, a)) * P(a, k),
                (n(j) - delta(j, a)) * P(a, j),
            ),
            twin("columns of P for rows", n(k) * P(k, a), n(j) * P(j, a)),
            twin("counts forgotten", P(a, k), P(a, j)),
            twin("one per cent more", n(k) * P(a, k) * 101 / 100, n(j) * P(a, j)),
        ),
    )
