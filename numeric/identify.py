"""Which rows of P a set of prompts determines, and which prompts to add.

Row k of P is determined by the next-token laws of the prompts that end in k iff the co-occurrence
graph G^(k) is connected (claim C4); else the ratios within each of its components are, and nothing
across them (C9). Everything is decided by union-find: no number is rounded.

Token ids run from 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numeric.streaming import DENSE, Dense, Prompts, Sparse, Table
from numeric.tokens import check_query, check_tokens, keys_and_query

__all__ = ["RESTS_ON", "PromptGraphs", "n_suggestions", "suggest"]

RESTS_ON = ("connected-iff-identifiable", "self-attention-coverage", "partial-identifiability")
"""Ids of the claims that make these functions right."""

PROMPTS_AT_ONCE = 2**16
"""Rows of an n x L array that are added at once."""

Array = NDArray[Any]


class PromptGraphs:
    """The components of G^(k) for every query k, of the prompts added so far.

    The memory is O(K + distinct pairs of a query and a token), whatever the number of prompts.

    >>> graphs = PromptGraphs.of([(1, 2, 0), (0, 1), (2, 1)], K=3)
    >>> graphs.n_components().tolist(), graphs.identifiable
    ([1, 1, 3], False)
    >>> graphs.components(2)
    [[0], [1], [2]]
    """

    def __init__(self, K: int = 1, *, cross_attention: bool = False) -> None:
        """Begin with no prompt.

        Args:
            K: the number of tokens, at least 1; `grow` makes it larger.
            cross_attention: whether the last token is the query alone, and no key.

        Raises ValueError when K < 1.
        """
        if K < 1:
            raise ValueError(f"K = {K}: expected at least 1")
        self.K = K
        self.cross_attention = cross_attention
        self.n_prompts = 0
        self._table = self._new_table(K)
        self._short: tuple[Prompts, Array] | None = None

    @classmethod
    def of(
        cls, prompts: Iterable[Sequence[int]], K: int, *, cross_attention: bool = False
    ) -> "PromptGraphs":
        """Return the graphs of a collection of prompts: sequences of ids from 0 to K - 1.

        Raises ValueError when K < 1, an id is out of range or a prompt has no key.

        >>> PromptGraphs.of([(0, 1), (1, 0)], K=2).identifiable
        True
        """
        graphs, listed = cls(K, cross_attention=cross_attention), list(prompts)
        for prompt in listed:
            check_tokens(prompt, K)
            keys_and_query(prompt, cross_attention=cross_attention)
        offsets = np.cumsum([0, *(len(prompt) for prompt in listed)])
        graphs.add(np.array([x for prompt in listed for x in prompt], dtype=np.int64), offsets)
        return graphs

    def grow(self, K: int) -> None:
        """Let there be K tokens, at least as many as before.

        Raises ValueError when there would be fewer.

        >>> graphs = PromptGraphs.of([(0, 1), (1, 0)], K=2)
        >>> graphs.grow(3)
        >>> graphs.n_components().tolist()
        [2, 2, 3]
        """
        if self.K > K:
            raise ValueError(f"K = {K}: expected at least {self.K}, as before")
        if isinstance(self._table, Dense) and K > self._table.capacity:
            smaller, self._table = self._table, self._new_table(2 ** (K - 1).bit_length())
            self._table.add(*smaller.prompts(), self.K)
        self.K, self._short = K, None

    def add(self, tokens: Array, offsets: Array | None = None) -> None:
        """Add prompts: an n x L array, or flat tokens and the offsets at which prompts begin.

        Args:
            tokens: integers, ids from 0 to K - 1.
            offsets: n + 1 ints from 0 to the number of tokens; left out for an n x L array.

        Raises TypeError when an array is not of integers, ValueError when the shapes do not
        fit, a prompt has no key, or an id is out of range (some of the prompts may then be in).

        >>> graphs = PromptGraphs(2)
        >>> graphs.add(np.array([[0, 1], [1, 0]]))
        >>> graphs.add(np.array([1, 0, 1]), np.array([0, 1, 3]))
        >>> graphs.n_prompts, graphs.identifiable
        (4, True)
        """
        if tokens.dtype.kind not in "iu" or not tokens.dtype.isnative:
            raise TypeError(f"tokens of type {tokens.dtype}: expected integers of this machine")
        if offsets is None:
            self._add_rows(tokens)
        else:
            self._check(tokens, offsets)
            self._add(tokens, offsets, first=0)

    def n_components(self) -> NDArray[np.int64]:
        """Return the number of components of each G^(k), isolated tokens included (K ints).

        >>> PromptGraphs(3).n_components().tolist()
        [3, 3, 3]
        """
        return np.asarray(self.K - self._table.ranks(self.K))

    @property
    def identifiable(self) -> bool:
        """Whether the prompts determine every row of P.

        >>> PromptGraphs(1).identifiable, PromptGraphs(2).identifiable
        (True, False)
        """
        return bool((self.n_components() == 1).all())

    def labels(self, query: int) -> NDArray[np.int64]:
        """Return, for each token, the smallest token of its component in G^(query) (K ints).

        Raises ValueError when the query is no token.

        >>> PromptGraphs.of([(1, 2)], K=3).labels(2).tolist()
        [0, 1, 1]
        """
        check_query(query, self.K)
        if self._short is None:
            short = self._table.prompts()
            self._short = short, short[0][short[1][1:] - 1]
        (tokens, offsets), queries = self._short
        labels = np.arange(self.K)
        first, last = np.searchsorted(queries, [query, query + 1])
        for p in range(first, last):
            keys = tokens[offsets[p] : offsets[p + 1] - self.cross_attention]
            labels[keys] = keys.min()
        return labels

    def components(self, query: int) -> list[list[int]]:
        """Return the components of G^(query), sorted, by smallest token.

        Raises ValueError when the query is no token.

        >>> PromptGraphs.of([(2, 0)], K=3).components(0)
        [[0, 2], [1]]
        """
        labels = self.labels(query)
        order = np.argsort(labels, kind="stable")
        begins = np.flatnonzero(np.diff(labels[order])) + 1
        return [group.tolist() for group in np.split(order, begins)]

    def suggestions(self, max_length: int | None = None) -> Iterator[tuple[int, ...]]:
        """Yield prompts which, added, determine every row: those of `suggest` for each query.

        Raises ValueError when max_length is too small.

        >>> list(PromptGraphs.of([(0, 1)], K=2).suggestions())
        [(1, 0)]
        """
        for query in np.flatnonzero(self.n_components() > 1).tolist():
            labels = self.labels(query)
            cross = self.cross_attention
            yield from suggest(labels, query, cross_attention=cross, max_length=max_length)

    def _new_table(self, capacity: int) -> Table:
        cross = self.cross_attention
        if capacity > DENSE:
            return Sparse(cross_attention=cross)
        return Dense(capacity, cross_attention=cross)

    def _add_rows(self, tokens: Array) -> None:
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(f"an array of shape {tokens.shape}: expected n x L, L >= 1")
        n, L = tokens.shape
        self._check_length(L, 0)
        offsets = np.arange(0, (min(n, PROMPTS_AT_ONCE) + 1) * L, L)
        for first in range(0, n, PROMPTS_AT_ONCE):
            rows = tokens[first : first + PROMPTS_AT_ONCE]
            self._add(rows.reshape(-1), offsets[: len(rows) + 1], first)

    def _check(self, tokens: Array, offsets: Array) -> None:
        """Raise unless the offsets cut the tokens into prompts that have a key."""
        if offsets.dtype.kind not in "iu":
            raise TypeError(f"offsets of type {offsets.dtype}: expected integers")
        if tokens.ndim != 1 or offsets.ndim != 1 or len(offsets) == 0:
            raise ValueError("expected flat tokens and n + 1 offsets")
        if offsets[0] != 0 or offsets[-1] != len(tokens):
            raise ValueError(
                f"offsets from {offsets[0]} to {offsets[-1]}: expected from 0 to {len(tokens)}"
            )
        lengths = np.diff(offsets.astype(np.int64))
        if len(lengths):
            p = int(lengths.argmin())
            self._check_length(int(lengths[p]), p)

    def _check_length(self, length: int, p: int) -> None:
        least = 2 if self.cross_attention else 1
        if length < least:
            raise ValueError(f"prompt {p} (from 0) has length {length}: expected at least {least}")

    def _add(self, tokens: Array, offsets: Array, first: int) -> None:
        unsigned = tokens.view(f"u{tokens.itemsize}")  # a negative id is too large a one
        outside = self._table.add(unsigned, offsets, self.K)
        if outside >= 0:
            p = int(np.searchsorted(offsets, outside, side="right")) - 1
            raise ValueError(
                f"token {tokens[outside]} at position {outside - offsets[p]} of prompt "
                f"{first + p} (both from 0): expected an id from 0 to {self.K - 1}"
            )
        self.n_prompts += len(offsets) - 1
        self._short = None


def suggest(
    labels: Sequence[int] | Array,
    query: int,
    *,
    cross_attention: bool = False,
    max_length: int | None = None,
) -> list[tuple[int, ...]]:
    """Return the fewest prompts, and with them the fewest tokens, that connect c components.

    All end in the query, so each joins the components of its keys, and s keys of different
    components lower the number of components by s - 1 at most. With m = ``max_length``:

    self-attention   The query is a key. A prompt of length l has l - 1 other keys and lowers the
        number by l - 1 <= m - 1: ceil((c - 1)/(m - 1)) prompts, with c - 1 tokens besides the
        queries. m >= 2.
    cross-attention  The query is no key. A prompt of length l has l - 1 keys and lowers the number
        by l - 2 <= m - 2: ceil((c - 1)/(m - 2)) prompts, with one key more than they gain; all
        prompts share a key. m >= 3. The query is a vertex as any other: where it is in no key set,
        or alone in its component, a prompt must hold it as a key and once more as the query.

    Without a limit one prompt does: one token of each component, the query last.

    Args:
        labels: for each token, a number that names its component in G^(query).
        query: the query token.
        cross_attention: whether the last token is the query alone, and no key.
        max_length: the largest length of a prompt, its last token included.

    Raises ValueError when the query is no token or max_length is too small.

    >>> suggest([0, 0, 2, 3], query=0)
    [(2, 3, 0)]
    >>> suggest([0, 0, 2, 3], query=0, max_length=2)
    [(2, 0), (3, 0)]
    >>> suggest([0, 0, 2, 3], query=0, cross_attention=True, max_length=3)
    [(0, 2, 0), (0, 3, 0)]
    """
    check_query(query, len(labels))
    distinct, smallest = np.unique(np.asarray(labels), return_index=True)
    n_suggestions(len(distinct), cross_attention=cross_attention, max_length=max_length)
    if len(distinct) == 1:
        return []
    if cross_attention:
        hub, *others = sorted(smallest.tolist())
        shared: tuple[int, ...] = (hub,)
    else:
        shared, others = (), sorted(smallest[distinct != labels[query]].tolist())
    step = len(others) if max_length is None else max_length - 1 - len(shared)
    return [(*shared, *others[i : i + step], query) for i in range(0, len(others), step)]


def n_suggestions(
    n_components: int, *, cross_attention: bool = False, max_length: int | None = None
) -> int:
    """Return how many prompts `suggest` gives for so many components.

    Raises ValueError when max_length is too small.

    >>> n_suggestions(10, max_length=4), n_suggestions(10, max_length=4, cross_attention=True)
    (3, 5)
    """
    least = 3 if cross_attention else 2
    if max_length is None:
        return int(n_components > 1)
    if max_length < least:
        raise ValueError(
            f"max_length = {max_length}: expected at least {least}, the query and two keys"
            + ("" if cross_attention else " of which it is one")
        )
    return -(-(n_components - 1) // (max_length - least + 1))
