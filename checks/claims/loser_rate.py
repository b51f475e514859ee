"""E36: along almost every path on which g wins, a loser's count is a power of the winner's."""

from __future__ import annotations

from checks.claim import Body, Part, Unwitnessed, claim
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER

ALMOST = "It is said of almost every infinite path."
CITED = "No number decides the conclusion, so none refutes it without this."
NAMES = ("last", "next", "path", "tokens", "follows", "reads", "winner", "first", "second")


def reasons(*parts: Part) -> tuple[Unwitnessed, ...]:
    """Why no assumption of these parts has a witness: all speak of almost every path."""
    return tuple(
        Unwitnessed(part.name, fact.name, STRUCTURE if fact.name in NAMES else CITED)
        for part in parts
        for fact in part.theorem.assumptions
    )


@claim(
    id="loser-rate",
    label="E36",
    title="Where a token wins, a loser's count is a power of the winner's, almost surely",
    statement=(
        r"Let $P > 0$ and let every token be in the prompt. Along a path of the walk, $h(t)$ is "
        r"the history after $t$ tokens, which ends in $x(t)$, $N(t, k)$ the count of token $k$ in "
        r"it, and $Z(t) = \sum_k N(t, k) P_{x(t) k}$. (1) Take a class of tokens, of which at "
        r"least one is in every history, and let $n_z(t)$ be how many of its tokens have been "
        r"counted. Along almost every path, that is, all but a set of paths of probability 0, "
        r"there is a number $c$ with $(\log n_z(t) - C(t))^2 \le c$ for all $t \ge 0$, where "
        r"$C(t)$ is the sum over $s < t$ of the chance of the class divided by $n_z(s)$. So it is "
        r"for a token $b$, with $C$ the sum of $P_{x(s) b} / Z(s)$, and, if $K \ge 2$, for all "
        r"tokens but $g$. (2) Let $b$ be a token with $P_{ib} \ge c P_{ik}$ for all $i, k$, $c "
        r"\ge 0$; some $c > 0$ is such. Along almost every path there is a number $E$ with $\log "
        r"N(t, b) \ge c \log l(t) - E$ for all $t \ge 0$, $l(t)$ the total length: almost surely "
        r"every token recurs infinitely often, as E1 says of finitely many steps. (3) Let $K \ge "
        r"2$, let $P_{gk} \le \lambda P_{gg}$ for all $k \ne g$, $P_{ik} \le \kappa P_{ig}$ for "
        r"all $i, k$, and $\lambda + \kappa \varepsilon < 1$. For any token $b$ and $\rho = "
        r"P_{gb} / P_{gg}$: along almost every path at all times of which the tokens other than "
        r"$g$ are at most $\varepsilon N(t, g)$, there is a number $E$ with $(\log N(t, b) - \rho "
        r"\log N(t, g))^2 \le E$ for all $t \ge 0$. (Let $P_{gg}$ be the strict maximum of its "
        r"row. Then some $\lambda < 1$ and $\varepsilon > 0$ are such; where $g$ wins, that is, "
        r"where its frequency goes to 1, the tokens other than $g$ are so few from some time on, "
        r"and from then on the path is one of the walk whose prompt is what stands there so far. "
        r"There are countably many such prompts: almost surely, where $g$ wins, $N(t, b)$ is "
        r"between positive multiples of $N(t, g)^\rho$.)"
    ),
    source=WINNER,
    mark="cited",
    beyond=True,
)
def loser_rate() -> Body:
    """Doob's theorem for three classes of tokens, and what E32 says of every path."""
    from flint import fmpq
    from hypothesis import strategies as st

    from checks.losers import histories, settled
    from numeric.instance import Instance
    from theory import class_noise, loser_rate, token_rate
    from theory.derivation import Theorem

    paths = settled((fmpq(1, 10), fmpq(1, 2), fmpq(9, 10)))

    def losers(K: int) -> st.SearchStrategy[Instance]:
        """The class of all tokens but g."""
        return paths(K).map(lambda at: at.replace(z=tuple(int(k != at["g"]) for k in range(K))))

    def liked(K: int) -> st.SearchStrategy[Instance]:
        """The largest c for the token b."""
        return paths(K).map(
            lambda at: at.replace(c=min(fmpq(row[at["b"]]) / max(row) for row in at["P"]))
        )

    def almost(theorem: Theorem) -> Part:
        return Part(theorem, paths, histories, least=2, unchecked=ALMOST)

    parts = (
        Part(class_noise.class_noise(), losers, histories, least=2, unchecked=ALMOST),
        almost(class_noise.token_noise()),
        almost(class_noise.others_noise()),
        Part(token_rate.token_rate(), liked, histories, least=2, unchecked=ALMOST),
        almost(loser_rate.loser_rate()),
    )
    return Body(parts=parts, witnesses=reasons(*parts), twins=())
