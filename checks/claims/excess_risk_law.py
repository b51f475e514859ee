"""D1: 2 n times the excess risk tends to chi^2, one degree of freedom for each ratio identified."""

from __future__ import annotations

from checks.claim import Body, claim
from checks.claims.sources import SAMPLES


@claim(
    id="excess-risk-law",
    label="D1",
    title="The excess risk follows chi-square over 2n",
    statement=(
        r"Let $W_n$ maximise the likelihood of $n$ independent observations, and let "
        r"$\mathrm{df} = \sum_k (K - \#\text{components of } G^{(k)})$: $K(K-1)$ when all graphs "
        r"are connected. Given that $W_n$ exists and is unique on the support (else its excess "
        r"risk is infinite, which has positive probability for every $n$), the law of "
        r"$2 n (L(W_n) - L(W^*))$ is near to that of $\chi^2_{\mathrm{df}}$: within $0.01$ for "
        r"$K = 5$, prompts of two and of five tokens and $n = 40\,000$ and $640\,000$, as tested; "
        r"and within $0.6 \, n^{-1/2}$ at four quantiles for $K = 2$, as computed."
    ),
    source=SAMPLES,
    mark="stat",
)
def excess_risk_law() -> Body:
    """The exact law of one row with two tokens; the law of sampled data sets with five."""
    from collections.abc import Iterator

    from flint import arb, fmpq
    from numpy.random import Generator

    from checks.claim import Case, Enumeration, Variant
    from checks.designs import Design, pairs_and_whole
    from checks.exact_excess import law_function
    from checks.excess_tests import LawTest
    from numeric.arithmetic import FloatArray, ball

    LIMITS = [fmpq(x, 1000) for x in (455, 2706, 3841, 6635)]
    HEADS = fmpq(1, 3)

    def exact(*sizes: int, scale: fmpq | int = 1) -> Iterator[Case]:
        for n in sizes:
            found = law_function(HEADS, n, [limit / scale for limit in LIMITS])
            for limit, chance in zip(LIMITS, found, strict=True):
                gap = (ball(limit) / 2).sqrt().erf() - ball(chance)
                yield Case({"n": n, "c": limit}, gap * gap, "<", arb(9) / (25 * n))

    two_tokens = Enumeration(
        "excess-risk-law/two-tokens",
        r"$|\Pr(2 n \, \text{excess} \le c) - \Pr(\chi^2_1 \le c)| < 0.6 \, n^{-1/2}$, given that "
        r"the estimate exists, for a row $(1/3, 2/3)$.",
        r"K = 2, n = 20, 100, 400, 1600 and c = 0.455, 2.706, 3.841, 6.635",
        lambda: exact(20, 100, 400, 1600),
        rung="certified",
    )

    K = 5
    whole = Design.even(K, pairs_and_whole(K))
    apart = Design.even(K, pairs_and_whole(K, (range(4), (4,))))

    def scaled(design: Design, random: Generator, n: int, sets: int) -> FloatArray:
        return 2 * n * design.excesses(random, n, sets)

    def values(random: Generator, n: int, sets: int) -> FloatArray:
        return scaled(whole, random, n, sets)

    def values_apart(random: Generator, n: int, sets: int) -> FloatArray:
        return scaled(apart, random, n, sets)

    law = LawTest(
        "excess-risk-law/five-tokens",
        r"For $K = 5$, $n = 40\,000$ and $640\,000$, the distribution function of "
        r"$2 n (L(W_n) - L(W^*))$, given that $W_n$ exists, is within 0.01 of that of "
        r"$\chi^2_{20}$.",
        sizes=(40_000, 640_000),
        sets=4_000,
        values=values,
        allowed=0.01,
        df=whole.df,
    )
    root = (law.sizes[1] / law.sizes[0]) ** 0.5
    return Body(
        parts=(two_tokens, law.part),
        witnesses=(),
        twins=(
            Variant(two_tokens.name, "10 % larger", lambda: exact(1600, scale=fmpq(11, 10))),
            Variant(two_tokens.name, "the rate n^-1/2", lambda: exact(100, scale=10)),
            law.against("the rate n^-1/2", 1, root),
            law.against("10 % larger", 1.1, 1.1),
            law.against("K in the place of K (K - 1)", 1 / (K - 1), 1 / (K - 1)),
            law.against("a disconnected design", 1, 1, df=apart.df, values=values_apart),
        ),
        rests_on=("mle-exists", "likelihood-convex", "fisher-is-laplacian"),
    )
