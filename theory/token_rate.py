r"""Claim E36: along almost every path every token recurs, at least like a power of the length.

Let P(i, b) >= c P(i, k) for all i and k, c >= 0.  Then c Z(t) <= l(t) P(x(t), b), l(t) the length,
so that the sum C of P(x(t), b) / Z(t) is at least c times the sum of 1 / l(t), and so at least
c (log l(t) - log l(0)).  Along almost every path log N(t, b) - C(t) is bounded.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Rational, log

from theory.attention import P
from theory.class_noise import C, token_noise
from theory.class_noise import c as off
from theory.derivation import Assumption, Step, Theorem
from theory.event_noise import SECOND, b
from theory.loser_rate import E, added_up, cited, path_held
from theory.martingale import COUNTS, READS, WALKED, h
from theory.notation import K, forall, i, j, k, total
from theory.path import NORM, N, Z, along, leading_to, m, never_falls, rises, t, x
from theory.recurrence import LIKED, c
from theory.walk import CHANCES, WALK, n, w

__all__ = ["token_rate"]

ONE, HALF = Integer(1), Rational(1, 2)
ahead, c_b = Function("ahead"), Function("c_b")


def length(time: Any) -> Expr:
    """The length: how many tokens have been counted."""
    return total(N(time, j), j)


NOT_NEGATIVE = Assumption("c", "c is not negative", forall()(c, ">=", 0))
AHEAD = C(t) - c * log(length(t)) + c * log(length(0))


def _length() -> tuple[Step, ...]:
    """That l(t) >= 1 and l(t + 1) = l(t) + 1, and how its logarithm rises."""
    others = total((1 - KroneckerDelta(b, j)) ** 2 * N(t, j), j)
    return (
        Step("others", along(others, ">=", 0), "sign", ("N-positive",)),
        Step(
            "there",
            along(n(h(t), k), ">=", 1, (k, ONE, K)),
            "instance",
            ("present", "path"),
            {w: h(t)},
        ),
        Step("held-b", along(n(h(t), b), ">=", 1), "instance", ("there", "second"), {k: b}),
        Step(
            "l-held",
            along(length(t), ">=", 1),
            "combine",
            ("others", "held-b", "N", "second"),
            {"others": ONE, "held-b": ONE},
        ),
        Step(
            "l-next",
            along(length(t + 1), "=", length(t) + 1),
            "combine",
            ("counted", "tokens"),
            {"counted": (ONE, j)},
        ),
        Step("l-new", along(ONE, ">=", 0), "sign"),
        *leading_to(rises("l", length(t), ONE), "l-most"),
    )


def _ahead() -> tuple[Step, ...]:
    """That C(t) >= c (log l(t) - log l(0))."""
    share = P(x(t), b) / Z(t)
    return (
        Step(
            "liked-here",
            along(P(x(t), b), ">=", c * P(x(t), k), (k, ONE, K)),
            "instance",
            ("liked", "tokens"),
            {i: x(t)},
        ),
        Step(
            "share",
            along(share, ">=", c / length(t)),
            "combine",
            ("liked-here", "Z", "Z-positive", "N-positive"),
            {"liked-here": (N(t, k) / (Z(t) * length(t)), k)},
        ),
        Step("l-0", forall()(length(0), ">", 0), "instance", ("l-positive",), {t: Integer(0)}),
        Step("ahead", along(ahead(t), "=", AHEAD), "let", ("l-positive", "l-0")),
        Step(
            "ahead-held-0",
            forall()(ahead(0), ">=", 0),
            "combine",
            ("C-0", "ahead"),
            {"C-0": ONE},
        ),
        Step(
            "ahead-held-grows",
            along(ahead(t + 1), ">=", ahead(t)),
            "combine",
            ("share", "C-step", "l-most", "c", "ahead"),
            {"share": ONE, "C-step": ONE, "l-most": c},
        ),
        *never_falls("ahead-held", ahead),
    )


def token_rate() -> Theorem:
    """E36: along almost every path N(t, b) is at least a multiple of l(t)^c."""
    result = along(E(0) + log(N(t, b)), ">=", c * log(length(t)))
    first = (c_b(0) + 1) / 2 + c * log(length(0))
    excess, defined = log(N(t, b)) - C(t), ("N-positive", "second")
    return Theorem(
        "loser-rate/token",
        result,
        (
            *WALK,
            *WALKED,
            READS,
            SECOND,
            Assumption("c", "c is not negative", forall()(c, ">=", 0)),
            LIKED,
        ),
        (CHANCES, COUNTS, NORM),
        leading_to(
            (
                *path_held(),
                *_length(),
                *added_up("C", C, P(x(t), b) / Z(t), "Z-positive"),
                cited("noise", token_noise(), {off: c_b}, {}, "norm"),
                *_ahead(),
                Step("square", along((excess + 1) ** 2, ">=", 0), "sign", ("N-positive", "second")),
                Step("E", forall()(E(0), "=", first), "let", ("l-0",)),
                Step(
                    "end",
                    result,
                    "combine",
                    ("noise", "square", "ahead-held", "ahead", "E", *defined),
                    {"noise": HALF, "square": HALF, "ahead-held": ONE},
                ),
            ),
            "end",
        ),
        fixed=(m,),
        introduces=(E,),
    )
