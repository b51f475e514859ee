"""E27: that all tokens recur does not make the estimate from one trajectory consistent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from checks.claim import Body, Variant, claim
from checks.claims.single_trajectory_consistency import second
from checks.claims.sources import WINNER
from checks.claims.transitions_recur import FEW, MANY, Chain, part, ratio_cases

if TYPE_CHECKING:
    from flint import arb

    from checks.two_tokens import Late


def drawn(law: Late, of: Chain) -> arb:  # noqa: ARG001
    """The chance that token t is 2."""
    from flint import fmpq

    return law.mean_at(2, lambda _, __: fmpq(1))


@claim(
    id="recurrence-not-enough",
    label="E27",
    title="That all tokens recur does not make the estimate from one trajectory consistent",
    statement=(
        r"The reading that all tokens recur, so the maximum-likelihood estimate from one "
        r"trajectory is consistent, is false for two tokens with $a < 1/3$, $b > 1/2$. What is "
        r"shown, for three such $(a, b)$: when $t$ doubles to 2048 and 4096, the chance that token "
        r"$t$ is $2$ falls to more than half, but the mean Fisher information on row 2 that token "
        r"$t + 1$ brings falls to less than half, as if its sum stayed bounded."
    ),
    source=WINNER,
    mark="open",
    erratum=True,
    gap="That the information on row 2 stays bounded, and that then no estimate of b converges.",
)
def recurrence_not_enough() -> Body:
    """Chances and information late, from the exact law with its proved error."""
    name = "recurrence-not-enough"
    recurs = part(name, r"$\Pr(x_{2t} = 2) > \frac12 \Pr(x_t = 2)$.", FEW, drawn, ">")
    statement = r"$E[I_2(2t)] < \frac12 E[I_2(t)]$, $I_2$ the information on row 2."
    bounded = part(f"{name}/information", statement, FEW, second, "<")
    return Body(
        parts=(recurs, bounded),
        witnesses=(),
        twins=(
            Variant(recurs.name, "the information", partial(ratio_cases, FEW, second, ">")),
            Variant(bounded.name, "a > 1/3", partial(ratio_cases, MANY, second, "<")),
        ),
        rests_on=("two-token-exact-law",),
    )
