"""E20: the classes of identical tokens walk as tokens, and each class is an urn."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import STRUCTURE
from checks.claims.sources import WINNER

ABSENT = "It keeps the norm of a law positive; a token that is absent changes nothing."
POSITIVE = "Entries that are not positive are no chain; this keeps the norm of a law positive."


@claim(
    id="lumping",
    label="E20",
    title="Identical tokens are one token, and share its draws as an urn does",
    statement=(
        r"Let $g(k)$ be the class of token $k$ and $P_{ik} = R_{g(i) g(k)} > 0$ for all $i, k$: "
        r"tokens of a class have the same rows and the same columns. Let every token be in the "
        r"prompt. After every history with last token $x$, counts $n$ and class counts "
        r"$N_c = \sum_{k : g(k) = c} n_k$, the next token is of class $c$ with the chance $Q_c "
        r"\propto N_c R_{g(x) c}$ of the walk of $R$ on the classes, and it is $k$ with the chance "
        r"$Q_{g(k)} n_k / N_{g(k)}$. So the chance of every path of tokens, from counts $n(0)$ to "
        r"$n(t)$, is the chance of the path of its classes in the walk of $R$ times $\prod_c "
        r"\frac{\Gamma(N_c(0))}{\Gamma(N_c(t))} \prod_{k : g(k) = c} "
        r"\frac{\Gamma(n_k(t))}{\Gamma(n_k(0))}$, for each class the chance of its tokens in a "
        r"Polya urn of its own."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def lumping() -> Body:
    """The law of the class, the law within it, and the chance of a path by induction."""
    from hypothesis import strategies as st
    from sympy import exp

    from checks.computed import Function
    from checks.walks import on_path, walk
    from numeric.instance import Instance
    from theory import urn
    from theory.notation import c, k, total
    from theory.urn import CLASS, TOKEN, Chance, N, Q, S, at, chance, g, n, q, t

    @st.composite
    def in_classes(draw: st.DrawFn, K: int) -> Instance:
        """A chain R on r classes, each of them with a token."""
        r = draw(st.integers(1, K))
        rest = draw(st.tuples(*[st.integers(0, r - 1)] * (K - r)))
        g = tuple(draw(st.permutations([*range(r), *rest])))
        R = draw(st.tuples(*[st.tuples(*[st.integers(1, 5)] * r)] * r))
        return Instance(
            K=K,
            r=r,
            g=g,
            R=R,
            A=draw(st.tuples(*[st.integers(1, 2)] * K)),
            x0=draw(st.integers(0, K - 1)),
            path=draw(st.tuples(*[st.integers(0, K - 1)] * 8)),
            m=1,
        )

    def functions(at: Instance) -> dict[str, Function]:
        """The walk on the tokens and the walk of R on the classes, each from a layer."""
        R, g, A, classes = at["R"], at["g"], at["A"], range(at["r"])
        P = at.get("P") or tuple(tuple(R[i][j] for j in g) for i in g)
        held = tuple(sum(n for n, h in zip(A, g, strict=True) if h == c) for c in classes)
        path = tuple(g[token] for token in at["path"])
        lumped = Instance(K=at["r"], P=R, A=held, x0=g[at["x0"]], path=path)
        made, of_classes = on_path(at, walk(at.replace(P=P))), on_path(lumped, walk(lumped))
        if at.get("frozen"):
            made["n"] = lambda _, k: A[k - 1]
        return made | {
            "P": lambda i, k: P[i - 1][k - 1],
            "Q": of_classes["q"],
            "chance": spoiled(made["chance"], at, "chance"),
            "Chance": spoiled(of_classes["chance"], at, "Chance"),
        }

    def spoiled(chance: Function, at: Instance, name: str) -> Function:
        """A chance that starts wrong, or that goes wrong after the start."""
        start, later = at.get(f"{name}-0") or 1, at.get(f"{name}-step") or 1
        return lambda t: chance(t) * (start if t == 0 else start * later)

    law = Part(urn.class_law(), in_classes, functions)
    within = Part(urn.one_class_token(), in_classes, functions)
    urns = Part(urn.classes_and_urns(), in_classes, functions)

    three = Instance(
        K=3, r=2, g=(0, 0, 1), R=((1, 2), (3, 1)), A=(1, 2, 1), x0=0, path=(0, 2, 1) * 3, m=1
    )
    unlike = three.replace(P=((1, 1, 2), (1, 5, 2), (3, 3, 1)))
    empty = Instance(K=1, r=2, g=(0,), R=((1, 1), (1, 1)), A=(1,), x0=0, path=(0,) * 8, m=1)
    absent = three.replace(A=(0, 0, 1), x0=2, path=(2,) * 8)
    return Body(
        parts=(law, within, urns),
        witnesses=(
            Unwitnessed(law.name, "present", ABSENT),
            Witness(within.name, "present", absent),
            Witness(urns.name, "present", absent.replace(A=(0, 1, 1))),
            *(
                Unwitnessed(part.name, name, STRUCTURE)
                for part in (law, within, urns)
                for name in ("tokens", "classes")
            ),
            *(Unwitnessed(part.name, "R-positive", POSITIVE) for part in (law, within, urns)),
            *(Witness(part.name, "alike", unlike) for part in (law, within, urns)),
            Witness(urns.name, "counts", three.replace(frozen=1)),
            Witness(urns.name, "none-empty", empty),
            *(
                Witness(urns.name, name, three.replace(**{name: 2}))
                for name in ("chance-0", "chance-step", "Chance-0", "Chance-step")
            ),
        ),
        twins=(
            Twin(
                law.name,
                "the chain of the classes forgotten",
                at(law.theorem.conclusion.lhs, "=", N(t, c) / total(n(t, k), k), CLASS),
                three,
            ),
            Twin(
                within.name,
                "all tokens of a class alike",
                at(q(t, k), "=", Q(t, g(k)) / N(t, g(k)), TOKEN),
                three,
            ),
            Twin(urns.name, "the classes alone", at(chance(t), "=", Chance(t)), three),
            Twin(urns.name, "the urns alone", at(chance(t), "=", exp(S(t) - S(0))), three),
        ),
    )
