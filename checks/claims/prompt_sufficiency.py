"""A2: the law sees a prompt only through its counts and its last token."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="prompt-sufficiency",
    label="A2",
    title="Counts and last token determine the next-token law",
    statement=(
        r"Two prompts with the same counts $n$ and the same last token have the same next-token "
        r"law, whatever the readout. In particular permuting $x_1, \dots, x_{L-1}$ changes nothing."
    ),
    source=MAPPING,
    mark="all",
)
def prompt_sufficiency() -> Body:
    """The second part writes the permutation out; it cites the first."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER
    from checks.strategies import layer
    from numeric.instance import Instance
    from theory.attention import p
    from theory.mapping import nz, permutation_invariance, prompt_sufficiency, pz
    from theory.notation import L, forall, k

    def permuted(at: Instance) -> tuple[int, ...]:
        return tuple(at["x"][l] for l in at["pi"])

    @st.composite
    def permutations(draw: st.DrawFn, K: int) -> Instance:
        at = draw(layer(K))
        first = draw(st.permutations(range(at["L"] - 1)))
        return at.replace(pi=(*first, at["L"] - 1))

    def pairs(K: int) -> st.SearchStrategy[Instance]:
        return permutations(K).map(lambda at: at.replace(N=at["L"], z=permuted(at)))

    whole = Part(
        prompt_sufficiency(),
        pairs,
        lambda at: {"p": computed.law(at), "pz": computed.law(at, "z")},
    )
    shuffled = Part(
        permutation_invariance(),
        permutations,
        lambda at: {"p": computed.law(at), "pz": computed.law(at, keys=permuted(at))},
    )
    same = LAYER.replace(N=3, z=(0, 0, 1))
    swapped = LAYER.replace(pi=(1, 0, 2))
    counts_alone = forall(k)(p(k), "=", nz(k) / L)  # as if every position got the same attention
    return Body(
        parts=(whole, shuffled),
        witnesses=(
            Unwitnessed(whole.name, "tokens", NO_EMBEDDING),
            Unwitnessed(whole.name, "tokens-z", NO_EMBEDDING),
            Witness(whole.name, "same-counts", same.replace(N=2, z=(0, 1))),
            Witness(whole.name, "same-last", LAYER.replace(L=2, x=(0, 1), N=2, z=(1, 0))),
            Unwitnessed(shuffled.name, "tokens", NO_EMBEDDING),
            Unwitnessed(shuffled.name, "positions", "Outside 1..L there is no token to move."),
            Witness(shuffled.name, "bijection", LAYER.replace(x=(0, 1, 1), pi=(0, 0, 2))),
            Witness(shuffled.name, "last-stays", LAYER.replace(L=2, x=(0, 1), pi=(1, 0))),
        ),
        twins=(
            Twin(whole.name, "the counts alone", counts_alone, same),
            Twin(shuffled.name, "the counts alone", counts_alone, swapped),
            Twin(whole.name, "other tokens", forall(k)(p(k), "=", 1 - pz(k)), same),
            Twin(shuffled.name, "other tokens", forall(k)(p(k), "=", 1 - pz(k)), swapped),
        ),
    )
