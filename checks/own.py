"""The user's own claims: Python files, read only in processes of their own.

Every `Claim` that stands in the file under a name is one of its claims.  The command itself
never runs the file: a worker reads it, within a time limit, and answers with the cards alone.
"""

import ast
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

from checks.claim import AnyPart, AnyTwin, Body, Claim, Source, Unwitnessed, Witness
from checks.registry import BadRegistry, Registry, owner

__all__ = ["BadClaims", "cards", "check_body", "place_of", "read", "stand_ins"]

MODULE = "own_claims"
"""The name under which a file is loaded."""

TYPES = {
    "id": str,
    "label": str,
    "title": str,
    "statement": str,
    "source": Source,
    "mark": str,
    "beyond": bool,
    "erratum": bool,
    "gap": str,
}
"""The fields of a card."""


LONGEST = 60
"""Characters of a value that a message shows."""

HELD = {
    "parts": (AnyPart, "a Part, Enumeration, StatisticalTest, Table or Literature"),
    "witnesses": (Witness | Unwitnessed, "a Witness or an Unwitnessed"),
    "twins": (AnyTwin, "a Twin, Variant or Alternative"),
    "rests_on": (str, "the id of a claim"),
}
"""What a body holds."""


class BadClaims(Exception):
    """A file of claims is wrong; the message names the file, the line and what was expected."""


def read(path: str, known: Iterable[Claim]) -> tuple[Claim, ...]:
    """Run a file; return its claims in the order in which they stand there.

    Args:
        path: of the file.
        known: the claims beside which they are to stand.

    Raises:
        BadClaims: the file cannot be read or run, has no claim, or a card is wrong; the message
            begins with the line, where there is one.
    """
    names = _run(path, _parsed(path))
    known = tuple(known)
    others = {id(claim) for claim in known}
    found = {
        id(value): value
        for value in names.values()
        if isinstance(value, Claim) and id(value) not in others
    }
    own = tuple(found.values())
    if not own:
        raise BadClaims("there is no claim in it; `ccmc new FILE` writes an example")
    for number, claim in enumerate(own):
        line = claim.place[1]
        _check_card(claim, line)
        try:
            Registry([*known, *own[: number + 1]])
        except BadRegistry as error:
            raise BadClaims(f"line {line}: {error}") from None
    return own


def _parsed(path: str) -> Any:
    """Return the code of a file, in which every function of a module has a name of its own."""
    try:
        tree = ast.parse(Path(path).read_bytes(), path)
        code = compile(tree, path, "exec")
    except OSError as error:
        raise BadClaims(f"{error.strerror}") from None
    except SyntaxError as error:
        place = f"line {error.lineno}: " if error.lineno else ""
        raise BadClaims(f"{place}{error.msg}; expected Python") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadClaims(f"{error}; expected Python") from None
    lines: dict[str, int] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            if node.name in lines:
                twice = f"the name {node.name} is taken by line {lines[node.name]}"
                raise BadClaims(f"line {node.lineno}: {twice}")
            lines[node.name] = node.lineno
    return code


def _run(path: str, code: Any) -> Mapping[str, Any]:
    """Run the code of a file as a module; return its names."""
    spec = spec_from_loader(MODULE, loader=None, origin=path)
    assert spec is not None
    module = sys.modules[MODULE] = module_from_spec(spec)
    module.__file__ = path
    sys.path.append(str(Path(path).parent))  # last: its neighbours hide no installed module
    try:
        exec(code, vars(module))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it does, one message
        place = place_of(error, path)
        said = f"{type(error).__name__}: {error}".strip(": ")
        raise BadClaims(f"{f'line {place}: ' if place else ''}{said}") from None
    return vars(module)


def place_of(error: BaseException, path: str) -> int:
    """Return the last line of a file that an exception went through, or 0.

    Example:
        >>> place_of(ValueError("raised nowhere"), "mine.py")
        0
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path]
    return (lines[-1] or 0) if lines else 0


def _check_card(claim: Claim, line: int) -> None:
    """Raise BadClaims unless the fields of a card are of their types, and the id is one."""
    for name, kind in TYPES.items():
        value = getattr(claim, name)
        if not isinstance(value, kind):
            wanted = "text" if kind is str else kind.__name__
            raise BadClaims(f"line {line}: {name} = {value!r}; expected {wanted}")
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", claim.id):
        expected = "expected small letters, digits and hyphens, such as 'my-claim'"
        raise BadClaims(f"line {line}: id = {claim.id!r}; {expected}")


def check_body(claim: Claim) -> None:
    """Raise BadClaims, naming the line, unless the body of a claim hangs together.

    What it holds is of the right kinds; its parts bear its own name, each another one; witnesses
    and twins are of its parts.
    """
    where = f"line {claim.place[1]}: {claim.id}"
    if not isinstance(claim.body, Body):
        raise BadClaims(f"{where}: its function returns {claim.body!r}; expected a Body")
    for field, (kinds, expected) in HELD.items():
        _check_held(where, field, getattr(claim.body, field), kinds, expected)
    for part in claim.body.theorems:
        _check_theorem(where, part.theorem)
    names = [part.name for part in claim.body.parts]
    for name in names:
        if owner(name) != claim.id or names.count(name) > 1:
            expected = f"expected {claim.id!r}, or '{claim.id}/...', each once"
            raise BadClaims(f"{where}: a part is called {name!r}; {expected}")
    for item in (*claim.body.witnesses, *claim.body.twins):
        if item.part not in names:
            kind = type(item).__name__.lower()
            raise BadClaims(
                f"{where}: a {kind} is of {item.part!r}; the parts are {', '.join(names)}"
            )


def _check_held(where: str, what: str, held: Any, kinds: Any, expected: str) -> None:
    """Raise BadClaims unless something holds values of some kinds alone."""
    if not isinstance(held, tuple | list):
        raise BadClaims(f"{where}: its {what} are {_brief(held)}; expected a tuple of them")
    for item in held:
        if not isinstance(item, kinds):
            raise BadClaims(f"{where}: among its {what} is {_brief(item)}; expected {expected}")


def _brief(x: object) -> str:
    """Return a value in one short line."""
    text = " ".join(repr(x).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _check_theorem(where: str, theorem: Any) -> None:
    """Raise BadClaims unless what a theorem holds is of the right kinds."""
    from theory.derivation import Assumption, Definition, Step, Theorem
    from theory.judgement import Judgement

    def check(name: str, value: Any, kind: Any) -> None:
        if not isinstance(value, kind):
            raise BadClaims(f"{where}: {name} is {_brief(value)}; expected a {kind.__name__}")

    check("the theorem of a part", theorem, Theorem)
    check("the conclusion", theorem.conclusion, Judgement)
    for what, kind in (("assumptions", Assumption), ("definitions", Definition), ("steps", Step)):
        _check_held(where, what, getattr(theorem, what), kind, kind.__name__)
        for fact in getattr(theorem, what):
            check(f"what {fact.name} says", fact.judgement, Judgement)
    for step in theorem.steps:
        _check_held(where, f"uses of step {step.name}", step.uses, str, "the name of a fact")
        check(f"where of step {step.name}", step.where, Mapping)


def cards(files: Sequence[tuple[str, str]], known: str) -> list[dict[str, Any]]:
    """Return the cards of the claims in some files, and their places, as plain data.

    Args:
        files: what each is called in messages, and its path.
        known: where the claims are beside which they stand, as ``module:name``.

    Raises:
        BadClaims: as `read`, after the file's name.
    """
    from checks.worker import named

    others = tuple(named(known))
    found: list[dict[str, Any]] = []
    for file, path in files:
        try:
            own = read(path, (*others, *stand_ins(found)))
        except BadClaims as error:
            raise BadClaims(f"{file}: {error}") from None
        for claim in own:
            card = {name: getattr(claim, name) for name in TYPES}
            found.append(card | {"file": file, "path": path, "line": claim.place[1]})
    return found


@dataclass(frozen=True)
class StandIn(Claim):
    """A claim of which only the card is known, and the place: path and line."""

    stands: tuple[str, int] = ("", 0)

    @property
    def place(self) -> tuple[str, int]:
        """The file in which the claim stands, and the line where its card begins."""
        return self.stands


def stand_ins(found: Iterable[Mapping[str, Any]]) -> tuple[Claim, ...]:
    """Return claims with these cards, whose bodies only a worker can build."""

    def elsewhere() -> Body:
        raise RuntimeError("the user's claims are built in workers only")

    return tuple(
        StandIn(
            build=elsewhere,
            file=card["file"],
            stands=(card["path"], card["line"]),
            **{name: card[name] for name in TYPES},
        )
        for card in found
    )
