"""E25: which transitions between losers occur infinitely often."""

from __future__ import annotations

from checks.claim import Body, Part, claim
from checks.claims.loser_rate import ALMOST, reasons
from checks.claims.sources import WINNER


@claim(
    id="transitions-recur",
    label="E25",
    title="Two losers follow each other infinitely often if and only if they are strong enough",
    statement=(
        r"Let $P > 0$, $K \ge 2$, let every token be in the prompt, and let $a$, $b$ and $g$ be "
        r"tokens ($a = b$ is allowed), $P_{ga} = \alpha P_{gg}$, $P_{gb} = \beta P_{gg}$. Let "
        r"$P_{gk} \le \lambda P_{gg}$ for all $k \ne g$, $P_{ik} \le \kappa P_{ig}$ for all $i, "
        r"k$, and $\lambda + \kappa \varepsilon < 1$. Call a path near $g$ if the tokens other "
        r"than $g$ are at most $\varepsilon$ times as many as $g$ at all its times. Along a path, "
        r"$T(t)$ is how many of its tokens $0, \dots, t - 1$ are an $a$ that a $b$ follows, and "
        r"$A(t)$ the sum of the chances of it. (1) Along almost every path, that is, all but a "
        r"set of paths of probability 0, there is a number $B$ with $M(t)^2 \le B$ for all $t \ge "
        r"0$, where $M(t)$ is the sum over the tokens $0, \dots, t - 1$ that are an $a$ of $1$ if "
        r"a $b$ follows, else $0$, less the chance of it, divided by $1 + A$ at that time. (2) If "
        r"$\alpha + \beta < 1$: along almost every path near $g$ there is a number $E$ with $T(t) "
        r"\le E$ for all $t \ge 0$. (3) If $\alpha + \beta \ge 1$, $a \ne g$, $b \ne g$ and "
        r"$P_{ab} \ge \theta P_{ak}$ for all $k$, $\theta > 0$: along almost every path near $g$ "
        r"there is a number $E$ with $E (1 + e^{T(t)}) \ge \log l(t)$ for all $t \ge 0$, $l(t)$ "
        r"the total length: $T$ grows without end. (Let $P_{gg}$ be the strict maximum of its "
        r"row. Then some $\lambda < 1$ and $\varepsilon > 0$ are such; where $g$ wins, that is, "
        r"where its frequency goes to 1, the path is near $g$ from some time on, and from then on "
        r"the path is one of the walk whose prompt is what stands there so far. There are "
        r"countably many such prompts: almost surely, where $g$ wins, the transitions $a \to b$, "
        r"$a, b \ne g$, occur infinitely often if and only if $\alpha + \beta \ge 1$.)"
    ),
    source=WINNER,
    mark="cited",
)
def transitions_recur() -> Body:
    """The rates of the losers, the chances of E33 along a path, and Doob's theorem beside them."""
    from flint import fmpq

    from checks.losers import histories, row_from_one, settled
    from theory import event_noise, transitions_recur
    from theory.derivation import Theorem

    weak, half = (fmpq(1, 10), fmpq(1, 4), fmpq(49, 100)), fmpq(1, 2)
    strong = (half, fmpq(2, 3), fmpq(9, 10))

    any_row = settled((*weak, *strong))

    def almost(theorem: Theorem, shares: tuple[fmpq, ...]) -> Part:
        return Part(theorem, settled(shares), histories, least=2, unchecked=ALMOST)

    parts = (
        Part(event_noise.event_noise(), **row_from_one(any_row), least=2, unchecked=ALMOST),
        almost(transitions_recur.stop(), weak),
        almost(transitions_recur.go_on(), strong),
    )
    return Body(parts=parts, witnesses=reasons(*parts), twins=())
