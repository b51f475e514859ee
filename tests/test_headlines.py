"""Claim A1 in primitive words: fractions and loops, nothing of the project.

The weights are W = log R, entry by entry, and the embeddings are integers: exp(e_k^T W e_a) is a
product of powers of the entries of R, hence rational.  The claim: after a prompt that ends in a,
the layer gives token k the probability n_k P_ak / sum_j n_j P_aj, with n_k the count of k in the
prompt and P_a the softmax of the scores of all tokens under the query a.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod

Matrix = Sequence[Sequence[int]]


def exp_score(key: Sequence[int], R: Matrix, query: Sequence[int]) -> Fraction:
    """exp(key^T W query) for W = log R: a product of powers, since the embeddings are integers."""
    powers = (
        Fraction(r) ** (key[u] * query[v]) for u, row in enumerate(R) for v, r in enumerate(row)
    )
    return prod(powers, start=Fraction(1))


def attention(prompt: Sequence[int], E: Matrix, C: Matrix, R: Matrix) -> list[Fraction]:
    """The law of the next token: softmax over positions, mean embedding, readout by C."""
    query = E[prompt[-1]]
    weights = [exp_score(E[token], R, query) for token in prompt]
    width = range(len(E[0]))
    mean = [
        sum((g * E[x][u] for g, x in zip(weights, prompt, strict=True)), Fraction(0)) / sum(weights)
        for u in width
    ]
    return [sum((C[k][u] * mean[u] for u in width), Fraction(0)) for k in range(len(E))]


def chain(prompt: Sequence[int], E: Matrix, R: Matrix) -> list[Fraction]:
    """n_k P_ak / sum_j n_j P_aj, with P_a the softmax of the scores of all tokens."""
    tokens = range(len(E))
    scores = [exp_score(E[k], R, E[prompt[-1]]) for k in tokens]
    P = [score / sum(scores) for score in scores]
    seen = [prompt.count(k) * P[k] for k in tokens]
    return [s / sum(seen) for s in seen]


def prompts(K: int, longest: int) -> list[tuple[int, ...]]:
    return [x for L in range(1, longest + 1) for x in product(range(K), repeat=L)]


def test_unit_embeddings_give_the_context_conditioned_chain() -> None:
    checked = 0
    for K, entries in ((1, (1, 2, 3)), (2, (1, 2, 3))):
        unit = [[int(k == u) for u in range(K)] for k in range(K)]
        for flat in product(entries, repeat=K * K):
            R = [flat[K * k : K * k + K] for k in range(K)]
            for x in prompts(K, 4):
                assert attention(x, unit, unit, R) == chain(x, unit, R)
                checked += 1
    assert checked == 3 * 4 + 81 * 30


def test_oblique_embeddings_of_larger_width_give_it_too() -> None:
    E = [[1, 0, 0, 2], [1, 1, 0, 0], [0, -1, 1, 1]]
    C = [[1, -1, -1, 0], [0, 1, 1, 0], [0, 0, 1, 0]]
    identity = [
        [sum(c * e for c, e in zip(C[k], E[j], strict=True)) for j in range(3)] for k in range(3)
    ]
    assert identity == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    R = [[2, 1, 3, 1], [1, 5, 1, 2], [3, 1, 1, 1], [1, 2, 1, 7]]
    for x in prompts(3, 4):
        law = attention(x, E, C, R)
        assert law == chain(x, E, R)
        assert sum(law) == 1


def test_a_readout_that_does_not_invert_the_embeddings_gives_another_law() -> None:
    E, C, R = [[1, 0], [0, 1]], [[1, 1], [0, 1]], [[1, 2], [3, 1]]
    assert attention((0, 1), E, C, R) != chain((0, 1), E, R)
