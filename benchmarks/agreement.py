"""Do the three arithmetics of ``ccmc law`` agree?  Run it as ``python -m benchmarks.agreement``.

Instances are drawn: P = [[1 - a, a], [b, 1 - b]] and a prompt of 3 to 7 tokens, both among them.

small         1 - a : a and b : 1 - b are ratios of integers up to 3; in every other instance a or b
              is one of 1/10, 4/9, 1/2, 9/10 instead.
thousandths   a and b are multiples of 1/1000, or, in every other instance, within 10^-6 of 0, 1/2
              or 1.

Float64 is held against balls at length 2000, and both against rationals: of the whole law at length
2000 (small) or 150 (thousandths), of the 4 lowest and highest counts at length 2000. The rationals
are those of `integers`, a recurrence of its own; `law_exact` has to equal them, at length 300 or
150. All of them to length 2000 are out of reach for thousandths: a common denominator is a multiple
of nearly every prime up to 10^6 that divides some k P_x1 + n P_x2, so it has millions of digits,
and there are thousands of numerators over it. In the family of small numbers it has at most some
hundred thousand digits.

A ball has to be as small as was asked, and to hold the rational; the rationals have to sum to one.
A float64 x is off from the true y by at most r y + d, by `float_error`; the share of the bound that
is used is |x - y| / (r y + d), the largest over all probabilities and means. In balls nothing is
subtracted, so that they are as good for the smallest probabilities as for others.

With --out FILE.md what is found goes into the results of the benchmarks, as a section, where a
family that is not compared now (--small 0) keeps what was found before. With --log
FILE every instance is written to it as it ends, and those that it holds are not done again; a log
is of use as long as the code does not change.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import inf, isnan
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpz

from benchmarks.harness import Spread
from benchmarks.integers import integers
from benchmarks.results import Measurement, measurement_cells
from benchmarks.runner import section, stored, update
from numeric.arithmetic import ball
from numeric.exact import dyadic
from numeric.exact_law import Law, float_error, law_ball, law_exact, law_float

PACKAGES = ("numpy", "python-flint")

LENGTH = 2000
RATIONAL = {"small": 2000, "thousandths": 150}
REDUCED = {"small": 300, "thousandths": 150}
WIDTH = 4
NEAR = [fmpq(1, 10**6), fmpq(1, 2), fmpq(1, 2) - fmpq(1, 10**6), 1 - fmpq(1, 10**6)]
SMALL_NEAR = [fmpq(1, 10), fmpq(4, 9), fmpq(1, 2), fmpq(9, 10)]
LARGEST = 3
DIGITS = 30


@dataclass(frozen=True)
class Case:
    """An instance of a family, and the lengths at which laws are compared.

    ``length`` is that of float64 and balls, ``rational`` that of rationals, and ``reduced`` that at
    which `law_exact` has to equal them.
    """

    family: str
    number: int
    length: int
    rational: int
    reduced: int

    @classmethod
    def of(cls, family: str, number: int, length: int = LENGTH) -> "Case":
        """Return a case with the lengths of its family, none above ``length``."""
        lengths = (length, RATIONAL[family], REDUCED[family])
        return cls(family, number, *(min(length, x) for x in lengths))


@dataclass(frozen=True)
class Agreement:
    """What was seen on a case.

    ``share`` is the largest share of its bound that a float64 uses against balls,
    ``rational_share`` against rationals, and ``ends`` against those at the ends of the support,
    where there are no others; ``held`` says whether every ball is small and holds its rational, and
    the rationals sum to one; ``equal`` whether `law_exact` gives the same rationals.
    """

    case: Case
    share: float
    rational_share: float
    held: bool
    equal: bool
    ends: float | None = None


def drawn(family: str, number: int) -> tuple[list[list[fmpq]], list[int]]:
    """Return instance 0, 1, ... of a family: P and a prompt."""
    rng = np.random.default_rng(number)
    if family == "small":
        pair = [fmpq(int(p), int(p + q)) for p, q in rng.integers(1, LARGEST + 1, (2, 2))]
        if number % 2:
            pair[rng.integers(2)] = SMALL_NEAR[rng.integers(len(SMALL_NEAR))]
    elif number % 2:
        pair = [NEAR[i] for i in rng.integers(len(NEAR), size=2)]
    else:
        pair = [fmpq(int(p), 1000) for p in rng.integers(1, 1000, size=2)]
    a, b = pair
    prompt = [*rng.integers(2, size=rng.integers(1, 6)).tolist(), 0, 1]
    return [[1 - a, a], [b, 1 - b]], rng.permutation(prompt).tolist()


def numbers(law: Law) -> list[Any]:
    """Return every probability and mean."""
    return [*law.last_1, *law.last_2, *law.distribution, *law.mean_frequency]


def used(found: Iterable[float], true: Iterable[arb], bound: tuple[fmpq, fmpq]) -> float:
    """Return the largest share of the bound that an error of float64 takes up, rounded up."""
    worst = 0.0
    with ctx.workprec(256):
        relative, absolute = map(ball, bound)
        for x, y in zip(found, true, strict=True):
            upper = float((abs(ball(dyadic(x)) - y) / (relative * y + absolute)).abs_upper())
            worst = max(worst, inf if isnan(upper) else upper)
    return worst


def quotients(D: fmpz, U: list[fmpz], V: list[fmpz]) -> list[arb]:
    """Return the numbers of the law U / D, V / D in balls far smaller than those of `law_ball`.

    >>> quotients(fmpz(2), [fmpz(0), fmpz(1), fmpz(0)], [fmpz(0), fmpz(1), fmpz(0)])[1]
    0.500000000000000
    """
    t = len(U) - 1
    either = [x + y for x, y in zip(U, V, strict=True)]
    means = sum((t - n) * x for n, x in enumerate(either)), sum(n * x for n, x in enumerate(either))
    with ctx.workprec(1024):
        over_D = [ball(x) / ball(D) for x in (*U, *V, *either)]
        return over_D + [ball(x) / ball(t * D) for x in means]


def ends(law: Law, prompt: Sequence[int]) -> list[Any]:
    """Return what is at the WIDTH lowest and the WIDTH highest counts of token 2 that can be."""
    low, high = sum(prompt), law.length - prompt.count(0)
    lowest, highest = slice(low, low + WIDTH), slice(high, high - WIDTH, -1)
    return [
        *law.last_1[lowest],
        *law.last_2[lowest],
        *law.last_2[highest],
        *law.last_1[highest],
    ]


def true_ends(P: Sequence[Sequence[fmpq]], prompt: Sequence[int], T: int) -> list[arb]:
    """Return in small balls what `ends` does; tokens are exchanged for the highest counts."""
    exchanged = [row[::-1] for row in P[::-1]]
    found: list[arb] = []
    for rows, start in ((P, prompt), (exchanged, [1 - x for x in prompt])):
        D, U, V = integers(rows, start, T, WIDTH)
        with ctx.workprec(1024):
            found += [ball(x) / ball(D) for half in (U, V) for x in half[sum(start) :]]
    return found


def hold(balls: Iterable[arb], true: Iterable[arb]) -> bool:
    """Return whether every ball is as small as was asked, and certainly holds the true number."""
    return all(
        x.is_finite() and bool(x.rad() < arb(10) ** -DIGITS) and bool(x.contains(y))
        for x, y in zip(balls, true, strict=True)
    )


def equals(law: Law, D: fmpz, U: list[fmpz], V: list[fmpz]) -> bool:
    """Return whether the rationals of the law are U / D and V / D, and their sums are right."""
    t = law.length
    halves = zip((*law.last_1, *law.last_2), (*U, *V), strict=True)
    sums = zip(law.distribution, law.last_1, law.last_2, strict=True)
    mean_2 = sum(n * p for n, p in enumerate(law.distribution)) / t
    return (
        all(x.p * D == x.q * y for x, y in halves)
        and all(p == u + v for p, u, v in sums)
        and tuple(law.mean_frequency) == (1 - mean_2, mean_2)
    )


def compare(case: Case) -> Agreement:
    """Compare the three arithmetics on one case."""
    P, prompt = drawn(case.family, case.number)
    lengths = sorted({case.rational, case.length})
    balls = {law.length: law for law in law_ball(P, prompt, lengths, DIGITS)}
    found = {law.length: law for law in law_float(P, prompt, lengths)}
    bounds = {T: float_error(T, len(prompt)) for T in lengths}
    D, U, V = integers(P, prompt, case.rational)
    true = quotients(D, U, V)
    [reduced] = law_exact(P, prompt, [case.reduced])
    same = (D, U, V) if case.reduced == case.rational else integers(P, prompt, case.reduced)
    long, short = case.length, case.rational
    seen = Agreement(
        case=case,
        share=used(numbers(found[long]), numbers(balls[long]), bounds[long]),
        rational_share=used(numbers(found[short]), true, bounds[short]),
        held=hold(numbers(balls[short]), true) and sum(U) + sum(V) == D,
        equal=equals(reduced, *same),
    )
    if long == short:
        return seen
    at_ends = true_ends(P, prompt, long)
    return replace(
        seen,
        ends=used(ends(found[long], prompt), at_ends, bounds[long]),
        held=seen.held and hold(ends(balls[long], prompt), at_ends),
    )


def logged(log: Path | None) -> dict[Case, Agreement]:
    """Return the cases that a log holds."""
    lines = log.read_text().splitlines() if log and log.exists() else []
    seen = [json.loads(line) for line in lines]
    done = [Agreement(**{**fields, "case": Case(**fields["case"])}) for fields in seen]
    return {x.case: x for x in done}


def agreements(
    cases: Iterable[Case], processes: int = 1, log: Path | None = None
) -> Iterator[Agreement]:
    """Yield what is seen on each case."""
    done = logged(log)
    cases = list(cases)
    yield from (done[case] for case in cases if case in done)
    with Pool(processes) as pool:
        for seen in pool.imap_unordered(compare, [case for case in cases if case not in done]):
            if log:
                with log.open("a") as file:
                    file.write(json.dumps(asdict(seen)) + "\n")
            yield seen


def rows(seen: list[Agreement]) -> Iterator[Measurement]:
    """Yield what some cases say that differ by their numbers alone."""
    case = seen[0].case
    sizes = f"{case.family}: {len(seen)} instances"
    what = "Largest share of its proved bound that a float64 uses"
    at_ends = f"rationals, {WIDTH} lowest and highest counts"
    for T, peer, shares in (
        (case.length, "balls", [x.share for x in seen]),
        (case.rational, "rationals", [x.rational_share for x in seen]),
        (case.length, at_ends, [x.ends for x in seen if x.ends is not None]),
    ):
        if shares:
            value = Spread.of(shares)
            yield Measurement(what, f"{sizes}, T = {T}, against {peer}", value, "share", 1.0)
    for T, what, good in (
        (case.rational, "A ball too wide or beside its rational, or a sum other than one", "held"),
        (case.reduced, "A rational of `law_exact` that differs", "equal"),
    ):
        bad = sum(not getattr(x, good) for x in seen)
        yield Measurement(what, f"{sizes}, T = {T}", Spread.of([float(bad)]), "instances", 0.0)


def _number(least: int) -> Callable[[str], int]:
    """Return the reader of an option that is an integer from ``least`` on."""

    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{value}: expected at least {least}")
        return value

    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and print what is found; return 1 where arithmetics disagree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", type=_number(0), default=200, metavar="N")
    parser.add_argument("--thousandths", type=_number(0), default=200, metavar="N")
    parser.add_argument("--length", type=_number(10), default=LENGTH, metavar="T")
    parser.add_argument("--processes", type=_number(1), default=1, metavar="N")
    parser.add_argument("--log", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    given = parser.parse_args(arguments)
    if not given.small + given.thousandths:
        parser.error("there is nothing to compare")
    load = os.getloadavg()[0]
    found: list[Measurement] = []
    for family, n in (("small", given.small), ("thousandths", given.thousandths)):
        cases = [Case.of(family, number, given.length) for number in range(n)]
        if cases:
            found += rows(list(agreements(cases, given.processes, given.log)))
    for row in found:
        print(*measurement_cells(row), sep="; ")
    if given.out:
        before = stored(given.out).get("agreement")
        sizes = tuple(
            f"{family}:" for family in ("small", "thousandths") if not getattr(given, family)
        )
        kept = [row for row in (before.rows if before else ()) if row.sizes.startswith(sizes)]
        update(given.out, section("agreement", PACKAGES, load, 1, [*found, *kept]))
    return 1 if any(row.verdict == "missed" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
