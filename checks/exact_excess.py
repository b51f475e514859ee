"""The excess risk over all data sets, where the estimate has a closed form.

Let no two prompts with the same query share a key but the query.  Then the estimate gives prompt x,
which came N_x times, the frequencies T_xi / N_x of the tokens drawn; it exists and is unique iff
every T_xi with 0 < p_x(i) < 1 is positive; and the excess risk is

    sum_x mu(x) sum_i p_x(i) (log p_x(i) + log N_x - log T_xi).

With q(N; p) the probability that N draws from p hit every token,

    q(N; p) = sum over sets S of tokens of (-1)^|S| (1 - sum_S p)^N,
    E[log T_i; all hit] = sum_t C(N, t) p_i^t (1 - p_i)^(N - t) q(N - t; p without i) log t,

and the prompts are joined by generating functions, as (N_x) is multinomial with mu.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import combinations, compress
from math import comb, factorial, lcm
from operator import mul
from typing import Any

from flint import arb, fmpq, fmpz

from checks.designs import Design
from numeric.arithmetic import ball, enclose
from numeric.exact import rational
from numeric.graphs import comparisons, is_strongly_connected

__all__ = ["chance_by_enumeration", "chance_of_estimate", "law_function", "mean_excess"]

Number = Callable[[Any], Any]
DIGITS = 15


def laws(design: Design) -> list[tuple[fmpq, ...]]:
    """The positive entries of the law of each prompt, exactly."""
    return [tuple(p for p in law if p > 0) for law in design.exact_laws]


def all_hit(p: Sequence[fmpq], whole: Any = 1, number: Number = rational) -> Callable[[int], Any]:
    """N -> q(N; p / whole) whole^N, in rationals or balls.

    >>> all_hit((fmpq(1, 2), fmpq(1, 2)))(2)
    1/2
    """
    sets = (s for size in range(len(p) + 1) for s in combinations(p, size))
    rests = [(len(s) % 2, whole - sum(s)) for s in sets]
    powers = [(odd, number(rest)) for odd, rest in rests if rest]
    at_0 = number(int(not p))

    @cache
    def of(N: int) -> Any:
        return sum((-(x**N) if odd else x**N for odd, x in powers), number(0)) if N else at_0

    return of


def chance_of_estimate(design: Design, n: int) -> fmpq:
    """The probability that n observations have a unique estimate."""
    hit = [fmpq(1)] + [fmpq(0)] * n
    for p, mu in zip(laws(design), design.mu, strict=True):
        share = rational(mu)
        hits = map(all_hit(p), range(n + 1)) if len(p) > 1 else [1] * (n + 1)
        hit = _joined(hit, [share**N * h / factorial(N) for N, h in enumerate(hits)])
    return factorial(n) * hit[n]


def mean_excess(design: Design, n: int) -> tuple[arb, arb]:
    """2 n times the mean excess risk, given that the estimate exists and is unique.

    And the chance that it does not or is not.

    >>> mean, missing = mean_excess(Design.even(2, ((1, 0),)), 20)
    >>> mean.str(4, radius=False), missing.str(4, radius=False)
    ('1.123', '0.003171')
    """

    def compute() -> list[arb]:
        hit, mean = [arb(1)] + [arb(0)] * n, [arb(0)] * (n + 1)
        for p, mu in zip(laws(design), design.mu, strict=True):
            share = ball(mu)
            scale = [share**N / factorial(N) for N in range(n + 1)]
            if len(p) == 1:
                hit, mean = _joined(hit, scale), _joined(mean, scale)
                continue
            chance = all_hit(p, number=ball)
            hits = [s * chance(N) for N, s in enumerate(scale)]
            divergence = _mean_divergence(p)
            logs = [arb(0), *(scale[N] * share * divergence(N) for N in range(1, n + 1))]
            mean = [a + b for a, b in zip(_joined(mean, hits), _joined(hit, logs), strict=True)]
            hit = _joined(hit, hits)
        return [2 * n * mean[n] / hit[n], 1 - factorial(n) * hit[n]]

    mean, missing = enclose(compute, DIGITS)
    return mean, missing


def _mean_divergence(p: Sequence[fmpq]) -> Callable[[int], arb]:
    """N -> E[sum_i p_i (log p_i + log N - log T_i); all tokens hit]."""
    constant, chance = sum((ball(q) * ball(q).log() for q in p), arb(0)), all_hit(p, number=ball)
    parts = [(ball(q), all_hit((*p[:i], *p[i + 1 :]), 1 - q, ball)) for i, q in enumerate(p)]

    @cache
    def terms(t: int) -> tuple[arb, list[arb]]:
        return ball(t).log(), [q ** (t + 1) for q, _ in parts]

    def of(N: int) -> arb:
        found: arb = (constant + terms(N)[0]) * chance(N)
        for t in range(2, N - len(p) + 2):
            log, powers = terms(t)
            rest = (rest(N - t) for _, rest in parts)
            found -= comb(N, t) * log * sum(map(mul, powers, rest), arb(0))
        return found

    return of


def _joined(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """The product of two power series, as far as they are given."""
    return [sum(first[N - k] * second[k] for k in range(N + 1)) for N in range(len(first))]


def law_function(p: fmpq, n: int, limits: Sequence[fmpq]) -> list[fmpq]:
    """Pr(2 n excess <= limit | the estimate exists) for each limit, of n draws from (p, 1 - p).

    >>> law_function(fmpq(1, 2), 2, [fmpq(1)])
    [1]
    """
    heads, tails = p.p, p.q - p.p
    low, high = [fmpz(0)] * len(limits), fmpz(0)
    for k in range(1, n):
        weight = comb(n, k) * heads**k * tails ** (n - k)
        high += weight
        excess = enclose(partial(_divergence, p, k, n), DIGITS)[0]
        for at, limit in enumerate(limits):
            assert excess < limit or excess > limit  # no value is a limit
            low[at] += weight if excess < limit else 0
    return [fmpq(x, high) for x in low]


def _divergence(p: fmpq, k: int, n: int) -> list[arb]:
    """2 n times the divergence of (p, 1 - p) from (k, n - k) / n."""
    parts = ((p, fmpq(k, n)), (1 - p, fmpq(n - k, n)))
    return [2 * n * sum((ball(a) * (ball(a) / ball(b)).log() for a, b in parts), arb(0))]


def chance_by_enumeration(design: Design, n: int) -> fmpq:
    """The probability of a unique estimate, data set by data set: the graph of each is looked at.

    Data sets that count each outcome (prompt, token) alike are one, with a multinomial weight.  A
    row has a unique estimate iff its comparisons join each component of its co-occurrence graph
    strongly (C8).
    """
    cells = _outcomes(design)
    whole = lcm(*(int(p.q) for p in cells.values()))

    @cache
    def unique(drawn: tuple[bool, ...]) -> bool:
        return _unique(design, list(compress(cells, drawn)))

    parts = [int(p * whole) for p in cells.values()]
    found = sum(weight for weight, drawn in _data_sets(parts, n) if unique(drawn))
    return fmpq(found, whole**n)


def _outcomes(design: Design) -> dict[tuple[Any, int], fmpq]:
    """Prompt and token, and how probable they are, where that is positive."""
    places = zip(design.prompts, design.exact_laws, design.mu, strict=True)
    return {
        (prompt, i): rational(mu) * p
        for prompt, law, mu in places
        for i, p in enumerate(law)
        if p > 0
    }


def _data_sets(parts: Sequence[int], n: int) -> Iterator[tuple[int, tuple[bool, ...]]]:
    """Of all counts c that sum to n: n! prod_i parts_i^c_i / c_i!, and which are positive.

    >>> list(_data_sets((2, 3), 1))
    [(3, (False, True)), (2, (True, False))]
    """
    first, *others = parts
    if not others:
        yield first**n, (n > 0,)
        return
    for c in range(n + 1):
        weight = comb(n, c) * first**c
        for rest, drawn in _data_sets(others, n - c):
            yield weight * rest, (c > 0, *drawn)


def _unique(design: Design, samples: Sequence[tuple[Any, int]]) -> bool:
    K = design.K
    for k, groups in enumerate(design.components):
        edges = comparisons(samples, k, K)
        for group in groups:
            place = {token: at for at, token in enumerate(group)}
            inside = [(place[i], place[j]) for i, j in edges if i in place]
            if not is_strongly_connected(len(group), inside):
                return False
    return True
