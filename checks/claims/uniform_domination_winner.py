"""E9: a token that every row likes less is rare at all late times at once."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NEGATIVE_RATE, NORM, STRUCTURE
from checks.claims.sources import WINNER


@claim(
    id="uniform-domination-winner",
    label="E9",
    title="A token that every row likes less is rare at all late times at once",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $b$ and $g$ be tokens with "
        r"$P_{ib} \le \rho P_{ig}$ for all $i$, $0 \le \rho < 1$. After a history of length $l$ "
        r"with counts $n$, the frequency of $b$ is $\varepsilon > 0$ or more at one of the total "
        r"lengths $l + s, \dots, l + s + h$ with probability at most "
        r"$\frac{1}{\varepsilon} n_b \frac{\Gamma(n_g - \rho)}{\Gamma(n_g)} (l + s)^{-(1 - \rho)}$"
        r", for every $s \ge 0$ and every $h \ge 0$: the bound does not depend on $h$."
    ),
    source=WINNER,
    mark="all",
)
def uniform_domination_winner() -> Body:
    """The maximal inequality for the supermartingale of E8, by an induction on the horizon.

    Every horizon is finite, so no limit theorem is cited.
    """
    from hypothesis import strategies as st
    from sympy import exp, log

    from checks.walks import dominated, reaching
    from numeric.instance import Instance
    from theory import winner as theory
    from theory.domination import rho
    from theory.walk import STEPS, at, l, mean, s, w
    from theory.winner import bound, eps

    @st.composite
    def drawn(draw: st.DrawFn, K: int) -> Instance:
        level = draw(st.sampled_from(["1/10", "1/3", "1/2"]))
        return draw(dominated(K)).replace(eps=level, h=draw(st.integers(0, 1)))

    part = Part(theory.uniform_domination_winner(), drawn, reaching, least=2)
    even = ((1, 1), (1, 1))
    urn = Instance(K=2, P=((4, 1), (4, 1)), A=(8, 1), x0=0, g=0, b=1, rho="1/2", m=1)
    urn = urn.replace(eps="1/2", h=1)

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
            broken("below-one", rho=1, P=even, A=(1, 3), eps="9/10"),
            broken("dominated", P=((1, 9), (1, 9)), eps="1/9"),
            broken("eps", eps=-1),
            Unwitnessed(part.name, "event", STRUCTURE),
            broken("many", always=1),
            broken("seen-0", sure=1),
            broken("seen-step", soon=1),
            broken("mean-0", off=9, late=9),
            broken("mean-step", late=9),
        ),
        twins=(
            Twin(
                part.name,
                "twice the exponent",
                at(bound(s) * exp(-(1 - rho) * log(l(w) + s)), ">=", mean(s, w), STEPS),
                urn.replace(A=(2, 1), eps="1/3"),
            ),
            Twin(
                part.name,
                "no 1 / eps",
                at(eps * bound(s), ">=", mean(s, w), STEPS),
                urn.replace(A=(2, 1), eps="1/3"),
            ),
        ),
    )
