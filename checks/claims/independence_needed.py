"""A6: dependent embeddings have no readout and cannot realise every chain."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="independence-needed",
    label="A6",
    title="Dependent embeddings have no readout and miss some chains",
    statement=(
        r"Let $\sum_k \beta_k e_k = 0$. If $C E^\top = I$ then $\beta = 0$. What some $W$ "
        r"realises obeys $\sum_k \beta_k \log(P_{ki} / P_{kj}) = 0$. For $K \ge 2$ the chain "
        r"that is uniform but for row $a$, tilted to one token by the factor $e$, is realised only "
        r"if $\beta_a = 0$. Up to a shift per query the logits $Q E W E^\top$ form a space of "
        r"dimension at most $\mathrm{rank}(QE)\,\mathrm{rank}(E)$, and at most $(K-1)^2$ if "
        r"$\beta \ne 0$; for $K \ge 2$ this is less than $K(K-1)$."
    ),
    source=MAPPING,
    mark="all",
)
def independence_needed() -> Body:
    """No readout; the constraint; a chain that breaks it; two bounds on the dimension; (K >= 2)."""
    from hypothesis import strategies as st
    from sympy import Symbol, log

    from checks import computed
    from checks.claims.specimens import DEPENDENT, LAYER, ONE_HOT
    from checks.strategies import dependent, layer, logs, matrix, small
    from numeric.instance import Instance
    from numeric.linalg import product
    from theory import independence, notation
    from theory.attention import P
    from theory.notation import forall, i, j, k, r, rr, total
    from theory.weights import beta

    @st.composite
    def trivial(draw: st.DrawFn, K: int) -> Instance:
        """Independent rows with a readout: beta can only be zero."""
        return draw(layer(K)).replace(beta=(0,) * K)

    @st.composite
    def with_dependence(draw: st.DrawFn, K: int) -> Instance:
        E, scalars, a = draw(dependent(K))
        W = draw(matrix(logs, K, K))
        return Instance(K=K, d=K, E=E, beta=scalars, a=a, W=W, b=draw(st.integers(0, K - 1)))

    @st.composite
    def tilted(draw: st.DrawFn, K: int) -> Instance:
        """W = y z^T, e_i^T y = 1 only for i = b, e_k^T z = 1 only for k = a; rows may repeat."""
        a, b = draw(st.integers(0, K - 1)), draw(st.integers(0, K - 1))
        g = draw(st.sampled_from([k for k in range(K) if k != b]))
        merged = K >= 3 and draw(st.booleans())
        alike = [k for k in range(K) if k not in (a, b)][:2] if merged else []
        same = alike[0] if len(alike) == 2 else None
        E = [[int(v == k) for v in range(K)] for k in range(K)]
        scalars = [0] * K
        if same is not None:
            E[alike[1]], scalars[alike[0]], scalars[alike[1]] = E[same], 1, -1
        W = tuple(tuple(int(u == b and v == a) for v in range(K)) for u in range(K))
        return Instance(K=K, d=K, E=E, beta=scalars, W=W, a=a, b=b, g=g)

    @st.composite
    def factored(draw: st.DrawFn, K: int) -> Instance:
        """E = Z Y, and Q E = (Q Z) Y."""
        rank, d = draw(st.integers(1, K)), draw(st.integers(1, K))
        Z, Y = draw(matrix(small, K, rank)), draw(matrix(small, rank, d))
        mean = [sum((row[c] for row in Z), 0) for c in range(rank)]
        U = tuple(tuple(f"{K * z - s}/{K}" for z, s in zip(row, mean, strict=True)) for row in Z)
        return Instance(K=K, d=d, r=rank, rr=rank, E=product(Z, Y), U=U, X=Y, Z=Z, Y=Y)

    def chain(at: Instance) -> dict[str, computed.Function]:
        return {"P": computed.chain(at), "w": computed.logit(at)}

    readout = Part(independence.no_readout(), trivial)
    constraint = Part(independence.constrained_chain(), with_dependence, chain)
    missed = Part(independence.unrealisable_chain(), tilted, least=2)
    ranks = Part(independence.rank_dimension(), factored)
    dimension = Part(independence.dependent_dimension(), with_dependence)
    fewer = Part(independence.fewer_than_chains(), lambda K: st.just(Instance(K=K)), least=2)

    token = "The names a, b, g stand for tokens: an index outside 1..K names no row of the chain."
    tilt = Instance(K=2, d=2, E=ONE_HOT, beta=(0, 0), W=((1, 0), (0, 0)), a=0, b=0, g=1)
    two = DEPENDENT.replace(a=0, b=0)
    low = Instance(
        K=2, d=1, r=1, rr=1, E=((1,), (3,)), U=((-1,), (1,)), X=((1,),), Z=((1,), (3,)), Y=((1,),)
    )
    wide = Instance(
        K=2, d=2, r=1, rr=2, E=ONE_HOT, U=(("1/2",), ("-1/2",)), X=((1, -1),), Z=ONE_HOT, Y=ONE_HOT
    )
    unit = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    three = Instance(K=3, d=3, r=1, rr=3, E=unit, U=((0,),) * 3, X=((0, 0, 0),), Z=unit, Y=unit)
    a = Symbol("a", integer=True)
    full = dimension.theorem.conclusion.rhs
    less = (notation.K - 1) * (notation.K - 2)
    return Body(
        parts=(readout, constraint, missed, ranks, dimension, fewer),
        witnesses=(
            Witness(readout.name, "readout", DEPENDENT.replace(C=ONE_HOT)),
            Witness(readout.name, "dependent", LAYER.replace(beta=(1, 0))),
            Witness(constraint.name, "dependent", LAYER.replace(beta=(1, 0))),
            Witness(
                constraint.name, "realises", DEPENDENT.replace(P=(("1/3", "2/3"), ("3/4", "1/4")))
            ),
            Witness(missed.name, "dependent", tilt.replace(beta=(1, 0))),
            Witness(missed.name, "realises", DEPENDENT.replace(a=0, b=0, g=1)),
            *(Unwitnessed(missed.name, f"token-{name}", token) for name in "abg"),
            Witness(
                missed.name,
                "two-tokens",
                Instance(K=1, d=1, E=((0,),), beta=(1,), W=((0,),), a=0, b=0, g=0),
            ),
            Witness(ranks.name, "rank-centred", three),
            Witness(ranks.name, "rank", wide.replace(rr=1, Z=((1,), (0,)), Y=((1, 0),))),
            Witness(dimension.name, "dependent", LAYER.replace(beta=(1, 0), a=0, b=0)),
            Unwitnessed(dimension.name, "token-a", token),
            Unwitnessed(dimension.name, "token-b", "b only names the row that is left out."),
            Witness(dimension.name, "needed", LAYER.replace(beta=(0, 0), a=0, b=0)),
            Witness(fewer.name, "two-tokens", Instance(K=1)),
        ),
        twins=(
            Twin(readout.name, "beta = 1", forall(k)(beta(k), "=", 1), LAYER.replace(beta=(0, 0))),
            Twin(
                constraint.name,
                "columns of P for rows",
                forall(i, j)(total(beta(k) * (log(P(i, k)) - log(P(j, k))), k), "=", 0),
                two,
            ),
            Twin(missed.name, "beta_a = 1", forall()(beta(a), "=", 1), tilt),
            Twin(ranks.name, "one less", forall()(r * rr - 1, ">=", full), low),
            Twin(
                dimension.name,
                "(K - 1)(K - 2)",
                forall()(less, ">=", full),
                two,
            ),
            Twin(
                fewer.name,
                "the other way",
                forall()((notation.K - 1) ** 2, ">", notation.K * (notation.K - 1)),
                Instance(K=2),
            ),
        ),
    )
