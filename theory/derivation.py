"""Theorems with their derivations, and replay, which checks each step anew.

A derivation is a list of steps.  A step states a judgement, the rule that gives
it (``by``), the facts the rule needs (``uses``: assumptions, definitions and
earlier steps) and the rule's parameters (``where``).  Replay accepts a theorem
only if every rule accepts its step, every step and every assumption is needed,
no hypothesis is left open, and the last step says what the theorem says.

A theorem of the literature has a reference in place of steps.  It may *introduce* names: it
says that they exist.  Where it is cited, they stand for something that nothing spoke of before.
So does a name that the rule ``let`` gives to a term.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Add, Basic, Function, KroneckerDelta, Mul, Pow, Rational, Sum, Symbol, Tuple
from sympy import exp, gamma, log, oo
from sympy.core.function import AppliedUndef, UndefinedFunction

from theory.judgement import Dimension, Judgement, Partial, Refused, instantiate, ordered
from theory.rules import RULES, check_defined

__all__ = ["Assumption", "Definition", "Step", "Theorem", "Trace", "check_step", "replay"]

TERMS = (
    Add, Mul, Pow, Rational, Symbol, AppliedUndef, KroneckerDelta, Sum, Tuple, Dimension, Partial,
    exp, log, gamma,
)  # fmt: skip
CLOSES = {"induct": ("on", 2), "basis": ("scalar", 3)}
"""Rules that close a hypothesis: the name that must be arbitrary, the fact that may rest on it."""

MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a rule may raise where a step's parameters are of the wrong kinds."""

FAMILIES = ("spanning", "basis")
"""Rules with a family of arrays, whose indices stand among the parameters."""


@dataclass(frozen=True)
class Assumption:
    """A condition of a theorem: a name, the sentence for the reader, the judgement it means."""

    name: str
    sentence: str
    judgement: Judgement


@dataclass(frozen=True)
class Definition:
    """A name for an expression: the judgement is ``head(indices) = expression``."""

    name: str
    judgement: Judgement

    def __post_init__(self) -> None:
        lhs, bound = self.judgement.lhs, self.judgement.ranges
        plain = isinstance(lhs, Symbol | AppliedUndef) and set(lhs.args) == set(bound)
        if not plain or len(lhs.args) != len(bound) or self.judgement.relation != "=":
            raise ValueError(f"definition {self.name}: the left side must be a name of its indices")
        if lhs.is_Symbol and lhs != Symbol(lhs.name):
            raise ValueError(f"definition {self.name}: what is defined can have no assumptions")
        if not ordered([self.judgement]):
            raise ValueError(f"definition {self.name} uses itself")

    @property
    def head(self) -> Any:
        """What is defined: a symbol or a function."""
        return self.judgement.lhs if self.judgement.lhs.is_Symbol else self.judgement.lhs.func


@dataclass(frozen=True)
class Step:
    """One judgement, the rule that gives it, the facts it uses and the rule's parameters.

    Whole numbers and fractions among the parameters become terms.

    Raises:
        ValueError: a parameter is a float or a truth value, which is no exact term.

    Example:
        >>> x = Symbol("x")
        >>> Step("half", Judgement(x, "=", x), "combine", ("a",), {"a": Fraction(1, 2)}).where
        {'a': 1/2}
    """

    name: str
    judgement: Judgement
    by: str
    uses: tuple[str, ...] = ()
    where: Mapping[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", _exact(self.where, self.name))


@dataclass(frozen=True)
class Theorem:
    """A judgement under assumptions, with its derivation.

    Args:
        name: unique among all theorems.
        conclusion: what is proved, for all values of its indices and parameters.
        assumptions, definitions: the facts a step may use by their names.
        steps: the derivation; the last step is the conclusion.
        fixed: symbols held fixed inside an induction; the conclusion is free of them.
        reference: where a theorem of the literature is proved; it has no steps here.
        introduces: functions that exist, for all values of the other names.
        chance: of a theorem of the literature, the names that chance decides: it is said of almost
            all their values, once all other names are fixed.
    """

    name: str
    conclusion: Judgement
    assumptions: tuple[Assumption, ...]
    definitions: tuple[Definition, ...]
    steps: tuple[Step, ...]
    fixed: tuple[Symbol, ...] = ()
    reference: str = ""
    introduces: tuple[Any, ...] = ()
    chance: tuple[Any, ...] = ()

    @property
    def given(self) -> dict[str, Judgement]:
        """The judgements of the assumptions and definitions, by name."""
        facts: list[Assumption | Definition] = [*self.assumptions, *self.definitions]
        return {fact.name: fact.judgement for fact in facts}

    @cached_property
    def parameters(self) -> frozenset[Symbol]:
        """Free symbols of the statement: sizes and fixed tokens."""
        facts = [self.conclusion, *self.given.values()]
        return frozenset().union(*(fact.parameters for fact in facts))

    @property
    def heads(self) -> frozenset[Any]:
        """The functions of the statement."""
        facts = [self.conclusion, *self.given.values()]
        return frozenset().union(*(fact.heads for fact in facts))

    @property
    def cited(self) -> tuple["Theorem", ...]:
        """The theorems that some step cites."""
        named = (step.where.get("theorem") for step in self.steps if step.by == "cite")
        return tuple(theorem for theorem in named if isinstance(theorem, Theorem))

    @cached_property
    def decided(self) -> frozenset[Any]:
        """The names that chance decides: those of what it cites, and all that speak of them."""
        names = set(self.chance)
        for step in self.steps:
            if step.by == "cite":
                cited = step.where["theorem"]
                names |= {step.where.get(name, name) for name in cited.decided & cited.heads}
        lets = [step.judgement for step in self.steps if step.by == "let"]
        said = [fact for fact in (*self.given.values(), *lets) if _tells(fact)]
        while names:
            more = {fact.lhs.func for fact in said if names & _heads(fact.rhs)} - names
            if not more:
                return frozenset(names | set(self.introduces))
            names |= more
        return frozenset()


@dataclass(frozen=True)
class Trace:
    """What an accepted derivation rests on."""

    rules: tuple[str, ...]
    assumptions: tuple[str, ...]
    definitions: tuple[str, ...]
    cited: tuple[str, ...]


def replay(theorem: Theorem) -> Trace:
    """Check every step of a theorem anew, and of each theorem that it rests on, once.

    Returns:
        The names of the rules, assumptions, definitions and cited theorems it rests on.

    Raises:
        Refused: the message names the theorem, the step and the reason.
    """
    checked: dict[str, Theorem] = {}
    waiting: list[tuple[Theorem, tuple[str, ...]]] = [(theorem, ())]
    while waiting:
        one, above = waiting.pop()
        if one != checked.get(one.name, one):
            raise Refused(f"{theorem.name}: two theorems have the same name, {one.name}")
        if one.name in above:
            raise Refused(f"{theorem.name}: {one.name} rests on itself")
        if one.name not in checked:
            _check(one)
            checked[one.name] = one
            waiting += [(cited, (*above, one.name)) for cited in one.cited]
    for one in checked.values():
        _check_chance(one)
    return Trace(
        rules=tuple(sorted({step.by for step in theorem.steps})),
        assumptions=tuple(a.name for a in theorem.assumptions),
        definitions=tuple(d.name for d in theorem.definitions),
        cited=tuple(sorted({cited.name for cited in theorem.cited})),
    )


def _check(theorem: Theorem) -> None:
    """Check every step of a theorem; what it cites is taken as it is."""
    facts = {name: (judgement, frozenset[str]()) for name, judgement in theorem.given.items()}
    used: set[str] = set()
    try:
        _check_given(theorem)
    except Refused as reason:
        raise Refused(f"{theorem.name}: {reason}") from None
    for step in theorem.steps:
        try:
            if step.name in facts:
                raise Refused("its name is taken")
            facts[step.name] = step.judgement, check_step(step, facts, theorem)
        except Refused as reason:
            raise Refused(f"{theorem.name}, step {step.name}: {reason}") from None
        except MALFORMED as error:
            said = f"the rule {step.by} cannot read its parameters ({error})"
            raise Refused(f"{theorem.name}, step {step.name}: {said}") from None
        used.update(step.uses)
    if not theorem.reference:
        _check_end(theorem, facts, used)
    elif theorem.steps or theorem.fixed:
        raise Refused(f"{theorem.name}: a theorem of the literature has no steps")


def _check_given(theorem: Theorem) -> None:
    """What a theorem is given and says must be well formed, and each name defined once."""
    if len(theorem.given) < len(theorem.assumptions) + len(theorem.definitions):
        raise Refused("two facts have the same name")
    if len({d.head for d in theorem.definitions}) < len(theorem.definitions):
        raise Refused("two definitions define the same name")
    if not all(isinstance(head, UndefinedFunction) for head in theorem.introduces):
        raise Refused("only functions can be introduced")
    if not ordered(d.judgement for d in theorem.definitions):
        raise Refused("the definitions use each other in a circle")
    for fact in (*theorem.given.values(), theorem.conclusion):
        _well_formed(fact, theorem.parameters | set(theorem.fixed))


def check_step(
    step: Step, facts: Mapping[str, tuple[Judgement, frozenset[str]]], theorem: Theorem
) -> frozenset[str]:
    """Check one step against the facts before it, each with its open hypotheses.

    Returns:
        The hypotheses that the step leaves open.

    Raises:
        Refused: the rule does not accept the step.
    """
    _well_formed(step.judgement, theorem.parameters | set(theorem.fixed))
    _check_where(step, theorem)
    if step.by not in RULES:
        raise Refused(f"there is no rule {step.by!r}")
    missing = [name for name in step.uses if name not in facts]
    if missing or len(set(step.uses)) < len(step.uses):
        raise Refused(
            f"it uses {missing[0]!r}, which is no earlier fact"
            if missing
            else "it uses a fact twice"
        )
    judgements = {name: facts[name][0] for name in step.uses}
    check_defined(step.judgement, judgements, {d.name for d in theorem.definitions})
    if step.by == "calculus":
        if any(_introduced(other) for other in theorem.steps):
            raise Refused("a derivative does not look through the names that steps introduce")
        _check_definitions(step.judgement, judgements, theorem)
    RULES[step.by](step.judgement, judgements, step.where)
    if step.by == "cite":
        _check_introduced(step, facts, theorem)
    if step.by == "let":
        _check_named(step, facts, theorem)
    if step.by == "suppose":
        return frozenset({step.name})
    opened = frozenset[str]().union(*(facts[name][1] for name in step.uses))
    if step.by in CLOSES:
        key, last = CLOSES[step.by]
        arbitrary, hypothesis = step.where[key], step.where["hypothesis"]
        others = set(step.uses) - {hypothesis, step.uses[last]}
        if any(hypothesis in facts[name][1] for name in others):
            raise Refused(f"only {step.uses[last]!r} may rest on the hypothesis {hypothesis!r}")
        opened -= {hypothesis}
        spoken = [*(facts[name][0] for name in opened), *theorem.given.values(), step.judgement]
        spoken += [s.judgement for s in theorem.steps if _introduced(s)]
        if any(arbitrary in fact.parameters | fact.heads for fact in spoken):
            raise Refused(f"{arbitrary} is not arbitrary: another fact speaks of it")
    return opened


def _check_where(step: Step, theorem: Theorem) -> None:
    """The parameters of a rule are known terms, with indices of their own, and theorems."""
    if step.by == "cite" and not isinstance(step.where.get("theorem"), Theorem):
        raise Refused("cite needs a theorem")
    bound = {limit[0] for limit in step.where.get("indices", ())} if step.by in FAMILIES else set()
    for part in _parts(step.where):
        _known(part)
        bound |= _bound(part)
    _check_bound(bound, theorem.parameters | set(theorem.fixed))


def _check_definitions(
    goal: Judgement, judgements: Mapping[str, Judgement], theorem: Theorem
) -> None:
    """A derivative looks through definitions, all of them; other names are held fixed."""
    defined = {d.name: d for d in theorem.definitions}
    if any(fact.relation == "=" and name not in defined for name, fact in judgements.items()):
        raise Refused("a derivative may only use definitions")
    heads = {d.head for name, d in defined.items() if name not in judgements}
    used = [goal, *(d.judgement for name, d in defined.items() if name in judgements)]
    missing = heads & set().union(*(fact.heads | fact.parameters for fact in used))
    if missing:
        raise Refused(f"it must use the definition of {min(missing, key=str)}")


def _introduced(step: Step) -> set[Any]:
    """The names of what a step says to exist."""
    if step.by == "let":
        return {step.judgement.lhs.func}
    cited = step.where["theorem"].introduces if step.by == "cite" else ()
    return {step.where.get(head, head) for head in cited}


def _check_named(
    step: Step, facts: Mapping[str, tuple[Judgement, frozenset[str]]], theorem: Theorem
) -> None:
    """A new name has no meaning yet, and what it stands for does not vary."""
    if _introduced(step) & set().union(*(fact.heads for fact, _ in facts.values())):
        raise Refused(f"{step.judgement.lhs} already has a meaning here")
    varies = step.judgement.parameters & set(theorem.fixed)
    if varies or any(facts[name][1] for name in step.uses):
        raise Refused("the new name would depend on a hypothesis")


def _check_introduced(
    step: Step, facts: Mapping[str, tuple[Judgement, frozenset[str]]], theorem: Theorem
) -> None:
    """What a cited theorem introduces is new here, and depends on nothing that varies."""
    cited: Theorem = step.where["theorem"]
    if not cited.introduces:
        return
    new = [step.where.get(head, head) for head in cited.introduces]
    spoken = set().union(*(fact.heads for fact, _ in facts.values()))
    said = (*cited.given.values(), cited.conclusion)
    names = set().union(*(fact.heads | fact.parameters for fact in said)) - set(cited.introduces)
    others = [step.where.get(name, name) for name in names]
    terms = [term for term in others if isinstance(term, Basic)]
    spoken |= set(others) | {f.func for term in terms for f in term.atoms(AppliedUndef)}
    if len(set(new)) < len(new) or spoken & set(new):
        raise Refused("what the cited theorem introduces already has a meaning here")
    varies = {s for term in terms for s in term.free_symbols}
    if varies & set(theorem.fixed) or any(facts[name][1] for name in step.uses):
        raise Refused("what the cited theorem introduces would depend on a hypothesis")


def _tells(fact: Judgement) -> bool:
    """Whether a fact says what a function is: f(i, ...) = term, f(i + 1) = term or f(0) = term."""
    if fact.relation != "=" or not isinstance(fact.lhs, AppliedUndef):
        return False
    first = fact.lhs.args[0]
    return first == 0 or first in fact.ranges or first - 1 in fact.ranges


def _heads(term: Any) -> set[Any]:
    """The functions of a term; a function itself."""
    return {f.func for f in term.atoms(AppliedUndef)} if isinstance(term, Basic) else {term}


def _check_chance(theorem: Theorem) -> None:
    """What chance decides stands for nothing that must be fixed before it."""
    for step in theorem.steps:
        cited = step.where["theorem"] if step.by == "cite" else None
        if cited is None or not cited.decided:
            continue
        for name in sorted((cited.heads | cited.parameters) - cited.decided, key=str):
            term = step.where.get(name, name)
            if _heads(term) & theorem.decided:
                said = f"chance decides {term}, for which a theorem is cited that fixes it"
                raise Refused(f"{theorem.name}, step {step.name}: {said}")


def _well_formed(judgement: Judgement, parameters: frozenset[Symbol]) -> None:
    """Known terms; every free symbol is a parameter, and no index has the name of a parameter."""
    limits = [e for _, *pair in judgement.forall for e in pair]
    sides = [judgement.lhs, *([] if judgement.relation == "in" else [judgement.rhs])]
    limits += judgement.rhs if judgement.relation == "in" else []
    whole = Tuple(*sides, *(e for e in limits if e != oo), *judgement.ranges)
    _known(whole)
    stray = judgement.parameters - parameters
    if stray:
        raise Refused(f"the index {min(stray, key=str)} is not quantified")
    _check_bound(_bound(whole) | set(judgement.ranges), parameters)
    symbols = whole.atoms(Symbol) | parameters
    if len({s.name for s in symbols}) < len(symbols):
        raise Refused("two symbols with different assumptions have the same name")


def _bound(e: Basic) -> set[Basic]:
    """The indices of the sums and dimensions in a term."""
    bound = {s for part in e.atoms(Sum) for s, _, _ in part.limits}
    return bound | {s for d in e.atoms(Dimension) for part in d.args[1:] for s, _, _ in part}


def _check_bound(bound: set[Basic], parameters: frozenset[Symbol]) -> None:
    """Indices are symbols of their own, of which nothing is assumed but that they are integers."""
    if not all(isinstance(index, Symbol) for index in bound):
        raise Refused("an index must be a symbol")
    if bound & parameters:
        raise Refused(f"the index {min(bound & parameters, key=str)} is also a parameter")
    if any(index.is_extended_nonnegative is not None for index in bound):
        raise Refused("an index may only be assumed to be an integer: its range says the rest")


def _known(e: Basic) -> None:
    """Only terms the rules know, of numbers, sizes, integers and plain functions."""
    if instantiate(e, {}) != e:
        raise Refused(f"{e} is not as SymPy writes it: {instantiate(e, {})}")
    for part in e.atoms(Basic):
        if not isinstance(part, TERMS):
            raise Refused(f"{part} is no term that the rules know")
        if isinstance(part, Pow) and not part.exp.is_integer:
            raise Refused(f"{part} has an exponent that is no integer")
        if isinstance(part, AppliedUndef) and part.func != Function(part.func.__name__):
            raise Refused(f"the function {part.func} carries assumptions")
        if isinstance(part, AppliedUndef) and not part.args:
            raise Refused(f"the function {part.func} has no argument")
        if isinstance(part, AppliedUndef) and part.func.__name__ in ("exp", "log"):
            raise Refused(f"the function {part.func} reads as another")
        if isinstance(part, Symbol) and part not in _plain(part.name):
            raise Refused(f"{part} carries an assumption: only sizes and integers may")


def _plain(name: str) -> tuple[Symbol, ...]:
    """The symbols of a name that may stand in a judgement: a number, an integer, a size."""
    whole = {"integer": True}
    kinds: tuple[dict[str, bool], ...] = (
        {},
        whole,
        {**whole, "nonnegative": True},
        {**whole, "positive": True},
    )
    return tuple(Symbol(name, **kind) for kind in kinds)


def _exact(where: Any, step: str) -> Any:
    """The parameters of a rule with numbers as terms."""
    if isinstance(where, Mapping):
        return {key: _exact(value, step) for key, value in where.items()}
    if type(where) is tuple:
        return tuple(_exact(value, step) for value in where)
    if isinstance(where, bool | float):
        raise ValueError(f"step {step}: the parameter {where!r} is no exact term")
    return Rational(where) if isinstance(where, int | Fraction) else where


def _parts(where: Any) -> Iterator[Basic]:
    """The terms among the parameters of a rule."""
    if isinstance(where, Mapping | tuple):
        for value in where.values() if isinstance(where, Mapping) else where:
            yield from _parts(value)
    elif isinstance(where, UndefinedFunction):
        yield where(Symbol("x"))
    elif isinstance(where, Basic):
        yield where


def _check_end(
    theorem: Theorem, facts: Mapping[str, tuple[Judgement, frozenset[str]]], used: set[str]
) -> None:
    if not theorem.steps:
        raise Refused(f"{theorem.name}: there is no step yet")
    if theorem.steps[-1].judgement != theorem.conclusion:
        raise Refused(f"{theorem.name}: the last step does not say what the theorem says")
    last = theorem.steps[-1].name
    introduced = set().union(*map(_introduced, theorem.steps))
    if introduced & theorem.conclusion.heads != set(theorem.introduces):
        raise Refused(f"{theorem.name}: it must say which names of its conclusion it introduces")
    if facts[last][1]:
        raise Refused(f"{theorem.name}: the hypothesis {min(facts[last][1])} is left open")
    idle = [name for name in facts if name not in used and name != last]
    if idle:
        raise Refused(f"{theorem.name}: {idle[0]!r} is never used")
