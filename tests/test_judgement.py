"""Judgements: what they refuse to be, when two say the same, and how names are replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Dummy, Expr, Function, Integer, KroneckerDelta, Sum, Symbol, Tuple

from theory.judgement import Dimension, Judgement, Refused, Scope, instantiate, ordered
from theory.notation import K, d, forall, i, j, k, member, total, u

f, g = Function("f"), Function("g")
a = Symbol("a", integer=True)
delta = KroneckerDelta
SAYS = forall(i)(f(i), "=", total(g(i, j), j))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relation": "<"}, "unknown relation"),
        ({"relation": "in"}, "do not fit"),
        ({"rhs": Tuple(1, K)}, "do not fit"),
        ({"rhs": f(Symbol("_0"))}, "kept for the normal form"),
        ({"lhs": f(Symbol("_0"))}, "kept for the normal form"),
        ({"lhs": f(Dummy("i"))}, "kept for the normal form"),
        ({"lhs": Function("_f")(i)}, "kept for the normal form"),
        ({"forall": ((i, Integer(1), K), (i, Integer(1), Integer(2)))}, "given twice"),
        ({"forall": ((i, Integer(1), K), (j, Integer(1), i))}, "stands in a limit"),
        ({"forall": ((i, Integer(1), Symbol("_K")),)}, "kept for the normal form"),
    ],
)
def test_a_judgement_that_says_nothing_clear_is_refused(
    change: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(SAYS, **change)  # type: ignore[arg-type]


def test_the_form_forgets_only_the_names_of_indices() -> None:
    assert SAYS.form == forall(k)(f(k), "=", total(g(k, i), i)).form
    assert SAYS.form != forall(k)(f(k), "=", total(g(i, k), i)).form
    assert SAYS.form != forall(i)(f(i), ">=", total(g(i, j), j)).form
    assert SAYS.form != Judgement(f(i), "=", SAYS.rhs, ((i, Integer(1), K - 1),)).form
    assert SAYS.form != forall()(f(a), "=", total(g(a, j), j)).form


def test_the_form_keeps_bound_names_apart_wherever_they_stand() -> None:
    def nested(inner: Expr, limit: Expr = K, low: int | Expr = 1) -> Judgement:
        return forall()(Sum(inner, (j, low, limit), (i, 1, d)), ">", 0)

    assert nested(g(i, j)).form != nested(g(j, i)).form
    assert (
        nested(2 * total(g(j, k) * f(i), k)).form == nested(2 * Sum(g(j, a) * f(i), (a, 1, K))).form
    )
    assert nested(2 * total(g(j, k), k)).form != nested(2 * total(g(i, k), k)).form
    assert nested(2 * total(g(j, k), k)).form != nested(2 * total(g(k, j), k)).form
    bound = total(f(k), k)
    assert nested(f(j), bound).form == nested(f(j), Sum(f(a), (a, 1, K))).form
    inside = total(g(i, k), k), total(g(k, i), k)
    assert nested(f(j), inside[0]).form != nested(f(j), inside[1]).form
    assert nested(f(j), K, inside[0]).form != nested(f(j), K, inside[1]).form
    assert forall(i)(delta(i, 0), ">", 0).form != forall(i)(Integer(0), ">", 0).form
    assert forall(i)(delta(i, 1), ">", 0).form != forall(i)(delta(i, 2), ">", 0).form


def test_a_judgement_is_written_with_its_ranges() -> None:
    assert str(SAYS) == "for all i in 1..K: f(i) = Sum(g(i, j), (j, 1, K))"
    assert str(forall(i, u)(g(i, u), ">=", 0)) == "for all i in 1..K, u in 1..d: g(i, u) >= 0"
    assert str(member(f(k), 1, K)) == "f(k) in 1..K"


@pytest.mark.parametrize(
    ("e", "expected"),
    [
        (Sum(g(i, j), (j, 1, 2)), g(j, 1) + g(j, 2)),
        (Sum(g(i, k), (k, 1, 2)), g(j, 1) + g(j, 2)),
        (Sum(g(i, 1), (i, 1, 2)), g(1, 1) + g(2, 1)),
        (Sum(g(i, j), (j, 1, 2), (i, 1, 1)), g(1, 1) + g(1, 2)),
    ],
    ids=["would-capture", "free", "bound", "bound-outside"],
)
def test_a_replaced_name_is_never_captured(e: Expr, expected: Expr) -> None:
    assert instantiate(e, {i: j}).doit() == expected


def test_names_are_replaced_at_once() -> None:
    assert instantiate(g(i, j), {i: j, j: i}) == g(j, i)


def test_the_indices_of_a_dimension_are_its_own() -> None:
    e = Dimension(g(i, u) - g(a, u), ((u, 1, d),), ((i, 1, K),))
    assert instantiate(e, {i: k}) == e
    assert instantiate(e, {a: k}) == Dimension(g(i, u) - g(k, u), ((u, 1, d),), ((i, 1, K),))
    assert e.free_symbols == {a, d, K}
    assert str(e) == "Dimension(-g(a, u) + g(i, u), ((u, 1, d),), ((i, 1, K),))"
    with pytest.raises(Refused, match="capture"):
        instantiate(e, {a: i})


def test_a_scope_knows_indices_members_and_sizes() -> None:
    scope = Scope({i: (Integer(1), K)}, (member(f(k), 1, K, k), member(a, 2, K)))
    inside = [i, f(i), f(f(i)), f(1), f(K), a, Integer(1), K]
    outside = [j, f(0), f(K + 1), f(j), g(i), i + 1, a + 1, Integer(0), K + 1, K / 2]
    assert all(scope.inside(term, Integer(1), K) for term in inside)
    assert not any(scope.inside(term, Integer(1), K) for term in outside)
    assert scope.inside(a, Integer(2), K)
    assert not scope.inside(i, Integer(2), K)
    assert not scope.inside(i, Integer(1), K - 1)


def test_equations_in_a_circle_have_no_order() -> None:
    b = Symbol("b")
    to, fro = forall(i)(f(i), "=", b), forall()(b, "=", f(1))
    assert ordered([to, SAYS])
    assert not ordered([to, fro])
    assert not ordered([forall(i)(f(i), "=", f(1))])
    leaf, again = forall()(a, "=", K), forall(i)(f(i), "=", K)
    assert ordered([to, again, leaf])
    assert not ordered([to, fro, leaf])
    assert not ordered([to, again, fro])
    assert not ordered([again, to, fro])
