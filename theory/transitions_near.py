r"""Claim E31: token b follows token a again and again, as long as token g has most of the history.

Let near(w) be 1 where the tokens that are not g are at most eps n(g), else 0.  Let g be a largest
entry of row g and P(g, a) + P(g, b) >= (1 + eps) P(g, g), so that eps <= 1; of the other rows we
only ask that P(i, k) >= theta(k) P(i, j), for any theta >= 0.  In the names of E29, let Y = 1 if
the last token is not g, else 0, and

    M = (n(g) + Y) u v - B theta(b) / 4 u,    u = 1 / (n(a) - 1),    v = 1 / (n(b) - 1 - d).

After any token n(g) + Y is what n(g) + 1 was, so that the first summand becomes in the mean

    (n(g) + 1) u v (1 - q(w, a) / n(a) - q(w, b) / n(b)),

which is less by (P(x, a) + P(x, b)) (n(g) + 1) / Z - (1 - Y) times u v, x the last token: that is
not negative where x is not g, and neither is it where x = g, as long as near(w) = 1, as then
Z <= l P(g, g) <= (1 + eps) n(g) P(g, g).  The second summand pays for the transitions missed as in
E29.  So for the chance that b does not follow a in s steps, all of them from where near is 1,

    avoid(0, w) = 1,
    avoid(s + 1, w) = near(w) sum_k (1 - B [k = b]) q(w, k) avoid(s, next(w, k)),

it follows by induction on s that theta(a) theta(b) / 4 log((l + s) / l) avoid(s, w) <= M(w) where
near(w) = 1; there M is not negative, as n(b) <= n(g) or b = g.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import K, forall, j, k, member, total
from theory.transitions import FIRST, SECOND, a, b, g, h
from theory.transitions_again import NAMES, M, R, T, at_most_one, avoid, by_induction, chances
from theory.transitions_again import LIKE, TWICE, counts, kept, later, logarithms, logs, moved, room
from theory.transitions_again import TURNED, theta, u, v, x
from theory.walk import NEXT, STEPS, TOKEN, WALK, at, l, last, m, n, q, row, s, w

__all__ = ["bound", "eps", "missed", "near", "transitions_go_on"]

delta = KroneckerDelta
near, eps = Function("near"), Symbol("eps")
ONE = Integer(1)
here, na, nb, ng, spoken = last(w), n(w, a), n(w, b), n(w, g), l(w)
B, d, at_g = delta(here, a), delta(a, b), delta(here, g)
to_a, to_b, to_g = (delta(token, k) for token in (a, b, g))
norm, uv, paid = total(row(j), j), u(w) * v(w), theta(b) / 4
shares = q(w, a) / na + q(w, b) / nb
rest = 1 - near(w)
half = theta(a) * theta(b) / 4

WINNER = Assumption("winner", "g is a token", member(g, 1, K))
FAVOURITE = Assumption(
    "favourite", "row g likes no token more than g", forall(k)(P(g, g), ">=", P(g, k))
)
NEAR = (
    Assumption("event", "near tells whether something is so", at(near(w) * (near(w) - 1), "=", 0)),
    Assumption(
        "near",
        "it is so only where the other tokens are at most eps times as many as g",
        at(near(w) * ((1 + eps) * ng - spoken), ">=", 0),
    ),
)
ROWS = (
    FIRST,
    SECOND,
    WINNER,
    FAVOURITE,
    Assumption(
        "strong",
        "row g likes a and b together at least 1 + eps times as much as g",
        forall()(P(g, a) + P(g, b), ">=", (1 + eps) * P(g, g)),
    ),
    Assumption("theta", "theta is not negative", forall(k)(theta(k), ">=", 0)),
    LIKE,
    *TWICE,
)
AVOID = (
    TURNED,
    Assumption("avoid-0", "no token is drawn", at(avoid(0, w), "=", 1)),
    Assumption(
        "avoid-step",
        "the chance that b does not follow a while it is near, by the first of the tokens",
        at(avoid(s + 1, w), "=", near(w) * total(kept * q(w, k) * avoid(s, NEXT), k), STEPS),
    ),
)
HERE = Definition("M", at(M(w), "=", (ng + 1 - at_g) * uv - B * paid * u(w)))


def bound(w: Any) -> Expr:
    """4 (n(g) + 1) / ((n(a) - 1) (n(b) - 1 - d))."""
    return 4 * (n(w, g) + 1) / ((n(w, a) - 1) * (n(w, b) - 1 - d))


def missed(s: Any, w: Any) -> Expr:
    """theta(a) theta(b) log((l + s) / l) avoid(s, w)."""
    return theta(a) * theta(b) * logs(s, w) * avoid(s, w)


def bits() -> tuple[Step, ...]:
    """Near is 0 or 1, now and one step later."""
    return (
        Step("near-squared", at(near(w) ** 2, ">=", 0), "sign"),
        Step("rest-squared", at(rest**2, ">=", 0), "sign"),
        Step(
            "is-near",
            at(near(w), ">=", 0),
            "combine",
            ("near-squared", "event"),
            {"near-squared": ONE, "event": -ONE},
        ),
        Step(
            "rest",
            at(rest, ">=", 0),
            "combine",
            ("rest-squared", "event"),
            {"rest-squared": ONE, "event": -ONE},
        ),
    )


def _levels() -> tuple[Step, ...]:
    """That theta of a and of b is from 0 to 1, and a count of g."""
    return (
        *at_most_one(),
        *(
            Step(
                f"least-{token}",
                forall()(theta(token), ">=", 0),
                "instance",
                ("theta", name),
                {k: token},
            )
            for token, name in ((a, "first"), (b, "second"))
        ),
        Step("winner-counted", at(ng, ">", 0), "instance", ("n-positive", "winner"), {k: g}),
        Step(
            "count-g",
            at(n(NEXT, g), "=", ng + to_g, TOKEN),
            "instance",
            ("counts", "winner"),
            {j: g},
        ),
    )


def _row_g() -> tuple[Step, ...]:
    """Where the last token is g and near is 1, (n(g) + 1) (q(a) / n(a) + q(b) / n(b)) >= 1."""
    top = P(g, g)
    return (
        Step("top", forall()(top, ">", 0), "sign", ("P-positive", "winner")),
        *(
            Step(
                f"favourite-{token}",
                forall()(top, ">=", P(g, token)),
                "instance",
                ("favourite", name),
                {k: token},
            )
            for token, name in ((a, "first"), (b, "second"))
        ),
        Step(
            "small",
            forall()(1 - eps, ">=", 0),
            "combine",
            ("strong", "favourite-a", "favourite-b", "top"),
            {"strong": 1 / top, "favourite-a": 1 / top, "favourite-b": 1 / top},
        ),
        Step(
            "spare-g",
            at(near(w) * at_g * spoken * top / (ng * norm), ">=", 0),
            "sign",
            ("is-near", "length-positive", "winner-counted", "top", "norm"),
        ),
        Step(
            "from-g",
            at(near(w) * at_g * ((ng + 1) * shares - 1), ">=", 0),
            "combine",
            (
                *("strong", "near", "favourite", "spare-g", "q", "norm", "l", "is-near", "top"),
                *("winner-counted", "n-positive", "first", "second"),
            ),
            {
                "strong": near(w) * at_g * (ng + 1) / norm,
                "near": at_g * top / norm * (1 + 1 / ng),
                "favourite": (near(w) * at_g * n(w, k) / norm, k),
                "spare-g": ONE,
            },
        ),
    )


def _close() -> tuple[Step, ...]:
    """Where near is 1, n(g) + 1 >= R: n(b) is at most l - n(g) if b is not g."""
    apart = (1 - delta(b, g)) ** 2
    others = total(n(w, j) * (1 - delta(j, g) - delta(j, b)) ** 2, j)
    return (
        Step("others", at(others, ">=", 0), "sign", ("n-positive",)),
        Step("spare-near", at(near(w) * (1 + d), ">=", 0), "sign", ("is-near",)),
        Step(
            "close",
            at(near(w) * (ng + 1 - R(w)), ">=", 0),
            "combine",
            (
                "near",
                "others",
                "small",
                "is-near",
                "spare-near",
                "R",
                "l",
                "winner-counted",
                "winner",
                "second",
            ),
            {
                "near": apart,
                "others": near(w) * apart,
                "small": near(w) * apart * ng,
                "spare-near": ONE,
            },
        ),
        Step("twice-near", at(2 * near(w), ">=", 0), "sign", ("is-near",)),
        Step(
            "room-near",
            at(near(w) * (4 * (ng + 1) - spoken - d * theta(a) * (na - 1)), ">=", 0),
            "combine",
            ("near", "small", "room", "twice-near", "is-near", "winner-counted"),
            {
                "near": Integer(2),
                "small": 2 * near(w) * ng,
                "twice-near": ONE,
                "room": near(w),
            },
        ),
    )


def _not_negative() -> tuple[Step, ...]:
    """Where near is 1, M is not negative, nor is it one step later."""
    u_next, v_next = u(NEXT), v(NEXT)
    left = near(w) * u(w) * v(w) * (ng * ((1 - B) ** 2 + B * 3 / 4) + (1 - at_g) ** 2)
    ahead = (ng + 1) * ((1 - to_a) ** 2 + to_a * 3 / 4) + to_a * paid * (1 - to_b) ** 2
    return (
        Step("v-times", at(v(w) * (R(w) - 1), "=", 1), "sums", ("v", "left-b")),
        Step(
            "left",
            at(left, ">=", 0),
            "sign",
            ("is-near", "u-positive", "v-positive", "winner-counted"),
        ),
        Step(
            "M-positive",
            at(near(w) * M(w), ">=", 0),
            "combine",
            (
                *("close", "most-b", "left", "v-times", "M", "is-near", "least-b"),
                *("u-positive", "v-positive", "winner-counted"),
            ),
            {
                "close": B * paid * uv,
                "most-b": near(w) * uv * ng * B / 4,
                "left": ONE,
                "v-times": near(w) * B * paid * u(w),
            },
        ),
        *(
            Step(
                f"{f}-next-positive",
                at(f(NEXT), ">", 0, TOKEN),
                "instance",
                (f"{f}-positive", "next"),
                {w: NEXT},
            )
            for f in (u, v)
        ),
        Step(
            "v-times-next",
            at(v_next * (R(w) + to_b - 1), "=", 1, TOKEN),
            "instance",
            ("v-times", "next", "count-R"),
            {w: NEXT},
        ),
        Step(
            "ahead",
            at(near(w) * u_next * v_next * ahead, ">=", 0, TOKEN),
            "sign",
            ("is-near", "u-next-positive", "v-next-positive", "winner-counted", "least-b"),
        ),
        Step(
            "next-M-positive",
            at(near(w) * M(NEXT), ">=", 0, TOKEN),
            "combine",
            (
                *("close", "most-b", "ahead", "v-times-next", "M", "turn", "count-g", "next"),
                *("is-near", "least-b", "u-next-positive", "v-next-positive", "winner-counted"),
            ),
            {
                "close": to_a * paid * u_next * v_next,
                "most-b": near(w) * u_next * v_next * (ng + 1) * to_a / 4,
                "ahead": ONE,
                "v-times-next": near(w) * to_a * paid * u_next,
            },
        ),
    )


def _drift() -> tuple[Step, ...]:
    """Where near is 1, M pays theta(a) theta(b) / (4 l) in the mean, where no b after a counts."""
    loss = M(w) - half / spoken - total(kept * q(w, k) * M(NEXT), k)
    return (
        Step("likely-a", at(q(w, a), ">=", 0), "instance", ("chance", "first"), {k: a}),
        Step("likely-b", at(q(w, b), ">=", 0), "instance", ("chance", "second"), {k: b}),
        Step(
            "off-g",
            at(near(w) * (1 - at_g) ** 2 * (ng + 1) * shares * uv, ">=", 0),
            "sign",
            (
                *("is-near", "winner-counted", "likely-a", "likely-b", "counted-a", "counted-b"),
                *("u-positive", "v-positive"),
            ),
        ),
        Step(
            "drift",
            at(near(w) * loss, ">=", 0),
            "combine",
            (
                *("later", "from-g", "off-g", "chance-a", "chance-b", "room-near", "M", "u"),
                *("left-a", "v-positive", "is-near", "least-b", "winner-counted"),
                "length-positive",
            ),
            {
                "later": -near(w),
                "from-g": uv,
                "off-g": ONE,
                "chance-a": near(w) * paid * (1 - B * d) ** 2,
                "chance-b": near(w) * B * u(w) * (ng + 1),
                "room-near": B * paid * u(w) / spoken,
            },
        ),
    )


def _chance_of_none() -> tuple[Step, ...]:
    """0 <= avoid <= 1, avoid <= near where a token is drawn, and what that means."""
    futures = (near(w) * kept**2 * q(w, k), k)
    first = total(kept * q(w, k) * avoid(m, NEXT), k)
    gone = rest * T(s, w) * avoid(s, w)

    def says(s: Any) -> Any:
        return at(rest * T(s, w) * avoid(s, w), "=", 0)

    return (
        Step(
            "avoid-first",
            at(avoid(m + 1, w), "=", near(w) * first),
            "instance",
            ("avoid-step",),
            {s: m},
        ),
        Step(
            "followed",
            at(near(w) * total(B * to_b * q(w, k), k), ">=", 0),
            "sign",
            ("is-near", "chance"),
        ),
        *by_induction(
            "least",
            lambda s: (avoid(s, w), Integer(0)),
            (("avoid-0", "one"), {"avoid-0": ONE, "one": ONE}),
            (
                ("next-least", "avoid-first", "is-near", "chance"),
                {"next-least": futures, "avoid-first": ONE},
            ),
        ),
        *by_induction(
            "most",
            lambda s: (1 - avoid(s, w), Integer(0)),
            (("avoid-0",), {"avoid-0": -ONE}),
            (
                ("next-most", "sure", "avoid-first", "followed", "rest", "is-near", "chance"),
                {
                    "next-most": futures,
                    "sure": -near(w),
                    "avoid-first": -ONE,
                    "followed": ONE,
                    "rest": ONE,
                },
            ),
        ),
        Step("most-here", at(1 - avoid(m, w), ">=", 0), "instance", ("most",), {s: m}),
        Step(
            "most-then",
            at(1 - avoid(m, NEXT), ">=", 0, TOKEN),
            "instance",
            ("most-here", "next"),
            {w: NEXT},
        ),
        Step(
            "most-near",
            at(near(w) - avoid(m + 1, w), ">=", 0),
            "combine",
            ("most-then", "sure", "avoid-first", "followed", "is-near", "chance"),
            {"most-then": futures, "sure": -near(w), "avoid-first": -ONE, "followed": ONE},
        ),
        Step("least-more", at(avoid(m + 1, w), ">=", 0), "instance", ("least",), {s: m + 1}),
        Step(
            "only-near",
            at(rest * avoid(m + 1, w), "=", 0),
            "combine",
            ("avoid-first", "event"),
            {"avoid-first": rest, "event": -first},
        ),
        Step("gone-0", says(Integer(0)), "sums", ("T", "length-positive")),
        Step("gone-m", says(m), "suppose"),
        Step("gone-more", says(m + 1), "combine", ("only-near",), {"only-near": T(m + 1, w)}),
        Step(
            "gone",
            at(gone, "=", 0, STEPS),
            "induct",
            ("gone-0", "gone-m", "gone-more"),
            {"hypothesis": "gone-m", "on": m, "index": s},
        ),
        Step("gone-here", says(m), "instance", ("gone",), {s: m}),
        Step(
            "gone-next",
            at((rest * T(m, w) * avoid(m, w)).subs(w, NEXT), "=", 0, TOKEN),
            "instance",
            ("gone-here", "next"),
            {w: NEXT},
        ),
        Step(
            "rest-next", at(1 - near(NEXT), ">=", 0, TOKEN), "instance", ("rest", "next"), {w: NEXT}
        ),
    )


def _seldom() -> tuple[Step, ...]:
    """Where near is 1, theta(a) theta(b) / 4 log((l + s) / l) avoid(s, w) <= M(w)."""
    future = near(w) * q(w, k)
    return (
        *logarithms(),
        *by_induction(
            "seldom",
            lambda s: (near(w) * (M(w) - half * T(s, w) * avoid(s, w)), Integer(0)),
            (("M-positive", "T", "length-positive"), {"M-positive": ONE}),
            (
                (
                    *("drift", "next-seldom", "next-M-positive", "gone-next", "avoid-first"),
                    *("step-logs", "most-near", "only-near", "rest-next", "least-more", "is-near"),
                    *("least-a", "least-b", "chance", "T", "longer", "next", "length-positive"),
                ),
                {
                    "drift": ONE,
                    "next-seldom": (kept**2 * future, k),
                    "next-M-positive": (kept**2 * q(w, k) * (1 - near(NEXT)), k),
                    "gone-next": (-kept * future * half, k),
                    "avoid-first": -half * (log(spoken + m + 1) - log(spoken + 1)),
                    "only-near": half * (log(spoken + m + 1) - log(spoken)),
                    "step-logs": half * avoid(m + 1, w),
                    "most-near": half / spoken,
                },
            ),
        ),
    )


def transitions_go_on() -> Theorem:
    """E31: the chance that b does not follow a in h steps near g after x, times a logarithm."""
    back = near(w) * (at_g * uv + B * paid * u(w)) + rest * (ng + 1) * uv
    defined = (
        ("left-a", na - 1, ()),
        ("left-b", nb - 1 - d, ("R",)),
        ("length-positive", spoken, ()),
    )
    names = tuple(name for name, _, _ in defined)
    return Theorem(
        "transitions-go-on-near",
        forall()(bound(x), ">=", missed(h, x)),
        (*WALK, *NEAR, *ROWS, *AVOID, Assumption("history", "x is a history", member(x, 1, oo))),
        (*NAMES, HERE),
        (
            *counts(),
            *bits(),
            *_levels(),
            *chances(),
            *moved(),
            *later(ng, paid, "count-g"),
            *room(),
            *_row_g(),
            *_close(),
            *_not_negative(),
            *_drift(),
            *_chance_of_none(),
            *_seldom(),
            Step(
                "back",
                at(back, ">=", 0),
                "sign",
                ("is-near", "rest", "winner-counted", "u-positive", "v-positive", "least-b"),
            ),
            Step(
                "seldom-at-all",
                at(bound(w), ">=", missed(s, w), STEPS),
                "combine",
                ("seldom", "gone", "back", "M", "u", "v", "R", "T", *names),
                {"seldom": Integer(4), "gone": -theta(a) * theta(b), "back": Integer(4)},
            ),
            *(
                Step(
                    f"{name}-x",
                    forall()(left.subs(w, x), ">", 0),
                    "instance",
                    (name, "history", *more),
                    {w: x},
                )
                for name, left, more in defined
            ),
            Step(
                "seldom-x",
                forall()(bound(x), ">=", missed(h, x)),
                "instance",
                ("seldom-at-all", "history", *(f"{name}-x" for name in names)),
                {w: x, s: h},
            ),
        ),
        fixed=(m,),
    )
