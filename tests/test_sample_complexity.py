"""Section D: the tests see each alternative, and what they rest on is right by other means."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np
import pytest
from flint import fmpq
from numpy.random import default_rng

from checks.claim import Claim, StatisticalTest
from checks.claims import CLAIMS
from checks.designs import Design, chain_of, pairs_and_whole, shares
from checks.exact_excess import chance_by_enumeration, chance_of_estimate, law_function, mean_excess
from checks.excess_tests import LEVEL, LawTest, MeanTest, missing_rarely
from checks.kinds import on_alternative, on_variant, run_enumeration, run_test
from checks.parameter_errors import covariance, fisher_of_weights, starred, trace
from checks.tails import (
    bernstein,
    bernstein_reach,
    binomial,
    chi2_gap,
    distance_to_chi2,
    dkw,
    dkw_reach,
)
from numeric.arithmetic import floats
from numeric.convert import weights_float
from numeric.linalg import rows

SECTION = [claim for claim in CLAIMS if claim.section == "D"]
TESTS = [
    (claim, part)
    for claim in SECTION
    for part in claim.body.parts
    if isinstance(part, StatisticalTest)
]
each_test = pytest.mark.parametrize(("claim", "part"), TESTS, ids=[part.name for _, part in TESTS])
RATE, CONSTANT, APART = "the rate n^-1/2", "10 % larger", "a disconnected design"
FEWER = "K in the place of K (K - 1)"
NAMED = {
    "excess-risk-law": {RATE, CONSTANT, FEWER, APART},
    "excess-risk-mean": {RATE, CONSTANT, FEWER, APART},
    # its constant is a trace, no power of K
    "parameter-law": {RATE, CONSTANT, APART, "lambda_2 left out", "the trace of the H_k^+"},
    # a bound from above, of which no constant is said to be sharp
    "finite-sample-envelope": {RATE, "K in the place of K^2", APART},
}
"""What the tests of each claim must reject: the four that are asked for, where they apply."""


@each_test
def test_a_test_keeps_the_truth_and_rejects_each_alternative(
    claim: Claim, part: StatisticalTest
) -> None:
    alternatives = claim.body.alternatives(part.name)
    for seed in range(2):
        found = run_test(part, alternatives, seed)
        assert found.outcome == "holds"
        twins = [on_alternative(part, other, seed) for other in alternatives]
        assert [(twin.detail["change"], twin.outcome) for twin in twins] == [
            (other.change, "holds") for other in alternatives
        ]
        assert_granted(part, found.detail["message"], [t.detail["message"] for t in twins])
        assert [(said["power"], said["given"]) for said in found.detail["alternatives"]] == [
            (str(other.power), other.given) for other in alternatives
        ]


def assert_granted(part: StatisticalTest, said: str, of_twins: list[str]) -> None:
    """What levels and powers take for granted: bounds on variances, how often a bound fails."""
    for bound in re.findall(r"a variance of at most (0\.\d+)", " ".join(part.statement.split())):
        found = map(float, re.findall(r"0\.\d+", said.partition("the variance is")[2]))
        assert 0.8 * float(bound) < max(found) < float(bound)
    if part.name.startswith("finite-sample-envelope"):
        assert all(
            int(often) > 0.8 * 300
            for message in of_twins
            for often in re.findall(r"the bound fails in (\d+) of 300", message)
        )


def test_the_alternatives_of_each_claim_are_those_that_are_named() -> None:
    found: dict[str, set[str]] = {claim.id: set() for claim, _ in TESTS}
    for claim, part in TESTS:
        found[claim.id] |= {other.change for other in claim.body.alternatives(part.name)}
    assert found == NAMED


@each_test
def test_each_power_is_high_and_says_what_it_takes_for_granted(
    claim: Claim, part: StatisticalTest
) -> None:
    for other in claim.body.alternatives(part.name):
        assert other.power >= 1 - Fraction(1, 10**8)
        assert other.given


def betas(random: np.random.Generator, _n: int, sets: int) -> np.ndarray:
    """Values from 0 to 2 with the mean 1 and the variance 1/5."""
    return 2 * random.beta(2, 2, sets)


MEAN = MeanTest("a/b", "It is so.", (10,), 6_500, betas, 0.01, 0.25, 2.2)


@pytest.mark.parametrize("gone", [0, 7])
def test_missing_estimates_are_left_out_and_counted(gone: int) -> None:
    def values(_random: np.random.Generator, _n: int, sets: int) -> np.ndarray:
        return np.append(np.linspace(0, 2, sets - gone), [np.inf] * gone)

    test = MeanTest("a/b", "It is so.", (10, 20), 50, values, 0.0, 1 / 3, 2)
    found = run_test(test.part, (test.against(RATE, 1, 8),), 0)
    assert found.outcome == "holds"
    assert f"; {2 * gone} of 100 data sets have no unique" in found.detail["message"]
    variance = np.linspace(0, 2, 50 - gone).var()
    assert f"the variance is {variance:.3f} and {variance:.3f}" in found.detail["message"]
    assert test.part.statistic([np.full(50, np.inf)]) == 1


def test_estimates_that_are_missing_are_rare_where_data_sets_are_sampled() -> None:
    design = Design.even(2, ((1, 0), (0, 1)))
    part, twin = missing_rarely("a/b", [(design, 800)])
    assert run_enumeration(part).outcome == on_variant(part, twin).outcome == "holds"
    often, _ = missing_rarely("a/b", [(design, 80)])
    assert run_enumeration(often).outcome == "refuted"
    # beside the exact chance, which is less than the sum
    missing = 1 - float(chance_of_estimate(design, 20))
    assert missing < float(design.chance_missed(20)) < 1.1 * missing


@pytest.mark.parametrize("side", [-1, 1])
def test_a_mean_or_a_law_at_the_resolution_is_rejected(side: int) -> None:
    off = 1 + side * MEAN.resolution
    rejected = [
        MEAN.part.statistic([off * betas(default_rng(seed), 10, 6_500)]) <= LEVEL
        for seed in range(100)
    ]
    assert all(rejected)
    law = LawTest("a/b", "It is so.", (10,), 4_000, MEAN.values, 0.01, 20)
    scale = next(s for s in np.arange(1, 2, 0.001) if chi2_gap(20, 20, s) >= law.resolution)
    draws = (scale * default_rng(seed).chisquare(20, 4_000) for seed in range(100))
    assert all(law.part.statistic([draw]) <= LEVEL for draw in draws)
    half = 1 + side * MEAN.resolution / 2
    assert MEAN.part.statistic([half * betas(default_rng(0), 10, 6_500)]) > LEVEL


@each_test
def test_the_words_of_a_claim_name_a_distance_that_is_rejected(
    claim: Claim, part: StatisticalTest
) -> None:
    """In hundredths: of distribution functions, of means, of how often a bound fails."""
    [said] = re.findall(r"The tests? rejects? .*?(\d+) %", " ".join(claim.statement.split()))
    [found] = re.findall(r"(0\.\d+)(?: or more\.\)| in one place with)", part.statement)
    assert ceil(100 * float(found)) <= int(said) <= ceil(100 * float(found)) + 1


def test_the_section_spends_little_of_the_error_budget() -> None:
    spent = sum(
        part.level + sum(1 - other.power for other in claim.body.alternatives(part.name))
        for claim, part in TESTS
    )
    assert spent < Fraction(1, 10**7)


def brute_mean(design: Design, n: int) -> tuple[float, float]:
    """2 n times the conditional mean and the chance, over all counts of cells, by the fits."""
    cells = np.array([float(mu) * p for mu, p in zip(design.mu, design.laws, strict=True)])
    held = np.flatnonzero(cells.ravel() > 0)
    chance = mean = 0.0
    for counts in product(range(n + 1), repeat=len(held)):
        if sum(counts) != n:
            continue
        times = np.zeros(cells.size)
        times[held] = counts
        weight = np.exp(
            sum(np.log(range(1, n + 1)))
            - sum(np.log(range(1, c + 1)).sum() for c in counts)
            + (np.array(counts) * np.log(cells.ravel()[held])).sum()
        )
        [excess] = design.excess(design.fit(times.reshape(1, *cells.shape)))
        if np.isfinite(excess):
            chance, mean = chance + weight, mean + weight * excess
    return 2 * n * mean / chance, chance


@pytest.mark.parametrize(
    "design",
    [
        Design.even(2, ((1, 0), (0, 1))),
        Design.even(3, ((1, 2, 0),)),
        Design(chain_of(2), ((1, 0), (1,)), shares((1, 2))),
        Design(chain_of(2), ((0, 1, 1), (1, 0, 0, 0)), shares((2, 1))),
    ],
)
def test_exact_means_are_those_of_all_data_sets(design: Design) -> None:
    for n in (5, 8):
        mean, chance = brute_mean(design, n)
        found, missing = mean_excess(design, n)
        assert abs(float(found) - mean) < 1e-9
        assert abs(float(missing) - (1 - chance)) < 1e-12
        assert abs(float(chance_of_estimate(design, n)) - chance) < 1e-12


def test_the_graph_of_each_data_set_tells_the_same_chance() -> None:
    design = Design(chain_of(3), ((1, 2, 0), (0, 1)), shares((2, 1)))
    assert chance_by_enumeration(design, 5) == chance_of_estimate(design, 5) > 0
    assert chance_by_enumeration(design, 4) == chance_of_estimate(design, 4) == 0


def test_counts_with_their_weights_are_the_sequences() -> None:
    """Two prompts that share a key besides the query: the closed form does not apply there."""
    design = Design(chain_of(3), ((1, 2, 0), (1, 0), (2,)), shares((2, 1, 1)))
    cells = [
        (prompt, i, float(mu) * p)
        for prompt, mu, law in zip(design.prompts, design.mu, design.laws, strict=True)
        for i, p in enumerate(law)
        if p > 0
    ]
    chance = 0.0
    for sequence in product(range(len(cells)), repeat=5):
        times = np.zeros((1, len(design.prompts), 3))
        for at in sequence:
            prompt, i, _ = cells[at]
            times[0, design.prompts.index(prompt), i] += 1
        if np.isfinite(design.excess(design.fit(times))[0]):
            chance += np.prod([cells[at][2] for at in sequence])
    assert abs(float(chance_by_enumeration(design, 5)) - chance) < 1e-12 < chance


def test_the_law_function_counts_the_heads_near_enough() -> None:
    # 2 n KL((1/2, 1/2) | (k, n - k)/n) of n = 4: 0 at k = 2, 1.15 at k = 1, 3
    assert law_function(fmpq(1, 2), 4, [fmpq(1), fmpq(2)]) == [fmpq(6, 14), 1]


def test_excess_risks_are_divergences_of_the_laws() -> None:
    design = Design.even(3, pairs_and_whole(3))
    [w] = design.fit(design.draw(default_rng(1), 500, 1))
    P = np.exp(w) / np.exp(w).sum(axis=1, keepdims=True)
    other = design.counts * P[[x[-1] for x in design.prompts]]
    other /= other.sum(axis=1, keepdims=True)
    mu, held = np.array(design.mu, dtype=float), design.counts > 0
    ratio = np.where(held, design.laws / np.where(held, other, 1), 1)
    assert abs(design.excess(w[None])[0] - mu @ (design.laws * np.log(ratio)).sum(axis=1)) < 1e-12


def test_a_missing_estimate_has_an_infinite_excess_risk() -> None:
    design = Design.even(2, ((1, 0), (0, 1)))
    times = np.array([[[3, 0], [1, 1]], [[2, 1], [1, 1]]])
    assert np.isinf(design.excess(design.fit(times))).tolist() == [True, False]


def test_disconnected_designs_lose_a_degree_for_each_component() -> None:
    assert Design.even(4, pairs_and_whole(4)).df == 12
    assert Design.even(4, pairs_and_whole(4, (range(3), (3,)))).df == 6
    assert Design.even(3, ((1, 0), (0, 1), (2,))).df == 2


def test_errors_of_weights_are_those_of_the_closed_form() -> None:
    E = ((1, 0, 0), (1, 1, 0), (0, 1, 2))
    design = starred(3, 2)
    F, X = (
        np.array(floats(rows(M))) for M in (fisher_of_weights(design, E), covariance(design, E))
    )
    assert np.allclose(np.linalg.pinv(F, rcond=1e-9), X)
    assert abs(trace(design, E) - np.trace(X)) < 1e-9
    from checks.parameter_errors import squares

    [value] = squares(design, E, 1.0)(default_rng(3), 400, 1)
    [w] = design.fit(design.draw(default_rng(3), 400, 1))
    gap = weights_float(np.exp(w), E) - weights_float(np.array(design.P, dtype=float), E)
    assert abs(value - 400 * (gap**2).sum()) < 1e-6 * value
    few = squares(design, E, 1.0)(default_rng(3), 20, 50)
    gone = np.isnan(design.fit(design.draw(default_rng(3), 20, 50))).any(axis=(1, 2))
    assert (np.isinf(few) == gone).all()
    assert 0 < gone.sum() < 50


def test_the_error_of_a_disconnected_design_does_not_shrink() -> None:
    design = Design.even(3, ((1, 0), (0, 1), (2,)))
    from checks.parameter_errors import squares

    unit = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    for n in (1_000, 100_000):
        assert (squares(design, unit, 1.0)(default_rng(0), n, 5) > n / 100).all()


def test_tails_and_reaches_are_inverse_and_decrease() -> None:
    for p in (1e-3, 1e-9):
        assert abs(dkw(dkw_reach(p, 500), 500) / p - 1) < 1e-9
        assert abs(bernstein(bernstein_reach(p, 500, 0.2, 3), 500, 0.2, 3) / p - 1) < 1e-9
    assert dkw(-1, 10) == bernstein(0, 10, 1, 1) == binomial(0, 10, 0.1) == 1
    assert abs(binomial(3, 3, 0.1) - 1e-3) < 1e-12


def test_the_distance_to_chi2_is_that_of_the_distribution_functions() -> None:
    values = default_rng(0).chisquare(7, 200_000)
    assert distance_to_chi2(values, 7) < 0.005
    assert abs(distance_to_chi2(1.1 * values, 7) - chi2_gap(7, 7, 1.1)) < 0.005


@pytest.mark.parametrize("kind", [LawTest, MeanTest])
def test_levels_and_powers_hold_where_the_statement_is_just_true(kind: type) -> None:
    """Chi-square itself; with a level of 1/20 in the place of 1e-8 the test keeps it as often."""

    def values(random: np.random.Generator, _n: int, sets: int) -> np.ndarray:
        return random.chisquare(12, sets) / (1 if kind is LawTest else 12)

    common = ("a/b", "It is so.", (10,), 4_000, values, 0.0)
    test = LawTest(*common, df=12) if kind is LawTest else MeanTest(*common, 0.17, 4)
    draws = [test.part.draw(default_rng(seed)) for seed in range(200)]
    often = sum(test.part.statistic(draw) <= 0.05 for draw in draws)
    assert often <= 20
    other = test.against("10 % larger", 1.1)
    assert other.power > Fraction(99, 100)
    assert all(test.part.statistic(other.draw(default_rng(seed))) <= LEVEL for seed in range(20))
