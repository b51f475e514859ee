"""E8: a token that every row likes less than another decays at a rate, in the mean."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NEGATIVE_RATE, NORM, STRUCTURE
from checks.claims.sources import WINNER


@claim(
    id="uniform-domination-bound",
    label="E8",
    title="A token that every row likes less decays at a rate",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $b$ and $g$ be tokens with "
        r"$P_{ib} \le \rho P_{ig}$ for all $i$, $0 \le \rho < 1$. After a history of length $l$ "
        r"with counts $n$, the frequency of $b$ after $s$ more tokens has mean at most "
        r"$n_b \frac{\Gamma(n_g - \rho)}{\Gamma(n_g)} (l + s)^{-(1 - \rho)}$, for every $s \ge 0$."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def uniform_domination_bound() -> Body:
    """A supermartingale, and the log-convexity of the gamma function."""
    from sympy import exp, log

    from checks.walks import dominated, frequency
    from numeric.instance import Instance
    from theory.domination import domination_bound, rho
    from theory.walk import STEPS, at, l, mean, s, w

    part = Part(domination_bound(), dominated, frequency, least=2)
    even = ((1, 1), (1, 1))
    urn = Instance(K=2, P=((4, 1), (4, 1)), A=(2, 1), x0=0, g=0, b=1, rho="1/2", m=1)
    bound = part.theorem.conclusion.lhs

    def broken(name: str, **change: object) -> Witness:
        return Witness(part.name, name, urn.replace(**change))

    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            broken("present", A=(0, 1), x0=1),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "winner", "loser")),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", frozen=2),
            Unwitnessed(part.name, "rho", NEGATIVE_RATE),
            broken("below-one", rho=1, P=even, A=(1, 3)),
            broken("dominated", P=((1, 9), (1, 9))),
            broken("mean-0", off=9, late=9),
            broken("mean-step", late=9),
        ),
        twins=(
            Twin(
                part.name,
                "twice the exponent",
                at(bound * exp(-(1 - rho) * log(l(w) + s)), ">=", mean(s, w), STEPS),
                urn,
            ),
            Twin(
                part.name,
                "constant one",
                at(exp(-(1 - rho) * log(l(w) + s)), ">=", mean(s, w), STEPS),
                urn.replace(A=(1, 9), rho="9/10"),
            ),
            Twin(
                part.name,
                "half the constant",
                at(bound / 2, ">=", mean(s, w), STEPS),
                urn.replace(A=(9, 1)),
            ),
        ),
    )
