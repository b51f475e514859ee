"""E18: three matrices where a pair, all tokens, or any one of three can win."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import WINNER

Point: TypeAlias = tuple[Fraction, ...]
Rows: TypeAlias = tuple[tuple[Any, ...], ...]

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
CORNERS: tuple[Point, ...] = tuple(tuple(Fraction(i == k) for i in range(3)) for k in range(3))
EDGES: tuple[Point, ...] = tuple(tuple(HALF * (i != k) for i in range(3)) for k in (2, 1, 0))
CENTRE: Point = (THIRD,) * 3

MATRICES: dict[str, Rows] = {
    "pair": ((1, 2, HALF), (2, 1, HALF), (HALF, HALF, Fraction(2, 5))),
    "mixing": ((1, 2, 2), (2, 1, 2), (2, 2, 1)),
    "any one": ((3, 1, 1), (1, 3, 1), (1, 1, 3)),
}
"""Rows up to scale."""

EIGENVALUES: dict[str, dict[Point, tuple[Fraction, ...]]] = {
    "pair": {
        CORNERS[0]: (Fraction(1), -HALF),
        CORNERS[1]: (Fraction(1), -HALF),
        CORNERS[2]: (Fraction(1, 4), Fraction(1, 4)),
        EDGES[0]: (-THIRD, -2 * THIRD),
    },
    "mixing": {
        **dict.fromkeys(CORNERS, (Fraction(1), Fraction(1))),
        **dict.fromkeys(EDGES, (THIRD, -THIRD)),
        CENTRE: (Fraction(-1, 5), Fraction(-1, 5)),
    },
    "any one": {
        **dict.fromkeys(CORNERS, (-2 * THIRD, -2 * THIRD)),
        **dict.fromkeys(EDGES, (HALF, -HALF)),
        CENTRE: (Fraction(2, 5), Fraction(2, 5)),
    },
}
"""Of every equilibrium, smaller faces first: the eigenvalues on the simplex, as claimed."""


def by_linear_equations(P: Rows, face: tuple[int, ...]) -> tuple[Any, ...]:
    """The equilibria inside a face; that there is only one is part of the result."""
    from numeric.mean_field import on_face

    found = on_face(P, face)
    return () if found is None else (found[0] if found[1] else "a continuum",)


def equilibrium_cases(matrices: Mapping[str, Rows] = MATRICES) -> Iterator[Case]:
    """On every face, by both engines: the equilibria are those claimed."""
    from checks.equilibria import on_face_by_basis
    from numeric.mean_field import faces

    engines: dict[str, Callable[..., Any]] = {
        "python-flint": by_linear_equations,
        "SymPy": on_face_by_basis,
    }
    for name, P in matrices.items():
        for face in faces(len(P)):
            held = [
                m for m in EIGENVALUES[name] if tuple(j for j, x in enumerate(m) if x > 0) == face
            ]
            shown = " ".join(str(j + 1) for j in face)
            for engine, equilibria in engines.items():
                where = {"matrix": name, "face": shown, "engine": engine}
                yield Case(where, equilibria(P, face), "=", tuple(held))


def eigenvalue_cases(
    matrices: Mapping[str, Rows] = MATRICES, change: Fraction = Fraction(0)
) -> Iterator[Case]:
    """At every equilibrium, by both engines: the characteristic polynomial has those roots."""
    from checks.equilibria import characteristic_of
    from numeric.mean_field import characteristic

    engines: dict[str, Callable[..., Any]] = {
        "python-flint": lambda P, m: tuple(reversed(characteristic(P, m).coeffs())),
        "SymPy": characteristic_of,
    }
    for name, P in matrices.items():
        for m, (first, second) in EIGENVALUES[name].items():
            second += change
            expected = (Fraction(1), -first - second, first * second)
            for engine, polynomial in engines.items():
                where = {"matrix": name, "m": " ".join(map(str, m)), "engine": engine}
                yield Case(where, polynomial(P, m), "=", expected)


@claim(
    id="winning-sets",
    label="E18",
    title="Equilibria of three matrices: a pair, all tokens, or any one of three is stable",
    statement=(
        r"All equilibria of the mean field of three matrices (rows up to scale) with the "
        r"eigenvalues of its Jacobian on the simplex. (1) Rows $(1, 2, 1/2)$, $(2, 1, 1/2)$, "
        r"$(1/2, 1/2, 2/5)$: $e_1$ and $e_2$ with $1, -1/2$, $e_3$ with $1/4$ twice, and "
        r"$(1/2, 1/2, 0)$ with $-1/3, -2/3$: only the pair is stable. (2) Rows $(1, 2, 2)$, "
        r"$(2, 1, 2)$, $(2, 2, 1)$: each corner with $1$ twice, each midpoint of an edge with "
        r"$1/3, -1/3$, the centre with $-1/5$ twice: only the centre is stable. (3) Rows "
        r"$(3, 1, 1)$, $(1, 3, 1)$, $(1, 1, 3)$: each corner with $-2/3$ twice, each midpoint "
        r"with $1/2, -1/2$, the centre with $2/5$ twice: exactly the three corners are stable. "
        r"The matrices are symmetric, so by E17 the field climbs $m^\top A m$. What the walk "
        r"itself does is not decided here."
    ),
    source=WINNER,
    mark="exact",
)
def winning_sets() -> Body:
    """Every face of every matrix, and every eigenvalue, by two engines."""
    scope = "three matrices, K = 3, all faces"
    engines = ("python-flint", "SymPy")
    equilibria = Enumeration(
        "winning-sets",
        r"On each face of the simplex the equilibria are those named, and no others.",
        scope,
        equilibrium_cases,
        engines=engines,
    )
    eigenvalues = Enumeration(
        "winning-sets/eigenvalues",
        r"At each equilibrium the characteristic polynomial of the Jacobian has the roots named.",
        scope,
        eigenvalue_cases,
        engines=engines,
    )
    P = MATRICES["pair"]
    heavier = {"pair": (*P[:2], (HALF, HALF, Fraction(2)))}
    one_way = {"pair": ((1, 2, 1), *P[1:])}
    return Body(
        parts=(equilibria, eigenvalues),
        witnesses=(),
        twins=(
            Variant(equilibria.name, "token 3 keeps itself", partial(equilibrium_cases, heavier)),
            Variant(eigenvalues.name, "token 1 likes 3 more", partial(eigenvalue_cases, one_way)),
            Variant(
                eigenvalues.name,
                "an eigenvalue is off by 1/100",
                partial(eigenvalue_cases, change=Fraction(1, 100)),
            ),
        ),
        rests_on=("symmetric-lyapunov",),
    )
