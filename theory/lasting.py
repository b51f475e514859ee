r"""Claim E33: how often b follows a along a path, and the chances of it.

Let a and b be tokens (a = b is allowed), and count along the path, from A(0) = T(0) = M(0) = 0 on,

    p(t) = delta(a, x(t)) N(t, b) P(x(t), b) / Z(t),      e(t) = delta(a, x(t)) delta(b, x(t + 1)),
    A(t + 1) = A(t) + p(t),      T(t + 1) = T(t) + e(t),
    M(t + 1) = M(t) + (e(t) - p(t)) / (1 + A(t)):

the chances that b follows a, how often it does, and the difference of the two, of which less and
less counts.  Let M(t)^2 <= cm for all t, so that -(cm + 1) / 2 <= M(t) <= (cm + 1) / 2.

1. T - M grows by e A / (1 + A) + p / (1 + A), so that exp(T - M) is multiplied by 1 + p / (1 + A)
   or more, as 1 + A is: exp(T(t) + (cm + 1) / 2) >= 1 + A(t).
2. If A(t) <= A' for all t, then (1 + A') (A + M) - T never falls, and
   T(t) <= (1 + A') (A' + (cm + 1) / 2).
3. Let ca G^sa >= N(t, a) and cb G^sb >= N(t, b), G = N(t, g), sa + sb < 1, and let every row like a
   token at most kappa times as much as g.  Then p <= kappa cb delta(a, x) G^-(1 - sb), because of
   Z >= G P(x, g), and its sum over the times when x = a, which are rare, is bounded (E32).
4. Let a be another token than g, N(t, a) >= ca G^sa, N(t, b) >= cb G^sb, sb <= 1 <= sa + sb, let
   the tokens other than g be at most eps G, and P(a, b) >= theta P(a, k) for all k.  With E = G^-r,
   r = 1 - sb, and rate = theta cb / (1 + eps), p >= rate delta(a, x) E, because of
   Z <= P(a, b) (1 + eps) G / theta where x = a.  Summed by parts,

       A + rate (delta(a, x) E - N(t, a) E - r ca log G)

   never falls: with u = log G(t + 1) - log G(t),

       N(t, a) (E(t) - E(t + 1)) >= N(t, a) E(t + 1) r u = N(t + 1, a) E(t + 1) r u >= r ca u,

   as u > 0 only where x(t + 1) = g, which is not a.
"""

from typing import Any

from sympy import Expr, Function, Integer, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.loser_growth import KAPPA, NEAR, F, beta, c, chance_of_winner, eps, kappa, liked
from theory.loser_growth import noise_below, q, rare_sum, rates, sigma, when, z
from theory.notation import forall, i, j, k, total
from theory.path import NORM, PATH, WINNER, G, N, Z, along, at_time, bit, delta, g, held, induction
from theory.path import leading_to, m, never_falls, rise, t, winner_rises, x
from theory.transitions import FIRST, SECOND, a, b
from theory.walk import POSITIVE

__all__ = ["A", "M", "T", "chances_bounded", "chances_grow", "happens", "stops"]

A, T, M = (Function(name) for name in "ATM")
ca, cb, sa, sb = (Symbol(name) for name in ("ca", "cb", "sa", "sb"))
cm, abar, theta = (Symbol(name) for name in ("cm", "abar", "theta"))
ZERO, ONE = Integer(0), Integer(1)
from_a = bit(a, t)
followed = from_a * bit(b, t + 1)
chance = from_a * N(t, b) * P(x(t), b) / Z(t)

CHANCES = (
    Assumption("A-0", "no chance at first", forall()(A(0), "=", 0)),
    Assumption(
        "A-step", "the chances that b follows a, so far", along(A(t + 1), "=", A(t) + chance)
    ),
)
TIMES_SEEN = (
    Assumption("T-0", "not followed at first", forall()(T(0), "=", 0)),
    Assumption("T-step", "how often b has followed a", along(T(t + 1), "=", T(t) + followed)),
)
NOISE = (
    Assumption("M-0", "no noise at first", forall()(M(0), "=", 0)),
    Assumption(
        "M-step",
        "how often less the chances, each divided by one more than the chances so far",
        along(M(t + 1), "=", M(t) + (followed - chance) / (1 + A(t))),
    ),
    Assumption("noise", "the noise is bounded", along(cm, ">=", M(t) ** 2)),
)


def _chances() -> tuple[Step, ...]:
    """That A is not negative."""
    return (
        *leading_to(chance_of_winner(), "Z-positive"),
        Step(
            "chance",
            along(chance, ">=", 0),
            "sign",
            ("Z-positive", "N-positive", "P-positive", "tokens", "second"),
        ),
        Step("chances-0", forall()(A(0), ">=", 0), "combine", ("A-0",), {"A-0": ONE}),
        Step(
            "chances-grows",
            along(A(t + 1), ">=", A(t)),
            "combine",
            ("A-step", "chance"),
            {"A-step": ONE, "chance": ONE},
        ),
        *never_falls("chances", A),
    )


# how often, by the chances


def happens() -> Theorem:
    """E33: how often b follows a is at least the logarithm of its chances, less a constant."""
    result = along(exp(T(t) + (cm + 1) / 2), ">=", 1 + A(t))
    more = T(t + 1) - M(t + 1) - T(t) + M(t)

    def power(time: Any) -> Expr:
        return exp(T(time) - M(time))

    grows = Step(
        "grows",
        along((1 + A(t)) * exp(more), ">=", 1 + A(t + 1)),
        "combine",
        ("tangent", "T-step", "M-step", "A-step", "spare", "chances"),
        {
            "tangent": 1 + A(t),
            "T-step": 1 + A(t),
            "M-step": -1 - A(t),
            "A-step": -ONE,
            "spare": ONE,
        },
    )
    return Theorem(
        "lasting-transitions/go-on-path",
        result,
        (*PATH, SECOND, POSITIVE, *CHANCES, *TIMES_SEEN, *NOISE),
        (NORM,),
        (
            *held(),
            *_chances(),
            Step("spare", along(followed * A(t), ">=", 0), "sign", ("chances",)),
            Step("tangent", along(exp(more), ">=", 1 + more), "tangent", (), {"at": more}),
            grows,
            Step(
                "powers-0",
                forall()(power(0), ">=", 1 + A(0)),
                "combine",
                ("A-0", "T-0", "M-0"),
                {"A-0": -ONE},
            ),
            Step("powers-m", forall()(power(m), ">=", 1 + A(m)), "suppose"),
            *at_time(m, "m", (grows,)),
            Step(
                "powers-next",
                forall()(power(m + 1), ">=", 1 + A(m + 1)),
                "combine",
                ("powers-m", "grows-m"),
                {"powers-m": exp(when(more)(m)), "grows-m": ONE},
            ),
            induction("powers", along(power(t), ">=", 1 + A(t))),
            *noise_below("noise-below", -M(t), cm, "noise"),
            Step(
                "exponent",
                along(T(t) + (cm + 1) / 2, ">=", T(t) - M(t)),
                "combine",
                ("noise-below",),
                {"noise-below": ONE},
            ),
            Step(
                "larger",
                along(exp(T(t) + (cm + 1) / 2), ">=", power(t)),
                "exponential",
                ("exponent",),
            ),
            Step("go-on", result, "combine", ("larger", "powers"), {"larger": ONE, "powers": ONE}),
        ),
        fixed=(m,),
    )


def stops() -> Theorem:
    """E33: where the chances that b follows a stay bounded, so does how often it follows."""
    result = along((1 + abar) * (abar + (cm + 1) / 2), ">=", T(t))
    bounded = Assumption("bounded", "the chances are bounded", along(abar, ">=", A(t)))
    kept = when((1 + abar) * (A(t) + M(t)) - T(t))
    return Theorem(
        "lasting-transitions/stop-path",
        result,
        (*PATH, SECOND, POSITIVE, *CHANCES, bounded, *TIMES_SEEN, *NOISE),
        (NORM,),
        (
            *held(),
            *_chances(),
            Step(
                "abar",
                along(abar, ">=", 0),
                "combine",
                ("bounded", "chances"),
                {"bounded": ONE, "chances": ONE},
            ),
            Step(
                "kept-0",
                forall()(kept(ZERO), ">=", 0),
                "combine",
                ("A-0", "T-0", "M-0"),
                {"A-0": 1 + abar, "M-0": 1 + abar, "T-0": -ONE},
            ),
            Step(
                "kept-grows",
                along(kept(t + 1), ">=", kept(t)),
                "combine",
                ("A-step", "M-step", "T-step", "bounded", "chance", "chances", "abar"),
                {
                    "A-step": 1 + abar,
                    "M-step": 1 + abar,
                    "T-step": -ONE,
                    "bounded": followed / (1 + A(t)),
                    "chance": (1 + abar) * A(t) / (1 + A(t)),
                },
            ),
            *never_falls("kept", kept),
            *noise_below("noise-above", M(t), cm, "noise"),
            Step(
                "stop",
                result,
                "combine",
                ("kept", "bounded", "noise-above", "abar"),
                {"kept": ONE, "bounded": 1 + abar, "noise-above": 1 + abar},
            ),
        ),
        fixed=(m,),
    )


# the chances, where a and b are rare

WEAK = (
    KAPPA,
    Assumption(
        "few-a",
        "a is at most as frequent as a power of the count of g",
        along(ca * exp(sa * log(G(t))), ">=", N(t, a)),
    ),
    Assumption(
        "few-b",
        "b is at most as frequent as a power of the count of g",
        along(cb * exp(sb * log(G(t))), ">=", N(t, b)),
    ),
    Assumption("sa", "the first power is not negative", forall()(sa, ">=", 0)),
    Assumption("weak", "the powers add up to less than 1", forall()(1, ">", sa + sb)),
)
CLASS_A = Definition("class", forall(k)(z(k), "=", delta(a, k)))


def power(time: Any) -> Expr:
    """E(time) = G(time)^-(1 - sb)."""
    return exp(-((1 - sb) * log(G(time))))


def _small_chance() -> tuple[Step, ...]:
    """The chance that b follows a is at most kappa cb E, and only where x(t) = a."""
    return (
        Step("b-held", along(N(t, b), ">", 0), "instance", ("N-positive", "second"), {k: b}),
        Step(
            "kappa-b",
            along(kappa * liked, ">=", P(x(t), b)),
            "instance",
            ("kappa-rows", "tokens", "second"),
            {i: x(t), k: b},
        ),
        Step(
            "small",
            along(kappa * cb * z(x(t)) * power(t), ">=", A(t + 1) - A(t)),
            "combine",
            (
                *("A-step", "kappa-b", "norm", "few-b", "class", "kappa"),
                *("tokens", "b-held", "Z-positive", "G-positive"),
            ),
            {
                "A-step": -ONE,
                "kappa-b": from_a * N(t, b) / Z(t),
                "norm": kappa * from_a * N(t, b) / (Z(t) * G(t)),
                "few-b": kappa * from_a / G(t),
            },
        ),
        Step(
            "cb-along",
            along(cb, ">", 0),
            "combine",
            ("few-b", "b-held", "G-positive"),
            {"few-b": exp(-sb * log(G(t))), "b-held": exp(-sb * log(G(t)))},
        ),
        Step("cb", forall()(cb, ">", 0), "instance", ("cb-along",), {t: ZERO}),
        Step("factor", forall()(kappa * cb, ">=", 0), "sign", ("kappa", "cb")),
    )


def chances_bounded() -> Theorem:
    """E33: the chances that b follows a stay bounded if a and b are rare enough."""
    result = along(kappa * cb * (1 + ca * (1 - sb) / (1 - sa - sb)), ">=", A(t))
    rare = {"theorem": rare_sum(), F: A, beta: 1 - sb, sigma: sa, c: ca, q: kappa * cb}
    return Theorem(
        "lasting-transitions/chances-stop",
        result,
        (*PATH, WINNER, FIRST, SECOND, POSITIVE, *CHANCES, *WEAK),
        (NORM, CLASS_A),
        (
            *leading_to(
                (*held(), *winner_rises(), *chance_of_winner(), *rates()),
                *("N-positive", "G-positive", "Z-positive", "norm", "kappa"),
            ),
            *_small_chance(),
            Step("0-or-1", forall(k)(z(k) * (z(k) - 1), "=", 0), "sums", ("class",)),
            Step(
                "few",
                along(ca * exp(sa * log(G(t))), ">=", total(z(k) * N(t, k), k)),
                "combine",
                ("few-a", "class", "first", "G-positive"),
                {"few-a": ONE},
            ),
            Step("above", forall()(1 - sb, ">", sa), "combine", ("weak",), {"weak": ONE}),
            Step(
                "stop",
                result,
                "cite",
                (
                    *("tokens", "held", "counted", "winner", "0-or-1", "sa", "above", "few"),
                    *("factor", "A-0", "small"),
                ),
                rare,
            ),
        ),
        fixed=(m,),
    )


# the chances, where a and b are frequent

STRONG = (
    Assumption("apart", "a is not g", forall()(delta(a, g), "=", 0)),
    NEAR,
    Assumption(
        "liked",
        "row a likes b at least theta times as much as any token",
        forall(k)(P(a, b), ">=", theta * P(a, k)),
    ),
    Assumption("theta", "theta is not negative", forall()(theta, ">=", 0)),
    Assumption(
        "many-a",
        "a is at least as frequent as a power of the count of g",
        along(N(t, a), ">=", ca * exp(sa * log(G(t)))),
    ),
    Assumption("ca", "its factor is not negative", forall()(ca, ">=", 0)),
    Assumption(
        "many-b",
        "b is at least as frequent as a power of the count of g",
        along(N(t, b), ">=", cb * exp(sb * log(G(t)))),
    ),
    Assumption("cb", "its factor is not negative", forall()(cb, ">=", 0)),
    Assumption("sb", "the second power is at most 1", forall()(1, ">=", sb)),
    Assumption("strong", "the powers add up to 1 or more", forall()(sa + sb, ">=", 1)),
)
rate = theta * cb / (1 + eps)


def _share() -> tuple[Step, ...]:
    """Where x(t) = a, b follows at least with the chance theta cb / (1 + eps) E."""
    spoken = total(N(t, j), j)
    return (
        *leading_to(chance_of_winner(), "Z-positive"),
        Step("spoken", along(spoken, ">", 0), "sign", ("N-positive",)),
        Step(
            "wide-along",
            along(1 + eps, ">", 0),
            "combine",
            ("near", "spoken", "G-positive"),
            {"near": 1 / G(t), "spoken": 1 / G(t)},
        ),
        Step("wide", forall()(1 + eps, ">", 0), "instance", ("wide-along",), {t: ZERO}),
        Step(
            "row-a",
            along(from_a * (P(x(t), b) * spoken - theta * Z(t)), ">=", 0),
            "combine",
            ("liked", "Z", "N-positive"),
            {"liked": (from_a * N(t, k), k)},
        ),
        Step(
            "share",
            along(chance, ">=", rate * from_a * power(t)),
            "combine",
            (
                *("row-a", "near", "many-b", "theta", "wide"),
                *("Z-positive", "N-positive", "second", "G-positive"),
            ),
            {
                "row-a": N(t, b) / (Z(t) * spoken),
                "near": theta * from_a * N(t, b) / (spoken * (1 + eps) * G(t)),
                "many-b": theta * from_a / ((1 + eps) * G(t)),
            },
        ),
    )


def steady(time: Any) -> Expr:
    """(1 - sb) ca log G."""
    return (1 - sb) * ca * log(G(time))


def _fall() -> tuple[Step, ...]:
    """N(t, a) (E(t) - E(t + 1)) >= (1 - sb) ca u, where log G rises by u from t to t + 1."""
    u, r, new_a = rise(G(t)), 1 - sb, bit(a, t + 1)
    positive = ("G-positive", "G-after")
    return (
        Step("steep", along(exp(r * u), ">=", 1 + r * u), "tangent", positive, {"at": r * u}),
        Step(
            "count-a",
            along(N(t + 1, a), "=", N(t, a) + new_a),
            "instance",
            ("counted", "first"),
            {k: a},
        ),
        Step(
            "either",
            along(new_a * bit(g, t + 1), "=", 0),
            "combine",
            ("apart",),
            {"apart": new_a},
        ),
        Step(
            "as-many",
            along(N(t, a) * u, ">=", N(t + 1, a) * u),
            "combine",
            ("G-most", "either", "count-a", *positive),
            {"G-most": new_a, "either": -1 / G(t), "count-a": -u},
        ),
        Step(
            "many-after",
            along(N(t + 1, a), ">=", ca * exp(sa * log(G(t + 1)))),
            "instance",
            ("many-a", "G-after"),
            {t: t + 1},
        ),
        Step("log-G", along(log(G(t)), ">=", 0), "logarithm", ("G-held", "G-positive")),
        Step(
            "exponent",
            along((sa - r) * log(G(t)), ">=", 0),
            "combine",
            ("log-G", "strong", "G-positive"),
            {"log-G": sa + sb - 1},
        ),
        Step(
            "enough",
            along(exp((sa - r) * log(G(t))), ">=", 1),
            "exponential",
            ("exponent", "G-positive"),
        ),
        Step(
            "enough-after",
            along(exp((sa - r) * log(G(t + 1))), ">=", 1),
            "instance",
            ("enough", "G-after"),
            {t: t + 1},
        ),
        Step(
            "fall",
            along(N(t, a) * (power(t) - power(t + 1)), ">=", r * ca * u),
            "combine",
            (
                *("steep", "as-many", "many-after", "enough-after", "G-rise", "sb", "ca"),
                *("N-positive", "first", *positive),
            ),
            {
                "steep": N(t, a) * power(t + 1),
                "as-many": r * power(t + 1),
                "many-after": r * u * power(t + 1),
                "enough-after": r * ca * u,
            },
        ),
    )


def chances_grow() -> Theorem:
    """E33: the chances that b follows a grow like log G if a and b are frequent enough."""
    gained = (N(t, a) - 1) * power(t) - N(0, a) * power(0) + steady(t) - steady(0)
    result = along(A(t), ">=", rate * gained)
    kept = when(
        A(t) + rate * ((from_a - N(t, a)) * power(t) + N(0, a) * power(0) - steady(t) + steady(0))
    )
    positive = ("wide", "G-positive-0")
    anywhere = ("wide", "N-positive", "winner")
    rising = leading_to((*held(), *winner_rises()), "N-positive", "G-most", "G-rise")
    [G_positive] = (step for step in rising if step.name == "G-positive")
    return Theorem(
        "lasting-transitions/chances-go-on",
        result,
        (*PATH, WINNER, FIRST, SECOND, POSITIVE, *CHANCES, *STRONG),
        (NORM,),
        (
            *rising,
            *_share(),
            *_fall(),
            *at_time(ZERO, "0", (G_positive,)),
            Step(
                "last-0",
                forall()(bit(a, 0) * power(0), ">=", 0),
                "sign",
                ("G-positive-0",),
            ),
            Step(
                "kept-0",
                forall()(kept(ZERO), ">=", 0),
                "combine",
                ("A-0", "last-0", "theta", "cb", *positive),
                {"A-0": ONE, "last-0": rate},
            ),
            Step(
                "kept-grows",
                along(kept(t + 1), ">=", kept(t)),
                "combine",
                (
                    *("A-step", "share", "fall", "count-a", "theta", "cb"),
                    *("G-positive", "G-after", *positive),
                ),
                {
                    "A-step": ONE,
                    "share": ONE,
                    "fall": rate,
                    "count-a": -rate * power(t + 1),
                },
            ),
            *never_falls("kept", kept, *anywhere),
            Step("not-a", along((1 - from_a) ** 2, ">=", 0), "sign"),
            Step(
                "go-on",
                result,
                "combine",
                ("kept", "not-a", "theta", "cb", "G-positive", *positive),
                {"kept": ONE, "not-a": rate * power(t)},
            ),
        ),
        fixed=(m,),
    )
