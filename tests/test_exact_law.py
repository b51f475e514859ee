"""The exact law of the two-token walk: three arithmetics, a proved bound, every path by hand."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq, fmpz

from benchmarks.agreement import NEAR, drawn, numbers, used
from numeric import exact_law as module
from numeric.arithmetic import contains
from numeric.chain import ccmc
from numeric.exact import dyadic
from numeric.exact_law import Law, float_error, law_ball, law_exact, law_float

Chain = list[list[fmpq]]

PROMPTS = [(0,), (1,), (0, 1), (1, 0), (0, 0, 1, 1, 1), (1, 1, 0)]
P = [[fmpq(7, 10), fmpq(3, 10)], [fmpq(2, 5), fmpq(3, 5)]]


def chain(a: fmpq, b: fmpq) -> Chain:
    return [[1 - a, a], [b, 1 - b]]


def by_paths(P: Chain, prompt: tuple[int, ...], t: int) -> Law:
    """The law from its definition: the probability of every path, one by one."""
    last = [[fmpq(0)] * (t + 1) for _ in range(2)]
    for path in product(range(2), repeat=t - len(prompt)):
        x, n, probability = prompt[-1], [prompt.count(0), prompt.count(1)], fmpq(1)
        for token in path:
            probability *= ccmc(P, n, x)[token]
            n[token] += 1
            x = token
        last[x][n[1]] += probability
    return Law.of(*last)


def within(found: Law, true: Law, L: int) -> bool:
    """Whether every float64 is certainly within its bound of the number in the ball."""
    return used(numbers(found), numbers(true), float_error(found.length, L)) <= 1


FINE = 330
"""Digits that tell numbers apart which are as small as the absolute part of the bound."""


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("rows", [P, chain(fmpq(1, 7), fmpq(8, 9)), chain(fmpq(1, 2), fmpq(1, 2))])
def test_the_law_is_the_sum_over_all_paths(rows: Chain, prompt: tuple[int, ...]) -> None:
    lengths = [len(prompt), len(prompt) + 1, len(prompt) + 7]
    for law in law_exact(rows, prompt, lengths):
        assert numbers(law) == numbers(by_paths(rows, prompt, law.length))
        assert sum(law.distribution) == 1
        assert sum(law.mean_frequency) == 1


def test_rationals_balls_and_floats_agree_on_two_hundred_instances() -> None:
    T = 40
    for number in range(200):
        rows, prompt = drawn("thousandths", number)
        [exact], [balls] = law_exact(rows, prompt, [T]), law_ball(rows, prompt, [T], 30)
        assert all(contains(x, y) for x, y in zip(balls.last_1, exact.last_1, strict=True))
        assert all(contains(x, y) for x, y in zip(balls.last_2, exact.last_2, strict=True))
        relative, absolute = float_error(T, len(prompt))
        [found] = law_float(rows, prompt, [T])
        for x, y in zip(numbers(found), numbers(exact), strict=True):
            assert abs(dyadic(x) - y) <= relative * y + absolute


def test_balls_and_floats_agree_on_two_hundred_instances_at_length_150() -> None:
    for number in range(200):
        rows, prompt = drawn("thousandths", number)
        [balls], [found] = law_ball(rows, prompt, [150], FINE), law_float(rows, prompt, [150])
        assert within(found, balls, len(prompt)), (rows, prompt)


@pytest.mark.parametrize(("a", "b"), [(NEAR[3], NEAR[3]), (fmpq(1, 5), NEAR[0])])
def test_balls_and_floats_agree_at_length_2000(a: fmpq, b: fmpq) -> None:
    """First with ends of the support that are dropped, then with mass at both ends."""
    rows = chain(a, b)
    [balls], [found] = law_ball(rows, (0, 1), [2000], FINE), law_float(rows, (0, 1), [2000])
    assert within(found, balls, 2)
    assert (0.0 in found.distribution[10:-10]) == (a == NEAR[3])


@pytest.mark.parametrize("entry", range(4))
def test_an_error_of_one_in_a_million_million_is_out_of_the_bound(
    entry: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    [balls], [right] = law_ball(P, (0, 1), [300], FINE), law_float(P, (0, 1), [300])
    advance = module.advance

    def wrong(u: Any, v: Any, number: Any, entries: Any, *rest: int) -> tuple[int, int]:
        factor = np.ones(4)
        factor[entry] += 1e-12
        return advance(u, v, number, entries * factor, *rest)

    monkeypatch.setattr(module, "advance", wrong)
    [planted] = law_float(P, (0, 1), [300])
    assert within(right, balls, 2)
    assert not within(planted, balls, 2)


def test_the_blocks_in_which_floats_advance_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = [2, 9, 100]
    whole = [numbers(law) for law in law_float(P, (0, 1), lengths)]
    monkeypatch.setattr(module, "BLOCK", 7)
    assert [numbers(law) for law in law_float(P, (0, 1), lengths)] == whole
    single = [numbers(law) for t in lengths for law in law_float(P, (0, 1), [t])]
    assert single == whole


def test_scaling_a_row_changes_nothing() -> None:
    scaled = [[x * 10**40 for x in P[0]], [x / 10**40 for x in P[1]]]
    [one], [other] = law_exact(P, (0, 1), [20]), law_exact(scaled, (0, 1), [20])
    assert numbers(one) == numbers(other)
    [one], [other] = law_float(P, (0, 1), [20]), law_float(scaled, (0, 1), [20])
    assert numbers(one) == numbers(other)


def test_floats_are_the_rationals_that_they_are() -> None:
    [found] = law_float([[0.7, 0.3], [0.4, 0.6]], (0, 1), [50])
    [exact] = law_exact([[dyadic(0.7), dyadic(0.3)], [dyadic(0.4), dyadic(0.6)]], (0, 1), [50])
    relative, absolute = float_error(50, 2)
    for x, y in zip(numbers(found), numbers(exact), strict=True):
        assert abs(dyadic(x) - y) <= relative * y + absolute


def test_a_denominator_that_lacks_a_factor_gives_another_law(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [right] = law_exact(P, (0, 1), [30])
    missing = module._missing

    def fewer(remainders: Any) -> fmpz:
        c = missing(remainders)
        return c // 3 if c % 3 == 0 else c

    monkeypatch.setattr(module, "_missing", fewer)
    [planted] = law_exact(P, (0, 1), [30])
    assert numbers(planted) != numbers(right)
    assert sum(planted.distribution) != 1


def test_rationals_reach_length_two_hundred() -> None:
    """Each fraction reduced by itself took 14 times as long at length 300."""
    [exact], [balls] = law_exact(P, (0, 1), [200]), law_ball(P, (0, 1), [200])
    assert all(contains(x, y) for x, y in zip(numbers(balls), numbers(exact), strict=True))


def test_an_absent_token_stays_absent() -> None:
    for kind in (law_exact, law_float):
        [law] = kind(P, (0, 0), [9])
        assert list(law.distribution) == [1] + [0] * 9


def test_equal_entries_give_the_polya_urn() -> None:
    """Counts (1, 1): n_2 is uniform on 1..t - 1."""
    [law] = law_exact([[1, 1], [1, 1]], (0, 1), [30])
    assert law.distribution == [0, *[fmpq(1, 29)] * 29, 0]


def test_balls_get_the_digits_asked_for() -> None:
    [law] = law_ball(P, (0, 1), [60], digits=200)
    assert all(x.rad() < arb(10) ** -200 for x in (*law.last_1, *law.last_2))


def test_progress_is_told() -> None:
    for kind in (law_exact, law_ball, law_float):
        told: list[int] = []
        list(kind(P, (0, 1), [3, 600 if kind is law_float else 6], progress=told.append))
        assert told == sorted(told)
        assert told[-1] == (600 if kind is law_float else 6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"P": [[1, 1, 1]] * 3}, "P is 3 x 3: expected 2 x 2, the law is that of two tokens"),
        ({"P": [[1, 0], [1, 1]]}, "P must be positive"),
        ({"P": [[1, 2**501], [1, 1]]}, "more than 2\\^500"),
        ({"prompt": ()}, "no tokens"),
        ({"prompt": (0, 2)}, "token 2 at position 1"),
        ({"lengths": []}, "expected increasing total lengths"),
        ({"lengths": [5, 4]}, "expected increasing total lengths"),
        ({"lengths": [5, 5]}, "expected increasing total lengths"),
        ({"lengths": [1]}, "length = 1: expected from 2, the prompt included, to 1000002"),
        ({"lengths": [3, 10**6 + 3]}, "length = 1000003: expected from 2"),
    ],
)
def test_an_argument_out_of_range_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"P": P, "prompt": (0, 1), "lengths": [3]} | change
    with pytest.raises(ValueError, match=message):
        law_float(**arguments)


@pytest.mark.parametrize("kind", [law_exact, law_ball, law_float])
def test_lengths_are_integers(kind: Any) -> None:
    assert [law.length for law in kind(P, (0, 1), np.array([3, 5]))] == [3, 5]
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        kind(P, (0, 1), [3.5])


def test_floats_are_no_exact_numbers() -> None:
    with pytest.raises(TypeError, match=r"0\.5 is not an exact rational"):
        law_exact([[0.5, 0.5], [0.5, 0.5]], (0, 1), [3])
