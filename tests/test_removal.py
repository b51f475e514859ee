"""Whatever is taken from a claim, one assumption, step or piece of evidence, is missed.

A fact of a derivation goes with its mention in the step that uses it: then that step is refused.
Evidence goes from the claim: then its record, made by the code that makes records, is weaker than
`baseline.json` for ``ccmc diff``.  What stays is taken from the baseline as it was found there;
``make ci`` finds it anew and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checks import describe, evidence, runner, worker
from checks.claim import AnyPart, Claim, Literature, Part, Unwitnessed, Witness
from checks.claims import CLAIMS
from checks.compare import Change, compare
from checks.finding import Finding
from checks.record import load
from checks.registry import Registry, owner
from theory.derivation import Step, _check_end, check_step
from theory.judgement import Judgement, Refused

BASELINE = load(Path(__file__).parent.parent / "baseline.json")
RECORDED = {entry["id"]: entry for entry in BASELINE["claims"]}
REGISTRY = Registry(CLAIMS)
REGENERATE = "`ccmc verify --twins --save R`, then `ccmc map --from R` to write it again"
SETTINGS = worker.Settings(seed=BASELINE["seed"], twins=True)

Fact = tuple[Judgement, frozenset[str]]
Answer = dict[str, Any]
Removal = tuple[str, bool]
"""What was removed, and whether that was noticed."""


@pytest.fixture(autouse=True)
def recorded_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examine claims with the findings of the baseline, and print each judgement once."""
    monkeypatch.setattr(evidence, "_support", support)
    monkeypatch.setattr(evidence, "_witness", witness)
    monkeypatch.setattr(evidence, "_changed", lambda part, twin, _: changed(part, twin.change))
    monkeypatch.setattr(
        evidence, "_mutants", lambda part, *_: Finding("mutants", part.name, "", {})
    )
    monkeypatch.setattr(describe, "_judgement", cache(describe._judgement))
    monkeypatch.setattr(describe, "_part", described)
    monkeypatch.setattr(runner, "versions", dict)


def once(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function, called once for each object."""
    known: dict[int, tuple[Any, Any]] = {}

    def call(x: Any) -> Any:
        if id(x) not in known:
            known[id(x)] = x, function(x)  # with x, so that no other object gets its id
        return known[id(x)][1]

    return call


described = once(describe._part)


@once
def computed(part: Part) -> list[str]:
    """The names that `numeric` computes for a part, at one instance."""
    names: set[str] = set()

    def look(at: Any) -> None:
        names.update(set(part.computed(at)) - {name for name, _ in at.items()})

    evidence._search(look, part.instances(max(part.least, 2)), 0, 1)
    return sorted(names)


def recorded(part: str, where: str, **said: str) -> list[Finding]:
    """What the baseline found for a part."""
    listed = RECORDED[owner(part)][where]
    found = [f for f in listed if f["part"] == part and said.items() <= f.items()]
    return [Finding(f["kind"], part, f["outcome"], f) for f in found]


def support(part: AnyPart, *_: object) -> list[Finding]:
    """What the baseline found, with what the code says and the baseline leaves out."""
    said = {key: getattr(part, key) for key in ("rung", "engines") if hasattr(part, key)}
    now = dict.fromkeys(("enumeration", "test", "table"), said)
    if isinstance(part, Part):
        now = {"engine": {"computed": computed(part)}}
    if isinstance(part, Literature):
        now = {"literature": {"assumes": [a.name for a in part.theorem.assumptions]}}
    found = recorded(part.name, "evidence")
    return [replace(f, detail={**f.detail, **now.get(f.kind, {})}) for f in found]


def witness(part: AnyPart, drop: Witness | Unwitnessed) -> Finding:
    reason = {"reason": drop.reason} if isinstance(drop, Unwitnessed) else {}
    kind = "unwitnessed" if reason else "witness"
    [found] = recorded(part.name, "witnesses", kind=kind, drops=drop.drops)
    return replace(found, detail={**found.detail, **reason})


def changed(part: AnyPart, change: str) -> Finding:
    [found] = recorded(part.name, "twins", change=change)
    return found


def answer(claim: Claim) -> Answer:
    """What a worker answers for a claim."""
    others = {name: other for name, other in REGISTRY.items() if name != claim.id}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_registry", lambda _: Registry((claim, *others.values())))
        return worker.examine_claim(claim.id, SETTINGS)


@cache
def whole(name: str) -> Answer:
    """What a worker answers for a claim as it is."""
    return answer(REGISTRY[name])


def entries(name: str, found: Answer) -> list[dict[str, Any]]:
    """The claim's object in a record, with those of all it rests on."""
    answers = {name: found}
    waiting = list(found.get("cited", ()))
    while waiting:
        other = waiting.pop()
        if other not in answers:
            answers[other] = whole(other)
            waiting += answers[other]["cited"]
    record = runner._record([name], REGISTRY, SETTINGS, runner._Answers(claims=answers))
    return [entry for entry in record["claims"] if entry["id"] == name]


def differences(name: str, found: Answer) -> list[Change]:
    """What `ccmc diff` tells of the claim."""
    old = {**BASELINE, "claims": [RECORDED[name]]}
    return compare(old, {**BASELINE, "claims": entries(name, found)})


def weaker(name: str, found: Answer) -> bool:
    return any(change.weaker for change in differences(name, found))


def refused(check: Callable[..., Any], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except Refused:
        return True
    return False


def facts(claim: Claim) -> Iterator[Removal]:
    """Each assumption, definition and step, in each step that uses it."""
    for part in claim.body.theorems:
        theorem = part.theorem
        before: dict[str, Fact] = {
            name: (said, frozenset()) for name, said in theorem.given.items()
        }
        idle = {*before, *(step.name for step in theorem.steps[:-1])}
        for step in theorem.steps:
            for name in step.uses:
                less = without(step, name)
                yield (
                    f"{theorem.name}: {name}, for {less.name}",
                    refused(check_step, less, before, theorem),
                )
            idle -= set(step.uses)
            before[step.name] = step.judgement, check_step(step, before, theorem)
        yield f"{theorem.name}: {idle}", not idle
        shorter = replace(theorem, steps=theorem.steps[:-1])
        yield f"{theorem.name}: the end", refused(_check_end, shorter, before, set(before))


def without(step: Step, name: str) -> Step:
    """The step with no mention of a fact."""
    uses = tuple(other for other in step.uses if other != name)
    return replace(step, uses=uses, where={k: v for k, v in step.where.items() if k != name})


def pieces(claim: Claim) -> Iterator[Removal]:
    """Each part with all that speaks of it, each witness, reason, twin and function computed."""
    body = claim.body

    def left(what: str, **fields: Any) -> Removal:
        rest = replace(body, **fields)
        found = answer(replace(claim, build=lambda: rest))
        assert "BadRegistry" in found.get("failed", "BadRegistry"), "it is the claim that must fail"
        return f"{claim.id}: {what}", weaker(claim.id, found)

    for part in body.parts:
        others = {
            key: tuple(x for x in getattr(body, key) if x.part != part.name)
            for key in ("witnesses", "twins")
        }
        yield left(part.name, parts=apart(body.parts, part), **others)
        for fewer in smaller(part):
            parts = tuple(fewer if x is part else x for x in body.parts)
            yield left(f"something of {part.name}", parts=parts)
    for drop in body.witnesses:
        yield left(f"{drop.part} without {drop.drops}", witnesses=apart(body.witnesses, drop))
    for twin in body.twins:
        yield left(f"{twin.part}: {twin.change}", twins=apart(body.twins, twin))


def apart(things: tuple[Any, ...], thing: object) -> tuple[Any, ...]:
    return tuple(other for other in things if other is not thing)


def smaller(part: AnyPart) -> Iterator[AnyPart]:
    """A theorem with one computed function less; one of the literature that assumes less."""
    if isinstance(part, Part):
        for name in computed(part):
            yield replace(part, computed=omitting(part.computed, name))
    if isinstance(part, Literature):
        for given in part.theorem.assumptions:
            rest = apart(part.theorem.assumptions, given)
            yield replace(part, theorem=replace(part.theorem, assumptions=rest))


def omitting(functions: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    return lambda at: {key: value for key, value in functions(at).items() if key != name}


def findings(claim: Claim) -> Iterator[Removal]:
    """Each finding of the run and, where cases were counted, one case; a refused derivation."""
    found = whole(claim.id)
    for finding in found["findings"]:
        rest = apart(tuple(found["findings"]), finding)
        less = [rest]
        if "effective" in finding and finding["kind"] != "twin":  # there: which case refutes it
            less.append((*rest, {**finding, "effective": finding["effective"] - 1}))
        if finding["kind"] == "derivation":
            less.append((*rest, {**finding, "outcome": "undecided"}))
        for some in less if finding["kind"] != "mutants" else ():
            said = f"{finding['part']}: {finding['kind']}, or some of it"
            yield said, weaker(claim.id, {**found, "findings": list(some)})


def nothing(claim: Claim) -> Iterator[Removal]:
    """With everything in its place the record is what the baseline says."""
    yield "weaker", not weaker(claim.id, whole(claim.id))
    [entry], old = entries(claim.id, whole(claim.id)), RECORDED[claim.id]
    for key in ("evidence", "witnesses", "twins"):
        yield f"{key}: {REGENERATE}", names(entry[key]) == names(old[key])


def names(listed: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    said = ("kind", "part", "drops", "change", "computed", "assumes")
    return [tuple(str(f.get(key)) for key in said) for f in listed]


@pytest.mark.parametrize("remove", [nothing, facts, pieces, findings])
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_removing_any_one_thing_from_a_claim_is_noticed(
    claim: Claim, remove: Callable[[Claim], Iterator[Removal]]
) -> None:
    """About 7700 removals in 100 s of processor time, which halve on two cores."""
    assert claim.id in RECORDED, f"baseline.json lacks it: {REGENERATE}"
    assert [what for what, noticed in remove(claim) if not noticed] == []
