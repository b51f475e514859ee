r"""The logarithm of the count of a class of tokens, along almost every path.

With z(k) = 1 for the tokens of a class and 0 for the others, n_z(w) of which have been counted,
Doob's theorem is applied to

    d(w, k) = (z(k) - a(w)) / n_z(w),      a(w) = sum_k q(w, k) z(k),      V = 2 / n_z:

the sum of z / n_z along a path is log n_z, up to a number from 0 to 1, and the sum C of a / n_z is
that of sum_j z(j) n(j) P(x, j) / (Z n_z).  So log n_z(t) - C(t) is bounded.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, log

from theory.attention import P
from theory.derivation import Assumption, Step, Theorem
from theory.event_noise import SECOND, b
from theory.judgement import Judgement
from theory.martingale import COUNTS, READS, WALKED, B, M, V, d, doob, h, likely, norm
from theory.martingale import on_path, summed
from theory.loser_growth import TWO
from theory.notation import forall, j, k, total
from theory.path import NORM, WINNER, G, N, Z, along, g, leading_to, m, never_falls, rises, t, x
from theory.walk import ALL_HELD, CHANCES, NEXT, TOKEN, WALK, after, at, n, q, w

__all__ = ["C", "c", "class_noise", "others_noise", "token_noise"]

ONE, ZERO = Integer(1), Integer(0)
C, a, c, z, over, under = (Function(name) for name in ("C", "a", "c", "z", "over", "under"))

held = total(z(j) * n(w, j), j)
"""n_z(w)"""


def count(time: Any) -> Expr:
    """n_z at a time of the path."""
    return total(z(j) * N(time, j), j)


CLASS = (
    Assumption("class", "a token is in the class or not", forall(k)(z(k) * (z(k) - 1), "=", 0)),
    Assumption("some", "the class has been counted", at(held, ">=", 1)),
)
COMPENSATOR = (
    Assumption("C-0", "C is 0 at first", forall()(C(0), "=", 0)),
    Assumption(
        "C-step",
        "C adds up the chances of the class, divided by its count",
        along(
            C(t + 1),
            "=",
            C(t) + total(z(j) * N(t, j) * P(x(t), j), j) / (Z(t) * count(t)),
        ),
    ),
)


def _pays() -> tuple[Step, ...]:
    """V(w) >= sum_k q(w, k) (V(next(w, k)) + d(w, k)^2)."""
    reciprocal = (1 - z(k) / (held + 1)) / held
    return (
        Step(
            "held-positive", at(held, ">", 0), "combine", ("some", "one"), {"some": ONE, "one": ONE}
        ),
        Step("a", at(a(w), "=", total(q(w, k) * z(k), k)), "let"),
        Step("d", at(d(w, k), "=", (z(k) - a(w)) / held, TOKEN), "let", ("held-positive",)),
        Step("V", at(V(w), "=", 2 / held), "let", ("held-positive",)),
        Step("z-squared", forall(k)(z(k) ** 2, ">=", 0), "sign"),
        Step(
            "z-held",
            forall(k)(z(k), ">=", 0),
            "combine",
            ("z-squared", "class"),
            {"z-squared": ONE, "class": -ONE},
        ),
        Step(
            "next-positive",
            at(held + z(k), ">", 0, TOKEN),
            "combine",
            ("held-positive", "z-held"),
            {"held-positive": ONE, "z-held": ONE},
        ),
        Step("bit", at(z(k) * (z(k) - 1), "=", 0, TOKEN), "combine", ("class",), {"class": ONE}),
        Step(
            "reciprocal",
            at(1 / (held + z(k)), "=", reciprocal, TOKEN),
            "binary",
            ("bit", "next-positive", "held-positive"),
            {"term": z(k)},
        ),
        Step(
            "V-next",
            at(V(NEXT), "=", 2 / (held + z(k)), TOKEN),
            "sums",
            ("V", "counts-k", "next", "next-positive"),
        ),
        Step(
            "V-after",
            at(after(V), "=", 2 * (1 - a(w) / (held + 1)) / held),
            "combine",
            ("V-next", "reciprocal", "chances", "a", "held-positive"),
            {"V-next": (q(w, k), k), "reciprocal": (2 * q(w, k), k), "chances": 2 / held},
        ),
        Step(
            "squares",
            at(total(q(w, k) * d(w, k) ** 2, k), "=", (a(w) - a(w) ** 2) / held**2),
            "combine",
            ("class", "chances", "d", "a", "held-positive"),
            {"class": (q(w, k) / held**2, k), "chances": a(w) ** 2 / held**2},
        ),
        Step(
            "no-drift",
            at(total(q(w, k) * d(w, k), k), "=", 0),
            "combine",
            ("chances", "d", "a", "held-positive"),
            {"chances": -a(w) / held},
        ),
        Step("a-held", at(a(w), ">=", 0), "sign", ("a", "chance", "z-held")),
        Step("a-squared", at(a(w) ** 2, ">=", 0), "sign"),
        Step("V-held", at(V(w), ">=", 0), "sign", ("V", "held-positive")),
        Step(
            "paid",
            at(V(w), ">=", after(V) + total(q(w, k) * d(w, k) ** 2, k)),
            "combine",
            ("V-after", "squares", "some", "a-squared", "a-held", "V", "held-positive"),
            {
                "V-after": -ONE,
                "squares": -ONE,
                "some": a(w) / (held**2 * (held + 1)),
                "a-squared": held**-2,
            },
        ),
    )


HERE, NEW = count(t), z(x(t + 1))
OVER = log(count(ZERO)) + C(t) + M(t) - log(HERE)
UNDER = 1 / count(ZERO) - 1 / HERE - over(t)
NOISE = along(c(0), ">=", (log(HERE) - C(t)) ** 2)
WITHIN = 3 * (1 + B(0) + log(count(ZERO)) ** 2)


def _rises() -> tuple[Step, ...]:
    """How n_z rises along the path, by :func:`theory.path.rises`."""
    return (
        Step(
            "there",
            along(total(z(j) * n(h(t), j), j), ">=", 1),
            "instance",
            ("some", "path"),
            {w: h(t)},
        ),
        Step("nz-held", along(HERE, ">=", 1), "combine", ("there", "N"), {"there": ONE}),
        Step(
            "nz-next",
            along(count(t + 1), "=", HERE + NEW),
            "combine",
            ("counted", "tokens"),
            {"counted": (z(j), j)},
        ),
        Step("nz-new", along(NEW, ">=", 0), "instance", ("z-held", "tokens"), {k: x(t + 1)}),
        Step(
            "nz-bit", along(NEW * (NEW - 1), "=", 0), "instance", ("class", "tokens"), {k: x(t + 1)}
        ),
        *leading_to(rises("nz", HERE, NEW), "nz-most", "nz-least"),
    )


def _compared() -> tuple[Step, ...]:
    """That log n_z(t) - C(t) - M(t), less its value at first, is between -1 and 0."""
    share = total(z(j) * N(t, j) * P(x(t), j), j) / (Z(t) * HERE)
    added, then = NEW / HERE - share, count(t + 1)
    moved = ("C-step", "M-step", "added")
    return (
        Step(
            "N-positive",
            along(N(t, k), ">", 0, TOKEN),
            "sign",
            ("N", "n-positive", "path"),
        ),
        Step(
            "Z-positive",
            along(Z(t), ">", 0),
            "sign",
            ("Z", "N-positive", "P-positive", "tokens"),
        ),
        Step(
            "added",
            along(d(h(t), x(t + 1)), "=", added),
            "sums",
            (
                "d", "a", "q", "reads", "N", "Z", "path", "tokens", "nz-positive", "Z-positive",
                "norm",
            ),
        ),
        Step("start", forall()(count(ZERO), ">", 0), "instance", ("nz-positive",), {t: ZERO}),
        Step("over", along(over(t), "=", OVER), "let", ("start", "nz-positive")),
        Step("under", along(under(t), "=", UNDER), "let", ("start", "nz-positive")),
        Step(
            "over-held-grows",
            along(over(t + 1), ">=", over(t)),
            "combine",
            ("nz-most", "over", *moved),
            {"nz-most": ONE, "C-step": ONE, "M-step": ONE, "added": ONE},
        ),
        Step(
            "under-held-grows",
            along(under(t + 1), ">=", under(t)),
            "combine",
            (
                "nz-least", "nz-next", "nz-bit", "under", "over", *moved, "nz-positive", "nz-after",
            ),
            {
                "nz-least": ONE,
                "nz-next": (1 - NEW) / (HERE * then),
                "nz-bit": -1 / (HERE * then),
                "C-step": -ONE,
                "M-step": -ONE,
                "added": -ONE,
            },
        ),
        Step(
            "over-held-0",
            forall()(over(0), ">=", 0),
            "combine",
            ("C-0", "M-0", "over"),
            {"C-0": ONE, "M-0": ONE},
        ),
        Step(
            "under-held-0",
            forall()(under(0), ">=", 0),
            "combine",
            ("C-0", "M-0", "under", "over"),
            {"C-0": -ONE, "M-0": -ONE},
        ),
        *never_falls("over-held", over),
        *never_falls("under-held", under),
    )  # fmt: skip


def _squared() -> tuple[Step, ...]:
    """That c(0) = 3 (1 + B + log(n_z(0))^2) >= (log n_z(t) - C(t))^2."""
    first = log(count(ZERO))
    pairs = {
        "apart-1": (first - M(t), ("start",)),
        "apart-2": (first + over(t), ("start",)),
        "apart-3": (M(t) + over(t), ()),
    }
    sides = log(HERE) - C(t), first + M(t) - over(t)
    defined = ("start", "nz-positive")
    return (
        Step("first", forall()(count(ZERO), ">=", 1), "instance", ("nz-held",), {t: ZERO}),
        Step("inverse", along(1 / HERE, ">", 0), "sign", ("nz-positive",)),
        Step(
            "within",
            along(1 - over(t), ">=", 0),
            "combine",
            ("under-held", "first", "inverse", "under", "start"),
            {"under-held": ONE, "first": 1 / count(ZERO), "inverse": ONE},
        ),
        Step("logs", along(sides[0], "=", sides[1]), "sums", ("over", *defined)),
        Step("c", forall()(c(0), "=", WITHIN), "let", ("start",)),
        *(
            Step(name, along(term**2, ">=", 0), "sign", uses)
            for name, (term, uses) in pairs.items()
        ),
        Step(
            "noise",
            NOISE,
            "combine",
            ("bounded", "within", "over-held", "logs", "c", *pairs, *defined),
            {"bounded": 3 * ONE, "within": 3 * (1 + over(t)), "logs": -sides[0] - sides[1]}
            | dict.fromkeys(pairs, ONE),
        ),
    )


def class_noise() -> Theorem:
    """Along almost every path log n_z(t) - C(t) is bounded."""
    return Theorem(
        "loser-rate/class-noise",
        NOISE,
        (*WALK, *CLASS, *WALKED, READS, *COMPENSATOR),
        (CHANCES, COUNTS, NORM),
        (
            *on_path(),
            *likely(),
            *_pays(),
            *summed(),
            doob(),
            *_rises(),
            *_compared(),
            *_squared(),
        ),
        fixed=(m,),
        introduces=(c,),
    )


# one token, and all but one


def _cited(
    members: Expr, some: Step, counted: Expr, said: Judgement, token: str, adds_up: tuple[str, ...]
) -> tuple[Step, ...]:
    """The steps that cite it for the tokens with members(k) = 1, ``counted`` of which there are.

    They use the assumption ``C-step``, what C adds up written for them, ``some``, and the fact
    ``token``; ``adds_up`` are the facts that C needs to be that of the class.
    """
    theorem = class_noise()
    facts = {"class": "is-class", "some": "is-some", "C-step": "adds-up"}
    names = (*(facts.get(name, name) for name in theorem.given), "norm")
    chances = total(z(j) * N(t, j) * P(x(t), j), j) / (Z(t) * count(t))
    return (
        *ALL_HELD,
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step(
            "Z-positive",
            along(Z(t), ">", 0),
            "sign",
            ("Z", "N", "n-positive", "P-positive", "path", "tokens"),
        ),
        Step("z", forall(k)(z(k), "=", members), "let"),
        Step("is-class", CLASS[0].judgement, "sums", ("z",)),
        some,
        Step("is-some", CLASS[1].judgement, "combine", ("least", "z", token), {"least": ONE}),
        Step(
            "some-there",
            along(total(z(j) * n(h(t), j), j), ">=", 1),
            "instance",
            ("is-some", "path"),
            {w: h(t)},
        ),
        Step(
            "count-positive",
            along(count(t), ">", 0),
            "combine",
            ("some-there", "one", "N"),
            {"some-there": ONE, "one": ONE},
        ),
        Step(
            "counted-positive",
            along(counted, ">", 0),
            "combine",
            ("count-positive", "z", token),
            {"count-positive": ONE},
        ),
        Step(
            "adds-up",
            along(C(t + 1), "=", C(t) + chances),
            "combine",
            ("C-step", "z", "Z-positive", *adds_up),
            {"C-step": ONE},
        ),
        Step("class-noise", theorem.conclusion, "cite", names, {"theorem": theorem}),
        Step(
            "noise",
            said,
            "combine",
            ("class-noise", "z", "counted-positive", token),
            {"class-noise": ONE},
        ),
    )


def token_noise() -> Theorem:
    """Along almost every path log N(t, b) - C(t) is bounded, C the sum of P(x(t), b) / Z(t)."""
    result = along(c(0), ">=", (log(N(t, b)) - C(t)) ** 2)
    sums = Assumption(
        "C-step",
        "C adds up the entries of b, divided by the norm",
        along(C(t + 1), "=", C(t) + P(x(t), b) / Z(t)),
    )
    least = Step("least", at(n(w, b), ">=", 1), "instance", ("present", "second"), {k: b})
    return Theorem(
        "loser-rate/token-noise",
        result,
        (*WALK, *WALKED, READS, SECOND, COMPENSATOR[0], sums),
        (CHANCES, COUNTS, NORM),
        _cited(KroneckerDelta(b, k), least, N(t, b), result, "second", ("count-positive",)),
        introduces=(c,),
    )


def others_noise() -> Theorem:
    """Along almost every path log Y(t) - C(t) is bounded, Y the number of tokens other than g."""
    off = 1 - KroneckerDelta(g, k)
    others = total(N(t, j), j) - G(t)
    chances = total(N(t, j) * P(x(t), j), j) - G(t) * P(x(t), g)
    result = along(c(0), ">=", (log(others) - C(t)) ** 2)
    sums = Assumption(
        "C-step",
        "C adds up the chances of tokens other than g, divided by their count",
        along(C(t + 1), "=", C(t) + chances / (Z(t) * others)),
    )
    least = Step(
        "least",
        at(total(n(w, j), j) - n(w, g), ">=", 1),
        "combine",
        ("present", "two", "winner"),
        {"present": (off**2, k), "two": ONE},
    )
    return Theorem(
        "loser-rate/others-noise",
        result,
        (*WALK, *WALKED, READS, WINNER, TWO, COMPENSATOR[0], sums),
        (CHANCES, COUNTS, NORM),
        _cited(off, least, others, result, "winner", ("counted-positive", "winner")),
        introduces=(c,),
    )
