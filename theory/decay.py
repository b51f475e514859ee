r"""Claim B4: if attention decays with the distance, the number of runs has a geometric tail.

From the score of position l its distance to the query is subtracted, lam (L - l) with lam > 0
(ALiBi).  So a token counts by how long ago it stood in the prompt:

    mass(k) = sum_l delta(k, x_l) exp(-lam (L - l)),
    p(k) = mass(k) P(a, k) / sum_j mass(j) P(a, j).

*Staying.*  Let the prompt end in a, and let a be repeated: the tokens are key(1), key(2), ...
V(t, k) is the mass of token k after t repeats, H(t) the chance of one more repeat, stays(t) that
of t repeats.  The others weigh little, (exp(lam) - 1) sum_{k != a} V(t, k) <= exp(-lam t), and
V(t, a) >= 1.  Hence, if

    B (1 - exp(-lam)) (exp(lam) - 1) P(k, k) >= 2 P(k, j)   for all k, j,

then H(t) (1 + B gain) >= 1 with gain = exp(-lam t) (1 - exp(-lam)) / 2, and by induction

    stays(t) >= ((1 + exp(-lam t)) / 2)^B >= 2^-B        since (1 + gain)^B >= 1 + B gain.

*Runs.*  For each number of steps left the histories w are numbered 1..N: after a prompt that has
T steps to go there are K^T at most, and while more steps are left the prompt waits.  When u steps
are left after the next one, last(u, w) is the last token of w, q(u, w, j) the chance of token j,
and next(u, w, j) the history it makes.  A switch is a step to another token.  With u steps left,
runs(J, u, w) is the chance of at least J switches, stay(u, w) that of none; with a = last(u, w),

    runs(J + 1, u + 1, w) = q(a) runs(J + 1, u, next(a)) + sum_{j != a} q(j) runs(J, u, next(j)).

If stay >= 2^-B always, then, with f(J) = (1 + 2^-B)^-J, first runs(J + 1, u, w) <= (1 - stay(u, w))
f(J) by induction on u, and then runs(J, u, w) <= f(J) by induction on J: 1 - z <= 1 / (1 + z).
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log, oo

from theory.attention import READOUT, TOKENS, E, P, W, law, logits, p, realised, s, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.mapping import READ_OUT
from theory.notation import K, L, N, forall, h, j, k, l, member, total, u, v

__all__ = [
    "LEAST",
    "B",
    "J",
    "bound",
    "decayed_law",
    "few_runs",
    "lam",
    "last",
    "left",
    "mass",
    "runs",
    "stay",
    "staying",
    "stays",
    "t",
]

delta = KroneckerDelta
lam = Symbol("lam")
B = Symbol("B", integer=True, positive=True)
LEAST = exp(-B * log(2))
"""2^-B, the least chance never to leave the last token."""

mass, V, H, stays, key = (Function(name) for name in ("mass", "V", "H", "stays", "key"))
RATE = Assumption("decay", "the attention decays", Judgement(lam, ">", Integer(0)))


def _said(lhs: Expr, relation: str, rhs: Any, *limits: Any) -> Judgement:
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, limits)


def decayed_law() -> Theorem:
    """B4: with decaying attention a token counts by how long ago it stood in the prompt."""
    score, other = (
        total(E(x(at), u) * W(u, v) * E(x(L), v), u, v) - lam * (L - at) for at in (l, h)
    )
    decay = exp(-lam * (L - l))
    weights = total(decay * exp(w(x(L), x(l))), l)  # partition function over positions
    chain = total(exp(w(x(L), j)), j)  # partition function over tokens
    visible = total(mass(j) * P(x(L), j), j)
    counted = mass(k) * P(x(L), k) / visible
    return Theorem(
        "decay-fixates/law",
        forall(k)(p(k), "=", counted),
        (READOUT, TOKENS),
        (
            logits(),
            realised(),
            Definition("mass", forall(k)(mass(k), "=", total(delta(k, x(l)) * decay, l))),
            Definition("s", forall(l)(s(l), "=", exp(score) / total(exp(other), h))),
            law(),
        ),
        (
            *READ_OUT,
            Step(
                "counted",
                forall(k)(
                    total(s(l) * delta(k, x(l)), l), "=", mass(k) * exp(w(x(L), k)) / weights
                ),
                "sums",
                ("s", "mass", "w", "tokens"),
            ),
            Step(
                "partition", _said(visible, "=", weights / chain), "sums", ("mass", "P", "tokens")
            ),
            Step("partition-positive", _said(weights / chain, ">", 0), "sign"),
            Step(
                "visible-positive",
                _said(visible, ">", 0),
                "combine",
                ("partition", "partition-positive"),
                {"partition": Integer(1), "partition-positive": Integer(1)},
            ),
            Step(
                "decayed-law",
                forall(k)(p(k), "=", counted),
                "combine",
                ("attention-on-token", "counted", "partition", "visible-positive", "P", "tokens"),
                {
                    "attention-on-token": Integer(1),
                    "counted": Integer(1),
                    "partition": mass(k) * exp(w(x(L), k)) / (weights * visible),
                },
            ),
        ),
    )


t = Symbol("t", integer=True)  # how often the last token was repeated
n, m = (Symbol(name, integer=True, nonnegative=True) for name in "nm")  # fixed in an induction
a = Symbol("a", integer=True)
ENDLESS = (t, Integer(0), oo)
TOKEN = (j, Integer(1), K)


def _run(to: Expr, weight: Any = 1) -> Expr:
    """The sum over the positions of the prompt and its first repeats, ``to`` of them."""
    return Sum(weight * exp(-lam * (L + to - l)), (l, 1, L + to))


def _others(to: Expr) -> Expr:
    """The mass of the tokens other than a after ``to`` repeats."""
    return total((1 - delta(j, a)) * V(to, j), j)


def _visible(to: Expr) -> Expr:
    return total(P(a, j) * V(to, j), j)


def _elsewhere(to: Expr) -> Expr:
    """What the chain makes of the others."""
    return total((1 - delta(j, a)) ** 2 * P(a, j) * V(to, j), j)


def _gain(to: Expr) -> Expr:
    return exp(-lam * to) * (1 - exp(-lam)) / 2


def _growth(to: Expr) -> Expr:
    return 1 + exp(-lam * to)


def _half(to: Expr) -> Expr:
    """((1 + exp(-lam to)) / 2)^B, the lower bound of the chance of ``to`` repeats."""
    return exp(B * (log(_growth(to)) - log(2)))


SPREAD = (1 - exp(-lam)) * (exp(lam) - 1)
STAYING = (
    RATE,
    Assumption("positive", "P is positive", forall(k, j)(P(k, j), ">", 0)),
    Assumption(
        "enough",
        "B is large enough for the decay and for the ratios P(k, j) / P(k, k)",
        forall(k, j)(B * SPREAD * P(k, k), ">=", 2 * P(k, j)),
    ),
    Assumption("query", "the last token a is one of the K tokens", member(a, 1, K)),
    Assumption(
        "keys",
        "the prompt and what follows are tokens",
        _said(key(l), "in", member(l, 1, K).rhs, (l, Integer(1), oo)),
    ),
    Assumption(
        "repeats",
        "from position L on every token is a",
        _said(delta(a, key(L + t)), "=", 1, ENDLESS),
    ),
    Assumption("no-step", "the chance of zero repeats is one", _said(stays(0), "=", 1)),
    Assumption(
        "step",
        "t + 1 repeats are t repeats and one more",
        _said(stays(t + 1), "=", stays(t) * H(t), ENDLESS),
    ),
)
MASS = Definition(
    "V", Judgement(V(t, k), "=", _run(t, delta(k, key(l))), (ENDLESS, (k, Integer(1), K)))
)
REPEAT = Definition("H", _said(H(t), "=", P(a, a) * V(t, a) / _visible(t), ENDLESS))


def _rates() -> tuple[Step, ...]:
    """exp(-lam) < 1 < exp(lam), and exp(-lam (n + 1)) < 1."""
    return (
        Step("falls", _said(Integer(0), ">", -lam), "combine", ("decay",), {"decay": Integer(1)}),
        Step("below-one", _said(Integer(1), ">", exp(-lam)), "exponential", ("falls",)),
        Step("above-one", _said(exp(lam), ">", 1), "exponential", ("decay",)),
        Step(
            "falls-further",
            _said(Integer(0), ">", -lam * (n + 1)),
            "combine",
            ("decay",),
            {"decay": n + 1},
        ),
        Step(
            "below-one-later",
            _said(Integer(1), ">", exp(-lam * (n + 1))),
            "exponential",
            ("falls-further",),
        ),
    )


def _last_weighs() -> tuple[Step, ...]:
    """V(t, a) >= 1, by induction: each repeat of a weighs one."""
    before = _run(Integer(0), (1 - delta(l, L)) ** 2 * delta(a, key(l)))
    return (
        Step("last", _said(delta(a, key(L)), "=", 1), "instance", ("repeats",), {t: Integer(0)}),
        Step("before", _said(before, ">=", 0), "sign"),
        Step(
            "weight-at-first",
            _said(V(0, a), ">=", 1),
            "combine",
            ("last", "before", "V", "query"),
            {"last": Integer(1), "before": Integer(1)},
        ),
        Step("weight-n", _said(V(n, a), ">=", 1), "suppose"),
        Step(
            "last-next",
            _said(delta(a, key(L + n + 1)), "=", 1),
            "instance",
            ("repeats",),
            {t: n + 1},
        ),
        Step("rest", _said(exp(-lam), ">", 0), "sign"),
        Step(
            "weight-next",
            _said(V(n + 1, a), ">=", 1),
            "combine",
            ("weight-n", "last-next", "rest", "V", "query"),
            {"weight-n": exp(-lam), "last-next": Integer(1), "rest": Integer(1)},
        ),
        Step(
            "weight",
            _said(V(t, a), ">=", 1, ENDLESS),
            "induct",
            ("weight-at-first", "weight-n", "weight-next"),
            {"hypothesis": "weight-n", "on": n, "index": t},
        ),
        Step("weight-here", _said(V(n, a), ">=", 1), "instance", ("weight",), {t: n}),
    )


def _geometric() -> tuple[Step, ...]:
    """(exp(lam) - 1) sum_{l <= t} exp(lam (l - 1)) = exp(lam t) - 1, by induction."""

    def powers(to: Expr, *limits: Any) -> Judgement:
        series = Sum(exp(lam * (l - 1)), (l, 1, to))
        return _said((exp(lam) - 1) * series, "=", exp(lam * to) - 1, *limits)

    return (
        Step("series-of-none", powers(Integer(0)), "sums"),
        Step("series-n", powers(n), "suppose"),
        Step("series-next", powers(n + 1), "combine", ("series-n",), {"series-n": Integer(1)}),
        Step(
            "series",
            powers(t, ENDLESS),
            "induct",
            ("series-of-none", "series-n", "series-next"),
            {"hypothesis": "series-n", "on": n, "index": t},
        ),
        Step("series-L", powers(L), "instance", ("series",), {t: L}),
    )


def _others_fade() -> tuple[Step, ...]:
    """(exp(lam) - 1) sum_{k != a} V(t, k) <= exp(-lam t), by induction."""

    def fade(to: Expr, *limits: Any) -> Judgement:
        return _said(exp(-lam * to), ">=", (exp(lam) - 1) * _others(to), *limits)

    return (
        *_geometric(),
        *_last_weighs(),
        Step("first-power", _said(exp(lam - lam * L), ">", 0), "sign"),
        Step(
            "fade-at-first",
            fade(Integer(0)),
            "combine",
            ("series-L", "weight-at-first", "first-power", "above-one", "V", "keys", "query"),
            {
                "series-L": -exp(lam - lam * L),
                "weight-at-first": exp(lam) - 1,
                "first-power": Integer(1),
            },
        ),
        Step("fade-n", fade(n), "suppose"),
        Step(
            "fade-next",
            fade(n + 1),
            "combine",
            ("fade-n", "last-next", "V", "keys", "query"),
            {"fade-n": exp(-lam), "last-next": exp(lam) - 1},
        ),
        Step(
            "fade",
            fade(t, ENDLESS),
            "induct",
            ("fade-at-first", "fade-n", "fade-next"),
            {"hypothesis": "fade-n", "on": n, "index": t},
        ),
        Step("fade-here", fade(n), "instance", ("fade",), {t: n}),
    )


def _visible_positive() -> tuple[Step, ...]:
    """sum_j P(a, j) V(t, j) > 0: what H is divided by."""

    def mass(to: Expr, *limits: Any) -> Judgement:
        return _said(V(to, j), ">=", 0, *limits, TOKEN)

    elsewhere = total((1 - delta(j, a)) ** 2 * P(a, j) * V(t, j), j)
    return (
        Step("mass-at-first", mass(Integer(0)), "sign", ("V",)),
        Step("mass-n", mass(n), "suppose"),
        Step("mass-next", mass(n + 1), "sign", ("V",)),
        Step(
            "mass",
            mass(t, ENDLESS),
            "induct",
            ("mass-at-first", "mass-n", "mass-next"),
            {"hypothesis": "mass-n", "on": n, "index": t},
        ),
        Step("mass-here", mass(n), "instance", ("mass",), {t: n}),
        Step("here", _said(P(a, a), ">", 0), "instance", ("positive", "query"), {k: a, j: a}),
        Step(
            "elsewhere-mass",
            _said(elsewhere, ">=", 0, ENDLESS),
            "sign",
            ("mass", "positive", "query"),
        ),
        Step(
            "visible",
            _said(_visible(t), ">", 0, ENDLESS),
            "combine",
            ("weight", "elsewhere-mass", "here", "positive", "query"),
            {"weight": P(a, a), "elsewhere-mass": Integer(1), "here": Integer(1)},
        ),
        Step("visible-here", _said(_visible(n), ">", 0), "instance", ("visible",), {t: n}),
    )


def _one_repeat() -> tuple[Step, ...]:
    """H(n) (1 + B gain) >= 1: the others weigh at most B gain P(a, a)."""
    here, gain = P(a, a), _gain(n)
    return (
        *_others_fade(),
        *_visible_positive(),
        Step(
            "enough-a",
            forall(j)(B * SPREAD * here, ">=", 2 * P(a, j)),
            "instance",
            ("enough", "query"),
            {k: a},
        ),
        Step(
            "elsewhere",
            _said(B * gain * here, ">=", _elsewhere(n)),
            "combine",
            ("enough-a", "fade-here", "mass-here", "positive", "below-one", "query"),
            {
                "enough-a": ((1 - delta(j, a)) ** 2 * V(n, j) / 2, j),
                "fade-here": B * here * (1 - exp(-lam)) / 2,
            },
        ),
        Step(
            "repeat",
            _said(H(n) * (1 + B * gain), ">=", 1),
            "combine",
            (
                "weight-here",
                "elsewhere",
                "visible",
                "visible-here",
                "here",
                "below-one",
                "H",
                "query",
            ),
            {"weight-here": B * gain * here / _visible(n), "elsewhere": 1 / _visible(n)},
        ),
        Step(
            "repeat-chance",
            _said(H(n), ">=", 0),
            "sign",
            ("H", "V", "positive", "visible", "query"),
        ),
    )


def _bernoulli() -> tuple[Step, ...]:
    """(growth(n) / growth(n + 1))^B >= 1 + B gain: (1 + z)^t >= 1 + t z by induction, at t = B."""
    more = (exp(-lam * n) - exp(-lam * (n + 1))) / _growth(n + 1)
    fall = log(_growth(n)) - log(_growth(n + 1))

    def power(to: Expr, *limits: Any) -> Judgement:
        return _said(exp(to * fall) - 1 - to * more, ">=", 0, *limits)

    return (
        Step("power-of-none", power(Integer(0)), "sign"),
        Step("power-m", power(m), "suppose"),
        Step("square", _said(m * more**2, ">=", 0), "sign"),
        Step(
            "power-next",
            power(m + 1),
            "combine",
            ("power-m", "square"),
            {"power-m": _growth(n) / _growth(n + 1), "square": Integer(1)},
        ),
        Step(
            "power",
            power(t, ENDLESS),
            "induct",
            ("power-of-none", "power-m", "power-next"),
            {"hypothesis": "power-m", "on": m, "index": t},
        ),
        Step("power-B", power(B), "instance", ("power",), {t: B}),
        Step(
            "more",
            _said(more, ">=", _gain(n)),
            "combine",
            ("below-one-later", "below-one"),
            {"below-one-later": _gain(n) / _growth(n + 1)},
        ),
        Step(
            "power-gain",
            _said(exp(B * fall), ">=", 1 + B * _gain(n)),
            "combine",
            ("power-B", "more"),
            {"power-B": Integer(1), "more": B},
        ),
    )


def staying() -> Theorem:
    """B4: the chance to repeat the last token t times is at least 2^-B, for every t."""
    bound = _said(stays(t), ">=", LEAST, ENDLESS)
    return Theorem(
        "decay-fixates/stay",
        bound,
        STAYING,
        (MASS, REPEAT),
        (
            *_rates(),
            *_one_repeat(),
            *_bernoulli(),
            Step(
                "half-at-first",
                _said(stays(0), ">=", _half(Integer(0))),
                "combine",
                ("no-step",),
                {"no-step": Integer(1)},
            ),
            Step("half-n", _said(stays(n), ">=", _half(n)), "suppose"),
            Step(
                "step-n", _said(stays(n + 1), "=", stays(n) * H(n)), "instance", ("step",), {t: n}
            ),
            Step(
                "half-next",
                _said(stays(n + 1), ">=", _half(n + 1)),
                "combine",
                ("half-n", "step-n", "power-gain", "repeat", "repeat-chance"),
                {
                    "step-n": Integer(1),
                    "half-n": H(n),
                    "power-gain": H(n) * _half(n + 1),
                    "repeat": _half(n + 1),
                },
            ),
            Step(
                "half",
                _said(stays(t), ">=", _half(t), ENDLESS),
                "induct",
                ("half-at-first", "half-n", "half-next"),
                {"hypothesis": "half-n", "on": n, "index": t},
            ),
            Step("fraction", _said(exp(-lam * t), ">", 0, ENDLESS), "sign"),
            Step(
                "least",
                _said(_growth(t), ">=", 1, ENDLESS),
                "combine",
                ("fraction",),
                {"fraction": Integer(1)},
            ),
            Step("least-log", _said(log(_growth(t)), ">=", 0, ENDLESS), "logarithm", ("least",)),
            Step(
                "least-times",
                _said(B * (log(_growth(t)) - log(2)), ">=", -B * log(2), ENDLESS),
                "combine",
                ("least-log",),
                {"least-log": B},
            ),
            Step(
                "least-power",
                _said(_half(t), ">=", LEAST, ENDLESS),
                "exponential",
                ("least-times",),
            ),
            Step(
                "stay",
                bound,
                "combine",
                ("half", "least-power"),
                {"half": Integer(1), "least-power": Integer(1)},
            ),
        ),
        fixed=(n, m),
    )


J, left = Symbol("J", integer=True), Symbol("left", integer=True)
history = Symbol("w", integer=True)
runs, stay, q, last, then = (Function(name) for name in ("runs", "stay", "q", "last", "next"))
MANY = (J, Integer(0), oo)
LEFT = (left, Integer(0), oo)
HISTORY = (history, Integer(1), N)


def bound(J: Expr) -> Expr:
    """(1 + 2^-B)^-J."""
    return exp(-J * log(1 + LEAST))


def _stayed(u: Expr) -> Expr:
    """q(a) stay(u, next(a)), a the last token."""
    a = last(u, history)
    return q(u, history, a) * stay(u, then(u, history, a))


def _first_step(J: Expr, u: Expr) -> Expr:
    """The chance of at least J + 1 switches, by the next token: a, or another one."""
    a = last(u, history)
    repeat = q(u, history, a) * runs(J + 1, u, then(u, history, a))
    return repeat + total((1 - delta(j, a)) * q(u, history, j) * runs(J, u, then(u, history, j)), j)


HISTORIES = (
    Assumption(
        "last",
        "last is a token",
        _said(last(left, history), "in", member(l, 1, K).rhs, LEFT, HISTORY),
    ),
    Assumption(
        "next",
        "a history and a token make one of the N histories",
        _said(then(left, history, j), "in", member(l, 1, N).rhs, LEFT, HISTORY, TOKEN),
    ),
    Assumption(
        "chance",
        "the chance of a token is not negative",
        _said(q(left, history, j), ">=", 0, LEFT, HISTORY, TOKEN),
    ),
    Assumption(
        "one",
        "the chances of all tokens sum to one",
        _said(total(q(left, history, j), j), "=", 1, LEFT, HISTORY),
    ),
    Assumption(
        "runs-0",
        "the chance of zero switches or more is one",
        _said(runs(0, left, history), "=", 1, LEFT, HISTORY),
    ),
    Assumption(
        "runs-at-end",
        "with no steps left there is no switch",
        _said(runs(J + 1, 0, history), "=", 0, MANY, HISTORY),
    ),
    Assumption(
        "runs-step",
        "the first step repeats the last token or switches",
        _said(runs(J + 1, left + 1, history), "=", _first_step(J, left), MANY, LEFT, HISTORY),
    ),
    Assumption(
        "stay-at-end", "with no steps left one stays", _said(stay(0, history), "=", 1, HISTORY)
    ),
    Assumption(
        "stay-step",
        "to stay is to repeat the last token and to stay",
        _said(stay(left + 1, history), "=", _stayed(left), LEFT, HISTORY),
    ),
    Assumption(
        "stay-least",
        "from every history one stays with chance 2^-B at least",
        _said(stay(left, history), ">=", LEAST, LEFT, HISTORY),
    ),
)


def _more_runs() -> tuple[Step, ...]:
    """runs(n + 1, u, w) <= (1 - stay(u, w)) (1 + 2^-B)^-n by induction on u, from few-n."""
    a, here = last(m, history), (HISTORY,)
    repeated = then(m, history, a)

    def more(u: Expr, w: Expr, *limits: Any) -> Judgement:
        return _said((1 - stay(u, w)) * bound(n), ">=", runs(n + 1, u, w), *limits)

    def at_m(name: str, of: str, judgement: Judgement, where: dict[Any, Any], *more: str) -> Step:
        return Step(name, judgement, "instance", (of, *more), where)

    return (
        at_m("end-n", "runs-at-end", _said(runs(n + 1, 0, history), "=", 0, *here), {J: n}),
        Step(
            "more-at-end",
            more(Integer(0), history, *here),
            "combine",
            ("end-n", "stay-at-end"),
            {"end-n": Integer(-1), "stay-at-end": -bound(n)},
        ),
        Step("more-m", more(m, history, *here), "suppose"),
        at_m(
            "more-repeated",
            "more-m",
            more(m, repeated, *here),
            {history: repeated},
            "next",
            "last",
        ),
        at_m(
            "few-added",
            "few-n",
            _said(bound(n), ">=", runs(n, m, then(m, history, j)), HISTORY, TOKEN),
            {left: m, history: then(m, history, j)},
            "next",
        ),
        at_m("chance-m", "chance", _said(q(m, history, j), ">=", 0, HISTORY, TOKEN), {left: m}),
        at_m(
            "chance-last",
            "chance-m",
            _said(q(m, history, a), ">=", 0, *here),
            {j: a},
            "last",
        ),
        at_m("one-m", "one", _said(total(q(m, history, j), j), "=", 1, *here), {left: m}),
        at_m(
            "step-m",
            "runs-step",
            _said(runs(n + 1, m + 1, history), "=", _first_step(n, m), *here),
            {J: n, left: m},
        ),
        at_m(
            "stay-m",
            "stay-step",
            _said(stay(m + 1, history), "=", _stayed(m), *here),
            {left: m},
        ),
        Step(
            "more-next",
            more(m + 1, history, *here),
            "combine",
            (
                "step-m",
                "stay-m",
                "one-m",
                "more-repeated",
                "few-added",
                "chance-m",
                "chance-last",
                "last",
            ),
            {
                "step-m": Integer(-1),
                "stay-m": -bound(n),
                "one-m": -bound(n),
                "more-repeated": q(m, history, a),
                "few-added": ((1 - delta(j, a)) ** 2 * q(m, history, j), j),
            },
        ),
        Step(
            "more",
            more(left, history, LEFT, HISTORY),
            "induct",
            ("more-at-end", "more-m", "more-next"),
            {"hypothesis": "more-m", "on": m, "index": left},
        ),
    )


def few_runs() -> Theorem:
    """B4: if one stays with chance 2^-B at least, J switches have chance (1 + 2^-B)^-J at most."""

    def few(J: Expr, *limits: Any) -> Judgement:
        return _said(bound(J), ">=", runs(J, left, history), *limits, LEFT, HISTORY)

    return Theorem(
        "decay-fixates",
        few(J, MANY),
        HISTORIES,
        (),
        (
            Step("few-at-first", few(Integer(0)), "combine", ("runs-0",), {"runs-0": Integer(-1)}),
            Step("few-n", few(n), "suppose"),
            *_more_runs(),
            Step("square", _said(LEAST**2, ">=", 0), "sign"),
            Step(
                "few-next",
                few(n + 1),
                "combine",
                ("more", "stay-least", "square"),
                {"more": Integer(1), "stay-least": bound(n), "square": bound(n + 1)},
            ),
            Step(
                "few",
                few(J, MANY),
                "induct",
                ("few-at-first", "few-n", "few-next"),
                {"hypothesis": "few-n", "on": n, "index": J},
            ),
        ),
        fixed=(n, m),
    )
