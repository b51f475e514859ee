"""E4: two columns in proportion give a martingale of the walk."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

POLE = "It keeps away from the poles of Gamma; between them the equation goes on to hold."


@claim(
    id="rank-one-martingale",
    label="E4",
    title="Two columns in proportion give a martingale",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, and let $b \ne g$ be tokens with "
        r"$P_{ib} = \rho P_{ig}$ for all $i$; in a chain whose rows are $p$ up to scale, "
        r"$\rho = p_b / p_g$. For $\kappa \ge 0$, while $n_g > \kappa \rho$, the quantity "
        r"$\frac{\Gamma(n_b + \kappa)}{\Gamma(n_b)} \frac{\Gamma(n_g - \kappa \rho)}{\Gamma(n_g)}$ "
        r"has the mean, after any number of further tokens, that it has now. (For a whole "
        r"$\kappa$ the first factor is the rising factorial $n_b (n_b + 1) \cdots "
        r"(n_b + \kappa - 1)$.)"
    ),
    source=WINNER,
    mark="all",
)
def rank_one_martingale() -> Body:
    """One step of the walk, and an induction on the number of steps."""
    from typing import Any

    from checks.computed import Function
    from checks.walks import gamma_ratio, generated, proportional
    from numeric.instance import Instance
    from theory import rank_one as theory
    from theory.walk import STEPS, at, mean, s, w

    def functions(at: Instance) -> dict[str, Function]:
        b, g, rho, kappa = (at[name] for name in ("b", "g", "rho", "kappa"))

        def kept(n: Function, w: int) -> Any:
            to_b, to_g = n(w, b + 1), n(w, g + 1)
            return gamma_ratio(to_b + kappa, to_b) * gamma_ratio(to_g - kappa * rho, to_g)

        return generated(at, kept)

    part = Part(theory.rank_one_martingale(), proportional, functions, least=2)
    urn = Instance(K=2, P=((2, 1), (2, 1)), A=(3, 1), x0=0, g=0, b=1, rho="1/2", kappa=2, m=1)
    value = part.theorem.conclusion.rhs

    def broken(name: str, **change: object) -> Witness:
        return Witness(part.name, name, urn.replace(**change))

    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            *(Unwitnessed(part.name, name, POLE) for name in ("present", "kappa", "past")),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "winner", "loser")),
            Unwitnessed(part.name, "next", EXTENDS),
            broken("counts", frozen=2),
            broken("two", b=0, rho=1, kappa=1),
            broken("columns", P=((2, 2), (2, 1))),
            broken("mean-0", off=9, late=9),
            broken("mean-step", late=9),
        ),
        twins=(
            Twin(
                part.name,
                "it grows with the number of tokens",
                at(mean(s, w), "=", (1 + s) * value, STEPS),
                urn,
            ),
            Twin(
                part.name,
                "the falling factor forgotten",
                at(mean(s, w), "=", theory.rising(theory.nb), STEPS),
                urn,
            ),
        ),
    )
