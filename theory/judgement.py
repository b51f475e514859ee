r"""Judgements: what one step of a derivation says.

A judgement is ``lhs relation rhs`` for all values of its quantified indices::

    for all k in 1..K:   p(k) = n(k) P(a, k) / sum_j n(j) P(a, j)

It is a small type of its own, because SymPy's relationals collapse to ``True``.
Every free symbol that is not quantified is a parameter of the theorem.
A *scope* is what is known about the range of terms where an expression stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Add, Dummy, Expr, Sum, Symbol, Tuple, oo
from sympy.core.function import AppliedUndef

__all__ = ["RELATIONS", "Dimension", "Judgement", "Partial", "Range", "Refused", "Scope"]
__all__ += ["instantiate", "ordered", "outermost"]

RELATIONS = ("=", "!=", ">", ">=", "in")
Range = tuple[Expr, Expr]


class Dimension(Expr):  # type: ignore[misc]
    """The dimension of the span of a family of arrays.

    ``Dimension(body, coordinates, generators)``: for each value of the generators (limits
    (index, lo, hi)) the body is one array, whose entries the coordinates run through.
    """

    def __new__(cls, body: Expr, coordinates: Any, generators: Any) -> "Dimension":
        """Keep the limits as SymPy tuples."""
        limits = (Tuple(*(Tuple(*limit) for limit in part)) for part in (coordinates, generators))
        made: Dimension = Expr.__new__(cls, body, *limits)
        return made

    def _sympystr(self, printer: Any) -> str:
        body, coordinates, generators = map(printer.doprint, self.args)
        return f"Dimension({body}, {coordinates}, {generators})"

    @property
    def free_symbols(self) -> set[Symbol]:
        """The free symbols of body and limits, without the indices."""
        bound = {limit[0] for part in self.args[1:] for limit in part}
        free: set[Symbol] = super().free_symbols
        return free - bound


class Partial(Expr):  # type: ignore[misc]
    """The derivative of a term by one value of a function: ``Partial(body, f(i))``.

    Only the value f(i) varies.  What is defined through f varies with it; other names do not.
    """

    def __new__(cls, body: Expr, by: Expr) -> "Partial":
        """Refuse what is no value of a function."""
        if not (isinstance(by, AppliedUndef) and by.args):
            raise ValueError(f"{by} is no value of a function: there is no derivative by it")
        made: Partial = Expr.__new__(cls, body, by)
        return made

    def _sympystr(self, printer: Any) -> str:
        body, by = map(printer.doprint, self.args)
        return f"Partial({body}, {by})"


class Refused(Exception):
    """A step that a rule does not accept; the message says why."""


@dataclass(frozen=True)
class Judgement:
    """``lhs relation rhs`` for all quantified indices.

    Args:
        lhs, rhs: SymPy expressions; for the relation ``in`` the right side is ``Tuple(lo, hi)``.
        relation: one of ``RELATIONS``.
        forall: triples (index, lo, hi): the judgement holds for every integer in lo..hi.

    Raises:
        ValueError: unknown relation, a right side that does not fit it, an index that is given
            twice or stands in a limit, or a name that the normal form keeps for itself.

    Example:
        >>> from sympy import Symbol
        >>> x = Symbol("x")
        >>> print(Judgement(x + 1, ">", x))
        x + 1 > x
    """

    lhs: Expr
    relation: str
    rhs: Expr
    forall: tuple[tuple[Symbol, Expr, Expr], ...] = ()

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(f"unknown relation {self.relation!r}; known: {', '.join(RELATIONS)}")
        pair = isinstance(self.rhs, Tuple) and len(self.rhs) == 2
        if isinstance(self.lhs, Tuple) or pair != (self.relation == "in"):
            raise ValueError(f"the sides do not fit the relation {self.relation!r}")
        limits = Tuple(*(limit for _, *pair in self.forall for limit in pair))
        if len(self.ranges) < len(self.forall) or limits.free_symbols & set(self.ranges):
            raise ValueError("an index is given twice, or stands in a limit")
        symbols = Tuple(self.lhs, self.rhs, limits, *self.ranges).atoms(Symbol)
        names = {s.name for s in symbols} | {head.__name__ for head in self.heads}
        if any(isinstance(s, Dummy) for s in symbols) or any(n.startswith("_") for n in names):
            raise ValueError(f"a name of {self} is kept for the normal form")

    @property
    def ranges(self) -> dict[Symbol, Range]:
        """The range of each quantified index."""
        return {v: (lo, hi) for v, lo, hi in self.forall}

    @cached_property
    def parameters(self) -> frozenset[Symbol]:
        """The free symbols that are not quantified."""
        limits = [Tuple(lo, hi) for _, lo, hi in self.forall]
        free = frozenset().union(*(e.free_symbols for e in (self.lhs, self.rhs, *limits)))
        return free - set(self.ranges)

    @cached_property
    def heads(self) -> frozenset[Any]:
        """The undefined functions that occur."""
        everything = Tuple(self.lhs, self.rhs, *(Tuple(lo, hi) for _, lo, hi in self.forall))
        return frozenset(f.func for f in everything.atoms(AppliedUndef))

    @property
    def defines(self) -> bool:
        """Whether it is an equation ``head(indices) = term``: it says what a name stands for."""
        name = self.relation == "=" and isinstance(self.lhs, Symbol | AppliedUndef)
        return name and (not self.forall or set(self.lhs.args) == set(self.ranges))

    @cached_property
    def form(self) -> tuple[Any, ...]:
        """What the judgement says, whatever its indices and bound names are called."""
        names: dict[Expr, Expr] = {v: _index(f"_q{r}") for r, v in enumerate(self.ranges)}
        limits = [_nameless(instantiate(Tuple(lo, hi), names)) for lo, hi in self.ranges.values()]
        sides = [_nameless(instantiate(side, names)) for side in (self.lhs, self.rhs)]
        return self.relation, tuple(limits), tuple(sides)

    def __str__(self) -> str:
        right = f"{self.rhs[0]}..{self.rhs[1]}" if self.relation == "in" else self.rhs
        text = f"{self.lhs} {self.relation} {right}"
        if not self.forall:
            return text
        return (
            "for all " + ", ".join(f"{v} in {lo}..{hi}" for v, lo, hi in self.forall) + f": {text}"
        )


def instantiate(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Replace free symbols (or terms) by terms; bound names that would capture are renamed.

    Example:
        >>> from sympy import Function, Sum, Symbol
        >>> i, j, h = Symbol("i"), Symbol("j"), Function("h")
        >>> instantiate(Sum(h(i, j), (i, 1, 3)), {j: i}).doit()
        h(1, i) + h(2, i) + h(3, i)
    """
    if e in values:
        return values[e]
    if not e.args:
        return e
    if isinstance(e, Dimension):
        bound = {limit[0] for part in e.args[1:] for limit in part}
        values = {s: t for s, t in values.items() if not s.has(*bound)}
        if any(bound & t.free_symbols for t in values.values()):
            raise Refused(f"an index of {e} would capture a name")
    if isinstance(e, Partial):
        for old, new in values.items():
            whole = all(s.is_integer for s in (old, *new.free_symbols))  # what is defined is not
            if e.has(old) and not (old.is_Symbol and whole and not new.has(AppliedUndef)):
                raise Refused(f"only an index can be replaced in {e}, by one, not {old} by {new}")
    if isinstance(e, Sum):
        v, lo, hi, body = outermost(e)
        inside = {s: t for s, t in values.items() if not s.has(v)}
        if any(v in t.free_symbols for t in inside.values()):
            fresh = Dummy(v.name, integer=True)
            body, v = instantiate(body, {v: fresh}), fresh
        limits = (v, instantiate(lo, values), instantiate(hi, values))
        return Sum(instantiate(body, inside), limits)
    return e.func(*(instantiate(a, values) for a in e.args))


def outermost(e: Sum) -> tuple[Symbol, Expr, Expr, Expr]:
    """The outermost index of a sum, its limits, and what is summed over it.

    Example:
        >>> from sympy import Function
        >>> i, j, h = Symbol("i"), Symbol("j"), Function("h")
        >>> outermost(Sum(h(i, j), (i, 1, 3), (j, 1, 2)))
        (j, 1, 2, Sum(h(i, j), (i, 1, 3)))
    """
    (v, lo, hi), inner = e.limits[-1], e.limits[:-1]
    return v, lo, hi, Sum(e.function, *inner) if inner else e.function


def ordered(equations: Iterable[Judgement]) -> bool:
    """Whether the equations ``name = expression`` can be written out: no name leads to itself."""
    needs: dict[Any, set[Any]] = {}
    for fact in equations:
        head = fact.lhs if fact.lhs.is_Symbol else fact.lhs.func
        names = fact.rhs.free_symbols | {f.func for f in fact.rhs.atoms(AppliedUndef)}
        needs[head] = needs.get(head, set()) | names
    while needs:
        last = {head: names for head, names in needs.items() if not names & set(needs)}
        if not last:
            return False
        needs = {head: names for head, names in needs.items() if head not in last}
    return True


def _index(name: str) -> Symbol:
    return Symbol(name, integer=True)


def _nameless(e: Expr, depth: int = 0) -> Expr:
    """The expression with its bound names numbered from outside in."""
    if isinstance(e, Sum):
        v, lo, hi, body = outermost(e)
        name = _index(f"_b{depth}")
        limits = (name, _nameless(lo, depth), _nameless(hi, depth))
        return Sum(_nameless(instantiate(body, {v: name}), depth + 1), limits)
    return e.func(*(_nameless(a, depth) for a in e.args)) if e.args else e


@dataclass(frozen=True)
class Scope:
    """What is known about ranges: of indices, and of terms by membership judgements."""

    ranges: Mapping[Symbol, Range] = field(default_factory=dict)
    members: tuple[Judgement, ...] = ()

    def bind(self, ranges: Mapping[Symbol, Range]) -> "Scope":
        """The scope with more indices; a range that speaks of an index which they hide is lost."""
        known = {**self.ranges, **ranges}
        return Scope(
            {v: r for v, r in known.items() if not Tuple(*r).free_symbols & set(ranges)},
            self.members,
        )

    def inside(self, term: Expr, lo: Expr, hi: Expr) -> bool:
        """Whether lo <= term <= hi is known, from an index, a membership or the sizes alone."""
        if hi == oo and isinstance(term, Add) and (self._least(term) - lo).is_nonnegative:
            return True
        return any(
            (a - lo).is_nonnegative and (hi == b or (hi - b).is_extended_nonnegative)
            for a, b in self._known(term)
        )

    def _least(self, term: Expr) -> Expr:
        """A lower bound of a sum of integers: indices by their ranges, the rest as it is."""
        bounds = [self.ranges[a][0] if a in self.ranges else a for a in term.args]
        return Add(*bounds) if term.is_integer else -oo

    def _known(self, term: Expr) -> Iterator[Range]:
        if term.is_integer:
            yield term, term
        if term in self.ranges:
            yield self.ranges[term]
        for fact in self.members:
            values = self.match(fact, term)
            if values is not None:
                yield instantiate(fact.rhs[0], values), instantiate(fact.rhs[1], values)

    def match(self, fact: Judgement, term: Expr) -> dict[Expr, Expr] | None:
        """The values of fact's indices for which its left side is term, or None."""
        if fact.lhs == term and not fact.forall:
            return {}
        if not (isinstance(term, AppliedUndef) and term.func == fact.lhs.func):
            return None
        values = dict(zip(fact.lhs.args, term.args, strict=False))
        count = len(fact.lhs.args)
        if not len(values) == count == len(term.args) or set(values) != set(fact.ranges):
            return None
        ok = all(
            self.inside(values[v], instantiate(lo, values), instantiate(hi, values))
            for v, lo, hi in fact.forall
        )
        return values if ok else None
