r"""The walk of a context-conditioned Markov chain, and means of functions of it.

Histories are numbered w = 1, 2, ...: history w holds token k n(w, k) times and ends in last(w);
token k leads from it to the history next(w, k), with the chance

    q(w, k) = n(w, k) P(last(w), k) / sum_j n(w, j) P(last(w), j).

mean(s, w) is the mean of f after s more tokens, by its first step:

    mean(0, w) = f(w),      mean(s + 1, w) = sum_k q(w, k) mean(s, next(w, k)).

If U does not rise in the mean, U(w) >= sum_k q(w, k) U(next(w, k)), and f(w) <= c(0, w) U(w) with
c >= 0 that follows the walk, c(s, next(w, k)) = c(s + 1, w), then mean(s, w) <= c(s, w) U(w): by
induction on s, as after the first step it is at most c(s + 1, w) sum_k q(w, k) U(next(w, k)).
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step
from theory.judgement import Judgement
from theory.notation import K, forall, i, j, k, total

__all__ = [
    "ALL_HELD",
    "CHANCES",
    "FOLLOWS",
    "HISTORY",
    "LENGTH",
    "MEAN",
    "NEXT",
    "POSITIVE",
    "PRESENT",
    "STEPS",
    "TOKEN",
    "TURN",
    "WALK",
    "U",
    "after",
    "at",
    "bounded_mean",
    "c",
    "constant_mean",
    "f",
    "first_step",
    "kept_mean",
    "l",
    "last",
    "longer",
    "m",
    "mean",
    "n",
    "next_",
    "q",
    "row",
    "s",
    "w",
]

delta = KroneckerDelta
n, last, next_, q, mean, f, U, c, l = (
    Function(name) for name in ("n", "last", "next", "q", "mean", "f", "U", "c", "l")
)
s, w = Symbol("s", integer=True), Symbol("w", integer=True)
m = Symbol("m", integer=True, nonnegative=True)
"""The s of an induction."""

STEPS, HISTORY, TOKEN = (s, Integer(0), oo), (w, Integer(1), oo), (k, Integer(1), K)
NEXT = next_(w, k)


def at(lhs: Expr, relation: str, rhs: Any, *more: Any) -> Judgement:
    """A judgement for all histories, and all further limits (index, lo, hi)."""
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, (HISTORY, *more))


def after(function: Any) -> Expr:
    """sum_k q(w, k) function(next(w, k)): its mean after one more token."""
    return total(q(w, k) * function(NEXT), k)


def row(token: Any) -> Expr:
    """n(w, token) P(last, token): the weight of a token."""
    return n(w, token) * P(last(w), token)


POSITIVE = Assumption("P-positive", "P is positive", forall(i, k)(P(i, k), ">", 0))
PRESENT = Assumption("present", "every token is in the prompt", at(n(w, k), ">=", 1, TOKEN))
FOLLOWS = Assumption(
    "next", "a history and a token make a history", at(NEXT, "in", Tuple(1, oo), TOKEN)
)
WALK = (
    POSITIVE,
    PRESENT,
    Assumption("last", "the last token is a token", at(last(w), "in", Tuple(1, K))),
    FOLLOWS,
    Assumption(
        "counts",
        "the new token is counted",
        at(n(NEXT, j), "=", n(w, j) + delta(j, k), (j, Integer(1), K), TOKEN),
    ),
)
"""A walk with every token in its prompt; where the order matters, :data:`TURN` too."""

TURN = Assumption("turn", "the new token is the last", at(delta(last(NEXT), k), "=", 1, TOKEN))
CHANCES = Definition("q", at(q(w, k), "=", row(k) / total(row(j), j), TOKEN))
LENGTH = Definition("l", at(l(w), "=", total(n(w, j), j)))
MEAN = (
    Assumption("mean-0", "no token more", at(mean(0, w), "=", f(w))),
    Assumption(
        "mean-step",
        "the mean by the first of the tokens",
        at(mean(s + 1, w), "=", total(q(w, k) * mean(s, NEXT), k), STEPS),
    ),
)

ALL_HELD = (
    Step("one", forall()(Integer(1), ">", 0), "sign"),
    Step(
        "n-positive",
        at(n(w, k), ">", 0, TOKEN),
        "combine",
        ("present", "one"),
        {"present": Integer(1), "one": Integer(1)},
    ),
)
"""n(w, k) > 0 for every token, from :data:`PRESENT`."""


def longer() -> Step:
    """l(next(w, k)) = l(w) + 1."""
    return Step("longer", at(l(NEXT), "=", l(w) + 1, TOKEN), "sums", ("l", "counts", "next"))


def bounded_mean() -> tuple[Step, ...]:
    """The mean of f is at most c U: from U that does not rise in the mean, and f <= c(0, w) U.

    They use the steps ``chance`` (q >= 0), ``drift``, ``below``, ``factor`` (c >= 0) and ``follow``
    (c(s, next) = c(s + 1)), and :data:`MEAN`; ``m`` must be fixed.  The last is ``bounded``.
    """

    def bounded(s: Expr, *more: Any) -> Judgement:
        return at(c(s, w) * U(w), ">=", mean(s, w), *more)

    return (
        Step(
            "bounded-0",
            bounded(Integer(0)),
            "combine",
            ("below", "mean-0"),
            {"below": Integer(1), "mean-0": Integer(-1)},
        ),
        Step("bounded-m", bounded(m), "suppose"),
        Step(
            "follow-m",
            at(c(m, NEXT), "=", c(m + 1, w), TOKEN),
            "instance",
            ("follow",),
            {s: m},
        ),
        Step(
            "next-bounded",
            at(c(m + 1, w) * U(NEXT), ">=", mean(m, NEXT), TOKEN),
            "instance",
            ("bounded-m", "next", "follow-m"),
            {w: NEXT},
        ),
        first_step(),
        Step("factor-m", at(c(m + 1, w), ">=", 0), "instance", ("factor",), {s: m + 1}),
        Step(
            "bounded-next",
            bounded(m + 1),
            "combine",
            ("drift", "next-bounded", "first-step", "factor-m", "chance"),
            {"drift": c(m + 1, w), "next-bounded": (q(w, k), k), "first-step": Integer(-1)},
        ),
        Step(
            "bounded",
            bounded(s, STEPS),
            "induct",
            ("bounded-0", "bounded-m", "bounded-next"),
            {"hypothesis": "bounded-m", "on": m, "index": s},
        ),
    )


def first_step() -> Step:
    """The mean after m + 1 tokens, by the first of them."""
    return Step(
        "first-step",
        at(mean(m + 1, w), "=", total(q(w, k) * mean(m, NEXT), k)),
        "instance",
        ("mean-step",),
        {s: m},
    )


def constant_mean() -> tuple[Step, ...]:
    """The mean of f is f: from the step ``kept``, that f keeps its mean in one step.

    They use ``next`` and :data:`MEAN`; ``m`` must be fixed.  The last is ``constant``.
    """

    def constant(s: Expr, *more: Any) -> Judgement:
        return at(mean(s, w), "=", f(w), *more)

    return (
        Step("constant-0", constant(Integer(0)), "sums", ("mean-0",)),
        Step("constant-m", constant(m), "suppose"),
        Step(
            "next-constant",
            at(mean(m, NEXT), "=", f(NEXT), TOKEN),
            "instance",
            ("constant-m", "next"),
            {w: NEXT},
        ),
        first_step(),
        Step(
            "constant-next",
            constant(m + 1),
            "combine",
            ("kept", "next-constant", "first-step"),
            {"kept": Integer(-1), "next-constant": (q(w, k), k), "first-step": Integer(1)},
        ),
        Step(
            "constant",
            constant(s, STEPS),
            "induct",
            ("constant-0", "constant-m", "constant-next"),
            {"hypothesis": "constant-m", "on": m, "index": s},
        ),
    )


def kept_mean() -> tuple[Step, ...]:
    """The mean of f is f(w), from the step ``kept``: f(w) = sum_k q(w, k) f(next(w, k)).

    They use :data:`MEAN` too; ``m`` must be fixed.  The last is ``always``.
    """

    def same(s: Expr, *more: Any) -> Judgement:
        return at(mean(s, w), "=", f(w), *more)

    return (
        Step("same-0", same(Integer(0)), "combine", ("mean-0",), {"mean-0": Integer(1)}),
        Step("same-m", same(m), "suppose"),
        Step(
            "same-then",
            at(mean(m, NEXT), "=", f(NEXT), TOKEN),
            "instance",
            ("same-m", "next"),
            {w: NEXT},
        ),
        first_step(),
        Step(
            "same-next",
            same(m + 1),
            "combine",
            ("first-step", "same-then", "kept"),
            {"first-step": Integer(1), "same-then": (q(w, k), k), "kept": Integer(-1)},
        ),
        Step(
            "always",
            same(s, STEPS),
            "induct",
            ("same-0", "same-m", "same-next"),
            {"hypothesis": "same-m", "on": m, "index": s},
        ),
    )
