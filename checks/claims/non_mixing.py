"""E23: what wins depends on the prompt, where the limit is random."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import arb, fmpq

    from numeric.exact_law import Law

Chains = Sequence[tuple[str, str]]

RANDOM = (("1/4", "1/4"), ("1/5", "1/3"), ("2/5", "2/5"))
SETTLED = (("2/3", "9/10"), ("9/10", "3/5"), ("1/4", "2/3"), ("1/10", "3/4"), ("1/4", "9/10"))
"""(a, b): both tokens stay with themselves; not so, and the limit is one point."""

FIRST, SECOND = (0, 0, 0, 0, 1), (1, 1, 1, 1, 0)
TIMES, LATE = (20, 40, 80), (1000, 4000)


@cache
def pairs(a: str, b: str) -> tuple[tuple[int, Law, Law], ...]:
    """The laws after the two prompts at all times, in rationals."""
    from checks.two_tokens import chain
    from numeric.exact_law import law_exact

    laws = (law_exact(chain(a, b), prompt, TIMES) for prompt in (FIRST, SECOND))
    return tuple((one.length, one, two) for one, two in zip(*laws, strict=True))


def minority(law: Law) -> fmpq:
    """Pr(y_t < 1/2): token 2 has less than half of the text."""
    from flint import fmpq

    return sum((p for n, p in enumerate(law.distribution) if 2 * n < law.length), fmpq(0))


def gap(one: Law, two: Law) -> fmpq:
    """|Pr1(y_t < 1/2) - Pr2(y_t < 1/2)|."""
    return abs(minority(one) - minority(two))


def variation(one: Law, two: Law) -> fmpq:
    """The total variation between the two laws of y_t."""
    from flint import fmpq

    both = zip(one.distribution, two.distribution, strict=True)
    return sum((abs(p - q) for p, q in both), fmpq(0)) / 2


def apart(distance: Callable[[Law, Law], fmpq], chains: Chains) -> Iterator[Case]:
    """The distance between the laws is more than a half."""
    from flint import fmpq

    for a, b in chains:
        for t, one, two in pairs(a, b):
            yield Case({"a": a, "b": b, "t": t}, distance(one, two), ">", fmpq(1, 2))


def falling(distance: Callable[[Law, Law], fmpq], chains: Chains) -> Iterator[Case]:
    """Whenever t doubles, at most three quarters of the distance are left."""
    from flint import fmpq

    for a, b in chains:
        found = [(t, distance(one, two)) for t, one, two in pairs(a, b)]
        for (_, early), (t, late) in pairwise(found):
            yield Case({"a": a, "b": b, "t": t}, late, "<=", early * fmpq(3, 4))


def gap_in_balls(a: str, b: str) -> Iterator[tuple[int, arb]]:
    """The gap late, from float64 and its proved error."""
    from checks.two_tokens import late

    laws = (late(a, b, prompt, LATE) for prompt in (FIRST, SECOND))
    for one, two in zip(*laws, strict=True):
        t = one.length
        shares = [law.probability(lambda n, t=t: 2 * n < t) for law in (one, two)]
        yield t, abs(shares[0] - shares[1])


def late_cases(random: Chains, settled: Chains) -> Iterator[Case]:
    """Late the gap is more than a half, or less than a fiftieth."""
    from flint import fmpq

    for chains, relation, bound in ((random, ">", fmpq(1, 2)), (settled, "<", fmpq(1, 50))):
        for a, b in chains:
            for t, found in gap_in_balls(a, b):
                yield Case({"a": a, "b": b, "t": t}, found, relation, bound)


@claim(
    id="non-mixing",
    label="E23",
    title="What wins depends on the prompt where the limit is random, and not where it is certain",
    statement=(
        r"Two tokens, $y_t$ the frequency of token 2 at total length $t$, and two prompts, $11112$ "
        r"and $22221$. Let $G_t = |\Pr_1(y_t < 1/2) - \Pr_2(y_t < 1/2)|$. For $(a, b) = (1/4, 1/4)"
        r", (1/5, 1/3), (2/5, 2/5)$, where each token likes itself best, $G_t > 1/2$ at $t = 20, "
        r"40, 80, 1000, 4000$. For $(2/3, 9/10), (9/10, 3/5), (1/4, 2/3), (1/10, 3/4), (1/4, "
        r"9/10)$, where not both do, $G_t$ loses at least a quarter whenever $t$ "
        r"doubles from 20 to 80, and $G_t < 1/50$ at $t = 1000$ and $4000$. The total variation "
        r"between the two laws of $y_t$ does not tell the two apart: it is above $1/2$ for all of "
        r"these at $t = 20, 40, 80$."
    ),
    source=WINNER,
    mark="certified",
)
def non_mixing() -> Body:
    """The gap in rationals, later from float64 with its proved error; the total variation."""
    times = ", ".join(map(str, TIMES))
    random = "(a, b) = " + ", ".join(f"({a}, {b})" for a, b in RANDOM)
    settled = "(a, b) = " + ", ".join(f"({a}, {b})" for a, b in SETTLED)
    kept = Enumeration(
        "non-mixing", r"$G_t > 1/2$.", f"{random}; t = {times}", partial(apart, gap, RANDOM)
    )
    lost = Enumeration(
        "non-mixing/settled",
        r"$G_{2t} \le \frac34 G_t$.",
        f"{settled}; 2t = {times[4:]}",
        partial(falling, gap, SETTLED),
    )
    later = Enumeration(
        "non-mixing/late",
        r"$G_t > 1/2$ for the first chains, $G_t < 1/50$ for the others.",
        f"{random}, {settled[9:]}; t = {', '.join(map(str, LATE))}",
        partial(late_cases, RANDOM, SETTLED),
        rung="certified",
        engines=("python-flint", "NumPy"),
    )
    total = Enumeration(
        "non-mixing/total-variation",
        r"The total variation between the laws of $y_t$ is above $1/2$.",
        f"{random}, {settled[9:]}; t = {times}",
        partial(apart, variation, (*RANDOM, *SETTLED)),
    )
    return Body(
        parts=(kept, lost, later, total),
        witnesses=(),
        twins=(
            Variant(kept.name, "where the limit is certain", partial(apart, gap, SETTLED)),
            Variant(lost.name, "where the limit is random", partial(falling, gap, RANDOM)),
            Variant(later.name, "the two kinds swapped", partial(late_cases, SETTLED, RANDOM)),
            Variant(total.name, "the gap in its place", partial(apart, gap, (*RANDOM, *SETTLED))),
        ),
        rests_on=("two-token-exact-law",),
    )
