"""Components of all co-occurrence graphs G^(k) at once, from a stream of prompts.

Prompts are flat: an array of tokens and the offsets at which each prompt begins, the end included.
What has been seen is kept in one of two tables, so that the memory is O(K + distinct pairs of a
query and a token), whatever the number of prompts:

`Dense`     for K up to `DENSE`, a byte for each pair. A prompt whose query has all its tokens in
            one component is only checked for ids out of range.
`Sparse`    for any K, a short list of prompts with the same components: at most one for each
            component of two tokens or more. Prompts wait until there are as many tokens as in
            that list; then both are grouped by their last token and shortened together.

In self-attention the query is a key of its own prompts, so G^(k) has one component that holds k and
all tokens seen with k, and no other of two tokens (claim C5): no union is ever needed.
In cross-attention the components of each query are kept by union-find.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numeric.compiled import compiled

__all__ = ["DENSE", "Dense", "Prompts", "Sparse", "Table", "first_outside", "shortened"]

Array: TypeAlias = NDArray[Any]
Prompts: TypeAlias = tuple[Array, Array]
"""Tokens (flat), and n + 1 offsets from 0 to the number of tokens."""

DENSE = 1024
"""Largest K for which K^2 bytes (self-attention) or 3 K^2 bytes (cross-attention) are kept."""

WAITING = 2**24
"""Tokens that wait, at least, before a short list is made again: 64 MiB."""

AT_ONCE = 1024
"""Prompts that are checked, then read a second time while they are in the processor's cache."""

NONE = np.uint32(2**32 - 1)
"""Above a token that has not been seen."""


class Dense:
    """A byte for each pair of a query and a token, both below ``capacity``."""

    def __init__(self, capacity: int, *, cross_attention: bool) -> None:
        self.capacity = capacity
        self.cross_attention = cross_attention
        square = (capacity, capacity)
        self._near = np.zeros(square, dtype=np.uint8)
        self._covered = np.zeros(capacity, dtype=np.int64)
        self._anchor = np.full(capacity, -1, dtype=np.int64)
        side = capacity if cross_attention else 0
        self._parent = np.tile(np.arange(side, dtype=np.uint16), (side, 1))

    def add(self, tokens: Array, offsets: Array, K: int) -> int:
        """Add prompts; return the index of the first token outside 0..K-1, or -1.

        Nothing is known about which prompts have been added when there is such a token.

        >>> Dense(4, cross_attention=False).add(
        ...     np.array([0, 1, 3], dtype=np.uint32), np.array([0, 3]), K=3
        ... )
        2
        """
        if self.cross_attention:
            state = (self._near, self._anchor, self._parent, self._covered)
            return int(_add_cross(*state, tokens, offsets, K))
        return int(_add_self(self._near, self._covered, tokens, offsets, K))

    def ranks(self, K: int) -> Array:
        """Return K - #components for each query (K ints)."""
        if self.cross_attention:
            return self._covered[:K].copy()
        seen = self._covered[:K].copy()
        missing = np.flatnonzero(seen < K)
        seen[missing] = self._near[missing].sum(axis=1, dtype=np.int64)
        return np.asarray(np.maximum(seen - 1, 0))

    def prompts(self) -> Prompts:
        """Return prompts with the same components, at most one for each of two tokens or more."""
        if self.cross_attention:
            query, token = np.nonzero(self._parent != np.arange(self.capacity, dtype=np.uint16))
            links = np.stack([token, self._parent[query, token], query], axis=1)
        else:
            links = np.stack(np.nonzero(self._near)[::-1], axis=1)
        n, length = links.shape
        flat = links.astype(np.uint32).reshape(-1), np.arange(0, n * length + 1, length)
        return shortened([flat], self.capacity, cross_attention=self.cross_attention)


class Sparse:
    """A short list of prompts with the same components as all prompts added so far."""

    def __init__(self, *, cross_attention: bool) -> None:
        self.cross_attention = cross_attention
        self._K = 1
        self._short: Prompts = (np.zeros(0, dtype=np.uint32), np.zeros(1, dtype=np.int64))
        self._waiting: list[Prompts] = []
        self._tokens_waiting = 0

    def add(self, tokens: Array, offsets: Array, K: int) -> int:
        """Add prompts; return the index of the first token outside 0..K-1, or -1 (then all are in).

        >>> Sparse(cross_attention=False).add(
        ...     np.array([0, 1, 3], dtype=np.uint32), np.array([0, 3]), K=9
        ... )
        -1
        """
        outside = int(first_outside(tokens, K))
        if outside < 0:
            self._K = K
            self._waiting.append((tokens.astype(np.uint32), offsets.astype(np.int64)))
            self._tokens_waiting += len(tokens)
            if self._tokens_waiting >= max(WAITING, len(self._short[0])):
                self._shorten()
        return outside

    def ranks(self, K: int) -> Array:
        """Return K - #components for each query (K ints)."""
        tokens, offsets = self.prompts()
        queries = tokens[offsets[1:] - 1]
        gained = np.diff(offsets) - (2 if self.cross_attention else 1)
        return np.bincount(queries, weights=gained, minlength=K).astype(np.int64)

    def prompts(self) -> Prompts:
        """Return prompts with the same components, at most one for each of two tokens or more."""
        if self._waiting:
            self._shorten()
        return self._short

    def _shorten(self) -> None:
        lists = [self._short, *self._waiting]
        self._short = shortened(lists, self._K, cross_attention=self.cross_attention)
        self._waiting, self._tokens_waiting = [], 0


Table: TypeAlias = Dense | Sparse


def shortened(lists: Sequence[Prompts], K: int, *, cross_attention: bool) -> Prompts:
    """Return the shortest list of prompts with the same components, sorted by query.

    One for each component of two tokens or more: its tokens (in self-attention without the query),
    then the query.

    Args:
        lists: lists of prompts; tokens are uint32, each from 0 to K - 1; prompts are not empty,
            in cross-attention of length 2 at least. Nothing is checked.
        K: the number of tokens.
        cross_attention: whether the last token is the query alone.

    >>> prompts = np.array([0, 2, 1, 2], dtype=np.uint32), np.array([0, 2, 4])
    >>> tokens, offsets = shortened([prompts], 3, cross_attention=False)
    >>> tokens.tolist(), offsets.tolist()
    ([0, 1, 2], [0, 3])
    """
    n_tokens, n_prompts = np.zeros((2, K + 1), dtype=np.int64)
    for tokens, offsets in lists:
        _count(tokens, offsets, n_tokens, n_prompts)
    next_token, next_prompt = np.cumsum(n_tokens), np.cumsum(n_prompts)
    tokens, offsets = np.empty(next_token[-1], np.uint32), np.zeros(next_prompt[-1] + 1, np.int64)
    for some, ends in lists:
        _place(some, ends, next_token, next_prompt, tokens, offsets)
    n = (_shorten_cross if cross_attention else _shorten_self)(tokens, offsets, K)
    offsets = offsets[: n + 1].copy()
    tokens.resize(offsets[-1], refcheck=False)
    return tokens, offsets


@compiled
def first_outside(tokens: Array, K: int) -> int:
    """Return the index of the first token that is K or above, or -1; tokens are unsigned."""
    if tokens.size == 0:
        return -1
    largest = tokens[0]
    for i in range(tokens.size):
        largest = max(largest, tokens[i])
    if largest < K:
        return -1
    i = 0
    while tokens[i] < K:
        i += 1
    return i


@compiled
def _add_self(seen: Array, cursor: Array, tokens: Array, offsets: Array, K: int) -> int:
    """Mark tokens as seen with the query; cursor[k] is the first one that is not."""
    n = offsets.size - 1
    for begin in range(0, n, AT_ONCE):
        end = min(begin + AT_ONCE, n)
        outside = first_outside(tokens[offsets[begin] : offsets[end]], K)
        if outside >= 0:
            return int(offsets[begin] + outside)
        for p in range(begin, end):
            query = tokens[offsets[p + 1] - 1]
            c = cursor[query]
            if c == K:
                continue
            row = seen[query]
            for i in range(offsets[p], offsets[p + 1]):
                row[tokens[i]] = 1
            while c < K and row[c]:
                c += 1
            cursor[query] = c
    return -1


@compiled
def _root(parent: Array, x: Any) -> Any:
    """Return the root of x, halving the path to it."""
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x


@compiled
def _add_cross(
    near: Array,
    anchor: Array,
    parent: Array,
    ranks: Array,
    tokens: Array,
    offsets: Array,
    K: int,
) -> int:
    """Join the keys of each prompt in the forest of its query.

    near[k, x] = 1 says that x is known to be in the component of anchor[k], the first key seen
    with k: only the other keys are looked at closely.
    """
    n = offsets.size - 1
    far = np.empty(_longest(offsets), dtype=np.uint32)
    for begin in range(0, n, AT_ONCE):
        end = min(begin + AT_ONCE, n)
        outside = first_outside(tokens[offsets[begin] : offsets[end]], K)
        if outside >= 0:
            return int(offsets[begin] + outside)
        for p in range(begin, end):
            query = tokens[offsets[p + 1] - 1]
            if ranks[query] == K - 1:
                continue
            keys, row = tokens[offsets[p] : offsets[p + 1] - 1], near[query]
            if anchor[query] < 0:
                anchor[query] = keys[0]
                row[keys[0]] = 1
            all_near = np.uint8(1)
            for x in keys:
                all_near &= row[x]
            if all_near:
                continue
            n_far = _far(keys, row, far)
            forest, any_near = parent[query], n_far < keys.size
            root = _root(forest, np.uint32(anchor[query]) if any_near else far[0])
            for i in range(n_far):
                other = _root(forest, far[i])
                if other != root:
                    forest[other] = root
                    ranks[query] += 1
                if any_near:
                    row[far[i]] = 1
    return -1


@compiled
def _longest(offsets: Array) -> int:
    """Return the length of the longest prompt."""
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    return longest


@compiled
def _far(keys: Array, near: Array, far: Array) -> int:
    """Write down the keys that are not near; return how many they are."""
    n = 0
    for i in range(keys.size):
        far[n] = keys[i]
        n += 1 - near[keys[i]]
    return n


@compiled
def _count(tokens: Array, offsets: Array, n_tokens: Array, n_prompts: Array) -> None:
    """Add up tokens and prompts by last token k, at index k + 1."""
    for p in range(offsets.size - 1):
        after = tokens[offsets[p + 1] - 1] + 1
        n_tokens[after] += offsets[p + 1] - offsets[p]
        n_prompts[after] += 1


@compiled
def _place(
    tokens: Array,
    offsets: Array,
    next_token: Array,
    next_prompt: Array,
    into: Array,
    ends: Array,
) -> None:
    """Copy each prompt to where those with its last token go on; ends[p + 1] is the end of p."""
    for p in range(offsets.size - 1):
        query = tokens[offsets[p + 1] - 1]
        begin, length = next_token[query], offsets[p + 1] - offsets[p]
        for i in range(length):
            into[begin + i] = tokens[offsets[p] + i]
        next_token[query] += length
        next_prompt[query] += 1
        ends[next_prompt[query]] = begin + length


@compiled
def _shorten_self(tokens: Array, offsets: Array, K: int) -> int:
    """Shorten, in place, prompts sorted by query to one for each; return how many there are."""
    seen = np.zeros(K, dtype=np.uint8)
    n, size, p, end = 0, 0, 0, 0
    while p < offsets.size - 1:
        begin, first = size, end
        query = tokens[offsets[p + 1] - 1]
        seen[query] = 1
        while p < offsets.size - 1 and tokens[offsets[p + 1] - 1] == query:
            p += 1
        last = offsets[p]
        for i in range(first, last):
            x = tokens[i]
            tokens[size] = x
            size += 1 - seen[x]
            seen[x] = 1
        for i in range(begin, size):
            seen[tokens[i]] = 0
        seen[query] = 0
        end = last
        if size > begin:
            n, size = _end_prompt(query, tokens, offsets, n, size)
    return n


@compiled
def _shorten_cross(tokens: Array, offsets: Array, K: int) -> int:
    """Shorten, in place, prompts sorted by query to one for each component of two tokens or more.

    Return how many there are.
    """
    parent, place = np.full(K, NONE), np.zeros(K, dtype=np.int64)
    seen, roots = np.empty(K, dtype=np.uint32), np.empty(K, dtype=np.uint32)
    n, size, p, end = 0, 0, 0, 0
    while p < offsets.size - 1:
        n_seen = 0
        query = tokens[offsets[p + 1] - 1]
        while p < offsets.size - 1 and tokens[offsets[p + 1] - 1] == query:
            keys = tokens[end : offsets[p + 1] - 1]
            n_seen = _join(keys, parent, seen, n_seen)
            p += 1
            end = offsets[p]
        for j in range(n_seen):
            roots[j] = _root(parent, seen[j])
            place[roots[j]] += 1
        for x in seen[:n_seen]:
            parent[x] = NONE
            length = place[x]
            if length == 1:  # x is alone
                place[x] = -1
            elif length > 1:  # x is a root
                place[x] = size
                n, size = _end_prompt(query, tokens, offsets, n, size + length)
        for j in range(n_seen):
            if place[roots[j]] >= 0:
                tokens[place[roots[j]]] = seen[j]
                place[roots[j]] += 1
        for root in roots[:n_seen]:
            place[root] = 0
    return n


@compiled
def _join(keys: Array, parent: Array, seen: Array, n_seen: int) -> int:
    """Join the keys in the forest; write down the new ones, and return how many have been."""
    root = keys[0]
    if parent[root] == NONE:
        parent[root] = root
        seen[n_seen] = root
        n_seen += 1
    root = _root(parent, root)
    for x in keys:
        above = parent[x]
        if above == NONE:
            parent[x] = root
            seen[n_seen] = x
            n_seen += 1
        elif above != root:
            parent[_root(parent, x)] = root
    return n_seen


@compiled
def _end_prompt(query: Any, tokens: Array, offsets: Array, n: int, size: int) -> tuple[int, int]:
    """Write the query and the end of prompt n; return the new n and size."""
    tokens[size] = query
    offsets[n + 1] = size + 1
    return n + 1, size + 1
