"""D3: the covariance of the error of W, and how large the error is."""

from __future__ import annotations

from checks.claim import Body, claim
from checks.claims.sources import SAMPLES


@claim(
    id="parameter-law",
    label="D3",
    title="The error of the weights: covariance and size",
    statement=(
        r"Let all graphs be connected and $E$ of full row rank. The Fisher matrix of $W$, the "
        r"covariance of its score, has on $S_E$ the inverse $\sum_k (C^\top D H_k^+ D^\top C) "
        r"\otimes c_k c_k^\top$, where $C = G^{-1} E$, $G = E E^\top$, $D = I - "
        r"1 1^\top G^{-1} / (1^\top G^{-1} 1)$: exactly so for the designs with $K = 2, 3$ and the "
        r"embeddings that are tried. Without $D$ it is another matrix for the skew ones among "
        r"them. Given that the estimate exists, $n \|W_n - W^*\|^2$, cut at 8 times its trace, has "
        r"that trace as its mean within 1 %, for $K = 4$ and prompts of two tokens, at "
        r"$n = 400\,000$ for orthonormal embeddings and for skew ones, and at $n = 6\,400\,000$ "
        r"for orthonormal ones where one prompt of each query is 16 times as rare as the others "
        r"and the trace is larger, as tested, where the estimate is missing with probability below "
        r"$10^{-16}$. The tests reject means that are 9 % off, if the variances are as they say. "
        r"(By D1 the law of $\sqrt n$ times the error of the logits of a row tends to the normal "
        r"one; that $\sqrt n (W_n - W^*)$, a linear image of it by A4, tends to the normal one "
        r"with the covariance above is not derived here.)"
    ),
    source=SAMPLES,
    mark="stat",
)
def parameter_law() -> Body:
    """The pseudo-inverse in rationals; mean squares of errors of sampled data sets."""
    from numpy.random import Generator

    from checks.claim import Enumeration, Variant
    from checks.designs import Design, pairs_and_whole
    from checks.excess_tests import MeanTest, missing_rarely
    from checks.parameter_errors import SKEW, penrose, squares, starred, trace
    from numeric.arithmetic import FloatArray

    K, MOST = 4, 8
    UNIT = tuple(tuple(int(i == j) for j in range(K)) for i in range(K))
    common, rare = starred(K, 1), starred(K, 16)
    apart = Design.even(K, pairs_and_whole(K, (range(K - 1), (K - 1,))))
    traces = {design: trace(design, UNIT) for design in (common, rare)}
    sizes = 400_000, 6_400_000
    of_size = {
        n: squares(design, UNIT, traces[design])
        for n, design in zip(sizes, (common, rare), strict=True)
    }

    def values(random: Generator, n: int, sets: int) -> FloatArray:
        return of_size[n](random, n, sets)

    exact = Enumeration(
        "parameter-law/covariance",
        r"The matrix above is the pseudo-inverse of the Fisher matrix of $W$: the four equations "
        r"of Penrose.",
        "K = 2, 3, two designs, two embeddings each",
        penrose,
    )
    size = MeanTest(
        "parameter-law/size",
        r"For $K = 4$ and orthonormal embeddings, given that the estimate exists, "
        r"$\min(8, n \|W_n - W^*\|^2 / \sum_k \mathrm{tr} \, H_k^+)$ has a mean within 0.01 of 1 "
        r"and a variance of at most 0.45, in both places.",
        sizes=sizes,
        sets=16_000,
        values=values,
        allowed=0.01,
        variance=0.45,
        most=MOST,
    )
    skewed = MeanTest(
        "parameter-law/skew",
        r"For $K = 4$, embeddings that are not orthonormal and $n = 400\,000$, given that the "
        r"estimate exists, $n \|W_n - W^*\|^2$ over the trace of its covariance, cut at 8, has a "
        r"mean within 0.01 of 1 and a variance of at most 0.75.",
        sizes=sizes[:1],
        sets=24_000,
        values=squares(common, SKEW, trace(common, SKEW)),
        allowed=0.01,
        variance=0.75,
        most=MOST,
    )
    root = (sizes[1] / sizes[0]) ** 0.5
    places = [(common, sizes[0]), (rare, sizes[1]), *((apart, n) for n in sizes)]
    existence, sooner = missing_rarely("parameter-law/existence", places)
    return Body(
        parts=(exact, existence, size.part, skewed.part),
        witnesses=(),
        twins=(
            Variant(exact.name, "built from the H_k^+ alone", lambda: penrose(alone=True)),
            sooner,
            size.against("the rate n^-1/2", 1, root),
            size.against("10 % larger", 1.1, 1.1),
            size.against("lambda_2 left out", 1, traces[rare] / traces[common]),
            size.against(
                "a disconnected design",
                1,
                1,
                ratio=MOST,
                variance=0.001,
                values=squares(apart, UNIT, traces[common]),
            ),
            skewed.against("10 % larger", 1.1),
            skewed.against(
                "the trace of the H_k^+",
                trace(common, SKEW) / traces[common],
            ),
        ),
        rests_on=(
            "transition-to-weights",
            "likelihood-convex",
            "gradient-in-slice",
            "fisher-is-laplacian",
            "mle-exists",
            "excess-risk-law",
        ),
    )
