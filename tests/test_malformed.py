"""A step whose parameters are of the wrong kinds is refused, and named; nothing else is raised."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Function, Integer, KroneckerDelta, Symbol, oo

from theory import derivation
from theory.derivation import Assumption, Step, Theorem, replay
from theory.judgement import Dimension, Judgement, Refused
from theory.notation import K, forall, i, j, m, total

f, x = Function("f"), Symbol("x")
FACTS = (
    Assumption("a", "x is two", forall()(x, "=", 2)),
    Assumption("b", "f is not negative", forall(i)(f(i), ">=", 0)),
    Assumption("c", "f sums to one", forall()(total(f(i), i), "=", 1)),
)
UNIT = Dimension(KroneckerDelta(i, j), [(i, 1, K)], [(j, 1, K)])
GOALS = {
    "basis": forall()(UNIT, "=", K),
    "induct": Judgement(x, "=", x, ((m, Integer(0), oo),)),
    "spanning": forall()(K, ">=", UNIT),
}
"""What a step of a rule may say; where it does not matter, x = 3."""

FAMILY = {"family": x, "indices": ((i, 1, K),), "chosen": Integer(1), "coefficient": x}
BASIS = FAMILY | {"member": {j: i}, "hypothesis": "c", "scalar": f}

CASES: list[tuple[str, dict[Any, Any], str]] = [
    ("basis", FAMILY | {"indices": 5}, ""),
    ("basis", FAMILY | {"indices": (i,)}, ""),
    ("basis", BASIS | {"indices": ((i, 1),)}, "ab"),
    ("binary", {"term": "z"}, "a"),
    ("combine", {"a": "text"}, "a"),
    ("combine", {"b": ("p", i)}, "ab"),
    ("combine", {"a": None}, "a"),
    ("combine", {"a": {}}, "a"),
    ("induct", {"hypothesis": "b", "on": "n", "index": m}, "abc"),
    ("instance", {i: "one"}, "b"),
    ("spanning", FAMILY | {"chosen": "c"}, "ab"),
    ("spanning", FAMILY | {"indices": 5}, ""),
    ("squares", {"over": 5}, "a"),
    ("squares", {"over": i}, "a"),
]
"""A rule, its parameters, the facts that it uses."""


def theorem(by: str, where: dict[Any, Any], uses: str) -> Theorem:
    goal = GOALS.get(by, forall()(x, "=", 3))
    given = tuple(fact for fact in FACTS if fact.name in uses)
    return Theorem("planted", goal, given, (), (Step("wrong", goal, by, tuple(uses), where),))


@pytest.mark.parametrize(("by", "where", "uses"), CASES)
def test_parameters_of_the_wrong_kind_are_refused(
    by: str, where: dict[Any, Any], uses: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"planted, step wrong: the rule {by} cannot read its parameters"
    with pytest.raises(Refused, match=said):
        replay(theorem(by, where, uses))
    monkeypatch.setattr(derivation, "MALFORMED", ())
    with pytest.raises((AttributeError, TypeError, ValueError)):
        replay(theorem(by, where, uses))


@pytest.mark.parametrize("where", [{}, {"theorem": "A1"}, {"theorem": None}])
def test_what_cites_no_theorem_rests_on_none(where: dict[Any, Any]) -> None:
    assert theorem("cite", where, "").cited == ()
