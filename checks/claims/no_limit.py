"""E19: circulant matrices whose mean field has no stable equilibrium at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from checks.claim import Body, Case, Enumeration, Part, Twin, Variant, Witness, claim
from checks.claims.sources import WINNER

Row: TypeAlias = tuple[Any, Any, Any]
Matrix: TypeAlias = tuple[Row, Row, Row]

RESTLESS: tuple[Row, ...] = (
    (Fraction(9, 25), Fraction(19, 50), Fraction(13, 50)),
    (Fraction(2, 5), Fraction(41, 100), Fraction(19, 100)),
)
"""(p0, p1, p2): to stay, to the next token, to the one before."""

BOTH: Row = (Fraction(9, 20), Fraction(1, 2), Fraction(1, 20))
"""Here the centre is stable, and the cycle contracts more than it expands."""

CENTRE = (Fraction(1, 3),) * 3
CORNERS = tuple(tuple(Fraction(i == k) for i in range(3)) for k in range(3))
ENGINES = ("python-flint", "SymPy")


def circulant(p: Sequence[Any]) -> Matrix:
    """The matrix with rows p, each turned by one more.

    >>> circulant((5, 6, 7))
    ((5, 6, 7), (7, 5, 6), (6, 7, 5))
    """
    rows = [tuple(p[(j - i) % 3] for j in range(3)) for i in range(3)]
    return rows[0], rows[1], rows[2]


def polynomials() -> dict[str, Callable[..., tuple[Any, ...]]]:
    """Characteristic polynomials by both engines, coefficients from the highest on."""
    from checks.equilibria import characteristic_of
    from numeric.mean_field import characteristic

    return {
        "python-flint": lambda P, m: tuple(reversed(characteristic(P, m).coeffs())),
        "SymPy": characteristic_of,
    }


def equilibrium_cases(rows: Sequence[Row] = RESTLESS) -> Iterator[Case]:
    """The equilibria on every face, by both engines: the corners and the centre."""
    from checks.equilibria import on_face_by_basis
    from numeric.mean_field import faces, on_face

    for p in rows:
        P = circulant(p)
        for face in faces(3):
            named = {1: (CORNERS[face[0]],), 2: (), 3: (CENTRE,)}[len(face)]
            found = on_face(P, face)
            where = {"p": " ".join(map(str, p)), "face": " ".join(str(j + 1) for j in face)}
            alone = () if found is None else (found[0] if found[1] else "a continuum",)
            yield Case({**where, "engine": "python-flint"}, alone, "=", named)
            yield Case({**where, "engine": "SymPy"}, on_face_by_basis(P, face), "=", named)


def unstable_cases(rows: Sequence[Row] = RESTLESS) -> Iterator[Case]:
    """At corners the product of the eigenvalues is negative, at the centre their sum positive."""
    for p in rows:
        for engine, polynomial in polynomials().items():
            where = {"p": " ".join(map(str, p)), "engine": engine}
            for k, m in enumerate(CORNERS):
                product = polynomial(circulant(p), m)[2]
                yield Case({**where, "at": f"corner {k + 1}"}, product, "<", 0)
            yield Case({**where, "at": "centre"}, -polynomial(circulant(p), CENTRE)[1], ">", 0)


def edge_cases(rows: Sequence[Row] = RESTLESS) -> Iterator[Case]:
    """In the middle of each edge, where no equilibrium is, the next token gains."""
    from numeric.mean_field import field

    for p in rows:
        for k in range(3):
            after = (k + 1) % 3
            middle = [Fraction(int(j in (k, after)), 2) for j in range(3)]
            where = {"p": " ".join(map(str, p)), "edge": f"{k + 1} {after + 1}"}
            yield Case(where, field(circulant(p), middle)[after], ">", 0)


def centre_cases(factor: int = 1) -> Iterator[Case]:
    """Sum and product of the centre's eigenvalues, as rational functions of p1 and p2.

    With l = p0 + p1 w + p2 w^2 = x + i y: the sum of conj(l) (1 - l) / (1 - conj(l)) and its
    conjugate is 2 (x (1 - x)^2 - (2 - x) y^2) / ((1 - x)^2 + y^2), their product x^2 + y^2.
    """
    from sympy import QQ
    from sympy.polys.fields import field

    from checks.equilibria import characteristic_of

    _, p1, p2 = field(["p1", "p2"], QQ)
    p0 = 1 - p1 - p2
    x, square = (3 * p0 - 1) / 2, 3 * (p1 - p2) ** 2 / 4
    _, negative_sum, product = characteristic_of(circulant((p0, p1, p2)), CENTRE)
    total = 2 * (x * (1 - x) ** 2 - factor * (2 - x) * square) / ((1 - x) ** 2 + square)
    yield Case({"symmetric function": "sum"}, -negative_sum, "=", total)
    yield Case({"symmetric function": "product"}, product, "=", x**2 + square)


def both_cases(p: Row = BOTH) -> Iterator[Case]:
    """The centre's eigenvalues have a negative sum and a positive product, and p0 > 1/3."""
    for engine, polynomial in polynomials().items():
        _, negative_sum, product = polynomial(circulant(p), CENTRE)
        yield Case({"engine": engine, "eigenvalues": "sum"}, -negative_sum, "<", 0)
        yield Case({"engine": engine, "eigenvalues": "product"}, product, ">", 0)
    yield Case({"p0": str(p[0])}, p[0], ">", Fraction(1, 3))


@claim(
    id="no-limit",
    label="E19",
    title="A mean field without any stable equilibrium",
    statement=(
        r"The reading that generation always settles on a fixed set of tokens is false for the "
        r"mean field. Let $P$ be circulant with first row $(p_0, p_1, p_2)$. For $(9/25, 19/50, "
        r"13/50)$ and $(2/5, 41/100, 19/100)$ the equilibria are the corners and the centre, each "
        r"has an eigenvalue with positive real part, and along each edge the field leads from one "
        r"corner to the next: they form a heteroclinic cycle. For all $p_1 > p_0 > p_2$ each "
        r"corner of the cycle contracts more than it expands, $(1 - p_2/p_0) / (p_1/p_0 - 1) > 1$, "
        r"exactly if $p_0 > 1/3$: the ratio is $1 + (3p_0 - 1)/(p_1 - p_0)$. The eigenvalues of "
        r"the centre are $\lambda' (1 - \lambda) / (1 - \lambda')$ and its conjugate, where "
        r"$\lambda = p_0 + p_1 w + p_2 w^2 = x + iy$, $w$ a cube root of 1, and $\lambda' = x - "
        r"iy$; it is unstable "
        r"exactly if $x(1-x)^2 > (2-x)y^2$. Both can be stable: for $(9/20, 1/2, 1/20)$ the centre "
        r"is, and the ratio is above 1. Not part of the evidence: a cycle of ratio above 1 "
        r"attracts what is near it (Hofbauer and Sigmund 1998, chapter 17); orbits that circle "
        r"inside are not excluded; and whether the walk follows the field is not decided here. "
        r"So this speaks of no convergence to an equilibrium, and of nothing else."
    ),
    source=WINNER,
    mark="exact",
    beyond=True,
    erratum=True,
)
def no_limit() -> Body:
    """Equilibria and instability by two engines; the edges; the cycle and the centre for all p."""
    from hypothesis import strategies as st

    from numeric.instance import Instance
    from theory.circulant import RATIO, contraction, p0, p1
    from theory.notation import forall

    two = "two circulant matrices, all faces"
    equilibria = Enumeration(
        "no-limit",
        r"The equilibria are the three corners and the centre.",
        two,
        equilibrium_cases,
        engines=ENGINES,
    )
    unstable = Enumeration(
        "no-limit/unstable",
        r"The product of the two eigenvalues at each corner is negative, and the sum of those at "
        r"the centre is positive: each has one with positive real part.",
        two,
        unstable_cases,
        engines=ENGINES,
    )
    edges = Enumeration(
        "no-limit/edges",
        r"In the middle of each edge the field leads to the next corner; there is no equilibrium "
        r"inside the edge, so it does so on the whole edge.",
        two,
        edge_cases,
    )
    centre = Enumeration(
        "no-limit/centre",
        r"Sum and product of the eigenvalues at the centre, as rational functions of $p_1$ and "
        r"$p_2$, $p_0 = 1 - p_1 - p_2$.",
        "all p0, p1, p2",
        centre_cases,
        engines=("SymPy",),
    )
    both = Enumeration(
        "no-limit/both",
        r"For $(9/20, 1/2, 1/20)$ the centre is stable, and $p_0 > 1/3$.",
        "one circulant matrix",
        both_cases,
        engines=ENGINES,
    )

    @st.composite
    def cyclic(draw: st.DrawFn, _: int) -> Instance:
        low, more, most = (draw(st.integers(1, 9)) for _ in range(3))
        weights = (low + more, low + more + most, low)
        return Instance(**{f"p{s}": Fraction(x, sum(weights)) for s, x in enumerate(weights)})

    cycle = Part(contraction(), cyclic)
    at = Instance(p0="2/5", p1="41/100", p2="19/100")
    slow = (Fraction(3, 10), Fraction(3, 5), Fraction(1, 10))
    stays = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    return Body(
        parts=(equilibria, unstable, edges, cycle, centre, both),
        witnesses=(
            Witness(cycle.name, "stay", Instance(p0=0, p1="1/2", p2="1/2")),
            Witness(cycle.name, "next", Instance(p0="2/5", p1="2/5", p2="1/5")),
            Witness(cycle.name, "row", Instance(p0="1/4", p1="1/2", p2=0)),
        ),
        twins=(
            Variant(equilibria.name, "staying is best", partial(equilibrium_cases, (stays,))),
            Variant(unstable.name, "the centre is stable", partial(unstable_cases, (BOTH,))),
            Variant(
                edges.name, "the other way round", partial(edge_cases, ((slow[0], *slow[:0:-1]),))
            ),
            Twin(
                cycle.name,
                "divided by p1",
                forall()(RATIO - 1, "=", (3 * p0 - 1) / p1),
                at,
            ),
            Variant(centre.name, "y^2 counted twice", partial(centre_cases, 2)),
            Variant(both.name, "another matrix", partial(both_cases, RESTLESS[0])),
        ),
        rests_on=("corner-jacobian",),
    )
