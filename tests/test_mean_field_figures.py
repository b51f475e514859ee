"""The figures of E3 and E19: the same each time, and their numbers by other means."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from checks.figures import figures


@pytest.mark.parametrize("claim", ["two-token-winners", "no-limit"])
def test_the_same_figure_is_drawn_each_time(claim: str) -> None:
    assert figures(claim) == figures(claim)


def test_the_table_of_phases_has_the_values_of_the_formulas() -> None:
    [figure] = figures("two-token-winners")
    for row in figure.rows:
        a, b, wins = Fraction(str(row[0])), Fraction(str(row[1])), row[2]
        u, v = 1 - 2 * a, 1 - 2 * b
        assert row[3:5] == (str(a / (1 - a) - 1), str(b / (1 - b) - 1))
        y = (str(b * u / (a + b - 4 * a * b)), str(u * v / (1 - a - b))) if u * v > 0 else ("", "")
        assert row[5:] == y
        assert wins == {(1, 1): "either", (1, 0): "token 1", (0, 1): "token 2"}.get(
            (u > 0, v > 0), "none"
        )
    assert len({row[2] for row in figure.rows}) == 4


def test_every_phase_is_named_in_the_drawing() -> None:
    [figure] = figures("two-token-winners")
    for name in ("either token wins", "token 1 wins", "token 2 wins", "no token wins"):
        assert name in figure.svg


def test_reigns_on_the_cycle_grow_to_five_times_the_last() -> None:
    [figure] = figures("no-limit")
    tokens = [str(row[0]) for row in figure.rows]
    assert all(int(after) == int(token) % 3 + 1 for token, after in pairwise(tokens))
    last = [float(str(row[4])) for row in figure.rows[-4:]]
    assert last == sorted(last)
    assert 4.9 < last[-1] < 5
