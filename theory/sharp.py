r"""Claim E6: the bound on a loser is sharp, constant and exponent.

Let b and g be different tokens with P(i, b) = rho P(i, g) for all i, and theta < 1 with
P(i, k) <= theta P(i, g) for all k but g; then 0 < rho <= theta.  Let n(g) > rho + theta, let N be
the number of tokens that are not g, and

    U = n(b) Gamma(n(g) - rho) / Gamma(n(g)),
    V = n(b) (N + 1) Gamma(n(g) - rho - theta) / Gamma(n(g)).

U keeps its mean.  V does not rise in the mean: with the weights P(x, k) of the row of the last
token and the norm Z of its law, its relative drift is

    (rho P(x, g) (N + 2) + sum_{k != g} n(k) P(x, k) - (rho + theta) P(x, g) (N + 1)) / (Z (N + 1))
    <= (rho - theta) P(x, g) / (Z (N + 1)) <= 0.

By Wendel's inequality, twice, with l the length of the history,

    n(b) / l >= l^-(1 - rho) U (n(g) - rho) / l,      V >= l^-theta (N + 1) U,

and n(g) - rho >= l - (N + 1), so n(b) / l >= l^-(1 - rho) U - l^-(2 - rho - theta) V.  In the mean,
with s more tokens and t = l + s,

    t^(1 - rho) E[n(b) / t] >= U - t^-(1 - theta) V,

which tends to U, the constant of E8.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, gamma, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import DEFINED, FREQUENCY, HERE_U, RATE, TOKENS, b, counts_positive, g
from theory.domination import moves, rho, weight
from theory.judgement import Judgement
from theory.notation import forall, i, j, k, total
from theory.walk import CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, U, WALK, after, at, c
from theory.walk import first_step, l, last, longer, m, mean, n, q, row, s, w

__all__ = ["lower", "rank_one_sharp", "theta"]

delta = KroneckerDelta
theta = Symbol("theta")
V, fade = Function("V"), Function("fade")
ONE = Integer(1)
here, nb, ng = last(w), n(w, b), n(w, g)
z, y = delta(g, k), delta(b, k)
both = rho + theta
ratio = gamma(ng - rho) / gamma(ng)
ratio_both = gamma(ng - both) / gamma(ng)
wide = l(w) - ng + 1
norm = total(row(j), j)

SHARP = (
    *TOKENS,
    Assumption("two", "b and g are different", forall()(delta(b, g), "=", 0)),
    Assumption("columns", "column b is rho times column g", forall(i)(P(i, b), "=", rho * P(i, g))),
    Assumption(
        "others",
        "every row likes any token but g at most theta times as much as g",
        forall(i, k)(theta * P(i, g), ">=", (1 - z) * P(i, k)),
    ),
    Assumption("theta", "theta is below one", forall()(1 - theta, ">", 0)),
    Assumption("past", "g is held more than rho + theta times", at(ng - both, ">", 0)),
)


def second(loser: Expr, width: Expr, winner: Expr) -> Expr:
    """n(b) (N + 1) Gamma(n(g) - rho - theta) / Gamma(n(g))."""
    return loser * width * gamma(winner - both) / gamma(winner)


SECOND = Definition("V", at(V(w), "=", second(nb, wide, ng)))
FADE = Definition("fade", at(fade(s, w), "=", exp(-(2 - both) * log(l(w) + s)), STEPS))


def _rates() -> tuple[Step, ...]:
    """0 < rho <= theta < 1."""
    liked, held = P(1, g), P(1, b)
    return (
        Step("columns-first", forall()(held, "=", rho * liked), "instance", ("columns",), {i: ONE}),
        Step("entry-b", forall()(held, ">", 0), "sign", ("P-positive", "loser")),
        Step("entry-g", forall()(liked, ">", 0), "sign", ("P-positive", "winner")),
        Step(
            "rho",
            forall()(rho, ">", 0),
            "combine",
            ("entry-b", "columns-first", "entry-g"),
            {"entry-b": 1 / liked, "columns-first": -1 / liked},
        ),
        Step(
            "others-first",
            forall()(theta * liked, ">=", (1 - delta(b, g)) * held),
            "instance",
            ("others", "loser"),
            {i: ONE, k: b},
        ),
        Step(
            "rho-least",
            forall()(theta - rho, ">=", 0),
            "combine",
            ("others-first", "columns-first", "two", "entry-g"),
            {"others-first": 1 / liked, "columns-first": 1 / liked, "two": -held / liked},
        ),
        Step(
            "theta-positive",
            forall()(theta, ">", 0),
            "combine",
            ("rho-least", "rho"),
            {"rho-least": ONE, "rho": ONE},
        ),
        Step(
            "below-one",
            forall()(1 - rho, ">", 0),
            "combine",
            ("rho-least", "theta"),
            {"rho-least": ONE, "theta": ONE},
        ),
    )


def _kept() -> tuple[Step, ...]:
    """U keeps its mean."""
    return (
        *moves(),
        Step(
            "columns-here",
            at(P(here, b), "=", rho * P(here, g)),
            "instance",
            ("columns", "last"),
            {i: here},
        ),
        Step(
            "kept",
            at(U(w), "=", after(U)),
            "combine",
            ("after", "columns-here", "U", "norm", "winner-counted", "past-rho"),
            {"after": -ONE, "columns-here": -ratio * nb / norm},
        ),
    )


def _falls() -> tuple[Step, ...]:
    """V does not rise in the mean."""
    moved = (nb + y) * (wide + 1 - z) * ratio_both * (1 - z * both / ng)
    gammas = ("winner-counted", "past")
    return (
        Step(
            "past-more",
            at(ng + 1 - both, ">", 0),
            "combine",
            ("past", "one"),
            {"past": ONE, "one": ONE},
        ),
        Step(
            "past-next",
            at(ng + z - both, ">", 0, TOKEN),
            "combine",
            ("past", "turn"),
            {"past": ONE, "turn": ONE},
        ),
        Step(
            "ratio-both",
            at(gamma(ng + z - both) / gamma(ng + z), "=", ratio_both * (1 - z * both / ng), TOKEN),
            "binary",
            ("bit", *gammas, "past-next", "past-more"),
            {"term": z},
        ),
        Step(
            "next-V",
            at(V(NEXT), "=", moved, TOKEN),
            "combine",
            ("ratio-both", "V", "count-b", "count-g", "longer", "next", *gammas),
            {"ratio-both": (nb + y) * (wide + 1 - z)},
        ),
        Step(
            "others-here",
            at(theta * P(here, g), ">=", (1 - z) * P(here, k), TOKEN),
            "instance",
            ("others", "last"),
            {i: here},
        ),
        Step(
            "falls",
            at(V(w), ">=", after(V)),
            "combine",
            (
                "next-V",
                "others-here",
                "columns-here",
                "two",
                "rho-least",
                "V",
                "q",
                "l",
                "n-positive",
                "P-positive",
                "last",
                "winner",
                "loser",
                "past",
            ),
            {
                "next-V": (-q(w, k), k),
                "others-here": (ratio_both * nb * n(w, k) * (1 - z) ** 2 / norm, k),
                "columns-here": -ratio_both * nb * (wide + 1) / norm,
                "two": ratio_both * nb * P(here, b) * (1 + wide * both / ng) / norm,
                "rho-least": ratio_both * nb * P(here, g) / norm,
            },
        ),
    )


def _low() -> tuple[Step, ...]:
    """n(b) / l >= l^-(1 - rho) U (n(g) - rho) / l."""
    rest = total(n(w, j) * (1 - delta(j, g)) ** 2 * (1 - delta(j, b)) ** 2, j)
    past = ng + 1 - rho
    defined = ("length-positive", "past-rho-more")
    return (
        Step("rest", at(rest, ">=", 0), "sign", ("n-positive",)),
        Step("loser-held", at(nb, ">=", 1), "instance", ("present", "loser"), {k: b}),
        Step(
            "longer-still",
            at(l(w) - ng, ">=", 1),
            "combine",
            ("rest", "loser-held", "two", "l", "winner", "loser"),
            {"rest": ONE, "loser-held": ONE, "two": -nb},
        ),
        Step("length-positive", at(l(w), ">", 0), "sign", ("l", "n-positive")),
        Step(
            "past-short",
            at(l(w), ">=", past),
            "combine",
            ("longer-still", "rho"),
            {"longer-still": ONE, "rho": ONE},
        ),
        Step("logs", at(log(l(w)), ">=", log(past)), "logarithm", ("past-short", *defined)),
        Step(
            "rates",
            at(-(1 - rho) * log(past), ">=", -(1 - rho) * log(l(w))),
            "combine",
            ("logs", "below-one", *defined),
            {"logs": 1 - rho},
        ),
        Step(
            "powers",
            at(exp(-(1 - rho) * log(past)), ">=", exp(-(1 - rho) * log(l(w)))),
            "exponential",
            ("rates", *defined),
        ),
        Step(
            "wendel",
            at(gamma(ng), ">=", exp(-(1 - rho) * log(past)) * gamma(past)),
            "wendel",
            ("winner-counted", "rho", "below-one", "past-rho-more"),
            {"x": past, "r": 1 - rho},
        ),
        Step(
            "low",
            at(nb / l(w), ">=", exp(-(1 - rho) * log(l(w))) * nb * ratio * (ng - rho) / l(w)),
            "combine",
            ("wendel", "powers", "loser-counted", *DEFINED),
            {
                "wendel": nb / (l(w) * gamma(ng)),
                "powers": nb * (ng - rho) * ratio / l(w),
            },
        ),
    )


def _high() -> tuple[Step, ...]:
    """V >= l^-theta (N + 1) U."""
    past = ng - rho
    defined = ("length-positive", "past-rho")
    return (
        Step(
            "wide",
            at(wide, ">", 0),
            "combine",
            ("longer-still", "one"),
            {"longer-still": ONE, "one": Integer(2)},
        ),
        Step(
            "V-short",
            at(l(w), ">=", past),
            "combine",
            ("longer-still", "rho", "one"),
            {"longer-still": ONE, "rho": ONE, "one": ONE},
        ),
        Step("V-logs", at(log(l(w)), ">=", log(past)), "logarithm", ("V-short", *defined)),
        Step(
            "V-rates",
            at(-theta * log(past), ">=", -theta * log(l(w))),
            "combine",
            ("V-logs", "theta-positive", *defined),
            {"V-logs": theta},
        ),
        Step(
            "V-powers",
            at(exp(-theta * log(past)), ">=", exp(-theta * log(l(w)))),
            "exponential",
            ("V-rates", *defined),
        ),
        Step(
            "V-wendel",
            at(gamma(ng - both), ">=", exp(-theta * log(past)) * gamma(past)),
            "wendel",
            ("past", "theta-positive", "theta", "past-rho"),
            {"x": past, "r": theta},
        ),
        Step(
            "high",
            at(V(w), ">=", exp(-theta * log(l(w))) * wide * nb * ratio),
            "combine",
            ("V-wendel", "V-powers", "V", "wide", "loser-counted", "past", *DEFINED),
            {"V-wendel": nb * wide / gamma(ng), "V-powers": nb * wide * ratio},
        ),
    )


def _mean_above() -> tuple[Step, ...]:
    """mean(s, w) >= c(s, w) U(w) - fade(s, w) V(w), by induction on s."""

    def above(s: Expr, *more: Any) -> Judgement:
        return at(mean(s, w), ">=", c(s, w) * U(w) - fade(s, w) * V(w), *more)

    return (
        Step(
            "start",
            above(Integer(0)),
            "combine",
            (
                "low",
                "high",
                "below-one",
                "mean-0",
                "c",
                "fade",
                "U",
                "f",
                "loser-counted",
                *DEFINED,
            ),
            {
                "low": ONE,
                "high": exp(-(2 - both) * log(l(w))),
                "below-one": exp(-(1 - rho) * log(l(w))) * nb * ratio / l(w),
                "mean-0": ONE,
            },
        ),
        Step("above-m", above(m), "suppose"),
        *(
            Step(
                f"follow-{name}",
                at(rate(m, NEXT), "=", rate(m + 1, w), TOKEN),
                "sums",
                (name, "longer", "length-positive", "next"),
            )
            for name, rate in (("c", c), ("fade", fade))
        ),
        Step(
            "next-above",
            at(mean(m, NEXT), ">=", c(m + 1, w) * U(NEXT) - fade(m + 1, w) * V(NEXT), TOKEN),
            "instance",
            ("above-m", "next", "follow-c", "follow-fade"),
            {w: NEXT},
        ),
        first_step(),
        Step("fading", at(fade(s, w), ">=", 0, STEPS), "sign", ("fade", "length-positive")),
        Step(
            "likely", at(q(w, k), ">=", 0, TOKEN), "sign", ("q", "n-positive", "P-positive", "last")
        ),
        Step(
            "above-next",
            above(m + 1),
            "combine",
            ("next-above", "first-step", "kept", "falls", "fading", "likely"),
            {
                "next-above": (q(w, k), k),
                "first-step": ONE,
                "kept": -c(m + 1, w),
                "falls": fade(m + 1, w),
            },
        ),
        Step(
            "above",
            above(s, STEPS),
            "induct",
            ("start", "above-m", "above-next"),
            {"hypothesis": "above-m", "on": m, "index": s},
        ),
    )


def lower(s: Any) -> Expr:
    """t^-(1 - rho) (U - t^-(1 - theta) V), t = l + s."""
    t = l(w) + s
    loss = exp(-(1 - theta) * log(t)) * second(nb, wide, ng)
    return exp(-(1 - rho) * log(t)) * (weight(nb, ng) - loss)


def rank_one_sharp() -> Theorem:
    """E6: the mean frequency of b is at least what E8 says it is at most, up to t^-(1 - theta)."""
    result = at(mean(s, w), ">=", lower(s), STEPS)
    return Theorem(
        "rank-one-sharp",
        result,
        (*WALK, *SHARP, *MEAN),
        (CHANCES, LENGTH, HERE_U, SECOND, FREQUENCY, RATE, FADE),
        (
            *_rates(),
            *counts_positive(),
            *_kept(),
            longer(),
            *_falls(),
            *_low(),
            *_high(),
            *_mean_above(),
            Step(
                "bound",
                result,
                "combine",
                ("above", "c", "fade", "U", "V", "past", *DEFINED),
                {"above": ONE},
            ),
        ),
        fixed=(m,),
    )
