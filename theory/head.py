r"""Claim A7: the head dimension that a base chain needs.

Some W of rank at most r realises P exactly if rank(Q (log P)^T) <= r, with Q = I - 11^T / K.
Rank at most r means: a product of a matrix with r columns and one with r rows.
"""

from sympy import Function, Integer, exp, log

from theory.attention import E, P, W, logits, w
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, c, forall, i, j, k, m, o, total, u, v
from theory.positivity import log_ratio
from theory.weights import GRAM, INVERSE, POSITIVE, REALISES, ROWS, H, left_inverse

__all__ = ["CENTRED_LOGS", "F", "M", "X", "Y", "chain_of_rank", "rank_of_chain"]

# A7: the head dimension that a chain needs.

X, Y, F, M = (Function(name) for name in ("X", "Y", "F", "M"))
CENTRED_LOGS = log(P(k, i)) - total(log(P(k, j)), j) / K  # entry (i, k) of Q (log P)^T


def _low_rank_weights() -> Judgement:
    return forall(u, v)(W(u, v), "=", total(X(u, c) * Y(c, v), c))


def rank_of_chain() -> Theorem:
    """A7: W of rank at most r realises only P with rank(Q (log P)^T) <= r."""
    left, right = Function("F"), Function("M")
    low_rank = forall(k, i)(CENTRED_LOGS, "=", total(left(i, c) * right(c, k), c))
    factor = total((E(i, u) - total(E(j, u), j) / K) * X(u, c), u)
    return Theorem(
        "head-dimension",
        low_rank,
        (
            REALISES,
            Assumption("rank", "W = X Y with r columns in X: rank W <= r", _low_rank_weights()),
        ),
        (
            logits(),
            Definition("F", forall(i, c)(left(i, c), "=", factor)),
            Definition("M", forall(c, k)(right(c, k), "=", total(Y(c, v) * E(k, v), v))),
        ),
        (
            *log_ratio(),
            Step(
                "low-rank",
                low_rank,
                "combine",
                ("log-ratio", "w", "rank", "F", "M", "positive"),
                {
                    "log-ratio": (-1 / K, j),
                    "rank": ((E(i, u) - total(E(j, u), j) / K) * E(k, v), u, v),
                },
            ),
        ),
    )


def chain_of_rank() -> Theorem:
    """A7: if Q (log P)^T = F M with r columns in F, some W of rank at most r realises P."""
    realises = forall(k, i)(exp(w(k, i)) / total(exp(w(k, j)), j), "=", P(k, i))
    left, right = total(E(i, u) * X(u, c), u), total(Y(c, v) * E(k, v), v)
    mean = total(log(P(k, j)), j) / K
    rank = forall(k, i)(CENTRED_LOGS, "=", total(F(i, c) * M(c, k), c))
    return Theorem(
        "head-dimension/converse",
        realises,
        (
            INVERSE,
            POSITIVE,
            ROWS,
            Assumption("rank", "Q (log P)^T = F M with r columns in F: its rank is <= r", rank),
        ),
        (
            GRAM,
            Definition("X", forall(u, c)(X(u, c), "=", total(E(m, u) * H(m, i) * F(i, c), m, i))),
            Definition("Y", forall(c, v)(Y(c, v), "=", total(M(c, j) * H(j, o) * E(o, v), j, o))),
            Definition("W", _low_rank_weights()),
            logits(),
        ),
        (
            *left_inverse(),
            Step(
                "left-factor",
                forall(i, c)(left, "=", F(i, c)),
                "combine",
                ("full-row-rank", "X", "G"),
                {"full-row-rank": (F(j, c), j)},
            ),
            Step(
                "right-factor",
                forall(c, k)(right, "=", M(c, k)),
                "combine",
                ("left-inverse-j", "Y", "G"),
                {"left-inverse-j": (M(c, j), j)},
            ),
            Step("logits", forall(k, i)(w(k, i), "=", total(left * right, c)), "sums", ("w", "W")),
            Step(
                "logits-are-logs",
                forall(k, i)(w(k, i), "=", log(P(k, i)) - mean),
                "combine",
                ("logits", "left-factor", "right-factor", "rank", "positive"),
                {
                    "logits": Integer(1),
                    "left-factor": (right, c),
                    "right-factor": (F(i, c), c),
                    "rank": Integer(-1),
                },
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
