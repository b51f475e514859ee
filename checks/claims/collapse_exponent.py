"""E12: where a token wins, a loser's frequency decays at the rate of the winner's row."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.loser_rate import ALMOST, CITED, reasons
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER


@claim(
    id="collapse-exponent",
    label="E12",
    title="Where a token wins, a loser decays at the rate of the winner's row, almost surely",
    statement=(
        r"Let $P > 0$, $K \ge 2$, let every token be in the prompt, let $g$ and $b$ be tokens and "
        r"$\rho = P_{gb} / P_{gg}$. Along a path, $N(t, k)$ is how often token $k$ has been "
        r"counted at time $t$, $l(t) = \sum_k N(t, k)$ the total length, and $y(t) = N(t, b) / "
        r"l(t)$. Call a path near $g$ if the tokens other than $g$ are at most $\varepsilon "
        r"N(t, g)$ at all its times. (1) On a path near $g$, if, with any number in place of "
        r"$\rho$, $(\log N(t, b) - \rho \log N(t, g))^2 \le c$ for all $t \ge 0$, then $(\log y(t) "
        r"+ (1 - \rho) \log l(t))^2 \le 2 c + 2 \rho^2 \log^2(1 + \varepsilon)$ for all $t \ge "
        r"0$, however its tokens are drawn. (2) Let $P_{gk} \le "
        r"\lambda P_{gg}$ for all $k \ne g$, $P_{ik} \le \kappa P_{ig}$ for all $i, k$, and "
        r"$\lambda + \kappa \varepsilon < 1$: along almost every path near $g$ there is a number "
        r"$E$ with $(\log y(t) + (1 - \rho) \log l(t))^2 \le E$ for all $t \ge 0$. (3) Two "
        r"tokens, $P_{12} = a(1)$, $P_{21} = a(2)$, rows that sum to one, $0 < a(1) < 1/2 < a(2) "
        r"< 1$: $\mathrm{win}(1) = 1$, token 1 wins almost surely. (Let $P_{gg}$ be the strict "
        r"maximum of its row. Then some $\lambda < 1$ and $\varepsilon > 0$ are such; where $g$ "
        r"wins, that is, where its frequency goes to 1, the path is near $g$ from some time on, "
        r"and from then on it is one of the walk whose prompt is what stands there so far. There "
        r"are countably many such prompts: almost surely, where $g$ wins, $\log y(t) / \log l(t) "
        r"\to -(1 - \rho)$. For two tokens as in (3) this is so almost surely, with $g = 1$, $b "
        r"= 2$ and $\rho = r_1 = a(1) / (1 - a(1))$, whatever "
        r"row 2 is.)"
    ),
    source=WINNER,
    mark="cited",
)
def collapse_exponent() -> Body:
    """From counts to frequencies near the winner, by E36 almost surely; for two tokens by E3."""
    from fractions import Fraction

    from flint import fmpq
    from hypothesis import strategies as st
    from sympy import log

    from checks.losers import compared, histories, settled
    from checks.paths import along_path
    from numeric.instance import Instance
    from theory import collapse as theory
    from theory.collapse import c, l, of_length
    from theory.path import along, t

    @st.composite
    def first_kept(draw: st.DrawFn, _: int) -> Instance:
        """Token 1 is left with less than 1/2, token 2 with more; counts of both tokens."""
        leave = Fraction(draw(st.integers(1, 9)), 20), Fraction(draw(st.integers(11, 19)), 20)
        counts = draw(st.tuples(*[st.integers(1, 5)] * 2))
        return Instance(a=leave, n=counts)

    near = Part(theory.frequency_near(), compared, along_path)
    paths = settled((fmpq(1, 10), fmpq(1, 2), fmpq(9, 10)))
    frequency = Part(theory.frequency(), paths, histories, least=2, unchecked=ALMOST)
    winner = Part(theory.winner(), first_kept, unchecked=ALMOST)

    at = Instance(K=2, P=((1, 1), (1, 1)), n0=(400, 40), g=0, b=1, path=(0,), m=0)
    at = at.replace(rho="5/8", eps="1/10", c="3/500")
    third = at.replace(K=3, P=((1, 1, 1),) * 3)
    short = (400, 40, -399)  # the length is that of token b and one more

    def broken(name: str, of: Instance = at, **change: object) -> Witness:
        return Witness(near.name, name, of.replace(**change))

    return Body(
        parts=(near, frequency, winner),
        witnesses=(
            broken("held", third, n0=short),
            broken("counted", third, eps="1/9", counts=((400, 40, 1), short)),
            *(Unwitnessed(near.name, name, STRUCTURE) for name in ("winner", "second")),
            broken("near", eps=0),
            broken("power", c=-1),
            *reasons(frequency),
            *(Unwitnessed(winner.name, fact.name, CITED) for fact in winner.theorem.assumptions),
        ),
        twins=(
            Twin(near.name, "as if l were N(t, g)", along(2 * c, ">=", of_length**2), at),
            Twin(
                near.name,
                "half the bound",
                along(near.theorem.conclusion.lhs / 2, ">=", of_length**2),
                at,
            ),
            Twin(
                near.name,
                "the rate of the count",
                along(near.theorem.conclusion.lhs, ">=", (of_length - log(l(t))) ** 2),
                at,
            ),
        ),
    )
