"""True up to about 1.79, and false beyond."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Symbol, exp

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Assumption, Theorem
from theory.notation import forall

x = Symbol("x")

NOT_NEGATIVE = Assumption("not-negative", "x is not negative", forall()(x, ">=", 0))


def numbers(K: int) -> st.SearchStrategy[Instance]:
    """Rational numbers from 0 to 3."""
    tenths = st.integers(0, 30).map(lambda n: Fraction(n, 10))
    return tenths.map(lambda value: Instance(K=K, x=value))


@claim(
    id="too-short-a-series",
    label="U22",
    title="The exponential is at most three terms of its series",
    statement=(r"$e^x \le 1 + x + x^2$ for all $x \ge 0$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def too_short_a_series() -> Body:
    """True at 0 and at 1."""
    says = forall()(1 + x + x**2, ">=", exp(x))
    theorem = Theorem("too-short-a-series", says, (NOT_NEGATIVE,), (), ())
    return Body((Part(theorem, numbers),), (), ())
