"""What runs in a process of its own: the examination of a claim, the canaries, the user's files.

A worker is told names only, the claim's and those of the modules to load, and answers with plain
data.  Its standard output is turned to standard error: the command's own output stays pure.
"""

import importlib
import json
import os
import time
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.own import BadClaims, check_body, place_of, read
from checks.registry import Registry
from checks.seeds import claim_seed

__all__ = ["Settings", "describe_claim", "examine_claim", "named", "quiet", "replay_payload"]
__all__ += ["watch_canaries"]


ANYTHING = (Exception, SystemExit)
"""What a claim may raise; an interruption is the user's."""


@dataclass(frozen=True)
class Settings:
    """How a run examines claims.

    Args:
        seed: of the run.
        examples: cases that each cross-check draws.
        thorough: whether that is the larger number of cases.
        twins: whether twins are run.
        timeout: seconds that one claim may take.
        jobs: claims examined at the same time.
        claims, examine, canaries: where a worker finds the claims and what examines them, as
            ``module:name``.
        own: the path of the file in which a claim of the user's own stands, beside the others.
        kept: counterexamples found before, by claim: they are tried first.
    """

    seed: int = 0
    examples: int = 100
    thorough: bool = False
    twins: bool = False
    timeout: float = 300.0
    jobs: int = 1
    claims: str = "checks.claims:CLAIMS"
    examine: str = "checks.evidence:examine"
    canaries: str = "checks.canaries:CANARIES"
    own: str = ""
    kept: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


def named(name: str) -> Any:
    """Return what ``module:name`` stands for.

    Example:
        >>> named("math:tau") > 6
        True
    """
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def quiet() -> None:
    """Send to standard error whatever this process prints."""
    os.dup2(2, 1)


def examine_claim(name: str, settings: Settings) -> dict[str, Any]:
    """Examine one claim; the answer is plain data, an exception among it.

    Returns:
        Either ``failed``, or ``findings``, ``assumptions``, ``scope``,
        ``rules``, ``definitions``, ``cited``, ``parts``, ``twins``, ``kept`` and ``fingerprint``;
        always ``seconds``.
    """
    start = time.perf_counter()
    try:
        answer = _examine(name, _registry(settings), settings)
    except ANYTHING as error:  # whatever a claim does, the other claims go on
        answer = {"failed": _failure(error, settings.own)}
        if os.environ.get("CCMC_DEBUG"):
            traceback.print_exc()
    return answer | {"seconds": round(time.perf_counter() - start, 3)}


def describe_claim(name: str, settings: Settings) -> dict[str, Any]:
    """Describe one claim of the user's own, as `checks.describe.describe` does.

    Raises:
        BadClaims: its body cannot be built, or does not hang together.
    """
    from checks.describe import describe

    try:
        registry = _registry(settings)
        check_body(registry[name])
        registry.citations(name)
        return describe(registry[name])
    except ANYTHING as error:  # whatever a claim does, one message
        raise BadClaims(_failure(error, settings.own)) from None


def replay_payload(payload: Mapping[str, Any], settings: Settings) -> Any:
    """Run a witness, twin or failure of a claim of the user's own again.

    Raises:
        BadClaims: the claim's body cannot be built, or does not hang together.
        BadRecord: as `checks.replay.replay`.
    """
    from checks.record import BadRecord
    from checks.replay import replay

    try:
        registry = _registry(settings)
        check_body(registry[payload["claim"]])
        return replay(payload, registry)
    except BadRecord:
        raise
    except ANYTHING as error:  # whatever a claim does, one message
        raise BadClaims(_failure(error, settings.own)) from None


def _registry(settings: Settings) -> Registry:
    """Return all claims, those of the user's own file among them."""
    claims = tuple(named(settings.claims))
    return Registry((*claims, *read(settings.own, claims)) if settings.own else claims)


def _failure(error: BaseException, own: str) -> str:
    """Return an exception in words, with the line of the user's file that it went through."""
    from hypothesis.errors import Unsatisfiable

    if isinstance(error, BadClaims):
        return f"{Path(own).name}, {error}"
    if isinstance(error, Unsatisfiable):
        return "a strategy draws no instance: nothing meets what it asks for"
    line = place_of(error, own)
    place = f"{Path(own).name}, line {line}: " if line else ""
    return f"{place}{type(error).__name__}: {error}".strip(": ")


def _examine(name: str, registry: Registry, settings: Settings) -> dict[str, Any]:
    from checks.describe import describe

    claim = registry[name]
    if settings.own:
        check_body(claim)
    seed = claim_seed(settings.seed, claim.id)
    kept = settings.kept.get(name, ())
    found = named(settings.examine)(claim, seed, settings.examples, settings.twins, kept)
    cited = {*found.cited, *registry.citations(claim.id)}
    described = describe(claim)
    findings = [_flat(claim.id, finding) for finding in found.findings]
    answer = {
        "findings": [_with_description(finding, described) for finding in findings],
        "assumptions": list(found.assumptions),
        "scope": found.scope,
        "rules": list(found.rules),
        "definitions": list(found.definitions),
        "cited": sorted(cited),
        "parts": described["parts"],
        "twins": described["twins"] if settings.twins else [],
        "fingerprint": described["fingerprint"],
        "seed": seed,
        "kept": dict(found.kept),
    }
    return dict(json.loads(json.dumps(answer, allow_nan=False)))


def _flat(claim: str, finding: Any) -> dict[str, Any]:
    """Return a finding as one object, which `ccmc replay` can read when it has an instance."""
    return {
        **finding.detail,
        "claim": claim,
        "kind": finding.kind,
        "part": finding.part,
        "outcome": finding.outcome,
    }


def _with_description(finding: dict[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """Add how the finding's instance reads, and to a witness or twin what it says."""
    if "instance" in finding:
        finding = _shown(finding)
    for key, items in (("drops", described["witnesses"]), ("change", described["twins"])):
        if finding["kind"] not in ("witness", "unwitnessed", "twin") or key not in finding:
            continue
        for item in items:
            if (item["part"], item[key]) == (finding["part"], finding[key]):
                return {**item, **finding}
    return finding


def _shown(finding: dict[str, Any]) -> dict[str, Any]:
    from numeric.instance import Instance

    try:
        return {**finding, "shown": str(Instance.from_json(finding["instance"]))}
    except ValueError:  # not an instance of the claim: a table of random numbers
        return finding


def watch_canaries(settings: Settings) -> list[dict[str, Any]]:
    """Set off every planted trap; tell which were caught."""
    return [_set_off(name, trap) for name, trap in _traps(settings)]


def _traps(settings: Settings) -> Iterable[tuple[str, Any]]:
    return dict(named(settings.canaries)).items()


def _set_off(name: str, trap: Any) -> dict[str, Any]:
    try:
        message = trap()
    except Exception as error:  # noqa: BLE001 - a canary that breaks was not caught
        message = f"{type(error).__name__}: {error}"
    return {"name": name, "caught": message is None, "message": message or ""}
