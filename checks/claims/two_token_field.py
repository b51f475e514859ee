"""E2: the mean field of two tokens, its zeros and their eigenvalues."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import WINNER

IDENTITY = (
    "It keeps denominators from 0; where they are not 0, the formula holds as an identity without "
    "it, and where one is 0, another assumption fails too."
)


@claim(
    id="two-token-field",
    label="E2",
    title="The mean field of two tokens and its equilibria",
    statement=(
        r"Two tokens, $P_{12} = a$, $P_{11} = 1-a$, $P_{21} = b$, $P_{22} = 1-b$, $0 < a, b < 1$; "
        r"in the derivation $a(1) = a$ and $a(2) = b$. Hold the frequencies at $1 - y$ and $y$, "
        r"$0 \le y \le 1$, and draw the last token from the stationary law of the walk: the mean "
        r"drift of $y$ is $h(y) = y(1-y)[d_2 y - d_1(1-y)] / (1 + d_1(1-y)^2 + d_2 y^2)$, "
        r"$d_1 = (1-2a)/a$, $d_2 = (1-2b)/b$. The mean field is $dy/ds = h(y)$. Its derivative is "
        r"$a/(1-a) - 1$ at $y = 0$ and $b/(1-b) - 1$ at $y = 1$. Strictly between 0 and 1 its "
        r"zeros are the solutions of $y (a + b - 4ab) = b(1-2a)$. If $(1-2a)(1-2b) > 0$, each "
        r"solution lies strictly between 0 and 1; if one does and $a + b \ne 4ab$, then "
        r"$(1-2a)(1-2b) > 0$. At $y^* = b(1-2a)/(a + b - 4ab)$, if it lies in $[0, 1]$, the "
        r"derivative is $(1-2a)(1-2b)/(1-a-b)$."
    ),
    source=WINNER,
    mark="all",
)
def two_token_field() -> Body:
    """The drift from the stationary law; derivatives at the zeros; where the zeros are."""
    from fractions import Fraction
    from functools import cache
    from typing import Any

    from hypothesis import strategies as st
    from sympy import sympify

    from numeric.instance import Instance
    from numeric.mean_field import stationary
    from theory import mean_field as theory
    from theory.judgement import Judgement
    from theory.mean_field import FIELD, SLOPE, a, drift, span, u, v, y

    half = Fraction(1, 2)
    share = st.builds(Fraction, st.integers(0, 12), st.just(12))
    inner = st.builds(Fraction, st.integers(1, 12), st.just(13))
    below_half = st.builds(Fraction, st.integers(1, 6), st.just(13))

    def at(leave: Any, frequency: Any) -> Instance:
        """The chances to leave, and y: only y(2) is a frequency of interest."""
        return Instance(a=leave, y=(0, frequency))

    above_half = below_half.map(lambda x: 1 - x)
    same_side = st.one_of(st.tuples(*[below_half] * 2), st.tuples(*[above_half] * 2))
    pairs = st.tuples(inner, inner)

    def root(leave: Any) -> Instance:
        """At the interior zero."""
        p, q = leave
        return at(leave, q * (1 - 2 * p) / (p + q - 4 * p * q))

    def with_law(here: Instance) -> dict[str, Any]:
        """pi(j): the stationary law, by exact linear equations."""
        (p, q), (_, frequency) = here["a"], here["y"]

        @cache
        def law() -> Any:
            return stationary([[1 - p, p], [q, 1 - q]], [1 - frequency, frequency])

        return {"pi": lambda j: law()[j - 1]}

    drawn = st.builds(at, pairs, share)
    roots = same_side.map(root)
    flat = st.builds(at, st.just((half, half)), inner)  # every y is a zero
    field = Part(theory.two_token_field(), lambda _: drawn, with_law)
    ends = [st.builds(at, pairs, st.just(frequency)) for frequency in (0, 1)]
    corners = [
        Part(theory.corner_one(), lambda _: ends[0]),
        Part(theory.corner_two(), lambda _: ends[1]),
    ]
    zero = Part(theory.interior_is_zero(), lambda _: st.one_of(roots, flat))
    only = Part(theory.zero_is_interior(), lambda _: st.one_of(roots, flat))
    inside = Part(theory.inside(), lambda _: roots)
    converse = Part(theory.only_inside(), lambda _: roots)
    slope = Part(theory.at_interior(), lambda _: roots)
    between = (zero, only, inside, converse, slope)

    third, quarter = Fraction(1, 3), Fraction(1, 4)
    here = at((third, quarter), "1/5")
    rest = root((third, quarter))
    mixed = root((third, Fraction(3, 4)))  # at y = 3
    below, above = root((2 * third, third)), root((third, 2 * third))  # at y = -1 and 2
    stuck = at((0, quarter), 1)

    def says(lhs: Any, relation: str, rhs: Any) -> Judgement:
        return Judgement(lhs, relation, sympify(rhs))

    def identities(part: Part, *names: str) -> tuple[Unwitnessed, ...]:
        return tuple(Unwitnessed(part.name, name, IDENTITY) for name in names)

    plus = FIELD.subs(v / a(2) * y - u / a(1) * (1 - y), v / a(2) * y + u / a(1) * (1 - y))
    swapped = {a(1): a(2), a(2): a(1)}
    return Body(
        parts=(field, *corners, *between),
        witnesses=(
            Witness(field.name, "leave", at((0, quarter), "1/5").replace(pi=(1, 0))),
            *identities(field, "stay", "y", "rest"),
            Witness(field.name, "stationary", here.replace(pi=("1/2", "1/2"))),
            Witness(field.name, "law", here.replace(pi=("72/43", "14/43"))),
            *(
                witness
                for token, part in enumerate(corners)
                for witness in (
                    Witness(part.name, "leave", at((0, 0), token)),
                    Witness(part.name, "stay", at((1, 1), token)),
                    Witness(part.name, "corner", here),
                )
            ),
            Witness(zero.name, "leave", stuck),
            *identities(zero, "stay"),
            Witness(zero.name, "y", below),
            Witness(zero.name, "rest", above),
            Witness(zero.name, "root", here),
            *identities(only, "leave"),
            Witness(only.name, "y", here.replace(y=(0, 0))),
            Witness(only.name, "rest", here.replace(y=(0, 1))),
            Witness(only.name, "zero", here),
            Witness(inside.name, "leave", root((-quarter, quarter))),
            Witness(inside.name, "root", here.replace(y=(0, 2))),
            Witness(inside.name, "product", mixed),
            Witness(converse.name, "leave", root((-quarter, Fraction(1)))),
            Witness(converse.name, "root", mixed.replace(y=(0, half))),
            Witness(converse.name, "within", mixed),
            Witness(converse.name, "apart", at((half, half), half)),
            Witness(slope.name, "leave", stuck),
            *identities(slope, "stay"),
            Witness(slope.name, "y", below),
            Witness(slope.name, "rest", above),
            Unwitnessed(slope.name, "apart", "Without it there is no zero that could be meant."),
            Witness(slope.name, "here", here),
        ),
        twins=(
            Twin(field.name, "d_1 with the other sign", says(drift, "=", plus), here),
            Twin(field.name, "a and b swapped", says(drift, "=", FIELD.xreplace(swapped)), here),
            *(
                Twin(part.name, "r for r - 1", says(SLOPE, "=", ratio), at((third, quarter), at_y))
                for part, ratio, at_y in zip(
                    corners, (a(1) / (1 - a(1)), a(2) / (1 - a(2))), (0, 1), strict=True
                )
            ),
            Twin(zero.name, "d_1 with the other sign", says(plus, "=", 0), rest),
            Twin(only.name, "a and b swapped", says(y * span, "=", a(1) * v), rest),
            Twin(inside.name, "above 1/4", says(y * (1 - y), ">", Fraction(1, 4)), rest),
            Twin(converse.name, "a negative product", says(-u * v, ">", 0), rest),
            Twin(slope.name, "the sign", says(SLOPE, "=", u * v / (a(1) + a(2) - 1)), rest),
        ),
    )
