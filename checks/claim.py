"""Claims: what is said, where it comes from, and what supports it.

A claim is a *card* (light: no SymPy is loaded to list it) and a *body*, built on demand:
its parts (theorems with their derivations and the instances they are checked on), one witness
for every assumption (or a written reason why there is none), and twins (the claim with one
change, which must be refuted).  Results live in the record, never in the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from numeric.instance import Instance
    from theory.derivation import Theorem
    from theory.judgement import Judgement

__all__ = ["MARKS", "Body", "Claim", "Part", "Source", "Twin", "Unwitnessed", "Witness", "claim"]

MARKS = {"all": "derived", "exact": "exact", "stat": "statistical", "open": "open"}
"""What a claim is marked with, and the rung that the mark requires."""


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
    """

    theorem: Theorem
    instances: Callable[[int], SearchStrategy[Instance]]
    computed: Callable[[Instance], Mapping[str, Callable[..., Any]]] = field(default=_nothing)
    least: int = 1

    @property
    def name(self) -> str:
        """The name of the theorem: the claim's id, or ``id/part``."""
        return self.theorem.name


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
class Body:
    """What supports a claim."""

    parts: tuple[Part, ...]
    witnesses: tuple[Witness | Unwitnessed, ...]
    twins: tuple[Twin, ...]


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


def claim(**card: Any) -> Callable[[Callable[[], Body]], Claim]:
    """Make a claim from its card and the function that builds its body."""

    def with_body(build: Callable[[], Body]) -> Claim:
        return Claim(build=build, **card)

    return with_body
