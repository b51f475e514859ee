"""The evidence for a claim never runs through a tool that rests on the claim."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path

import numeric
from checks.claims import CLAIMS
from checks.figures import FIGURES, figures
from checks.registry import Registry

ROOT = Path(numeric.__file__).parent.parent
NUMERIC = {path.stem for path in (ROOT / "numeric").glob("*.py")} - {"__init__"}
TOOLS = {
    name: frozenset(getattr(importlib.import_module(f"numeric.{name}"), "RESTS_ON", ()))
    for name in sorted(NUMERIC)
}
SHARED = ("checks.computed", "checks.strategies", "checks.bridge", "checks.evidence")


@cache
def direct(module: str) -> tuple[str, ...]:
    """What a module of the project imports itself, in functions too."""
    path = ROOT / Path(*module.split(".")).with_suffix(".py")
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())) if path.exists() else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)


def imported(module: str) -> set[str]:
    """Every module of the project that a module imports, and what these do."""
    seen, new = set(), [module]
    while new:
        name = new.pop()
        if name not in seen and (ROOT / Path(*name.split(".")).with_suffix(".py")).exists():
            seen.add(name)
            new += direct(name)
    return seen


def tools_in(modules: set[str]) -> dict[str, frozenset[str]]:
    """The tools among these modules, with the claims they rest on."""
    used = {module.removeprefix("numeric.") for module in modules if module.startswith("numeric.")}
    return {name: TOOLS[name] for name in used if TOOLS.get(name)}


def tools_behind(claim_id: str) -> dict[str, frozenset[str]]:
    """The tools that the evidence of a claim runs through, with the claims these rest on."""
    modules = set().union(*map(imported, (f"checks.claims.{claim_id.replace('-', '_')}", *SHARED)))
    return tools_in(modules)


def test_some_tool_rests_on_a_claim() -> None:
    assert TOOLS["convert"] == {"transition-to-weights"}


def test_tools_rest_on_claims_that_exist() -> None:
    known = {claim.id for claim in CLAIMS}
    landed = {name: rests for name, rests in TOOLS.items() if rests <= known}
    assert "convert" in landed


def test_no_evidence_runs_through_a_tool_that_rests_on_it() -> None:
    """Nor, unless `Body.rests_on` says so, through one that rests on what the claim rests on."""
    registry = Registry(CLAIMS)
    for claim in CLAIMS:
        above = {claim.id, *registry.ancestors(claim.id)} - set(claim.body.rests_on)
        for tool, rests_on in tools_behind(claim.id).items():
            circular = {
                name for name in rests_on if name in above or claim.id in registry.ancestors(name)
            }
            assert not circular, f"{claim.id} uses numeric.{tool}, which rests on {circular}"


def test_a_figure_names_the_claims_that_its_tools_rest_on() -> None:
    behind = {}
    for claim, names in FIGURES.items():
        modules = set().union(*(imported(name.partition(":")[0]) for name in names))
        behind[claim] = frozenset().union(*tools_in(modules).values())
        assert all(set(figure.rests_on) == behind[claim] for figure in figures(claim))
    assert behind["excess-risk-law"] >= {"mle-exists"}


def test_the_readout_used_in_evidence_is_no_tool() -> None:
    assert not TOOLS["linalg"]
    assert "numeric.linalg" in imported("checks.claims.gauge_directions")


def test_an_import_inside_a_function_is_seen() -> None:
    assert "checks.computed" in imported("checks.claims.attention_is_ccmc")
