"""E15: the Jacobian of the mean field where one token has frequency 1."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import WINNER

STRUCTURE = "It only says what the name stands for: without it the statement has no meaning."
IDENTITY = "It keeps denominators from 0; where they are not 0, the formula holds without it."
IMPLIED = "It follows from the others: a positive chain has one stationary law, which is positive."
VACUOUS = "Without it the bound is not positive, as P_gj <= c P_gg, and holds for every law."


@claim(
    id="corner-jacobian",
    label="E15",
    title="The Jacobian of the mean field at a corner",
    statement=(
        r"Let $P > 0$ and let $\pi(m)$ be the stationary law of the walk with its frequencies "
        r"held at $m$: $\pi_j = \sum_i \pi_i m_j P_{ij} / Z_i$, $Z_i = \sum_l m_l P_{il}$. The "
        r"mean field is $h(m) = \pi(m) - m$. If $D_{jk}$ solves this balance differentiated at "
        r"the corner $e_g$ along $e_k - e_g$, then $D_{jk} = \delta_{jk} P_{gj} / P_{gg}$ for all "
        r"$j \ne g$. Moreover, if $P_{ij} \le c P_{ig}$ for all $i, j$, then $|\pi_j - m_j P_{gj} "
        r"/ P_{gg}| \le 6 c^2 (1 - m_g) m_j$ for all $j$ wherever $m_g \ge 1/2$: so in the "
        r"coordinates $m_j$, $j \ne g$, the field is differentiable at $e_g$, and its Jacobian "
        r"there is $\mathrm{diag}(P_{gj} / P_{gg} - 1)$."
    ),
    source=WINNER,
    mark="all",
)
def corner_jacobian() -> Body:
    """The differentiated balance, and a first-order expansion with its remainder."""
    from functools import cache
    from typing import Any

    from flint import fmpq
    from hypothesis import strategies as st

    from checks.strategies import chain
    from numeric.instance import Instance
    from numeric.mean_field import jacobian, stationary
    from theory import mean_field as theory
    from theory.attention import P
    from theory.mean_field import D, delta, g, m, pi
    from theory.notation import forall, j, k

    @st.composite
    def corner(draw: st.DrawFn, K: int) -> Instance:
        token = draw(st.integers(0, K - 1))
        at = tuple(int(i == token) for i in range(K))
        return Instance(K=K, P=draw(chain(K)), g=token, m=at, pi=at)

    @st.composite
    def near(draw: st.DrawFn, K: int) -> Instance:
        token, rows = draw(st.integers(0, K - 1)), draw(chain(K))
        counts = draw(st.lists(st.integers(0, 6), min_size=K, max_size=K))
        counts[token] = max(1, sum(counts)) + draw(st.sampled_from([0, 1, 50]))
        at = tuple(fmpq(n, sum(counts)) for n in counts)
        c = max(p / row[token] for row in rows for p in row)
        return Instance(K=K, P=rows, g=token, m=at, c=c)

    def derivative(at: Instance) -> dict[str, Any]:
        """D(j, k): of pi(j) along e_k - e_g; the numbers of the last, D(g, k), make up the sum."""
        K, token = at["K"], at["g"]

        @cache
        def table() -> Any:
            others = [i for i in range(K) if i != token]
            J = jacobian(at["P"], at["m"], token).tolist()
            inner = {
                (i, o): J[a][b] + int(i == o)
                for a, i in enumerate(others)
                for b, o in enumerate(others)
            }
            last = {(token, o): -sum(inner[i, o] for i in others) for o in others}
            return inner | last | {(i, token): 0 for i in range(K)}

        return {"D": lambda j, k: table()[j - 1, k - 1]}

    def law(at: Instance) -> dict[str, Any]:
        """pi(j): the stationary law, by exact linear equations."""

        @cache
        def whole() -> Any:
            return stationary(at["P"], at["m"])

        return {"pi": lambda j: whole()[j - 1]}

    implicit = Part(theory.corner_jacobian(), corner, derivative)
    above = Part(theory.expansion_above(), near, law)
    below = Part(theory.expansion_below(), near, law)

    ones, even = ((1, 1), (1, 1)), ("1/2", "1/2")
    first = Instance(K=2, P=ones, g=0, m=(1, 0), pi=(1, 0))
    three = Instance(K=3, P=((3, 2, 1), (1, 1, 1), (1, 2, 1)), g=0, m=(1, 0, 0), pi=(1, 0, 0))
    rising = Instance(K=2, P=((1, 1), (1, 3)), g=0, m=even, c=3)
    falling = Instance(K=2, P=((1, 1), (3, 1)), g=0, m=even, c=1)
    unlit = rising.replace(P=((0, -1), (1, 1)), pi=("1/3", "2/3"))
    mixed = Instance(
        K=3,
        P=((1, 1, 1), (1, 1, 9), (1, 1, 1)),
        g=0,
        m=(1, "1/2", "-1/2"),
        pi=("3/5", "3/10", "1/10"),
        c=9,
    )
    long = Instance(K=2, P=ones, g=0, m=(2, 1), pi=("2/3", "1/3"), c=1)
    far = Instance(
        K=3,
        P=((1, 1, 1), (1, "1/100", 1), (1, 1, "1/100")),
        g=0,
        m=(0, "99/100", "1/100"),
        c=1,
    )
    alone = Instance(K=2, P=ones, g=0, m=(1, 0), c=1)
    outside = 1 - delta(j, g)
    linear = m(j) * P(g, j) / P(g, g)
    return Body(
        parts=(implicit, above, below),
        witnesses=(
            Unwitnessed(implicit.name, "winner", STRUCTURE),
            Unwitnessed(implicit.name, "P-positive", IDENTITY),
            Witness(implicit.name, "frequencies", first.replace(m=even, D=((0, 0), (0, 2)))),
            Witness(
                implicit.name,
                "law",
                first.replace(P=((1, 2), (1, 1)), pi=even, D=((0, "-3/2"), (0, "3/2"))),
            ),
            Witness(implicit.name, "derivative", first.replace(D=((0, 0), (0, 0)))),
            *(
                witness
                for part, steep in ((above, rising), (below, falling))
                for witness in (
                    Unwitnessed(part.name, "winner", STRUCTURE),
                    Witness(part.name, "P-positive", unlit),
                    Witness(part.name, "bound", steep.replace(c=0)),
                    Witness(part.name, "shares", mixed),
                    Witness(part.name, "total", long),
                    Unwitnessed(part.name, "law", IMPLIED),
                    Witness(part.name, "stationary", alone.replace(pi=(0, 1))),
                )
            ),
            Witness(above.name, "near", far),
            Unwitnessed(below.name, "near", VACUOUS),
            Witness(above.name, "law-total", alone.replace(m=even, pi=(5, 5))),
            Witness(below.name, "law-total", alone.replace(pi=(0, 0))),
        ),
        twins=(
            Twin(
                implicit.name,
                "the column of g for its row",
                forall(j, k)(outside * (D(j, k) - delta(j, k) * P(j, g) / P(g, g)), "=", 0),
                three,
            ),
            Twin(
                implicit.name,
                "no delta",
                forall(j, k)(outside * (D(j, k) - P(g, j) / P(g, g)), "=", 0),
                three,
            ),
            Twin(above.name, "no remainder", forall(j)(linear - pi(j), ">=", 0), rising),
            Twin(below.name, "no remainder", forall(j)(pi(j) - linear, ">=", 0), falling),
        ),
    )
