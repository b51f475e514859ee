r"""Claim E8: a token that every row likes less than the winner loses at the rate t^-(1 - rho).

Let g be a token and b another with P(i, b) <= rho P(i, g) for all i, 0 <= rho < 1.  Then

    U = n(b) Gamma(n(g) - rho) / Gamma(n(g))

does not rise in the mean: with the weights P(x, b), P(x, g) of the row of the last token x and
their sum Z with all others, its relative drift is (P(x, b) - rho P(x, g)) / Z <= 0.  As Gamma is
log-convex,

    Gamma(n - rho) / Gamma(n) >= n^-rho,

and n(g) is at most the length l(w) of the history, so n(b) <= l(w)^rho U and the mean of the
frequency m(b) = n(b) / l(w) is at most U(0) l(w)^-(1 - rho).
"""

from sympy import Expr, Integer, KroneckerDelta, Symbol, exp, gamma, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import K, forall, i, j, k, member, total
from theory.walk import ALL_HELD, CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, U, WALK, after, at
from theory.walk import bounded_mean, c, f, l, last, longer, m, mean, n, q, row, s, w

__all__ = ["DEFINED", "DOMINATED", "FREQUENCY", "HERE_U", "RATE", "TOKENS", "b"]
__all__ += ["counts_positive", "domination_bound", "drift", "frequency_below", "g", "held", "moves"]
__all__ += ["rho", "two_tokens", "weight"]

delta = KroneckerDelta
b, g = Symbol("b", integer=True), Symbol("g", integer=True)
rho = Symbol("rho")
ONE = Integer(1)
here = last(w)

TOKENS = (
    Assumption("winner", "g is a token", member(g, 1, K)),
    Assumption("loser", "b is a token", member(b, 1, K)),
)
RHO = Assumption("rho", "rho is not negative", forall()(rho, ">=", 0))
DOMINATED = (
    *TOKENS,
    RHO,
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


HERE_U = Definition("U", at(U(w), "=", weight(n(w, b), n(w, g))))
FREQUENCY = Definition("f", at(f(w), "=", n(w, b) / l(w)))
RATE = Definition("c", at(c(s, w), "=", exp(-(1 - rho) * log(l(w) + s)), STEPS))
nb, ng, z = n(w, b), n(w, g), delta(g, k)
ratio = gamma(ng - rho) / gamma(ng)
norm = total(row(j), j)
DEFINED = ("length-positive", "winner-counted", "past-rho")
"""Steps that say where the bound is defined."""


def held() -> tuple[Step, ...]:
    """n(k) > 0 and n(g) > rho."""
    return (
        *ALL_HELD,
        Step("winner-held", at(ng, ">=", 1), "instance", ("present", "winner"), {k: g}),
        Step("winner-counted", at(ng, ">", 0), "instance", ("n-positive", "winner"), {k: g}),
        Step(
            "past-rho",
            at(ng - rho, ">", 0),
            "combine",
            ("winner-held", "below-one"),
            {"winner-held": ONE, "below-one": ONE},
        ),
    )


def counts_positive() -> tuple[Step, ...]:
    """n(k) > 0, n(g) > rho, and so one step later."""
    return (
        *held(),
        Step("loser-counted", at(nb, ">", 0), "instance", ("n-positive", "loser"), {k: b}),
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


def two_tokens() -> tuple[Step, ...]:
    """The two differ: else P(1, b) <= rho P(1, b)."""
    same = delta(b, g)
    return (
        Step("first", forall()(rho * P(1, g), ">=", P(1, b)), "instance", ("dominated",), {i: ONE}),
        Step("entry", forall()(P(1, b), ">", 0), "sign", ("P-positive", "loser")),
        Step("same", forall()(same, ">=", 0), "sign"),
        Step(
            "not-same",
            forall()(0, ">=", same),
            "combine",
            ("first", "entry", "below-one"),
            {"first": same / (P(1, b) * (1 - rho))},
        ),
        Step("two", forall()(same, "=", 0), "squeeze", ("same", "not-same")),
    )


def moves() -> tuple[Step, ...]:
    """The mean of U after one more token."""
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
                at(n(NEXT, token), "=", n(w, token) + delta(token, k), TOKEN),
                "instance",
                ("counts", token_in),
                {j: token},
            )
            for name, token, token_in in (("b", b, "loser"), ("g", g, "winner"))
        ),
        Step(
            "next-U",
            at(U(NEXT), "=", moved, TOKEN),
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
            {"next-U": (q(w, k), k), "two": -ratio * nb * P(here, b) * rho / (ng * norm)},
        ),
    )


def drift() -> tuple[Step, ...]:
    """U does not rise in the mean."""
    gammas = ("winner-counted", "past-rho")
    return (
        *moves(),
        Step(
            "dominated-here",
            at(rho * P(here, g), ">=", P(here, b)),
            "instance",
            ("dominated", "last"),
            {i: here},
        ),
        Step(
            "drift",
            at(U(w), ">=", after(U)),
            "combine",
            ("after", "dominated-here", "U", "norm", "loser-counted", *gammas),
            {"after": -ONE, "dominated-here": ratio * nb / norm},
        ),
    )


def frequency_below() -> tuple[Step, ...]:
    """n(b) / l(w) <= l(w)^-(1 - rho) U."""
    others = total(n(w, j) * (1 - delta(j, g)) ** 2, j)
    power = exp(-rho * log(l(w)))
    share = nb * exp(rho * log(l(w))) / l(w)
    return (
        Step("others", at(others, ">=", 0), "sign", ("n-positive",)),
        Step(
            "as-long",
            at(l(w), ">=", ng),
            "combine",
            ("others", "l", "winner"),
            {"others": ONE},
        ),
        Step(
            "length-positive",
            at(l(w), ">", 0),
            "combine",
            ("as-long", "winner-counted"),
            {"as-long": ONE, "winner-counted": ONE},
        ),
        longer(),
        Step(
            "logs",
            at(log(l(w)), ">=", log(ng)),
            "logarithm",
            ("as-long", "length-positive", "winner-counted"),
        ),
        Step(
            "rates",
            at(-rho * log(ng), ">=", -rho * log(l(w))),
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
            "frequency",
            at(exp(-(1 - rho) * log(l(w))) * weight(nb, ng), ">=", nb / l(w)),
            "combine",
            ("wendel", "powers", *DEFINED, "loser-counted"),
            {"wendel": share / gamma(ng), "powers": share},
        ),
    )


def domination_bound() -> Theorem:
    """E8: the mean of m(b) is at most n(b) Gamma(n(g) - rho) / Gamma(n(g)) l(w)^-(1 - rho)."""
    bound = exp(-(1 - rho) * log(l(w) + s)) * weight(nb, ng)
    return Theorem(
        "uniform-domination-bound",
        at(bound, ">=", mean(s, w), STEPS),
        (*WALK, *DOMINATED, *MEAN),
        (CHANCES, LENGTH, HERE_U, FREQUENCY, RATE),
        (
            *counts_positive(),
            *two_tokens(),
            *drift(),
            *frequency_below(),
            Step(
                "below",
                at(c(0, w) * U(w), ">=", f(w)),
                "combine",
                ("frequency", "c", "U", "f", *DEFINED),
                {"frequency": ONE},
            ),
            Step(
                "chance",
                at(q(w, k), ">=", 0, TOKEN),
                "sign",
                ("q", "n-positive", "P-positive", "last"),
            ),
            Step(
                "factor",
                at(c(s, w), ">=", 0, STEPS),
                "sign",
                ("c", "length-positive"),
            ),
            Step(
                "follow",
                at(c(s, NEXT), "=", c(s + 1, w), STEPS, TOKEN),
                "sums",
                ("c", "longer", "length-positive", "next"),
            ),
            *bounded_mean(),
            Step(
                "bound",
                at(bound, ">=", mean(s, w), STEPS),
                "combine",
                ("bounded", "c", "U", *DEFINED),
                {"bounded": ONE},
            ),
        ),
        fixed=(m,),
    )
