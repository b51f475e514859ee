r"""Claim E32: along a path, a loser's count is a power of the winner's.

Tokens of a class (z(k) = 1, else z(k) = 0) that are counted n(t) <= c G(t)^sigma times by time t
are rare: for beta > sigma >= 0, with tau = beta - sigma, a sum F(t) that grows by at most
q z(x(t)) G(t)^-beta, q >= 0, stays below

    q sum_(s < t) z(x(s)) G(s)^-beta <= q (1 + c beta / tau).

Summed by parts: the sum plus z(x(t)) G(t)^-beta - n(t) G(t)^-beta grows in a step by

    n(t) (G(t)^-beta - G(t + 1)^-beta) <= c (beta / tau) (G(t)^-tau - G(t + 1)^-tau),

since tau exp(-sigma u) + sigma exp(tau u) >= beta (two tangents), u = log G(t + 1) - log G(t).

The tokens other than g are counted Y(t) times.  Let C add up, along the path, their chances divided
by Y, so that log Y - C is noise, which is taken to be bounded.  Where the last token is g, C grows
by at most rho / G if row g likes each of them at most rho times as much as g; elsewhere by at most
kappa / G if every row likes each token at most kappa times as much as g.  While Y <= eps G, the
1 / G of the former times add up to 1 + log G at most, and those of the latter to eps (1 + log G):

    rho (log G + 1 - delta(g, x) / G) + kappa (Y / G + eps log G - (1 - delta(g, x)) / G) - C

never falls.  Hence log Y <= sigma (1 + log G) + (cb + 1) / 2, sigma = rho + kappa eps.
"""

from collections.abc import Callable
from typing import Any

from sympy import Expr, Function, Integer, Rational, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import instantiate
from theory.notation import K, forall, i, j, k, total
from theory.path import NORM, PATH, WINNER, G, N, Z, along, at_time, bit, delta, g, held, induction
from theory.path import leading_to, m, never_falls, rise, t, winner_rises, x
from theory.walk import POSITIVE

__all__ = ["CLASS", "KAPPA", "NEAR", "TWO", "C", "F", "beta", "c", "cb", "chance_of_winner", "eps"]
__all__ += ["kappa", "liked", "noise_below", "off", "others", "others_bounded", "picked", "power"]
__all__ += ["q", "rare_sum", "rates", "rho", "sigma", "when", "z"]

ONE, ZERO = Integer(1), Integer(0)
F, z = Function("F"), Function("z")
beta, sigma, c, q = (Symbol(name) for name in ("beta", "sigma", "c", "q"))

CLASS = Assumption(
    "class", "z tells which tokens are of the class", forall(k)(z(k) * (z(k) - 1), "=", 0)
)


def power(r: Expr, time: Any) -> Expr:
    """G(time)^r."""
    return exp(r * log(G(time)))


def counted(time: Any) -> Expr:
    """How often tokens of the class have been counted."""
    return total(z(k) * N(time, k), k)


# the class is rare

RARE = (
    Assumption("sigma", "sigma is not negative", forall()(sigma, ">=", 0)),
    Assumption("above", "beta is above sigma", forall()(beta, ">", sigma)),
    Assumption(
        "few",
        "the class is counted at most c G^sigma times",
        along(c * power(sigma, t), ">=", counted(t)),
    ),
    Assumption("q", "q is not negative", forall()(q, ">=", 0)),
    Assumption("F-0", "nothing is summed at first", forall()(F(0), "=", 0)),
    Assumption(
        "F-step",
        "at most q G^-beta is added, and only where the last token is of the class",
        along(q * z(x(t)) * power(-beta, t), ">=", F(t + 1) - F(t)),
    ),
)
tau = beta - sigma
slope = c * beta / tau


def _class() -> tuple[Step, ...]:
    """0 <= z <= 1, and n(t) >= 0 grows by z(x(t + 1))."""
    off = 1 - z(k)
    halves = (("z-least", z(k), "z-square"), ("z-most", off, "z-off"))
    return (
        Step("z-square", forall(k)(z(k) ** 2, ">=", 0), "sign"),
        Step("z-off", forall(k)(off**2, ">=", 0), "sign"),
        *(
            Step(
                name,
                forall(k)(term, ">=", 0),
                "combine",
                (square, "class"),
                {square: ONE, "class": -ONE},
            )
            for name, term, square in halves
        ),
        Step("last-least", along(z(x(t)), ">=", 0), "instance", ("z-least", "tokens"), {k: x(t)}),
        Step("last-most", along(1 - z(x(t)), ">=", 0), "instance", ("z-most", "tokens"), {k: x(t)}),
        Step(
            "n-least",
            along(counted(t), ">=", 0),
            "combine",
            ("z-least", "N-positive"),
            {"z-least": (N(t, k), k)},
        ),
        Step(
            "n-next",
            along(counted(t + 1), "=", counted(t) + z(x(t + 1))),
            "combine",
            ("counted", "tokens"),
            {"counted": (z(k), k)},
        ),
    )


def _parts() -> tuple[Step, ...]:
    """n(t) (G(t)^-beta - G(t + 1)^-beta) <= c (beta / tau) (G(t)^-tau - G(t + 1)^-tau)."""
    u, positive = rise(G(t)), ("G-positive", "G-after")
    fall = power(-beta, t) - power(-beta, t + 1)
    after = power(-tau, t + 1)

    def tangent(name: str, at: Expr) -> Step:
        return Step(name, along(exp(at), ">=", 1 + at), "tangent", positive, {"at": at})

    return (
        Step(
            "beta", forall()(beta, ">", 0), "combine", ("above", "sigma"), {"above": 1, "sigma": 1}
        ),
        Step(
            "lower",
            along(-beta * log(G(t)), ">=", -beta * log(G(t + 1))),
            "combine",
            ("G-rise", "beta", *positive),
            {"G-rise": beta},
        ),
        Step(
            "falls",
            along(power(-beta, t), ">=", power(-beta, t + 1)),
            "exponential",
            ("lower", *positive),
        ),
        tangent("tangent-down", -sigma * u),
        tangent("tangent-up", tau * u),
        Step(
            "c",
            forall()(c, ">=", 0),
            "combine",
            ("few-0", "n-least-0", "G-positive-0"),
            {"few-0": power(-sigma, 0), "n-least-0": power(-sigma, 0)},
        ),
        Step(
            "parts",
            along(slope * (power(-tau, t) - after), ">=", counted(t) * fall),
            "combine",
            ("few", "tangent-down", "tangent-up", "falls", "c", "sigma", "above", *positive),
            {"few": fall, "tangent-down": c * after, "tangent-up": c * after * sigma / tau},
        ),
    )


def _powers_at_first() -> tuple[Step, ...]:
    """1 >= G(0)^-beta and 1 >= G(0)^-tau."""
    return (
        Step("log-0", forall()(log(G(0)), ">=", 0), "logarithm", ("G-held-0", "G-positive-0")),
        *(
            step
            for name, rate, sign in (("beta", beta, "beta"), ("tau", tau, "above"))
            for step in (
                Step(
                    f"{name}-log",
                    forall()(0, ">=", -rate * log(G(0))),
                    "combine",
                    ("log-0", sign, "G-positive-0"),
                    {"log-0": rate},
                ),
                Step(
                    f"{name}-first",
                    forall()(1, ">=", power(-rate, 0)),
                    "exponential",
                    (f"{name}-log", "G-positive-0"),
                ),
            )
        ),
    )


def _sum_below() -> tuple[Step, ...]:
    """F + q z(x) G^-beta <= q (n G^-beta + 1 + c beta / tau (1 - G^-tau)), by induction on t."""

    def below(time: Any) -> tuple[Expr, str, Expr]:
        B = power(-beta, time)
        bound = counted(time) * B + 1 + slope * (1 - power(-tau, time))
        return q * bound, ">=", F(time) + q * z(x(time)) * B

    return (
        Step(
            "below-0",
            forall()(*below(0)),
            "combine",
            (
                "F-0",
                "n-least-0",
                "last-most-0",
                "beta-first",
                "tau-first",
                "last-least-0",
                "c",
                "q",
                "beta",
                "above",
                "G-positive-0",
            ),
            {
                "F-0": -ONE,
                "n-least-0": q * power(-beta, 0),
                "last-most-0": q,
                "beta-first": q * z(x(0)),
                "tau-first": q * slope,
            },
        ),
        Step("below-m", forall()(*below(m)), "suppose"),
        Step(
            "below-next",
            forall()(*below(m + 1)),
            "combine",
            (
                *("below-m", "parts-m", "n-next-m", "F-step-m", "q"),
                *("above", "G-after-m"),
            ),
            {
                "below-m": ONE,
                "parts-m": q,
                "n-next-m": q * power(-beta, m + 1),
                "F-step-m": ONE,
            },
        ),
        induction("below", along(*below(t)), "above", "G-positive-0", "G-positive-m", "G-after-m"),
    )


def rare_sum() -> Theorem:
    """E32: a sum of q G(s)^-beta or less over the times s < t of a class that is counted rarely."""
    shared = leading_to((*held(), *winner_rises()), "N-positive", "G-rise", "G-after")
    start = ("G-held", "G-positive", "n-least", "last-least", "last-most")
    result = along(q * (1 + slope), ">=", F(t))
    return Theorem(
        "loser-growth/rare",
        result,
        (*PATH, WINNER, CLASS, *RARE),
        (),
        (
            *shared,
            *_class(),
            *at_time(ZERO, "0", picked((*shared, *_class(), *RARE), *start)),
            *at_time(ZERO, "0", picked(RARE, "few"), "G-positive-0"),
            *_parts(),
            *_powers_at_first(),
            *at_time(m, "m", picked((*shared, *_class()), "G-positive", "G-after", "n-next")),
            *at_time(m, "m", picked(_parts(), "parts"), "above", "G-positive-m", "G-after-m"),
            *at_time(m, "m", picked(RARE, "F-step"), "G-positive-m"),
            *_sum_below(),
            Step(
                "rest",
                along(c * sigma / tau * power(-tau, t), ">=", 0),
                "sign",
                ("c", "sigma", "above", "G-positive"),
            ),
            Step(
                "rare",
                result,
                "combine",
                ("below", "few", "last-least", "rest", "q", "above", "G-positive"),
                {
                    "below": ONE,
                    "few": q * power(-beta, t),
                    "last-least": q * power(-beta, t),
                    "rest": q,
                },
            ),
        ),
        fixed=(m,),
    )


def picked(facts: tuple[Assumption | Step, ...], *names: str) -> tuple[Assumption | Step, ...]:
    """Those of the facts that are named."""
    return tuple(fact for fact in facts if fact.name in names)


# the tokens other than g

C = Function("C")
eps, kappa, rho = Symbol("eps"), Symbol("kappa"), Symbol("rho")
cb = Symbol("cb")
HALF = Rational(1, 2)


def others(time: Any) -> Expr:
    """Y: how often tokens other than g have been counted."""
    return total(N(time, j), j) - G(time)


off = 1 - bit(g, t)
"""1 where the last token is not g, else 0."""
liked = P(x(t), g)

NEAR = Assumption(
    "near",
    "the tokens other than g are at most eps times as many as g",
    along(eps * G(t), ">=", others(t)),
)
KAPPA = Assumption(
    "kappa-rows",
    "every row likes each token at most kappa times as much as g",
    forall(i, k)(kappa * P(i, g), ">=", P(i, k)),
)
FAVOURITE = Assumption(
    "liked",
    "row g likes each other token at most rho times as much as g",
    forall(k)(P(g, g) * (rho + delta(k, g)), ">=", P(g, k)),
)
TWO = Assumption("two", "there are two tokens or more", forall()(K - 2, ">=", 0))
RATE = Assumption(
    "rate", "sigma is rho + kappa eps or more", forall()(sigma, ">=", rho + kappa * eps)
)
OTHERS = (
    Assumption("C-0", "C is 0 at first", forall()(C(0), "=", 0)),
    Assumption(
        "C-step",
        "C adds up the chances of tokens other than g, divided by their count",
        along(
            C(t + 1),
            "=",
            C(t) + (total(N(t, j) * P(x(t), j), j) - G(t) * liked) / (Z(t) * others(t)),
        ),
    ),
    Assumption("noise-b", "their noise is bounded", along(cb, ">=", (log(others(t)) - C(t)) ** 2)),
)


def noise_below(
    name: str, noise: Expr, bound: Symbol, fact: str, *defined: str
) -> tuple[Step, ...]:
    """(bound + 1) / 2 >= noise, from the fact bound >= noise^2."""
    square = f"{name}-square"
    return (
        Step(square, along((noise - 1) ** 2, ">=", 0), "sign", defined),
        Step(
            name,
            along((bound + 1) / 2, ">=", noise),
            "combine",
            (fact, square, *defined),
            {fact: HALF, square: HALF},
        ),
    )


def when(value: Expr) -> Callable[[Any], Expr]:
    """The value, in t, at a time."""
    return lambda time: instantiate(value, {t: time})


def chance_of_winner() -> tuple[Step, ...]:
    """Z(t) >= G(t) P(x(t), g), and 0 <= off <= 1."""
    row = along(P(x(t), k), ">", 0, (k, ONE, K))
    rest = 1 - delta(k, g)
    return (
        Step(
            "Z-positive", along(Z(t), ">", 0), "sign", ("Z", "N-positive", "P-positive", "tokens")
        ),
        Step("row", row, "instance", ("P-positive", "tokens"), {i: x(t)}),
        Step("liked-positive", along(liked, ">", 0), "instance", ("row", "winner"), {k: g}),
        Step("rest-square", forall(k)(rest**2, ">=", 0), "sign"),
        Step("rest", forall(k)(rest, ">=", 0), "combine", ("rest-square",), {"rest-square": ONE}),
        Step(
            "norm",
            along(Z(t), ">=", G(t) * liked),
            "combine",
            ("row", "rest", "N-positive", "Z", "winner"),
            {"row": (rest * N(t, k), k)},
        ),
        Step("own", along(bit(g, t), ">=", 0), "sign"),
        Step("off-square", along(off**2, ">=", 0), "sign"),
        Step("off", along(off, ">=", 0), "combine", ("off-square",), {"off-square": ONE}),
    )


def _others_held() -> tuple[Step, ...]:
    """Y(t) > 0 grows by one where the new token is not g."""
    count = others(t)
    return (
        Step(
            "held-others",
            along(count, ">=", 1),
            "combine",
            ("present", "two", "rest", "winner"),
            {"present": (1 - delta(k, g), k), "two": ONE},
        ),
        Step(
            "others-positive",
            along(count, ">", 0),
            "combine",
            ("held-others", "one"),
            {"held-others": ONE, "one": ONE},
        ),
        Step(
            "others-next",
            along(others(t + 1), "=", count + 1 - bit(g, t + 1)),
            "combine",
            ("counted", "tokens", "winner"),
            {"counted": (1 - delta(k, g), k)},
        ),
    )


def _drift() -> tuple[Step, ...]:
    """C <= rho (log G + 1 - own / G) + kappa (Y / G + eps log G - off / G)."""
    own, new, Y, other = bit(g, t), bit(g, t + 1), others(t), 1 - delta(k, g)
    bound = rho * (log(G(t)) + 1 - own / G(t)) + kappa * (Y / G(t) + eps * log(G(t)) - off / G(t))
    value = when(bound - C(t))
    chance = total(N(t, j) * P(x(t), j), j) - G(t) * liked
    signs = ("rho", "kappa", "eps")
    return (
        Step(
            "own-row",
            along(own * rho * liked * Y, ">=", own * chance),
            "combine",
            ("liked", "rest", "N-positive", "winner"),
            {"liked": (own * N(t, k) * other, k)},
        ),
        Step(
            "other-rows",
            along(kappa * P(x(t), g), ">=", P(x(t), k), (k, ONE, K)),
            "instance",
            ("kappa-rows", "tokens"),
            {i: x(t)},
        ),
        Step(
            "off-row",
            along(off * kappa * liked * Y, ">=", off * chance),
            "combine",
            ("other-rows", "rest", "off", "N-positive", "winner"),
            {"other-rows": (off * N(t, k) * other, k)},
        ),
        Step(
            "eps",
            forall()(eps, ">=", 0),
            "combine",
            ("near-0", "others-positive-0", "G-positive-0"),
            {"near-0": 1 / G(0), "others-positive-0": 1 / G(0)},
        ),
        Step(
            "drift-0",
            forall()(value(ZERO), ">=", 0),
            "combine",
            (
                *("log-0", "G-held-0", "off-0", "held-others-0", "own-0", "C-0"),
                *(*signs, "G-positive-0"),
            ),
            {
                "log-0": rho + kappa * eps,
                "G-held-0": rho / G(0),
                "off-0": rho / G(0),
                "held-others-0": kappa / G(0),
                "own-0": kappa / G(0),
                "C-0": -ONE,
            },
        ),
        Step(
            "drift-grows",
            along(value(t + 1), ">=", value(t)),
            "combine",
            (
                *(
                    "own-row",
                    "off-row",
                    "norm",
                    "near",
                    "G-least",
                    "others-next",
                    "G-next",
                    "C-step",
                ),
                *(*signs, "off"),
                *("Z-positive", "others-positive", "G-positive", "G-after"),
            ),
            {
                "own-row": 1 / (Z(t) * Y),
                "off-row": 1 / (Z(t) * Y),
                "norm": (own * rho + off * kappa) / (Z(t) * G(t)),
                "near": kappa * new / (G(t) * G(t + 1)),
                "G-least": rho + kappa * eps,
                "others-next": kappa / G(t + 1),
                "G-next": -kappa * Y / (G(t) * G(t + 1)),
                "C-step": -ONE,
            },
        ),
        *never_falls("drift", value, "G-after-m", at_0=("G-positive-0",), at_m=("G-positive-m",)),
    )


def rates(share: Symbol = rho) -> tuple[Step, ...]:
    """That share >= 0 and kappa > 0: each compares row g at g with itself."""
    return (
        Step(
            "own-liked",
            forall()(P(g, g) * (share + 1), ">=", P(g, g)),
            "instance",
            ("liked", "winner"),
            {k: g},
        ),
        Step("row-g", forall(k)(P(g, k), ">", 0), "instance", ("P-positive", "winner"), {i: g}),
        Step("kept", forall()(P(g, g), ">", 0), "instance", ("row-g", "winner"), {k: g}),
        Step(
            share.name,
            forall()(share, ">=", 0),
            "combine",
            ("own-liked", "kept"),
            {"own-liked": 1 / P(g, g)},
        ),
        Step(
            "row-kappa",
            forall(k)(kappa * P(g, g), ">=", P(g, k)),
            "instance",
            ("kappa-rows", "winner"),
            {i: g},
        ),
        Step(
            "own-kappa",
            forall()(kappa * P(g, g), ">=", P(g, g)),
            "instance",
            ("row-kappa", "winner"),
            {k: g},
        ),
        Step(
            "kappa",
            forall()(kappa, ">", 0),
            "combine",
            ("own-kappa", "one", "kept"),
            {"own-kappa": 1 / P(g, g), "one": ONE},
        ),
    )


def others_bounded() -> Theorem:
    """E32: the tokens other than g are counted at most G^sigma times, up to a factor."""
    result = along(sigma * (1 + log(G(t))) + (cb + 1) / 2, ">=", log(others(t)))
    shared = (
        *leading_to((*held(), *winner_rises()), "N-positive", "G-least", "G-new", "G-next"),
        *leading_to(chance_of_winner(), "Z-positive", "norm", "own", "off"),
        *_others_held(),
        Step("log", along(log(G(t)), ">=", 0), "logarithm", ("G-held", "G-positive")),
    )
    start = ("G-positive", "G-held", "held-others", "others-positive", "own", "off")
    return Theorem(
        "loser-growth/others",
        result,
        (*PATH, WINNER, POSITIVE, TWO, NEAR, KAPPA, FAVOURITE, RATE, *OTHERS),
        (NORM,),
        (
            *shared,
            *at_time(ZERO, "0", (*picked(shared, *start), NEAR)),
            *at_time(ZERO, "0", picked(shared, "log"), "G-positive-0"),
            *at_time(m, "m", picked(shared, "G-positive", "G-after")),
            *rates(),
            *_drift(),
            *noise_below("noise", log(others(t)) - C(t), cb, "noise-b", "others-positive"),
            Step(
                "others",
                result,
                "combine",
                (
                    *("noise", "drift", "near", "own", "off", "rate", "log"),
                    *("rho", "kappa", "others-positive", "G-positive"),
                ),
                {
                    "noise": ONE,
                    "drift": ONE,
                    "near": kappa / G(t),
                    "own": rho / G(t),
                    "off": kappa / G(t),
                    "rate": 1 + log(G(t)),
                },
            ),
        ),
        fixed=(m,),
    )
