r"""Claim E25: which transitions between losers go on for ever, along almost every path.

Let g be near along a path, and row g like a and b alpha and beta times as much as g.  By E36 their
counts are within factors of G^alpha and G^beta, G = N(t, g), along almost every path; by E33 then

    alpha + beta < 1:     the chances that b follows a sum to a number, and so does T,
    alpha + beta >= 1:    they sum to a multiple of log G or more, and T grows without end,

T how often b has followed a: Doob's theorem bounds how far the sum of the chances is from it.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.event_noise import ON_PATH, SPENT, A, event_noise, spent
from theory.lasting import T, abar, ca, cb, chance, chances_bounded, chances_grow, cm, followed
from theory.lasting import happens, sa, sb, stops, theta
from theory.judgement import Judgement
from theory.loser_growth import eps, power, rho, z
from theory.loser_rate import E, NEAR_WINNER, added_up, below_one, cited, loser_rate, near_held
from theory.loser_rate import path_held
from theory.martingale import COUNTS, READS, WALKED, B, M, h
from theory.notation import K, forall, j, k, total
from theory.path import NORM, G, N, along, g, leading_to, t, x
from theory.transitions import FIRST, SECOND, a, b
from theory.walk import CHANCES, WALK, last, next_, q, s, w

__all__ = ["GIVEN", "TIMES_SEEN", "WEAK", "W", "alpha", "beta", "bounded_chances"]
__all__ += ["factors", "go_on", "powers", "shared", "stop"]

ONE, ZERO = Integer(1), Integer(0)
alpha, beta = Symbol("alpha"), Symbol("beta")
E_a, E_b, W = Function("E_a"), Function("E_b"), Function("W")

RATES = (
    FIRST,
    SECOND,
    Assumption(
        "rate-a", "row g likes a alpha times as much as g", forall()(alpha * P(g, g), "=", P(g, a))
    ),
    Assumption(
        "rate-b", "row g likes b beta times as much as g", forall()(beta * P(g, g), "=", P(g, b))
    ),
)
SPENT_HERE = (
    *SPENT,
    Assumption("spent-0", "no chance is spent at first", forall()(spent(h(0)), "=", 0)),
)
TIMES_SEEN = Definition(
    "T",
    along(T(t), "=", Sum(KroneckerDelta(a, x(s)) * KroneckerDelta(b, x(s + 1)), (s, 0, t - 1))),
)


def factors(name: str) -> tuple[Expr, Expr]:
    """few(0) and many(0) of :func:`powers`."""
    few, many = (Function(f"{head}_{name}") for head in ("few", "many"))
    return few(0), many(0)


def powers(name: str, token: Any, rate: Expr, member: str) -> tuple[Step, ...]:
    """That few(0) G^rate >= N(t, token) >= many(0) G^rate, few(0), many(0) > 0.

    They use the step ``power-name``, E(0) >= (log N(t, token) - rate log G)^2; the last are
    ``few-name``, ``many-name``, ``few-positive-name`` and ``many-positive-name``.
    """
    excess = log(N(t, token)) - rate * log(G(t))
    half = (Function(f"E_{name}")(0) + 1) / 2
    counts = ("N-positive", "winner")
    defined = (*counts, member)
    steps: tuple[Step, ...] = ()
    for end, sign, factor in zip(("few", "many"), (ONE, -ONE), factors(name), strict=True):
        square, logs, raised, size = (
            f"{end}-{part}-{name}" for part in ("square", "logs", "powers", "size")
        )
        lesser, bound = log(N(t, token)), rate * log(G(t)) + sign * half

        def ordered(above: Expr, below: Expr, sign: Expr = sign) -> Judgement:
            return along(*((above, ">=", below) if sign > 0 else (below, ">=", above)))

        steps += (
            Step(square, along((excess - sign) ** 2, ">=", 0), "sign", defined),
            Step(
                logs,
                ordered(bound, lesser),
                "combine",
                (f"power-{name}", square, *defined),
                {f"power-{name}": ONE / 2, square: ONE / 2},
            ),
            Step(
                raised,
                ordered(exp(sign * half) * power(rate, t), N(t, token)),
                "exponential",
                (logs, *counts),
            ),
            Step(size, forall()(factor, "=", exp(sign * half)), "let"),
            Step(f"{end}-positive-{name}", forall()(factor, ">", 0), "sign", (size,)),
            Step(
                f"{end}-{name}",
                ordered(factor * power(rate, t), N(t, token)),
                "combine",
                (raised, size, *counts),
                {raised: ONE},
            ),
        )
    return steps


def _spent() -> tuple[Step, ...]:
    """A along the path: the chances that b follows a, so far."""
    new = next_(h(t), x(t + 1))
    defined = ("A", "q", "N", "Z", "reads", "path", "second", "norm", "Z-positive")
    return (
        Step(
            "spent-there",
            along(spent(new), "=", spent(h(t)) + KroneckerDelta(a, last(h(t))) * q(h(t), b)),
            "instance",
            ("spent-step", "path", "tokens"),
            {w: h(t), k: x(t + 1)},
        ),
        Step("spent-next", along(A(t + 1), "=", spent(new)), "sums", ("A", "follows")),
        Step("A-0", forall()(A(0), "=", 0), "combine", ("spent-0", "A"), {"spent-0": ONE}),
        Step(
            "A-step",
            along(A(t + 1), "=", A(t) + chance),
            "combine",
            ("spent-next", "spent-there", *defined),
            {"spent-next": ONE, "spent-there": ONE},
        ),
        Step(
            "held-there", along(spent(h(t)), ">=", 0), "instance", ("spent-held", "path"), {w: h(t)}
        ),
        Step("A-held", along(A(t), ">=", 0), "combine", ("held-there", "A"), {"held-there": ONE}),
    )


def shared() -> tuple[Step, ...]:
    """The counts of a and b, the chances along the path, and their noise."""
    rates = {"second": "first", "rate": "rate-a"}
    return (
        *path_held(),
        cited("power-a", loser_rate(), {b: a, rho: alpha, E: E_a}, rates, "norm"),
        cited("power-b", loser_rate(), {rho: beta, E: E_b}, {"rate": "rate-b"}, "norm"),
        *_spent(),
        *added_up("M", M, (followed - chance) / (1 + A(t)), "Z-positive", "A-held"),
        cited("noise", event_noise(), {}, {"events": "M-step"}, "norm"),
        Step("T-0", forall()(T(0), "=", 0), "sums", ("T",)),
        Step("T-step", along(T(t + 1), "=", T(t) + followed), "sums", ("T",)),
    )


def _rate(name: str, rate: Expr, token: Any, member: str) -> tuple[Step, ...]:
    """That the rate of a token is not negative."""
    return (
        Step(
            f"row-{name}", forall()(P(g, token), ">", 0), "instance", ("row-g", member), {k: token}
        ),
        Step(
            f"s{name}",
            forall()(rate, ">=", 0),
            "combine",
            (f"rate-{name}", f"row-{name}", "kept"),
            {f"rate-{name}": 1 / P(g, g), f"row-{name}": 1 / P(g, g)},
        ),
    )


GIVEN = (*WALK, *WALKED, READS, *NEAR_WINNER, *RATES, *SPENT_HERE)
WEAK = Assumption("weak", "alpha + beta is below one", forall()(ONE, ">", alpha + beta))


def bounded_chances() -> tuple[Step, ...]:
    """W(0) >= A(t), from the steps ``A-0``, ``A-step``, ``power-a`` and ``power-b``."""
    most = cited(
        "chances",
        chances_bounded(),
        {ca: factors("a")[0], cb: factors("b")[0], sa: alpha, sb: beta},
        {},
    )
    return (
        *leading_to(powers("a", a, alpha, "first"), "few-a"),
        *leading_to(powers("b", b, beta, "second"), "few-b"),
        *leading_to(near_held(), "row-g", "kept"),
        *_rate("a", alpha, a, "first"),
        Step("weak-slack", forall()(1 - alpha - beta, ">", 0), "combine", ("weak",), {"weak": ONE}),
        Step("class", forall(k)(z(k), "=", KroneckerDelta(a, k)), "let"),
        most,
        Step("W", forall()(W(0), "=", most.judgement.lhs), "let", ("weak-slack",)),
        Step(
            "chances-most",
            along(W(0), ">=", A(t)),
            "combine",
            ("chances", "W"),
            {"chances": ONE},
        ),
    )


def stop() -> Theorem:
    """E25: if alpha + beta < 1, then b follows a only so often, along almost every path near g."""
    end = cited("times", stops(), {cm: B(0), abar: W(0)}, {"bounded": "chances-most"})
    result = along(E(0), ">=", T(t))
    return Theorem(
        "transitions-recur/stop",
        result,
        (*GIVEN, WEAK),
        (CHANCES, COUNTS, NORM, ON_PATH, TIMES_SEEN),
        leading_to(
            (
                *shared(),
                *bounded_chances(),
                end,
                Step("E", forall()(E(0), "=", end.judgement.lhs), "let"),
                Step("end", result, "combine", ("times", "E"), {"times": ONE}),
            ),
            "end",
        ),
        introduces=(E,),
    )


def go_on() -> Theorem:
    """E25: if alpha + beta >= 1, then b follows a for ever, along almost every path near g."""
    size_a, size_b = factors("a")[1], factors("b")[1]
    many = cited(
        "chances",
        chances_grow(),
        {ca: size_a, cb: size_b, sa: alpha, sb: beta},
        {"apart": "loser-a", "liked": "likes-b", "sb": "below", "theta": "theta-held"},
    )
    seen = cited("times", happens(), {cm: B(0)}, {})
    slope = theta * size_b * size_a * (1 - beta) / (1 + eps)
    at_first = size_a * (1 - beta) * log(G(ZERO)) + N(0, a) * exp(-(1 - beta) * log(G(ZERO)))
    first, scale = theta * size_b * at_first / (1 + eps), exp((B(0) + 1) / 2)
    length = log(total(N(t, j), j))
    result = along(E(0) * (1 + exp(T(t))), ">=", length)
    rising = ("many-positive-a", "many-positive-b", "theta", "rate-slack", "eps", "N-positive")
    most = log(1 + eps) + (first + scale) / slope
    spare = scale + 1 + (slope * log(1 + eps) + first) * exp(T(t))
    return Theorem(
        "transitions-recur/go-on",
        result,
        (
            *GIVEN,
            Assumption("loser-a", "a is not g", forall()(KroneckerDelta(a, g), "=", 0)),
            Assumption("loser-b", "b is not g", forall()(KroneckerDelta(b, g), "=", 0)),
            Assumption(
                "likes-b",
                "row a likes b theta times as much as any token or more",
                forall(k)(P(a, b), ">=", theta * P(a, k)),
            ),
            Assumption("theta", "theta is positive", forall()(theta, ">", 0)),
            Assumption("strong", "alpha + beta is one or more", forall()(alpha + beta, ">=", 1)),
        ),
        (CHANCES, COUNTS, NORM, ON_PATH, TIMES_SEEN),
        leading_to(
            (
                *shared(),
                *powers("a", a, alpha, "first"),
                *powers("b", b, beta, "second"),
                *near_held(),
                *_rate("a", alpha, a, "first"),
                *_rate("b", beta, b, "second"),
                *below_one(beta, "rate-b", "loser-b"),
                Step("ca", forall()(size_a, ">=", 0), "sign", ("many-positive-a",)),
                Step("cb", forall()(size_b, ">=", 0), "sign", ("many-positive-b",)),
                Step("theta-held", forall()(theta, ">=", 0), "combine", ("theta",), {"theta": ONE}),
                many,
                seen,
                Step("G-0", forall()(G(ZERO), ">=", 1), "instance", ("held", "winner"), {k: g}),
                Step("more-eps", forall()(1 + eps, ">=", 1), "combine", ("eps",), {"eps": ONE}),
                Step(
                    "there-less",
                    along(N(t, k) - 1, ">=", 0, (k, ONE, K)),
                    "combine",
                    ("there",),
                    {"there": ONE},
                ),
                Step(
                    "log-0",
                    forall()(log(G(ZERO)), ">=", 0),
                    "logarithm",
                    ("G-0", "N-positive", "winner"),
                ),
                Step(
                    "there-a",
                    along(N(t, a) - 1, ">=", 0),
                    "instance",
                    ("there-less", "first"),
                    {k: a},
                ),
                Step(
                    "grown",
                    along(A(t), ">=", slope * log(G(t)) - first),
                    "combine",
                    (
                        *("chances", "there-a", "many-positive-b", "theta", "eps"),
                        *("N-positive", "winner"),
                    ),
                    {"chances": ONE, "there-a": theta * size_b / (1 + eps) * power(beta - 1, t)},
                ),
                Step(
                    "near-enough",
                    along((1 + eps) * G(t), ">=", total(N(t, j), j)),
                    "combine",
                    ("near",),
                    {"near": ONE},
                ),
                Step(
                    "length",
                    along(log(1 + eps) + log(G(t)), ">=", length),
                    "logarithm",
                    ("near-enough", "eps", "N-positive", "winner"),
                ),
                Step("log-eps", forall()(log(1 + eps), ">=", 0), "logarithm", ("more-eps", "eps")),
                Step(
                    "spare",
                    along(spare / slope, ">=", 0),
                    "sign",
                    ("log-eps", "log-0", *rising, "winner", "first"),
                ),
                Step("E", forall()(E(0), "=", most), "let", (*rising, "winner")),
                Step(
                    "end",
                    result,
                    "combine",
                    ("length", "grown", "times", "spare", "E", *rising),
                    {"length": ONE, "grown": 1 / slope, "times": 1 / slope, "spare": ONE},
                ),
            ),
            "end",
        ),
        introduces=(E,),
    )
