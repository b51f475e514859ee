r"""A path of the walk: token x(t), after which token k has been counted N(t, k) times.

Time runs from t = 0, where the prompt ends with its last token x(0); each token is counted,

    N(t + 1, k) = N(t, k) + delta(k, x(t + 1)),      N(0, k) >= 1 for all tokens k.

What is said here holds for every path, however its tokens are drawn.
"""

from collections.abc import Iterable
from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, exp, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step
from theory.judgement import Judgement, instantiate
from theory.notation import K, forall, j, k, member, total

__all__ = ["COUNTED", "HELD", "NORM", "PATH", "TIMES", "WINNER", "G", "N", "Z", "along"]
__all__ += ["at_time", "bit", "g", "held", "induction", "leading_to", "m", "rise", "rises"]
__all__ += ["never_falls", "t", "winner_rises", "x"]

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


def rise(count: Expr) -> Expr:
    """How far the logarithm rises from t to t + 1."""
    return log(instantiate(count, {t: t + 1})) - log(count)


def rises(name: str, count: Expr, new: Expr) -> tuple[Step, ...]:
    """That new / count(t) >= rise >= new / count(t + 1), rise >= 0, 2 count(t) >= count(t + 1).

    They use the steps ``name-held`` (count(t) >= 1), ``name-new`` (new >= 0), ``name-once``
    (1 - new >= 0) and ``name-next`` (count(t + 1) = count(t) + new), and ``one``.  The last are
    ``name-most``, ``name-least``, ``name-rise`` and ``name-double``.
    """
    after, up = instantiate(count, {t: t + 1}), rise(count)
    positive = (f"{name}-positive", f"{name}-after")

    def tangent(end: str, at: Expr) -> Step:
        return Step(f"{name}-{end}", along(exp(at), ">=", 1 + at), "tangent", positive, {"at": at})

    return (
        Step(
            f"{name}-positive",
            along(count, ">", 0),
            "combine",
            (f"{name}-held", "one"),
            {f"{name}-held": ONE, "one": ONE},
        ),
        Step(
            f"{name}-after",
            along(after, ">", 0),
            "combine",
            (f"{name}-positive", f"{name}-new", f"{name}-next"),
            {f"{name}-positive": ONE, f"{name}-new": ONE, f"{name}-next": ONE},
        ),
        tangent("tangent", up),
        tangent("tangent-down", -up),
        Step(
            f"{name}-most",
            along(new / count, ">=", up),
            "combine",
            (f"{name}-tangent", f"{name}-next", *positive),
            {f"{name}-tangent": ONE, f"{name}-next": -1 / count},
        ),
        Step(
            f"{name}-least",
            along(up, ">=", new / after),
            "combine",
            (f"{name}-tangent-down", f"{name}-next", *positive),
            {f"{name}-tangent-down": ONE, f"{name}-next": 1 / after},
        ),
        Step(
            f"{name}-rise",
            along(up, ">=", 0),
            "combine",
            (f"{name}-least", f"{name}-new", *positive),
            {f"{name}-least": ONE, f"{name}-new": 1 / after},
        ),
        Step(
            f"{name}-double",
            along(2 * count, ">=", after),
            "combine",
            (f"{name}-held", f"{name}-once", f"{name}-next"),
            {f"{name}-held": ONE, f"{name}-once": ONE, f"{name}-next": -ONE},
        ),
    )


def winner_rises() -> tuple[Step, ...]:
    """G(t) >= 1 (``G-held``), and :func:`rises` of G, after :func:`held`."""
    new = bit(g, t + 1)
    return (
        Step("G-held", along(G(t), ">=", 1), "instance", ("present", "winner"), {k: g}),
        Step("G-new", along(new, ">=", 0), "sign"),
        Step("G-off", along((1 - new) ** 2, ">=", 0), "sign"),
        Step("G-once", along(1 - new, ">=", 0), "combine", ("G-off",), {"G-off": ONE}),
        Step(
            "G-next",
            along(G(t + 1), "=", G(t) + new),
            "instance",
            ("counted", "winner"),
            {k: g},
        ),
        *rises("G", G(t), new),
    )


def leading_to(steps: tuple[Step, ...], *names: str) -> tuple[Step, ...]:
    """Those of the steps that the named ones need, and these.

    Example:
        >>> [step.name for step in leading_to(held(), "new", "one")]
        ['new', 'one']
    """
    wanted, kept = set(names), list[Step]()
    for step in reversed(steps):
        if step.name in wanted:
            kept.append(step)
            wanted.update(step.uses)
    return tuple(reversed(kept))


def at_time(
    time: Expr, suffix: str, facts: Iterable[Assumption | Step], *uses: str
) -> tuple[Step, ...]:
    """What the facts say at one time, each as the step ``name-suffix``; it uses the fact and uses.

    Example:
        >>> [step] = at_time(m, "m", (COUNTED,))
        >>> print(step.name, "says", step.judgement)
        counted-m says for all k in 1..K: N(m + 1, k) = N(m, k) + KroneckerDelta(k, x(m + 1))
    """

    def there(fact: Judgement) -> Judgement:
        lhs, rhs = (instantiate(side, {t: time}) for side in (fact.lhs, fact.rhs))
        return Judgement(lhs, fact.relation, rhs, fact.forall[1:])

    return tuple(
        Step(
            f"{fact.name}-{suffix}",
            there(fact.judgement),
            "instance",
            (fact.name, *uses),
            {t: time},
        )
        for fact in facts
    )


def induction(name: str, goal: Judgement, *defined: str) -> Step:
    """Close the induction on the time of the steps ``name-0``, ``name-m`` and ``name-next``.

    Where the goal has denominators or logarithms, ``defined`` are facts on them at 0, m and m + 1.
    """
    return Step(
        name,
        goal,
        "induct",
        (f"{name}-0", f"{name}-m", f"{name}-next", *defined),
        {"hypothesis": f"{name}-m", "on": m, "index": t},
    )


def never_falls(
    name: str, f: Any, *defined: str, at_0: tuple[str, ...] = (), at_m: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """That f(t) >= 0, from ``name-0`` (f(0) >= 0) and ``name-grows`` (f(t + 1) >= f(t)).

    Where f has denominators or logarithms, ``at_0`` and ``at_m`` are facts on them at 0 and at m,
    and ``defined`` those at m + 1 or at all times.
    """
    before, grows, after = f"{name}-m", f"{name}-grows-m", f"{name}-next"
    return (
        Step(before, forall()(f(m), ">=", 0), "suppose"),
        Step(
            grows,
            forall()(f(m + 1), ">=", f(m)),
            "instance",
            (f"{name}-grows", *at_m, *defined),
            {t: m},
        ),
        Step(
            after,
            forall()(f(m + 1), ">=", 0),
            "combine",
            (before, grows, *defined),
            {before: ONE, grows: ONE},
        ),
        induction(name, along(f(t), ">=", 0), *at_0, *at_m, *defined),
    )
