r"""Equality of finite sums by normal form: the trusted core.

A normal form is a sum of products of powers of *atoms*: symbols, applied functions, exponentials,
deltas and sums.  A sum over i = lo..hi of a term m is put in normal form by

* opening: a sum inside m that depends on i joins it, under fresh bound names;
* collapse: sum_i delta(i, t) m = m[i := t], only if t is known to lie in lo..hi;
* separation: atoms that share no bound name stand in different sums; a name in no atom counts;
* canonical names: the least text over all orders of the bound names.

Beside each other, delta(s, t) m = delta(s, t) m[s := t], delta^2 = delta,
exp(a + b) = exp(a) exp(b) and exp(log z) = z.  What is not known is refused.
"""

from functools import lru_cache
from itertools import permutations

import sympy as sp
from sympy import Add, Expr, Mul, Pow, Sum, Symbol, default_sort_key

from theory.judgement import Partial, Range, Refused, Scope, instantiate, outermost

__all__ = ["equal"]
Exp = sp.Function("_Exp")  # the exponential of one term; SymPy would merge exp(a) * exp(b)


def equal(lhs: Expr, rhs: Expr, scope: Scope) -> bool:
    """Whether lhs = rhs for all values in scope, wherever no denominator is zero."""
    return _is_zero(_normal(lhs, scope) - _normal(rhs, scope))


@lru_cache(maxsize=1000)  # the same differences come up again and again, in one step and the next
def _is_zero(e: Expr) -> bool:
    names: dict[Expr, Symbol] = {}

    def named(e: Expr) -> Expr:
        if isinstance(e, Add | Mul):
            return e.func(*map(named, e.args))
        if isinstance(e, Pow) and isinstance(e.exp, sp.Integer):
            return named(e.base) ** e.exp
        return e if isinstance(e, sp.Rational) else names.setdefault(e, Symbol(f"_{len(names)}"))

    numerator = sp.together(named(e)).as_numer_denom()[0]
    return bool(sp.Poly(numerator, *names.values(), Symbol("_"), domain="QQ").is_zero)


def _normal(e: Expr, scope: Scope) -> Expr:
    if isinstance(e, Add):
        return Add(*(_normal(a, scope) for a in e.args))
    if isinstance(e, Mul):
        return _product([_normal(a, scope) for a in e.args], scope)
    if isinstance(e, Pow) and isinstance(e.exp, sp.Integer):
        base = _normal(e.base, scope)
        return _product([base] * e.exp, scope) if e.exp > 0 else _inverse(base) ** -e.exp
    if isinstance(e, sp.exp | Exp):
        return _product([_exp(t, scope) for t in Add.make_args(_normal(e.args[0], scope))], scope)
    if isinstance(e, Sum):
        return _sum(e, scope)
    if isinstance(e, sp.core.function.AppliedUndef | sp.log | sp.gamma | sp.KroneckerDelta):
        image = e.func(*(_normal(a, scope) for a in e.args))
        return image if isinstance(image, e.func) else _normal(image, scope)
    if isinstance(e, sp.Rational | Symbol | Partial):
        return e
    raise Refused(f"the sums rule does not know {type(e).__name__}: {e}")


def _inverse(base: Expr) -> Expr:
    if base == 0 or (isinstance(base, Add) and _is_zero(base)):
        raise Refused("a denominator is zero")
    lead = min(Add.make_args(base), key=default_sort_key).as_coeff_Mul()[0]
    return Pow(base / lead, -1) / lead


def _exp(term: Expr, scope: Scope) -> Expr:
    c, unit = term.as_coeff_Mul()
    if not c.is_Integer:
        return Exp(term)
    return _normal(unit.args[0] ** c, scope) if isinstance(unit, sp.log) else Exp(unit) ** c


def _product(factors: list[Expr], scope: Scope) -> Expr:
    e = Mul(*factors).expand(deep=False, power_base=False, power_exp=False, log=False, basic=False)
    return Add(*(_beside_deltas(term, scope) for term in Add.make_args(e)))


def _beside_deltas(term: Expr, scope: Scope) -> Expr:
    deltas = (a for a in Mul.make_args(term) if isinstance(a, sp.KroneckerDelta))
    for delta in sorted(deltas, key=default_sort_key):
        s, t = sorted(delta.args, key=lambda a: (a.is_number, a.is_Symbol, default_sort_key(a)))
        s, t = (t, s) if t.has(s) else (s, t)
        if (rest := instantiate(term / delta, {s: t})) != term / delta:
            return _product([delta, _normal(rest, scope)], scope)
    return term


def _sum(e: Sum, scope: Scope) -> Expr:
    v, lo, hi, body = outermost(e)
    finite = lo.is_integer and hi.is_integer and scope.inside(hi - lo + 1, sp.Integer(0), sp.oo)
    if not finite or hi.has(sp.Dummy) or lo.has(sp.Dummy):
        raise Refused(f"a sum needs integers lo - 1 <= hi, free of bound names, not {lo}..{hi}")
    if hi == lo - 1:
        return sp.Integer(0)
    c = sp.Integer(1) if (hi - lo).is_Integer else hi.as_coeff_Add()[0]
    if c.is_positive:  # take the last term out
        return _sum(Sum(body, (v, lo, hi - 1)), scope) + _normal(instantiate(body, {v: hi}), scope)
    if c.is_negative:  # put the next term in
        following = _normal(instantiate(body, {v: hi + 1}), scope)
        return _sum(Sum(body, (v, lo, hi + 1)), scope) - following
    i = sp.Dummy("i", integer=True)
    scope = scope.bind({i: (lo, hi)})
    return _collapse({i: (lo, hi)}, _normal(instantiate(body, {v: i}), scope), scope)


def _collapse(bound: dict[Symbol, Range], e: Expr, scope: Scope) -> Expr:
    if isinstance(e, Add):
        return Add(*(_collapse(bound, term, scope) for term in e.args))
    for a, power in e.as_powers_dict().items():
        if isinstance(a, Sum) and power > 0 and a.free_symbols & set(bound):
            fresh = {v: sp.Dummy("i", integer=True) for v, _, _ in a.limits}
            more = {fresh[v]: (lo, hi) for v, lo, hi in a.limits}
            scope = scope.bind(more)
            body = _normal(instantiate(a.function, fresh), scope)
            return _collapse(bound | more, _product([e / a, body], scope), scope)
        sides = a.args if isinstance(a, sp.KroneckerDelta) and power == 1 else ()
        for i, t in zip(sides, sides[::-1], strict=True):
            if i in bound and not t.has(i) and scope.inside(t, *bound[i]):
                left = {v: limits for v, limits in bound.items() if v != i}
                return _collapse(left, _normal(instantiate(e / a, {i: t}), scope), scope)
    *parts, rest = e.as_independent(*bound, as_Add=False)
    while bound:  # one sum for each group of atoms that share bound names
        group, joined = {next(iter(bound))}, list[Expr]()
        for _ in bound:
            joined = [a for a in Mul.make_args(rest) if a.free_symbols & group]
            group = {v for v in bound if v in group.union(*(a.free_symbols for a in joined))}
        parts.append(_canonical(Mul(*joined), {v: bound[v] for v in bound if v in group}))
        bound = {v: bound[v] for v in bound if v not in group}
    return _product(parts, scope)


def _canonical(product: Expr, limits: dict[Symbol, Range]) -> Expr:
    if product == 1:
        [(lo, hi)] = limits.values()
        return hi - lo + 1
    if len(limits) > 6:
        raise Refused("more than 6 bound names in one sum")
    used = [int(s.name[1:]) for s in product.atoms(Symbol) if s.name.startswith("_")]
    names = [Symbol(f"_{max(used, default=0) + r + 1}", integer=True) for r in range(len(limits))]
    orders = [o for o in permutations(limits) if sorted(r := [str(limits[v]) for v in o]) == r]
    named = [(product.xreplace(dict(zip(o, names, strict=True))), o) for o in orders]
    best, order = min(named, key=lambda pair: str(pair[0]))
    return Sum(best, *((name, *limits[v]) for name, v in zip(names, order, strict=True)))
