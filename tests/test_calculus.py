"""Derivatives and the tangent of the exponential: what follows, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, log, oo

from checks.bridge import Model, decide
from numeric.exact import Log
from theory.calculus import derivative
from theory.derivation import Assumption, Definition, Step, Theorem, replay
from theory.judgement import Judgement, Partial, Refused, instantiate
from theory.notation import K, forall, i, j, k, l, m, member, total
from theory.rules import RULES

w, v, n, p, x, ws = (Function(name) for name in ("w", "v", "n", "p", "x", "ws"))
delta = KroneckerDelta
Z = total(n(j) * exp(w(j)), j)
POSITIVE = Assumption("n", "weights are positive", forall(j)(n(j), ">", 0))
SOFTMAX = Definition("p", forall(i)(p(i), "=", n(i) * exp(w(i)) / Z))
GRADIENT = forall(i)(Partial(log(Z), w(i)), "=", p(i))
HESSIAN = forall(i, m)(Partial(Partial(log(Z), w(i)), w(m)), "=", delta(i, m) * p(i) - p(i) * p(m))


def derived(conclusion: Judgement, uses: tuple[str, ...] = ("p", "n")) -> Theorem:
    step = Step("derivative", conclusion, "calculus", uses)
    return Theorem("planted", conclusion, (POSITIVE,), (SOFTMAX,), (step,))


def accepts(by: str, goal: Judgement, where: Mapping[str, Expr], **facts: Judgement) -> bool:
    try:
        RULES[by](goal, facts, where)
    except Refused:
        return False
    return True


def model() -> Model:
    functions: dict[str, Callable[..., Any]] = {"n": fmpq, "w": lambda i: Log.of(i + 1)}
    return Model({"K": 3}, functions, {"p": SOFTMAX.judgement})


@pytest.mark.parametrize("fact", [GRADIENT, HESSIAN])
def test_gradient_and_hessian_of_the_log_partition_are_derived_and_evaluate_exactly(
    fact: Judgement,
) -> None:
    assert replay(derived(fact)).rules == ("calculus",)
    found = decide(fact, model())
    assert (found.outcome, found.exact) == ("holds", True)


@pytest.mark.parametrize(
    "wrong",
    [
        forall(i, m)(HESSIAN.lhs, "=", delta(i, m) * p(i) + p(i) * p(m)),
        forall(i)(GRADIENT.lhs, "=", p(i) ** 2),
        forall(i)(GRADIENT.lhs, "=", n(i) * p(i)),
    ],
)
def test_a_wrong_derivative_is_refused_and_evaluates_to_something_else(wrong: Judgement) -> None:
    with pytest.raises(Refused, match="not the derivative"):
        replay(derived(wrong))
    assert decide(wrong, model()).outcome == "refuted"


def test_a_derivative_looks_through_every_definition() -> None:
    constant = forall(i, k)(Partial(p(i), w(k)), "=", 0)
    with pytest.raises(Refused, match="must use the definition of p"):
        replay(derived(constant, ("n",)))


def test_a_derivative_looks_through_definitions_that_its_definitions_use() -> None:
    q = Function("q")
    twice = Definition("q", forall(i)(q(i), "=", 2 * p(i)))
    goal = forall(i, k)(Partial(q(i), w(k)), "=", 0)
    step = Step("derivative", goal, "calculus", ("q",))
    with pytest.raises(Refused, match="must use the definition of p"):
        replay(Theorem("planted", goal, (POSITIVE,), (SOFTMAX, twice), (step,)))


def test_what_only_equals_a_term_at_a_point_does_not_vary_with_it() -> None:
    same = Assumption("same", "v is w here", forall(i)(v(i), "=", w(i)))
    goal = forall(i)(Partial(v(i), w(i)), "=", 1)
    step = Step("derivative", goal, "calculus", ("same",))
    with pytest.raises(Refused, match="only use definitions"):
        replay(Theorem("planted", goal, (same,), (), (step,)))
    zero = forall(i)(Partial(v(i), w(i)), "=", 0)
    moved = forall(i)(Partial(w(i), w(i)), "=", 0)
    facts = {"zero": zero, "same": same.judgement}
    assert not accepts("combine", moved, {"zero": Integer(1)}, **facts)


def test_a_term_whose_definition_is_out_of_range_is_refused() -> None:
    goal = forall(l)(Partial(p(l), w(l)), "=", 0)
    with pytest.raises(Refused, match="not written out"):
        replay(derived(goal))


def test_a_derivative_looks_through_a_symbol() -> None:
    z = Symbol("z")
    norm = Definition("z", forall()(z, "=", Z))
    goal = forall(i)(Partial(z, w(i)), "=", n(i) * exp(w(i)))
    assert replay(
        Theorem("planted", goal, (), (norm,), (Step("derivative", goal, "calculus", ("z",)),))
    ).rules == ("calculus",)


def test_what_is_defined_does_not_vary_by_itself() -> None:
    goal = forall(i)(Partial(n(i), p(i)), "=", 0)
    with pytest.raises(Refused, match="not written out"):
        replay(derived(goal))


def test_a_derivative_inside_a_term_is_refused() -> None:
    assert accepts("calculus", forall(i)(Partial(1 + 2 * w(i), w(i)), "=", 2), {})
    inner = 1 + Partial(w(i) ** 2, w(i))
    assert not accepts("calculus", forall(i)(Partial(inner, w(i)), "=", 2), {})


def test_a_limit_that_varies_has_no_derivative() -> None:
    for limit, refuses in ((w(1), True), (v(1), False)):
        term = Sum(w(2), (j, 1, limit))
        if refuses:
            with pytest.raises(Refused, match="in a limit"):
                derivative(term, w(2))
        else:
            assert derivative(term, w(2)) == Sum(1, (j, 1, limit))


def test_a_logarithm_that_may_be_undefined_has_no_derivative() -> None:
    goal = forall(i)(Partial(log(w(i)), w(i)), "=", 1 / w(i))
    assert not accepts("calculus", goal, {})
    positive = forall(i)(w(i), ">", 0)
    assert accepts("calculus", goal, {}, positive=positive)


def test_an_index_that_depends_on_what_varies_has_no_derivative() -> None:
    for inside in (v(w(i)), w(w(i)), delta(w(i), 1)):
        assert not accepts("calculus", forall(i)(Partial(inside, w(i)), "=", 0), {})


def test_the_derivative_is_by_one_value_of_a_function() -> None:
    for what in (K, Integer(1), w(i) + 1):
        with pytest.raises(ValueError, match="no value of a function"):
            Partial(w(i), what)


def test_only_an_index_is_replaced_in_a_derivative() -> None:
    term = Partial(w(i) ** 2, w(i))
    assert instantiate(term, {i: k}) == Partial(w(k) ** 2, w(k))
    for old, new in ((w(i), Integer(0)), (i, w(k))):
        with pytest.raises(Refused, match="only an index"):
            instantiate(term, {old: new})


def test_a_bound_name_does_not_capture_the_index_of_a_derivative() -> None:
    squares = total(w(j) ** 2, j)
    assert accepts("calculus", forall(j)(Partial(squares, w(j)), "=", 2 * w(j)), {})
    assert not accepts("calculus", forall(j)(Partial(squares, w(j)), "=", 2 * squares), {})


def test_derivatives_of_all_kinds_of_terms_are_exact_in_the_second_engine() -> None:
    a, b = w(1), w(2)
    terms = [a**3 * b, a / b, exp(a) * b, log(a) * exp(b), (a + b) ** -2, total(w(j) ** 2, j)]
    for term in terms:
        for by in (a, b):
            goal = Judgement(Partial(term, by), "=", derivative(term, by))
            values = Model({"K": 2}, {"w": lambda i: fmpq(i + 1, 3)})
            assert decide(goal, values).outcome == "holds"
            off = Judgement(goal.lhs, "=", goal.rhs + 1)
            assert decide(off, values).outcome == "refuted"


@given(st.fractions(-3, 3, max_denominator=50))
def test_the_exponential_lies_above_its_tangent(t: object) -> None:
    goal = forall(i)(exp(w(i)), ">=", 1 + w(i))
    values = Model({"K": 1}, {"w": lambda _: fmpq(t.numerator, t.denominator)})  # type: ignore[attr-defined]
    assert decide(goal, values).outcome == "holds"


def test_the_tangent_rule_gives_its_inequality_and_no_other() -> None:
    at = {"at": w(i)}
    assert accepts("tangent", forall(i)(exp(w(i)), ">=", 1 + w(i)), at)
    for lhs, rhs in ((exp(w(i)), 1 + 2 * w(i)), (exp(-w(i)), 1 + w(i)), (1 + w(i), exp(w(i)))):
        assert not accepts("tangent", forall(i)(lhs, ">=", rhs), at)
    assert not accepts("tangent", forall(i)(exp(w(i)), ">", 1 + w(i)), at)


def test_the_tangent_of_a_logarithm_needs_a_positive_argument() -> None:
    goal = forall(i)(v(i), ">=", 1 + log(v(i)))
    assert not accepts("tangent", goal, {"at": log(v(i))})
    assert accepts("tangent", goal, {"at": log(v(i))}, positive=forall(i)(v(i), ">", 0))


def test_only_at_zero_the_exponential_touches_its_tangent() -> None:
    touches = forall(i)(exp(w(i)), "=", 1 + w(i))
    assert accepts("tangent", forall(i)(w(i), "=", 0), {}, touches=touches)
    assert not accepts("tangent", forall(i)(w(i), "=", 1), {}, touches=touches)
    off = forall(i)(exp(w(i)), "=", 2 + w(i))
    assert not accepts("tangent", forall(i)(w(i), "=", 0), {}, touches=off)


# Theorems of the literature

SQUARE = Theorem(
    "square-root",
    forall(i)(ws(i) ** 2, "=", v(i)),
    (Assumption("v", "v is not negative", forall(i)(v(i), ">=", 0)),),
    (),
    (),
    reference="any textbook",
    introduces=(ws,),
)


def citing(conclusion: Judgement, *steps: Step, introduces: tuple[object, ...] = ()) -> Theorem:
    assumed = (
        Assumption("v", "v is not negative", SQUARE.assumptions[0].judgement),
        Assumption("w", "w is one", forall(i)(w(i), "=", 1)),
    )
    return Theorem("planted", conclusion, assumed, (), steps, introduces=introduces)


def cited(**names: object) -> Step:
    return Step("root", SQUARE.conclusion, "cite", ("v",), {"theorem": SQUARE, **names})


def test_a_theorem_of_the_literature_has_no_steps() -> None:
    assert replay(SQUARE).rules == ()
    with pytest.raises(Refused, match="has no steps"):
        replay(replace(SQUARE, steps=(Step("x", SQUARE.conclusion, "suppose"),)))


def test_a_theorem_must_say_what_it_introduces() -> None:
    goal = forall(i)(ws(i) ** 2 * w(i), "=", v(i))
    end = Step("end", goal, "combine", ("root", "w"), {"root": Integer(1), "w": ws(i) ** 2})
    assert replay(citing(goal, cited(), end, introduces=(ws,))).cited == ("square-root",)
    with pytest.raises(Refused, match="which names of its conclusion it introduces"):
        replay(citing(goal, cited(), end))


def test_what_is_introduced_is_new() -> None:
    one = forall(i)(w(i) ** 2, "=", v(i))
    step = Step("root", one, "cite", ("v",), {"theorem": SQUARE, ws: w})
    end = Step("end", forall(i)(Integer(1), "=", v(i)), "combine", ("root", "w"))
    with pytest.raises(Refused, match="already has a meaning"):
        replay(citing(one, step, end))
    spoken = Assumption("ws", "the name is taken", forall(i)(ws(i), "=", 1))
    goal = forall(i)(v(i), "=", 1)
    end = Step("end", goal, "combine", ("root", "ws"), {"root": Integer(-1), "ws": ws(i) + 1})
    taken = Theorem("planted", goal, (SQUARE.assumptions[0], spoken), (), (cited(), end))
    with pytest.raises(Refused, match="already has a meaning"):
        replay(taken)


def test_what_is_introduced_may_have_another_name() -> None:
    q = Function("q")
    goal = forall(i)(q(i) ** 2, "=", v(i))
    step = Step("root", goal, "cite", ("v",), {"theorem": SQUARE, ws: q})
    one = Theorem("planted", goal, SQUARE.assumptions, (), (step,), introduces=(q,))
    assert replay(one).cited == ("square-root",)
    with pytest.raises(Refused, match="which names of its conclusion it introduces"):
        replay(replace(one, introduces=()))


def naming(term: Expr, **more: Any) -> Theorem:
    """There is a number that is v(1) + 1 or more: the name of the term, if that is new."""
    goal = forall()(ws(0) - v(1), ">=", 1)
    at_1 = Step("at-1", forall()(v(1), ">=", 0), "instance", ("v", "size"), {i: Integer(1)})
    name = Step("name", forall()(ws(0), "=", term), "let")
    end = Step("end", goal, "combine", ("at-1", "name"), {"at-1": Integer(1), "name": Integer(1)})
    size = Assumption("size", "there is a token", member(Integer(1), 1, K))
    facts = (SQUARE.assumptions[0], size)
    return replace(Theorem("planted", goal, facts, (), (at_1, name, end), introduces=(ws,)), **more)


def test_a_number_is_given_a_new_name() -> None:
    assert replay(naming(2 * v(1) + 1)).rules == ("combine", "instance", "let")
    with pytest.raises(Refused, match="which names of its conclusion it introduces"):
        replay(naming(2 * v(1) + 1, introduces=()))


def test_a_name_with_a_meaning_is_given_to_no_number() -> None:
    spoken = Assumption("ws", "the name is taken", forall()(ws(0), "=", 1))
    planted = naming(2 * v(1) + 1)
    with pytest.raises(Refused, match="already has a meaning"):
        replay(replace(planted, assumptions=(*planted.assumptions, spoken)))
    with pytest.raises(Refused, match="gives a name to a term"):
        replay(naming(ws(0) + 1))


def test_a_name_is_given_to_nothing_that_varies() -> None:
    n = Symbol("n", integer=True, nonnegative=True)
    with pytest.raises(Refused, match="would depend on a hypothesis"):
        replay(naming(2 * v(1) + 1 + n, fixed=(n,)))
    for goal in (forall(i)(ws(0), "=", v(i)), forall(i)(ws(1), "=", 0), forall()(ws(1), "=", 0)):
        with pytest.raises(Refused, match="of all indices, or of 0"):
            replay(naming(v(1), steps=(Step("name", goal, "let"),)))


def test_a_sum_up_to_any_time_is_given_a_name() -> None:
    t, s = Symbol("t", integer=True), Symbol("s", integer=True)
    times = ((t, Integer(0), oo),)
    added = Judgement(ws(t), "=", Sum(v(s), (s, 0, t - 1)), times)
    step = Judgement(ws(t + 1), "=", ws(t) + v(t), times)
    steps = (Step("sum", added, "let"), Step("step", step, "sums", ("sum",)))
    assert replay(Theorem("planted", step, (), (), steps, introduces=(ws,))).rules
    before = ((t, Integer(-1), oo),)
    with pytest.raises(Refused, match="needs integers"):
        RULES["sums"](replace(step, forall=before), {"sum": replace(added, forall=before)}, {})


def test_no_derivative_is_taken_beside_a_name_for_a_term() -> None:
    gradient = derived(GRADIENT)
    name = Step("name", forall(i)(ws(i), "=", v(i)), "let")
    with pytest.raises(Refused, match="does not look through"):
        replay(replace(gradient, steps=(name, *gradient.steps)))


def test_a_theorem_about_derivatives_is_not_cited() -> None:
    gradient = derived(GRADIENT)
    step = Step("cited", GRADIENT, "cite", ("p", "n"), {"theorem": gradient})
    with pytest.raises(Refused, match="about derivatives"):
        replay(Theorem("planted", GRADIENT, (POSITIVE,), (SOFTMAX,), (step,)))


def test_ranges_still_hold_inside_the_rules() -> None:
    token = member(x(l), 1, K, l)
    assert not accepts("calculus", forall(l)(Partial(w(x(l)), w(x(l))), "=", 0), {}, token=token)
    assert accepts("calculus", forall(l)(Partial(w(x(l)), w(x(l))), "=", 1), {}, token=token)
