r"""Claim E36: along almost every path on which g wins, a loser's count is a power of the winner's.

What E32 says of every path is given the noise of three classes: the loser b, the winner g, and all
tokens but g.  Doob's theorem bounds each along almost every path, so that

    log N(t, b) - rho log N(t, g)      is bounded,      rho = P(g, b) / P(g, g).

The tokens other than g are N(t, g)^sigma or fewer, up to a factor, sigma = lam + kappa eps < 1: so
they come last so rarely that R, the sum of 1 / N(t, g) over these times, is bounded too.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log

from theory.attention import P
from theory.class_noise import C, c, others_noise, token_noise
from theory.derivation import Assumption, Step, Theorem
from theory.event_noise import SECOND, b
from theory.judgement import instantiate
from theory.loser_growth import KAPPA, NEAR, TWO, F, beta, cb, eps, kappa, off, others
from theory.loser_growth import c as factor
from theory.loser_growth import others_bounded, power, q, rare_sum, rates, rho, sigma, z
from theory.loser_power import D, R, cg, excess, growth, r
from theory.martingale import COUNTS, READS, WALKED, h, on_path
from theory.notation import K, forall, j, k, total
from theory.path import NORM, WINNER, G, N, Z, along, g, t, x
from theory.walk import ALL_HELD, CHANCES, WALK, at, last, n, s, w

__all__ = ["LOSER_RATE", "NEAR_WINNER", "E", "added_up", "cited", "lam", "loser_rate"]
__all__ += ["below_one", "near_held", "path_held"]

ONE, ZERO = Integer(1), Integer(0)
E, O, Y, c_o, c_g = (Function(name) for name in ("E", "O", "Y", "c_o", "c_g"))
lam = Symbol("lam")
few = lam + kappa * eps
"""The power of G that the tokens other than g do not pass, but for a factor."""

NEAR_WINNER = (
    WINNER,
    TWO,
    NEAR,
    KAPPA,
    Assumption(
        "liked",
        "row g likes each other token at most lam times as much as g",
        forall(k)(P(g, g) * (lam + KroneckerDelta(k, g)), ">=", P(g, k)),
    ),
    Assumption("small", "lam + kappa eps is below one", forall()(ONE, ">", lam + kappa * eps)),
)
"""What is asked of g: it is near, and row g likes it most."""

LOSER_RATE = Assumption(
    "rate", "row g likes b rho times as much as g", forall()(rho * P(g, g), "=", P(g, b))
)


def added_up(name: str, head: Any, term: Expr, *uses: str) -> tuple[Step, ...]:
    """That head(t) is the sum of the term, in t, over the times before t, from 0 step by step."""
    whole = Sum(instantiate(term, {t: s}), (s, ZERO, t - 1))
    return (
        Step(name, along(head(t), "=", whole), "let", uses),
        Step(f"{name}-0", forall()(head(0), "=", 0), "sums", (name,)),
        Step(f"{name}-step", along(head(t + 1), "=", head(t) + term), "sums", (name, *uses)),
    )


def cited(
    name: str, theorem: Theorem, names: dict[Any, Any], facts: dict[str, str], *defined: str
) -> Step:
    """Cite a theorem, its names replaced; ``facts`` tells which stand for those of other names."""
    said, uses = theorem.conclusion, (facts.get(fact, fact) for fact in theorem.given)
    values = {old: new for old, new in names.items() if old in theorem.parameters}
    sides = [said.lhs, said.rhs]
    for old in names.keys() - values.keys():
        sides = [side.replace(old, names[old]) for side in sides]
    lhs, rhs = (instantiate(side, values) for side in sides)
    where = {"theorem": theorem, **names}
    facts_used = tuple(dict.fromkeys((*uses, *defined)))
    return Step(name, along(lhs, said.relation, rhs), "cite", facts_used, where)


def path_held() -> tuple[Step, ...]:
    """What is known of the tokens and counts of a path of the walk."""
    positive = ("n-positive", "P-positive", "path", "tokens")
    return (
        *ALL_HELD,
        *on_path(),
        Step(
            "present-there",
            along(n(h(t), k), ">=", 1, (k, ONE, K)),
            "instance",
            ("present", "path"),
            {w: h(t)},
        ),
        Step(
            "prompt",
            forall(k)(n(h(0), k), ">=", 1),
            "instance",
            ("present-there",),
            {t: ZERO},
        ),
        Step("held", forall(k)(N(0, k), ">=", 1), "combine", ("prompt", "N"), {"prompt": ONE}),
        Step(
            "norm",
            at(total(n(w, j) * P(last(w), j), j), ">", 0),
            "sign",
            ("n-positive", "P-positive", "last"),
        ),
        Step(
            "N-positive", along(N(t, k), ">", 0, (k, ONE, K)), "sign", ("N", "n-positive", "path")
        ),
        Step("Z-positive", along(Z(t), ">", 0), "sign", ("Z", "N", *positive)),
        Step("G-positive", along(G(t), ">", 0), "instance", ("N-positive", "winner"), {k: g}),
    )


def near_held() -> tuple[Step, ...]:
    """That there are tokens other than g, kappa > 0, eps >= 0, and 0 <= few < 1."""
    return (
        Step(
            "there",
            along(N(t, k), ">=", 1, (k, ONE, K)),
            "combine",
            ("present-there", "N"),
            {"present-there": ONE},
        ),
        Step(
            "others-least",
            along(others(t), ">=", 1),
            "combine",
            ("there", "two", "winner"),
            {"there": ((1 - KroneckerDelta(k, g)) ** 2, k), "two": ONE},
        ),
        Step(
            "others-positive",
            along(others(t), ">", 0),
            "combine",
            ("others-least", "one"),
            {"others-least": ONE, "one": ONE},
        ),
        *rates(lam),
        Step(
            "eps-there",
            along(eps, ">=", 0),
            "combine",
            ("near", "others-positive", "G-positive"),
            {"near": 1 / G(t), "others-positive": 1 / G(t)},
        ),
        Step("eps", forall()(eps, ">=", 0), "instance", ("eps-there",), {t: ZERO}),
        Step("few-held", forall()(few, ">=", 0), "sign", ("lam", "kappa", "eps")),
        Step("slack", forall()(1 - few, ">", 0), "combine", ("small",), {"small": ONE}),
        Step("rates", forall()(few, ">=", few), "combine", ("slack",), {"slack": ZERO}),
    )


def below_one(rate: Expr, fact: str, other: str) -> tuple[Step, ...]:
    """That the rate of b, which a fact tells, is below one, as b is not g."""
    return (
        Step(
            "likes",
            forall()(P(g, g) * (lam + KroneckerDelta(b, g)), ">=", P(g, b)),
            "instance",
            ("liked", "second"),
            {k: b},
        ),
        Step(
            "below-lam",
            forall()(lam, ">=", rate),
            "combine",
            ("likes", fact, other, "kept"),
            {"likes": 1 / P(g, g), fact: -1 / P(g, g), other: -ONE},
        ),
        Step(
            "rate-slack",
            forall()(1 - rate, ">", 0),
            "combine",
            ("below-lam", "small", "kappa", "eps"),
            {"below-lam": ONE, "small": ONE, "kappa": eps},
        ),
        Step("below", forall()(ONE, ">=", rate), "combine", ("rate-slack",), {"rate-slack": ONE}),
    )


def _others() -> tuple[Step, ...]:
    """That the tokens other than g are G^sigma or fewer, up to a factor."""
    chances = total(N(t, j) * P(x(t), j), j) - G(t) * P(x(t), g)
    size = exp((c_o(0) + 1) / 2 + few)
    return (
        *near_held(),
        Step("Y", along(Y(t), "=", others(t)), "let"),
        Step(
            "Y-positive",
            along(Y(t), ">", 0),
            "combine",
            ("others-positive", "Y"),
            {"others-positive": ONE},
        ),
        *added_up("O", O, chances / (Z(t) * Y(t)), "Z-positive", "Y-positive"),
        Step(
            "O-others",
            along(O(t + 1), "=", O(t) + chances / (Z(t) * others(t))),
            "combine",
            ("O-step", "Y", "Z-positive", "others-positive"),
            {"O-step": ONE},
        ),
        cited(
            "noise-o", others_noise(), {C: O, c: c_o}, {"C-0": "O-0", "C-step": "O-others"}, "norm"
        ),
        cited(
            "log-others",
            others_bounded(),
            {C: O, cb: c_o(0), rho: lam, sigma: few},
            {"C-0": "O-0", "C-step": "O-others", "noise-b": "noise-o", "rate": "rates"},
        ),
        Step(
            "others",
            along(exp(few * (1 + log(G(t))) + (c_o(0) + 1) / 2), ">=", others(t)),
            "exponential",
            ("log-others", "G-positive"),
        ),
        Step("z", forall(k)(z(k), "=", 1 - KroneckerDelta(g, k)), "let"),
        Step("class", forall(k)(z(k) * (z(k) - 1), "=", 0), "sums", ("z",)),
        Step(
            "few",
            along(size * power(few, t), ">=", total(z(k) * N(t, k), k)),
            "combine",
            ("others", "z", "winner", "G-positive"),
            {"others": ONE},
        ),
        *added_up("R", R, off / G(t), "N-positive", "winner"),
        Step(
            "R-most",
            along(ONE * z(x(t)) * power(-ONE, t), ">=", R(t + 1) - R(t)),
            "combine",
            ("R-step", "z", "tokens", "G-positive"),
            {"R-step": -ONE},
        ),
        Step("one-held", forall()(ONE, ">=", 0), "sign"),
        cited(
            "off-g",
            rare_sum(),
            {F: R, beta: ONE, q: ONE, factor: size, sigma: few},
            {
                "above": "small",
                "sigma": "few-held",
                "q": "one-held",
                "F-0": "R-0",
                "F-step": "R-most",
            },
        ),
    )


def loser_rate() -> Theorem:
    """E36: along almost every path near g, log N(t, b) - rho log N(t, g) is bounded."""
    most = 1 + exp((c_o(0) + 1) / 2 + few) / (1 - few)
    result = along(E(0), ">=", excess**2)
    end = cited(
        "growth",
        growth(),
        {cb: c(0), cg: c_g(0), r: most},
        {"loser": "second"},
        "slack",
    )
    return Theorem(
        "loser-rate",
        result,
        (*WALK, *WALKED, READS, *NEAR_WINNER, SECOND, LOSER_RATE),
        (CHANCES, COUNTS, NORM),
        (
            *path_held(),
            *_others(),
            *added_up("C", C, P(x(t), b) / Z(t), "Z-positive"),
            cited("noise-b", token_noise(), {}, {}, "norm"),
            *added_up("D", D, P(x(t), g) / Z(t), "Z-positive"),
            cited(
                "noise-g",
                token_noise(),
                {C: D, c: c_g, b: g},
                {"second": "winner", "C-0": "D-0", "C-step": "D-step"},
                "norm",
            ),
            end,
            Step("E", forall()(E(0), "=", end.judgement.lhs), "let", ("slack",)),
            Step(
                "rate-of-loser",
                result,
                "combine",
                ("growth", "E", "N-positive", "winner", "second"),
                {"growth": ONE},
            ),
        ),
        introduces=(E,),
    )
