"""D4: n times the excess risk stays below a multiple of K^2 log(n / (K delta))."""

from __future__ import annotations

from checks.claim import Body, claim
from checks.claims.sources import SAMPLES


@claim(
    id="finite-sample-envelope",
    label="D4",
    title="An envelope of the excess risk over K, n and designs",
    statement=(
        r"Let $n_0$ be the least $n$ with $\sum_{x, i} (1 - \mu(x) p_x(i))^n \le \delta$, over the "
        r"tokens $i$ that prompt $x$ holds: if all of them were drawn, the estimate exists and is "
        r"unique, so for $n \ge n_0$ it is missing with probability at most $\delta$. Take "
        r"$\delta = 0.05$, and count a missing estimate as a failure. For every design and size "
        r"of a sweep over $K = 2, 3, 4, 8$ and $n \ge n_0$, the bound $L(W_n) - L(W^*) \le "
        r"\frac{K^2}{8 n} \log \frac{n}{K \delta}$ fails with probability at most $2 \delta$, as "
        r"tested. So does $\|W_n - W^*\|^2 \le \frac{1}{n \delta} \sum_k \mathrm{tr} \, H_k^+$ for "
        r"the connected designs with $K = 3, 4$ whose prompts hold two tokens or all, at two sizes "
        r"each, and orthonormal embeddings. In the designs that are "
        r"tried and not connected, the error of the $W$ whose logits sum to 0 on each component "
        r"fails that bound. The tests reject a bound that fails with probability 38 % in one of "
        r"their places."
    ),
    source=SAMPLES,
    mark="stat",
)
def finite_sample_envelope() -> Body:
    """The chance of missing estimates in balls; failures of the two bounds, counted."""
    from checks.claim import Enumeration, Variant
    from checks.designs import Design, pairs_and_whole
    from checks.envelope import LEAST, SWEEP, alternative, bound_test, errors, excesses, missing

    existence = Enumeration(
        "finite-sample-envelope/existence",
        r"$\sum_{x, i} (1 - \mu(x) p_x(i))^n < 0.05$ at the first size of each design.",
        "K = 2, 3, 4, 8, prompts of two tokens, of K, and of both",
        lambda: missing(LEAST),
        rung="certified",
    )
    risk = bound_test(
        "finite-sample-envelope/risk",
        r"In every place of the sweep, $L(W_n) - L(W^*) > \frac{K^2}{8 n} \log (20 n / K)$, or no "
        r"unique estimate, has a probability of at most 0.1.",
        excesses(lambda _design, _n: 1.0),
        len(SWEEP),
    )
    connected = [Design.even(K, pairs_and_whole(K)) for K in (3, 4)]
    apart = [Design.even(K, pairs_and_whole(K, (range(K - 1), (K - 1,)))) for K in (3, 4)]
    parameter = bound_test(
        "finite-sample-envelope/parameter",
        r"For $K = 3, 4$ and the connected designs of pairs and the whole, $\|W_n - W^*\|^2 > "
        r"\frac{20}{n} \sum_k \mathrm{tr} \, H_k^+$, or no unique estimate, has a probability of "
        r"at most 0.1.",
        errors(connected),
        2 * len(connected),
    )
    return Body(
        parts=(existence, risk, parameter),
        witnesses=(),
        twins=(
            Variant(
                existence.name,
                "a tenth of the size",
                lambda: missing({K: n // 10 for K, n in LEAST.items()}),
            ),
            alternative(
                risk.name,
                "the rate n^-1/2",
                excesses(lambda design, n: (n / LEAST[design.K]) ** 0.5),
                len(SWEEP),
            ),
            alternative(
                risk.name,
                "K in the place of K^2",
                excesses(lambda design, _n: float(design.K)),
                len(SWEEP),
            ),
            alternative(parameter.name, "a disconnected design", errors(apart), 2 * len(apart)),
        ),
        rests_on=("mle-exists", "likelihood-convex", "fisher-is-laplacian"),
    )
