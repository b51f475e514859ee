"""C7: the excess risk of a chain is a mean divergence, so the laws decide who is a minimiser."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

NO_LOSS = "Without it a loss has no value, and there are no risks to compare."
WHOLE = "Counts are whole numbers; any positive bound from below would do."


@claim(
    id="risk-gap-is-kl",
    label="C7",
    title="The excess risk is the mean divergence of the laws",
    statement=(
        r"Let $p_x$, $r_x$ be the laws of positive chains $P$, $R$ on a support of prompts $x$ "
        r"with query $a$ and weights $\mu(x)$, whose next tokens are drawn from $p_x$, and let "
        r"$L(R) = \sum_x \mu(x) \sum_i p_x(i) (\log \sum_j n_j(x) R_{aj} - \log R_{ai})$, the mean "
        r"of $-\log r_x$ up to the terms $\log n_i(x)$, which no chain changes. Then "
        r"$L(R) - L(P) = \sum_x \mu(x) \, \mathrm{KL}(p_x \| r_x)$, where absent tokens have "
        r"weight 0; each divergence is at least 0, so $L(R) \ge L(P)$ if no weight is negative. "
        r"Equal laws on the support give equal risks. Let all weights be positive: then equal "
        r"risks give equal laws on the support. Join two tokens by an edge when some prompt holds "
        r"both. If moreover a path joins every two tokens and rows sum to one, $L(R) = L(P)$ makes "
        r"row $a$ of $R$ that of $P$. If $f \ge 0$ is constant on edges, "
        r"$R_{ai} \propto P_{ai} (1 + f_i)$ has the risk of $P$; by C4 it is another row when "
        r"$f$ is 1 at one token and 0 at another, as it can be when the graph is not connected."
    ),
    source=COVERAGE,
    mark="all",
)
def risk_gap_is_kl() -> Body:
    """The identity, its sign, equal laws and equal risks, the minimiser: only one, or more."""
    from hypothesis import strategies as st
    from sympy import log

    from checks import computed
    from checks.claims.connected_iff_identifiable import COUNTED, NO_KEY, STRUCTURE
    from checks.strategies import marked, matrix, ratio, small, support, walks
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory import risk as theory
    from theory.attention import P
    from theory.identifiability import R, a, law
    from theory.notation import forall, i, total, xi
    from theory.risk import KL, mu, risk
    from theory.risk import ratio as law_ratio

    @st.composite
    def chains(draw: st.DrawFn, K: int, least: int = -2) -> Instance:
        """Two chains; the rows of R need not sum to one, nor the weights."""
        at = draw(support(K, connected=False))
        weights = st.tuples(*[st.integers(least, 3)] * at["M"])
        return at.replace(mu=draw(weights), R=draw(matrix(ratio, K, K)))

    @st.composite
    def agreeing(draw: st.DrawFn, K: int) -> Instance:
        """R is P with the components scaled; the weights are positive."""
        at = draw(support(K, connected=False))
        factor = [draw(st.integers(1, 9)) for _ in range(K)]
        scaled = tuple(
            tuple(p * factor[at["component"][i]] for i, p in enumerate(row)) for row in at["P"]
        )
        return at.replace(R=scaled, mu=draw(st.tuples(*[ratio] * at["M"])))

    @st.composite
    def connected(draw: st.DrawFn, K: int) -> Instance:
        at = draw(support(K, connected=True))
        return at.replace(R=at["P"], mu=draw(st.tuples(*[ratio] * at["M"])))

    @st.composite
    def scaled(draw: st.DrawFn, K: int) -> Instance:
        at = draw(marked(K))
        return at.replace(mu=draw(st.tuples(*[small] * at["M"])))

    def layers(at: Instance) -> dict[str, computed.Function]:
        """Losses and divergences from the laws of two one-hot layers.

        The loss of a token that a prompt does not hold is read from the prompt with it added once.
        """
        p, r = computed.chain_laws(at), computed.chain_laws(at.replace(P=at["R"]))
        held = [[i for i, n in enumerate(row, 1) if n] for row in at["N"]]

        def loss(at: Instance, law: computed.Function) -> computed.Function:
            def of_token(x: int, i: int) -> Log:
                n = at["N"][x - 1]
                if n[i - 1]:
                    return Log.of(n[i - 1]) - Log.of(law(x, i))
                more = (*n[: i - 1], 1, *n[i:])
                return Log.of(1 / computed.chain_laws(at.replace(N=(more,)))(1, i) - 1)

            return of_token

        def divergence(x: int) -> Log | int:
            terms = (p(x, i) * (Log.of(p(x, i)) - Log.of(r(x, i))) for i in held[x - 1])
            whole = sum(terms, Log())
            return 0 if whole == 0 else whole

        return {
            "p": p,
            "lossP": loss(at, p),
            "lossR": loss(at.replace(P=at["R"]), r),
            "KL": divergence,
        }

    def on_paths(at: Instance) -> dict[str, computed.Function]:
        return layers(at) | walks(at)

    gap = Part(theory.gap_is_divergence(), chains, layers)
    sign = Part(theory.divergence_not_negative(), chains, layers)
    least = Part(theory.least_risk(), lambda K: chains(K, least=0), layers)
    same_laws = Part(theory.same_laws_same_risk(), agreeing, layers)
    same_risk = Part(theory.same_risk_same_laws(), agreeing, layers)
    unique = Part(theory.unique_minimiser(), connected, on_paths)
    second = Part(theory.second_minimiser(), scaled)

    true, other = (("1/3", "2/3"), ("1/2", "1/2")), (("1/2", "1/2"), ("1/2", "1/2"))
    at = Instance(K=2, M=1, N=((1, 2),), key=(0,), a=0, n=0, mu=(1,), P=true, R=other)
    same = at.replace(R=true)
    zero = ((0, 1), ("1/2", "1/2"))
    one_token = at.replace(N=((0, 1),), key=(1,))
    split = at.replace(M=2, N=((1, 0), (0, 1)), key=(0, 1), mu=(1, 1))
    unweighted = at.replace(M=2, N=((1, 0), (1, 1)), key=(0, 0), mu=(1, 0))
    double = (("2/3", "4/3"), ("1/2", "1/2"))
    marks = Instance(
        K=3,
        M=2,
        N=((1, 1, 0), (0, 0, 1)),
        key=(0, 2),
        a=0,
        mu=(1, 1),
        P=(("1/6", "1/3", "1/2"),) * 3,
        f=(1, 1, 0),
    )
    opposite = total(mu(xi) * total(-law(R) * log(law_ratio(xi, i)), i), xi)
    return Body(
        parts=(gap, sign, least, same_laws, same_risk, unique, second),
        witnesses=(
            *(
                Unwitnessed(part.name, name, STRUCTURE)
                for part in (gap, sign, least, same_laws, same_risk, unique, second)
                for name in ("query", "key-token")
            ),
            *(Unwitnessed(part.name, "counts", COUNTED) for part in (gap, sign, least, same_laws)),
            *(
                Witness(part.name, name, at.replace(**changed))
                for part in (gap, sign, least)
                for name, changed in (("P-positive", {"P": zero}), ("R-positive", {"R": zero}))
            ),
            *(Witness(part.name, "key", at.replace(N=((0, 0),))) for part in (gap, least)),
            Unwitnessed(sign.name, "key", NO_KEY),
            Witness(least.name, "weights", at.replace(mu=(-1,))),
            Unwitnessed(same_laws.name, "key", NO_KEY),
            Witness(same_laws.name, "P-positive", one_token.replace(P=zero)),
            Witness(same_laws.name, "R-positive", one_token.replace(R=zero)),
            Witness(same_laws.name, "same-laws", at),
            *(
                Unwitnessed(part.name, name, reason)
                for part in (same_risk, unique)
                for name, reason in (
                    ("counted", WHOLE),
                    ("key", NO_KEY),
                    ("P-positive", NO_LOSS),
                    ("R-positive", NO_LOSS),
                )
            ),
            *(
                Witness(part.name, name, instance)
                for part in (same_risk, unique)
                for name, instance in (("support", unweighted), ("null", at))
            ),
            Witness(unique.name, "P-row", same.replace(P=double)),
            Witness(unique.name, "R-row", same.replace(R=double)),
            *(Unwitnessed(unique.name, n, STRUCTURE) for n in ("path-token", "path-prompt")),
            Witness(unique.name, "holds-next", split.replace(jump=0)),
            Witness(unique.name, "holds-here", split.replace(jump=1)),
            Unwitnessed(unique.name, "length", "A path of more than K steps leads just as far."),
            Witness(unique.name, "start", split.replace(jump=2)),
            Witness(unique.name, "end", split.replace(jump=3)),
            Witness(second.name, "counts", marks.replace(N=((1, -5, 0), (0, 0, 1)), f=(0, 0, 0))),
            Witness(second.name, "key", marks.replace(N=((0, 0, 0), (0, 0, 1)))),
            Witness(second.name, "P-positive", marks.replace(P=((0, 0, 1),) * 3)),
            Witness(second.name, "apart", marks.replace(N=((1, 1, 1), (0, 0, 1)))),
            Witness(second.name, "mark", marks.replace(f=(-1, -1, 0))),
        ),
        twins=(
            Twin(
                gap.name,
                "the divergence the other way",
                forall()(risk(R) - risk(P), "=", opposite),
                at,
            ),
            Twin(sign.name, "greater than 0", forall(xi)(KL(xi), ">", 0), same),
            Twin(least.name, "greater than 0", forall()(risk(R) - risk(P), ">", 0), same),
            Twin(same_laws.name, "twice the risk", forall()(risk(R), "=", 2 * risk(P)), same),
            Twin(same_risk.name, "the other tokens", forall(xi, i)(law(P), "=", 1 - law(R)), same),
            Twin(unique.name, "twice the row", forall(i)(P(a, i), "=", 2 * R(a, i)), same),
            Twin(second.name, "twice the risk", forall()(risk(R), "=", 2 * risk(P)), marks),
        ),
    )
