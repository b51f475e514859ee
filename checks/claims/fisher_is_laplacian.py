"""C3: the Fisher matrix of a row is a graph's Laplacian, so its rank counts components."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

NORMS = "Other signs risk only a law without a value."
REPRESENTS = (
    "It follows from the paths and from one representative for each prompt; it says what the name "
    "means."
)


@claim(
    id="fisher-is-laplacian",
    label="C3",
    title="The Fisher matrix of a row is the Laplacian of its co-occurrence graph",
    statement=(
        r"Let $p_x$ be the laws of a positive chain on a support of prompts with query $a$ and "
        r"weights $\mu(x) > 0$, $H = \sum_x \mu(x) (\mathrm{diag}\, p_x - p_x p_x^\top)$ and "
        r"$w_{ij} = \sum_x \mu(x) p_x(i) p_x(j)$. For every $v$, "
        r"$v^\top H v = \sum_{i,j} w_{ij} (v_i - v_j)^2 / 2$, each edge counted twice and "
        r"halved. Join two tokens by an edge when some prompt holds both: "
        r"$w_{ij}$ is positive on edges, and it is 0 elsewhere. If $H v = 0$, $v$ is "
        r"equal at tokens that a path joins; and $H f = 0$ for every $f$ that is constant on "
        r"edges, so for the indicators of components. The rank of $H$ is $K$ minus the number of "
        r"components."
    ),
    source=COVERAGE,
    mark="all",
)
def fisher_is_laplacian() -> Body:
    """The form, its weights on edges and elsewhere, the kernel from both sides, the rank."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.connected_iff_identifiable import COUNTED, NO_KEY, STRUCTURE
    from checks.strategies import chain, keyed, ratio, small, support, walk
    from numeric.graphs import components, cooccurrences
    from numeric.instance import Instance
    from theory import fisher as theory
    from theory.fisher import H, v, weight
    from theory.identifiability import b, f, g
    from theory.notation import K, forall, i, j, total

    @st.composite
    def weighted(draw: st.DrawFn, K: int) -> Instance:
        """A support, connected or not, with positive weights."""
        at = draw(support(K, connected=False))
        return at.replace(mu=draw(st.tuples(*[ratio] * at["M"])))

    @st.composite
    def vectors(draw: st.DrawFn, K: int) -> Instance:
        """Any vector; the identity asks nothing of the weights."""
        at = draw(weighted(K))
        mu = draw(st.tuples(*[small] * at["M"]))
        return at.replace(mu=mu, v=draw(st.tuples(*[small] * K)))

    @st.composite
    def edges(draw: st.DrawFn, K: int) -> Instance:
        at = draw(weighted(K))
        shared = draw(st.integers(0, at["M"] - 1))
        held = st.sampled_from([i for i in range(K) if at["N"][shared][i]])
        return at.replace(shared=shared, b=draw(held), g=draw(held))

    @st.composite
    def separate(draw: st.DrawFn, K: int) -> Instance:
        """Each prompt is without b or without g."""
        b, g = draw(st.permutations(range(K)))[:2]
        left = st.sampled_from([[k for k in range(K) if k != out] for out in (b, g)])
        held = left.flatmap(lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=3))
        prompts = draw(st.lists(held, min_size=1, max_size=3))
        N = tuple(tuple(keys.count(k) for k in range(K)) for keys in prompts)
        at = Instance(K=K, M=len(N), N=N, key=tuple(keys[0] for keys in prompts), b=b, g=g)
        mu = draw(st.tuples(*[small] * len(N)))
        return at.replace(a=draw(st.integers(0, K - 1)), P=draw(chain(K)), mu=mu)

    @st.composite
    def constant(draw: st.DrawFn, K: int) -> Instance:
        """F = v is constant on components; b and g are in one of them."""
        at = draw(weighted(K))
        component, values = at["component"], draw(st.tuples(*[ratio] * K))
        on_tokens = tuple(values[component[k]] for k in range(K))
        b = draw(st.integers(0, K - 1))
        g = draw(st.sampled_from([k for k in range(K) if component[k] == component[b]]))
        tokens, held = walk(at, b, g)
        given = {"b": b, "g": g, "steps": K, "walk": tokens, "held": held}
        return keyed(at.replace(f=on_tokens, v=on_tokens, **given))

    @st.composite
    def represented(draw: st.DrawFn, K: int) -> Instance:
        """The least token represents; alpha is 0 elsewhere, as independence says it must be."""
        at = keyed(draw(weighted(K)))
        prompts = [(*(k for k in row if k >= 0), at["a"]) for row in at["keys"]]
        graph = cooccurrences(prompts, at["a"], K, cross_attention=True)
        least = {k: group[0] for group in components(K, graph) for k in group}
        reps = tuple(least[k] for k in range(K))
        alpha = tuple(draw(small) if reps[k] == k else 0 for k in range(K))
        tokens, held = zip(*(walk(at, k, reps[k]) for k in range(K)), strict=True)
        return at.replace(reps=reps, alpha=alpha, walks=tokens, helds=held)

    def laws(at: Instance) -> dict[str, computed.Function]:
        """The laws of a one-hot layer, and the covariance of their scores."""
        p = computed.chain_laws(at)
        return {"p": p, "H": computed.fisher(at, p)}

    def on_path(at: Instance) -> dict[str, computed.Function]:
        return {
            **laws(at),
            "X": lambda x, l: at["keys"][x - 1][l - 1] + 1,
            "c": lambda t: at["walk"][min(t, len(at["walk"]) - 1)] + 1,
            "y": lambda t: at["held"][min(t, len(at["held"]) - 1)] + 1,
        }

    def on_paths(at: Instance) -> dict[str, computed.Function]:
        def at_step(name: str) -> computed.Function:
            return lambda k, t: at[name][k - 1][min(t, len(at[name][k - 1]) - 1)] + 1

        return {
            **laws(at),
            "X": lambda x, l: at["keys"][x - 1][l - 1] + 1,
            "c": at_step("walks"),
            "y": at_step("helds"),
            "rep": lambda k: at["reps"][k - 1] + 1,
            "steps": lambda *_: at["K"],
        }

    form = Part(theory.quadratic_form(), vectors, laws)
    edge = Part(theory.edge_positive(), edges, laws)
    no_edge = Part(theory.no_edge_zero(), separate, laws, least=2)
    kernel = Part(theory.kernel_constant(), constant, on_path)
    indicators = Part(theory.indicators_in_kernel(), constant, laws)
    rank = Part(theory.rank(), represented, on_paths)

    chain2 = (("1/3", "2/3"), ("1/2", "1/2"))
    pair = Instance(K=2, M=1, N=((1, 1),), key=(0,), a=0, P=chain2, mu=(1,), n=0)
    pair = pair.replace(v=(1, 0), b=0, g=1, shared=0)
    split = pair.replace(M=2, N=((1, 0), (0, 1)), key=(0, 1), mu=(1, 1))
    blind = {"P": ((0, 1), ("1/2", "1/2")), "p": ((0, 1),), "H": ((0, 0), (0, 0))}
    joined = keyed(pair.replace(v=(1, 1), steps=1, walk=(0, 1), held=(0, 0)))
    jump = keyed(split.replace(steps=1, walk=(0, 1), held=(0, 0)))
    one = keyed(
        pair.replace(reps=(0, 0), alpha=(1, 0), walks=((0, 0), (1, 0)), helds=((0, 0),) * 2)
    )
    two = keyed(
        split.replace(reps=(0, 0), alpha=(1, 0), walks=((0, 0), (1, 0)), helds=((0, 0),) * 2)
    )
    apart = two.replace(reps=(0, 1), walks=((0, 0), (1, 1)))
    span = rank.theorem.conclusion
    positive_sum = form.theorem.conclusion
    parts = form, edge, no_edge, kernel, indicators, rank
    names = [part.name for part in parts]
    return Body(
        parts=parts,
        witnesses=(
            *(Unwitnessed(name, "query", STRUCTURE) for name in names),
            *(Unwitnessed(name, "key-token", STRUCTURE) for name in names),
            *(Unwitnessed(name, "key", NO_KEY) for name in names),
            *(
                Unwitnessed(part.name, "counts", COUNTED)
                for part in (form, edge, no_edge, indicators)
            ),
            *(Unwitnessed(part.name, "P-positive", NORMS) for part in (form, no_edge, indicators)),
            *(
                Unwitnessed(part.name, token, STRUCTURE)
                for part in (edge, no_edge)
                for token in ("token-b", "token-g")
            ),
            *(
                Unwitnessed(part.name, name, STRUCTURE)
                for part in (kernel, rank)
                for name in ("path-token", "path-prompt")
            ),
            *(
                Unwitnessed(part.name, "length", "A path of more than K steps leads just as far.")
                for part in (kernel, rank)
            ),
            Unwitnessed(edge.name, "shared", STRUCTURE),
            Witness(edge.name, "P-positive", pair.replace(**blind)),
            Witness(edge.name, "support", pair.replace(mu=(0,))),
            Witness(edge.name, "holds-b", pair.replace(N=((0, 1),), key=(1,))),
            Witness(edge.name, "holds-g", pair.replace(N=((1, 0),))),
            Witness(no_edge.name, "separate", pair),
            Witness(kernel.name, "P-positive", joined.replace(v=(1, 0), **blind)),
            Witness(kernel.name, "support", joined.replace(v=(1, 0), mu=(0,))),
            Witness(kernel.name, "null", joined.replace(v=(1, 0))),
            Witness(kernel.name, "edge", jump),
            Witness(kernel.name, "start", jump.replace(walk=(1,))),
            Witness(kernel.name, "end", jump.replace(walk=(0,))),
            Witness(indicators.name, "apart", pair.replace(f=(1, 0))),
            Witness(rank.name, "P-positive", one.replace(**blind)),
            Witness(rank.name, "support", one.replace(mu=(0,))),
            Witness(rank.name, "one-component", one.replace(reps=(0, 1), walks=((0, 0), (1, 1)))),
            Unwitnessed(rank.name, "representative", REPRESENTS),
            Witness(rank.name, "edge", two),
            Witness(rank.name, "start", two.replace(walks=((0, 0), (0, 0)))),
            Witness(rank.name, "end", two.replace(walks=((0, 0), (1, 1)))),
        ),
        twins=(
            Twin(
                form.name,
                "each pair twice",
                forall()(positive_sum.lhs, "=", 2 * positive_sum.rhs),
                pair,
            ),
            Twin(edge.name, "negative", forall()(-weight(b, g), ">", 0), pair),
            Twin(no_edge.name, "one", forall()(weight(b, g), "=", 1), split),
            Twin(kernel.name, "the other sign", forall()(v(g), "=", -v(b)), joined),
            Twin(
                indicators.name,
                "an eigenvalue 1",
                forall(i)(total(H(i, j) * f(j), j), "=", f(i)),
                split.replace(f=(1, 0)),
            ),
            Twin(rank.name, "one component", forall()(span.lhs, "=", K - 1), apart),
        ),
    )
