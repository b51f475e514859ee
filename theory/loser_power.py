r"""Claim E32: along a path, a loser's count stays within a factor of a power of the winner's.

Row g likes token b rho times as much as g.  Let C and D add up, along the path, the chances of b
and of g, divided by their counts, so that log N(b) - C and log G - D are noise, which is taken to
be bounded, and R the 1 / G(s) of the times s with a last token other than g, R <= r.  Where the
last token is g, C and rho D grow alike, by at most rho / G; elsewhere C grows by at most kappa / G
and rho D by at most rho / G.  Hence

    rho D - rho R <= C <= rho (1 + log G) + kappa R,

and log N(t, b) and rho log G(t) differ by at most a constant.
"""

from sympy import Function, Integer, Symbol, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.loser_growth import KAPPA, C, cb, chance_of_winner, kappa, liked, noise_below, off
from theory.loser_growth import picked, rates, rho, when
from theory.notation import K, forall, i, k, member
from theory.path import NORM, PATH, WINNER, G, N, Z, along, at_time, bit, g, held, leading_to, m
from theory.path import never_falls, t, winner_rises, x
from theory.walk import POSITIVE

__all__ = ["LOSER", "D", "R", "b", "cg", "excess", "growth", "lower", "r", "upper"]

ONE, ZERO = Integer(1), Integer(0)
D, R = Function("D"), Function("R")
b, cg, r = Symbol("b", integer=True), Symbol("cg"), Symbol("r")

OFF = (
    Assumption("R-0", "R is 0 at first", forall()(R(0), "=", 0)),
    Assumption(
        "R-step",
        "where the last token is not g, R grows by 1 / G",
        along(R(t + 1), "=", R(t) + off / G(t)),
    ),
)
WINNER_NOISE = (
    Assumption("D-0", "D is 0 at first", forall()(D(0), "=", 0)),
    Assumption(
        "D-step",
        "D adds up the chances of g, divided by G",
        along(D(t + 1), "=", D(t) + liked / Z(t)),
    ),
    Assumption("noise-g", "the noise of g is bounded", along(cg, ">=", (log(G(t)) - D(t)) ** 2)),
)
LOSER = (
    Assumption("loser", "b is a token", member(b, 1, K)),
    Assumption(
        "rate", "row g likes b rho times as much as g", forall()(rho * P(g, g), "=", P(g, b))
    ),
    Assumption("off-g", "R is at most r", along(r, ">=", R(t))),
    Assumption("C-0", "C is 0 at first", forall()(C(0), "=", 0)),
    Assumption(
        "C-step",
        "C adds up the chances of b, divided by its count",
        along(C(t + 1), "=", C(t) + P(x(t), b) / Z(t)),
    ),
    Assumption("noise-b", "the noise of b is bounded", along(cb, ">=", (log(N(t, b)) - C(t)) ** 2)),
)
excess = log(N(t, b)) - rho * log(G(t))
LOGS = ("b-counted", "G-positive")
SHARED = (
    *held(),
    *winner_rises(),
    Step("log", along(log(G(t)), ">=", 0), "logarithm", ("G-held", "G-positive")),
    *chance_of_winner(),
    *leading_to(rates(), "kappa"),
)


def _token_b() -> tuple[Step, ...]:
    """N(t, b), P(x(t), b) and rho are positive."""
    return (
        Step("b-counted", along(N(t, b), ">", 0), "instance", ("N-positive", "loser"), {k: b}),
        Step("b-liked", along(P(x(t), b), ">", 0), "instance", ("row", "loser"), {k: b}),
        Step("g-likes-b", forall()(P(g, b), ">", 0), "instance", ("row-g", "loser"), {k: b}),
        Step(
            "rho",
            forall()(rho, ">", 0),
            "combine",
            ("rate", "g-likes-b", "kept"),
            {"rate": 1 / P(g, g), "g-likes-b": 1 / P(g, g)},
        ),
    )


def _most() -> tuple[Step, ...]:
    """C <= rho (1 + log G - own / G) + kappa R."""
    own = bit(g, t)
    value = when(rho * (1 + log(G(t)) - own / G(t)) + kappa * R(t) - C(t))
    signs = ("rho", "kappa", "off", "Z-positive", "G-positive", "G-after")
    at_first = picked(SHARED, "G-positive", "G-held", "off")
    return (
        *at_time(ZERO, "0", at_first),
        *at_time(ZERO, "0", picked(SHARED, "log"), "G-positive-0"),
        *at_time(m, "m", picked(SHARED, "G-positive", "G-after")),
        Step(
            "b-rows",
            along(kappa * liked, ">=", P(x(t), b)),
            "instance",
            ("kappa-rows", "tokens", "loser"),
            {i: x(t), k: b},
        ),
        Step(
            "most-0",
            forall()(value(ZERO), ">=", 0),
            "combine",
            ("log-0", "G-held-0", "off-0", "R-0", "C-0", "rho", "G-positive-0"),
            {
                "log-0": rho,
                "G-held-0": rho / G(0),
                "off-0": rho / G(0),
                "R-0": kappa,
                "C-0": -ONE,
            },
        ),
        Step(
            "most-grows",
            along(value(t + 1), ">=", value(t)),
            "combine",
            ("G-least", "rate", "b-rows", "norm", "R-step", "C-step", *signs),
            {
                "G-least": rho,
                "rate": own / Z(t),
                "b-rows": off / Z(t),
                "norm": (own * rho + off * kappa) / (Z(t) * G(t)),
                "R-step": kappa,
                "C-step": -ONE,
            },
        ),
        *never_falls("most", value, "G-after-m", at_0=("G-positive-0",), at_m=("G-positive-m",)),
    )


def upper() -> Theorem:
    """E32: token b is counted at most exp(c) G^rho times."""
    result = along((cb + 1) / 2 + rho + kappa * r, ">=", excess)
    steps = (
        *SHARED,
        *_token_b(),
        *_most(),
        *noise_below("noise-of-b", log(N(t, b)) - C(t), cb, "noise-b", "b-counted"),
        Step(
            "upper",
            result,
            "combine",
            ("noise-of-b", "most", "own", "off-g", "rho", "kappa", *LOGS),
            {"noise-of-b": ONE, "most": ONE, "own": rho / G(t), "off-g": kappa},
        ),
    )
    given = (*PATH, WINNER, POSITIVE, KAPPA, *LOSER, *OFF)
    return Theorem("loser-growth/upper", result, given, (NORM,), leading_to(steps, "upper"), (m,))


def _least() -> tuple[Step, ...]:
    """C >= rho D - rho R."""
    value = when(C(t) - rho * D(t) + rho * R(t))
    return (
        Step(
            "rest-of-b",
            along(off * P(x(t), b) / Z(t), ">=", 0),
            "sign",
            ("off", "b-liked", "Z-positive"),
        ),
        Step(
            "least-0",
            forall()(value(ZERO), ">=", 0),
            "combine",
            ("C-0", "D-0", "R-0"),
            {"C-0": ONE, "D-0": -rho, "R-0": rho},
        ),
        Step(
            "least-grows",
            along(value(t + 1), ">=", value(t)),
            "combine",
            (
                *("rate", "norm", "rest-of-b", "C-step", "D-step", "R-step"),
                *("rho", "off", "Z-positive", "G-positive"),
            ),
            {
                "rate": -bit(g, t) / Z(t),
                "norm": off * rho / (Z(t) * G(t)),
                "rest-of-b": ONE,
                "C-step": ONE,
                "D-step": -rho,
                "R-step": rho,
            },
        ),
        *never_falls("least", value),
    )


def lower() -> Theorem:
    """E32: token b is counted at least exp(-c) G^rho times."""
    result = along((cb + 1) / 2 + rho * (cg + 1) / 2 + rho * r, ">=", -excess)
    steps = (
        *SHARED,
        *_token_b(),
        *_least(),
        *noise_below("noise-of-b", C(t) - log(N(t, b)), cb, "noise-b", "b-counted"),
        *noise_below("noise-of-g", log(G(t)) - D(t), cg, "noise-g", "G-positive"),
        Step(
            "lower",
            result,
            "combine",
            ("noise-of-b", "noise-of-g", "least", "off-g", "rho", *LOGS),
            {"noise-of-b": ONE, "noise-of-g": rho, "least": ONE, "off-g": rho},
        ),
    )
    given = (*PATH, WINNER, POSITIVE, *LOSER, *OFF, *WINNER_NOISE)
    return Theorem("loser-growth/lower", result, given, (NORM,), leading_to(steps, "lower"), (m,))


def growth() -> Theorem:
    """E32: log N(t, b) and rho log G(t) differ by at most a constant."""
    most, least = upper(), lower()
    c = (cb + 1) / 2 + rho * (cg + 3) / 2 + (kappa + rho) * r
    result = along(c**2, ">=", excess**2)
    steps = (
        *SHARED,
        *_token_b(),
        Step("upper", most.conclusion, "cite", tuple(most.given), {"theorem": most}),
        Step("lower", least.conclusion, "cite", tuple(least.given), {"theorem": least}),
        Step("square", along((log(G(t)) - D(t)) ** 2, ">=", 0), "sign", ("G-positive",)),
        Step(
            "spread",
            along(cg, ">=", 0),
            "combine",
            ("noise-g", "square"),
            {"noise-g": 1, "square": 1},
        ),
        *at_time(ZERO, "0", picked(LOSER, "off-g")),
        Step("spread-0", forall()(cg, ">=", 0), "instance", ("spread",), {t: ZERO}),
        Step("noise", forall()(rho * (cg + 1) / 2, ">=", 0), "sign", ("rho", "spread-0")),
        Step("r", forall()(r, ">=", 0), "combine", ("off-g-0", "R-0"), {"off-g-0": 1, "R-0": 1}),
        Step(
            "above",
            along(c - excess, ">=", 0),
            "combine",
            ("upper", "noise", "r", "rho", *LOGS),
            {"upper": ONE, "noise": ONE, "r": rho},
        ),
        Step(
            "below",
            along(c + excess, ">=", 0),
            "combine",
            ("lower", "r", "rho", "kappa", *LOGS),
            {"lower": ONE, "r": kappa, "rho": ONE},
        ),
        Step("growth", result, "combine", ("above", "below", *LOGS), {"above": c + excess}),
    )
    given = (*PATH, WINNER, POSITIVE, KAPPA, *LOSER, *OFF, *WINNER_NOISE)
    return Theorem("loser-growth/path", result, given, (NORM,), leading_to(steps, "growth"), (m,))
