"""E17: with symmetric weights the mean field climbs a quadratic form."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Witness, claim
from checks.claims.sources import WINNER


@claim(
    id="symmetric-lyapunov",
    label="E17",
    title="With symmetric weights the mean field climbs a quadratic form",
    statement=(
        r"Let $A$ be symmetric with positive entries, $V = m^\top A m$. The stationary law of the "
        r"walk with its frequencies held at $m$ is $\pi_i = m_i (Am)_i / V$, and along the mean "
        r"field $dm/ds = \pi - m$ the form $V$ never falls: $dV/ds = \frac{2}{V} \sum_i m_i "
        r"((Am)_i - V)^2 \ge 0$. The walk does not change when the rows of its matrix are scaled. "
        r"For positive $P$ some scale $r > 0$ makes $r_i P_{ij}$ symmetric if and only if "
        r"$P_{ij} P_{jk} P_{ki} = P_{ik} P_{kj} P_{ji}$ for all $i, j, k$, and then $r_i = P_{1i} "
        r"/ P_{i1}$ is one; for $K = 2$ the scale $r_1 = P_{21}$, $r_2 = P_{12}$ always does."
    ),
    source=WINNER,
    mark="all",
)
def symmetric_lyapunov() -> Body:
    """The stationary law, the rate of V, and which matrices are symmetric up to scale."""
    from fractions import Fraction
    from functools import cache
    from typing import Any

    from hypothesis import strategies as st

    from checks.strategies import matrix
    from numeric.chain import ccmc
    from numeric.exact import rational
    from numeric.instance import Instance
    from numeric.mean_field import stationary as law_of
    from theory import lyapunov as theory
    from theory.attention import P
    from theory.lyapunov import CLIMB, VARIANCE, Q, V, m, pi, r
    from theory.notation import forall, i, j, k, o, total

    entries = st.builds(Fraction, st.integers(1, 9), st.integers(1, 3))

    def frequencies(draw: st.DrawFn, K: int) -> tuple[Fraction, ...]:
        n = draw(st.lists(st.integers(0, 5), min_size=K, max_size=K).filter(any))
        return tuple(Fraction(x, sum(n)) for x in n)

    @st.composite
    def symmetric(draw: st.DrawFn, K: int) -> Instance:
        raw = draw(matrix(entries, K, K))
        A = tuple(tuple(raw[max(i, j)][min(i, j)] for j in range(K)) for i in range(K))
        return Instance(K=K, A=A, alpha=min(map(min, A)), m=frequencies(draw, K))

    @st.composite
    def any_scale(draw: st.DrawFn, K: int) -> Instance:
        scale = draw(st.tuples(*[entries] * K))
        return Instance(K=K, P=draw(matrix(entries, K, K)), r=scale, m=frequencies(draw, K))

    @st.composite
    def reversible(draw: st.DrawFn, K: int) -> Instance:
        at, scale = draw(symmetric(K)), draw(st.tuples(*[entries] * K))
        rows = tuple(
            tuple(x / rational(s) for x in row) for row, s in zip(at["A"], scale, strict=True)
        )
        return Instance(K=K, P=rows, r=scale)

    @st.composite
    def pair(draw: st.DrawFn, _: int) -> Instance:
        rows = draw(matrix(entries, 2, 2))
        return Instance(P=rows, r=(rows[1][0], rows[0][1]))

    def turns(at: Instance) -> dict[str, Any]:
        """Q(i, j): the law of the chain after token i, with the frequencies for counts.

        Where those are no counts, or the matrix is no chain, by its definition.
        """
        if min(at["m"]) < 0 or min(map(min, at["A"])) <= 0:
            return {}
        step = cache(lambda i: ccmc(at["A"], at["m"], i - 1))
        return {"Q": lambda i, j: step(i)[j - 1]}

    def law(at: Instance) -> dict[str, Any]:
        """pi(j): the stationary law, by exact linear equations."""
        whole = cache(lambda: law_of(at["A"], at["m"]))
        return {"pi": lambda j: whole()[j - 1]}

    rate = Part(theory.field_rate(), symmetric, law)
    climbs = Part(theory.field_climbs(), symmetric, law)
    stationary = Part(theory.law_is_stationary(), symmetric, turns)
    whole = Part(theory.law_sums_to_one(), symmetric)
    rows = Part(theory.rows_up_to_scale(), any_scale)
    sufficient = Part(theory.cycles_are_sufficient(), reversible)
    necessary = Part(theory.cycles_are_necessary(), reversible)
    two = Part(theory.two_tokens_are_symmetric(), pair)

    even = ("1/2", "1/2")
    ones = Instance(K=2, A=((1, 1), (1, 1)), alpha=1, m=even)
    plain = ones.replace(A=((1, 2), (2, 5)))
    skew = ones.replace(A=((1, 2), (1, 1)))
    falling = ones.replace(A=((9, 18), (1, 1)))
    zero = ones.replace(A=((0, 0), (0, 0)))
    flat = ones.replace(A=((1, 2), (2, 4)), m=(2, -1))
    cycle = Instance(K=3, P=((1, 2, 1), (1, 1, 2), (2, 1, 1)), r=(1, 1, 1), m=("1/2", "1/4", "1/4"))
    turned = Instance(K=2, P=((1, 2), (1, 1)), r=(1, 2), m=even)
    leaving = Instance(P=((1, 2), (3, 1)), r=(3, 2))
    columns = total(m(o) * r(o) * P(i, o), o)
    turn = m(j) * P(i, j) / total(m(o) * P(i, o), o)
    other = P(i, 1) / P(1, i) * P(i, j), P(j, 1) / P(1, j) * P(j, i)
    return Body(
        parts=(rate, climbs, stationary, whole, rows, sufficient, necessary, two),
        witnesses=(
            *(
                witness
                for part, bent in ((rate, skew), (climbs, falling), (stationary, skew))
                for witness in (
                    Witness(part.name, "symmetric", bent),
                    Witness(part.name, "alpha", zero.replace(alpha=0)),
                    Witness(part.name, "least", zero),
                    Witness(part.name, "shares", flat),
                )
            ),
            Witness(whole.name, "alpha", zero.replace(alpha=0)),
            Witness(whole.name, "least", zero),
            Witness(whole.name, "shares", flat),
            *(Witness(part.name, "total", ones.replace(m=(1, 1))) for part in (rate, climbs)),
            *(Witness(part.name, "total", ones.replace(m=(0, 0))) for part in (stationary, whole)),
            Witness(rows.name, "scale", turned.replace(r=(0, 1))),
            Witness(rows.name, "visible", turned.replace(P=((0, 0), (1, 1)))),
            Witness(sufficient.name, "P-positive", turned.replace(P=((1, 1), (0, 1)))),
            Witness(sufficient.name, "cycles", cycle),
            Witness(necessary.name, "scale", cycle.replace(r=(0, 0, 0))),
            Witness(necessary.name, "balanced", cycle),
            Witness(two.name, "first", leaving.replace(r=(1, 2))),
            Witness(two.name, "second", leaving.replace(r=(3, 1))),
        ),
        twins=(
            Twin(rate.name, "half the rate", forall()(CLIMB, "=", VARIANCE / V), plain),
            Twin(climbs.name, "strictly", forall()(CLIMB, ">", 0), ones),
            Twin(
                stationary.name,
                "m for the law",
                forall(j)(total(pi(i) * Q(i, j), i), "=", m(j)),
                plain,
            ),
            Twin(whole.name, "not divided by V", forall()(total(pi(j), j), "=", V), plain),
            Twin(
                rows.name,
                "columns scaled",
                forall(i, j)(m(j) * r(j) * P(i, j) / columns, "=", turn),
                turned,
            ),
            Twin(
                sufficient.name,
                "the inverse scale",
                forall(i, j)(other[0], "=", other[1]),
                turned,
            ),
            Twin(
                necessary.name,
                "one edge not turned",
                forall(i, j, k)(P(i, j) * P(j, k) * P(k, i), "=", P(i, k) * P(k, j) * P(i, j)),
                turned,
            ),
            Twin(
                two.name,
                "the scales swapped",
                forall()(r(2) * P(1, 2), "=", r(1) * P(2, 1)),
                leaving,
            ),
        ),
    )
