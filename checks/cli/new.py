"""The verb ``new``: a commented file of claims that runs."""

from pathlib import Path

import click

from checks.cli.common import FILE, existing_folder, json_option, print_json

__all__ = ["new"]

EXAMPLES = """\b
Examples:
  ccmc new mine.py
  ccmc verify --claims mine.py --twins
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=FILE, callback=existing_folder, metavar="FILE")
@json_option
def new(file: Path, as_json: bool) -> None:
    """Write a file of claims to change: one that holds, and one that is refuted.

    A file that exists is left alone.
    """
    from numeric.files import write_whole

    if file.exists():
        raise click.UsageError(f"{file} exists; expected the name of a new file")
    example = Path(__file__).parents[1] / "example.py"
    text = example.read_text(encoding="utf-8").replace("--claims FILE", f"--claims {file.name}")
    write_whole(file, text)
    if as_json:
        print_json({"file": str(file)})
    else:
        click.echo(f"{file}: two claims; `ccmc verify --claims {file}` runs them")
