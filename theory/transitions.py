r"""Claim E28: how often token b follows token a, in the mean, where every row prefers g to both.

Let P(i, k) <= rho(k) P(i, g) for all i and k, sigma = rho(a) + rho(b) < 1, and let no row like a
token k more than D(k) times as much as another.  With d = 1 if a = b, else 0,

    W = n(a) (n(b) + d),    U = W Gamma(n(g) - sigma) / Gamma(n(g)):

as token a adds n(b) + 2 d to W, token b adds n(a), and token g multiplies the quotient of Gammas
by 1 - sigma / n(g), the relative drift of U is

    (P(x, a) + P(x, b) - sigma P(x, g)) / Z <= 0,

x the last token and Z the sum of the weights of all tokens.

The mean number of those i <= s for which tokens number i and i + 1 from now on are a and b is

    num(0, w) = 0
    num(s + 1, w) = q(w, a) q(next(w, a), b) + sum_k q(w, k) num(s, next(w, k)).

As q(w, k) <= D(k) n(k) / l, the first summand is at most D(a) D(b) W / (l (l + 1)).  With
r = 1 - sigma, (l - 1)^-r falls by r l^-r / l or more when l grows by one, and
U >= W l^-sigma (Gamma is log-convex), so that C (l - 1)^-r U, C = D(a) D(b) / r, loses at least
that summand in the mean.  By induction on s,

    num(s, w) <= C (l - 1)^-r U,

whatever s is.  The mean of the right side after s more tokens is at most C (l + s - 1)^-r U.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, gamma, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, i, j, k, member, total
from theory.walk import ALL_HELD, CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, U, WALK, after, at
from theory.walk import bounded_mean, c, f, l, last, longer, m, mean, n, next_, q, row, s, w

__all__ = ["FIRST", "SECOND", "D", "a", "b", "bound", "falling", "g", "h", "num", "r", "rho"]
__all__ += ["transitions_stop"]

delta = KroneckerDelta
num, rho, D = Function("num"), Function("rho"), Function("D")
a, b, g = (Symbol(name, integer=True) for name in "abg")
h, sigma = Symbol("h", integer=True, nonnegative=True), Symbol("sigma")
ONE = Integer(1)
here, na, nb, ng, spoken = last(w), n(w, a), n(w, b), n(w, g), l(w)
twice = delta(a, b)
pairs = na * (nb + twice)
r, C = 1 - sigma, D(a) * D(b)
norm = total(row(j), j)
after_a = next_(w, a)
both = q(w, a) * q(after_a, b)

FIRST = Assumption("first", "a is a token", member(a, 1, K))
SECOND = Assumption("second", "b is a token", member(b, 1, K))
SPREAD = Assumption(
    "spread",
    "every row likes k at most D(k) times as much as any token",
    forall(i, j, k)(D(k) * P(i, j), ">=", P(i, k)),
)
RARE = (
    FIRST,
    SECOND,
    Assumption("winner", "g is a token", member(g, 1, K)),
    Assumption("below-one", "the sum of rho(a) and rho(b) is less than one", forall()(r, ">", 0)),
    Assumption(
        "dominated",
        "every row likes k at most rho(k) times as much as g",
        forall(i, k)(rho(k) * P(i, g), ">=", P(i, k)),
    ),
    SPREAD,
)
NUMBER = (
    Assumption("num-0", "no token is drawn", at(num(0, w), "=", 0)),
    Assumption(
        "num-step",
        "the mean number of times that b follows a, by the first of the tokens",
        at(num(s + 1, w), "=", both + total(q(w, k) * num(s, NEXT), k), STEPS),
    ),
)


def weight() -> Expr:
    """n(a) (n(b) + d) Gamma(n(g) - sigma) / Gamma(n(g))."""
    return pairs * gamma(ng - sigma) / gamma(ng)


def falling(s: Any) -> Expr:
    """D(a) D(b) / r (l + s - 1)^-r, r = 1 - sigma."""
    return C / r * exp(-r * log(spoken + s - 1))


def bound(s: Any) -> Expr:
    """D(a) D(b) / r (l + s - 1)^-r n(a) (n(b) + d) Gamma(n(g) - sigma) / Gamma(n(g))."""
    return falling(s) * weight()


NAMES = (
    CHANCES,
    LENGTH,
    Definition("U", at(U(w), "=", weight())),
    Definition("c", at(c(s, w), "=", falling(s), STEPS)),
)
SUM = Definition("sigma", forall()(sigma, "=", rho(a) + rho(b)))
MEAN_NUMBER = Definition("f", at(f(w), "=", num(h, w)))
LOSERS = (("first", a), ("second", b))
z = delta(g, k)
ratio = gamma(ng - sigma) / gamma(ng)
TOKENS = ("first", "second", "winner")
SPREADS = ("first-D", "second-D")
PAIRS = ("first-counted", "second-counted")
GAMMAS = ("winner-counted", "past")


def counts() -> tuple[Step, ...]:
    """The counts are positive."""
    return (
        *ALL_HELD,
        *(
            Step(
                f"{name}-counted",
                at(n(w, token), ">", 0),
                "instance",
                ("n-positive", name),
                {k: token},
            )
            for name, token in (*LOSERS, ("winner", g))
        ),
        *(
            Step(
                f"{name}-held", at(n(w, token), ">=", 1), "instance", ("present", name), {k: token}
            )
            for name, token in (("first", a), ("winner", g))
        ),
    )


def spreads() -> tuple[Step, ...]:
    """That D of a and of b is positive, from a corner of P; and an entry of g."""
    corner = P(1, 1)
    return (
        Step("corner", forall()(corner, ">", 0), "sign", ("P-positive",)),
        *(
            step
            for name, token in LOSERS
            for step in (
                Step(f"{name}-entry", forall()(P(1, token), ">", 0), "sign", ("P-positive", name)),
                Step(
                    f"{name}-spread",
                    forall()(D(token) * corner, ">=", P(1, token)),
                    "instance",
                    ("spread", name),
                    {i: ONE, j: ONE, k: token},
                ),
                Step(
                    f"{name}-D",
                    forall()(D(token), ">", 0),
                    "combine",
                    (f"{name}-spread", f"{name}-entry", "corner"),
                    {f"{name}-spread": 1 / corner, f"{name}-entry": 1 / corner},
                ),
            )
        ),
    )


def _levels() -> tuple[Step, ...]:
    """That rho of a and of b is positive, and neither is g."""
    top = P(1, g)
    steps = [Step("top", forall()(top, ">", 0), "sign", ("P-positive", "winner"))]
    for name, token in LOSERS:
        steps += [
            Step(
                f"{name}-below",
                forall()(rho(token) * top, ">=", P(1, token)),
                "instance",
                ("dominated", name),
                {i: ONE, k: token},
            ),
            Step(
                f"{name}-rho",
                forall()(rho(token), ">", 0),
                "combine",
                (f"{name}-below", f"{name}-entry", "top"),
                {f"{name}-below": 1 / top, f"{name}-entry": 1 / top},
            ),
        ]
    for (name, token), (other, _) in (LOSERS, LOSERS[::-1]):
        same = delta(token, g)
        steps += [
            Step(
                f"{name}-less",
                forall()(1 - rho(token), ">", 0),
                "combine",
                ("below-one", f"{other}-rho", "sigma"),
                {"below-one": ONE, f"{other}-rho": ONE},
            ),
            Step(f"{name}-same", forall()(same, ">=", 0), "sign"),
            Step(
                f"{name}-not-same",
                forall()(0, ">=", same),
                "combine",
                (f"{name}-below", f"{name}-entry", f"{name}-less"),
                {f"{name}-below": same / (P(1, token) * (1 - rho(token)))},
            ),
            Step(
                f"{name}-apart",
                forall()(same, "=", 0),
                "squeeze",
                (f"{name}-same", f"{name}-not-same"),
            ),
        ]
    return (
        *steps,
        Step("rho", forall()(sigma, ">=", 0), "sign", ("first-rho", "second-rho", "sigma")),
    )


def past() -> tuple[Step, ...]:
    """n(g) > sigma, and so one step later."""
    return (
        Step(
            "past",
            at(ng - sigma, ">", 0),
            "combine",
            ("winner-held", "below-one"),
            {"winner-held": ONE, "below-one": ONE},
        ),
        Step(
            "past-more",
            at(ng + 1 - sigma, ">", 0),
            "combine",
            ("past", "one"),
            {"past": ONE, "one": ONE},
        ),
        Step("to-g", at(z, ">=", 0, TOKEN), "sign"),
        Step(
            "past-next",
            at(ng + z - sigma, ">", 0, TOKEN),
            "combine",
            ("past", "to-g"),
            {"past": ONE, "to-g": ONE},
        ),
    )


def moves() -> tuple[Step, ...]:
    """U one step later, and its mean."""
    moved = (na + delta(a, k)) * (nb + delta(b, k) + twice)
    gain = pairs * (P(here, a) + P(here, b) - sigma * P(here, g)) / norm
    lost = -ratio * sigma * q(w, g) / ng
    return (
        Step("bit", at(z * (z - 1), "=", 0, TOKEN), "sums"),
        Step(
            "ratio",
            at(gamma(ng + z - sigma) / gamma(ng + z), "=", ratio * (1 - z * sigma / ng), TOKEN),
            "binary",
            ("bit", *GAMMAS, "past-next", "past-more"),
            {"term": z},
        ),
        *(
            Step(
                f"count-{token}",
                at(n(NEXT, token), "=", n(w, token) + delta(token, k), TOKEN),
                "instance",
                ("counts", name),
                {j: token},
            )
            for name, token in (*LOSERS, ("winner", g))
        ),
        Step(
            "next-U",
            at(U(NEXT), "=", moved * ratio * (1 - z * sigma / ng), TOKEN),
            "combine",
            ("ratio", "U", "count-a", "count-b", "count-g", "next", *GAMMAS),
            {"ratio": moved},
        ),
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step(
            "after",
            at(after(U), "=", ratio * (pairs + gain)),
            "combine",
            ("next-U", "first-apart", "second-apart", *TOKENS, "q", "norm", *GAMMAS),
            {
                "next-U": (q(w, k), k),
                "first-apart": lost * (nb + twice + delta(b, g)),
                "second-apart": lost * na,
            },
        ),
    )


def _drift() -> tuple[Step, ...]:
    """U does not rise in the mean."""
    return (
        *(
            Step(
                f"{name}-below-here",
                at(rho(token) * P(here, g), ">=", P(here, token)),
                "instance",
                ("dominated", "last", name),
                {i: here, k: token},
            )
            for name, token in LOSERS
        ),
        Step(
            "drift",
            at(U(w), ">=", after(U)),
            "combine",
            (
                "after",
                "first-below-here",
                "second-below-here",
                "U",
                "sigma",
                "norm",
                *PAIRS,
                *GAMMAS,
            ),
            {
                "after": -ONE,
                "first-below-here": ratio * pairs / norm,
                "second-below-here": ratio * pairs / norm,
            },
        ),
    )


def length() -> tuple[Step, ...]:
    """L >= n(g) + 1, as a is there too."""
    others = total(n(w, j) * (1 - delta(j, g) - delta(j, a)) ** 2, j)
    return (
        Step("others", at(others, ">=", 0), "sign", ("n-positive",)),
        Step(
            "as-long",
            at(spoken - 1, ">=", ng),
            "combine",
            ("others", "first-held", "first-apart", "l", "winner", "first"),
            {"others": ONE, "first-held": ONE, "first-apart": -2 * na},
        ),
        Step(
            "before",
            at(spoken - 1, ">", 0),
            "combine",
            ("as-long", "winner-counted"),
            {"as-long": ONE, "winner-counted": ONE},
        ),
        Step(
            "length-positive",
            at(spoken, ">", 0),
            "combine",
            ("before", "one"),
            {"before": ONE, "one": ONE},
        ),
        longer(),
    )


def enough() -> tuple[Step, ...]:
    """U >= n(a) (n(b) + d) l^-sigma."""
    return (
        Step(
            "longer-than",
            at(spoken, ">=", ng),
            "combine",
            ("as-long", "one"),
            {"as-long": ONE, "one": ONE},
        ),
        Step(
            "logs",
            at(log(spoken), ">=", log(ng)),
            "logarithm",
            ("longer-than", "length-positive", "winner-counted"),
        ),
        Step(
            "rates",
            at(-sigma * log(ng), ">=", -sigma * log(spoken)),
            "combine",
            ("logs", "rho", "length-positive", "winner-counted"),
            {"logs": sigma},
        ),
        Step(
            "powers",
            at(exp(-sigma * log(ng)), ">=", exp(-sigma * log(spoken))),
            "exponential",
            ("rates", "length-positive", "winner-counted"),
        ),
        Step(
            "wendel",
            at(gamma(ng - sigma), ">=", exp(-sigma * log(ng)) * gamma(ng)),
            "wendel",
            ("past", "rho", "below-one", "winner-counted"),
            {"x": ng, "r": sigma},
        ),
        Step(
            "enough",
            at(U(w), ">=", pairs * exp(-sigma * log(spoken))),
            "combine",
            ("wendel", "powers", "U", "length-positive", *PAIRS, *GAMMAS),
            {"wendel": pairs / gamma(ng), "powers": pairs},
        ),
    )


def falls() -> tuple[Step, ...]:
    """(l - 1)^-r - l^-r >= r l^-r / l."""
    low, high = log(spoken - 1), log(spoken)
    t = r * (high - low)
    defined = ("length-positive", "before")
    return (
        Step(
            "under",
            at(exp(-1 / spoken), ">=", 1 - 1 / spoken),
            "tangent",
            ("length-positive",),
            {"at": -1 / spoken},
        ),
        Step(
            "quotient",
            at(exp(-1 / spoken), ">=", exp(low - high)),
            "combine",
            ("under", "length-positive"),
            {"under": ONE},
        ),
        Step("step-logs", at(-1 / spoken, ">=", low - high), "logarithm", ("quotient", *defined)),
        Step("tangent", at(exp(t), ">=", 1 + t), "tangent", defined, {"at": t}),
        Step(
            "falls",
            at(exp(-r * low) - exp(-r * high), ">=", r / spoken * exp(-r * high)),
            "combine",
            ("tangent", "step-logs", "below-one", *defined),
            {"tangent": exp(-r * high), "step-logs": r * exp(-r * high)},
        ),
    )


def pair_below() -> tuple[Step, ...]:
    """q(w, a) q(next(w, a), b) <= D(a) D(b) n(a) (n(b) + d) / (l (l + 1))."""
    chances = tuple(
        step
        for name, token in LOSERS
        for step in (
            Step(
                f"{name}-spread-here",
                at(D(token) * P(here, k), ">=", P(here, token), TOKEN),
                "instance",
                ("spread", "last", name),
                {i: here, j: k, k: token},
            ),
            Step(
                f"{name}-chance",
                at(D(token) * n(w, token) / spoken, ">=", q(w, token)),
                "combine",
                (f"{name}-spread-here", "q", "norm", "l", "n-positive", name),
                {f"{name}-spread-here": (n(w, token) * n(w, k) / (norm * spoken), k)},
            ),
        )
    )
    return (
        *chances,
        Step("a-longer", at(l(after_a), "=", spoken + 1), "instance", ("longer", "first"), {k: a}),
        Step(
            "a-more", at(n(after_a, b), "=", nb + twice), "instance", ("count-b", "first"), {k: a}
        ),
        Step(
            "then-b",
            at(D(b) * (nb + twice) / (spoken + 1), ">=", q(after_a, b)),
            "instance",
            ("second-chance", "next", "first", "a-longer", "a-more", "length-positive"),
            {w: after_a},
        ),
        Step(
            "chance",
            at(q(w, k), ">=", 0, TOKEN),
            "sign",
            ("q", "n-positive", "P-positive", "last"),
        ),
        Step("likely-a", at(q(w, a), ">=", 0), "instance", ("chance", "first"), {k: a}),
        Step(
            "both",
            at(C * pairs / (spoken * (spoken + 1)), ">=", both),
            "combine",
            (
                "first-chance",
                "then-b",
                "likely-a",
                "second-D",
                "second-counted",
                "length-positive",
            ),
            {"first-chance": D(b) * (nb + twice) / (spoken + 1), "then-b": q(w, a)},
        ),
    )


def factors() -> tuple[Step, ...]:
    """That c is not negative, follows the walk, and its fall pays for a transition."""
    return (
        Step("on", Judgement(s, ">=", Integer(0), (STEPS,)), "sign"),
        Step(
            "later",
            at(spoken + s - 1, ">", 0, STEPS),
            "combine",
            ("before", "on"),
            {"before": ONE, "on": ONE},
        ),
        Step("factor", at(c(s, w), ">=", 0, STEPS), "sign", ("c", *SPREADS, "below-one", "later")),
        Step(
            "follow",
            at(c(s, NEXT), "=", c(s + 1, w), STEPS, TOKEN),
            "sums",
            ("c", "longer", "next", "below-one", "later"),
        ),
        Step("U-positive", at(U(w), ">", 0), "sign", ("U", *PAIRS, *GAMMAS)),
    )


def pays(potential: Any = U, enough: str = "enough") -> tuple[Step, ...]:
    """That the fall of c, times a positive function of w that is ``enough``, pays for a pair."""
    spare = C * pairs / (spoken**2 * (spoken + 1))
    left = C / spoken * exp(-r * log(spoken))
    value = potential(w)
    return (
        Step("spare", at(spare, ">=", 0), "sign", ("length-positive", *SPREADS, *PAIRS)),
        Step(
            "pays",
            at((c(0, w) - c(1, w)) * value, ">=", both),
            "combine",
            (
                *("falls", enough, "both", "spare", "c", *SPREADS, f"{potential}-positive"),
                *("later", "below-one", "length-positive"),
            ),
            {"falls": C / r * value, enough: left, "both": ONE, "spare": ONE},
        ),
        *(
            Step(f"factor-{s_}", at(c(s_, w), ">=", 0), "instance", ("factor",), {s: Integer(s_)})
            for s_ in (0, 1)
        ),
        Step(
            "follow-0",
            at(c(0, NEXT), "=", c(1, w), TOKEN),
            "instance",
            ("follow",),
            {s: Integer(0)},
        ),
    )


def _few() -> tuple[Step, ...]:
    """num(s, w) <= c(0, w) U(w), by induction on s."""

    def few(s: Expr, *more: Any) -> Judgement:
        return at(c(0, w) * U(w), ">=", num(s, w), *more)

    return (
        Step("paid", at(c(0, w) * U(w), ">=", 0), "sign", ("factor-0", "U-positive")),
        Step("few-0", few(Integer(0)), "combine", ("paid", "num-0"), {"paid": ONE, "num-0": -ONE}),
        Step("few-m", few(m), "suppose"),
        Step(
            "next-few",
            at(c(1, w) * U(NEXT), ">=", num(m, NEXT), TOKEN),
            "instance",
            ("few-m", "next", "follow-0"),
            {w: NEXT},
        ),
        Step(
            "num-first",
            at(num(m + 1, w), "=", both + total(q(w, k) * num(m, NEXT), k)),
            "instance",
            ("num-step",),
            {s: m},
        ),
        Step(
            "few-next",
            few(m + 1),
            "combine",
            ("pays", "drift", "next-few", "num-first", "factor-1", "chance"),
            {"pays": ONE, "drift": c(1, w), "next-few": (q(w, k), k), "num-first": -ONE},
        ),
        Step(
            "few",
            few(s, STEPS),
            "induct",
            ("few-0", "few-m", "few-next"),
            {"hypothesis": "few-m", "on": m, "index": s},
        ),
        Step("few-h", few(h), "instance", ("few",), {s: h}),
    )


def transitions_stop() -> Theorem:
    """E28: the mean number of transitions a -> b among s + 1, ..., s + h + 1, whatever h is."""
    return Theorem(
        "transitions-stop",
        at(bound(s), ">=", mean(s, w), STEPS),
        (*WALK, *RARE, *NUMBER, *MEAN),
        (*NAMES, SUM, MEAN_NUMBER),
        (
            *counts(),
            *spreads(),
            *_levels(),
            *past(),
            *moves(),
            *_drift(),
            *length(),
            *enough(),
            *falls(),
            *pair_below(),
            *factors(),
            *pays(),
            *_few(),
            Step(
                "below", at(c(0, w) * U(w), ">=", f(w)), "combine", ("few-h", "f"), {"few-h": ONE}
            ),
            *bounded_mean(),
            Step(
                "bound",
                at(bound(s), ">=", mean(s, w), STEPS),
                "combine",
                ("bounded", "c", "U", "below-one", "later", *GAMMAS),
                {"bounded": ONE},
            ),
        ),
        fixed=(m,),
    )
