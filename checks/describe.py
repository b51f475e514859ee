"""A claim as plain data: what `show`, the record and the reports print.

Everything is JSON-ready: judgements as text and as LaTeX, instances exactly.  The fingerprint
changes when anything that a claim says or rests on changes.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from checks.claim import (
    Alternative,
    AnyPart,
    AnyTwin,
    Body,
    Claim,
    Enumeration,
    Literature,
    Part,
    StatisticalTest,
    Table,
    Unwitnessed,
    Variant,
)
from checks.plain import plain
from checks.registry import card, owner
from checks.report.latex import tex
from checks.typeset import latex, latex_term, show, text, text_term
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement

if TYPE_CHECKING:
    from sympy import Expr

    from checks.claim import Witness

__all__ = ["describe", "fingerprint"]

KINDS = {Enumeration: "enumeration", StatisticalTest: "test", Table: "table"}
"""Parts that are no theorems."""


def describe(claim: Claim) -> dict[str, Any]:
    """Return a claim with its parts, witnesses and twins."""
    body = claim.body
    data = card(claim) | {
        "parts": [_part(part) for part in body.parts],
        "witnesses": [_witness(witness, body) for witness in body.witnesses],
        "twins": [_twin(twin) for twin in body.twins],
    }
    cites = {owner(name) for part in data["parts"] for name in part["cites"]} - {claim.id}
    data["cites"] = sorted(cites | set(body.rests_on))
    return data | {"fingerprint": fingerprint(data)}


def fingerprint(data: Mapping[str, Any]) -> str:
    """Return a short digest of a described claim.

    Example:
        >>> fingerprint({"id": "a"}) == fingerprint({"id": "b"})
        False
    """
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _part(part: AnyPart) -> dict[str, Any]:
    if isinstance(part, Enumeration | StatisticalTest | Table):
        return _other(part)
    theorem = part.theorem
    more = {"unchecked": part.unchecked} if isinstance(part, Part) and part.unchecked else {}
    if isinstance(part, Literature):
        statement = f"Cited, not proved here: {part.reference}"
        more = {"kind": "literature", "statement": statement, "reference": part.reference}
    return more | {
        "name": theorem.name,
        "conclusion": _conclusion(theorem),
        "assumptions": [_assumption(assumption) for assumption in theorem.assumptions],
        "definitions": [_definition(definition) for definition in theorem.definitions],
        "steps": [_step(step) for step in theorem.steps],
        "cites": sorted({cited.name for cited in theorem.cited}),
    }


def _other(part: Enumeration | StatisticalTest | Table) -> dict[str, Any]:
    """Return a part without a derivation; it has the keys of a theorem, most of them empty."""
    statement = " ".join(part.statement.split())
    return {
        "name": part.name,
        "kind": KINDS[type(part)],
        "statement": statement,
        "conclusion": {"text": plain(statement), "latex": _in_mathematics(statement)},
        **{key: [] for key in ("assumptions", "definitions", "steps", "cites")},
        **_stated(part),
    }


def _stated(part: Enumeration | StatisticalTest | Table) -> dict[str, Any]:
    """Return what a part says besides its statement."""
    if isinstance(part, Enumeration):
        return {"rung": part.rung, "scope": part.scope}
    if isinstance(part, Table):
        return {"columns": list(part.columns)}
    return {
        "rung": "statistical",
        "scope": part.scope,
        "level": str(part.level),
        "n": part.n,
        "finite": part.finite,
        "approximate": part.approximate,
    }


def _in_mathematics(sentence: str) -> str:
    """Return a sentence as LaTeX that may stand in a formula."""
    pieces = sentence.split("$")
    return "".join(
        piece if number % 2 else rf"\text{{{tex(piece)}}}"
        for number, piece in enumerate(pieces)
        if piece
    )


def _judgement(judgement: Judgement) -> dict[str, str]:
    return {"text": text(judgement), "latex": latex(judgement)}


def _conclusion(theorem: Theorem) -> dict[str, str]:
    """Return what a theorem says; what it introduces exists, whatever the other names are."""
    said, names = _judgement(theorem.conclusion), theorem.introduces
    if not names:
        return said
    return {
        "text": f"there is {show(names)} with {said['text']}",
        "latex": rf"\text{{there is }} {show(names, latex_term)} \text{{ with }} {said['latex']}",
    }


def _assumption(assumption: Assumption) -> dict[str, str]:
    name, sentence = assumption.name, assumption.sentence
    return {"name": name, "sentence": sentence} | _judgement(assumption.judgement)


def _definition(definition: Definition) -> dict[str, str]:
    return {"name": definition.name} | _judgement(definition.judgement)


def _step(step: Step) -> dict[str, Any]:
    return (
        {"name": step.name}
        | _judgement(step.judgement)
        | {"by": step.by, "uses": list(step.uses), "where": _where(step)}
    )


def _where(step: Step) -> list[dict[str, str]]:
    """Return the parameters of a step in words: plain, and with LaTeX between dollar signs."""
    say = _multiplied if step.by == "combine" else _set
    return [
        {"text": say(key, value, text_term), "markup": say(key, value, _dollars)}
        for key, value in step.where.items()
    ]


def _dollars(e: "Expr") -> str:
    return f"${latex_term(e)}$"


def _set(key: Any, value: Any, term: Callable[["Expr"], str]) -> str:
    return f"{show(key, term)} := {show(value, term)}"


def _multiplied(name: str, value: Any, term: Callable[["Expr"], str]) -> str:
    multiplier, *indices = value if isinstance(value, tuple) else (value,)
    over = f", summed over {show(indices, term)}" if indices else ""
    return f"{name} times {show(multiplier, term)}{over}"


def _witness(witness: "Witness | Unwitnessed", body: Body) -> dict[str, Any]:
    if isinstance(witness, Unwitnessed):
        return {"part": witness.part, "drops": witness.drops, "reason": witness.reason}
    return {
        "part": witness.part,
        "drops": witness.drops,
        "satisfies": [
            assumption.name
            for part in body.theorems
            if part.name == witness.part
            for assumption in part.theorem.assumptions
            if assumption.name != witness.drops
        ],
        "instance": witness.instance.to_json(),
        "shown": str(witness.instance),
    }


def _twin(twin: AnyTwin) -> dict[str, Any]:
    if isinstance(twin, Variant):
        return {"part": twin.part, "change": twin.change}
    if isinstance(twin, Alternative):
        given = {"given": twin.given} if twin.given else {}
        return {"part": twin.part, "change": twin.change, "power": str(twin.power), **given}
    return (
        {"part": twin.part, "change": twin.change}
        | _judgement(twin.conclusion)
        | {"instance": twin.instance.to_json(), "shown": str(twin.instance)}
    )
