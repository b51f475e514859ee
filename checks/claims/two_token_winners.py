"""E3: where the walk of two tokens ends, given Pemantle's and Benaim's theorems."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER

LIMIT = "That frequencies converge is said of infinite trajectories."
CITED = "No number decides the conclusion, so none refutes it without this."


@claim(
    id="two-token-winners",
    label="E3",
    title="Which of two tokens wins",
    statement=(
        r"Two tokens, both in the prompt, $P_{12} = a$, $P_{11} = 1-a$, $P_{21} = b$, $P_{22} = "
        r"1-b$, $0 < a, b < 1$, neither equal to $1/2$; in the derivation $a(1) = a$, $a(2) = "
        r"b$. The eigenvalue of the mean field at the corner of token 1 is negative if $a < 1/2$, "
        r"positive if $a > 1/2$, and so is that of token 2 with $b$. Almost surely the frequencies "
        r"converge, with $\mathrm{win}(i)$ the probability that token $i$ wins, its frequency "
        r"going to 1: $\mathrm{win}(1) + \mathrm{win}(2) = 1$ if $a, b < 1/2$, and both are "
        r"positive; $\mathrm{win}(1) = 1$ if $a < 1/2 < b$; $\mathrm{win}(2) = 1$ if $b < 1/2 < "
        r"a$; no token wins if $a, b > 1/2$: the limit is $y^*$ of E2, with probability "
        r"$\mathrm{win}(3) = 1$. (Nothing is claimed here where $a$ or $b$ is $1/2$.)"
    ),
    source=WINNER,
    mark="cited",
)
def two_token_winners() -> Body:
    """The signs of the eigenvalues; the almost sure limit; and that either token can win."""
    from fractions import Fraction
    from typing import Any

    from hypothesis import strategies as st

    from numeric.instance import Instance
    from theory import limits as theory
    from theory.judgement import Judgement
    from theory.limits import lam, stable
    from theory.notation import i

    @st.composite
    def sided(draw: st.DrawFn, _: int) -> Instance:
        """Chances on either side of 1/2, with the side told; counts of both tokens."""
        leave = draw(st.tuples(*[st.sampled_from([*range(1, 10), *range(11, 20)])] * 2))
        return Instance(
            a=tuple(Fraction(x, 20) for x in leave),
            stable=tuple(int(x < 10) for x in leave),
            n=draw(st.tuples(*[st.integers(1, 5)] * 2)),
        )

    @st.composite
    def liked(draw: st.DrawFn, K: int) -> Instance:
        at, token = draw(sided(K)), draw(st.integers(0, 1))
        kept = Fraction(draw(st.integers(1, 9)), 20)
        return at.replace(
            g=token, a=tuple(kept if k == token else x for k, x in enumerate(at["a"]))
        )

    signs = Part(theory.two_token_signs(), sided)
    limits = Part(theory.two_token_winner(), sided, unchecked=LIMIT)
    either = Part(theory.either_token_wins(), liked, unchecked=LIMIT)

    at = Instance(a=("1/3", "3/4"), stable=(1, 0))

    def says(lhs: Any) -> Judgement:
        return Judgement(lhs, ">", lhs * 0, signs.theorem.conclusion.forall)

    return Body(
        parts=(signs, limits, either),
        witnesses=(
            Witness(signs.name, "stay", at.replace(a=("1/3", 2))),
            Witness(signs.name, "side", at.replace(stable=(0, 0))),
            *(
                Unwitnessed(limits.name, name, CITED)
                for name in ("leave", "stay", "present", "bit", "side")
            ),
            *(Unwitnessed(either.name, name, CITED) for name in ("leave", "stay", "present")),
            Unwitnessed(either.name, "winner", STRUCTURE),
            Unwitnessed(either.name, "liked", CITED),
        ),
        twins=(
            Twin(signs.name, "the other sign", says((2 * stable(i) - 1) * lam(i)), at),
            Twin(signs.name, "always negative", says(-lam(i)), at),
        ),
    )
