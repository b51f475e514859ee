r"""Claims E2, E15: the mean field of the walk.

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
from theory.notation import K, forall, i, j, k, member, o, total

__all__ = [
    "FIELD",
    "SLOPE",
    "D",
    "a",
    "at_interior",
    "corner_jacobian",
    "corner_one",
    "corner_two",
    "delta",
    "drift",
    "expansion_above",
    "expansion_below",
    "g",
    "inside",
    "interior_is_zero",
    "m",
    "only_inside",
    "pi",
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


def corner_one() -> Theorem:
    """E2: where token 1 has frequency 1, the eigenvalue is r - 1, r = a(1) / (1 - a(1))."""
    return _at_corner(1)


def corner_two() -> Theorem:
    """E2: where token 2 has frequency 1, the eigenvalue is r - 1, r = a(2) / (1 - a(2))."""
    return _at_corner(2)


def _at_corner(token: int) -> Theorem:
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


# E15: near a corner, where token g has frequency 1

g = Symbol("g", integer=True)
D, F, Z = Function("D"), Function("F"), Function("Z")
c = Symbol("c")
chance = P(g, j) / P(g, g)
WINNER = Assumption("winner", "g is a token", member(g, 1, K))
POSITIVE = Assumption("P-positive", "P is positive", forall(i, j)(P(i, j), ">", 0))
NORMS = Definition("Z", forall(i)(Z(i), "=", total(m(o) * P(i, o), o)))


def corner_jacobian() -> Theorem:
    """E15: what the derivative D(j, k) of pi(j) along e_k - e_g can be, if the balance holds.

    D solves the balance pi(j) = sum_i pi(i) Q(i, j), differentiated at e_g by the chain rule.
    """
    balance = Definition("F", forall(j)(F(j), "=", pi(j) - total(pi(i) * m(j) * P(i, j) / Z(i), i)))
    along = total(Partial(F(j), pi(i)) * D(i, k), i) + Partial(F(j), m(k)) - Partial(F(j), m(g))
    by_m = -total(pi(i) * (delta(j, k) * P(i, j) / Z(i) - m(j) * P(i, j) * P(i, k) / Z(i) ** 2), i)
    apart = 1 - delta(j, g)
    result = forall(j, k)(apart * (D(j, k) - delta(j, k) * chance), "=", 0)
    at_corner = ("Z", "frequencies", "law", "P-positive", "winner")
    return Theorem(
        "corner-jacobian",
        result,
        (
            WINNER,
            POSITIVE,
            Assumption("frequencies", "m is the corner e_g", forall(i)(m(i), "=", delta(i, g))),
            Assumption("law", "and so is pi", forall(i)(pi(i), "=", delta(i, g))),
            Assumption(
                "derivative", "D solves the balance differentiated", forall(j, k)(along, "=", 0)
            ),
        ),
        (NORMS, balance),
        (
            Step(
                "winner-liked",
                forall(i)(P(i, g), ">", 0),
                "instance",
                ("P-positive", "winner"),
                {j: g},
            ),
            Step(
                "norms",
                forall(i)(Z(i), ">", 0),
                "combine",
                ("winner-liked", "Z", "frequencies", "winner"),
                {"winner-liked": ONE},
            ),
            Step(
                "by-pi",
                forall(i, j)(Partial(F(j), pi(i)), "=", delta(i, j) - m(j) * P(i, j) / Z(i)),
                "calculus",
                ("F", "Z", "norms"),
            ),
            Step(
                "by-m",
                forall(j, k)(Partial(F(j), m(k)), "=", by_m),
                "calculus",
                ("F", "Z", "norms"),
            ),
            Step(
                "by-g",
                forall(j)(Partial(F(j), m(g)), "=", by_m.xreplace({k: g})),
                "instance",
                ("by-m", "winner", "norms"),
                {k: g},
            ),
            Step(
                "jacobian",
                result,
                "combine",
                ("derivative", "by-pi", "by-m", "by-g", *at_corner),
                {
                    "derivative": apart,
                    "by-pi": (-apart * D(i, k), i),
                    "by-m": -apart,
                    "by-g": apart,
                },
            ),
        ),
    )


NEAR = (
    WINNER,
    POSITIVE,
    Assumption(
        "bound", "no entry is above c times that of g", forall(i, j)(c * P(i, g) - P(i, j), ">=", 0)
    ),
    Assumption("shares", "frequencies are not negative", forall(i)(m(i), ">=", 0)),
    Assumption("total", "frequencies sum to one", forall()(total(m(i), i), "=", 1)),
    Assumption("near", "g has frequency 1/2 or more", forall()(2 * m(g) - 1, ">=", 0)),
    Assumption("law", "pi is not negative", forall(i)(pi(i), ">=", 0)),
    Assumption("law-total", "pi sums to one", forall()(total(pi(i), i), "=", 1)),
    Assumption(
        "stationary",
        "pi is stationary",
        forall(j)(pi(j), "=", m(j) * total(pi(i) * P(i, j) / Z(i), i)),
    ),
)
away = 1 - m(g)
others = 1 - delta(i, g)


def _near() -> tuple[Step, ...]:
    """Z(i) > 0; P(i, j) <= 2 c Z(i); 1 - pi(g) <= 2 c (1 - m(g))."""
    return (
        Step(
            "winner-liked", forall(i)(P(i, g), ">", 0), "instance", ("P-positive", "winner"), {j: g}
        ),
        Step("one", forall()(ONE, ">", 0), "sign"),
        Step(
            "winner-held",
            forall()(m(g), ">", 0),
            "combine",
            ("near", "one"),
            {"near": ONE / 2, "one": ONE / 2},
        ),
        Step(
            "rest",
            forall(i)(total(m(o) * (1 - delta(o, g)) ** 2 * P(i, o), o), ">=", 0),
            "sign",
            ("shares", "P-positive"),
        ),
        Step(
            "norm-least",
            forall(i)(Z(i) - m(g) * P(i, g), ">=", 0),
            "combine",
            ("rest", "Z", "winner"),
            {"rest": ONE},
        ),
        Step(
            "norm",
            forall(i)(Z(i), ">", 0),
            "combine",
            ("norm-least", "winner-liked", "winner-held"),
            {"norm-least": ONE, "winner-liked": m(g)},
        ),
        Step("liked-g", forall()(P(g, g), ">", 0), "instance", ("winner-liked", "winner"), {i: g}),
        Step(
            "bound-g",
            forall()(c * P(g, g) - P(g, g), ">=", 0),
            "instance",
            ("bound", "winner"),
            {i: g, j: g},
        ),
        Step(
            "c-least",
            forall()(c - 1, ">=", 0),
            "combine",
            ("bound-g", "liked-g"),
            {"bound-g": 1 / P(g, g)},
        ),
        Step(
            "c-positive",
            forall()(c, ">", 0),
            "combine",
            ("c-least", "one"),
            {"c-least": ONE, "one": ONE},
        ),
        Step(
            "ratio",
            forall(i, j)(2 * c * Z(i) - P(i, j), ">=", 0),
            "combine",
            ("norm-least", "near", "bound", "winner-liked", "c-positive"),
            {"norm-least": 2 * c, "near": c * P(i, g), "bound": ONE},
        ),
        Step(
            "pi-below",
            forall(j)(2 * c * m(j) - pi(j), ">=", 0),
            "combine",
            ("stationary", "ratio", "law-total", "norm", "law", "shares"),
            {
                "stationary": -ONE,
                "ratio": (pi(i) * m(j) / Z(i), i),
                "law-total": -2 * c * m(j),
            },
        ),
        Step(
            "leaves",
            forall()(2 * c * away - (1 - pi(g)), ">=", 0),
            "combine",
            ("pi-below", "law-total", "total", "winner"),
            {
                "pi-below": ((1 - delta(j, g)) ** 2, j),
                "law-total": ONE,
                "total": -2 * c,
            },
        ),
    )


def _at_g() -> tuple[Step, ...]:
    """P(g, j) <= 2 c Z(g), and m(g) <= 1."""
    ratio = forall(j)(2 * c * Z(g) - P(g, j), ">=", 0)
    return (
        Step("ratio-g", ratio, "instance", ("ratio", "winner"), {i: g}),
        *_below_one("away", m, "shares", "total"),
    )


def _below_one(name: str, law: Any, parts: str, whole: str) -> tuple[Step, ...]:
    """law(g) <= 1."""
    return (
        Step(
            f"{name}-parts",
            forall()(total((1 - delta(i, g)) ** 2 * law(i), i), ">=", 0),
            "sign",
            (parts,),
        ),
        Step(
            name,
            forall()(1 - law(g), ">=", 0),
            "combine",
            (f"{name}-parts", whole, "winner"),
            {f"{name}-parts": ONE, whole: -ONE},
        ),
    )


def expansion_above() -> Theorem:
    """E15: pi(j) <= m(j) (P(g, j) / P(g, g) + 6 c^2 (1 - m(g))) for all j where m(g) >= 1/2."""
    result = forall(j)(m(j) * (chance + 6 * c**2 * away) - pi(j), ">=", 0)
    least_g = forall()(Z(g) - m(g) * P(g, g), ">=", 0)
    return Theorem(
        "corner-jacobian/above",
        result,
        NEAR,
        (NORMS,),
        (
            *_near(),
            *_at_g(),
            *_below_one("away-law", pi, "law", "law-total"),
            Step("least-g", least_g, "instance", ("norm-least", "winner"), {i: g}),
            Step(
                "above",
                result,
                "combine",
                (
                    "stationary", "ratio", "law-total", "leaves", "least-g", "away-law", "away",
                    "ratio-g", "c-least", "c-positive", "norm", "law", "shares",
                    "P-positive", "winner",
                ),
                {
                    "stationary": -ONE,
                    "ratio": (m(j) * (1 - delta(i, g)) ** 2 * pi(i) / Z(i), i),
                    "law-total": -2 * c * m(j),
                    "leaves": 2 * c * m(j),
                    "least-g": m(j) * P(g, j) / (Z(g) * P(g, g)),
                    "away-law": m(j) * P(g, j) / Z(g),
                    "ratio-g": m(j) * away / Z(g),
                    "c-least": 2 * c * m(j) * away,
                },
            ),
        ),
    )  # fmt: skip


def expansion_below() -> Theorem:
    """E15: pi(j) >= m(j) (P(g, j) / P(g, g) - 6 c^2 (1 - m(g))) for all j where m(g) >= 1/2."""
    result = forall(j)(pi(j) - m(j) * (chance - 6 * c**2 * away), ">=", 0)
    most_g = forall()(P(g, g) * (m(g) + c * away) - Z(g), ">=", 0)
    parts = total((1 - delta(i, g)) ** 2 * pi(i) * P(i, j) / Z(i), i)
    return Theorem(
        "corner-jacobian/below",
        result,
        NEAR,
        (NORMS,),
        (
            *_near(),
            *_at_g(),
            Step(
                "bound-from-g",
                forall(j)(c * P(g, g) - P(g, j), ">=", 0),
                "instance",
                ("bound", "winner"),
                {i: g},
            ),
            Step(
                "most-g",
                most_g,
                "combine",
                ("bound-from-g", "shares", "total", "Z", "winner"),
                {
                    "bound-from-g": ((1 - delta(j, g)) ** 2 * m(j), j),
                    "total": -c * P(g, g),
                },
            ),
            Step(
                "from-others",
                forall(j)(parts, ">=", 0),
                "sign",
                ("law", "P-positive", "norm"),
            ),
            Step(
                "ratio-away",
                forall(j)(away * (2 * c * Z(g) - P(g, j)), ">=", 0),
                "combine",
                ("ratio-g", "away"),
                {"ratio-g": away},
            ),
            Step(
                "below",
                result,
                "combine",
                (
                    "stationary", "from-others", "most-g", "leaves", "away", "ratio-away",
                    "c-positive", "norm", "shares", "P-positive", "winner",
                ),
                {
                    "stationary": ONE,
                    "from-others": m(j),
                    "most-g": m(j) * P(g, j) / (Z(g) * P(g, g)),
                    "leaves": m(j) * P(g, j) / Z(g),
                    "away": m(j) * P(g, j) / Z(g),
                    "ratio-away": 3 * c * m(j) / Z(g),
                },
            ),
        ),
    )  # fmt: skip
