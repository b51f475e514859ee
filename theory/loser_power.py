r"""Claim E32: along a path, a loser's count stays within a factor of a power of the winner's.

Row g likes token b rho times as much as g.  Let C and D add up, along the path, the chances of b
and of g, divided by their counts, so that log N(b) - C and log G - D are noise, which is taken to
be bounded, and R the 1 / G(s) of the times s with a last token other than g, R <= r.  Where the
last token is g, C and rho D grow alike; elsewhere C grows by at most kappa / G and rho D by at most
rho / G.  Hence rho D - rho R <= C <= rho D + kappa R, and

    |log N(t, b) - rho log G(t)| <= (cb + 1) / 2 + rho (cg + 1) / 2 + (kappa + rho) r.
"""

from sympy import Expr, Integer, Symbol, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.loser_growth import KAPPA, OFF, WINNER_NOISE, C, D, R, cb, cg, chance_of_winner, kappa
from theory.loser_growth import liked, noise_below, off, rates, rho, when
from theory.notation import K, forall, i, k, member
from theory.path import NORM, PATH, WINNER, G, N, Z, along, at_time, bit, g, held, leading_to, m
from theory.path import never_falls, t, winner_rises, x
from theory.walk import POSITIVE

__all__ = ["LOSER", "b", "growth", "lower", "r", "upper"]

ONE, ZERO = Integer(1), Integer(0)
b, r = Symbol("b", integer=True), Symbol("r")

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
GIVEN = (*PATH, WINNER, POSITIVE, *LOSER, *OFF, *WINNER_NOISE)
ROWS = (*PATH, WINNER, POSITIVE, KAPPA, *LOSER, *OFF, *WINNER_NOISE)
noise = (cb + 1) / 2 + rho * (cg + 1) / 2
excess = log(N(t, b)) - rho * log(G(t))
LOGS = ("b-counted", "G-positive")
SHARED = (*held(), *winner_rises(), *chance_of_winner(), *leading_to(rates(), "kappa"))


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


def _drift(
    factors: dict[str, Expr], uses: tuple[str, ...], where: dict[str, Expr]
) -> tuple[Step, ...]:
    """That factor C + factor D + factor R >= 0: it never falls, by uses and where."""
    value = sum((factors[str(f)] * f(t) for f in (C, D, R)), ZERO)
    start = {f"{name}-0": factor for name, factor in factors.items()}
    steps = {f"{name}-step": factor for name, factor in factors.items()}
    defined = ("rho", "Z-positive", "G-positive")
    return (
        Step(
            "drift-0",
            forall()(when(value)(ZERO), ">=", 0),
            "combine",
            tuple(start),
            start,
        ),
        Step(
            "drift-grows",
            along(when(value)(t + 1), ">=", value),
            "combine",
            (*steps, "rate", *uses, *defined),
            steps | where,
        ),
        *never_falls("drift", when(value)),
    )


def upper() -> Theorem:
    """E32: token b is counted at most exp(c) G^rho times."""
    result = along(noise + kappa * r, ">=", excess)
    steps = (
        *SHARED,
        *_token_b(),
        Step(
            "b-rows",
            along(kappa * liked, ">=", P(x(t), b)),
            "instance",
            ("kappa-rows", "tokens", "loser"),
            {i: x(t), k: b},
        ),
        Step(
            "more",
            along(off * rho * liked / Z(t), ">=", 0),
            "sign",
            ("off", "rho", "liked-positive", "Z-positive"),
        ),
        *_drift(
            {"C": -ONE, "D": rho, "R": kappa},
            ("b-rows", "norm", "more", "off", "kappa"),
            {
                "rate": bit(g, t) / Z(t),
                "b-rows": off / Z(t),
                "norm": off * kappa / (Z(t) * G(t)),
                "more": ONE,
            },
        ),
        *noise_below("noise-of-b", log(N(t, b)) - C(t), cb, "noise-b", "b-counted"),
        *noise_below("noise-of-g", D(t) - log(G(t)), cg, "noise-g", "G-positive"),
        Step(
            "upper",
            result,
            "combine",
            ("noise-of-b", "noise-of-g", "drift", "off-g", "rho", "kappa", *LOGS),
            {"noise-of-b": ONE, "noise-of-g": rho, "drift": ONE, "off-g": kappa},
        ),
    )
    return Theorem("loser-growth/upper", result, ROWS, (NORM,), leading_to(steps, "upper"), (m,))


def lower() -> Theorem:
    """E32: token b is counted at least exp(-c) G^rho times."""
    result = along(noise + rho * r, ">=", -excess)
    steps = (
        *SHARED,
        *_token_b(),
        Step(
            "more",
            along(off * P(x(t), b) / Z(t), ">=", 0),
            "sign",
            ("off", "b-liked", "Z-positive"),
        ),
        *_drift(
            {"C": ONE, "D": -rho, "R": rho},
            ("norm", "more", "off"),
            {"rate": -bit(g, t) / Z(t), "norm": off * rho / (Z(t) * G(t)), "more": ONE},
        ),
        *noise_below("noise-of-b", C(t) - log(N(t, b)), cb, "noise-b", "b-counted"),
        *noise_below("noise-of-g", log(G(t)) - D(t), cg, "noise-g", "G-positive"),
        Step(
            "lower",
            result,
            "combine",
            ("noise-of-b", "noise-of-g", "drift", "off-g", "rho", *LOGS),
            {"noise-of-b": ONE, "noise-of-g": rho, "drift": ONE, "off-g": rho},
        ),
    )
    return Theorem("loser-growth/lower", result, GIVEN, (NORM,), leading_to(steps, "lower"), (m,))


def growth() -> Theorem:
    """E32: log N(t, b) and rho log G(t) differ by at most a constant."""
    most, least = upper(), lower()
    c = noise + (kappa + rho) * r
    result = along(c**2, ">=", excess**2)
    steps = (
        *SHARED,
        *_token_b(),
        Step("upper", most.conclusion, "cite", tuple(most.given), {"theorem": most}),
        Step("lower", least.conclusion, "cite", tuple(least.given), {"theorem": least}),
        *at_time(ZERO, "0", LOSER[2:3]),
        Step(
            "r", forall()(r, ">=", 0), "combine", ("off-g-0", "R-0"), {"off-g-0": ONE, "R-0": ONE}
        ),
        Step(
            "above",
            along(c - excess, ">=", 0),
            "combine",
            ("upper", "r", "rho", *LOGS),
            {"upper": ONE, "r": rho},
        ),
        Step(
            "below",
            along(c + excess, ">=", 0),
            "combine",
            ("lower", "r", "kappa", *LOGS),
            {"lower": ONE, "r": kappa},
        ),
        Step(
            "growth",
            result,
            "combine",
            ("above", "below", *LOGS),
            {"above": c + excess},
        ),
    )
    return Theorem("loser-growth/path", result, ROWS, (NORM,), leading_to(steps, "growth"), (m,))
