"""E5: in a chain of rank one, a token that is not the favourite decays at a rate, in the mean."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER


@claim(
    id="rank-one-bound",
    label="E5",
    title="In rank one, a token that is not the favourite decays at a rate",
    statement=(
        r"Let the rows of $P$ be $p > 0$ up to positive factors, let every token be in the prompt, "
        r"let $p_g > p_b$ and $\rho = p_b / p_g$. After a history of length $l$ with counts $n$, "
        r"the frequency of $b$ after $s$ more tokens has mean at most "
        r"$n_b \frac{\Gamma(n_g - \rho)}{\Gamma(n_g)} (l + s)^{-(1 - \rho)}$, for every $s \ge 0$."
    ),
    source=WINNER,
    mark="all",
)
def rank_one_bound() -> Body:
    """The case of E8 in which all rows like b equally less than g."""
    from fractions import Fraction

    from hypothesis import strategies as st
    from sympy import exp, log

    from checks.walks import frequency, start
    from numeric.instance import Instance
    from theory import rank_one as theory
    from theory.domination import rho
    from theory.walk import STEPS, at, l, mean, s, w

    @st.composite
    def drawn(draw: st.DrawFn, K: int) -> Instance:
        at = draw(start(K))
        g, b = draw(st.permutations(range(K)))[:2]
        p = [draw(st.integers(1, 5)) for _ in range(K)]
        p[g] = p[b] + draw(st.integers(1, 3))
        height = draw(st.tuples(*[st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3)])] * K))
        return at.replace(P=tuple(tuple(h * x for x in p) for h in height), p=p, g=g, b=b).replace(
            height=height
        )

    part = Part(theory.rank_one_bound(), drawn, frequency, least=2)
    urn = Instance(K=2, P=((4, 1), (4, 1)), p=(4, 1), height=(1, 1), A=(2, 1), x0=0, g=0, b=1, m=1)
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
            Unwitnessed(part.name, "p-positive", NORM),
            broken("favourite", P=((1, 1), (1, 1)), p=(1, 1), A=(1, 3)),
            broken("rank-one", P=((1, 9), (1, 9))),
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
                urn.replace(A=(1, 9), P=((10, 9), (10, 9)), p=(10, 9)),
            ),
        ),
    )
