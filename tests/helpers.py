"""How tests run the fake claims, in this process and as a command.

The functions without arguments become fixtures where they are needed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fake_claims
import pytest

from checks.record import Record
from checks.registry import Registry
from checks.runner import run
from checks.worker import Settings

TESTS = Path(__file__).parent
QUICK = ("good", "cites-good", "refuted", "sampled", "open", "disagree", "crash", "other-section")
"""Fake claims that need no time limit, one of each kind."""

UNSET = ("FAKE_CLAIMS", "CCMC_DEBUG", "GITHUB_STEP_SUMMARY")
"""Variables that a command under test does not see."""

Ccmc = Callable[..., subprocess.CompletedProcess[str]]


def settings() -> Settings:
    """Settings under which workers load the fake claims."""
    return Settings(
        examples=10,
        twins=True,
        timeout=20,
        jobs=2,
        claims="fake_claims:ALL",
        examine="fake_claims:examine",
    )


def registry() -> Registry:
    """All fake claims."""
    return Registry(fake_claims.ALL)


@cache
def fake_run() -> Record:
    """The record of one run of the quick claims; copy it before changing it."""
    return run(registry().select(QUICK), registry(), settings())


def ccmc(tmp_path: Path) -> Ccmc:
    """Run the command on fake claims in an empty folder: ccmc("verify", claims="good")."""

    def call(*arguments: str, claims: str | None = None, **env: str) -> Any:
        return subprocess.run(
            [sys.executable, str(TESTS / "fake_ccmc.py"), *arguments],
            cwd=tmp_path,
            env=environment(claims, **env),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return call


def environment(claims: str | None = None, **env: str) -> dict[str, str]:
    """The environment of a command: 80 columns, no colours, the given fake claims."""
    given = {k: v for k, v in os.environ.items() if k not in UNSET}
    given |= {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONWARNINGS": "error"} | env
    return given if claims is None else given | {"FAKE_CLAIMS": claims}


@cache
def described() -> Record:
    """A record of all claims as they stand before any is run; copy it before changing it."""
    from checks.claims import CLAIMS
    from checks.describe import describe
    from checks.record import SCHEMA_VERSION
    from checks.verdict import Standing

    return {
        "schema_version": SCHEMA_VERSION,
        "seed": 0,
        "thorough": False,
        "with_twins": True,
        "interrupted": False,
        "versions": {},
        "canaries": [],
        "claims": [_not_run(describe(claim), Standing()) for claim in CLAIMS],
    }


def _not_run(claim: dict[str, Any], standing: Any) -> dict[str, Any]:
    keys = ("claims", "literature", "rules", "definitions", "engines")
    assumptions = [
        {"part": part["name"], "name": item["name"], "sentence": item["sentence"]}
        for part in claim["parts"]
        for item in part["assumptions"]
    ]
    return claim | {
        "selected": True,
        "verdict": standing.verdict,
        "rung": standing.rung,
        "given": [],
        "scope": standing.scope,
        "reasons": [],
        "assumptions": assumptions,
        "rests_on": {key: list(claim["cites"]) if key == "claims" else [] for key in keys},
        "evidence": [],
        "witnesses": [_finding(claim, "witness", witness) for witness in claim["witnesses"]],
        "twins": [_finding(claim, "twin", twin) for twin in claim["twins"]],
        "seconds": None,
    }


def _finding(claim: dict[str, Any], kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return detail | {"claim": claim["id"], "kind": kind, "outcome": "holds"}


def program(name: str, package: str) -> str:
    """The path of a program that Debian's package brings; the test is skipped without it."""
    found = shutil.which(name)
    if found is None:
        missing = f"not run: {name} is not installed (on Debian: the package {package})"
        if os.environ.get("CCMC_NO_SKIP"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found
