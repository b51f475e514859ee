"""C9: within a component the ratios are determined."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE


@claim(
    id="partial-identifiability",
    label="C9",
    title="Within a component the laws determine the ratios, across components nothing",
    statement=(
        r"Let two positive chains $P$, $R$ have the same laws on a support of prompts with query "
        r"$a$. If a path of prompts joins tokens $b$ and $g$, then "
        r"$R_{ag} / R_{ab} = P_{ag} / P_{ab}$. The second chain of C4, which has the same laws if "
        r"$f \ge 0$ is constant on edges, has $R_{ag} / R_{ab} = P_{ag} / P_{ab}$ times "
        r"$(1 + f_g) / (1 + f_b)$: any factor between tokens that no path joins."
    ),
    source=COVERAGE,
    mark="all",
    beyond=True,
)
def partial_identifiability() -> Body:
    """By induction along the path; and the factor across components."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.connected_iff_identifiable import COUNTED, NO_KEY, SIGN, STRUCTURE
    from checks.strategies import marked, path, ratio, support
    from numeric.exact import rational
    from numeric.instance import Instance
    from theory.attention import P
    from theory.identifiability import R, a, b, component_scaled_factor, g, joined_ratio
    from theory.notation import forall

    @st.composite
    def joined(draw: st.DrawFn, K: int) -> Instance:
        """R is P with the components scaled; b and g are in one component."""
        at = draw(support(K, connected=False))
        factor = draw(st.tuples(*[ratio] * K))
        R = tuple(
            tuple(p * rational(factor[at["component"][i]]) for i, p in enumerate(row))
            for row in at["P"]
        )
        b = draw(st.sampled_from([i for i in range(K) if any(row[i] for row in at["N"])]))
        g = draw(st.sampled_from([i for i in range(K) if at["component"][i] == at["component"][b]]))
        tokens, prompts = path(at, b, g)
        walk = {"b": b, "g": g, "steps": len(tokens) - 1, "walk": tokens, "held": prompts}
        return at.replace(R=R, **walk)

    def walk(at: Instance) -> dict[str, computed.Function]:
        tokens, prompts = at["walk"], at["held"]
        return {
            "c": lambda t: tokens[min(t, len(tokens) - 1)] + 1,
            "y": lambda t: prompts[min(t, len(prompts) - 1)] + 1,
        }

    @st.composite
    def scaled(draw: st.DrawFn, K: int) -> Instance:
        """The marks are any number on the component of b, and 0 elsewhere."""
        at, factor = draw(marked(K)), rational(draw(ratio))
        return at.replace(f=tuple(factor * mark for mark in at["f"]))

    part = Part(joined_ratio(), joined, walk)
    across = Part(component_scaled_factor(), scaled)

    chain, other = (("1/3", "2/3"), ("1/2", "1/2")), (("1/2", "1/2"), ("1/2", "1/2"))
    pair = Instance(K=2, M=1, N=((1, 1),), key=(0,), a=0, n=0, P=chain, R=chain)
    pair = pair.replace(b=0, g=1, steps=1, walk=(0, 1), held=(0, 0))
    split = pair.replace(M=2, N=((1, 0), (0, 1)), key=(0, 1), R=other, held=(0, 1))
    three = (("1/4", "1/4", "1/2"),) * 3
    apart = Instance(K=3, M=2, N=((1, 1, 0), (0, 0, 1)), key=(0, 2), a=0, n=0, P=three)
    apart = apart.replace(R=(("1/3", "1/3", "1/3"),) * 3, steps=1, walk=(0, 1), held=(0, 0))
    second = Instance(K=2, a=0, b=0, g=1, P=chain, f=(1, 0))
    turned = forall()(R(a, b) * P(a, b), "=", P(a, g) * R(a, g))
    return Body(
        parts=(part, across),
        witnesses=(
            *(
                Unwitnessed(part.name, name, STRUCTURE)
                for name in ("query", "key-token", "path-token", "path-prompt")
            ),
            Unwitnessed(part.name, "counts", COUNTED),
            Unwitnessed(part.name, "key", NO_KEY),
            Unwitnessed(part.name, "P-positive", SIGN),
            Unwitnessed(part.name, "R-positive", SIGN),
            Witness(part.name, "same-laws", pair.replace(R=other)),
            Witness(part.name, "holds-here", split.replace(held=(1, 1))),
            Witness(part.name, "holds-next", split),
            Unwitnessed(part.name, "length", "A path of more than K steps leads just as far."),
            Witness(part.name, "start", apart.replace(b=2, g=1)),
            Witness(part.name, "end", apart.replace(b=0, g=2)),
            *(Unwitnessed(across.name, n, STRUCTURE) for n in ("query", "token-b", "token-g")),
            Witness(
                across.name, "P-positive", second.replace(P=((1, -1), ("1/2", "1/2")), f=(0, 0))
            ),
            Witness(across.name, "mark", second.replace(f=(1, -2))),
        ),
        twins=(
            Twin(part.name, "the tokens exchanged on one side", turned, pair),
            Twin(across.name, "the factor forgotten", part.theorem.conclusion, second),
        ),
    )
