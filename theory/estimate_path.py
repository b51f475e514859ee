r"""Claim E35: what one trajectory tells of the chance of b after a.

Along a path, let w(t) = delta(a, x(t)) (row a is used) and pi(t) = N(t, b) P(x(t), b) / Z(t) the
chance that b comes next.  In the logit of P(a, b) the score S and the information I are

    S(t + 1) = S(t) + w(t) (delta(b, x(t + 1)) - pi(t)),
    I(t + 1) = I(t) + w(t) pi(t) (1 - pi(t)).

The noise is the score with its steps divided by v(t) = (1 + I(t))^h, h >= 0:

    M(t + 1) = M(t) + (S(t + 1) - S(t)) / v(t),      M(t)^2 <= cm at all times.

As v never falls, summation by parts gives |S(t) - v(t) M(t)| <= v(t) (cm + 1) / 2, so that the
score is at most (cm + 1) v(t), and so is minus the score.

With the odds of b multiplied by eta > 0, pi becomes pihat = eta pi / D, D = 1 - pi + eta pi, and

    pihat - pi - (1 - 1 / eta) pi (1 - pi) = (eta - 1)^2 pi (1 - pi)^2 / (eta D),
    (eta - 1) pi (1 - pi) - (pihat - pi)   = (eta - 1)^2 pi^2 (1 - pi) / D,

both not negative.  With Q adding up w (pihat - pi), the score at eta is S - Q; where it vanishes,

    (cm + 1) v >= S = Q >= (1 - 1 / eta) I,      (cm + 1) v >= -S = -Q >= (1 - eta) I.

The logarithm L of the likelihood ratio of eta >= 1 against 1 adds up w (delta log eta - log D), and
0 <= log D <= D - 1 = (eta - 1) pi: it is at most log eta for each time that b followed a, and at
least 1 - eta for each time that this was to be expected.
"""

from typing import Any

from sympy import Expr, Function, Integer, Rational, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import Judgement, instantiate
from theory.lasting import CHANCES, TIMES_SEEN, A, T
from theory.notation import forall, k
from theory.path import NORM, PATH, TOKEN, N, Z, along, at_time, bit, delta, held, leading_to
from theory.path import m, never_falls, t, x
from theory.trajectory_information import I, chance, informed
from theory.transitions import SECOND, a, b
from theory.walk import POSITIVE

__all__ = ["estimate_above", "estimate_below", "ratio_above", "ratio_below", "score_above"]
__all__ += ["score_below", "shift_least", "shift_most"]

L, M, Q, S = (Function(name) for name in "LMQS")
abar, cm, eta, h, tbar = (Symbol(name) for name in ("abar", "cm", "eta", "h", "tbar"))
n = Symbol("n", integer=True, nonnegative=True)
"""The time of the estimate."""
ONE, HALF = Integer(1), Rational(1, 2)


def v(time: Any) -> Expr:
    """The scale (1 + I)^h."""
    return exp(h * log(1 + I(time)))


def D(time: Any) -> Expr:
    """1 - pi + eta pi."""
    return 1 - chance(time) + eta * chance(time)


used, error = bit(a, t), bit(a, t) * (bit(b, t + 1) - chance(t))
bound = (cm + 1) * v(t)
"""What the score stays below: (cm + 1) v."""

START = Integer(0)
INFORMATION = informed(a)
SCORE = (
    Assumption("S-0", "the score starts at 0", forall()(S(0), "=", START)),
    Assumption("S-step", "the score adds up", along(S(t + 1), "=", S(t) + error)),
)
NOISE = (
    Assumption("h", "h is not negative", forall()(h, ">=", 0)),
    Assumption(
        "M-step",
        "the steps of the score, divided by v, add up",
        along(M(t + 1), "=", M(t) + error / v(t)),
    ),
    Assumption("noise", "the noise stays bounded", along(cm, ">=", M(t) ** 2)),
)
ODDS = (
    Assumption("eta", "the odds are multiplied by eta", forall()(eta, ">", 0)),
    Assumption("Q-0", "no shift at first", forall()(Q(0), "=", START)),
    Assumption(
        "Q-step",
        "the shifts of the chance add up",
        along(Q(t + 1), "=", Q(t) + used * (eta * chance(t) / D(t) - chance(t))),
    ),
)
ROOT = Assumption("root", "the score at eta vanishes at time n", forall()(S(n), "=", Q(n)))
RATIO = (
    Assumption("eta", "the odds grow", forall()(eta, ">=", 1)),
    Assumption("L-0", "the ratio starts at 1", forall()(L(0), "=", START)),
    Assumption(
        "L-step",
        "the logarithms of the ratios add up",
        along(L(t + 1), "=", L(t) + used * (bit(b, t + 1) * log(eta) - log(D(t)))),
    ),
)
FOLLOWED = (
    *TIMES_SEEN,
    Assumption("few", "b follows a at most tbar times", along(tbar, ">=", T(t))),
)
EXPECTED = (
    *CHANCES,
    Assumption("bounded", "the chances add up to at most abar", along(abar, ">=", A(t))),
)
SETTING = (*PATH, POSITIVE, SECOND)


def _chances() -> tuple[Step, ...]:
    """0 < pi <= 1."""
    weight = N(t, k) * P(x(t), k)
    return (
        *held(),
        Step(
            "Z-positive", along(Z(t), ">", 0), "sign", ("Z", "N-positive", "P-positive", "tokens")
        ),
        Step("b-held", along(N(t, b), ">", 0), "instance", ("N-positive", "second"), {k: b}),
        Step(
            "likely",
            along(chance(t), ">", 0),
            "sign",
            ("b-held", "P-positive", "Z-positive", "tokens", "second"),
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
            ("others", "Z", "N-positive", "P-positive", "tokens", "second"),
            {"others": (1 / Z(t), k)},
        ),
    )


def _stays(
    name: str,
    value: Expr,
    start: dict[str, Expr],
    gain: dict[str, Expr],
    *uses: str,
    defined: tuple[str, ...] = (),
) -> tuple[Step, ...]:
    """value(t) >= 0: the combinations for value(0) >= 0 and for value(t + 1) >= value(t)."""

    def at(time: Any) -> Expr:
        return instantiate(value, {t: time})

    return (
        Step(f"{name}-0", forall()(at(START), ">=", 0), "combine", (*start, *defined), start),
        Step(
            f"{name}-grows",
            along(at(t + 1), ">=", value),
            "combine",
            (*gain, *uses, *defined),
            gain,
        ),
        *never_falls(name, at, *defined),
    )


def _informed() -> tuple[Step, ...]:
    """I(t + 1) >= I(t) >= 0."""
    gain = {"likely": used * (1 - chance(t)), "I-step": ONE}
    return _stays("informed", I(t), {"I-0": ONE}, gain, "unlikely", "Z-positive")


def _scale_rises() -> tuple[Step, ...]:
    """v(t + 1) >= v(t) > 0."""
    now, later, gained = 1 + I(t), 1 + I(t + 1), "informed-grows"
    return (
        Step("more", along(later, ">=", now), "combine", (gained,), {gained: ONE}),
        Step("logs", along(log(later), ">=", log(now)), "logarithm", ("more", "informed")),
        Step(
            "exponents",
            along(h * log(later), ">=", h * log(now)),
            "combine",
            ("logs", "h", "informed"),
            {"logs": h},
        ),
        Step("v-rises", along(v(t + 1), ">=", v(t)), "exponential", ("exponents", "informed")),
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
    """v(t) (cm + 1) / 2 >= side (S(t) - v(t) M(t))."""
    rest = v(t) * (cm + 1) / 2 - side * (S(t) - v(t) * M(t))
    against = (cm + 1) / 2 + side * M(t)
    start = {"S-0": -side * ONE, "against-0": v(0)}
    gain = {"against-next": v(t + 1) - v(t), "same": -side * ONE}
    return (
        Step(
            "against-0",
            forall()(instantiate(against, {t: START}), ">=", 0),
            "instance",
            ("against",),
            {t: START},
        ),
        Step(
            "against-next",
            along(instantiate(against, {t: t + 1}), ">=", 0),
            "instance",
            ("against",),
            {t: t + 1},
        ),
        Step(
            "same",
            along(S(t + 1) - S(t), "=", v(t) * (M(t + 1) - M(t))),
            "sums",
            ("S-step", "M-step", "informed"),
        ),
        *_stays("rest", rest, start, gain, "v-rises", defined=("informed",)),
    )


def _score(name: str, side: int) -> Theorem:
    result = along(bound, ">=", side * S(t))
    return Theorem(
        f"trajectory-estimate/{name}",
        result,
        (*SETTING, *INFORMATION, *SCORE, *NOISE),
        (NORM,),
        (
            *_chances(),
            *_informed(),
            *_scale_rises(),
            *_noise(side),
            *_abel(side),
            Step(
                "score",
                result,
                "combine",
                ("rest", "along", "informed"),
                {"rest": ONE, "along": v(t)},
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


def _shift(
    name: str, value: Expr, gain: Any, result: Judgement, share: Expr, *uses: str
) -> Theorem:
    """The result is ``share`` times value(t) >= 0, which rises by a combination."""
    start = {step.replace("step", "0"): rate for step, rate in gain.items() if "step" in step}
    return Theorem(
        f"trajectory-estimate/{name}",
        result,
        (*SETTING, *INFORMATION, *ODDS),
        (NORM,),
        (
            *_chances(),
            Step(
                "D-positive",
                along(D(t), ">", 0),
                "combine",
                ("unlikely", "likely", "eta", "Z-positive"),
                {"unlikely": ONE, "likely": eta},
            ),
            *_stays("total", value, start, gain, "D-positive", "Z-positive"),
            Step("shift", result, "combine", ("total", *uses), {"total": share}),
        ),
        fixed=(m,),
    )


def shift_least() -> Theorem:
    """E35: Q >= (1 - 1 / eta) I."""
    gap = used * (eta - 1) ** 2 * (1 - chance(t)) ** 2 / D(t)
    return _shift(
        "shift-least",
        eta * Q(t) - (eta - 1) * I(t),
        {"likely": gap, "Q-step": eta, "I-step": 1 - eta},
        along(Q(t), ">=", (1 - 1 / eta) * I(t)),
        1 / eta,
        "eta",
    )


def shift_most() -> Theorem:
    """E35: (eta - 1) I >= Q."""
    gap = used * (eta - 1) ** 2 * chance(t) ** 2 / D(t)
    return _shift(
        "shift-most",
        (eta - 1) * I(t) - Q(t),
        {"unlikely": gap, "I-step": eta - 1, "Q-step": -ONE},
        along((eta - 1) * I(t), ">=", Q(t)),
        ONE,
    )


def _estimate(
    name: str, score: Theorem, shift: Theorem, least: Expr, side: int, *uses: str
) -> Theorem:
    """What a bound on the score says where the score at eta vanishes."""
    result = forall()(instantiate(bound, {t: n}), ">=", least * I(n))
    cited = tuple(
        Step(key, theorem.conclusion, "cite", tuple(theorem.given), {"theorem": theorem})
        for key, theorem in (("score", score), ("shift", shift))
    )
    return Theorem(
        f"trajectory-estimate/{name}",
        result,
        (*SETTING, *INFORMATION, *SCORE, *NOISE, *ODDS, ROOT),
        (NORM,),
        (
            *_chances(),
            *_informed(),
            *cited,
            *at_time(n, "n", cited[:1], "informed"),
            *at_time(n, "n", cited[1:], *uses),
            Step(
                "estimate",
                result,
                "combine",
                ("score-n", "shift-n", "root", "informed", *uses),
                {"score-n": ONE, "shift-n": ONE, "root": side * ONE},
            ),
        ),
        fixed=(m,),
    )


def estimate_above() -> Theorem:
    """E35: an estimate above the truth, eta > 1, is at most (cm + 1) (1 + I)^h / I above it."""
    return _estimate("estimate-above", score_above(), shift_least(), 1 - 1 / eta, 1, "eta")


def estimate_below() -> Theorem:
    """E35: an estimate below the truth."""
    return _estimate("estimate-below", score_below(), shift_most(), 1 - eta, -1)


def _odds_grow() -> tuple[Step, ...]:
    """The chance pi > 0, log eta >= 0 and D >= 1, for eta >= 1."""
    return (
        *leading_to(_chances(), "likely"),
        Step(
            "eta-positive",
            forall()(eta, ">", 0),
            "combine",
            ("eta", "one"),
            {"eta": ONE, "one": ONE},
        ),
        Step("log-odds", forall()(log(eta), ">=", 0), "logarithm", ("eta", "eta-positive")),
        Step(
            "D-least",
            along(D(t), ">=", 1),
            "combine",
            ("eta", "likely", "Z-positive"),
            {"eta": chance(t)},
        ),
        Step(
            "D-positive",
            along(D(t), ">", 0),
            "combine",
            ("D-least", "one", "Z-positive"),
            {"D-least": ONE, "one": ONE},
        ),
    )


def ratio_above() -> Theorem:
    """E35: the likelihood ratio is at most eta^tbar."""
    result, defined = along(tbar * log(eta), ">=", L(t)), ("D-positive", "Z-positive")
    value = log(eta) * T(t) - L(t)
    start = {"T-0": log(eta), "L-0": -ONE}
    gain = {"log-D": used, "T-step": log(eta), "L-step": -ONE}
    return Theorem(
        "trajectory-estimate/ratio-above",
        result,
        (*SETTING, *RATIO, *FOLLOWED),
        (NORM,),
        (
            *_odds_grow(),
            Step("log-D", along(log(D(t)), ">=", 0), "logarithm", ("D-least", *defined)),
            *_stays("ratio", value, start, gain, defined=("eta-positive",)),
            Step(
                "most",
                result,
                "combine",
                ("ratio", "few", "log-odds", "eta-positive"),
                {"ratio": ONE, "few": log(eta)},
            ),
        ),
        fixed=(m,),
    )


def ratio_below() -> Theorem:
    """E35: the logarithm of the likelihood ratio is at least -(eta - 1) abar."""
    result, defined = along(L(t), ">=", -(eta - 1) * abar), ("D-positive", "Z-positive")
    value, y = L(t) + (eta - 1) * A(t), log(D(t))
    start = {"L-0": ONE, "A-0": eta - 1}
    gain = {
        "tangent": used,
        "log-odds": used * bit(b, t + 1),
        "L-step": ONE,
        "A-step": eta - 1,
    }
    return Theorem(
        "trajectory-estimate/ratio-below",
        result,
        (*SETTING, *RATIO, *EXPECTED),
        (NORM,),
        (
            *_odds_grow(),
            Step("tangent", along(D(t), ">=", 1 + y), "tangent", defined, {"at": y}),
            *_stays("ratio", value, start, gain),
            Step(
                "least",
                result,
                "combine",
                ("ratio", "bounded", "eta"),
                {"ratio": ONE, "bounded": eta - 1},
            ),
        ),
        fixed=(m,),
    )
