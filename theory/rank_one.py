r"""Claims E4 and E5: the martingale of two columns in proportion, and the loser's rate in rank one.

Let b and g be different tokens with P(i, b) = rho P(i, g) for all i, as in a chain of rank one,
P(i, k) = height(i) p(k), where rho = p(b) / p(g).  For every kappa >= 0 with n(g) > kappa rho,

    f = Gamma(n(b) + kappa) / Gamma(n(b))  Gamma(n(g) - kappa rho) / Gamma(n(g))

keeps its mean: token b multiplies it by 1 + kappa / n(b), token g by 1 - kappa rho / n(g), no other
token changes it, and the chances of b and g are as n(b) rho to n(g).
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, gamma

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import FREQUENCY, HERE_U, RATE, TOKENS, b, domination_bound
from theory.domination import g, held, rho
from theory.notation import forall, i, j, k, total
from theory.walk import ALL_HELD, CHANCES, LENGTH, MEAN, NEXT, STEPS, TOKEN, WALK, after, at
from theory.walk import constant_mean, f, l, last, m, mean, n, q, row, s, w

__all__ = ["height", "kappa", "p", "rank_one_bound", "rank_one_martingale"]

delta = KroneckerDelta
kappa = Symbol("kappa")
p, height = Function("p"), Function("height")
ONE = Integer(1)
here, nb, ng = last(w), n(w, b), n(w, g)
norm = total(row(j), j)
to_b, to_g = delta(b, k), delta(g, k)

PROPORTIONAL = (
    *TOKENS,
    Assumption("two", "b and g are different", forall()(delta(b, g), "=", 0)),
    Assumption("columns", "column b is rho times column g", forall(i)(P(i, b), "=", rho * P(i, g))),
    Assumption("kappa", "kappa is not negative", forall()(kappa, ">=", 0)),
    Assumption("past", "g is held more than kappa rho times", at(ng - kappa * rho, ">", 0)),
)


def rising(count: Expr) -> Expr:
    """Gamma(count + kappa) / Gamma(count)."""
    return gamma(count + kappa) / gamma(count)


def falling(count: Expr) -> Expr:
    """Gamma(count - kappa rho) / Gamma(count)."""
    return gamma(count - kappa * rho) / gamma(count)


KEPT = Definition("f", at(f(w), "=", rising(nb) * falling(ng)))


def _held() -> tuple[Step, ...]:
    """The counts of b and g are positive, and what is one step later past kappa rho."""
    return (
        *ALL_HELD,
        Step("loser-counted", at(nb, ">", 0), "instance", ("n-positive", "loser"), {k: b}),
        Step("winner-counted", at(ng, ">", 0), "instance", ("n-positive", "winner"), {k: g}),
        Step("turn", at(to_g, ">=", 0, TOKEN), "sign"),
        Step(
            "past-more",
            at(ng + 1 - kappa * rho, ">", 0),
            "combine",
            ("past", "one"),
            {"past": ONE, "one": ONE},
        ),
        Step(
            "past-next",
            at(ng + to_g - kappa * rho, ">", 0, TOKEN),
            "combine",
            ("past", "turn"),
            {"past": ONE, "turn": ONE},
        ),
    )


def _kept() -> tuple[Step, ...]:
    """F keeps its mean in one step."""
    up, down = 1 + to_b * kappa / nb, 1 - to_g * kappa * rho / ng
    held = ("loser-counted", "winner-counted", "kappa", "past")
    here_f = rising(nb) * falling(ng)
    return (
        Step("bit-b", at(to_b * (to_b - 1), "=", 0, TOKEN), "sums"),
        Step("bit-g", at(to_g * (to_g - 1), "=", 0, TOKEN), "sums"),
        Step(
            "up",
            at(rising(nb + to_b), "=", rising(nb) * up, TOKEN),
            "binary",
            ("bit-b", "loser-counted", "kappa"),
            {"term": to_b},
        ),
        Step(
            "down",
            at(falling(ng + to_g), "=", falling(ng) * down, TOKEN),
            "binary",
            ("bit-g", "winner-counted", "past", "past-next", "past-more"),
            {"term": to_g},
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
            "next-f",
            at(f(NEXT), "=", here_f * up * down, TOKEN),
            "combine",
            ("up", "down", "f", "count-b", "count-g", "next", *held, "past-next"),
            {"up": falling(ng + to_g), "down": rising(nb) * up},
        ),
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step(
            "columns-here",
            at(P(here, b), "=", rho * P(here, g)),
            "instance",
            ("columns", "last"),
            {i: here},
        ),
        Step(
            "kept",
            at(f(w), "=", after(f)),
            "combine",
            ("next-f", "columns-here", "two", "f", "q", "norm", *held, "winner", "loser"),
            {
                "next-f": (-q(w, k), k),
                "columns-here": -here_f * kappa / norm,
                "two": here_f * kappa**2 * rho * P(here, b) / (ng * norm),
            },
        ),
    )


def rank_one_martingale() -> Theorem:
    """E4: the mean of f after any number of tokens is f."""
    return Theorem(
        "rank-one-martingale",
        at(mean(s, w), "=", rising(nb) * falling(ng), STEPS),
        (*WALK, *PROPORTIONAL, *MEAN),
        (CHANCES, KEPT),
        (
            *_held(),
            *_kept(),
            *constant_mean(),
            Step(
                "mean",
                at(mean(s, w), "=", rising(nb) * falling(ng), STEPS),
                "combine",
                ("constant", "f", "loser-counted", "winner-counted", "kappa", "past"),
                {"constant": ONE},
            ),
        ),
        fixed=(m,),
    )


RANK_ONE = (
    Assumption("p-positive", "p is positive", forall(k)(p(k), ">", 0)),
    Assumption("favourite", "p is larger at g than at b", forall()(p(g), ">", p(b))),
    Assumption(
        "rank-one", "the rows are p, up to scale", forall(i, k)(P(i, k), "=", height(i) * p(k))
    ),
)
SHARE = Definition("rho", forall()(rho, "=", p(b) / p(g)))


def rank_one_bound() -> Theorem:
    """E5: the mean frequency of a token b that p likes less than g, in rank one."""
    theorem = domination_bound()
    cited = [name for name in theorem.given if name != "rho"]
    favoured = ("p-positive", "winner", "loser")
    return Theorem(
        "rank-one-bound",
        theorem.conclusion,
        (*WALK, *TOKENS, *RANK_ONE, *MEAN),
        (CHANCES, LENGTH, HERE_U, FREQUENCY, RATE, SHARE),
        (
            Step("rho-sign", forall()(rho, ">=", 0), "sign", ("rho", *favoured)),
            Step(
                "below-one",
                forall()(1 - rho, ">", 0),
                "combine",
                ("favourite", "rho", "p-positive", "winner"),
                {"favourite": 1 / p(g)},
            ),
            Step(
                "columns",
                forall(i)(P(i, b), "=", rho * P(i, g)),
                "sums",
                ("rho", "rank-one", *favoured),
            ),
            Step(
                "dominated",
                forall(i)(rho * P(i, g), ">=", P(i, b)),
                "combine",
                ("columns",),
                {"columns": -ONE},
            ),
            *held(),
            Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
            Step("length-positive", at(l(w), ">", 0), "sign", ("l", "n-positive")),
            Step(
                "bound",
                theorem.conclusion,
                "cite",
                (
                    *cited,
                    "rho-sign",
                    "norm",
                    "length-positive",
                    "winner-counted",
                    "past-rho",
                ),
                {"theorem": theorem},
            ),
        ),
    )
