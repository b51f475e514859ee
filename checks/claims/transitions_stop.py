"""E28: two losers that every row likes little follow each other finitely often, in the mean."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER


@claim(
    id="transitions-stop",
    label="E28",
    title="Two losers that every row likes little follow each other finitely often, in the mean",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, let $a$, $b$ and $g$ be tokens ($a = b$ "
        r"is allowed), $P_{ik} \le \rho_k P_{ig}$ and $P_{ik} \le D_k P_{ij}$ for all $i, j, k$, "
        r"and $r = 1 - \rho_a - \rho_b > 0$. After a history of length $l$ with counts $n$, the "
        r"mean number of those $i = s + 1, \dots, s + h$ for which the $i$-th and the $(i + 1)$-st "
        r"of the next tokens are $a$ and $b$ is at most $\frac{D_a D_b}{r} n_a (n_b + "
        r"\delta_{ab}) \frac{\Gamma(n_g - 1 + r)}{\Gamma(n_g)} (l + s - 1)^{-r}$, for every "
        r"$s \ge 0$ and every $h \ge 0$: the bound does not depend on $h$, and tends to $0$ as $s$ "
        r"grows."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def transitions_stop() -> Body:
    """A supermartingale of second order, whose fall pays for every transition."""
    from sympy import exp, gamma, log

    from checks.transitions import followed, outliked
    from numeric.instance import Instance
    from theory import transitions as theory
    from theory.transitions import D, a, b, bound, falling, g, r
    from theory.walk import STEPS, at, l, mean, n, s, w

    part = Part(theory.transitions_stop(), outliked, followed, least=2)
    urn = Instance(K=2, P=((4, 1), (4, 1)), A=(2, 1), x0=0, g=0, a=1, b=1, h=2, m=1)
    urn = urn.replace(rho=(1, "1/4"), D=(4, 1))
    even = urn.replace(P=((1, 1), (1, 1)), D=(1, 1))
    late = urn.replace(P=((20, 1), (20, 1)), A=(1, 60), rho=(1, "1/20"), D=(20, 1), h=12)

    def broken(name: str, of: Instance = urn, **change: object) -> Witness:
        return Witness(part.name, name, of.replace(**change))

    tokens = ("last", "first", "second", "winner")
    alone = falling(s) * n(w, a) * gamma(n(w, g) - 1 + r) / gamma(n(w, g))
    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            broken("present", A=(0, 1), x0=1),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in tokens),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", A=(1, 9), frozen=0, crowd=9),
            broken("below-one", of=even, rho=(1, 1)),
            broken("dominated", of=even, A=(1, 9), rho=(1, -1)),
            broken("spread", D=(0, 0)),
            broken("num-0", extra=99),
            broken("num-step", more=99),
            broken("mean-0", off=99, late=99),
            broken("mean-step", late=99),
        ),
        twins=(
            Twin(
                part.name,
                "twice the exponent",
                at(bound(s) * exp(-r * log(l(w) + s - 1)), ">=", mean(s, w), STEPS),
                late,
            ),
            Twin(part.name, "no second count", at(alone, ">=", mean(s, w), STEPS), late),
            Twin(
                part.name,
                "a hundredth of the constant",
                at(bound(s) / (100 * D(a) * D(b)), ">=", mean(s, w), STEPS),
                late,
            ),
        ),
    )
