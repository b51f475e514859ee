r"""Claims A1, A2, A8: self-attention samples from a context-conditioned Markov chain.

The layer of :mod:`theory.attention` gives p(k) = n(k) P(a, k) / sum_j n(j) P(a, j): position
sums of a function of the token at that position regroup by tokens, sum_l g(x_l) = sum_j n(j) g(j),
and the partition function cancels.  Hence only the counts and the last token matter.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp

from theory.attention import READOUT, TOKENS, C, E, P, W, attention, counts, law, logits, n, p
from theory.attention import realised, s, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import K, L, N, forall, h, hh, j, k, l, ll, member, total, u

__all__ = [
    "READ_OUT",
    "TOKENS_Z",
    "a",
    "attention_is_ccmc",
    "cross_attention",
    "delta",
    "nz",
    "permutation_invariance",
    "prompt_sufficiency",
    "pz",
    "sz",
    "z",
]

delta = KroneckerDelta
a = Symbol("a", integer=True)  # a query that is not among the keys


READ_OUT = (
    Step(
        "readout-at-token",
        forall(k, l)(total(C(k, u) * E(x(l), u), u), "=", delta(k, x(l))),
        "instance",
        ("readout", "tokens"),
        {j: x(l)},
    ),
    Step(
        "regrouped",
        forall(k)(p(k), "=", total(s(l) * total(C(k, u) * E(x(l), u), u), l)),
        "sums",
        ("p",),
    ),
    Step(
        "attention-on-token",
        forall(k)(p(k), "=", total(s(l) * delta(k, x(l)), l)),
        "combine",
        ("regrouped", "readout-at-token"),
        {"regrouped": Integer(1), "readout-at-token": (s(l), l)},
    ),
)
"""p(k) = sum_l s(l) delta(k, x_l): the readout tells which token each position holds."""


def _ccmc(name: str, query: Expr, extra: tuple[Assumption, ...] = ()) -> Theorem:
    """p(k) = n_k P(a, k) / sum_j n_j P(a, j) under the query a."""
    weights = total(exp(w(query, x(l))), l)  # partition function over positions
    chain = total(exp(w(query, j)), j)  # partition function over tokens
    visible = total(n(j) * P(query, j), j)
    ccmc = n(k) * P(query, k) / visible
    tokens = ("tokens", *(a.name for a in extra))
    query_is_token = tokens[-1]
    return Theorem(
        name,
        forall(k)(p(k), "=", ccmc),
        (READOUT, TOKENS, *extra),
        (counts(), logits(), attention(query), law(), realised()),
        (
            *READ_OUT,
            Step(
                "counted",
                forall(k)(total(s(l) * delta(k, x(l)), l), "=", n(k) * exp(w(query, k)) / weights),
                "sums",
                ("s", "n", "w", *tokens),
            ),
            Step(
                "partition",
                forall()(visible, "=", weights / chain),
                "sums",
                ("n", "P", *tokens),
            ),
            Step("partition-positive", forall()(weights / chain, ">", 0), "sign"),
            Step(
                "visible-positive",
                forall()(visible, ">", 0),
                "combine",
                ("partition", "partition-positive"),
                {"partition": Integer(1), "partition-positive": Integer(1)},
            ),
            Step(
                "ccmc",
                forall(k)(p(k), "=", ccmc),
                "combine",
                (
                    "attention-on-token",
                    "counted",
                    "partition",
                    "visible-positive",
                    "P",
                    query_is_token,
                ),
                {
                    "attention-on-token": Integer(1),
                    "counted": Integer(1),
                    "partition": n(k) * exp(w(query, k)) / (weights * visible),
                },
            ),
        ),
    )


def attention_is_ccmc() -> Theorem:
    """A1: the query is the last token of the prompt."""
    return _ccmc("attention-is-ccmc", x(L))


def cross_attention() -> Theorem:
    """A8: the query a is not among the keys."""
    query = Assumption("query", "the query is one of the K tokens", member(a, 1, K))
    return _ccmc("cross-attention", a, (query,))


# A2: the prompt matters only through its counts and its last token.

z, nz, sz, pz = (Function(name) for name in ("z", "nz", "sz", "pz"))  # a second prompt
TOKENS_Z = Assumption("tokens-z", "every z_l is one of the K tokens", member(z(ll), 1, K, ll))


def _law_by_counts(
    name: str, p: Any, s: Any, n: Any, x: Any, length: Symbol, at: Symbol
) -> list[Step]:
    """Steps ``name``: p(k) in terms of the counts and the last token."""
    last = x(length)
    weight = total(exp(w(last, x(at))), at)
    partition = total(n(j) * exp(w(last, j)), j)
    mean = total(n(j) * exp(w(last, j)) * total(C(k, u) * E(j, u), u), j) / partition
    tokens = "tokens" if x == globals()["x"] else "tokens-z"
    return [
        Step(f"{name}-partition", forall()(partition, "=", weight), "sums", (str(n), tokens)),
        Step(f"{name}-weight-positive", forall()(weight, ">", 0), "sign"),
        Step(
            f"{name}-partition-positive",
            forall()(partition, ">", 0),
            "combine",
            (f"{name}-partition", f"{name}-weight-positive"),
            {f"{name}-partition": Integer(1), f"{name}-weight-positive": Integer(1)},
        ),
        Step(
            name,
            forall(k)(p(k), "=", mean),
            "sums",
            (str(p), str(s), str(n), "w", tokens, f"{name}-partition-positive"),
        ),
    ]


def prompt_sufficiency() -> Theorem:
    """A2: equal counts and equal last tokens give equal laws; the readout may be anything."""
    return Theorem(
        "prompt-sufficiency",
        forall(k)(p(k), "=", pz(k)),
        (
            TOKENS,
            TOKENS_Z,
            Assumption("same-counts", "the prompts have equal counts", forall(k)(n(k), "=", nz(k))),
            Assumption("same-last", "the prompts end in the same token", forall()(x(L), "=", z(N))),
        ),
        (
            logits(),
            counts(),
            attention(x(L)),
            law(),
            counts(nz, z, ll),
            attention(z(N), sz, z, W, (ll, hh)),
            law(pz, sz, z, ll),
        ),
        (
            *_law_by_counts("first", p, s, n, x, L, l),
            *_law_by_counts("second", pz, sz, nz, z, N, ll),
            Step(
                "same-law",
                forall(k)(p(k), "=", pz(k)),
                "combine",
                ("first", "second", "same-counts", "same-last"),
                {"first": Integer(1), "second": Integer(-1)},
            ),
        ),
    )


def permutation_invariance() -> Theorem:
    """A2: permuting all but the last token changes nothing."""
    pi = Function("pi")  # a permutation of the positions
    whole = prompt_sufficiency()
    permuted = Definition("z", forall(l)(z(l), "=", x(pi(l))))
    return Theorem(
        "prompt-sufficiency/permutation",
        forall(k)(p(k), "=", pz(k)),
        (
            TOKENS,
            Assumption("positions", "pi maps positions to positions", member(pi(l), 1, L, l)),
            Assumption(
                "bijection",
                "pi hits every position exactly once",
                forall(h)(total(delta(h, pi(l)), l), "=", 1),
            ),
            Assumption("last-stays", "pi leaves the last position alone", forall()(pi(L), "=", L)),
        ),
        (
            logits(),
            counts(),
            attention(x(L)),
            law(),
            permuted,
            counts(nz, z),
            attention(z(L), sz, z),
            law(pz, sz, z),
        ),
        (
            Step(
                "counts-by-positions",
                forall(k)(nz(k), "=", total(delta(k, x(h)) * total(delta(h, pi(l)), l), h)),
                "sums",
                ("nz", "z", "positions"),
            ),
            Step(
                "same-counts",
                forall(k)(n(k), "=", nz(k)),
                "combine",
                ("counts-by-positions", "bijection", "n"),
                {"counts-by-positions": Integer(-1), "bijection": (-delta(k, x(h)), h)},
            ),
            Step("same-last", forall()(x(L), "=", z(L)), "sums", ("z", "last-stays")),
            Step(
                "permuted-tokens",
                member(z(l), 1, K, l),
                "instance",
                ("tokens", "positions", "z"),
                {l: pi(l)},
            ),
            Step(
                "same-law",
                forall(k)(p(k), "=", pz(k)),
                "cite",
                (
                    "tokens",
                    "permuted-tokens",
                    "same-counts",
                    "same-last",
                    "w",
                    "n",
                    "s",
                    "p",
                    "nz",
                    "sz",
                    "pz",
                ),
                {"theorem": whole, N: L},
            ),
        ),
    )
