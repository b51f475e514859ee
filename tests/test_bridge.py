"""The second engine: exact, in balls, undecided, undefined; and it sees a rule that lies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flint import arb, fmpq
from sympy import Expr, Function, Integer, KroneckerDelta, Rational, Sum, Symbol, exp, gamma, log

from checks import evidence
from checks.bridge import Model, Undefined, decide
from checks.claim import Part
from checks.claims.attention_is_ccmc import attention_is_ccmc
from checks.strategies import layer
from numeric.exact import Log
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Theorem, replay
from theory.judgement import Dimension, Judgement, Partial, Refused
from theory.notation import K, d, forall, i, j, k, l, member, total, u
from theory.rules import RULES

f, g, x = Function("f"), Function("g"), Function("x")
t = Symbol("t")


def model(**values: Any) -> Model:
    """K = 2, t = 3/2, f(i) = 1/i, g(i) = log(i + 1), and x swaps the two tokens."""
    functions: dict[str, Any] = {
        "f": lambda i: fmpq(1, i),
        "g": lambda i: Log.of(i + 1),
        "x": lambda i: 3 - i,
        "E": lambda i, u: i * u,
    }
    return Model({"K": 2, "d": 3, "t": fmpq(3, 2)} | values, functions)


def outcome(judgement: Judgement, **values: Any) -> tuple[str, bool]:
    found = decide(judgement, model(**values))
    return found.outcome, found.exact


def test_rationals_and_logarithms_are_decided_exactly() -> None:
    assert outcome(forall()(total(f(i), i), "=", t)) == ("holds", True)
    assert outcome(forall()(total(f(i), i), "=", t + 1)) == ("refuted", True)
    assert outcome(forall()(total(g(i), i), "=", log(6))) == ("holds", True)
    assert outcome(forall(i)(exp(g(i)), "=", 1 + 1 / f(i))) == ("holds", True)
    assert outcome(forall()(t, "!=", 2)) == ("holds", True)
    assert outcome(forall()(g(0), "=", 0)) == ("holds", True)  # log 1
    assert outcome(forall()(g(0), "!=", 0)) == ("refuted", True)
    assert outcome(forall()(g(3), ">=", 2 * g(1))) == ("holds", True)  # log 4
    assert outcome(forall()(t, ">=", t)) == ("holds", True)
    assert outcome(forall()(t, ">", t)) == ("refuted", True)


def test_what_is_not_exact_is_decided_in_balls() -> None:
    assert outcome(forall()(exp(t), ">", 4)) == ("holds", False)
    assert outcome(forall()(exp(t), ">", 5)) == ("refuted", False)
    for relation, below, above in ((">=", "holds", "refuted"), ("!=", "holds", "holds")):
        assert outcome(forall()(exp(t), relation, 4)) == (below, False)
        assert outcome(forall()(exp(t), relation, 5)) == (above, False)
    assert outcome(forall()(exp(t), "=", 4)) == ("refuted", False)
    assert outcome(forall()(g(1), "!=", t)) == ("holds", True)


def test_balls_that_touch_are_undecided() -> None:
    tower = exp(exp(f(2)))
    square = tower**2 + 2 * tower + 1
    for relation, found in (("=", "holds"), (">", "undecided"), ("!=", "undecided")):
        assert outcome(forall()((tower + 1) ** 2, relation, square)) == (found, False)
    assert outcome(forall()(t, ">", 1), t=arb(1, 0.5)) == ("undecided", False)


def test_sides_of_the_same_form_are_equal_where_balls_touch() -> None:
    root = exp(g(1) * f(2))
    for both in (root, exp(t) * root, root * g(2), g(2) ** 2 * t, (root + 1) * (root - g(4))):
        twice = both.expand() * root**3 * exp(g(1) / 2) / 4 + log(3) - g(2)
        for relation, found in ((">=", "holds"), (">", "refuted"), ("!=", "refuted")):
            assert outcome(forall()(both, relation, twice)) == (found, True)
            assert outcome(forall()(twice, relation, both)) == (found, True)


def test_a_definition_has_a_form() -> None:
    h = Function("h")
    fact = Definition("h", forall(i)(h(i), "=", exp(g(i) * f(2)))).judgement
    at = Model(model().symbols, model().functions, {"h": fact})
    for relation, found in ((">=", "holds"), (">", "refuted")):
        assert decide(forall(i)(h(i) ** 2 + h(1), relation, 1 + i + h(1)), at).outcome == found


def test_forms_that_differ_decide_nothing() -> None:
    tiny = 1 + Integer(10) ** -80
    for relation in (">=", ">", "!="):
        assert outcome(forall()(exp(t) * tiny, relation, exp(t))) == ("undecided", False)


def test_numbers_too_long_to_factorise_have_a_form() -> None:
    long = t**200 + 1
    root = exp(log(long) * f(2))
    assert outcome(forall()(root**2, ">=", long)) == ("holds", True)
    assert outcome(forall()(root**2 * g(2), ">", long * g(2))) == ("refuted", True)


def test_what_has_no_form_stays_undecided() -> None:
    tower = exp(exp(g(1) * f(2)))
    assert outcome(forall()(tower, ">=", tower)) == ("undecided", False)
    assert outcome(forall()(t, ">", 1), t=arb(1)) == ("undecided", False)


def test_what_is_equal_is_not_greater_in_balls_either() -> None:
    assert outcome(forall()(t, ">", 1), t=arb(1))[0] != "holds"
    assert outcome(forall()(t, ">=", 1), t=arb(1)) == ("holds", False)


def test_a_refutation_says_where() -> None:
    found = decide(forall(i)(exp(t), ">", 4 + i), model())
    assert (found.outcome, found.exact, found.where) == ("refuted", False, {"i": 1})
    assert (found.lhs[1:18], found.rhs) == ("4.481689070338064", "5.0000000000000000000")
    found = decide(forall(i)(f(i), "=", 1), model())
    assert (found.outcome, found.where, found.lhs, found.rhs) == ("refuted", {"i": 2}, "1/2", "1")


def test_what_turns_out_exact_is_decided_exactly() -> None:
    found = decide(forall()(KroneckerDelta(1, K) * exp(t), "=", 1), model())
    assert (found.outcome, found.exact, found.lhs, found.rhs) == ("refuted", True, "0", "1")
    assert outcome(forall()(f(1) * g(1) * 2, "=", log(4))) == ("holds", True)
    assert outcome(forall()(g(1) * f(2) * 2, "=", log(2))) == ("holds", True)


@pytest.mark.parametrize("term", [1 / (t - t * f(1)), log(-t), log(f(1) - 1)], ids=str)
def test_what_has_no_value_is_undefined(term: Expr) -> None:
    with pytest.raises(Undefined):
        decide(forall()(term, "=", term), model())


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="no value for y"):
        decide(forall()(Symbol("y"), "=", 0), model())


def test_indices_run_from_1_and_empty_sums_are_zero() -> None:
    assert outcome(forall()(total(i, i), "=", 3)) == ("holds", True)
    assert outcome(forall()(Sum(f(i), (i, 3, K)), "=", 0)) == ("holds", True)
    assert outcome(forall(i)(x(x(i)), "=", i)) == ("holds", True)
    assert outcome(member(x(i), 1, K, i)) == ("holds", True)
    assert outcome(member(x(i), 1, K - 1, i)) == ("refuted", True)


def test_the_inner_of_two_equal_names_counts() -> None:
    assert outcome(forall()(Sum(i, (i, 1, 2), (i, 1, 3)), "=", 9)) == ("holds", True)


def test_a_dimension_is_a_rank() -> None:
    E = Function("E")
    coordinates, generators = ((u, 1, d),), ((i, 1, K),)
    assert outcome(forall()(Dimension(E(i, u), coordinates, generators), "=", 1)) == ("holds", True)
    independent = Dimension(KroneckerDelta(i, u), coordinates, generators)
    assert outcome(forall()(independent, "=", 2)) == ("holds", True)
    empty = Dimension(KroneckerDelta(i, u), coordinates, ((i, 1, 0),))
    assert outcome(forall()(empty, "=", 0)) == ("holds", True)
    assert outcome(forall()(Dimension(Integer(0), coordinates, generators), "=", 0))[0] == "holds"


def test_instances_count_tokens_from_0_and_the_mathematics_from_1() -> None:
    tokens = member(x(l), 1, K, l)
    counted = forall(k)(total(KroneckerDelta(k, x(l)), l), "=", f(k))
    theorem = Theorem("shift", counted, (Assumption("tokens", "tokens", tokens),), (), ())
    part = Part(theorem, layer)
    at = evidence.model_of(part, Instance(K=2, L=3, x=(0, 1, 1), f=(1, 2)))
    assert decide(tokens, at).outcome == "holds"
    assert decide(counted, at).outcome == "holds"
    assert at.integer(x(1), {}) == 1


def test_definitions_are_written_out() -> None:
    fact = Definition("h", forall(i)(Function("h")(i), "=", f(i) + 1)).judgement
    at = Model({"K": 2}, model().functions, {"h": fact})
    assert decide(forall(i)(Function("h")(i), "=", f(i) + 1), at).outcome == "holds"
    assert decide(forall(i)(Function("h")(i), "=", f(i)), at).outcome == "refuted"


def test_an_index_may_be_defined() -> None:
    y = Function("y")
    at = Model({"K": 3}, {"f": lambda i: fmpq(1, i)}, {"y": forall(i)(y(i), "=", i + 1)})
    assert decide(forall()(f(y(2)) + f(y(1)), "=", Rational(5, 6)), at).outcome == "holds"


def test_what_does_not_vary_has_the_derivative_zero() -> None:
    assert outcome(forall()(Partial(t, f(1)), "=", 0)) == ("holds", True)
    assert outcome(forall()(Partial(t * f(1), f(1)), "=", t)) == ("holds", True)


def test_gamma_has_no_value_where_it_has_a_pole() -> None:
    for at in (0, -1):
        with pytest.raises(Undefined, match="gamma of"):
            decide(forall()(gamma(t), "=", 1), model(t=fmpq(at)))
    assert outcome(forall()(gamma(t), "=", 24), t=fmpq(5)) == ("holds", True)
    assert outcome(forall()(gamma(t), ">", -4), t=fmpq(-1, 2)) == ("holds", False)


def test_a_symbol_may_be_defined() -> None:
    s = Symbol("s")
    at = Model({"K": 2, "t": 3}, {}, {"s": forall()(s, "=", t + 1)})
    assert decide(forall()(s, "=", 4), at).outcome == "holds"
    assert decide(forall()(s, "=", 3), at).outcome == "refuted"


def with_conclusion(part: Part, conclusion: Judgement) -> Part:
    """The part with another conclusion, and a last step that says so."""
    *steps, last = part.theorem.steps
    lie = replace(last, judgement=conclusion)
    return replace(part, theorem=replace(part.theorem, conclusion=conclusion, steps=(*steps, lie)))


def test_the_second_engine_sees_a_rule_that_accepts_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [part] = attention_is_ccmc.body.theorems
    said = part.theorem.conclusion
    planted = with_conclusion(part, replace(said, rhs=said.rhs * said.rhs))
    with pytest.raises(Refused):
        replay(planted.theorem)
    monkeypatch.setitem(RULES, "combine", lambda *_: None)
    replay(planted.theorem)
    found = evidence._engine(planted, seed=1)
    assert found.outcome == "refuted"
    assert found.detail["step"] == "ccmc"


def test_the_second_engine_sees_sums_that_captures(monkeypatch: pytest.MonkeyPatch) -> None:
    h, q = Function("h"), Function("q")
    captured = forall()(total(h(i, j) * q(i, j), i, j), "=", total(h(i, j) * q(j, i), i, j))
    [part] = attention_is_ccmc.body.theorems
    step = replace(part.theorem.steps[1], judgement=captured, uses=())
    planted = replace(part, theorem=replace(part.theorem, steps=(step,), conclusion=captured))
    monkeypatch.setattr(evidence, "SIZES", (2, 3))
    monkeypatch.setattr(evidence, "_search", lambda *_, **__: None)  # only the random tables
    assert evidence._engine(planted, seed=1).outcome == "refuted"


def test_balls_see_a_difference_in_the_thirtieth_digit() -> None:
    tiny = 1 + Integer(10) ** -30
    assert outcome(forall()(exp(t) * tiny, "=", exp(t)))[0] == "refuted"
    assert outcome(forall()(exp(t) * tiny, ">", exp(t))) == ("holds", False)


def test_an_inequality_of_balls_that_overlap_is_undecided() -> None:
    assert outcome(forall()(exp(exp(t)) ** 2, ">=", exp(2 * exp(t))))[0] == "undecided"
    assert outcome(forall()(exp(exp(t)) ** 2, "!=", exp(2 * exp(t))))[0] == "undecided"


def test_huge_exponentials_are_compared_relative_to_their_size() -> None:
    huge = exp(10**5 * t)
    assert outcome(forall()(huge * exp(t), "=", exp((10**5 + 1) * t))) == ("holds", False)
    assert outcome(forall()(2 * huge, "=", huge))[0] == "refuted"
