r"""Claim C7: the risk of a chain exceeds the least risk by a Kullback-Leibler divergence.

The support holds M prompts with the query a, prompt x with the weight mu(x); the next token is
drawn from the chain P, and p(x, i) is its law (theory.identifiability).  A chain R has the loss

    lossR(x, i) = log sum_o N(x, o) R(a, o) - log R(a, i):

minus the logarithm of its law, up to log N(x, i), which no chain changes.  Its risk is the mean
loss.  The ratio of the two laws is defined for every token, also for one that x does not hold,

    ratio(x, i) = P(a, i) sum_o N(x, o) R(a, o) / (R(a, i) sum_o N(x, o) P(a, o)),
    KL(x) = sum_i p(x, i) log ratio(x, i),

where an absent token has weight 0.  Let t = -log ratio, so that p exp(t) is the law of R.  As
exp(t) >= 1 + t and both laws sum to one,

    KL(x) = sum_i p(x, i) excess(x, i),        excess = exp(t) - 1 - t >= 0.

Where KL(x) = 0 every term is 0, so exp(t) = 1 + t at each token that x holds, t = 0, and the laws
agree.  That a token is held is 1 - delta(N(x, i), 0), at most N(x, i).
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.identifiability import BOTH, COUNTS, KEY, KEYS, QUERY, SAME, SCALED
from theory.identifiability import VISIBLE, N, R, a, component_scaled_same_laws
from theory.identifiability import connected_unique, law, visible
from theory.notation import M, forall, i, j, total, xi

__all__ = [
    "KL",
    "divergence_not_negative",
    "gap_is_divergence",
    "least_risk",
    "losses",
    "mu",
    "p",
    "ratio",
    "risk",
    "same_laws_same_risk",
    "same_risk_same_laws",
    "second_minimiser",
    "unique_minimiser",
]

delta = KroneckerDelta
ONE = Integer(1)
chi = Symbol("chi", integer=True)  # a second prompt, 1..M
p, mu, ratio, KL, excess = map(Function, ("p", "mu", "ratio", "KL", "excess"))
losses = {chain: Function(f"loss{chain}") for chain in (P, R)}


def risk(chain: Any) -> Expr:
    """The mean loss of a chain: sum_x mu(x) sum_i p(x, i) loss(x, i)."""
    return total(mu(xi) * p(xi, i) * losses[chain](xi, i), xi, i)


LAW = Definition("p", forall(xi, i)(p(xi, i), "=", law(P)))
LOSSES = tuple(
    Definition(
        f"loss{chain}", forall(xi, i)(loss(xi, i), "=", log(visible(chain)) - log(chain(a, i)))
    )
    for chain, loss in losses.items()
)
RATIO = Definition(
    "ratio",
    forall(xi, i)(ratio(xi, i), "=", P(a, i) * visible(R) / (R(a, i) * visible(P))),
)
DIVERGENCE = Definition("KL", forall(xi)(KL(xi), "=", total(law(P) * log(ratio(xi, i)), i)))
EXCESS = Definition(
    "excess", forall(xi, i)(excess(xi, i), "=", 1 / ratio(xi, i) - 1 + log(ratio(xi, i)))
)

PROMPTED = (QUERY, COUNTS, KEYS, KEY, *BOTH)
DEFINED = (LAW, *LOSSES, RATIO, DIVERGENCE)
SUPPORT = Assumption("support", "every prompt has a positive weight", forall(xi)(mu(xi), ">", 0))
NULL = Assumption("null", "R has the risk of P", forall()(risk(R), "=", risk(P)))
COUNTED = Assumption(
    "counted",
    "a count is 0 or at least 1",
    forall(xi, i)(N(xi, i), ">=", 1 - delta(N(xi, i), 0)),
)

SIGNS = ("P-positive", "R-positive", "P-visible", "R-visible", "query")
RATIO_POSITIVE = Step(
    "ratio-positive", forall(xi, i)(ratio(xi, i), ">", 0), "sign", ("ratio", *SIGNS)
)
GAP = forall()(risk(R) - risk(P), "=", total(mu(xi) * KL(xi), xi))


def gap_is_divergence() -> Theorem:
    """C7: the risk of R exceeds that of P by the mean of KL."""
    logs = log(P(a, i)) + log(visible(R)) - log(R(a, i)) - log(visible(P))
    return Theorem(
        "risk-gap-is-kl",
        GAP,
        PROMPTED,
        DEFINED,
        (
            *VISIBLE,
            RATIO_POSITIVE,
            Step(
                "product",
                forall(xi, i)(exp(log(ratio(xi, i))), "=", exp(logs)),
                "sums",
                ("ratio", "R-positive", "P-visible", "query"),
            ),
            Step(
                "log-ratio",
                forall(xi, i)(log(ratio(xi, i)), "=", logs),
                "logarithm",
                ("product", "ratio-positive", *SIGNS),
            ),
            Step(
                "gap",
                GAP,
                "combine",
                ("log-ratio", "p", "lossP", "lossR", "KL", "ratio-positive", *SIGNS),
                {"log-ratio": (-mu(xi) * p(xi, i), xi, i)},
            ),
        ),
    )


EXCESS_STEPS = (
    RATIO_POSITIVE,
    Step(
        "tangent",
        forall(xi, i)(1 / ratio(xi, i), ">=", 1 - log(ratio(xi, i))),
        "tangent",
        ("ratio-positive",),
        {"at": -log(ratio(xi, i))},
    ),
    Step(
        "excess-not-negative",
        forall(xi, i)(excess(xi, i), ">=", 0),
        "combine",
        ("tangent", "excess", "ratio-positive"),
        {"tangent": ONE},
    ),
    Step(
        "mean-excess",
        forall(xi)(KL(xi), "=", total(law(P) * excess(xi, i), i)),
        "sums",
        ("KL", "excess", "ratio", *SIGNS),
    ),
)


def divergence_not_negative() -> Theorem:
    """C7: KL(x) >= 0."""
    not_negative = forall(xi)(KL(xi), ">=", 0)
    return Theorem(
        "risk-gap-is-kl/divergence",
        not_negative,
        PROMPTED,
        (RATIO, DIVERGENCE, EXCESS),
        (
            *VISIBLE,
            *EXCESS_STEPS,
            Step(
                "not-negative",
                not_negative,
                "combine",
                (
                    "excess-not-negative",
                    "mean-excess",
                    "counts",
                    "P-positive",
                    "P-visible",
                    "query",
                ),
                {"mean-excess": ONE, "excess-not-negative": (law(P), i)},
            ),
        ),
    )


def _cite(name: str, theorem: Theorem, known: tuple[str, ...] = SIGNS[2:4]) -> Step:
    """What another theorem says of the same names; ``known`` keeps its definitions defined."""
    uses = (*theorem.given, *known)
    return Step(name, theorem.conclusion, "cite", uses, {"theorem": theorem})


DIVERGENCE_ZERO = Step(
    "divergence-zero",
    forall(xi)(KL(xi), "=", 0),
    "squeeze",
    ("divergence", "divergence-at-most"),
)


def least_risk() -> Theorem:
    """C7: no chain has a smaller risk than P."""
    least = forall()(risk(R) - risk(P), ">=", 0)
    return Theorem(
        "risk-gap-is-kl/least",
        least,
        (*PROMPTED, Assumption("weights", "no weight is negative", forall(xi)(mu(xi), ">=", 0))),
        (*DEFINED, EXCESS),
        (
            *VISIBLE,
            _cite("gap", gap_is_divergence()),
            _cite("divergence", divergence_not_negative()),
            Step(
                "least",
                least,
                "combine",
                ("gap", "divergence", "weights"),
                {"gap": ONE, "divergence": (mu(xi), xi)},
            ),
        ),
    )


def same_laws_same_risk() -> Theorem:
    """C7: a chain with the laws of P has its risk."""
    return Theorem(
        "risk-gap-is-kl/same-laws",
        NULL.judgement,
        (*PROMPTED, SAME),
        (*DEFINED, EXCESS),
        (
            *VISIBLE,
            _cite("gap", gap_is_divergence()),
            _cite("divergence", divergence_not_negative()),
            RATIO_POSITIVE,
            Step(
                "tangent",
                forall(xi, i)(ratio(xi, i), ">=", 1 + log(ratio(xi, i))),
                "tangent",
                ("ratio-positive",),
                {"at": log(ratio(xi, i))},
            ),
            Step(
                "divergence-at-most",
                forall(xi)(0, ">=", KL(xi)),
                "combine",
                ("tangent", "same-laws", "KL", "counts", "ratio", *SIGNS),
                {"tangent": (law(P), i), "same-laws": (-ratio(xi, i), i)},
            ),
            DIVERGENCE_ZERO,
            Step(
                "same-risk",
                NULL.judgement,
                "combine",
                ("gap", "divergence-zero"),
                {"gap": ONE, "divergence-zero": (mu(xi), xi)},
            ),
        ),
    )


HELD = 1 - delta(N(xi, i), 0)
COUNTS_STEPS = (
    Step("held", forall(xi, i)(HELD**2, ">=", 0), "sign"),
    Step("counts", COUNTS.judgement, "combine", ("counted", "held"), {"counted": ONE, "held": ONE}),
)


def same_risk_same_laws() -> Theorem:
    """C7: a chain with the risk of P has its laws on the support."""
    t = -log(ratio(xi, i))
    elsewhere = Sum((1 - delta(chi, xi)) ** 2 * mu(chi) * KL(chi), (chi, 1, M))
    others = total((1 - delta(j, i)) ** 2 * law(P).subs(i, j) * excess(xi, j), j)
    return Theorem(
        "risk-gap-is-kl/same-risk",
        SAME.judgement,
        (QUERY, COUNTED, KEYS, KEY, *BOTH, SUPPORT, NULL),
        (*DEFINED, EXCESS),
        (
            *COUNTS_STEPS,
            *VISIBLE,
            _cite("gap", gap_is_divergence()),
            _cite("divergence", divergence_not_negative()),
            Step(
                "other-prompts", forall(xi)(elsewhere, ">=", 0), "sign", ("divergence", "support")
            ),
            Step(
                "divergence-at-most",
                forall(xi)(0, ">=", KL(xi)),
                "combine",
                ("other-prompts", "gap", "null", "support"),
                {"other-prompts": 1 / mu(xi), "gap": 1 / mu(xi), "null": -1 / mu(xi)},
            ),
            DIVERGENCE_ZERO,
            *EXCESS_STEPS,
            Step(
                "other-tokens",
                forall(xi, i)(others, ">=", 0),
                "sign",
                ("excess-not-negative", "counts", "P-positive", "P-visible", "query"),
            ),
            Step(
                "term-at-most",
                forall(xi, i)(0, ">=", law(P) * excess(xi, i)),
                "combine",
                ("other-tokens", "mean-excess", "divergence-zero", "P-visible"),
                {"other-tokens": ONE, "mean-excess": ONE, "divergence-zero": -ONE},
            ),
            Step(
                "held-at-most",
                forall(xi, i)(0, ">=", HELD * excess(xi, i)),
                "combine",
                (
                    "counted",
                    "term-at-most",
                    "excess-not-negative",
                    "P-positive",
                    "P-visible",
                    "query",
                ),
                {"counted": excess(xi, i), "term-at-most": visible(P) / P(a, i)},
            ),
            Step(
                "held-at-least",
                forall(xi, i)(HELD**2 * excess(xi, i), ">=", 0),
                "sign",
                ("excess-not-negative",),
            ),
            Step(
                "held-excess",
                forall(xi, i)(HELD * excess(xi, i), "=", 0),
                "squeeze",
                ("held-at-least", "held-at-most"),
            ),
            Step(
                "absent-or-held",
                forall(xi, i)(delta(N(xi, i), 0) * (delta(N(xi, i), 0) - 1), "=", 0),
                "sums",
            ),
            Step(
                "where-held",
                forall(xi, i)(exp(HELD * t), "=", 1 + HELD * (exp(t) - 1)),
                "binary",
                ("absent-or-held", "ratio-positive"),
                {"term": delta(N(xi, i), 0)},
            ),
            Step(
                "touching",
                forall(xi, i)(exp(HELD * t), "=", 1 + HELD * t),
                "combine",
                ("where-held", "held-excess", "excess", "ratio-positive"),
                {"where-held": ONE, "held-excess": ONE},
            ),
            Step(
                "log-ratio-zero",
                forall(xi, i)(HELD * t, "=", 0),
                "tangent",
                ("touching", "ratio-positive"),
            ),
            Step(
                "ratio-one",
                forall(xi, i)(exp(HELD * t), "=", 1),
                "exponential",
                ("log-ratio-zero", "ratio-positive"),
            ),
            Step(
                "same-laws",
                SAME.judgement,
                "combine",
                ("ratio-one", "where-held", "ratio", *SIGNS[1:]),
                {"ratio-one": -law(P), "where-held": law(P)},
            ),
        ),
    )


def unique_minimiser() -> Theorem:
    """C7: if a path joins every two tokens, P is the only minimiser whose row sums to one."""
    unique, same = connected_unique(), same_risk_same_laws()
    given = {fact.name: fact for fact in (*same.assumptions, *unique.assumptions)}
    return Theorem(
        "risk-gap-is-kl/unique",
        unique.conclusion,
        tuple(fact for name, fact in given.items() if name not in ("counts", "same-laws")),
        same.definitions,
        (
            *COUNTS_STEPS,
            *VISIBLE,
            _cite("same-laws", same),
            _cite("unique", unique, ()),
        ),
    )


def second_minimiser() -> Theorem:
    """C7: what is not joined can be scaled: another chain with the risk of P."""
    scaled, same = component_scaled_same_laws(), same_laws_same_risk()
    return Theorem(
        "risk-gap-is-kl/second",
        NULL.judgement,
        scaled.assumptions,
        (SCALED, *same.definitions),
        (
            Step("R-positive", BOTH[1].judgement, "sign", ("R", "P-positive", "mark")),
            *VISIBLE,
            _cite("same-laws", scaled, ()),
            _cite("same-risk", same),
        ),
    )
