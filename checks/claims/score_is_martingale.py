"""E24: along one trajectory the score of a row is a martingale difference."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, STRUCTURE
from checks.claims.sources import WINNER

ABSENT = (
    "Where a token is absent the logarithm of its chance is none; the others keep their scores."
)


@claim(
    id="score-is-martingale",
    label="E24",
    title="Along one trajectory the score of a row is a martingale difference",
    statement=(
        r"Let every token be in the prompt and $q_k \propto n_k e^{V_{x k}}$ be the chance of "
        r"token $k$ after a history with counts $n$ and last token $x$. The score of row $i$, the "
        r"derivative of $\log q_k$ by $V_{ij}$, is $\delta_{jk} - q_j$ if $i = x$ and $0$ if not. "
        r"Its mean over the next token $k$ is $0$, and minus the Hessian of $\log q_k$ in row $x$ "
        r"is $\mathrm{diag}(q) - q q^\top$. So the sum of the scores along the trajectory keeps "
        r"its mean: after $s$ more tokens it is the sum so far, for every $s$."
    ),
    source=WINNER,
    mark="all",
)
def score_is_martingale() -> Body:
    """The score and the Hessian by the calculus; the sum by induction on the tokens."""
    from functools import cache
    from typing import Any

    from flint import fmpq
    from hypothesis import strategies as st

    from checks.computed import Function
    from checks.walks import mean_of, start, walk
    from numeric.exact import Log
    from numeric.instance import Instance
    from theory import score as theory
    from theory.notation import j, k, o, total
    from theory.score import COORDINATE, OTHER, a
    from theory.walk import STEPS, TOKEN, at, f, last, mean, n, q, s, w

    @st.composite
    def sampled(draw: st.DrawFn, K: int) -> Instance:
        token = st.integers(0, K - 1)
        return draw(start(K)).replace(a=draw(token) + 1, b=draw(token))

    def functions(at: Instance) -> dict[str, Function]:
        """The walk with logits V = log P; q is left to its definition, which has a derivative."""
        K, made = at["K"], walk(at)
        chances = made.pop("q")

        @cache
        def summed(w: int) -> Any:
            """The scores in row a and coordinate b along history w, from 1 at the prompt."""
            if w == 1:
                return fmpq(1)
            past, k = (w - 2) // K + 1, (w - 2) % K + 1
            here, b = made["last"](past) == at["a"], at["b"] + 1
            return summed(past) + here * ((k == b) - chances(past, b)) + (at.get("biased") or 0)

        average = mean_of(K, {**made, "q": chances}, summed)
        return made | {
            "V": lambda i, k: Log.of(fmpq(at["P"][i - 1][k - 1])),
            "f": summed,
            "mean": lambda s, w: average(s, w) + (at.get("late" if s else "off") or 0),
        }

    parts = tuple(
        Part(theorem(), sampled, functions)
        for theorem in (theory.score, theory.mean_is_zero, theory.hessian, theory.sums_are_kept)
    )
    score, zero, second, kept = parts
    two = Instance(K=2, P=((1, 2), (1, 3)), A=(1, 2), x0=0, a=1, b=0, m=1)
    absent = two.replace(A=(0, 1))
    return Body(
        parts=parts,
        witnesses=(
            *(Witness(part.name, "present", absent) for part in (score, zero, second)),
            Unwitnessed(kept.name, "present", ABSENT),
            Unwitnessed(kept.name, "coordinate", STRUCTURE),
            Unwitnessed(second.name, "sampled", STRUCTURE),
            Unwitnessed(kept.name, "next", EXTENDS),
            Witness(kept.name, "added", two.replace(biased=1)),
            Witness(kept.name, "mean-0", two.replace(off=1, late=1)),
            Witness(kept.name, "mean-step", two.replace(late=1)),
        ),
        twins=(
            Twin(
                score.name,
                "the mean not taken off",
                at(
                    theory.derived(a, j),
                    "=",
                    theory.delta(a, last(w)) * theory.delta(j, k),
                    TOKEN,
                    COORDINATE,
                ),
                two,
            ),
            Twin(
                zero.name,
                "tokens weighted by their counts",
                at(total(n(w, k) * theory.derived(a, j), k), "=", 0, COORDINATE),
                two,
            ),
            Twin(
                second.name,
                "q q^T added",
                at(
                    second.theorem.conclusion.lhs,
                    "=",
                    theory.delta(j, o) * q(w, j) + q(w, j) * q(w, o),
                    COORDINATE,
                    OTHER,
                ),
                two,
            ),
            Twin(kept.name, "one more for each token", at(mean(s, w), "=", f(w) + s, STEPS), two),
        ),
    )
