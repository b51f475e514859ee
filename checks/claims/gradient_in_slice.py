"""C2: the gradient of the loss lies in S_E, and so does gradient descent."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import COVERAGE

TOKEN = "It only says that g(x) is a token: without it the loss has no meaning."
NO_VALUE = "Without it the loss may have no value, and then it has no gradient."


@claim(
    id="gradient-in-slice",
    label="C2",
    title="The gradient lies in the slice, and gradient descent stays there",
    statement=(
        r"The loss of $M$ observations with weights $\mu$ (query $b$, counts $N$, sampled token "
        r"$g$; up to $-\log N_g$, which no $W$ changes) has the gradient "
        r"$\sum_x \mu_x \sum_j p_x(j) (e_j - e_{g(x)}) e_{b(x)}^\top$, a combination of the "
        r"$(e_i - e_j) e_k^\top$ that span $S_E$. Gradient descent from $W_0 = 0$ with any step "
        r"sizes $\eta_t$ has $W_t = \sum_{x,j} c_t(x, j) (e_j - e_{g(x)}) e_{b(x)}^\top$, where "
        r"$c_0 = 0$ and $c_{t+1} = c_t - \eta_t \mu_x p_x(j)$: it stays in $S_E$."
    ),
    source=COVERAGE,
    mark="all",
)
def gradient_in_slice() -> Body:
    """The gradient by the calculus; descent by induction on t."""
    from fractions import Fraction
    from functools import cache
    from typing import Any

    from flint import ctx, fmpq
    from hypothesis import strategies as st

    from checks.computed import Function
    from checks.strategies import logs, matrix, prompt, small
    from numeric.instance import Instance
    from numeric.likelihood import descent
    from theory import likelihood as theory
    from theory.judgement import Judgement
    from theory.likelihood import DERIVATIVE, E, Iterate, b, coefficient, g, mu, p
    from theory.notation import j, total, u, v, xi

    MATRICES = 9  # the second engine follows t = 0..6 and looks one step ahead

    @st.composite
    def observed(draw: st.DrawFn, K: int) -> Instance:
        M, d = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        prompts = [draw(prompt(K, most=2)) for _ in range(M)]
        return Instance(
            K=K,
            M=M,
            d=d,
            E=draw(matrix(small, K, d)),
            N=tuple(tuple(held.count(k) for k in range(K)) for held in prompts),
            b=tuple(held[-1] for held in prompts),
            g=tuple(draw(st.sampled_from(held)) for held in prompts),
            mu=tuple(draw(st.builds(Fraction, small, st.just(3))) for _ in range(M)),
        )

    @st.composite
    def anywhere(draw: st.DrawFn, K: int) -> Instance:
        at = draw(observed(K))
        first, second = (draw(matrix(logs, at["d"], at["d"])) for _ in range(2))
        return at.replace(first=first, second=second)

    @st.composite
    def descending(draw: st.DrawFn, K: int) -> Instance:
        rates = st.sampled_from([Fraction(1, 2), Fraction(-1, 3), Fraction(0)])
        return draw(observed(K)).replace(rates=tuple(draw(rates) for _ in range(MATRICES)), n=1)

    def points(at: Instance) -> dict[str, Function]:
        return {"W": lambda t, u, v: at["second" if t % 2 else "first"][u - 1][v - 1]}

    def path(at: Instance) -> dict[str, Function]:
        """Iterates and coefficients; ``moved``, ``off``, ``shift``, ``late`` break assumptions."""

        @cache
        def at_precision(_: int) -> Any:
            return descent(at, MATRICES)

        def iterate(t: int, u: int, v: int) -> Any:
            moved = at.get("moved") or 0
            return (
                at_precision(ctx.prec)[0][t][u - 1][v - 1]
                + fmpq(moved) * t**u
                + fmpq(at.get("off") or 0)
            )

        def share(t: int, xi: int, j: int) -> Any:
            late = (at.get("shift") or 0) + (at.get("late") or 0) * min(t, 1)
            return at_precision(ctx.prec)[1][t][xi - 1][j - 1] + late

        return {"W": iterate, "c": share, "eta": lambda t: at["rates"][t]}

    slope = Part(theory.gradient(), anywhere, points)
    descend = Part(theory.slice_kept(), descending, path)

    one_hot = ((1, 0), (0, 1))
    one = Instance(K=2, M=1, d=2, E=one_hot, N=((1, 2),), b=(0,), g=(1,), mu=(1,))
    weights, zeros = (("log(2)", "log(3)"), ("log(5)", "log(7)")), ((0, 0), (0, 0))
    still = one.replace(first=weights, second=weights)
    going = one.replace(rates=("1/2",) * MATRICES, n=1)
    resting = going.replace(rates=(0,) * MATRICES)
    uncentred = total(mu(xi) * p(theory.t, xi, j) * E(j, u) * E(b(xi), v), xi, j)
    doubled = total(2 * coefficient(theory.t, xi, j) * (E(j, u) - E(g(xi), u)) * E(b(xi), v), xi, j)
    where = DERIVATIVE.forall
    return Body(
        parts=(slope, descend),
        witnesses=(
            *(Unwitnessed(part.name, "answers", TOKEN) for part in (slope, descend)),
            Witness(slope.name, "counts", still.replace(N=((-1, 1),), first=zeros, second=zeros)),
            Witness(slope.name, "held", still.replace(N=((0, 0),))),
            Unwitnessed(descend.name, "counts", NO_VALUE),
            Unwitnessed(descend.name, "held", NO_VALUE),
            Witness(descend.name, "start", resting.replace(off=1)),
            Witness(descend.name, "descent", resting.replace(moved=1)),
            Witness(descend.name, "coefficients-start", resting.replace(shift=1)),
            Witness(descend.name, "coefficients", resting.replace(late=1)),
        ),
        twins=(
            Twin(
                slope.name,
                "the sampled token left out",
                Judgement(DERIVATIVE.lhs, "=", uncentred, where),
                still,
            ),
            Twin(
                slope.name,
                "the sign",
                Judgement(DERIVATIVE.lhs, "=", -DERIVATIVE.rhs, where),
                still,
            ),
            Twin(
                descend.name,
                "twice as far",
                Judgement(Iterate(theory.t, u, v), "=", doubled, where),
                going,
            ),
        ),
    )
