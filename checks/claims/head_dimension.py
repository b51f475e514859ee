"""A7: the head dimension that a base chain needs."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="head-dimension",
    label="A7",
    title="A chain needs weights of rank rank(Q (log P)^T)",
    statement=(
        r"Let $E$ have full row rank, $Q = I - \mathbf 1 \mathbf 1^\top / K$, and let $P$ be a "
        r"positive chain. For $r \ge 1$ some $W$ of rank at most $r$ realises $P$ if and only if "
        r"$\mathrm{rank}(Q (\log P)^\top) \le r$. (Rank at most $r$: a product of a matrix "
        r"with $r$ columns and one with $r$ rows.)"
    ),
    source=MAPPING,
    mark="all",
    beyond=True,
)
def head_dimension() -> Body:
    """One factorisation gives the other, in both directions."""
    from hypothesis import strategies as st
    from sympy import exp

    from checks import computed
    from checks.claims.specimens import ONE_HOT
    from checks.strategies import embeddings, gram, logs, matrix, small
    from numeric.exact import Log
    from numeric.instance import Instance
    from numeric.linalg import product
    from theory.attention import P, w
    from theory.head import chain_of_rank, rank_of_chain
    from theory.notation import forall, i, j, k, total

    @st.composite
    def low_rank(draw: st.DrawFn, K: int) -> Instance:
        E = draw(embeddings(K))
        d, r = len(E[0]), draw(st.integers(1, K))
        X, Y = draw(matrix(small, d, r)), draw(matrix(logs, r, d))
        W = tuple(tuple(Log() + entry for entry in row) for row in product(X, Y))
        return Instance(K=K, d=d, r=r, E=E, X=X, Y=Y, W=W)

    @st.composite
    def ranked(draw: st.DrawFn, K: int) -> Instance:
        """P(k, .) is the softmax of column k of T M, and F = Q T."""
        r = draw(st.integers(1, K))
        T, M = draw(matrix(small, K, r)), draw(matrix(st.integers(1, 4).map(Log.of), r, K))
        weights = [
            [(Log() + z).exp() for z in column] for column in zip(*product(T, M), strict=True)
        ]
        P = tuple(tuple(z / sum(row) for z in row) for row in weights)
        sums = [sum(row[c] for row in T) for c in range(r)]
        F = tuple(tuple(f"{K * t - s}/{K}" for t, s in zip(row, sums, strict=True)) for row in T)
        E = draw(embeddings(K))
        return Instance(K=K, d=len(E[0]), r=r, E=E, H=gram(E), P=P, F=F, M=M)

    forth = Part(
        rank_of_chain(), low_rank, lambda at: {"P": computed.chain(at), "w": computed.logit(at)}
    )

    def low_rank_logs(at: Instance) -> computed.Function:
        logs = product(at["F"], at["M"])
        return lambda k, i: logs[i - 1][k - 1]

    back = Part(
        chain_of_rank(),
        ranked,
        lambda at: {"w": computed.logit_of_logs(at, low_rank_logs(at))},
    )

    one = Instance(
        K=2,
        d=2,
        r=1,
        E=ONE_HOT,
        X=((1,), (2,)),
        Y=(("log(2)", "log(3)"),),
        W=(("log(2)", "log(3)"), ("log(4)", "log(9)")),
    )
    other = Instance(
        K=2,
        d=2,
        r=1,
        E=((1, 0), (1, 1)),
        H=((2, -1), (-1, 1)),
        P=(("1/3", "2/3"), ("1/4", "3/4")),
        F=(("-1/2",), ("1/2",)),
        M=(("log(2)", "log(3)"),),
    )
    softmax = exp(w(k, i)) / total(exp(w(k, j)), j)
    low = forth.theorem.conclusion
    return Body(
        parts=(forth, back),
        witnesses=(
            Witness(forth.name, "realises", one.replace(P=(("1/3", "2/3"), ("1/2", "1/2")))),
            Witness(
                forth.name, "rank", one.replace(W=(("log(2)", "log(3)"), ("log(5)", "log(9)")))
            ),
            Witness(back.name, "full-row-rank", other.replace(H=ONE_HOT)),
            Unwitnessed(
                back.name,
                "positive",
                "Without it log P, and with it the assumption on the rank, is not defined.",
            ),
            Witness(back.name, "rows", other.replace(P=((1, 2), (1, 3)))),
            Witness(back.name, "rank", other.replace(P=(("1/3", "2/3"), ("1/5", "4/5")))),
        ),
        twins=(
            Twin(forth.name, "without the factor", forall(k, i)(low.lhs, "=", 2 * low.rhs), one),
            Twin(back.name, "columns of P for rows", forall(k, i)(softmax, "=", P(i, k)), other),
        ),
    )
