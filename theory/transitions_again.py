r"""Claim E29: token b follows token a again and again, where every row likes both well enough.

Let P(i, k) >= theta(k) P(i, j) for all i, j and k, theta(a) + theta(b) >= 1, so that
q(w, k) >= theta(k) n(k) / l.  With d = 1 if a = b, else 0, put

    F = l / ((n(a) - 1) (n(b) - 1 - d)),    M = F - B theta(b) / (2 (n(a) - 1)) >= 0,

B = 1 if the last token is a, else 0.  Token a multiplies F by 1 - 1 / n(a), token b by
1 - 1 / n(b), a = b by 1 - 2 / n(a), and every token by 1 + 1 / l, so that F falls in the mean:

    sum_k q(w, k) F(next(w, k)) = F (1 + 1 / l) (1 - q(w, a) / n(a) - q(w, b) / n(b)) <= F.

The chance that b does not follow a in the next s steps is, by the first of them,

    avoid(0, w) = 1,
    avoid(s + 1, w) = sum_k (1 - B [k = b]) q(w, k) avoid(s, next(w, k)).

If B = 0, then M also loses theta(b) q(w, a) / (2 n(a)) >= theta(a) theta(b) / (2 l) in the mean.
If B = 1, it loses q(w, b) F(next(w, b)) >= theta(b) (l + 1) / (l (n(a) - 1)) by the step that is
left out and gets back theta(b) / (2 (n(a) - 1)): that is enough too, as l >= n(a).  So

    theta(a) theta(b) / (2 l) + sum_k (1 - B [k = b]) q(w, k) M(next(w, k)) <= M(w),

and by induction on s, as avoid <= 1 and log(l + 1) - log(l) <= 1 / l,

    theta(a) theta(b) / 2 log((l + s) / l) avoid(s, w) <= M(w) <= F(w).

In the derivation R is n(b) - d, u is 1 / (n(a) - 1), v is 1 / (R - 1), and T(s, w) is the
logarithm.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import forall, i, j, k, member, total
from theory.transitions import FIRST, SECOND, a, b, h
from theory.walk import ALL_HELD, CHANCES, LENGTH, NEXT, STEPS, TOKEN, WALK, at, l
from theory.walk import last, longer, m, n, q, row, s, w

__all__ = ["avoid", "bound", "missed", "theta", "transitions_go_on", "x"]

delta = KroneckerDelta
avoid, M, R, T, u, v = (Function(name) for name in ("avoid", "M", "R", "T", "u", "v"))
theta, x = Function("theta"), Symbol("x", integer=True)
ONE = Integer(1)
here, na, nb, spoken = last(w), n(w, a), n(w, b), l(w)
B, d, norm = delta(here, a), delta(a, b), total(row(j), j)
to_a, to_b = delta(a, k), delta(b, k)
kept = 1 - B * to_b
LEFT_A, LEFT_B = na - 1, R(w) - 1
PAID = theta(a) * theta(b) / (2 * spoken)

LIKE = Assumption(
    "liked",
    "every row likes k at least theta(k) times as much as any token",
    forall(i, j, k)(P(i, k), ">=", theta(k) * P(i, j)),
)
TWICE = (
    Assumption("twice-a", "a is held twice", at(na, ">=", 2)),
    Assumption("twice-b", "b is held twice, three times if it is a", at(nb, ">=", 2 + d)),
)
LIKED = (
    FIRST,
    SECOND,
    Assumption(
        "strong",
        "theta of a and of b sum to one or more",
        forall()(theta(a) + theta(b) - 1, ">=", 0),
    ),
    LIKE,
    *TWICE,
)
TURNED = Assumption("turn", "the new token is the last", at(last(NEXT), "=", k, TOKEN))
AVOID = (
    TURNED,
    Assumption("avoid-0", "no token is drawn", at(avoid(0, w), "=", 1)),
    Assumption(
        "avoid-step",
        "the chance that b does not follow a, by the first of the tokens",
        at(avoid(s + 1, w), "=", total(kept * q(w, k) * avoid(s, NEXT), k), STEPS),
    ),
)


def bound(w: Any) -> Expr:
    """2 l / ((n(a) - 1) (n(b) - 1 - d))."""
    return 2 * l(w) / ((n(w, a) - 1) * (n(w, b) - 1 - d))


def logs(s: Any, w: Any) -> Expr:
    """log((l + s) / l)."""
    return log(l(w) + s) - log(l(w))


def missed(s: Any, w: Any) -> Expr:
    """theta(a) theta(b) log((l + s) / l) avoid(s, w)."""
    return theta(a) * theta(b) * logs(s, w) * avoid(s, w)


NAMES = (
    CHANCES,
    LENGTH,
    Definition("R", at(R(w), "=", nb - d)),
    Definition("T", at(T(s, w), "=", logs(s, w), STEPS)),
    Definition("u", at(u(w), "=", 1 / LEFT_A)),
    Definition("v", at(v(w), "=", 1 / LEFT_B)),
)
DEFINITION = Definition("M", at(M(w), "=", spoken * u(w) * v(w) - B * theta(b) / 2 * u(w)))
TOKENS = (("a", a, "first"), ("b", b, "second"))


def counts() -> tuple[Step, ...]:
    """What the denominators are made of is positive, now and one step later."""
    return (
        *ALL_HELD,
        Step("length-positive", at(spoken, ">", 0), "sign", ("l", "n-positive")),
        Step("d", forall()(d, ">=", 0), "sign"),
        Step("bit-d", forall()(d * (d - 1), "=", 0), "sums"),
        *(
            Step(
                name,
                at(left, ">", 0),
                "combine",
                (fact, "one", *more),
                {fact: ONE, "one": ONE} | {name: ONE for name in more if name == "d"},
            )
            for name, left, fact, more in (
                ("left-a", LEFT_A, "twice-a", ()),
                ("left-b", LEFT_B, "twice-b", ("R",)),
                ("apart", R(w), "left-b", ()),
                ("rest-b", nb - 1, "twice-b", ("d",)),
            )
        ),
        *(
            Step(
                f"counted-{name}",
                at(n(w, token), ">", 0),
                "instance",
                ("n-positive", fact),
                {k: token},
            )
            for name, token, fact in TOKENS
        ),
        *(
            Step(
                f"count-{name}",
                at(n(NEXT, token), "=", n(w, token) + delta(token, k), TOKEN),
                "instance",
                ("counts", fact),
                {j: token},
            )
            for name, token, fact in TOKENS
        ),
        *(
            step
            for name, left, to in (("a", LEFT_A, to_a), ("b", LEFT_B, to_b))
            for step in (
                Step(f"to-{name}", at(to, ">=", 0, TOKEN), "sign"),
                Step(f"bit-{name}", at(to * (to - 1), "=", 0, TOKEN), "sums"),
                Step(
                    f"left-{name}-next",
                    at(left + to, ">", 0, TOKEN),
                    "combine",
                    (f"left-{name}", f"to-{name}"),
                    {f"left-{name}": ONE, f"to-{name}": ONE},
                ),
            )
        ),
        longer(),
    )


def at_most_one() -> tuple[Step, ...]:
    """That theta of a and of b is at most 1."""
    return tuple(
        step
        for name, token, fact in TOKENS
        for step in (
            Step(f"entry-{name}", forall()(P(1, token), ">", 0), "sign", ("P-positive", fact)),
            Step(
                f"itself-{name}",
                forall()(P(1, token), ">=", theta(token) * P(1, token)),
                "instance",
                ("liked", fact),
                {i: ONE, j: token, k: token},
            ),
            Step(
                f"most-{name}",
                forall()(1 - theta(token), ">=", 0),
                "combine",
                (f"itself-{name}", f"entry-{name}"),
                {f"itself-{name}": 1 / P(1, token)},
            ),
        )
    )


def _not_negative() -> tuple[Step, ...]:
    """That theta of a and of b is at least 0."""
    return tuple(
        Step(
            f"least-{name}",
            forall()(theta(token), ">=", 0),
            "combine",
            ("strong", f"most-{other}"),
            {"strong": ONE, f"most-{other}": ONE},
        )
        for (name, token, _), (other, _, _) in (TOKENS, TOKENS[::-1])
    )


def chances() -> tuple[Step, ...]:
    """Those of a and b are at least theta n / l, and all chances sum to one."""
    liked = tuple(
        step
        for name, token, fact in TOKENS
        for step in (
            Step(
                f"liked-{name}",
                at(P(here, token), ">=", theta(token) * P(here, k), TOKEN),
                "instance",
                ("liked", "last", fact),
                {i: here, j: k, k: token},
            ),
            Step(
                f"chance-{name}",
                at(q(w, token) / n(w, token), ">=", theta(token) / spoken),
                "combine",
                (f"liked-{name}", "q", "norm", "l", "n-positive", fact),
                {f"liked-{name}": (n(w, k) / (norm * spoken), k)},
            ),
        )
    )
    positive = ("q", "n-positive", "P-positive", "last")
    return (
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        *liked,
        Step("chance", at(q(w, k), ">=", 0, TOKEN), "sign", positive),
        Step("sure", at(total(q(w, k), k), "=", 1), "sums", ("q", "norm")),
    )


def moved() -> tuple[Step, ...]:
    """Where u and v go with a token, and R."""
    changed = (
        ("a", u, LEFT_A, to_a, na, "counted-a", "count-a"),
        ("b", v, LEFT_B, to_b, R(w), "apart", "count-R"),
    )
    return (
        Step("count-R", at(R(NEXT), "=", R(w) + to_b, TOKEN), "sums", ("R", "count-b", "next")),
        *(
            step
            for name, f, left, to, held, counted, count in changed
            for step in (
                Step(
                    f"down-{name}",
                    at(1 / (left + to), "=", (1 - to / held) / left, TOKEN),
                    "binary",
                    (f"bit-{name}", f"left-{name}", f"left-{name}-next", counted),
                    {"term": to},
                ),
                Step(
                    f"next-{f}",
                    at(f(NEXT), "=", f(w) * (1 - to / held), TOKEN),
                    "combine",
                    (f"down-{name}", str(f), count, "next", f"left-{name}", counted),
                    {f"down-{name}": ONE},
                ),
                Step(
                    f"{f}-held",
                    at(f(w) * (1 - 1 / held), "=", 1 / held),
                    "sums",
                    (str(f), f"left-{name}", counted),
                ),
                Step(f"{f}-positive", at(f(w), ">", 0), "sign", (str(f), f"left-{name}")),
            )
        ),
        Step(
            "split",
            at(1 / R(w), "=", 1 / nb + d / (nb * (nb - 1))),
            "binary",
            ("bit-d", "R", "apart", "counted-b", "rest-b"),
            {"term": d},
        ),
        Step("same", at(d / R(w), "=", d / (nb - 1)), "sums", ("R", "apart", "rest-b")),
    )


def later(size: Expr, paid: Expr, *of: str) -> tuple[Step, ...]:
    """The mean of M after one more token, where b after a is left out.

    ``size`` and ``paid`` are such that M is ``size`` + 1 times u v after any token, less ``paid``
    times u after token a: by the definition of M and the facts ``of``.
    """
    uv, shares = u(w) * v(w), q(w, a) / na + q(w, b) / nb
    end = B * q(w, b) * u(w) * (size + 1)
    return (
        Step(
            "next-M",
            at(
                M(NEXT),
                "=",
                (size + 1) * uv * (1 - to_a / na) * (1 - to_b / R(w)) - paid * to_a / na,
                TOKEN,
            ),
            "combine",
            ("u-held", "M", "turn", *of, "next-u", "next-v", "next", "counted-a", "apart"),
            {"u-held": -paid * to_a},
        ),
        Step(
            "later",
            at(
                total(kept * q(w, k) * M(NEXT), k),
                "=",
                (size + 1) * uv * (1 - shares)
                - B * u(w) * (size + 1) * q(w, b) / nb
                - paid * (1 - B * d) * q(w, a) / na,
            ),
            "combine",
            (
                *("next-M", "sure", "split", "same", "v-held", "first", "second"),
                *("counted-a", "counted-b"),
            ),
            {
                "next-M": (kept * q(w, k), k),
                "sure": (size + 1) * uv,
                "split": -(size + 1) * uv * q(w, b) - end,
                "same": (size + 1) * uv * q(w, b) / nb + end / na,
                "v-held": -end * (1 - d / na),
            },
        ),
    )


def as_long(token: Any, fact: str) -> tuple[Step, ...]:
    """L >= n(token)."""
    others = total(n(w, j) * (1 - delta(j, token)) ** 2, j)
    return (
        Step(f"others-{token}", at(others, ">=", 0), "sign", ("n-positive",)),
        Step(
            f"as-long-{token}",
            at(spoken, ">=", n(w, token)),
            "combine",
            (f"others-{token}", "l", fact),
            {f"others-{token}": ONE},
        ),
    )


def room() -> tuple[Step, ...]:
    """What token a twice in a row needs: l + 2 >= d theta(a) (n(a) - 1)."""
    return (
        *as_long(a, "first"),
        Step(
            "room",
            at(spoken + 2 - d * theta(a) * LEFT_A, ">=", 0),
            "combine",
            ("as-long-a", "most-a", "least-a", "one", "left-a"),
            {
                "as-long-a": ONE,
                "most-a": LEFT_A,
                "least-a": LEFT_A * (1 - d) ** 2,
                "one": Integer(3),
            },
        ),
    )


def _drift() -> tuple[Step, ...]:
    """M >= 0 pays theta(a) theta(b) / (2 l) in the mean, where no b after a counts."""
    uv, half = u(w) * v(w), theta(b) / 2
    return (
        *as_long(b, "second"),
        Step(
            "as-long-R",
            at(spoken, ">=", R(w)),
            "combine",
            ("as-long-b", "d", "R"),
            {"as-long-b": ONE, "d": ONE},
        ),
        Step("spare", at((1 - B) ** 2 * u(w) + uv, ">=", 0), "sign", ("u-positive", "v-positive")),
        Step(
            "M-positive",
            at(M(w), ">=", 0),
            "combine",
            ("as-long-R", "most-b", "least-b", "spare", "M", "u", "v", "left-a", "left-b"),
            {
                "as-long-R": 1 / (LEFT_A * LEFT_B),
                "most-b": B / LEFT_A,
                "least-b": B / LEFT_A / 2,
                "spare": ONE,
            },
        ),
        Step(
            "left",
            at(uv / spoken, ">=", 0),
            "sign",
            ("u-positive", "v-positive", "length-positive"),
        ),
        Step(
            "drift",
            at(M(w), ">=", PAID + total(kept * q(w, k) * M(NEXT), k)),
            "combine",
            (
                *("later", "chance-a", "chance-b", "strong", "left", "room", "M", "u", "left-a"),
                *("v-positive", "length-positive", "least-b"),
            ),
            {
                "later": -ONE,
                "chance-a": uv * (spoken + 1) + half * (1 - B * d) ** 2,
                "chance-b": uv * (spoken + 1) + B * u(w) * (spoken + 1),
                "strong": uv * (spoken + 1) / spoken,
                "left": ONE,
                "room": B * half * u(w) / spoken,
            },
        ),
    )


def _by_first() -> Step:
    return Step(
        "avoid-first",
        at(avoid(m + 1, w), "=", total(kept * q(w, k) * avoid(m, NEXT), k)),
        "instance",
        ("avoid-step",),
        {s: m},
    )


def by_induction(
    name: str, says: Any, base: tuple[Any, ...], step: tuple[Any, ...]
) -> tuple[Step, ...]:
    """says(s) for all s >= 0; ``base`` and ``step`` are the facts and multipliers of each."""
    lhs, rhs = (side.subs(w, NEXT) for side in says(m))
    return (
        Step(f"{name}-0", at(says(Integer(0))[0], ">=", says(Integer(0))[1]), "combine", *base),
        Step(f"{name}-m", at(says(m)[0], ">=", says(m)[1]), "suppose"),
        Step(
            f"next-{name}",
            at(lhs, ">=", rhs, TOKEN),
            "instance",
            (f"{name}-m", "next"),
            {w: NEXT},
        ),
        Step(f"{name}-next", at(says(m + 1)[0], ">=", says(m + 1)[1]), "combine", *step),
        Step(
            name,
            at(says(s)[0], ">=", says(s)[1], STEPS),
            "induct",
            (f"{name}-0", f"{name}-m", f"{name}-next"),
            {"hypothesis": f"{name}-m", "on": m, "index": s},
        ),
    )


def _chance_of_none() -> tuple[Step, ...]:
    """0 <= avoid <= 1, by induction on s."""
    futures = (kept**2 * q(w, k), k)
    return (
        _by_first(),
        Step("followed", at(total(B * to_b * q(w, k), k), ">=", 0), "sign", ("chance",)),
        *by_induction(
            "least",
            lambda s: (avoid(s, w), Integer(0)),
            (("avoid-0", "one"), {"avoid-0": ONE, "one": ONE}),
            (
                ("next-least", "avoid-first", "chance"),
                {"next-least": futures, "avoid-first": ONE},
            ),
        ),
        *by_induction(
            "most",
            lambda s: (1 - avoid(s, w), Integer(0)),
            (("avoid-0",), {"avoid-0": -ONE}),
            (
                ("next-most", "sure", "avoid-first", "followed", "chance"),
                {
                    "next-most": futures,
                    "sure": -ONE,
                    "avoid-first": -ONE,
                    "followed": ONE,
                },
            ),
        ),
        *(
            Step(f"{name}-more", at(side, ">=", 0), "instance", (name,), {s: m + 1})
            for name, side in (("least", avoid(m + 1, w)), ("most", 1 - avoid(m + 1, w)))
        ),
    )


def logarithms() -> tuple[Step, ...]:
    """That log(l + 1) - log(l) <= 1 / l."""
    return (
        Step(
            "tangent",
            at(exp(1 / spoken), ">=", 1 + 1 / spoken),
            "tangent",
            ("length-positive",),
            {"at": 1 / spoken},
        ),
        Step(
            "quotient",
            at(exp(1 / spoken), ">=", exp(log(spoken + 1) - log(spoken))),
            "combine",
            ("tangent", "length-positive"),
            {"tangent": ONE},
        ),
        Step(
            "step-logs",
            at(1 / spoken, ">=", log(spoken + 1) - log(spoken)),
            "logarithm",
            ("quotient", "length-positive"),
        ),
    )


def _seldom() -> tuple[Step, ...]:
    """theta(a) theta(b) / 2 log((l + s) / l) avoid(s, w) <= M(w), by induction on s."""
    half = theta(a) * theta(b) / 2
    onward = log(spoken + m + 1) - log(spoken + 1)
    return (
        *logarithms(),
        *by_induction(
            "seldom",
            lambda s: (M(w), half * T(s, w) * avoid(s, w)),
            (("M-positive", "T", "length-positive"), {"M-positive": ONE}),
            (
                (
                    *("drift", "next-seldom", "avoid-first", "step-logs", "most-more"),
                    *("least-more", "least-a", "least-b", "chance", "T", "longer", "next"),
                    "length-positive",
                ),
                {
                    "drift": ONE,
                    "next-seldom": (kept**2 * q(w, k), k),
                    "avoid-first": -half * onward,
                    "step-logs": half * avoid(m + 1, w),
                    "most-more": half / spoken,
                },
            ),
        ),
    )


def transitions_go_on() -> Theorem:
    """E29: the chance that b does not follow a in h steps after a history x, times a logarithm."""
    defined = ("left-a", "left-b", "length-positive")
    return Theorem(
        "transitions-go-on",
        forall()(bound(x), ">=", missed(h, x)),
        (*WALK, *LIKED, *AVOID, Assumption("history", "x is a history", member(x, 1, oo))),
        (*NAMES, DEFINITION),
        (
            *counts(),
            *at_most_one(),
            *_not_negative(),
            *chances(),
            *moved(),
            *later(spoken, theta(b) / 2, "longer"),
            *room(),
            *_drift(),
            *_chance_of_none(),
            *_seldom(),
            Step("back", at(B * theta(b) * u(w), ">=", 0), "sign", ("least-b", "u-positive")),
            Step(
                "seldom-at-all",
                at(bound(w), ">=", missed(s, w), STEPS),
                "combine",
                ("seldom", "back", "M", "u", "v", "R", "T", *defined),
                {"seldom": Integer(2), "back": ONE},
            ),
            *(
                Step(
                    f"{name}-x",
                    forall()(left.subs(w, x), ">", 0),
                    "instance",
                    (name, "history", *more),
                    {w: x},
                )
                for name, left, more in (
                    ("left-a", LEFT_A, ()),
                    ("left-b", nb - 1 - d, ("R",)),
                    ("length-positive", spoken, ()),
                )
            ),
            Step(
                "seldom-x",
                forall()(bound(x), ">=", missed(h, x)),
                "instance",
                ("seldom-at-all", "history", *(f"{name}-x" for name in defined)),
                {w: x, s: h},
            ),
        ),
        fixed=(m,),
    )
