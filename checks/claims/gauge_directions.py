"""A3: the directions of W that no next-token law sees."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="gauge-directions",
    label="A3",
    title="The laws see W only through its projection on S_E",
    statement=(
        r"Let $C E^\top = I$ and $S_E = \mathrm{span}\{(e_i - e_j) e_k^\top\}$. For weights $W$, "
        r"$V$ these are equivalent: the same law on all prompts of length 2; $E (W - V) e_k$ is a "
        r"multiple of $\mathbf 1$ for every $k$; $W - V$ is orthogonal to $S_E$. Then the laws "
        r"agree on all prompts. So $W$ and its projection on $S_E$, for which there is a closed "
        r"form, have the same laws; and $\dim S_E = K(K-1)$."
    ),
    source=MAPPING,
    mark="all",
)
def gauge_directions() -> Body:
    """A cycle of three implications, the law on all prompts, the projection, the dimension."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER, ONE_HOT
    from checks.strategies import gram, layer, logs, matrix, small, transpose
    from numeric.exact import Log
    from numeric.instance import Instance
    from numeric.linalg import product, project
    from theory import gauge, notation, projection
    from theory.attention import E, W, p, w
    from theory.gauge import V, pv, q, qv, wv
    from theory.judgement import Judgement
    from theory.notation import forall, i, j, k, total, u, v

    @st.composite
    def gauged(draw: st.DrawFn, K: int) -> Instance:
        """V = W - C^T (1 c^T) C: each query's logits are shifted by c."""
        at = draw(layer(K))
        W = draw(matrix(logs, at["d"], at["d"]))
        c = draw(st.tuples(*[logs] * K))
        shift = product(product(transpose(at["C"]), (c,) * K), at["C"])
        V = tuple(
            tuple(Log() + a - b for a, b in zip(*rows, strict=True))
            for rows in zip(W, shift, strict=True)
        )
        return at.replace(W=W, V=V)

    @st.composite
    def spanned(draw: st.DrawFn, K: int) -> Instance:
        """Scalars alpha that vanish but for the row of a, as independence says they must."""
        at = draw(layer(K))
        a = draw(st.integers(0, K - 1))
        row = draw(st.tuples(*[small] * K))
        return at.replace(a=a, alpha=tuple(row if m == a else (0,) * K for m in range(K)))

    @st.composite
    def projected(draw: st.DrawFn, K: int) -> Instance:
        at = draw(layer(K, mild=True))
        return at.replace(H=gram(at["E"]), a=draw(st.integers(0, K - 1)))

    @st.composite
    def with_offset(draw: st.DrawFn, K: int) -> Instance:
        """The closed form with any offset: the law does not see it."""
        return draw(projected(K)).replace(offset=draw(st.tuples(*[logs] * K)))

    def projections(at: Instance) -> dict[str, computed.Function]:
        """V by orthogonal projection, not by the closed form."""
        V = project(at["W"], at["E"])
        return {"w": computed.logit(at), "V": lambda u, v: V[u - 1][v - 1]}

    def logits(at: Instance) -> dict[str, computed.Function]:
        return {"w": computed.logit(at), "wv": computed.logit(at, "V")}

    def pair_laws(at: Instance) -> dict[str, computed.Function]:
        return {**logits(at), "q": computed.pair_law(at), "qv": computed.pair_law(at, "V")}

    pairs = Part(gauge.pairs_determine_multiple(), gauged, pair_laws)
    orthogonal = Part(gauge.multiple_is_orthogonal(), gauged, logits)
    on_pairs = Part(gauge.orthogonal_equal_on_pairs(), gauged, pair_laws)
    on_all = Part(
        gauge.orthogonal_equal_on_all(),
        gauged,
        lambda at: {"p": computed.law(at), "pv": computed.law(at, weights="V")},
    )
    in_slice = Part(projection.projection_in_slice(), projected, projections)
    offset = Part(projection.projection_orthogonal(), with_offset)
    keeps = Part(
        projection.projection_keeps_laws(), with_offset, lambda at: {"p": computed.law(at)}
    )
    dimension = Part(gauge.gauge_dimension(), spanned)

    shifted = LAYER.replace(V=(("log(4)", "log(9)"), ("log(10)", "log(3)")))
    apart = LAYER.replace(V=(("log(2)", "log(3)"), ("log(7)", "log(1)")))
    blind = apart.replace(C=((0, 0), (0, 0)))
    span = dimension.theorem.conclusion
    centred = LAYER.replace(H=ONE_HOT, a=0)
    free = centred.replace(offset=("log(2)", "log(3)"))
    wrong = free.replace(H=((2, 0), (0, 1)))
    unprojected = forall(u, v)(W(u, v), "=", in_slice.theorem.conclusion.rhs)

    def inner(sign: int) -> Judgement:
        product = (W(u, v) - V(u, v)) * (E(i, u) + sign * E(j, u)) * E(k, v)
        return forall(i, j, k)(total(product, u, v), "=", 0)

    return Body(
        parts=(pairs, orthogonal, on_pairs, on_all, in_slice, offset, keeps, dimension),
        witnesses=(
            Witness(pairs.name, "readout", blind),
            Witness(pairs.name, "equal-on-pairs", apart),
            Witness(orthogonal.name, "multiple", apart),
            Witness(on_pairs.name, "orthogonal", apart),
            Witness(on_all.name, "orthogonal", apart.replace(x=(0, 1, 0))),
            Unwitnessed(on_all.name, "tokens", NO_EMBEDDING),
            Witness(in_slice.name, "full-row-rank", centred.replace(H=((1, -1), (0, 0)))),
            Unwitnessed(in_slice.name, "token", "S_E does not depend on a; it names one basis."),
            Witness(offset.name, "full-row-rank", wrong),
            Witness(keeps.name, "full-row-rank", wrong),
            Unwitnessed(keeps.name, "tokens", NO_EMBEDDING),
            Witness(
                dimension.name,
                "readout",
                Instance(K=2, d=1, E=((1,), (2,)), C=((1,), (0,)), a=0),
            ),
            Unwitnessed(
                dimension.name,
                "token",
                "The dimension does not depend on a, which only names the basis.",
            ),
        ),
        twins=(
            Twin(
                pairs.name,
                "the multiple is zero",
                forall(k, i)(w(k, i) - wv(k, i), "=", 0),
                shifted,
            ),
            Twin(orthogonal.name, "e_i + e_j for e_i - e_j", inner(1), shifted),
            Twin(
                on_pairs.name,
                "another token",
                forall(k, i, j)(q(k, i, j), "=", qv(i, k, j)),
                shifted,
            ),
            Twin(on_all.name, "other tokens", forall(k)(p(k), "=", 1 - pv(k)), shifted),
            Twin(in_slice.name, "W itself", unprojected, centred),
            Twin(offset.name, "e_i + e_j for e_i - e_j", inner(1), free),
            Twin(keeps.name, "other tokens", forall(k)(p(k), "=", 1 - pv(k)), free),
            Twin(
                dimension.name,
                "K^2 for K (K - 1)",
                forall()(span.lhs, "=", notation.K**2),
                LAYER.replace(a=0),
            ),
        ),
    )
