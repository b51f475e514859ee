"""C8: bounds, uniqueness and the failure of the maximum-likelihood estimate of a row."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

OUTCOME = "A token that the prompt does not hold is never drawn; its loss is infinite."


@claim(
    id="mle-exists",
    label="C8",
    title="Strong connectivity bounds the estimate of a row; without it there is none, or many",
    statement=(
        r"Let token $y_x$ be drawn after each of $M$ prompts $x$ with query $a$ and counts "
        r"$n(x)$, and let $F(P) = \sum_x (\log \sum_j n_j(x) P_{aj} - \log P_{a y_x})$ for "
        r"positive chains $P$: minus the log-likelihood, up to the terms $\log n_{y_x}(x)$. Draw "
        r"an edge $i \to j$ when a prompt holds both and $j$ was drawn. If $m$ edges lead from "
        r"$b$ to $g$, $\log P_{ab} - \log P_{ag} \le m F(P)$: in a strongly connected part of the "
        r"graph all ratios are bounded where $F$ is. "
        r"The derivative of $F$ by $P_{ai}$ is $g_i / P_{ai}$, "
        r"$g_i = \sum_x (p_x(i) - \delta_{i y_x})$, and "
        r"$F(R) - F(P) \ge \sum_i (\log R_{ai} - \log P_{ai}) g_i$. Where $g = 0$, $P$ minimises "
        r"$F$, and every $R$ with $F(R) = F(P)$ has $R_{ag} / R_{ab} = P_{ag} / P_{ab}$ for tokens "
        r"that a path of prompts joins. If $m_{ij}$ edges lead from every $i$ to every $j$ and $B$ "
        r"is 1 more than $\sum_{ij} m_{ij}$ times $F$ of a chain with equal entries, the "
        r"first-order conditions of a minimum on the box $|\log P_{ai}| \le B$, "
        r"$g_i (B - \log P_{ai}) \ge 0 \ge g_i (B + \log P_{ai})$, give $g = 0$. (That $F$ has a "
        r"minimum on this box is the extreme value theorem, which is not derived here.) Mark some "
        r"tokens by $f = 1$, the others by $f = 0$, so that no edge leaves the marked ones, as can "
        r"be done when the graph is not strongly connected, and let "
        r"$R_{ai} \propto P_{ai} (1 + f_i)$. If some prompt holds tokens of both kinds, "
        r"$F(R) < F(P)$ for every $P$: there is no estimate. If none does, $F(R) = F(P)$: an "
        r"estimate is not unique."
    ),
    source=COVERAGE,
    mark="all",
    beyond=True,
)
def mle_exists() -> Body:
    """The bound along paths, the derivative, stationary chains, and closed sets of tokens."""
    from fractions import Fraction

    from checks import computed
    from checks import observations as data
    from checks.claims.connected_iff_identifiable import COUNTED, STRUCTURE
    from checks.claims.risk_gap_is_kl import NO_LOSS, WHOLE
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory import existence as theory
    from theory.attention import P
    from theory.existence import F
    from theory.identifiability import R, a, b, g, steps
    from theory.judgement import Judgement
    from theory.notation import forall, i, j, total, xi
    from theory.risk import p

    def cost(at: Instance, law: computed.Function) -> computed.Function:
        """Minus the logarithm of the law of the token drawn, without the term of its count."""

        def of_prompt(x: int) -> Log:
            y = at["drawn"][x - 1]
            return Log.of(at["N"][x - 1][y]) - Log.of(law(x, y + 1))

        return of_prompt

    def fit(at: Instance) -> dict[str, computed.Function]:
        p, r = computed.chain_laws(at), computed.chain_laws(at.replace(P=at["R"]))
        return {"p": p, "costP": cost(at, p), "costR": cost(at, r)}

    def on_path(at: Instance) -> dict[str, computed.Function]:
        return {
            "c": lambda t: at["walk"][min(t, len(at["walk"]) - 1)] + 1,
            "y": lambda t: at["held"][min(t, len(at["held"]) - 1)] + 1,
        }

    def on_descent(at: Instance) -> dict[str, computed.Function]:
        return {"costP": cost(at, computed.chain_laws(at))} | on_path(at)

    def fit_on_path(at: Instance) -> dict[str, computed.Function]:
        return fit(at) | on_path(at)

    def on_ways(at: Instance) -> dict[str, computed.Function]:
        return fit(at.replace(R=((1,) * at["K"],) * at["K"])) | data.ways(at)

    def lifted(at: Instance) -> dict[str, computed.Function]:
        """The costs of P and of the chain whose marked tokens have twice the weight."""
        f = at["f"]
        twice = tuple(tuple(q * (1 + f[i]) for i, q in enumerate(row)) for row in at["P"])
        return {name: found for name, found in fit(at.replace(R=twice)).items() if name != "p"}

    bounded = Part(theory.bounded(), data.descents, on_descent)
    gradient = Part(theory.gradient(), data.observations, lambda at: {"p": computed.chain_laws(at)})
    convex = Part(theory.above_tangent(), data.compared, fit)
    least = Part(theory.stationary_minimises(), data.fitted, fit)
    box = Part(theory.box_point_is_stationary(), data.strong, on_ways)
    unique = Part(theory.unique_ratio(), data.joined, fit_on_path)
    none = Part(theory.no_minimiser(), data.closed, lifted, least=2)
    flat = Part(theory.flat(), data.separated, lifted)

    rows = (("9/10", "1/10"), ("1/2", "1/2"))
    even, other = (("1/2", "1/2"),) * 2, (("1/3", "2/3"),) * 2
    zero = ((0, 1), ("1/2", "1/2"))
    one = Instance(K=2, M=1, N=((1, 1),), drawn=(1,), a=0, n=0, P=rows)
    edge = one.replace(b=0, g=1, steps=1, walk=(0, 1), held=(0, 0))
    third = Instance(K=3, M=1, N=((1, 1, 0),), drawn=(1,), a=0, n=0, b=0, g=1, steps=1)
    third = third.replace(walk=(0, 1), held=(0, 0))
    both = Instance(K=2, M=2, N=((1, 1), (1, 1)), drawn=(0, 1), a=0, n=0, P=even, R=other)
    level = both.replace(R=even, b=0, g=1, steps=1, walk=(0, 1), held=(0, 0))
    counted = level.replace(M=3, N=((1, 1),) * 3, drawn=(0, 1, 1), P=other, R=other)
    split = level.replace(N=((1, 0), (0, 1)), R=other, held=(0, 1))
    separate = Instance(
        K=3,
        M=3,
        N=((1, 1, 0), (1, 1, 0), (0, 0, 1)),
        drawn=(0, 1, 2),
        a=0,
        n=0,
        P=(("1/4", "1/4", "1/2"),) * 3,
        R=(("1/3", "1/3", "1/3"),) * 3,
        steps=1,
        walk=(0, 1),
        held=(0, 0),
    )
    missing = one.replace(drawn=(0,), f=(1, 0), b=0, g=1, mixed=0)
    wild = Instance(K=3, M=1, N=((1, 1, 1),), drawn=(0,), a=0, P=(("1/3", "1/3", "1/3"),) * 3)
    marks = separate.replace(f=(1, 1, 0))
    parts = (bounded, gradient, convex, least, box, unique, none, flat)
    steep = both.replace(P=rows, R=(("99/100", "1/100"),) * 2)
    even_chain = both.replace(R=((1, 1),) * 2)
    heavy = even_chain.replace(N=((100, 1), (100, 1)))
    low, high = ((27, 54),) * 2, ((220_000_000, 440_000_000),) * 2
    tiny = tuple(tuple(Fraction(q, 10**10) for q in row) for row in low)
    one_way = even_chain.replace(N=((1, 1), (1, 0)), drawn=(1, 0), P=(("1/1000", 1000),) * 2)
    return Body(
        parts=parts,
        witnesses=(
            *(
                Unwitnessed(part.name, name, STRUCTURE)
                for part in parts
                for name in ("query", "drawn-token")
            ),
            *(Unwitnessed(part.name, "counts", COUNTED) for part in parts if part is not unique),
            Witness(
                bounded.name, "drawn-once", edge.replace(M=2, N=((1, 1), (1, 0)), drawn=(1, 1))
            ),
            Witness(bounded.name, "P-positive", edge.replace(P=zero)),
            *(Unwitnessed(bounded.name, n, STRUCTURE) for n in ("path-token", "path-prompt")),
            Witness(bounded.name, "holds", edge.replace(N=((0, 1),))),
            Witness(bounded.name, "edge", edge.replace(drawn=(0,))),
            Unwitnessed(bounded.name, "length", "The bound holds for paths of any length."),
            Witness(bounded.name, "start", third.replace(P=(("1/10", "1/10", "4/5"),) * 3, b=2)),
            Witness(bounded.name, "end", third.replace(P=(("9/20", "9/20", "1/10"),) * 3, g=2)),
            Witness(gradient.name, "drawn", one.replace(N=((0, 0),))),
            Witness(gradient.name, "P-positive", one.replace(P=zero)),
            Witness(convex.name, "drawn", both.replace(N=((1, 0), (0, 1)), drawn=(1, 0))),
            Witness(convex.name, "P-positive", both.replace(P=zero)),
            Witness(convex.name, "R-positive", both.replace(R=zero)),
            Unwitnessed(box.name, "drawn-once", OUTCOME),
            Unwitnessed(box.name, "P-positive", NO_LOSS),
            Witness(box.name, "box-above", heavy.replace(P=tiny)),
            Witness(box.name, "box-below", heavy.replace(P=high)),
            *(Unwitnessed(box.name, n, STRUCTURE) for n in ("path-token", "path-prompt")),
            Unwitnessed(box.name, "length", "It only says how large the box is."),
            *(
                Witness(box.name, name, one_way.replace(jump=jump))
                for jump, name in enumerate(("holds", "edge", "start", "end"))
            ),
            Witness(least.name, "drawn", both.replace(N=((1, 0), (0, 1)), drawn=(1, 0))),
            Unwitnessed(least.name, "P-positive", NO_LOSS),
            Witness(least.name, "R-positive", both.replace(R=zero)),
            Witness(least.name, "stationary", both.replace(P=rows)),
            Unwitnessed(unique.name, "counted", WHOLE),
            Unwitnessed(unique.name, "drawn", OUTCOME),
            Unwitnessed(unique.name, "P-positive", NO_LOSS),
            Unwitnessed(unique.name, "R-positive", NO_LOSS),
            Witness(unique.name, "stationary", level.replace(P=other, R=(("2/3", "1/3"),) * 2)),
            Witness(unique.name, "level", level.replace(R=other)),
            *(Unwitnessed(unique.name, n, STRUCTURE) for n in ("path-token", "path-prompt")),
            Witness(unique.name, "holds-next", split),
            Witness(unique.name, "holds-here", split.replace(held=(1, 1))),
            Unwitnessed(unique.name, "length", "A path of more than K steps leads just as far."),
            Witness(unique.name, "start", separate.replace(b=2, g=1)),
            Witness(unique.name, "end", separate.replace(b=0, g=2)),
            *(Unwitnessed(none.name, n, STRUCTURE) for n in ("token-b", "token-g", "mixed")),
            Witness(none.name, "drawn", missing.replace(M=2, N=((1, 1), (0, 1)), drawn=(0, 0))),
            Witness(none.name, "P-positive", missing.replace(P=zero)),
            Witness(none.name, "binary", wild.replace(f=(1, 0, 10), b=0, g=1, mixed=0)),
            Witness(none.name, "closed", missing.replace(drawn=(1,))),
            Witness(none.name, "mixed-b", missing.replace(N=((0, 1),), drawn=(1,))),
            Witness(none.name, "mixed-g", missing.replace(N=((1, 0),))),
            Witness(none.name, "marked", missing.replace(f=(0, 0))),
            Witness(none.name, "unmarked", missing.replace(f=(1, 1))),
            Witness(flat.name, "drawn", marks.replace(drawn=(2, 1, 2))),
            Witness(flat.name, "P-positive", marks.replace(P=((0, 0, 1),) * 3)),
            Witness(flat.name, "apart", marks.replace(M=1, N=((1, 1, 1),), drawn=(0,))),
            Witness(flat.name, "mark", marks.replace(f=(-1, -1, 0))),
        ),
        twins=(
            Twin(
                bounded.name,
                "half the bound",
                forall()(steps * F(P) / 2, ">=", bounded.theorem.conclusion.rhs),
                edge,
            ),
            Twin(
                gradient.name,
                "no token was drawn",
                Judgement(
                    gradient.theorem.conclusion.lhs,
                    "=",
                    total(p(xi, i), xi) / P(a, i),
                    gradient.theorem.conclusion.forall,
                ),
                one,
            ),
            Twin(
                least.name,
                "greater than 0",
                forall()(F(R) - F(P), ">", 0),
                both.replace(R=even),
            ),
            Twin(
                convex.name,
                "twice the rise",
                forall()(F(R) - F(P), ">=", 2 * convex.theorem.conclusion.rhs),
                steep,
            ),
            Twin(
                box.name,
                "no token has a chance",
                forall(j)(total(p(xi, j), xi), "=", 0),
                even_chain,
            ),
            Twin(
                unique.name,
                "the tokens exchanged on one side",
                forall()(R(a, b) * P(a, b), "=", P(a, g) * R(a, g)),
                counted,
            ),
            Twin(none.name, "the other way", forall()(F(R), ">", F(P)), missing),
            Twin(flat.name, "twice as large", forall()(F(P), "=", 2 * F(R)), marks),
        ),
    )
