"""E11: the bound of E10 under the weaker condition on the prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from checks.claim import Body, Case, Enumeration, Table, Variant, claim
from checks.claims.exponent_not_universal import TIMES, WEAK, Chain, place, ratios
from checks.claims.sources import WINNER

BETWEEN: tuple[Chain, ...] = (
    ("1/4", "2/3", (0, 1)),
    ("1/4", "2/3", (0, 1, 1)),
    ("1/10", "2/3", (0, 1)),
    ("1/10", "5/8", (0, 0, 1)),
)
"""(a, b, prompt) with A (r2 - 1) > 1 - r1, and A at most r1 + m: E10 says nothing."""


def degree(a: str, b: str) -> int:
    """The m of E10: max(0, ceil((sigma - rho) / (1 - sigma))), rho = r1 and sigma = 1 / r2.

    >>> degree("1/4", "2/3"), degree("1/4", "4/5")
    (1, 0)
    """
    from math import ceil

    from checks.two_tokens import odds

    rho, sigma = odds(a), 1 / odds(b)
    return max(0, ceil((sigma - rho) / (1 - sigma)))


def condition_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """1 - r1 < A (r2 - 1), and A <= r1 + m."""
    from checks.two_tokens import exponent, odds

    for a, b, prompt in chains:
        A = prompt.count(0)
        where = {"a": a, "b": b, "A": A}
        yield Case(where, A * (odds(b) - 1), ">", exponent(a))
        yield Case(where, odds(a) + degree(a, b), ">=", A)


def rising_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """The slope rises with t: the ratio E[y_2t] / E[y_t] falls."""
    for of in chains:
        for (_, early), (t, ratio) in pairwise(ratios(of)):
            yield Case(place(of, t), ratio, "<", early)


def bounded_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """t^q E[y_t] grows by less and less: at the last doubling by less than 6 per cent."""
    from flint import arb

    from checks.two_tokens import exponent
    from numeric.arithmetic import ball

    for of in chains:
        rate = (ball(exponent(of[0])) * arb(2).log()).exp()
        *_, (t, ratio) = ratios(of)
        yield Case(place(of, t), ratio * rate, "<", arb(106) / 100)


def scaled() -> Iterator[tuple[object, ...]]:
    """t^q E[y_t] at the times t."""
    from checks.two_tokens import exponent, late

    for of in (*BETWEEN, *WEAK[:1]):
        a, b, prompt = of
        q = float(exponent(a))
        means = (float(law.mean) * law.length**q for law in late(a, b, prompt, TIMES))
        yield (a, b, place(of, 0)["prompt"], *means)


@claim(
    id="weak-row-threshold",
    label="E11",
    title="The bound on the mean of the loser holds for weaker rows, it seems",
    statement=(
        r"Two tokens, $a < 1/2 < b$, $a + b < 1$, $q = 1 - r_1$, $A$ how often token 1 is in the "
        r"prompt: $E[y_t] \le C t^{-q}$ for all $t$ already where $A (r_2 - 1) > q$. What is "
        r"shown: in four such cases, where E10 says nothing, the slope $\log_2 E[y_t] - \log_2 "
        r"E[y_{2t}]$ rises with $t$ for $2t$ from 1024 to 8192, and at the last doubling "
        r"$t^q E[y_t]$ grows by less than 6 per cent."
    ),
    source=WINNER,
    mark="open",
    beyond=True,
    gap="A supermartingale with a real power in the place of m, for every t and not on a grid.",
)
def weak_row_threshold() -> Body:
    """Slopes of the mean from the exact law in float64 with its proved error."""
    chains = "; ".join(
        f"a = {a}, b = {b}, prompt {place((a, b, p), 0)['prompt']}" for a, b, p in BETWEEN
    )
    engines = ("python-flint", "NumPy")
    met = Enumeration(
        "weak-row-threshold",
        r"$A (r_2 - 1) > 1 - r_1$ and $A \le r_1 + m$.",
        chains,
        partial(condition_cases, BETWEEN),
    )
    rising = Enumeration(
        "weak-row-threshold/rising",
        r"$\log_2 E[y_t] - \log_2 E[y_{2t}]$ rises with $t$.",
        f"{chains}; 2t = {', '.join(map(str, TIMES[1:]))}",
        partial(rising_cases, BETWEEN),
        rung="certified",
        engines=engines,
    )
    bounded = Enumeration(
        "weak-row-threshold/bounded",
        r"$(2t)^q E[y_{2t}] < 1.06 \, t^q E[y_t]$.",
        f"{chains}; 2t = {TIMES[-1]}",
        partial(bounded_cases, BETWEEN),
        rung="certified",
        engines=engines,
    )
    table = Table(
        "weak-row-threshold/scaled",
        r"$t^q E[y_t]$, in the last row where $A (r_2 - 1) < q$.",
        ("a", "b", "prompt", *map(str, TIMES)),
        scaled,
        engines=engines,
    )
    other = "where A (r2 - 1) < 1 - r1"
    return Body(
        parts=(met, rising, bounded, table),
        witnesses=(),
        twins=(
            Variant(met.name, other, partial(condition_cases, WEAK)),
            Variant(rising.name, other, partial(rising_cases, WEAK)),
            Variant(bounded.name, other, partial(bounded_cases, WEAK)),
        ),
        rests_on=("two-token-exact-law",),
    )
