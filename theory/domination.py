r"""Claim E8: a token that every row likes less than the winner loses at the rate t^-(1 - rho).

Let g be a token and b another with P(i, b) <= rho P(i, g) for all i, 0 <= rho < 1.  Then

    U = n(b) Gamma(n(g) - rho) / Gamma(n(g))

does not rise in the mean: with the weights P(x, b), P(x, g) of the row of the last token x and
their sum Z with all others, its relative drift is (P(x, b) - rho P(x, g)) / Z <= 0.  As Gamma is
log-convex,

    Gamma(n - rho) / Gamma(n) >= n^-rho,

and n(g) is at most the length l(t) of the history, so n(b) <= l(t)^rho U and the mean of the
frequency m(b) = n(b) / l(t) is at most U(0) l(t)^-(1 - rho).
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, gamma, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, i, j, k, member, total
from theory.walk import CHANCES, MEAN, NEXT, STEPS, TIMES, TOKEN, U, WALK, after, at
from theory.walk import bounded_mean, c, f, last, mean, n, q, row, s, t, w

__all__ = ["domination_bound"]

delta = KroneckerDelta
b, g = Symbol("b", integer=True), Symbol("g", integer=True)
rho = Symbol("rho")
length = Function("l")  # of the histories at time t
ONE = Integer(1)
here = last(t, w)

DOMINATED = (
    Assumption("winner", "g is a token", member(g, 1, K)),
    Assumption("loser", "b is a token", member(b, 1, K)),
    Assumption("two", "b is not g", forall()(delta(b, g), "=", 0)),
    Assumption("rho", "rho is not negative", forall()(rho, ">=", 0)),
    Assumption("below-one", "rho is below one", forall()(1 - rho, ">", 0)),
    Assumption(
        "dominated",
        "every row likes b at most rho times as much as g",
        forall(i)(rho * P(i, g), ">=", P(i, b)),
    ),
)


def weight(loser: Expr, winner: Expr) -> Expr:
    """n(b) Gamma(n(g) - rho) / Gamma(n(g))."""
    return loser * gamma(winner - rho) / gamma(winner)


HERE_U = Definition("U", at(U(t, w), "=", weight(n(t, w, b), n(t, w, g))))
FREQUENCY = Definition("f", at(f(t, w), "=", n(t, w, b) / length(t)))
RATE = Definition("c", Judgement(c(t), "=", exp(-(1 - rho) * log(length(t))), (TIMES,)))
LENGTH = Assumption("length", "l(t) is the length", at(total(n(t, w, j), j), "=", length(t)))
nb, ng, z = n(t, w, b), n(t, w, g), delta(g, k)
ratio = gamma(ng - rho) / gamma(ng)
norm = total(row(j), j)


def _counts_positive() -> tuple[Step, ...]:
    """n(k) > 0, n(g) > rho, and so one step later."""
    return (
        Step("one", forall()(ONE, ">", 0), "sign"),
        Step(
            "n-positive",
            at(n(t, w, k), ">", 0, TOKEN),
            "combine",
            ("present", "one"),
            {"present": ONE, "one": ONE},
        ),
        Step("winner-held", at(ng, ">=", 1), "instance", ("present", "winner"), {k: g}),
        Step("winner-counted", at(ng, ">", 0), "instance", ("n-positive", "winner"), {k: g}),
        Step("loser-counted", at(nb, ">", 0), "instance", ("n-positive", "loser"), {k: b}),
        Step(
            "past-rho",
            at(ng - rho, ">", 0),
            "combine",
            ("winner-held", "below-one"),
            {"winner-held": ONE, "below-one": ONE},
        ),
        Step(
            "past-rho-more",
            at(ng + 1 - rho, ">", 0),
            "combine",
            ("past-rho", "one"),
            {"past-rho": ONE, "one": ONE},
        ),
        Step("turn", at(z, ">=", 0, TOKEN), "sign"),
        Step(
            "past-rho-next",
            at(ng + z - rho, ">", 0, TOKEN),
            "combine",
            ("past-rho", "turn"),
            {"past-rho": ONE, "turn": ONE},
        ),
    )


def _drift() -> tuple[Step, ...]:
    """U does not rise in the mean."""
    moved = (nb + delta(b, k)) * ratio * (1 - z * rho / ng)
    gain = nb * (P(here, b) - rho * P(here, g)) / norm
    gammas = ("winner-counted", "past-rho")
    return (
        Step("bit", at(z * (z - 1), "=", 0, TOKEN), "sums"),
        Step(
            "ratio",
            at(gamma(ng + z - rho) / gamma(ng + z), "=", ratio * (1 - z * rho / ng), TOKEN),
            "binary",
            ("bit", *gammas, "past-rho-next", "past-rho-more"),
            {"term": z},
        ),
        *(
            Step(
                f"count-{name}",
                at(n(t + 1, NEXT, token), "=", n(t, w, token) + delta(token, k), TOKEN),
                "instance",
                ("counts", token_in),
                {j: token},
            )
            for name, token, token_in in (("b", b, "loser"), ("g", g, "winner"))
        ),
        Step(
            "next-U",
            at(U(t + 1, NEXT), "=", moved, TOKEN),
            "combine",
            ("ratio", "U", "count-b", "count-g", "next", *gammas),
            {"ratio": nb + delta(b, k)},
        ),
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step(
            "after",
            at(after(U), "=", ratio * (nb + gain)),
            "combine",
            ("next-U", "two", "q", "norm", *gammas, "winner", "loser"),
            {"next-U": (q(t, w, k), k), "two": -ratio * nb * P(here, b) * rho / (ng * norm)},
        ),
        Step(
            "dominated-here",
            at(rho * P(here, g), ">=", P(here, b)),
            "instance",
            ("dominated", "last"),
            {i: here},
        ),
        Step(
            "drift",
            at(U(t, w), ">=", after(U)),
            "combine",
            ("after", "dominated-here", "U", "norm", "loser-counted", *gammas),
            {"after": -ONE, "dominated-here": ratio * nb / norm},
        ),
    )


def _frequency_below() -> tuple[Step, ...]:
    """n(b) / l(t) <= l(t)^-(1 - rho) U."""
    others = total(n(t, w, j) * (1 - delta(j, g)) ** 2, j)
    power = exp(-rho * log(length(t)))
    share = nb * exp(rho * log(length(t))) / length(t)
    return (
        Step("others", at(others, ">=", 0), "sign", ("n-positive",)),
        Step(
            "longer",
            at(length(t), ">=", ng),
            "combine",
            ("length", "others", "winner"),
            {"length": -ONE, "others": ONE},
        ),
        Step(
            "length-here",
            at(length(t), ">", 0),
            "combine",
            ("longer", "winner-counted"),
            {"longer": ONE, "winner-counted": ONE},
        ),
        Step(
            "length-positive",
            Judgement(length(t), ">", Integer(0), (TIMES,)),
            "instance",
            ("length-here",),
            {w: ONE},
        ),
        Step(
            "logs",
            at(log(length(t)), ">=", log(ng)),
            "logarithm",
            ("longer", "length-positive", "winner-counted"),
        ),
        Step(
            "rates",
            at(-rho * log(ng), ">=", -rho * log(length(t))),
            "combine",
            ("logs", "rho", "length-positive", "winner-counted"),
            {"logs": rho},
        ),
        Step(
            "powers",
            at(exp(-rho * log(ng)), ">=", power),
            "exponential",
            ("rates", "length-positive", "winner-counted"),
        ),
        Step(
            "wendel",
            at(gamma(ng - rho), ">=", exp(-rho * log(ng)) * gamma(ng)),
            "wendel",
            ("past-rho", "rho", "below-one", "winner-counted"),
            {"x": ng, "r": rho},
        ),
        Step(
            "below",
            at(c(t) * U(t, w), ">=", f(t, w)),
            "combine",
            (
                "wendel", "powers", "c", "U", "f", "length-positive", "winner-counted", "past-rho",
                "loser-counted",
            ),
            {"wendel": share / gamma(ng), "powers": share},
        ),
    )  # fmt: skip


def domination_bound() -> Theorem:
    """E8: the mean of m(b) is at most n(b) Gamma(n(g) - rho) / Gamma(n(g)) l(t)^-(1 - rho)."""
    theorem = bounded_mean()
    bound = exp(-(1 - rho) * log(length(t + s))) * weight(nb, ng)
    cited = ("next", "chance", "mean-0", "mean-step", "drift", "below", "factor")
    return Theorem(
        "uniform-domination-bound",
        at(bound, ">=", mean(s, t, w), STEPS),
        (*WALK, *DOMINATED, LENGTH, *MEAN),
        (CHANCES, HERE_U, FREQUENCY, RATE),
        (
            *_counts_positive(),
            *_drift(),
            *_frequency_below(),
            Step(
                "chance",
                at(q(t, w, k), ">=", 0, TOKEN),
                "sign",
                ("q", "n-positive", "P-positive", "last"),
            ),
            Step(
                "factor",
                Judgement(c(t), ">=", Integer(0), (TIMES,)),
                "sign",
                ("c", "length-positive"),
            ),
            Step("bounded", theorem.conclusion, "cite", cited, {"theorem": theorem}),
            Step(
                "bound",
                at(bound, ">=", mean(s, t, w), STEPS),
                "combine",
                (
                    "bounded",
                    "c",
                    "U",
                    "length-positive",
                    "winner-counted",
                    "past-rho",
                ),
                {"bounded": ONE},
            ),
        ),
    )
