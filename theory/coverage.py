r"""Claim C5: in self-attention a row is identifiable exactly if its prompts show every token.

The query a is in its own prompts, N(x, a) > 0.  If some prompt y(j) holds token j beside it, two
chains with the same laws agree on the ratio of j and a; with every token shown they are equal.  A
token b that no prompt shows can be marked without touching any law (theory.identifiability).
"""

from sympy import Function, Integer, KroneckerDelta

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.identifiability import COUNTS, PROMPTS, QUERY, SAME, N, R, a, b, f, positive
from theory.identifiability import rows_sum, visible, visible_positive
from theory.judgement import Judgement
from theory.notation import M, forall, i, j, member, xi

__all__ = ["hidden_token_apart", "shown_tokens_unique"]

shown = Function("shown")  # a prompt that holds token j
ON_PROMPTS = Judgement(N(xi, a), ">", Integer(0), PROMPTS)
SELF = Assumption("self", "every prompt holds its query", ON_PROMPTS)
SHOWN = (
    Assumption("shown-prompt", "shown(j) is a prompt", member(shown(j), 1, M, j)),
    Assumption("shown", "prompt shown(j) holds token j", forall(j)(N(shown(j), j), ">", 0)),
)


def shown_tokens_unique() -> Theorem:
    """C5: if every token is shown, the laws determine row a."""
    at = shown(j)
    norms = {chain: visible(chain).subs(xi, at) for chain in (P, R)}
    unique = forall(j)(P(a, j), "=", R(a, j))
    held = {"j": j, "a": a}
    shares = {
        name: tuple(N(at, token) * chain(a, token) / norms[chain] for chain in (P, R))
        for name, token in held.items()
    }
    return Theorem(
        "self-attention-coverage",
        unique,
        (
            QUERY,
            COUNTS,
            SELF,
            positive(P),
            positive(R),
            rows_sum(P),
            rows_sum(R),
            SAME,
            *SHOWN,
        ),
        (),
        (
            *visible_positive(P, "P-positive", a, ("self",)),
            *visible_positive(R, "R-positive", a, ("self",)),
            *(
                Step(
                    f"{chain}-visible-shown",
                    forall(j)(norms[chain], ">", 0),
                    "instance",
                    (f"{chain}-visible", "shown-prompt"),
                    {xi: at},
                )
                for chain in (P, R)
            ),
            Step(
                "holds-a",
                forall(j)(N(at, a), ">", 0),
                "instance",
                ("self", "shown-prompt"),
                {xi: at},
            ),
            *(
                Step(
                    f"share-{name}",
                    forall(j)(shares[name][0], "=", shares[name][1]),
                    "instance",
                    (
                        "same-laws",
                        "shown-prompt",
                        "P-visible-shown",
                        "R-visible-shown",
                        *(("query",) if token == a else ()),
                    ),
                    {xi: at, i: token},
                )
                for name, token in held.items()
            ),
            Step(
                "ratio",
                forall(j)(R(a, j) * P(a, a), "=", P(a, j) * R(a, a)),
                "combine",
                ("share-a", "share-j", "shown", "holds-a"),
                {
                    "share-a": R(a, j) * norms[P] / N(at, a),
                    "share-j": -R(a, a) * norms[P] / N(at, j),
                },
            ),
            Step(
                "query-entry",
                forall()(P(a, a), "=", R(a, a)),
                "combine",
                ("ratio", "P-row", "R-row"),
                {"ratio": (Integer(1), j), "P-row": R(a, a), "R-row": -P(a, a)},
            ),
            Step(
                "unique",
                unique,
                "combine",
                ("ratio", "query-entry", "P-positive", "query"),
                {"ratio": -1 / P(a, a), "query-entry": P(a, j) / P(a, a)},
            ),
        ),
    )


def hidden_token_apart() -> Theorem:
    """C5: a token that no prompt shows is a component of its own."""
    apart = Judgement(
        N(xi, i) * N(xi, j) * (f(i) - f(j)), "=", Integer(0), forall(xi, i, j)(xi, "=", 0).forall
    )
    return Theorem(
        "self-attention-coverage/hidden",
        apart,
        (Assumption("hidden", "no prompt holds token b", forall(xi)(N(xi, b), "=", 0)),),
        (Definition("f", forall(i)(f(i), "=", KroneckerDelta(i, b))),),
        (
            Step(
                "apart",
                apart,
                "combine",
                ("hidden", "f"),
                {
                    "hidden": N(xi, j) * KroneckerDelta(i, b) - N(xi, i) * KroneckerDelta(j, b),
                },
            ),
        ),
    )
