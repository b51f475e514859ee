r"""Claim E12: along almost every path near g, a loser's frequency is a power of the length.

By E36 log N(t, b) - rho log N(t, g) is bounded along almost every path near g, by the root of c
say, and there G <= l <= (1 + eps) G, G = N(t, g) and l the length.  Hence

    log(N(t, b) / l) + (1 - rho) log l = log N(t, b) - rho log G - rho (log l - log G)

is bounded too, and its square by 2 c + 2 rho^2 log(1 + eps)^2, as

    2 u^2 + 2 v^2 - (u - v)^2 = (u + v)^2 >= 0.

With two tokens, of which the first is kept with more than 1/2 and the second left with more than
1/2, E3 leaves one end of the walk: the first wins.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.event_noise import SECOND, b
from theory.limits import BETWEEN, BIT, BOTH_PRESENT, CORNERS, KEPT, a, stable
from theory.limits import two_token_winner, win
from theory.loser_growth import NEAR, eps, others, rho
from theory.loser_power import excess
from theory.loser_rate import LOSER_RATE, NEAR_WINNER, E, cited, loser_rate
from theory.loser_rate import near_held, path_held
from theory.martingale import COUNTS, READS, WALKED
from theory.judgement import Judgement
from theory.notation import forall, i, j, k, total
from theory.path import NORM, PATH, WINNER, G, N, along, g, held, leading_to, m, t
from theory.walk import CHANCES, WALK

__all__ = ["LENGTH", "c", "frequency", "frequency_near", "l", "of_length", "winner"]

ONE, TWO, ZERO = Integer(1), Integer(2), Integer(0)
E_b, l = Function("E_b"), Function("l")
c = Symbol("c")

LENGTH = Definition("l", along(l(t), "=", total(N(t, j), j)))
POWER = Assumption(
    "power",
    "the square of log N(t, b) - rho log N(t, g) is at most c",
    along(c, ">=", excess**2),
)
width = log(1 + eps)
of_length = log(N(t, b) / l(t)) + (1 - rho) * log(l(t))
"""How far the logarithm of the frequency of b is from (rho - 1) log l."""


def most(of_counts: Expr) -> Expr:
    """2 c + 2 rho^2 log(1 + eps)^2, for c."""
    return 2 * (of_counts + rho**2 * width**2)


def _length() -> tuple[Step, ...]:
    """That 0 <= log l - log G <= log(1 + eps)."""
    more = log(l(t)) - log(G(t))
    defined = ("G-positive", "l-positive")
    return (
        Step("G-positive", along(G(t), ">", 0), "instance", ("N-positive", "winner"), {k: g}),
        Step(
            "others",
            along(others(t), ">=", 0),
            "combine",
            ("N-positive", "winner"),
            {"N-positive": ((1 - KroneckerDelta(k, g)) ** 2, k)},
        ),
        Step("l-positive", along(l(t), ">", 0), "sign", ("l", "N-positive")),
        Step("least", along(l(t), ">=", G(t)), "combine", ("others", "l"), {"others": ONE}),
        Step("most", along((1 + eps) * G(t), ">=", l(t)), "combine", ("near", "l"), {"near": ONE}),
        Step(
            "eps-there",
            along(eps, ">=", 0),
            "combine",
            ("near", "others", "G-positive"),
            {"near": 1 / G(t), "others": 1 / G(t)},
        ),
        Step("eps", forall()(eps, ">=", 0), "instance", ("eps-there",), {t: ZERO}),
        Step("log-least", along(log(l(t)), ">=", log(G(t))), "logarithm", ("least", *defined)),
        Step(
            "log-most",
            along(width + log(G(t)), ">=", log(l(t))),
            "logarithm",
            ("most", "eps", *defined),
        ),
        Step(
            "sum",
            along(width + more, ">=", 0),
            "combine",
            ("log-most", "log-least", "eps", *defined),
            {"log-most": ONE, "log-least": TWO},
        ),
        Step(
            "width",
            along(width**2, ">=", more**2),
            "combine",
            ("log-most", "sum", "eps", *defined),
            {"log-most": width + more},
        ),
    )


def frequency_near() -> Theorem:
    """E12: near g, a loser's frequency is a power of the length if its count is one of g's."""
    more = log(l(t)) - log(G(t))
    defined = ("b-positive", "G-positive", "l-positive", "eps")
    result = along(most(c), ">=", of_length**2)
    ratio = N(t, b) / l(t)
    return Theorem(
        "collapse-exponent",
        result,
        (*PATH[1:], WINNER, SECOND, NEAR, POWER),
        (LENGTH,),
        (
            *held(),
            *_length(),
            Step(
                "b-positive", along(N(t, b), ">", 0), "instance", ("N-positive", "second"), {k: b}
            ),
            Step("ratio", along(ratio, "=", ratio), "sums", ("l-positive",)),
            Step(
                "quotient",
                along(log(ratio), "=", log(N(t, b)) - log(l(t))),
                "logarithm",
                ("ratio", "b-positive", "l-positive"),
            ),
            Step("square", along((excess + rho * more) ** 2, ">=", 0), "sign", defined[:3]),
            Step(
                "end",
                result,
                "combine",
                ("power", "width", "square", "quotient", *defined),
                {
                    "power": TWO,
                    "width": 2 * rho**2,
                    "square": ONE,
                    "quotient": -(of_length + excess - rho * more),
                },
            ),
        ),
        (m,),
    )


def frequency() -> Theorem:
    """E12: along almost every path near g, log(N(t, b) / l) + (1 - rho) log l is bounded."""
    result = along(E(0), ">=", of_length**2)
    end = cited("length", frequency_near(), {c: E_b(0)}, {"power": "rate-of-b"})
    defined = ("l-positive", "N-positive", "second")
    return Theorem(
        "collapse-exponent/frequency",
        result,
        (*WALK, *WALKED, READS, *NEAR_WINNER, SECOND, LOSER_RATE),
        (CHANCES, COUNTS, NORM, LENGTH),
        leading_to(
            (
                *path_held(),
                *near_held(),
                cited("rate-of-b", loser_rate(), {E: E_b}, {}, "norm"),
                end,
                Step("E", forall()(E(0), "=", most(E_b(0))), "let", ("eps",)),
                Step("l-positive", along(l(t), ">", 0), "sign", ("l", "N-positive")),
                Step("end", result, "combine", ("length", "E", *defined), {"length": ONE}),
            ),
            "end",
        ),
        introduces=(E,),
    )


SIDES = Assumption(
    "sides",
    "a(1) is below 1/2, and a(2) above 1/2",
    Judgement((2 * KroneckerDelta(i, 1) - 1) * (1 - 2 * a(i)), ">", ZERO, ((i, ONE, TWO),)),
)


def winner() -> Theorem:
    """E12: of two tokens, one kept with more than 1/2 and one left with more, the first wins."""
    ends = two_token_winner()
    own = KroneckerDelta(i, 1)
    tokens, result = ((i, ONE, TWO),), forall()(win(1), "=", 1)
    return Theorem(
        "collapse-exponent/winner",
        result,
        (*BETWEEN, BOTH_PRESENT, SIDES),
        (CORNERS,),
        (
            Step("stable", Judgement(stable(i), "=", own, tokens), "let"),
            Step("bit", BIT.judgement, "sums", ("stable",)),
            Step("side", KEPT.judgement, "combine", ("sides", "stable"), {"sides": ONE}),
            Step("ends", ends.conclusion, "cite", tuple(ends.given), {"theorem": ends}),
            Step("first", forall()(stable(1), "=", 1), "instance", ("stable",), {i: ONE}),
            Step("other", forall()(stable(2), "=", 0), "instance", ("stable",), {i: TWO}),
            Step("wins", result, "combine", ("ends", "first", "other"), {"ends": ONE}),
        ),
        introduces=(win,),
    )
