r"""Claim A3: the directions of W that no law sees.

S_E = span{(e_i - e_j) e_k^T}.  For two weights W and V with logits w and wv the following are
equivalent: (i) equal laws on all prompts of length 2, (ii) E (W - V) e_k is a multiple of 1 for
every k, (iii) W - V is orthogonal to S_E; and they give equal laws on all prompts.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp

from theory.attention import READOUT, TOKENS, C, E, W, attention, law, logits, p, s, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Dimension
from theory.notation import RANGES, K, L, forall, h, i, j, k, l, m, member, o, total, u, v

__all__ = [
    "MULTIPLE",
    "ORTHOGONAL",
    "SHIFT",
    "SHIFTED",
    "V",
    "gauge_dimension",
    "multiple_is_orthogonal",
    "orthogonal_equal_on_all",
    "orthogonal_equal_on_pairs",
    "pair_law",
    "pairs_determine_multiple",
    "pv",
    "q",
    "qv",
    "sv",
    "wv",
]

delta = KroneckerDelta

# A3: which directions of W the laws do not see.

V, wv, sv, pv = (Function(name) for name in ("V", "wv", "sv", "pv"))  # second weights
q, qv = Function("q"), Function("qv")
"""q(k, i, j): law of token k after the prompt (i, j)."""


def pair_law(q: Any = q, w: Any = w) -> Definition:
    """``q(k, i, j)``: the layer on the prompt (i, j) of length 2, query j."""
    g, last = exp(w(j, i)), exp(w(j, j))
    attended = total(C(k, u) * (g * E(i, u) + last * E(j, u)), u)
    return Definition(str(q), forall(k, i, j)(q(k, i, j), "=", attended / (g + last)))


ORTHOGONAL = Assumption(
    "orthogonal",
    "W - V is orthogonal to S_E",
    forall(i, j, k)(total((W(u, v) - V(u, v)) * (E(i, u) - E(j, u)) * E(k, v), u, v), "=", 0),
)
MULTIPLE = Assumption(
    "multiple",
    "E (W - V) e_k is a multiple of the all-ones vector, for every k",
    forall(k, i)(w(k, i) - wv(k, i), "=", w(k, k) - wv(k, k)),
)


def _pair_readout(name: str, q: Any, w: Any) -> Step:
    """q(i, i, j) with the readout applied."""
    g, last = exp(w(j, i)), exp(w(j, j))
    return Step(
        name,
        forall(i, j)(q(i, i, j), "=", (g + delta(i, j) * last) / (g + last)),
        "combine",
        ("readout-i", "readout-j", str(q)),
        {"readout-i": g / (g + last), "readout-j": last / (g + last)},
    )


def pairs_determine_multiple() -> Theorem:
    """A3, (i) => (ii): equal laws on prompts of length 2 give multiples of 1."""
    both = exp(w(j, i)) + exp(w(j, j)), exp(wv(j, i)) + exp(wv(j, j))
    return Theorem(
        "gauge-directions/pairs-to-multiple",
        forall(k, i)(w(k, i) - wv(k, i), "=", w(k, k) - wv(k, k)),
        (
            READOUT,
            Assumption(
                "equal-on-pairs",
                "W and V have the same law on every prompt of length 2",
                forall(k, i, j)(q(k, i, j), "=", qv(k, i, j)),
            ),
        ),
        (pair_law(), pair_law(qv, wv)),
        (
            Step(
                "readout-i",
                forall(i)(total(C(i, u) * E(i, u), u), "=", 1),
                "instance",
                ("readout",),
                {k: i, j: i},
            ),
            Step(
                "readout-j",
                forall(i, j)(total(C(i, u) * E(j, u), u), "=", delta(i, j)),
                "instance",
                ("readout",),
                {k: i},
            ),
            _pair_readout("law-w", q, w),
            _pair_readout("law-v", qv, wv),
            Step(
                "same-at-i",
                forall(i, j)(q(i, i, j), "=", qv(i, i, j)),
                "instance",
                ("equal-on-pairs",),
                {k: i},
            ),
            Step(
                "cross-product",
                forall(i, j)(exp(w(j, i) + wv(j, j)), "=", exp(wv(j, i) + w(j, j))),
                "combine",
                ("same-at-i", "law-w", "law-v"),
                {
                    "same-at-i": both[0] * both[1],
                    "law-w": -both[0] * both[1],
                    "law-v": both[0] * both[1],
                },
            ),
            Step(
                "exponents",
                forall(i, j)(w(j, i) + wv(j, j), "=", wv(j, i) + w(j, j)),
                "logarithm",
                ("cross-product",),
            ),
            Step(
                "exponents-k",
                forall(i, k)(w(k, i) + wv(k, k), "=", wv(k, i) + w(k, k)),
                "instance",
                ("exponents",),
                {j: k},
            ),
            Step(
                "multiple",
                forall(k, i)(w(k, i) - wv(k, i), "=", w(k, k) - wv(k, k)),
                "combine",
                ("exponents-k",),
                {"exponents-k": Integer(1)},
            ),
        ),
    )


def multiple_is_orthogonal() -> Theorem:
    """A3, (ii) => (iii): multiples of 1 are orthogonal to S_E."""
    return Theorem(
        "gauge-directions/multiple-to-orthogonal",
        ORTHOGONAL.judgement,
        (MULTIPLE,),
        (logits(), logits(wv, V)),
        (
            Step(
                "multiple-j",
                forall(k, j)(w(k, j) - wv(k, j), "=", w(k, k) - wv(k, k)),
                "instance",
                ("multiple",),
                {i: j},
            ),
            Step(
                "orthogonal",
                ORTHOGONAL.judgement,
                "combine",
                ("multiple", "multiple-j", "w", "wv"),
                {"multiple": Integer(1), "multiple-j": Integer(-1)},
            ),
        ),
    )


SHIFT = Function("shift")
SHIFTED = (
    Definition("shift", forall(k)(SHIFT(k), "=", w(k, k) - wv(k, k))),
    Step(
        "orthogonal-k",
        forall(i, k)(total((W(u, v) - V(u, v)) * (E(i, u) - E(k, u)) * E(k, v), u, v), "=", 0),
        "instance",
        ("orthogonal",),
        {j: k},
    ),
    Step(
        "logits-shifted",
        forall(k, i)(w(k, i), "=", wv(k, i) + SHIFT(k)),
        "combine",
        ("orthogonal-k", "w", "wv", "shift"),
        {"orthogonal-k": Integer(1)},
    ),
)
"""Orthogonal to S_E: the logits of each query are shifted by one number."""


def orthogonal_equal_on_pairs() -> Theorem:
    """A3, (iii) => (i): orthogonal to S_E gives equal laws on prompts of length 2."""
    definition, *steps = SHIFTED
    same = forall(k, i, j)(q(k, i, j), "=", qv(k, i, j))
    return Theorem(
        "gauge-directions/orthogonal-to-pairs",
        same,
        (ORTHOGONAL,),
        (logits(), logits(wv, V), definition, pair_law(), pair_law(qv, wv)),
        (*steps, Step("same-law", same, "sums", ("q", "qv", "logits-shifted"))),
    )


def orthogonal_equal_on_all() -> Theorem:
    """A3, (iii) => the same law on every prompt; hence W may be projected on S_E."""
    definition, *steps = SHIFTED
    same = forall(k)(p(k), "=", pv(k))
    by_w = exp(w(x(L), x(l))) / total(exp(w(x(L), x(h))), h)
    by_v = exp(wv(x(L), x(l))) / total(exp(wv(x(L), x(h))), h)
    return Theorem(
        "gauge-directions/orthogonal-to-all",
        same,
        (TOKENS, ORTHOGONAL),
        (
            logits(),
            logits(wv, V),
            definition,
            attention(x(L)),
            attention(x(L), sv, x, V),
            law(),
            law(pv, sv),
        ),
        (
            *steps,
            Step("by-logits", forall(l)(s(l), "=", by_w), "sums", ("s", "w", "tokens")),
            Step("by-logits-v", forall(l)(sv(l), "=", by_v), "sums", ("sv", "wv", "tokens")),
            Step(
                "same-law",
                same,
                "sums",
                ("p", "pv", "by-logits", "by-logits-v", "logits-shifted", "tokens"),
            ),
        ),
    )


def gauge_dimension() -> Theorem:
    """A3: S_E has dimension K (K - 1) when the e_k are independent."""
    a = Symbol("a", integer=True)  # the token left out of the basis
    alpha = Function("alpha")
    family = (E(m, u) - E(a, u)) * E(o, v)  # (e_m - e_a) e_o^T for m != a
    chosen = 1 - delta(m, a)
    coefficient = (delta(i, m) - delta(j, m)) * delta(k, o)
    generator = (E(i, u) - E(j, u)) * E(k, v)
    coordinates, generators, indices = (
        tuple((index, *RANGES[index]) for index in part) for part in ((u, v), (i, j, k), (m, o))
    )
    combination = total(alpha(m, o) * chosen * family, m, o)

    def left(i: Symbol) -> Expr:
        return (1 - delta(i, a)) * (E(i, u) - E(a, u))

    count = K * (K - 1)
    dimension = Dimension(generator, coordinates, generators)
    return Theorem(
        "gauge-directions/dimension",
        forall()(dimension, "=", count),
        (READOUT, Assumption("token", "a is one of the K tokens", member(a, 1, K))),
        (),
        (
            Step(
                "spans",
                forall(u, v, i, j, k)(generator, "=", total(coefficient * chosen * family, m, o)),
                "sums",
            ),
            Step("count", forall()(total(chosen, m, o), "=", count), "sums", ("token",)),
            Step("combination", forall(u, v)(combination, "=", 0), "suppose"),
            Step(
                "readout-o",
                forall(o, j)(total(C(o, u) * E(j, u), u), "=", delta(o, j)),
                "instance",
                ("readout",),
                {k: o},
            ),
            Step(
                "without-v",
                forall(o, u)(total(alpha(i, o) * left(i), i), "=", 0),
                "combine",
                ("combination", "readout-o"),
                {
                    "combination": (C(o, v), v),
                    "readout-o": (-total(alpha(i, j) * left(i), i), j),
                },
            ),
            Step(
                "readout-m",
                forall(m, i)(total(C(m, u) * E(i, u), u), "=", delta(m, i)),
                "instance",
                ("readout",),
                {k: m, j: i},
            ),
            Step(
                "readout-a",
                forall(m)(total(C(m, u) * E(a, u), u), "=", delta(m, a)),
                "instance",
                ("readout", "token"),
                {k: m, j: a},
            ),
            Step(
                "independent",
                forall(m, o)(alpha(m, o) * chosen, "=", 0),
                "combine",
                ("without-v", "readout-m", "readout-a"),
                {
                    "without-v": (chosen * C(m, u), u),
                    "readout-m": (-chosen * alpha(i, o) * (1 - delta(i, a)), i),
                    "readout-a": chosen * total(alpha(i, o) * (1 - delta(i, a)), i),
                },
            ),
            Step(
                "dimension",
                forall()(dimension, "=", count),
                "basis",
                ("spans", "count", "combination", "independent", "token"),
                {
                    "family": family,
                    "indices": indices,
                    "chosen": chosen,
                    "coefficient": coefficient,
                    "member": {i: m, j: a, k: o},
                    "hypothesis": "combination",
                    "scalar": alpha,
                },
            ),
        ),
    )
