"""Claims: what is said, where it comes from, and what supports it.

A claim is a *card* (light: no SymPy is loaded to list it) and a *body*, built on demand:
its parts, one witness for every assumption (or a written reason why there is none), and twins
(the claim with one change, which must be refuted).  Results live in the record, never in the claim.

A part is one piece of evidence: a theorem with its derivation and the instances it is checked on
(`Part`), a statement decided case by case on a finite family (`Enumeration`), a statistical test
(`StatisticalTest`), or a table of numbers that shows an open claim and decides nothing (`Table`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property, wraps
from inspect import unwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    from hypothesis.strategies import SearchStrategy
    from numpy.random import Generator

    from numeric.instance import Instance
    from theory.derivation import Theorem
    from theory.judgement import Judgement

__all__ = ["MARKS", "Alternative", "AnyPart", "AnyTwin", "Body", "Case", "Claim", "Enumeration"]
__all__ += ["Literature", "Part", "Source", "StatisticalTest", "Table", "Twin", "Unwitnessed"]
__all__ += ["Variant", "Witness", "claim", "literature"]

MARKS = {
    "all": "derived",
    "cited": "derived",
    "exact": "exact",
    "certified": "certified",
    "stat": "statistical",
    "open": "open",
    "literature": "cited",
}
"""What a claim is marked with, and the rung that the mark requires.

``cited`` is derived given a theorem of the literature, which is a claim marked ``literature``.
"""


@dataclass(frozen=True)
class Source:
    """A sentence of the paper, in our words, and its place."""

    place: str
    paraphrase: str


def _nothing(instance: Instance) -> Mapping[str, Callable[..., Any]]:  # noqa: ARG001
    return {}


@dataclass(frozen=True)
class Part:
    """One theorem of a claim and how it is checked without its derivation.

    Args:
        theorem: the judgement, its assumptions and its derivation.
        instances: from K, draws exact instances that meet the assumptions, by construction.
        computed: from an instance, functions of ``numeric`` that take the place of definitions
            of the theorem, so that the two sides of the cross-check are computed independently.
        least: the smallest K for which the assumptions can be met.
        unchecked: why no number decides the conclusion, which then has no cross-check.  Allowed
            only where the derivation rests on a theorem of the literature.
    """

    theorem: Theorem
    instances: Callable[[int], SearchStrategy[Instance]]
    computed: Callable[[Instance], Mapping[str, Callable[..., Any]]] = field(default=_nothing)
    least: int = 1
    unchecked: str = ""

    @property
    def name(self) -> str:
        """The name of the theorem: the claim's id, or ``id/part``."""
        return self.theorem.name

    @cached_property
    def indices(self) -> frozenset[str]:
        """The names that stand as indices somewhere in the theorem."""
        from sympy import KroneckerDelta, Symbol, Tuple
        from sympy.core.function import AppliedUndef

        facts = [*self.theorem.given.values(), *(step.judgement for step in self.theorem.steps)]
        sides = [(fact.lhs, fact.rhs) for fact in (self.theorem.conclusion, *facts)]
        terms = Tuple(*sides).atoms(AppliedUndef, KroneckerDelta)
        names = Tuple(*(index for term in terms for index in term.args))
        heads = {head.func.__name__ for head in names.atoms(AppliedUndef)}
        return frozenset(heads | {symbol.name for symbol in names.atoms(Symbol)})


@dataclass(frozen=True)
class Case:
    """One case of an enumeration: ``lhs relation rhs`` at a place.

    Args:
        where: the place, for the reader: names and their values, such as ``{"K": 3, "row": 1}``.
        lhs, rhs: values of one kind, never floats or booleans.  Exact: rationals, `Log`,
            polynomials of ``sympy.polys`` or python-flint, tuples of these.  Certified: balls
            (``flint.arb``) or numbers that a ball can enclose.
        relation: ``=``, ``!=``, ``>``, ``>=``, ``<`` or ``<=``.
    """

    where: Mapping[str, Any]
    lhs: Any
    relation: str
    rhs: Any


@dataclass(frozen=True)
class Enumeration:
    """A statement that is decided case by case.

    Args:
        name: the claim's id, or ``id/part``.
        statement: a sentence with LaTeX between dollar signs: what holds in each case.
        scope: the family that the cases exhaust, such as ``K <= 6``.
        cases: yields the cases; each is compared outside.
        rung: ``exact``, or ``certified`` where the two sides are balls: then a case is undecided
            if its balls overlap.
        engines: what computes the two sides.
    """

    name: str
    statement: str
    scope: str
    cases: Callable[[], Iterable[Case]]
    rung: str = "exact"
    engines: tuple[str, ...] = ("python-flint",)


@dataclass(frozen=True)
class StatisticalTest:
    """A test of a statement on random draws; it fails when it rejects.

    It rejects when the p-value is at most the level or, with ``critical``, when the statistic is
    larger than that.

    Args:
        name: the claim's id, or ``id/part``.
        statement: a sentence with LaTeX between dollar signs: what is tested.
        level: if the statement is true, the probability that the test rejects is at most this.
        n: the size of the sample.
        draw: from a random generator, data as the statement says.
        statistic: of the data: a p-value, or what is compared with ``critical``.
        finite: what makes the level valid at this n: the exact law or the inequality used, such
            as "binomial", "multinomial", "Bernstein", "enumerated null".
        approximate: for a test without that: how far off the level is at this n, as measured.
        critical: the exact or a larger critical value at the level.
        engines: what computes the draws and the statistic.
        counted: of the data, in words: what the statistic leaves out, and how often that was.
    """

    name: str
    statement: str
    level: Fraction
    n: int
    draw: Callable[[Generator], Any]
    statistic: Callable[[Any], Any]
    finite: str = ""
    approximate: str = ""
    critical: Any = None
    engines: tuple[str, ...] = ("NumPy",)
    counted: Callable[[Any], str] | None = None

    @property
    def scope(self) -> str:
        """The size of the sample."""
        return f"n = {self.n}"


@dataclass(frozen=True)
class Table:
    """Numbers that show an open claim; they decide nothing.

    Args:
        name: the claim's id, or ``id/part``.
        statement: the caption, with LaTeX between dollar signs.
        columns: their headings.
        rows: yields the rows: numbers or short texts, one for each column.
        engines: what computes the numbers.
    """

    name: str
    statement: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[Any]]]
    engines: tuple[str, ...] = ("python-flint",)


@dataclass(frozen=True)
class Literature:
    """A theorem that is cited and not proved here.

    Args:
        theorem: its assumptions and conclusion, without steps.
        reference: author, title, place and year, as in the theorem.
    """

    theorem: Theorem
    reference: str

    @property
    def name(self) -> str:
        """The name of the theorem: the claim's id."""
        return self.theorem.name


AnyPart = Part | Enumeration | StatisticalTest | Table | Literature


@dataclass(frozen=True)
class Witness:
    """An exact instance that meets every assumption but one, and on which the part fails."""

    part: str
    drops: str
    instance: Instance


@dataclass(frozen=True)
class Unwitnessed:
    """Why an assumption has no witness."""

    part: str
    drops: str
    reason: str


@dataclass(frozen=True)
class Twin:
    """A part's conclusion with one named change, and an instance on which it is false."""

    part: str
    change: str
    conclusion: Judgement
    instance: Instance


@dataclass(frozen=True)
class Variant:
    """An enumeration with one named change; some case of it must be refuted."""

    part: str
    change: str
    cases: Callable[[], Iterable[Case]]


@dataclass(frozen=True)
class Alternative:
    """What a statistical test must reject, with probability ``power`` or more, at its size.

    ``given`` says what the power takes for granted of the draws, where their law is not known.
    """

    part: str
    change: str
    power: Fraction
    draw: Callable[[Generator], Any]
    given: str = ""


AnyTwin = Twin | Variant | Alternative


@dataclass(frozen=True)
class Body:
    """What supports a claim.

    Args:
        parts: of any kinds; the claim's rung is that of the weakest.
        witnesses: for every assumption of every theorem, one or a reason for none.
        twins: at least one for each part but tables.
        rests_on: ids of claims that enumerations, tests and tables take for granted; what a
            derivation rests on stands in its steps.
    """

    parts: tuple[AnyPart, ...]
    witnesses: tuple[Witness | Unwitnessed, ...]
    twins: tuple[AnyTwin, ...]
    rests_on: tuple[str, ...] = ()

    @property
    def theorems(self) -> tuple[Part, ...]:
        """The parts that have a derivation."""
        others = (Enumeration, StatisticalTest, Table, Literature)
        return tuple(part for part in self.parts if not isinstance(part, others))

    def alternatives(self, part: str) -> tuple[Alternative, ...]:
        """What a statistical test of this name must reject."""
        named = (twin for twin in self.twins if isinstance(twin, Alternative))
        return tuple(twin for twin in named if twin.part == part)


@dataclass(frozen=True)
class Claim:
    """One conclusion of the theory.

    Args:
        id, label: unique; the label is the section's letter and a number, such as ``A1``.
        title: a short phrase.
        statement: sentences with LaTeX between dollar signs.
        source: the sentence of the paper that it reconstructs.
        mark: a key of ``MARKS``.
        build: makes the body.
        beyond: it goes past the abstract.
        erratum: a natural reading of the abstract that is false.
        gap: of an open claim, what is missing for a proof, in a sentence.
        file: the name of the user's own file in which it stands.
    """

    id: str
    label: str
    title: str
    statement: str
    source: Source
    mark: str
    build: Callable[[], Body]
    beyond: bool = False
    erratum: bool = False
    gap: str = ""
    file: str = ""

    @property
    def section(self) -> str:
        """The letter of the section."""
        return self.label[0]

    @property
    def required_rung(self) -> str:
        """The rung that the mark requires."""
        return MARKS[self.mark]

    @cached_property
    def body(self) -> Body:
        """The body, built on first use."""
        return self.build()

    @property
    def place(self) -> tuple[str, int]:
        """The file in which the claim stands, and the line where its card begins."""
        code = unwrap(self.build).__code__
        return code.co_filename, code.co_firstlineno


def claim(**card: Any) -> Callable[[Callable[[], Body]], Claim]:
    """Make a claim from its card and the function that builds its body.

    Raises:
        TypeError: the card lacks a field, or has one that there is not.
    """
    known = {field.name: field.default is MISSING for field in fields(Claim)}
    needed = {name for name, needed in known.items() if needed} - {"build"}
    faults = {"lacks": needed - set(card), "has no field": set(card) - set(known)}
    said = [f"{fault} {', '.join(sorted(names))}" for fault, names in faults.items() if names]
    if said:
        raise TypeError(f"the card of a claim {' and '.join(said)}")

    def with_body(build: Callable[[], Body]) -> Claim:
        return Claim(build=build, **card)

    return with_body


def literature(
    name: str, label: str, title: str, statement: str, reference: str
) -> Callable[[Callable[[], Theorem]], Claim]:
    """Make the card of a theorem of the literature from the function that states it.

    Args:
        name: of the theorem; the id of the claim.
        label: the letter L and a number.
        title: a short name; claims that rest on it are derived "given" this.
        statement: sentences with LaTeX between dollar signs.
        reference: author, title, place and year; the theorem has the same.
    """

    def with_theorem(state: Callable[[], Theorem]) -> Claim:
        source = Source("literature", reference)

        @wraps(state)
        def build() -> Body:
            return Body((Literature(state(), reference),), (), ())

        return Claim(name, label, title, statement, source, "literature", build)

    return with_theorem
