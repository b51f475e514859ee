"""Prompts with the token sampled after each: gathered by query, equal ones merged.

The probability of a sampled token depends on a prompt through its query and the counts of its keys
alone, so observations with the same query, counts and sampled token are kept once, with how often
they came. What has been added is kept in one of two ways:

table    where there are few possible counts, a number for each query, counts and sampled token
parts    else flat arrays, as they came; they are sorted by query (a counting sort) and merged when
         many have come, and in the end. Equal ones meet in a hash table; a meeting counts only
         after their tokens have been compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numeric.compiled import kernel
from numeric.tokens import check_query, check_tokens, keys_and_query

__all__ = ["Row", "Samples"]

Array: TypeAlias = NDArray[Any]

TABLE = 2**21
"""Numbers in a table, at most: 16 MiB."""

WAITING = 2**25
"""Tokens in parts, at least, before they are merged."""


@dataclass(frozen=True, eq=False)
class Row:
    """The observations of one query; equal ones stand once.

    Observation p has the keys ``keys[offsets[p] : offsets[p + 1]]``, in no order, a token as often
    as the prompt holds it; ``sampled[p]`` came after it ``times[p]`` times.
    """

    query: int
    keys: Array
    offsets: Array
    sampled: Array
    times: NDArray[np.float64]

    @property
    def n(self) -> int:
        """The number of observations, equal ones counted as often as they came."""
        return int(self.times.sum())

    def wins(self, K: int) -> NDArray[np.float64]:
        """Return how often each token was sampled (K whole numbers).

        >>> Samples.of([((0, 1), 0), ((1, 0, 1), 0)], K=2).row(1).wins(2).tolist()
        [2.0, 0.0]
        """
        wins = np.bincount(self.sampled, weights=self.times, minlength=K)
        return np.asarray(wins, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Part:
    """Observations of any query, with keys and times as in a `Row`."""

    keys: Array
    offsets: Array
    queries: Array
    sampled: Array
    times: Array


class Samples:
    """Observations (prompt, sampled token), added in any number of blocks.

    >>> samples = Samples.of([((0, 1, 2), 0), ((1, 0, 2), 0), ((2,), 2)], K=3)
    >>> samples.n, sorted(samples.row(2).times)
    (3, [1.0, 2.0])
    """

    def __init__(self, K: int = 1, *, cross_attention: bool = False) -> None:
        """Begin with no observation.

        Args:
            K: the number of tokens, at least 1; `grow` makes it larger.
            cross_attention: whether the last token of a prompt is the query alone, and no key.

        Raises ValueError when K < 1.
        """
        if K < 1:
            raise ValueError(f"K = {K}: expected at least 1")
        self.K = K
        self.cross_attention = cross_attention
        self.n = 0
        self._parts: list[Part] = []
        self._tokens = 0
        self._begins: Array | None = None
        self._table: Array | None = None
        self._base = 0

    @classmethod
    def of(
        cls,
        samples: Iterable[tuple[Sequence[int], int]],
        K: int,
        *,
        cross_attention: bool = False,
    ) -> "Samples":
        """Return the observations of a collection of pairs: a prompt, the token sampled after it.

        Raises ValueError when K < 1, an id is out of range, a prompt has no key, or a sampled token
        is no key of its prompt.

        >>> Samples.of([((0, 1), 2)], K=3)
        Traceback (most recent call last):
        ValueError: observation 0 (from 0): token 2 was sampled after [0, 1], where it is no key
        """
        gathered, listed = cls(K, cross_attention=cross_attention), list(samples)
        for prompt, _ in listed:
            check_tokens(prompt, K)
            keys_and_query(prompt, cross_attention=cross_attention)
        offsets = np.cumsum([0, *(len(prompt) for prompt, _ in listed)])
        tokens = np.array([x for prompt, _ in listed for x in prompt], dtype=np.int64)
        gathered.add(tokens, np.array([y for _, y in listed], dtype=np.int64), offsets)
        return gathered

    def grow(self, K: int) -> None:
        """Let there be K tokens, at least as many as before.

        Raises ValueError when there would be fewer.

        >>> samples = Samples.of([((0, 1), 0)], K=2)
        >>> samples.grow(3)
        >>> samples.row(2).n
        0
        """
        if self.K > K:
            raise ValueError(f"K = {K}: expected at least {self.K}, as before")
        self._close_table()
        self.K, self._begins = K, None

    def add(self, tokens: Array, sampled: Array, offsets: Array | None = None) -> None:
        """Add observations: an n x L array, or flat tokens and the offsets at which prompts begin.

        Args:
            tokens: integers, ids from 0 to K - 1.
            sampled: n integers; each one is among the keys of its prompt.
            offsets: n + 1 ints from 0 to the number of tokens; left out for an n x L array.

        Raises ValueError when the shapes do not fit, a prompt has no key, an id is out of range, or
        a sampled token is no key of its prompt (some of the observations may then be in).

        >>> samples = Samples(2)
        >>> samples.add(np.array([[0, 1], [1, 0]]), np.array([1, 1]))
        >>> samples.n
        2
        """
        if offsets is None:
            if tokens.ndim != 2:
                raise ValueError(f"an array of shape {tokens.shape}: expected n x L")
            offsets = np.arange(0, tokens.size + 1, max(tokens.shape[1], 1))
            tokens = tokens.reshape(-1)
        longest = self._check_shapes(tokens, sampled, offsets)
        flat, y = (x.view(f"u{x.itemsize}") for x in (tokens, sampled))  # no id is negative
        if self._open_table(longest) and self._table is not None:
            wrong = _tally(flat, offsets, y, self._powers(), self.cross_attention, self._table)
        else:
            wrong = _first_wrong(flat, offsets, y, self.K, self.cross_attention)
        if wrong >= 0:
            raise self._wrong(int(wrong), tokens, sampled, offsets)
        if self._table is None:
            self._append(flat, offsets, y)
        self.n += len(sampled)
        self._begins = None

    def row(self, query: int) -> Row:
        """Return the observations of one query.

        Raises ValueError when the query is no token.

        >>> Samples.of([((0, 1), 0), ((1, 0), 1)], K=2).row(0).sampled.tolist()
        [1]
        """
        check_query(query, self.K)
        if self._begins is None:
            self._close_table()
            self._merge()
            [part] = self._parts
            self._begins = np.searchsorted(part.queries, np.arange(self.K + 1))
        [part] = self._parts
        first, last = self._begins[query : query + 2]
        begin, end = part.offsets[first], part.offsets[last]
        return Row(
            query,
            part.keys[begin:end],
            part.offsets[first : last + 1] - begin,
            part.sampled[first:last],
            part.times[first:last],
        )

    def _check_shapes(self, tokens: Array, sampled: Array, offsets: Array) -> int:
        """Raise unless the offsets cut the tokens into prompts with a key; return the longest."""
        for name, array in (("tokens", tokens), ("sampled", sampled), ("offsets", offsets)):
            if array.dtype.kind not in "iu" or not array.dtype.isnative:
                raise ValueError(f"{name} of type {array.dtype}: expected integers")
        if tokens.ndim != 1 or sampled.shape != (len(offsets) - 1,):
            raise ValueError(
                f"{sampled.shape} tokens sampled, {len(offsets) - 1} prompts: expected one for each"
            )
        if offsets[0] != 0 or offsets[-1] != len(tokens):
            raise ValueError(
                f"offsets from {offsets[0]} to {offsets[-1]}: expected from 0 to {len(tokens)}"
            )
        if len(sampled) == 0:
            return 0
        lengths = np.diff(offsets)
        least = 2 if self.cross_attention else 1
        if lengths.min() < least:
            p = int(lengths.argmin())
            raise ValueError(
                f"prompt {p} (from 0) has length {lengths[p]}: expected at least {least}"
            )
        return int(lengths.max())

    def _wrong(self, p: int, tokens: Array, sampled: Array, offsets: Array) -> ValueError:
        prompt, y = tokens[offsets[p] : offsets[p + 1]].tolist(), int(sampled[p])
        try:
            check_tokens([*prompt, y], self.K)
        except ValueError as error:
            return ValueError(f"observation {p} (from 0): {error}")
        return ValueError(
            f"observation {p} (from 0): token {y} was sampled after {prompt}, where it is no key"
        )

    def _powers(self) -> Array:
        """Return what a key j adds to the number of a tuple of counts, (L + 1)^j, and the end."""
        return self._base ** np.arange(self.K + 1, dtype=np.int64)

    def _open_table(self, longest: int) -> bool:
        """Have a table for prompts so long, if there is room for one."""
        if self._table is not None and longest < self._base:
            return True
        self._close_table()
        if self.K**2 * (longest + 1) ** self.K > TABLE:
            return False
        self._base = longest + 1
        self._table = np.zeros(self.K**2 * self._base**self.K, dtype=np.int64)
        return True

    def _close_table(self) -> None:
        """Turn the table into a part."""
        if self._table is None:
            return
        seen = np.flatnonzero(self._table)
        codes, sampled = np.divmod(seen, self.K)
        queries, codes = np.divmod(codes, self._base**self.K)
        narrow = _narrow(self.K)
        counts = codes[:, None] // self._powers()[:-1] % self._base
        tokens = np.tile(np.arange(self.K, dtype=narrow), len(seen))
        keys = np.repeat(tokens, counts.ravel())
        offsets = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
        times = self._table[seen].astype(np.float64)
        part = Part(keys, offsets, queries, sampled.astype(narrow), times)
        self._parts.append(part)
        self._table = None

    def _append(self, tokens: Array, offsets: Array, sampled: Array) -> None:
        """Keep observations as they are, in fewer bytes."""
        narrow = _narrow(self.K)
        keys, queries = tokens.astype(narrow), tokens[offsets[1:] - 1].astype(narrow)
        if self.cross_attention:
            keys = np.delete(keys, offsets[1:] - 1)
            offsets = offsets - np.arange(len(offsets))
        times = np.ones(len(sampled))
        self._parts.append(Part(keys, offsets.copy(), queries, sampled.astype(narrow), times))
        self._tokens += len(keys)
        if self._tokens >= WAITING:
            self._merge()
            self._tokens = min(len(self._parts[0].keys), WAITING // 2)

    def _merge(self) -> None:
        """Make one part of all, sorted by query, equal observations merged."""
        n_keys, n_prompts = np.zeros((2, self.K + 1), dtype=np.int64)
        for part in self._parts:
            _count(part.offsets, part.queries, n_keys, n_prompts)
        next_key, begins = np.cumsum(n_keys), np.cumsum(n_prompts)
        next_prompt, narrow = begins.copy(), _narrow(self.K)
        n = begins[-1]
        ends = np.uint32 if next_key[-1] < 2**32 else np.uint64
        whole = Part(
            np.empty(next_key[-1], narrow),
            np.zeros(n + 1, ends),
            np.repeat(np.arange(self.K, dtype=narrow), np.diff(begins)),
            np.empty(n, narrow),
            np.empty(n),
        )
        for part in self._parts:
            into = whole.keys, whole.offsets, whole.sampled, whole.times
            _place(part.keys, part.offsets, part.queries, part.sampled, part.times,
                   next_key, next_prompt, *into)  # fmt: skip
        self._parts = [_merged(whole, begins, self.K)]


def _narrow(K: int) -> type:
    """Return the type in which ids below K are kept."""
    return np.uint16 if K <= 2**16 else np.uint32


def _merged(part: Part, begins: Array, K: int) -> Part:
    """Return a part, sorted by query, with equal observations merged (in place)."""
    codes = np.random.default_rng(0).integers(0, 2**64, K, dtype=np.uint64)
    largest = int(np.diff(begins).max())
    buckets = np.empty(1 << (2 * largest).bit_length(), dtype=np.int64)
    hashes, balance = np.empty(largest, dtype=np.uint64), np.zeros(K, dtype=np.int64)
    n, size = 0, 0
    queries = part.queries.copy()
    for first, last in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        if first == last:
            continue
        some = buckets[: 1 << (2 * (last - first)).bit_length()]
        some[:] = -1
        before = n
        n, size = _merge_row(
            part.keys, part.offsets, part.sampled, part.times, first, last, n, size,
            codes, some, hashes, balance,
        )  # fmt: skip
        queries[before:n] = part.queries[first]
    return Part(
        part.keys[:size], part.offsets[: n + 1], queries[:n], part.sampled[:n], part.times[:n]
    )


@kernel
def _first_wrong(tokens: Array, offsets: Array, sampled: Array, K: int, cross: bool) -> int:
    """Return the first prompt with an id out of range, or that lacks its sampled token; or -1."""
    for p in range(offsets.size - 1):
        y, largest, found = sampled[p], tokens[offsets[p + 1] - 1], False
        for i in range(offsets[p], offsets[p + 1] - cross):
            largest = max(largest, tokens[i])
            found |= tokens[i] == y
        if largest >= K or not found:
            return p
    return -1


@kernel
def _tally(
    tokens: Array, offsets: Array, sampled: Array, powers: Array, cross: bool, table: Array
) -> int:
    """Count observations in a table; return the first wrong one, or -1."""
    K = powers.size - 1
    for p in range(offsets.size - 1):
        y, query, found = sampled[p], tokens[offsets[p + 1] - 1], False
        if query >= K:
            return p
        code = query * powers[K]
        for i in range(offsets[p], offsets[p + 1] - cross):
            x = tokens[i]
            if x >= K:
                return p
            code += powers[x]
            found |= x == y
        if not found:
            return p
        table[code * K + y] += 1
    return -1


@kernel
def _count(offsets: Array, queries: Array, n_keys: Array, n_prompts: Array) -> None:
    """Add up keys and prompts by query k, at index k + 1."""
    for p in range(queries.size):
        n_keys[queries[p] + 1] += offsets[p + 1] - offsets[p]
        n_prompts[queries[p] + 1] += 1


@kernel
def _place(
    keys: Array, offsets: Array, queries: Array, sampled: Array, times: Array,
    next_key: Array, next_prompt: Array,
    into: Array, ends: Array, into_sampled: Array, into_times: Array,
) -> None:  # fmt: skip
    """Copy each observation to where those of its query go on."""
    for p in range(queries.size):
        query = queries[p]
        b, q = next_key[query], next_prompt[query]
        for i in range(offsets[p], offsets[p + 1]):
            into[b] = keys[i]
            b += 1
        next_key[query], next_prompt[query] = b, q + 1
        ends[q + 1], into_sampled[q], into_times[q] = b, sampled[p], times[p]


@kernel
def _merge_row(
    keys: Array, offsets: Array, sampled: Array, times: Array,
    first: int, last: int, n: int, size: int,
    codes: Array, buckets: Array, hashes: Array, balance: Array,
) -> tuple[int, int]:  # fmt: skip
    """Merge observations first..last-1 in place to n and on, keys to size and on; return the ends.

    A bucket has the number of an observation, -1 if it is free. What is written never overtakes
    what is read.
    """
    begin, mask, end = n, buckets.size - 1, np.int64(offsets[first])
    for p in range(first, last):
        start, end = end, np.int64(offsets[p + 1])
        y, code = sampled[p], codes[sampled[p]] * np.uint64(3)
        for i in range(start, end):
            code += codes[keys[i]]
        b = np.int64(code >> np.uint64(32)) & mask
        while buckets[b] >= 0:
            g = buckets[b]
            if hashes[g - begin] == code and sampled[g] == y:
                low, high = np.int64(offsets[g]), np.int64(offsets[g + 1])
                if high - low == end - start and _same(keys, start, low, end - start, balance):
                    break
            b = (b + 1) & mask
        if buckets[b] >= 0:
            times[buckets[b]] += times[p]
            continue
        buckets[b], hashes[n - begin] = n, code
        for i in range(start, end):
            keys[size] = keys[i]
            size += 1
        sampled[n], times[n] = y, times[p]
        n += 1
        offsets[n] = size
    return n, size


@kernel
def _same(keys: Array, a: Any, b: Any, length: Any, balance: Array) -> bool:
    """Tell whether the keys from a and from b are the same in another order."""
    for i in range(length):
        balance[keys[a + i]] += 1
        balance[keys[b + i]] -= 1
    same = True
    for i in range(length):
        same &= balance[keys[a + i]] == 0
    for i in range(length):
        balance[keys[a + i]] = balance[keys[b + i]] = 0
    return same
