"""The verb ``verify``: run claims, then a table and a summary."""

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from checks.cli.common import (
    FILE,
    claims,
    console,
    existing_folder,
    json_option,
    own_option,
    print_json,
    say,
)

if TYPE_CHECKING:
    from rich.table import Table

    from checks.registry import Registry
    from checks.runner import Progress

__all__ = ["verify"]

EXAMPLES = """\b
Examples:
  ccmc verify                          everything
  ccmc verify attention-is-ccmc A4     two claims, and what they rest on
  ccmc verify A --twins --save r.json  a section, its twins too, with a record
  ccmc verify --thorough --seed 7      more cases, and others than usual
  ccmc verify --claims mine.py         the claims of a file (ccmc new mine.py)
  ccmc verify --claims mine/ --twins   those of all files in a folder
  ccmc verify --junit j.xml --sarif s.sarif --summary s.md
"""

CASES, THOROUGH_CASES = 100, 1000
"""Cases that each cross-check draws."""

LIMIT, THOROUGH_LIMIT = 300, 3000
"""Seconds that one claim may take."""

MAX_TIMEOUT = 10**7
"""Seconds, some four months: the longest time limit."""

SCOPE = 18
"""Characters of a scope in the table."""

STYLES = {
    "holds": "green",
    "supported": "green",
    "open": "yellow",
    "inconclusive": "magenta",
    "not run": "dim",
    "error": "bold red",
    "refuted": "bold red",
}
"""How each verdict looks; its sign and the word say the same."""


def _a_number(
    _context: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    """Refuse a NaN, which is in every range."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number of seconds", param=parameter)
    return value


def _output(name: str, help_text: str) -> Callable[[Any], Any]:
    """Add an option that takes the name of a file to write."""
    return click.option(name, type=FILE, callback=existing_folder, metavar="FILE", help=help_text)


@click.command(epilog=EXAMPLES)
@click.argument("names", nargs=-1, metavar="[ID|LABEL|SECTION]...")
@click.option("--thorough", is_flag=True, help=f"{THOROUGH_CASES} cases a check, not {CASES}.")
@click.option("--twins", is_flag=True, help="Run the twins too: each one must be refuted.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Claims at a time.  [default: all cores]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, MAX_TIMEOUT, min_open=True),
    callback=_a_number,
    metavar="S",
    help=f"Seconds that one claim may take.  [default: {LIMIT}, thorough {THOROUGH_LIMIT}]",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N", help="Of the run."
)
@click.option(
    "--save",
    type=FILE,
    callback=existing_folder,
    metavar="FILE",
    help="Write the record, also after Ctrl-C.",
)
@own_option("Run the claims of this Python file, or of all in a folder; they may cite the others.")
@click.option(
    "--failures",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".ccmc/failures"),
    show_default=True,
    metavar="DIR",
    help="Where found counterexamples are kept; the next run tries them first.",
)
@_output("--junit", "Write JUnit XML.")
@_output("--sarif", "Write SARIF 2.1.0: what is not at its rung, and where.")
@_output("--summary", "Write Markdown.  [default: $GITHUB_STEP_SUMMARY, if set]")
@json_option
def verify(
    names: tuple[str, ...],
    thorough: bool,
    twins: bool,
    jobs: int | None,
    timeout: float | None,
    seed: int,
    save: Path | None,
    own: Path | None,
    failures: Path,
    junit: Path | None,
    sarif: Path | None,
    summary: Path | None,
    as_json: bool,
) -> int:
    """Check claims, and everything they rest on.

    Without a name, all of them; with --claims, all of that file.

    Every derivation is replayed, evaluated by a second engine, and cross-checked on random
    instances; every enumeration is run through, every statistical test once. Every witness and,
    with --twins, every twin is confirmed.
    """
    from checks.failures import load_kept
    from checks.runner import code_of, run, usable_cores
    from checks.worker import Settings

    settings = Settings(
        seed=seed,
        examples=THOROUGH_CASES if thorough else CASES,
        thorough=thorough,
        twins=twins,
        timeout=timeout or (THOROUGH_LIMIT if thorough else LIMIT),
        jobs=jobs or usable_cores(),
        kept=load_kept(failures),
    )
    registry = claims(own, settings.timeout)
    selected = registry.select(names or [claim.id for claim in registry.values() if claim.file])
    start = time.perf_counter()
    with _progress() as progress:
        record = run(selected, registry, settings, progress)
    seconds = time.perf_counter() - start
    if as_json:
        print_json(record)
    else:
        _show(record, seconds, settings.jobs)
    for canary in record["canaries"]:
        if not canary["caught"]:
            say(f"Canary missed: {canary['name']}: {canary['message']}")
    code = code_of(record)
    _write(
        record,
        _places(registry),
        code,
        {"save": save, "junit": junit, "sarif": sarif, "summary": summary},
    )
    if save and not as_json:
        say(f"Record: {save}")
    _keep(record, failures)
    return code


Places = dict[str, tuple[str, int]]


def _places(registry: "Registry") -> Places:
    """Return where each claim stands: relative to here, or to the suite; else the whole address."""
    package = Path(__file__).parents[2]
    places = {}
    for claim in registry.values():
        file, line = Path(claim.place[0]), claim.place[1]
        base = Path.cwd() if claim.file else package
        if file.is_relative_to(base):
            places[claim.id] = quote(file.relative_to(base).as_posix()), line
        elif claim.file:
            places[claim.id] = file.as_uri(), line
    return places


def _write(
    record: dict[str, Any], places: Places, code: int, files: dict[str, Path | None]
) -> None:
    """Write the files that were asked for, each whole or not at all."""
    from checks.record import dumps
    from checks.report.junit import junit
    from checks.report.sarif import sarif
    from checks.report.summary import summary
    from numeric.files import write_whole

    if files["save"]:
        write_whole(files["save"], dumps(record))
    if files["junit"]:
        write_whole(files["junit"], junit(record, places))
    if files["sarif"]:
        write_whole(files["sarif"], sarif(record, places, code))
    if files["summary"]:
        write_whole(files["summary"], summary(record))
    elif os.environ.get("GITHUB_STEP_SUMMARY"):
        _append_summary(Path(os.environ["GITHUB_STEP_SUMMARY"]), record)


def _keep(record: dict[str, Any], folder: Path) -> None:
    """Keep the counterexamples; it is no reason to fail: the verdicts stand without."""
    from checks.failures import keep
    from numeric.files import BadInput

    try:
        for path in keep(record, folder):
            say(f"Kept: {path}")
    except (OSError, BadInput) as error:
        say(f"No counterexample is kept: {error}")


def _append_summary(path: Path, record: dict[str, Any]) -> None:
    """Add the summary to that of the job's step, which other commands may have begun.

    It is no reason to fail: the verdicts stand whether or not it can be written.
    """
    from checks.report.summary import LIMIT, summary
    from numeric.files import BadInput, write_whole

    try:
        before = path.read_bytes() if path.exists() else b""
        text = summary(record, LIMIT - len(before))
        write_whole(path, before + text.encode())
    except (OSError, BadInput) as error:
        say(f"No job summary: {error}")


@contextmanager
def _progress() -> "Iterator[Progress]":
    """Show a bar on standard error, if a person is looking at it."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def progress(done: int, total: int, last: str) -> None:
            bar.update(task, completed=done, total=total, description=last or "examining")

        yield progress


def _show(record: dict[str, Any], seconds: float, jobs: int) -> None:
    """Print the table and the summary."""
    terminal = console()
    terminal.print(_table(record["claims"]))
    for line, style in _summary(record, seconds, jobs):
        terminal.print(line, style=style)


def _table(entries: list[dict[str, Any]]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from checks.report.markdown import counted
    from checks.report.view import brief
    from checks.verdict import SIGNS

    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for name in ("", "claim", "verdict"):
        table.add_column(name, no_wrap=True)
    table.add_column("rung", min_width=9, overflow="fold")
    table.add_column("scope", overflow="fold", min_width=5)
    for name in ("cases", "s"):
        table.add_column(name, justify="right", no_wrap=True)
    for entry in entries:
        sign, style = SIGNS[entry["verdict"]], STYLES[entry["verdict"]]
        own = "" if entry["selected"] else "dim"
        table.add_row(
            Text(entry["label"], style=own),
            Text(entry["id"] + ("" if entry["selected"] else " ↑"), style=own),
            Text(f"{sign} {entry['verdict']}", style=style),
            Text(rung_in_words(entry)),
            Text(brief(entry["scope"], SCOPE)),
            Text(str(counted(entry) or "–")),
            Text("–" if entry["seconds"] is None else f"{entry['seconds']:.1f}"),
        )
    return table


def rung_in_words(entry: dict[str, Any]) -> str:
    """Return the rung, and what it is given.

    Example:
        >>> rung_in_words({"rung": "derived", "given": ["doob-convergence"]})
        'derived (given: doob-convergence)'
    """
    rung = entry["rung"] or "–"
    return f"{rung} (given: {', '.join(entry['given'])})" if entry["given"] else rung


def _summary(record: dict[str, Any], seconds: float, jobs: int) -> Iterator[tuple[str, str | None]]:
    """Yield the lines below the table, with their styles."""
    entries = record["claims"]
    if any(not entry["selected"] for entry in entries):
        yield "↑ ran because a selected claim rests on it", "dim"
    yield "", None
    good = [entry for entry in entries if entry["verdict"] in ("holds", "supported", "open")]
    bad = [entry for entry in entries if entry not in good]
    yield _verdict_line(entries, bad), "bold red" if bad else "bold green"
    for entry in bad:
        for reason in entry["reasons"] or ["no reason is recorded"]:
            yield f"  {entry['label']} {entry['verdict']}{_at(entry, reason)}: {reason}", None
        yield from ((f"      {line}", "dim") for line in _counterexample(entry))
    for entry in good:
        if entry["verdict"] == "open":
            how = "cited" if entry["rung"] == "cited" else "open"
            yield f"  {entry['label']} {how}, not counted as proved: {entry['title']}", "yellow"
    yield from ((line, None) for line in _ledger(record["ledger"]))
    yield from ((line, None) for line in _kept(entries))
    if record["interrupted"]:
        yield "Interrupted: the claims not finished are not run.", "bold yellow"
    caught = sum(canary["caught"] for canary in record["canaries"])
    dropped = Counter(found["kind"] for entry in entries for found in entry["witnesses"])
    if record["with_twins"]:
        yield _mutants(entries), None
    details = [
        f"seed {record['seed']}",
        f"{jobs} at a time",
        f"{caught} of {len(record['canaries'])} canaries caught",
        f"{dropped['witness']} witnesses, {dropped['unwitnessed']} reasons for none",
        f"{sum(len(entry['twins']) for entry in entries)} twins"
        if record["with_twins"]
        else "twins not run (--twins)",
        f"{seconds:.1f} s in all",
    ]
    yield " · ".join(details), "dim"


def _mutants(entries: list[dict[str, Any]]) -> str:
    """Say how many of the machine's changes the checks tell from the claims."""
    from checks.report.markdown import by_machine

    found = [finding for entry in entries for finding in entry.get("mutants", [])]
    left = sum(len(finding["survivors"]) for finding in found)
    return f"by machine: {by_machine(found)}, {left} not told apart by these checks (in the report)"


def _at(entry: dict[str, Any], reason: str) -> str:
    """Where a claim of the user's own stands, unless the reason says it."""
    own = entry.get("file", "")
    known = not own or reason.startswith(f"{Path(own).name}, line ")
    return "" if known else f", {own}, line {entry['line']}"


def _kept(entries: list[dict[str, Any]]) -> Iterator[str]:
    """Yield how counterexamples of earlier runs fare now."""
    fared: Counter[str] = Counter()
    for entry in entries:
        fared.update(entry.get("kept", {}))
    if fared:
        counts = ", ".join(f"{fared[how]} {how}" for how in sorted(fared))
        yield f"counterexamples of earlier runs, tried first: {counts}"


def _ledger(book: dict[str, Any]) -> Iterator[str]:
    """Yield what the statistical tests of the run spend of their error budget."""
    from checks.report.markdown import short

    finite = [test for test in book["tests"] if test["finite"]]
    apart = len(book["tests"]) - len(finite)
    if book["tests"]:
        yield (
            f"{len(finite)} statistical tests: a false alarm has probability at most "
            f"{short(book['spent'])} of {short(book['budget'])} allowed"
            + (f"; {apart} approximate ones stand apart" if apart else "")
        )


def _counterexample(entry: dict[str, Any]) -> list[str]:
    """Return the first instance against a claim, line by line."""
    shown = [f["shown"] for f in entry["evidence"] if f["outcome"] == "refuted" and "shown" in f]
    return str(shown[0]).splitlines() if shown else []


def _verdict_line(entries: list[dict[str, Any]], bad: list[dict[str, Any]]) -> str:
    entries = [entry for entry in entries if entry["rung"] != "cited"]
    if not entries:
        return "Theorems of the literature only: nothing is proved here."
    proved = [entry for entry in entries if entry["verdict"] in ("holds", "supported")]
    if not bad and len(proved) == len(entries):
        scopes = {entry["scope"] for entry in entries}
        common = f", {scopes.pop()}" if len(scopes) == 1 else ""
        if len(entries) == 1:
            return f"The claim holds at its required rung{common}."
        return f"All {len(entries)} claims hold at their required rung{common}."
    counts = [
        f"{number} {verdict}"
        for verdict in STYLES
        if verdict not in ("holds", "supported")
        and (number := sum(entry["verdict"] == verdict for entry in entries))
    ]
    return (
        f"{len(proved)} of {len(entries)} claims hold at their required rung; {', '.join(counts)}."
    )
