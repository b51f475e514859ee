"""E25: which transitions between losers occur infinitely often."""

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


@claim(
    id="transitions-recur",
    label="E25",
    title="Two losers follow each other infinitely often if they are strong enough, it seems",
    statement=(
        r"Let $P > 0$ and let every token be in the prompt. On the event that $w$ wins, $P_{ww}$ "
        r"the strict maximum of its row and $\rho_j = P_{wj} "
        r"/ P_{ww}$, the transitions $k \to j$ ($k, j \ne w$) occur infinitely often almost surely "
        r"if and only if $\rho_k + \rho_j \ge 1$. What is shown, for two tokens, where this asks "
        r"for $a \ge 1/3$: the chance that tokens $t$ and $t + 1$ are $2, 2$ falls to less than "
        r"half when $t$ doubles, for three $(a, b)$ with $a < 1/3$ and $2t = 2048, 4096$, and to "
        r"more than half for two with $a > 1/3$."
    ),
    source=WINNER,
    mark="open",
    gap=(
        "The boundary rho_k + rho_j = 1, where the other rows are not like that of w. Off it, E30 "
        "(sum below 1) and E31 (sum above 1) are the two directions for every finite horizon, "
        "from a history in which w has its share until one in which it has not: where w wins, "
        "that never comes from some time on. E28 and E29 are the two directions where all rows "
        "agree, with the boundary, from any history. The step from all finite horizons to "
        "almost surely is not checked."
    ),
)
def transitions_recur() -> Body:
    """The chance of a transition late, from the exact law with its proved error."""
    statement = r"$\Pr(x_{2t} = x_{2t+1} = 2) %s \frac12 \Pr(x_t = x_{t+1} = 2)$."
    few = part("transitions-recur", statement % "<", FEW, again, "<")
    many = part("transitions-recur/strong", statement % ">", MANY, again, ">")
    settled = ("transitions-stop", "transitions-go-on")
    near = ("transitions-stop-near", "transitions-go-on-near")
    return Body(
        parts=(few, many),
        witnesses=(),
        twins=(
            Variant(few.name, "a > 1/3", partial(ratio_cases, MANY, again, "<")),
            Variant(many.name, "a < 1/3", partial(ratio_cases, FEW, again, ">")),
        ),
        rests_on=("two-token-exact-law", *settled, *near),
    )
