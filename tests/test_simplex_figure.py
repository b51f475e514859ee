"""The portraits of E18 and E19: the field behind them, and the numbers in the table."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.linalg import norm

from checks.claims.no_limit import RESTLESS, circulant
from checks.claims.winning_sets import EIGENVALUES, MATRICES
from checks.figures import Figure
from checks.figures.simplex import CORNERS, START, drift, floats, flow_lines, kind, winners
from numeric.mean_field import equilibria, field

FIELDS = {**MATRICES, "restless": circulant(RESTLESS[0])}


@cache
def drawn() -> Figure:
    return winners()


@pytest.mark.parametrize("name", FIELDS)
def test_the_field_is_the_exact_one(name: str) -> None:
    P = FIELDS[name]
    points = [(1, 1, 1), (1, 2, 5), (7, 1, 1), (0, 3, 1), (1, 0, 0)]
    laws = [[Fraction(x, sum(point)) for x in point] for point in points]
    exact = [[float(Fraction(int(x.p), int(x.q))) for x in field(P, m)] for m in laws]
    found = drift(floats(P), np.array([[float(x) for x in m] for m in laws]))
    assert abs(found - np.array(exact)).max() < 1e-14


@pytest.mark.parametrize("name", MATRICES)
def test_along_every_flow_line_the_form_of_e17_grows(name: str) -> None:
    P = floats(MATRICES[name])
    lines = [line for line in flow_lines(P) if norm(line[:, -1] - line[:, 0]) > 1e-9]
    assert len(lines) >= 54  # one may lie at an equilibrium
    inverse = np.linalg.inv(np.vstack([CORNERS.T, np.ones(3)]))
    for line in lines:
        m = inverse @ np.vstack([line, np.ones(line.shape[1])])
        assert m.min() >= -1e-12
        form = np.einsum("it,ij,jt->t", m, P, m)
        assert (np.diff(form) > 0).all()
        assert norm(np.diff(line), axis=0).max() < 0.005


def test_the_table_has_all_equilibria_with_the_signs_of_their_eigenvalues() -> None:
    for name, named in EIGENVALUES.items():
        found = {
            tuple(map(Fraction, map(str, row[1:4]))): row[4]
            for row in drawn().rows
            if row[0] == name and "walk" not in str(row[4])
        }
        assert found == {
            m: "stable" if max(values) < 0 else "source" if min(values) > 0 else "saddle"
            for m, values in named.items()
        }


def test_the_restless_field_has_saddles_around_a_source() -> None:
    assert [kind(found) for found in equilibria(FIELDS["restless"])] == ["saddle"] * 3 + ["source"]


def test_walks_start_at_their_prompt_and_end_as_far_away_as_the_caption_says() -> None:
    far = []
    for name in MATRICES:
        rows = [row for row in drawn().rows if row[0] == name]
        stable = [[float(Fraction(str(x))) for x in row[1:4]] for row in rows if row[4] == "stable"]
        starts, ends = (
            [[float(str(x)) for x in row[1:4]] for row in rows if str(row[4]).endswith(when)]
            for when in ("starts", "ends")
        )
        share = [round(n / sum(START), 3) for n in START]
        assert [sorted(m, reverse=True) for m in starts] == [share] * 3
        assert len({tuple(m) for m in starts}) == 3
        far.append(max(min(max(map(abs, np.subtract(m, point))) for point in stable) for m in ends))
    said = re.findall(r"\d\.\d{3}", drawn().caption)
    assert [float(x) for x in said] == pytest.approx(far, abs=0.0011)
    assert max(far) < 0.1
