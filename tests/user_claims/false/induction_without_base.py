"""The step of the induction is right, and its base is false."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sympy import Integer, Sum, Symbol, oo

from checks.claim import (
    Body,
    Part,
    Source,
    claim,
)
from numeric.instance import Instance
from theory.derivation import Step, Theorem
from theory.judgement import Judgement
from theory.notation import forall, l, m

N = Symbol("n", integer=True, nonnegative=True)


def sides(to: Any) -> tuple[Any, Any]:
    """Left and right side."""
    return Sum(l, (l, 1, to)), to * (to + 1) / 2 + 1


def nothing(K: int) -> st.SearchStrategy[Instance]:
    """Nothing is left to choose."""
    return st.just(Instance(K=K))


@claim(
    id="induction-without-base",
    label="U24",
    title="The triangular numbers, and one more",
    statement=(r"$\sum_{l=1}^m l = m (m + 1) / 2 + 1$ for every $m \ge 0$."),
    source=Source("my notes", "What I believed."),
    mark="all",
)
def induction_without_base() -> Body:
    """J(n) gives J(n + 1), and nothing gives J(0)."""
    says = Judgement(sides(m)[0], "=", sides(m)[1], ((m, Integer(0), oo),))
    at = [forall()(sides(to)[0], "=", sides(to)[1]) for to in (Integer(0), N, N + 1)]
    steps = (
        Step("base", at[0], "sums"),
        Step("hypothesis", at[1], "suppose"),
        Step("step", at[2], "combine", ("hypothesis",), {"hypothesis": 1}),
        Step(
            "all",
            says,
            "induct",
            ("base", "hypothesis", "step"),
            {"hypothesis": "hypothesis", "on": N, "index": m},
        ),
    )
    theorem = Theorem("induction-without-base", says, (), (), steps, fixed=(N,))
    return Body((Part(theorem, nothing),), (), ())
