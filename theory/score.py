r"""Claim E24: along one trajectory the score of a row is a martingale difference.

With the logits V(a, .) of row a, the next token after history w is k with the chance

    q(w, k) = n(w, k) exp V(last(w), k) / sum_j n(w, j) exp V(last(w), j),

so that the derivatives of log q(w, k) are

    by V(a, j):                           delta(a, last(w)) (delta(j, k) - q(w, j)),
    by V(last(w), j) and V(last(w), o):   -(delta(j, o) q(w, j) - q(w, j) q(w, o)).

The mean of the first over the next token k is 0, so the sum of the scores up to a time does not
move in the mean: by induction on the number of tokens.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement, Partial
from theory.notation import K, j, k, member, o, total
from theory.walk import FOLLOWS, MEAN, NEXT, PRESENT, STEPS, TOKEN, at, f, kept_mean, last, m, mean
from theory.walk import n, q, s, w

__all__ = ["COORDINATE", "OTHER", "V", "a", "b", "delta", "derived", "hessian", "score"]
__all__ += ["mean_is_zero", "sums_are_kept"]

delta = KroneckerDelta
V = Function("V")
a, b = Symbol("a", integer=True), Symbol("b", integer=True)
ONE = Integer(1)
COORDINATE, OTHER = (j, ONE, K), (o, ONE, K)
here = last(w)
NORM = total(n(w, j) * exp(V(here, j)), j)
LAW = Definition("q", at(q(w, k), "=", n(w, k) * exp(V(here, k)) / NORM, TOKEN))


def derived(row: Any, coordinate: Any) -> Expr:
    """The derivative of log q(w, k) by a logit."""
    return Partial(log(q(w, k)), V(row, coordinate))


def _formula(row: Any, coordinate: Any) -> Expr:
    return delta(row, here) * (delta(coordinate, k) - q(w, coordinate))


SCORE = at(derived(a, j), "=", _formula(a, j), TOKEN, COORDINATE)
COORDINATE_B = Assumption("coordinate", "b is a token", member(b, 1, K))
SAMPLED = Assumption("sampled", "b is a token", member(b, 1, K))
ADDED = Assumption("added", "f adds up the scores", at(f(NEXT), "=", f(w) + _formula(a, b), TOKEN))


def _positive() -> tuple[Step, ...]:
    """n(w, k) > 0."""
    return (
        Step("one", Judgement(ONE, ">", Integer(0)), "sign"),
        Step(
            "held",
            at(n(w, k), ">", 0, TOKEN),
            "combine",
            ("present", "one"),
            {"present": ONE, "one": ONE},
        ),
    )


def score() -> Theorem:
    """E24: the score of a row, in every coordinate and after every history."""
    step = Step("score", SCORE, "calculus", ("q", "held"))
    return Theorem("score-is-martingale", SCORE, (PRESENT,), (LAW,), (*_positive(), step))


def mean_is_zero() -> Theorem:
    """E24: the mean of the score over the next token is 0."""
    return Theorem(
        "score-is-martingale/mean",
        at(total(q(w, k) * derived(a, j), k), "=", 0, COORDINATE),
        (PRESENT,),
        (LAW,),
        (
            *_positive(),
            _chance_positive(),
            Step("score", SCORE, "calculus", ("q", "held")),
            _chances(),
            Step(
                "mean",
                at(total(q(w, k) * derived(a, j), k), "=", 0, COORDINATE),
                "combine",
                ("score", "chances", "likely"),
                {"score": (q(w, k), k), "chances": -delta(a, here) * q(w, j)},
            ),
        ),
    )


def _chance_positive() -> Step:
    return Step("likely", at(q(w, k), ">", 0, TOKEN), "sign", ("q", "held"))


def _chances() -> Step:
    return Step("chances", at(total(q(w, k), k), "=", 1), "sums", ("q", "held"))


def hessian() -> Theorem:
    """E24: minus the Hessian of log q(w, b), in the row of the last token, is diag(q) - q q^T."""
    by, covariance = (V(here, j), V(here, o)), delta(j, o) * q(w, j) - q(w, j) * q(w, o)
    second = Partial(Partial(log(q(w, b)), by[0]), by[1])
    result = at(-second, "=", covariance, COORDINATE, OTHER)
    return Theorem(
        "score-is-martingale/hessian",
        result,
        (PRESENT, SAMPLED),
        (LAW,),
        (
            *_positive(),
            _chance_positive(),
            Step("sampled-likely", at(q(w, b), ">", 0), "instance", ("likely", "sampled"), {k: b}),
            Step(
                "second",
                at(second, "=", -covariance, COORDINATE, OTHER),
                "calculus",
                ("q", "held", "sampled"),
            ),
            Step("hessian", result, "combine", ("second", "sampled-likely"), {"second": -ONE}),
        ),
    )


def sums_are_kept() -> Theorem:
    """E24: the mean of the summed scores, s tokens later, is their sum so far."""
    return Theorem(
        "score-is-martingale/trajectory",
        at(mean(s, w), "=", f(w), STEPS),
        (PRESENT, FOLLOWS, COORDINATE_B, ADDED, *MEAN),
        (LAW,),
        (
            *_positive(),
            _chances(),
            Step(
                "kept",
                at(f(w), "=", total(q(w, k) * f(NEXT), k)),
                "combine",
                ("added", "chances", "coordinate"),
                {"added": (-q(w, k), k), "chances": delta(a, here) * q(w, b) - f(w)},
            ),
            *kept_mean(),
        ),
        fixed=(m,),
    )
