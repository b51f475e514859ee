"""A4: every positive chain is realised by exactly one W in S_E."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="transition-to-weights",
    label="A4",
    title="A positive chain has exactly one W in S_E, in closed form",
    statement=(
        r"Let $E$ have full row rank, $G = E E^\top$, and let $P$ be a positive chain. Exactly one "
        r"$W \in S_E$ realises $P$: $W = E^\top A E$ with "
        r"$A = G^{-1} ((\log P)^\top + \mathbf 1 c^\top) G^{-1}$ and "
        r"$c^\top = -\mathbf 1^\top G^{-1} (\log P)^\top / (\mathbf 1^\top G^{-1} \mathbf 1)$."
    ),
    source=MAPPING,
    mark="all",
)
def transition_to_weights() -> Body:
    """W realises P for every shift c; the c above puts it in S_E; there it is the only one."""
    from hypothesis import strategies as st
    from sympy import exp, log

    from checks import computed
    from checks.claims.specimens import ONE_HOT, POSITIVE
    from checks.strategies import Matrix, chain, embeddings, gram, logs, matrix
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory.attention import E, P, W, w
    from theory.gauge import V
    from theory.notation import forall, i, j, k, m, o, total, u, v
    from theory.weights import H, unique_weights, weights_in_slice, weights_realise

    @st.composite
    def positive(draw: st.DrawFn, K: int) -> Instance:
        E = draw(embeddings(K))
        shift = draw(st.tuples(*[logs] * K))
        return Instance(K=K, d=len(E[0]), E=E, H=gram(E), P=draw(chain(K)), shift=shift)

    @st.composite
    def with_token(draw: st.DrawFn, K: int) -> Instance:
        at = draw(positive(K))
        values = {name: at[name] for name in at if name != "shift"}
        return Instance(**values, a=draw(st.integers(0, K - 1)))

    @st.composite
    def in_slice(draw: st.DrawFn, K: int) -> Instance:
        """W = sum_{i,k} B_ik (e_i - e_1) e_k^T, and V the same with D = B."""
        E = draw(embeddings(K))
        B = draw(matrix(logs, K, K))
        d = len(E[0])
        W = tuple(tuple(entry(E, B, u, v) for v in range(d)) for u in range(d))
        return Instance(K=K, d=d, E=E, B=B, D=B, W=W, V=W)

    def entry(E: Matrix, B: Matrix, u: int, v: int) -> Log:
        pairs = [(i, k) for i in range(len(B)) for k in range(len(B))]
        return sum((B[i][k] * ((E[i][u] - E[0][u]) * E[k][v]) for i, k in pairs), Log())

    def scalars(at: Instance) -> dict[str, computed.Function]:
        """Beta writes W with the differences e_i - e_1, gamma with e_1 - e_j."""
        return {
            "beta": lambda i, j, k: at["B"][i - 1][k - 1] if j == 1 else 0,
            "gamma": lambda i, j, k: -1 * at["D"][j - 1][k - 1] if i == 1 else 0,
            "P": computed.chain(at),
            "w": computed.logit(at),
            "wv": computed.logit(at, "V"),
        }

    def layer_logits(at: Instance) -> dict[str, computed.Function]:
        """The logits of the layer whose weights are the closed form."""
        P, shift = at["P"], at["shift"]
        return {
            "w": computed.logit_of_logs(at, lambda k, i: Log.of(P[k - 1][i - 1]) + shift[k - 1])
        }

    realises = Part(weights_realise(), positive, layer_logits)
    sliced = Part(weights_in_slice(), with_token)
    unique = Part(unique_weights(), in_slice, scalars)

    at = POSITIVE
    token = Instance(**{name: at[name] for name in at if name != "shift"}, a=0)
    singular = ((1, 0), (1, 0))
    no_mass = ((1, -1), (0, 0))
    zero = (("0", "1"), ("3/4", "1/4"))
    B, nil = (("log(1)", "log(1)"), ("log(5/2)", "log(3)")), (("log(1)", "log(1)"),) * 2
    weights = (("log(2/5)", "log(1/3)"), ("log(5/2)", "log(3)"))
    shifted = (("log(4/5)", "log(1/3)"), ("log(5)", "log(3)"))
    half = (("1/2", "1/2"), ("1/2", "1/2"))
    one = Instance(K=2, d=2, E=ONE_HOT, B=B, D=B, W=weights, V=weights)
    two = one.replace(D=nil, V=nil)
    softmax = exp(w(k, i)) / total(exp(w(k, j)), j)
    uncentred = total(E(m, u) * H(m, i) * log(P(j, i)) * H(j, o) * E(o, v), m, o, i, j)
    return Body(
        parts=(realises, sliced, unique),
        witnesses=(
            Witness(realises.name, "full-row-rank", at.replace(E=singular)),
            Witness(realises.name, "positive", at.replace(P=zero)),
            Witness(realises.name, "rows", at.replace(P=((1, 2), (1, 1)))),
            Witness(sliced.name, "full-row-rank", token.replace(H=no_mass)),
            Witness(sliced.name, "positive", token.replace(P=zero)),
            Unwitnessed(sliced.name, "token", "S_E does not depend on a; it names one basis."),
            Witness(unique.name, "realises", two.replace(P=half)),
            Witness(unique.name, "realises-v", two),
            Witness(unique.name, "slice", one.replace(W=shifted)),
            Witness(unique.name, "slice-v", one.replace(V=shifted)),
        ),
        twins=(
            Twin(
                realises.name,
                "columns of P for rows",
                forall(k, i)(softmax, "=", P(i, k)),
                at,
            ),
            Twin(
                sliced.name,
                "A not centred",
                forall(u, v)(W(u, v), "=", uncentred),
                token,
            ),
            Twin(unique.name, "V with the other sign", forall(u, v)(W(u, v), "=", -V(u, v)), one),
        ),
    )
