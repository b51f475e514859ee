"""False theorems that look derived: each is refuted at an exact instance, and not accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flint import fmpq
from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, exp, gamma, log, oo, sympify

from checks.bridge import Model, Undefined, decide
from theory.derivation import Assumption, Definition, Step, Theorem, replay
from theory.judgement import Dimension, Judgement, Partial, Refused
from theory.notation import K

f, g, h = (Function(name) for name in "fgh")
x, y, z = (Symbol(name) for name in "xyz")
m, t = Symbol("m", integer=True), Symbol("t", integer=True)
n, N = (Symbol(name, integer=True, nonnegative=True) for name in "nN")
size = Symbol("s", integer=True, positive=True)
ONE = Integer(1)


def say(lhs: Any, relation: str, rhs: Any, *forall: tuple[Any, Any, Any]) -> Judgement:
    return Judgement(sympify(lhs), relation, sympify(rhs), forall)


def theorem(
    conclusion: Judgement,
    *steps: Step,
    assumed: Mapping[str, Judgement] | None = None,
    **more: Any,
) -> Theorem:
    assumptions = tuple(Assumption(name, name, fact) for name, fact in (assumed or {}).items())
    return Theorem("planted", conclusion, assumptions, (), steps, **more)


def last(
    conclusion: Judgement, by: str, uses: tuple[str, ...] = (), where: Mapping[Any, Any] = {}
) -> Step:
    return Step("end", conclusion, by, uses, where)


def one(
    conclusion: Judgement, by: str, where: Mapping[Any, Any], assumed: Mapping[str, Judgement]
) -> Theorem:
    """A theorem of one step that uses everything assumed."""
    return theorem(conclusion, last(conclusion, by, tuple(assumed), where), assumed=assumed)


def said(conclusion: Judgement, introduces: tuple[Any, ...] = (h,)) -> Theorem:
    """What the literature says."""
    found = theorem(conclusion, reference="by inspection", introduces=introduces)
    return replace(found, name="found")


def cited(conclusion: Judgement, source: Theorem, names: Mapping[Any, Any]) -> Step:
    return Step("cited", conclusion, "cite", (), {"theorem": source, **names})


def refused(planted: Theorem, reason: str, model: Model) -> None:
    """The assumptions hold at the model, the conclusion fails, replay refuses."""
    for fact in planted.given.values():
        assert decide(fact, model).outcome == "holds"
    assert decide(planted.conclusion, model).outcome == "refuted"
    with pytest.raises(Refused, match=reason):
        replay(planted)


EXP = theorem(say(exp(x), ">", 0), last(say(exp(x), ">", 0), "sign"))


def test_a_theorem_is_not_cited_for_a_term_that_may_be_undefined() -> None:
    assert replay(EXP).rules == ("sign",)
    goal = say(y, ">", 0)  # exp(log y) > 0, as SymPy writes it
    planted = theorem(goal, cited(goal, EXP, {x: log(y)}))
    refused(planted, "nothing says that y > 0", Model({"y": -1}, {}))
    inverse = say(x * z, "=", 1)
    goal = say(z**2, ">", 0)
    steps = (
        Step("strict", say(1 / (1 + x**2), ">", 0), "sign", ("norm",)),
        Step("rest", say(z**2 / (1 + x**2), ">=", 0), "sign", ("norm",)),
        last(
            goal,
            "combine",
            ("strict", "rest", "inverse", "norm"),
            {"strict": ONE, "rest": ONE, "inverse": (x * z + 1) / (1 + x**2)},
        ),
    )
    norm = Step("norm", say(1 + x**2, ">", 0), "sign")
    positive = theorem(goal, norm, *steps, assumed={"inverse": inverse})
    assert replay(positive).rules == ("combine", "sign")
    goal = say(y**2, ">", 0)
    trivial = Step("trivial", say(1, "=", 1), "sums")
    end = Step("end", goal, "cite", ("trivial",), {"theorem": positive, x: 1 / y, z: y})
    refused(theorem(goal, trivial, end), "nothing says that y > or != 0", Model({"y": 0}, {}))


def induction(goal: Judgement, *steps: Step, on: Symbol = n, **more: Any) -> Theorem:
    uses, where = ("base", "before", "step"), {"hypothesis": "before", "on": on, "index": m}
    base = Step("base", say(0, "=", 0), "sums")
    end = last(goal, "induct", uses, where)
    return theorem(goal, base, *steps, end, fixed=(on,), **more)


def test_an_induction_does_not_jump_from_its_start_to_zero() -> None:
    goal = say((m + N) * g(m), "=", 0, (m, -N, oo))
    before = Step("before", say((n + N) * g(n), "=", 0), "suppose")
    step = Step("step", say((n + 1 + N) * g(n + 1), "=", 0), "sums", ("past",))
    planted = induction(goal, before, step, assumed={"past": say(g(t), "=", 0, (t, ONE, oo))})
    model = Model({"N": 2}, {"g": lambda i: fmpq(int(i == -1))})
    refused(planted, "induction goes from -N", model)


def test_what_is_introduced_does_not_depend_on_what_an_induction_fixes() -> None:
    goal = say((h(1) - (m - 1)) * m, "=", 0, (m, Integer(0), oo))
    fixed = said(say(h(1), "=", n))
    steps = (
        cited(fixed.conclusion, fixed, {}),
        Step("before", say((h(1) - (n - 1)) * n, "=", 0), "suppose"),
        Step("step", say((h(1) - n) * (n + 1), "=", 0), "sums", ("cited",)),
    )
    for value in range(3):
        model = Model({}, {"h": lambda _, value=value: fmpq(value)})
        refused(induction(goal, *steps, introduces=(h,)), "depend on a hypothesis", model)


def test_what_is_introduced_is_no_other_name_of_the_cited_theorem() -> None:
    more = said(say(h(1), "=", f(1) + 1))
    step = cited(say(f(1), "=", f(1) + 1), more, {h: f})
    planted = theorem(
        say(0, "=", 1), step, last(say(0, "=", 1), "combine", ("cited",), {"cited": ONE})
    )
    refused(planted, "already has a meaning", Model({}, {}))
    goal = say(g(1), "=", g(1) + 1)
    refused(
        theorem(goal, cited(goal, more, {h: g, f: g}), introduces=(g,)),
        "already has a meaning",
        Model({}, {"g": lambda _: fmpq(1)}),
    )


def test_what_is_introduced_stands_in_no_term_for_which_the_theorem_is_cited() -> None:
    goal, more = say(0, "=", 1), say(h(0), "=", x + 1)
    named = theorem(more, last(more, "let"), introduces=(h,))
    for new, renamed in ((h, {}), (g, {h: g})):
        step = cited(say(new(0), "=", new(0) + 1), named, {x: new(0), **renamed})
        end = last(goal, "combine", ("cited",), {"cited": ONE})
        refused(theorem(goal, step, end), "already has a meaning", Model({}, {}))


def test_only_functions_are_introduced() -> None:
    goal = say(0, ">", K)
    planted = theorem(goal, cited(goal, said(say(x, ">", K), (x,)), {x: Integer(0)}))
    refused(planted, "only functions", Model({"K": 1}, {}))


def test_a_function_without_arguments_is_not_overlooked_when_names_are_replaced() -> None:
    goal, zero = say(f(1), "=", 0), say(h(), "=", 0)
    step = cited(say(h(), "=", f(1)), said(say(h(), "=", f(1))), {h: g})
    end = last(goal, "combine", ("cited", "zero"), {"cited": -ONE, "zero": ONE})
    planted = theorem(goal, step, end, assumed={"zero": zero})
    refused(planted, "no argument", Model({}, {"h": lambda: fmpq(0), "f": lambda _: fmpq(5)}))


@pytest.mark.parametrize(
    ("multiplier", "reason"),
    [
        (Sum(x - 2, (x, 1, 1)), "also a parameter"),  # x - 2 > 0 speaks of another x
        (Sum(size, (size, -1, -1)), "its range says the rest"),
    ],
)
def test_bound_names_of_a_multiplier_bring_no_sign_with_them(multiplier: Expr, reason: str) -> None:
    assumed = {"f": say(f(1), ">=", 0), "x": say(x - 2, ">", 0)}
    planted = one(say(-f(1), ">=", 0), "combine", {"f": multiplier}, assumed)
    refused(planted, reason, Model({"x": 3}, {"f": lambda _: fmpq(1)}))


def test_a_value_of_a_function_is_no_index() -> None:
    three = {"three": say(f(1), "=", 3)}
    wrong, model = say(2, "=", 3), Model({}, {"f": lambda _: fmpq(3)})
    every = Step("every", say(f(1), "=", 3, (f(1), ONE, Integer(5))), "sums", ("three",))
    end = last(wrong, "instance", ("every",), {f(1): Integer(2)})
    refused(theorem(wrong, every, end, assumed=three), "must be a symbol", model)
    total, wrong = Sum(f(1), (f(1), 1, 3)), say(6, "=", 9)
    steps = (
        Step("six", say(total, "=", 6), "sums"),
        Step("nine", say(total, "=", 9), "sums", ("three",)),
        last(wrong, "combine", ("six", "nine"), {"six": -ONE, "nine": ONE}),
    )
    refused(theorem(wrong, *steps, assumed=three), "must be a symbol", model)


def test_a_term_that_sympy_was_kept_from_evaluating_is_refused() -> None:
    square = theorem(say(x**2, ">=", 0), last(say(x**2, ">=", 0), "sign"))
    goal = say(exp(2 * log(y), evaluate=False), ">=", 0)
    planted = theorem(goal, cited(goal, square, {x: y}))
    with pytest.raises(Undefined):
        decide(goal, Model({"y": 0}, {}))
    with pytest.raises(Refused, match="not as SymPy writes it"):
        replay(planted)


def test_a_whole_number_does_not_leave_a_gamma_whose_argument_jumps() -> None:
    delta = KroneckerDelta(x, y)
    goal = say(gamma(1 + delta), "=", delta)  # delta gamma(delta), where gamma(0) has no value
    planted = theorem(goal, last(goal, "sums"))
    refused(planted, "different normal forms", Model({"x": 1, "y": 2}, {}))


def test_a_limit_of_a_sum_must_be_defined() -> None:
    goal = say(Sum(exp(x), (m, 1, KroneckerDelta(log(y), 0))), ">=", 0)
    with pytest.raises(Refused, match="nothing says that y > 0"):
        replay(theorem(goal, last(goal, "sign")))
    positive = {"y": say(y, ">", 0)}
    assert replay(one(goal, "sign", {}, positive)).rules == ("sign",)


def test_what_is_introduced_does_not_depend_on_the_scalars_of_an_independence() -> None:
    i, u, c = (Symbol(name, integer=True) for name in "iuc")
    scalar = Function("scalar")
    entry, arrays, family = (u, ONE, ONE), (i, ONE, K), (c, ONE, K)
    same = said(say(h(c), "=", f(c), family))
    pick, goal = KroneckerDelta(i, c), say(Dimension(h(i), (entry,), (arrays,)), "=", K)
    where = {"family": h(c), "indices": (family,), "chosen": ONE, "coefficient": pick}
    where |= {"member": {i: c}, "scalar": scalar, "hypothesis": "vanishes"}
    steps = (
        cited(say(h(c), "=", scalar(c), family), same, {f: scalar}),
        Step("spans", say(h(i), "=", Sum(pick * h(c), family), entry, arrays), "sums"),
        Step("count", say(Sum(ONE, family), "=", K), "sums"),
        Step("vanishes", say(Sum(scalar(c) * h(c), family), "=", 0, entry), "suppose"),
        Step(
            "squares",
            say(Sum(scalar(c) ** 2, family), "=", 0, entry),
            "combine",
            ("vanishes", "cited"),
            {"vanishes": ONE, "cited": (-scalar(c), c)},
        ),
        Step("once", say(Sum(scalar(c) ** 2, family), "=", 0), "instance", ("squares",), {u: ONE}),
        Step("zero", say(scalar(c), "=", 0, family), "squares", ("once",), {"over": (c,)}),
        last(goal, "basis", ("spans", "count", "vanishes", "zero"), where),
    )
    planted = theorem(goal, *steps, introduces=(h,))
    refused(planted, "scalar is not arbitrary", Model({"K": 2}, {"h": lambda _: fmpq(1)}))


def test_an_index_in_a_derivative_is_replaced_by_nothing_that_may_vary() -> None:
    w, p, q = Function("w"), Function("p"), Symbol("q")
    constant = say(Partial(m * w(2), w(1)), "=", 0, (m, ONE, K))
    fixed = Step("fixed", constant, "calculus")
    model = Model({"K": 2}, {"w": fmpq}, {"p": say(p(m), "=", w(m), (m, ONE, K))})
    tokens = say(p(m), "in", (1, K), (m, ONE, K))
    for term, token, varies in (
        (p(1), tokens, say(p(m), "=", w(m), (m, ONE, K))),
        (q, say(q, "in", (1, K)), say(q, "=", w(1))),
    ):
        goal = say(Partial(term * w(2), w(1)), "=", 0)
        facts = (Assumption("token", "a token", token),), (Definition("varies", varies),)
        end = last(goal, "instance", ("fixed", "token", "varies"), {m: term})
        with pytest.raises(Refused, match="only an index can be replaced"):
            replay(Theorem("planted", goal, *facts, (fixed, end)))
    wrong = say(Partial(p(1) * w(2), w(1)), "=", 0)
    assert decide(tokens, model).outcome == "holds"
    assert decide(wrong, model).outcome == "refuted"


def test_a_derivative_by_a_value_with_fewer_arguments_is_refused() -> None:
    goal = say(Partial(f(1, 2), f(1)), "=", 0)
    with pytest.raises(Refused, match="no derivative"):
        replay(theorem(goal, last(goal, "calculus")))


SMALL = (ONE, Integer(3))
"""A range of its own: f = 1 there, and anything elsewhere."""

KNOWN = {"f": say(f(m), "=", 1, (m, *SMALL))}


def jumps(at: int) -> fmpq:
    """1 where f is known, else -7."""
    return fmpq(1 if 1 <= at <= 3 else -7)


def test_a_bound_name_brings_no_range_of_an_index_with_it() -> None:
    known = KNOWN | {"y": say(1 + y, ">", 0)}
    elsewhere = (t, 5, 9)  # the step is for all t in 1..3: that is another t
    goal = say(Sum(f(t) + y, elsewhere), ">=", 0, (t, *SMALL))
    refused(one(goal, "sign", {}, known), "only ''", Model({"y": 0}, {"f": jumps}))
    goal = say(Sum(f(t), elsewhere), "=", 5, (t, *SMALL))
    refused(one(goal, "sums", {}, KNOWN), "different normal forms", Model({}, {"f": jumps}))


def test_a_bound_name_hides_the_ranges_that_speak_of_its_namesake() -> None:
    i, j, zero = Symbol("i", integer=True), Symbol("j", integer=True), Integer(0)
    natural = {"f": say(f(i), "=", 1, (i, zero, oo))}
    within = Sum(f(j - t), (t, 0, K), (j, t, t + 2))  # j is at least the outer t
    goal = say(within, "=", 3 * (K + 1), (t, zero, K))
    model = Model({"K": 2}, {"f": lambda at: fmpq(1 if at >= 0 else -7)})
    refused(one(goal, "sums", {}, natural), "different normal forms", model)


def test_an_index_of_a_dimension_brings_no_range_of_an_index_with_it() -> None:
    entries, arrays = ((t, 5, 9),), ((m, 1, 3),)
    span = say(Dimension(f(t), entries, arrays), "=", Dimension(ONE, entries, arrays), (t, *SMALL))
    known = KNOWN | {"same": say(g(1), "=", g(2))}
    model = Model({}, {"f": lambda at: fmpq(int(at <= 3)), "g": lambda _: fmpq(1)})
    planted = one(span, "combine", {"same": Integer(0)}, known)
    refused(planted, "does not know Dimension", model)
    hidden = say(h(0), "=", Dimension(1 / t, ((t, 0, 3),), arrays))
    outer = say(h(t), "=", hidden.rhs, (t, *SMALL))
    for name in (hidden, outer):
        with pytest.raises(Refused, match="nothing says that t > or != 0"):
            replay(theorem(name, last(name, "let"), introduces=(h,)))


def test_what_only_looks_like_a_theorem_is_not_cited() -> None:
    goal = say(0, "=", 1)
    fake = SimpleNamespace(given={}, conclusion=goal, parameters=set(), introduces=())
    for source in (fake, "A1", None):
        planted = theorem(goal, last(goal, "cite", (), {"theorem": source}))
        refused(planted, "needs a theorem", Model({}, {}))


def test_no_theorem_rests_on_itself() -> None:
    goal = say(0, "=", 1)
    circle = theorem(goal, last(goal, "cite", (), {"theorem": EXP}))
    between = replace(theorem(goal, last(goal, "cite", (), {"theorem": circle})), name="between")
    for source in (circle, between):
        circle.steps[0].where["theorem"] = source  # type: ignore[index]
        refused(circle, "planted rests on itself", Model({}, {}))


def test_a_derivative_does_not_look_through_what_is_introduced() -> None:
    square, flat = say(h(0), "=", g(1) ** 2), say(Partial(h(0), g(1)), "=", 0)
    named = theorem(square, last(square, "let"), introduces=(h,))
    model = Model({}, {"g": lambda _: fmpq(3)}, {"h": say(h(m), "=", g(1) ** 2, (m, ONE, K))})
    for source in (named, said(square)):
        steps = cited(square, source, {}), last(flat, "calculus")
        refused(theorem(flat, *steps, introduces=(h,)), "does not look through", model)


@pytest.mark.parametrize("name", ["exp", "log"])
def test_no_name_reads_as_another_function(name: str) -> None:
    goal = say(Function(name)(0), "=", 5)
    planted = theorem(goal, last(goal, "let"), introduces=(Function(name),))
    with pytest.raises(Refused, match="reads as another"):
        replay(planted)


def test_a_new_name_is_not_said_by_itself() -> None:
    one_less = Sum(h(m), (m, 0, 0)) - 1
    for goal in (say(h(0), "=", one_less), say(h(t), "=", t, (t, Integer(0), h(3)))):
        with pytest.raises(Refused, match="gives a name to a term"):
            replay(theorem(goal, last(goal, "let"), introduces=(h,)))


def test_a_delta_ends_beside_a_term_that_only_holds_its_side() -> None:
    goal = say(KroneckerDelta(t + 1, 3) * f(t + 1 + N), "=", 0, (t, *SMALL))
    planted = theorem(goal, last(goal, "sums"))
    refused(planted, "different normal forms", Model({"N": 1}, {"f": fmpq}))


def test_what_an_induction_asks_for_does_not_rest_on_its_hypothesis() -> None:
    start, every = Integer(0), (t, Integer(0), oo)
    goal = say((m + 1) * g(t), "=", 0, every, (m, start, oo))
    steps = (
        Step("base", say(0, "=", 0, every), "sums"),
        Step("before", say((n + 1) * g(t), "=", 0, every), "suppose"),
        Step("zero", say(g(t), "=", 0, every), "combine", ("before",), {"before": 1 / (n + 1)}),
        Step("step", say((n + 2) * g(t), "=", 0, every), "sums", ("zero",)),
    )
    where = {"hypothesis": "before", "on": n, "index": m}
    end = last(goal, "induct", ("base", "before", "step", "zero"), where)
    model = Model({}, {"g": lambda _: fmpq(1)})
    refused(theorem(goal, *steps, end, fixed=(n,)), "only 'step' may rest", model)


def test_what_an_induction_asks_for_holds_from_its_start() -> None:
    goal = say(m / (m + x), "=", m / (m + x), (m, Integer(0), oo))  # 0 / x at the start
    same, after = (say(i / (i + x), "=", i / (i + x)) for i in (n, n + 1))
    steps = (
        Step("one", say(n + 1, ">", 0), "sign"),
        Step("later", say(n + 1 + x, ">", 0), "combine", ("one", "x"), {"one": ONE, "x": ONE}),
        Step("before", same, "suppose"),
        Step("step", after, "sums", ("later",)),
    )
    base = Step("base", say(0, "=", 0), "sums")
    where = {"hypothesis": "before", "on": n, "index": m}
    end = last(goal, "induct", ("base", "before", "step", "later"), where)
    planted = theorem(goal, base, *steps, end, assumed={"x": say(x, ">=", 0)}, fixed=(n,))
    with pytest.raises(Undefined):
        decide(say(1 / x, "=", 1 / x), Model({"x": 0}, {}))
    with pytest.raises(Refused, match="nothing says that n"):
        replay(planted)


@pytest.mark.parametrize(
    ("named", "goal"),
    [
        (say(h(t), "=", 1, (t, *SMALL)), say(h(4), "=", 1)),
        (say(h(t), "=", 1, (t, ONE, Integer(0))), say(h(1), "=", 1)),
        (say(h(t), "=", 1, (t, *SMALL)), say(h(1, 1), "=", 1)),
        (say(h(t, m), "=", t - m, (t, *SMALL), (m, *SMALL)), say(h(1, 2), "=", 1)),
        (say(h(t), "=", Sum(t, (m, 0, 1)), (t, *SMALL)), say(Sum(h(m), (m, 1, 2)), "=", 2)),
        (say(h(0), "=", 1), say(h(1), "=", 1)),
    ],
)
def test_a_name_says_nothing_but_what_it_was_given_for(named: Judgement, goal: Judgement) -> None:
    def value(*at: int) -> fmpq:
        return fmpq(at[0] - at[1] if at == (1, 2) else 5)

    steps = Step("named", named, "let"), last(goal, "sums", ("named",))
    planted = theorem(goal, *steps, introduces=(h,))
    refused(planted, "different normal forms", Model({}, {"h": value}))


@pytest.mark.parametrize(
    ("hi", "start"),
    [(t - 1, Integer(-1)), (t - 2, Integer(0)), (-t, Integer(0)), (t - N - 1, Integer(0))],
)
def test_no_sum_of_which_nothing_says_that_its_range_is_not_below_empty(
    hi: Expr, start: Expr
) -> None:
    goal = say(Sum(f(m), (m, 0, hi)) + f(hi + 1), "=", Sum(f(m), (m, 0, hi + 1)), (t, start, oo))
    planted = theorem(goal, last(goal, "sums"))
    refused(planted, "a sum needs integers", Model({"N": 2}, {"f": lambda _: fmpq(1)}))
