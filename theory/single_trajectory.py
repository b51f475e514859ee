r"""Claim E26: what one trajectory tells of the rows of the winner g and of a loser b.

Along a path near g let I be the information on the chance of b after g, or after b.  Along almost
every path N(t, b) is within factors of G^rho, G = N(t, g) (E36), so that by E34

    on row g:  E G^rho >= I,  E I + F >= G^rho;
    on row b:  E G^(2 rho - 1) >= I and E I + F >= G^(2 rho - 1) if rho > 1/2,
               E I + F >= log G if rho >= 1/2,  and  E >= I if rho < 1/2.

In the last case b follows itself only so often (E25), and the logarithm of the likelihood ratio of
any other odds of b after b is bounded (E35).
"""

from typing import Any

from sympy import Expr, Function, Integer, Rational, Sum, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement, instantiate
from theory.loser_growth import eps, kappa, power, rho
from theory.loser_rate import LOSER_RATE, NEAR_WINNER, E, below_one, cited, loser_rate
from theory.loser_rate import near_held, path_held
from theory.martingale import COUNTS, READS, WALKED
from theory.notation import forall
from theory.path import NORM, G, N, along, bit, g, leading_to, t
from theory.trajectory_information import I, OTHER, cl, cu, odds, row_b_bounded, row_b_lasts
from theory.trajectory_information import row_b_least, row_b_most, row_g_least, row_g_most, spread
from theory.transitions import SECOND, b
from theory.transitions_recur import factors, powers
from theory.walk import CHANCES, WALK, s

__all__ = ["loser_bounded", "loser_lasts", "loser_least", "loser_most", "winner_least"]
__all__ += ["winner_most"]

ONE, ZERO, HALF = Integer(1), Integer(0), Rational(1, 2)
F, E_b = Function("F"), Function("E_b")
few, many = factors("b")
V = kappa * (1 + eps)
GIVEN = (*WALK, *WALKED, READS, *NEAR_WINNER, SECOND, LOSER_RATE)
STRONG = Assumption("strong", "rho is above 1/2", forall()(rho, ">", HALF))
WEAK = Assumption("weak", "rho is below 1/2", forall()(HALF, ">", rho))
LASTS = Assumption("half", "rho is 1/2 or more", forall()(rho, ">=", HALF))


def _information(row: Expr) -> Definition:
    """The information on the chance of b after the token."""
    added = instantiate(bit(row, t) * spread(t), {t: s})
    return Definition("I", along(I(t), "=", Sum(added, (s, ZERO, t - 1))))


def _setting(row: Expr) -> tuple[Step, ...]:
    """The counts of b within factors of G^rho; the information adds up; rho < 1."""
    added = bit(row, t) * spread(t)
    return (
        *path_held(),
        *near_held(),
        cited("power-b", loser_rate(), {E: E_b}, {}, "norm"),
        *powers("b", b, rho, "second"),
        Step("I-0", forall()(I(0), "=", 0), "sums", ("I", "Z-positive")),
        Step("I-step", along(I(t + 1), "=", I(t) + added), "sums", ("I", "Z-positive")),
        *below_one(rho, "rate", "other"),
        Step("cl-held", forall()(many, ">=", 0), "sign", ("many-positive-b",)),
    )


COUNTED, ODDS = ("N-positive", "winner"), ("P-positive", "second", "winner")
"""What defines the logarithm of G, and the odds of b after b."""


def _grows(
    name: str,
    theorem: Theorem,
    row: Expr,
    given: tuple[Assumption, ...],
    constants: tuple[Step, ...],
    result: Judgement,
    *uses: str,
    scale: Expr = ONE,
) -> Theorem:
    """What E34 says of I, its constants named: the result is its conclusion times the scale.

    By ``uses`` the terms of the result are defined.
    """
    instead = {cu: few, cl: many}
    names = {old: new for old, new in instead.items() if old in theorem.parameters}
    facts = {"cl": "many-positive-b"} if "half" in theorem.given else {"cl": "cl-held"}
    found = cited("found", theorem, names, facts)
    named = {step.name: step.judgement.lhs.func for step in constants if step.by == "let"}
    end = Step("end", result, "combine", ("found", *named, *uses), {"found": scale})
    steps = leading_to((*_setting(row), found, *constants, end), "end")
    used = {fact for step in steps for fact in step.uses}
    return Theorem(
        f"single-trajectory-consistency/{name}",
        result,
        (*GIVEN, *(fact for fact in (OTHER, *given) if fact.name in used)),
        (CHANCES, COUNTS, NORM, _information(row)),
        steps,
        introduces=tuple(named.values()),
    )


def _constant(head: Any, value: Expr, *uses: str) -> Step:
    """The constant has the value, which is defined by the facts."""
    return Step(head.__name__, forall()(head(0), "=", value), "let", uses)


def _rate(name: str, value: Expr, fact: str, times: Expr) -> Step:
    """That the value is positive, as it is a multiple of what the fact says."""
    return Step(name, forall()(value, ">", 0), "combine", (fact,), {fact: times})


def winner_most() -> Theorem:
    """E26: on row g the information is at most of order G^rho."""
    result = along(E(0) * power(rho, t), ">=", I(t))
    constants = (_constant(E, few * (1 + rho)),)
    return _grows("row-g-most", row_g_most(), g, (), constants, result, *COUNTED)


def winner_least() -> Theorem:
    """E26: on row g the information is of order G^rho or more."""
    scale = 2 * V**2 / many
    constants = (
        _constant(E, scale, "many-positive-b"),
        _constant(F, power(rho, ZERO) + 2 * rho, *COUNTED),
    )
    result = along(E(0) * I(t) + F(0), ">=", power(rho, t))
    uses = ("many-positive-b", *COUNTED)
    return _grows("row-g-least", row_g_least(), g, (), constants, result, *uses, scale=scale)


def loser_lasts() -> Theorem:
    """E26: on row b the information is of order log G or more, if rho >= 1/2."""
    scale = V**2 / (many**2 * odds(b) * rho)
    first = (log(N(0, b) + 1) - log(many)) / rho
    result = along(E(0) * I(t) + F(0), ">=", log(G(t)))
    positive = Step(
        "rho",
        forall()(rho, ">", 0),
        "combine",
        ("half", "one"),
        {"half": ONE, "one": HALF},
    )
    known = ("many-positive-b", "second", "rho")
    constants = (
        positive,
        _constant(E, scale, *known, "P-positive"),
        _constant(F, first, *known, "N-positive"),
    )
    uses = (*known, *COUNTED, "P-positive")
    return _grows("row-b-lasts", row_b_lasts(), b, (LASTS,), constants, result, *uses, scale=scale)


def loser_least() -> Theorem:
    """E26: on row b the information is of order G^(2 rho - 1) or more."""
    scale = V**2 / (many**2 * odds(b))
    first = (N(0, b) * power(rho - 1, ZERO) + 1) / many
    result = along(E(0) * I(t) + F(0), ">=", power(2 * rho - 1, t))
    constants = (
        _constant(E, scale, "many-positive-b", "P-positive", "second"),
        _constant(F, first, "many-positive-b", *COUNTED),
    )
    uses = ("many-positive-b", *COUNTED, "P-positive", "second")
    return _grows("row-b-least", row_b_least(), b, (), constants, result, *uses, scale=scale)


def loser_most() -> Theorem:
    """E26: on row b the information is at most of order G^(2 rho - 1), if rho > 1/2."""
    gap = _rate("gap", 2 * rho - 1, "strong", Integer(2))
    most = few**2 * (1 + 1 / (2 * rho - 1) / 2) * odds(b)
    constants = (gap, _constant(E, most, *ODDS, "gap"))
    result = along(E(0) * power(2 * rho - 1, t), ">=", I(t))
    return _grows("row-b-most", row_b_most(), b, (STRONG,), constants, result, *COUNTED)


def loser_bounded() -> Theorem:
    """E26: on row b the information is bounded, if rho < 1/2."""
    gap = _rate("gap", 1 - 2 * rho, "weak", Integer(2))
    most = few**2 * (1 + 1 / (1 - 2 * rho)) * odds(b)
    constants = (gap, _constant(E, most, *ODDS, "gap"))
    result = along(E(0), ">=", I(t))
    return _grows("row-b-bounded", row_b_bounded(), b, (WEAK,), constants, result)
