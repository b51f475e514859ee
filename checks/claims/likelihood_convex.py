"""C1: the loss of a sampled token is convex in the weights."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

TOKEN = "It only says that y is a token: without it the loss has no meaning."
ADDS = "Its only use is that the log-sum has a positive argument, which the sampled token gives."


@claim(
    id="likelihood-convex",
    label="C1",
    title="The log-likelihood is concave in the weights",
    statement=(
        r"Let $C E^\top = I$. For a token $y$ of the prompt $X$ with query $a$, "
        r"$-\log p_W(y \mid X) = \log \sum_j n_j e^{w_{aj}} - w_{ay} - \log n_y$ with "
        r"$w_{aj} = e_j^\top W e_a$. Its Hessian in the "
        r"logits $w_{a\cdot}$ is $\mathrm{diag}(p) - p p^\top$, $p_i \propto n_i e^{w_{ai}}$; the "
        r"log-sum lies above its tangents; and the loss is convex in $W$: at "
        r"$\theta V + (1 - \theta) R$ it is at most $\theta$ times its value at $V$ plus "
        r"$1 - \theta$ times that at $R$, $0 \le \theta \le 1$."
    ),
    source=COVERAGE,
    mark="all",
)
def likelihood_convex() -> Body:
    """The loss from the layer; its Hessian; the tangent inequality; convexity in W."""
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER, ONE_HOT
    from checks.strategies import embeddings, layer, logs, matrix
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory import likelihood as theory
    from theory.attention import n, p, w, x
    from theory.likelihood import LOGITS, delta, log_partition_tangent, loss, theta, y
    from theory.notation import L, forall, i, m

    @st.composite
    def sampled(draw: st.DrawFn, K: int) -> Instance:
        at = draw(layer(K, mild=True))
        return at.replace(y=draw(st.sampled_from(at["x"])))

    @st.composite
    def counted(draw: st.DrawFn, K: int) -> Instance:
        """Counts with n_y > 0, some of them 0."""
        n = draw(st.lists(st.integers(0, 3), min_size=K, max_size=K).filter(any))
        y = draw(st.sampled_from([k for k in range(K) if n[k]]))
        return Instance(K=K, n=tuple(n), y=y)

    def row(K: int) -> st.SearchStrategy[tuple[Log, ...]]:
        return st.tuples(*[logs] * K)

    @st.composite
    def two_rows(draw: st.DrawFn, K: int) -> Instance:
        return draw(counted(K)).replace(w=draw(row(K)), wv=draw(row(K)))

    @st.composite
    def segment(draw: st.DrawFn, K: int) -> Instance:
        """Between two weights only where the loss is not linear; else an end of the segment."""
        at, E = draw(counted(K)), draw(embeddings(K))
        d = len(E[0])
        V, R = draw(matrix(logs, d, d)), draw(matrix(logs, d, d))
        at = at.replace(d=d, E=E, V=V, R=R, a=draw(st.integers(1, K)))
        rows = [computed.logit(at, name) for name in ("V", "R")]
        rises = {rows[0](at["a"], k + 1) - rows[1](at["a"], k + 1) for k in range(K) if at["n"][k]}
        inside = st.sampled_from(["1/2", "1/3", "4/5"])
        return at.replace(theta=draw(inside if len(rises) > 1 else st.sampled_from([0, 1])))

    of_layer = Part(
        theory.loss_of_the_layer(),
        sampled,
        lambda at: {"p": computed.law(at), "n": computed.count(at), "P": computed.chain(at)},
    )
    hessian = Part(
        theory.hessian(), lambda K: st.builds(lambda at, w: at.replace(w=w), counted(K), row(K))
    )
    tangent = Part(log_partition_tangent(), two_rows)
    convex = Part(theory.loss_is_convex(), segment)

    seen = LAYER.replace(y=0)
    flat, step = ("log(1)", "log(1)"), ("log(1)", "log(2)")
    point = Instance(K=2, n=(1, 1), y=0, w=flat, wv=step)
    bent = point.replace(n=(2, -1), wv=("log(1)", "log(3/2)"))
    zeros = (("log(1)", "log(1)"),) * 2
    risen = (("log(1)", "log(1)"), ("log(2)", "log(1)"))
    ends = Instance(K=2, d=2, E=ONE_HOT, n=(1, 1), y=0, a=1, V=zeros, R=risen, theta="1/2")
    hollow = (("log(1)", "log(1)"), ("log(3/2)", "log(1)"))
    wv, wr, ws = LOGITS
    chord = theta * loss(wv) + (1 - theta) * loss(wr)
    second, gap = hessian.theorem.conclusion, tangent.theorem.conclusion
    query, formula = x(L), of_layer.theorem.conclusion
    return Body(
        parts=(of_layer, hessian, tangent, convex),
        witnesses=(
            Witness(of_layer.name, "readout", seen.replace(C=((1, 1), (0, 1)))),
            Unwitnessed(of_layer.name, "tokens", NO_EMBEDDING),
            Unwitnessed(of_layer.name, "sampled", TOKEN),
            Witness(of_layer.name, "held", seen.replace(x=(1, 1, 1))),
            *(Unwitnessed(part.name, "sampled", TOKEN) for part in (hessian, tangent, convex)),
            Witness(hessian.name, "held", point.replace(n=(0, 1))),
            Witness(hessian.name, "counts", point.replace(n=(1, -1))),
            Witness(tangent.name, "held", point.replace(n=(0, 0))),
            Witness(tangent.name, "counts", bent),
            Witness(convex.name, "held", ends.replace(n=(0, 1))),
            Witness(convex.name, "counts", ends.replace(n=(2, -1), R=hollow)),
            Witness(convex.name, "theta", ends.replace(theta=-1)),
            Witness(convex.name, "rest", ends.replace(theta=2)),
        ),
        twins=(
            Twin(
                of_layer.name,
                "the logit added",
                forall()(formula.lhs, "=", formula.rhs + 2 * w(query, y)),
                seen,
            ),
            Twin(
                hessian.name,
                "p p^T added",
                forall(i, m)(second.lhs, "=", delta(i, m) * p(i) + p(i) * p(m)),
                point,
            ),
            Twin(
                hessian.name,
                "counts forgotten on the diagonal",
                forall(i, m)(second.lhs, "=", delta(i, m) * p(i) / n(i) - p(i) * p(m)),
                point.replace(n=(2, 1)),
            ),
            Twin(tangent.name, "below its tangents", forall()(gap.rhs, ">=", gap.lhs), point),
            Twin(
                tangent.name,
                "one per cent steeper",
                forall()(gap.lhs, ">=", gap.rhs * 101 / 100),
                point.replace(wv=("log(2)", "log(2)")),
            ),
            Twin(convex.name, "above the chord", forall()(loss(ws), ">=", chord), ends),
            Twin(
                convex.name,
                "the ends swapped",
                forall()(theta * loss(wr) + (1 - theta) * loss(wv), ">=", loss(ws)),
                ends.replace(theta="1/100", R=(("log(1)", "log(1)"), ("log(9)", "log(1)"))),
            ),
        ),
    )
