r"""A path of the walk: token x(t), after which token k has been counted N(t, k) times.

Time runs from t = 0, where the prompt ends with its last token x(0); each token is counted,

    N(t + 1, k) = N(t, k) + delta(k, x(t + 1)),      N(0, k) >= 1 for all tokens k.

What is said here holds for every path, however its tokens are drawn.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step
from theory.judgement import Judgement
from theory.notation import K, forall, j, k, member, total

__all__ = ["COUNTED", "G", "HELD", "N", "NORM", "PATH", "TIMES", "WINNER", "Z"]
__all__ += ["along", "bit", "counted", "g", "held", "induction", "m", "t", "winner_held", "x"]

delta = KroneckerDelta
N, x, Z = Function("N"), Function("x"), Function("Z")
t, g = Symbol("t", integer=True), Symbol("g", integer=True)
m = Symbol("m", integer=True, nonnegative=True)
"""The time of an induction."""

ONE = Integer(1)
TIMES, TOKEN = (t, Integer(0), oo), (k, ONE, K)


def along(lhs: Expr, relation: str, rhs: Any, *more: Any) -> Judgement:
    """A judgement for all times, and all further limits (index, lo, hi)."""
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, (TIMES, *more))


def G(time: Any) -> Expr:
    """How often g has been counted."""
    return N(time, g)


HELD = Assumption("held", "every token is in the prompt", forall(k)(N(0, k), ">=", 1))
COUNTED = Assumption(
    "counted",
    "the new token is counted",
    along(N(t + 1, k), "=", N(t, k) + delta(k, x(t + 1)), TOKEN),
)
PATH = (
    Assumption("tokens", "x(t) is a token", along(x(t), "in", Tuple(1, K))),
    HELD,
    COUNTED,
)
WINNER = Assumption("winner", "g is a token", member(g, 1, K))
NORM = Definition("Z", along(Z(t), "=", total(N(t, j) * P(x(t), j), j)))


def bit(token: Any, time: Any) -> Expr:
    """1 where x(time) is the token, else 0."""
    return delta(token, x(time))


def held() -> tuple[Step, ...]:
    """N(t, k) >= 1, by induction on t, from :data:`PATH`; ``m`` must be fixed."""
    new = delta(k, x(m + 1))
    return (
        Step("new", forall(k)(new, ">=", 0), "sign"),
        Step("held-m", forall(k)(N(m, k), ">=", 1), "suppose"),
        Step(
            "counted-m",
            forall(k)(N(m + 1, k), "=", N(m, k) + new),
            "instance",
            ("counted",),
            {t: m},
        ),
        Step(
            "held-next",
            forall(k)(N(m + 1, k), ">=", 1),
            "combine",
            ("held-m", "counted-m", "new"),
            {"held-m": ONE, "counted-m": ONE, "new": ONE},
        ),
        Step(
            "present",
            along(N(t, k), ">=", 1, TOKEN),
            "induct",
            ("held", "held-m", "held-next"),
            {"hypothesis": "held-m", "on": m, "index": t},
        ),
        Step("one", forall()(ONE, ">", 0), "sign"),
        Step(
            "N-positive",
            along(N(t, k), ">", 0, TOKEN),
            "combine",
            ("present", "one"),
            {"present": ONE, "one": ONE},
        ),
    )


def counted(token: Any, member: str, name: str) -> Step:
    """N(m + 1, token) = N(m, token) + delta(token, x(m + 1)), the token known by ``member``."""
    return Step(
        name,
        forall()(N(m + 1, token), "=", N(m, token) + bit(token, m + 1)),
        "instance",
        ("counted-m", member),
        {k: token},
    )


def winner_held() -> tuple[Step, ...]:
    """G(t) >= 1 and G(t) > 0, after :func:`held`."""
    return tuple(
        Step(name, along(G(t), relation, bound), "instance", (fact, "winner"), {k: g})
        for name, relation, bound, fact in (
            ("G-held", ">=", 1, "present"),
            ("G-positive", ">", 0, "N-positive"),
        )
    )


def induction(name: str, goal: Judgement) -> Step:
    """Close the induction on the time of the steps ``name-0``, ``name-m`` and ``name-next``."""
    return Step(
        name,
        goal,
        "induct",
        (f"{name}-0", f"{name}-m", f"{name}-next"),
        {"hypothesis": f"{name}-m", "on": m, "index": t},
    )
