"""E12: on almost every path the loser decays at the rate of row 1, whatever row 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from checks.claim import Body, Case, Enumeration, Table, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import arb

CHAINS = (
    *(("1/4", b) for b in ("13/25", "3/5", "4/5", "9/10")),
    *(("1/10", b) for b in ("3/5", "9/10")),
    ("1/3", "3/4"),
    ("2/5", "2/3"),
)
"""(a, b) with a < 1/2 < b."""

TIMES = (64, 512, 4096)
WIDTH = Fraction(1, 4)


def near(n: int, t: int, exponent: Fraction) -> bool:
    """Whether t^-(exponent + 1/4) < n / t < t^-(exponent - 1/4), decided in integers.

    >>> near(32, 1024, Fraction(1, 2)), near(2, 1024, Fraction(1, 2))
    (True, False)
    """

    def side(rate: Fraction) -> tuple[int, int]:
        """(n / t)^d beside t^-p for rate = p / d, both times t^(d + p) over t^p."""
        return n**rate.denominator * t**rate.numerator, t**rate.denominator

    low, at_low = side(exponent + WIDTH)
    high, at_high = side(exponent - WIDTH)
    return low > at_low and high < at_high


def shares(a: str, b: str, exponent: Fraction) -> list[tuple[int, arb]]:
    """Pr(|log y_t / log t + exponent| < 1/4) at the times t, from the prompt 12."""
    from checks.two_tokens import late

    laws = late(a, b, (0, 1), TIMES)
    return [
        (law.length, law.probability(partial(near, t=law.length, exponent=exponent)))
        for law in laws
    ]


def rising_cases(chains: Sequence[tuple[str, str]], off: Fraction = Fraction(0)) -> Iterator[Case]:
    """The probability rises from one time to the next; ``off`` is added to the exponent."""
    from checks.two_tokens import exponent

    for a, b in chains:
        for (_, early), (t, share) in pairwise(shares(a, b, exponent(a) + off)):
            yield Case({"a": a, "b": b, "t": t}, share, ">", early)


def rows() -> Iterator[tuple[object, ...]]:
    """The probability at the times t."""
    from checks.two_tokens import exponent

    for a, b in CHAINS:
        q = exponent(a)
        yield (a, b, float(q), *(float(share) for _, share in shares(a, b, q)))


@claim(
    id="collapse-exponent",
    label="E12",
    title="The loser decays at the rate of row 1 on almost every path, it seems",
    statement=(
        r"Two tokens, $a < 1/2 < b$, $q = 1 - r_1$: $\log y_t / \log t \to -q$ almost surely, "
        r"whatever row 2. What is shown: for eight $(a, b)$ and the prompt $12$, the probability "
        r"that $|\log y_t / \log t + q| < 1/4$ rises from $t = 64$ to $512$ to $4096$."
    ),
    source=WINNER,
    mark="open",
    gap="The limit, and almost surely: neither is shown by the law at finite t.",
)
def collapse_exponent() -> Body:
    """The law of the logarithm, from the exact law in float64 with its proved error."""
    chains = "(a, b) = " + ", ".join(f"({a}, {b})" for a, b in CHAINS)
    engines = ("python-flint", "NumPy")
    rising = Enumeration(
        "collapse-exponent",
        r"$\Pr(|\log y_t / \log t + q| < 1/4)$ rises with $t$.",
        f"{chains}; t = {', '.join(map(str, TIMES))}",
        partial(rising_cases, CHAINS),
        rung="certified",
        engines=engines,
    )
    table = Table(
        "collapse-exponent/probability",
        r"$\Pr(|\log y_t / \log t + q| < 1/4)$.",
        ("a", "b", "q", *map(str, TIMES)),
        rows,
        engines=engines,
    )
    wrong = "an exponent more by 1/2"
    return Body(
        parts=(rising, table),
        witnesses=(),
        twins=(Variant(rising.name, wrong, partial(rising_cases, CHAINS, Fraction(1, 2))),),
        rests_on=("two-token-exact-law",),
    )
