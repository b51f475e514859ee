"""E16: a token that is its own strict favourite can win."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER

LIMIT = "That frequencies converge with positive probability is said of infinite trajectories."
CITED = "No number decides the conclusion, so none refutes it without this."


@claim(
    id="corner-wins",
    label="E16",
    title="A token that is its own strict favourite wins with positive probability",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $P_{gg}$ be the strict maximum "
        r"of row $g$. Then the eigenvalues $P_{gj}/P_{gg} - 1$, $j \ne g$, of the mean field at "
        r"the corner of $g$ are negative; and with positive probability the frequency of $g$ "
        r"converges to 1. (Nothing is claimed here of ties, or of corners where some $P_{gj} "
        r"> P_{gg}$; E36 tells the rates of the other tokens.)"
    ),
    source=WINNER,
    mark="cited",
)
def corner_wins() -> Body:
    """The signs of the eigenvalues; and what the theorem says where they are negative."""
    from fractions import Fraction

    from hypothesis import strategies as st

    from checks.strategies import chain
    from numeric.instance import Instance
    from theory import limits as theory
    from theory.limits import lam
    from theory.notation import forall, j

    @st.composite
    def favourite(draw: st.DrawFn, K: int) -> Instance:
        """Row g has its largest entry, made larger by some, at g."""
        rows, token = [list(row) for row in draw(chain(K))], draw(st.integers(0, K - 1))
        rows[token][token] = max(rows[token]) + Fraction(1, draw(st.integers(1, 30)))
        counts = draw(st.lists(st.integers(1, 5), min_size=K, max_size=K))
        return Instance(K=K, g=token, n=tuple(counts), P=tuple(map(tuple, rows)))

    stable = Part(theory.corner_is_stable(), favourite)
    wins = Part(theory.token_can_win(), favourite, unchecked=LIMIT)
    at = Instance(K=2, g=0, P=((2, 1), (1, 1)))
    return Body(
        parts=(stable, wins),
        witnesses=(
            Unwitnessed(stable.name, "winner", STRUCTURE),
            Witness(stable.name, "strict", at.replace(P=((1, 1), (1, 1)))),
            Unwitnessed(wins.name, "winner", STRUCTURE),
            *(Unwitnessed(wins.name, name, CITED) for name in ("P-positive", "present", "strict")),
        ),
        twins=(
            Twin(stable.name, "by more than 1/2", forall(j)(-lam(j) * 2 - 1, ">", 0), at),
            Twin(stable.name, "that of g as well", forall(j)(-lam(j), ">", 0), at),
            Twin(stable.name, "positive", forall(j)(lam(j), ">", 0), at),
        ),
    )
