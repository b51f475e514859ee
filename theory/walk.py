r"""The walk of a context-conditioned Markov chain, and means of functions of it.

After t generated tokens the history is one of 1..N.  History w at time t counts token k n(t, w, k)
times and ends in last(t, w); token k leads to the history next(t, w, k) at time t + 1 and has the
chance

    q(t, w, k) = n(t, w, k) P(last(t, w), k) / sum_j n(t, w, j) P(last(t, w), j).

mean(s, t, w) is the mean of f after s more tokens, by its first step:

    mean(0, t, w) = f(t, w),
    mean(s + 1, t, w) = sum_k q(t, w, k) mean(s, t + 1, next(t, w, k)).

If U does not rise in the mean, U(t, w) >= sum_k q U(t + 1, next), and f(t, w) <= c(t) U(t, w) with
c >= 0, then mean(s, t, w) <= c(t + s) U(t, w): by induction on s, as after the first step
sum_k q mean(s, t + 1, next) <= c(t + 1 + s) sum_k q U(t + 1, next).
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, N, forall, i, j, k, total

__all__ = [
    "CHANCES",
    "HERE",
    "MEAN",
    "NEXT",
    "POSITIVE",
    "PRESENT",
    "STEPS",
    "TIMES",
    "TOKEN",
    "WALK",
    "U",
    "after",
    "at",
    "bounded_mean",
    "c",
    "f",
    "last",
    "mean",
    "n",
    "next_",
    "q",
    "row",
    "s",
    "t",
    "w",
]

delta = KroneckerDelta
n, last, next_, q, mean, f, U, c = (
    Function(name) for name in ("n", "last", "next", "q", "mean", "f", "U", "c")
)
t, s, w = (Symbol(name, integer=True) for name in "tsw")
steps = Symbol("m", integer=True, nonnegative=True)  # held fixed in the induction on s
TIMES, STEPS = (t, Integer(0), oo), (s, Integer(0), oo)
HISTORY, TOKEN = (w, Integer(1), N), (k, Integer(1), K)
HERE = (TIMES, HISTORY)
"""At all times and histories."""

NEXT = next_(t, w, k)


def at(lhs: Expr, relation: str, rhs: Any, *more: Any) -> Judgement:
    """A judgement for all times and histories, and all further limits (index, lo, hi)."""
    rhs = Integer(rhs) if isinstance(rhs, int) else rhs
    return Judgement(lhs, relation, rhs, (*HERE, *more))


def after(function: Any) -> Expr:
    """sum_k q(t, w, k) function(t + 1, next(t, w, k)): its mean after one more token."""
    return total(q(t, w, k) * function(t + 1, NEXT), k)


def row(token: Any) -> Expr:
    """n(t, w, token) P(last, token): the weight of a token."""
    return n(t, w, token) * P(last(t, w), token)


POSITIVE = Assumption("P-positive", "P is positive", forall(i, k)(P(i, k), ">", 0))
NEXT_HISTORY = Assumption(
    "next", "a history and a token make a history", at(NEXT, "in", Tuple(1, N), TOKEN)
)
PRESENT = Assumption("present", "every token is in the prompt", at(n(t, w, k), ">=", 1, TOKEN))
WALK = (
    POSITIVE,
    PRESENT,
    Assumption("last", "the last token is a token", at(last(t, w), "in", Tuple(1, K))),
    NEXT_HISTORY,
    Assumption(
        "counts",
        "the new token is counted",
        at(n(t + 1, NEXT, j), "=", n(t, w, j) + delta(j, k), (j, Integer(1), K), TOKEN),
    ),
)
"""A walk with every token in its prompt."""

CHANCES = Definition("q", at(q(t, w, k), "=", row(k) / total(row(j), j), TOKEN))
MEAN = (
    Assumption("mean-0", "no token more", at(mean(0, t, w), "=", f(t, w))),
    Assumption(
        "mean-step",
        "the mean by the first of the tokens",
        at(mean(s + 1, t, w), "=", total(q(t, w, k) * mean(s, t + 1, NEXT), k), STEPS),
    ),
)


def bounded_mean() -> Theorem:
    """If U does not rise in the mean and f <= c U, then the mean of f is at most c U."""

    def bounded(s: Expr, *more: Any) -> Judgement:
        return at(c(t + s) * U(t, w), ">=", mean(s, t, w), *more)

    later = c(t + 1 + steps)
    return Theorem(
        "supermartingale-mean",
        bounded(s, STEPS),
        (
            NEXT_HISTORY,
            Assumption("chance", "chances are not negative", at(q(t, w, k), ">=", 0, TOKEN)),
            *MEAN,
            Assumption("drift", "U does not rise in the mean", at(U(t, w), ">=", after(U))),
            Assumption("below", "f is at most c U", at(c(t) * U(t, w), ">=", f(t, w))),
            Assumption(
                "factor",
                "c is not negative",
                Judgement(c(t), ">=", Integer(0), (TIMES,)),
            ),
        ),
        (),
        (
            Step(
                "bounded-0",
                bounded(Integer(0)),
                "combine",
                ("below", "mean-0"),
                {"below": Integer(1), "mean-0": Integer(-1)},
            ),
            Step("bounded-m", bounded(steps), "suppose"),
            Step(
                "next-bounded",
                at(later * U(t + 1, NEXT), ">=", mean(steps, t + 1, NEXT), TOKEN),
                "instance",
                ("bounded-m", "next"),
                {t: t + 1, w: NEXT},
            ),
            Step(
                "first-step",
                at(mean(steps + 1, t, w), "=", total(q(t, w, k) * mean(steps, t + 1, NEXT), k)),
                "instance",
                ("mean-step",),
                {s: steps},
            ),
            Step("later", at(later, ">=", 0), "instance", ("factor",), {t: t + 1 + steps}),
            Step(
                "bounded-next",
                bounded(steps + 1),
                "combine",
                ("drift", "next-bounded", "first-step", "later", "chance"),
                {
                    "drift": later,
                    "next-bounded": (q(t, w, k), k),
                    "first-step": Integer(-1),
                },
            ),
            Step(
                "bounded",
                bounded(s, STEPS),
                "induct",
                ("bounded-0", "bounded-m", "bounded-next"),
                {"hypothesis": "bounded-m", "on": steps, "index": s},
            ),
        ),
        fixed=(steps,),
    )
