"""B3: rotary positions are no position weights."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import POSITION


@claim(
    id="rotary-does-not-factor",
    label="B3",
    title="Rotary positions do not factor into a chain and position weights",
    statement=(
        r"Let $C E^\top = I$, let the logit of token $k$ at distance $t$ from the query be "
        r"$e_k^\top R_t W e_a$, and $g(k, t)$ its exponential. If one positive row and one "
        r"positive weight per position explain the laws after $(b, c, a)$ and $(c, b, a)$, "
        r"$a, b, c$ different, then "
        r"$g(b, 2)\, g(c, 1) = g(b, 1)\, g(c, 2)$. Quarter turns $R_t$ break this for $K = 3$."
    ),
    source=POSITION,
    mark="all",
    beyond=True,
)
def rotary_does_not_factor() -> Body:
    """The derivation takes any logits that depend on the distance; the witness turns by 90 degrees.

    (With K = 2 there are no two other tokens beside the query.)
    """
    from hypothesis import strategies as st

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.strategies import embeddings, ratio
    from numeric.exact import Log
    from numeric.instance import Instance
    from numeric.linalg import readout
    from theory.notation import forall
    from theory.rotary import b, c, g, rotary_factors_only_if

    @st.composite
    def explained(draw: st.DrawFn, K: int) -> Instance:
        """Logits log(row(k) V(3 - t)): what a row and position weights explain."""
        E = draw(embeddings(K))
        row, V = draw(st.tuples(*[ratio] * K)), draw(st.tuples(*[ratio] * 3))
        scores = tuple(tuple(Log.of(p * V[2 - t]) for t in range(3)) for p in row)
        a, b, c = draw(st.permutations(range(K)))[:3]
        at = Instance(K=K, d=len(E[0]), E=E, C=readout(E), scores=scores, row=row, V=V)
        return at.replace(a=a, b=b, c=c)

    def laws(at: Instance) -> dict[str, computed.Function]:
        return {
            "score": lambda k, t: at["scores"][k - 1][t],
            "q1": computed.distance_law(at, (at["b"], at["c"], at["a"])),
            "q2": computed.distance_law(at, (at["c"], at["b"], at["a"])),
        }

    part = Part(rotary_factors_only_if(), explained, laws, least=3)

    def quarter_turns(y: tuple[str, ...], E: tuple[tuple[int, ...], ...]) -> list[list[Log]]:
        """The logits e_k^T R^t y, R the turn by 90 degrees in each plane, y = W e_a."""
        vector = [Instance(entry=entry)["entry"] for entry in y]
        scores: list[list[Log]] = [[] for _ in E]
        for _ in range(3):
            for e, found in zip(E, scores, strict=True):
                found.append(sum((z * x for z, x in zip(vector, e, strict=True)), Log()))
            vector = [-vector[1], vector[0], -vector[3], vector[2]]
        return scores

    E = ((1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0))
    turned = Instance(
        K=3,
        d=4,
        E=E,
        C=E,
        scores=quarter_turns(("log(2)", "log(3)", "log(5)", "log(7)"), E),
        a=2,
        b=0,
        c=1,
        row=("1/2", "1/7", 3),
        V=(1, 1, 1),
    )
    one = Instance(K=2, d=2, E=((1, 0), (0, 1)), C=((1, 0), (0, 1)), row=(1, 1), V=(1, 1, 1))
    query_b = one.replace(
        a=0, b=0, c=1, scores=(("log(1)", "log(3)", "log(1)"), ("log(1)", "log(1)", "log(2)"))
    )
    query_c = one.replace(
        a=1, b=0, c=1, scores=(("log(1)", "log(2)", "log(1)"), ("log(1)", "log(1)", "log(3)"))
    )
    factored = turned.replace(
        row=(2, 3, 5),
        V=(7, 11, 13),
        scores=tuple(tuple(Log.of(p * v) for v in (13, 11, 7)) for p in (2, 3, 5)),
    )
    sign = "The laws are positive, so a row and weights that explain them have one sign."
    return Body(
        parts=(part,),
        witnesses=(
            Witness(
                part.name,
                "readout",
                turned.replace(C=(("1/3", "1/3", "1/3", 0),) * 3, row=(1, 1, 1)),
            ),
            *(Unwitnessed(part.name, f"token-{token}", NO_EMBEDDING) for token in "abc"),
            Unwitnessed(part.name, "b-not-c", "With b = c both products are the same."),
            Witness(part.name, "a-not-b", query_b),
            Witness(part.name, "a-not-c", query_c),
            Unwitnessed(part.name, "row-positive", sign),
            *(Unwitnessed(part.name, f"V{at}-positive", sign) for at in (1, 2, 3)),
            Witness(part.name, "explained-q1", turned.replace(row=("1/3", "1/5", 3))),
            Witness(part.name, "explained-q2", turned),
        ),
        twins=(
            Twin(
                part.name,
                "the distances the other way round",
                forall()(g(b, 2) * g(c, 2), "=", g(b, 1) * g(c, 1)),
                factored,
            ),
        ),
    )
