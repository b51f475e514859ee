"""Runs claims, each in a process of its own, and puts together the record.

A claim that takes too long is killed and ``inconclusive``; one that crashes is an ``error``; the
others do not notice.  The claims that a selected claim rests on run too.  What a claim's
examination finds depends on the claim and the seed alone, so that selection, order and number of
processes change nothing.
"""

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Any

from checks.claim import Claim
from checks.ledger import ledger
from checks.own import BadClaims
from checks.record import SCHEMA_VERSION, Record, versions
from checks.registry import Registry, card
from checks.verdict import Result, Standing, exit_code, judge
from checks.worker import Settings, examine_claim, quiet, watch_canaries

__all__ = ["INTERRUPTED", "MISSED_CANARY", "code_of", "in_worker", "run", "usable_cores"]

INTERRUPTED = 130
MISSED_CANARY = 70

READING = 60
"""Seconds that reading the user's own claims may take."""

Progress = Callable[[int, int, str], None]


@dataclass
class _Answers:
    """What has come back so far."""

    canaries: list[dict[str, Any]] = field(default_factory=list)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    interrupted: bool = False


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    selected: Sequence[Claim],
    registry: Registry,
    settings: Settings,
    progress: Progress = lambda *_: None,
) -> Record:
    """Examine the selected claims and everything they rest on.

    Args:
        selected: claims of the registry.
        registry: all claims.
        settings: how to examine them.
        progress: called with the number of claims done, their total and the last one's id.

    Returns:
        The record.  After Ctrl-C it is partial: the claims left are ``not run``.
    """
    answers = _Answers()
    ids = [claim.id for claim in selected]
    pool = _pool(min(settings.jobs, len(registry)))
    try:
        answers.canaries = _canaries(pool, settings)
        if all(canary["caught"] for canary in answers.canaries):
            _examine(pool, ids, registry, settings, answers, progress)
    except KeyboardInterrupt:
        answers.interrupted = True
    finally:
        pool.stop()
        pool.join()
    return _record(ids, registry, settings, answers)


def in_worker(work: Callable[..., Any], *given: Any, file: str, limit: float = READING) -> Any:
    """Return what a function answers that runs the user's own file, in a worker.

    Args:
        work: the function.
        *given: what it is called with.
        file: what the file is called in messages.
        limit: seconds that it may take.

    Raises:
        BadClaims: the file ends its process, or does not end within the time limit; whatever the
            function raises.
    """
    from pebble import ProcessExpired

    pool = _pool(1)
    try:
        return pool.schedule(work, args=given, timeout=limit).result()
    except TimeoutError:
        raise BadClaims(f"{file}: reading it did not end within {limit:g} s") from None
    except ProcessExpired as error:
        ended = f"reading it ended its process (exit code {error.exitcode})"
        raise BadClaims(f"{file}: {ended}") from None
    finally:
        pool.stop()
        pool.join()


def _pool(jobs: int) -> Any:
    """Return a pool in which every task has a fresh process.

    Workers are forked from a server process that has only loaded the libraries: cheap, and
    without the threads of this one.
    """
    from pebble import ProcessPool

    server = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if server else "spawn")
    if server:
        context.set_forkserver_preload(["checks.evidence", "checks.describe", "checks.worker"])
    return ProcessPool(max_workers=jobs, max_tasks=1, initializer=quiet, context=context)


def _canaries(pool: Any, settings: Settings) -> list[dict[str, Any]]:
    future = pool.schedule(watch_canaries, args=(settings,), timeout=settings.timeout)
    try:
        return list(future.result())
    except Exception as error:  # noqa: BLE001 - a crash or a timeout: then none was caught
        return [{"name": "all", "caught": False, "message": f"they did not run: {error}"}]


def _examine(
    pool: Any,
    ids: Sequence[str],
    registry: Registry,
    settings: Settings,
    answers: _Answers,
    progress: Progress,
) -> None:
    """Examine claims; what they cite follows as soon as it is known."""
    pending: dict[Future[Any], str] = {}
    waiting = list(ids)
    known = set(ids)
    while waiting or pending:
        for name in waiting:
            claim = registry[name]
            own = replace(settings, own=claim.place[0] if claim.file else "")
            future = pool.schedule(examine_claim, args=(name, own), timeout=settings.timeout)
            pending[future] = name
        waiting = []
        progress(len(answers.claims), len(known), "")
        done, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            name = pending.pop(future)
            answers.claims[name] = _answer(future, settings)
            cited = [c for c in answers.claims[name].get("cited", ()) if c in registry]
            waiting += [c for c in dict.fromkeys(cited) if c not in known]
            known.update(cited)
            progress(len(answers.claims), len(known), name)


def _answer(future: Future[Any], settings: Settings) -> dict[str, Any]:
    """Return what a worker answered, or what became of it."""
    from pebble import ProcessExpired

    try:
        return dict(future.result())
    except TimeoutError:
        limit = f"stopped after {settings.timeout:g} s, the time limit"
        return {"timed out": limit, "seconds": settings.timeout}
    except ProcessExpired as error:
        return {"failed": f"its process died (exit code {error.exitcode})", "seconds": None}


def _record(
    ids: Sequence[str], registry: Registry, settings: Settings, answers: _Answers
) -> Record:
    cited = {c for answer in answers.claims.values() for c in answer.get("cited", ())}
    included = [claim for claim in registry.values() if claim.id in {*ids, *cited}]
    results = [_result(claim, answers) for claim in included]
    standings = judge(results)
    titles = {claim.id: claim.title for claim in included}
    return {
        "schema_version": SCHEMA_VERSION,
        "seed": settings.seed,
        "thorough": settings.thorough,
        "with_twins": settings.twins,
        "interrupted": answers.interrupted,
        "versions": versions(),
        "canaries": answers.canaries,
        "ledger": ledger(finding for result in results for finding in result.findings),
        "claims": [
            _entry(claim, result, standings[claim.id], answers, titles, selected=claim.id in ids)
            for claim, result in zip(included, results, strict=True)
        ],
    }


def _result(claim: Claim, answers: _Answers) -> Result:
    answer = answers.claims.get(claim.id)
    required = claim.required_rung
    if answer is None:
        why = "interrupted" if answers.interrupted else "a canary was missed"
        return Result(claim.id, required, "not run", why)
    for status in ("timed out", "failed"):
        if status in answer:
            return Result(claim.id, required, status, answer[status])
    return Result(
        claim.id,
        required,
        "done",
        findings=tuple(answer["findings"]),
        parts=tuple(part["name"] for part in answer["parts"]),
        kinds={part["name"]: part["kind"] for part in answer["parts"] if "kind" in part},
        gap=claim.gap,
        needs_literature=claim.mark == "cited",
        assumptions=tuple((a["part"], a["name"]) for a in answer["assumptions"]),
        twins=tuple((twin["part"], twin["change"]) for twin in answer["twins"]),
        scope=answer["scope"],
        rules=tuple(answer["rules"]),
        definitions=tuple(answer["definitions"]),
        cited=tuple(answer["cited"]),
    )


def _entry(
    claim: Claim,
    result: Result,
    standing: Standing,
    answers: _Answers,
    titles: Mapping[str, str],
    *,
    selected: bool,
) -> dict[str, Any]:
    """Return the claim's object in the record."""
    answer = answers.claims.get(claim.id, {})
    kinds = {"witnesses": ("witness", "unwitnessed"), "twins": ("twin",), "mutants": ("mutants",)}
    apart = {kind for some in kinds.values() for kind in some}
    empty = dict.fromkeys(("claims", "literature", "rules", "definitions", "engines"), ())
    return card(claim) | {
        "selected": selected,
        "verdict": standing.verdict,
        "rung": standing.rung,
        "given": [titles[name] for name in standing.given],
        "scope": standing.scope,
        "reasons": list(standing.reasons),
        "assumptions": answer.get("assumptions", []),
        "rests_on": {k: list(v) for k, v in {**empty, **standing.rests_on}.items()},
        "cites": list(result.cited),
        "evidence": [f for f in result.findings if f["kind"] not in apart],
        **{k: [f for f in result.findings if f["kind"] in some] for k, some in kinds.items()},
        "parts": answer.get("parts", []),
        "fingerprint": answer.get("fingerprint"),
        "seed": answer.get("seed"),
        "seconds": answer.get("seconds"),
        **({"kept": answer["kept"]} if answer.get("kept") else {}),
    }


def code_of(record: Record) -> int:
    """Return the exit code of a run from its record."""
    if not all(canary["caught"] for canary in record["canaries"]):
        return MISSED_CANARY
    if record["interrupted"]:
        return INTERRUPTED
    return exit_code(claim["verdict"] for claim in record["claims"])
