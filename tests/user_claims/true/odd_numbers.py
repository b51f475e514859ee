"""An induction."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sympy import Integer, Sum, Symbol, oo

from checks.claim import (
    Body,
    Part,
    Source,
    Twin,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.judgement import Judgement
from theory.notation import forall, l, m

N = Symbol("n", integer=True, nonnegative=True)


def sides(to: Any) -> tuple[Any, Any]:
    """Left and right side."""
    return Sum(2 * l - 1, (l, 1, to)), to**2


def nothing(K: int) -> st.SearchStrategy[Instance]:
    """Nothing is left to choose."""
    return st.just(Instance(K=K))


@claim(
    id="odd-numbers",
    label="U4",
    title="The sum of the first odd numbers is a square",
    statement=(r"$\sum_{l=1}^m (2 l - 1) = m^2$ for every $m \ge 0$."),
    source=Source("my notes", "What I use."),
    mark="all",
)
def odd_numbers() -> Body:
    """The last odd number makes n^2 into (n + 1)^2."""
    says = Judgement(sides(m)[0], "=", sides(m)[1], ((m, Integer(0), oo),))
    at = [forall()(sides(to)[0], "=", sides(to)[1]) for to in (Integer(0), N, N + 1)]
    close = {"hypothesis": "hypothesis", "on": N, "index": m}
    steps = (
        Step("base", at[0], "sums"),
        Step("hypothesis", at[1], "suppose"),
        Step("step", at[2], "combine", ("hypothesis",), {"hypothesis": 1}),
        Step("all", says, "induct", ("base", "hypothesis", "step"), close),
    )
    theorem = Theorem("odd-numbers", says, (), (), steps, fixed=(N,))
    cubes = Judgement(sides(m)[0], "=", m**3, ((m, Integer(0), oo),))
    twin = Twin("odd-numbers", "cubes", cubes, Instance(K=1))
    return Body((Part(theorem, nothing),), (), (twin,))
