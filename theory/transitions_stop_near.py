r"""Claim E30: how often b follows a, in the mean, as long as token g has most of the history.

Let near(w) be 1 where the tokens that are not g are at most eps n(g), else 0.
Let g be a largest entry of row g,

    P(g, a) + P(g, b) + 6 kappa eps P(g, g) <= sigma P(g, g),    0 < sigma < 1;

of the other rows we only ask that P(i, a) + P(i, b) <= kappa P(i, g), for any kappa.  In the names
of E28, let Y = 1 if the last token x is not g, else 0, and

    V = U (1 + 2 kappa Y / n(g)).

With S = P(x, a) + P(x, b) and Z the sum of the weights of all tokens, the mean of V after one more
token is less than V by U / Z times

    x is not g:  (1 + 2 kappa / n(g)) (kappa P(x, g) - S)
                 + (sigma + kappa (n(g) - 2 kappa) / n(g)) P(x, g),
    x = g:       sigma P(g, g) - S - 2 kappa / n(g) (Z - n(g) P(g, g) + S).

Where near is 1, 1 <= l - n(g) <= eps n(g) and 6 kappa eps <= 1, so that n(g) >= 6 kappa, and the
first is not negative; neither is the second, as Z - n(g) P(g, g) + S <= 3 (l - n(g)) P(g, g).  As
in E28, the fall of C (l - 1)^-(1 - sigma) pays for the pairs a, b: their mean number, as long as
near is 1,

    num(0, w) = 0
    num(s + 1, w) = near(w) (q(w, a) q(next(w, a), b) + sum_k q(w, k) num(s, next(w, k))),

is at most C (l - 1)^-(1 - sigma) V, C = D(a) D(b) / (1 - sigma), by induction on s.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import forall, i, j, k, total
from theory.transitions import FIRST, GAMMAS, LOSERS, NAMES, PAIRS, SECOND, SPREAD, a, b, both
from theory.transitions import counts, enough, factors, falling, falls, g, length, moves, num
from theory.transitions import pair_below, pairs, past, pays, ratio, sigma, spreads, weight
from theory.transitions_again import TURNED
from theory.transitions_near import FAVOURITE, NEAR, WINNER, bits, eps, near
from theory.walk import NEXT, STEPS, TOKEN, U, WALK, after, at, c, l, last, m, n, q, row, s, w

__all__ = ["bound", "kappa", "transitions_stop"]

delta = KroneckerDelta
V, kappa = Function("V"), Symbol("kappa")
ONE = Integer(1)
here, na, nb, ng, spoken = last(w), n(w, a), n(w, b), n(w, g), l(w)
at_g, z, twice = delta(here, g), delta(g, k), delta(a, b)
norm, rest = total(row(j), j), 1 - near(w)
top, liked = P(g, g), P(g, a) + P(g, b)

ROWS = (
    FIRST,
    SECOND,
    WINNER,
    Assumption("below-one", "sigma is less than one", forall()(1 - sigma, ">", 0)),
    Assumption("eps", "eps is not negative", forall()(eps, ">=", 0)),
    FAVOURITE,
    Assumption(
        "weak",
        "row g likes a and b together at most sigma - 6 kappa eps times as much as g",
        forall()(sigma * top, ">=", liked + 6 * kappa * eps * top),
    ),
    Assumption(
        "other-rows",
        "every row likes a and b together at most kappa times as much as g",
        forall(i)(kappa * P(i, g), ">=", P(i, a) + P(i, b)),
    ),
    SPREAD,
    TURNED,
)
NUMBER = (
    Assumption("num-0", "no token is drawn", at(num(0, w), "=", 0)),
    Assumption(
        "num-step",
        "the mean number of times that b follows a while it is near, by the first of the tokens",
        at(num(s + 1, w), "=", near(w) * (both + total(q(w, k) * num(s, NEXT), k)), STEPS),
    ),
)
HERE = Definition("V", at(V(w), "=", U(w) * (1 + 2 * kappa * (1 - at_g) / ng)))


def bound() -> Expr:
    """C (l - 1)^-(1 - sigma) U (1 + 2 kappa / n(g))."""
    return falling(0) * weight() * (1 + 2 * kappa / ng)


def _levels() -> tuple[Step, ...]:
    """Kappa is positive, sigma not negative, and neither a nor b is g."""
    sum_g = liked + 6 * kappa * eps * top
    steps = [
        Step("top", forall()(top, ">", 0), "sign", ("P-positive", "winner")),
        Step(
            "first-row",
            forall()(kappa * P(1, g), ">=", P(1, a) + P(1, b)),
            "instance",
            ("other-rows",),
            {i: ONE},
        ),
        Step("winner-entry", forall()(P(1, g), ">", 0), "sign", ("P-positive", "winner")),
        Step(
            "kappa",
            forall()(kappa, ">", 0),
            "combine",
            ("first-row", "first-entry", "second-entry", "winner-entry"),
            {name: 1 / P(1, g) for name in ("first-row", "first-entry", "second-entry")},
        ),
        *(
            Step(
                f"{name}-liked",
                forall()(P(g, token), ">", 0),
                "sign",
                ("P-positive", "winner", name),
            )
            for name, token in LOSERS
        ),
        Step(
            "sum-g",
            forall()(sum_g, ">=", 0),
            "sign",
            ("first-liked", "second-liked", "kappa", "eps", "top"),
        ),
        Step(
            "rho",
            forall()(sigma, ">=", 0),
            "combine",
            ("weak", "sum-g", "top"),
            {"weak": 1 / top, "sum-g": 1 / top},
        ),
    ]
    for (name, token), (other, others) in (LOSERS, LOSERS[::-1]):
        same = delta(token, g)
        more = same * (P(g, others) + 6 * kappa * eps * top) / ((1 - sigma) * top)
        steps += [
            Step(f"{name}-same", forall()(same, ">=", 0), "sign"),
            Step(
                f"{name}-more",
                forall()(more, ">=", 0),
                "sign",
                (f"{other}-liked", "kappa", "eps", "top", "below-one"),
            ),
            Step(
                f"{name}-not-same",
                forall()(0, ">=", same),
                "combine",
                ("weak", f"{name}-more", "top", "below-one"),
                {"weak": same / ((1 - sigma) * top), f"{name}-more": ONE},
            ),
            Step(
                f"{name}-apart",
                forall()(same, "=", 0),
                "squeeze",
                (f"{name}-same", f"{name}-not-same"),
            ),
        ]
    return tuple(steps)


def _moves() -> tuple[Step, ...]:
    """V one step later, and its mean."""
    more = 2 * kappa * ratio / ng
    S = P(here, a) + P(here, b)
    lost = -more * q(w, g)
    gain = pairs * (S - sigma * P(here, g)) / norm
    return (
        Step(
            "not-g",
            at((1 - z) / (ng + z), "=", (1 - z) / ng, TOKEN),
            "binary",
            ("bit", "winner-counted"),
            {"term": z},
        ),
        Step(
            "next-V",
            at(V(NEXT), "=", U(NEXT) * (1 + 2 * kappa * (1 - z) / ng), TOKEN),
            "combine",
            ("not-g", "V", "turn", "count-g", "next", "winner-counted"),
            {"not-g": 2 * kappa * U(NEXT)},
        ),
        Step(
            "after-V",
            at(
                after(V),
                "=",
                ratio * (pairs + gain) + more * pairs * (1 - q(w, g) + S / norm),
            ),
            "combine",
            (
                *("next-V", "next-U", "after", "first-apart", "second-apart", "q", "norm"),
                *("first", "second", "winner", *GAMMAS),
            ),
            {
                "next-V": (q(w, k), k),
                "next-U": (2 * kappa / ng * q(w, k) * (1 - z), k),
                "after": ONE,
                "first-apart": lost * (nb + twice + delta(b, g)),
                "second-apart": lost * na,
            },
        ),
    )


def _drift() -> tuple[Step, ...]:
    """V does not rise in the mean where near is 1."""
    off_g = (1 - at_g) ** 2
    S = P(here, a) + P(here, b)
    less = sigma * P(here, g) - S - 2 * kappa / ng * (at_g * norm - ng * P(here, g) + S)
    return (
        Step(
            "other-here",
            at(kappa * P(here, g), ">=", P(here, a) + P(here, b)),
            "instance",
            ("other-rows", "last"),
            {i: here},
        ),
        Step("liked-here", at(P(here, g), ">", 0), "sign", ("P-positive", "last", "winner")),
        *(
            Step(
                f"{name}-favourite",
                forall()(top, ">=", P(g, token)),
                "instance",
                ("favourite", name),
                {k: token},
            )
            for name, token in LOSERS
        ),
        Step(
            "spare-off",
            at(near(w) * off_g * sigma * P(here, g), ">=", 0),
            "sign",
            ("is-near", "rho", "liked-here"),
        ),
        Step(
            "small",
            forall()(1 - 6 * kappa * eps, ">=", 0),
            "combine",
            ("weak", "below-one", "first-liked", "second-liked", "top"),
            {"weak": 1 / top, "below-one": ONE, "first-liked": 1 / top, "second-liked": 1 / top},
        ),
        Step("spare-many", at(near(w) * kappa, ">=", 0), "sign", ("is-near", "kappa")),
        Step(
            "many",
            at(near(w) * (ng - 2 * kappa), ">=", 0),
            "combine",
            ("near", "as-long", "small", "spare-many", "is-near", "kappa", "winner-counted"),
            {
                "near": 6 * kappa,
                "as-long": 6 * kappa * near(w),
                "small": near(w) * ng,
                "spare-many": Integer(4),
            },
        ),
        Step(
            "less",
            at(near(w) * less, ">=", 0),
            "combine",
            (
                *("other-here", "many", "spare-off", "weak", "near", "favourite", "as-long", "l"),
                *("first-favourite", "second-favourite", "is-near", "kappa", "liked-here", "top"),
                *("n-positive", "winner"),
            ),
            {
                "other-here": near(w) * off_g * (1 + 2 * kappa / ng),
                "many": off_g * P(here, g) * kappa / ng,
                "spare-off": ONE,
                "weak": near(w) * at_g,
                "near": at_g * 6 * kappa * top / ng,
                "favourite": (near(w) * at_g * 2 * kappa / ng * n(w, k), k),
                "first-favourite": near(w) * at_g * 2 * kappa / ng,
                "second-favourite": near(w) * at_g * 2 * kappa / ng,
                "as-long": near(w) * at_g * 4 * kappa / ng * top,
            },
        ),
        Step(
            "drift",
            at(near(w) * (V(w) - after(V)), ">=", 0),
            "combine",
            ("after-V", "less", "V", "U", "q", "norm", "winner", *PAIRS, *GAMMAS),
            {"after-V": -near(w), "less": ratio * pairs / norm},
        ),
    )


def _enough() -> tuple[Step, ...]:
    """V >= U, so that V is enough too."""
    more = U(w) * 2 * kappa * (1 - at_g) ** 2 / ng
    return (
        Step("above", at(more, ">=", 0), "sign", ("U-positive", "kappa", "winner-counted")),
        Step(
            "V-positive",
            at(V(w), ">", 0),
            "combine",
            ("U-positive", "above", "V", "winner-counted"),
            {"U-positive": ONE, "above": ONE},
        ),
        Step(
            "V-enough",
            at(V(w), ">=", pairs * exp(-sigma * log(spoken))),
            "combine",
            ("enough", "above", "V", "winner-counted", "length-positive"),
            {"enough": ONE, "above": ONE},
        ),
    )


def _few() -> tuple[Step, ...]:
    """num(s, w) <= c(0, w) V(w), by induction on s."""

    def few(s: Any, *more: Any) -> Judgement:
        return at(c(0, w) * V(w), ">=", num(s, w), *more)

    return (
        Step("paid", at(c(0, w) * V(w), ">=", 0), "sign", ("factor-0", "V-positive")),
        Step("few-0", few(Integer(0)), "combine", ("paid", "num-0"), {"paid": ONE, "num-0": -ONE}),
        Step("few-m", few(m), "suppose"),
        Step(
            "next-few",
            at(c(1, w) * V(NEXT), ">=", num(m, NEXT), TOKEN),
            "instance",
            ("few-m", "next", "follow-0"),
            {w: NEXT},
        ),
        Step(
            "num-first",
            at(num(m + 1, w), "=", near(w) * (both + total(q(w, k) * num(m, NEXT), k))),
            "instance",
            ("num-step",),
            {s: m},
        ),
        Step(
            "few-next",
            few(m + 1),
            "combine",
            (
                *("paid", "pays", "drift", "next-few", "num-first", "factor-1", "chance"),
                *("rest", "is-near"),
            ),
            {
                "paid": rest,
                "pays": near(w),
                "drift": c(1, w),
                "next-few": (near(w) * q(w, k), k),
                "num-first": -ONE,
            },
        ),
        Step(
            "few",
            few(s, STEPS),
            "induct",
            ("few-0", "few-m", "few-next"),
            {"hypothesis": "few-m", "on": m, "index": s},
        ),
    )


def transitions_stop() -> Theorem:
    """E30: the mean number of transitions a -> b near g, whatever the number of steps is."""
    result = at(bound(), ">=", num(s, w), STEPS)
    return Theorem(
        "transitions-stop-near",
        result,
        (*WALK, *NEAR, *ROWS, *NUMBER),
        (*NAMES, HERE),
        (
            *counts(),
            *bits(),
            *spreads(),
            *_levels(),
            *past(),
            *moves(),
            *_moves(),
            *length(),
            *_drift(),
            *enough(),
            *falls(),
            *pair_below(),
            *factors(),
            *_enough(),
            *pays(V, "V-enough"),
            *_few(),
            Step(
                "least",
                at(c(0, w) * U(w) * 2 * kappa * at_g / ng, ">=", 0),
                "sign",
                ("factor-0", "U-positive", "kappa", "winner-counted"),
            ),
            Step(
                "bound",
                result,
                "combine",
                ("few", "least", "V", "c", "U", "below-one", "before", "later", *GAMMAS),
                {"few": ONE, "least": ONE},
            ),
        ),
        fixed=(m,),
    )
