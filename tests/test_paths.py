"""Paths by hand: tokens, counts, chances, sums along them, their breaks, and the strategies."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.paths import above, along_path, below, drawn, kappa, near, power, rate, summed
from numeric.arithmetic import enclose
from numeric.instance import Instance

AT = Instance(K=2, P=((1, 3), (2, "1/2")), n0=(2, 1), g=0, path=(1, 1, 0), m=1)


def test_the_tokens_are_counted_and_the_winner_follows_the_end() -> None:
    made = along_path(AT)
    assert [made["x"](t) for t in range(5)] == [2, 2, 1, 1, 1]
    counts = [[made["N"](t, k) for k in (1, 2)] for t in range(5)]
    assert counts == [[2, 1], [2, 2], [3, 2], [4, 2], [5, 2]]  # x(0) stands in the prompt


def test_the_chances_are_the_counts_by_the_row_of_the_last_token() -> None:
    q = along_path(AT)["q"]
    assert q(0, 1) == fmpq(4) / (4 + fmpq(1, 2))
    assert [q(2, k) for k in (1, 2)] == [fmpq(3, 9), fmpq(6, 9)]


def test_all_that_is_computed_from_broken_counts_follows_them() -> None:
    made = along_path(AT.replace(counts=((2, 1), (1, 4))))
    assert [[made["N"](t, k) for k in (1, 2)] for t in range(3)] == [[2, 1], [1, 4], [1, 4]]
    assert [made["q"](2, k) for k in (1, 2)] == [fmpq(1, 13), fmpq(12, 13)]
    assert [made["x"](t) for t in range(3)] == [2, 2, 1]


def test_counts_that_no_prompt_has_weigh_the_row_as_they_stand() -> None:
    made = along_path(AT.replace(n0=("1/2", -1)))
    assert [made["N"](2, k) for k in (1, 2)] == [fmpq(3, 2), 0]
    assert [made["q"](0, k) for k in (1, 2)] == [2, -1]  # 1 and -1/2, of 1/2 in all


def test_sums_are_exact_as_long_as_their_terms_are() -> None:
    made = summed(AT, F=lambda t: fmpq(1, t + 1), R=lambda t: power(2 + t, Fraction(1, 2)))
    assert [made["F"](t) for t in (2, 0, 3)] == [fmpq(3, 2), 0, fmpq(11, 6)]
    assert made["R"](2).to_arb().overlaps(arb(2).sqrt() + arb(3).sqrt())


def test_sums_rise_in_precision_with_the_balls() -> None:
    made = summed(AT, R=lambda _: arb(2).sqrt())
    made["R"](3)  # at the precision of the moment
    [found] = enclose(lambda: [made["R"](3)], 60)
    assert found.rad() < fmpq(1, 10**60)


def test_a_broken_sum_starts_off_or_runs_late() -> None:
    at = AT.replace(F_off=5, R_late="1/2")
    made = summed(at, F=lambda t: t, R=lambda t: t)
    assert [made["F"](t) for t in range(4)] == [5, 5, 6, 8]
    assert [made["R"](t) for t in range(4)] == [0, fmpq(1, 2), 2, fmpq(9, 2)]


def test_times_before_the_prompt_are_none() -> None:
    made = along_path(AT) | summed(AT, F=lambda t: t)
    with pytest.raises(ValueError, match="time -1: expected"):
        made["N"](-1, 1)
    with pytest.raises(ValueError, match=r"F\(-1\): expected"):
        made["F"](-1)


def test_what_has_no_value_says_so() -> None:
    made = summed(AT, F=lambda t: fmpq(1) / (t - 2))
    assert made["F"](2) == fmpq(-3, 2)
    with pytest.raises(ValueError, match=r"F\(3\): a division by zero"):
        made["F"](3)
    for r in (-1, Fraction(1, 2)):
        with pytest.raises(ValueError, match="expected a positive base"):
            power(0, r)


def test_powers_are_exact_where_they_are_rational() -> None:
    assert power(fmpq(2, 3), -2) == fmpq(9, 4)
    assert power(4, Fraction(-1, 2)) == fmpq(1, 2)
    assert power(fmpq(2, 3), Fraction(1, 2)) * power(6, Fraction(1, 2)) == 2


def test_constants_are_strictly_on_the_right_side() -> None:
    def f(t: int) -> fmpq:
        return fmpq(t, 8)

    assert above(f, range(5)) == fmpq(51, 100)
    assert below(f, range(4, 8)) == fmpq(49, 100)
    assert above(lambda t: power(2 + t, Fraction(1, 2)), [0]) == fmpq(142, 100)
    half = fmpq(1, 2) - fmpq(1, 10**25)
    assert above(lambda _: arb(half, 1e-22), [0]) == fmpq(51, 100)  # the ball reaches beyond 1/2


def test_how_much_a_token_is_liked() -> None:
    assert kappa(AT) == 3
    assert rate(AT, 1) == 3
    assert kappa(AT.replace(g=1)) == 4
    assert rate(AT.replace(g=1), 0) == 4


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3).flatmap(near), st.integers(1, 3).flatmap(drawn))
def test_the_drawn_paths_are_what_they_say(close: Instance, any_path: Instance) -> None:
    for at in (close, any_path):
        x, N = (along_path(at)[name] for name in ("x", "N"))
        tokens = range(1, at["K"] + 1)
        assert all(x(t) in tokens for t in range(20))
        assert all(N(0, k) >= 1 for k in tokens)
        assert all(N(t + 1, k) - N(t, k) == (x(t + 1) == k) for t in range(19) for k in tokens)
    N, g = along_path(close)["N"], close["g"] + 1
    others = [sum(N(t, k) for k in range(1, close["K"] + 1)) - N(t, g) for t in range(20)]
    assert all(others[t] <= close["eps"] * N(t, g) for t in range(20))
