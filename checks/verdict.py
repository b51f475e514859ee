"""How a claim stands, computed from what was found: verdict, rung, scope, trust base.

Nothing here is typed by hand.  A claim starts as ``not run``; only complete evidence for it
and for everything it cites moves it to ``holds``.  All functions are pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.citations import ancestors, cycle
from checks.ledger import ledger, overspent

__all__ = ["EXIT", "RUNGS", "SIGNS", "VERDICTS", "Result", "Standing", "exit_code", "failing"]
__all__ += ["judge", "weakest"]

RUNGS = ("kernel", "derived", "exact", "certified", "statistical", "sampled", "open")
"""From the strongest to the weakest.  ``cited`` (literature) stands outside the order."""

VERDICTS = ("holds", "supported", "open", "inconclusive", "not run", "error", "refuted")
"""From the best to the worst."""

SIGNS = {
    "holds": "✓",
    "supported": "≈",
    "open": "○",
    "inconclusive": "?",
    "not run": "–",
    "error": "!",
    "refuted": "✗",
    "cited": "§",
}
"""A sign for each verdict, and for what is cited; the word always stands beside it."""

EXIT = {"error": 70, "refuted": 1, "inconclusive": 3, "not run": 3}
"""The exit code that a verdict asks for; the others ask for 0."""

SEVERITY = (70, 1, 3, 0)

DERIVED = ("derivation", "engine", "cross-check")
"""What every theorem of a derived claim must have."""

OTHERS = {
    "enumeration": ("enumeration",),
    "test": ("test",),
    "table": ("table",),
    "literature": ("literature",),
}
"""What a part of another kind must have."""

ENGINES = {
    "derivation": "SymPy (python ground types)",
    "engine": "python-flint",
    "cross-check": "python-flint",
    "witness": "python-flint",
    "twin": "python-flint",
}

Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What came back from examining one claim.

    Args:
        id: the claim.
        required: the rung that its mark requires.
        status: ``done``, ``timed out``, ``failed`` (an error or a crash) or ``not run``.
        message: why, when it is not ``done``.
        findings: each with ``kind``, ``part``, ``outcome`` and its details.
        parts: their names; each must have all kinds of evidence.
        kinds: of the parts that are no theorems, by name: a key of ``OTHERS``.
        gap: of an open claim, what is missing.
        needs_literature: its mark says that it is derived given a theorem of the literature.
        assumptions: (part, name); each must have a witness, or a reason why there is none.
        twins: (part, change) of the twins that were to be run.
        scope: the sizes covered if every derivation holds.
        rules, definitions: names that the derivations use.
        cited: ids of the claims cited directly.
    """

    id: str
    required: str
    status: str = "not run"
    message: str = ""
    findings: tuple[Finding, ...] = ()
    parts: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    gap: str = ""
    needs_literature: bool = False
    assumptions: tuple[tuple[str, str], ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    scope: str = ""
    rules: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How a claim stands.

    ``rung`` is None when none was reached; ``given`` are the cited theorems of the literature;
    ``reasons`` say in words why the verdict is not better.
    """

    verdict: str = "not run"
    rung: str | None = None
    given: tuple[str, ...] = ()
    scope: str = "nothing"
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def judge(results: Iterable[Result]) -> dict[str, Standing]:
    """Return how each claim stands, given what was found for it and for all it rests on.

    Example:
        >>> judge([Result("a-claim", "derived")])["a-claim"].verdict
        'not run'
    """
    by_id = {result.id: result for result in results}
    citations = {result.id: result.cited for result in by_id.values()}
    excess = overspent(ledger(f for result in by_id.values() for f in result.findings))
    known = {name for name, result in by_id.items() if result.required == "cited"}
    own = {
        name: _own(
            result, citations, excess, sorted(known & set(ancestors(name, citations)) - {name})
        )
        for name, result in by_id.items()
    }
    return {
        name: _combine(result, ancestors(name, citations), own, by_id)
        for name, result in by_id.items()
    }


Own = tuple[str, str | None, tuple[str, ...]]  # verdict, rung, reasons


def _combine(
    result: Result, below: Sequence[str], own: Mapping[str, Own], results: Mapping[str, Result]
) -> Standing:
    """Join a claim's own evidence with that of everything it rests on."""
    verdict, rung, reasons = own[result.id]
    found = {name: own.get(name, ("error", None, ())) for name in below if name != result.id}
    literature = tuple(name for name, (_, reached, _) in found.items() if reached == "cited")
    checked = {name: found[name] for name in found if name not in literature}
    if rung in RUNGS:
        rung = weakest([rung, *(reached for _, reached, _ in checked.values())])
    if verdict in ("holds", "supported"):
        weak = tuple(
            f"it rests on {name}: {ancestor}"
            for name, (ancestor, reached, _) in checked.items()
            if ancestor not in ("holds", "supported") or not _reaches(reached, result.required)
        )
        verdict, reasons = ("inconclusive" if weak else verdict), (*reasons, *weak)
        if not literature and (result.needs_literature or _of(result, "unchecked")):
            verdict, rung = "error", None
            reasons = (*reasons, "it rests on no theorem of the literature, and should")
    return Standing(
        verdict=verdict,
        rung=rung,
        given=literature if rung in RUNGS else (),
        scope=_scope(result, rung),
        rests_on=_trust_base(result, tuple(checked), literature, results),
        reasons=reasons,
    )


def _own(
    result: Result, citations: Mapping[str, Sequence[str]], excess: str, given: Sequence[str]
) -> Own:
    """Return the verdict, the rung and the reasons from a claim's own findings.

    ``excess`` says how the tests of the run exceed their error budget; ``given`` are the theorems
    of the literature below the claim.
    """
    if result.status == "not run":
        return "not run", None, (result.message,) if result.message else ()
    if result.status != "done":
        verdict = "inconclusive" if result.status == "timed out" else "error"
        return verdict, None, (result.message or result.status,)
    rung = "cited" if result.required == "cited" else _reached(result)
    for verdict, reasons in (
        ("error", _disagreements(result, given)),
        ("refuted", _refutations(result, given)),
        ("error", _failures(result, excess) + _bad_citations(result, citations)),
        ("inconclusive", _doubts(result, rung)),
    ):
        if reasons:
            return verdict, rung if verdict == "inconclusive" else None, reasons
    if result.required == "cited":
        return "open", "cited", ("a theorem of the literature, not proved here",)
    if result.required == "open":
        return "open", "open", ()
    return "supported" if result.required in ("statistical", "sampled") else "holds", rung, ()


def _bad_citations(result: Result, citations: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Citations of claims that do not exist, and of itself."""
    missing = tuple(f"it cites {c}, which is no claim" for c in result.cited if c not in citations)
    path = cycle(result.id, citations)
    return (*missing, f"it rests on itself: {' -> '.join(path)}") if path else missing


def _of(result: Result, kind: str, part: str | None = None) -> list[Finding]:
    return [f for f in result.findings if f["kind"] == kind and (part is None or f["part"] == part)]


def _all_hold(findings: Sequence[Finding]) -> bool:
    return bool(findings) and all(f["outcome"] == "holds" for f in findings)


def _vacuous(finding: Finding) -> bool:
    if finding["kind"] == "unchecked":
        return False
    return not finding.get("effective") or finding.get("decided") == 0


def _checks(result: Result, part: str) -> list[Finding]:
    """The cross-check of a theorem, or why there is none."""
    return _of(result, "cross-check", part) or _of(result, "unchecked", part)


def _reached(result: Result) -> str | None:
    """Return the strongest rung that the evidence of every part reaches."""
    return weakest([_reaches_alone(result, part) for part in result.parts])


def _reaches_alone(result: Result, part: str) -> str | None:
    """Return the strongest rung that the evidence of one part reaches."""
    kind = result.kinds.get(part, "theorem")
    found = _checks(result, part) if kind == "theorem" else _of(result, kind, part)
    if not _all_hold(found) or (kind in ("theorem", "enumeration") and any(map(_vacuous, found))):
        return None
    if kind == "theorem":
        derived = all(_all_hold(_of(result, other, part)) for other in ("derivation", "engine"))
        return "derived" if derived else "sampled"
    return {"test": "statistical", "table": "open", "enumeration": found[0].get("rung")}.get(kind)


def _disagreements(result: Result, given: Sequence[str]) -> tuple[str, ...]:
    """Exact instances against what a derivation that replays has proved.

    Given a theorem of the literature it has proved less: then an instance against the conclusion
    refutes the claim.
    """
    if given and any(f["outcome"] == "refuted" for f in _of(result, "cross-check")):
        return ()
    return tuple(
        f"the engines disagree: {_say(f)}"
        for f in _of(result, "cross-check") + _of(result, "engine")
        if f["outcome"] == "refuted" and _all_hold(_of(result, "derivation", f["part"]))
    )


def _refutations(result: Result, given: Sequence[str]) -> tuple[str, ...]:
    """Exact instances against a part whose derivation does not hold either; tests that reject."""
    kinds = ("cross-check", "enumeration", "test")
    found = [f for kind in kinds for f in _of(result, kind) if f["outcome"] == "refuted"]
    said = [_say(f) for f in found]
    if given and any(_all_hold(_of(result, "derivation", f["part"])) for f in found):
        wrong = f"what {', '.join(given)} says, or what it is cited for, is wrong"
        said.append(f"its derivation replays, so {wrong}")
    return tuple(said)


def _failures(result: Result, excess: str) -> tuple[str, ...]:
    """What only a fault of the suite or of the claim's own evidence can explain."""
    found = [_say(f) for f in result.findings if f["outcome"] == "error"]
    if not result.parts:
        found.append("the claim has no part")
    if result.required == "open" and not result.gap.strip():
        found.append("an open claim must say what is missing")
    for part in result.parts:
        found += [f"{part}: no {kind} was run" for kind in _missing(result, part)]
        found += [
            f"{part}: the {f['kind']} is vacuous, no case met the assumptions{_unmet(f)}"
            for f in _of(result, "cross-check", part) + _of(result, "enumeration", part)
            if f["outcome"] in ("holds", "undecided") and not f.get("effective")
        ]
    for finding in _of(result, "witness") + _of(result, "unwitnessed") + _of(result, "twin"):
        if finding["outcome"] not in ("holds", "error"):
            found.append(_say(finding))
    if excess and any(f.get("finite") for f in _of(result, "test")):
        found.append(excess)
    return (*found, *_uncovered(result))


def _unmet(finding: Finding) -> str:
    """The assumptions that the cases do not meet, and in how many."""
    names = ", ".join(finding.get("unmet", ()))
    return f"; not met: {names}" if names else ""


def _missing(result: Result, part: str) -> list[str]:
    """The kinds of evidence that a part should have and has not."""
    theorem = DERIVED if result.required == "derived" else ("cross-check",)
    kinds = OTHERS.get(result.kinds.get(part, "theorem"), theorem)
    checked = _checks(result, part)
    return [k for k in kinds if not (checked if k == "cross-check" else _of(result, k, part))]


def _uncovered(result: Result) -> list[str]:
    """Assumptions without witness or reason, and twins that were not run."""
    covering = [*_of(result, "witness"), *filter(_has_reason, _of(result, "unwitnessed"))]
    dropped = {(f["part"], f.get("drops")) for f in covering}
    ran = {(f["part"], f.get("change")) for f in _of(result, "twin")}
    bare = [(part, name) for part, name in result.assumptions if (part, name) not in dropped]
    left = [(part, change) for part, change in result.twins if (part, change) not in ran]
    return [
        *(f"{part}: no witness without {name!r}, and no reason for that" for part, name in bare),
        *(f"{part}: the twin {change!r} was not run" for part, change in left),
    ]


def _has_reason(finding: Finding) -> bool:
    return bool(str(finding.get("reason", "")).strip())


def _doubts(result: Result, rung: str | None) -> tuple[str, ...]:
    """What keeps a claim below its required rung."""
    kinds = (*DERIVED, *OTHERS)
    doubts = [_say(f) for kind in kinds for f in _of(result, kind) if f["outcome"] != "holds"]
    if not doubts and not _reaches(rung, result.required):
        doubts.append(f"its evidence reaches {rung or 'no rung'}, not {result.required}")
    return tuple(doubts)


def failing(finding: Mapping[str, Any]) -> str:
    """Return how a conclusion fails at an instance, or nothing if that is not recorded.

    Example:
        >>> failing({"where": {"k": 1}, "lhs": "1/2", "rhs": "1/3"})
        'At k = 1 the left side is 1/2, the right side 1/3.'
    """
    if finding.get("undefined"):
        return f"It is not defined there: {finding['undefined']}."
    if not {"lhs", "rhs"} <= set(finding):
        return ""
    where = ", ".join(f"{index} = {value}" for index, value in finding.get("where", {}).items())
    at = f"At {where} the" if where else "The"
    return f"{at} left side is {finding['lhs']}, the right side {finding['rhs']}."


def _say(finding: Finding) -> str:
    """Return one finding in words."""
    what = finding.get("drops") or finding.get("change")
    named = f"{finding['kind']} {what!r}" if what else finding["kind"]
    outcome = finding["outcome"]
    if finding["kind"] in ("witness", "twin") and outcome == "refuted":
        outcome = "not confirmed"
    if finding["kind"] == "derivation" and outcome in ("refuted", "undecided"):
        outcome = "refused"
    why = finding.get("message") or (
        failing(finding) if outcome in ("refuted", "undecided") else ""
    )
    return f"{finding['part']}: {named} {outcome}" + (f" ({why.rstrip('.')})" if why else "")


def weakest(rungs: Iterable[str | None]) -> str | None:
    """Return the weakest of some rungs; None, nothing reached, is the weakest of all.

    Example:
        >>> weakest(["derived", "sampled", "exact"])
        'sampled'
    """
    found = list(rungs)
    if None in found:
        return None
    return max((r for r in found if r is not None), key=RUNGS.index, default=None)


def _reaches(rung: str | None, required: str) -> bool:
    if rung == required:
        return True
    return rung in RUNGS and required in RUNGS and RUNGS.index(rung) <= RUNGS.index(required)


def _scope(result: Result, rung: str | None) -> str:
    """Return the sizes covered: those that the parts state only where their rung is reached."""
    if rung in ("kernel", "derived", "exact", "certified", "statistical"):
        return result.scope
    cases = sum(f.get("effective", 0) for f in _of(result, "cross-check"))
    return f"{cases} sampled cases" if rung and cases else "nothing"


def _trust_base(
    result: Result,
    checked: Sequence[str],
    literature: tuple[str, ...],
    results: Mapping[str, Result],
) -> dict[str, tuple[str, ...]]:
    """Return what one has to trust, collected over the claim and its ancestors."""
    below = [result, *(results[name] for name in checked if name in results)]
    found = [f for r in below for f in r.findings]
    engines = {ENGINES[f["kind"]] for f in found if f["kind"] in ENGINES}
    engines |= {engine for f in found for engine in f.get("engines", ())}
    return {
        "claims": tuple(sorted(checked)),
        "literature": literature,
        "rules": tuple(sorted({rule for r in below for rule in r.rules})),
        "definitions": tuple(sorted({name for r in below for name in r.definitions})),
        "engines": tuple(sorted(engines)),
    }


def exit_code(verdicts: Iterable[str]) -> int:
    """Return the exit code of a run: the most severe of what its verdicts ask for.

    Example:
        >>> exit_code(["holds", "inconclusive", "refuted"])
        1
    """
    codes = {EXIT.get(verdict, 0) for verdict in verdicts}
    return next((code for code in SEVERITY if code in codes), 0)
