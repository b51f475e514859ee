"""Kernels that draw the next token of a CCMC again and again, exactly and fast.

With x the last token, t the total length and n the counts of x_1..x_t, a step is to draw

    j with probability n_j P[x, j] / Z,    Z = sum_l n_l P[x, l].                                (1)

Rejection. Propose the token at a uniform past position, which is j with probability n_j / t, and
accept it with probability P[x, j] / M. If M >= P[x, l] for all l, one try ends in j with
probability n_j P[x, j] / (t M), which is (1) times a factor Z / (t M) without j in it; tries are
independent, so the first one accepted has the law (1). A step costs as many tries as t M / Z,
whatever K and t are. The order of positions is of no account: all but the recent ones are kept as
counts, in an alias table, so that a proposal takes constant time and the memory does not grow with
t.

Heavy rows. One entry far above the others of its row makes M large. Let H be some tokens, and let M
bound the entries outside H only. With A = sum_{h in H} n_h P[x, h], a try picks, with probability
A / (A + t M), an h in H with probability n_h P[x, h] / A, which is accepted; else a position as
above, whose token is rejected if it is in H. So it ends in h with probability
n_h P[x, h] / (A + t M), in j outside H with probability n_j P[x, j] / (A + t M): again (1) times a
factor without the token in it.

Patience. After a number of tries that was fixed before, j is drawn from (1) by a scan of all
counts. Tries are independent, so this changes no law; it bounds the cost of a step by O(K).

Counts. When K is small the scan alone is fastest. It also serves weights that decay: with
V_k = sum_i [x_i = k] q^(t - i) for n_k, a step multiplies all V by q and adds 1 to that of the new
token.

"Exactly" means: as if each 64-bit number of the generator were uniform. Positions are drawn without
bias (Lemire 2019); a try is accepted with the probability that float64 gives for P[x, j] / M, to
2^-85; sums (A, and the scan's) are rounded as float64 rounds. Chances below 1e-290 of the largest
weight are lost where weights decay.

The generator is xoshiro256++ (Blackman and Vigna 2021), its state one block of Philox (Salmon et
al. 2011) with the trajectory's number as the counter: a trajectory depends on the seed and on its
number alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Philox, SeedSequence
from numpy.typing import NDArray

from numeric.arithmetic import FloatArray
from numeric.compiled import inlined, kernel

__all__ = ["Rows", "by_counts", "by_rejection", "streams"]

Array: TypeAlias = NDArray[Any]
State: TypeAlias = tuple[Any, Any, Any, Any]

HEAVIEST = 16
"""Tokens of a row that are handled from counts, at most."""

LOST = 1e-290
"""Below this a decayed weight becomes 0; numbers near the end of float64's range are slow."""

ONE = 2.0**32
"""The scale of acceptance: a try that is always accepted."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The distinct rows of P, made ready.

    ``scaled`` (R x K) holds 2^32 P[x, j] / M, above 2^32 exactly for the heavy tokens of the row,
    and ``chances`` its whole part in 32 bits (2^32 - 1 for 2^32, 0 for a heavy token); ``row_of``
    (K) the number of each token's row; ``heavy`` (R x 16) the heavy tokens of a row, ``n_heavy``
    (R) of them.
    """

    scaled: FloatArray
    chances: Array
    row_of: Array
    heavy: Array
    n_heavy: Array

    @classmethod
    def of(cls, P: FloatArray, row_of: Sequence[int] | None = None, hybrid: float = 20.0) -> "Rows":
        """Make rows ready; those whose largest entry is over ``hybrid`` means get heavy tokens.

        >>> rows = Rows.of(np.array([[1.0] * 99 + [500.0]]), [0] * 100)
        >>> rows.heavy[0, : rows.n_heavy[0]].tolist(), rows.scaled[0, 0].item() == ONE
        ([99], True)
        """
        R, K = P.shape
        P = P / P.max(axis=1, keepdims=True)
        heavy = np.zeros((R, HEAVIEST), dtype=np.int64)
        n_heavy = np.zeros(R, dtype=np.int64)
        bounds = np.ones(R)
        for x in np.flatnonzero(hybrid * P.mean(axis=1) < 1):
            bounds[x] = _bound(P[x], hybrid)
            [tokens] = np.nonzero(P[x] > bounds[x])
            heavy[x, : len(tokens)], n_heavy[x] = tokens, len(tokens)
        scaled = P / bounds[:, None] * ONE
        rows = np.arange(K) if row_of is None else np.asarray(row_of, dtype=np.int64)
        whole = np.where(scaled > ONE, 0.0, np.minimum(scaled, ONE - 1))
        return cls(scaled, whole.astype(np.uint32), rows, heavy, n_heavy)


def _bound(row: FloatArray, hybrid: float) -> float:
    """Return the largest entry that is left when a few heavy ones are gone.

    As few as bring it down to ``hybrid`` times the mean of what is left, if that can be done. (It
    may be any number above what is left: at least 1e-100 keeps all quotients finite.)
    """
    most = min(HEAVIEST, len(row) - 1)
    top = np.sort(np.partition(row, len(row) - 1 - most)[-1 - most :])[::-1]
    rest = (row.sum() - np.cumsum(top[:-1])) / (len(row) - np.arange(1, most + 1))
    spread = top[1:] / np.maximum(rest, np.finfo(np.float64).tiny)
    [enough] = np.nonzero(spread <= hybrid)
    return max(1e-100, float(top[1 + (enough[0] if len(enough) else np.argmin(spread))]))


def streams(seed: int, first: int, n: int) -> Array:
    """Return the generators (n x 4 words) of the trajectories first, ..., first + n - 1.

    >>> np.array_equal(streams(1, 0, 9)[5:7], streams(1, 5, 2))
    True
    """
    counter = Philox(SeedSequence(seed))
    counter.advance(first)
    return np.asarray(counter.random_raw(4 * n)).reshape(n, 4)


@kernel
def by_counts(
    scaled: FloatArray,
    row_of: Array,
    q: float,
    weights: FloatArray,
    counts: Array,
    last: Array,
    state: Array,
    tokens: Array,
    t: int,
    until: int,
) -> int:
    """Take trajectories from total length t to ``until`` by scans; return the number of steps.

    ``weights``, ``counts`` (both n x K), ``last`` (n) and ``state`` (n x 4) are changed in place;
    ``tokens`` (n x length) is filled unless its length is 0.
    """
    K = scaled.shape[1]
    cumulative = np.empty(K)
    for i in range(last.size):
        w, n, x = weights[i], counts[i], last[i]
        s = (state[i, 0], state[i, 1], state[i, 2], state[i, 3])
        for l in range(t, until):
            if q < 1.0:
                _decay(w, q)
            raw, s = _next(s)
            x = _scan(w, scaled, row_of[x], cumulative, _uniform(raw))
            w[x] += 1.0
            n[x] += 1
            if tokens.shape[1]:
                tokens[i, l] = x
        last[i] = x
        state[i, 0], state[i, 1], state[i, 2], state[i, 3] = s
    return (until - t) * last.size


@kernel
def by_rejection(
    scaled: FloatArray,
    chances: Array,
    row_of: Array,
    heavy: Array,
    n_heavy: Array,
    patience: int,
    urns: Array,
    recent: Array,
    weights: FloatArray,
    last: Array,
    state: Array,
    tokens: Array,
    L: int,
    t: int,
    until: int,
) -> int:
    """Take trajectories from total length t to ``until`` by rejection; return the number of tries.

    ``urns`` (n x 2 x K) and ``recent`` (n x any number of tokens) hold the past between calls: the
    prompt, of length L, and after it every full block of ``recent``, are put into the urn.
    ``weights`` are the counts; the rest is as in `by_counts`.
    """
    K = scaled.shape[1]
    cumulative, spare = np.empty(K), np.empty(2 * K, dtype=np.int64)
    tries, block = 0, recent.shape[1]
    for i in range(last.size):
        urn, new, w, x = urns[i], recent[i], weights[i], last[i]
        s = (state[i, 0], state[i, 1], state[i, 2], state[i, 3])
        base = t - (t - L) % block
        full = t if t == base else base + block
        for l in range(t, until):
            if l == full:
                base, full = l, l + block
                _fill(urn, w, base, spare)
            r = row_of[x]
            mass = 0.0
            for h in range(n_heavy[r]):
                mass += w[heavy[r, h]] * scaled[r, heavy[r, h]]
            x = -1
            for _ in range(patience):
                tries += 1
                if mass > 0.0:
                    raw, s = _next(s)
                    point = _uniform(raw) * (mass + l * ONE)
                    if point < mass:
                        x = _pick(heavy, n_heavy[r], w, scaled, r, point)
                        break
                position, word, s = _below(l, s)
                if position < base:
                    column, _word, s = _below(K, s)
                    other = urn[1, column]
                    x = other + (column - other) * (position < urn[0, column])
                else:
                    x = np.int64(new[position - base])
                accepted, s = _accepted(chances, scaled, r, x, word, s)
                if accepted:
                    break
                x = -1
            if x < 0:
                raw, s = _next(s)
                x = _scan(w, scaled, r, cumulative, _uniform(raw))
            w[x] += 1.0
            new[l - base] = x
            if tokens.shape[1]:
                tokens[i, l] = x
        last[i] = x
        state[i, 0], state[i, 1], state[i, 2], state[i, 3] = s
    return tries


@kernel
def _fill(urn: Array, w: FloatArray, t: int, spare: Array) -> None:
    """Put t tokens with counts w into an alias table (Vose 1991), in whole numbers.

    The token at a uniform position below t and in a uniform column below K is the column's own
    where the position is below urn[0, column], else urn[1, column].
    """
    K = w.size
    own = urn[0]
    poor, rich = 0, 2 * K
    for k in range(K):
        own[k] = np.int64(w[k]) * K
        urn[1, k] = k
        if own[k] < t:
            spare[poor] = k
            poor += 1
        else:
            rich -= 1
            spare[rich] = k
    while poor > 0 and rich < 2 * K:
        poor -= 1
        k, l = spare[poor], spare[rich]
        urn[1, k] = l
        own[l] -= t - own[k]
        if own[l] < t:
            rich += 1
            spare[poor] = l
            poor += 1


@inlined
def _accepted(chances: Array, scaled: FloatArray, r: int, x: Any, word: Any, s: State) -> Any:
    """Accept x with probability scaled[r, x] / 2^32, given a uniform 32-bit word.

    Above 2^32 stands for a heavy token, which no position proposes.
    """
    if word != chances[r, x]:
        return word < chances[r, x], s
    accept = scaled[r, x]  # 32 bits do not decide
    raw, s = _next(s)
    return _uniform(raw) < accept - word and accept <= ONE, s


@inlined
def _below(t: int, s: State) -> tuple[Any, Any, State]:
    """Return a uniform integer below t, and a uniform 32-bit word that is independent of it."""
    bound, mask, half = np.uint64(t), np.uint64(0xFFFFFFFF), np.uint64(32)
    raw, s = _next(s)
    product = (raw >> half) * bound
    if (product & mask) < bound:
        least = (mask + np.uint64(1) - bound) % bound
        while (product & mask) < least:
            raw, s = _next(s)
            product = (raw >> half) * bound
    return np.int64(product >> half), np.uint32(raw & mask), s


@inlined
def _pick(
    heavy: Array, n_heavy: int, w: FloatArray, scaled: FloatArray, r: int, point: float
) -> Any:
    """Return the heavy token at a point of their common mass; rounding may leave the last one."""
    for i in range(n_heavy - 1):
        h = heavy[r, i]
        point -= w[h] * scaled[r, h]
        if point < 0.0:
            return h
    return heavy[r, n_heavy - 1]


@inlined
def _scan(w: FloatArray, scaled: FloatArray, r: int, cumulative: FloatArray, uniform: float) -> Any:
    """Draw a token with chances proportional to w row, from a uniform in [0, 1).

    A uniform is at most 1 - 2^-53, so its product with a total rounds to less than the total, and
    the token drawn has a positive weight.
    """
    total = 0.0
    for k in range(cumulative.size):
        total += w[k] * scaled[r, k]
        cumulative[k] = total
    point = uniform * total
    x = np.int64(0)
    while cumulative[x] <= point:
        x += 1
    return x


@inlined
def _decay(w: FloatArray, q: float) -> None:
    for k in range(w.size):
        w[k] = w[k] * q if w[k] > LOST else 0.0


@inlined
def _uniform(raw: Any) -> float:
    """Return a number in [0, 1) from 53 of 64 bits."""
    return np.float64(raw >> np.uint64(11)) * 2.0**-53


@inlined
def _next(s: State) -> tuple[Any, State]:
    """Return 64 bits of xoshiro256++, and its next state."""
    s0, s1, s2, s3 = s
    raw = _rotated(s0 + s3, 23) + s0
    shifted = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    return raw, (s0, s1, s2, _rotated(s3, 45))


@inlined
def _rotated(word: Any, by: int) -> Any:
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))
