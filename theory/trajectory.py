r"""Claim E27: one trajectory does not tell how often a loser follows itself, however long it is.

Let g and b be tokens with P(i, b) <= rho P(i, g) for all i, rho < 1/2, and let the chain P' differ
from P in one entry alone, P'(b, b) = P(b, b) + e, |e| <= kappa P(b, g).  Put, with n(g) >= 2, x the
last token and B = 1 if it is b, else 0,

    R = n(b) / (n(g) - 1),      G = kappa R (B + rho (n(b) + 1) / (1 - 2 rho)).

With the norm Z of the law under P, the mean of G after one more token is

    G - kappa R B - kappa R (n(b) + 1) (rho P(x, g) - P(x, b)) / ((1 - 2 rho) Z) <= G - kappa R B:

R (n(b) + 1) has the relative drift (2 P(x, b) - P(x, g)) / Z, and what the next token b adds to
kappa R B is in the mean kappa R (n(b) + 1) P(x, b) / Z.  So G pays for a cost kappa R B of each
token that follows b, whatever their number.

The laws q, q' of the next token differ only after b, and for numbers p(k) from 0 to 1

    sum_k (q'(k) - q(k)) p(k) = B e n(b) / Z' (p(b) - sum_k q(k) p(k)),

at least -kappa R B as Z' >= n(g) P(b, g) there.  Let now est(w) be an estimate from history w, and
f(w), f'(w) be 1 where it is off by more than eps from P(b, b), from P'(b, b), with 2 eps < |e|.
As it is not near both, f + f' >= 1; and with p, p' the chances to be off after s more tokens, under
P and under P', by induction on s

    p(s, w) + p'(s, w) >= 1 - G(w)      for all s.

The information on log P(b, b) that a token brings, B q(b) (1 - q(b)), is at most such a cost with
kappa = P(b, b) / P(b, g): all tokens together bring at most G in the mean.  Still b recurs, by E1,
as often as c allows with P(i, b) >= c P(i, g) for all i, where g is the token each row likes most.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Rational, Symbol

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import RHO, TOKENS, b, g, rho, two_tokens
from theory.judgement import Judgement
from theory.notation import forall, i, j, k, total
from theory.recurrence import NORM, at_most_one, c, gaps, held, within_horizon
from theory.walk import CHANCES, NEXT, STEPS, TOKEN, TURN, WALK, after, at, f, last, m, n
from theory.walk import next_, q, s, w

__all__ = ["bound", "e", "eps", "est", "info", "information_bounded", "kappa", "not_told_apart"]
__all__ += ["p", "pv"]

delta = KroneckerDelta
Pv, qv, fv, p, pv, est, G, info = (
    Function(name) for name in ("Pv", "qv", "fv", "p", "pv", "est", "G", "info")
)
e, kappa, eps = Symbol("e"), Symbol("kappa"), Symbol("eps")
ONE, ZERO, HALF = Integer(1), Integer(0), Rational(1, 2)
here, nb, ng = last(w), n(w, b), n(w, g)
B, y, z = delta(here, b), delta(b, k), delta(g, k)
R, rate = nb / (ng - 1), rho / (1 - 2 * rho)
Z, Zv = (total(n(w, j) * chain(here, j), j) for chain in (P, Pv))
A = total(q(w, k) * pv(m, NEXT), k)


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


def _near(name: str, of: str, off: Any, value: Expr) -> Assumption:
    distance = est(w) - value
    return Assumption(
        name,
        f"where the estimate is not off, it is within eps of {of}(b, b)",
        at((1 - off(w)) * (eps**2 - distance**2), ">=", 0),
    )


def _chance_off(of: str, chance: Any, off: Any, law: Any) -> tuple[Assumption, ...]:
    first = total(law(w, k) * chance(s, NEXT), k)
    return (
        Assumption(f"{of}-0", "no token more", at(chance(0, w), "=", off(w))),
        Assumption(
            f"{of}-step",
            "the chance to be off, by the first of the tokens",
            at(chance(s + 1, w), "=", first, STEPS),
        ),
    )


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
ESTIMATES = (
    Assumption("P'-positive", "P' is positive", forall(i, k)(Pv(i, k), ">", 0)),
    Assumption("up", "e is at most kappa P(b, g)", forall()(kappa * P(b, g), ">=", e)),
    Assumption("down", "-e is at most kappa P(b, g)", forall()(kappa * P(b, g), ">=", -e)),
    Assumption("off", "under P the estimate is off or not", at(f(w) * (f(w) - 1), "=", 0)),
    Assumption("off'", "under P' the estimate is off or not", at(fv(w) * (fv(w) - 1), "=", 0)),
    _near("near", "P", f, P(b, b)),
    _near("near'", "P'", fv, P(b, b) + e),
    Assumption("apart", "2 eps is less than |e|", forall()(e**2 - 4 * eps**2, ">", 0)),
    *_chance_off("p", p, f, q),
    *_chance_off("p'", pv, fv, qv),
)
CHANGED = Definition("Pv", forall(i, k)(Pv(i, k), "=", P(i, k) + e * delta(i, b) * delta(k, b)))
LAW = Definition("qv", at(qv(w, k), "=", n(w, k) * Pv(here, k) / Zv, TOKEN))
ODDS = Definition("kappa", forall()(kappa, "=", P(b, b) / P(b, g)))
HERE_G = Definition("G", at(G(w), "=", bound()))


def _held() -> tuple[Step, ...]:
    """n(k) > 0, n(g) > 1, rho < 1, b is not g, Z > 0, P(b, g) > 0."""
    return (
        Step("one", forall()(ONE, ">", 0), "sign"),
        Step(
            "n-positive",
            at(n(w, k), ">", 0, TOKEN),
            "combine",
            ("present", "one"),
            {"present": ONE, "one": ONE},
        ),
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
    """B |e| n(b) / Z' <= kappa R B."""
    rest = total(n(w, j) * Pv(here, j) * (1 - delta(j, g)) ** 2, j)
    per = B * nb / Zv
    return (
        Step(
            "scale",
            forall()(kappa, ">=", 0),
            "combine",
            ("up", "down", "entry-g"),
            {fact: 1 / (2 * P(b, g)) for fact in ("up", "down")},
        ),
        Step("norm'", at(Zv, ">", 0), "sign", ("n-positive", "P'-positive", "last")),
        Step("rest", at(rest, ">=", 0), "sign", ("n-positive", "P'-positive", "last")),
        Step(
            "kept",
            at(Pv(here, g), "=", P(here, g)),
            "combine",
            ("two", "Pv", "winner", "last"),
            {"two": e * B},
        ),
        *(
            Step(
                f"cost-{way}",
                at(kappa * R * B, ">=", sign * e * per),
                "combine",
                ("rest", way, "entry-g", "kept", "scale", "counted", "more", "norm'", "winner"),
                {
                    "rest": kappa * per / (ng - 1),
                    way: per,
                    "entry-g": kappa * per / (ng - 1),
                    "kept": kappa * per * ng / (ng - 1),
                },
            )
            for way, sign in (("up", 1), ("down", -1))
        ),
    )  # fmt: skip


def _bit(name: str, off: Any) -> tuple[Step, ...]:
    """0 <= f(w) <= 1."""
    return tuple(
        step
        for of, value in ((name, off(w)), (f"not-{name}", 1 - off(w)))
        for step in (
            Step(f"{of}-squared", at(value**2, ">=", 0), "sign"),
            Step(
                f"{of}-held",
                at(value, ">=", 0),
                "combine",
                (f"{of}-squared", name),
                {f"{of}-squared": ONE, name: -ONE},
            ),
        )
    )


def _between() -> tuple[Step, ...]:
    """0 <= p'(s, w) <= 1, by induction on s."""

    def side(name: str, value: Any, start: str, more: dict[str, Expr]) -> tuple[Step, ...]:
        sign = value(ONE) - value(ZERO)
        parts = {f"{name}-then": (qv(w, k), k), "first-token'": sign, **more}

        def said(s: Expr, *more: Any) -> Judgement:
            return at(value(pv(s, w)), ">=", 0, *more)

        return (
            Step(
                f"{name}-0",
                said(ZERO),
                "combine",
                (start, "p'-0"),
                {start: ONE, "p'-0": sign},
            ),
            Step(f"{name}-m", said(m), "suppose"),
            Step(
                f"{name}-then",
                at(value(pv(m, NEXT)), ">=", 0, TOKEN),
                "instance",
                (f"{name}-m", "next"),
                {w: NEXT},
            ),
            Step(f"{name}-next", said(m + 1), "combine", (*parts, "chance'"), parts),
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
            "chance'",
            at(qv(w, k), ">=", 0, TOKEN),
            "sign",
            ("qv", "n-positive", "P'-positive", "last"),
        ),
        Step("whole'", at(total(qv(w, k), k), "=", 1), "sums", ("qv", "norm'")),
        _first("first-token'", pv, qv, "p'-step"),
        *side("least", lambda chance: chance, "off'-held", {}),
        *side("most", lambda chance: 1 - chance, "not-off'-held", {"whole'": -ONE}),
    )


def _first(name: str, chance: Any, law: Any, of: str) -> Step:
    """The chance to be off after m + 1 tokens, by the first of them."""
    first = total(law(w, k) * chance(m, NEXT), k)
    return Step(name, at(chance(m + 1, w), "=", first), "instance", (of,), {s: m})


def _either() -> tuple[Step, ...]:
    """That f + f' >= 1: no estimate is within eps of both."""
    gap, miss, hit = e**2 - 4 * eps**2, (1 - f(w)), (1 - fv(w))
    middle = miss * hit * (2 * est(w) - 2 * P(b, b) - e) ** 2
    return (
        Step("both", at(f(w) * fv(w), ">=", 0), "sign", ("off-held", "off'-held")),
        Step("middle", at(middle, ">=", 0), "sign", ("not-off-held", "not-off'-held")),
        Step(
            "either",
            at(f(w) + fv(w), ">=", 1),
            "combine",
            ("both", "near", "near'", "middle", "not-off-held", "not-off'-held", "apart"),
            {"both": ONE, "near": hit / gap * 2, "near'": miss / gap * 2, "middle": 1 / gap},
        ),
    )


def _laws_differ() -> tuple[Step, ...]:
    """sum_k q'(k) p'(k) >= sum_k q(k) p'(k) - kappa R B."""
    then, to_b = pv(m, NEXT), pv(m, next_(w, b))
    X, d = to_b - A, B * e * nb / Zv
    return (
        Step("whole", at(total(q(w, k), k), "=", 1), "sums", ("q", "norm")),
        *(
            Step(
                f"{side}-now",
                at(value, ">=", 0, TOKEN),
                "instance",
                (side, "next"),
                {s: m, w: NEXT},
            )
            for side, value in (("least", then), ("most", 1 - then))
        ),
        Step("least-b", at(to_b, ">=", 0), "instance", ("least-now", "loser"), {k: b}),
        Step("most-b", at(1 - to_b, ">=", 0), "instance", ("most-now", "loser"), {k: b}),
        Step(
            "above",
            at(HALF + X / 2, ">=", 0),
            "combine",
            ("least-b", "most-now", "whole", "chance"),
            {"least-b": HALF, "most-now": (q(w, k) / 2, k), "whole": -HALF},
        ),
        Step(
            "below",
            at(HALF - X / 2, ">=", 0),
            "combine",
            ("most-b", "least-now", "chance"),
            {"most-b": HALF, "least-now": (q(w, k) / 2, k)},
        ),
        Step(
            "changed",
            at(Pv(here, k), "=", P(here, k) + e * B * delta(k, b), TOKEN),
            "instance",
            ("Pv", "last"),
            {i: here},
        ),
        Step(
            "norms",
            at(Zv, "=", Z + e * B * nb),
            "combine",
            ("changed", "loser"),
            {"changed": (n(w, k), k)},
        ),
        Step(
            "moved",
            at(total(qv(w, k) * then, k), "=", A + d * X),
            "combine",
            ("changed", "norms", "q", "qv", "norm", "norm'", "loser"),
            {"changed": (n(w, k) * then / Zv, k), "norms": -A / Zv},
        ),
        Step(
            "differ",
            at(total(qv(w, k) * then, k), ">=", A - kappa * R * B),
            "combine",
            ("moved", "cost-up", "cost-down", "above", "below", "more"),
            {"moved": ONE, "cost-up": HALF - X / 2, "cost-down": HALF + X / 2},
        ),
    )


def _sum_of_errors() -> tuple[Step, ...]:
    """p(s, w) + p'(s, w) >= 1 - G(w), by induction on s."""

    def said(s: Expr, *more: Any) -> Judgement:
        return at(p(s, w) + pv(s, w), ">=", 1 - G(w), *more)

    return (
        Step(
            "errors-0",
            said(ZERO),
            "combine",
            ("either", "p-0", "p'-0", "G-held"),
            {"either": ONE, "p-0": ONE, "p'-0": ONE, "G-held": ONE},
        ),
        Step("errors-m", said(m), "suppose"),
        Step(
            "errors-then",
            at(p(m, NEXT) + pv(m, NEXT), ">=", 1 - G(NEXT), TOKEN),
            "instance",
            ("errors-m", "next"),
            {w: NEXT},
        ),
        _first("first-token", p, q, "p-step"),
        Step(
            "errors-next",
            said(m + 1),
            "combine",
            (
                "errors-then",
                "first-token",
                "first-token'",
                "differ",
                "pays",
                "whole",
                "chance",
            ),
            {
                "errors-then": (q(w, k), k),
                "first-token": ONE,
                "first-token'": ONE,
                "differ": ONE,
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
    """E27: the chances to be off, under P and under P', sum to 1 - G(w) or more."""
    result = at(p(s, w) + pv(s, w), ">=", 1 - bound(), STEPS)
    return Theorem(
        "recurrence-not-enough",
        result,
        (*LOSES, *ESTIMATES),
        (CHANCES, CHANGED, LAW, HERE_G),
        (
            *_held(),
            *_costs(),
            *_pays(),
            *_bit("off", f),
            *_bit("off'", fv),
            *_between(),
            *_either(),
            *_laws_differ(),
            *_sum_of_errors(),
            Step(
                "sum-of-errors",
                result,
                "combine",
                ("errors", "G", "more", "half"),
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
    """E27: by E1, b is not avoided for long where g is what every row likes most."""
    horizon = within_horizon()
    return Theorem(
        "recurrence-not-enough/recurs",
        horizon.conclusion,
        (
            *(fact for fact in horizon.assumptions if fact.name != "liked"),
            Assumption("favourite", "every row likes g most", forall(i, k)(P(i, g), ">=", P(i, k))),
            Assumption(
                "floor", "every row likes b at least c times as much as g",
                forall(i)(P(i, b), ">=", c * P(i, g)),
            ),
        ),
        horizon.definitions,
        (
            Step(
                "liked",
                horizon.given["liked"],
                "combine",
                ("floor", "favourite", "c"),
                {"floor": ONE, "favourite": c},
            ),
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
    )  # fmt: skip
