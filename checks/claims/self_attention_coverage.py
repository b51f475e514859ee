"""C5: in self-attention coverage is enough, and needed."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE


@claim(
    id="self-attention-coverage",
    label="C5",
    title="In self-attention a row is identifiable exactly if its prompts show every token",
    statement=(
        r"In self-attention every prompt of the support holds its query $a$. If each token stands "
        r"in one of these prompts, row $a$ of a positive chain is the only one with its laws. A "
        r"token $b$ in none of them is a component of its own ($f_i = \delta_{ib}$ is constant on "
        r"edges), and then C4 has a second chain with the same laws."
    ),
    source=COVERAGE,
    mark="all",
    beyond=True,
)
def self_attention_coverage() -> Body:
    """Uniqueness by the ratio to the query; the hidden token is what C4 asks of f."""
    from hypothesis import strategies as st

    from checks.claims.connected_iff_identifiable import COUNTED, SIGN, STRUCTURE
    from checks.strategies import chain, prompt
    from numeric.instance import Instance
    from theory import coverage
    from theory.attention import P
    from theory.identifiability import N, R, a, f
    from theory.notation import forall, i, j, xi

    def counted(K: int, prompts: list[tuple[int, ...]]) -> Instance:
        N = tuple(tuple(held.count(i) for i in range(K)) for held in prompts)
        return Instance(K=K, M=len(prompts), N=N)

    @st.composite
    def covered(draw: st.DrawFn, K: int) -> Instance:
        """Prompts that end in a; together they show every token."""
        a, P = draw(st.integers(0, K - 1)), draw(chain(K))
        prompts = [(*draw(prompt(K, most=2)), a), *((k, a) for k in range(K))]
        prompts = draw(st.permutations(prompts))
        shown = tuple(next(x for x, held in enumerate(prompts) if k in held) for k in range(K))
        return counted(K, prompts).replace(a=a, P=P, R=P, shown=shown)

    @st.composite
    def hiding(draw: st.DrawFn, K: int) -> Instance:
        b = draw(st.integers(0, K - 1))
        others = st.sampled_from([k for k in range(K) if k != b])
        prompts = draw(st.lists(st.lists(others, min_size=1).map(tuple), min_size=1, max_size=3))
        return counted(K, prompts).replace(b=b)

    unique = Part(coverage.shown_tokens_unique(), covered)
    hidden = Part(coverage.hidden_token_apart(), hiding, least=2)

    P1, P2 = (("1/3", "2/3"), ("1/2", "1/2")), (("1/2", "1/2"), ("1/2", "1/2"))
    both = Instance(K=2, M=1, N=((1, 1),), a=0, P=P1, R=P1, shown=(0, 0))
    apart = both.replace(M=2, N=((1, 0), (0, 1)), R=P2, shown=(0, 1))
    blind = both.replace(N=((1, 0),), R=P2)
    double = (("2/3", "4/3"), ("1/2", "1/2"))
    alone = Instance(K=2, M=1, N=((1, 0),), b=1)
    opposite = N(xi, i) * (f(i) - f(j)) - N(xi, i) * f(i)
    return Body(
        parts=(unique, hidden),
        witnesses=(
            Unwitnessed(unique.name, "query", STRUCTURE),
            Unwitnessed(unique.name, "counts", COUNTED),
            Witness(unique.name, "self", apart),
            Unwitnessed(unique.name, "P-positive", SIGN),
            Unwitnessed(unique.name, "R-positive", SIGN),
            Witness(unique.name, "P-row", both.replace(P=double)),
            Witness(unique.name, "R-row", both.replace(R=double)),
            Witness(unique.name, "same-laws", both.replace(R=P2)),
            Unwitnessed(unique.name, "shown-prompt", STRUCTURE),
            Witness(unique.name, "shown", blind),
            Witness(hidden.name, "hidden", alone.replace(N=((1, 1),))),
        ),
        twins=(
            Twin(unique.name, "twice the row", forall(j)(P(a, j), "=", 2 * R(a, j)), both),
            Twin(hidden.name, "one count only", forall(xi, i, j)(opposite, "=", 1), alone),
        ),
    )
