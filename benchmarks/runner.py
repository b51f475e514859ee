"""Runs sections of the benchmarks and keeps what they find."""

import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.harness import NotMeasured
from benchmarks.results import Case, Comparison, Row, Section, dumps, loads, page
from numeric.files import BadInput, write_whole

__all__ = ["measure", "section", "stored", "update"]


def measure(name: str, rounds: int, quick: bool, progress: Callable[[float], None]) -> Section:
    """Run a section.

    Args:
        name: that of a module of benchmarks with ``cases`` and ``PACKAGES``.
        rounds: how many rounds are counted.
        quick: tiny sizes, which tell nothing.
        progress: called with the share of the cases that is done.
    """
    module = import_module(f"benchmarks.{name}")
    load = os.getloadavg()[0]
    cases: list[Case] = module.cases(quick)
    rows: list[Row] = []
    missing: dict[str, list[str]] = {}
    for number, case in enumerate(cases, 1):
        try:
            rows += (without_bounds(row) if quick else row for row in case.run(rounds))
        except NotMeasured as reason:
            missing.setdefault(str(reason), []).append(case.name)
        progress(number / len(cases))
    return section(
        name,
        module.PACKAGES,
        load,
        rounds,
        rows,
        [f"{', '.join(names)}: {reason}" for reason, names in missing.items()],
    )


def section(
    name: str,
    packages: Iterable[str],
    load: float,
    rounds: int,
    rows: Iterable[Row],
    missing: Iterable[str] = (),
) -> Section:
    """Return a section that says what it was measured with."""
    versions = {"Python": platform.python_version(), "ccmc": version("ccmc")}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    cores = os.cpu_count() or 1
    return Section(name, versions, cores, load, rounds, tuple(rows), tuple(missing))


def without_bounds(row: Row) -> Row:
    """Return a row that is not judged: at tiny sizes floors mean nothing."""
    if isinstance(row, Comparison):
        return replace(row, floor=None, aim=None)
    return replace(row, most=None)


def stored(out: Path) -> dict[str, Section]:
    """Return the sections that stand beside the page ``out``, by name.

    Raises BadInput when the file is there and is not what `update` writes.
    """
    numbers = out.with_suffix(".json")
    if not numbers.exists():
        return {}
    try:
        return loads(numbers.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{numbers}: expected what ccmc bench writes: {error!r}") from None


def update(out: Path, found: Section) -> None:
    """Write the page ``out`` with one more section, and the same numbers beside it as JSON.

    The other sections stay, and so does an older one of which nothing could be measured now.

    Raises BadInput as `stored` does, and when a file cannot be written.
    """
    kept = stored(out)
    if found.rows or found.name not in kept:
        kept[found.name] = found
    write_whole(out.with_suffix(".json"), dumps(kept.values()))
    write_whole(out, page(kept.values()))
