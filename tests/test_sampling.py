"""The kernels draw from the law: every path of six steps, exact tables, and planted biases."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from numpy.typing import NDArray
from scipy.stats import binom

from numeric import sampling
from numeric.chain import ccmc
from numeric.sampling import Rows, streams
from numeric.simulate import Design, Trajectories, simulate

Array = NDArray[Any]

STEPS = 6
N = 1_500_000
LEVEL = 1e-9
"""Chance, at most, that a test of a right sampler fails: exact binomial tails, over all events."""

CHAINS: dict[int, list[list[fmpq]]] = {
    K: [[fmpq(x, 20) for x in row] for row in rows]
    for K, rows in {
        2: [[12, 8], [10, 10]],
        3: [[10, 6, 4], [12, 2, 6], [12, 4, 4]],
        4: [[8, 6, 4, 2], [12, 4, 2, 2], [8, 5, 5, 2], [14, 2, 2, 2]],
    }.items()
}

DESIGNS = {
    "scan": Design(),
    "rejection": Design(scanned=0, hybrid=np.inf),
    "hybrid": Design(scanned=0, hybrid=1.0),
    "urn": Design(scanned=0, hybrid=np.inf, block=2),
    "impatient": Design(scanned=0, patience=1),
}


@dataclass(frozen=True)
class Events:
    """Events among the paths of a chain, with their exact probabilities, as floats."""

    members: Array
    probabilities: Array

    def p_value(self, paths: Array) -> float:
        """Bonferroni over both binomial tails of every event: valid for every number of paths."""
        n = int(paths.sum())
        seen = self.members @ paths
        tails = (binom.cdf(seen, n, self.probabilities), binom.sf(seen - 1, n, self.probabilities))
        return float(2 * len(seen) * np.minimum(*tails).min())

    def power(self, probabilities: Array, n: int) -> float:
        """The chance that the best single event gives a sampler with these probabilities away."""
        tail = LEVEL / (2 * len(self.probabilities))
        most, least = (q(tail, n, self.probabilities) for q in (binom.isf, binom.ppf))
        given_away = binom.sf(most, n, probabilities) + binom.cdf(least - 1, n, probabilities)
        return float(given_away.max())


def path_law(P: list[list[fmpq]]) -> Array:
    """The probability of every path of six steps after each token once, from the definition."""
    law = []
    for path in product(range(len(P)), repeat=STEPS):
        x, n, probability = len(P) - 1, [1] * len(P), fmpq(1)
        for token in path:
            probability *= ccmc(P, n, x)[token]
            n[token] += 1
            x = token
        law.append(probability)
    assert sum(law) == 1
    return np.array([float(p) for p in law])


@cache
def events(K: int) -> Events:
    """Each path, and each event that a token is drawn m times or more."""
    paths = np.array(list(product(range(K), repeat=STEPS)))
    often = [(paths == j).sum(axis=1) >= m for j in range(K) for m in range(1, STEPS + 1)]
    members = np.vstack([np.eye(len(paths), dtype=bool), *often])
    return Events(members, members @ path_law(CHAINS[K]))


def seen(P: Any, design: Design) -> Array:
    """How often each path is drawn."""
    K = len(P)
    rows = [[float(x) for x in row] for row in P]
    run = simulate(rows, range(K), K + STEPS, N, 1, keep_tokens=True, design=design)
    assert run.tokens is not None
    number = run.tokens[:, K:] @ (K ** np.arange(STEPS)[::-1])
    return np.bincount(number, minlength=K**STEPS)


def biased(K: int) -> list[list[fmpq]]:
    """The chain of a sampler that accepts the first token 1 % too often."""
    return [[row[0] * fmpq(101, 100), *row[1:]] for row in CHAINS[K]]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("K", CHAINS)
def test_every_path_of_six_steps_has_its_probability(K: int, design: str) -> None:
    assert events(K).p_value(seen(CHAINS[K], DESIGNS[design])) > LEVEL


@pytest.mark.parametrize("K", CHAINS)
def test_a_bias_of_one_per_cent_is_seen_with_power_999_in_1000(K: int) -> None:
    wrong = events(K).members @ path_law(biased(K))
    assert events(K).power(wrong, N) > 0.999
    assert events(K).p_value(seen(biased(K), DESIGNS["scan"])) < LEVEL


@pytest.mark.parametrize("design", ["hybrid", "rejection"])
def test_a_planted_bias_in_the_heavy_tokens_or_the_positions_is_seen(
    design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = Rows.of

    def wrong(*arguments: Any) -> Rows:
        rows = of(*arguments)
        assert rows.n_heavy.any() == (design == "hybrid")
        if design == "hybrid":
            rows.scaled[:, 0] *= 1.01
        else:
            rows.chances[:, 0] = 0.99 * rows.chances[:, 0]
        return rows

    monkeypatch.setattr(Rows, "of", wrong)
    assert events(4).p_value(seen(CHAINS[4], DESIGNS[design])) < LEVEL


@pytest.mark.parametrize("seed", range(20))
def test_an_urn_holds_exactly_its_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K = int(rng.integers(1, 40))
    n = rng.integers(0, 30, K) * rng.integers(0, 2, K)
    n[rng.integers(K)] += 1
    t = int(n.sum())
    urn = np.full((2, K), -1)
    sampling._fill(urn, n.astype(np.float64), t, np.empty(2 * K, dtype=np.int64))
    held = np.zeros(K, dtype=np.int64)
    for column in range(K):
        own = min(int(urn[0, column]), t)
        held[column] += own
        held[urn[1, column]] += t - own
    assert held.tolist() == (K * n).tolist()


def words(state: Any) -> Any:
    """The state of a generator, as kernels take it."""
    return tuple(np.uint64(word) for word in state)


def test_the_generator_is_xoshiro256_plus_plus() -> None:
    """Against the numbers that its authors' program gives for the state 1, 2, 3, 4."""
    state = words([1, 2, 3, 4])
    numbers = []
    for _ in range(5):
        raw, state = sampling._next(words(state))
        numbers.append(int(raw))
    first = [41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205]
    assert numbers == first


def test_positions_are_uniform_where_32_bits_do_not_divide_evenly() -> None:
    """3 x 2^30: without the correction the first third would be drawn half of the time."""
    n, third = 200_000, 2**30
    state = streams(5, 0, 1)[0]
    low = 0
    for _ in range(n):
        position, _chance, state = sampling._below(3 * third, words(state))
        low += position < third
    assert 2 * min(binom.cdf(low, n, 1 / 3), binom.sf(low - 1, n, 1 / 3)) > LEVEL


def test_a_uniform_number_next_to_one_still_draws_a_token_that_is_there() -> None:
    largest = 1 - 2.0**-53
    for total in (1.0, 2.0, *np.random.default_rng(0).uniform(1, 2, 1000)):
        w = np.array([total / 2, total - total / 2, 0.0])
        assert sampling._scan(w, np.ones((1, 3)), 0, np.empty(3), largest) == 1


@pytest.mark.parametrize("chance", [0.25, 7.75])
def test_where_32_bits_do_not_decide_the_rest_does(chance: float) -> None:
    """In units of 2^-32: the word at which the chance is cut is accepted with what is left."""
    rows = Rows(np.array([[chance]]), np.array([[chance]], dtype=np.uint32), *[np.zeros(1)] * 3)
    state = streams(2, 0, 1)[0]
    n, accepted, word = 40_000, 0, np.uint32(chance)
    for _ in range(n):
        yes, state = sampling._accepted(rows.chances, rows.scaled, 0, 0, word, words(state))
        accepted += yes
    left = chance % 1
    assert 2 * min(binom.cdf(accepted, n, left), binom.sf(accepted - 1, n, left)) > LEVEL


def test_what_is_certain_is_always_accepted_and_the_heavy_never() -> None:
    rows = Rows.of(np.array([[1.0] * 99 + [500.0]]), [0] * 100)
    state = streams(2, 0, 1)[0]
    for word in (0, 1, 2**31, 2**32 - 1):
        given = (rows.chances, rows.scaled, 0)
        assert sampling._accepted(*given, 5, np.uint32(word), words(state))[0]
        assert not sampling._accepted(*given, 99, np.uint32(word), words(state))[0]


# Vocabularies that are not scanned.


def chain(K: int, seed: int = 0) -> Array:
    P = np.random.default_rng(seed).dirichlet(np.ones(K), size=K)
    P[::3, 0] += 50.0  # rows with one heavy token
    return P


def run(K: int = 40, length: int = 500, **given: Any) -> Trajectories:
    return simulate(chain(K), range(K), length, 6, 3, **given)


@pytest.mark.parametrize("K", [40, 300])
def test_one_step_of_a_large_chain_follows_the_formula(K: int) -> None:
    n, prompt = 12_000_000 // K, [*range(K), *range(0, K, 2), 3]
    P = chain(K)
    drawn = simulate(P, prompt, len(prompt) + 1, n, 1, keep_tokens=True).tokens
    assert drawn is not None
    law = np.array(ccmc(P.tolist(), np.bincount(prompt).tolist(), 3))
    found = np.bincount(drawn[:, -1], minlength=K)
    p = np.minimum(binom.cdf(found, n, law), binom.sf(found - 1, n, law)).min()
    assert 2 * K * p > LEVEL


def test_heavy_tokens_save_tries() -> None:
    with_hybrid, without = run(), run(design=Design(hybrid=np.inf, patience=10**6))
    steps = 6 * (500 - 40)
    assert steps <= with_hybrid.tries < without.tries
    assert Rows.of(chain(40)).n_heavy[::3].tolist() == [1] * 14


@pytest.mark.parametrize("K", [3, 40, 300])
def test_threads_shares_and_stops_do_not_matter(K: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(K, threads=1, keep_tokens=True)
    assert whole.tokens is not None
    for threads in (2, 5):
        again = run(K, threads=threads, times=(350, 400, 500))
        assert np.array_equal(again.counts, whole.counts)
        assert again.tries == whole.tries
        for i, t in enumerate((350, 400, 500)):
            for n, tokens in zip(again.history[:, i], whole.tokens[:, :t], strict=True):
                assert n.tolist() == np.bincount(tokens, minlength=K).tolist()
    last = simulate(chain(K), range(K), 500, 2, 3, first=4)
    assert np.array_equal(last.counts, whole.counts[4:])
    monkeypatch.setattr("numeric.simulate.WORK", 0)
    assert np.array_equal(run(K, threads=3).counts, whole.counts)


def test_the_past_beyond_the_block_is_still_there() -> None:
    """The prompt has a token that is never repeated before the block has been passed."""
    P = np.full((20, 20), 1.0)
    design = Design(block=16)
    counts = simulate(P, range(20), 4000, 200, 5, design=design).counts
    assert (counts.sum(axis=1) == 4000).all()
    assert (counts > 1).mean() > 0.9  # Polya's urn: uniform on the simplex, 1 - 20/4000 or so


def test_equal_rows_may_be_shared() -> None:
    rows, row_of = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 5.0]]), [0, 1, 0]
    shared = simulate(rows, (0, 1, 2), 90, 4, 1, row_of=row_of)
    assert np.array_equal(shared.counts, simulate(rows[row_of], (0, 1, 2), 90, 4, 1).counts)


def test_extreme_entries_stay_finite() -> None:
    P = np.full((30, 30), 1e-300)
    P[:, 5] = 1e300
    counts = simulate(P, range(30), 1000, 3, 1).counts
    assert counts[:, 5].tolist() == [971] * 3


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_is_told_up_to_the_end(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numeric.simulate.WORK", 0)  # 256 steps at a time
    told: list[float] = []
    run(progress=told.append, threads=threads)
    assert len(told) > (threads == 1)
    assert told == sorted(told)
    assert told[-1] == 1.0
