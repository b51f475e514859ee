"""B4 beside all futures of small layers, and beside simulated trajectories."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from math import log
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from numpy.typing import NDArray
from scipy.stats import binom

from checks import computed
from checks.claim import Part
from checks.claims.decay_fixates import decay_fixates
from checks.decaying import repeats, runs_and_stays
from checks.evidence import _cross_check
from numeric.exact import Log
from numeric.instance import Instance
from numeric.simulate import simulate

PARTS = {part.name: part for part in decay_fixates.body.parts if isinstance(part, Part)}
LEVEL = 1e-9
"""The chance at most that a statistical test below fails though the claim is true."""

GROWTHS = (fmpq(3, 2), fmpq(2), fmpq(3), fmpq(4))
CHAINS = (((1, 1), (1, 1)), ((1, 3), (2, 1)), ((2, 1, 1), (1, 1, 3), (1, 2, 2)))
each_growth = pytest.mark.parametrize("growth", GROWTHS, ids=lambda growth: f"exp(lam)={growth}")
each_chain = pytest.mark.parametrize("P", CHAINS, ids=["urn", "restless", "three"])


def enough(P: tuple[tuple[int, ...], ...], growth: fmpq) -> int:
    """The least B that the claim allows."""
    ratio = max(fmpq(max(row), row[k]) for k, row in enumerate(P))
    return int((2 * ratio / ((1 - 1 / growth) * (growth - 1))).ceil())


def layer(P: tuple[tuple[int, ...], ...], growth: fmpq, **more: Any) -> Instance:
    """One-hot embeddings; the weights are the logarithms of P, key on the left."""
    K = len(P)
    one_hot = tuple(tuple(int(i == j) for j in range(K)) for i in range(K))
    W = tuple(tuple(Log.of(row[k]) for row in P) for k in range(K))
    return Instance(K=K, d=K, E=one_hot, C=one_hot, W=W, P=P, lam=Log.of(growth), **more)


def chances_of_switches(at: Instance, prompt: tuple[int, ...], steps: int) -> dict[int, fmpq]:
    """The chance of each number of switches, over all K^steps futures of the prompt."""
    found: dict[int, fmpq] = {}
    for future in product(range(at["K"]), repeat=steps):
        chance, keys = fmpq(1), prompt
        for token in future:
            chance *= computed.decayed_law(at, keys)(token + 1)
            keys = (*keys, token)
        switches = sum(x != y for x, y in pairwise(keys[len(prompt) - 1 :]))
        found[switches] = found.get(switches, fmpq(0)) + chance
    assert sum(found.values()) == 1
    return found


def at_least(chances: dict[int, fmpq], J: int) -> fmpq:
    return sum((chance for switches, chance in chances.items() if switches >= J), fmpq(0))


@each_growth
@each_chain
def test_the_bound_holds_over_all_futures(P: tuple[tuple[int, ...], ...], growth: fmpq) -> None:
    at, rate = layer(P, growth), 1 / (1 + fmpq(1, 2 ** enough(P, growth)))
    steps = 5 if len(P) == 2 else 3
    for prompt in ((0,), (0, 1), (1, 1, 0)):
        chances = chances_of_switches(at, prompt, steps)
        for J in range(steps + 1):
            assert at_least(chances, J) <= rate**J


def test_the_chances_by_first_steps_are_those_over_all_futures() -> None:
    prompt, steps = (0, 1), 3
    at = layer(CHAINS[2], fmpq(2), x=prompt, steps=steps)
    runs = runs_and_stays(at)["runs"]
    chances = chances_of_switches(at, prompt, steps)
    assert [runs(J, steps, 1) for J in range(5)] == [at_least(chances, J) for J in range(5)]
    assert runs_and_stays(at)["stay"](steps, 1) == chances[0]


@each_growth
@each_chain
def test_forty_repeats_have_the_chance_that_is_claimed(
    P: tuple[tuple[int, ...], ...], growth: fmpq
) -> None:
    for prompt in ((0,), (1, 0), (1, 1, 1, 0)):
        at = layer(P, growth, x=prompt, L=len(prompt), a=0)
        assert repeats(at)["stays"](40) >= fmpq(1, 2 ** enough(P, growth))


def test_without_decay_the_chance_of_repeats_vanishes() -> None:
    at = layer(CHAINS[0], fmpq(1), x=(1, 0), L=2, a=0)
    assert repeats(at)["stays"](40) == fmpq(1, 41) < fmpq(1, 2 ** enough(CHAINS[0], fmpq(2)))


def switches(P: tuple[tuple[int, ...], ...], decay: float, steps: int) -> NDArray[np.int64]:
    """How often each of 2000 trajectories from the prompt 1 2 switches."""
    run = simulate(P, (0, 1), 2 + steps, 2000, 4, decay=decay, keep_tokens=True)
    assert run.tokens is not None
    return np.asarray((np.diff(run.tokens[:, 1:]) != 0).sum(axis=1))


def refuted(found: NDArray[np.int64], B: int) -> bool:
    """Whether more trajectories than chance allows have J switches or more, for some J.

    The level is LEVEL over all J: each of the most + 1 tests has its share.
    """
    most = int(found.max())
    return any(
        binom.sf((found >= J).sum() - 1, len(found), (1 + 2.0**-B) ** -J) < LEVEL / (most + 1)
        for J in range(most + 1)
    )


@each_growth
@each_chain
def test_simulated_runs_stay_within_the_bound(P: tuple[tuple[int, ...], ...], growth: fmpq) -> None:
    found = switches(P, log(float(growth.p) / float(growth.q)), steps=2000)
    assert not refuted(found, enough(P, growth))
    assert found.max() > 0


def test_simulated_runs_without_decay_break_the_bound() -> None:
    assert refuted(switches(CHAINS[0], 0.0, steps=2000), enough(CHAINS[0], fmpq(2)))


@each_growth
def test_simulated_runs_follow_the_exact_law(growth: fmpq) -> None:
    P, steps = CHAINS[1], 5
    found = switches(P, log(float(growth.p) / float(growth.q)), steps)
    chances = chances_of_switches(layer(P, growth), (0, 1), steps)
    assert unlikely(found, chances) is False
    assert unlikely(found, chances_of_switches(layer(P, growth * 3), (0, 1), steps)) is True


def unlikely(found: NDArray[np.int64], chances: dict[int, fmpq]) -> bool:
    """Whether some frequency is too far from its chance, at LEVEL over all of them."""
    share, trials = LEVEL / (2 * len(chances)), len(found)
    return any(
        min(binom.cdf(hits, trials, chance), binom.sf(hits - 1, trials, chance)) < share
        for hits, chance in (
            (int((found == J).sum()), int(c.p) / int(c.q)) for J, c in chances.items()
        )
    )


def fixed(growth: fmpq) -> NDArray[np.bool_]:
    """Which of 2000 trajectories never switch between length 400 and length 2000."""
    decay = log(float(growth.p) / float(growth.q))
    run = simulate(CHAINS[0], (0, 1), 2000, 2000, 5, decay=decay, keep_tokens=True)
    assert run.tokens is not None
    return np.asarray((run.tokens[:, 400:] == run.tokens[:, -1:]).all(axis=1))


@each_growth
def test_simulated_trajectories_become_constant_under_decay(growth: fmpq) -> None:
    assert fixed(growth).all()


def test_simulated_trajectories_go_on_switching_without_decay() -> None:
    assert fixed(fmpq(1)).sum() < 100


def test_a_layer_that_decays_faster_than_said_is_refuted() -> None:
    part = PARTS["decay-fixates/law"]
    faster = replace(
        part,
        computed=lambda at: {"p": computed.decayed_law(at.replace(lam=at["lam"] * 2), at["x"])},
    )
    assert _cross_check(faster, 1, 40).outcome == "refuted"


@pytest.mark.parametrize("name", ["decay-fixates", "decay-fixates/stay"])
def test_too_small_a_bound_is_refuted(name: str) -> None:
    part = PARTS[name]
    theorem = part.theorem
    assumed = tuple(a for a in theorem.assumptions if a.name not in ("enough", "stay-least"))
    free = replace(
        part,
        theorem=replace(theorem, assumptions=assumed),
        instances=lambda K: part.instances(K).map(lambda at: at.replace(B=1)),
    )
    assert _cross_check(free, 1, 100).outcome == "refuted"
