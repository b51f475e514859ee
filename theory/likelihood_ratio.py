r"""Claim E26: where b follows a only so often, one trajectory does not tell the odds of it.

Let L(t) be the logarithm of the likelihood ratio, after t tokens of a path, of the odds of b after a
multiplied by eta >= 1 against the odds as they are.  By E35, with T how often b has followed a and A
the sum of the chances of it,

    T log eta >= L >= -(eta - 1) A.

If alpha + beta < 1, then T and A are bounded along almost every path near g (E25), and so is L.
"""

from sympy import Function, Integer, Sum, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.estimate_path import D, L, abar, eta, ratio_above, ratio_below, tbar
from theory.judgement import instantiate
from theory.lasting import T
from theory.loser_rate import E, cited
from theory.martingale import COUNTS, B
from theory.notation import forall
from theory.path import NORM, along, bit, leading_to, t
from theory.transitions import a, b
from theory.transitions_recur import GIVEN, TIMES_SEEN, WEAK, W, bounded_chances, bounded_times
from theory.transitions_recur import shared
from theory.walk import CHANCES, s

__all__ = ["ratio_bounded"]

ONE, ZERO = Integer(1), Integer(0)
tell = bit(a, t) * (bit(b, t + 1) * log(eta) - log(D(t)))
"""What token t + 1 adds to the logarithm of the likelihood ratio."""
