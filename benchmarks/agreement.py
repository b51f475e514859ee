"""Do the three arithmetics of ``ccmc law`` agree?  Run it as ``python -m benchmarks.agreement``.

Instances are drawn: P = [[1 - a, a], [b, 1 - b]] and a prompt of 3 to 7 tokens, both among them.

small         1 - a : a and b : 1 - b are ratios of integers up to 3; in every other instance a or b
              is one of 1/10, 4/9, 1/2, 9/10 instead. All three arithmetics at length 2000.
thousandths   a and b are multiples of 1/1000, or, in every other instance, within 10^-6 of 0, 1/2
              or 1. Float64 against balls at length 2000; rationals against both at length 150.

Rationals to length 2000 are out of reach for thousandths: a common denominator is a multiple of
nearly every prime up to 10^6 that divides some k P_x1 + n P_x2, so it has millions of digits,
and there are thousands of numerators over it. In the family of small numbers it has some ten
thousand digits, and the rationals of an instance take a minute.

A ball holds the rational, or it does not, and the rationals have to sum to one. A float64 x is off
from the true y by at most r y + d, by `float_error`; the share of the bound that is used is
|x - y| / (r y + d), the largest over all probabilities and means. Balls have 184 bits: nothing is
subtracted, so that they are as good for the smallest probabilities as for others.

With --out FILE.md what is found goes into the results of the benchmarks, as a section. With --log
FILE every instance is written to it as it ends, and those that it holds are not done again.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpz

from benchmarks.harness import Spread
from benchmarks.results import Measurement, measurement_cells
from benchmarks.runner import section, update
from numeric.arithmetic import ball
from numeric.exact import dyadic
from numeric.exact_law import Law, float_error, law_ball, law_float, law_integers

PACKAGES = ("numpy", "python-flint")

LENGTH = 2000
RATIONAL = {"small": 2000, "thousandths": 150}
NEAR = [fmpq(1, 10**6), fmpq(1, 2), fmpq(1, 2) - fmpq(1, 10**6), 1 - fmpq(1, 10**6)]
SMALL_NEAR = [fmpq(1, 10), fmpq(4, 9), fmpq(1, 2), fmpq(9, 10)]
LARGEST = 3
DIGITS = 30


@dataclass(frozen=True)
class Agreement:
    """What was seen on one instance.

    ``share`` is the largest share of its bound that a float64 uses, at ``length``, against balls,
    and ``rational_share`` the same at ``rational_length``, against rationals; ``held`` says whether
    there every ball holds the rational, and the rationals sum to one.
    """

    family: str
    number: int
    length: int
    share: float
    rational_length: int
    rational_share: float
    held: bool


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


def numbers(law: Law) -> Iterator[Any]:
    """Yield every probability and mean."""
    for side in (law.last_1, law.last_2, law.distribution, law.mean_frequency):
        yield from side


def used(found: Law, true: Iterable[arb], L: int) -> float:
    """Return the largest share of the bound that an error of float64 takes up, rounded up."""
    relative, absolute = float_error(found.length, L)
    worst = 0.0
    with ctx.workprec(256):
        for x, y in zip(numbers(found), true, strict=True):
            share = abs(ball(dyadic(x)) - y) / (ball(relative) * y + ball(absolute))
            worst = max(worst, float(share.abs_upper()))
    return worst


def quotients(law: Law, D: fmpz) -> list[arb]:
    """Return the rationals whose multiples by D are given, in balls far smaller than `law_ball`'s.

    >>> zero, one = fmpq(0), fmpq(1)
    >>> quotients(Law.of([zero, one, zero], [zero, one, zero]), fmpz(2))[1]
    0.500000000000000
    """
    with ctx.workprec(1024):
        return [ball(x) / ball(D) for x in numbers(law)]


def compare(family: str, number: int, length: int, rational_length: int) -> Agreement:
    """Compare the three arithmetics on one instance."""
    P, prompt = drawn(family, number)
    lengths = sorted({rational_length, length})
    balls = {law.length: law for law in law_ball(P, prompt, lengths, DIGITS)}
    found = {law.length: law for law in law_float(P, prompt, lengths)}
    [(D, whole)] = law_integers(P, prompt, [rational_length])
    true = quotients(whole, D)
    inside = all(x.contains(y) for x, y in zip(numbers(balls[rational_length]), true, strict=True))
    L = len(prompt)
    return Agreement(
        family=family,
        number=number,
        length=length,
        share=used(found[length], numbers(balls[length]), L),
        rational_length=rational_length,
        rational_share=used(found[rational_length], true, L),
        held=inside and sum(whole.distribution) == D,
    )


def _compare(case: tuple[str, int, int, int]) -> Agreement:
    return compare(*case)


def logged(log: Path | None) -> dict[tuple[Any, ...], Agreement]:
    """Return the instances that a log holds."""
    lines = log.read_text().splitlines() if log and log.exists() else []
    done = (Agreement(**json.loads(line)) for line in lines)
    return {(x.family, x.number, x.length, x.rational_length): x for x in done}


def agreements(
    cases: Iterable[tuple[str, int, int, int]], processes: int = 1, log: Path | None = None
) -> Iterator[Agreement]:
    """Yield what is seen on each case: a family, a number, and the two lengths."""
    done = logged(log)
    cases = list(cases)
    yield from (done[case] for case in cases if case in done)
    with Pool(processes) as pool:
        for seen in pool.imap_unordered(_compare, [case for case in cases if case not in done]):
            if log:
                with log.open("a") as file:
                    file.write(json.dumps(asdict(seen)) + "\n")
            yield seen


def rows(seen: list[Agreement]) -> Iterator[Measurement]:
    """Yield what some instances of one family say, all of the same lengths."""
    first = seen[0]
    sizes = f"{first.family}: {len(seen)} instances"
    what = "Largest share of its proved bound that a float64 uses"
    for T, peer, shares in (
        (first.length, "balls", [x.share for x in seen]),
        (first.rational_length, "rationals", [x.rational_share for x in seen]),
    ):
        value = Spread.of(shares)
        yield Measurement(what, f"{sizes}, T = {T}, against {peer}", value, "share", 1.0)
    outside = [float(not x.held) for x in seen]
    yield Measurement(
        "Rationals outside their balls",
        f"{sizes}, T = {first.rational_length}",
        Spread.of([sum(outside)]),
        "instances",
        0.0,
    )


def main() -> int:
    """Compare, and print what is found; return 1 where arithmetics disagree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", type=int, default=200, metavar="N")
    parser.add_argument("--thousandths", type=int, default=200, metavar="N")
    parser.add_argument("--length", type=int, default=LENGTH, metavar="T")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    found: list[Measurement] = []
    for family, n in (("small", given.small), ("thousandths", given.thousandths)):
        R = min(RATIONAL[family], given.length)
        cases = [(family, number, given.length, R) for number in range(n)]
        if cases:
            found += rows(list(agreements(cases, given.processes, given.log)))
    for row in found:
        print(*measurement_cells(row), sep="; ")
    if given.out:
        update(given.out, section("agreement", PACKAGES, load, 1, found))
    return 1 if any(row.verdict == "missed" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
