"""E29: two tokens that every row likes well enough follow each other again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from sympy import Expr

    from theory.judgement import Judgement


@claim(
    id="transitions-go-on",
    label="E29",
    title="Two tokens that every row likes well enough follow each other again and again",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, $P_{ik} \ge \theta_k P_{ij}$ for all "
        r"$i, j, k$, and let $a$ and $b$ be tokens ($a = b$ is allowed) with "
        r"$\theta_a + \theta_b \ge 1$, of which the prompt holds $a$ twice and $b$ twice, three "
        r"times if $a = b$. After a history of length $l$ with counts $n$, the chance that among "
        r"its last token and the next $h$ the transition $a \to b$ is not made, times "
        r"$\theta_a \theta_b \log \frac{l + h}{l}$, is at most "
        r"$\frac{2 l}{(n_a - 1)(n_b - 1 - \delta_{ab})}$, for every $h \ge 0$. As such $\theta_a, "
        r"\theta_b > 0$ can be chosen, the chance tends to $0$ as $h$ grows."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def transitions_go_on() -> Body:
    """A function of the counts of a and b that pays at every step for the transition missed."""
    from checks.transitions import liking, unfollowed
    from numeric.instance import Instance
    from theory import transitions_again as theory
    from theory.notation import forall
    from theory.transitions import h
    from theory.transitions_again import bound, missed, x
    from theory.walk import l

    part = Part(theory.transitions_go_on(), liking, unfollowed)
    urn = Instance(K=2, P=((1, 1), (1, 1)), A=(1, 9), x0=0, a=1, b=1, x=0, h=9, m=1)
    urn = urn.replace(theta=(1, 1))
    once = urn.replace(h=1)

    def said(most: Expr) -> Judgement:
        """The conclusion with another bound."""
        return forall()(most, ">=", missed(h, x))

    def broken(name: str, of: Instance = urn, **change: object) -> Witness:
        return Witness(part.name, name, of.replace(**change))

    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            Unwitnessed(part.name, "present", ABSENT),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "first", "second")),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", frozen=2, x=8, A=(9, 3)),
            broken("strong", P=((99, 1), (99, 1)), theta=(-1, -1)),
            broken("liked", P=((99, 1), (99, 1))),
            broken("twice-a", a=0),
            broken("twice-b", A=(3, 1), a=0),
            broken("turn", stuck=1),
            broken("avoid-0", of=once, times=99),
            broken("avoid-step", late=99),
            Unwitnessed(part.name, "history", STRUCTURE),
        ),
        twins=(
            Twin(part.name, "no length", said(bound(x) / l(x)), once),
            Twin(part.name, "a quarter of the bound", said(bound(x) / 4), once),
            Twin(part.name, "the counts squared", said(bound(x) ** 2 / l(x) / 2), once),
        ),
    )
