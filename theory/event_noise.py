r"""How often a transition comes, beside the sum of its chances, along almost every path.

Let spent(w) >= 0 be the sum of the chances of a -> b so far, spent(next(w, k)) = spent(w) + u(w),
u(w) = q(w, b) where w ends in a, else 0.  Doob's theorem is applied to

    d(w, k) = B(w) (delta(b, k) - q(w, b)) / (1 + spent(w)),        V = 2 / (1 + spent),

B(w) = 1 where w ends in a, else 0: the mean square of d is u (1 - q(b)) / (1 + spent)^2, and

    V(w) - V(next(w, k)) = 2 u / ((1 + spent) (1 + spent + u)),

which is as much or more, as u <= 1 <= 1 + spent.  So the sum of d along the path is bounded.
"""

from sympy import Function, Integer, KroneckerDelta, Symbol

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.martingale import COUNTS, READS, WALKED, B, M, V, d, doob, h, likely
from theory.notation import K, forall, k, member, total
from theory.path import NORM, N, Z, along, t, x
from theory.walk import CHANCES, NEXT, TOKEN, WALK, after, at, last, q, w

__all__ = ["SPENT", "A", "a", "b", "event_noise", "moved", "spent"]

delta = KroneckerDelta
ONE = Integer(1)
A, spent, u = Function("A"), Function("spent"), Function("u")
a, b = Symbol("a", integer=True), Symbol("b", integer=True)
bit = delta(a, last(w))
so_far = 1 + spent(w)
SECOND = Assumption("second", "b is a token", member(b, 1, K))
SPENT = (
    Assumption("spent-held", "chances so far are not negative", at(spent(w), ">=", 0)),
    Assumption(
        "spent-step",
        "spent adds up the chances of b after a",
        at(spent(NEXT), "=", spent(w) + bit * q(w, b), TOKEN),
    ),
)
ON_PATH = Definition("A", along(A(t), "=", spent(h(t))))


def _pays() -> tuple[Step, ...]:
    """V(w) >= sum_k q(w, k) (V(next(w, k)) + d(w, k)^2)."""
    more = so_far + u(w)
    scale = u(w) / (so_far**2 * more)
    spare = scale * (spent(w) * (1 + q(w, b)) + 1 + q(w, b) * u(w))
    return (
        Step("u", at(u(w), "=", bit * q(w, b)), "let"),
        Step("event-chance", at(q(w, b), ">=", 0), "instance", ("chance", "second"), {k: b}),
        Step("u-held", at(u(w), ">=", 0), "sign", ("u", "event-chance")),
        Step("so-far", at(so_far, ">", 0), "sign", ("spent-held",)),
        Step("more", at(more, ">", 0), "sign", ("spent-held", "u-held")),
        Step(
            "d",
            at(d(w, k), "=", bit * (delta(b, k) - q(w, b)) / so_far, TOKEN),
            "let",
            ("so-far",),
        ),
        Step("V", at(V(w), "=", 2 / so_far), "let", ("so-far",)),
        Step(
            "no-drift",
            at(total(q(w, k) * d(w, k), k), "=", 0),
            "combine",
            ("chances", "d", "so-far", "second"),
            {"chances": -bit * q(w, b) / so_far},
        ),
        Step(
            "squares",
            at(total(q(w, k) * d(w, k) ** 2, k), "=", u(w) * (1 - q(w, b)) / so_far**2),
            "combine",
            ("chances", "d", "u", "so-far", "second"),
            {"chances": bit * q(w, b) ** 2 / so_far**2},
        ),
        Step("V-held", at(V(w), ">=", 0), "sign", ("V", "so-far")),
        Step(
            "V-next",
            at(V(NEXT), "=", 2 / more, TOKEN),
            "sums",
            ("V", "spent-step", "u", "next", "more"),
        ),
        Step(
            "V-after",
            at(after(V), "=", 2 / more),
            "combine",
            ("V-next", "chances", "more"),
            {"V-next": (q(w, k), k), "chances": 2 / more},
        ),
        Step("unused", at(q(w, b) * (1 - bit) ** 2, ">=", 0), "sign", ("event-chance",)),
        Step("u-most", at(q(w, b), ">=", u(w)), "combine", ("unused", "u"), {"unused": ONE}),
        Step("spare", at(spare, ">=", 0), "sign", ("u-held", "event-chance", "spent-held")),
        Step(
            "paid",
            at(V(w), ">=", after(V) + total(q(w, k) * d(w, k) ** 2, k)),
            "combine",
            ("V-after", "squares", "spare", "u-most", "V", "u-held", "so-far", "more"),
            {"V-after": -ONE, "squares": -ONE, "spare": ONE, "u-most": scale},
        ),
    )


EVENT, CHANCE = delta(a, x(t)) * delta(b, x(t + 1)), delta(a, x(t)) * N(t, b) * P(x(t), b) / Z(t)
ADDED_UP = (
    Assumption("M-0", "M is 0 at first", forall()(M(0), "=", 0)),
    Assumption(
        "events",
        "M adds up events less their chances",
        along(M(t + 1), "=", M(t) + (EVENT - CHANCE) / (1 + A(t))),
    ),
)


def moved(added: str, defined: str) -> Step:
    """What is added at a time of the path is d."""
    return Step(
        "M-step",
        along(M(t + 1), "=", M(t) + d(h(t), x(t + 1))),
        "combine",
        (added, "d", defined, "q", "N", "Z", "reads", "path", "tokens", "norm", "second"),
        {added: ONE},
    )


def event_noise() -> Theorem:
    """Along almost every path the sum of (event - chance) / (1 + the chances so far) is bounded."""
    return Theorem(
        "transitions-recur/noise",
        along(B(0), ">=", M(t) ** 2),
        (*WALK[:-1], *WALKED, READS, SECOND, *SPENT, *ADDED_UP),
        (CHANCES, COUNTS, NORM, ON_PATH),
        (*likely(), *_pays(), moved("events", "A"), doob()),
        introduces=(B,),
    )
