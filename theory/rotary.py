r"""Claim B3: rotary positions do not factor into a chain and position weights.

Rotary logits depend on the distance to the query: token k at distance t has the logit
score(k, t) = e_k^T R_t W e_a, and g = exp(score).  After the prompts (b, c, a) and (c, b, a)
the layer attends to each token in proportion to its g.  If one row of a chain and weights V(1),
V(2), V(3) of the three positions explain both laws, then g(b, 2) g(c, 1) = g(b, 1) g(c, 2): up
to the factor g(a, 0) / (row(a) V(3)), which both prompts share, g is row times V.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp

from theory.attention import READOUT, C, E
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, j, k, member, total, u

__all__ = ["FIRST", "SECOND", "g", "q1", "q2", "rotary_factors_only_if", "row"]

delta = KroneckerDelta
a, b, c, t = (Symbol(name, integer=True) for name in "abct")  # the query, two tokens, a distance
score, g, q1, q2, row, V = (Function(name) for name in ("score", "g", "q1", "q2", "row", "V"))
FIRST, SECOND = ((b, 2), (c, 1), (a, 0)), ((c, 2), (b, 1), (a, 0))
"""The two prompts: their tokens with the distances to the query."""

WEIGHT = Definition(
    "g",
    Judgement(g(k, t), "=", exp(score(k, t)), ((k, Integer(1), K), (t, Integer(0), Integer(2)))),
)
POSITIVE = (
    Assumption("row-positive", "the row is positive", forall(k)(row(k), ">", 0)),
    *(
        Assumption(f"V{at}-positive", f"V({at}) is positive", forall()(V(at), ">", 0))
        for at in (1, 2, 3)
    ),
)
TOKENS = tuple(
    Assumption(f"token-{token}", f"{token} is one of the K tokens", member(token, 1, K))
    for token in (a, b, c)
)
DIFFERENT = tuple(
    Assumption(f"{s}-not-{r}", f"{s} and {r} differ", forall()(delta(s, r), "=", 0))
    for s, r in ((b, c), (a, b), (a, c))
)


def _norm(prompt: Any) -> Expr:
    return sum(g(token, distance) for token, distance in prompt)


def _mass(prompt: Any) -> Expr:
    return sum(row(token) * V(3 - distance) for token, distance in prompt)


def _law(q: Any, prompt: Any) -> Definition:
    """``q(k)``: the readout of the attended embeddings."""
    attended = sum(g(token, distance) * E(token, u) for token, distance in prompt)
    body = total(C(k, u) * attended, u) / _norm(prompt)
    return Definition(str(q), forall(k)(q(k), "=", body))


def _explained(q: Any, prompt: Any) -> Assumption:
    """The row and the position weights give the law, up to the factor that norms it."""
    seen = sum(delta(k, token) * V(3 - distance) for token, distance in prompt)
    text = ", ".join(str(token) for token, _ in prompt)
    return Assumption(
        f"explained-{q}",
        f"the row and the position weights explain the law after ({text})",
        forall(k)(q(k), "=", row(k) * seen / _mass(prompt)),
    )


def _apart(s: Symbol, r: Symbol) -> str:
    return next(d.name for d in DIFFERENT if {str(s), str(r)} == set(d.name.split("-not-")))


def _prompt_steps(q: Any, prompt: Any) -> list[Step]:
    """g(token, distance) = g(a, 0) / (row(a) V(3)) row(token) V(3 - distance) for both tokens."""
    norm, mass = _norm(prompt), _mass(prompt)
    read = sum(g(token, at) * delta(k, token) for token, at in prompt) / norm
    seen = row(k) * sum(delta(k, token) * V(3 - at) for token, at in prompt) / mass
    tokens = [token.name for token in TOKENS]
    positive = [fact.name for fact in POSITIVE]
    law = Step(
        f"{q}-law",
        forall(k)(q(k), "=", read),
        "combine",
        (*(f"readout-{token}" for token, _ in prompt), str(q), "g", *tokens),
        {f"readout-{token}": g(token, at) / norm for token, at in prompt},
    )
    same = Step(
        f"{q}-same",
        forall(k)(seen, "=", read),
        "combine",
        (f"explained-{q}", law.name, "g", *tokens, *positive),
        {f"explained-{q}": Integer(-1), law.name: Integer(1)},
    )
    steps = [law, same]
    for token, at in prompt:
        others = [(other, d) for other, d in prompt if other != token]
        at_token = {k: token}
        instance = Step(
            f"{q}-at-{token}",
            forall()(same.judgement.lhs.subs(at_token), "=", same.judgement.rhs.subs(at_token)),
            "instance",
            (same.name, "g", *tokens, *positive),
            at_token,
        )
        share = Step(
            f"{q}-share-{token}",
            forall()(row(token) * V(3 - at) / mass, "=", g(token, at) / norm),
            "combine",
            (instance.name, *(_apart(token, o) for o, _ in others), "g", *tokens, *positive),
            {instance.name: Integer(1)}
            | {_apart(token, o): g(o, d) / norm - row(token) * V(3 - d) / mass for o, d in others},
        )
        steps += [instance, share]
    for token, at in prompt[:2]:
        part = row(token) * V(3 - at)
        steps.append(
            Step(
                f"{q}-factor-{token}",
                forall()(g(token, at), "=", g(a, 0) * part / (row(a) * V(3))),
                "combine",
                (f"{q}-share-{token}", f"{q}-share-a", "token-a", "row-positive", "V3-positive"),
                {f"{q}-share-{token}": -norm, f"{q}-share-a": part * norm / (row(a) * V(3))},
            )
        )
    return steps


def rotary_factors_only_if() -> Theorem:
    """B3: laws that a row and position weights explain have g(b, 2) g(c, 1) = g(b, 1) g(c, 2)."""
    factor = g(a, 0) / (row(a) * V(3))
    equal = forall()(g(b, 2) * g(c, 1), "=", g(b, 1) * g(c, 2))
    return Theorem(
        "rotary-does-not-factor",
        equal,
        (
            READOUT,
            *TOKENS,
            *DIFFERENT,
            *POSITIVE,
            _explained(q1, FIRST),
            _explained(q2, SECOND),
        ),
        (WEIGHT, _law(q1, FIRST), _law(q2, SECOND)),
        (
            *(
                Step(
                    f"readout-{token}",
                    forall(k)(total(C(k, u) * E(token, u), u), "=", delta(k, token)),
                    "instance",
                    ("readout", f"token-{token}"),
                    {j: token},
                )
                for token in (a, b, c)
            ),
            *_prompt_steps(q1, FIRST),
            *_prompt_steps(q2, SECOND),
            Step(
                "equal-products",
                equal,
                "combine",
                (
                    *(f"{q}-factor-{token}" for q in ("q1", "q2") for token in "bc"),
                    *("token-a", "row-positive", "V3-positive"),
                ),
                {
                    "q1-factor-b": g(c, 1),
                    "q1-factor-c": factor * row(b) * V(1),
                    "q2-factor-b": -g(c, 2),
                    "q2-factor-c": -factor * row(b) * V(2),
                },
            ),
        ),
    )
