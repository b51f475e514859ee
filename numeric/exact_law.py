"""The exact law of the two-token walk, in rationals, in balls, and certified in float64.

Two tokens, and every token drawn from the CCMC on the whole past. With n = n_2, k = t - n = n_1 and
x the last token at total length t, the pair (n, x) is a Markov chain by the definition of the CCMC
alone (no claim is used). For

    u_t(n) = Pr(n_2 = n, x_t = 1),    v_t(n) = Pr(n_2 = n, x_t = 2)

one step is, with f = u_t(n) / (k P11 + n P12) and g = v_t(n) / (k P21 + n P22),

    u_{t+1}(n)     = k P11 f + k P21 g                                                           (1)
    v_{t+1}(n + 1) = n P12 f + n P22 g.

Nothing is subtracted. The rows of P are taken up to scale; in float64 each is divided by its
largest entry, in rationals each is made of coprime integers. Then u_t(n) = U(n) / D and
v_t(n) = V(n) / D with integers over one denominator: a step multiplies D by the least c that makes
every c U(n) / (k P11 + n P12) and c V(n) / (k P21 + n P22) an integer, which the remainders tell.
The gcd of long integers, which takes most of the time where each fraction is reduced by itself, is
left to the end.

Error in float64. Write e = 2^-53, and theta_m for any number with 1 + theta_m a product of m
factors (1 + delta)^(+-1), |delta| <= e; then |theta_m| <= gamma_m = m e / (1 - m e) (Higham,
*Accuracy and Stability of Numerical Algorithms*, Lemma 3.1). Let hats be computed values.

1. Suppose no result underflows. An entry of a scaled row is one rounding away from its rational
   value; n and k are exact. So k P11 carries 2 factors (the entry, the product), as do the three
   products like it; k P11 + n P12, a sum of positive terms, carries 3, and f-hat 4 beside those of
   u_t-hat(n). The product (k P11) f carries 2 + 4 + 1 = 7, the sum of two of them 8. Terms are
   nonnegative, so factors common to both pass through the sum. Hence
       u_{t+1}-hat(n) = k P11 f (1 + theta_8) + k P21 g (1 + theta_8'),
   f and g taken with u_t-hat and v_t-hat; the same for v. Since u, v start from exact 0 and 1,
   after s steps every entry is the exact one times 1 + theta_(8 s).
2. Underflow. A quotient or a product below the normal range is off by at most 2^-1075 besides; sums
   are not. With the rows scaled, k P11 <= t and so on, so that an n adds at most 4 (t + 1) 2^-1075
   to the sum of all errors. `law_float` also drops, at either end of the support, pairs
   u_t-hat(n), v_t-hat(n) both below 2^-1000: at most 2 x 2^-1000 for an n. By total length t there
   have been at most t^2 values (length, n), so that these add up to at most
       t^2 (2 x 2^-1000 + 4 (t + 1) 2^-1075) <= 3 t^2 2^-1000      for t + 1 <= 2^73.
   (1) keeps the sum of all entries, its computed form up to 1 + theta_(8 s): what was added at one
   length counts at most 1 + gamma_(8 s) times later, in the sum over all entries.
3. A probability u + v is one more rounding; a mean frequency sum_n n Pr(n) / t is, with `fsum`, a
   product, the rounding of the sum, and a quotient.

So, with gamma_(8 s) <= 1/4 and m (m + 1) e <= 1 for m = 8 s + 4 (which `STEPS` grants),

    |computed - exact| <= (8 s + 5) 2^-53 exact + t^2 2^-998                                     (2)

for every u, v, probability and mean frequency at total length t, after s steps from the prompt.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import fsum, gcd, lcm
from operator import index, truediv
from typing import Any, TypeAlias

import numpy as np
from flint import arb, fmpq, fmpz

from numeric.arithmetic import FloatArray, ball, enclose, to_float
from numeric.chain import counts
from numeric.compiled import kernel
from numeric.exact import dyadic, rational
from numeric.linalg import Rows, shape

__all__ = ["Law", "float_error", "law_ball", "law_exact", "law_float", "silent"]

STEPS = 10**6
"""Steps for which the bound (2) is proved, and more than anyone has time for."""

TINY = 2.0**-1000
"""Ends of the support below this are dropped in float64."""

FLATTEST = fmpq(1, 2**500)
"""Least quotient of two entries of a row in float64: all weights then stay in the normal range."""

BLOCK = 256
"""Steps of float64 between two calls of ``progress``."""

Start: TypeAlias = tuple[int, int, int]
"""Total length L of the prompt, its count n_2, its last token (0 or 1)."""

Halves: TypeAlias = tuple[list[Any], list[Any]]
"""What belongs to last token 1 and to last token 2, for each n."""

Divide: TypeAlias = Callable[[Halves, Halves], tuple[Iterable[Any], Iterable[Any]]]
"""From (u, v) and the divisors (k P11 + n P12, k P21 + n P22) to (f, g)."""

Progress: TypeAlias = Callable[[int], object]


def silent(_length: int) -> None:
    """Say nothing of the progress."""


@dataclass(frozen=True, eq=False)
class Law:
    """The law at one total length, in the arithmetic it was computed in.

    ``last_1[n]`` is Pr(n_2 = n, the last token is 1), ``last_2[n]`` the same for token 2, and
    ``distribution[n]`` their sum Pr(n_2 = n), n = 0..length. ``mean_frequency`` is E[m_1], E[m_2].
    """

    length: int
    last_1: Sequence[Any]
    last_2: Sequence[Any]
    distribution: Sequence[Any]
    mean_frequency: Sequence[Any]

    @classmethod
    def of(cls, last_1: Sequence[Any], last_2: Sequence[Any]) -> "Law":
        """Return the law whose two halves are given.

        >>> Law.of([0, fmpq(1, 2), 0], [0, fmpq(1, 2), 0]).mean_frequency
        (1/2, 1/2)
        """
        t = len(last_1) - 1
        distribution = [u + v for u, v in zip(last_1, last_2, strict=True)]
        terms = [((t - n) * p, n * p) for n, p in enumerate(distribution)]
        mean = tuple(sum(side[1:], side[0]) / t for side in zip(*terms, strict=True))
        return cls(t, last_1, last_2, distribution, mean)

    def over(self, D: fmpz) -> "Law":
        """Return the law of which this one is D times.

        >>> zero, three = fmpq(0), fmpq(3)
        >>> Law.of([zero, three, zero], [zero, three, zero]).over(fmpz(6)).distribution
        [0, 1, 0]
        """
        sides = (self.last_1, self.last_2, self.distribution, self.mean_frequency)
        u, v, p, mean = ([x / D for x in side] for side in sides)
        return Law(self.length, u, v, p, tuple(mean))


def law_exact(
    P: Rows, prompt: Sequence[int], lengths: Sequence[int], progress: Progress = silent
) -> Iterator[Law]:
    """Yield the law at each total length, in rationals.

    Args:
        P: 2 x 2 positive rationals, rows up to scale.
        prompt: token ids 0 and 1, at least one.
        lengths: total lengths, integers, the prompt included, in increasing order.
        progress: called now and then with the length that has been reached.

    Raises ValueError when an argument is out of its range, TypeError for an entry or a length that
    is a float.

    >>> [law] = law_exact([[2, 1], [1, 1]], (0, 1, 0), [4])
    >>> law.distribution, law.mean_frequency
    ([0, 4/5, 1/5, 0, 0], (7/10, 3/10))
    """
    rows = [_coprime(row) for row in _rows(P)]
    start, lengths = _asked(prompt, lengths)
    return _exact_laws(rows, start, lengths, progress)


def law_ball(
    P: Rows,
    prompt: Sequence[int],
    lengths: Sequence[int],
    digits: int = 30,
    progress: Progress = silent,
) -> tuple[Law, ...]:
    """Return the law at each total length, in balls of radius below 10^-digits.

    Arguments and errors are those of `law_exact`; raises NotCertified when no precision tried is
    enough.

    >>> from numeric.arithmetic import contains
    >>> [law] = law_ball([[2, 1], [1, 1]], (0, 1, 0), [4], digits=20)
    >>> contains(law.distribution[1], fmpq(4, 5))
    True
    """
    rows = _rows(P)
    start, lengths = _asked(prompt, lengths)

    def numbers() -> Iterator[arb]:
        balls = [[ball(x) for x in row] for row in rows]
        for halves in _halves(balls, start, lengths, (arb(0), arb(1)), _divided, progress):
            law = Law.of(*halves)
            yield from (*law.last_1, *law.last_2, *law.distribution, *law.mean_frequency)

    flat = iter(enclose(numbers, digits))
    sizes = [(t, (t + 1, t + 1, t + 1, 2)) for t in lengths]
    return tuple(Law(t, *(tuple(islice(flat, n)) for n in fields)) for t, fields in sizes)


def law_float(
    P: Rows, prompt: Sequence[int], lengths: Sequence[int], progress: Progress = silent
) -> Iterator[Law]:
    """Yield the law at each total length, in float64, within the bounds of `float_error`.

    Arguments and errors are those of `law_exact`; floats are taken for the rationals they are. Two
    entries of a row may differ by a factor of 2^500 at most.

    >>> [law] = law_float([[2, 1], [1, 1]], (0, 1, 0), [4])
    >>> law.distribution
    [0.0, 0.8, 0.2, 0.0, 0.0]
    """
    rows = _rows([[dyadic(x) if isinstance(x, float) else x for x in row] for row in P])
    entries = np.array([_scaled(row) for row in rows]).ravel()
    start, lengths = _asked(prompt, lengths)
    return _float_laws(entries, start, lengths, progress)


def float_error(length: int, prompt_length: int) -> tuple[fmpq, fmpq]:
    """Return r and d: |computed - exact| <= r exact + d for every number of `law_float`.

    >>> r, d = float_error(1002, 2)
    >>> r * 2**53, d < fmpq(1, 10**290)
    (8005, True)
    """
    relative = fmpq(8 * (length - prompt_length) + 5, 2**53)
    return relative, fmpq(length**2, 2**998)


def _rows(P: Rows) -> list[list[fmpq]]:
    """Return P in rationals; raise ValueError unless it is 2 x 2 and positive."""
    if shape(P, "P") != (2, 2):
        K, columns = shape(P, "P")
        raise ValueError(f"P is {K} x {columns}: expected 2 x 2, the law is that of two tokens")
    rows = [[rational(x) for x in row] for row in P]
    if not all(x > 0 for row in rows for x in row):
        raise ValueError("P must be positive")
    return rows


def _asked(prompt: Sequence[int], lengths: Sequence[int]) -> tuple[Start, tuple[int, ...]]:
    """Return (L, n_2, last token) of the prompt, and the lengths; raise where either is wrong."""
    n_2, L = counts(prompt, 2)[1], len(prompt)
    asked = tuple(map(index, lengths))
    if list(asked) != sorted(set(asked)) or not asked:
        raise ValueError(f"lengths = {list(asked)}: expected increasing total lengths")
    if asked[0] < L or asked[-1] > L + STEPS:
        found = asked[0] if asked[0] < L else asked[-1]
        raise ValueError(
            f"length = {found}: expected from {L}, the prompt included, to {L + STEPS}"
        )
    return (L, n_2, prompt[-1]), asked


def _coprime(row: Sequence[fmpq]) -> list[fmpz]:
    """Return a row up to scale, in integers without a common factor.

    >>> _coprime([fmpq(3, 10), fmpq(9, 20)])
    [2, 3]
    """
    scale = lcm(*(int(x.q) for x in row))
    whole = [int((x * scale).p) for x in row]
    return [fmpz(x // gcd(*whole)) for x in whole]


def _exact_laws(
    P: Sequence[Sequence[fmpz]], start: Start, lengths: Sequence[int], progress: Progress
) -> Iterator[Law]:
    """Yield the laws in rationals, from U, V and D."""
    D = fmpz(1)

    def divide(halves: Halves, divisors: Halves) -> tuple[Iterable[fmpz], Iterable[fmpz]]:
        nonlocal D
        divided = [
            [(*divmod(x, z), z) for x, z in zip(*half, strict=True)]
            for half in zip(halves, divisors, strict=True)
        ]
        c = _missing((r, z) for half in divided for _, r, z in half)
        D *= c
        f, g = ((c * q + (c * r) // z for q, r, z in half) for half in divided)
        return f, g

    for U, V in _halves(P, start, lengths, (fmpz(0), fmpz(1)), divide, progress):
        yield Law.of(*([fmpq(x) for x in half] for half in (U, V))).over(D)


def _divided(halves: Halves, divisors: Halves) -> tuple[Iterable[arb], Iterable[arb]]:
    """Return f and g in balls."""
    f, g = (map(truediv, *half) for half in zip(halves, divisors, strict=True))
    return f, g


def _missing(remainders: Iterable[tuple[fmpz, fmpz]]) -> fmpz:
    """Return the least c for which c times every remainder r is a multiple of its divisor z.

    >>> _missing([(fmpz(0), fmpz(7)), (fmpz(1), fmpz(4)), (fmpz(5), fmpz(6))])
    12
    """
    c = fmpz(1)
    for r, z in remainders:
        if r != 0:
            c = c.lcm(z // r.gcd(z))
    return c


def _halves(
    P: Rows,
    start: Start,
    lengths: Sequence[int],
    units: tuple[Any, Any],
    divide: Divide,
    progress: Progress,
) -> Iterator[Halves]:
    """Yield u_t(n) and v_t(n), n = 0..t, at each length; ``units`` are 0 and 1."""
    t, first, last = start
    zero, one = units
    halves: Halves = ([one], [zero]) if last == 0 else ([zero], [one])
    for asked in lengths:
        while t < asked:
            states = [(t - n, n) for n in range(first, first + len(halves[0]))]
            z_1, z_2 = ([k * to_1 + n * to_2 for k, n in states] for to_1, to_2 in P)
            halves = _combined(P, states, *divide(halves, (z_1, z_2)), zero)
            t += 1
            progress(t)
        low, high = [zero] * first, [zero] * (t + 1 - first - len(halves[0]))
        u, v = (low + half + high for half in halves)
        yield u, v


def _combined(
    P: Rows, states: Sequence[tuple[int, int]], f: Iterable[Any], g: Iterable[Any], zero: Any
) -> Halves:
    """Return u and v at the next length, by (1); ``states`` are the pairs (k, n)."""
    (P11, P12), (P21, P22) = P
    u, v = [], [zero]
    for (k, n), f_n, g_n in zip(states, f, g, strict=True):
        u.append(k * P11 * f_n + k * P21 * g_n)
        v.append(n * P12 * f_n + n * P22 * g_n)
    return [*u, zero], v


def _scaled(row: Sequence[fmpq]) -> list[float]:
    """Return a row over its largest entry, each quotient rounded once."""
    if min(row) / max(row) < FLATTEST:
        raise ValueError("two entries of a row of P differ by more than 2^500, the most in float64")
    return [to_float(x / max(row)) for x in row]


def _float_laws(
    P: FloatArray, start: Start, lengths: Sequence[int], progress: Progress
) -> Iterator[Law]:
    """Yield the laws in float64.

    u(n) is at u[n], and v_t(n) at v[n - t] from the end: then a step moves nothing.
    """
    t, first, last = start
    longest = lengths[-1]
    u, v = np.zeros(longest + 1), np.zeros(2 * longest + 1)
    (v[first - t + longest :] if last else u[first:])[0] = 1.0
    number = np.arange(longest + 1, dtype=np.float64)
    ends = (first, first + 1)
    for asked in lengths:
        while t < asked:
            until = min(asked, t + BLOCK)
            ends = advance(u, v[longest - until :], number, P, t, until, *ends)
            t = until
            progress(t)
        yield _float_law(u[: t + 1], v[longest - t : longest + 1], number[: t + 1])


def _float_law(u: FloatArray, v: FloatArray, number: FloatArray) -> Law:
    """Return what `Law.of` does, by whole arrays; each sum is rounded once."""
    t, p = len(u) - 1, u + v
    mean = fsum((t - number) * p) / t, fsum(number * p) / t
    return Law(t, u.tolist(), v.tolist(), p.tolist(), mean)


@kernel
def advance(
    u: FloatArray,
    v: FloatArray,
    number: FloatArray,
    P: FloatArray,
    t: int,
    until: int,
    begin: int,
    end: int,
) -> tuple[int, int]:
    """Go from total length t to ``until`` in place, by (1); return the ends of the new support.

    The support is n = begin..end - 1. u(n) stands at u[n], v_t(n) at v[until - t + n], and
    ``number`` holds 0, 1, 2, ...
    """
    P11, P12, P21, P22 = P
    while t < until:
        here = until - t
        u_n, v_n, n_2 = u[begin:end], v[here + begin : here + end], number[begin:end]
        for i in range(n_2.size):
            n = n_2[i]
            k = t - n
            k11, n12, k21, n22 = k * P11, n * P12, k * P21, n * P22
            f, g = u_n[i] / (k11 + n12), v_n[i] / (k21 + n22)
            u_n[i] = k11 * f + k21 * g
            v_n[i] = n12 * f + n22 * g  # v_{t+1}(n + 1)
        t += 1
        end += 1
        begin, end = _trimmed(u, v[until - t :], begin, end)
    return begin, end


@kernel
def _trimmed(u: FloatArray, v: FloatArray, begin: int, end: int) -> tuple[int, int]:
    """Drop pairs u(n), v(n) that are both tiny from the ends of the support."""
    while u[begin] < TINY and v[begin] < TINY:
        u[begin] = v[begin] = 0.0
        begin += 1
    while u[end - 1] < TINY and v[end - 1] < TINY:
        u[end - 1] = v[end - 1] = 0.0
        end -= 1
    return begin, end
