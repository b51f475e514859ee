"""Trajectories: reproducible, one stream each, and drawn from the CCMC on the whole past."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from numeric.chain import ccmc
from numeric.sampling import streams
from numeric.simulate import simulate

P3 = ((0.5, 0.3, 0.2), (0.1, 0.6, 0.3), (0.25, 0.25, 0.5))


def xoshiro(state: list[int]) -> Iterator[int]:
    """The 64-bit numbers of xoshiro256++ (Blackman and Vigna 2021)."""

    def rotated(word: int, by: int) -> int:
        return (word << by | word >> (64 - by)) % 2**64

    a, b, c, d = state
    while True:
        yield (rotated((a + d) % 2**64, 23) + a) % 2**64
        c, d = c ^ a, d ^ b
        a, b, c, d = a ^ d, b ^ c, c ^ (b << 17) % 2**64, rotated(d, 45)


def replayed(seed: int, i: int, prompt: tuple[int, ...], length: int, decay: float) -> list[int]:
    """Trajectory i, by the definition: weights from the whole past, then the inverse of the law."""
    stream = xoshiro(streams(seed, i, 1)[0].tolist())
    X = list(prompt)
    while len(X) < length:
        n = np.zeros(len(P3))
        for age, x in enumerate(reversed(X)):
            n[x] += np.exp(-decay * age)
        law = np.cumsum(ccmc(P3, n.tolist(), X[-1]))
        X.append(int(np.searchsorted(law, (next(stream) >> 11) * 2.0**-53, side="right")))
    return X


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_tokens_are_those_of_the_definition_on_the_whole_past(decay: float) -> None:
    prompt = (2, 0, 1, 0)
    run = simulate(P3, prompt, 60, 5, rng_seed=7, decay=decay, keep_tokens=True)
    assert run.tokens is not None
    for i, tokens in enumerate(run.tokens.tolist()):
        assert tokens == replayed(7, i, prompt, 60, decay)


def test_counts_are_those_of_the_tokens_and_include_the_prompt() -> None:
    run = simulate(P3, (0, 1, 2), 40, 6, rng_seed=3, keep_tokens=True)
    assert run.tokens is not None
    assert run.tokens.shape == (6, 40)
    assert (run.tokens[:, :3] == [0, 1, 2]).all()
    for n, tokens in zip(run.counts, run.tokens, strict=True):
        assert n.tolist() == np.bincount(tokens, minlength=3).tolist()
    assert run.final_frequency.sum(axis=1) == pytest.approx(np.ones(6))


def test_a_trajectory_depends_on_the_seed_and_its_number_alone() -> None:
    batch = simulate(P3, (0, 1, 2), 30, 6, rng_seed=5).counts
    shares = [simulate(P3, (0, 1, 2), 30, 2, rng_seed=5, first=i).counts for i in (0, 2, 4)]
    assert np.array_equal(batch, np.vstack(shares))
    assert len({tuple(n) for n in batch.tolist()}) > 1
    assert not np.array_equal(batch, simulate(P3, (0, 1, 2), 30, 6, rng_seed=6).counts)


def test_tokens_are_kept_only_on_request() -> None:
    run = simulate(P3, (0,), 5, 2, rng_seed=0)
    assert run.tokens is None
    assert run.seed == 0


def test_an_absent_token_never_appears() -> None:
    assert (simulate(P3, (0, 1), 200, 10, rng_seed=2).counts[:, 2] == 0).all()


def test_one_token_repeats_and_a_length_of_the_prompt_adds_nothing() -> None:
    assert simulate([[1.0]], (0,), 5, 2, rng_seed=0).counts.tolist() == [[5], [5]]
    assert simulate(P3, (0, 2), 2, 1, rng_seed=0).counts.tolist() == [[1, 0, 1]]


def test_the_scale_of_a_row_does_not_matter() -> None:
    scaled = np.array(P3) * [[1.7e308], [2.0], [1e-300]]
    assert np.array_equal(
        simulate(P3, (0, 1, 2), 80, 4, rng_seed=9).counts,
        simulate(scaled, (0, 1, 2), 80, 4, rng_seed=9).counts,
    )


@pytest.mark.parametrize("prompt", [(0, 1, 2), (2, 2, 1, 0, 1)])
def test_first_steps_follow_the_formula_at_level_one_in_a_million(prompt: tuple[int, ...]) -> None:
    N = 20000
    run = simulate(P3, prompt, len(prompt) + 1, N, rng_seed=11, keep_tokens=True)
    assert run.tokens is not None
    expected = N * np.array(ccmc(P3, np.bincount(prompt, minlength=3).tolist(), prompt[-1]))
    observed = np.bincount(run.tokens[:, -1], minlength=3)
    assert ((observed - expected) ** 2 / expected).sum() < chi2.isf(1e-6, df=2)


def test_a_strong_decay_repeats_the_last_token() -> None:
    run = simulate(P3, (0, 1, 2), 50, 20, rng_seed=4, decay=40.0, keep_tokens=True)
    assert run.tokens is not None
    assert all(x == y for tokens in run.tokens[:, 2:].tolist() for x, y in pairwise(tokens))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"P": [[1, 0], [1, 1]]}, "P must be positive and finite"),
        ({"P": [[1, np.nan], [1, 1]]}, "P must be positive and finite"),
        ({"P": [[1, np.inf], [1, 1]]}, "P must be positive and finite"),
        ({"P": [[1, 1]]}, "P is 1 x 2"),
        ({"prompt": ()}, "no tokens"),
        ({"prompt": (2,)}, "token 2 at position 0"),
        ({"prompt": (-1,)}, "token -1 at position 0"),
        ({"prompt": (0, 1), "length": 1}, "length = 1: expected at least 2"),
        ({"trajectories": 0}, "trajectories = 0: expected at least 1"),
        ({"rng_seed": -1}, "seed = -1: expected at least 0"),
        ({"first": -1}, "first = -1: expected at least 0"),
        ({"decay": -0.1}, "decay = -0.1: expected a finite number"),
        ({"decay": float("nan")}, "decay = nan"),
        ({"decay": float("inf")}, "decay = inf"),
        ({"threads": 0}, "threads = 0: expected at least 1"),
        ({"times": (2, 2)}, "times: expected increasing total lengths from 1 to 3"),
        ({"times": (1, 4)}, "times: expected increasing total lengths from 1 to 3"),
        ({"row_of": (0, 2)}, "row_of: expected 2 numbers from 0 to 1"),
        ({"row_of": (0,)}, "row_of: expected 2 numbers from 0 to 1"),
        ({"trajectories": 10**9}, "expected at most 100000000, to fit memory"),
        ({"length": 2**32}, "length = 4294967296: expected at most 4294967295"),
        ({"length": 10**9, "trajectories": 1001}, "expected at most 1000000000000 steps"),
        ({"length": 10**9, "trajectories": 2, "keep_tokens": True}, "at most 1000000000 tokens"),
    ],
)
def test_an_argument_out_of_range_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "P": [[1, 1], [1, 1]],
        "prompt": (0,),
        "length": 3,
        "trajectories": 1,
        "rng_seed": 0,
    }
    with pytest.raises(ValueError, match=message):
        simulate(**(arguments | change))
