r"""The score of one logit, beside the information so far, along almost every path.

Let informed(w) >= 0 be the information so far: after a history that ends in a it grows by gain =
q(b) (1 - q(b)), else not.  Doob's theorem is applied, for 1/2 < r <= 1 and nu = 2 r - 1, to

    d(w, k) = B(w) (delta(b, k) - q(w, b)) / s^r,     V = (4 / nu) / s^nu,     s = 1 + informed(w),

B(w) = 1 where w ends in a, else 0.  The mean square of d is gain / s^(2 r).  With S = s + gain and
up = log S - log s, exp(nu up) >= 1 + nu up and up >= gain / S give

    V(w) - V(next(w, k)) >= 4 up / S^nu >= 4 gain / S^(2 r) >= gain / s^(2 r),

as S <= 2 s and 2 r <= 2.  So the sum of d along the path is bounded.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.event_noise import SECOND, a, b, moved
from theory.martingale import COUNTS, READS, WALKED, B, M, V, d, doob, h, likely
from theory.notation import forall, k, total
from theory.path import NORM, N, Z, along, t, x
from theory.walk import CHANCES, NEXT, TOKEN, WALK, after, at, last, q, w

__all__ = ["INFORMED", "ON_PATH", "I", "informed", "r", "score_noise"]

delta = KroneckerDelta
ONE, FOUR = Integer(1), Integer(4)
I, informed, gain = Function("I"), Function("informed"), Function("gain")
r = Symbol("r")
nu = 2 * r - 1
bit, chance = delta(a, last(w)), q(w, b)
now, then = 1 + informed(w), 1 + informed(w) + gain(w)
up = log(then) - log(now)
INFORMED = (
    Assumption("informed-held", "information is not negative", at(informed(w), ">=", 0)),
    Assumption(
        "informed-step",
        "informed adds up the information on the chance of b after a",
        at(informed(NEXT), "=", informed(w) + bit * chance * (1 - chance), TOKEN),
    ),
)
POWER = (
    Assumption("r-least", "r is above 1/2", forall()(nu, ">", 0)),
    Assumption("r-most", "r is at most 1", forall()(1 - r, ">=", 0)),
)
ON_PATH = Definition("I", along(I(t), "=", informed(h(t))))


def power(base: Expr, exponent: Any) -> Expr:
    """The base to a real power."""
    return exp(exponent * log(base))


def _gain() -> tuple[Step, ...]:
    """That 0 <= gain <= 1, and s, S > 0."""
    return (
        Step("gain", at(gain(w), "=", bit * chance * (1 - chance)), "let"),
        Step("event-chance", at(chance, ">=", 0), "instance", ("chance", "second"), {k: b}),
        Step(
            "others",
            at(total(q(w, k) * (1 - delta(b, k)) ** 2, k), ">=", 0),
            "sign",
            ("chance",),
        ),
        Step(
            "no-event",
            at(1 - chance, ">=", 0),
            "combine",
            ("others", "chances", "second"),
            {"others": ONE, "chances": -ONE},
        ),
        Step("gain-held", at(gain(w), ">=", 0), "sign", ("gain", "event-chance", "no-event")),
        Step("squared", at(chance**2, ">=", 0), "sign"),
        Step(
            "not-used",
            at(chance * (1 - chance) * (1 - bit) ** 2, ">=", 0),
            "sign",
            ("event-chance", "no-event"),
        ),
        Step(
            "gain-most",
            at(1 - gain(w), ">=", 0),
            "combine",
            ("no-event", "squared", "not-used", "gain"),
            {"no-event": ONE, "squared": ONE, "not-used": ONE},
        ),
        Step("now", at(now, ">", 0), "sign", ("informed-held",)),
        Step("then", at(then, ">", 0), "sign", ("informed-held", "gain-held")),
    )


def _falls() -> tuple[Step, ...]:
    """That 1 / s^nu - 1 / S^nu >= nu gain / (4 s^(2 r))."""
    both, rest = ("now", "then"), power(then, -2 * r)
    return (
        Step("tangent", at(exp(-up), ">=", 1 - up), "tangent", both, {"at": -up}),
        Step("tangent-nu", at(exp(nu * up), ">=", 1 + nu * up), "tangent", both, {"at": nu * up}),
        Step(
            "up-least",
            at(up, ">=", gain(w) / then),
            "combine",
            ("tangent", *both),
            {"tangent": ONE},
        ),
        Step("share", at(gain(w) / then, ">=", 0), "sign", ("gain-held", "then")),
        Step(
            "up-held",
            at(up, ">=", 0),
            "combine",
            ("up-least", "share", *both),
            {"up-least": ONE, "share": ONE},
        ),
        Step(
            "part",
            at(up, ">=", r * up),
            "combine",
            ("up-held", "r-most", *both),
            {"up-held": 1 - r},
        ),
        Step(
            "twice",
            at(2 * up, ">=", 2 * r * up),
            "combine",
            ("part", *both),
            {"part": Integer(2)},
        ),
        Step("powers", at(exp(2 * up), ">=", exp(2 * r * up)), "exponential", ("twice", *both)),
        Step(
            "double",
            at(2 * now - then, ">=", 0),
            "combine",
            ("informed-held", "gain-most"),
            {"informed-held": ONE, "gain-most": ONE},
        ),
        Step(
            "quadruple",
            at(FOUR * rest, ">=", power(now, -2 * r)),
            "combine",
            ("powers", "double", "informed-held", "gain-held"),
            {
                "powers": power(then, -2 * r),
                "double": (2 * now + then) / now**2 * power(then, -2 * r),
            },
        ),
        Step(
            "falls",
            at(power(now, -nu) - power(then, -nu), ">=", nu * gain(w) / 4 * power(now, -2 * r)),
            "combine",
            ("tangent-nu", "up-least", "quadruple", "r-least", "gain-held", *both),
            {
                "tangent-nu": power(then, -nu),
                "up-least": nu * power(then, -nu),
                "quadruple": nu * gain(w) / 4,
            },
        ),
    )


def _pays() -> tuple[Step, ...]:
    """V(w) >= sum_k q(w, k) (V(next(w, k)) + d(w, k)^2)."""
    added = bit * (delta(b, k) - chance) * power(now, -r)
    return (
        Step("d", at(d(w, k), "=", added, TOKEN), "let", ("now",)),
        Step("V", at(V(w), "=", FOUR / nu * power(now, -nu)), "let", ("now", "r-least")),
        Step(
            "no-drift",
            at(total(q(w, k) * d(w, k), k), "=", 0),
            "combine",
            ("chances", "d", "now", "second"),
            {"chances": -bit * chance * power(now, -r)},
        ),
        Step(
            "squares",
            at(total(q(w, k) * d(w, k) ** 2, k), "=", gain(w) * power(now, -2 * r)),
            "combine",
            ("chances", "d", "gain", "now", "second"),
            {"chances": bit * chance**2 * power(now, -2 * r)},
        ),
        Step("V-held", at(V(w), ">=", 0), "sign", ("V", "r-least")),
        Step(
            "informed-next",
            at(informed(NEXT), "=", informed(w) + gain(w), TOKEN),
            "combine",
            ("informed-step", "gain"),
            {"informed-step": ONE},
        ),
        Step(
            "V-next",
            at(V(NEXT), "=", FOUR / nu * power(then, -nu), TOKEN),
            "sums",
            ("V", "informed-next", "next", "then", "r-least"),
        ),
        Step(
            "V-after",
            at(after(V), "=", FOUR / nu * power(then, -nu)),
            "combine",
            ("V-next", "chances", "then", "r-least"),
            {"V-next": (q(w, k), k), "chances": FOUR / nu * power(then, -nu)},
        ),
        Step(
            "paid",
            at(V(w), ">=", after(V) + total(q(w, k) * d(w, k) ** 2, k)),
            "combine",
            ("V-after", "squares", "falls", "V", "r-least"),
            {"V-after": -ONE, "squares": -ONE, "falls": FOUR / nu},
        ),
    )


USED = delta(a, x(t)) * (delta(b, x(t + 1)) - N(t, b) * P(x(t), b) / Z(t))
SCORED = (
    Assumption("M-0", "M is 0 at first", forall()(M(0), "=", 0)),
    Assumption(
        "scores",
        "M adds up scores, divided by a power of the information so far",
        along(M(t + 1), "=", M(t) + USED * power(1 + I(t), -r)),
    ),
)


def score_noise() -> Theorem:
    """Along almost every path the sum of score / (1 + information so far)^r is bounded."""
    return Theorem(
        "single-trajectory-consistency/noise",
        along(B(0), ">=", M(t) ** 2),
        (*WALK[:-1], *WALKED, READS, SECOND, *INFORMED, *POWER, *SCORED),
        (CHANCES, COUNTS, NORM, ON_PATH),
        (
            *likely(),
            *_gain(),
            *_falls(),
            *_pays(),
            moved("scores", "I"),
            doob(),
        ),
        introduces=(B,),
    )
