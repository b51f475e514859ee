r"""Claim A3, last part: the projection of W on S_E in closed form, and that it keeps the laws.

With the Gram matrix G = E E^T, its inverse H and the logits w of W,

    V = E^T A E,   A = H (w^T + 1 offset^T) H,   offset^T = -1^T H w^T / (1^T H 1),

lies in S_E, and W - V is orthogonal to S_E: V is the orthogonal projection of W on S_E.
"""

from sympy import Function, Integer, Symbol

from theory.attention import E, TOKENS, W, attention, law, logits, p, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.gauge import ORTHOGONAL, SHIFTED, V, orthogonal_equal_on_all, pv, sv, wv
from theory.notation import K, L, forall, i, j, k, m, member, o, total, u, v
from theory.weights import GRAM, INVERSE, MASS, ROWSUM, SANDWICH, A, Lam, inverse_sandwich
from theory.weights import mass, mass_positive, rowsum

__all__ = ["projection_in_slice", "projection_keeps_laws", "projection_orthogonal"]

offset = Function("offset")
SHIFTED_LOGITS = Definition("Lam", forall(i, k)(Lam(i, k), "=", w(k, i) + offset(k)))
PROJECTION = Definition("V", forall(u, v)(V(u, v), "=", total(E(m, u) * A(m, o) * E(o, v), m, o)))
CENTRED = Definition("offset", forall(k)(offset(k), "=", -total(rowsum(i) * w(k, i), i) / mass))


def projection_in_slice() -> Theorem:
    """A3: V lies in S_E, since the columns of A sum to zero."""
    a = Symbol("a", integer=True)
    combination = total(A(m, o) * (E(m, u) - E(a, u)) * E(o, v), m, o)
    in_slice = forall(u, v)(V(u, v), "=", combination)
    return Theorem(
        "gauge-directions/projection-in-slice",
        in_slice,
        (INVERSE, Assumption("token", "a is one of the K tokens", member(a, 1, K))),
        (GRAM, SHIFTED_LOGITS, SANDWICH, PROJECTION, ROWSUM, MASS, CENTRED),
        (
            *mass_positive(a),
            Step(
                "columns",
                forall(o)(total(A(m, o), m), "=", 0),
                "sums",
                ("A", "Lam", "offset", "mass", "rowsum", "mass-positive"),
            ),
            Step(
                "in-slice",
                in_slice,
                "combine",
                ("columns", "V"),
                {"columns": (E(a, u) * E(o, v), o)},
            ),
        ),
    )


def projection_orthogonal() -> Theorem:
    """A3: W - V is orthogonal to S_E, whatever the offset."""
    return Theorem(
        "gauge-directions/projection-orthogonal",
        ORTHOGONAL.judgement,
        (INVERSE,),
        (GRAM, logits(), SHIFTED_LOGITS, SANDWICH, PROJECTION, logits(wv, V)),
        (
            *inverse_sandwich(wv, V),
            Step(
                "offset",
                forall(k, i)(wv(k, i), "=", Lam(i, k)),
                "combine",
                ("logits", "sandwich"),
                {"logits": Integer(1), "sandwich": Integer(1)},
            ),
            Step(
                "offset-j",
                forall(k, j)(wv(k, j), "=", Lam(j, k)),
                "instance",
                ("offset",),
                {i: j},
            ),
            Step(
                "written-out",
                forall(i, j, k)(
                    total((W(u, v) - V(u, v)) * (E(i, u) - E(j, u)) * E(k, v), u, v),
                    "=",
                    w(k, i) - wv(k, i) - w(k, j) + wv(k, j),
                ),
                "sums",
                ("w", "wv"),
            ),
            Step(
                "orthogonal",
                ORTHOGONAL.judgement,
                "combine",
                ("written-out", "offset", "offset-j", "Lam"),
                {"written-out": Integer(1), "offset": Integer(-1), "offset-j": Integer(1)},
            ),
        ),
    )


def projection_keeps_laws() -> Theorem:
    """A3: the projection has the law of W on every prompt."""
    same = forall(k)(p(k), "=", pv(k))
    return Theorem(
        "gauge-directions/projection",
        same,
        (TOKENS, INVERSE),
        (
            GRAM,
            logits(),
            SHIFTED_LOGITS,
            SANDWICH,
            PROJECTION,
            logits(wv, V),
            SHIFTED[0],
            attention(x(L)),
            attention(x(L), sv, x, V),
            law(),
            law(pv, sv),
        ),
        (
            Step(
                "orthogonal",
                ORTHOGONAL.judgement,
                "cite",
                ("full-row-rank", "G", "w", "Lam", "A", "V", "wv"),
                {"theorem": projection_orthogonal()},
            ),
            Step(
                "same-law",
                same,
                "cite",
                ("tokens", "orthogonal", "w", "wv", "shift", "s", "sv", "p", "pv"),
                {"theorem": orthogonal_equal_on_all()},
            ),
        ),
    )
