r"""Claim A4: every positive chain is realised by exactly one W in S_E.

With the Gram matrix G = E E^T and its inverse H,

    W = E^T A E,   A = H ((log P)^T + 1 shift^T) H,   shift^T = -1^T H (log P)^T / (1^T H 1).
"""

from typing import Any

from sympy import Function, Integer, KroneckerDelta, Symbol, exp, log

from theory.attention import E, P, W, logits, w
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.gauge import MULTIPLE, ORTHOGONAL, V, multiple_is_orthogonal, wv
from theory.notation import K, forall, i, j, k, m, member, o, total, u, v

__all__ = [
    "CENTRED",
    "GRAM",
    "INVERSE",
    "MASS",
    "POSITIVE",
    "REALISES",
    "ROWS",
    "ROWSUM",
    "SANDWICH",
    "SHIFTED_LOGS",
    "WEIGHTS",
    "A",
    "G",
    "H",
    "Lam",
    "beta",
    "gamma",
    "inverse_sandwich",
    "left_inverse",
    "mass",
    "mass_positive",
    "realised_by",
    "rowsum",
    "shift",
    "unique_weights",
    "weights_in_slice",
    "weights_realise",
]

delta = KroneckerDelta

# A4: from a base chain to the weights, and back.

G, H, A, Lam, shift = (Function(name) for name in ("G", "H", "A", "Lam", "shift"))
GRAM = Definition("G", forall(i, j)(G(i, j), "=", total(E(i, u) * E(j, u), u)))
INVERSE = Assumption(
    "full-row-rank",
    "E has full row rank: the Gram matrix G = E E^T has the inverse H",
    forall(i, j)(total(G(i, m) * H(m, j), m), "=", delta(i, j)),
)
POSITIVE = Assumption("positive", "every P(k, i) is positive", forall(k, i)(P(k, i), ">", 0))
ROWS = Assumption("rows", "the rows of P sum to one", forall(k)(total(P(k, i), i), "=", 1))
SHIFTED_LOGS = Definition("Lam", forall(i, k)(Lam(i, k), "=", log(P(k, i)) + shift(k)))
SANDWICH = Definition("A", forall(i, j)(A(i, j), "=", total(H(i, m) * Lam(m, o) * H(o, j), m, o)))
WEIGHTS = Definition("W", forall(u, v)(W(u, v), "=", total(E(m, u) * A(m, o) * E(o, v), m, o)))
"""W = E^T A E with A = H ((log P)^T + 1 shift^T) H."""


def _symmetric() -> tuple[Step, ...]:
    """H(i, j) = H(j, i), from G = G^T."""
    return (
        Step(
            "inverse-m",
            forall(m, j)(total(G(m, o) * H(o, j), o), "=", delta(m, j)),
            "instance",
            ("full-row-rank",),
            {i: m},
        ),
        Step(
            "inverse-mi",
            forall(m, i)(total(G(m, o) * H(o, i), o), "=", delta(m, i)),
            "instance",
            ("inverse-m",),
            {j: i},
        ),
        Step(
            "symmetric",
            forall(i, j)(H(i, j), "=", H(j, i)),
            "combine",
            ("inverse-m", "inverse-mi", "G"),
            {"inverse-m": (H(m, i), m), "inverse-mi": (-H(m, j), m)},
        ),
    )


def left_inverse() -> tuple[Step, ...]:
    """sum_m H(j, m) G(m, k) = delta(j, k)."""
    return (
        *_symmetric(),
        Step(
            "symmetric-m",
            forall(i, m)(H(i, m), "=", H(m, i)),
            "instance",
            ("symmetric",),
            {j: m},
        ),
        Step(
            "inverse-j",
            forall(i, j)(total(G(j, m) * H(m, i), m), "=", delta(j, i)),
            "instance",
            ("inverse-mi",),
            {m: j},
        ),
        Step(
            "left-inverse",
            forall(i, j)(total(H(i, m) * G(m, j), m), "=", delta(i, j)),
            "combine",
            ("symmetric-m", "inverse-j", "G"),
            {"symmetric-m": (G(m, j), m), "inverse-j": Integer(1)},
        ),
        Step(
            "left-inverse-j",
            forall(j, k)(total(H(j, m) * G(m, k), m), "=", delta(j, k)),
            "instance",
            ("left-inverse",),
            {i: j, j: k},
        ),
    )


def inverse_sandwich(w: Any = w, W: Any = W) -> tuple[Step, ...]:
    """w(k, i) = sum_{m,o} G(i, m) A(m, o) G(o, k) = Lam(i, k)."""
    return (
        *left_inverse(),
        Step(
            "sandwich",
            forall(k, i)(total(G(i, m) * A(m, o) * G(o, k), m, o), "=", Lam(i, k)),
            "combine",
            ("full-row-rank", "left-inverse-j", "A"),
            {
                "full-row-rank": (total(Lam(j, m) * H(m, o) * G(o, k), m, o), j),
                "left-inverse-j": (Lam(i, j), j),
            },
        ),
        Step(
            "logits",
            forall(k, i)(w(k, i), "=", total(G(i, m) * A(m, o) * G(o, k), m, o)),
            "sums",
            (str(w), str(W), "G"),
        ),
    )


def weights_realise() -> Theorem:
    """A4: W = E^T A E realises P, whatever the shift."""
    realises = forall(k, i)(exp(w(k, i)) / total(exp(w(k, j)), j), "=", P(k, i))
    return Theorem(
        "transition-to-weights",
        realises,
        (INVERSE, POSITIVE, ROWS),
        (GRAM, SHIFTED_LOGS, SANDWICH, WEIGHTS, logits()),
        (
            *inverse_sandwich(),
            Step(
                "logits-are-logs",
                forall(k, i)(w(k, i), "=", log(P(k, i)) + shift(k)),
                "combine",
                ("logits", "sandwich", "Lam", "positive"),
                {"logits": Integer(1), "sandwich": Integer(1)},
            ),
            Step(
                "realises",
                realises,
                "combine",
                ("rows", "logits-are-logs", "positive"),
                {"rows": -P(k, i) / total(P(k, j), j)},
            ),
        ),
    )


rowsum, mass = Function("rowsum"), Symbol("mass")
ROWSUM = Definition("rowsum", forall(i)(rowsum(i), "=", total(H(m, i), m)))
MASS = Definition("mass", forall()(mass, "=", total(rowsum(i), i)))
CENTRED = Definition("shift", forall(k)(shift(k), "=", -total(rowsum(i) * log(P(k, i)), i) / mass))
"""The shift for which the columns of A sum to zero: -1^T H (log P)^T / (1^T H 1)."""


def mass_positive(a: Symbol) -> tuple[Step, ...]:
    """1^T H 1 > 0: it is |y|^2 for y = E^T H 1, and e_a^T y = 1."""
    t = total(H(m, i), i)  # (H 1)_m
    y = total(E(m, u) * t, m)
    g = G(a, a)
    return (
        Step(
            "inverse-a",
            forall(j)(total(G(a, m) * H(m, j), m), "=", delta(a, j)),
            "instance",
            ("full-row-rank", "token"),
            {i: a},
        ),
        Step(
            "norm-of-y",
            forall()(total(y**2, u), "=", mass),
            "combine",
            ("full-row-rank", "G", "mass", "rowsum"),
            {"full-row-rank": (total(H(i, m), m), i, j)},
        ),
        Step(
            "y-at-a",
            forall()(total(E(a, u) * y, u), "=", 1),
            "combine",
            ("inverse-a", "G", "token"),
            {"inverse-a": (Integer(1), j)},
        ),
        Step("norm-of-a", forall()(g, ">=", 0), "sign", ("G", "token")),
        Step(
            "square",
            forall()(total((y - E(a, u) / (1 + g)) ** 2, u), ">=", 0),
            "sign",
            ("norm-of-a",),
        ),
        Step("margin", forall()((2 + g) / (1 + g) ** 2, ">", 0), "sign", ("norm-of-a",)),
        Step(
            "mass-positive",
            forall()(mass, ">", 0),
            "combine",
            ("norm-of-y", "y-at-a", "square", "margin", "G", "token"),
            {
                "norm-of-y": Integer(-1),
                "y-at-a": 2 / (1 + g),
                "square": Integer(1),
                "margin": Integer(1),
            },
        ),
    )


def weights_in_slice() -> Theorem:
    """A4: with the centred shift W lies in S_E: columns of A sum to zero."""
    a = Symbol("a", integer=True)
    combination = total(A(m, o) * (E(m, u) - E(a, u)) * E(o, v), m, o)
    in_slice = forall(u, v)(W(u, v), "=", combination)
    return Theorem(
        "transition-to-weights/slice",
        in_slice,
        (
            INVERSE,
            POSITIVE,
            Assumption("token", "a is one of the K tokens", member(a, 1, K)),
        ),
        (GRAM, SHIFTED_LOGS, SANDWICH, WEIGHTS, ROWSUM, MASS, CENTRED),
        (
            *mass_positive(a),
            Step(
                "columns",
                forall(o)(total(A(m, o), m), "=", 0),
                "sums",
                ("A", "Lam", "shift", "mass", "rowsum", "mass-positive", "positive"),
            ),
            Step(
                "in-slice",
                in_slice,
                "combine",
                ("columns", "W"),
                {"columns": (E(a, u) * E(o, v), o)},
            ),
        ),
    )


def realised_by(name: str, w: Any, sentence: str) -> Assumption:
    """``P(k, i) = softmax_i w(k, i)``, as an assumption on the logits w."""
    chain = exp(w(k, i)) / total(exp(w(k, j)), j)
    return Assumption(name, sentence, forall(k, i)(chain, "=", P(k, i)))


REALISES = realised_by("realises", w, "W realises P: P(k, .) is the softmax of E W e_k")
beta, gamma = Function("beta"), Function("gamma")


def _in_slice(name: str, W: Any, scalar: Any) -> Assumption:
    combination = total(scalar(i, j, k) * (E(i, u) - E(j, u)) * E(k, v), i, j, k)
    return Assumption(
        name, f"{W} lies in S_E, with scalars {scalar}", forall(u, v)(W(u, v), "=", combination)
    )


def unique_weights() -> Theorem:
    """A4: two weights in S_E that realise the same P are equal."""
    mine, other = total(exp(w(k, j)), j), total(exp(wv(k, j)), j)
    cross = exp(w(k, i) + log(other)), exp(wv(k, i) + log(mine))
    difference = W(u, v) - V(u, v)
    return Theorem(
        "transition-to-weights/unique",
        forall(u, v)(W(u, v), "=", V(u, v)),
        (
            REALISES,
            realised_by("realises-v", wv, "V realises P too"),
            _in_slice("slice", W, beta),
            _in_slice("slice-v", V, gamma),
        ),
        (logits(), logits(wv, V)),
        (
            Step(
                "cross-product",
                forall(k, i)(cross[0], "=", cross[1]),
                "combine",
                ("realises", "realises-v"),
                {"realises": mine * other, "realises-v": -mine * other},
            ),
            Step(
                "exponents",
                forall(k, i)(w(k, i) + log(other), "=", wv(k, i) + log(mine)),
                "logarithm",
                ("cross-product",),
            ),
            Step(
                "exponents-k",
                forall(k)(w(k, k) + log(other), "=", wv(k, k) + log(mine)),
                "instance",
                ("exponents",),
                {i: k},
            ),
            Step(
                "multiple",
                MULTIPLE.judgement,
                "combine",
                ("exponents", "exponents-k"),
                {"exponents": Integer(1), "exponents-k": Integer(-1)},
            ),
            Step(
                "orthogonal",
                ORTHOGONAL.judgement,
                "cite",
                ("multiple", "w", "wv"),
                {"theorem": multiple_is_orthogonal()},
            ),
            Step(
                "no-length",
                forall()(total(difference**2, u, v), "=", 0),
                "combine",
                ("slice", "slice-v", "orthogonal"),
                {
                    "slice": (difference, u, v),
                    "slice-v": (-difference, u, v),
                    "orthogonal": (beta(i, j, k) - gamma(i, j, k), i, j, k),
                },
            ),
            Step(
                "no-difference",
                forall(u, v)(difference, "=", 0),
                "squares",
                ("no-length",),
                {"over": (u, v)},
            ),
            Step(
                "equal",
                forall(u, v)(W(u, v), "=", V(u, v)),
                "combine",
                ("no-difference",),
                {"no-difference": Integer(1)},
            ),
        ),
    )
