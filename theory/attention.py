r"""The self-attention layer, from its definition.

A prompt x_1 ... x_L of tokens in 1..K is embedded by the rows e_k of E (K x d).
The last token a = x_L is the query.  With weights W (d x d, key on the left)

    s(l)    = softmax_l e_{x_l}^T W e_a       attention that position l receives
    p(k)    = c_k^T sum_l s(l) e_{x_l}        next-token law, by the readout C (K x d)

The base chain that W realises is P(a, k) = softmax_k w(a, k), w(a, k) = e_k^T W e_a, and
n(k) counts token k in the prompt.
A layer may read another prompt or carry other weights: the builders take their names.
"""

from typing import Any

from sympy import Expr, Function, KroneckerDelta, Symbol, exp

from theory.derivation import Assumption, Definition
from theory.notation import K, forall, h, i, j, k, l, member, total, u, v

__all__ = ["READOUT", "TOKENS", "C", "E", "P", "W", "attention", "counts", "law", "logits", "n"]
__all__ += ["p", "realised", "s", "w", "x"]

E, C, W, P, w, s, p, n, x = (
    Function(name) for name in ("E", "C", "W", "P", "w", "s", "p", "n", "x")
)

READOUT = Assumption(
    "readout",
    "the readout inverts the embeddings: C E^T = I",
    forall(k, j)(total(C(k, u) * E(j, u), u), "=", KroneckerDelta(k, j)),
)
TOKENS = Assumption("tokens", "every x_l is one of the K tokens", member(x(l), 1, K, l))


def logits(w: Any = w, W: Any = W) -> Definition:
    """``w(i, k) = e_k^T W e_i``: query i, key k."""
    body = total(E(k, u) * W(u, v) * E(i, v), u, v)
    return Definition(str(w), forall(i, k)(w(i, k), "=", body))


def counts(n: Any = n, x: Any = x, l: Symbol = l) -> Definition:
    """``n(k)``: how often token k stands in the prompt."""
    return Definition(str(n), forall(k)(n(k), "=", total(KroneckerDelta(k, x(l)), l)))


def attention(
    query: Expr, s: Any = s, x: Any = x, W: Any = W, positions: tuple[Symbol, Symbol] = (l, h)
) -> Definition:
    """``s(l)``: softmax over the positions l of the scores ``e_{x_l}^T W e_query``."""
    l, h = positions
    score, other = (total(E(x(at), u) * W(u, v) * E(query, v), u, v) for at in positions)
    weight = exp(score) / total(exp(other), h)
    return Definition(str(s), forall(l)(s(l), "=", weight))


def law(p: Any = p, s: Any = s, x: Any = x, l: Symbol = l) -> Definition:
    """``p(k)``: the readout of the attended embeddings."""
    return Definition(str(p), forall(k)(p(k), "=", total(C(k, u) * total(s(l) * E(x(l), u), l), u)))


def realised(P: Any = P, w: Any = w) -> Definition:
    """``P(i, k)``: the base chain that the weights realise."""
    return Definition(str(P), forall(i, k)(P(i, k), "=", exp(w(i, k)) / total(exp(w(i, j)), j)))
