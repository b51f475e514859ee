r"""Claim E33: how often b follows a along a path, and the chances of it.

Let a and b be tokens (a = b is allowed), and count along the path, from A(0) = T(0) = M(0) = 0 on,

    p(t) = delta(a, x(t)) N(t, b) P(x(t), b) / Z(t),      e(t) = delta(a, x(t)) delta(b, x(t + 1)),
    A(t + 1) = A(t) + p(t),      T(t + 1) = T(t) + e(t),
    M(t + 1) = M(t) + (e(t) - p(t)) / (1 + A(t)):

the chances that b follows a, how often it does, and the difference of the two, of which less and
less counts.  Let M(t)^2 <= c_M for all t; so -(c_M + 1) / 2 <= M(t) <= (c_M + 1) / 2.

1. T - M grows by e A / (1 + A) + p / (1 + A), so that exp(T - M) is multiplied by 1 + p / (1 + A)
   or more, as 1 + A is: exp(T(t) + (c_M + 1) / 2) >= 1 + A(t).
2. If A(t) <= A' for all t, then (1 + A') (A + M) - T never falls, and
   T(t) <= (1 + A') (A' + (c_M + 1) / 2).
3. Let N(t, a) >= c_a G^s_a, N(t, b) >= c_b G^s_b, s_a + s_b >= 1, G = N(t, g), the other tokens be
   at most eps G, and P(a, b) >= theta P(a, k) for all k.  With E = G^-r, r = 1 - s_b, and
   q = theta c_b / (1 + eps), p >= q delta(a, x) E, as Z <= P(a, b) (1 + eps) G / theta where x = a.
   By summation by parts

       A + q (delta(a, x) E - N(t, a) E - (r c_a / 2) log G)

   never falls: with u = log G(t + 1) - log G(t), 0 <= u <= log 2,

       N(t, a) (E(t) - E(t + 1)) >= N(t, a) r u E(t + 1) >= N(t, a) r u E(t) / 2 >= r c_a u / 2.
4. Let c_a G^s_a >= N(t, a), c_b G^s_b >= N(t, b), s_a + s_b < 1, and every row like a token at most
   kappa times as much as g.  Then p <= kappa c_b delta(a, x) G^-(1 - s_b), as Z >= G P(x, g), and
   the sum over the rare times at which x = a is bounded (E32).
"""

from typing import Any

from sympy import Expr, Function, Integer, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import instantiate
from theory.notation import forall, i, j, k, total
from theory.path import NORM, PATH, WINNER, G, N, Z, along, bit, held, induction, m, rise, t
from theory.path import winner_rises, x, delta, g, leading_to, at_time
from theory.loser_growth import F, beta, c, q, rare_sum, sigma, z
from theory.transitions import FIRST, SECOND, a, b
from theory.walk import POSITIVE

__all__ = ["A", "M", "T", "chances_bounded", "chances_grow", "happens", "stops"]

A, T, M = (Function(name) for name in "ATM")
ca, cb, sa, sb = (Symbol(name) for name in ("ca", "cb", "sa", "sb"))
cm, most, eps, theta = (Symbol(name) for name in ("cm", "abar", "eps", "theta"))
kappa = Symbol("kappa")
ZERO, ONE, HALF = Integer(0), Integer(1), Integer(1) / 2
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


def never_falls(
    name: str, value: Expr, uses: tuple[str, ...], where: dict[str, Expr], *defined: str
) -> tuple[Step, ...]:
    """value(t) >= 0, from the step ``name-0`` and, by uses and where, that it never falls.

    ``defined`` are facts on its denominators and logarithms.
    """
    now, later = (instantiate(value, {t: time}) for time in (m, m + 1))
    rising = along(instantiate(value, {t: t + 1}), ">=", value)
    more = Step(f"{name}-more", rising, "combine", uses, where)
    return (
        more,
        *at_time(m, "m", (more,), *defined),
        Step(f"{name}-m", forall()(now, ">=", 0), "suppose"),
        Step(
            f"{name}-next",
            forall()(later, ">=", 0),
            "combine",
            (f"{name}-m", f"{name}-more-m", *defined),
            {f"{name}-m": ONE, f"{name}-more-m": ONE},
        ),
        induction(name, along(value, ">=", 0), *defined),
    )


def _norm() -> Step:
    """That Z is positive."""
    uses = ("Z", "N-positive", "P-positive", "tokens")
    return Step("Z-positive", along(Z(t), ">", 0), "sign", uses)


def _chances() -> tuple[Step, ...]:
    """That A is not negative."""
    return (
        _norm(),
        Step(
            "chance",
            along(chance, ">=", 0),
            "sign",
            ("Z-positive", "N-positive", "P-positive", "tokens", "second"),
        ),
        Step("chances-0", forall()(A(0), ">=", 0), "combine", ("A-0",), {"A-0": ONE}),
        *never_falls(
            "chances",
            A(t),
            ("A-step", "chance", "Z-positive"),
            {"A-step": ONE, "chance": ONE},
        ),
    )


def happens() -> Theorem:
    """E33: how often b follows a is at least the logarithm of its chances, less a constant."""
    result = along(exp(T(t) + (cm + 1) / 2), ">=", 1 + A(t))

    def power(time: Any) -> Expr:
        return exp(T(time) - M(time))

    gain = T(t + 1) - M(t + 1) - T(t) + M(t)
    return Theorem(
        "lasting-transitions/go-on-path",
        result,
        (*PATH, SECOND, POSITIVE, *CHANCES, *TIMES_SEEN, *NOISE),
        (NORM,),
        (
            *held(),
            *_chances(),
            Step("spare", along(followed * A(t), ">=", 0), "sign", ("chances",)),
            Step("tangent", along(exp(gain), ">=", 1 + gain), "tangent", (), {"at": gain}),
            Step(
                "grows",
                along((1 + A(t)) * exp(gain), ">=", 1 + A(t + 1)),
                "combine",
                ("tangent", "T-step", "M-step", "A-step", "spare", "chances", "Z-positive"),
                {
                    "tangent": 1 + A(t),
                    "T-step": 1 + A(t),
                    "M-step": -1 - A(t),
                    "A-step": -ONE,
                    "spare": ONE,
                },
            ),
            Step(
                "powers-0",
                forall()(power(0), ">=", 1 + A(0)),
                "combine",
                ("A-0", "T-0", "M-0"),
                {"A-0": -ONE},
            ),
            Step("powers-m", forall()(power(m), ">=", 1 + A(m)), "suppose"),
            Step(
                "grows-m",
                forall()((1 + A(m)) * exp(instantiate(gain, {t: m})), ">=", 1 + A(m + 1)),
                "instance",
                ("grows",),
                {t: m},
            ),
            Step(
                "powers-next",
                forall()(power(m + 1), ">=", 1 + A(m + 1)),
                "combine",
                ("powers-m", "grows-m"),
                {"powers-m": exp(instantiate(gain, {t: m})), "grows-m": ONE},
            ),
            induction("powers", along(power(t), ">=", 1 + A(t))),
            Step("square", along((M(t) + 1) ** 2, ">=", 0), "sign"),
            Step(
                "noisy",
                along(T(t) + (cm + 1) / 2, ">=", T(t) - M(t)),
                "combine",
                ("noise", "square"),
                {"noise": HALF, "square": HALF},
            ),
            Step(
                "larger", along(exp(T(t) + (cm + 1) / 2), ">=", power(t)), "exponential", ("noisy",)
            ),
            Step("go-on", result, "combine", ("larger", "powers"), {"larger": ONE, "powers": ONE}),
        ),
        fixed=(m,),
    )


def stops() -> Theorem:
    """E33: where the chances that b follows a stay bounded, so does how often it follows."""
    result = along((1 + most) * (most + (cm + 1) / 2), ">=", T(t))
    kept = (1 + most) * (A(t) + M(t)) - T(t)
    return Theorem(
        "lasting-transitions/stop-path",
        result,
        (
            *PATH,
            SECOND,
            POSITIVE,
            *CHANCES,
            Assumption("bounded", "the chances are bounded", along(most, ">=", A(t))),
            *TIMES_SEEN,
            *NOISE,
        ),
        (NORM,),
        (
            *held(),
            *_chances(),
            Step(
                "most",
                along(most, ">=", 0),
                "combine",
                ("bounded", "chances"),
                {"bounded": ONE, "chances": ONE},
            ),
            Step(
                "kept-0",
                forall()(instantiate(kept, {t: Integer(0)}), ">=", 0),
                "combine",
                ("A-0", "T-0", "M-0"),
                {"A-0": 1 + most, "M-0": 1 + most, "T-0": -ONE},
            ),
            *never_falls(
                "kept",
                kept,
                (
                    *("A-step", "M-step", "T-step", "bounded", "chance", "chances", "most"),
                    "Z-positive",
                ),
                {
                    "A-step": 1 + most,
                    "M-step": 1 + most,
                    "T-step": -ONE,
                    "bounded": followed / (1 + A(t)),
                    "chance": (1 + most) * A(t) / (1 + A(t)),
                },
            ),
            Step("square", along((M(t) - 1) ** 2, ">=", 0), "sign"),
            Step(
                "stop",
                result,
                "combine",
                ("kept", "bounded", "noise", "square", "most"),
                {
                    "kept": ONE,
                    "bounded": 1 + most,
                    "noise": (1 + most) / 2,
                    "square": (1 + most) / 2,
                },
            ),
        ),
        fixed=(m,),
    )


def power(time: Any) -> Expr:
    """E(time) = G(time)^-(1 - s_b)."""
    return exp(-((1 - sb) * log(G(time))))


def _share() -> tuple[Step, ...]:
    """Where x(t) = a, b follows at least with the chance theta c_b / (1 + eps) G^-(1 - s_b)."""
    spoken = total(N(t, j), j)
    return (
        Step("spoken", along(spoken, ">", 0), "sign", ("N-positive",)),
        Step(
            "wide-t",
            along(1 + eps, ">", 0),
            "combine",
            ("near", "spoken", "G-positive"),
            {"near": 1 / G(t), "spoken": 1 / G(t)},
        ),
        Step("wide", forall()(1 + eps, ">", 0), "instance", ("wide-t",), {t: Integer(0)}),
        Step(
            "row-a",
            along(from_a * (P(x(t), b) * spoken - theta * Z(t)), ">=", 0),
            "combine",
            ("liked", "Z", "N-positive", "tokens"),
            {"liked": (from_a * N(t, k), k)},
        ),
        Step(
            "share",
            along(chance, ">=", rate * from_a * power(t)),
            "combine",
            (
                *("row-a", "near", "many-b", "theta", "wide"),
                *("spoken", "Z-positive", "N-positive", "second", "G-positive"),
            ),
            {
                "row-a": N(t, b) / (Z(t) * spoken),
                "near": theta * from_a * N(t, b) / (spoken * (1 + eps) * G(t)),
                "many-b": theta * from_a / ((1 + eps) * G(t)),
            },
        ),
    )


def _fall() -> tuple[Step, ...]:
    """N(t, a) (E(t) - E(t + 1)) >= (1 - s_b) c_a / 2 times the rise of log G."""
    up, r = rise(G(t)), 1 - sb
    return (
        Step("log-G", along(log(G(t)), ">=", 0), "logarithm", ("G-held", "G-positive")),
        Step(
            "steep",
            along(exp(r * up), ">=", 1 + r * up),
            "tangent",
            ("G-positive", "G-after"),
            {"at": r * up},
        ),
        Step(
            "slow",
            along(-r * up, ">=", -up),
            "combine",
            ("G-rise", "sb-least", "G-positive", "G-after"),
            {"G-rise": sb},
        ),
        Step(
            "slowly",
            along(exp(-r * up), ">=", exp(-up)),
            "exponential",
            ("slow", "G-positive", "G-after"),
        ),
        Step(
            "half",
            along(power(t + 1), ">=", power(t) / 2),
            "combine",
            ("slowly", "G-double", "G-positive", "G-after"),
            {"slowly": power(t), "G-double": power(t) / (2 * G(t + 1))},
        ),
        Step(
            "up",
            along((sa - r) * log(G(t)), ">=", 0),
            "combine",
            ("log-G", "strong", "G-positive"),
            {"log-G": sa + sb - 1},
        ),
        Step(
            "enough",
            along(exp((sa - r) * log(G(t))), ">=", 1),
            "exponential",
            ("up", "G-positive"),
        ),
        Step(
            "fall",
            along(N(t, a) * (power(t) - power(t + 1)), ">=", r * ca / 2 * up),
            "combine",
            (
                *("steep", "half", "many-a", "enough", "G-rise", "sb-most", "ca"),
                *("N-positive", "first", "G-positive", "G-after"),
            ),
            {
                "steep": N(t, a) * power(t + 1),
                "half": N(t, a) * r * up,
                "many-a": r * up * power(t) / 2,
                "enough": r * up * ca / 2,
            },
        ),
    )


rate = theta * cb / (1 + eps)
STRONG = (
    Assumption(
        "near",
        "the tokens other than g are at most eps times as many",
        along(eps * G(t), ">=", total(N(t, j), j) - G(t)),
    ),
    Assumption(
        "liked",
        "row a likes b at least theta times as much as any token",
        forall(k)(P(a, b), ">=", theta * P(a, k)),
    ),
    Assumption("theta", "theta is not negative", forall()(theta, ">=", 0)),
    Assumption(
        "many-a",
        "a is as frequent as a power of the count of g",
        along(N(t, a), ">=", ca * exp(sa * log(G(t)))),
    ),
    Assumption("ca", "its factor is not negative", forall()(ca, ">=", 0)),
    Assumption(
        "many-b",
        "b is as frequent as a power of the count of g",
        along(N(t, b), ">=", cb * exp(sb * log(G(t)))),
    ),
    Assumption("cb", "its factor is not negative", forall()(cb, ">=", 0)),
    Assumption("sb-least", "the second power is at least 0", forall()(sb, ">=", 0)),
    Assumption("sb-most", "the second power is at most 1", forall()(1, ">=", sb)),
    Assumption("strong", "the powers add up to at least 1", forall()(sa + sb, ">=", 1)),
)


def chances_grow() -> Theorem:
    """E33: the chances that b follows a grow like log G if a and b are frequent enough."""
    r = 1 - sb
    steady = r * ca / 2 * (log(G(t)) - log(G(0)))
    result = along(A(t), ">=", rate * (steady - N(0, a) - 1))
    kept = A(t) - rate * (steady - N(0, a) - (from_a - N(t, a)) * power(t))
    return Theorem(
        "lasting-transitions/chances-go-on",
        result,
        (*PATH, WINNER, FIRST, SECOND, POSITIVE, *CHANCES, *STRONG),
        (NORM,),
        (
            *held(),
            _norm(),
            *leading_to(winner_rises(), "G-held", "G-rise", "G-double"),
            *_share(),
            *_fall(),
            Step(
                "lower",
                along(Integer(0), ">=", -r * log(G(t))),
                "combine",
                ("log-G", "sb-most", "G-positive"),
                {"log-G": r},
            ),
            Step("small", along(ONE, ">=", power(t)), "exponential", ("lower", "G-positive")),
            Step("G-0", forall()(G(0), ">", 0), "instance", ("G-positive",), {t: Integer(0)}),
            Step(
                "small-0",
                forall()(1, ">=", power(0)),
                "instance",
                ("small", "G-0"),
                {t: Integer(0)},
            ),
            Step("last-0", forall()(bit(a, 0) * power(0), ">=", 0), "sign", ("G-0",)),
            Step(
                "a-0", forall()(N(0, a), ">", 0), "instance", ("N-positive", "first"), {t: 0, k: a}
            ),
            Step(
                "kept-0",
                forall()(instantiate(kept, {t: Integer(0)}), ">=", 0),
                "combine",
                (
                    *("A-0", "small-0", "last-0", "a-0", "theta", "cb"),
                    *("wide", "G-0", "G-positive"),
                ),
                {"A-0": ONE, "small-0": rate * N(0, a), "last-0": rate},
            ),
            Step(
                "count-a",
                along(N(t + 1, a), "=", N(t, a) + bit(a, t + 1)),
                "instance",
                ("counted", "first"),
                {k: a},
            ),
            *never_falls(
                "kept",
                kept,
                (
                    *("A-step", "share", "fall", "count-a", "theta", "cb", "wide"),
                    *("Z-positive", "G-positive", "G-after", "G-0"),
                ),
                {
                    "A-step": ONE,
                    "share": ONE,
                    "fall": rate,
                    "count-a": -rate * power(t + 1),
                },
                *("wide", "N-positive", "winner"),
            ),
            Step("not-a", along((1 - from_a) ** 2, ">=", 0), "sign"),
            Step(
                "left",
                along(N(t, a) * power(t), ">=", 0),
                "sign",
                ("N-positive", "first", "G-positive"),
            ),
            Step(
                "go-on",
                result,
                "combine",
                ("kept", "left", "small", "not-a", "theta", "cb", "wide", "G-positive", "G-0"),
                {"kept": ONE, "left": rate, "small": rate * from_a, "not-a": rate},
            ),
        ),
        fixed=(m,),
    )


KAPPA = Assumption(
    "kappa-rows",
    "every row likes each token at most kappa times as much as g",
    forall(i, k)(kappa * P(i, g), ">=", P(i, k)),
)
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
    Assumption("sa-least", "the first power is not negative", forall()(sa, ">=", 0)),
    Assumption("weak", "the powers add up to less than 1", forall()(1, ">", sa + sb)),
)
CLASS_A = Definition("class", forall(k)(z(k), "=", delta(a, k)))


def _factor() -> tuple[Step, ...]:
    """That kappa c_b is not negative."""
    favourite = P(g, g)
    return (
        Step("favourite", forall()(favourite, ">", 0), "sign", ("P-positive", "winner")),
        Step(
            "kappa-g",
            forall()(kappa * favourite, ">=", favourite),
            "instance",
            ("kappa-rows", "winner"),
            {i: g, k: g},
        ),
        Step(
            "kappa",
            forall()(kappa, ">", 0),
            "combine",
            ("kappa-g", "favourite", "one"),
            {"kappa-g": 1 / favourite, "one": ONE},
        ),
        Step(
            "cb-t",
            along(cb, ">", 0),
            "combine",
            ("few-b", "held-b", "G-positive"),
            {"few-b": exp(-sb * log(G(t))), "held-b": exp(-sb * log(G(t)))},
        ),
        Step("cb", forall()(cb, ">", 0), "instance", ("cb-t",), {t: ZERO}),
        Step("factor", forall()(kappa * cb, ">=", 0), "sign", ("kappa", "cb")),
    )


def _small_chance() -> tuple[Step, ...]:
    """The chance that b follows a is at most kappa c_b G^-(1 - s_b), and only where x(t) = a."""
    liked = P(x(t), g)
    others = total((1 - delta(j, g)) ** 2 * N(t, j) * P(x(t), j), j)
    return (
        Step("others", along(others, ">=", 0), "sign", ("N-positive", "P-positive", "tokens")),
        Step(
            "row",
            along(Z(t), ">=", G(t) * liked),
            "combine",
            ("others", "Z", "N-positive", "P-positive", "tokens", "winner"),
            {"others": ONE},
        ),
        Step(
            "kappa-x",
            along(kappa * liked, ">=", P(x(t), b)),
            "instance",
            ("kappa-rows", "tokens", "second"),
            {i: x(t), k: b},
        ),
        Step(
            "small-step",
            along(kappa * cb * z(x(t)) * power(t), ">=", A(t + 1) - A(t)),
            "combine",
            (
                *("A-step", "kappa-x", "row", "few-b", "class", "kappa"),
                *("tokens", "held-b", "Z-positive", "G-positive"),
            ),
            {
                "A-step": -ONE,
                "kappa-x": from_a * N(t, b) / Z(t),
                "row": kappa * from_a * N(t, b) / (Z(t) * G(t)),
                "few-b": kappa * from_a / G(t),
            },
        ),
    )


def chances_bounded() -> Theorem:
    """E33: the chances that b follows a stay bounded if a and b are rare enough."""
    theorem = rare_sum()
    result = along(kappa * cb * (1 + ca * (1 - sb) / (1 - sa - sb)), ">=", A(t))
    names = {F: A, beta: 1 - sb, sigma: sa, c: ca, q: kappa * cb}
    return Theorem(
        "lasting-transitions/chances-stop",
        result,
        (*PATH, WINNER, FIRST, SECOND, POSITIVE, *CHANCES, *WEAK),
        (NORM, CLASS_A),
        (
            *leading_to((*held(), *winner_rises()), "N-positive", "G-positive"),
            _norm(),
            Step("held-b", along(N(t, b), ">", 0), "instance", ("N-positive", "second"), {k: b}),
            *_factor(),
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
                    *("tokens", "held", "counted", "winner", "0-or-1", "sa-least", "above", "few"),
                    *("factor", "A-0", "small-step"),
                ),
                {"theorem": theorem, **names},
            ),
        ),
        fixed=(m,),
    )
