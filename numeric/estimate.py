"""The base chain P of largest likelihood, row by row, or the reason why there is none.

The prompts that end in k and the tokens sampled after them give a directed graph: i -> j if in such
a prompt that holds both, j was sampled. A positive row k of largest likelihood exists iff every
weak component is strongly connected, and is the only one iff there is one component (C8). This is
decided by counting alone, in at most two passes: one that looks for a token from which every other
one is reached and which every other one reaches, and ends as soon as it has found that; where it
does not, one that writes the graph down, whose components are then found (SciPy).

no row exists       There is a set of tokens none of which was ever sampled in the presence of any
                    token outside, though they met: an `Obstacle`. The likelihood grows for ever as
                    their probabilities go to 0. Nothing is estimated.
not only one        Each component of two tokens or more has its own estimate, the law of the next
                    token given that it lies there. Between components all ratios are as likely.
the only one        There is one `Law`, and it is the row.

With a ridge the likelihood is penalised by ridge/2 x the sum over each row of (w - mean w)^2, where
w = log P[k, .]: then one row is best, whatever the data. It is no maximum-likelihood estimate.

How the optimum is found, bounded and given standard errors: `numeric.optimum`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from numeric.compiled import kernel
from numeric.optimum import Details, Problem, details, maximise
from numeric.samples import Row, Samples

__all__ = ["RESTS_ON", "Law", "Obstacle", "RowFit", "fit", "fit_row", "reason"]

Array: TypeAlias = NDArray[Any]

RESTS_ON = ("mle-exists", "likelihood-convex", "fisher-is-laplacian")
"""Ids of the claims that make these functions right."""

NAMED = 6
"""Tokens of a set that a reason names."""

SETS = 3
"""Sets of tokens that a reason names."""


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Tokens never sampled in the presence of the tokens ``among``, which they met (sorted ids)."""

    tokens: tuple[int, ...]
    among: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Law:
    """The estimated law of the next token among some tokens (ids); ``details`` if asked for."""

    tokens: Array
    law: NDArray[np.float64]
    details: Details | None


@dataclass(frozen=True, eq=False)
class RowFit:
    """What n observations say about one row of P.

    ``n_components`` counts weak components, a token never met as one; ``laws`` holds the estimate,
    or one for each component of two tokens or more, or nothing where there are ``obstacles`` (and
    no ridge).
    """

    query: int
    n: int
    n_components: int
    obstacles: tuple[Obstacle, ...]
    laws: tuple[Law, ...]

    @property
    def exists(self) -> bool:
        """Whether a positive row of largest likelihood exists."""
        return not self.obstacles

    @property
    def identified(self) -> bool:
        """Whether it exists and is the only one."""
        return self.exists and self.n_components == 1

    @property
    def log_likelihood(self) -> float | None:
        """That of the estimate; None without one, or where it was not asked for."""
        found = [law.details for law in self.laws]
        if self.obstacles and not self.laws:
            return None
        return None if None in found else sum(d.log_likelihood for d in found if d)

    @property
    def error_bound(self) -> float | None:
        """The largest bound of the laws; None where one of them has none."""
        bounds = [law.details.error_bound if law.details else None for law in self.laws]
        known = [b for b in bounds if b is not None]
        return max(known, default=0.0) if len(known) == len(bounds) else None


def fit(
    samples: Samples,
    *,
    ridge: float = 0.0,
    tolerance: float = 0.0,
    with_details: bool = True,
) -> Iterator[RowFit]:
    """Yield the estimate of each row of P.

    Args:
        samples: the observations.
        ridge: the weight of the penalty, at least 0.
        tolerance: the largest entry that the gradient of minus the log-likelihood / n may have; 0:
            as small as float64 makes it.
        with_details: whether to find standard errors, log-likelihood and error bound.

    Raises ValueError when the ridge is negative or not finite.

    >>> data = [((0, 1), 0), ((0, 1), 1), ((0, 1), 1), ((1, 0), 1)]
    >>> second, first = sorted(fit(Samples.of(data, K=2)), key=lambda row: row.exists)
    >>> first.laws[0].law.round(6).tolist(), reason(second)
    ([0.333333, 0.666667], 'token 0 was never sampled after 0 in the presence of 1')
    """
    for query in range(samples.K):
        row = samples.row(query)
        yield fit_row(row, samples.K, ridge=ridge, tolerance=tolerance, with_details=with_details)


def fit_row(
    row: Row, K: int, *, ridge: float = 0.0, tolerance: float = 0.0, with_details: bool = True
) -> RowFit:
    """Return the estimate of one row; the arguments are those of `fit`.

    >>> row = Samples.of([((0, 1), 0), ((0, 1), 1)], K=3).row(1)
    >>> found = fit_row(row, 3)
    >>> found.exists, found.identified, found.laws[0].law.tolist()
    (True, False, [0.5, 0.5])
    """
    if not (isfinite(ridge) and ridge >= 0):
        raise ValueError(f"ridge = {ridge}: expected a finite number, at least 0")
    together = K == 1 or _strong(row.keys, row.offsets, row.sampled, K)
    weak, obstacles = (np.zeros(K, dtype=np.int64), ()) if together else _decide(row, K)
    if ridge:
        problems = [(np.arange(K), _whole(row, K, ridge))]
    elif obstacles:
        problems = []
    elif together:
        problems = [(np.arange(K), _whole(row, K))]
    else:
        problems = list(_parts(row, weak))
    laws = []
    for tokens, problem in problems:
        u = maximise(problem, tolerance)
        laws.append(Law(tokens, u / u.sum(), details(problem, u) if with_details else None))
    return RowFit(row.query, row.n, int(weak.max()) + 1, obstacles, tuple(laws))


def reason(row: RowFit, name: Callable[[int], str] = str) -> str | None:
    """Return in words why a row has no estimate, or more than one; None if it has one.

    Args:
        row: what the observations say about the row.
        name: gives the name of a token by its id.

    >>> reason(fit_row(Samples.of([((0, 1), 0)], K=2).row(1), 2), name=["a", "b"].__getitem__)
    'token b was never sampled after b in the presence of a'
    """
    after = name(row.query)
    if row.obstacles:
        said = [
            f"{_named(o.tokens, name, 'token')} never sampled after {after} in the presence of "
            f"{_listed(o.among, name)}"
            for o in row.obstacles[:SETS]
        ]
        more = len(row.obstacles) - len(said)
        return "; ".join(said) + (f"; and {more:,} more such sets of tokens" if more else "")
    if row.identified:
        return None
    if row.n == 0:
        return f"no prompt ends in {after}: the row is free"
    return (
        f"the tokens fall into {row.n_components:,} groups that never meet in a prompt ending in "
        f"{after}: only ratios within a group are determined"
    )


def _named(tokens: tuple[int, ...], name: Callable[[int], str], what: str) -> str:
    if len(tokens) == 1:
        return f"{what} {name(tokens[0])} was"
    return f"{what}s {_listed(tokens, name)} were"


def _listed(tokens: tuple[int, ...], name: Callable[[int], str]) -> str:
    """Return tokens in words, some of them left out if they are many."""
    if len(tokens) <= NAMED:
        return ", ".join(map(name, tokens))
    few = ", ".join(map(name, tokens[: NAMED - 1]))
    return f"{few} and {len(tokens) - NAMED + 1:,} more"


def _decide(row: Row, K: int) -> tuple[Array, tuple[Obstacle, ...]]:
    """Return the weak component of each token, and what keeps an estimate from existing."""
    if row.n == 0:
        return np.arange(K), ()
    graph = _graph(row, K)
    weak = _components(graph, K, "weak")
    return weak, _obstacles(row, weak, _components(graph, K, "strong"))


def _graph(row: Row, K: int) -> Any:
    """Return the graph with a vertex for each observation too: keys -> it -> what was sampled.

    Its paths between tokens are those of the graph of the tokens.
    """
    n = len(row.sampled)
    observations = np.arange(K, K + n)
    begins = np.concatenate([row.keys, observations])
    ends = np.concatenate([np.repeat(observations, _lengths(row)), row.sampled])
    return csr_array((np.ones(len(ends), dtype=np.int8), (begins, ends)), shape=(K + n, K + n))


def _components(graph: Any, K: int, connection: str) -> Array:
    """Return the weak or strong component of each token: K numbers from 0."""
    _, labels = connected_components(graph, directed=True, connection=connection)
    return np.unique(labels[:K], return_inverse=True)[1]


def _obstacles(row: Row, weak: Array, strong: Array) -> tuple[Obstacle, ...]:
    """Return the strong components that no edge enters, but for those that are weak ones."""
    if strong.max() == weak.max():
        return ()
    lengths = _lengths(row)
    of_keys, of_sampled = strong[row.keys], strong[np.repeat(row.sampled, lengths)]
    entered = np.zeros(strong.max() + 1, dtype=bool)
    entered[of_sampled[of_keys != of_sampled]] = True
    smaller = np.bincount(strong) < np.bincount(weak)[_first(weak, strong)]
    found = []
    for label in np.flatnonzero(smaller & ~entered).tolist():
        here = np.repeat(np.add.reduceat(of_keys == label, row.offsets[:-1]) > 0, lengths)
        tokens = np.flatnonzero(strong == label)
        among = np.unique(row.keys[here & (of_keys != label)])
        found.append(Obstacle(tuple(tokens.tolist()), tuple(among.tolist())))
    return tuple(sorted(found, key=lambda o: (len(o.tokens), o.tokens)))


def _lengths(row: Row) -> Array:
    """Return the number of keys of each observation."""
    return np.diff(row.offsets).astype(np.int64)


def _first(weak: Array, strong: Array) -> Array:
    """Return the weak component of each strong one."""
    return weak[np.unique(strong, return_index=True)[1]]


def _whole(row: Row, K: int, ridge: float = 0.0) -> Problem:
    return Problem(row.keys, row.offsets, row.sampled, row.times, K, ridge)


def _parts(row: Row, weak: Array) -> Iterator[tuple[Array, Problem]]:
    """Yield each component of two tokens or more, with its tokens numbered anew from 0."""
    sizes = np.bincount(weak)
    lengths = _lengths(row)
    mine = weak[row.sampled]
    for label in np.flatnonzero(sizes > 1).tolist():
        tokens = np.flatnonzero(weak == label)
        number = np.zeros(len(weak), dtype=row.keys.dtype)
        number[tokens] = np.arange(len(tokens))
        here = mine == label
        keys = number[row.keys[np.repeat(here, lengths)]]
        offsets = np.concatenate([[0], np.cumsum(lengths[here])]).astype(row.offsets.dtype)
        sampled = number[row.sampled[here]]
        yield tokens, Problem(keys, offsets, sampled, row.times[here], len(tokens))


@kernel
def _strong(keys: Array, offsets: Array, sampled: Array, K: int) -> bool:
    """Tell whether a pass found that all tokens hang together strongly; False decides nothing.

    From the first token sampled, ``ahead`` is what it is known to reach, ``behind`` what is known
    to reach it.
    """
    if sampled.size == 0:
        return False
    ahead, behind = np.zeros(K, dtype=np.bool_), np.zeros(K, dtype=np.bool_)
    ahead[sampled[0]] = behind[sampled[0]] = True
    n_ahead, n_behind = 1, 1
    for p in range(sampled.size):
        y = sampled[p]
        if not ahead[y]:
            for i in range(offsets[p], offsets[p + 1]):
                ahead[y] |= ahead[keys[i]]
            n_ahead += ahead[y]
        if behind[y] and n_behind < K:
            for i in range(offsets[p], offsets[p + 1]):
                x = keys[i]
                n_behind += not behind[x]
                behind[x] = True
        if n_ahead == K and n_behind == K:
            return True
    return False
