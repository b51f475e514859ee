"""``paper_map.md``: from a sentence of the paper to what supports it.

The rung that a claim reached is read from a baseline, a committed record without seconds and
versions: so the map can be checked without a full run.  What keeps it honest is the fingerprint.
A claim that says or rests on anything else than when the baseline was made counts as *not run*.
"""

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.citations import ancestors
from checks.claim import Claim
from checks.describe import describe
from checks.registry import SECTIONS, Registry
from checks.report.markdown import cell, rung

__all__ = ["paper_map", "theorem_places"]

HEAD = """\
# From the paper to the checks

Written by `ccmc map`; `ccmc map --check` fails when it is stale. Each sentence is paraphrased from
the paper's abstract, and the claims below it reconstruct it. *Reached* comes from `baseline.json`,
the record of a run; a claim that changed since then counts as not run.
"""

TABLE = """\
| claim | derivation | evidence | required | reached | scope | rests on |
|---|---|---|---|---|---|---|"""


def paper_map(registry: Registry, baseline: Mapping[str, Any]) -> str:
    """Return the map as Markdown.

    Args:
        registry: the claims; their bodies are loaded.
        baseline: a record.
    """
    recorded = {entry["id"]: entry for entry in baseline["claims"]}
    places = theorem_places()
    citations = {name: registry.citations(name) for name in registry}
    lines = [HEAD.rstrip()]
    before: Claim | None = None
    for claim in registry.values():
        lines += _heads(claim, before)
        below = [registry[name].label for name in ancestors(claim.id, citations)]
        lines.append(_row(claim, below, recorded.get(claim.id), places))
        before = claim
    used = {part.name for claim in registry.values() for part in claim.body.parts}
    lines += _unused({name: place for name, place in places.items() if name not in used})
    return "\n".join(lines) + "\n"


def _heads(claim: Claim, before: Claim | None) -> Iterator[str]:
    """Yield the headings that stand above a claim's row and not above the one before."""
    section = claim.section
    if before is None or before.section != section:
        yield from ("", f"## {section}: {SECTIONS.get(section, section)}")
    if before is None or (before.section, before.source) != (section, claim.source):
        yield from ("", f"> {claim.source.paraphrase} ({claim.source.place})", "", TABLE)


def _row(
    claim: Claim,
    below: Sequence[str],
    recorded: Mapping[str, Any] | None,
    places: Mapping[str, str],
) -> str:
    data = describe(claim)
    fresh = recorded is not None and recorded["fingerprint"] == data["fingerprint"]
    reached = f"{recorded['verdict']}, {rung(recorded)}" if fresh and recorded else "not run"
    if recorded and not fresh:
        reached += " since it changed"
    marks = [name for name in ("beyond", "erratum") if getattr(claim, name)]
    cells = (
        f"**{claim.label}** `{claim.id}`: {claim.title}"
        + (f" ({', '.join(marks)})" if marks else ""),
        "; ".join(f"`{places.get(p['name'], '?')}`" for p in data["parts"] if _in_theory(p)) or "–",
        _evidence(data),
        claim.required_rung,
        reached,
        recorded["scope"] if fresh and recorded else "–",
        ", ".join(below) or "–",
    )
    return f"| {' | '.join(map(cell, cells))} |"


def _in_theory(part: Mapping[str, Any]) -> bool:
    return "kind" not in part or part["kind"] == "literature"


def _evidence(data: Mapping[str, Any]) -> str:
    """Return what supports a claim, counted."""
    kinds = Counter(part.get("kind", "theorem") for part in data["parts"])
    unchecked = sum("unchecked" in part for part in data["parts"])
    steps = sum(len(part["steps"]) for part in data["parts"])
    witnesses = sum("instance" in witness for witness in data["witnesses"])
    reasons = len(data["witnesses"]) - witnesses
    counts = (
        (steps, "step replayed and evaluated", "steps replayed and evaluated"),
        (kinds["theorem"] - unchecked, "cross-check", "cross-checks"),
        (unchecked, "reason for no cross-check", "reasons for no cross-check"),
        (kinds["enumeration"], "enumeration", "enumerations"),
        (kinds["test"], "statistical test", "statistical tests"),
        (kinds["table"], "table", "tables"),
        (kinds["literature"], "theorem cited", "theorems cited"),
        (witnesses, "witness", "witnesses"),
        (reasons, "reason for no witness", "reasons for no witness"),
        (len(data["twins"]), "twin", "twins"),
    )
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)


def theorem_places() -> dict[str, str]:
    """Return, by the theorem's name, the function of ``theory`` that builds it."""
    return {theorem.name: place for theorem, place in _theorems()}


def _theorems() -> Iterator[tuple[Any, str]]:
    import theory
    from theory.derivation import Theorem

    for found in pkgutil.walk_packages(theory.__path__, "theory."):
        module = importlib.import_module(found.name)
        for name in getattr(module, "__all__", ()):
            function = getattr(module, name)
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            signature = inspect.signature(function)
            if not signature.parameters and signature.return_annotation in (Theorem, "Theorem"):
                yield function(), f"{module.__name__}.{name}"


def _unused(places: Mapping[str, str]) -> list[str]:
    if not places:
        return []
    items = [f"- `{place}`: {name}" for name, place in sorted(places.items())]
    return ["", "## Theorems that no claim uses", "", *items]
