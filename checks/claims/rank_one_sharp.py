"""E6: the bound on a loser is sharp in rank one."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

EMPTY = "With theta >= 1 what is subtracted does not get smaller, and nothing is said about t."


@claim(
    id="rank-one-sharp",
    label="E6",
    title="In rank one the bound on a loser is sharp, constant and exponent",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $b \ne g$ be tokens with "
        r"$P_{ib} = \rho P_{ig}$ and $P_{ik} \le \theta P_{ig}$ for all $i$ and all $k \ne g$, "
        r"$\theta < 1$; in a chain whose rows are $p$ up to scale, $\rho = p_b / p_g$ and "
        r"$\theta = \max_{k \ne g} p_k / p_g$. After a history of length $l$ with counts $n$, "
        r"$n_g > \rho + \theta$, the frequency of $b$ at total length $t = l + s$ has "
        r"$t^{1 - \rho} E[m_b] \ge n_b \frac{\Gamma(n_g - \rho)}{\Gamma(n_g)} - t^{-(1 - \theta)} "
        r"n_b (l - n_g + 1) \frac{\Gamma(n_g - \rho - \theta)}{\Gamma(n_g)}$ for every $s \ge 0$. "
        r"The first term is the upper bound of E8."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def rank_one_sharp() -> Body:
    """A martingale, a supermartingale, and Wendel's inequality twice; no limit theorem is cited."""
    from sympy import exp, log

    from checks.walks import frequency, sharp
    from numeric.instance import Instance
    from theory import sharp as theory
    from theory.domination import rho, weight
    from theory.sharp import lower, nb, ng
    from theory.walk import STEPS, at, l, mean, s, w

    part = Part(theory.rank_one_sharp(), sharp, frequency, least=2)
    urn = Instance(K=2, P=((10, 1), (10, 1)), A=(5, 1), x0=0, g=0, b=1, m=1)
    urn = urn.replace(rho="1/10", theta="1/5")
    close = urn.replace(rho="9/10", theta="19/20", P=((10, 9), (10, 9)), A=(20, 1))
    upper = exp(-(1 - rho) * log(l(w) + s)) * weight(nb, ng)

    def broken(name: str, at: Instance) -> Witness:
        return Witness(part.name, name, at)

    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            Unwitnessed(part.name, "present", ABSENT),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "winner", "loser")),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", urn.replace(frozen=0, crowd=2)),
            broken("two", urn.replace(b=0, rho=1)),
            broken("columns", close.replace(P=((1000, 1), (1000, 1)))),
            broken("others", close.replace(K=3, P=((10, 9, 10**5),) * 3, A=(20, 1, 1))),
            Unwitnessed(part.name, "theta", EMPTY),
            broken("past", close.replace(A=(1, 1))),
            broken("mean-0", urn.replace(off=-9, late=-9)),
            broken("mean-step", urn.replace(late=-9)),
        ),
        twins=(
            Twin(part.name, "nothing subtracted", at(mean(s, w), ">=", upper, STEPS), urn),
            Twin(
                part.name,
                "twice the bound",
                at(mean(s, w), ">=", 2 * lower(s), STEPS),
                urn.replace(A=(50, 1)),
            ),
        ),
    )
