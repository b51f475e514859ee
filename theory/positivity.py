r"""Claim A5: finite weights realise only positive chains; a zero is a limit.

Where P(k, i) / P(k, j) is small, |W| is at least of the order of its logarithm (Cauchy and
Schwarz); with log eps in the place of log 0 the weights of A4 realise a chain within eps K of P.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log

from theory.attention import E, P, W, logits, w
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import K, d, forall, i, j, k, m, o, total, u, v
from theory.weights import GRAM, INVERSE, REALISES, ROWS, SANDWICH, WEIGHTS, H, Lam
from theory.weights import inverse_sandwich

__all__ = [
    "BINARY",
    "LOGS_EPS",
    "NEAR",
    "SMALL",
    "SUPPORT",
    "WITH_ZEROS",
    "ZEROS",
    "Q",
    "eps",
    "log_ratio",
    "near_chain_is_near",
    "near_chain_realised",
    "positivity_needed",
    "weights_grow_with_log",
    "zero",
    "zero_is_binary",
    "zeros_cost_norm",
]

delta = KroneckerDelta

# A5: finite weights give positive chains; zeros are limits.


def positivity_needed() -> Theorem:
    """A5: what finite weights realise is positive."""
    chain = exp(w(k, i)) / total(exp(w(k, j)), j)
    positive = forall(k, i)(P(k, i), ">", 0)
    return Theorem(
        "positivity-needed",
        positive,
        (REALISES,),
        (),
        (
            Step("softmax-positive", forall(k, i)(chain, ">", 0), "sign"),
            Step(
                "positive",
                positive,
                "combine",
                ("realises", "softmax-positive"),
                {"realises": Integer(-1), "softmax-positive": Integer(1)},
            ),
        ),
    )


def log_ratio() -> tuple[Step, ...]:
    """w(k, i) - w(k, j) = log P(k, i) - log P(k, j), from ``realises``."""
    partition = total(exp(w(k, o)), o)
    return (
        Step(
            "positive",
            forall(k, i)(P(k, i), ">", 0),
            "cite",
            ("realises",),
            {"theorem": positivity_needed()},
        ),
        Step(
            "product",
            forall(k, i)(exp(w(k, i)), "=", exp(log(P(k, i)) + log(partition))),
            "combine",
            ("realises",),
            {"realises": partition},
        ),
        Step(
            "logits-i",
            forall(k, i)(w(k, i), "=", log(P(k, i)) + log(partition)),
            "logarithm",
            ("product", "positive"),
        ),
        Step(
            "logits-j",
            forall(k, j)(w(k, j), "=", log(P(k, j)) + log(partition)),
            "instance",
            ("logits-i", "positive"),
            {i: j},
        ),
        Step(
            "log-ratio",
            forall(k, i, j)(w(k, i) - w(k, j), "=", log(P(k, i)) - log(P(k, j))),
            "combine",
            ("logits-i", "logits-j", "positive"),
            {"logits-i": Integer(1), "logits-j": Integer(-1)},
        ),
    )


def zeros_cost_norm() -> Theorem:
    """A5: |W|^2 |(e_i - e_j) e_k^T|^2 >= (log P(k, i) / P(k, j))^2, by Cauchy and Schwarz."""
    mm, oo = Symbol("um", integer=True), Symbol("vm", integer=True)
    direction = (E(i, u) - E(j, u)) * E(k, v)
    ratio = log(P(k, i)) - log(P(k, j))
    inner = total(W(u, v) * direction, u, v)
    norms = total(W(u, v) ** 2, u, v) * total(direction**2, u, v)
    elsewhere = {u: mm, v: oo}
    cross = W(u, v) * direction.xreplace(elsewhere) - W(mm, oo) * direction
    lagrange = total(Sum(cross**2, (mm, 1, d), (oo, 1, d)), u, v) / 2
    bound = forall(k, i, j)(norms, ">=", ratio**2)
    return Theorem(
        "positivity-needed/rate",
        bound,
        (REALISES,),
        (logits(),),
        (
            *log_ratio(),
            Step(
                "inner-product",
                forall(k, i, j)(inner, "=", ratio),
                "combine",
                ("log-ratio", "w", "positive"),
                {"log-ratio": Integer(1)},
            ),
            Step("squares", forall(k, i, j)(lagrange, ">=", 0), "sign"),
            Step(
                "rate",
                bound,
                "combine",
                ("squares", "inner-product", "positive"),
                {"squares": Integer(1), "inner-product": inner + ratio},
            ),
        ),
    )


Q, zero = Function("Q"), Function("zero")
eps = Symbol("eps")
BINARY = Assumption(
    "binary",
    "zero(k, i) is 1 where P(k, i) vanishes and 0 elsewhere",
    forall(k, i)(zero(k, i) * (zero(k, i) - 1), "=", 0),
)
SUPPORT = Assumption("support", "Q is positive", forall(k, i)(Q(k, i), ">", 0))
SMALL = Assumption("small", "eps is positive", forall()(eps, ">", 0))
WITH_ZEROS = Definition("P", forall(k, i)(P(k, i), "=", (1 - zero(k, i)) * Q(k, i)))
LOGS_EPS = Definition(
    "Lam",
    forall(i, k)(Lam(i, k), "=", (1 - zero(k, i)) * log(Q(k, i)) + zero(k, i) * log(eps)),
)
ZEROS = total(zero(k, j), j)
NEAR = (P(k, i) + eps * zero(k, i)) / (1 + eps * ZEROS)
"""A chain with zeros, and the positive chain that is eps-near to it."""


def zero_is_binary() -> tuple[Step, ...]:
    """That zero >= 0, from zero = zero^2, and what it gives: 1 + eps sum_j zero > 0."""
    return (
        Step("zero-square", forall(k, i)(zero(k, i) ** 2, ">=", 0), "sign"),
        Step(
            "zero-nonnegative",
            forall(k, i)(zero(k, i), ">=", 0),
            "combine",
            ("binary", "zero-square"),
            {"binary": Integer(-1), "zero-square": Integer(1)},
        ),
        Step(
            "norm-positive",
            forall(k)(1 + eps * ZEROS, ">", 0),
            "sign",
            ("zero-nonnegative", "small"),
        ),
    )


def near_chain_realised() -> Theorem:
    """A5: W = E^T A E with log eps in the place of log 0 realises the near chain."""
    partition = total(exp(w(k, j)), j)
    realises = forall(k, i)(exp(w(k, i)) / partition, "=", NEAR)
    return Theorem(
        "positivity-needed/near-chain",
        realises,
        (INVERSE, BINARY, SUPPORT, SMALL, ROWS),
        (GRAM, WITH_ZEROS, LOGS_EPS, SANDWICH, WEIGHTS, logits()),
        (
            *zero_is_binary(),
            *inverse_sandwich(),
            Step(
                "logits-are-logs",
                forall(k, i)(w(k, i), "=", Lam(i, k)),
                "combine",
                ("logits", "sandwich"),
                {"logits": Integer(1), "sandwich": Integer(1)},
            ),
            Step(
                "weights",
                forall(k, i)(exp(w(k, i)), "=", P(k, i) + eps * zero(k, i)),
                "binary",
                ("binary", "logits-are-logs", "Lam", "P", "support", "small"),
                {"term": zero(k, i)},
            ),
            Step(
                "weights-j",
                forall(k, j)(exp(w(k, j)), "=", P(k, j) + eps * zero(k, j)),
                "instance",
                ("weights",),
                {i: j},
            ),
            Step(
                "realises",
                realises,
                "combine",
                ("weights", "weights-j", "rows", "norm-positive"),
                {
                    "weights": 1 / partition,
                    "weights-j": (-NEAR / partition, j),
                    "rows": -NEAR / partition,
                },
            ),
        ),
    )


def near_chain_is_near() -> Theorem:
    """A5: the near chain is within eps K of P, entry by entry."""
    near = NEAR - P(k, i)
    norm = 1 + eps * ZEROS
    others = total(P(k, j) * (1 - delta(i, j)) ** 2, j)
    clear = total(1 - zero(k, j), j)
    above = eps * (K - zero(k, i)) / norm + eps * (eps * K + P(k, i)) * ZEROS / norm
    below = eps * (clear + (1 - P(k, i)) * ZEROS + eps * K * ZEROS + zero(k, i)) / norm
    bound = forall(k, i)((eps * K) ** 2, ">=", near**2)
    return Theorem(
        "positivity-needed/limit",
        bound,
        (BINARY, SUPPORT, SMALL, ROWS),
        (WITH_ZEROS,),
        (
            *zero_is_binary(),
            Step("clear-square", forall(k, i)((1 - zero(k, i)) ** 2, ">=", 0), "sign"),
            Step(
                "clear",
                forall(k, i)(1 - zero(k, i), ">=", 0),
                "combine",
                ("binary", "clear-square"),
                {"binary": Integer(-1), "clear-square": Integer(1)},
            ),
            Step("one-token", forall()(K - 1, ">=", 0), "sign"),
            Step(
                "clear-K",
                forall(k, i)(K - zero(k, i), ">=", 0),
                "combine",
                ("clear", "one-token"),
                {"clear": Integer(1), "one-token": Integer(1)},
            ),
            Step(
                "clear-j",
                forall(k, j)(1 - zero(k, j), ">=", 0),
                "instance",
                ("clear",),
                {i: j},
            ),
            Step(
                "P-nonnegative", forall(k, i)(P(k, i), ">=", 0), "sign", ("P", "clear", "support")
            ),
            Step("others", forall(k, i)(others, ">=", 0), "sign", ("P-nonnegative",)),
            Step(
                "at-most-one",
                forall(k, i)(1 - P(k, i), ">=", 0),
                "combine",
                ("others", "rows"),
                {"others": Integer(1), "rows": Integer(-1)},
            ),
            Step(
                "above-sign",
                forall(k, i)(above, ">=", 0),
                "sign",
                ("small", "clear-K", "zero-nonnegative", "P-nonnegative"),
            ),
            Step(
                "above",
                forall(k, i)(eps * K - near, ">=", 0),
                "combine",
                ("above-sign", "norm-positive"),
                {"above-sign": Integer(1)},
            ),
            Step(
                "below-sign",
                forall(k, i)(below, ">=", 0),
                "sign",
                ("small", "clear-j", "at-most-one", "zero-nonnegative"),
            ),
            Step(
                "below",
                forall(k, i)(eps * K + near, ">=", 0),
                "combine",
                ("below-sign", "norm-positive"),
                {"below-sign": Integer(1)},
            ),
            Step(
                "limit",
                bound,
                "combine",
                ("above", "below", "norm-positive"),
                {"above": eps * K + near},
            ),
        ),
    )


def weights_grow_with_log() -> Theorem:
    """A5: the weights of the near chain are linear in log eps."""

    def sandwich(inner: Expr) -> Expr:
        body = E(m, u) * H(m, i) * inner * H(j, o) * E(o, v)
        return total(body, m, o, i, j)

    linear = sandwich((1 - zero(j, i)) * log(Q(j, i))) + log(eps) * sandwich(zero(j, i))
    grows = forall(u, v)(W(u, v), "=", linear)
    return Theorem(
        "positivity-needed/growth",
        grows,
        (SUPPORT, SMALL),
        (LOGS_EPS, SANDWICH, WEIGHTS),
        (Step("linear", grows, "sums", ("W", "A", "Lam", "support", "small")),),
    )
