"""Each rule accepts what follows and refuses what does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import (
    Expr,
    Function,
    Integer,
    KroneckerDelta,
    Rational,
    Sum,
    Symbol,
    exp,
    gamma,
    log,
    oo,
    sqrt,
)

from theory import derivation
from theory.derivation import FAMILIES, Assumption, Definition, Step, Theorem, replay
from theory.judgement import Dimension, Judgement, Partial, Refused
from theory.notation import K, N, d, forall, i, j, k, l, m, member, total, u
from theory.rules import RULES, check_defined

f, g, h, y = (Function(name) for name in "fghy")
a = Symbol("a", integer=True)
n = Symbol("n", integer=True, nonnegative=True)
T = Symbol("t", integer=True, positive=True)
X, R = Symbol("x"), Symbol("r")
ONE, ZERO = Integer(1), Integer(0)
IMPLIES = {"=": (">=",), ">": (">=", "!=")}
FALSE = forall()(ZERO, "=", 1)


def accepted(by: str, goal: Judgement, *facts: Judgement, **where: Any) -> bool:
    """Whether a rule accepts a step; the facts are named a, b, c, ..."""
    return accepted_where(by, goal, *facts, where=where)


def accepted_where(by: str, goal: Judgement, *facts: Judgement, where: Mapping[Any, Any]) -> bool:
    try:
        RULES[by](goal, dict(zip("abcdefgh", facts, strict=False)), where)
    except Refused:
        return False
    return True


def theorem(
    conclusion: Judgement,
    *steps: Step,
    assumed: Mapping[str, Judgement] | None = None,
    defined: Mapping[str, Judgement] | None = None,
    fixed: tuple[Symbol, ...] = (),
) -> Theorem:
    assumptions = tuple(Assumption(name, name, fact) for name, fact in (assumed or {}).items())
    definitions = tuple(Definition(name, fact) for name, fact in (defined or {}).items())
    return Theorem("planted", conclusion, assumptions, definitions, steps, fixed)


def refused(planted: Theorem, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        replay(planted)


# sums


def test_sums_proves_a_regrouping_and_asks_for_the_range() -> None:
    tokens = member(f(l), 1, K, l)
    goal = forall()(total(g(f(l)), l), "=", total(g(j) * total(KroneckerDelta(j, f(l)), l), j))
    assert accepted("sums", goal, tokens)
    assert not accepted("sums", goal)
    assert not accepted("sums", goal, member(f(l), 1, K + 1, l))


def test_sums_gives_equations_only() -> None:
    assert not accepted("sums", forall()(f(1), ">=", f(1)))
    assert not accepted("sums", forall()(f(1), "=", f(1)), extra=1)


def test_sums_needs_every_denominator_apart_from_zero() -> None:
    goal = forall()((f(1) + f(2)) * g(1) / (f(1) + f(2)) + h(1) / h(1) * 0, "=", g(1))
    assert accepted("sums", goal)  # SymPy has cancelled: nothing of f is left to say
    kept = forall()(g(1) * f(1) / (f(1) + f(2)) + g(1) * f(2) / (f(1) + f(2)), "=", g(1))
    assert not accepted("sums", kept)
    assert not accepted("sums", kept, forall()(f(1) + f(2), ">=", 0))
    assert accepted("sums", kept, forall()(f(1) + f(2), "!=", 0))


def test_sums_needs_logarithms_of_positive_terms() -> None:
    goal = forall()(exp(total(log(f(i)) - log(f(i)) / K, i)), ">", 0)
    assert accepted("sign", goal, forall(i)(f(i), ">", 0))
    assert not accepted("sign", goal, forall(i)(f(i), "!=", 0))
    goal = forall()(exp(Sum(log(f(i)), (i, 1, 1))), "=", f(1))
    assert accepted("sums", goal, forall(i)(f(i), ">", 0))
    assert not accepted("sums", goal, forall(i)(f(i), "!=", 0))


def test_a_fact_rewrites_only_inside_its_range() -> None:
    here = Judgement(f(i), "=", ZERO, ((i, ONE, ONE),))
    assert accepted("sums", forall()(f(1), "=", 0), here)
    assert not accepted("sums", forall()(f(2), "=", 0), here)
    assert not accepted("sums", forall()(f(1, 1), "=", 0), here)


def test_the_inner_of_two_equal_names_counts() -> None:
    here = Judgement(f(i), "=", ZERO, ((i, ONE, ONE),))
    shadowed = Sum(f(i), (i, 1, K), (i, 1, 1))
    assert not accepted("sums", forall()(shadowed, "=", 0), here)
    positive = Judgement(f(i), ">", ZERO, ((i, ONE, ONE),))
    assert not accepted("sign", forall()(shadowed, ">", 0), positive)


def test_equations_that_lead_to_each_other_are_refused() -> None:
    to, fro = forall(i)(f(i), "=", g(i) + 1), forall(i)(g(i), "=", f(i) + 1)
    assert not accepted("sums", forall()(f(1), "=", 0), to, fro)


def test_zero_denominators_in_disguise_are_refused() -> None:
    p, q = f(1), f(2)
    zero = p / (p + q) + q / (p + q) - 1
    one, two = (g(i) - g(a) + c * zero for c in (1, 2))
    goal = forall(i)(KroneckerDelta(i, a) / one - KroneckerDelta(i, a) / two, "=", 5)
    apart, sum_apart = forall(i)(g(i) - g(a), "!=", 0), forall()(p + q, "!=", 0)
    assert not accepted("sums", goal, apart, sum_apart)
    one, two = (g(i) - g(K) + c * zero for c in (1, 2))
    outside = forall()(Sum(1 / one, (i, 1, K - 1)) - Sum(1 / two, (i, 1, K - 1)), "=", 5)
    below = Judgement(g(i) - g(K), "!=", ZERO, ((i, ONE, K - 1),))
    assert not accepted("sums", outside, below, sum_apart)


def test_a_definition_is_written_out_in_limits_too() -> None:
    s = Symbol("s")
    whole = total(f(j), j)
    assert accepted("sums", forall()(Sum(f(j), (j, 1, s)), "=", whole), forall()(s, "=", K))
    assert accepted("sums", forall()(Sum(f(j), (j, s, K)), "=", whole), forall()(s, "=", 1))
    each, last, first = K * whole, forall(i)(y(i), "=", K), forall(i)(y(i), "=", 1)
    assert accepted("sums", forall()(Sum(f(j), (j, 1, y(i)), (i, 1, K)), "=", each), last)
    assert accepted("sums", forall()(Sum(f(j), (j, y(i), K), (i, 1, K)), "=", each), first)
    assert not accepted("sums", forall()(Sum(f(j), (j, s, K)), "=", whole), forall()(s, "=", 2))


def test_an_equation_that_defines_nothing_does_not_rewrite() -> None:
    for fact in (
        forall(i)(f(i) + g(i), "=", 0),
        forall(i)(2 * f(i), "=", 0),
        forall(i, j)(f(g(i)), "=", h(i)),
    ):
        facts = {"a": fact}
        with pytest.raises(Refused, match="does not define its left side"):
            RULES["sums"](forall(i)(f(i), "=", -g(i)), facts, {})


# sign


def test_sign_multiplies_signs() -> None:
    apart, least = forall()(f(1), "!=", 0), forall()(g(1), ">=", 0)
    assert accepted("sign", forall()(f(1) ** 2 * g(1), ">=", 0), apart, least)
    assert accepted("sign", forall()(f(1) * h(1), "!=", 0), apart, forall()(h(1), ">", 0))
    assert not accepted("sign", forall()(f(1) * g(1), "!=", 0), apart, least)
    assert not accepted("sign", forall()(f(1) * g(1), ">=", 0), apart, least)
    assert not accepted("sign", forall()(f(1) ** 3, ">", 0), apart)
    assert not accepted("sign", forall()(f(1) ** 2, ">", 0))


SIGNED = {"p": ">", "q": ">=", "r": "!=", "s": ""}
P, Q, R1, S1 = (Function(name)(1) for name in SIGNED)
P2, Q2, R2, S2 = (Function(name)(2) for name in SIGNED)


@pytest.mark.parametrize(
    ("term", "known"),
    [
        *((P, ">"), (Q, ">="), (R1, "!="), (S1, "")),
        *((P * P2, ">"), (P * Q, ">="), (P * R1, "!="), (P * S1, ""), (Q * R1, ""), (Q * S1, "")),
        *((Q * Q2, ">="), (R1 * R2, "!="), (R1 * S1, ""), (S1 * S2, ""), (-P, "!="), (-Q, "")),
        *((P + P2, ">"), (P + Q, ">"), (Q + Q2, ">="), (P + R1, ""), (Q + S1, "")),
        *((P**2, ">"), (Q**2, ">="), (R1**2, ">"), (S1**2, ">=")),
        *((P**3, ">"), (Q**3, ">="), (R1**3, "!="), (S1**3, "")),
        *((1 / P, ">"), (1 / R1, "!="), (R1**-2, ">"), (S1**-2, "")),
        *((P * (K - N), ""), (P * (K - 1), ">="), (-K, "!="), (K - N, ""), (-P * K, "!=")),
        *((total(ONE, j), ">"), (Sum(P * i, (i, a, K)), "")),
        *((Sum(S1, (i, 1, n)), ""), (Sum(Q * R1, (i, 1, n)), ""), (Sum(P, (i, 1, n)), ">=")),
        *((P * total(S1, j), ""), (P * Sum(S1, (i, 1, n)), ""), (Q * KroneckerDelta(i, j), ">=")),
    ],
    ids=str,
)
def test_sign_says_what_is_known_and_no_more(term: Expr, known: str) -> None:
    facts = [
        forall()(Function(name)(at), relation, 0)
        for name, relation in SIGNED.items()
        for at in (1, 2)
        if relation
    ]
    for relation in (">", ">=", "!="):
        follows = relation == known or relation in IMPLIES.get(known, ())
        assert accepted("sign", forall()(term, relation, 0), *facts) is follows, relation


def test_sign_knows_a_term_from_a_fact_that_writes_it_otherwise() -> None:
    assert accepted("sign", forall()(f(1) - g(1), ">", 0), forall()(f(1), ">", g(1)))
    assert not accepted("sign", forall()(f(1) + g(1), ">", 0), forall()(f(1), ">", g(1)))
    goal = forall()(g(1) + total(f(j), j), ">", 0)
    assert accepted("sign", goal, forall()(total(f(i), i) + g(1), ">", 0))
    assert not accepted("sign", goal, forall()(total(f(i), i) - g(1), ">", 0))
    named, meaning = forall(i)(y(i) + f(i), ">", 0), forall(i)(y(i), "=", g(i))
    assert accepted("sign", forall()(total(g(i) + f(i), i), ">", 0), named, meaning)
    assert not accepted("sign", forall()(Sum(g(i) + f(i), (i, 0, K)), ">", 0), named, meaning)


def test_sign_of_a_sum_is_strict_only_where_it_has_a_term() -> None:
    assert accepted("sign", forall()(total(exp(f(i)), i), ">", 0))
    filled = Judgement(Sum(exp(f(i)), (i, 1, n)), ">", ZERO)
    assert not accepted("sign", filled)
    assert accepted("sign", replace(filled, relation=">="))
    assert not accepted("sign", forall()(total(f(i), i), "!=", 0), forall(i)(f(i), "!=", 0))
    assert not accepted("sign", forall()(Sum(exp(f(i)), (i, 1, oo)), ">=", 0))


def test_sign_of_sizes_is_what_every_size_has() -> None:
    assert accepted("sign", forall()(K * N, ">", 0))
    assert accepted("sign", forall()(K - 1, ">=", 0))
    assert not accepted("sign", forall()(K - 1, ">", 0))
    assert not accepted("sign", forall()(a**3, ">=", 0))


def test_sign_of_an_index_is_that_of_its_least_value() -> None:
    assert accepted("sign", forall(i)(i, ">", 0))
    from_zero = Judgement(i, ">=", ZERO, ((i, ZERO, oo),))
    assert accepted("sign", from_zero)
    assert not accepted("sign", replace(from_zero, relation=">"))
    assert not accepted("sign", Judgement(i, ">=", ZERO, ((i, a, K),)))


# combine


def test_combine_asks_for_multipliers_that_exist() -> None:
    zero = forall()(f(1), "=", 0)
    assert not accepted("combine", forall()(ONE, "=", 0), zero, a=1 / f(1))
    assert accepted("combine", forall()(f(1) * g(1), "=", 0), zero, a=g(1))
    each, apart = forall(j)(f(j), "=", 0), forall(j)(g(j), "!=", 0)
    goal = forall()(total(f(j) / g(j), j), "=", 0)
    assert accepted("combine", goal, each, apart, a=(1 / g(j), j))
    assert not accepted("combine", goal, each, a=(1 / g(j), j))


def test_combine_asks_for_multipliers_of_one_sign() -> None:
    least = forall(i)(f(i), ">=", 0)
    assert accepted(
        "combine", forall()(total(f(i) * g(i) ** 2, i), ">=", 0), least, a=(g(i) ** 2, i)
    )
    assert not accepted("combine", forall()(total(f(i) * g(i), i), ">=", 0), least, a=(g(i), i))
    assert not accepted("combine", forall(i)(-f(i), ">=", 0), least, a=-ONE)
    assert not accepted("combine", forall(i)(f(i), ">", 0), least, a=ONE)


def test_combine_is_strict_only_where_something_is_added() -> None:
    positive = forall(i)(f(i), ">", 0)
    assert accepted("combine", forall()(total(f(i), i), ">", 0), positive, a=(ONE, i))
    empty = Judgement(f(i), ">", ZERO, ((i, ONE, n),))
    assert not accepted("combine", forall()(Sum(f(i), (i, 1, n)), ">", 0), empty, a=(ONE, i))
    assert not accepted("combine", forall()(ZERO, ">", 0), positive, a=(ZERO, i))


def test_combine_keeps_the_quantifiers_of_its_facts() -> None:
    fact = forall(i)(f(i), "=", g(i))
    assert not accepted("combine", forall()(f(K + 1), "=", g(K + 1)), fact, a=ONE)
    wider = Judgement(f(i), "=", g(i), ((i, ONE, K + 1),))
    assert not accepted("combine", wider, fact, a=ONE)
    assert not accepted("combine", forall(i, j)(f(j), "=", g(j)), fact, a=ONE)
    assert not accepted("combine", forall()(total(f(j), j), "=", 0), fact, a=(ONE, j))
    assert not accepted("combine", fact, fact, a=(ONE, j))


def test_combine_does_not_mix_relations() -> None:
    apart = forall()(f(1), "!=", 0)
    assert not accepted("combine", forall()(f(1), ">", 0), apart, a=ONE)
    assert not accepted("combine", forall()(f(1), "=", 0), forall()(f(1), ">=", 0), a=ONE)
    assert not accepted("combine", forall()(f(1), ">=", 0), member(f(1), 1, K), a=ONE)
    assert not accepted("combine", FALSE, b=ONE)


# instance


def test_instance_stays_in_range_and_captures_nothing() -> None:
    fact = forall(k)(f(k), "=", total(g(i) * h(k), i))
    inside = forall(i)(f(i), "=", total(g(j) * h(i), j))
    captured = forall(i)(f(i), "=", total(g(i) * h(i), i))
    assert accepted_where("instance", inside, fact, where={k: i})
    assert not accepted_where("instance", captured, fact, where={k: i})
    beyond = forall()(f(K + 1), "=", total(g(i) * h(K + 1), i))
    assert not accepted_where("instance", beyond, fact, where={k: K + 1})
    assert not accepted_where("instance", inside, fact, where={j: i})
    at_a = forall()(f(a), "=", total(g(i) * h(a), i))
    assert not accepted_where("instance", at_a, fact, where={k: a})
    assert accepted_where("instance", at_a, fact, member(a, 1, K), where={k: a})


def test_instance_of_some_indices_keeps_the_others() -> None:
    fact, goal = forall(i, j)(h(i, j), "=", 0), forall(j)(h(K, j), "=", 0)
    assert accepted_where("instance", goal, fact, where={i: K})
    assert not accepted_where("instance", forall()(h(K, j), "=", 0), fact, where={i: K})
    wider = Judgement(h(K, j), "=", ZERO, ((j, ONE, K + 1),))
    assert not accepted_where("instance", wider, fact, where={i: K})


def test_instance_of_an_endless_range() -> None:
    endless = Judgement(f(m), "=", ZERO, ((m, ONE, oo),))
    assert accepted_where("instance", forall()(f(K), "=", 0), endless, where={m: K})
    assert not accepted_where("instance", forall()(f(n), "=", 0), endless, where={m: n})


# exponential and logarithm


def test_exponential_and_logarithm_are_monotone() -> None:
    fact = forall(i)(f(i), ">", g(i))
    assert accepted("exponential", forall(i)(exp(f(i)), ">", exp(g(i))), fact)
    assert accepted("logarithm", fact, forall(i)(exp(f(i)), ">", exp(g(i))))
    assert not accepted("exponential", forall(i)(exp(g(i)), ">", exp(f(i))), fact)
    assert not accepted("exponential", forall(i)(exp(f(i)), "=", exp(g(i))), fact)
    assert not accepted("logarithm", fact, forall()(exp(f(1)), ">", exp(g(1))))
    assert not accepted("exponential", member(exp(f(1)), 1, K), member(f(1), 1, K))


def test_logarithm_of_what_may_be_negative_is_refused() -> None:
    fact, goal = forall()(f(1), "=", exp(g(1))), forall()(log(f(1)), "=", g(1))
    assert not accepted("logarithm", goal, fact, forall()(f(1), "!=", 0))
    assert accepted("logarithm", goal, fact, forall()(f(1), ">", 0))


# squares and binary


def test_squares_needs_a_sum_of_real_squares() -> None:
    goal = forall(i)(f(i), "=", 0)
    assert accepted("squares", goal, forall()(total(f(i) ** 2, i), "=", 0), over=(i,))
    assert not accepted("squares", goal, forall()(total(f(i), i), "=", 0), over=(i,))
    short = forall()(Sum(f(i) ** 2, (i, 1, K - 1)), "=", 0)
    assert not accepted("squares", goal, short, over=(i,))
    assert not accepted("squares", goal, forall(i)(total(f(j) ** 2, j), "=", 0), over=(i,))
    assert not accepted("squares", goal, forall()(total(f(i) ** 2, i), "=", 1), over=(i,))
    assert not accepted("squares", goal, forall()(f(i) ** 2, "=", 0), over=())
    assert not accepted("squares", goal, forall()(total(f(i) ** 2, i), "=", 0), over=(i, k))
    rows, each = forall(i)(total(h(i, j) ** 2, j), "=", 0), forall(i, j)(h(i, j), "=", 0)
    assert accepted("squares", each, rows, over=(j,))
    assert not accepted("squares", each, rows, over=(i,))


def test_roots_are_no_terms() -> None:
    step = Step("root", forall(i)(sqrt(f(i)), "=", 0), "squares", ("sum",), {"over": (i,)})
    refused(
        theorem(step.judgement, step, assumed={"sum": forall()(total(f(i), i), "=", 0)}),
        "exponent that is no integer",
    )


def test_binary_tries_both_values() -> None:
    fact = forall()(f(1) * (f(1) - 1), "=", 0)
    assert accepted("binary", forall()(f(1) ** 3, "=", f(1)), fact, term=f(1))
    assert not accepted("binary", forall()(f(1), "=", 1), fact, term=f(1))
    assert not accepted("binary", forall()(f(2) ** 2, "=", f(2)), fact, term=f(2))
    assert not accepted("binary", FALSE, forall()(ZERO, "=", 0), term=ONE)
    whole = total(f(i), i)
    goal = forall()(whole**3, "=", whole)
    assert accepted("binary", goal, forall()(total(f(j), j) ** 2, "=", whole), term=whole)
    each = forall(i)(f(i) * (f(i) - 1), "=", 0)
    assert not accepted("binary", forall()(f(K + 1) ** 2, "=", f(K + 1)), each, term=f(K + 1))


# spanning and basis

E = Function("E")
c = Symbol("c", integer=True)
SPAN = Dimension(E(i, u), ((u, 1, d),), ((i, 1, K),))
ONE_ARRAY = {
    "indices": ((c, ONE, ONE),),
    "chosen": ONE,
    "family": ONE,
    "coefficient": E(i, u),
}


def test_spanning_counts_a_family_that_spans() -> None:
    spans = forall(u, i)(E(i, u), "=", total(KroneckerDelta(i, j) * E(j, u), j))
    count = forall()(total(ONE, j), "=", K)
    where = {
        "family": E(j, u),
        "indices": ((j, ONE, K),),
        "chosen": ONE,
        "coefficient": KroneckerDelta(i, j),
    }
    assert accepted_where("spanning", forall()(K, ">=", SPAN), spans, count, where=where)
    assert not accepted_where("spanning", forall()(K - 1, ">=", SPAN), spans, count, where=where)
    assert not accepted_where("spanning", forall()(SPAN, ">=", K), spans, count, where=where)
    where = {**where, "indices": ()}
    assert not accepted_where("spanning", forall()(K, ">=", SPAN), spans, count, where=where)


@pytest.mark.parametrize(
    ("family", "coefficient"), [(ONE, E(i, u)), (E(i, u), ONE)], ids=["coefficient", "family"]
)
def test_a_coefficient_of_the_entry_or_a_family_of_the_generator_spans_nothing(
    family: Expr, coefficient: Expr
) -> None:
    spans = forall(u, i)(E(i, u), "=", Sum(E(i, u), (c, 1, 1)))
    count = forall()(Sum(ONE, (c, 1, 1)), "=", 1)
    where = {**ONE_ARRAY, "family": family, "coefficient": coefficient}
    assert not accepted_where("spanning", forall()(ONE, ">=", SPAN), spans, count, where=where)


def test_a_citation_captures_no_index_of_a_dimension() -> None:
    body = E(i, u) - E(a, u)
    dimension = Dimension(body, ((u, 1, d),), ((i, 1, K),))
    said = forall()(dimension, "=", N)
    cited = theorem(said, assumed={"said": said})
    captured = forall()(Dimension(ZERO, ((u, 1, d),), ((i, 1, K),)), "=", N)
    assert not accepted_where("cite", captured, captured, where={"theorem": cited, a: i})


# suppose and induct


def induction(n: Symbol, lo: int, *steps: Step, **facts: Judgement) -> Theorem:
    goal = Judgement(f(m), "=", ZERO, ((m, Integer(lo), oo),))
    close = {"hypothesis": "hypothesis", "on": n, "index": m}
    last = Step("all", goal, "induct", ("base", "hypothesis", "step"), close)
    return theorem(goal, *steps, last, assumed=facts, fixed=(n,))


def stepping(n: Symbol) -> tuple[Step, ...]:
    """From f(n) = 0 to f(n + 1) = 0, by an assumption that f is constant from 1 on."""
    return (
        Step("hypothesis", forall()(f(n), "=", 0), "suppose"),
        Step("constant-n", forall()(f(n + 1), "=", f(n)), "instance", ("constant",), {m: n}),
        Step(
            "step",
            forall()(f(n + 1), "=", 0),
            "combine",
            ("hypothesis", "constant-n"),
            {"hypothesis": ONE, "constant-n": ONE},
        ),
    )


def test_induction_steps_from_its_base_without_a_gap() -> None:
    positive = Symbol("t", integer=True, positive=True)
    constant = Judgement(f(m + 1), "=", f(m), ((m, ONE, oo),))
    one, zero = forall()(f(1), "=", 0), forall()(f(0), "=", 0)
    replay(induction(positive, 1, *stepping(positive), base=one, constant=constant))
    refused(
        induction(positive, 0, *stepping(positive), base=zero, constant=constant), "any integer"
    )
    refused(induction(n, 1, *stepping(n), base=one, constant=constant), "nothing says")


def test_the_base_may_not_rest_on_the_hypothesis() -> None:
    absurd = Judgement(ZERO, "=", ONE, ((m, ZERO, oo),))
    copy = ("combine", ("hypothesis",), {"hypothesis": ONE})
    steps = (
        Step("hypothesis", FALSE, "suppose"),
        Step("base", FALSE, *copy),
        Step("step", FALSE, *copy),
        Step(
            "all",
            absurd,
            "induct",
            ("base", "hypothesis", "step"),
            {"hypothesis": "hypothesis", "on": n, "index": m},
        ),
    )
    refused(theorem(absurd, *steps, fixed=(n,)), "only 'step' may rest on the hypothesis")


def test_an_open_hypothesis_proves_nothing() -> None:
    refused(theorem(FALSE, Step("hypothesis", FALSE, "suppose")), "left open")


def test_the_fixed_name_must_be_arbitrary() -> None:
    goal = Judgement(f(m), "=", ZERO, ((m, ZERO, oo),))
    close = {"hypothesis": "hypothesis", "on": n, "index": m}
    steps = (
        Step("hypothesis", forall()(f(n), "=", 0), "suppose"),
        Step("all", goal, "induct", ("base", "hypothesis", "step"), close),
    )
    assumed = {"base": forall()(f(0), "=", 0), "step": forall()(f(n + 1), "=", 0)}
    refused(theorem(goal, *steps, assumed=assumed, fixed=(n,)), "not arbitrary")
    facts = [forall()(f(value), "=", 0) for value in (ZERO, 2 * n, 2 * n + 1)]
    assert not accepted("induct", goal, *facts, hypothesis="b", on=2 * n, index=m)
    facts = [forall()(f(value), "=", 0) for value in (ZERO, n, n + 1)]
    assert accepted("induct", goal, *facts, hypothesis="b", on=n, index=m)
    assert not accepted("induct", goal, *facts, hypothesis="c", on=n, index=m)
    assert not accepted("induct", goal, *facts, hypothesis="b", on=n, index=k)


def test_an_induction_says_only_what_is_defined() -> None:
    goal = Judgement(log(f(m)) ** 2, ">=", ZERO, ((m, ZERO, oo),))
    facts = [forall()(log(f(value)) ** 2, ">=", 0) for value in (ZERO, n, n + 1)]
    positive = [forall()(f(value), ">", 0) for value in (ZERO, n, n + 1)]
    close = {"hypothesis": "b", "on": n, "index": m}
    assert accepted("induct", goal, *facts, *positive, **close)
    for left_out in positive:
        kept = [fact for fact in positive if fact != left_out]
        assert not accepted("induct", goal, *facts, *kept, **close)


def test_what_an_induction_needs_defined_may_not_rest_on_its_hypothesis() -> None:
    goal = Judgement(f(m), "=", ZERO, ((m, ZERO, oo),))
    close = {"hypothesis": "hypothesis", "on": n, "index": m}
    fact = Step("fact", forall()(f(n), ">=", 0), "combine", ("hypothesis",), {"hypothesis": ONE})
    uses = ("base", "hypothesis", "step", "fact")
    facts = {
        "base": forall()(f(0), "=", 0),
        "constant": Judgement(f(m + 1), "=", f(m), ((m, ZERO, oo),)),
    }
    steps = (*stepping(n), fact, Step("all", goal, "induct", uses, close))
    refused(theorem(goal, *steps, assumed=facts, fixed=(n,)), "only 'step' may rest")


# cite


def cited(conclusion: Judgement, **assumed: Judgement) -> Theorem:
    """A theorem that says its one assumption again, or what the sums rule gives."""
    if assumed:
        uses, by, where = tuple(assumed), "combine", dict.fromkeys(assumed, ONE)
    else:
        uses, by, where = (), "sums", {}
    return theorem(conclusion, Step("again", conclusion, by, uses, where), assumed=assumed)


def test_cite_matches_every_assumption() -> None:
    one = cited(forall(i)(f(i) - g(i), "=", 0), equal=forall(i)(f(i), "=", g(i)))
    replay(one)
    used, goal = forall(j)(h(j), "=", y(j)), forall(k)(h(k) - y(k), "=", 0)
    names = {"theorem": one, f: h, g: y}
    assert accepted_where("cite", goal, used, where=names)
    assert not accepted_where("cite", goal, where=names)
    assert not accepted_where("cite", goal, forall(j)(h(j), "=", f(j)), where=names)
    assert not accepted_where("cite", goal, used, where={"theorem": one, f: h})


def test_cite_replaces_all_names_at_once() -> None:
    one = cited(forall()(f(1), "=", g(1) + 1), fact=forall()(f(1), "=", g(1) + 1))
    swap = {"theorem": one, f: g, g: f}
    fact = forall()(g(1), "=", f(1) + 1)
    assert accepted_where("cite", fact, fact, where=swap)
    assert not accepted_where("cite", forall()(f(1), "=", f(1) + 1), fact, where=swap)


def test_cite_keeps_indices_in_range_and_apart() -> None:
    in_range = cited(forall(i)(total(KroneckerDelta(i, j), j), "=", 1))
    beyond = forall(i)(total(KroneckerDelta(a, j), j), "=", 1)
    assert not accepted_where("cite", beyond, where={"theorem": in_range, i: a})
    fact = forall(i)(f(i, a), "=", 0)
    column = theorem(forall(i)(f(1, a), "=", 0), assumed={"column": fact})
    diagonal = forall(i)(f(i, i), "=", 0)
    row = forall(i)(f(1, i), "=", 0)
    assert not accepted_where("cite", row, diagonal, where={"theorem": column, a: i})


def test_cite_puts_sizes_for_sizes_and_functions_for_functions() -> None:
    count = cited(forall()(total(ONE, j), "=", K))
    for value in (ZERO, a, Symbol("t"), K / 2):
        goal = forall()(Sum(ONE, (j, 1, value)), "=", value)
        assert not accepted_where("cite", goal, where={"theorem": count, K: value})
    assert accepted_where(
        "cite", forall()(Sum(ONE, (j, 1, N)), "=", N), where={"theorem": count, K: N}
    )
    same = cited(forall()(f(1), "=", f(1)))
    wrong = forall()(f(1), "=", f(1) * log(K))
    assert not accepted_where("cite", wrong, where={"theorem": same, f: log})
    assert not accepted_where("cite", wrong, where={"theorem": same, exp: log})
    of_x, domain = cited(forall()(f(X), "=", f(X))), forall()(log(X), "=", log(X))
    assert not accepted_where("cite", domain, where={"theorem": of_x, f: log})
    assert not accepted_where("cite", forall()(f(X), "=", f(X)), where={"theorem": of_x, X: h})


def test_cite_puts_integers_for_integers() -> None:
    at_a, there = cited(forall()(g(a), "=", g(a))), forall()(g(f(1)), "=", g(f(1)))
    where = {"theorem": at_a, a: f(1)}
    assert accepted_where("cite", there, member(f(1), 1, K), where=where)
    for fact in (member(f(2), 1, K), forall()(f(1), "=", 1), forall()(f(1), ">", 0)):
        assert not accepted_where("cite", there, fact, where=where)
    at_l = forall(l)(g(f(l)), "=", g(f(l)))
    for_each = {"theorem": cited(forall(l)(g(a), "=", g(a))), a: f(m)}
    assert not accepted_where("cite", at_l, member(f(m), 1, K, m), where=for_each)
    assert not accepted_where("cite", forall()(g(X), "=", g(X)), where={"theorem": at_a, a: X})
    at_n = {"theorem": cited(forall()(g(n), "=", g(n))), n: a}
    assert not accepted_where("cite", forall()(g(a), "=", g(a)), where=at_n)


def citing(cited: Theorem) -> Step:
    return Step(cited.name, cited.conclusion, "cite", (), {"theorem": cited})


def test_a_cited_theorem_must_replay() -> None:
    bogus = replace(theorem(FALSE), name="bogus")
    refused(theorem(FALSE, citing(bogus)), "bogus: there is no step yet")
    between = replace(theorem(FALSE, citing(bogus)), name="between")
    refused(theorem(FALSE, citing(between)), "bogus: there is no step yet")


def named(name: str, said: Judgement) -> Theorem:
    return replace(same(Step("end", said, "sums")), name=name)


def both(*cited: Theorem) -> Theorem:
    """A theorem that rests on two others."""
    steps = [replace(citing(one), name=name) for name, one in zip("ab", cited, strict=True)]
    difference = sum((one.conclusion.lhs - one.conclusion.rhs for one in cited), ZERO)
    end = Step("end", forall()(difference, "=", 0), "combine", ("a", "b"), {"a": ONE, "b": ONE})
    return theorem(end.judgement, *steps, end)


def test_two_theorems_of_one_name_are_refused() -> None:
    """Or else one of them would be taken as checked."""
    goal, clash = forall()(f(1), "=", f(1)), "planted: two theorems have the same name, "
    one, two = named("cited", forall()(ONE, "=", 1)), named("cited", goal)
    replay(both(one, one))
    refused(both(one, two), clash + "cited")
    refused(both(two, one), clash + "cited")
    refused(same(citing(named("planted", goal))), clash + "planted")
    bogus = replace(theorem(FALSE), name="cited")
    reasons = []
    for pair in ((one, bogus), (bogus, one)):
        with pytest.raises(Refused) as found:
            replay(both(*pair))
        reasons.append(str(found.value))
    assert sorted(reasons) == ["cited: there is no step yet", clash + "cited"]


def test_a_theorem_that_is_cited_twice_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    check = derivation._check

    def seen(one: Theorem) -> None:
        checked.append(one.name)
        check(one)

    monkeypatch.setattr(derivation, "_check", seen)
    goal = forall()(f(1), "=", f(1))
    between = replace(same(citing(named("cited", goal))), name="between")
    where = {"cited": ONE, "between": ONE}
    end = Step("end", goal, "combine", ("cited", "between"), where)
    replay(theorem(goal, citing(named("cited", goal)), citing(between), end))
    assert checked == ["planted", "between", "cited"]


# what may stand in a theorem


@pytest.mark.parametrize(
    "term",
    [
        Symbol("t", positive=True),
        Symbol("t", integer=True, even=True),
        Symbol("t", commutative=False),
        Function("F", positive=True)(1),
        sqrt(K),
        Integer(2) ** (K / 2),
        oo,
    ],
    ids=str,
)
def test_terms_with_hidden_assumptions_are_refused(term: Expr) -> None:
    goal = forall()(term, "=", term)
    refused(theorem(goal, Step("same", goal, "sums")), "assumption|no term|no integer")
    said = forall()(f(1) - f(1), "=", 0)
    step = Step("zero", said, "combine", ("fact",), {"fact": term})
    refused(theorem(said, step, assumed={"fact": said}), "assumption|no term|no integer")


def test_indices_carry_no_sign_and_names_mean_one_symbol() -> None:
    size = Symbol("i", integer=True, positive=True)
    goal = Judgement(size, ">", ZERO, ((size, Integer(-3), K),))
    refused(theorem(goal, Step("sign", goal, "sign")), "only be assumed to be an integer")
    two = forall()(K + Symbol("K"), "=", Symbol("K") + K)
    refused(theorem(two, Step("same", two, "sums")), "the same name")


def test_definitions_are_names_and_no_circle() -> None:
    s, t = Symbol("s"), Symbol("t")
    to, fro = forall()(s, "=", t + 1), forall()(t, "=", s + 1)
    circle = Step("circle", FALSE, "combine", ("s", "t"), {"s": -ONE / 2, "t": -ONE / 2})
    refused(theorem(FALSE, circle, defined={"s": to, "t": fro}), "in a circle")
    twice = Step("twice", FALSE, "combine", ("s", "again"), {"s": ONE, "again": -ONE})
    again = forall()(s, "=", t + 2)
    refused(theorem(FALSE, twice, defined={"s": to, "again": again}), "define the same name")
    with pytest.raises(ValueError, match="no assumptions"):
        Definition("K", forall()(K, "=", 0))
    with pytest.raises(ValueError, match="uses itself"):
        Definition("s", forall()(s, "=", s + 1))
    for lhs in (f(i, i), f(j), f(1), i, f(i) + 1):
        with pytest.raises(ValueError, match="a name of its indices"):
            Definition("f", forall(i)(lhs, "=", 1))
    with pytest.raises(ValueError, match="a name of its indices"):
        Definition("f", forall(i, j)(i + j, "=", 1))


def test_a_definition_must_define_something() -> None:
    s, t = Symbol("s"), Symbol("t")
    inverse = forall()(s, "=", 1 / t)
    goal = forall()(s * t, "=", 1)
    refused(
        theorem(goal, Step("one", goal, "sums", ("s",)), defined={"s": inverse}), "nothing says"
    )
    combined = Step("one", goal, "combine", ("s",), {"s": t})
    refused(theorem(goal, combined, defined={"s": inverse}), "nothing says")
    apart = {"apart": forall()(t, "!=", 0)}
    step = Step("one", goal, "sums", ("s", "apart"))
    replay(theorem(goal, step, assumed=apart, defined={"s": inverse}))


def _gauge_basis() -> tuple[Judgement, dict[str, Judgement], dict[Any, Any]]:
    """The last step of the dimension of S_E: its goal, the facts it uses and its parameters."""
    from theory.gauge import gauge_dimension

    theorem = gauge_dimension()
    last = theorem.steps[-1]
    known = theorem.given | {step.name: step.judgement for step in theorem.steps}
    return last.judgement, {name: known[name] for name in last.uses}, dict(last.where)


def test_basis_refuses_a_family_that_is_no_generator() -> None:
    goal, facts, where = _gauge_basis()
    RULES["basis"](goal, facts, where)
    first, second, third = where["member"]
    same = {first: where["member"][first], second: where["member"][first]}
    where["member"] = {**same, third: where["member"][third]}
    with pytest.raises(Refused, match="does not lie in the span"):
        RULES["basis"](goal, facts, where)


def test_basis_refuses_independence_that_is_not_for_all_indices() -> None:
    goal, facts, where = _gauge_basis()
    for name in ("combination", "independent"):
        fewer = replace(facts[name], forall=facts[name].forall[:1])
        with pytest.raises(Refused, match="independence must be for all"):
            RULES["basis"](goal, {**facts, name: fewer}, where)


def test_spanning_refuses_to_count_half_of_each() -> None:
    from sympy import Function, KroneckerDelta, Rational

    from theory.judgement import Dimension
    from theory.notation import RANGES, K, forall, i, m, total, u

    h = Function("h")
    half = Rational(1, 2)
    arrays, entries = ((i, *RANGES[i]),), ((u, *RANGES[u]),)
    coefficient = 2 * KroneckerDelta(i, m)
    facts = {
        "spans": forall(i, u)(h(i, u), "=", total(coefficient * half * h(m, u), m)),
        "count": forall()(total(half, m), "=", K / 2),
    }
    where = {"family": h(m, u), "indices": ((m, *RANGES[m]),), "chosen": half}
    goal = forall()(K / 2, ">=", Dimension(h(i, u), entries, arrays))
    with pytest.raises(Refused, match="is not 0 or 1"):
        RULES["spanning"](goal, facts, {**where, "coefficient": coefficient})


# each theorem, tampered with

FROM_ONE = (m, ONE, oo)
EVERY = forall(j)(f(j), "=", g(j))
ARRAYS = Dimension(E(i, u), ((u, ONE, d),), ((i, ONE, K),))
FAMILY = {
    "family": E(j, u),
    "indices": ((j, ONE, K),),
    "chosen": ONE,
    "coefficient": KroneckerDelta(i, j),
}
SPANS = forall(u, i)(E(i, u), "=", total(KroneckerDelta(i, j) * E(j, u), j))
COUNT = forall()(total(ONE, j), "=", K)
VANISHES = forall(u)(total(h(j) * E(j, u), j), "=", 0)
NONE_LEFT = forall(j)(h(j), "=", 0)
INDEPENDENT = {"member": {i: j}, "hypothesis": "c", "scalar": h}


def same(step: Step, **more: Any) -> Theorem:
    """A theorem that says what its one step says."""
    return theorem(step.judgement, step, **more)


def test_numbers_among_the_parameters_are_terms() -> None:
    where = {"a": 2, "b": (Fraction(1, 2), i), "c": {"d": 3}}
    step = Step("end", FALSE, "sums", (), where)
    assert step.where == {"a": Integer(2), "b": (Rational(1, 2), i), "c": {"d": Integer(3)}}
    assert isinstance(step.where["a"], Expr)
    for inexact in (True, 0.5):
        for parameters in ({"a": inexact}, {"a": (i, inexact)}, {"a": {"b": inexact}}):
            with pytest.raises(ValueError, match=f"step end: the parameter {inexact} is no exact"):
                Step("end", FALSE, "sums", (), parameters)


def test_the_trace_names_what_the_derivation_rests_on() -> None:
    assumed, defined = {"each": forall(i)(f(i), ">", 0)}, {"g": forall(i)(g(i), "=", 2 * f(i))}
    goal = forall(i)(g(i), ">", 0)
    one = same(Step("end", goal, "sign", ("each", "g")), assumed=assumed, defined=defined)
    one = replace(one, name="cited")
    trace = replay(one)
    assert (trace.rules, trace.assumptions, trace.definitions) == (("sign",), ("each",), ("g",))
    again = Step("cited", goal, "cite", ("each", "g"), {"theorem": one})
    assert replay(same(again, assumed=assumed, defined=defined)).cited == ("cited",)


def test_a_fact_that_is_never_used_is_refused() -> None:
    step = Step("end", forall()(exp(f(1)), ">", 0), "sign")
    replay(same(step))
    refused(same(step, assumed={"idle": forall()(f(1), ">", 0)}), "'idle' is never used")


def test_a_step_uses_earlier_facts_once() -> None:
    goal = forall()(exp(f(1)), ">", 0)
    refused(same(Step("end", goal, "sign", ("later",))), "'later', which is no earlier fact")
    positive = {"f": forall()(f(1), ">", 0)}
    refused(same(Step("end", goal, "sign", ("f", "f")), assumed=positive), "a fact twice")


def test_an_assumption_and_a_definition_have_names_of_their_own() -> None:
    step = Step("end", forall()(f(1), "=", 1), "combine", ("f",), {"f": ONE})
    facts = {"f": forall()(f(1), "=", 1)}
    defined = {"f": forall(i)(g(i), "=", f(i))}
    refused(same(step, assumed=facts, defined=defined), "the same name")


def test_a_free_index_is_quantified_in_each_step() -> None:
    step = Step("free", forall()(f(j), "=", f(j)), "sums")
    end = Step("end", forall()(f(1), "=", f(1)), "sums", ("free",))
    refused(theorem(end.judgement, step, end), "the index j is not quantified")


def test_the_fixed_name_stands_in_no_other_hypothesis() -> None:
    goal = Judgement(f(m), "=", ZERO, ((m, ZERO, oo),))
    close = {"hypothesis": "before", "on": n, "index": m}
    steps = (
        Step("before", forall()(f(n), "=", 0), "suppose"),
        Step("step", forall()(f(n + 1), "=", 0), "suppose"),
        Step("all", goal, "induct", ("base", "before", "step"), close),
    )
    base = {"base": forall()(f(0), "=", 0)}
    refused(theorem(goal, *steps, assumed=base, fixed=(n,)), "n is not arbitrary")


@pytest.mark.parametrize(
    ("judgement", "reason"),
    [
        (forall()(f(1), "=", sqrt(K)), "no integer"),
        (Judgement(f(1), "=", ZERO, ((i, ONE, sqrt(K)),)), "no integer"),
        (member(f(1), 1, sqrt(K)), "no integer"),
        (Judgement(f(1), "=", ZERO, ((Symbol("i", even=True), ONE, K),)), "carries an assumption"),
        (Judgement(f(K), "=", ZERO, ((Symbol("K", integer=True), ONE, K),)), "the same name"),
        (forall()(Dimension(E(i, u), ((K, 1, d),), ((i, 1, K),)), "=", K), "also a parameter"),
        (forall()(Dimension(E(i, u), ((u, 1, d),), ((K, 1, K),)), "=", K), "also a parameter"),
        (forall()(Dimension(E(T, u), ((u, 1, d),), ((T, 1, K),)), "=", K), "its range says"),
    ],
    ids=str,
)
def test_each_part_of_a_judgement_is_looked_at(judgement: Judgement, reason: str) -> None:
    step = Step("end", forall()(f(1), "=", f(1) + K - K), "sums", ("fact",))
    refused(same(step, assumed={"fact": judgement}), reason)


def test_a_name_of_another_fact_is_no_index() -> None:
    other = Judgement(f(1), "=", ZERO, ((Symbol("K", integer=True), ONE, Integer(2)),))
    step = Step("end", forall()(f(1), "=", K), "combine", ("fact", "size"), {})
    size = forall()(f(2), "=", K)
    refused(same(step, assumed={"fact": other, "size": size}), "the same name")


def test_a_membership_may_have_no_end() -> None:
    endless = Judgement(h(m), "=", ZERO, (FROM_ONE,))
    step = Step("end", forall()(h(f(1)), "=", 0), "instance", ("h", "f"), {m: f(1)})
    replay(same(step, assumed={"h": endless, "f": member(f(1), 1, oo)}))
    refused(same(step, assumed={"h": endless, "f": member(f(2), 1, oo)}), "nothing says")


def test_each_parameter_of_a_step_is_looked_at() -> None:
    bad, positive = Sum(K, (K, 1, 1)), Sum(T, (T, 1, 1))
    facts = {name: forall(i)(f(i) - f(i), "=", 0) for name in ("indices", "b")}
    goal = forall()(f(1), "=", f(1))

    def combined(first: Any, second: Any) -> Theorem:
        where = {"indices": first, "b": second}
        return same(Step("end", goal, "combine", ("indices", "b"), where), assumed=facts)

    replay(combined((ONE, i), (ONE, i)))
    refused(combined((bad, i), (ONE, i)), "also a parameter")
    refused(combined((ONE, i), (positive, i)), "its range says")
    refused(combined((sqrt(K), i), (ONE, i)), "no integer")


def test_the_indices_of_a_family_are_looked_at() -> None:
    goal = forall()(K, ">=", ARRAYS)
    facts = {"spans": SPANS, "count": COUNT}
    for index, reason in ((K, "also a parameter"), (T, "its range says")):
        where = {**FAMILY, "indices": ((index, ONE, K),)}
        refused(
            same(Step("end", goal, "spanning", ("spans", "count"), where), assumed=facts), reason
        )
    where = without(FAMILY, "indices")
    step = Step("end", goal, "spanning", ("spans", "count"), where)
    refused(same(step, assumed=facts), "needs a dimension and")
    replay(same(Step("end", goal, "spanning", ("spans", "count"), FAMILY), assumed=facts))
    where = {**FAMILY, **INDEPENDENT, "member": {i: sqrt(K)}}
    refused(
        same(Step("end", goal, "basis", ("spans", "count"), where), assumed=facts), "no integer"
    )


def test_spanning_uses_what_else_is_known() -> None:
    arrays = Dimension(E(f(i), u), ((u, ONE, d),), ((i, ONE, K),))
    spans = forall(u, i)(E(f(i), u), "=", E(f(i), u))
    where = {**FAMILY, "coefficient": KroneckerDelta(f(i), j)}
    goal, token = forall()(K, ">=", arrays), member(f(i), 1, K, i)
    assert accepted_where("spanning", goal, spans, COUNT, token, where=where)
    assert not accepted_where("spanning", goal, spans, COUNT, where=where)
    assert not accepted_where("spanning", forall(k)(*goal_of(goal)), spans, COUNT, where=where)


def goal_of(said: Judgement) -> tuple[Expr, str, Expr]:
    return said.lhs, said.relation, said.rhs


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"indices": ((i, ONE, K),)}, "two roles"),
        ({"indices": ((u, ONE, K),)}, "two roles"),
        ({"indices": ((j, ONE, K), (j, ONE, K))}, "two roles"),
        ({"indices": ((j, ONE, i),)}, "a limit depends on an index"),
        ({"indices": ((j, u, K),)}, "a limit depends on an index"),
        ({"indices": ((j, ONE, K), (k, j, K))}, "a limit depends on an index"),
        ({"indices": ()}, "needs an index"),
        ({"coefficient": KroneckerDelta(u, j)}, "depends on the entry, or"),
        ({"family": E(i, u)}, "depends on the entry, or"),
        ({"chosen": KroneckerDelta(u, j)}, "what is chosen depends"),
        ({"chosen": KroneckerDelta(i, j)}, "what is chosen depends"),
    ],
    ids=str,
)
def test_the_indices_of_a_family_have_one_role_each(change: dict[str, Any], reason: str) -> None:
    by, goal, (spans, count), where = STEPS["spanning"]
    with pytest.raises(Refused, match=reason):
        RULES[by](goal, {"a": spans, "b": count}, {**where, **change})


def test_spanning_counts_once_and_for_all() -> None:
    by, goal, (spans, count), where = STEPS["spanning"]
    assert not accepted_where(by, forall(k)(*goal_of(goal)), spans, count, where=where)
    each = forall(k)(*goal_of(count))
    assert not accepted_where(by, goal, spans, each, where=where)
    signed = {**where, "chosen": -ONE, "coefficient": -where["coefficient"]}
    minus = forall()(total(-ONE, j), "=", -K)
    assert not accepted_where(by, forall()(-K, ">=", ARRAYS), spans, minus, where=signed)


def test_basis_takes_members_in_range_and_its_own_hypothesis() -> None:
    where = STEPS["basis"][3]
    changes: tuple[dict[str, Any], ...] = (
        {"member": {}},
        {"member": {i: j + 1}},
        {"member": {i: j, k: j}},
        {"hypothesis": "d"},
    )
    for change in changes:
        assert not judge("basis", where={**where, **change}), change


def test_combine_writes_out_its_multipliers_where_they_stand() -> None:
    least, meaning = forall(j)(f(j), ">=", 0), forall(j)(y(j), "=", exp(g(j)))
    goal = forall()(total(f(j) * exp(g(j)), j), ">=", 0)
    assert accepted("combine", goal, least, meaning, a=(y(j), j))
    assert not accepted("combine", goal, least, a=(y(j), j))


def test_a_definition_is_looked_at_where_its_terms_are_known_to_be() -> None:
    meaning, apart = forall(l)(y(l), "=", 1 / g(f(l))), forall(j)(g(j), "!=", 0)
    facts = {"y": meaning, "apart": apart, "token": member(f(l), 1, K, l)}
    check_defined(FALSE, facts, {"y"})
    for name in ("apart", "token"):
        with pytest.raises(Refused, match="nothing says"):
            check_defined(FALSE, without(facts, name), {"y"})


# each rule, tampered with from all sides

STEPS: dict[str, tuple[str, Judgement, tuple[Judgement, ...], Mapping[Any, Any]]] = {
    "sums": ("sums", forall()(total(f(i), i), "=", total(g(i), i)), (EVERY,), {}),
    "sign": ("sign", forall()(f(1) * exp(g(1)), ">", 0), (forall()(f(1), ">", 0),), {}),
    "combine": (
        "combine", forall(j)(2 * f(j), "=", 2 * g(j)), (EVERY,), {"a": Integer(2)}),
    "combine >": (
        "combine", forall()(f(1) + g(1), ">", 0),
        (forall()(f(1), ">", 0), forall()(g(1), ">=", 0)), {"a": ONE, "b": ONE}),
    "squeeze": (
        "squeeze", EVERY, (forall(j)(f(j), ">=", g(j)), forall(j)(g(j), ">=", f(j))), {}),
    "instance": ("instance", forall()(f(K), "=", g(K)), (EVERY,), {j: K}),
    "exponential": ("exponential", forall(j)(exp(f(j)), "=", exp(g(j))), (EVERY,), {}),
    "logarithm": ("logarithm", EVERY, (forall(j)(exp(f(j)), "=", exp(g(j))),), {}),
    "tangent": ("tangent", forall()(exp(f(1)), ">=", 1 + f(1)), (), {"at": f(1)}),
    "touching": (
        "tangent", forall(j)(f(j), "=", 0), (forall(j)(exp(f(j)), "=", 1 + f(j)),), {}),
    "wendel": (
        "wendel", forall()(gamma(X - R), ">=", exp(-R * log(X)) * gamma(X)),
        (forall()(X - R, ">", 0), forall()(R, ">=", 0), forall()(1 - R, ">=", 0),
         forall()(X, ">", 0)), {"x": X, "r": R}),
    "calculus": ("calculus", forall()(Partial(f(1) ** 2, f(1)), "=", 2 * f(1)), (), {}),
    "squares": (
        "squares", forall(i)(f(i), "=", 0), (forall()(total(f(i) ** 2, i), "=", 0),),
        {"over": (i,)}),
    "binary": (
        "binary", forall()(f(1) ** 3, "=", f(1)), (forall()(f(1) ** 2, "=", f(1)),),
        {"term": f(1)}),
    "spanning": ("spanning", forall()(K, ">=", ARRAYS), (SPANS, COUNT), FAMILY),
    "basis": (
        "basis", forall()(ARRAYS, "=", K), (SPANS, COUNT, VANISHES, NONE_LEFT),
        {**FAMILY, **INDEPENDENT}),
    "let": ("let", forall()(h(0), "=", log(f(1))), (forall()(f(1), ">", 0),), {}),
    "induct": (
        "induct", Judgement(f(m), "=", g(m), (FROM_ONE,)),
        tuple(forall()(f(value), "=", g(value)) for value in (ONE, T, T + 1)),
        {"hypothesis": "b", "on": T, "index": m}),
    "cite": (
        "cite", EVERY, (forall(j)(f(j) - g(j), "=", 0),),
        {"theorem": theorem(forall(j)(h(j), "=", y(j)), assumed={
            "same": forall(j)(h(j) - y(j), "=", 0)}), h: f, y: g}),
}  # fmt: skip
each_rule = pytest.mark.parametrize("name", STEPS)


def without(values: Any, left_out: Any) -> dict[Any, Any]:
    return {key: value for key, value in values.items() if key != left_out}


def judge(
    name: str,
    goal: Judgement | None = None,
    facts: Mapping[str, Judgement] | None = None,
    where: Mapping[Any, Any] | None = None,
) -> bool:
    """Whether a step is still accepted after a change of its goal, facts or parameters."""
    by, said, used, parameters = STEPS[name]
    given = dict(zip("abcd", used, strict=False)) if facts is None else facts
    try:
        RULES[by](goal or said, given, parameters if where is None else where)
    except Refused:
        return False
    return True


def others(said: Judgement, spare: Collection[str], lower: int) -> list[Judgement]:
    """What says something else: another side, another relation, another range."""
    off = [replace(said, lhs=-1 - said.lhs), replace(said, rhs=said.rhs - lower)]
    relations = {"=", "!=", ">", ">="} - {said.relation, *spare}
    off += [replace(said, relation=relation) for relation in sorted(relations)]
    return off + [replace(said, forall=((v, lo + lower, hi),)) for v, lo, hi in said.forall[:1]]


@each_rule
def test_a_rule_needs_each_of_its_parameters_and_takes_no_other(name: str) -> None:
    where = STEPS[name][3]
    assert judge(name)
    assert STEPS[name][0] in FAMILIES or not judge(name, where={**where, "more": ONE})
    for key in where:
        assert not judge(name, where=without(where, key)), key


@each_rule
def test_a_rule_needs_each_of_its_facts_as_it_stands(name: str) -> None:
    facts = dict(zip("abcd", STEPS[name][2], strict=False))
    for fact, said in facts.items():
        assert not judge(name, facts=without(facts, fact)), fact
        stronger = [r for r, weaker in IMPLIES.items() if said.relation in weaker]
        for wrong in others(said, stronger, 1):
            assert not judge(name, facts={**facts, fact: wrong}), wrong


@each_rule
def test_a_rule_gives_its_conclusion_and_no_other(name: str) -> None:
    said = STEPS[name][1]
    if name == "let":  # any number may have a name
        said = replace(said, lhs=h(1))
        assert not judge(name, goal=said)
    for wrong in others(said, IMPLIES.get(said.relation, ()), -1):
        assert not judge(name, goal=wrong), wrong


@pytest.mark.parametrize("name", ["sign", "combine", "combine >"])
def test_a_rule_gives_what_its_conclusion_implies(name: str) -> None:
    said = STEPS[name][1]
    assert judge(name, goal=replace(said, relation=">="))


def test_wendel_takes_strict_bounds_and_terms_only() -> None:
    facts = dict(zip("abcd", STEPS["wendel"][2], strict=True))
    strict = {name: replace(said, relation=">") for name, said in facts.items()}
    assert judge("wendel", facts=strict)
    assert not judge("wendel", where={"x": X, "r": ()})


def test_ranges_have_no_exponential_and_no_logarithm() -> None:
    range_of = member(f(1), 1, K)
    for by in ("exponential", "logarithm"):
        assert not accepted(by, range_of, range_of)
        assert not accepted(by, member(exp(f(1)), 1, K), range_of)
        assert not accepted(by, range_of, member(exp(f(1)), 1, K))
