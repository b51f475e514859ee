r"""Claim E14: the constant in the bound on a loser, and why it is not one.

Let P(i, b) >= c P(i, k) for all i and k, c >= 0, and u the total length.  The next token is b with
chance at least c n(b) / u, so the mean of n(b) grows in a step by the factor 1 + c / u or more, and

    1 + c / u >= ((u + 1) / u)^c        for 0 <= c <= 1 (Bernoulli):

with L = log(1 + c / u), exp(-L) >= 1 - L and exp(log((u + 1) / u) - L) >= 1 + log((u + 1) / u) - L,
and 1 - c times the first and c times the second add up to 1 >= 1 + c log((u + 1) / u) - L.
So the mean of n(b), divided by u^c, never falls: where the mean of the frequency n(b) / u is
u^-(1 - c) or more, it stays so.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log, oo

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import DEFINED, DOMINATED, FREQUENCY, HERE_U, RATE, domination_bound, g
from theory.domination import held as winner_held
from theory.domination import rho, weight
from theory.judgement import Judgement
from theory.notation import forall, j, k, member, total
from theory.recurrence import COUNTED, LIKED, TOKEN_B, b, c, held, likely
from theory.walk import CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, WALK, at, f, l
from theory.walk import longer, m, mean, n, q, row, s, w

__all__ = ["constant_allowed", "count_grows"]

ONE = Integer(1)
G = Function("G")
x = Symbol("x", integer=True)
nb, norm = n(w, b), total(row(j), j)
COUNT = Definition("f", at(f(w), "=", nb))


def step_log(s: Any) -> Expr:
    """log((u + 1) / u), u = l + s."""
    return log(l(w) + s + 1) - log(l(w) + s)


GROWTH = Definition("G", at(G(s, w), "=", exp(c * step_log(s)), STEPS))


def _bernoulli() -> tuple[Step, ...]:
    """1 + c / u >= ((u + 1) / u)^c, u = l + s."""
    u = l(w) + s
    factor = 1 + c / u
    L, M = log(factor), step_log(s)
    defined = ("length-positive", "factor")
    return (
        Step("factor", at(factor, ">", 0, STEPS), "sign", ("length-positive", "c")),
        Step("tangent", at(exp(-L), ">=", 1 - L, STEPS), "tangent", defined, {"at": -L}),
        Step(
            "tangent-up", at(exp(M - L), ">=", 1 + M - L, STEPS), "tangent", defined, {"at": M - L}
        ),
        Step(
            "logs",
            at(L, ">=", c * M, STEPS),
            "combine",
            ("tangent", "tangent-up", "c", "most", "length-positive"),
            {"tangent": 1 - c, "tangent-up": c},
        ),
        Step(
            "powers",
            at(factor, ">=", exp(c * M), STEPS),
            "exponential",
            ("logs", "length-positive"),
        ),
        Step(
            "bernoulli",
            at(factor, ">=", G(s, w), STEPS),
            "combine",
            ("powers", "G", "length-positive"),
            {"powers": ONE},
        ),
        Step(
            "follow",
            at(G(s, NEXT), "=", G(s + 1, w), STEPS, TOKEN),
            "sums",
            ("G", "longer", "length-positive", "next"),
        ),
    )


def _grows() -> tuple[Step, ...]:
    """mean(s + 1, w) >= G(s, w) mean(s, w), by induction on s."""

    def grows(s: Expr, *more: Any) -> Judgement:
        return at(mean(s + 1, w), ">=", G(s, w) * mean(s, w), *more)

    def by_first(name: str, count: Expr) -> Step:
        rhs = total(q(w, k) * mean(count, NEXT), k)
        return Step(name, at(mean(count + 1, w), "=", rhs), "instance", ("mean-step",), {s: count})

    zero = Integer(0)
    return (
        Step("start", at(mean(0, w), "=", nb), "combine", ("mean-0", "f"), {"mean-0": ONE}),
        Step(
            "start-next",
            at(mean(0, NEXT), "=", n(NEXT, b), TOKEN),
            "instance",
            ("start", "next"),
            {w: NEXT},
        ),
        Step(
            "count",
            at(n(NEXT, b), "=", nb + KroneckerDelta(b, k), TOKEN),
            "instance",
            ("counts", "token"),
            {j: b},
        ),
        by_first("first", zero),
        Step(
            "bernoulli-0",
            at(1 + c / l(w), ">=", G(0, w)),
            "instance",
            ("bernoulli", "length-positive"),
            {s: zero},
        ),
        Step(
            "grows-0",
            grows(zero),
            "combine",
            (
                "first",
                "start-next",
                "start",
                "chance",
                "bernoulli-0",
                "count",
                "q",
                "norm",
                "counted",
                "token",
            ),
            {
                "first": ONE,
                "start-next": (q(w, k), k),
                "start": -G(0, w),
                "chance": ONE,
                "bernoulli-0": nb,
            },
        ),
        Step("grows-m", grows(m), "suppose"),
        Step("follow-m", at(G(m, NEXT), "=", G(m + 1, w), TOKEN), "instance", ("follow",), {s: m}),
        Step(
            "next-grows",
            at(mean(m + 1, NEXT), ">=", G(m + 1, w) * mean(m, NEXT), TOKEN),
            "instance",
            ("grows-m", "next", "follow-m"),
            {w: NEXT},
        ),
        by_first("first-m", m),
        by_first("first-more", m + 1),
        Step(
            "grows-next",
            grows(m + 1),
            "combine",
            ("next-grows", "first-m", "first-more", "likely"),
            {"next-grows": (q(w, k), k), "first-m": -G(m + 1, w), "first-more": ONE},
        ),
        Step(
            "grows",
            grows(s, STEPS),
            "induct",
            ("grows-0", "grows-m", "grows-next"),
            {"hypothesis": "grows-m", "on": m, "index": s},
        ),
    )


def per_power(s: Any) -> Expr:
    """The mean of n(b) after s tokens, divided by u^c, u = l + s."""
    return exp(-c * log(l(w) + s)) * mean(s, w)


def count_grows() -> Theorem:
    """E14: the mean of n(b), divided by the power c of the length, never falls."""
    result = at(per_power(s + 1), ">=", per_power(s), STEPS)
    return Theorem(
        "constant-one-bound",
        result,
        (*WALK, TOKEN_B, Assumption("c", "c is not negative", forall()(c, ">=", 0)), LIKED, *MEAN),
        (CHANCES, LENGTH, COUNT, GROWTH),
        (
            *held(),
            COUNTED,
            *likely(),
            longer(),
            *_bernoulli(),
            Step(
                "likely",
                at(q(w, k), ">=", 0, TOKEN),
                "sign",
                ("q", "n-positive", "P-positive", "last"),
            ),
            *_grows(),
            Step(
                "never-falls",
                result,
                "combine",
                ("grows", "G", "length-positive"),
                {"grows": exp(-c * log(l(w) + s + 1))},
            ),
        ),
        fixed=(m,),
    )


def constant_allowed() -> Theorem:
    """E14: the bound of E8 with the constant one, from a history x where its own is at most 1."""
    theorem = domination_bound()
    power = exp(-(1 - rho) * log(l(x) + s))
    constant = weight(n(x, b), n(x, g))
    sizes = (("length-x", l(x)), ("winner-x", n(x, g)), ("past-x", n(x, g) - rho))
    return Theorem(
        "constant-one-bound/allowed",
        Judgement(power, ">=", mean(s, x), (STEPS,)),
        (
            *WALK,
            *DOMINATED,
            Assumption("history", "x is a history", member(x, 1, oo)),
            Assumption("small", "the constant is at most 1", forall()(1, ">=", constant)),
            *MEAN,
        ),
        (CHANCES, LENGTH, HERE_U, FREQUENCY, RATE),
        (
            *winner_held(),
            Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
            Step("length-positive", at(l(w), ">", 0), "sign", ("l", "n-positive")),
            Step(
                "bound",
                theorem.conclusion,
                "cite",
                (*theorem.given, "norm", *DEFINED),
                {"theorem": theorem},
            ),
            *(
                Step(name, forall()(value, ">", 0), "instance", (fact, "history"), {w: x})
                for (name, value), fact in zip(sizes, DEFINED, strict=True)
            ),
            Step(
                "bound-x",
                Judgement(power * constant, ">=", mean(s, x), (STEPS,)),
                "instance",
                ("bound", "history", "length-x", "winner-x", "past-x"),
                {w: x},
            ),
            Step(
                "allowed",
                Judgement(power, ">=", mean(s, x), (STEPS,)),
                "combine",
                ("bound-x", "small", "length-x"),
                {"bound-x": ONE, "small": power},
            ),
        ),
    )
