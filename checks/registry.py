"""The claims by id, label and section, and the check that they fit together.

Reading cards is light.  What a claim cites stands in its body, so `Registry.check` and
`Registry.citations` load SymPy, and nothing else here does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from checks.citations import ancestors, cycle
from checks.claim import MARKS, Claim

__all__ = [
    "SECTIONS",
    "BadRegistry",
    "NothingSelected",
    "Registry",
    "UnknownName",
    "card",
    "owner",
]

SECTIONS = {
    "A": "Mapping",
    "B": "Position",
    "C": "Identifiability",
    "D": "Sample complexity",
    "E": "Generation",
    "L": "Literature",
}
"""The sections of the theory."""


class BadRegistry(ValueError):
    """The claims do not fit together."""


class UnknownName(LookupError):
    """No claim, label or section has this name; the message offers close ones."""


class NothingSelected(LookupError):
    """The names are right, but no claim bears them."""


def card(claim: Claim) -> dict[str, Any]:
    """Return what a claim says, without its body."""
    return {
        "id": claim.id,
        "label": claim.label,
        "section": claim.section,
        "title": claim.title,
        "statement": " ".join(claim.statement.split()),
        "source": {"place": claim.source.place, "paraphrase": claim.source.paraphrase},
        "mark": claim.mark,
        "required_rung": claim.required_rung,
        "beyond": claim.beyond,
        "erratum": claim.erratum,
        **({"gap": claim.gap} if claim.gap else {}),
        **({"file": claim.file, "line": claim.place[1]} if claim.file else {}),
    }


def owner(theorem: str) -> str:
    """Return the id of the claim to which a theorem belongs.

    Example:
        >>> owner("prompt-sufficiency/permutation")
        'prompt-sufficiency'
    """
    return theorem.partition("/")[0]


class Registry(Mapping[str, Claim]):
    """Claims in the order of the theory.

    Raises:
        BadRegistry: two claims have the same id or label, a label is not a letter and a number,
            or a mark is unknown.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._claims: dict[str, Claim] = {}
        labels: dict[str, str] = {}
        for claim in claims:
            if claim.id in self._claims:
                raise BadRegistry(f"two claims have the id {claim.id!r}")
            if claim.label in labels:
                raise BadRegistry(
                    f"{labels[claim.label]!r} and {claim.id!r} have the same label {claim.label}"
                )
            if not re.fullmatch("[A-Z][0-9]+", claim.label):
                raise BadRegistry(
                    f"{claim.id!r} has the label {claim.label!r}: a letter and a number expected"
                )
            if claim.mark not in MARKS:
                known = ", ".join(MARKS)
                raise BadRegistry(f"{claim.id!r} has the unknown mark {claim.mark!r}: use {known}")
            self._claims[claim.id] = claim
            labels[claim.label] = claim.id
        self._labels = labels

    def __getitem__(self, name: str) -> Claim:
        return self._claims[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def select(self, names: Sequence[str] = ()) -> tuple[Claim, ...]:
        """Return the claims with these ids, labels or section letters; all when none is given.

        Capital letters do not matter, and the order is that of the registry.

        Raises:
            UnknownName: a name is none of these.
            NothingSelected: no claim bears the names.
        """
        wanted = {name for given in names for name in self._named(given)} if names else set(self)
        if not wanted:
            raise NothingSelected(
                f"no claim in {' '.join(names)} yet" if names else "there is no claim"
            )
        return tuple(claim for claim in self.values() if claim.id in wanted)

    def _named(self, given: str) -> list[str]:
        """Return the ids that one name stands for."""
        if given.lower() in self._claims:
            return [given.lower()]
        name = given.upper()
        if name in self._labels:
            return [self._labels[name]]
        sections = {claim.section for claim in self.values()} | set(SECTIONS)
        if name in sections:
            return [claim.id for claim in self.values() if claim.section == name]
        raise UnknownName(self._no_such(given, sorted(sections)))

    def _no_such(self, given: str, sections: Sequence[str]) -> str:
        from difflib import get_close_matches

        labels = {label.lower(): label for label in self._labels}
        close = get_close_matches(given.lower(), [*self._claims, *labels], n=3, cutoff=0.5)
        if not close:
            close = [name for name in self._claims if given.lower() in name][:3]
        hint = " or ".join(labels.get(name, name) for name in close)
        advice = f"did you mean {hint}?" if hint else f"sections: {', '.join(sections)}"
        return f"no claim, label or section is called {given!r}; {advice} `ccmc list` shows all"

    def citations(self, name: str) -> tuple[str, ...]:
        """Return the ids of the other claims that a claim rests on.

        Raises:
            BadRegistry: a cited theorem belongs to no claim, or is not the one that its claim
                proves; or the claim rests on one that does not exist.
        """
        body = self[name].body
        lost = [other for other in body.rests_on if other not in self]
        if lost:
            raise BadRegistry(f"{name} rests on {lost[0]!r}, which is no claim")
        if body.rests_on and self[name].required_rung == "derived":
            raise BadRegistry(f"{name} is derived: its steps must cite what it rests on")
        cited: dict[str, None] = dict.fromkeys(body.rests_on)
        for part in body.theorems:
            for theorem in part.theorem.cited:
                source = owner(theorem.name)
                if source not in self:
                    raise BadRegistry(
                        f"{part.name} cites {theorem.name!r}, which belongs to no claim"
                    )
                stated = [getattr(other, "theorem", None) for other in self[source].body.parts]
                if theorem not in stated:
                    raise BadRegistry(
                        f"{part.name} cites {theorem.name!r}, which is not a part of {source}"
                    )
                if source != name:
                    cited[source] = None
        return tuple(cited)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the ids of everything that a claim rests on, nearest first.

        Raises:
            BadRegistry: as `citations`.
        """
        return ancestors(name, {claim: self.citations(claim) for claim in self})

    def check(self) -> None:
        """Check what only the bodies show: citations lead to claims, and never in a circle.

        Raises:
            BadRegistry: a citation dangles or a claim rests on itself; the path is named.
        """
        citations = {claim: self.citations(claim) for claim in self}
        for claim in self:
            path = cycle(claim, citations)
            if path:
                raise BadRegistry(f"a claim rests on itself: {' -> '.join(path)}")
            for part in self[claim].body.parts:
                if owner(part.name) != claim:
                    raise BadRegistry(f"{claim} has a part called {part.name!r}: not its own name")
