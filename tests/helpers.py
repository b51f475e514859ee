"""How tests run the fake claims, in this process and as a command.

The functions without arguments become fixtures where they are needed.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fake_claims

from checks.record import Record
from checks.registry import Registry
from checks.runner import run
from checks.worker import Settings

TESTS = Path(__file__).parent
QUICK = ("good", "cites-good", "refuted", "sampled", "open", "disagree", "crash", "other-section")
"""Fake claims that need no time limit, one of each kind."""

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
    given = {k: v for k, v in os.environ.items() if k not in ("FAKE_CLAIMS", "CCMC_DEBUG")}
    given |= {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONWARNINGS": "error"} | env
    return given if claims is None else given | {"FAKE_CLAIMS": claims}
