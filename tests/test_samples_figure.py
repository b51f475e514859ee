"""The figures of section D: their numbers are those of the claims, and they are drawn the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from checks.figures import figures, samples
from checks.figures.samples import SETS, SIZES, TOKENS, errors, excess, missing


def numbers(row: Sequence[object]) -> list[float]:
    """The entries of a row of a table."""
    return [float(str(entry)) for entry in row]


def test_for_many_observations_the_points_lie_on_the_line() -> None:
    rows = [numbers(row) for row in excess().rows if row[1] == SIZES[-1]]
    assert [row[0] for row in rows] == list(TOKENS)
    for K, n, mean, line, gone in rows:
        assert abs(line * 2 * n / (K * (K - 1)) - 1) < 1e-3
        assert abs(mean / line - 1) < 6 * (2 / (K * (K - 1) * SETS)) ** 0.5
        assert gone == 0


def test_estimates_are_missing_for_few_observations_and_not_for_many() -> None:
    shares = [numbers(row[1:]) for row in missing().rows]
    assert shares[0][1:] == [1.0, 1.0, 1.0]
    assert shares[-1] == [0.0] * len(TOKENS)


def test_the_error_grows_as_lambda_2_falls_and_the_excess_risk_does_not() -> None:
    rows = [numbers(row) for row in errors().rows]
    first, last = rows[0], rows[-1]
    assert first[1] / last[1] > 10 < last[2] / first[2]
    assert all(abs(row[2] / row[3] - 1) < 0.25 and abs(row[4] / row[5] - 1) < 0.25 for row in rows)
    assert all(row[6] == 0 for row in rows)
    assert "the share is at most 0." in errors().caption


def test_a_figure_leaves_missing_estimates_out_and_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(samples, "MANY", 1_500)
    shares = [numbers(row)[6] for row in errors().rows]
    assert 0 < shares[-1] < 1
    assert f"the share is at most {max(shares):.3g}" in errors().caption


def test_the_figures_belong_to_claims_and_are_the_same_each_time() -> None:
    for claim in ("excess-risk-law", "parameter-law", "finite-sample-envelope"):
        [one] = figures(claim)
        [other] = figures(claim)
        assert one.svg == other.svg
        assert one.alt
        assert len({len(row) for row in one.rows} | {len(one.columns)}) == 1
