"""D2: given that the estimate exists, 2 n times its mean excess risk is near df."""

from __future__ import annotations

from checks.claim import Body, claim
from checks.claims.sources import SAMPLES


@claim(
    id="excess-risk-mean",
    label="D2",
    title="The mean excess risk is near df over 2n",
    statement=(
        r"Where df is positive the estimate fails to exist with positive probability, and then its "
        r"excess risk counts as infinite. Given that it exists and is unique on the support, $2 n$ "
        r"times the mean excess risk is near to df in what follows, where estimates are seldom "
        r"missing. For a fair row of two tokens whose query comes half "
        r"of the time, df is 1 and it is 1.195, 1.043 and 1.010 at $n = 20, 100, 400$, as "
        r"computed, where the estimate is missing with probability 0.006 and less than 0.001; for "
        r"other designs of two and three tokens both are as the parts say. df is no bound: "
        r"where estimates are often missing the mean may be less. For $K = 4$ and $n = 10\,000$ "
        r"and $160\,000$ the mean of what is cut at three times df is within 1 % of df, as tested, "
        r"where the estimate is missing with probability below $10^{-16}$. The test rejects "
        r"means that are 9 % off, if the variance is as it says. (That the mean tends to df is not "
        r"derived here: L3 speaks of laws, not of means.)"
    ),
    source=SAMPLES,
    mark="stat",
    beyond=True,
)
def excess_risk_mean() -> Body:
    """Exact means and chances for two and three tokens; the mean of sampled data sets for four."""
    from collections.abc import Iterator
    from fractions import Fraction

    from flint import fmpq
    from numpy.random import Generator

    from checks.claim import Case, Enumeration, Variant
    from checks.designs import Design, pairs_and_whole, shares
    from checks.exact_excess import chance_by_enumeration, chance_of_estimate, mean_excess
    from checks.excess_tests import MeanTest, missing_rarely
    from numeric.arithmetic import FloatArray

    half = Fraction(1, 2)
    DESIGNS = {
        "a fair row, half of the time": Design(((half, half),) * 2, ((1, 0), (1,)), shares((1, 1))),
        "K = 2": Design.even(2, ((1, 0), (0, 1))),
        "K = 3, a row, three tokens": Design.even(3, ((1, 2, 0),)),
        "K = 3, a row, two pairs": Design.even(3, ((1, 0), (2, 0))),
        "K = 3, three tokens": Design.even(3, ((1, 2, 0), (0, 2, 1), (0, 1, 2))),
    }
    MEANS = {  # 2 n times the mean, and how often the estimate is missing, to three decimals
        "a fair row, half of the time": {
            20: ("1.195", "0.006"),
            100: ("1.043", "0.000"),
            400: ("1.010", "0.000"),
        },
        "K = 2": {20: ("1.969", "0.095"), 60: ("2.224", "0.000"), 200: ("2.059", "0.000")},
        "K = 3, a row, three tokens": {
            20: ("1.875", "0.095"),
            60: ("2.166", "0.001"),
            200: ("2.046", "0.000"),
        },
        "K = 3, a row, two pairs": {
            20: ("1.561", "0.235"),
            60: ("2.255", "0.006"),
            200: ("2.086", "0.000"),
        },
        "K = 3, three tokens": {20: ("4.372", "0.923"), 60: ("5.825", "0.271")},
    }
    LEAST = {  # n at which an estimate is possible
        name: sum(0 < p < 1 for law in design.exact_laws for p in law)
        for name, design in DESIGNS.items()
    }
    MOST_COUNTED = 11

    def means(factor: fmpq | int = 1) -> Iterator[Case]:
        near = Fraction(1, 1000)
        for name, of in MEANS.items():
            for n, stated in of.items():
                mean, gone = mean_excess(DESIGNS[name], n)
                for found, text in zip((factor * mean, gone), stated, strict=True):
                    yield Case({"design": name, "n": n}, found, ">", Fraction(text) - near)
                    yield Case({"design": name, "n": n}, found, "<", Fraction(text) + near)

    def chances(more: int = 0) -> Iterator[Case]:
        for name, design in DESIGNS.items():
            for n in range(LEAST[name], MOST_COUNTED + 1):
                counted = chance_by_enumeration(design, n)
                said = chance_of_estimate(design, n + more)
                yield Case({"design": name, "n": n}, counted, "=", said)
                yield Case({"design": name, "n": n}, counted, ">", 0)
                yield Case({"design": name, "n": n}, counted, "<", 1)

    said = "; ".join(
        f"{name} (df = {df}): "
        + ", ".join(f"{mean} and {gone} at n = {n}" for n, (mean, gone) in MEANS[name].items())
        for name, df in ((name, design.df) for name, design in DESIGNS.items())
    )

    exact = Enumeration(
        "excess-risk-mean/two-and-three",
        r"$2 n$ times the mean excess risk, given that the estimate exists and is unique, and the "
        f"chance that it does not or is not, to 0.001: {said}.",
        "five designs, K = 2, 3, n = 20 to 400",
        means,
        rung="certified",
    )
    missing = Enumeration(
        "excess-risk-mean/missing",
        r"The chance that the estimate exists and is unique, by the graph of each data set, is "
        r"that of hitting every token of every prompt, more than 0 and less than 1.",
        f"the same designs, {sum(MOST_COUNTED + 1 - n for n in LEAST.values())} places: n from the "
        f"least that allows an estimate ({', '.join(map(str, LEAST.values()))}) to {MOST_COUNTED}",
        chances,
    )

    K = 4
    whole = Design.even(K, pairs_and_whole(K))
    apart = Design.even(K, pairs_and_whole(K, (range(3), (3,))))
    MOST = 3

    def values(random: Generator, n: int, sets: int) -> FloatArray:
        return 2 * n * whole.excesses(random, n, sets) / whole.df

    def values_apart(random: Generator, n: int, sets: int) -> FloatArray:
        return 2 * n * apart.excesses(random, n, sets) / whole.df

    mean = MeanTest(
        "excess-risk-mean/four",
        r"For $K = 4$, $n = 10\,000$ and $160\,000$, given that the estimate exists, "
        r"$\min(3, 2 n (L(W_n) - L(W^*)) / 12)$ has a mean within 0.01 of 1 and a variance of at "
        r"most 0.18.",
        sizes=(10_000, 160_000),
        sets=6_500,
        values=values,
        allowed=0.01,
        variance=0.18,
        most=MOST,
    )
    root = (mean.sizes[1] / mean.sizes[0]) ** 0.5
    places = [(design, n) for design in (whole, apart) for n in mean.sizes]
    existence, sooner = missing_rarely("excess-risk-mean/existence", places)
    return Body(
        parts=(exact, missing, existence, mean.part),
        witnesses=(),
        twins=(
            Variant(exact.name, "10 % larger", lambda: means(fmpq(11, 10))),
            Variant(exact.name, "df over n", lambda: means(2)),
            Variant(missing.name, "one observation more", lambda: chances(1)),
            sooner,
            mean.against("the rate n^-1/2", 1, root),
            mean.against("10 % larger", 1.1, 1.1),
            mean.against("K in the place of K (K - 1)", 1 / (K - 1), 1 / (K - 1)),
            mean.against(
                "a disconnected design",
                1,
                1,
                ratio=apart.df / whole.df,
                variance=0.36,
                values=values_apart,
            ),
        ),
        rests_on=("mle-exists", "likelihood-convex", "fisher-is-laplacian"),
    )
