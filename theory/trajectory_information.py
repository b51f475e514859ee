r"""Claim E34: how the information on the chance of b grows along a path near token g.

The information on the logit of P(a, b) that a path brings, pi being the chance that b comes next:

    I(t + 1) = I(t) + delta(a, x(t)) pi(t) (1 - pi(t)),      pi(t) = N(t, b) P(x(t), b) / Z(t).

Here a is g or b, and b != g has been counted about as often as a power of G(t) = N(t, g): at least
cl G^rho or at most cu G^rho times.  Let Q = P(a, b) / P(a, g) and V = kappa (1 + eps), where no row
likes a token more than kappa times as much as g and the tokens other than g are at most eps G.  As
G P(x, g) <= Z <= V G P(x, g), it is so wherever x(t) = a that

    Q N(t, b) / (V^2 G)  <=  pi (1 - pi)  <=  Q N(t, b) / G.

Row g is used each time that g is counted: for a = g, where Q = rho, the sum of G^(rho - 1) over
these times is about G^rho / rho.  Row b is used each time that b is counted: for a = b the sum of
G^-r, r = 1 - rho, over these times is, by parts, about N(t, b) G^-r and the sum over s < t of

    N(s, b) (G(s)^-r - G(s + 1)^-r),

together about G^(2 rho - 1) if rho > 1/2, and bounded if rho < 1/2.  If rho >= 1/2 the sum of
N(t, b) / G is at least about log G, as N(t, b)^2 >= cl^2 G and the sum of 1 / N(t, b) is about
log N(t, b).  With two tokens rho >= 1/2 means P(g, b) >= 1/3.
"""

from typing import Any

from sympy import Expr, Function, Integer, Rational, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import Judgement, instantiate
from theory.loser_growth import KAPPA, NEAR, eps, kappa, power, rho
from theory.notation import K, forall, i, j, k, total
from theory.path import NORM, PATH, TOKEN, WINNER, G, N, Z, along, bit, delta, g, held
from theory.path import at_time, leading_to, never_falls, m, rise, t, winner_rises, x
from theory.transitions import SECOND, b
from theory.walk import POSITIVE

__all__ = ["HALF", "THIRD", "I", "above_third", "below_third", "chance", "cl", "cu"]
__all__ += ["row_b_bounded", "row_b_lasts", "row_b_least", "row_b_most", "row_g_least"]
__all__ += ["row_g_most", "spread", "third"]

I = Function("I")
cl, cu = Symbol("cl"), Symbol("cu")
ZERO, ONE, HALF = Integer(0), Integer(1), Rational(1, 2)
u = rise(G(t))
COUNTS = ("N-positive", "winner")
ROW_G = (*COUNTS, "P-positive")
ROW_B = (*ROW_G, "second")
most = kappa * (1 + eps)
"""V: Z is at most V G P(x, g)."""


def chance(time: Any) -> Expr:
    """pi: the chance that b comes next."""
    return N(time, b) * P(x(time), b) / Z(time)


def spread(time: Any) -> Expr:
    """The variance pi (1 - pi)."""
    return chance(time) * (1 - chance(time))


def odds(row: Expr) -> Expr:
    """Q: how much the row likes b, compared with g."""
    return P(row, b) / P(row, g)


OTHER = Assumption("other", "b is not g", forall()(delta(b, g), "=", 0))
RATE = Assumption(
    "rate", "row g likes b rho times as much as g", forall()(rho * P(g, g), "=", P(g, b))
)
MANY = (
    Assumption("cl", "cl is not negative", forall()(cl, ">=", 0)),
    Assumption("many-b", "b is at least cl G^rho", along(N(t, b), ">=", cl * power(rho, t))),
)
SOME = Assumption("cl", "cl is positive", forall()(cl, ">", 0))
FEW = Assumption("few-b", "b is at most cu G^rho", along(cu * power(rho, t), ">=", N(t, b)))
HALF_LEAST = Assumption("half", "rho is at least 1/2", forall()(rho, ">=", HALF))
STRONG = Assumption("strong", "rho is above 1/2", forall()(rho, ">", HALF))
WEAK = Assumption("weak", "rho is below 1/2", forall()(HALF, ">", rho))
BELOW = Assumption("below", "rho is at most 1", forall()(1, ">=", rho))


def informed(row: Expr) -> tuple[Assumption, ...]:
    """The information I on the chance of b after the token."""
    return (
        Assumption("I-0", "there is no information at first", forall()(I(0), "=", 0)),
        Assumption(
            "I-step",
            "each time that the row is used adds pi (1 - pi)",
            along(I(t + 1), "=", I(t) + bit(row, t) * spread(t)),
        ),
    )


def _kept(
    value: Expr, uses: tuple[str, ...], where: dict[str, Expr], *defined: str, **early: Any
) -> tuple[Step, ...]:
    """That value(t) >= 0, from the step ``kept-0`` and, by uses and where, that it never falls."""

    def at(time: Any) -> Expr:
        return instantiate(value, {t: time})

    grows = Step("kept-grows", along(at(t + 1), ">=", value), "combine", uses, where)
    return (grows, *never_falls("kept", at, *defined, **early))


def _bounded() -> tuple[Step, ...]:
    """What pi (1 - pi) is, up to constants, by N(t, b) / G(t)."""
    here, count = x(t), N(t, b)
    to_b, to_g = P(here, b), P(here, g)
    win, seen = G(t) * to_g, most * G(t) * to_g
    apart, neither = 1 - delta(g, j), 1 - delta(g, j) - delta(b, j)
    signs = ("norm", *ROW_G, "tokens")
    return (
        *held(),
        *winner_rises(),
        Step("norm", along(Z(t), ">", 0), "sign", ("Z", "N-positive", "P-positive", "tokens")),
        Step(
            "others",
            along(apart**2 * N(t, j) * P(here, j), ">=", 0, (j, ONE, K)),
            "sign",
            ("N-positive", "P-positive", "tokens"),
        ),
        Step(
            "room",
            along(Z(t), ">=", win),
            "combine",
            ("others", "Z", "winner"),
            {"others": (ONE, j)},
        ),
        Step(
            "at-most",
            along(odds(here) * count / G(t), ">=", chance(t)),
            "combine",
            ("room", *signs, "second"),
            {"room": count * to_b / (win * Z(t))},
        ),
        Step("squared", along(chance(t) ** 2, ">=", 0), "sign", ("norm",)),
        Step(
            "most-x",
            along(odds(here) * count / G(t), ">=", spread(t)),
            "combine",
            ("at-most", "squared", *signs),
            {"at-most": ONE, "squared": ONE},
        ),
        Step(
            "rest",
            along(neither**2 * N(t, j) * P(here, j), ">=", 0, (j, ONE, K)),
            "sign",
            ("N-positive", "P-positive", "tokens"),
        ),
        Step(
            "room-both",
            along(Z(t) - count * to_b, ">=", win),
            "combine",
            ("rest", "other", "Z", "winner", "second"),
            {"rest": (ONE, j), "other": -2 * win},
        ),
        Step(
            "liked-g",
            forall()(kappa * P(g, g), ">=", P(g, g)),
            "instance",
            ("kappa-rows", "winner"),
            {i: g, k: g},
        ),
        Step(
            "kappa",
            forall()(kappa, ">", 0),
            "combine",
            ("liked-g", "one", "P-positive", "winner"),
            {"liked-g": 1 / P(g, g), "one": ONE},
        ),
        Step(
            "liked",
            along(kappa * to_g, ">=", P(here, k), TOKEN),
            "instance",
            ("kappa-rows", "tokens"),
            {i: here},
        ),
        Step("spoken", along(total(N(t, j), j), ">", 0), "sign", ("N-positive",)),
        Step(
            "wide-t",
            along(1 + eps, ">", 0),
            "combine",
            ("near", "spoken", *COUNTS),
            {"near": 1 / G(t), "spoken": 1 / G(t)},
        ),
        Step("wide", forall()(1 + eps, ">", 0), "instance", ("wide-t",), {t: 0}),
        Step(
            "norm-most",
            along(seen, ">=", Z(t)),
            "combine",
            ("liked", "near", "Z", "N-positive", "kappa", "P-positive", "tokens", "winner"),
            {"liked": (N(t, k), k), "near": kappa * to_g},
        ),
        Step(
            "least-x",
            along(spread(t), ">=", odds(here) * count / (most**2 * G(t))),
            "combine",
            ("room-both", "norm-most", "kappa", "wide", *signs, "second"),
            {
                "room-both": count * to_b / Z(t) ** 2,
                "norm-most": count * to_b * (seen + Z(t)) / (Z(t) ** 2 * most * seen),
            },
        ),
    )


def _of_row(row: Expr, signs: tuple[str, ...]) -> tuple[Step, ...]:
    """What a step of the path adds, up to constants: G^(rho - 1) where the row is used.

    The odds of the row are defined and positive by the facts ``signs``.
    """
    used, likes, share = bit(row, t), odds(row), N(t, b) / G(t)
    more = I(t + 1) - I(t)
    return (
        *_bounded(),
        Step("used", along(used, ">=", 0), "sign"),
        Step("off", along((1 - used) ** 2, ">=", 0), "sign"),
        Step("once", along(1 - used, ">=", 0), "combine", ("off",), {"off": ONE}),
        Step(
            "most",
            along(used * likes * share, ">=", more),
            "combine",
            ("most-x", "I-step", *signs),
            {"most-x": used, "I-step": -ONE},
        ),
        Step(
            "least",
            along(more, ">=", used * likes * share / most**2),
            "combine",
            ("least-x", "I-step", "kappa", "wide", *signs),
            {"least-x": used, "I-step": ONE},
        ),
        Step(
            "at-most-power",
            along(used * likes * cu * power(rho - 1, t), ">=", more),
            "combine",
            ("most", "few-b", *ROW_B),
            {"most": ONE, "few-b": used * likes / G(t)},
        ),
        Step(
            "at-least-power",
            along(more, ">=", used * likes * cl * power(rho - 1, t) / most**2),
            "combine",
            ("least", "many-b", "kappa", "wide", *ROW_B),
            {"least": ONE, "many-b": used * likes / (G(t) * most**2)},
        ),
        Step("b-first", forall()(N(0, b), ">=", 1), "instance", ("held", "second"), {k: b}),
        Step(
            "few-first",
            forall()(cu * power(rho, ZERO), ">=", N(0, b)),
            "instance",
            ("few-b", *COUNTS),
            {t: 0},
        ),
        Step(
            "cu",
            forall()(cu, ">", 0),
            "combine",
            ("few-first", "b-first", "one", *COUNTS),
            {name: power(-rho, ZERO) for name in ("few-first", "b-first", "one")},
        ),
    )


def _row_g() -> tuple[Step, ...]:
    """What a step of the path adds to G^rho, and to I on row g."""
    new, before, after = bit(g, t + 1), power(rho, t), power(rho, t + 1)
    used, more, turn = bit(g, t), I(t + 1) - I(t), rho * G(t) / G(t + 1)
    return (
        *_of_row(g, ROW_G),
        Step("likes", forall()(odds(g), ">", 0), "sign", ("P-positive", "winner", "second")),
        Step(
            "rho",
            forall()(rho, ">", 0),
            "combine",
            ("rate", "likes", "P-positive", "winner"),
            {"rate": 1 / P(g, g), "likes": ONE},
        ),
        Step("up", along(exp(rho * u), ">=", 1 + rho * u), "tangent", COUNTS, {"at": rho * u}),
        Step(
            "rises",
            along((1 + rho) * (after - before), ">=", rho * new * after / G(t + 1)),
            "combine",
            ("up", "G-least", "G-next", "rho", "G-new", *COUNTS),
            {
                "up": before * (1 + turn),
                "G-least": before * rho * (1 + turn),
                "G-next": rho * (after - before) / G(t + 1),
                "G-new": rho * before * turn / G(t + 1),
            },
        ),
        Step("down", along(exp(-rho * u), ">=", 1 - rho * u), "tangent", COUNTS, {"at": -rho * u}),
        Step(
            "rises-most",
            along(2 * rho * new * after / G(t + 1), ">=", after - before),
            "combine",
            ("down", "G-most", "G-double", "rho", *COUNTS),
            {
                "down": after,
                "G-most": rho * after,
                "G-double": rho * new * after / (G(t) * G(t + 1)),
            },
        ),
        Step(
            "adds-least",
            along(more, ">=", used * rho * cl * before / G(t) / most**2),
            "combine",
            ("at-least-power", "rate", "kappa", "wide", *ROW_G),
            {"at-least-power": ONE, "rate": -used * cl * before / (G(t) * most**2 * P(g, g))},
        ),
        Step(
            "adds-most",
            along(used * rho * cu * before / G(t), ">=", more),
            "combine",
            ("at-most-power", "rate", *ROW_G),
            {"at-most-power": ONE, "rate": used * cu * before / (G(t) * P(g, g))},
        ),
    )


def _theorem(
    name: str, row: Expr, conclusion: Judgement, facts: tuple[Assumption, ...], steps: Any
) -> Theorem:
    """A theorem on a path; of the steps it takes those that the last needs."""
    return Theorem(
        f"trajectory-information/{name}",
        conclusion,
        (*PATH, WINNER, SECOND, POSITIVE, *informed(row), *facts),
        (NORM,),
        leading_to(steps, "information"),
        fixed=(m,),
    )


def _at_most_one(r: Expr, *uses: str) -> tuple[Step, ...]:
    """1 >= G^-r, where r is not negative."""
    return (
        Step("log", along(log(G(t)), ">=", 0), "logarithm", ("G-held", *COUNTS)),
        Step(
            "less",
            along(Integer(0), ">=", -r * log(G(t))),
            "combine",
            ("log", *COUNTS, *uses),
            {"log": r},
        ),
        Step("small", along(ONE, ">=", power(-r, t)), "exponential", ("less", *COUNTS)),
    )


def row_g_least() -> Theorem:
    """E34: where b is at least cl G^rho, the information on row g is at least about G^rho."""
    used = bit(g, t)
    unit = cl / (2 * most**2)
    signs = ("kappa", "wide", *COUNTS)
    gained = power(rho, t) - power(rho, ZERO)
    value = I(t) + unit * (2 * rho * used * power(rho - 1, t) - gained)
    goal = along(I(t), ">=", unit * (power(rho, t) - power(rho, ZERO) - 2 * rho))
    steps = (
        *_row_g(),
        Step("used-0", forall()(bit(g, 0), ">=", 0), "sign"),
        Step(
            "kept-0",
            forall()(instantiate(value, {t: ZERO}), ">=", 0),
            "combine",
            ("I-0", "used-0", "cl", "rho", *signs),
            {"I-0": ONE, "used-0": 2 * rho * unit * power(rho - 1, ZERO)},
        ),
        *_kept(
            value,
            ("adds-least", "rises-most", "cl", *signs),
            {"adds-least": ONE, "rises-most": unit},
            *signs,
        ),
        *_at_most_one(1 - rho, "below"),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "small", "once", "cl", "rho", *signs),
            {"kept": ONE, "small": 2 * rho * unit * used, "once": 2 * rho * unit},
        ),
    )
    facts = (OTHER, KAPPA, NEAR, RATE, *MANY, BELOW)
    return _theorem("row-g-least", g, goal, facts, steps)


def row_g_most() -> Theorem:
    """E34: where b is at most cu G^rho, the information on row g is at most about G^rho."""
    here = (1 + rho) * power(rho, t) - rho * bit(g, t) * power(rho - 1, t)
    value = cu * here - I(t)
    goal = along((1 + rho) * cu * power(rho, t), ">=", I(t))
    steps = (
        *_row_g(),
        Step("G-first", forall()(G(0), ">=", 1), "instance", ("held", "winner"), {k: g}),
        Step("once-0", forall()(1 - bit(g, 0), ">=", 0), "instance", ("once",), {t: 0}),
        Step(
            "kept-0",
            forall()(instantiate(value, {t: ZERO}), ">=", 0),
            "combine",
            ("I-0", "G-first", "once-0", "one", "cu", "rho", *COUNTS),
            {
                "I-0": -ONE,
                "G-first": cu * rho * power(rho - 1, ZERO),
                "once-0": cu * rho * power(rho - 1, ZERO),
                "one": cu * power(rho, ZERO),
            },
        ),
        *_kept(
            value,
            ("adds-most", "rises", "cu", *COUNTS),
            {"adds-most": ONE, "rises": cu},
            *COUNTS,
        ),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "used", "cu", "rho", *COUNTS),
            {"kept": ONE, "used": cu * rho * power(rho - 1, t)},
        ),
    )
    return _theorem("row-g-most", g, goal, (RATE, FEW), steps)


# the row of b

unit_b, unit_most = odds(b) * cl / most**2, odds(b) * cu**2
weight, first = power(rho - 1, t), power(rho - 1, ZERO)
strength = 2 * rho - 1


def _counts_b() -> tuple[Step, ...]:
    """How b is counted, and the tokens at first."""
    return (
        Step(
            "b-next",
            along(N(t + 1, b), "=", N(t, b) + bit(b, t + 1)),
            "instance",
            ("counted", "second"),
            {k: b},
        ),
        Step("used-0", forall()(bit(b, 0), ">=", 0), "sign"),
        Step("once-0", forall()(1 - bit(b, 0), ">=", 0), "instance", ("once",), {t: 0}),
    )


def _falls() -> tuple[Step, ...]:
    """G^(rho - 1) never rises."""
    return (
        Step(
            "falls-less",
            along(-(1 - rho) * log(G(t)), ">=", -(1 - rho) * log(G(t + 1))),
            "combine",
            ("G-rise", "room-above", *COUNTS),
            {"G-rise": 1 - rho},
        ),
        Step(
            "falls",
            along(weight, ">=", power(rho - 1, t + 1)),
            "exponential",
            ("falls-less", *COUNTS),
        ),
    )


def row_b_least() -> Theorem:
    """E34: where b is at least cl G^rho, that on row b is at least about G^(2 rho - 1)."""
    value = I(t) + unit_b * (bit(b, t) * weight - N(t, b) * weight + N(0, b) * first)
    goal = along(I(t), ">=", unit_b * (cl * power(strength, t) - N(0, b) * first - 1))
    signs = ("kappa", "wide", *ROW_B)
    steps = (
        *_of_row(b, ROW_B),
        *_counts_b(),
        Step("room-above", forall()(1 - rho, ">=", 0), "combine", ("below",), {"below": ONE}),
        *_falls(),
        *_at_most_one(1 - rho, "room-above"),
        Step(
            "kept-0",
            forall()(instantiate(value, {t: ZERO}), ">=", 0),
            "combine",
            ("I-0", "used-0", "cl", *signs),
            {"I-0": ONE, "used-0": unit_b * first},
        ),
        *_kept(
            value,
            ("at-least-power", "b-next", "falls", "cl", *signs),
            {
                "at-least-power": ONE,
                "b-next": -unit_b * power(rho - 1, t + 1),
                "falls": unit_b * N(t, b),
            },
            *signs,
        ),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "many-b", "small", "once", "cl", *signs),
            {
                "kept": ONE,
                "many-b": unit_b * weight,
                "small": unit_b * bit(b, t),
                "once": unit_b,
            },
        ),
    )
    return _theorem("row-b-least", b, goal, (OTHER, KAPPA, NEAR, *MANY, BELOW), steps)


def _uses_of_b(before: Expr) -> tuple[Step, ...]:
    """How the logarithm of the count before the last token, and one more, rises."""
    used, count, up = bit(b, t), N(t, b), log(N(t, b) + 1) - log(before)
    room = Step(
        "before",
        along(before, ">", 0),
        "combine",
        ("b-positive", "once"),
        {"b-positive": ONE, "once": ONE},
    )
    known = ("before", "N-positive", "second")
    return (
        Step("b-positive", along(count, ">", 0), "instance", ("N-positive", "second"), {k: b}),
        room,
        *at_time(ZERO, "0", (room,)),
        *at_time(m, "m", (room,)),
        *at_time(m + 1, "next", (room,)),
        Step("bit", along(used * (used - 1), "=", 0), "sums"),
        Step(
            "parted",
            along((count + 1) / before, "=", 1 + used / count),
            "binary",
            ("bit", *known),
            {"term": used},
        ),
        Step("up", along(exp(up), ">=", 1 + up), "tangent", known, {"at": up}),
        Step(
            "rises-most",
            along(used / count, ">=", up),
            "combine",
            ("up", "parted", *known),
            {"up": ONE, "parted": -ONE},
        ),
    )


def row_b_lasts() -> Theorem:
    """E34: where b is at least cl G^rho, rho >= 1/2, that on row b is at least about log G."""
    used, count, p = bit(b, t), N(t, b), power(rho, t)
    unit, before, start = odds(b) * cl**2 / most**2, count + 1 - used, log(N(0, b) + 1)
    value = I(t) - unit * (log(before) - start)
    goal = along(I(t), ">=", unit * (rho * log(G(t)) + log(cl) - start))
    signs = ("kappa", "wide", *ROW_B)
    steps = (
        *_of_row(b, ROW_B),
        *_counts_b(),
        *_uses_of_b(before),
        Step("log", along(log(G(t)), ">=", 0), "logarithm", ("G-held", *COUNTS)),
        Step(
            "twice",
            along(2 * rho * log(G(t)), ">=", log(G(t))),
            "combine",
            ("half", "log", *COUNTS),
            {"half": 2 * log(G(t))},
        ),
        Step("square", along(power(2 * rho, t), ">=", G(t)), "exponential", ("twice", *COUNTS)),
        Step(
            "at-least-share",
            along(I(t + 1) - I(t), ">=", unit * used / count),
            "combine",
            ("least", "many-b", "square", "cl", *signs),
            {
                "least": ONE,
                "many-b": used * odds(b) * (count + cl * p) / (count * G(t) * most**2),
                "square": used * unit / (count * G(t)),
            },
        ),
        Step(
            "more-0",
            forall()(N(0, b) + 1, ">=", N(0, b) + 1 - bit(b, 0)),
            "combine",
            ("used-0",),
            {"used-0": ONE},
        ),
        Step(
            "log-0",
            forall()(start, ">=", log(N(0, b) + 1 - bit(b, 0))),
            "logarithm",
            ("more-0", "before-0", "N-positive", "second"),
        ),
        Step(
            "kept-0",
            forall()(instantiate(value, {t: ZERO}), ">=", 0),
            "combine",
            ("I-0", "log-0", "before-0", *signs),
            {"I-0": ONE, "log-0": unit},
        ),
        *_kept(
            value,
            ("at-least-share", "rises-most", "b-next", "before", *signs),
            {"at-least-share": ONE, "rises-most": unit},
            "before-next",
            *signs,
            at_0=("before-0",),
            at_m=("before-m",),
        ),
        Step(
            "many",
            along(before, ">=", cl * p),
            "combine",
            ("many-b", "once", *COUNTS),
            {"many-b": ONE, "once": ONE},
        ),
        Step(
            "many-log",
            along(log(before), ">=", log(cl) + rho * log(G(t))),
            "logarithm",
            ("many", "before", "cl", *COUNTS),
        ),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "many-log", "cl", *signs),
            {"kept": ONE, "many-log": unit},
        ),
    )
    return _theorem("row-b-lasts", b, goal, (OTHER, KAPPA, NEAR, HALF_LEAST, SOME, MANY[1]), steps)


def _row_b_most(
    gained: Expr, lemmas: Any, where: dict[str, Expr], sign: str, *known: str
) -> tuple[Step, ...]:
    """That I with what row b adds next is at most Q cu (N G^(rho - 1) + gained).

    Up to the factor Q cu, ``where`` tells that what is gained pays for the fall of N G^(rho - 1).
    """
    unit = odds(b) * cu
    value = unit * (N(t, b) * weight + gained - bit(b, t) * weight) - I(t)
    signs = (*known, *ROW_B)
    return (
        *_of_row(b, ROW_B),
        *_counts_b(),
        Step(
            "kept-0",
            forall()(instantiate(value, {t: ZERO}), ">=", 0),
            "combine",
            ("I-0", "b-first", "once-0", "cu", *ROW_B),
            {"I-0": -ONE, "b-first": unit * first, "once-0": unit * first},
        ),
        *lemmas,
        *_kept(
            value,
            ("at-most-power", "b-next", *where, sign, "cu", *signs),
            {
                "at-most-power": ONE,
                "b-next": unit * power(rho - 1, t + 1),
                **{name: unit * times for name, times in where.items()},
            },
            *signs,
        ),
    )


def row_b_most() -> Theorem:
    """E34: where b is at most cu G^rho, rho > 1/2, that on row b is at most about G^(2 rho - 1)."""
    goal = along(unit_most * (1 + HALF / strength) * power(strength, t), ">=", I(t))
    gained = HALF * cu / strength * (power(strength, t) - power(strength, ZERO))
    falling, rising = -(1 - rho) * u, strength * u
    rises = (
        Step("down", along(exp(falling), ">=", 1 + falling), "tangent", COUNTS, {"at": falling}),
        Step("up", along(exp(rising), ">=", 1 + rising), "tangent", COUNTS, {"at": rising}),
        Step(
            "faster",
            along(rising, ">=", 0),
            "combine",
            ("G-rise", "strength", *COUNTS),
            {"G-rise": strength},
        ),
    )
    pays = {
        "down": N(t, b) * weight,
        "up": HALF * cu / strength * power(strength, t),
        "few-b": weight * u / 2,
        "faster": N(t, b) * weight / 2,
    }
    steps = (
        Step("strength", forall()(strength, ">", 0), "combine", ("strong",), {"strong": 2}),
        *_row_b_most(gained, rises, pays, "G-rise", "strength"),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "few-b", "used", "one", "cu", "strength", *ROW_B),
            {
                "kept": ONE,
                "few-b": odds(b) * cu * weight,
                "used": odds(b) * cu * weight,
                "one": HALF * unit_most / strength * power(strength, ZERO),
            },
        ),
    )
    return _theorem("row-b-most", b, goal, (STRONG, FEW), steps)


def row_b_bounded() -> Theorem:
    """E34: where b is at most cu G^rho, rho < 1/2, the information on row b stays bounded."""
    tau = 1 - 2 * rho
    scale = 1 + 1 / tau
    goal = along(unit_most * scale, ">=", I(t))
    gained = cu * scale * (power(strength, ZERO) - power(strength, t))
    half, whole, fall = (1 - rho) * u, 2 * (1 - rho) * u, tau * u
    falls = (
        Step(
            "room-above",
            forall()(1 - rho, ">", 0),
            "combine",
            ("weak", "one"),
            {"weak": ONE, "one": HALF},
        ),
        *_falls(),
        Step(
            "less-half",
            along(-half, ">=", -whole),
            "combine",
            ("G-rise", "room-above", *COUNTS),
            {"G-rise": 1 - rho},
        ),
        Step(
            "half-whole",
            along(exp(-half), ">=", exp(-whole)),
            "exponential",
            ("less-half", *COUNTS),
        ),
        Step("up", along(exp(fall), ">=", 1 + fall), "tangent", COUNTS, {"at": fall}),
    )
    here = cu * power(strength, t)
    pays = {
        "few-b": weight - power(rho - 1, t + 1),
        "half-whole": here,
        "G-tangent-down": here * exp(-fall),
        "up": here * exp(-fall) / tau,
    }
    steps = (
        Step("tau", forall()(tau, ">", 0), "combine", ("weak",), {"weak": 2}),
        *_row_b_most(gained, falls, pays, "falls", "tau"),
        *_at_most_one(tau, "tau"),
        Step(
            "small-0",
            forall()(ONE, ">=", power(strength, ZERO)),
            "instance",
            ("small", *COUNTS),
            {t: 0},
        ),
        Step(
            "information",
            goal,
            "combine",
            ("kept", "few-b", "used", "small-0", "one", "cu", "tau", *ROW_B),
            {
                "kept": ONE,
                "few-b": odds(b) * cu * weight,
                "used": odds(b) * cu * weight,
                "small-0": unit_most * scale,
                "one": unit_most / tau * power(strength, t),
            },
        ),
    )
    return _theorem("row-b-bounded", b, goal, (WEAK, FEW), steps)


# where the exponent of the information on row b is positive

TWO = Assumption("two", "row g goes to g and b alone", forall()(P(g, g) + P(g, b), "=", 1))
THIRD = Rational(1, 3)


def _by_third(name: str, relation: str, goal: Judgement) -> Theorem:
    """How rho compares with 1/2: (2 rho - 1) P(g, g) = 3 P(g, b) - 1."""
    kept = P(g, g)
    assumed = Assumption("third", f"P(g, b) {relation} 1/3", forall()(P(g, b), relation, THIRD))
    return Theorem(
        f"trajectory-information/{name}",
        goal,
        (WINNER, POSITIVE, RATE, TWO, assumed),
        (),
        (
            Step(
                "half",
                goal,
                "combine",
                ("third", "rate", "two", "P-positive", "winner"),
                {"third": 3 * HALF / kept, "rate": 1 / kept, "two": -HALF / kept},
            ),
        ),
    )


def third() -> Theorem:
    """E34: rho is at least 1/2 if P(g, b) is at least 1/3."""
    return _by_third("third", ">=", HALF_LEAST.judgement)


def above_third() -> Theorem:
    """E34: rho is above 1/2 if P(g, b) is above 1/3."""
    return _by_third("above-third", ">", STRONG.judgement)


def below_third() -> Theorem:
    """E34: rho is below 1/2 if P(g, b) is below 1/3."""
    kept = P(g, g)
    return Theorem(
        "trajectory-information/below-third",
        WEAK.judgement,
        (RATE, TWO, Assumption("third", "P(g, b) < 1/3", forall()(THIRD, ">", P(g, b)))),
        (),
        (
            Step("two-thirds", forall()(Integer(2), ">", 0), "sign"),
            Step(
                "kept",
                forall()(kept, ">", 0),
                "combine",
                ("two", "third", "two-thirds"),
                {"two": ONE, "third": ONE, "two-thirds": THIRD},
            ),
            Step(
                "half",
                WEAK.judgement,
                "combine",
                ("third", "rate", "two", "kept"),
                {"third": 3 * HALF / kept, "rate": -1 / kept, "two": HALF / kept},
            ),
        ),
    )
