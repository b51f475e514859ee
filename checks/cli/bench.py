"""The verb ``bench``: speeds, each beside its peers'."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checks.cli.common import (
    FILE,
    console,
    existing_folder,
    json_option,
    progress_bar,
    say,
)

if TYPE_CHECKING:
    from benchmarks.results import Section

__all__ = ["bench"]

FOLDER = Path(__file__).parents[2] / "benchmarks"
"""They are in the source tree alone."""

NAMES = ("attention", "fit", "identify", "law", "simulate")


@click.command(
    epilog="""\b
Examples:
  ccmc bench --quick
  ccmc bench law simulate
  ccmc bench --out benchmarks/RESULTS.md
"""
)
@click.argument("sections", nargs=-1, type=click.Choice(NAMES), metavar="[SECTION]...")
@click.option(
    "--rounds", type=click.IntRange(1), default=5, show_default=True, metavar="N", help="Counted."
)
@click.option("--quick", is_flag=True, help="Tiny sizes and one round: does it run? No speeds.")
@click.option(
    "--out",
    type=FILE,
    callback=existing_folder,
    metavar="FILE.md",
    help="Write the page, and the numbers beside it as .json; sections not run stay.",
)
@json_option
def bench(
    sections: Sequence[str], rounds: int, quick: bool, out: Path | None, as_json: bool
) -> None:
    """Measure speeds beside their peers', in one run.

    Sections are attention, fit, identify, law and simulate; all of them if none is named. They
    take some half an hour on two idle cores. A floor that is missed is shown, and is no failure.
    """
    if not (FOLDER / "runner.py").is_file():
        raise click.UsageError(
            f"the benchmarks are in the source tree of ccmc alone, and {FOLDER} is not there: "
            "run `ccmc bench` from an environment made by `make`"
        )
    if out and out.suffix != ".md":
        raise click.UsageError(f"--out {out}: the name must end in .md")
    if out and quick:
        raise click.UsageError("--quick measures no speeds that are worth keeping in --out")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
    from benchmarks.results import dumps
    from benchmarks.runner import measure, stored, update

    if out:
        stored(out)  # refuse what cannot be read before half an hour is spent
    found = []
    for name in sorted(set(sections)) or NAMES:
        with progress_bar(name) as progress:
            found.append(measure(name, 1 if quick else rounds, quick, progress))
        if not as_json:
            _show(found[-1])
        if out:
            update(out, found[-1])
    if as_json:
        click.echo(dumps(found), nl=False)
    if out:
        say(f"Results: {out}")


def _show(section: "Section") -> None:
    """Print a section: its comparisons, then what was measured by itself."""
    from rich import box
    from rich.table import Table

    from benchmarks.results import COMPARED, Comparison, comparison_cells

    versions = ", ".join(f"{name} {x}" for name, x in sorted(section.versions.items()))
    click.echo(f"{section.name}: {versions}; {section.cores} cores, load {section.load:.1f}")
    compared = [row for row in section.rows if isinstance(row, Comparison)]
    if compared:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in COMPARED[:-1]:  # without the note, which the page has
            table.add_column(name, overflow="fold")
        for row in compared:
            table.add_row(*comparison_cells(row)[:-1])
        console().print(table)
    for measured in section.rows:
        if not isinstance(measured, Comparison):
            words = (measured.verdict, measured.note)
            rest = "".join(f"; {word}" for word in words if word)
            click.echo(
                f"{measured.quantity}: {measured.sizes}: {measured.value} {measured.unit}{rest}"
            )
    for reason in section.missing:
        click.echo(f"Not measured: {reason}")
    click.echo()
