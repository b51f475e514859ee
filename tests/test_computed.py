"""The computed functions against values that can be done by hand; indices start at 1."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq

from checks import computed
from numeric.exact import Log
from numeric.instance import Instance

ZERO = ((0, 0), (0, 0))
LOGS = ((Log.of(2), Log.of(3)), (Log.of(5), Log.of(7)))
LAYER = Instance(E=((1, 0), (0, 1)), C=((1, 0), (0, 1)), W=LOGS, V=ZERO, K=2, d=2, x=(1, 0, 0))


def values(function: computed.Function, count: int = 2) -> list[Any]:
    return [function(k) for k in range(1, count + 1)]


def test_the_law_is_that_of_its_prompt_weights_query_and_keys() -> None:
    at = LAYER.replace(y=(1, 1, 0))
    assert values(computed.law(at)) == [fmpq(4, 9), fmpq(5, 9)]  # the weights are 2, 2 and 5
    assert values(computed.law(at, "y")) == [fmpq(2, 12), fmpq(10, 12)]
    assert values(computed.law(at, weights="V")) == [fmpq(2, 3), fmpq(1, 3)]
    assert values(computed.law(at, query=1)) == [fmpq(6, 13), fmpq(7, 13)]
    assert values(computed.law(at, keys=(0, 1))) == [fmpq(3, 10), fmpq(7, 10)]
    assert values(computed.law(at, query=0, keys=(0, 1))) == [fmpq(2, 7), fmpq(5, 7)]


def test_the_law_adds_position_vectors_where_there_are_any() -> None:
    U = ((0, 0), (0, 0), (0, 1))
    at = LAYER.replace(U=U)
    # The query is e_1 + e_2: the keys e_2, e_1, e_1 + e_2 weigh 35, 6 and 210.
    assert values(computed.law(at)) == [fmpq(216, 251), fmpq(245, 251)]
    assert values(computed.law(at.replace(W=((1, 0), (0, 0)))), 1)[0] > fmpq(1, 2)


def test_what_is_irrational_is_a_ball() -> None:
    at = LAYER.replace(W=((1, 0), (0, 0)), V=LOGS)
    p, e = computed.law(at, keys=(0, 1), query=0), arb(1).exp()
    assert isinstance(p(1), arb)
    assert abs(p(1) - e / (1 + e)) < fmpq(1, 10**14)
    assert p(1).rad() < fmpq(1, 10**50)
    U = ((0, 0), (0, 1))
    shifted = computed.law(at.replace(U=U), keys=(0, 1), query=0)
    assert abs(shifted(2) - 2 / (1 + e)) < fmpq(1, 10**14)
    P = computed.chain(at)
    assert isinstance(P(1, 1), arb)
    assert abs(P(1, 2) - 1 / (1 + e)) < fmpq(1, 10**14)
    assert computed.chain(at, "V")(1, 2) == fmpq(5, 7)


def test_the_chain_is_the_softmax_of_the_logits() -> None:
    P, w = computed.chain(LAYER), computed.logit(LAYER)
    for a in (1, 2):
        odds = [w(a, k).exp() for k in (1, 2)]
        assert [P(a, k) for k in (1, 2)] == [r / sum(odds) for r in odds]
    assert (w(1, 2), w(2, 1)) == (Log.of(5), Log.of(3))
    assert computed.logit(LAYER, "V")(1, 2) == 0
    rational = computed.logit(LAYER.replace(V=((1, 2), (3, 4))), "V")
    assert rational(1, 2) == fmpq(3)
    assert isinstance(computed.logit(LAYER.replace(V=((0, 0), (0, Log.of(2)))), "V")(1, 1), Log)


def test_pairs_and_counts() -> None:
    q = computed.pair_law(LAYER)
    assert [q(k, 2, 1) for k in (1, 2)] == [fmpq(2, 7), fmpq(5, 7)]
    assert [q(k, 1, 2) for k in (1, 2)] == [fmpq(3, 10), fmpq(7, 10)]
    assert computed.pair_law(LAYER, "V")(1, 1, 2) == fmpq(1, 2)
    assert values(computed.count(LAYER)) == [2, 1]
    assert values(computed.count(LAYER.replace(y=(1, 1)), "y")) == [0, 2]


def test_the_laws_of_a_chain_after_each_prompt() -> None:
    P = ((Fraction(1, 4), Fraction(3, 4)), (Fraction(1, 3), Fraction(2, 3)))
    at = Instance(K=2, N=((2, 1), (0, 3)), P=P, a=0)
    p = computed.chain_laws(at)
    assert [p(1, 1), p(1, 2), p(2, 1), p(2, 2)] == [fmpq(2, 5), fmpq(3, 5), 0, 1]
    assert computed.chain_laws(at.replace(a=1))(1, 2) == fmpq(1, 2)


def test_the_fisher_matrix_of_given_laws() -> None:
    laws = {(1, 1): fmpq(1, 3), (1, 2): fmpq(2, 3), (2, 1): fmpq(1, 2), (2, 2): fmpq(1, 2)}
    at = Instance(K=2, M=2, mu=(Fraction(1, 2), 2))
    H = computed.fisher(at, lambda x, k: laws[x, k])
    entry = fmpq(2, 9) / 2 + fmpq(1, 4) * 2
    assert [H(1, 1), H(1, 2), H(2, 1), H(2, 2)] == [entry, -entry, -entry, entry]


def test_logits_made_from_logarithms_are_read_back() -> None:
    E = ((1, 1), (0, 1))
    H = ((1, -1), (-1, 2))  # the inverse of ((2, 1), (1, 1))
    wanted = {(k, i): Log.of(10 * k + i) for k in (1, 2) for i in (1, 2)}
    at = Instance(E=E, H=H, K=2)
    w = computed.logit_of_logs(at, lambda k, i: wanted[k, i])
    assert {(k, i): w(k, i) for k, i in wanted} == wanted


def test_the_distance_to_the_query_enters_the_scores() -> None:
    at = LAYER.replace(scores=((Log(), Log.of(2), Log.of(3)), (Log(), Log.of(5), Log.of(7))))
    # Keys 1, 0, 0 at the distances 2, 1, 0 weigh 7, 2, 1.
    assert values(computed.distance_law(at, (1, 0, 0))) == [fmpq(3, 10), fmpq(7, 10)]
    twice = at.replace(C=((1, 0), (0, 2)))
    assert values(computed.distance_law(twice, (1, 0, 0))) == [fmpq(3, 10), fmpq(14, 10)]
    assert values(computed.distance_law(at, (1,))) == [0, 1]


@pytest.mark.parametrize(("keys", "odds"), [((1, 0, 0), (6, 5)), ((0, 1), (3, 7)), ((1,), (0, 1))])
def test_each_score_decays_with_its_distance(keys: tuple[int, ...], odds: tuple[int, int]) -> None:
    at = LAYER.replace(lam=Log.of(2), W=((Log.of(4), Log.of(6)), (Log.of(20), Log.of(7))))
    # At the distances 2, 1, 0 the weights are a quarter, a half and the whole.
    found = values(computed.decayed_law(at, keys))
    assert found == [fmpq(n, sum(odds)) for n in odds]
