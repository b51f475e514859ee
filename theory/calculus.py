r"""Derivatives by one value of a function, and the tangent of the exponential.

:func:`derivative` goes by the rules of the calculus, d of a sum, product, power, exp and log, and

    d f(t) / d f(i) = delta(t, i),        d (sum_j m) = sum_j (d m).

It refuses what it does not know.  Names other than f are held fixed, so it must be given terms in
which everything that is defined through f is written out.
"""

from collections.abc import Iterable

from sympy import Add, Dummy, Expr, Integer, KroneckerDelta, Mul, Pow, Rational, Sum, Symbol
from sympy import exp, log
from sympy.core.function import AppliedUndef

from theory.judgement import Partial, Refused, instantiate, outermost

__all__ = ["derivative"]


def derivative(e: Expr, by: AppliedUndef) -> Expr:
    """The derivative of a term by one value of a function.

    Raises:
        Refused: the value stands where there is no derivative: in an index, a limit, a delta.

    Example:
        >>> from sympy import Function, Symbol
        >>> w, i, K = Function("w"), Symbol("i", integer=True), Symbol("K", integer=True)
        >>> derivative(w(2) ** 3, w(i))
        3*w(2)**2*KroneckerDelta(2, i)
    """
    if _has(by.args, by):
        raise Refused(f"{by} stands in its own index")
    if isinstance(e, Partial):
        e = derivative(*e.args)
    if isinstance(e, Rational | Symbol) or not _has((e,), by):
        return Integer(0)
    if isinstance(e, Add):
        return Add(*(derivative(a, by) for a in e.args))
    if isinstance(e, Mul):
        return Add(
            *(Mul(*e.args[:r], derivative(a, by), *e.args[r + 1 :]) for r, a in enumerate(e.args))
        )
    if isinstance(e, Pow) and e.exp.is_Integer:
        return e.exp * e.base ** (e.exp - 1) * derivative(e.base, by)
    if isinstance(e, exp):
        return e * derivative(e.args[0], by)
    if isinstance(e, log):
        return derivative(e.args[0], by) / e.args[0]
    if isinstance(e, Sum):
        return _of_sum(e, by)
    value = isinstance(e, AppliedUndef) and e.func == by.func and len(e.args) == len(by.args)
    if value and not _has(e.args, by):
        return Mul(*(KroneckerDelta(t, i) for t, i in zip(e.args, by.args, strict=True)))
    raise Refused(f"{by} stands inside {e}, where there is no derivative by it")


def _has(terms: Iterable[Expr], by: AppliedUndef) -> bool:
    return any(f.func == by.func for e in terms for f in e.atoms(AppliedUndef))


def _of_sum(e: Sum, by: AppliedUndef) -> Expr:
    v, lo, hi, body = outermost(e)
    if _has((lo, hi), by):
        raise Refused(f"{by} stands in a limit of {e}")
    if v in by.free_symbols:
        fresh = Dummy(v.name, integer=True)
        v, body = fresh, instantiate(body, {v: fresh})
    return Sum(derivative(body, by), (v, lo, hi))
