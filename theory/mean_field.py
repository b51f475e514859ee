r"""Claims E2, E15, E17: the mean field of the walk.

At frequencies m the next token after token i is j with the chance

    Q(i, j) = m(j) P(i, j) / Z(i),      Z(i) = sum_o m(o) P(i, o).

This chain, m held fixed, has a stationary law pi.  One step of a walk of length t moves m(j) by
(1{next = j} - m(j)) / (t + 1), so that with the last token drawn from pi its mean drift is
h(j) / (t + 1),

    h(j) = sum_i pi(i) (Q(i, j) - m(j)) = pi(j) - m(j).

The mean field is dm/ds = h, in the time s = log t.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol

from theory.attention import P
from theory.calculus import derivative
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement, Partial
from theory.notation import i, j, o

__all__ = [
    "FIELD",
    "SLOPE",
    "a",
    "at_corner",
    "at_interior",
    "drift",
    "inside",
    "interior_is_zero",
    "only_inside",
    "span",
    "two_token_field",
    "u",
    "v",
    "y",
    "zero_is_interior",
]

delta = KroneckerDelta
Q, pi, m, a, y_ = (Function(name) for name in ("Q", "pi", "m", "a", "y"))
ONE = Integer(1)

# E2: two tokens; a(1) and a(2) are the chances to leave them, y the frequency of token 2

y = y_(2)
TWO = Integer(2)


def _two(lhs: Expr, relation: str, rhs: Any, *indices: Symbol) -> Judgement:
    """A judgement for all values of the indices in 1..2."""
    right = Integer(rhs) if isinstance(rhs, int) else rhs
    return Judgement(lhs, relation, right, tuple((index, ONE, TWO) for index in indices))


def _both(body: Expr, index: Symbol) -> Sum:
    return Sum(body, (index, 1, 2))


LEAVE = (
    Assumption("leave", "a(i) is positive", _two(a(i), ">", 0, i)),
    Assumption("stay", "a(i) is below one", _two(1 - a(i), ">", 0, i)),
)
UNIT = (
    Assumption("y", "y is not negative", _two(y, ">=", 0)),
    Assumption("rest", "1 - y is not negative", _two(1 - y, ">=", 0)),
)
STRICTLY = (
    Assumption("y", "y is positive", _two(y, ">", 0)),
    Assumption("rest", "1 - y is positive", _two(1 - y, ">", 0)),
)
CHAIN = Definition("P", _two(P(i, j), "=", delta(i, j) + (1 - 2 * delta(i, j)) * a(i), i, j))
SHARES = Definition("m", _two(m(i), "=", delta(i, 1) * (1 - y) + delta(i, 2) * y, i))
NORM = _both(m(o) * P(i, o), o)
TURN = Definition("Q", _two(Q(i, j), "=", m(j) * P(i, j) / NORM, i, j))
STATIONARY = (
    Assumption("stationary", "pi is stationary", _two(pi(j), "=", _both(pi(i) * Q(i, j), i), j)),
    Assumption("law", "pi sums to one", _two(_both(pi(i), i), "=", 1)),
)

u, v = 1 - 2 * a(1), 1 - 2 * a(2)
d1, d2 = u / a(1), v / a(2)
BELOW = 1 + d1 * (1 - y) ** 2 + d2 * y**2
FIELD = y * (1 - y) * (d2 * y - d1 * (1 - y)) / BELOW
"""y (1 - y) (d2 y - d1 (1 - y)) / (1 + d1 (1 - y)^2 + d2 y^2), d(i) = (1 - 2 a(i)) / a(i)."""

SLOPE = Partial(FIELD, y)
span = a(1) + a(2) - 4 * a(1) * a(2)
drift = _both(pi(i) * (Q(i, 2) - m(2)), i)


def _leaves() -> tuple[Step, ...]:
    return tuple(
        Step(f"leave-{token}", _two(a(token), ">", 0), "instance", ("leave",), {i: token})
        for token in (ONE, TWO)
    )


def _below_positive() -> tuple[Step, ...]:
    """1 + d1 (1 - y)^2 + d2 y^2 = (1 - y) p + y q > 0, p = 1 + d1 (1 - y), q = 1 + d2 y."""
    p, q = 1 + d1 * (1 - y), 1 + d2 * y
    leaves = ("leave-1", "leave-2")
    return (
        *_leaves(),
        *(
            Step(f"stay-{token}", _two(1 - a(token), ">", 0), "instance", ("stay",), {i: token})
            for token in (ONE, TWO)
        ),
        *(
            Step(
                f"norm-{token}",
                _two(1 + d * share, ">", 0),
                "combine",
                (f"leave-{token}", f"stay-{token}", "y", "rest"),
                {
                    f"stay-{token}": ONE,
                    away: a(token),
                    here: (1 - a(token)) ** 2 / a(token),
                },
            )
            for token, d, share, here, away in (
                (1, d1, 1 - y, "rest", "y"),
                (2, d2, y, "y", "rest"),
            )
        ),
        Step(
            "both-norms",
            _two(p + q, ">", 0),
            "combine",
            ("norm-1", "norm-2", *leaves),
            {"norm-1": ONE, "norm-2": ONE},
        ),
        Step(
            "norms",
            _two(p * q / (p + q), ">", 0),
            "sign",
            ("norm-1", "norm-2", "both-norms", *leaves),
        ),
        Step(
            "below",
            _two(BELOW, ">", 0),
            "combine",
            ("norms", "y", "rest", "both-norms", *leaves),
            {"norms": ONE, "y": q**2 / (p + q), "rest": p**2 / (p + q)},
        ),
    )


def two_token_field() -> Theorem:
    """E2: the mean drift of y when the last token follows the stationary law."""
    low = a(i) * (1 - a(i))
    more = delta(i, o) * (1 - a(i)) ** 2 + (1 - delta(i, o)) ** 2 * a(i) ** 2
    Z1, Z2 = a(1) * (1 + d1 * (1 - y)), a(2) * (1 + d2 * y)
    share = y * (1 + d2 * y) / BELOW
    signs = ("below", "leave-1", "leave-2", "norm")
    return Theorem(
        "two-token-field",
        _two(drift, "=", FIELD),
        (*LEAVE, *UNIT, *STATIONARY),
        (CHAIN, SHARES, TURN),
        (
            *_below_positive(),
            Step("shares", _two(m(i), ">=", 0, i), "sign", ("m", "y", "rest")),
            Step("least", _two(low, ">", 0, i), "sign", ("leave", "stay")),
            Step(
                "more",
                _two(_both(m(o) * more, o), ">=", 0, i),
                "sign",
                ("shares",),
            ),
            Step("total", _two(_both(m(o), o), "=", 1), "sums", ("m",)),
            Step(
                "norm",
                _two(NORM, ">", 0, i),
                "combine",
                ("least", "more", "total", "P"),
                {"least": ONE, "more": ONE, "total": low},
            ),
            Step(
                "stationary-2",
                _two(pi(2), "=", _both(pi(i) * Q(i, 2), i)),
                "instance",
                ("stationary",),
                {j: TWO},
            ),
            Step(
                "share",
                _two(pi(2), "=", share),
                "combine",
                ("stationary-2", "law", "Q", "m", "P", *signs),
                {"stationary-2": Z1 * Z2 / (a(1) * a(2) * BELOW), "law": share},
            ),
            Step(
                "field",
                _two(drift, "=", FIELD),
                "combine",
                ("stationary-2", "share", "law", "m", *signs[:3]),
                {"stationary-2": -ONE, "share": ONE, "law": -y},
            ),
        ),
    )


def _slope(*uses: str) -> Step:
    """The derivative of the field by y, wherever 1 + d1 (1 - y)^2 + d2 y^2 > 0."""
    rate = _two(SLOPE, "=", derivative(FIELD, y))
    return Step("slope", rate, "calculus", ("below", "leave-1", "leave-2", *uses))


def at_corner(token: int) -> Theorem:
    """E2: where token 1 or 2 has frequency 1, the eigenvalue is r - 1, r = a / (1 - a)."""
    result = _two(SLOPE, "=", a(token) / (1 - a(token)) - 1)
    here = Assumption("corner", f"token {token} has frequency 1", _two(y, "=", token - 1))
    return Theorem(
        f"two-token-field/corner-{token}",
        result,
        (*LEAVE, here),
        (),
        (
            Step("y", _two(y, ">=", 0), "sign", ("corner",)),
            Step("rest", _two(1 - y, ">=", 0), "sign", ("corner",)),
            *_below_positive(),
            _slope(),
            Step(
                "eigenvalue",
                result,
                "combine",
                ("slope", "corner", "below", "leave-1", "leave-2", f"stay-{token}"),
                {"slope": ONE},
            ),
        ),
    )


ROOT = Assumption("root", "y (a1 + a2 - 4 a1 a2) = a2 (1 - 2 a1)", _two(y * span, "=", a(2) * u))
APART = Assumption("apart", "a1 + a2 is not 4 a1 a2", _two(span, "!=", 0))
WITHIN = Assumption("within", "y lies strictly between 0 and 1", _two(y * (1 - y), ">", 0))
PRODUCT = Assumption("product", "(1 - 2 a1) (1 - 2 a2) is positive", _two(u * v, ">", 0))


def interior_is_zero() -> Theorem:
    """E2: where y (a1 + a2 - 4 a1 a2) = a2 (1 - 2 a1), the field is zero."""
    return Theorem(
        "two-token-field/equilibrium",
        _two(FIELD, "=", 0),
        (*LEAVE, *UNIT, ROOT),
        (),
        (
            *_below_positive(),
            Step(
                "zero",
                _two(FIELD, "=", 0),
                "combine",
                ("root", "below", "leave-1", "leave-2"),
                {"root": y * (1 - y) / (a(1) * a(2) * BELOW)},
            ),
        ),
    )


def zero_is_interior() -> Theorem:
    """E2: a zero of the field strictly between 0 and 1 solves that equation."""
    zero = Assumption("zero", "the field is zero", _two(FIELD, "=", 0))
    factor = a(1) * a(2) * BELOW / (y * (1 - y))
    return Theorem(
        "two-token-field/only",
        ROOT.judgement,
        (LEAVE[0], *STRICTLY, zero),
        (),
        (
            *_leaves(),
            Step(
                "root",
                ROOT.judgement,
                "combine",
                ("zero", "y", "rest", "leave-1", "leave-2"),
                {"zero": factor},
            ),
        ),
    )


def inside() -> Theorem:
    """E2: if (1 - 2 a1) (1 - 2 a2) > 0, that zero lies strictly between 0 and 1."""
    square = Symbol("S")
    products = a(1) * a(2) * u * v
    return Theorem(
        "two-token-field/inside",
        WITHIN.judgement,
        (LEAVE[0], ROOT, PRODUCT),
        (Definition("S", _two(square, "=", span**2)),),
        (
            *_leaves(),
            Step(
                "products",
                _two(products, ">", 0),
                "combine",
                ("product", "leave-1", "leave-2"),
                {"product": a(1) * a(2)},
            ),
            Step("apart", _two((a(1) * v - a(2) * u) ** 2, ">=", 0), "sign"),
            Step(
                "square",
                _two(square, ">", 0),
                "combine",
                ("apart", "products", "S"),
                {"apart": ONE, "products": Integer(4)},
            ),
            Step("inverse", _two(1 / square, ">", 0), "sign", ("square",)),
            Step(
                "inside",
                WITHIN.judgement,
                "combine",
                ("products", "root", "inverse", "square", "S"),
                {
                    "products": 1 / square,
                    "root": (span - y * span - a(2) * u) / square,
                },
            ),
        ),
    )


def only_inside() -> Theorem:
    """E2: if that zero lies strictly between 0 and 1, then (1 - 2 a1) (1 - 2 a2) > 0."""
    products = a(1) * a(2)
    return Theorem(
        "two-token-field/only-inside",
        PRODUCT.judgement,
        (LEAVE[0], ROOT, WITHIN, APART),
        (),
        (
            *_leaves(),
            Step(
                "product",
                PRODUCT.judgement,
                "combine",
                ("within", "root", "apart", "leave-1", "leave-2"),
                {
                    "within": span**2 / products,
                    "root": -(span - y * span - a(2) * u) / products,
                },
            ),
        ),
    )


def at_interior() -> Theorem:
    """E2: at that zero, between 0 and 1, the eigenvalue.

    There d2 y = d1 (1 - y), so only the derivative of this factor of the field is left.
    """
    here = Assumption("here", "y is that zero", _two(y, "=", a(2) * u / span))
    result = _two(SLOPE, "=", u * v / (1 - a(1) - a(2)))
    left = y * (1 - y) * (d1 + d2) / BELOW
    rest = derivative(y * (1 - y) / BELOW, y) / (a(1) * a(2))
    signs = ("below", "leave-1", "leave-2")
    return Theorem(
        "two-token-field/eigenvalue",
        result,
        (*LEAVE, *UNIT, APART, here),
        (),
        (
            *_below_positive(),
            _slope(),
            Step("root", ROOT.judgement, "combine", ("here",), {"here": span}),
            Step(
                "left",
                _two(SLOPE, "=", left),
                "combine",
                ("slope", "root", *signs),
                {"slope": ONE, "root": rest},
            ),
            Step("denominator", _two(span * BELOW, "!=", 0), "sign", ("apart", *signs)),
            Step(
                "eigenvalue",
                result,
                "combine",
                ("left", "here", "denominator", *signs),
                {"left": ONE},
            ),
        ),
    )
