r"""Claim E9: a token that every row likes less than the winner stays rare.

Let g be a token and b another with P(i, b) <= rho P(i, g) for all i, 0 <= rho < 1, and U the
supermartingale of E8.  For eps > 0 let big(w) be 1 where the frequency of b is at least eps, else
0.  The chance that it is so at one of the times 0, 1, ..., s from now on is, by its first step,

    seen(0, w) = big(w)
    seen(s + 1, w) = big(w) + (1 - big(w)) sum_k q(w, k) seen(s, next(w, k)).

The frequency of b is at most l(w)^-(1 - rho) U(w), and l(w) grows, so by induction on s

    eps seen(s, w) <= l(w)^-(1 - rho) U(w).

The chance that it is so at one of the times s, ..., s + h is the mean of seen(h, .) after s tokens,
at most (l(w) + s)^-(1 - rho) U(w) / eps, whatever h is.
"""

from typing import Any

from sympy import Expr, Function, Integer, Symbol, exp, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import DEFINED, DOMINATED, HERE_U, b, counts_positive, drift
from theory.domination import frequency_below, g, rho, two_tokens, weight
from theory.judgement import Judgement
from theory.notation import forall, k, total
from theory.walk import CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, U, WALK, at
from theory.walk import bounded_mean, c, f, l, m, mean, n, q, s, w

__all__ = ["big", "bound", "eps", "h", "seen", "uniform_domination_winner"]

ONE = Integer(1)
big, seen = Function("big"), Function("seen")
eps, h = Symbol("eps"), Symbol("h", integer=True, nonnegative=True)
nb, ng = n(w, b), n(w, g)
rest = 1 - big(w)

EVENT = (
    Assumption("eps", "eps is positive", forall()(eps, ">", 0)),
    Assumption("event", "big tells whether something is so", at(big(w) * (big(w) - 1), "=", 0)),
    Assumption("many", "it is so only where b is frequent", at(nb, ">=", eps * l(w) * big(w))),
    Assumption("seen-0", "seen now", at(seen(0, w), "=", big(w))),
    Assumption(
        "seen-step",
        "seen now, or after the first token",
        at(seen(s + 1, w), "=", big(w) + rest * total(q(w, k) * seen(s, NEXT), k), STEPS),
    ),
)


def rate(s: Any) -> Expr:
    """(l + s)^-(1 - rho) / eps."""
    return exp(-(1 - rho) * log(l(w) + s)) / eps


def bound(s: Any) -> Expr:
    """n(b) Gamma(n(g) - rho) / Gamma(n(g)) (l + s)^-(1 - rho) / eps."""
    return rate(s) * weight(nb, ng)


RATE = Definition("c", at(c(s, w), "=", rate(s), STEPS))
SEEN = Definition("f", at(f(w), "=", seen(h, w)))


def _slower() -> tuple[Step, ...]:
    """That c is not negative, follows the walk and falls with s."""
    long, longer_by_one = log(l(w)), log(l(w) + 1)
    defined = ("length-positive", "eps")
    return (
        Step("factor", at(c(s, w), ">=", 0, STEPS), "sign", ("c", *defined)),
        Step(
            "follow",
            at(c(s, NEXT), "=", c(s + 1, w), STEPS, TOKEN),
            "sums",
            ("c", "longer", "next", *defined),
        ),
        Step("more", at(l(w) + 1, ">=", l(w)), "combine", ("one",), {"one": ONE}),
        Step("more-logs", at(longer_by_one, ">=", long), "logarithm", ("more", "length-positive")),
        Step(
            "less",
            at(-(1 - rho) * long, ">=", -(1 - rho) * longer_by_one),
            "combine",
            ("more-logs", "below-one", "length-positive"),
            {"more-logs": 1 - rho},
        ),
        Step(
            "lower",
            at(exp(-(1 - rho) * long), ">=", exp(-(1 - rho) * longer_by_one)),
            "exponential",
            ("less", "length-positive"),
        ),
        Step(
            "slower",
            at(c(0, w), ">=", c(1, w)),
            "combine",
            ("lower", "c", *defined),
            {"lower": 1 / eps},
        ),
    )


def _seen_rarely() -> tuple[Step, ...]:
    """seen(s, w) <= c(0, w) U(w), by induction on s."""

    def rare(s: Expr, *more: Any) -> Judgement:
        return at(c(0, w) * U(w), ">=", seen(s, w), *more)

    return (
        Step("squared", at(big(w) ** 2, ">=", 0), "sign"),
        Step("rest-squared", at(rest**2, ">=", 0), "sign"),
        Step(
            "big",
            at(big(w), ">=", 0),
            "combine",
            ("squared", "event"),
            {"squared": ONE, "event": -ONE},
        ),
        Step(
            "rest",
            at(rest, ">=", 0),
            "combine",
            ("rest-squared", "event"),
            {"rest-squared": ONE, "event": -ONE},
        ),
        Step(
            "now",
            at(c(0, w) * U(w), ">=", big(w)),
            "combine",
            ("frequency", "many", "c", "U", "eps", *DEFINED),
            {"frequency": 1 / eps, "many": 1 / (eps * l(w))},
        ),
        Step(
            "U-positive",
            at(U(w), ">", 0),
            "sign",
            ("U", "loser-counted", "winner-counted", "past-rho"),
        ),
        Step(
            "rare-0",
            rare(Integer(0)),
            "combine",
            ("now", "seen-0"),
            {"now": ONE, "seen-0": -ONE},
        ),
        Step("rare-m", rare(m), "suppose"),
        Step(
            "follow-0",
            at(c(0, NEXT), "=", c(1, w), TOKEN),
            "instance",
            ("follow",),
            {s: Integer(0)},
        ),
        Step(
            "next-rare",
            at(c(1, w) * U(NEXT), ">=", seen(m, NEXT), TOKEN),
            "instance",
            ("rare-m", "next", "follow-0"),
            {w: NEXT},
        ),
        Step(
            "seen-first",
            at(seen(m + 1, w), "=", big(w) + rest * total(q(w, k) * seen(m, NEXT), k)),
            "instance",
            ("seen-step",),
            {s: m},
        ),
        Step(
            "rare-next",
            rare(m + 1),
            "combine",
            (
                "now",
                "event",
                "slower",
                "drift",
                "next-rare",
                "seen-first",
                "big",
                "rest",
                "U-positive",
                "factor",
                "chance",
            ),
            {
                "now": big(w),
                "event": ONE,
                "slower": rest * U(w),
                "drift": rest * c(1, w),
                "next-rare": (rest * q(w, k), k),
                "seen-first": -ONE,
            },
        ),
        Step(
            "rare",
            rare(s, STEPS),
            "induct",
            ("rare-0", "rare-m", "rare-next"),
            {"hypothesis": "rare-m", "on": m, "index": s},
        ),
    )


def uniform_domination_winner() -> Theorem:
    """E9: the chance that b is frequent at one of the times s, ..., s + h, whatever h is."""
    return Theorem(
        "uniform-domination-winner",
        at(bound(s), ">=", mean(s, w), STEPS),
        (*WALK, *DOMINATED, *EVENT, *MEAN),
        (CHANCES, LENGTH, HERE_U, RATE, SEEN),
        (
            *counts_positive(),
            *two_tokens(),
            *drift(),
            *frequency_below(),
            Step(
                "chance",
                at(q(w, k), ">=", 0, TOKEN),
                "sign",
                ("q", "n-positive", "P-positive", "last"),
            ),
            *_slower(),
            *_seen_rarely(),
            Step("rare-h", at(c(0, w) * U(w), ">=", seen(h, w)), "instance", ("rare",), {s: h}),
            Step(
                "below", at(c(0, w) * U(w), ">=", f(w)), "combine", ("rare-h", "f"), {"rare-h": ONE}
            ),
            *bounded_mean(),
            Step(
                "bound",
                at(bound(s), ">=", mean(s, w), STEPS),
                "combine",
                ("bounded", "c", "U", "eps", *DEFINED),
                {"bounded": ONE},
            ),
        ),
        fixed=(m,),
    )
