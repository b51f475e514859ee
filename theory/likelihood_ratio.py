r"""Claim E26: where b follows a only so often, one trajectory does not tell the odds of it.

Let L(t) be the logarithm of the likelihood ratio, after t tokens of a path, of the odds of b after
a multiplied by eta >= 1 against the odds as they are.  By E35, with T how often b has followed a
and A the sum of the chances of it,

    T log eta >= L >= -(eta - 1) A.

If alpha + beta < 1, then T and A are bounded along almost every path near g (E25), and so is L.
"""

from sympy import Expr, Function, Integer, log

from theory.derivation import Step, Theorem
from theory.estimate_path import RATIO, L, abar, eta, ratio_above, ratio_below, tbar
from theory.lasting import A, T, cm, stops
from theory.loser_rate import E, cited
from theory.martingale import COUNTS, B, M
from theory.notation import forall
from theory.event_noise import ON_PATH
from theory.path import NORM, along, leading_to, t
from theory.transitions_recur import GIVEN, TIMES_SEEN, WEAK, W, bounded_chances, shared
from theory.walk import CHANCES

__all__ = ["ratio_bounded"]

ONE, ZERO = Integer(1), Integer(0)
S, R = Function("S"), Function("R")


def _sum(name: str, left: Expr, *facts: str) -> Step:
    """That the left side is not negative: it is the sum of what the facts say is not."""
    return Step(name, forall()(left, ">=", 0), "combine", facts, dict.fromkeys(facts, ONE))


def _constants() -> tuple[Step, ...]:
    """That the constants are not negative."""
    return (
        Step("noise-0", forall()(B(0), ">=", M(0) ** 2), "instance", ("noise",), {t: ZERO}),
        Step("square-0", forall()(M(0) ** 2, ">=", 0), "sign"),
        _sum("B-held", B(0), "noise-0", "square-0"),
        Step("most-0", forall()(W(0), ">=", A(0)), "instance", ("chances-most",), {t: ZERO}),
        _sum("W-held", W(0), "most-0", "A-0"),
        Step("S-held", forall()(S(0), ">=", 0), "sign", ("S", "W-held", "B-held")),
        Step(
            "eta-positive",
            forall()(eta, ">", 0),
            "combine",
            ("eta", "one"),
            {"eta": ONE, "one": ONE},
        ),
        Step("log-eta", forall()(log(eta), ">=", 0), "logarithm", ("eta", "eta-positive")),
        _sum("more", eta - 1, "eta"),
    )


def ratio_bounded() -> Theorem:
    """E26: if alpha + beta < 1, the likelihood ratio is bounded, along almost every path near g."""
    times = cited("times", stops(), {cm: B(0), abar: W(0)}, {"bounded": "chances-most"})
    most, least = S(0) * log(eta), W(0) * (eta - 1)
    result, signs = along(E(0), ">=", L(t) ** 2), ("S-held", "log-eta", "eta-positive")
    above, below = along(R(0) - L(t), ">=", 0), along(R(0) + L(t), ">=", 0)
    return Theorem(
        "single-trajectory-consistency/ratio",
        result,
        (*GIVEN, WEAK, *RATIO),
        (CHANCES, COUNTS, NORM, ON_PATH, TIMES_SEEN),
        leading_to(
            (
                *shared(),
                *bounded_chances(),
                times,
                Step("S", forall()(S(0), "=", times.judgement.lhs), "let"),
                Step("few", along(S(0), ">=", T(t)), "combine", ("times", "S"), {"times": ONE}),
                *_constants(),
                cited("above", ratio_above(), {tbar: S(0)}, {}),
                cited("below", ratio_below(), {abar: W(0)}, {"bounded": "chances-most"}),
                Step("R", forall()(R(0), "=", most + least), "let", ("eta-positive",)),
                Step("gain", forall()(most, ">=", 0), "sign", signs),
                Step("loss", forall()(least, ">=", 0), "sign", ("W-held", "more")),
                Step(
                    "R-above",
                    above,
                    "combine",
                    ("above", "loss", "R"),
                    {"above": ONE, "loss": ONE},
                ),
                Step(
                    "R-below",
                    below,
                    "combine",
                    ("below", "gain", "R"),
                    {"below": ONE, "gain": ONE},
                ),
                Step("E", forall()(E(0), "=", R(0) ** 2), "let"),
                Step(
                    "end", result, "combine", ("R-above", "R-below", "E"), {"R-above": R(0) + L(t)}
                ),
            ),
            "end",
        ),
        introduces=(E,),
    )
