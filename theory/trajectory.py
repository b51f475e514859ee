r"""Claim E27: one trajectory does not tell how often a loser follows itself, however long it is.

Let g and b be tokens with P(i, b) <= rho P(i, g) for all i, rho < 1/2.  Put, with n(g) >= 2, x the
last token and B = 1 if it is b, else 0,

    R = n(b) / (n(g) - 1),      G = kappa R (B + rho (n(b) + 1) / (1 - 2 rho)).

With the norm Z of the law under P, the mean of G after one more token is

    G - kappa R B - kappa R (n(b) + 1) (rho P(x, g) - P(x, b)) / ((1 - 2 rho) Z) <= G - kappa R B:

R (n(b) + 1) has the relative drift (2 P(x, b) - P(x, g)) / Z, and what the next token b adds to
kappa R B is in the mean kappa R (n(b) + 1) P(x, b) / Z.  So G pays for a cost kappa R B of each
token that follows b, whatever their number.

Let now two chains Q(a), a = 1, 2, differ from P in the entry (b, b) alone, by e(a), with
|e(a)| <= D(a) P(b, g).  Their laws p(a, k) of the next token differ from that of P, q(k), only
after b, and for numbers y(k) from 0 to 1

    sum_k (p(a, k) - q(k)) y(k) = B e(a) n(b) / Z(a) (y(b) - sum_k q(k) y(k)),

at least -D(a) R B as Z(a) >= n(g) P(b, g) there.  Let est(w) be an estimate from history w, and
f(a, w) be 1 where it is off by more than eps from the entry (b, b) of Q(a), else 0, and let 2 eps <
|e(1) - e(2)|.  As the estimate is not near both, f(1, w) + f(2, w) >= 1; and with err(a, s, w) the
chance under Q(a) to be off after s more tokens, by induction on s

    err(1, s, w) + err(2, s, w) >= 1 - G(w)      for all s, with kappa = D(1) + D(2).

The information on log P(b, b) that a token brings, B q(b) (1 - q(b)), is at most such a cost with
kappa = P(b, b) / P(b, g): all tokens together bring at most G in the mean.  Still every token
recurs under every positive chain, by E1; that is said of any token b and with any such chain as P.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Rational, Symbol

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import RHO, TOKENS, b, g, rho, two_tokens
from theory.judgement import Judgement
from theory.notation import RANGES, forall, i, j, k, total
from theory.recurrence import NORM, at_most_one, c, gaps, held, within_horizon
from theory.walk import ALL_HELD, CHANCES, NEXT, STEPS, TOKEN, TURN, WALK, after, at, last, m, n
from theory.walk import next_, q, s, w

__all__ = ["bound", "err", "info", "information_bounded", "kappa", "not_told_apart"]
__all__ += ["still_recurs"]

delta = KroneckerDelta
Q, p, e, D, f, err, est, G, info = (
    Function(name) for name in ("Q", "p", "e", "D", "f", "err", "est", "G", "info")
)
a = Symbol("a", integer=True)
kappa, eps = Symbol("kappa"), Symbol("eps")
ONE, TWO, ZERO, HALF = Integer(1), Integer(2), Integer(0), Rational(1, 2)
CHAIN = (a, ONE, TWO)
here, nb, ng = last(w), n(w, b), n(w, g)
B, y, z = delta(here, b), delta(b, k), delta(g, k)
R, rate = nb / (ng - 1), rho / (1 - 2 * rho)
Z, Za = total(n(w, j) * P(here, j), j), total(n(w, j) * Q(a, here, j), j)
then = err(a, m, NEXT)
MEAN_THEN = total(q(w, k) * then, k)
SURPLUS = err(a, m, next_(w, b)) - MEAN_THEN
"""What err is after b, less its mean under P."""


def bound(scale: Expr = kappa, turn: Expr = B, tail: Expr = rate) -> Expr:
    """Kappa R (B + rho (n(b) + 1) / (1 - 2 rho))."""
    return scale * R * (turn + tail * (nb + 1))


LOSES = (
    *WALK,
    TURN,
    *TOKENS,
    RHO,
    Assumption("half", "rho is below one half", forall()(1 - 2 * rho, ">", 0)),
    Assumption(
        "dominated",
        "every row likes b at most rho times as much as g",
        forall(i)(rho * P(i, g), ">=", P(i, b)),
    ),
    Assumption("twice", "g is held twice", at(ng, ">=", 2)),
)


def each(lhs: Expr, relation: str, rhs: Any, *limits: Any) -> Judgement:
    """A judgement for both chains, without histories."""
    return Judgement(lhs, relation, rhs, (CHAIN, *limits))


def first_err(s: Expr) -> Expr:
    """The chance to be off after s + 1 tokens, by the first of them."""
    return total(p(a, w, k) * err(a, s, NEXT), k)


PAIR = (i, *RANGES[i]), (k, *RANGES[k])
DISTANCE = est(w) - P(b, b) - e(a)
ESTIMATES = (
    Assumption("Q-positive", "both chains are positive", each(Q(a, i, k), ">", ZERO, *PAIR)),
    Assumption("up", "e is at most D P(b, g)", each(D(a) * P(b, g), ">=", e(a))),
    Assumption("down", "-e is at most D P(b, g)", each(D(a) * P(b, g), ">=", -e(a))),
    Assumption("off", "the estimate is off or not", at(f(a, w) * (f(a, w) - 1), "=", 0, CHAIN)),
    Assumption(
        "near",
        "where the estimate is not off, it is within eps of the entry (b, b)",
        at((1 - f(a, w)) * (eps**2 - DISTANCE**2), ">=", 0, CHAIN),
    ),
    Assumption(
        "apart",
        "2 eps is less than |e(1) - e(2)|",
        forall()((e(1) - e(2)) ** 2 - 4 * eps**2, ">", 0),
    ),
    Assumption("err-0", "no token more", at(err(a, 0, w), "=", f(a, w), CHAIN)),
    Assumption(
        "err-step",
        "the chance to be off, by the first of the tokens",
        at(err(a, s + 1, w), "=", first_err(s), STEPS, CHAIN),
    ),
)
CHANGED = Definition("Q", each(Q(a, i, k), "=", P(i, k) + e(a) * delta(i, b) * delta(k, b), *PAIR))
LAW = Definition("p", at(p(a, w, k), "=", n(w, k) * Q(a, here, k) / Za, CHAIN, TOKEN))
SCALE = Definition("kappa", forall()(kappa, "=", D(1) + D(2)))
ODDS = Definition("kappa", forall()(kappa, "=", P(b, b) / P(b, g)))
HERE_G = Definition("G", at(G(w), "=", bound()))
INFORMATION = (
    Assumption("info-0", "no token more", at(info(0, w), "=", 0)),
    Assumption(
        "info-step",
        "the mean information of s + 1 tokens, by the first of them",
        at(
            info(s + 1, w),
            "=",
            B * q(w, b) * (1 - q(w, b)) + total(q(w, k) * info(s, NEXT), k),
            STEPS,
        ),
    ),
)


def _held() -> tuple[Step, ...]:
    """n(k) > 0, n(g) > 1, rho < 1, b is not g, Z > 0, P(b, g) > 0."""
    return (
        *ALL_HELD,
        Step("counted", at(nb, ">", 0), "instance", ("n-positive", "loser"), {k: b}),
        Step("winner-counted", at(ng, ">", 0), "instance", ("n-positive", "winner"), {k: g}),
        Step("more", at(ng - 1, ">", 0), "combine", ("twice", "one"), {"twice": ONE, "one": ONE}),
        Step(
            "below-one",
            forall()(1 - rho, ">", 0),
            "combine",
            ("half", "rho"),
            {"half": ONE, "rho": ONE},
        ),
        *two_tokens(),
        Step("norm", at(Z, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step("entry-g", forall()(P(b, g), ">", 0), "sign", ("P-positive", "loser", "winner")),
    )


def _pays() -> tuple[Step, ...]:
    """G(w) >= kappa R B + the mean of G after one more token."""
    turned = delta(last(NEXT), b)
    moved = kappa * (nb + y) / (ng - 1) * (1 - z / ng) * (y + rate * (nb + 1 + y))
    spare = kappa * R * (nb + 1) / ((1 - 2 * rho) * Z)
    short = rho * P(here, g) - P(here, b)
    return (
        Step("bit", at(z * (z - 1), "=", 0, TOKEN), "sums"),
        Step("bit-held", at(z, ">=", 0, TOKEN), "sign"),
        Step(
            "more-next",
            at(ng + z - 1, ">", 0, TOKEN),
            "combine",
            ("more", "bit-held"),
            {"more": ONE, "bit-held": ONE},
        ),
        Step(
            "ratio",
            at(1 / (ng + z - 1), "=", (1 - z / ng) / (ng - 1), TOKEN),
            "binary",
            ("bit", "more", "winner-counted", "more-next"),
            {"term": z},
        ),
        *(
            Step(
                f"count-{name}",
                at(n(NEXT, token), "=", n(w, token) + delta(token, k), TOKEN),
                "instance",
                ("counts", member),
                {j: token},
            )
            for name, token, member in (("b", b, "loser"), ("g", g, "winner"))
        ),
        Step(
            "turned",
            at(turned, "=", y, TOKEN),
            "combine",
            ("turn",),
            {"turn": y - turned},
        ),
        Step(
            "next-G",
            at(G(NEXT), "=", moved, TOKEN),
            "combine",
            (
                "ratio", "turned", "G", "count-b", "count-g", "next", "more", "winner-counted",
                "half",
            ),
            {
                "ratio": kappa * (nb + y) * (turned + rate * (nb + 1 + y)),
                "turned": kappa * (nb + y) * (1 - z / ng) / (ng - 1),
            },
        ),
        Step(
            "after",
            at(after(G), "=", G(w) - kappa * R * B - spare * short),
            "combine",
            (
                "next-G", "two", "G", "q", "norm", "more", "winner-counted", "half", "winner",
                "loser",
            ),
            {
                "next-G": (q(w, k), k),
                "two": -kappa * R * (nb + 1) * (1 + 2 * rate) * P(here, b) / (ng * Z),
            },
        ),
        Step(
            "dominated-here",
            at(rho * P(here, g), ">=", P(here, b)),
            "instance",
            ("dominated", "last"),
            {i: here},
        ),
        Step(
            "pays",
            at(G(w), ">=", kappa * R * B + after(G)),
            "combine",
            ("after", "dominated-here", "scale", "counted", "more", "half", "norm"),
            {"after": -ONE, "dominated-here": spare},
        ),
        Step(
            "G-held",
            at(G(w), ">=", 0),
            "sign",
            ("G", "scale", "counted", "more", "rho", "half"),
        ),
        Step(
            "chance",
            at(q(w, k), ">=", 0, TOKEN),
            "sign",
            ("q", "n-positive", "P-positive", "last"),
        ),
    )  # fmt: skip


def _costs() -> tuple[Step, ...]:
    """B |e(a)| n(b) / Z(a) <= D(a) R B."""
    rest = total(n(w, j) * Q(a, here, j) * (1 - delta(j, g)) ** 2, j)
    per = B * nb / Za
    return (
        Step(
            "D-held",
            each(D(a), ">=", ZERO),
            "combine",
            ("up", "down", "entry-g"),
            {way: 1 / (2 * P(b, g)) for way in ("up", "down")},
        ),
        Step("scale", forall()(kappa, ">=", 0), "sign", ("kappa", "D-held")),
        Step("norms", at(Za, ">", 0, CHAIN), "sign", ("n-positive", "Q-positive", "last")),
        Step("rest", at(rest, ">=", 0, CHAIN), "sign", ("n-positive", "Q-positive", "last")),
        Step(
            "changed",
            at(Q(a, here, k), "=", P(here, k) + e(a) * B * delta(k, b), CHAIN, TOKEN),
            "instance",
            ("Q", "last"),
            {i: here},
        ),
        Step(
            "kept",
            at(Q(a, here, g), "=", P(here, g), CHAIN),
            "combine",
            ("two", "Q", "winner", "last"),
            {"two": e(a) * B},
        ),
        *(
            Step(
                f"cost-{way}",
                at(D(a) * R * B, ">=", sign * e(a) * per, CHAIN),
                "combine",
                ("rest", way, "entry-g", "kept", "D-held", "counted", "more", "norms", "winner"),
                {
                    "rest": D(a) * per / (ng - 1),
                    way: per,
                    "entry-g": D(a) * per / (ng - 1),
                    "kept": D(a) * per * ng / (ng - 1),
                },
            )
            for way, sign in (("up", 1), ("down", -1))
        ),
    )


def _bits() -> tuple[Step, ...]:
    """0 <= f(a, w) <= 1."""
    return tuple(
        step
        for name, value in (("off", f(a, w)), ("hit", 1 - f(a, w)))
        for step in (
            Step(f"{name}-squared", at(value**2, ">=", 0, CHAIN), "sign"),
            Step(
                f"{name}-held",
                at(value, ">=", 0, CHAIN),
                "combine",
                (f"{name}-squared", "off"),
                {f"{name}-squared": ONE, "off": -ONE},
            ),
        )
    )


def _between() -> tuple[Step, ...]:
    """0 <= err(a, s, w) <= 1, by induction on s."""

    def side(name: str, value: Any, start: str, more: dict[str, Expr]) -> tuple[Step, ...]:
        sign = value(ONE) - value(ZERO)
        parts = {f"{name}-then": (p(a, w, k), k), "first-token": sign, **more}

        def said(s: Expr, *more: Any) -> Judgement:
            return at(value(err(a, s, w)), ">=", 0, *more, CHAIN)

        return (
            Step(f"{name}-0", said(ZERO), "combine", (start, "err-0"), {start: ONE, "err-0": sign}),
            Step(f"{name}-m", said(m), "suppose"),
            Step(
                f"{name}-then",
                at(value(then), ">=", 0, TOKEN, CHAIN),
                "instance",
                (f"{name}-m", "next"),
                {w: NEXT},
            ),
            Step(f"{name}-next", said(m + 1), "combine", (*parts, "chances"), parts),
            Step(
                name,
                said(s, STEPS),
                "induct",
                (f"{name}-0", f"{name}-m", f"{name}-next"),
                {"hypothesis": f"{name}-m", "on": m, "index": s},
            ),
        )

    return (
        Step(
            "chances",
            at(p(a, w, k), ">=", 0, CHAIN, TOKEN),
            "sign",
            ("p", "n-positive", "Q-positive", "last"),
        ),
        Step("wholes", at(total(p(a, w, k), k), "=", 1, CHAIN), "sums", ("p", "norms")),
        Step(
            "first-token",
            at(err(a, m + 1, w), "=", first_err(m), CHAIN),
            "instance",
            ("err-step",),
            {s: m},
        ),
        *side("least", lambda chance: chance, "off-held", {}),
        *side("most", lambda chance: 1 - chance, "hit-held", {"wholes": -ONE}),
    )


def _either() -> tuple[Step, ...]:
    """That f(1, w) + f(2, w) >= 1: no estimate is within eps of both."""
    gap = (e(1) - e(2)) ** 2 - 4 * eps**2
    hit_1, hit_2 = 1 - f(1, w), 1 - f(2, w)
    middle = hit_1 * hit_2 * (2 * est(w) - 2 * P(b, b) - e(1) - e(2)) ** 2
    hits = ("hit-held-1", "hit-held-2")
    return (
        *(
            Step(
                f"{name}-{chain}",
                at(value.subs(a, chain), ">=", 0),
                "instance",
                (name,),
                {a: chain},
            )
            for name, value in (
                ("hit-held", 1 - f(a, w)),
                ("near", (1 - f(a, w)) * (eps**2 - DISTANCE**2)),
            )
            for chain in (ONE, TWO)
        ),
        Step("both", at(f(1, w) * f(2, w), ">=", 0), "sign", ("off-held",)),
        Step("middle", at(middle, ">=", 0), "sign", hits),
        Step(
            "either",
            at(f(1, w) + f(2, w), ">=", 1),
            "combine",
            ("both", "near-1", "near-2", "middle", *hits, "apart"),
            {"both": ONE, "near-1": hit_2 / gap * 2, "near-2": hit_1 / gap * 2, "middle": 1 / gap},
        ),
    )


def _laws_differ() -> tuple[Step, ...]:
    """sum_k p(a, k) err(a, k) >= sum_k q(k) err(a, k) - D(a) R B."""
    to_b = err(a, m, next_(w, b))
    return (
        Step("whole", at(total(q(w, k), k), "=", 1), "sums", ("q", "norm")),
        *(
            Step(
                f"{side}-now",
                at(value, ">=", 0, TOKEN, CHAIN),
                "instance",
                (side, "next"),
                {s: m, w: NEXT},
            )
            for side, value in (("least", then), ("most", 1 - then))
        ),
        Step("least-b", at(to_b, ">=", 0, CHAIN), "instance", ("least-now", "loser"), {k: b}),
        Step("most-b", at(1 - to_b, ">=", 0, CHAIN), "instance", ("most-now", "loser"), {k: b}),
        Step(
            "above",
            at(HALF + SURPLUS / 2, ">=", 0, CHAIN),
            "combine",
            ("least-b", "most-now", "whole", "chance"),
            {"least-b": HALF, "most-now": (q(w, k) / 2, k), "whole": -HALF},
        ),
        Step(
            "below",
            at(HALF - SURPLUS / 2, ">=", 0, CHAIN),
            "combine",
            ("most-b", "least-now", "chance"),
            {"most-b": HALF, "least-now": (q(w, k) / 2, k)},
        ),
        Step(
            "more-norm",
            at(Za, "=", Z + e(a) * B * nb, CHAIN),
            "combine",
            ("changed", "loser"),
            {"changed": (n(w, k), k)},
        ),
        Step(
            "moved",
            at(total(p(a, w, k) * then, k), "=", MEAN_THEN + B * e(a) * nb / Za * SURPLUS, CHAIN),
            "combine",
            ("changed", "more-norm", "q", "p", "norm", "norms", "loser"),
            {"changed": (n(w, k) * then / Za, k), "more-norm": -MEAN_THEN / Za},
        ),
        Step(
            "differ",
            at(total(p(a, w, k) * then, k), ">=", MEAN_THEN - D(a) * R * B, CHAIN),
            "combine",
            ("moved", "cost-up", "cost-down", "above", "below", "more"),
            {"moved": ONE, "cost-up": HALF - SURPLUS / 2, "cost-down": HALF + SURPLUS / 2},
        ),
    )


def _sum_of_errors() -> tuple[Step, ...]:
    """err(1, s, w) + err(2, s, w) >= 1 - G(w), by induction on s."""

    def said(s: Expr, *more: Any) -> Judgement:
        return at(err(1, s, w) + err(2, s, w), ">=", 1 - G(w), *more)

    return (
        Step(
            "errors-0",
            said(ZERO),
            "combine",
            ("either", "err-0", "G-held"),
            {"either": ONE, "err-0": (ONE, a), "G-held": ONE},
        ),
        Step("errors-m", said(m), "suppose"),
        Step(
            "errors-then",
            at(err(1, m, NEXT) + err(2, m, NEXT), ">=", 1 - G(NEXT), TOKEN),
            "instance",
            ("errors-m", "next"),
            {w: NEXT},
        ),
        Step(
            "errors-next",
            said(m + 1),
            "combine",
            ("errors-then", "first-token", "differ", "pays", "whole", "chance", "kappa"),
            {
                "errors-then": (q(w, k), k),
                "first-token": (ONE, a),
                "differ": (ONE, a),
                "pays": ONE,
                "whole": ONE,
            },
        ),
        Step(
            "errors",
            said(s, STEPS),
            "induct",
            ("errors-0", "errors-m", "errors-next"),
            {"hypothesis": "errors-m", "on": m, "index": s},
        ),
    )


def not_told_apart() -> Theorem:
    """E27: the chances to be off, under the one chain and the other, sum to 1 - G(w) or more."""
    result = at(err(1, s, w) + err(2, s, w), ">=", 1 - bound(D(1) + D(2)), STEPS)
    return Theorem(
        "recurrence-not-enough",
        result,
        (*LOSES, *ESTIMATES),
        (CHANCES, CHANGED, LAW, SCALE, HERE_G),
        (
            *_held(),
            *_costs(),
            *_pays(),
            *_bits(),
            *_between(),
            *_either(),
            *_laws_differ(),
            *_sum_of_errors(),
            Step(
                "sum-of-errors",
                result,
                "combine",
                ("errors", "G", "kappa", "more", "half"),
                {"errors": ONE},
            ),
        ),
        fixed=(m,),
    )


def information_bounded() -> Theorem:
    """E27: all tokens together bring at most G(w) of information on log P(b, b), in the mean."""
    result = at(bound(), ">=", info(s, w), STEPS)
    rest = total(n(w, j) * P(here, j) * (1 - delta(j, g)) ** 2, j)
    per = B * nb / (Z * (ng - 1))

    def below(s: Expr, *more: Any) -> Judgement:
        return at(G(w), ">=", info(s, w), *more)

    return Theorem(
        "recurrence-not-enough/information",
        result,
        (*LOSES, *INFORMATION),
        (CHANCES, ODDS, HERE_G),
        (
            *_held(),
            Step("entry-b", forall()(P(b, b), ">", 0), "sign", ("P-positive", "loser")),
            Step("scale", forall()(kappa, ">=", 0), "sign", ("kappa", "entry-b", "entry-g")),
            Step("rest", at(rest, ">=", 0), "sign", ("n-positive", "P-positive", "last")),
            Step(
                "cost",
                at(kappa * R * B, ">=", B * q(w, b)),
                "combine",
                (
                    "rest", "entry-b", "kappa", "entry-g", "q", "norm", "scale", "counted", "more",
                    "winner", "loser",
                ),
                {
                    "rest": kappa * per,
                    "kappa": per * ng * P(b, g),
                    "entry-b": per,
                },
            ),
            *_pays(),
            Step("square", at(B * q(w, b) ** 2, ">=", 0), "sign"),
            Step(
                "below-0",
                below(ZERO),
                "combine",
                ("G-held", "info-0"),
                {"G-held": ONE, "info-0": -ONE},
            ),
            Step("below-m", below(m), "suppose"),
            Step(
                "below-then",
                at(G(NEXT), ">=", info(m, NEXT), TOKEN),
                "instance",
                ("below-m", "next"),
                {w: NEXT},
            ),
            Step(
                "first-token",
                at(
                    info(m + 1, w),
                    "=",
                    B * q(w, b) * (1 - q(w, b)) + total(q(w, k) * info(m, NEXT), k),
                ),
                "instance",
                ("info-step",),
                {s: m},
            ),
            Step(
                "below-next",
                below(m + 1),
                "combine",
                ("pays", "cost", "square", "below-then", "first-token", "chance"),
                {
                    "pays": ONE,
                    "cost": ONE,
                    "square": ONE,
                    "below-then": (q(w, k), k),
                    "first-token": -ONE,
                },
            ),
            Step(
                "below",
                below(s, STEPS),
                "induct",
                ("below-0", "below-m", "below-next"),
                {"hypothesis": "below-m", "on": m, "index": s},
            ),
            Step("bounded", result, "combine", ("below", "G", "more", "half"), {"below": ONE}),
        ),
        fixed=(m,),
    )  # fmt: skip


def still_recurs() -> Theorem:
    """E27: by E1, no token b, a loser or not, is avoided for long under a positive chain."""
    horizon = within_horizon()
    return Theorem(
        "recurrence-not-enough/recurs",
        horizon.conclusion,
        horizon.assumptions,
        horizon.definitions,
        (
            *held(),
            NORM,
            *at_most_one(),
            *gaps(c),
            Step(
                "recurs",
                horizon.conclusion,
                "cite",
                (*horizon.given, "norm", "gap", "gap-s", "length-positive"),
                {"theorem": horizon},
            ),
        ),
    )
