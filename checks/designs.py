"""Many data sets drawn from a layer, their estimates, and how far these are from the layer.

A design says which prompts come how often: prompt x with probability mu(x), then a token from the
law of a layer that realises the chain P.  Of n such observations the estimate maximises the
likelihood; its excess risk is the mean divergence of its laws from the layer's.

Where there is no estimate, or where it is not unique on the support, the excess risk is infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, fmpq
from numpy.random import Generator

from numeric.arithmetic import FloatArray, ball, floats
from numeric.attention import law_float
from numeric.chain import ccmc, counts
from numeric.exact import rational
from numeric.fisher import fisher
from numeric.graphs import components, cooccurrences
from numeric.replicas import fit_many

__all__ = ["Design", "chain_of", "pairs_and_whole", "shares"]

Prompt = tuple[int, ...]
LATTICE = 7
"""Entries of the chains that are used are (1..LATTICE) over their sum."""


def chain_of(K: int) -> tuple[tuple[Fraction, ...], ...]:
    """A chain without symmetries: whole numbers from 1 to 7, over the sum of their row.

    >>> [float(p) for p in chain_of(2)[0]]
    [0.25, 0.75]
    """
    raw = [[1 + (2 * k + 3 * a * (k + 1)) % LATTICE for k in range(K)] for a in range(K)]
    return tuple(tuple(Fraction(p, sum(row)) for p in row) for row in raw)


def pairs_and_whole(K: int, together: Sequence[Sequence[int]] = ()) -> tuple[Prompt, ...]:
    """For each query k the prompts (j, k) for j beside it, and one that holds all of its class.

    Args:
        K: the number of tokens.
        together: classes of tokens that stand in no prompt with others; one class if left out.

    >>> pairs_and_whole(3)[:3]
    ((1, 0), (2, 0), (1, 2, 0))
    """
    found: list[Prompt] = []
    for tokens in together or [range(K)]:
        for k in tokens:
            others = tuple(j for j in tokens if j != k)
            found += [(j, k) for j in others]
            found += [(*others, k)] if len(others) > 1 else []
    return tuple(found)


def shares(weights: Sequence[int]) -> tuple[Fraction, ...]:
    """Probabilities in proportion to whole numbers."""
    return tuple(Fraction(x, sum(weights)) for x in weights)


@dataclass(frozen=True)
class Design:
    """A chain and a distribution of prompts.

    Args:
        P: K x K positive rationals, rows that sum to one.
        prompts: of tokens from 0; the last is the query.
        mu: their probabilities.
    """

    P: tuple[tuple[Fraction, ...], ...]
    prompts: tuple[Prompt, ...]
    mu: tuple[Fraction, ...]

    @classmethod
    def even(cls, K: int, prompts: tuple[Prompt, ...]) -> Design:
        """All prompts equally often, the chain of `chain_of`."""
        return cls(chain_of(K), prompts, shares([1] * len(prompts)))

    @property
    def K(self) -> int:
        """The number of tokens."""
        return len(self.P)

    @cached_property
    def counts(self) -> Any:
        """M x K: how often each prompt holds each token."""
        return np.array([counts(prompt, self.K) for prompt in self.prompts])

    @cached_property
    def laws(self) -> FloatArray:
        """M x K: the laws of the layer whose embeddings are the unit vectors."""
        one_hot, W = np.eye(self.K), np.log(np.array(self.P, dtype=np.float64)).T
        return np.array([law_float(one_hot, one_hot, W, x, x[-1]) for x in self.prompts])

    @cached_property
    def exact_laws(self) -> tuple[tuple[fmpq, ...], ...]:
        """M x K: the laws of the context-conditioned chain."""
        P = [[rational(p) for p in row] for row in self.P]
        held = zip(self.prompts, self.counts.tolist(), strict=True)
        return tuple(ccmc(P, n, prompt[-1]) for prompt, n in held)

    @cached_property
    def logits(self) -> FloatArray:
        """K x K: the logits of each query, their sum over each component 0."""
        w = np.log(np.array(self.P, dtype=np.float64))
        for row, groups in zip(w, self.components, strict=True):
            for group in groups:
                row[list(group)] -= row[list(group)].mean()
        return w

    @cached_property
    def components(self) -> tuple[tuple[Prompt, ...], ...]:
        """The components of the co-occurrence graph of each query."""
        K = self.K
        return tuple(components(K, cooccurrences(self.prompts, k, K)) for k in range(K))

    @property
    def df(self) -> int:
        """The degrees of freedom: the sum of K - #components over the queries."""
        return sum(self.K - len(groups) for groups in self.components)

    def fisher(self, query: int) -> tuple[tuple[Any, ...], ...]:
        """The Fisher matrix of one row per observation, K x K rationals."""
        held = [x for x, prompt in enumerate(self.prompts) if prompt[-1] == query]
        if not held:
            return ((fmpq(0),) * self.K,) * self.K
        weights = [rational(self.mu[x]) for x in held]
        return fisher([self.exact_laws[x] for x in held], weights)

    def inverse(self, query: int) -> FloatArray:
        """The pseudo-inverse of the Fisher matrix."""
        return np.linalg.pinv(np.array(floats(self.fisher(query))), rcond=1e-12, hermitian=True)

    def draw(self, random: Generator, n: int, sets: int) -> Any:
        """Sets x M x K: how often each token was sampled after each prompt, of n observations."""
        cells = np.array(self.mu, dtype=np.float64)[:, None] * self.laws
        flat = cells.ravel() / cells.sum()
        return random.multinomial(n, flat, size=sets).reshape(sets, *cells.shape)

    def fit(self, times: Any) -> FloatArray:
        """Sets x K x K: the logits of each estimate, NaN where it is missing."""
        found = np.zeros((len(times), self.K, self.K))
        for k, groups in enumerate(self.components):
            of_k = [x for x, prompt in enumerate(self.prompts) if prompt[-1] == k]
            if len(groups) < self.K:
                found[:, k] = fit_many(self.counts[of_k], times[:, of_k], len(groups))
        found[np.isnan(found).any(axis=(1, 2))] = np.nan
        return found

    def excess(self, logits: FloatArray) -> FloatArray:
        """The excess risk of each estimate; infinite where it is missing."""
        risk = np.zeros(len(logits))
        for prompt, n, law, mu in zip(self.prompts, self.counts, self.laws, self.mu, strict=True):
            held = n > 0
            w = logits[:, prompt[-1], held] + np.log(n[held])
            log_law = w - np.log(np.exp(w).sum(axis=1, keepdims=True))
            risk += float(mu) * (law[held] * (np.log(law[held]) - log_law)).sum(axis=1)
        return np.where(np.isnan(risk), np.inf, risk)

    def excesses(self, random: Generator, n: int, sets: int) -> FloatArray:
        """The excess risks of so many data sets."""
        return self.excess(self.fit(self.draw(random, n, sets)))

    def chance_missed(self, n: int) -> arb:
        """A bound on the chance that n observations have no unique estimate.

        If each token that a prompt holds was drawn after it, they have one (C8). The sum, over
        prompts and their tokens, of the chance that this one was not drawn:
        """
        pairs = zip(self.mu, self.exact_laws, strict=True)
        cells = (rational(mu) * p for mu, law in pairs for p in law if 0 < p < 1)
        return sum(((1 - ball(cell)) ** n for cell in cells), arb(0))
