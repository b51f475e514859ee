"""E26: what one trajectory that collapses tells of the two rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from checks.claim import Body, Variant, claim
from checks.claims.sources import WINNER
from checks.claims.transitions_recur import FEW, MANY, Chain, chance_of_2, part, ratio_cases

if TYPE_CHECKING:
    from flint import arb, fmpq

    from checks.two_tokens import Late


def information(row: int, law: Late, of: Chain) -> arb:
    """The mean Fisher information on a row that token t + 1 brings: pi (1 - pi) if x_t is there."""
    chance = chance_of_2(row, of)

    def weight(n_1: int, n_2: int) -> fmpq:
        share: fmpq = chance(n_1, n_2)
        return share * (1 - share)

    return law.mean_at(row, weight)


first, second = partial(information, 1), partial(information, 2)


@claim(
    id="single-trajectory-consistency",
    label="E26",
    title="One trajectory tells of row 1, and of row 2 only if the loser is strong, it seems",
    statement=(
        r"Two tokens, on the event that token 1 wins: row 1 can be estimated from one trajectory, "
        r"at the rate $t^{-r_1 / 2}$; $b$ can be if and only if $a \ge 1/3$, at the rate "
        r"$t^{-(2 r_1 - 1) / 2}$ above it. What is shown: when $t$ doubles to 2048 and 4096, the "
        r"mean Fisher information on row 1 that one token brings falls to more than half for five "
        r"$(a, b)$; that on row 2 to less than half for the three with $a < 1/3$ and to more than "
        r"half for the two with $a > 1/3$."
    ),
    source=WINNER,
    mark="open",
    gap=(
        "A strong law for the martingale of the scores, whose information grows almost surely at "
        "these rates; the means at finite t show only that its sum seems to converge or not."
    ),
)
def single_trajectory_consistency() -> Body:
    """The mean information of a late token, from the exact law with its proved error."""
    statement = r"$E[I_%d(2t)] %s \frac12 E[I_%d(t)]$, $I_%d$ the information on row %d."
    name = "single-trajectory-consistency"
    row_1 = part(name, statement % (1, ">", 1, 1, 1), (*FEW, *MANY), first, ">")
    weak = part(f"{name}/weak", statement % (2, "<", 2, 2, 2), FEW, second, "<")
    strong = part(f"{name}/strong", statement % (2, ">", 2, 2, 2), MANY, second, ">")
    return Body(
        parts=(row_1, weak, strong),
        witnesses=(),
        twins=(
            Variant(row_1.name, "row 2", partial(ratio_cases, (*FEW, *MANY), second, ">")),
            Variant(weak.name, "a > 1/3", partial(ratio_cases, MANY, second, "<")),
            Variant(strong.name, "a < 1/3", partial(ratio_cases, FEW, second, ">")),
        ),
        rests_on=("two-token-exact-law",),
    )
