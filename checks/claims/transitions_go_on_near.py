"""E31: two strong losers follow each other again and again while the winner has its share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from sympy import Expr

    from theory.judgement import Judgement


@claim(
    id="transitions-go-on-near",
    label="E31",
    title="Two strong losers follow each other again and again while the winner has its share",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $a$, $b$ and $g$ be tokens "
        r"($a = b$ is allowed), $P_{gk} \le P_{gg}$ for all $k$, $P_{ga} + P_{gb} \ge "
        r"(1 + \varepsilon) P_{gg}$, and $P_{ik} \ge \theta_k P_{ij}$ for all $i, j, k$, "
        r"$\theta \ge 0$; the prompt holds $a$ twice and $b$ twice, three times if $a = b$. Call "
        r"a history near if the tokens other than $g$ are at most $\varepsilon n_g$. After a "
        r"history of length $l$ with counts $n$, the chance that every history from this "
        r"one up to the $(h - 1)$-st of the next tokens is near and that among its last token and "
        r"the next $h$ the transition $a \to b$ is not made, times "
        r"$\theta_a \theta_b \log \frac{l + h}{l}$, is at most "
        r"$\frac{4 (n_g + 1)}{(n_a - 1)(n_b - 1 - \delta_{ab})}$, for every $h \ge 0$: as "
        r"$\theta > 0$ can be chosen, the chance tends to $0$ as $h$ grows."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def transitions_go_on_near() -> Body:
    """The function of the counts of E29, with the count of g in the place of the length."""
    from checks.transitions import strong_near, unfollowed
    from numeric.instance import Instance
    from theory import transitions_near as theory
    from theory.notation import forall
    from theory.transitions import g, h
    from theory.transitions_again import x
    from theory.transitions_near import bound, missed
    from theory.walk import n

    part = Part(theory.transitions_go_on(), strong_near, unfollowed)
    urn = Instance(K=2, P=((1, 1), (1, 1)), A=(30, 20), x0=0, a=1, b=1, g=0, x=0, h=40, m=1)
    urn = urn.replace(theta=(1, 1), eps=1)
    away = urn.replace(P=((1, 1), (99, 1)))
    once = urn.replace(h=4)
    few = urn.replace(A=(1, 20), h=1)

    def broken(name: str, of: Instance = urn, **change: object) -> Witness:
        return Witness(part.name, name, of.replace(**change))

    def said(most: Expr) -> Judgement:
        """The conclusion with another bound."""
        return forall()(most, ">=", missed(h, x))

    structure = ("last", "first", "second", "winner", "history")
    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            Unwitnessed(part.name, "present", ABSENT),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in structure),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", frozen=3, crowd=2, x=29, A=(200, 15), h=9),
            broken("event", worth=10**6),
            broken("near", of=few, always=1),
            broken("favourite", of=few, P=((1, 50), (1, 1)), theta=(0, 1), eps=49),
            broken("strong", of=few, eps=20),
            broken("theta", of=away, theta=(-1, -1)),
            broken("liked", of=away),
            broken("twice-a", a=0, A=(1, 2)),
            broken("twice-b", A=(9, 2)),
            broken("turn", stuck=1),
            broken("avoid-0", of=once, times=99),
            broken("avoid-step", late=99),
        ),
        twins=(
            Twin(part.name, "a count less", said(bound(x) / (n(x, g) + 1)), once),
            Twin(part.name, "an eighth of the bound", said(bound(x) / 8), once),
        ),
    )
