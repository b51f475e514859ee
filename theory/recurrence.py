r"""Claim E1: every token of the prompt recurs.

Let P(i, b) >= c P(i, k) for all i and k, c >= 0.  With n(b) of the l tokens so far, the next one is
b with chance q(b) >= c n(b) / l, as the norm of the law is at most l P(x, b) / c.  The chance to
avoid b for s steps, by its first step,

    avoid(0, w) = 1,      avoid(s + 1, w) = sum_{k != b} q(w, k) avoid(s, next(w, k)),

is therefore at most

    V(s, w) = Gamma(l + s - c n(b)) Gamma(l) / (Gamma(l + s) Gamma(l - c n(b))):

a token k != b leaves n(b) as it is, so V(s, next(w, k)) = V(s + 1, w) l / (l - c n(b)), and the
chances of all k != b sum to at most 1 - c n(b) / l.  Further,

    V(s + 1, w) / V(s, w) = 1 - c n(b) / u <= exp(-c n(b) / u) <= (u / (u + 1))^(c n(b))

for u = l + s, so V(s, w) <= (l / (l + s))^(c n(b)).  If all entries of a row are equal (the urn of
Polya), then q(b) = n(b) / l, and the first bound is an equation with c = 1.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, gamma, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, i, j, k, member, total
from theory.walk import ALL_HELD, CHANCES, LENGTH, NEXT, PRESENT, STEPS, TOKEN, WALK, at, l, last
from theory.walk import longer, n, q, row, s, w

__all__ = [
    "COUNTED",
    "LIKED",
    "NORM",
    "TOKEN_B",
    "at_most_one",
    "avoid",
    "b",
    "bound",
    "c",
    "gaps",
    "held",
    "likely",
    "polya_urn",
    "power",
]
__all__ += ["eps", "power_bound", "tokens_recur", "within_horizon"]

delta = KroneckerDelta
avoid, V, R, height = (Function(name) for name in ("avoid", "V", "R", "height"))
b, c = Symbol("b", integer=True), Symbol("c")
ONE = Integer(1)
m = Symbol("m", integer=True, positive=True)
"""The s of an induction: from s = 1, as nothing is said where no token is drawn."""

ONWARD = (s, ONE, oo)
x, h, eps = Symbol("x", integer=True), Symbol("h", integer=True, nonnegative=True), Symbol("eps")
here, nb, spoken = last(w), n(w, b), l(w)
norm = total(row(j), j)
to_b = delta(b, k)

TOKEN_B = Assumption("token", "b is a token", member(b, 1, K))
TOKENS = (
    TOKEN_B,
    Assumption("several", "there are two tokens at least", forall()(K - 2, ">=", 0)),
)
LIKED = Assumption(
    "liked",
    "every row likes b at least c times as much as any token",
    forall(i, k)(P(i, b), ">=", c * P(i, k)),
)
EVEN = Assumption("even", "the entries of a row are equal", forall(i, k)(P(i, k), "=", height(i)))
SHARE = (
    Assumption("c", "c is not negative", forall()(c, ">=", 0)),
    Assumption("most", "c is at most one", forall()(1 - c, ">=", 0)),
)
AVOID = (
    Assumption("avoid-0", "no token is drawn", at(avoid(0, w), "=", 1)),
    Assumption(
        "avoid-step",
        "the chance to avoid b, by the first of the tokens",
        at(avoid(s + 1, w), "=", total((1 - to_b) * q(w, k) * avoid(s, NEXT), k), STEPS),
    ),
)


def bound(s: Any, c: Expr = c, held: Expr = nb, length: Expr = spoken) -> Expr:
    """Gamma(l + s - c n(b)) Gamma(l) / (Gamma(l + s) Gamma(l - c n(b)))."""
    left = length - c * held
    return gamma(left + s) * gamma(length) / (gamma(length + s) * gamma(left))


def power(s: Any) -> Expr:
    """(l / (l + s))^(c n(b))."""
    return exp(c * nb * (log(l(w)) - log(l(w) + s)))


NORM = Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last"))


def held() -> tuple[Step, ...]:
    """n(k) > 0 and l > 0."""
    return (
        *ALL_HELD,
        Step("length-positive", at(l(w), ">", 0), "sign", ("l", "n-positive")),
    )


COUNTED = Step("counted", at(nb, ">", 0), "instance", ("n-positive", "token"), {k: b})


def at_most_one() -> tuple[Step, ...]:
    """That c <= 1, from ``liked``."""
    first = P(1, b)
    return (
        Step(
            "liked-first",
            forall()(first, ">=", c * first),
            "instance",
            ("liked", "token"),
            {i: ONE, k: b},
        ),
        Step("entry", forall()(first, ">", 0), "sign", ("P-positive", "token")),
        Step(
            "most",
            forall()(1 - c, ">=", 0),
            "combine",
            ("liked-first", "entry"),
            {"liked-first": 1 / first},
        ),
    )


def likely() -> tuple[Step, ...]:
    """That c <= 1 and q(w, b) >= c n(b) / l, from ``liked``."""
    return (
        *at_most_one(),
        NORM,
        Step(
            "liked-here",
            at(P(here, b), ">=", c * P(here, k), TOKEN),
            "instance",
            ("liked", "last"),
            {i: here},
        ),
        Step(
            "chance",
            at(q(w, b), ">=", c * nb / l(w)),
            "combine",
            ("liked-here", "q", "norm", "l", "n-positive", "token"),
            {"liked-here": (nb * n(w, k) / (norm * l(w)), k)},
        ),
    )


def gaps(c: Expr) -> tuple[Step, ...]:
    """That l - c n(b) > 0: from ``most``, that c is at most 1, unless it is 1."""
    others = (1 - to_b) ** 2
    counted, most = ((), {}) if c == 1 else ((COUNTED,), {"most": nb})
    return (
        *counted,
        Step(
            "others",
            at(l(w) - nb, ">=", 1),
            "combine",
            ("present", "several", "l", "token"),
            {"present": (others, k), "several": ONE},
        ),
        Step(
            "gap",
            at(l(w) - c * nb, ">", 0),
            "combine",
            ("others", "one", *most, *(step.name for step in counted)),
            {"others": ONE, "one": ONE, **most},
        ),
        Step("later", Judgement(s, ">=", Integer(0), (STEPS,)), "sign"),
        Step(
            "gap-s",
            at(l(w) - c * nb + s, ">", 0, STEPS),
            "combine",
            ("gap", "later"),
            {"gap": ONE, "later": ONE},
        ),
    )


def _further(c: Expr) -> tuple[Step, ...]:
    """That l - c n(b) + s > 0 for s = m, and for s from 1 on."""
    return (
        Step("gap-m", at(l(w) - c * nb + m, ">", 0), "instance", ("gap-s",), {s: m}),
        Step("gap-on", at(l(w) - c * nb + s, ">", 0, ONWARD), "instance", ("gap-s",), {s: s}),
    )


def _next_gaps(c: Expr) -> tuple[Step, ...]:
    """The same one token later, whether it is b or not, and after s = m tokens more."""
    counted, kept = l(NEXT) - c * (nb + to_b), l(NEXT) - c * nb
    return (
        *_further(c),
        longer(),
        Step(
            "count",
            at(n(NEXT, b), "=", nb + to_b, TOKEN),
            "instance",
            ("counts", "token"),
            {j: b},
        ),
        Step(
            "gap-counted",
            at(counted, ">", 0, TOKEN),
            "instance",
            ("gap", "next", "count"),
            {w: NEXT},
        ),
        Step(
            "gap-counted-m",
            at(counted + m, ">", 0, TOKEN),
            "instance",
            ("gap-s", "next", "count"),
            {w: NEXT, s: m},
        ),
        *(
            Step(
                f"gap-kept{name}",
                at(kept + more, ">", 0, TOKEN),
                "combine",
                (f"gap{name}", "one", "longer"),
                {f"gap{name}": ONE, "one": ONE},
            )
            for name, more in (("", Integer(0)), ("-m", m))
        ),
    )


def _avoiding(c: Expr, relation: str) -> tuple[Step, ...]:
    """V(s, w) relation avoid(s, w) for all s, from ``chance``: q(w, b) relation c n(b) / l."""
    others, left = 1 - to_b, l(w) - c * nb
    grown = V(m + 1, w) * l(w) / left
    later = ("gap-s", "length-positive")
    signs = ("V-positive", "n-positive", "P-positive", "last", "length-positive")
    next_gaps = ("gap-counted", "gap-counted-m", "gap-kept", "gap-kept-m")
    positive = Step("V-positive", at(V(s, w), ">", 0, STEPS), "sign", ("V", "gap", *later))

    def bounded(s: Expr, *more: Any) -> Judgement:
        return at(V(s, w), relation, avoid(s, w), *more)

    return (
        Step("turn", at(to_b * (to_b - 1), "=", 0, TOKEN), "sums"),
        Step(
            "stays",
            at(
                others * bound(m, c, nb + to_b, l(NEXT)),
                "=",
                others * bound(m, c, nb, l(NEXT)),
                TOKEN,
            ),
            "binary",
            ("turn", *next_gaps, "length-positive", "next"),
            {"term": to_b},
        ),
        Step(
            "grows",
            at(bound(m, c, nb, l(NEXT)), "=", bound(m + 1, c) * l(w) / left, TOKEN),
            "sums",
            ("longer", "gap", "gap-kept", "gap-kept-m", "length-positive"),
        ),
        Step(
            "V-next",
            at(others * V(m, NEXT), "=", others * grown, TOKEN),
            "combine",
            ("stays", "grows", "V", "count", "gap", *later, "next"),
            {"stays": ONE, "grows": others},
        ),
        *((positive,) if relation == ">=" else ()),
        Step("none", at(avoid(0, NEXT), "=", 1, TOKEN), "instance", ("avoid-0", "next"), {w: NEXT}),
        *(
            Step(
                f"first-of-{name}",
                at(avoid(count + 1, w), "=", total(others * q(w, k) * avoid(count, NEXT), k)),
                "instance",
                ("avoid-step",),
                {s: count},
            )
            for name, count in (("one", Integer(0)), ("more", m))
        ),
        Step(
            "bounded-1",
            bounded(ONE),
            "combine",
            ("chance", "first-of-one", "none", "V", "q", "gap", *later, "norm", "token"),
            {"chance": ONE, "first-of-one": -ONE, "none": (-others * q(w, k), k)},
        ),
        Step("bounded-m", bounded(m), "suppose"),
        Step(
            "next-bounded",
            at(V(m, NEXT), relation, avoid(m, NEXT), TOKEN),
            "instance",
            ("bounded-m", "next"),
            {w: NEXT},
        ),
        Step(
            "bounded-next",
            bounded(m + 1),
            "combine",
            ("next-bounded", "V-next", "first-of-more", "chance", "q", "gap", "token")
            + (signs if relation == ">=" else ("norm",)),
            {
                "next-bounded": (others**2 * q(w, k), k),
                "V-next": (-q(w, k), k),
                "first-of-more": -ONE,
                "chance": grown,
            },
        ),
        Step(
            "bounded",
            bounded(s, ONWARD),
            "induct",
            ("bounded-1", "bounded-m", "bounded-next"),
            {"hypothesis": "bounded-m", "on": m, "index": s},
        ),
        Step(
            "bound",
            at(bound(s, c), relation, avoid(s, w), ONWARD),
            "combine",
            ("bounded", "V", "gap", "gap-on", *later),
            {"bounded": ONE},
        ),
    )


def tokens_recur() -> Theorem:
    """E1: the chance to avoid b for s steps is at most a quotient of Gammas."""
    return Theorem(
        "tokens-recur",
        at(bound(s), ">=", avoid(s, w), ONWARD),
        (*WALK, *TOKENS, LIKED, *AVOID),
        (CHANCES, LENGTH, Definition("V", at(V(s, w), "=", bound(s), STEPS))),
        (
            *held(),
            *likely(),
            *gaps(c),
            *_next_gaps(c),
            *_avoiding(c, ">="),
        ),
        fixed=(m,),
    )


def polya_urn() -> Theorem:
    """E1: if the entries of a row are equal, the first bound is an equation with c = 1."""
    return Theorem(
        "tokens-recur/urn",
        at(bound(s, ONE), "=", avoid(s, w), ONWARD),
        (*WALK, *TOKENS, EVEN, *AVOID),
        (CHANCES, LENGTH, Definition("V", at(V(s, w), "=", bound(s, ONE), STEPS))),
        (
            *held(),
            NORM,
            *gaps(ONE),
            *_next_gaps(ONE),
            Step(
                "chance",
                at(q(w, b), "=", nb / l(w)),
                "sums",
                ("q", "even", "norm", "l", "length-positive", "token", "last"),
            ),
            *_avoiding(ONE, "="),
        ),
        fixed=(m,),
    )


def power_bound() -> Theorem:
    """E1: the quotient of Gammas is at most (l / (l + s))^(c n(b))."""
    u = l(w) + s
    loss, fall = 1 - c * nb / u, exp(c * nb * (log(u) - log(u + 1)))

    defined = ("V", "R", "gap", "gap-s", "length-positive")

    def bounded(s: Expr, *more: Any) -> Judgement:
        return at(R(s, w), ">=", V(s, w), *more)

    return Theorem(
        "tokens-recur/power",
        at(power(s), ">=", bound(s), ONWARD),
        (PRESENT, *TOKENS, *SHARE),
        (
            LENGTH,
            Definition("V", at(V(s, w), "=", bound(s), STEPS)),
            Definition("R", at(R(s, w), "=", power(s), STEPS)),
        ),
        (
            *held(),
            *gaps(c),
            *_further(c),
            Step(
                "tangent",
                at(exp(1 / u), ">=", 1 + 1 / u, STEPS),
                "tangent",
                ("length-positive",),
                {"at": 1 / u},
            ),
            Step(
                "quotient",
                at(exp(1 / u), ">=", exp(log(u + 1) - log(u)), STEPS),
                "combine",
                ("tangent", "length-positive"),
                {"tangent": ONE},
            ),
            Step(
                "logs",
                at(1 / u, ">=", log(u + 1) - log(u), STEPS),
                "logarithm",
                ("quotient", "length-positive"),
            ),
            Step(
                "rates",
                at(c * nb * (log(u) - log(u + 1)), ">=", -c * nb / u, STEPS),
                "combine",
                ("logs", "c", "counted", "length-positive"),
                {"logs": c * nb},
            ),
            Step(
                "falls",
                at(fall, ">=", exp(-c * nb / u), STEPS),
                "exponential",
                ("rates", "length-positive"),
            ),
            Step(
                "below",
                at(exp(-c * nb / u), ">=", loss, STEPS),
                "tangent",
                ("length-positive",),
                {"at": -c * nb / u},
            ),
            Step(
                "factor",
                at(fall, ">=", loss, STEPS),
                "combine",
                ("falls", "below", "length-positive"),
                {"falls": ONE, "below": ONE},
            ),
            *(
                Step(
                    f"factor-{name}",
                    at(fall.subs(s, at_s), ">=", loss.subs(s, at_s)),
                    "instance",
                    ("factor", "length-positive"),
                    {s: at_s},
                )
                for name, at_s in (("0", Integer(0)), ("m", m))
            ),
            Step(
                "bounded-1",
                bounded(ONE),
                "combine",
                ("factor-0", *defined),
                {"factor-0": ONE},
            ),
            Step("bounded-m", bounded(m), "suppose"),
            Step(
                "bounded-next",
                bounded(m + 1),
                "combine",
                ("bounded-m", "factor-m", "gap-m", *defined),
                {"bounded-m": fall.subs(s, m), "factor-m": bound(m)},
            ),
            Step(
                "bounded",
                bounded(s, ONWARD),
                "induct",
                ("bounded-1", "bounded-m", "bounded-next"),
                {"hypothesis": "bounded-m", "on": m, "index": s},
            ),
            Step(
                "bound",
                at(power(s), ">=", bound(s), ONWARD),
                "combine",
                ("bounded", "gap-on", *defined),
                {"bounded": ONE},
            ),
        ),
        fixed=(m,),
    )


def within_horizon() -> Theorem:
    """E1: after a history x, the chance to avoid b for h + 1 steps is at most eps, for h large."""
    bounded, powers = tokens_recur(), power_bound()
    defined = ("gap", "gap-s", "length-positive")
    few = c * n(x, b) * (log(l(x)) - log(l(x) + h + 1))
    return Theorem(
        "tokens-recur/horizon",
        forall()(eps, ">=", avoid(h + 1, x)),
        (
            *WALK,
            *TOKENS,
            SHARE[0],
            LIKED,
            *AVOID,
            Assumption("history", "x is a history", member(x, 1, oo)),
            Assumption(
                "long", "c n(b) log(l / (l + h + 1)) <= log eps", forall()(log(eps), ">=", few)
            ),
        ),
        (CHANCES, LENGTH, *powers.definitions[1:]),
        (
            *held(),
            NORM,
            *at_most_one(),
            *gaps(c),
            Step(
                "bounded",
                bounded.conclusion,
                "cite",
                (*bounded.given, *defined, "norm"),
                {"theorem": bounded},
            ),
            Step(
                "powers", powers.conclusion, "cite", (*powers.given, *defined), {"theorem": powers}
            ),
            Step(
                "rare",
                at(power(s), ">=", avoid(s, w), ONWARD),
                "combine",
                ("bounded", "powers", "length-positive"),
                {"bounded": ONE, "powers": ONE},
            ),
            Step(
                "length-x",
                forall()(l(x), ">", 0),
                "instance",
                ("length-positive", "history"),
                {w: x},
            ),
            Step(
                "rare-x",
                forall()(exp(few), ">=", avoid(h + 1, x)),
                "instance",
                ("rare", "history", "length-x"),
                {w: x, s: h + 1},
            ),
            Step(
                "few",
                forall()(exp(log(eps)), ">=", exp(few)),
                "exponential",
                ("long", "length-x"),
            ),
            Step(
                "horizon",
                forall()(eps, ">=", avoid(h + 1, x)),
                "combine",
                ("few", "rare-x"),
                {"few": ONE, "rare-x": ONE},
            ),
        ),
    )
