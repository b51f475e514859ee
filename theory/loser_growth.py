r"""Claim E32: along a path, a loser's count is a power of the winner's.

Tokens of a class (z(k) = 1, else z(k) = 0) that are counted n(t) <= c G(t)^sigma times by time t
are rare: for beta > sigma >= 0, with tau = beta - sigma, a sum F(t) that grows by at most
q z(x(t)) G(t)^-beta, q >= 0, stays below

    q sum_(s < t) z(x(s)) G(s)^-beta <= q (1 + c beta / tau).

Summed by parts: the sum plus z(x(t)) G(t)^-beta - n(t) G(t)^-beta grows in a step by

    n(t) (G(t)^-beta - G(t + 1)^-beta) <= c (beta / tau) (G(t)^-tau - G(t + 1)^-tau),

since tau exp(-sigma u) + sigma exp(tau u) >= beta (two tangents), u = log G(t + 1) - log G(t).
"""

from typing import Any

from sympy import Expr, Function, Integer, Symbol, exp, log

from theory.derivation import Assumption, Step, Theorem
from theory.notation import forall, k, total
from theory.path import PATH, WINNER, G, N, along, at_time, held, induction, leading_to, m, rise
from theory.path import t, winner_rises, x

__all__ = ["CLASS", "beta", "c", "power", "rare_sum", "sigma", "z"]

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
                *("above", "G-positive-m", "G-after-m"),
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
            *at_time(
                m,
                "m",
                picked((*_parts(), *RARE), "parts", "F-step"),
                "above",
                "G-positive-m",
                "G-after-m",
            ),
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
