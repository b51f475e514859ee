"""The exponent is 3 and should be 2."""

from __future__ import annotations

from hypothesis import strategies as st

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Theorem
from theory.notation import forall, l, total


def sizes(K: int) -> st.SearchStrategy[Instance]:
    """A length L."""
    return st.builds(lambda length: Instance(K=K, L=length), st.integers(1, 9))


@claim(
    id="wrong-exponent",
    label="U7",
    title="The sum of cubes is the cube of the sum",
    statement=(r"$\sum_{l=1}^L l^3 = \bigl(\sum_{l=1}^L l\bigr)^3$ for every $L$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def wrong_exponent() -> Body:
    """True at L = 1, where I tried it."""
    says = forall()(total(l**3, l), "=", total(l, l) ** 3)
    return Body((Part(Theorem("wrong-exponent", says, (), (), ()), sizes),), (), ())
