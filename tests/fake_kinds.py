"""Claims of each kind that need no theory: an enumeration, a test, a table, and a citation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from math import comb
from typing import Any

from hypothesis import strategies as st
from sympy import Integer, Symbol

from checks.claim import (
    Alternative,
    AnyPart,
    Body,
    Case,
    Claim,
    Enumeration,
    Part,
    Source,
    StatisticalTest,
    Table,
    Unwitnessed,
    Variant,
    literature,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import Judgement


def squares(most: int, change: int = 0) -> Callable[[], Iterable[Case]]:
    """The sum of the first k odd numbers is k^2."""
    return lambda: (
        Case({"k": k}, sum(range(1, 2 * k, 2)), "=", k * k + change) for k in range(1, most + 1)
    )


ODD = Enumeration("sum", r"The first $k$ odd numbers sum to $k^2$.", "k <= 5", squares(5))
WRONG = Variant("sum", "one more", squares(5, 1))


def tail(heads: int, n: int = 200) -> Fraction:
    """Pr(Binomial(n, 1/2) >= heads)."""
    return Fraction(sum(comb(n, k) for k in range(heads, n + 1)), 2**n)


COIN = StatisticalTest(
    "coin",
    r"A coin falls on either side with probability $1/2$.",
    level=Fraction(1, 10**8),
    n=200,
    draw=lambda random: int(random.binomial(200, 0.5)),
    statistic=tail,
    finite="binomial",
)
BIASED = Alternative(
    "coin", "heads with 19/20", 1 - Fraction(1, 10**9), lambda random: random.binomial(200, 0.95)
)
NUMBERS = Table("coin/powers", "Powers of two.", ("n", "2^n"), lambda: ((n, 2**n) for n in (1, 2)))


def both(name: str, *more: AnyPart, rests_on: tuple[str, ...] = ()) -> Body:
    """The enumeration and the test as parts of a claim, and perhaps others."""
    coin = f"{name}/coin"
    return Body(
        (replace(ODD, name=name), replace(COIN, name=coin), *more),
        (),
        (replace(WRONG, part=name), replace(BIASED, part=coin)),
        rests_on,
    )


BODY = both("sum")

X = Symbol("x")
POSITIVE = Assumption("positive", "x is positive", Judgement(X, ">", Integer(0)))
LAW = Theorem(
    "law", Judgement(X**3, ">", Integer(0)), (POSITIVE,), (), (), reference="A. Author, Cubes, 1900"
)
USES = Theorem(
    "sum",
    LAW.conclusion,
    (POSITIVE,),
    (),
    (Step("cubes", LAW.conclusion, "cite", ("positive",), {"theorem": LAW}),),
)
SELF = replace(
    USES, steps=(Step("cubes", LAW.conclusion, "sign", ("positive",)),)
)  # rests on nothing


def positive(K: int) -> Any:
    return st.integers(1, 9).map(lambda x: Instance(K=K, x=x))


WHY = "almost surely is a statement about all trajectories"
REASON = Unwitnessed("sum", "positive", "it is needed")
SURE = Part(USES, positive, unchecked=WHY)


def made(mark: str, body: Body, **card: Any) -> Claim:
    source = Source("a place", "a sentence")
    return Claim("sum", "E1", "a sum", "a sum", source, mark, lambda: body, **card)


def law() -> Theorem:
    """The theorem of the literature."""
    return LAW


SOURCE = Source("abstract, sentence 6", "Sums are squares.")


SHOWN = both("shown", replace(NUMBERS, name="shown/powers"), rests_on=("sum",))
SURELY = replace(USES, name="surely")
SURE_BODY = Body((replace(SURE, theorem=SURELY),), (replace(REASON, part="surely"),), ())
GAP = "a bound for $k > 5$"

CLAIMS = (
    made("exact", Body((ODD,), (), (WRONG,))),
    Claim("coins", "E2", "coins", "coins", SOURCE, "stat", lambda: both("coins")),
    Claim("shown", "E3", "shown", "it", SOURCE, "open", lambda: SHOWN, gap=GAP),
    Claim("surely", "E4", "surely", "it", SOURCE, "cited", lambda: SURE_BODY),
    literature(
        name="law",
        label="L1",
        title="Cubes",
        statement="Cubes of positive numbers are positive.",
        reference="A. Author, Cubes, 1900",
    )(law),
)
