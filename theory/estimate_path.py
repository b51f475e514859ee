r"""Claim E35: what one trajectory tells of the chance of b after a.

Along a path, let w(t) = delta(a, x(t)) (row a is used) and pi(t) = N(t, b) P(x(t), b) / Z(t) the
chance that b comes next.  In the logit of P(a, b) the score S and the information I are

    S(t + 1) = S(t) + w(t) (delta(b, x(t + 1)) - pi(t)),
    I(t + 1) = I(t) + w(t) pi(t) (1 - pi(t)).

The noise is the score with its steps divided by v(t) = (1 + I(t))^h, h >= 0:

    M(t + 1) = M(t) + (S(t + 1) - S(t)) / v(t),      M(t)^2 <= cm at all times.

As v never falls, summation by parts gives |S(t) - v(t) M(t)| <= (v(t) - v(0)) (cm + 1) / 2, so that
the score is at most (cm + 1) v(t), and so is minus the score.
"""

from typing import Any

from sympy import Expr, Function, Integer, Rational, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import instantiate
from theory.notation import forall, k
from theory.path import NORM, PATH, TOKEN, N, Z, along, bit, delta, held, induction, m, t, x
from theory.score import SAMPLED, a, b
from theory.walk import POSITIVE

__all__ = ["score_above", "score_below"]

I, M, S, v = (Function(name) for name in ("I", "M", "S", "v"))
cm, h = Symbol("cm"), Symbol("h")
ONE, HALF = Integer(1), Rational(1, 2)


def chance(time: Any) -> Expr:
    """pi: the chance that b comes next."""
    return N(time, b) * P(x(time), b) / Z(time)


def power(time: Any) -> Expr:
    """(1 + I)^h."""
    return exp(h * log(1 + I(time)))


used, error = bit(a, t), bit(a, t) * (bit(b, t + 1) - chance(t))
bound = (cm + 1) * power(t)
"""What the score stays below: (cm + 1) v."""

START = Integer(0)
INFORMATION = (
    Assumption("I-0", "no information at first", forall()(I(0), "=", START)),
    Assumption(
        "I-step",
        "the information adds up",
        along(I(t + 1), "=", I(t) + used * chance(t) * (1 - chance(t))),
    ),
)
SCORE = (
    Assumption("S-0", "the score starts at 0", forall()(S(0), "=", START)),
    Assumption("S-step", "the score adds up", along(S(t + 1), "=", S(t) + error)),
)
NOISE = (
    Assumption("h", "h is not negative", forall()(h, ">=", 0)),
    Assumption("M-0", "the noise starts at 0", forall()(M(0), "=", START)),
    Assumption(
        "M-step",
        "the steps of the score, divided by v, add up",
        along(M(t + 1), "=", M(t) + error / power(t)),
    ),
    Assumption("noise", "the noise stays bounded", along(cm, ">=", M(t) ** 2)),
)
SCALE = Definition("v", along(v(t), "=", power(t)))
SETTING = (*PATH, POSITIVE, SAMPLED)


def _chances() -> tuple[Step, ...]:
    """0 <= pi <= 1."""
    weight = N(t, k) * P(x(t), k)
    return (
        *held(),
        Step(
            "Z-positive", along(Z(t), ">", 0), "sign", ("Z", "N-positive", "P-positive", "tokens")
        ),
        Step("b-held", along(N(t, b), ">", 0), "instance", ("N-positive", "sampled"), {k: b}),
        Step(
            "likely",
            along(chance(t), ">=", 0),
            "sign",
            ("b-held", "P-positive", "Z-positive", "tokens", "sampled"),
        ),
        Step(
            "others",
            along((1 - delta(b, k)) ** 2 * weight, ">=", 0, TOKEN),
            "sign",
            ("N-positive", "P-positive", "tokens"),
        ),
        Step(
            "unlikely",
            along(1 - chance(t), ">=", 0),
            "combine",
            ("others", "Z", "N-positive", "P-positive", "tokens", "sampled"),
            {"others": (1 / Z(t), k)},
        ),
    )


def _informed() -> tuple[Step, ...]:
    """I(t + 1) >= I(t) >= 0."""
    return (
        Step(
            "gain",
            along(used * chance(t) * (1 - chance(t)), ">=", 0),
            "sign",
            ("likely", "unlikely", "Z-positive", "b-held", "P-positive", "tokens", "sampled"),
        ),
        Step(
            "information-rises",
            along(I(t + 1), ">=", I(t)),
            "combine",
            ("gain", "I-step", "Z-positive"),
            {"gain": ONE, "I-step": ONE},
        ),
        Step("information-0", forall()(I(0), ">=", 0), "combine", ("I-0",), {"I-0": ONE}),
        *_since("information", I(t)),
    )


def _since(name: str, value: Expr) -> tuple[Step, ...]:
    """value(t) >= 0, from ``name-0`` (value(0) >= 0) and ``name-rises`` (it never falls)."""
    now, then = instantiate(value, {t: m}), instantiate(value, {t: m + 1})
    both = (f"{name}-m", f"{name}-rises-m")
    return (
        Step(both[0], forall()(now, ">=", 0), "suppose"),
        Step(both[1], forall()(then, ">=", now), "instance", (f"{name}-rises",), {t: m}),
        Step(f"{name}-next", forall()(then, ">=", 0), "combine", both, dict.fromkeys(both, ONE)),
        induction(name, along(value, ">=", 0)),
    )


def _scale_rises() -> tuple[Step, ...]:
    """v(t + 1) >= v(t) > 0."""
    more, grown = 1 + I(t), 1 + I(t + 1)
    defined = ("inside", "inside-next")
    return (
        Step("inside", along(more, ">", 0), "sign", ("information",)),
        Step("inside-next", along(grown, ">", 0), "instance", ("inside",), {t: t + 1}),
        Step(
            "grown",
            along(grown, ">=", more),
            "combine",
            ("information-rises",),
            {"information-rises": ONE},
        ),
        Step("logs", along(log(grown), ">=", log(more)), "logarithm", ("grown", *defined)),
        Step(
            "powers",
            along(h * log(grown), ">=", h * log(more)),
            "combine",
            ("logs", "h", *defined),
            {"logs": h},
        ),
        Step("rises", along(power(t + 1), ">=", power(t)), "exponential", ("powers", *defined)),
        Step(
            "v-rises",
            along(v(t + 1), ">=", v(t)),
            "combine",
            ("rises", "v", *defined),
            {"rises": ONE},
        ),
        Step("v-positive", along(v(t), ">", 0), "sign", ("v", "inside")),
    )


def _noise(side: int) -> tuple[Step, ...]:
    """(cm + 1) / 2 >= side M (``along``) and >= -side M (``against``)."""
    signs = {"along": side, "against": -side}
    squares = (
        Step(f"{name}-square", along((1 - sign * M(t)) ** 2, ">=", 0), "sign")
        for name, sign in signs.items()
    )
    bounds = (
        Step(
            name,
            along((cm + 1) / 2 - sign * M(t), ">=", 0),
            "combine",
            ("noise", f"{name}-square"),
            {"noise": HALF, f"{name}-square": HALF},
        )
        for name, sign in signs.items()
    )
    return (*squares, *bounds)


def _abel(side: int) -> tuple[Step, ...]:
    """(v(t) - v(0)) (cm + 1) / 2 >= side (S(t) - v(t) M(t))."""
    rest = (cm + 1) / 2 * (v(t) - v(0)) - side * (S(t) - v(t) * M(t))
    start, after = instantiate(rest, {t: START}), instantiate(rest, {t: t + 1})
    return (
        Step(
            "rest-0",
            forall()(start, ">=", 0),
            "combine",
            ("S-0", "M-0"),
            {"S-0": -side * ONE, "M-0": side * v(0)},
        ),
        Step(
            "against-next",
            along((cm + 1) / 2 + side * M(t + 1), ">=", 0),
            "instance",
            ("against",),
            {t: t + 1},
        ),
        Step(
            "same",
            along(S(t + 1) - S(t), "=", v(t) * (M(t + 1) - M(t))),
            "sums",
            ("S-step", "M-step", "v", "inside", "Z-positive"),
        ),
        Step(
            "rest-rises",
            along(after, ">=", rest),
            "combine",
            ("against-next", "same", "v-rises"),
            {"against-next": v(t + 1) - v(t), "same": -side * ONE},
        ),
        *_since("rest", rest),
    )


def _score(name: str, side: int) -> Theorem:
    result = along(bound, ">=", side * S(t))
    return Theorem(
        f"trajectory-estimate/{name}",
        result,
        (*SETTING, *INFORMATION, *SCORE, *NOISE),
        (NORM, SCALE),
        (
            *_chances(),
            *_informed(),
            *_scale_rises(),
            *_noise(side),
            *_abel(side),
            Step("v-0", forall()(v(0), ">", 0), "instance", ("v-positive",), {t: START}),
            Step(
                "score",
                result,
                "combine",
                ("rest", "along", "against", "v-0", "v-positive", "v", "inside"),
                {"rest": ONE, "along": v(t) + v(0) / 2, "against": v(0) / 2},
            ),
        ),
        fixed=(m,),
    )


def score_above() -> Theorem:
    """E35: the score is at most (cm + 1) (1 + I)^h."""
    return _score("score-above", 1)


def score_below() -> Theorem:
    """E35: minus the score is at most (cm + 1) (1 + I)^h."""
    return _score("score-below", -1)
