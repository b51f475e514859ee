"""E26: what one trajectory that collapses tells of the two rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import arb, fmpq

    from checks.two_tokens import Late


Chain = tuple[str, str]
Rate = Callable[["Late", Chain], "arb"]

FEW: tuple[Chain, ...] = (("1/10", "4/5"), ("1/5", "4/5"), ("1/4", "9/10"))
"""(a, b) with a < 1/3."""

MANY: tuple[Chain, ...] = (("2/5", "4/5"), ("9/20", "4/5"))
"""(a, b) with 1/3 < a < 1/2."""

TIMES = (1024, 2048, 4096)
SCOPE = "; prompt 12; 2t = " + ", ".join(map(str, TIMES[1:]))


def chance_of_2(row: int, of: Chain) -> Callable[[int, int], fmpq]:
    """The chance of token 2 in a row, by the counts."""
    from checks.two_tokens import chain

    stay, leave = chain(*of)[row - 1]
    return lambda n_1, n_2: n_2 * leave / (n_1 * stay + n_2 * leave)


def again(law: Late, of: Chain) -> arb:
    """The chance that tokens t and t + 1 are 2 and 2."""
    return law.mean_at(2, chance_of_2(2, of))


def ratio_cases(chains: Sequence[Chain], rate: Rate, relation: str) -> Iterator[Case]:
    """The rate at 2t over the rate at t, beside 1/2: below it, the sum over t converges."""
    from flint import fmpq

    from checks.two_tokens import late

    for of in chains:
        found = [(law.length, rate(law, of)) for law in late(*of, (0, 1), TIMES)]
        for (_, early), (t, value) in pairwise(found):
            yield Case({"a": of[0], "b": of[1], "t": t}, value / early, relation, fmpq(1, 2))


def named(chains: Sequence[Chain]) -> str:
    """The chains, for the reader."""
    return "(a, b) = " + ", ".join(f"({a}, {b})" for a, b in chains)


def part(
    name: str, statement: str, chains: Sequence[Chain], rate: Rate, relation: str
) -> Enumeration:
    """How the rate at 2t over the rate at t stands to 1/2."""
    cases = partial(ratio_cases, chains, rate, relation)
    engines = ("python-flint", "NumPy")
    return Enumeration(name, statement, named(chains) + SCOPE, cases, "certified", engines)


def information(row: int, law: Late, of: Chain) -> arb:
    """The mean Fisher information on a row that token t + 1 brings: pi (1 - pi) if x_t is there."""
    chance = chance_of_2(row, of)

    def weight(n_1: int, n_2: int) -> fmpq:
        share: fmpq = chance(n_1, n_2)
        return share * (1 - share)

    return law.mean_at(row, weight)


first, second = partial(information, 1), partial(information, 2)


@claim(
    id="single-trajectory-consistency",
    label="E26",
    title="One trajectory tells of row 1, and of row 2 only if the loser is strong, it seems",
    statement=(
        r"Two tokens, on the event that token 1 wins: row 1 can be estimated from one trajectory, "
        r"at the rate $t^{-r_1 / 2}$; $b$ can be if and only if $a \ge 1/3$, at the rate "
        r"$t^{-(2 r_1 - 1) / 2}$ above it. What is shown: when $t$ doubles to 2048 and 4096, the "
        r"mean Fisher information on row 1 that one token brings falls to more than half for five "
        r"$(a, b)$; that on row 2 to less than half for the three with $a < 1/3$ and to more than "
        r"half for the two with $a > 1/3$."
    ),
    source=WINNER,
    mark="open",
    gap=(
        "A strong law for the martingale of the scores, whose information grows almost surely at "
        "these rates; the means at finite t show only that its sum seems to converge or not."
    ),
)
def single_trajectory_consistency() -> Body:
    """The mean information of a late token, from the exact law with its proved error."""
    statement = r"$E[I_%d(2t)] %s \frac12 E[I_%d(t)]$, $I_%d$ the information on row %d."
    name = "single-trajectory-consistency"
    row_1 = part(name, statement % (1, ">", 1, 1, 1), (*FEW, *MANY), first, ">")
    weak = part(f"{name}/weak", statement % (2, "<", 2, 2, 2), FEW, second, "<")
    strong = part(f"{name}/strong", statement % (2, ">", 2, 2, 2), MANY, second, ">")
    return Body(
        parts=(row_1, weak, strong),
        witnesses=(),
        twins=(
            Variant(row_1.name, "row 2", partial(ratio_cases, (*FEW, *MANY), second, ">")),
            Variant(weak.name, "a > 1/3", partial(ratio_cases, MANY, second, "<")),
            Variant(strong.name, "a < 1/3", partial(ratio_cases, FEW, second, ">")),
        ),
        rests_on=("two-token-exact-law",),
    )
