"""E13: the mean of the loser does not decay at the rate of row 1 whatever row 2 and the prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from checks.claim import Body, Case, Enumeration, Table, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import arb

Chain = tuple[str, str, tuple[int, ...]]

WEAK: tuple[Chain, ...] = (
    ("1/4", "13/25", (0, 1)),
    ("1/4", "13/25", (0, 1, 1)),
    ("1/10", "11/20", (1, 0)),
    ("1/10", "3/5", (0, 1)),
)
"""(a, b, prompt) with A (r2 - 1) < 1 - r1, A how often token 1 is in the prompt."""

STRONG: tuple[Chain, ...] = (("1/4", "4/5", (0, 1)), ("1/10", "5/8", (0, 0, 1)))
"""The same with A (r2 - 1) > 1 - r1."""

TIMES = (512, 1024, 2048, 4096, 8192)


def ratios(of: Chain) -> Iterator[tuple[int, arb]]:
    """E[y_2t] / E[y_t] = 2^-slope at the times 2t."""
    from checks.two_tokens import late

    a, b, prompt = of
    for early, law in pairwise(late(a, b, prompt, TIMES)):
        yield law.length, law.mean / early.mean


def place(of: Chain, t: int) -> dict[str, object]:
    """Where a case stands."""
    a, b, prompt = of
    return {"a": a, "b": b, "prompt": "".join(str(x + 1) for x in prompt), "t": t}


def below_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """The slope is less than four fifths of q: the ratio is above 2^(-4 q / 5)."""
    from flint import arb

    from checks.two_tokens import exponent
    from numeric.arithmetic import ball

    for of in chains:
        least = (-ball(exponent(of[0])) * arb(2).log() * 4 / 5).exp()
        for t, ratio in ratios(of):
            yield Case(place(of, t), ratio, ">", least)


def falling_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """The slope falls with t: the ratio grows."""
    for of in chains:
        for (_, early), (t, ratio) in pairwise(ratios(of)):
            yield Case(place(of, t), ratio, ">", early)


def condition_cases(chains: Sequence[Chain]) -> Iterator[Case]:
    """A (r2 - 1) < 1 - r1."""
    from checks.two_tokens import exponent, odds

    for a, b, prompt in chains:
        where = {"a": a, "b": b, "A": prompt.count(0)}
        yield Case(where, prompt.count(0) * (odds(b) - 1), "<", exponent(a))


def slopes() -> Iterator[tuple[object, ...]]:
    """The slope log2 E[y_t] - log2 E[y_2t] at the times 2t."""
    from math import log2

    from checks.two_tokens import exponent, odds

    for of in (*WEAK, *STRONG):
        a, b, prompt = of
        first = (a, b, place(of, 0)["prompt"], float(exponent(a)))
        second = float(prompt.count(0) * (odds(b) - 1))
        yield (*first, second, *(-log2(float(ratio)) for _, ratio in ratios(of)))


@claim(
    id="exponent-not-universal",
    label="E13",
    title="The mean of the loser does not decay at one rate whatever row 2 and the prompt",
    statement=(
        r"Two tokens, $a < 1/2 < b$, $q = 1 - r_1$, $A$ how often token 1 is in the prompt. The "
        r"reading that $E[y_t]$ decays as $t^{-q}$ whatever row 2 and the prompt is false where "
        r"$A (r_2 - 1) < q$, with the rate $A (r_2 - 1)$ in its place. What is shown: in four such "
        r"cases the slope $\log_2 E[y_t] - \log_2 E[y_{2t}]$, for $2t$ from 1024 to 8192, is less "
        r"than $\frac45 q$ and falls with $t$."
    ),
    source=WINNER,
    mark="open",
    erratum=True,
    gap=(
        "That the slope stays below q for all t, and that it falls to A (r_2 - 1): the exact law "
        "at finite t does not show a limit."
    ),
)
def exponent_not_universal() -> Body:
    """Slopes of the mean from the exact law in float64 with its proved error."""
    chains = "; ".join(
        f"a = {a}, b = {b}, prompt {place((a, b, p), 0)['prompt']}" for a, b, p in WEAK
    )
    scope = f"{chains}; 2t = {', '.join(map(str, TIMES[1:]))}"
    engines = ("python-flint", "NumPy")
    met = Enumeration(
        "exponent-not-universal",
        r"$A (r_2 - 1) < 1 - r_1$.",
        chains,
        partial(condition_cases, WEAK),
    )
    below = Enumeration(
        "exponent-not-universal/below",
        r"$\log_2 E[y_t] - \log_2 E[y_{2t}] < \frac45 q$.",
        scope,
        partial(below_cases, WEAK),
        rung="certified",
        engines=engines,
    )
    falling = Enumeration(
        "exponent-not-universal/falling",
        r"$\log_2 E[y_t] - \log_2 E[y_{2t}]$ falls with $t$.",
        scope,
        partial(falling_cases, WEAK),
        rung="certified",
        engines=engines,
    )
    table = Table(
        "exponent-not-universal/slopes",
        r"The slopes $\log_2 E[y_t] - \log_2 E[y_{2t}]$ at $2t$, in the last two rows where "
        r"$A (r_2 - 1) > q$.",
        ("a", "b", "prompt", "q", "A (r2 - 1)", *map(str, TIMES[1:])),
        slopes,
        engines=engines,
    )
    other = "where A (r2 - 1) > 1 - r1"
    return Body(
        parts=(met, below, falling, table),
        witnesses=(),
        twins=(
            Variant(met.name, other, partial(condition_cases, STRONG)),
            Variant(below.name, other, partial(below_cases, STRONG)),
            Variant(falling.name, other, partial(falling_cases, STRONG)),
        ),
        rests_on=("two-token-exact-law",),
    )
