"""The project's files agree: the lock file with pyproject.toml, and the version everywhere."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> dict[str, list[str]]:
    """Return the versions that the lock file pins, by name: one, or one per range of Pythons."""
    pins: dict[str, list[str]] = {}
    for name, pin in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, flags=re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(pin)
    return pins


def required() -> list[str]:
    """Return every requirement that the project states: to run, to build, to develop."""
    project = PYPROJECT["project"]
    stated = {*project["dependencies"], *PYPROJECT["build-system"]["requires"]}
    return sorted(stated.union(*project["optional-dependencies"].values()))


@pytest.mark.parametrize("text", required())
def test_the_lock_file_pins_what_the_project_requires(text: str) -> None:
    requirement = Requirement(text)
    pins = locked().get(canonicalize_name(requirement.name), [])
    assert pins, f"{text} is not in requirements.lock: run `make lock`"
    assert all(requirement.specifier.contains(pin) for pin in pins), (text, pins)


def test_every_locked_package_has_a_hash() -> None:
    for entry in re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in entry, entry


def test_the_lock_file_names_no_index_and_no_location() -> None:
    assert not re.findall(r"://|^\s*--(?!hash)|@ ", LOCK, flags=re.MULTILINE)


def test_one_version_everywhere() -> None:
    stated = PYPROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {stated}\n" in citation
    assert stated in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert version("ccmc") == stated
