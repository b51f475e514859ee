"""E21: if all entries of the chain are equal, generation is a Polya urn."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER

POSITIVE = "An entry that is not positive is no chain; this keeps the norm of a law positive."


@claim(
    id="polya-counts",
    label="E21",
    title="If all entries of the chain are equal, generation is a Polya urn",
    statement=(
        r"Let all entries of $P$ be equal and every token be in the prompt. The chance that a "
        r"given sequence of tokens is generated, which leads from counts $n(0)$ of sum $l(0)$ to "
        r"counts $n(t)$ of sum $l(t)$, is $\frac{\Gamma(l(0))}{\Gamma(l(t))} \prod_k "
        r"\frac{\Gamma(n_k(t))}{\Gamma(n_k(0))}$, for every $t$. It depends on the counts alone: "
        r"it is the chance of one sequence under the Dirichlet-multinomial law of parameter $n(0)$."
    ),
    source=WINNER,
    mark="all",
)
def polya_counts() -> Body:
    """The chance of a path, by induction on its length."""
    from hypothesis import strategies as st
    from sympy import exp

    from checks.computed import Function
    from checks.walks import on_path, walk
    from numeric.instance import Instance
    from theory.urn import S, at, chance, counts_of_an_urn, l, t

    @st.composite
    def equal(draw: st.DrawFn, K: int) -> Instance:
        p = draw(st.integers(1, 5))
        tokens = st.integers(0, K - 1)
        return Instance(
            K=K,
            p=p,
            P=((p,) * K,) * K,
            A=draw(st.tuples(*[st.integers(1, 3)] * K)),
            x0=draw(tokens),
            path=draw(st.tuples(*[tokens] * 8)),
            m=1,
        )

    def functions(at: Instance) -> dict[str, Function]:
        made = on_path(at, walk(at))
        if at.get("frozen"):
            made["n"] = lambda _, k: at["A"][k - 1]
        start, later = at.get("chance-0") or 1, at.get("chance-step") or 1
        drawn = made["chance"]
        return made | {"chance": lambda t: drawn(t) * (start if t == 0 else start * later)}

    part = Part(counts_of_an_urn(), equal, functions)
    urn = Instance(K=2, p=1, P=((1, 1), (1, 1)), A=(1, 2), x0=0, path=(0, 1) * 4, m=1)
    return Body(
        parts=(part,),
        witnesses=(
            Unwitnessed(part.name, "tokens", STRUCTURE),
            Witness(part.name, "present", urn.replace(A=(0, 1), x0=1)),
            Witness(part.name, "counts", urn.replace(frozen=1)),
            Witness(part.name, "equal", urn.replace(P=((2, 1), (1, 2)))),
            Unwitnessed(part.name, "entry-positive", POSITIVE),
            Witness(part.name, "chance-0", urn.replace(**{"chance-0": 2})),
            Witness(part.name, "chance-step", urn.replace(**{"chance-step": 2})),
        ),
        twins=(
            Twin(
                part.name,
                "the length forgotten",
                at(chance(t), "=", exp(S(t) - S(0)) * l(t) / l(0)),
                urn,
            ),
            Twin(part.name, "the inverse", at(chance(t), "=", exp(S(0) - S(t))), urn),
        ),
    )
