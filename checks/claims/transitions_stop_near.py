"""E30: two weak losers follow each other finitely often, in the mean, while g has its share."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

FAR = "Then the mean can grow with s for ever, but passes the bound too late for these checks."
LATE = (
    "Then the mean can grow with s for ever, but passes the bound too late for these checks: of "
    "the walks tried, first from 1 g and 3 b, b last, with P = ((1, .08), (1, 1)), after 222 "
    "tokens."
)
PROOF = "The derivation needs it; no walk that passes the bound without it is known."
NONE = "With a negative eps no history counts, and the mean number is 0."


@claim(
    id="transitions-stop-near",
    label="E30",
    title=(
        "Two weak losers follow each other finitely often while the winner has its share, "
        "in the mean"
    ),
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $a$, $b$ and $g$ be tokens "
        r"($a = b$ is allowed), $P_{gk} \le P_{gg}$ for all $k$. Let $\sigma < 1$, $\kappa$ and "
        r"$\varepsilon \ge 0$ have $P_{ga} + P_{gb} + 6 \kappa \varepsilon P_{gg} \le \sigma "
        r"P_{gg}$ and $P_{ia} + P_{ib} \le \kappa P_{ig}$ for all $i$, and let $P_{ik} \le D_k "
        r"P_{ij}$ for all $i, j, k$. Call a history near if the tokens other than $g$ are at most "
        r"$\varepsilon n_g$. After a history of length $l$ with counts $n$, the mean number of "
        r"those $i$ from $1$ to $s$ for which the $i$-th and the $(i + 1)$-st of the next tokens "
        r"are $a$ and $b$, and every history from this one up to the $(i - 1)$-st of them is near, "
        r"is at most $\frac{D_a D_b}{1 - \sigma} n_a (n_b + \delta_{ab}) "
        r"\frac{\Gamma(n_g - \sigma)}{\Gamma(n_g)} \left(1 + \frac{2 \kappa}{n_g}\right) "
        r"(l - 1)^{-(1 - \sigma)}$, for every $s \ge 0$: the bound does not depend on $s$. If "
        r"$\rho = (P_{ga} + P_{gb}) / P_{gg} < 1$, then $\sigma = (1 + \rho) / 2$ and "
        r"$\varepsilon = (\sigma - \rho) / (6 \kappa) > 0$ are such numbers."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def transitions_stop_near() -> Body:
    """The supermartingale of E28, corrected for the rows of the other tokens."""
    from checks.transitions import followed, weak_near
    from numeric.instance import Instance
    from theory import transitions_stop_near as theory
    from theory.transitions import D, a, b, num
    from theory.transitions_stop_near import bound
    from theory.walk import STEPS, at, l, s, w

    part = Part(theory.transitions_stop(), weak_near, followed, least=2)
    row = Instance(K=2, P=((4, 1), (1, 1)), A=(60, 1), x0=0, g=0, a=1, b=1, m=1)
    row = row.replace(D=(4, 1), kappa=2, sigma="3/4", eps="1/48")
    even = row.replace(P=((1, 1), (1, 1)), D=(1, 1), A=(4, 40), sigma=-9, eps=10)

    def broken(name: str, of: Instance = row, **change: object) -> Witness:
        return Witness(part.name, name, of.replace(**change))

    structure = ("last", "first", "second", "winner")
    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            broken("present", A=(0, 1), x0=1),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in structure),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", frozen=0, crowd=9),
            broken("event", worth=10**6),
            Unwitnessed(part.name, "near", LATE),
            broken("below-one", sigma=2),
            Unwitnessed(part.name, "eps", NONE),
            Unwitnessed(part.name, "favourite", PROOF),
            broken("weak", of=even),
            broken("other-rows", kappa=-99),
            broken("spread", D=(0, 0)),
            Unwitnessed(part.name, "turn", FAR),
            broken("num-0", A=(400, 1), extra=99),
            broken("num-step", more=99),
        ),
        twins=(
            Twin(
                part.name,
                "two powers of the length less",
                at(bound() / l(w) ** 2, ">=", num(s, w), STEPS),
                row,
            ),
            Twin(
                part.name,
                "a thousandth of the constant",
                at(bound() / (1000 * D(a) * D(b)), ">=", num(s, w), STEPS),
                row,
            ),
        ),
    )
