"""What is said of almost every path is not said of what was chosen by looking at the path."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, oo

from theory.derivation import Assumption, Step, Theorem, replay
from theory.judgement import Refused
from theory.martingale import CERTAIN, LIKELY, WALKED, B, M, V, d, doob, h
from theory.notation import forall, k, total
from theory.path import along, t, x
from theory.walk import FOLLOWS, NEXT, TOKEN, after, at, q, w

ONE = Integer(1)
age, g = Function("age"), Function("g")
y = Symbol("y")


def test_a_martingale_does_not_look_ahead() -> None:
    """Token number age(w) of the path stands after history w: d would know what comes next."""
    old, ahead = age(w), x(age(w))
    added = KroneckerDelta(ahead, k) - q(w, ahead)
    there = KroneckerDelta(x(age(h(t))), x(t + 1)) - q(h(t), x(age(h(t))))
    facts = (
        Assumption("age", "", at(old, "in", Tuple(0, oo))),
        Assumption("old", "", at(old, ">=", 1)),
        Assumption("older", "", at(age(NEXT), "=", old + 1, TOKEN)),
        Assumption("M-0", "", forall()(M(0), "=", 0)),
        Assumption("sum", "", along(M(t + 1), "=", M(t) + there / age(h(t)))),
    )
    chance, known = q(w, ahead), ("chances", "d", "positive", "tokens", "age")
    steps = (
        Step("one", forall()(ONE, ">", 0), "sign"),
        Step("positive", at(old, ">", 0), "combine", ("old", "one"), {"old": ONE, "one": ONE}),
        Step("more", at(old + 1, ">", 0), "sign", ("positive",)),
        Step("d", at(d(w, k), "=", added / old, TOKEN), "let", ("positive",)),
        Step("V", at(V(w), "=", 2 / old), "let", ("positive",)),
        Step(
            "no-drift",
            at(total(q(w, k) * d(w, k), k), "=", 0),
            "combine",
            known,
            {"chances": -chance / old},
        ),
        Step(
            "squares",
            at(total(q(w, k) * d(w, k) ** 2, k), "=", chance * (1 - chance) / old**2),
            "combine",
            known,
            {"chances": chance**2 / old**2},
        ),
        Step("V-held", at(V(w), ">=", 0), "sign", ("V", "positive")),
        Step(
            "V-next", at(V(NEXT), "=", 2 / (old + 1), TOKEN), "sums", ("V", "older", "next", "more")
        ),
        Step(
            "V-after",
            at(after(V), "=", 2 / (old + 1)),
            "combine",
            ("V-next", "chances", "more"),
            {"V-next": (q(w, k), k), "chances": 2 / (old + 1)},
        ),
        Step("likely", at((1 - chance) ** 2, ">=", 0), "sign"),
        Step("square", at(chance**2, ">=", 0), "sign"),
        Step("spare", at(1 / (old**2 * (old + 1)), ">", 0), "sign", ("positive", "more")),
        Step(
            "paid",
            at(V(w), ">=", after(V) + total(q(w, k) * d(w, k) ** 2, k)),
            "combine",
            (
                *("V-after", "squares", "likely", "square", "old", "spare"),
                *("V", "positive", "more"),
            ),
            {
                "V-after": -ONE,
                "squares": -ONE,
                "likely": 1 / (2 * old**2),
                "square": 1 / (2 * old**2),
                "old": 3 / (2 * old**2 * (old + 1)),
                "spare": ONE,
            },
        ),
        Step(
            "M-step",
            along(M(t + 1), "=", M(t) + d(h(t), x(t + 1))),
            "combine",
            ("sum", "d", "path", "tokens", "positive"),
            {"sum": ONE},
        ),
        doob(),
    )
    given = (FOLLOWS, LIKELY, CERTAIN, *WALKED, *facts)
    planted = Theorem("planted", along(B(0), ">=", M(t) ** 2), given, (), steps, introduces=(B,))
    with pytest.raises(Refused, match="step bounded: chance decides d"):
        replay(planted)


@pytest.mark.parametrize(
    ("names", "value", "refused"),
    [({y: Integer(2)}, Integer(2), ""), ({y: x(0)}, x(0), "x(0)"), ({y: g(0)}, g(0), "g(0)")],
)
def test_no_number_that_chance_decides_stands_for_a_fixed_one(
    names: dict[Any, Expr], value: Expr, refused: str
) -> None:
    """Almost never is x(0) = y, of whatever y: that is false of y = x(0)."""
    said = forall()((x(0) - y) ** 2, ">", 0)
    found = Theorem("found", said, (), (), (), reference="by inspection", chance=(x,))
    goal = forall()((x(0) - value) ** 2, ">", 0)
    steps = [Step("end", goal, "cite", (), {"theorem": found, **names})]
    if value == g(0):
        steps = [
            Step("g", forall()(g(0), "=", x(0)), "let"),
            Step("found", goal, "cite", (), steps[0].where),
            Step("end", goal, "combine", ("found", "g"), {"found": ONE, "g": Integer(0)}),
        ]
    planted = Theorem(
        "planted", goal, (), (), tuple(steps), introduces=(g,) if len(steps) > 1 else ()
    )
    if not refused:
        replay(planted)
        return
    with pytest.raises(Refused) as reason:
        replay(planted)
    assert f"chance decides {refused}, " in str(reason.value)
