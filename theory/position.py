r"""Claims B1, B2: positional encoding scales the transition probabilities by position.

Position vectors U(l) are added to keys and query; the attended vectors are e_{x_l} + u_l, and the
readout sees no position: C U^T = 0.  With the query vector g = e_a + u_L, a = x_L,

    PL(k)  = softmax_k e_k^T W g              the base row under this query at this position
    val(l) = exp(u_l^T W g)                   what position l is worth
    mass(k) = sum_{l: x_l = k} val(l)         the count of token k, weighted by position

    p(k) = mass(k) PL(k) / sum_j mass(j) PL(j).

If positions and tokens do not interact, PL is the row of the base chain and val(l) depends on
positions alone.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, exp

from theory.attention import READOUT, TOKENS, C, E, P, W, logits, p, realised, s, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.mapping import READ_OUT
from theory.notation import L, forall, h, j, k, l, total, u, v

__all__ = [
    "PL",
    "U",
    "constant_positions",
    "mass",
    "position_scaling",
    "row_without_positions",
    "val",
    "value_without_tokens",
]

delta = KroneckerDelta
U, PL, wl, val, mass = (Function(name) for name in ("U", "PL", "wl", "val", "mass"))
BLIND = Assumption(
    "blind-readout",
    "the readout sees no position: C U^T = 0",
    forall(k, l)(total(C(k, u) * U(l, u), u), "=", 0),
)


def _against_query(vector: Expr) -> Expr:
    """``vector^T W (e_a + u_L)``, the vector given by its coordinate u."""
    return total(vector * W(u, v) * (E(x(L), v) + U(L, v)), u, v)


POSITION_LOGITS = Definition("wl", forall(k)(wl(k), "=", _against_query(E(k, u))))
ROW = Definition("PL", forall(k)(PL(k), "=", exp(wl(k)) / total(exp(wl(j)), j)))
VALUE = Definition("val", forall(l)(val(l), "=", exp(_against_query(U(l, u)))))
MASS = Definition("mass", forall(k)(mass(k), "=", total(delta(k, x(l)) * val(l), l)))
KEY = E(x(l), u) + U(l, u)
ATTENTION = Definition(
    "s",
    forall(l)(
        s(l),
        "=",
        exp(_against_query(KEY)) / total(exp(_against_query(E(x(h), u) + U(h, u))), h),
    ),
)
LAW = Definition("p", forall(k)(p(k), "=", total(C(k, u) * total(s(l) * KEY, l), u)))


def position_scaling() -> Theorem:
    """B1: p(k) is proportional to PL(k) times the position-weighted count of k."""
    weights = total(val(l) * exp(wl(x(l))), l)  # partition function over positions
    chain = total(exp(wl(j)), j)  # partition function over tokens
    visible = total(mass(j) * PL(j), j)
    scaled = mass(k) * PL(k) / visible
    read = total(C(k, u) * KEY, u)
    return Theorem(
        "position-scaling",
        forall(k)(p(k), "=", scaled),
        (READOUT, BLIND, TOKENS),
        (POSITION_LOGITS, ROW, VALUE, MASS, ATTENTION, LAW),
        (
            READ_OUT[0],
            Step(
                "token-read",
                forall(k, l)(read, "=", delta(k, x(l))),
                "combine",
                ("readout-at-token", "blind-readout"),
                {"readout-at-token": Integer(1), "blind-readout": Integer(1)},
            ),
            Step("regrouped", forall(k)(p(k), "=", total(s(l) * read, l)), "sums", ("p",)),
            Step(
                "attention-on-token",
                forall(k)(p(k), "=", total(s(l) * delta(k, x(l)), l)),
                "combine",
                ("regrouped", "token-read"),
                {"regrouped": Integer(1), "token-read": (s(l), l)},
            ),
            Step(
                "attention-splits",
                forall(l)(s(l), "=", val(l) * exp(wl(x(l))) / weights),
                "sums",
                ("s", "val", "wl", "tokens"),
            ),
            Step("value-positive", forall(l)(val(l), ">", 0), "sign", ("val",)),
            Step(
                "partition",
                forall()(visible, "=", weights / chain),
                "sums",
                ("mass", "PL", "tokens"),
            ),
            Step(
                "partition-positive", forall()(weights / chain, ">", 0), "sign", ("value-positive",)
            ),
            Step(
                "visible-positive",
                forall()(visible, ">", 0),
                "combine",
                ("partition", "partition-positive"),
                {"partition": Integer(1), "partition-positive": Integer(1)},
            ),
            Step(
                "counted",
                forall(k)(total(s(l) * delta(k, x(l)), l), "=", mass(k) * exp(wl(k)) / weights),
                "sums",
                ("attention-splits", "mass", "value-positive"),
            ),
            Step(
                "position-scaling",
                forall(k)(p(k), "=", scaled),
                "combine",
                (
                    "attention-on-token",
                    "counted",
                    "partition",
                    "visible-positive",
                    "value-positive",
                    "PL",
                ),
                {
                    "attention-on-token": Integer(1),
                    "counted": Integer(1),
                    "partition": mass(k) * exp(wl(k)) / (weights * visible),
                },
            ),
        ),
    )


TOKEN_POSITION = Assumption(
    "token-position",
    "tokens as keys do not see the position of the query: E W U^T = 0",
    forall(k, l)(total(E(k, u) * W(u, v) * U(l, v), u, v), "=", 0),
)
POSITION_TOKEN = Assumption(
    "position-token",
    "positions as keys do not see the token of the query: U W E^T = 0",
    forall(l, k)(total(U(l, u) * W(u, v) * E(k, v), u, v), "=", 0),
)


def row_without_positions() -> Theorem:
    """B2: if E W U^T = 0, the row PL is the row of the base chain."""
    same = forall(k)(PL(k), "=", P(x(L), k))
    return Theorem(
        "position-separable",
        same,
        (TOKENS, TOKEN_POSITION),
        (POSITION_LOGITS, ROW, logits(), realised()),
        (
            Step(
                "last-position",
                forall(k)(total(E(k, u) * W(u, v) * U(L, v), u, v), "=", 0),
                "instance",
                ("token-position",),
                {l: L},
            ),
            Step(
                "logits",
                forall(k)(wl(k), "=", w(x(L), k)),
                "combine",
                ("last-position", "wl", "w", "tokens"),
                {"last-position": Integer(1)},
            ),
            Step("row", same, "sums", ("PL", "P", "logits", "tokens")),
        ),
    )


def value_without_tokens() -> Theorem:
    """B2: if U W E^T = 0, what a position is worth depends on positions alone."""
    interaction = total(U(l, u) * W(u, v) * U(L, v), u, v)
    score = total(U(l, u) * W(u, v) * (E(x(L), v) + U(L, v)), u, v)
    worth = forall(l)(val(l), "=", exp(interaction))
    return Theorem(
        "position-separable/values",
        worth,
        (TOKENS, POSITION_TOKEN),
        (VALUE,),
        (
            Step(
                "query-token",
                forall(l)(total(U(l, u) * W(u, v) * E(x(L), v), u, v), "=", 0),
                "instance",
                ("position-token", "tokens"),
                {k: x(L)},
            ),
            Step(
                "score",
                forall(l)(score, "=", interaction),
                "combine",
                ("query-token",),
                {"query-token": Integer(1)},
            ),
            Step(
                "exponential",
                forall(l)(exp(score), "=", exp(interaction)),
                "exponential",
                ("score",),
            ),
            Step(
                "value",
                worth,
                "combine",
                ("exponential", "val"),
                {"exponential": Integer(1)},
            ),
        ),
    )


def constant_positions() -> Theorem:
    """B2: the same vector at every position gives the counts back: mass(k) = n(k) val(L)."""
    n = Function("n")
    same = forall(k)(mass(k), "=", n(k) * val(L))
    return Theorem(
        "position-separable/constant",
        same,
        (
            Assumption(
                "constant",
                "every position has the same vector",
                forall(l, u)(U(l, u), "=", U(L, u)),
            ),
        ),
        (
            VALUE,
            MASS,
            Definition("n", forall(k)(n(k), "=", total(delta(k, x(l)), l))),
        ),
        (
            Step(
                "score",
                forall(l)(_against_query(U(l, u)), "=", _against_query(U(L, u))),
                "combine",
                ("constant",),
                {
                    "constant": (
                        total(W(u, v) * (E(x(L), v) + U(L, v)), v),
                        u,
                    )
                },
            ),
            Step(
                "exponential",
                forall(l)(exp(_against_query(U(l, u))), "=", exp(_against_query(U(L, u)))),
                "exponential",
                ("score",),
            ),
            Step(
                "value",
                forall(l)(val(l), "=", val(L)),
                "combine",
                ("exponential", "val"),
                {"exponential": Integer(1)},
            ),
            Step(
                "counts",
                same,
                "combine",
                ("value", "mass", "n"),
                {"value": (delta(k, x(l)), l)},
            ),
        ),
    )
