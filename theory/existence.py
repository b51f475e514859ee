r"""Claim C8: when the finite-sample maximum-likelihood estimate of row a exists, and is unique.

There are M observations with the query a: prompt x with counts N(x, .), and the token drawn(x) that
was sampled after it.  Minus the log-likelihood of a chain, up to the terms log N(x, drawn(x)), is

    F(P) = sum_x costP(x),     costP(x) = log sum_o N(x, o) P(a, o) - log P(a, drawn(x)).

The directed graph has an edge i -> j if a prompt holds both and j was sampled.

*Bounded.*  The norm of a prompt is at least P(a, i) for each token i that it holds, so no cost is
negative, and log P(a, i) - log P(a, j) <= F(P) on an edge; along a path of m edges, m F(P).

*Stationary.*  P(a, i) dF/dP(a, i) = sum_x (p(x, i) - delta(drawn(x), i)).  Where this vanishes,
F(R) - F(P) is the excess risk of R in claim C7, with all weights 1: it is not negative, and if
it is 0, R has the laws of P on the prompts.

*A box.*  Let edges lead from every token to every other, and P satisfy the first-order conditions
of a minimum on the box |w(i)| <= B, w = log P(a, .): G(i) (v - w(i)) >= 0 for v = B and v = -B,
G(i) = dF/dw(i).  By convexity F(P) is at most F of the even chain, so by the first bound the
differences of w are at most B - 1.  As G sums to 0, the point v(i) = w(i) - w(1) + delta(i, j) of
the box gives G(j) >= 0, and v(i) = w(i) - w(1) - delta(i, j) gives G(j) <= 0.

*Not strongly connected.*  Let f = 1 on a set of tokens that no edge leaves, 0 elsewhere, and let
R(a, .) be proportional to P(a, .) (1 + f).  Then no cost is larger for R, and that of a prompt that
holds tokens of both kinds is smaller; if there is none, F(R) = F(P).
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Rational, Symbol, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.identifiability import APART, BOTH, COUNTS, MARKS, QUERY, SAME, SCALED, TOKENS
from theory.identifiability import PAIRS, PROMPTS, STEPS, N, Path, R, a, b
from theory.identifiability import Limits, component_scaled_same_laws, m
from theory.identifiability import f, g, joined_ratio, key, law, n, steps, t, visible
from theory.identifiability import visible_positive
from theory.judgement import Judgement, Partial
from theory.notation import K, M, forall, i, j, k, member, o, total, xi
from theory.risk import COUNTED, COUNTS_STEPS, LAW, least_risk, mu, p, risk
from theory.risk import same_risk_same_laws

__all__ = [
    "F",
    "above_tangent",
    "bounded",
    "box_point_is_stationary",
    "costs",
    "drawn",
    "flat",
    "gradient",
    "mixed",
    "no_minimiser",
    "stationary_minimises",
    "unique_ratio",
]

delta = KroneckerDelta
ONE = Integer(1)
drawn, w = Function("drawn"), Function("w")
mixed = Symbol("mixed", integer=True)
costs = {chain: Function(f"cost{chain}") for chain in (P, R)}
SAMPLED = drawn(xi)


def F(chain: Any) -> Expr:
    """Minus the log-likelihood: the sum of the costs."""
    return total(costs[chain](xi), xi)


COSTS = {
    chain: Definition(
        f"cost{chain}", forall(xi)(cost(xi), "=", log(visible(chain)) - log(chain(a, SAMPLED)))
    )
    for chain, cost in costs.items()
}
DRAWN = Assumption("drawn-token", "drawn(x) is a token", member(SAMPLED, 1, K, xi))
HOLDS = Assumption("drawn", "prompt x holds drawn(x)", forall(xi)(N(xi, SAMPLED), ">", 0))
AT_LEAST = Assumption(
    "drawn-once", "prompt x holds drawn(x) once or more", forall(xi)(N(xi, SAMPLED), ">=", 1)
)
OBSERVED = (QUERY, COUNTS, DRAWN, HOLDS)
VISIBLE = {
    chain: visible_positive(chain, f"{chain}-positive", SAMPLED, ("drawn", "drawn-token"))
    for chain in (P, R)
}


SIGNS = ("P-positive", "R-positive", "P-visible", "R-visible", "query", "drawn-token")
OBSERVED_NAMES = tuple(fact.name for fact in OBSERVED)
CITED = (*OBSERVED_NAMES, "P-positive", "R-positive")
PATH = ("path-token", "path-prompt", "holds-here", "holds-next", "length", "start", "end")
EXCESS_COUNT = total(p(xi, i) - delta(SAMPLED, i), xi)
STATIONARY = Assumption(
    "stationary", "P solves the likelihood equations", forall(i)(EXCESS_COUNT, "=", 0)
)
LOGITS = Definition("w", forall(i)(w(i), "=", log(P(a, i))))
R_POSITIVE = Step("R-positive", BOTH[1].judgement, "sign", ("R", "P-positive", "mark"))

BINARY = Assumption("binary", "f is 0 or 1", forall(i)(f(i) * (f(i) - 1), "=", 0))
CLOSED = Assumption(
    "closed",
    "if a prompt holds a marked token, a marked one was drawn: no edge leaves them",
    forall(xi, i)(N(xi, i) * f(i) * (1 - f(SAMPLED)), "=", 0),
)
MIXED = (
    Assumption("mixed", "mixed is a prompt", member(mixed, 1, M)),
    Assumption("mixed-b", "prompt mixed holds b", forall()(N(mixed, b), ">", 0)),
    Assumption("mixed-g", "prompt mixed holds g", forall()(N(mixed, g), ">", 0)),
)


class _Descent(Path):
    """A path c(0), c(1), ... of edges: prompt y(t) holds c(t), and c(t + 1) was drawn from it."""

    def assumptions(self) -> tuple[Assumption, ...]:
        """What makes it a path of the directed graph."""
        held = Judgement(N(self.y(t), self.c(t)), ">=", ONE, self.always)
        edge = Judgement(delta(self.c(t + 1), drawn(self.y(t))), "=", ONE, self.always)
        return (
            *self.walk(),
            Assumption("holds", "prompt y(t) holds c(t)", held),
            Assumption("edge", "c(t + 1) was drawn from prompt y(t)", edge),
            *self.leads(),
        )

    def bound(self) -> Judgement:
        """Length F(P) >= w(start) - w(end)."""
        start, end = self.ends
        return Judgement(self.length * F(P), ">=", w(start) - w(end), self.pair)

    def steps(self) -> tuple[Step, ...]:
        """The bound, by induction along the path."""
        here, there, prompt = self.c(n), self.c(n + 1), self.y(n)
        (start, end), (first, last) = self.ends, (self.c(0), self.c(self.length))

        def said(lhs: Expr, relation: str, rhs: Any) -> Judgement:
            return Judgement(
                lhs, relation, rhs if isinstance(rhs, Expr) else Integer(rhs), self.pair
            )

        def fall(at: Any) -> Judgement:
            return said(at * F(P), ">=", w(first) - w(self.c(at)))

        others = total((1 - delta(xi, prompt)) ** 2 * costs[P](xi), xi)
        edge = said(delta(there, drawn(prompt)), "=", 1)
        known = ("P-visible", "P-positive", "query", "drawn-token", "path-token", "path-prompt")
        return (
            Step("holds-here", said(N(prompt, here), ">=", 1), "instance", ("holds",), {t: n}),
            Step("edge-here", edge, "instance", ("edge",), {t: n}),
            Step(
                "norm-here",
                said(visible(P).subs(xi, prompt), ">", 0),
                "instance",
                ("P-visible", "path-prompt"),
                {xi: prompt},
            ),
            *_above("here", prompt, here, self.pair, ("holds-here", "norm-here", "path-token")),
            Step("other-costs", said(others, ">=", 0), "sign", ("cost-not-negative",)),
            Step(
                "fall-here",
                said(F(P), ">=", w(here) - w(there)),
                "combine",
                ("here-log", "other-costs", "edge-here", "costP", "w", *known),
                {
                    "here-log": ONE,
                    "other-costs": ONE,
                    "edge-here": w(drawn(prompt)) - w(there),
                },
            ),
            Step("fall-at-start", fall(Integer(0)), "sign"),
            Step("fall", fall(n), "suppose"),
            Step(
                "fall-next",
                fall(n + 1),
                "combine",
                ("fall", "fall-here"),
                {"fall": ONE, "fall-here": ONE},
            ),
            Step(
                "fall-always",
                Judgement(t * F(P), ">=", w(first) - w(self.c(t)), self.always),
                "induct",
                ("fall-at-start", "fall", "fall-next"),
                {"hypothesis": "fall", "on": n, "index": t},
            ),
            Step(
                "fall-at-end",
                fall(self.length),
                "instance",
                ("fall-always", "length"),
                {t: self.length},
            ),
            Step(
                "bounded",
                self.bound(),
                "combine",
                ("fall-at-end", "start", "end"),
                {"fall-at-end": ONE, "start": w(start) - w(first), "end": w(last) - w(end)},
            ),
        )


def _above(
    name: str, prompt: Expr, token: Expr, limits: Limits, known: tuple[str, str, str]
) -> tuple[Step, ...]:
    """That log sum_o N(prompt, o) P(a, o) >= log P(a, token).

    ``known``: that the prompt holds the token once or more, that the norm is positive, and that
    the token is one.
    """
    once, positive, ranged = known
    norm = visible(P).subs(xi, prompt)
    others = total(N(prompt, o) * P(a, o) * (1 - delta(o, token)) ** 2, o)
    signs = ("P-positive", "query")
    prompts = () if prompt == xi else ("path-prompt",)
    return (
        Step(
            f"{name}-others",
            Judgement(others, ">=", Integer(0), limits),
            "sign",
            ("counts", *signs, *prompts),
        ),
        Step(
            f"{name}-norm",
            Judgement(norm, ">=", P(a, token), limits),
            "combine",
            (f"{name}-others", once, *signs, ranged),
            {f"{name}-others": ONE, once: P(a, token)},
        ),
        Step(
            f"{name}-log",
            Judgement(log(norm), ">=", log(P(a, token)), limits),
            "logarithm",
            (f"{name}-norm", positive, *signs, ranged),
        ),
    )


COST_STEPS = (
    Step("one", forall()(ONE, ">", 0), "sign"),
    Step(
        "drawn", HOLDS.judgement, "combine", ("drawn-once", "one"), {"drawn-once": ONE, "one": ONE}
    ),
    *VISIBLE[P],
    *_above("drawn", xi, SAMPLED, PROMPTS, ("drawn-once", "P-visible", "drawn-token")),
    Step(
        "cost-not-negative",
        forall(xi)(costs[P](xi), ">=", 0),
        "combine",
        ("drawn-log", "costP", "P-visible", "P-positive", "query", "drawn-token"),
        {"drawn-log": ONE},
    ),
)
"""No cost is negative."""


def bounded() -> Theorem:
    """C8: w(b) - w(g) <= steps F(P), w = log P(a, .), if that many edges lead from b to g."""
    path = _Descent(b, g, steps, ())
    return Theorem(
        "mle-exists",
        path.bound(),
        (QUERY, COUNTS, DRAWN, AT_LEAST, BOTH[0], *path.assumptions()),
        (COSTS[P], LOGITS),
        (*COST_STEPS, *path.steps()),
        fixed=(n,),
    )


def gradient() -> Theorem:
    """C8: P(a, i) dF/dP(a, i) = sum_x (p(x, i) - delta(drawn(x), i))."""
    result = forall(i)(Partial(F(P), P(a, i)), "=", EXCESS_COUNT / P(a, i))
    return Theorem(
        "mle-exists/gradient",
        result,
        (*OBSERVED, BOTH[0]),
        (COSTS[P], LAW),
        (
            *VISIBLE[P],
            Step(
                "gradient",
                result,
                "calculus",
                ("costP", "p", "P-visible", "P-positive", "query", "drawn-token"),
            ),
        ),
    )


LAW_SUMS = Step("law-sums", forall(xi)(total(p(xi, i), i), "=", 1), "sums", ("p", "P-visible"))
ONES = Definition("mu", forall(xi)(mu(xi), "=", 1))


def above_tangent() -> Theorem:
    """C8: F is convex in log P(a, .): it lies above its tangents."""
    least = least_risk()
    rise = total((log(R(a, i)) - log(P(a, i))) * EXCESS_COUNT, i)
    result = forall()(F(R) - F(P), ">=", rise)
    return Theorem(
        "mle-exists/convex",
        result,
        (*OBSERVED, *BOTH),
        (ONES, *COSTS.values(), *least.definitions),
        (
            *VISIBLE[P],
            *VISIBLE[R],
            LAW_SUMS,
            Step("weights", forall(xi)(mu(xi), ">=", 0), "sign", ("mu",)),
            Step(
                "least",
                least.conclusion,
                "cite",
                (*CITED, "weights", *(d.name for d in least.definitions), "P-visible", "R-visible"),
                {"theorem": least, key: drawn},
            ),
            Step(
                "convex",
                result,
                "combine",
                ("least", "law-sums", "mu", "costP", "costR", "lossP", "lossR", *SIGNS),
                {"least": ONE, "law-sums": (log(visible(P)) - log(visible(R)), xi)},
            ),
        ),
    )


def _cite_tangent() -> Step:
    tangent = above_tangent()
    uses = (*tangent.given, "P-visible", "R-visible")
    return Step("convex", tangent.conclusion, "cite", uses, {"theorem": tangent})


def stationary_minimises() -> Theorem:
    """C8: a chain that solves the likelihood equations minimises F."""
    result = forall()(F(R) - F(P), ">=", 0)
    return Theorem(
        "mle-exists/stationary",
        result,
        (*OBSERVED, *BOTH, STATIONARY),
        above_tangent().definitions,
        (
            *VISIBLE[P],
            *VISIBLE[R],
            _cite_tangent(),
            Step(
                "minimises",
                result,
                "combine",
                ("convex", "stationary", "P-positive", "R-positive", "query"),
                {"convex": ONE, "stationary": (log(R(a, i)) - log(P(a, i)), i)},
            ),
        ),
    )


B, G = Symbol("B"), Function("G")
EVEN = Definition("R", forall(k, i)(R(k, i), "=", 1))
SLOPE = Definition("G", forall(i)(G(i), "=", EXCESS_COUNT))
BOX = (
    Assumption("box-above", "G(i) (B - w(i)) >= 0", forall(i)(G(i) * (B - w(i)), ">=", 0)),
    Assumption("box-below", "G(i) (-B - w(i)) >= 0", forall(i)(-G(i) * (B + w(i)), ">=", 0)),
)


def _corner(name: str, sign: int) -> tuple[Step, ...]:
    """That sign G(j) >= 0: the box holds w(i) - w(1) + sign delta(i, j)."""
    v = w(i) - w(1) + sign * delta(i, j)
    more, less = ("more", "less") if sign > 0 else ("less", "more")
    return (
        Step(
            f"{name}-low",
            forall(i, j)(v + B, ">=", 0),
            "combine",
            ("below", more),
            {"below": ONE, more: ONE},
        ),
        Step(
            f"{name}-high",
            forall(i, j)(B - v, ">=", 0),
            "combine",
            ("above", less),
            {"above": ONE, less: ONE},
        ),
        Step(
            name,
            forall(j)(G(j), ">=", 0) if sign > 0 else forall(j)(0, ">=", G(j)),
            "combine",
            ("box-above", "box-below", "slopes", f"{name}-low", f"{name}-high", "B-positive"),
            {
                "box-above": ((v + B) / (2 * B), i),
                "box-below": ((B - v) / (2 * B), i),
                "slopes": w(1),
            },
        ),
    )


def box_point_is_stationary() -> Theorem:
    """C8: if edges lead from every token to every other, a first-order point of a box is one of F.

    The box is |log P(a, i)| <= B, with B - 1 the sum of all lengths times F of the even chain.
    """
    path = _Descent(i, j, m(i, j), PAIRS)
    tangent = above_tangent()
    bound = Definition("B", forall()(B, "=", 1 + total(m(i, j) * F(R), i, j)))
    elsewhere = total((1 - delta(k, i) * delta(o, j)) ** 2 * m(k, o) * F(R), k, o)
    result = forall(j)(G(j), "=", 0)
    return Theorem(
        "mle-exists/box",
        result,
        (QUERY, COUNTS, DRAWN, AT_LEAST, BOTH[0], *BOX, *path.assumptions()),
        (LOGITS, EVEN, SLOPE, bound, *tangent.definitions),
        (
            *COST_STEPS,
            *path.steps(),
            Step("R-positive", BOTH[1].judgement, "sign", ("R",)),
            *VISIBLE[R],
            LAW_SUMS,
            Step(
                "slopes",
                forall()(total(G(i), i), "=", 0),
                "combine",
                ("law-sums", "G", "drawn-token"),
                {"law-sums": (ONE, xi)},
            ),
            _cite_tangent(),
            Step(
                "below-even",
                forall()(F(R) - F(P), ">=", 0),
                "combine",
                ("convex", "box-above", "box-below", "G", "w", "R", "P-positive", "query"),
                {
                    "convex": ONE,
                    "box-above": (Rational(1, 2), i),
                    "box-below": (Rational(1, 2), i),
                },
            ),
            Step("F-not-negative", forall()(F(P), ">=", 0), "sign", ("cost-not-negative",)),
            Step(
                "even-not-negative",
                forall()(F(R), ">=", 0),
                "combine",
                ("below-even", "F-not-negative"),
                {"below-even": ONE, "F-not-negative": ONE},
            ),
            Step("times", Judgement(t, ">=", Integer(0), (STEPS,)), "sign"),
            Step(
                "lengths",
                forall(i, j)(m(i, j), ">=", 0),
                "instance",
                ("times", "length"),
                {t: m(i, j)},
            ),
            Step("B-positive", forall()(B, ">", 0), "sign", ("B", "lengths", "even-not-negative")),
            Step(
                "other-lengths",
                forall(i, j)(elsewhere, ">=", 0),
                "sign",
                ("lengths", "even-not-negative"),
            ),
            Step(
                "spread",
                forall(i, j)(B - 1, ">=", w(i) - w(j)),
                "combine",
                ("other-lengths", "below-even", "bounded", "lengths", "B"),
                {"other-lengths": ONE, "below-even": m(i, j), "bounded": ONE},
            ),
            Step("above", forall(i)(B - 1, ">=", w(i) - w(1)), "instance", ("spread",), {j: ONE}),
            Step(
                "below",
                forall(i)(B - 1, ">=", w(1) - w(i)),
                "instance",
                ("spread",),
                {i: ONE, j: i},
            ),
            Step("more", forall(i, j)(1 + delta(i, j), ">=", 0), "sign"),
            Step("less", forall(i, j)((1 - delta(i, j)) ** 2, ">=", 0), "sign"),
            *_corner("rising", 1),
            *_corner("falling", -1),
            Step("stationary", result, "squeeze", ("rising", "falling")),
        ),
        fixed=(n,),
    )


def unique_ratio() -> Theorem:
    """C8: where F is as small as at a stationary chain, ratios of joined tokens are the same."""
    same, ratio = same_risk_same_laws(), joined_ratio()
    path = tuple(fact for fact in ratio.assumptions if fact.name in PATH)
    level = Assumption("level", "F(R) = F(P)", forall()(F(R), "=", F(P)))
    return Theorem(
        "mle-exists/unique",
        ratio.conclusion,
        (QUERY, COUNTED, DRAWN, HOLDS, *BOTH, STATIONARY, level, *path),
        (ONES, *COSTS.values(), *same.definitions),
        (
            *COUNTS_STEPS,
            *VISIBLE[P],
            *VISIBLE[R],
            LAW_SUMS,
            Step("support", forall(xi)(mu(xi), ">", 0), "sign", ("mu",)),
            Step(
                "same-risk",
                forall()(risk(R), "=", risk(P)),
                "combine",
                (
                    "level",
                    "law-sums",
                    "stationary",
                    "mu",
                    "costP",
                    "costR",
                    "lossP",
                    "lossR",
                    *SIGNS,
                ),
                {
                    "level": ONE,
                    "law-sums": (log(visible(R)) - log(visible(P)), xi),
                    "stationary": (log(P(a, i)) - log(R(a, i)), i),
                },
            ),
            Step(
                "same-laws",
                SAME.judgement,
                "cite",
                (
                    *(("counted" if name == "counts" else name) for name in CITED),
                    "support",
                    "same-risk",
                    *(d.name for d in same.definitions),
                    "P-visible",
                    "R-visible",
                ),
                {"theorem": same, key: drawn},
            ),
            Step(
                "same-ratio",
                ratio.conclusion,
                "cite",
                (*CITED, "same-laws", *PATH),
                {"theorem": ratio, key: drawn},
            ),
        ),
    )


def _costs_from(relation: str, prompt: Expr, quotient: str, *known: str) -> Step:
    """That costP relation costR: their exponentials are the quotients of norm and entry."""
    said = forall(xi) if prompt == xi else forall()
    return Step(
        f"{quotient}-cost",
        said(costs[P](prompt), relation, costs[R](prompt)),
        "logarithm",
        (quotient, "costP", "costR", *SIGNS, *known),
    )


def _quotients(prompt: Expr) -> tuple[Expr, Expr]:
    """The norm of a prompt over the entry of the token drawn, for P and R."""
    first, second = ((visible(chain) / chain(a, SAMPLED)).subs(xi, prompt) for chain in (P, R))
    return first, second


def flat() -> Theorem:
    """C8: if no prompt holds tokens of both kinds, F is flat: the marked tokens can be scaled."""
    scaled = component_scaled_same_laws()
    result = forall()(F(P), "=", F(R))
    shares = [law(chain).subs(i, SAMPLED) for chain in (P, R)]
    first, second = _quotients(xi)
    return Theorem(
        "mle-exists/flat",
        result,
        (*OBSERVED, BOTH[0], APART, MARKS[0]),
        (SCALED, *COSTS.values()),
        (
            R_POSITIVE,
            *VISIBLE[P],
            *VISIBLE[R],
            Step(
                "same-laws",
                SAME.judgement,
                "cite",
                (*OBSERVED_NAMES, "P-positive", "apart", "mark", "R"),
                {"theorem": scaled, key: drawn},
            ),
            Step(
                "shares",
                forall(xi)(shares[0], "=", shares[1]),
                "instance",
                ("same-laws", "drawn-token", "P-visible", "R-visible"),
                {i: SAMPLED},
            ),
            Step(
                "quotients",
                forall(xi)(first, "=", second),
                "combine",
                ("shares", "drawn", "P-positive", "R-positive", "query", "drawn-token"),
                {"shares": -first * second / N(xi, SAMPLED)},
            ),
            _costs_from("=", xi, "quotients"),
            Step("flat", result, "combine", ("quotients-cost",), {"quotients-cost": (ONE, xi)}),
        ),
    )


def no_minimiser() -> Theorem:
    """C8: if no edge leaves the marked tokens and a prompt holds both kinds, F can be lowered."""
    unmarked = total(N(xi, o) * P(a, o) * (1 - f(o)), o)
    first, second = _quotients(xi)
    per_entry = P(a, SAMPLED) * (1 + f(SAMPLED))
    at_g = N(mixed, g) * P(a, g)
    elsewhere = total(N(xi, o) * P(a, o) * (1 - f(o)) * (1 - delta(o, g)) ** 2, o)
    lowered = ("R", "mark", "P-positive", "query", "drawn-token")
    result = forall()(F(P) - F(R), ">", 0)

    def at_mixed(e: Expr) -> Expr:
        return e.subs(xi, mixed)

    return Theorem(
        "mle-exists/none",
        result,
        (*OBSERVED, BOTH[0], *TOKENS, BINARY, CLOSED, *MIXED, *MARKS[1:]),
        (SCALED, *COSTS.values()),
        (
            Step("square", forall(i)(f(i) ** 2, ">=", 0), "sign"),
            Step(
                "mark",
                MARKS[0].judgement,
                "combine",
                ("square", "binary"),
                {"square": ONE, "binary": -ONE},
            ),
            Step("co-square", forall(i)((1 - f(i)) ** 2, ">=", 0), "sign"),
            Step(
                "at-most-one",
                forall(i)(1 - f(i), ">=", 0),
                "combine",
                ("co-square", "binary"),
                {"co-square": ONE, "binary": -ONE},
            ),
            Step(
                "unmarked-share", forall(o)(1 - f(o), ">=", 0), "instance", ("at-most-one",), {i: o}
            ),
            R_POSITIVE,
            *VISIBLE[P],
            *VISIBLE[R],
            Step(
                "gain",
                forall(xi)(unmarked * f(SAMPLED), ">=", 0),
                "sign",
                ("counts", "unmarked-share", "mark", "P-positive", "query", "drawn-token"),
            ),
            Step(
                "quotients",
                forall(xi)(first, ">=", second),
                "combine",
                ("gain", "closed", *lowered),
                {"gain": 1 / per_entry, "closed": (-P(a, i) / per_entry, i)},
            ),
            _costs_from(">=", xi, "quotients"),
            Step(
                "closed-b",
                forall()(at_mixed(N(xi, b) * f(b) * (1 - f(SAMPLED))), "=", 0),
                "instance",
                ("closed", "mixed", "token-b"),
                {xi: mixed, i: b},
            ),
            Step(
                "drawn-marked",
                forall()(f(drawn(mixed)), "=", 1),
                "combine",
                ("closed-b", "marked", "mixed-b"),
                {"closed-b": -1 / N(mixed, b)},
            ),
            Step(
                "gain-g",
                forall()(at_g, ">", 0),
                "sign",
                ("mixed-g", "P-positive", "query", "token-g"),
            ),
            Step(
                "gain-others",
                forall()(at_mixed(elsewhere), ">=", 0),
                "sign",
                ("counts", "unmarked-share", "P-positive", "query", "mixed"),
            ),
            Step(
                "quotient-mixed",
                forall()(at_mixed(first), ">", at_mixed(second)),
                "combine",
                ("gain-g", "gain-others", "drawn-marked", "unmarked", "token-g", "mixed", *lowered),
                {
                    "gain-g": 1 / at_mixed(per_entry),
                    "gain-others": 1 / at_mixed(per_entry),
                    "unmarked": -at_g / at_mixed(per_entry),
                },
            ),
            _costs_from(">", mixed, "quotient-mixed", "mixed"),
            Step(
                "none",
                result,
                "combine",
                ("quotients-cost", "quotient-mixed-cost", "mixed"),
                {
                    "quotients-cost": ((1 - delta(xi, mixed)) ** 2, xi),
                    "quotient-mixed-cost": ONE,
                },
            ),
        ),
    )
