"""Two tokens in numbers: chains from the chances to leave, and late laws in balls.

P = [[1 - a, a], [b, 1 - b]], r1 = a / (1 - a), r2 = b / (1 - b), q = 1 - r1; y_t is the frequency
of token 2 at total length t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from numeric.arithmetic import ball
from numeric.exact import dyadic, rational
from numeric.exact_law import Law, float_error, law_float

__all__ = ["Late", "chain", "exponent", "late", "odds"]


def chain(a: str, b: str) -> list[list[fmpq]]:
    """The rows (1 - a, a) and (b, 1 - b).

    >>> chain("1/4", "2/3")
    [[3/4, 1/4], [2/3, 1/3]]
    """
    leave, enter = rational(Fraction(a)), rational(Fraction(b))
    return [[1 - leave, leave], [enter, 1 - enter]]


def odds(x: str) -> Fraction:
    """X / (1 - x).

    >>> odds("1/4")
    Fraction(1, 3)
    """
    return Fraction(x) / (1 - Fraction(x))


def exponent(a: str) -> Fraction:
    """Q = 1 - r1.

    >>> exponent("1/4")
    Fraction(2, 3)
    """
    return 1 - odds(a)


@dataclass(frozen=True)
class Late:
    """A law in float64 with its proved error."""

    law: Law
    relative: fmpq
    absolute: fmpq

    @property
    def length(self) -> int:
        """The total length t."""
        return self.law.length

    @property
    def mean(self) -> arb:
        """E[y_t]."""
        return self._enclosed(dyadic(self.law.mean_frequency[1]), 1)

    def probability(self, holds: Callable[[int], bool]) -> arb:
        """The probability of a set of counts n_2."""
        kept = [dyadic(p) for n, p in enumerate(self.law.distribution) if holds(n)]
        return self._enclosed(sum(kept, fmpq(0)), len(kept))

    def mean_at(self, token: int, weight: Callable[[int, int], fmpq]) -> arb:
        """E[weight(n_1, n_2); the last token is ``token``], for weights from 0 to 1."""
        t, half = self.length, self.law.last_1 if token == 1 else self.law.last_2
        terms = (ball(dyadic(p)) * ball(weight(t - n, n)) for n, p in enumerate(half) if p)
        return self._enclosed(sum(terms, arb(0)), t + 1)

    def _enclosed(self, computed: fmpq | arb, terms: int) -> arb:
        """What lies within relative x exact + absolute of the computed number, for each term.

        With the relative error at most 1/2, the exact number is at most 2 (computed + absolute).
        """
        slack = ball(terms * self.absolute)
        off = 2 * ball(self.relative) * (ball(computed) + slack) + slack
        return ball(computed) + arb(0, 1) * off


def late(a: str, b: str, prompt: Sequence[int], lengths: Sequence[int]) -> Iterator[Late]:
    """The laws at these total lengths, from float64.

    >>> from numeric.arithmetic import contains
    >>> [law] = late("1/3", "1/2", (0, 1, 0), [4])
    >>> contains(law.mean, fmpq(3, 10)), contains(law.probability(lambda n: n == 1), fmpq(4, 5))
    (True, True)
    """
    for law in law_float(chain(a, b), prompt, lengths):
        yield Late(law, *float_error(law.length, len(prompt)))
