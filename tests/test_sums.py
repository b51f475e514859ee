"""The normal form of finite sums: what it must prove, and the traps that it must refuse."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr, Function, Integer, KroneckerDelta, Mul, Rational, Sum, Symbol, exp, log, oo

from checks.bridge import Model, Undefined
from numeric.exact import Log, NotExact
from numeric.instance import Instance
from theory.judgement import Judgement, Refused, Scope, instantiate, outermost
from theory.notation import K, L, N, i, j, k, l, m, member, o, total
from theory.sums import equal

f, g, h, q, x, w = (Function(name) for name in ("f", "g", "h", "q", "x", "w"))
n = Symbol("n", integer=True, nonnegative=True)
a = Symbol("a", integer=True)
ANYWHERE = Scope()
TOKENS = Scope(members=(member(x(l), 1, K, l),))
delta = KroneckerDelta


def proves(lhs: Expr, rhs: Expr | int, scope: Scope = ANYWHERE) -> bool:
    try:
        return equal(lhs, sp.sympify(rhs), scope)
    except Refused:
        return False


# traps


def test_a_captured_bound_name_is_refused() -> None:
    assert not proves(total(h(i, j) * q(i, j), i, j), total(h(i, j) * q(j, i), i, j))
    assert proves(total(h(i, j) * q(i, j), i, j), total(h(j, i) * q(j, i), i, j))


def test_an_inner_sum_keeps_its_bound_name_apart() -> None:
    def nested(inner: Expr) -> Expr:
        return total(exp(total(inner, k)), i, j)

    assert proves(nested(h(i, k)), K * total(exp(total(h(o, m), m)), o))
    assert not proves(total(exp(total(h(i, j), j)), i), total(exp(total(h(j, i), j)), i))
    assert not proves(nested(h(i, j, k)), nested(h(i, k, j)))
    assert not proves(nested(h(i, j, k)), nested(h(k, i, j)))
    assert proves(nested(h(i, j, k)), nested(h(j, i, k)))


def test_a_sum_that_joins_another_keeps_what_stands_inside_it() -> None:
    inner = delta(j, a) * h(i, j) * exp(total(h(j, k), k))
    joined = total(f(i) * total(inner, j), i)
    assert proves(joined, total(f(i) * inner, j, i))
    assert not proves(joined, 0)
    at_a = exp(total(h(a, k), k)) * total(f(i) * h(i, a), i)
    assert not proves(joined, at_a)
    assert proves(joined, at_a, Scope(members=(member(a, 1, K),)))


def test_the_same_name_twice_is_two_names() -> None:
    assert proves(total(f(i), i) ** 2, total(f(i) * f(j), i, j))
    assert not proves(total(f(i), i) ** 2, total(f(i) ** 2, i))
    assert proves(Sum(f(i), (i, 1, N), (i, 1, K)), K * Sum(f(i), (i, 1, N)))
    assert not proves(Sum(f(i), (i, 1, N), (i, 1, K)), N * Sum(f(i), (i, 1, K)))


def test_a_delta_outside_its_range_does_not_collapse() -> None:
    collapsed = total(delta(j, a) * f(j), j)
    assert not proves(collapsed, f(a))
    assert not proves(collapsed, f(a), Scope(members=(member(a, 1, K + 1),)))
    assert not proves(collapsed, f(a), Scope(members=(member(a, 0, K),)))
    assert not proves(collapsed, 0)
    assert proves(collapsed, f(a), Scope(members=(member(a, 1, K),)))
    assert not proves(Sum(delta(j, K) * f(j), (j, 1, N)), f(K))
    assert not proves(total(delta(j, x(L + 1)) * f(j), j), f(x(L + 1)), TOKENS)


def test_j_is_not_w_where_they_may_differ() -> None:
    t = Symbol("w", integer=True)
    assert not proves(f(j), f(t))
    assert not proves(delta(j, t) * f(j), f(t))
    assert not proves((1 - delta(j, t)) * f(j), (1 - delta(j, t)) * f(t))
    assert proves((1 - delta(j, t)) * delta(j, t) * f(j), 0)
    assert proves(delta(j, t) * f(j), delta(j, t) * f(t))


def test_shifted_limits_are_another_sum() -> None:
    assert not proves(total(f(i), i), Sum(f(i), (i, 0, K - 1)))
    assert not proves(total(f(i), i), Sum(f(i), (i, 2, K)))
    assert not proves(total(f(i), i), Sum(f(i), (i, 1, K + 1)))
    assert not proves(Sum(f(i), (i, 1, K - 1)), total(f(i), i) - f(1))


def test_true_shifts_are_proved() -> None:
    assert proves(Sum(f(i), (i, 1, K + 1)), total(f(i), i) + f(K + 1))
    assert proves(Sum(f(i), (i, 1, K - 1)), total(f(i), i) - f(K))
    assert proves(Sum(f(i), (i, 1, n + 2)), Sum(f(i), (i, 1, n)) + f(n + 1) + f(n + 2))
    assert proves(Sum(f(i), (i, 2, 4)), f(2) + f(3) + f(4))
    assert proves(Sum(f(i), (i, K, K + 2)), f(K) + f(K + 1) + f(K + 2))
    assert proves(Sum(f(i), (i, K + 1, K + 1)), f(K + 1))
    assert proves(Sum(f(i), (i, -K, K)), Sum(f(j), (j, -K, K)))
    assert not proves(Sum(f(i), (i, -K, K)), Sum(f(-i), (i, 1 - K, K)))


def test_an_infinite_sum_is_refused() -> None:
    endless = Sum(f(i), (i, 1, oo))
    with pytest.raises(Refused, match="a sum needs integers"):
        equal(endless, endless, ANYWHERE)


def test_a_range_that_may_run_backwards_is_refused() -> None:
    for hi in (K - 2, a, K / 2, -K):
        with pytest.raises(Refused, match="a sum needs integers"):
            equal(Sum(f(i), (i, 1, hi)), Integer(0), ANYWHERE)
    half = Rational(1, 2)
    nested = [
        Sum(f(i, j), (j, *limits), (i, 1, K))
        for limits in ((1, i), (i, K), (i, i), (1, i**2), (1 - i**2, 0))
    ]
    for term in (*nested, Sum(f(i), (i, half, K + half)), Sum(f(i), (i, half, K))):
        with pytest.raises(Refused, match="a sum needs integers"):
            equal(term, Integer(0), ANYWHERE)


def test_empty_sums_are_zero() -> None:
    assert proves(Sum(f(i), (i, 1, 0)), 0)
    assert proves(Sum(f(i), (i, K + 1, K)), 0)
    assert not proves(Sum(f(i), (i, 1, n)), Sum(f(i), (i, 1, n - 1)) + f(n))  # n may be 0


def test_a_count_is_the_length_of_its_range() -> None:
    assert proves(total(Integer(1), i, l), K * L)
    assert proves(Sum(Integer(1), (i, 2, K)), K - 1)
    assert not proves(total(Integer(1), i), K - 1)


def test_a_function_of_any_name_is_no_exponential() -> None:
    for name in ("Exp", "exp", "_Exp"[1:], "log"):
        F = Function(name)
        assert not proves(F(f(1) + f(2)), F(f(1)) * F(f(2)))
    with pytest.raises(ValueError, match="kept for the normal form"):
        Judgement(Function("_Exp")(f(1)), "=", Integer(0))


# what must be proved


def test_positions_regroup_by_tokens() -> None:
    counted = total(total(delta(j, x(l)), l) * g(j), j)
    assert proves(total(g(x(l)), l), counted, TOKENS)
    assert not proves(total(g(x(l)), l), counted)


def test_lagranges_identity() -> None:
    crossed = total((f(i) * g(j) - f(j) * g(i)) ** 2, i, j)
    norms = total(f(i) ** 2, i) * total(g(j) ** 2, j) - total(f(i) * g(i), i) ** 2
    assert proves(crossed, 2 * norms)
    assert not proves(crossed, norms)


def test_products_constants_and_names() -> None:
    assert proves(total(f(i), i) * total(g(j), j), total(f(i) * g(j), i, j))
    assert proves(total(f(i), i) * total(g(i), i), total(f(j) * g(m), m, j))
    assert not proves(total(f(i), i) * total(g(i), i), total(f(i) * g(i), i))
    assert proves(total(a * f(i) + N, i), a * total(f(o), o) + N * K)
    assert proves(total(f(k) * total(g(k, i), i), k), total(f(i) * g(i, k), k, i))


def test_a_delta_collapses_through_a_token_map() -> None:
    assert proves(total(delta(j, x(l)) * h(j, l), j, l), total(h(x(l), l), l), TOKENS)
    twice = total(delta(j, x(l)) * delta(k, x(l)) * h(j, k), j, k, l)
    assert proves(twice, total(h(x(l), x(l)), l), TOKENS)


def test_ranges_of_different_lengths_are_not_confused() -> None:
    both = h(i, j) * h(j, i)
    assert proves(Sum(both, (i, 1, K), (j, 1, N)), Sum(both, (i, 1, N), (j, 1, K)))
    one, other = ((i, 1, K), (j, 1, N)), ((i, 1, N), (j, 1, K))
    assert not proves(Sum(h(i, j), *one), Sum(h(i, j), *other))
    assert proves(Sum(h(i, j), *one), Sum(h(j, i), *other))


def test_a_denominator_is_normal_up_to_its_factor() -> None:
    half = 1 / (2 * f(1) + 2 * g(1))
    assert proves(half, 1 / (f(1) + g(1)) / 2)
    assert not proves(half, 1 / (f(1) + g(1)) / 8)
    assert proves(half**2 * (f(1) + g(1)), half / 2)
    assert not proves(half**2, 2 * half)
    assert proves((f(1) + g(1)) / (3 * f(1) + 3 * g(1)), Rational(1, 3))
    assert proves(total(f(i) / (2 * total(g(j), j)), i), total(f(i), i) / total(g(j), j) / 2)


def test_a_denominator_that_is_zero_is_refused() -> None:
    for zero in (Sum(f(i), (i, 1, 0)), total(f(i), i) - total(f(j), j)):
        with pytest.raises(Refused, match="a denominator is zero"):
            equal(1 / zero, 1 / zero, ANYWHERE)


def test_half_an_exponent_is_an_atom() -> None:
    assert not proves(exp(f(1) / 2), exp(g(1) / 2))
    assert proves(exp(f(1) / 2 + g(1)), exp(g(1)) * exp(f(1) / 2))


def test_sums_come_apart_where_a_collapse_leaves_nothing_between_them() -> None:
    token = Scope(members=(member(a, 1, K),))
    rows = total(h(i, j), j) * total(q(i, k), k)
    parted = total(h(a, j), j) * total(q(a, k), k)
    assert proves(total(delta(i, a) * rows, i), parted, token)
    assert proves(total(delta(i, a) * h(i, j) * q(i, k), i, j, k), parted, token)
    assert proves(total(delta(i, a) * h(i, j) * q(i, k), j, k, i), parted, token)
    assert not proves(total(delta(i, a) * rows, i), parted)


def test_a_logarithm_of_a_sum_is_an_atom() -> None:
    assert proves(log(total(f(i), i)), log(total(f(j), j)))
    assert not proves(log(total(f(i), i)), log(total(g(j), j)))
    assert proves(exp(log(total(f(i), i))) * 2, total(2 * f(j), j))


def test_a_delta_of_nested_terms_writes_the_shorter_one() -> None:
    same = delta(x(1), x(x(1)))
    assert proves(same * f(x(1)), same * f(x(x(1))))
    assert not proves(same * f(x(1)), same * f(x(2)))


def test_exponentials_multiply() -> None:
    assert proves(exp(f(1) + f(2)), exp(f(1)) * exp(f(2)))
    assert proves(exp(total(f(i) + g(i), i)), exp(total(f(i), i)) * exp(total(g(j), j)))
    assert not proves(exp(f(1) * f(2)), exp(f(1)) * exp(f(2)))
    assert proves((exp(f(1)) + 1) ** 2, exp(2 * f(1)) + 2 * exp(f(1)) + 1)
    assert not proves(exp(2 * f(1)), 2 * exp(f(1)))
    assert not proves(total(exp(f(i)), i), exp(total(f(i), i)))


# fuzz: whatever the normal form calls equal must be equal

INDICES = (i, j)
TERMS: tuple[Expr, ...] = (Integer(1), Integer(2), K, i, j)


@st.composite
def bodies(draw: Any, depth: int = 3) -> Expr:
    """Sums, deltas, products, quotients and exponentials of free functions, names repeated."""
    at = st.sampled_from(TERMS)
    if depth == 0:
        leaf = draw(st.sampled_from("fhdxn"))
        one, two = draw(at), draw(at)
        leaves = {"f": f(one), "h": h(one, two), "d": delta(one, two), "x": f(x(one))}
        return leaves.get(leaf, Integer(draw(st.integers(-2, 3))))
    part = bodies(depth=depth - 1)
    kind = draw(st.sampled_from("++**SSS/e^"))
    if kind == "S":
        limits = draw(st.sampled_from([(1, K), (1, K - 1), (2, K + 1), (1, K + 1), (1, 2), (0, K)]))
        return Sum(draw(part), (draw(st.sampled_from(INDICES)), *limits))
    if kind == "/":
        return draw(part) / (f(draw(at)) + Integer(draw(st.integers(0, 1))))
    if kind == "e":
        return exp(w(draw(at)) + w(draw(at))) * draw(part)
    if kind == "^":
        return draw(part) ** 2
    return draw(part) + draw(part) if kind == "+" else draw(part) * draw(part)


def sums_of(e: Any) -> list[Sum]:
    return sorted(e.atoms(Sum), key=sp.default_sort_key)


def change(e: Expr, pick: random.Random) -> Expr:
    """One change that may or may not keep the value: renaming, swapping, shifting, collapsing."""
    found = sums_of(e)
    if not found:
        return e.expand() if pick.random() < 0.5 else e.xreplace({i: j})
    old = pick.choice(found)
    v, lo, hi, body = outermost(old)
    changes = [
        Sum(body, (v, lo, hi - 1)) + instantiate(body, {v: hi}),
        Sum(body, (v, lo + 1, hi)) + instantiate(body, {v: lo}),
        Sum(body, (v, lo, hi + 1)) - instantiate(body, {v: hi + 1}),
        Sum(instantiate(body, {v: k}), (k, lo, hi)),
        Sum(body.expand(), (v, lo, hi)),
        Sum(instantiate(body, {v: v + 1}), (v, lo - 1, hi - 1)),
        Sum(body.xreplace({i: j, j: i}), (v, lo, hi)),  # from here on usually false
        Sum(body, (v, lo, hi - 1)),
        instantiate(body, {v: hi}),
        Sum(body.xreplace({j: i}), (v, lo, hi)),
        Sum(body, (j if v == i else i, lo, hi)),
        (hi - lo + 1) * instantiate(body, {v: lo}),
        Mul(body, hi - lo + 1),
        Sum(body.xreplace({f(i): f(j)}), (v, lo, hi)),
    ]
    return e.xreplace({old: pick.choice(changes)})


def tables(pick: random.Random, size: int) -> Model:
    """Random positive rationals for every function; tokens for x, logarithms for w."""
    known: dict[Any, Any] = {}

    def number() -> Any:
        return Instance(v=Fraction(pick.randint(1, 30), pick.randint(1, 7)))["v"]

    def table(name: str) -> Any:
        draws: dict[str, Any] = {"x": lambda: pick.randint(1, size), "w": lambda: Log.of(number())}
        draw = draws.get(name, number)
        return lambda *at: known.setdefault((name, at), draw())

    symbols = {"K": size, "k": pick.randint(-2, 5)}
    symbols |= {"i": pick.randint(1, size), "j": pick.randint(1, size)}
    return Model(symbols, {name: table(name) for name in "fhxw"})


def disagrees(lhs: Expr, rhs: Expr, pick: random.Random) -> bool:
    """Whether the two sides differ at K = 1, 2 or 3 (0-length ranges included)."""
    for size in (1, 2, 3):
        model = tables(pick, size)
        try:
            if model.value(lhs, {}) != model.value(rhs, {}):
                return True
        except (Undefined, NotExact):
            continue
    return False


SCOPE = Scope({i: (Integer(1), K), j: (Integer(1), K)}, (member(x(k), 1, K, k),))


@settings(max_examples=250)
@given(bodies(), st.integers(0, 2**32), st.integers(1, 3))
def test_what_is_called_equal_is_equal_at_random_tables(e: Expr, seed: int, changes: int) -> None:
    pick = random.Random(seed)
    other = e
    for _ in range(changes):
        other = change(other, pick)
    assume(sp.count_ops(e) + sp.count_ops(other) < 150)
    if proves(e, other, SCOPE):
        assert not disagrees(e, other, pick), (e, other)


def test_the_fuzz_reaches_true_and_false_identities() -> None:
    pick = random.Random(7)
    e = Sum(h(i, j) * f(i), (i, 1, K), (j, 1, K + 1))
    seen = {proves(e, change(e, pick), SCOPE) for _ in range(40)}
    assert seen == {True, False}
    assert disagrees(e, Sum(h(j, i) * f(i), (i, 1, K), (j, 1, K + 1)), pick)


def test_a_delta_in_a_denominator_does_not_collapse_a_sum() -> None:
    from sympy import Function, KroneckerDelta

    from theory.judgement import Scope
    from theory.notation import RANGES, i, k, total

    h = Function("h")
    scope = Scope({k: RANGES[k]})
    assert equal(total(h(i) * KroneckerDelta(i, k), i), h(k), scope)
    assert not equal(total(h(i) / KroneckerDelta(i, k), i), h(k), scope)
