"""C4: the laws determine a row exactly if the prompts connect all tokens."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

STRUCTURE = "It only says what the name stands for: without it the statement has no meaning."
COUNTED = "Counts are never negative; this keeps the norm of a law from vanishing."
NO_KEY = "A prompt without a key has no law."
SIGN = (
    "Equal laws and one positive chain make the other positive wherever a prompt looks; with zeros "
    "in both, P = (1/3, 0, 2/3) and R = (2/3, 0, 1/3) agree on the prompts 1 2 and 2 3."
)


@claim(
    id="connected-iff-identifiable",
    label="C4",
    title="A row is identifiable exactly if the prompts connect all tokens",
    statement=(
        r"Let the prompts of a support with query $a$ join two tokens by an edge when one of them "
        r"holds both. If a path joins every two tokens, row $a$ of a positive chain is the only "
        r"one with its laws on the support. If $f \ge 0$ is constant on edges, "
        r"$R_{ai} \propto P_{ai} (1 + f_i)$ has the same laws, and it differs from $P$ when "
        r"$f$ is 1 at one token and 0 at another, as it can be when the graph is not connected."
    ),
    source=COVERAGE,
    mark="all",
)
def connected_iff_identifiable() -> Body:
    """Uniqueness by induction along paths; the second chain: its laws, its rows, its difference."""
    from hypothesis import strategies as st

    from checks.strategies import marked, support, walks
    from numeric.instance import Instance
    from theory import identifiability as theory
    from theory.attention import P
    from theory.identifiability import R, a, b, g, law
    from theory.judgement import Judgement
    from theory.notation import forall, i, total

    def connected(K: int) -> st.SearchStrategy[Instance]:
        return support(K, connected=True).map(lambda at: at.replace(R=at["P"]))

    def differing(K: int) -> st.SearchStrategy[Instance]:
        return marked(K).map(
            lambda at: at.replace(f=tuple(int(i == at["b"]) for i in range(K)), g=(at["b"] + 1) % K)
        )

    unique = Part(theory.connected_unique(), connected, walks)
    same = Part(theory.component_scaled_same_laws(), marked)
    rows = Part(theory.component_scaled_rows(), marked)
    differs = Part(theory.component_scaled_differs(), differing, least=2)

    chain, other = (("1/3", "2/3"), ("1/2", "1/2")), (("1/2", "1/2"), ("1/2", "1/2"))
    pair = Instance(K=2, M=1, N=((1, 1),), key=(0,), a=0, n=0, P=chain, R=chain)
    split = pair.replace(M=2, N=((1, 0), (0, 1)), key=(0, 1), R=other)
    double = (("2/3", "4/3"), ("1/2", "1/2"))
    second = Instance(K=2, M=2, N=((1, 0), (0, 1)), key=(0, 1), a=0, P=chain, f=(1, 0), b=0, g=1)
    vanishing = ((1, -1), ("1/2", "1/2"))
    thirds = (("1/3", "1/3", "1/3"),) * 3
    third = Instance(K=3, a=0, P=thirds, f=(1, 0, -9), b=0, g=1)
    turned = Judgement(law(P), "=", 1 - law(R), same.theorem.conclusion.forall)
    return Body(
        parts=(unique, same, rows, differs),
        witnesses=(
            *(
                Unwitnessed(unique.name, name, STRUCTURE)
                for name in ("query", "key-token", "path-token", "path-prompt")
            ),
            Unwitnessed(unique.name, "counts", COUNTED),
            Unwitnessed(unique.name, "key", NO_KEY),
            Unwitnessed(unique.name, "P-positive", SIGN),
            Unwitnessed(unique.name, "R-positive", SIGN),
            Witness(unique.name, "P-row", pair.replace(P=double)),
            Witness(unique.name, "R-row", pair.replace(R=double)),
            Witness(unique.name, "same-laws", pair.replace(R=other)),
            Witness(unique.name, "holds-next", split.replace(jump=0)),
            Witness(unique.name, "holds-here", split.replace(jump=1)),
            Unwitnessed(unique.name, "length", "A path of more than K steps leads just as far."),
            Witness(unique.name, "start", split.replace(jump=2)),
            Witness(unique.name, "end", split.replace(jump=3)),
            *(Unwitnessed(same.name, name, STRUCTURE) for name in ("query", "key-token")),
            Unwitnessed(same.name, "counts", COUNTED),
            Unwitnessed(same.name, "key", NO_KEY),
            Unwitnessed(same.name, "P-positive", "Other signs risk only a law without a value."),
            Witness(same.name, "apart", second.replace(M=1, N=((1, 1),), key=(0,))),
            Witness(same.name, "mark", second.replace(f=(-1, 0))),
            Unwitnessed(rows.name, "query", STRUCTURE),
            Witness(rows.name, "P-positive", second.replace(P=vanishing, f=(0, 0))),
            Witness(rows.name, "mark", second.replace(f=(-1, -1))),
            *(Unwitnessed(differs.name, n, STRUCTURE) for n in ("query", "token-b", "token-g")),
            Witness(differs.name, "P-positive", second.replace(P=((2, -1), ("1/2", "1/2")))),
            Witness(differs.name, "mark", third),
            Witness(differs.name, "marked", second.replace(f=(0, 0))),
            Witness(differs.name, "unmarked", second.replace(f=(1, 1))),
        ),
        twins=(
            Twin(unique.name, "twice the row", forall(i)(R(a, i), "=", 2 * P(a, i)), pair),
            Twin(same.name, "the other tokens", turned, second),
            Twin(rows.name, "the sum is two", forall()(total(R(a, i), i), "=", 2), second),
            Twin(
                differs.name,
                "the other way",
                forall()(P(a, b) * R(a, g), ">", R(a, b) * P(a, g)),
                second,
            ),
        ),
    )
