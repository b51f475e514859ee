r"""Claim E17: with symmetric weights the mean field climbs a quadratic form.

Let A be symmetric and positive, g = A m and V = m^T A m = sum_i m(i) g(i).  The walk with its
frequencies held at m steps from i to j with the chance Q(i, j) = m(j) A(i, j) / g(i), and

    pi(i) = m(i) g(i) / V,      sum_i pi(i) Q(i, j) = m(j) sum_i m(i) A(i, j) / V = pi(j)

is its stationary law.  As V has the partial derivatives 2 g(i), along dm/ds = pi - m

    dV/ds = sum_i 2 g(i) (m(i) g(i) / V - m(i)) = (2 / V) sum_i m(i) (g(i) - V)^2 >= 0.

The law of the walk depends on P up to the scale of its rows, so P need only be symmetric after
scaling.  Kolmogorov: there is such a scale exactly if P(i, j) P(j, k) P(k, i) is the same in the
other direction, and then P(1, i) / P(i, 1) is one.
"""

from typing import Any

from sympy import Function, Integer, Symbol

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Partial
from theory.notation import forall, i, j, k, o, total

__all__ = [
    "CLIMB",
    "VARIANCE",
    "A",
    "Q",
    "V",
    "cycles_are_necessary",
    "cycles_are_sufficient",
    "field_climbs",
    "field_rate",
    "g",
    "law_is_stationary",
    "law_sums_to_one",
    "m",
    "pi",
    "r",
    "rows_up_to_scale",
    "scaled",
    "two_tokens_are_symmetric",
]

A, Q, g, m, pi, r = (Function(name) for name in ("A", "Q", "g", "m", "pi", "r"))
V, alpha = Symbol("V"), Symbol("alpha")
ONE, TWO = Integer(1), Integer(2)

SYMMETRIC = Assumption("symmetric", "A is symmetric", forall(i, j)(A(i, j), "=", A(j, i)))
LEAST = (
    Assumption("alpha", "alpha is positive", forall()(alpha, ">", 0)),
    Assumption("least", "no entry of A is below alpha", forall(i, j)(A(i, j), ">=", alpha)),
)
LAW = (
    Assumption("shares", "frequencies are not negative", forall(i)(m(i), ">=", 0)),
    Assumption("total", "frequencies sum to one", forall()(total(m(i), i), "=", 1)),
)
NORMS = Definition("g", forall(j)(g(j), "=", total(A(j, o) * m(o), o)))
FORM = Definition("V", forall()(V, "=", total(m(i) * g(i), i)))
STATIONARY = Definition("pi", forall(j)(pi(j), "=", m(j) * g(j) / V))
TURN = Definition("Q", forall(i, j)(Q(i, j), "=", m(j) * A(i, j) / g(i)))

CLIMB = total(Partial(V, m(i)) * (pi(i) - m(i)), i)
"""The rate of V along the field: dV/ds."""

VARIANCE = total(m(i) * (g(i) - V) ** 2, i)


def _positive() -> tuple[Step, ...]:
    """G and V are at least alpha, hence positive."""
    return (
        Step(
            "norms",
            forall(i)(g(i), ">", 0),
            "combine",
            ("alpha", "least", "total", "shares", "g"),
            {"alpha": ONE, "least": (m(j), j), "total": alpha},
        ),
        Step(
            "form",
            forall()(V, ">", 0),
            "combine",
            ("alpha", "least", "total", "shares", "V", "g"),
            {
                "alpha": ONE,
                "least": (m(i) * m(j), i, j),
                "total": alpha * (total(m(i), i) + 1),
            },
        ),
    )


def law_is_stationary() -> Theorem:
    """E17: pi(j) = m(j) g(j) / V is kept by the walk with its frequencies held at m."""
    result = forall(j)(total(pi(i) * Q(i, j), i), "=", pi(j))
    return Theorem(
        "symmetric-lyapunov/stationary",
        result,
        (SYMMETRIC, *LEAST, *LAW),
        (NORMS, FORM, STATIONARY, TURN),
        (
            *_positive(),
            Step(
                "stationary",
                result,
                "combine",
                ("symmetric", "g", "pi", "Q", "norms", "form"),
                {"symmetric": (m(i) * m(j) / V, i), "g": -m(j) / V},
            ),
        ),
    )


def law_sums_to_one() -> Theorem:
    """E17: pi sums to one."""
    result = forall()(total(pi(j), j), "=", 1)
    return Theorem(
        "symmetric-lyapunov/law",
        result,
        (*LEAST, *LAW),
        (NORMS, FORM, STATIONARY),
        (
            _positive()[1],
            Step("law", result, "combine", ("V", "pi", "form"), {"V": -1 / V}),
        ),
    )


def _climb() -> tuple[Step, ...]:
    """The partial derivatives of V, and its rate along the field."""
    by_m = total(A(i, o) * m(o), o) + total(m(o) * A(o, i), o)
    return (
        _positive()[1],
        Step("slope", forall(i)(Partial(V, m(i)), "=", by_m), "calculus", ("V", "g")),
        Step(
            "gradient",
            forall(i)(Partial(V, m(i)), "=", 2 * g(i)),
            "combine",
            ("slope", "symmetric", "g"),
            {"slope": ONE, "symmetric": (-m(j), j)},
        ),
        Step(
            "rate",
            RATE,
            "combine",
            ("gradient", "V", "total", "pi", "form"),
            {"gradient": (pi(i) - m(i), i), "V": -TWO, "total": -2 * V},
        ),
    )


RATE = forall()(CLIMB, "=", 2 * VARIANCE / V)


def field_rate() -> Theorem:
    """E17: dV/ds = (2 / V) sum_i m(i) (g(i) - V)^2 along the field."""
    facts = (SYMMETRIC, *LEAST, *LAW)
    return Theorem("symmetric-lyapunov", RATE, facts, (NORMS, FORM, STATIONARY), _climb())


def field_climbs() -> Theorem:
    """E17: V does not fall along the field."""
    result = forall()(CLIMB, ">=", 0)
    return Theorem(
        "symmetric-lyapunov/climbs",
        result,
        (SYMMETRIC, *LEAST, *LAW),
        (NORMS, FORM, STATIONARY),
        (
            *_climb(),
            Step("variance", forall()(VARIANCE, ">=", 0), "sign", ("shares",)),
            Step(
                "climbs",
                result,
                "combine",
                ("rate", "variance", "form"),
                {"rate": ONE, "variance": 2 / V},
            ),
        ),
    )


POSITIVE = Assumption("P-positive", "P is positive", forall(i, j)(P(i, j), ">", 0))
CYCLES = Assumption(
    "cycles",
    "every cycle of three has the same product in both directions",
    forall(i, j, k)(P(i, j) * P(j, k) * P(k, i), "=", P(i, k) * P(k, j) * P(j, i)),
)
SCALE = Assumption("scale", "the scales are positive", forall(i)(r(i), ">", 0))


def scaled(i: Any, j: Any) -> Any:
    """P(i, j) P(1, i) / P(i, 1): row i in the scale in which it is symmetric."""
    return P(1, i) / P(i, 1) * P(i, j)


def rows_up_to_scale() -> Theorem:
    """E17: the walk does not change when the rows of P are scaled."""
    norm = total(m(o) * P(i, o), o)
    turn = m(j) * P(i, j) / norm
    grown = m(j) * r(i) * P(i, j) / total(m(o) * r(i) * P(i, o), o)
    visible = Assumption("visible", "some token can follow", forall(i)(norm, ">", 0))
    result = forall(i, j)(grown, "=", turn)
    scaled_norm = forall(i)(total(m(o) * r(i) * P(i, o), o), ">", 0)
    return Theorem(
        "symmetric-lyapunov/rows",
        result,
        (SCALE, visible),
        (),
        (
            Step("norm", scaled_norm, "combine", ("visible", "scale"), {"visible": r(i)}),
            Step("same", result, "sums", ("visible", "norm")),
        ),
    )


def cycles_are_sufficient() -> Theorem:
    """E17: if cycles agree, P is symmetric in the scale P(1, i) / P(i, 1)."""
    result = forall(i, j)(scaled(i, j), "=", scaled(j, i))
    through = P(i, j) * P(j, 1) * P(1, i), P(i, 1) * P(1, j) * P(j, i)
    return Theorem(
        "symmetric-lyapunov/sufficient",
        result,
        (POSITIVE, CYCLES),
        (),
        (
            Step(
                "through",
                forall(i, j)(through[0], "=", through[1]),
                "instance",
                ("cycles",),
                {k: ONE},
            ),
            Step(
                "symmetric",
                result,
                "combine",
                ("through", "P-positive"),
                {"through": 1 / (P(i, 1) * P(j, 1))},
            ),
        ),
    )


def cycles_are_necessary() -> Theorem:
    """E17: if some scale makes P symmetric, cycles agree."""
    balanced = forall(i, j)(r(i) * P(i, j), "=", r(j) * P(j, i))
    there = forall(j, k)(r(j) * P(j, k), "=", r(k) * P(k, j))
    back = forall(k, i)(r(k) * P(k, i), "=", r(i) * P(i, k))
    scales = r(i) * r(j) * r(k)
    return Theorem(
        "symmetric-lyapunov/necessary",
        CYCLES.judgement,
        (SCALE, Assumption("balanced", "the scaled rows are symmetric", balanced)),
        (),
        (
            Step("there", there, "instance", ("balanced",), {i: j, j: k}),
            Step("back", back, "instance", ("balanced",), {i: k, j: i}),
            Step(
                "cycles",
                CYCLES.judgement,
                "combine",
                ("balanced", "there", "back", "scale"),
                {
                    "balanced": r(j) * P(j, k) * r(k) * P(k, i) / scales,
                    "there": r(j) * P(j, i) * r(k) * P(k, i) / scales,
                    "back": r(j) * P(j, i) * r(k) * P(k, j) / scales,
                },
            ),
        ),
    )


def two_tokens_are_symmetric() -> Theorem:
    """E17: for K = 2 the scale P(2, 1), P(1, 2) makes P symmetric."""
    first = Assumption("first", "the scale of row 1", forall()(r(1), "=", P(2, 1)))
    second = Assumption("second", "the scale of row 2", forall()(r(2), "=", P(1, 2)))
    result = forall()(r(1) * P(1, 2), "=", r(2) * P(2, 1))
    factors = {"first": P(1, 2), "second": -P(2, 1)}
    step = Step("symmetric", result, "combine", ("first", "second"), factors)
    return Theorem("symmetric-lyapunov/two", result, (first, second), (), (step,))
