r"""Claim E10: two tokens, each row prefers token 1: token 2 decays at the rate of row 1.

Let P(1, 2) <= rho P(1, 1) and P(2, 2) <= sigma P(2, 1), both below 1.  With n1, n2 the counts, o
the ratio of the two entries in the row of the last token, Z = n1 + o n2 and B = 1 if that token is
2, else 0, put

    u(h) = Gamma(n2 + h + 1) / Gamma(n2)  Gamma(n1 - rho - h) / Gamma(n1),      h = 0..M,
    v(h) = Gamma(n2 + h) / Gamma(n2)  Gamma(n1 - rho - h) / Gamma(n1),          h = 1..M,
    U = u(0) + sum_{h = 1..M} (C(h) u(h) + B D(h) v(h)).

As Gamma(x + 1) = x Gamma(x), u(h) = (n2 + h) v(h) and u(h - 1) = (n1 - rho - h) v(h).  The larger
o, the more U grows; for o = rho and o = sigma its change in the mean is 1 / Z times

    after token 1:  sum (n2 + h) v(h) (rho D(h) - h (1 - rho) C(h)),
    after token 2:  T(0) + sum (T(h) - D(h) (n1 - sigma h) v(h)),
                    T(h) = C(h) (sigma - rho - h (1 - sigma)) u(h),  C(0) = 1.

The first is not positive if h (1 - rho) C(h) >= rho D(h).  If D(h) >= C(h - 1) (sigma - rho -
(h - 1) (1 - sigma)), then D(h) (n1 - rho - h) v(h) >= T(h - 1), and the second is at most

    T(0) + sum (T(h) - T(h - 1) - D(h) (rho + h (1 - sigma)) v(h)) <= T(M) <= 0

if M (1 - sigma) >= sigma - rho.  Then U does not rise in the mean, and as in E8 the frequency of
token 2 is at most U l^-(1 - rho), because n2 Gamma(n1 - rho) / Gamma(n1) = u(0) <= U.

All of it needs n1 > rho + M.  In the derivation prev(h) is h - 1, known to be one of 0..M.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, Tuple, exp, gamma, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.domination import b, frequency_below, g, rho
from theory.judgement import Judgement, instantiate
from theory.notation import K, i, j, k
from theory.walk import CHANCES, LENGTH, MEAN, NEXT, STEPS, WALK, U, at, bounded_mean, c, f, l, last
from theory.walk import longer, m, mean, n, next_, q, s, w

__all__ = ["C", "D", "M", "U", "one_longer", "rho", "sigma", "u", "v"]
__all__ += ["weak_row_bound"]

delta = KroneckerDelta
u, v, T, C, D, prev, o = (Function(name) for name in ("u", "v", "T", "C", "D", "prev", "o"))
sigma = Symbol("sigma")
M = Symbol("M", integer=True, nonnegative=True)
h, t = Symbol("h", integer=True), Symbol("t", integer=True)
z = Symbol("z", integer=True, nonnegative=True)
ONE, TWO = Integer(1), Integer(2)
TOKEN, DEGREE, INNER, ENDLESS = (k, ONE, TWO), (h, Integer(0), M), (h, ONE, M), (t, Integer(0), oo)
n1, n2, B, Z = n(w, 1), n(w, 2), delta(last(w), 2), n(w, 1) + o(w) * n(w, 2)
SPARE = sigma - rho - h * (1 - sigma)


def _of_two(fact: Any) -> Any:
    """A judgement, assumption, definition or step for two tokens: g = 1 wins, b = 2 loses."""
    names: dict[Expr, Expr] = {K: TWO, g: ONE, b: TWO}
    if isinstance(fact, Judgement):
        limits = tuple((x, *(instantiate(e, names) for e in pair)) for x, *pair in fact.forall)
        sides = (instantiate(side, names) for side in (fact.lhs, fact.rhs))
        lhs, rhs = sides
        return Judgement(lhs, fact.relation, rhs, limits)
    if isinstance(fact, Assumption):
        return Assumption(fact.name, fact.sentence, _of_two(fact.judgement))
    if isinstance(fact, Definition):
        return Definition(fact.name, _of_two(fact.judgement))
    where = {key: _put(value, names) for key, value in fact.where.items()}
    return Step(fact.name, _of_two(fact.judgement), fact.by, fact.uses, where)


def _put(value: Any, names: dict[Expr, Expr]) -> Any:
    if isinstance(value, tuple):
        return tuple(_put(part, names) for part in value)
    return instantiate(value, names) if isinstance(value, Expr) else value


def _said(lhs: Any, relation: str, rhs: Any, *limits: Any) -> Judgement:
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, limits)


def summed(body: Expr) -> Expr:
    """The sum over h = 1..M."""
    return Sum(body, INNER)


ROWS = (
    Assumption(
        "odds",
        "row 1 likes token 2 at most rho times as much as token 1, row 2 sigma times",
        _said((rho + (sigma - rho) * delta(i, 2)) * P(i, 1), ">=", P(i, 2), (i, ONE, TWO)),
    ),
    Assumption("turn", "the new token is the last", at(last(NEXT), "=", k, TOKEN)),
    Assumption("rho", "rho is not negative", _said(rho, ">=", 0)),
    Assumption("below-one", "rho is below one", _said(1 - rho, ">", 0)),
    Assumption("sigma", "sigma is at most one", _said(1 - sigma, ">=", 0)),
)
COEFFICIENTS = (
    Assumption("C-0", "C(0) is one", _said(C(0), "=", 1)),
    Assumption("C", "C is not negative", _said(C(h), ">=", 0, DEGREE)),
    Assumption("D", "D is not negative", _said(D(h), ">=", 0, INNER)),
    Assumption(
        "C-least",
        "C is at least what D asks for",
        _said(h * (1 - rho) * C(h), ">=", rho * D(h), INNER),
    ),
    Assumption(
        "D-least",
        "D is at least what C asks for",
        _said(D(h), ">=", C(h - 1) * SPARE.subs(h, h - 1), INNER),
    ),
    Assumption("enough", "M is large enough", _said(M * (1 - sigma), ">=", sigma - rho)),
    Assumption("degrees", "prev(h) is one of 0..M", _said(prev(h), "in", Tuple(0, M), INNER)),
)
FAR = Assumption("far", "token 1 is held more than rho + M times", at(n1 - rho - h, ">", 0, DEGREE))


def _gammas(more: Expr, less: Expr) -> Expr:
    """Gamma(n2 + more) Gamma(n1 - rho - less) / (Gamma(n2) Gamma(n1))."""
    return gamma(n2 + more) * gamma(n1 - rho - less) / (gamma(n2) * gamma(n1))


DEFINITIONS = (
    _of_two(CHANCES),
    _of_two(LENGTH),
    Definition("f", at(f(w), "=", n2 / l(w))),
    Definition("c", at(c(s, w), "=", exp(-(1 - rho) * log(l(w) + s)), STEPS)),
    Definition("o", at(o(w), "=", P(last(w), 2) / P(last(w), 1))),
    Definition("u", at(u(w, h), "=", _gammas(h + 1, h), DEGREE)),
    Definition("v", at(v(w, h), "=", _gammas(h, h), INNER)),
    Definition("T", at(T(w, h), "=", C(h) * SPARE * u(w, h), DEGREE)),
    Definition("U", at(U(w), "=", u(w, 0) + summed(C(h) * u(w, h) + B * D(h) * v(w, h)))),
    Definition("prev", _said(prev(h), "=", h - 1, INNER)),
)


def _at_token(name: str, of: str, judgement: Judgement, where: Any, *uses: str) -> Step:
    return Step(name, judgement, "instance", (of, *uses), where)


def _positive() -> tuple[Step, ...]:
    """Counts, the weights of the two tokens, and the terms u, v are not negative."""
    norm = Sum(n(w, j) * P(last(w), j), (j, 1, 2))
    return (
        Step("one", _said(ONE, ">", 0), "sign"),
        Step(
            "n-positive",
            at(n(w, k), ">", 0, TOKEN),
            "combine",
            ("present", "one"),
            {"present": ONE, "one": ONE},
        ),
        _at_token("winner-counted", "n-positive", at(n1, ">", 0), {k: ONE}),
        _at_token("loser-counted", "n-positive", at(n2, ">", 0), {k: TWO}),
        _at_token("past-rho", "far", at(n1 - rho, ">", 0), {h: Integer(0)}),
        _at_token("far-inner", "far", at(n1 - rho - h, ">", 0, INNER), {h: h}),
        Step(
            "u-positive",
            at(u(w, h), ">=", 0, DEGREE),
            "sign",
            ("u", "loser-counted", "far", "winner-counted"),
        ),
        Step(
            "v-positive",
            at(v(w, h), ">=", 0, INNER),
            "sign",
            ("v", "loser-counted", "far-inner", "winner-counted"),
        ),
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step("first-entry", at(P(last(w), 1), ">", 0), "sign", ("P-positive", "last")),
        Step(
            "Z",
            at(Z, ">", 0),
            "combine",
            ("norm", "o", "first-entry"),
            {"norm": 1 / P(last(w), 1)},
        ),
        *(
            Step(
                f"chance-{token}",
                at(q(w, token), "=", weight / Z),
                "sums",
                ("q", "o", "norm", "first-entry", "Z"),
            )
            for token, weight in ((1, n1), (2, o(w) * n2))
        ),
    )


UV = ("u", "v", "far", "far-inner", "winner-counted", "loser-counted")
"""The definitions of u and v, and what makes them defined."""


def _moved() -> tuple[Step, ...]:
    """U after token 1 and after token 2."""
    counts = tuple(
        _at_token(
            f"count-{token}-{of}",
            "counts",
            at(n(next_(w, token), of), "=", n(w, of) + int(of == token)),
            {k: Integer(token), j: Integer(of)},
        )
        for token in (1, 2)
        for of in (1, 2)
    )
    turns = tuple(
        _at_token(
            f"turn-{token}", "turn", at(last(next_(w, token)), "=", token), {k: Integer(token)}
        )
        for token in (1, 2)
    )
    after_1 = u(w, 0) * (n1 - rho) / n1 + summed(C(h) * u(w, h) * (n1 - rho - h) / n1)
    grown = C(h) * u(w, h) * (n2 + h + 1) + D(h) * v(w, h) * (n2 + h)
    no_v = tuple(name for name in UV if name not in ("v", "far-inner"))
    after_2 = u(w, 0) * (n2 + 1) / n2 + summed(grown / n2)
    return (
        *counts,
        *turns,
        *(
            Step(
                f"U-{token}",
                at(U(next_(w, token)), "=", moved),
                "sums",
                ("U", *used, f"count-{token}-1", f"count-{token}-2", f"turn-{token}", "next"),
            )
            for token, moved, used in ((1, after_1, no_v), (2, after_2, UV))
        ),
    )


def _telescoped() -> tuple[Step, ...]:
    """T(h - 1) <= D(h) (n1 - rho - h) v(h), sum (T(h) - T(h - 1)) = T(M) - T(0), T(M) <= 0."""
    before, spare = prev(h), SPARE.subs(h, h - 1)
    here = C(before) * SPARE.subs(h, before) * u(w, before)
    in_gammas = _gammas(before + 1, before)
    less = C(h - 1) * spare * (n1 - rho - h) * v(w, h)

    def steps(to: Expr, *limits: Any) -> Judgement:
        return at(summed(T(w, h) - T(w, h - 1)).subs(M, to), "=", T(w, to) - T(w, 0), *limits)

    return (
        _at_token(
            "far-before", "far", at(n1 - rho - before, ">", 0, INNER), {h: before}, "degrees"
        ),
        Step("degree", _said(h, ">=", 0, DEGREE), "sign"),
        _at_token("degree-before", "degree", _said(before, ">=", 0, INNER), {h: before}, "degrees"),
        Step("T-before", at(T(w, before), "=", here, INNER), "sums", ("T", "degrees")),
        Step(
            "u-before",
            at(u(w, before), "=", in_gammas, INNER),
            "sums",
            (
                "u",
                "degrees",
                "far",
                "far-before",
                "degree-before",
                "winner-counted",
                "loser-counted",
            ),
        ),
        Step(
            "T-less",
            at(T(w, h - 1), "=", less, INNER),
            "combine",
            ("T-before", "u-before", "prev", "v", "far-inner", "winner-counted", "loser-counted"),
            {"T-before": ONE, "u-before": C(h - 1) * spare},
        ),
        Step(
            "T-below",
            at(D(h) * (n1 - rho - h) * v(w, h), ">=", T(w, h - 1), INNER),
            "combine",
            ("D-least", "T-less", "far-inner", "v-positive"),
            {"D-least": (n1 - rho - h) * v(w, h), "T-less": -ONE},
        ),
        Step("steps-0", steps(Integer(0)), "sums"),
        Step("steps-z", steps(z), "suppose"),
        Step("steps-next", steps(z + 1), "combine", ("steps-z",), {"steps-z": ONE}),
        Step(
            "steps",
            steps(t, ENDLESS),
            "induct",
            ("steps-0", "steps-z", "steps-next"),
            {"hypothesis": "steps-z", "on": z, "index": t},
        ),
        _at_token("steps-M", "steps", steps(M), {t: M}),
        Step(
            "T-last",
            at(Integer(0), ">=", T(w, M)),
            "combine",
            ("enough", "T", "C", "u-positive"),
            {"enough": C(M) * u(w, M)},
        ),
    )


def _drift() -> tuple[Step, ...]:
    """U does not rise in the mean."""
    fall = u(w, 0) + summed(C(h) * (h + 1) * u(w, h) + D(h) * v(w, h) * ((1 - B) ** 2 * n2 + h))
    odds = (rho + (sigma - rho) * B) * P(last(w), 1)
    rest = summed(D(h) * v(w, h) * (rho + h * (1 - sigma)))
    U1, U2 = U(next_(w, 1)), U(next_(w, 2))
    two = Sum(q(w, k) * U(NEXT), TOKEN)
    signs = ("u-positive", "C-inner", "D", "v-positive", "loser-counted")
    return (
        Step("u-v", at(u(w, h), "=", (n2 + h) * v(w, h), INNER), "sums", UV),
        _at_token("odds-here", "odds", at(odds, ">=", P(last(w), 2)), {i: last(w)}, "last"),
        *(
            Step(
                name,
                at(where * (most - o(w)), ">=", 0),
                "combine",
                ("odds-here", "o", "first-entry"),
                {"odds-here": where / P(last(w), 1)},
            )
            for name, where, most in (("in-row-1", (1 - B) ** 2, rho), ("in-row-2", B, sigma))
        ),
        _at_token("C-inner", "C", _said(C(h), ">=", 0, INNER), {h: h}),
        _at_token("u-inner", "u-positive", at(u(w, h), ">=", 0, INNER), {h: h}),
        Step("fall", at(fall, ">=", 0), "sign", signs),
        Step("T-0", at(T(w, 0), "=", (sigma - rho) * u(w, 0)), "sums", ("T", "C-0")),
        Step("T-h", at(T(w, h), "=", C(h) * SPARE * u(w, h), INNER), "sums", ("T",)),
        Step("rest", at(rest, ">=", 0), "sign", ("D", "v-positive", "rho", "sigma")),
        Step(
            "drift",
            at(U(w), ">=", two),
            "combine",
            (
                "chance-1", "chance-2", "U-1", "U-2", "u-v", "in-row-1", "in-row-2", "C-least",
                "T-0", "T-h", "T-below", "steps-M", "T-last", "rest", "U", "Z", "fall",
                "v-positive", "loser-counted",
            ),
            {
                "chance-1": -U1,
                "chance-2": -U2,
                "U-1": -n1 / Z,
                "U-2": -o(w) * n2 / Z,
                "in-row-1": fall / Z,
                "in-row-2": fall / Z,
                "C-least": ((1 - B) ** 2 * (n2 + h) * v(w, h) / Z, h),
                "T-0": B / Z,
                "T-h": (B / Z, h),
                "T-below": (B / Z, h),
                "steps-M": -B / Z,
                "T-last": B / Z,
                "rest": B / Z,
            },
        ),
    )  # fmt: skip


def _below() -> tuple[Step, ...]:
    """n2 / l <= l^-(1 - rho) U, as u(0) <= U."""
    start = n2 * gamma(n1 - rho) / gamma(n1)
    others = summed(C(h) * u(w, h) + B * D(h) * v(w, h))
    rate = exp(-(1 - rho) * log(l(w)))
    shown, each = ("others", "as-long", "longer"), one_longer()
    return (
        Step("length", at(l(w), "=", n1 + n2), "sums", ("l",)),
        Step(
            "as-long",
            at(l(w), ">=", n1),
            "combine",
            ("length", "loser-counted"),
            {"length": ONE, "loser-counted": ONE},
        ),
        Step(
            "longer",
            _of_two(each.conclusion),
            "cite",
            ("next", "counts", "l"),
            {"theorem": each, K: TWO},
        ),
        *(_of_two(step) for step in frequency_below() if step.name not in shown),
        Step("others", at(others, ">=", 0), "sign", ("C-inner", "u-inner", "D", "v-positive")),
        Step(
            "start",
            at(u(w, 0), "=", start),
            "sums",
            ("u", "far", "winner-counted", "past-rho", "loser-counted"),
        ),
        Step(
            "below",
            at(c(0, w) * U(w), ">=", f(w)),
            "combine",
            ("frequency", "others", "start", "c", "U", "f", "length-positive"),
            {"frequency": ONE, "others": rate, "start": rate},
        ),
        Step(
            "chance",
            at(q(w, k), ">=", 0, TOKEN),
            "sign",
            ("q", "n-positive", "P-positive", "last"),
        ),
        Step("factor", at(c(s, w), ">=", 0, STEPS), "sign", ("c", "length-positive")),
        Step(
            "follow",
            at(c(s, NEXT), "=", c(s + 1, w), STEPS, TOKEN),
            "sums",
            ("c", "longer", "length-positive", "next"),
        ),
    )


def one_longer() -> Theorem:
    """Every token adds one to the length, of any number of tokens."""
    step = longer()
    given = tuple(fact for fact in WALK if fact.name in ("next", "counts"))
    return Theorem("weak-row-bound/length", step.judgement, given, (LENGTH,), (step,))


def _given() -> tuple[Assumption, ...]:
    walk, means = (tuple(_of_two(fact) for fact in facts) for facts in (WALK, MEAN))
    return (*walk, *ROWS, FAR, *COEFFICIENTS, *means)


def weak_row_bound() -> Theorem:
    """E10: the mean of the frequency of token 2 is at most U l^-(1 - rho)."""
    bound = at(exp(-(1 - rho) * log(l(w) + s)) * U(w), ">=", mean(s, w), STEPS)
    return Theorem(
        "weak-row-bound",
        bound,
        _given(),
        DEFINITIONS,
        (
            *_positive(),
            *_moved(),
            *_telescoped(),
            *_drift(),
            *_below(),
            *(_of_two(step) for step in bounded_mean()),
            Step("bound", bound, "combine", ("bounded", "c", "length-positive"), {"bounded": ONE}),
        ),
        fixed=(m, z),
    )
