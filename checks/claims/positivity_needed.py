"""A5: finite weights realise only positive chains; a zero is a limit, and it costs norm."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Witness, claim
from checks.claims.sources import MAPPING


@claim(
    id="positivity-needed",
    label="A5",
    title="Finite weights give positive chains; small entries cost norm, zeros are limits",
    statement=(
        r"What finite weights realise is positive. If $W$ realises $P$, then "
        r"$\|W\|_F^2 \, \|(e_i - e_j) e_k^\top\|_F^2 \ge (\log P_{ki} / P_{kj})^2$. If $E$ "
        r"has full row rank, a chain with zeros is a limit: weights that are linear in "
        r"$\log \varepsilon$ realise a positive chain within $\varepsilon K$ of it, entry by "
        r"entry, for every $\varepsilon > 0$."
    ),
    source=MAPPING,
    mark="all",
)
def positivity_needed() -> Body:
    """Positivity, the cost in norm, and the near chain: realised, near, linear in log eps."""
    from fractions import Fraction
    from itertools import pairwise, product

    from hypothesis import strategies as st
    from sympy import exp, log

    from checks import computed
    from checks.claims.specimens import LAYER
    from checks.strategies import embeddings, gram, layer, ratio
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory import notation, positivity
    from theory.attention import P, w
    from theory.notation import forall, i, j, k, total, u, v
    from theory.positivity import NEAR, ZEROS, eps, zero

    @st.composite
    def with_zeros(draw: st.DrawFn, K: int) -> Instance:
        """A chain with some zeros, P = (1 - zero) Q, and eps."""
        masks = [draw(st.lists(st.booleans(), min_size=K, max_size=K)) for _ in range(K)]
        keep = [draw(st.integers(0, K - 1)) for _ in range(K)]
        mask = tuple(
            tuple(int(zero and i != keep[k]) for i, zero in enumerate(row))
            for k, row in enumerate(masks)
        )
        raw = [draw(st.tuples(*[st.integers(1, 9)] * K)) for _ in range(K)]
        rows = tuple(
            tuple(Fraction(q, sum(q for q, z in zip(row, z_k, strict=True) if not z)) for q in row)
            for row, z_k in zip(raw, mask, strict=True)
        )
        E = draw(embeddings(K))
        at = Instance(K=K, d=len(E[0]), E=E, H=gram(E), Q=rows, zero=mask)
        return at.replace(eps=draw(ratio))

    def not_along(at: Instance) -> bool:
        """No direction (e_i - e_j) e_k^T is a multiple of W: there both sides are equal."""
        E, W, axes = at["E"], at["W"], range(at["d"])
        cells = [(u, v) for u in axes for v in axes]
        return not any(
            all(W[u][v] * F[s][t] == W[s][t] * F[u][v] for (u, v), (s, t) in pairwise(cells))
            for F in (
                [[(x - y) * z for z in e_k] for x, y in zip(e_i, e_j, strict=True)]
                for e_i, e_j, e_k in product(E, repeat=3)
                if e_i != e_j and any(e_k)
            )
        )

    def chain(at: Instance) -> dict[str, computed.Function]:
        return {"P": computed.chain(at), "w": computed.logit(at)}

    positive = Part(positivity.positivity_needed(), layer, chain)
    rate = Part(
        positivity.zeros_cost_norm(), lambda K: layer(K, mild=True).filter(not_along), chain
    )

    def layer_logits(at: Instance) -> dict[str, computed.Function]:
        """The logits of the layer whose weights are the closed form, log eps for log 0."""
        Q, zero, eps = at["Q"], at["zero"], at["eps"]

        def log_of(k: int, i: int) -> object:
            z = zero[k - 1][i - 1]
            return z * Log.of(eps) + (1 - z) * Log.of(Q[k - 1][i - 1])

        return {"w": computed.logit_of_logs(at, log_of)}

    near = Part(positivity.near_chain_realised(), with_zeros, layer_logits)
    limit = Part(positivity.near_chain_is_near(), with_zeros)
    growth = Part(positivity.weights_grow_with_log(), with_zeros)

    at = Instance(
        K=2,
        d=2,
        E=((1, 0), (1, 1)),
        H=((2, -1), (-1, 1)),
        Q=((1, 1), ("2/3", "1/3")),
        zero=((1, 0), (0, 0)),
        eps="1/10",
    )
    nil = (("log(1)", "log(1)"),) * 2
    softmax = exp(w(k, i)) / total(exp(w(k, j)), j)
    half = (P(k, i) + eps * zero(k, i)) / (1 + eps * ZEROS / 2)
    bound = rate.theorem.conclusion
    linear = growth.theorem.conclusion
    return Body(
        parts=(positive, rate, near, limit, growth),
        witnesses=(
            Witness(positive.name, "realises", LAYER.replace(P=((0, 1), ("3/4", "1/4")))),
            Witness(
                rate.name, "realises", LAYER.replace(W=nil, P=(("1/3", "2/3"), ("3/4", "1/4")))
            ),
            Witness(near.name, "full-row-rank", at.replace(H=((1, 0), (0, 1)))),
            Witness(
                near.name,
                "binary",
                at.replace(zero=(("1/2", 0), (0, 0)), Q=((1, "1/2"), ("2/3", "1/3"))),
            ),
            Witness(near.name, "support", at.replace(Q=((1, 1), (2, -1)))),
            Witness(near.name, "small", at.replace(eps="-1/10")),
            Witness(near.name, "rows", at.replace(Q=((1, 1), (1, 1)))),
            Witness(
                limit.name,
                "binary",
                at.replace(zero=((-5, 0), (0, 0)), Q=(("1/12", "1/2"), ("2/3", "1/3"))),
            ),
            Witness(
                limit.name,
                "support",
                Instance(
                    K=3,
                    Q=((1, 10, -9), (1, "1/2", "1/2"), (1, "1/2", "1/2")),
                    zero=((1, 0, 0),) * 3,
                    eps="1/10",
                ),
            ),
            Witness(limit.name, "small", at.replace(eps="-3/4")),
            Witness(limit.name, "rows", at.replace(Q=((1, 100), ("2/3", "1/3")))),
            Witness(growth.name, "support", at.replace(Q=((1, 1), (2, -1)))),
            Witness(growth.name, "small", at.replace(eps="-1/10")),
        ),
        twins=(
            Twin(positive.name, "greater than 1/2", forall(k, i)(2 * P(k, i) - 1, ">", 0), LAYER),
            Twin(
                rate.name,
                "a hundredth of the norm",
                forall(k, i, j)(bound.lhs / 100, ">=", bound.rhs),
                LAYER,
            ),
            Twin(
                near.name, "half the norm of the near chain", forall(k, i)(softmax, "=", half), at
            ),
            Twin(
                limit.name,
                "eps^2 for eps",
                forall(k, i)((eps**2 * notation.K) ** 2, ">=", (NEAR - P(k, i)) ** 2),
                at.replace(eps="1/100"),
            ),
            Twin(
                growth.name,
                "eps for log eps",
                forall(u, v)(linear.lhs, "=", linear.rhs.subs(log(eps), eps)),
                at,
            ),
        ),
    )
