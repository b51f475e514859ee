"""B4: with decaying attention the number of runs has a geometric tail."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import POSITION

STRUCTURE = "It only says what the name stands for: without it the statement has no meaning."


@claim(
    id="decay-fixates",
    label="B4",
    title="Decaying attention leaves few runs",
    statement=(
        r"Take $\lambda$ times its distance to the query, $\lambda > 0$, from every score. "
        r"If $C E^\top = I$, the next-token law is $p(k \mid X) \propto P_{a k} \sum_{i : x_i = k} "
        r"e^{-\lambda (L - i)}$, $a = x_L$. Let $P$ be positive and $B$ a positive integer with "
        r"$B (1 - e^{-\lambda})(e^{\lambda} - 1) P_{kk} \ge 2 P_{kj}$ for all $k, j$. Then, after "
        r"any prompt, the last token is repeated $t$ times with probability at least $2^{-B}$, for "
        r"every $t$. If this holds after every history, the next $T$ steps hold $J$ switches to "
        r"another token or more with probability at most $(1 + 2^{-B})^{-J}$, for every $T$ and "
        r"$J$."
    ),
    source=POSITION,
    mark="all",
    beyond=True,
)
def decay_fixates() -> Body:
    """The runs, by induction on their number; the law of the layer; the chance to stay.

    The horizon T is finite and any, so no limit theorem is cited.
    """
    from sympy import Expr, KroneckerDelta, Symbol

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import LAYER
    from checks.decaying import decaying, generating, repeats, runs_and_stays, with_decay
    from numeric.instance import Instance
    from theory import decay as theory
    from theory.attention import P, p, x
    from theory.decay import LEAST, J, bound, left, runs, stays, t
    from theory.judgement import Judgement
    from theory.notation import L, forall, j, k, l, total

    few = Part(theory.few_runs(), generating, runs_and_stays)
    law = Part(
        theory.decayed_law(), with_decay, lambda at: {"p": computed.decayed_law(at, at["x"])}
    )
    staying = Part(theory.staying(), decaying, repeats)

    idle = ((1, 0, 0),) * 3
    switching = Instance(K=3, N=3, B=1, n=1, m=1, step0=idle, step1=idle)

    def first(*chances: object) -> Instance:
        """The chances of history 1 in the last step."""
        return switching.replace(step0=(chances, *idle[1:]))

    def spoiled(at: Instance, equation: str, value: int) -> Instance:
        return at.replace(**{equation: value})

    negative = switching.replace(
        step0=(idle[0], ("1/2", "1/2", 0), idle[0]), step1=(("1/2", 2, "-3/2"), *idle[1:])
    )
    fast = Instance(K=2, L=2, x=(1, 0), a=0, lam="log(4)", P=((1, 1), (1, 1)), B=1, n=0, m=0)
    slow = fast.replace(lam="log(2)", B=4)
    fading = LAYER.replace(lam="log(2)")

    def counted(token: Symbol) -> Expr:
        return total(KroneckerDelta(token, x(l)), l) * P(x(L), token)

    undecayed = forall(k)(p(k), "=", counted(k) / total(counted(j), j))
    always = few.theorem.conclusion.forall
    return Body(
        parts=(few, law, staying),
        witnesses=(
            *(Unwitnessed(few.name, name, STRUCTURE) for name in ("last", "next")),
            Witness(few.name, "chance", negative),
            Witness(few.name, "one", first("1/2", 1, 0)),
            Witness(few.name, "runs-0", spoiled(switching, "runs-0", 2)),
            Witness(few.name, "runs-at-end", spoiled(switching, "runs-at-end", 1)),
            Witness(few.name, "runs-step", spoiled(switching, "runs-step", 1)),
            Witness(few.name, "stay-at-end", spoiled(first("1/4", "3/4", 0), "stay-at-end", 2)),
            Witness(few.name, "stay-step", spoiled(first(0, 1, 0), "stay-step", 1)),
            Witness(few.name, "stay-least", first(0, 1, 0)),
            Witness(law.name, "readout", fading.replace(C=((1, 1), (0, 1)))),
            Unwitnessed(law.name, "tokens", NO_EMBEDDING),
            Witness(staying.name, "decay", slow.replace(lam="log(1/2)")),
            Witness(staying.name, "positive", slow.replace(P=((1, -5), (1, 1)))),
            Witness(staying.name, "enough", slow.replace(P=((1, 3), (1, 1)), B=1)),
            *(Unwitnessed(staying.name, name, STRUCTURE) for name in ("query", "keys")),
            Witness(staying.name, "repeats", slow.replace(after=1)),
            Witness(staying.name, "no-step", slow.replace(start="1/99")),
            Witness(staying.name, "step", slow.replace(stuck="1/99")),
        ),
        twins=(
            Twin(
                few.name,
                "one switch more is as unlikely",
                Judgement(bound(J + 1), ">=", runs(J, left, 1), always[:2]),
                switching,
            ),
            Twin(law.name, "the decay forgotten", undecayed, fading),
            Twin(
                staying.name,
                "twice the chance",
                Judgement(stays(t), ">=", 2 * LEAST, staying.theorem.conclusion.forall),
                fast,
            ),
        ),
    )
