"""E26: what one trajectory on which a token wins tells of its row, and of a loser's."""

from __future__ import annotations

from checks.claim import Body, Part, claim
from checks.claims.loser_rate import ALMOST, reasons
from checks.claims.sources import WINNER


@claim(
    id="single-trajectory-consistency",
    label="E26",
    title="Of two tokens a trajectory tells the winner's row, and the loser's only if it is strong",
    statement=(
        r"Let $P > 0$, $K \ge 2$, let every token be in the prompt, $g$ and $b$ tokens, $P_{gb} = "
        r"\rho P_{gg}$, and let $\lambda$, $\kappa$, $\varepsilon$ and a path near $g$ be as in "
        r"E25. (Two tokens, rows that sum to 1, $g = 1$, $b = 2$: $\rho = P_{12} / (1 - P_{12})$, "
        r"and by E34 $\rho \ge 1/2$ if and only if $P_{12} \ge 1/3$.) Along a path, $I(t)$ is the "
        r"information on the log odds of $b$ in a row, where all else of the row is known (with "
        r"two tokens there is nothing else): the sum of $\pi (1 - \pi)$ over the times $s < t$ at "
        r"which the row is used, $\pi$ the chance that $b$ comes next; $M(t)$ is the sum of the "
        r"scores of these log odds, each divided by $(1 + I)^r$, $I$ the information before it. "
        r"(1) Any row, $1/2 < r \le 1$: along almost every path there is a number $B$ with "
        r"$M(t)^2 \le B$ for all $t \ge 0$. So by E35, if at some time the score vanishes at "
        r"$\eta$ times the true odds, then $(1 - 1/\eta) I$ and $(1 - \eta) I$ are at most $(B + "
        r"1) (1 + I)^r$: where $I$ grows without end, such estimates go to the true odds, at the "
        r"rate $I^{-(1 - r)}$ or faster. (2) Row $g$, $G(t) = N(t, g)$: along almost every path "
        r"near $g$ there are numbers $E$, $F$ with $I(t) \le E\, G(t)^\rho$ for all $t \ge 0$, "
        r"and, if $b \ne g$, such with $G(t)^\rho \le E\, I(t) + F$. (3) Row $b$, along almost "
        r"every path near $g$, for all $t \ge 0$: if $\rho > 1/2$, $I(t) \le E\, G(t)^{2 \rho - "
        r"1}$ for a number $E$; if $\rho < 1/2$, $I(t) \le E$; and if $b \ne g$, $G(t)^{2 \rho - "
        r"1} \le E\, I(t) + F$ for some $E$, $F$, and, if $\rho \ge 1/2$, $\log G(t) \le E\, I(t) "
        r"+ F$. (4) Let $P_{ga} = \alpha P_{gg}$, $P_{gb} = \beta P_{gg}$, $\alpha + \beta < 1$, "
        r"and $\eta \ge 1$. Along almost every path near $g$ there is a number $E$ with $L(t)^2 "
        r"\le E$ for all $t \ge 0$, $L(t)$ the logarithm of the likelihood ratio of $\eta$ times "
        r"the odds of $b$ after $a$ against the odds. (So, where token 1 of two wins and $P_{12} "
        r"< 1/2$, by the last step of E25, almost surely: the estimates of row 1 go to it, at the "
        r"rate $t^{-\rho/2 + \delta}$ or faster for any $\delta > 0$, and those of row 2 do if "
        r"$P_{12} \ge 1/3$, at the rate $t^{-(2 \rho - 1)/2 + \delta}$ or faster if $P_{12} > "
        r"1/3$. If $P_{12} < 1/3$, the likelihood of no greater odds of token 2 in row 2 goes to "
        r"0 beside that of the true ones; E27 says how far from consistent every estimate is.)"
    ),
    source=WINNER,
    mark="cited",
)
def single_trajectory_consistency() -> Body:
    """Doob's theorem for the score; the information by E34, and the likelihood ratio by E35."""
    from flint import fmpq

    from checks.losers import histories, row_from_one, settled
    from theory import likelihood_ratio, score_noise
    from theory import single_trajectory as theory
    from theory.derivation import Theorem

    weak = (fmpq(1, 10), fmpq(1, 4), fmpq(49, 100))
    strong = (fmpq(51, 100), fmpq(2, 3), fmpq(9, 10))

    any_row = settled((*weak, *strong))

    def almost(theorem: Theorem, shares: tuple[fmpq, ...] = (*weak, *strong)) -> Part:
        return Part(theorem, settled(shares), histories, least=2, unchecked=ALMOST)

    parts = (
        Part(score_noise.score_noise(), **row_from_one(any_row), least=2, unchecked=ALMOST),
        almost(theory.winner_most()),
        almost(theory.winner_least()),
        almost(theory.loser_most(), strong),
        almost(theory.loser_least()),
        almost(theory.loser_lasts(), (fmpq(1, 2), *strong)),
        almost(theory.loser_bounded(), weak),
        almost(likelihood_ratio.ratio_bounded(), weak),
    )
    return Body(parts=parts, witnesses=reasons(*parts), twins=())
