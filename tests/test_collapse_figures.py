"""The figures of E8, E10, E13 and E14: the numbers behind them by other means."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, gamma, isclose, log2, prod

import pytest

from checks.figures import Figure
from checks.figures.collapse import (
    BENT,
    DOMINATED,
    URNS,
    WEAK,
    Chain,
    constant_one,
    dominated,
    slopes,
    weak,
)
from checks.two_tokens import chain, odds
from numeric.exact_law import law_exact

HALF = Fraction(1, 2)


def exact(of: Chain, times: Sequence[int]) -> dict[int, Fraction]:
    """E[y_t], in rationals."""
    laws = law_exact(chain(of.a, of.b), of.prompt, times)
    return {
        law.length: Fraction(int(law.mean_frequency[1].p), int(law.mean_frequency[1].q))
        for law in laws
    }


def numbers(figure: Figure, of: Chain, column: str) -> dict[int, float]:
    """A column of the table, by t, for one chain."""
    prompt = "".join(str(x + 1) for x in of.prompt)
    at = {name: i for i, name in enumerate(figure.columns)}
    named = {"a": of.a, "b": of.b, "prompt": prompt}
    return {
        int(str(row[at["t"]])): float(str(row[at[column]]))
        for row in figure.rows
        if all(row[at[key]] == value for key, value in named.items() if key in at)
        and row[at[column]] != ""
    }


@pytest.mark.parametrize(
    ("figure", "chains"),
    [(dominated(), DOMINATED), (weak(), WEAK), (slopes(), BENT), (constant_one(), URNS)],
    ids=["dominated", "weak", "slopes", "constant-one"],
)
def test_the_means_are_those_of_the_law_in_rationals(
    figure: Figure, chains: Sequence[Chain]
) -> None:
    for of in chains:
        means = exact(of, (16, 32, 64))
        found = numbers(figure, of, "E[y_t]")
        assert all(isclose(found[t], mean, rel_tol=1e-5) for t, mean in means.items())


def by_rising_factorials(of: Chain) -> float:
    """F as E10 is first stated, from k = 0 on: sum c_k u_k + [x = 2] sum d_k v_k."""
    A, B, rho, sigma = of.prompt.count(0), of.prompt.count(1), odds(of.a), 1 / odds(of.b)
    m = max(0, ceil((sigma - rho) / (1 - sigma)))
    c = [Fraction(1)]
    d = []
    for k in range(m):
        d.append(c[k] * max(Fraction(0), (sigma - rho) - k * (1 - sigma)))
        c.append(d[k] * rho / ((k + 1) * (1 - rho)))
    rising = [prod(range(B, B + k + 1)) for k in range(m + 1)]
    u = [rising[k] * gamma(A - rho - k) / gamma(A) for k in range(m + 1)]
    v = [rising[k] * gamma(A - rho - k - 1) / gamma(A) for k in range(m)]
    return sum(float(x) * y for x, y in zip(c, u, strict=True)) + (of.prompt[-1] == 1) * sum(
        float(x) * y for x, y in zip(d, v, strict=True)
    )


@pytest.mark.parametrize("of", [*DOMINATED, *WEAK], ids=lambda of: of.name)
def test_the_constant_is_that_of_the_claims(of: Chain) -> None:
    assert isclose(float(of.F), by_rising_factorials(of), rel_tol=1e-12)
    if of in DOMINATED:
        A, rho = of.prompt.count(0), odds(of.a)
        assert isclose(float(of.F), of.prompt.count(1) * gamma(A - rho) / gamma(A), rel_tol=1e-12)


def test_the_chains_meet_the_assumptions_of_the_bounds() -> None:
    for of in (*DOMINATED, *WEAK):
        a, b = Fraction(of.a), Fraction(of.b)
        assert a < HALF < b
        assert (a + b >= 1) == (of in DOMINATED)


def test_a_prompt_too_short_for_the_constant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"A = 1: expected more than r1 \+ M = 37/9"):
        _ = Chain("1/10", "11/20", (0, 1)).F


@pytest.mark.parametrize("figure", [dominated(), weak()], ids=["dominated", "weak"])
def test_every_mean_is_below_its_bound_and_half_of_it_would_be_too_little(figure: Figure) -> None:
    assert {row[-1] for row in figure.rows} == {"yes"}
    assert f"holds at {len(figure.rows)} of the {len(figure.rows)} points" in figure.caption
    quotients = [float(str(row[4])) / float(str(row[5])) for row in figure.rows]
    assert HALF < max(quotients) < 1


def test_the_local_slope_tends_to_q_or_turns_below_it() -> None:
    figure = slopes()
    kept, *bent = BENT
    for of in BENT:
        means, local = (numbers(figure, of, name) for name in ("E[y_t]", "slope from t/2 to t"))
        assert all(abs(log2(means[t // 2] / means[t]) - slope) < 1e-4 for t, slope in local.items())
    ends = list(numbers(figure, kept, "slope from t/2 to t").values())
    assert kept.rate > kept.q
    assert abs(ends[-1] - kept.q) < 1e-3
    for of in bent:
        ends = list(numbers(figure, of, "slope from t/2 to t").values())
        assert of.rate < of.q
        assert Fraction(of.a) + Fraction(of.b) < 1
        assert max(ends) < 0.8 * of.q
        assert all(later < early for early, later in pairwise(ends[-4:]))
        assert f"ends at {ends[-1]:.3f}" in figure.caption


def test_the_constant_one_fails_from_six_tokens_on_for_one_prompt_alone() -> None:
    figure = constant_one()
    below = {(row[0], row[1]): row[-1] == "yes" for row in figure.rows}
    for of, prompt in zip(URNS, ("12", "112"), strict=True):
        means = exact(of, range(len(of.prompt), 12))
        assert all(below[prompt, t] == (mean**4 < Fraction(1, t**3)) for t, mean in means.items())
    assert below["12", 5]
    assert not below["12", 6]
    assert "up to $t = 5$ and not from $t = 6$ on" in figure.caption
    assert "For the prompt 112 it holds at all of them" in figure.caption
