"""The rules: each accepts a step from the facts it uses, or refuses it with the reason.

A rule is a function ``rule(goal, uses, where)``.  ``goal`` is the judgement to
accept, ``uses`` the judgements it may use, by name, ``where`` its parameters.
Equality is decided by :mod:`theory.sums`; every denominator and every argument
of a logarithm must be known not to vanish.  Used facts act by their form:

* ``term in lo..hi`` tells ranges;
* ``head(indices) = expression`` rewrites the head wherever it stands, in range;
* ``head(terms) = expression`` rewrites its left side as it is written, under the same indices;
* ``term > 0``, ``>= 0``, ``!= 0`` tell signs.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Pow, Sum, Symbol, Tuple, exp, gamma, log
from sympy import oo
from sympy.core.function import AppliedUndef, UndefinedFunction

from theory.calculus import derivative
from theory.judgement import Dimension, Judgement, Partial, Range, Refused, Scope, instantiate
from theory.judgement import ordered, outermost
from theory.sums import equal

__all__ = ["RULES", "check_defined"]

Facts = Mapping[str, Judgement]
Rule = Callable[[Judgement, Facts, Mapping[Any, Any]], None]


class Given:
    """The context of a step: its scope, the rewriting equations and the sign facts."""

    def __init__(
        self, ranges: Mapping[Symbol, Range], uses: Facts, apart: tuple[str, ...] = ()
    ) -> None:
        facts = [fact for name, fact in uses.items() if name not in apart]
        self.scope = Scope(ranges, tuple(f for f in facts if f.relation == "in"))
        equations = [f for f in facts if f.relation == "="]
        self.equations = [f for f in equations if f.defines]
        self.exact = [f for f in equations if not f.defines]
        heads = {f.lhs.func if f.lhs.args else f.lhs for f in self.equations}
        for fact in self.exact:
            if not (
                isinstance(fact.lhs, AppliedUndef) and set(fact.ranges) <= fact.lhs.free_symbols
            ):
                raise Refused(f"'{fact}' does not define its left side: it cannot be used here")
            spoken = {f.func for f in fact.rhs.atoms(AppliedUndef)} | fact.rhs.free_symbols
            if any(fact.rhs.has(other.lhs) for other in self.exact) or spoken & heads:
                raise Refused("the used equations would rewrite for ever")
        if not ordered(self.equations):
            raise Refused("the used equations would rewrite for ever")
        self.signs = [f for f in facts if f.relation in (">", ">=", "!=")]

    def unfold(self, e: Expr, scope: Scope | None = None) -> Expr:
        """Write out the left sides of the equations, where their arguments are in range."""
        scope = scope or self.scope
        for fact in self.exact:
            if e == fact.lhs and all(scope.ranges.get(v) == r for v, r in fact.ranges.items()):
                return fact.rhs
        if isinstance(e, Partial | Dimension):  # what equals a term here need not vary as it does
            return e
        if isinstance(e, Sum):
            v, lo, hi, body = outermost(e)
            body = self.unfold(body, scope.bind({v: (lo, hi)}))
            return Sum(body, (v, self.unfold(lo, scope), self.unfold(hi, scope)))
        if e.args:
            e = e.func(*(self.unfold(a, scope) for a in e.args))
        if isinstance(e, gamma):
            return _lowered(e.args[0])
        for fact in self.equations:
            values = scope.match(fact, e)
            if values is not None:
                return self.unfold(instantiate(fact.rhs, values), scope)
        return e

    def equal(self, lhs: Expr, rhs: Expr) -> bool:
        """Whether lhs = rhs, and both are defined."""
        if isinstance(lhs, Tuple) and isinstance(rhs, Tuple):
            return all(self.equal(a, b) for a, b in zip(lhs, rhs, strict=True))
        return equal(self.defined(lhs), self.defined(rhs), self.scope)

    def defined(self, e: Expr) -> Expr:
        """The term written out; refused unless every denominator and logarithm is defined."""
        self.check(e, self.scope)
        return self.unfold(e)

    def check(self, e: Expr, scope: Scope) -> None:
        """Before it is written out: SymPy cancels denominators of its own accord."""
        for term, signs, inner in _conditions(e, scope):
            if self.sign(self.unfold(term, inner), inner) not in signs:
                raise Refused(f"nothing says that {term} {' or '.join(signs)} 0")

    def sign(self, e: Expr, scope: Scope) -> str:
        """What is known of a term: '>' or '>=' zero, '!=' zero, or '' for nothing."""
        known = self._known_sign(e, scope)
        if known:
            return known
        if not e.atoms(AppliedUndef, Sum) and all(a.is_nonnegative for a in e.free_symbols):
            return (
                ">" if e.is_positive else ">=" if e.is_nonnegative else "!=" if e.is_nonzero else ""
            )
        if e in scope.ranges:
            least = scope.ranges[e][0]
            return ">" if least.is_positive else ">=" if least.is_nonnegative else ""
        if isinstance(e, exp) or (isinstance(e, gamma) and self.sign(e.args[0], scope) == ">"):
            return ">"
        if isinstance(e, KroneckerDelta):
            return ">="
        if isinstance(e, Sum):
            v, lo, hi, body = outermost(e)
            inner = self.sign(body, scope.bind({v: (lo, hi)}))
            if inner in ("", "!=") or not (lo.is_integer and hi.is_integer):
                return ""
            return inner if (hi - lo).is_nonnegative else ">="
        if isinstance(e, Pow) and e.exp.is_Integer:
            base = self.sign(e.base, scope)
            even = ">" if base in (">", "!=") else ">="
            return even if e.exp.is_even else base  # that a denominator is not 0 is asked apart
        signs = [self.sign(a, scope) for a in e.args]
        if isinstance(e, Mul) and all(signs):
            apart = "" if ">=" in signs else "!="
            return apart if "!=" in signs else ">=" if ">=" in signs else ">"
        if isinstance(e, Add) and set(signs) <= {">", ">="}:
            return ">" if ">" in signs else ">="
        return ""

    def _known_sign(self, e: Expr, scope: Scope) -> str:
        for fact in self.signs:
            if fact.rhs == 0 and scope.match(fact, e) is not None:
                return fact.relation
            term = self.unfold(fact.lhs - fact.rhs, self.scope.bind(fact.ranges))
            here = all(scope.ranges.get(v) == limits for v, limits in fact.ranges.items())
            compound = not isinstance(term, Symbol | AppliedUndef)
            same = here and (term == e or (compound and equal(term, self.unfold(e, scope), scope)))
            if same:
                return fact.relation
        return ""


def _lowered(x: Expr) -> Expr:
    """gamma(x) by gamma(r + 1) = r gamma(r): no whole number is left in the argument.

    Where r = 0 it is the limit that counts, so that nothing in x may jump.
    """
    x = x.expand()
    shift = x.as_coeff_Add()[0]
    steps = shift.p // shift.q
    if abs(steps) > 50 or x.is_number or x.has(KroneckerDelta):
        return gamma(x)
    rest = x - steps
    factors = [rest + step for step in range(min(steps, 0), max(steps, 0))]
    return gamma(rest) * (Mul(*factors) if steps >= 0 else 1 / Mul(*factors))


def check_defined(goal: Judgement, uses: Facts, definitions: set[str]) -> None:
    """Refuse a definition by a term that may not exist: ``d = 1/y`` says that y is not 0."""
    used = {name: fact for name, fact in uses.items() if name in definitions}
    given = Given(goal.ranges, used | {n: fact for n, fact in uses.items() if fact.relation != "="})
    for fact in used.values():
        given.check(fact.rhs, Scope(fact.ranges, given.scope.members))


def _conditions(e: Expr, scope: Scope) -> Iterator[tuple[Expr, tuple[str, ...], Scope]]:
    """Every denominator and every argument of a logarithm, the signs allowed and its scope."""
    parts = e.args
    if isinstance(e, Sum):
        v, lo, hi, body = outermost(e)
        for limit in (lo, hi):
            yield from _conditions(limit, scope)
        parts, scope = (body,), scope.bind({v: (lo, hi)})
    if isinstance(e, Dimension):
        scope = scope.bind({v: (lo, hi) for part in e.args[1:] for v, lo, hi in part})
    if isinstance(e, Pow) and not (e.exp.is_Integer and e.exp >= 0):
        yield e.base, (">", "!="), scope
    if isinstance(e, log | gamma):
        yield e.args[0], (">",), scope
    for a in parts:
        yield from _conditions(a, scope)


def _same(given: Given, goal: Judgement, fact: Judgement, lhs: Expr, rhs: Expr) -> None:
    """Refuse unless goal says ``lhs relation rhs`` with the relation of fact."""
    if goal.relation != fact.relation:
        raise Refused(f"the fact has the relation {fact.relation}, the step {goal.relation}")
    if not (given.equal(goal.lhs, lhs) and given.equal(goal.rhs, rhs)):
        raise Refused("the step does not say this instance of the fact")


def _no_parameters(where: Mapping[Any, Any]) -> None:
    if where:
        raise Refused("this rule takes no parameters")


def _only(uses: Facts, count: int) -> list[Judgement]:
    if len(uses) < count:
        raise Refused(f"this rule needs {count} fact(s)")
    return list(uses.values())[:count]


def sums(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``lhs = rhs`` by the normal form of finite sums."""
    _no_parameters(where)
    if goal.relation != "=":
        raise Refused("the rule sums gives equations")
    if not Given(goal.ranges, uses).equal(goal.lhs, goal.rhs):
        raise Refused("the two sides have different normal forms")


def sign(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``term > 0``, ``>= 0`` or ``!= 0`` from the signs of its parts."""
    _no_parameters(where)
    given = Given(goal.ranges, uses)
    found = given.sign(given.unfold(goal.lhs), given.scope)
    enough = {">": (">",), ">=": (">", ">="), "!=": (">", "!=")}
    if goal.rhs != 0 or found not in enough.get(goal.relation, ()):
        raise Refused(f"the signs of the parts give only '{found}'")
    given.defined(goal.lhs)


def combine(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """A linear consequence: lhs - rhs = sum of multiplier * (A - B) over facts A relation B.

    ``where`` gives each such fact its multiplier, or a tuple (multiplier, index, ...) whose
    indices are summed over their ranges in the fact.  Multipliers of inequalities are >= 0.
    """
    if not where or goal.relation not in ("=", ">", ">="):
        raise Refused("combine gives =, > or >= from at least one fact with its multiplier")
    given = Given(goal.ranges, uses, apart=tuple(where))
    total: Expr = Integer(0)
    strict = False
    for name, value in where.items():
        if name not in uses:
            raise Refused(f"{name!r} has a multiplier but is not among the used facts")
        fact = uses[name]
        if fact.relation not in ("=", ">", ">="):
            raise Refused(f"{name!r} is no equation or inequality")
        multiplier, *indices = value if isinstance(value, tuple) else (value,)
        limits = [(i, *fact.ranges[i]) if i in fact.ranges else (i,) for i in indices]
        if any(len(limit) == 1 for limit in limits):
            raise Refused(f"{name!r} is not for all {indices}")
        outer = {i: limit for i, limit in fact.ranges.items() if i not in indices}
        if any(goal.ranges.get(i) != limit for i, limit in outer.items()):
            raise Refused(f"{name!r} is for all {set(outer)}, the step is not")
        total += (
            Sum(multiplier * (fact.lhs - fact.rhs), *limits)
            if limits
            else multiplier * (fact.lhs - fact.rhs)
        )
        given.defined(Sum(multiplier, *limits) if limits else multiplier)
        strict |= _adds_strictly(given, goal, fact, multiplier, limits)
    if goal.relation == ">" and not strict:
        raise Refused("no fact of the combination is strict")
    difference = given.defined(goal.lhs) - given.defined(goal.rhs)
    if not equal(difference, given.unfold(total), given.scope):  # what a fact says is defined
        raise Refused("lhs - rhs is not this combination of the facts")


def _adds_strictly(
    given: Given, goal: Judgement, fact: Judgement, multiplier: Expr, limits: list[Any]
) -> bool:
    """Whether a fact makes the combination strict; refuse it where its sign does not fit."""
    if fact.relation == "=":
        return False
    if goal.relation not in (">", ">=") or fact.relation not in (">", ">="):
        raise Refused(f"'{fact.relation}' facts do not combine to '{goal.relation}'")
    scope = given.scope.bind({v: (lo, hi) for v, lo, hi in limits})
    known = given.sign(given.unfold(multiplier, scope), scope)
    if known not in (">", ">="):
        raise Refused(f"nothing says that the multiplier {multiplier} is not negative")
    filled = all((hi - lo).is_nonnegative for _, lo, hi in limits)
    return fact.relation == ">" and known == ">" and filled


def squeeze(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``A = B`` from ``A >= B`` and ``B >= A``."""
    _no_parameters(where)
    above, below = _only(uses, 2)
    if goal.relation != "=" or not above.relation == below.relation == ">=":
        raise Refused("squeeze gives A = B from A >= B and B >= A")
    if any(goal.ranges.get(v) != r for fact in (above, below) for v, r in fact.ranges.items()):
        raise Refused("the facts are for all of an index that the step does not have")
    given = Given(goal.ranges, uses)
    for fact, lhs, rhs in ((above, goal.lhs, goal.rhs), (below, goal.rhs, goal.lhs)):
        if not (given.equal(fact.lhs, lhs) and given.equal(fact.rhs, rhs)):
            raise Refused(f"'{fact}' does not say {lhs} >= {rhs}")


def instance(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """A fact at the given values of some of its indices; ``where`` maps index to term."""
    [fact] = _only(uses, 1)
    if not where or not set(where) <= set(fact.ranges):
        raise Refused("where must map indices of the fact to terms")
    given = Given(goal.ranges, uses, apart=(next(iter(uses)),))
    for v, (lo, hi) in fact.ranges.items():
        term = where.get(v, v)
        if not given.scope.inside(term, instantiate(lo, where), instantiate(hi, where)):
            raise Refused(f"nothing says that {term} is in {lo}..{hi}")
    _same(given, goal, fact, instantiate(fact.lhs, where), instantiate(fact.rhs, where))


def exponential(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``exp(A) relation exp(B)`` from ``A relation B``."""
    _no_parameters(where)
    [fact] = _only(uses, 1)
    given = _for_all_of(goal, uses, fact)
    if fact.relation == "in":
        raise Refused("a range has no exponential")
    _same(given, goal, fact, exp(fact.lhs), exp(fact.rhs))


def logarithm(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``A relation B`` from ``exp(A) relation exp(B)``, for real A and B."""
    _no_parameters(where)
    [fact] = _only(uses, 1)
    given = _for_all_of(goal, uses, fact)
    if goal.relation != fact.relation or goal.relation == "in":
        raise Refused(f"the fact has the relation {fact.relation}, the step {goal.relation}")
    given.defined(goal.lhs), given.defined(goal.rhs)
    if not (given.equal(exp(goal.lhs), fact.lhs) and given.equal(exp(goal.rhs), fact.rhs)):
        raise Refused("the exponentials of the two sides are not the two sides of the fact")


def _for_all_of(goal: Judgement, uses: Facts, fact: Judgement) -> Given:
    if any(goal.ranges.get(v) != limits for v, limits in fact.ranges.items()):
        raise Refused(f"the fact is for all {set(fact.ranges)}, the step is not")
    return Given(goal.ranges, uses, apart=tuple(n for n, f in uses.items() if f is fact))


def tangent(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``exp(t) >= 1 + t``, for ``at`` = t; and ``t = 0`` from ``exp(t) = 1 + t``."""
    if goal.relation == ">=":
        given, t = Given(goal.ranges, uses), where.get("at")
        if set(where) != {"at"} or not isinstance(t, Expr):
            raise Refused("where must give the term t of exp(t) >= 1 + t, as 'at'")
        given.defined(t)
        if not (given.equal(goal.lhs, exp(t)) and given.equal(goal.rhs, 1 + t)):
            raise Refused(f"the step does not say exp({t}) >= 1 + {t}")
        return
    _no_parameters(where)
    [fact] = _only(uses, 1)
    given = _for_all_of(goal, uses, fact)
    if not (goal.relation == fact.relation == "=" and goal.rhs == 0):
        raise Refused("tangent gives exp(t) >= 1 + t, or t = 0 from exp(t) = 1 + t")
    if not (given.equal(fact.lhs, exp(goal.lhs)) and given.equal(fact.rhs, 1 + goal.lhs)):
        raise Refused(f"the fact does not say exp({goal.lhs}) = 1 + {goal.lhs}")


def wendel(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``gamma(x - r) >= exp(-r log x) gamma(x)`` for x > r, 0 <= r <= 1: gamma is log-convex.

    gamma(x) <= gamma(x - r)^(1 - r) gamma(x - r + 1)^r = gamma(x - r) (x - r)^r (Wendel 1948).
    """
    x, r = where.get("x"), where.get("r")
    if set(where) != {"x", "r"} or not (isinstance(x, Expr) and isinstance(r, Expr)):
        raise Refused("where must give x and r")
    given = Given(goal.ranges, uses)
    for term, enough in ((x - r, (">",)), (r, (">", ">=")), (1 - r, (">", ">="))):
        if given.sign(given.unfold(term), given.scope) not in enough:
            raise Refused(f"nothing says that {term} {enough[-1]} 0")
    low, high = gamma(x - r), exp(-r * log(x)) * gamma(x)
    if goal.relation != ">=" or not (given.equal(goal.lhs, low) and given.equal(goal.rhs, high)):
        raise Refused(f"the step does not say {low} >= {high}")


def calculus(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``Partial(body, f(i)) = term``: the derivative of the body, its definitions written out."""
    _no_parameters(where)
    if goal.relation != "=" or not isinstance(goal.lhs, Partial):
        raise Refused("calculus gives the derivative of a term")
    given = Given(goal.ranges, uses)
    given.check(goal.lhs, given.scope)
    body, by = _written_out(given, goal.lhs).args
    rhs = given.defined(goal.rhs)
    if not equal(derivative(body, by), rhs, given.scope):
        raise Refused("the right side is not the derivative")


def _written_out(given: Given, e: Expr) -> Expr:
    """The derivative's body with every definition written out."""
    body, by = e.args
    if isinstance(body, Partial):
        return Partial(_written_out(given, body), by)
    body = given.unfold(body)
    heads = {fact.lhs.func for fact in given.equations}
    left = [f for f in body.atoms(AppliedUndef) if f.func in heads]
    if left or by.func in heads or body.atoms(Partial):
        raise Refused(f"{left or by} is not written out in the derivative")
    return Partial(body, by)


def squares(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``f = 0`` for all indices from ``sum of f^2 over some of them = 0``, for real f."""
    [fact] = _only(uses, 1)
    indices = where.get("over", ())
    limits = [(v, *goal.ranges[v]) for v in indices if v in goal.ranges]
    if set(where) != {"over"} or not limits or len(limits) < len(indices):
        raise Refused("where must give the indices that are summed, as 'over'")
    outer = {v: r for v, r in goal.ranges.items() if v not in indices}
    if fact.relation != "=" or goal.relation != "=" or fact.rhs != 0 or goal.rhs != 0:
        raise Refused("squares needs 'sum of squares = 0' and gives 'term = 0'")
    if any(outer.get(v) != r for v, r in fact.ranges.items()):
        raise Refused(f"the fact is for all {set(fact.ranges)}, the step is not")
    given = Given(goal.ranges, uses, apart=(next(iter(uses)),))
    given.defined(goal.lhs)
    if not given.equal(Sum(goal.lhs**2, *limits), fact.lhs):
        raise Refused("the fact is not the sum of the squares of the left side")


def binary(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``lhs = rhs`` by the two values of a term z with ``z (z - 1) = 0``."""
    [fact] = _only(uses, 1)
    if set(where) != {"term"} or fact.relation != "=" or goal.relation != "=":
        raise Refused("binary needs a term z, a fact z (z - 1) = 0 and gives an equation")
    z = where["term"]
    given = _for_all_of(goal, uses, fact)
    given.defined(goal.lhs), given.defined(goal.rhs)
    if not equal(fact.lhs - fact.rhs, z * (z - 1), given.scope):
        raise Refused(f"the fact does not say that {z} is 0 or 1")
    lhs, rhs = given.unfold(goal.lhs), given.unfold(goal.rhs)
    for value in (Integer(0), Integer(1)):
        if not given.equal(instantiate(lhs, {z: value}), instantiate(rhs, {z: value})):
            raise Refused(f"the two sides differ where {z} = {value}")


def spanning(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``count >= dimension``: a family of ``count`` arrays spans the generators.

    ``where``: the ``family`` (an expression), its ``indices`` (limits), ``chosen`` (0 or 1: which
    indices count) and the ``coefficient`` of a generator in it.  ``uses``: first
    generator = sum of coefficient * chosen * family, second sum of chosen = count.
    """
    if goal.relation != ">=":
        raise Refused("spanning gives count >= dimension")
    _check_spanning(goal.rhs, goal.lhs, goal, uses, where)


def _check_spanning(
    dimension: Expr, count: Expr, goal: Judgement, uses: Facts, where: Mapping[Any, Any]
) -> None:
    keys = {"family", "indices", "chosen", "coefficient"}
    if not isinstance(dimension, Dimension) or not keys <= set(where) or goal.forall:
        raise Refused(f"this rule needs a dimension and {', '.join(sorted(keys))}")
    span, number = _only(uses, 2)
    body, coordinates, generators = dimension.args
    family, chosen, indices = where["family"], where["chosen"], where["indices"]
    wanted = {v: (lo, hi) for v, lo, hi in (*coordinates, *generators)}
    rest = {name: fact for name, fact in list(uses.items())[2:] if fact.relation != "="}
    inner = Given(span.ranges, rest)
    _keep_apart(coordinates, generators, where)
    combination = Sum(where["coefficient"] * chosen * family, *indices)
    if span.ranges != wanted or span.relation != "=" or number.relation != "=" or number.forall:
        raise Refused("the first two facts must be for all generators and the count")
    if not (inner.equal(span.lhs, body) and inner.equal(span.rhs, combination)):
        raise Refused("the first fact does not write each generator in the family")
    outer = Given({v: (lo, hi) for v, lo, hi in indices}, rest)
    if not outer.equal(chosen**2, chosen):
        raise Refused(f"{chosen} is not 0 or 1")
    if not (outer.equal(number.lhs, Sum(chosen, *indices)) and outer.equal(number.rhs, count)):
        raise Refused("the second fact does not count the family")


def _keep_apart(coordinates: Tuple, generators: Tuple, where: Mapping[Any, Any]) -> None:
    """Refuse a coefficient of the entry, a family of the generator, a choice of either."""
    entry, generator = {v for v, _, _ in coordinates}, {v for v, _, _ in generators}
    own = {v for v, _, _ in where["indices"]}
    if not own:
        raise Refused("the family needs an index")
    limits = Tuple(*(Tuple(lo, hi) for _, lo, hi in (*coordinates, *generators, *where["indices"])))
    free = {key: where[key].free_symbols for key in ("coefficient", "family", "chosen")}
    if len(entry | generator | own) < len(coordinates) + len(generators) + len(where["indices"]):
        raise Refused("an index has two roles")
    if limits.free_symbols & (entry | generator | own):
        raise Refused("a limit depends on an index")
    if free["coefficient"] & entry or free["family"] & generator:
        raise Refused("a coefficient depends on the entry, or the family on the generator")
    if free["chosen"] & (entry | generator):
        raise Refused("what is chosen depends on the entry or the generator")


def basis(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``dimension = count``: the family spans, lies in the span, and is independent.

    Beside what :func:`spanning` needs, ``where`` gives ``member`` (generator -> term that makes
    it the family), ``hypothesis`` and ``scalar`` (a function).  The third and fourth of ``uses``
    are the hypothesis: sum of scalar * chosen * family = 0, and from it scalar * chosen = 0.
    """
    if goal.relation != "=" or not {"member", "hypothesis", "scalar"} <= set(where):
        raise Refused("basis gives dimension = count and needs member, hypothesis and scalar")
    _check_spanning(goal.lhs, goal.rhs, goal, uses, where)
    body, coordinates, generators = goal.lhs.args
    family, chosen, indices = where["family"], where["chosen"], where["indices"]
    _, _, hypothesis, independent = _only(uses, 4)
    members = {name: fact for name, fact in list(uses.items())[4:] if fact.relation != "="}
    parts = Tuple(family, chosen, where["coefficient"], *where["member"].values())
    if not isinstance(where["scalar"], UndefinedFunction) or parts.has(where["scalar"]):
        raise Refused("the scalar must be a function that nothing else speaks of")
    if parts[3:].free_symbols & {v for v, _, _ in coordinates}:
        raise Refused("a member of the span depends on the entry")
    scalar = where["scalar"](*(v for v, _, _ in indices))
    inner = Given({v: (lo, hi) for v, lo, hi in (*coordinates, *indices)}, members)
    bounds = {v: (lo, hi) for v, lo, hi in generators}
    terms = where["member"]
    if set(terms) != set(bounds) or not all(
        inner.scope.inside(terms[v], *bounds[v]) for v in bounds
    ):
        raise Refused("member must give each generator a term in its range")
    if not inner.equal(instantiate(body, terms), family):
        raise Refused("the family does not lie in the span")
    zero = (
        hypothesis.rhs == independent.rhs == 0
        and hypothesis.relation == "=" == independent.relation
    )
    if list(uses)[2] != where["hypothesis"] or not zero:
        raise Refused("independence goes from 'sum = 0' to 'scalar = 0'")
    over = {v: (lo, hi) for v, lo, hi in coordinates}, {v: (lo, hi) for v, lo, hi in indices}
    if (hypothesis.ranges, independent.ranges) != over:
        raise Refused("independence must be for all coordinates and all of the family")
    if not inner.equal(hypothesis.lhs, Sum(scalar * chosen * family, *indices)):
        raise Refused("the hypothesis is not that a combination of the family vanishes")
    if not inner.equal(independent.lhs, scalar * chosen):
        raise Refused("the last fact does not say that the scalars vanish")


def suppose(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:  # noqa: ARG001
    """A hypothesis, open until an induction closes it."""
    _no_parameters(where)
    if uses:
        raise Refused("a hypothesis uses nothing")


def let(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """``f(indices) = term``, or ``f(0) = term``: a new name; replay sees to it that f is new."""
    _no_parameters(where)
    name, term = goal.lhs, goal.rhs
    said = Tuple(term, *(Tuple(*limits) for limits in goal.ranges.values()))
    if goal.relation != "=" or not isinstance(name, AppliedUndef) or said.has(name.func):
        raise Refused("let gives a name to a term")
    if name.args != (*goal.ranges,) and (goal.forall or name.args != (Integer(0),)):
        raise Refused(f"the name is {name.func} of all indices, or of 0")
    given = Given(goal.ranges, uses)
    given.check(term, given.scope)


def induct(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """J(m) for all m >= lo from J(lo) and J(n) => J(n + 1).

    ``uses`` are the base, the hypothesis J(n), the step J(n + 1), and what says that the terms of
    these three are defined; ``where`` names the hypothesis (``hypothesis``), the fixed n (``on``)
    and the index m of the goal (``index``).
    """
    base, hypothesis, step = _only(uses, 3)
    if set(where) != {"hypothesis", "on", "index"}:
        raise Refused("induct needs base, hypothesis and step, and on, index, hypothesis")
    n, m = where["on"], where["index"]
    if list(uses)[1] != where["hypothesis"] or m not in goal.ranges:
        raise Refused("the second fact must be the hypothesis, and the index one of the step's")
    lo, hi = goal.ranges[m]
    start = Integer(1) if n.is_positive else Integer(0)
    if not (n.is_Symbol and n.is_integer and n.is_nonnegative and lo == start and hi == oo):
        raise Refused(f"induction goes from {lo} without end, with {n} any integer from {lo} on")
    rest = {v: r for v, r in goal.ranges.items() if v != m}
    defined = dict(list(uses.items())[3:])
    for fact, value in ((base, lo), (hypothesis, n), (step, n + 1)):
        if fact.ranges != rest:
            raise Refused(f"'{fact}' is not for all {set(rest)}")
        given = Given(fact.ranges, defined)
        _same(
            given, fact, goal, instantiate(goal.lhs, {m: value}), instantiate(goal.rhs, {m: value})
        )


def cite(goal: Judgement, uses: Facts, where: Mapping[Any, Any]) -> None:
    """The conclusion of another theorem with its names replaced, its assumptions matched.

    ``where["theorem"]`` is the theorem, the rest maps its functions and symbols to names of
    this one.  Each assumption and definition of the theorem must stand, replaced, among ``uses``.
    """
    theorem = where.get("theorem")
    if theorem is None:
        raise Refused("cite needs a theorem")
    names = {old: new for old, new in where.items() if old != "theorem"}
    said = (*theorem.given.values(), theorem.conclusion)
    if any(side.has(Partial) for fact in said for side in (fact.lhs, fact.rhs)):
        raise Refused("a theorem about derivatives cannot be cited: its names vary")
    given = Given(goal.ranges, {name: fact for name, fact in uses.items() if fact.relation != "="})
    for old, new in names.items():
        _check_name(old, new, theorem, uses)
        if isinstance(new, Expr):
            given.check(new, given.scope)
    wanted = [_renamed(fact, names) for fact in (*theorem.given.values(), theorem.conclusion)]
    forms = [used.form for used in uses.values()]
    for fact in wanted[:-1]:
        if fact.form not in forms:
            raise Refused(f"its assumption '{fact}' is not among the used facts")
    if goal.form != wanted[-1].form:
        raise Refused(f"the theorem says '{wanted[-1]}'")


def _check_name(old: Any, new: Any, theorem: Any, uses: Facts) -> None:
    """Refuse to replace what is no name of the theorem, or by what may be of another kind."""
    known = {name for f in (*theorem.given.values(), theorem.conclusion) for name in f.heads}
    if old in known and isinstance(new, UndefinedFunction):
        return
    if old not in theorem.parameters or not isinstance(new, Expr):
        raise Refused(f"{old} is no free name of the theorem, or {new} cannot take its place")
    member = any(f.relation == "in" and f.lhs == new and not f.forall for f in uses.values())
    whole = not old.is_integer or new.is_integer or member
    if not whole or (old.is_nonnegative and not (new.is_integer and new.is_nonnegative)):
        raise Refused(f"nothing says that {new} is an integer like {old}")
    if old.is_positive and not new.is_positive:
        raise Refused(f"nothing says that {new} is positive, as {old} is")


def _renamed(fact: Judgement, names: Mapping[Any, Any]) -> Judgement:
    """The judgement with functions and free symbols replaced, all at once."""
    values = {old: new for old, new in names.items() if isinstance(old, Symbol)}
    if any(new.free_symbols & set(fact.ranges) for new in values.values()):
        raise Refused(f"an index of '{fact}' would capture a name")

    def heads(e: Expr) -> Expr:
        if not e.args:
            return e
        return names.get(e.func, e.func)(*map(heads, e.args))

    def rename(e: Expr) -> Expr:
        return instantiate(heads(e), values)

    limits = tuple((v, rename(lo), rename(hi)) for v, lo, hi in fact.forall)
    return Judgement(rename(fact.lhs), fact.relation, rename(fact.rhs), limits)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        sums, sign, combine, squeeze, instance, exponential, logarithm, tangent, wendel, calculus,
        squares, binary, spanning, basis, suppose, let, induct, cite,
    )
}  # fmt: skip
