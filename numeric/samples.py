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
from numeric.streaming import first_outside
from numeric.tokens import check_query, check_tokens, keys_and_query

__all__ = ["Row", "Samples"]

Array: TypeAlias = NDArray[Any]

TABLE = 2**21
"""Numbers in a table, at most: 8 MiB."""

WAITING = 2**25
"""Tokens in parts, at least, before they are merged."""

AT_ONCE = 2**13
"""Rows of an n x L array that are added at once: they stay in the processor's cache."""


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
    >>> samples.n, sorted(samples.row(2).times.tolist())
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
        self._ends: Array | None = None
        self._table: Array | None = None
        self._base = 0
        self._tallied = 0

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
        for name, array in (("tokens", tokens), ("sampled", sampled), ("offsets", offsets)):
            if array is not None and (array.dtype.kind not in "iu" or not array.dtype.isnative):
                raise ValueError(f"{name} of type {array.dtype}: expected integers")
        n = len(tokens) if offsets is None else len(offsets) - 1
        if sampled.shape != (n,):
            raise ValueError(f"{len(sampled)} tokens sampled, {n} prompts: expected one for each")
        if offsets is None:
            self._add_rows(tokens, sampled)
        elif n:
            self._check_lengths(tokens, offsets)
            self._add(tokens, offsets, sampled, int(np.diff(offsets).max()), first=0)
        self.n += n
        self._begins = None

    def row(self, query: int) -> Row:
        """Return the observations of one query.

        Raises ValueError when the query is no token.

        >>> Samples.of([((0, 1), 0), ((1, 0), 1)], K=2).row(0).sampled.tolist()
        [1]
        """
        check_query(query, self.K)
        if self._begins is None or self._ends is None:
            self._close_table()
            self._gather()
            return self.row(query)
        [part] = self._parts
        first, last = self._begins[query], self._ends[query]
        begin, end = part.offsets[first], part.offsets[last]
        return Row(
            query,
            part.keys[begin:end],
            part.offsets[first : last + 1] - begin,
            part.sampled[first:last],
            part.times[first:last],
        )

    def _add_rows(self, tokens: Array, sampled: Array) -> None:
        if tokens.ndim != 2:
            raise ValueError(f"an array of shape {tokens.shape}: expected n x L")
        n, L = tokens.shape
        self._check_length(L, 0)
        offsets = np.arange(0, (min(n, AT_ONCE) + 1) * L, L)
        for first in range(0, n, AT_ONCE):
            rows = np.ascontiguousarray(tokens[first : first + AT_ONCE])
            some = sampled[first : first + AT_ONCE]
            self._add(rows.reshape(-1), offsets[: len(rows) + 1], some, L, first)

    def _check_lengths(self, tokens: Array, offsets: Array) -> None:
        """Raise unless the offsets cut the tokens into prompts that have a key."""
        if tokens.ndim != 1 or offsets[0] != 0 or offsets[-1] != len(tokens):
            raise ValueError(
                f"offsets from {offsets[0]} to {offsets[-1]}: expected from 0 to {len(tokens)}"
            )
        lengths = np.diff(offsets.astype(np.int64))
        p = int(lengths.argmin())
        self._check_length(int(lengths[p]), p)

    def _check_length(self, length: int, p: int) -> None:
        least = 2 if self.cross_attention else 1
        if length < least:
            raise ValueError(f"prompt {p} (from 0) has length {length}: expected at least {least}")

    def _add(self, tokens: Array, offsets: Array, sampled: Array, longest: int, first: int) -> None:
        flat, y = (x.view(f"u{x.itemsize}") for x in (tokens, sampled))  # no id is negative
        outside = int(first_outside(flat, self.K))
        if outside >= 0:
            p = int(np.searchsorted(offsets, outside, side="right")) - 1
            raise ValueError(
                f"token {tokens[outside]} at position {outside - offsets[p]} of prompt "
                f"{first + p} (both from 0): expected an id from 0 to {self.K - 1}"
            )
        cross = self.cross_attention
        if self._open_table(longest) and self._table is not None:
            wrong = _tally(flat, offsets, y, self._powers(), cross, self._table)
            self._tallied += len(y)
        else:
            wrong = _first_without(flat, offsets, y, cross)
        if wrong >= 0:
            prompt = tokens[offsets[wrong] : offsets[wrong + 1]].tolist()
            raise ValueError(
                f"observation {first + wrong} (from 0): token {sampled[wrong]} was sampled after "
                f"{prompt}, where it is no key"
            )
        if self._table is None:
            self._append(flat, offsets, y)

    def _powers(self) -> Array:
        """Return what a key j adds to the number of a tuple of counts, (L + 1)^j, and the end."""
        return self._base ** np.arange(self.K + 1, dtype=np.int64)

    def _open_table(self, longest: int) -> bool:
        """Have a table for prompts so long, if there is room for one."""
        if self._table is not None and longest < self._base and self._tallied < 2**31:
            return True
        self._close_table()
        if self.K**2 * (longest + 1) ** self.K > TABLE:
            return False
        self._base, self._tallied = longest + 1, 0
        self._table = np.zeros(self.K**2 * self._base**self.K, dtype=np.uint32)
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
        tokens: Array = np.tile(np.arange(self.K, dtype=narrow), len(seen))
        keys: Array = np.repeat(tokens, counts.ravel())
        offsets = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
        times = self._table[seen].astype(np.float64)
        part = Part(keys, offsets, queries, sampled.astype(narrow), times)
        self._parts.append(part)
        self._table = None

    def _append(self, tokens: Array, offsets: Array, sampled: Array) -> None:
        """Keep observations as they are, in fewer bytes."""
        narrow = _narrow(self.K)
        keys: Array = tokens.astype(narrow)
        queries = keys[offsets[1:] - 1]
        if self.cross_attention:
            keys = np.delete(keys, offsets[1:] - 1)
            offsets = offsets - np.arange(len(offsets))
        times = np.broadcast_to(1.0, len(sampled))
        self._parts.append(Part(keys, offsets.copy(), queries, sampled.astype(narrow), times))
        self._tokens += len(keys)
        if self._tokens >= WAITING:
            self._gather()
            self._tokens = min(len(self._parts[0].keys), WAITING // 2)

    def _gather(self) -> None:
        """Make one part of all, sorted by query, equal observations merged."""
        n_keys, n_prompts = np.zeros((2, self.K + 1), dtype=np.int64)
        for part in self._parts:
            _count(part.offsets, part.queries, part.times, n_keys, n_prompts)
        next_key, begins = np.cumsum(n_keys), np.cumsum(n_prompts)
        next_prompt, narrow = begins.copy(), _narrow(self.K)
        size, n = next_key[-1], begins[-1]
        whole = Part(
            np.empty(size, narrow),
            np.zeros(n + 1, np.uint32 if size < 2**32 else np.uint64),
            np.repeat(np.arange(self.K, dtype=narrow), np.diff(begins)),
            np.empty(n, narrow),
            np.empty(n),
        )
        into = whole.keys, whole.offsets, whole.sampled, whole.times
        for part in self._parts:
            data = part.keys, part.offsets, part.queries, part.sampled, part.times
            _place(*data, next_key, next_prompt, *into)
        self._parts, self._begins = [whole], begins
        self._ends = _merge(whole, begins, self.K)


def _narrow(K: int) -> type:
    """Return the type in which ids below K are kept."""
    return np.uint16 if K <= 2**16 else np.uint32


def _merge(part: Part, begins: Array, K: int) -> Array:
    """Merge equal observations of a part sorted by query, in place; return where each query ends.

    Those of a query stay where its first one is; what is left over behind them came 0 times.
    """
    codes = np.random.default_rng(0).integers(0, 2**64, K, dtype=np.uint64)
    largest = int(np.diff(begins).max())
    buckets = np.empty(_n_buckets(largest), dtype=np.int32)
    hashes, firsts = np.empty(largest, dtype=np.uint64), np.empty(largest, dtype=np.int32)
    balance, ends = np.zeros(K, dtype=np.int64), begins[1:].copy()
    data = part.keys, part.offsets, part.sampled, part.times
    for query in np.flatnonzero(np.diff(begins)).tolist():
        first, last = begins[query : query + 2].tolist()
        _hash(*data[:3], first, last, codes, hashes)
        some = buckets[: _n_buckets(last - first)]
        some[:] = -1
        if _find_firsts(hashes[: last - first], some, firsts):
            ends[query] = _merge_row(*data, first, last, firsts, balance)
            part.times[ends[query] : last] = 0
    return ends


def _n_buckets(n: int) -> int:
    """Return a power of 2 above 2 n."""
    return 1 << (2 * n).bit_length()


@kernel
def _first_without(tokens: Array, offsets: Array, sampled: Array, cross: bool) -> int:
    """Return the first prompt that lacks its sampled token, or -1."""
    for p in range(sampled.size):
        y, found = sampled[p], False
        for x in tokens[offsets[p] : offsets[p + 1] - cross]:
            found |= x == y
        if not found:
            return p
    return -1


@kernel
def _tally(
    tokens: Array, offsets: Array, sampled: Array, powers: Array, cross: bool, table: Array
) -> int:
    """Count observations in a table; return the first that lacks its sampled token, or -1."""
    K = powers.size - 1
    for p in range(sampled.size):
        X, y, found = tokens[offsets[p] : offsets[p + 1]], sampled[p], False
        code = X[X.size - 1] * powers[K]
        for x in X[: X.size - cross]:
            code += powers[x]
            found |= x == y
        if not found:
            return p
        table[code * K + np.int64(y)] += 1
    return -1


@kernel
def _count(
    offsets: Array, queries: Array, times: Array, n_keys: Array, n_prompts: Array
) -> None:  # fmt: skip
    """Add up keys and prompts by query k, at index k + 1."""
    for p in range(queries.size):
        if times[p] > 0:
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
        if times[p] == 0:
            continue
        query = queries[p]
        b, q = next_key[query], next_prompt[query]
        for x in keys[offsets[p] : offsets[p + 1]]:
            into[b] = x
            b += 1
        next_key[query], next_prompt[query] = b, q + 1
        ends[q + 1], into_sampled[q], into_times[q] = b, sampled[p], times[p]


@kernel
def _hash(
    keys: Array, offsets: Array, sampled: Array, first: int, last: int, codes: Array, hashes: Array
) -> None:  # fmt: skip
    """Write down a number for each observation, whatever the order of its keys."""
    for p in range(first, last):
        code = codes[sampled[p]] * np.uint64(3)
        for x in keys[offsets[p] : offsets[p + 1]]:
            code += codes[x]
        hashes[p - first] = code


@kernel
def _find_firsts(hashes: Array, buckets: Array, firsts: Array) -> bool:
    """Write down where each hash came first; tell whether one came again. Free buckets are -1."""
    mask, repeated = np.uint64(buckets.size - 1), False
    for p in range(hashes.size):
        b = (hashes[p] >> np.uint64(32)) & mask
        while buckets[b] >= 0 and hashes[buckets[b]] != hashes[p]:
            b = (b + np.uint64(1)) & mask
        if buckets[b] < 0:
            buckets[b] = p
        else:
            repeated = True
        firsts[p] = buckets[b]
    return repeated


@kernel
def _merge_row(
    keys: Array, offsets: Array, sampled: Array, times: Array, first: int, last: int,
    firsts: Array, balance: Array,
) -> int:  # fmt: skip
    """Merge observations first..last-1 in place; return where they end then.

    firsts[p - first] is where the hash of p came first, less first; then where p was written. What
    is written never overtakes what is read.
    """
    end: Any = np.int64(offsets[first])
    n, size = first, end
    for p in range(first, last):
        start, end = end, np.int64(offsets[p + 1])
        length, before = end - start, firsts[p - first]
        if before < p - first:
            g = firsts[before]
            low, high = np.int64(offsets[g]), np.int64(offsets[g + 1])
            alike = sampled[g] == sampled[p] and high - low == length
            if alike and _same(keys, start, low, length, balance):
                times[g] += times[p]
                continue
        firsts[p - first] = n
        for i in range(length):
            keys[size + i] = keys[start + i]
        size += length
        sampled[n], times[n] = sampled[p], times[p]
        n += 1
        offsets[n] = size
    return n


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
