"""What all verbs share: options, output, and the claims."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from checks.claim import Claim
    from checks.registry import Registry

__all__ = ["FILE", "claims", "console", "debug_option", "existing_folder", "json_option"]
__all__ += ["on_own", "own_option", "print_json", "progress_bar", "say"]

F = TypeVar("F", bound=Callable[..., Any])


class _File(click.Path):
    """The path of a file; an empty one, which would mean the current folder, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the path is empty; expected the name of a file", param, ctx)
        return super().convert(value, param, ctx)


FILE = _File(path_type=Path, dir_okay=False)


def _debug(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        os.environ["CCMC_DEBUG"] = "1"  # workers inherit it


def debug_option(command: F) -> F:
    """Add --debug."""
    option = click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=_debug,
        help="Show the traceback of an unexpected error (or set CCMC_DEBUG=1).",
    )
    return option(command)


def json_option(command: F) -> F:
    """Add --json (the argument ``as_json``) and --debug."""
    option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
    return option(debug_option(command))


def print_json(data: object) -> None:
    """Print one JSON object on standard output."""
    from checks.record import dumps

    click.echo(dumps(data), nl=False)


def say(message: str) -> None:
    """Print a remark on standard error."""
    click.echo(message, err=True)


def console() -> "Console":
    """Return the terminal: colours only where they are wanted."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, emoji=False, markup=False)


def own_option(help_text: str) -> Callable[[F], F]:
    """Add --claims (the argument ``own``): a file of the user's own claims, or a folder."""
    return click.option(
        "--claims", "own", type=click.Path(path_type=Path), metavar="FILE", help=help_text
    )


def claims(own: Path | None = None, timeout: float = inf) -> "Registry":
    """Return all claims, those of the user's own file or folder among them.

    No derivation is loaded, and a worker reads the files: of their claims the cards alone are here.

    Args:
        own: a Python file, or a folder: then every ``.py`` file in it.
        timeout: seconds that reading the files may take, if less than a minute.

    Raises:
        BadClaims: a file is wrong; the message names it, and the line.
    """
    from checks.registry import Registry
    from checks.worker import Settings, named

    registry = Registry(named(Settings.claims))
    if own is None:
        return registry
    from checks.own import BadClaims, cards, stand_ins
    from checks.runner import READING, in_worker

    paths = sorted(own.glob("*.py")) if own.is_dir() else [own]
    if not paths:
        raise BadClaims(f"{own}: there is no file *.py in this folder")
    files = [(str(path), str(path.resolve())) for path in paths]
    found = in_worker(cards, files, Settings.claims, file=str(own), limit=min(timeout, READING))
    return Registry((*registry.values(), *stand_ins(found)))


def on_own(claim: "Claim", work: str, given: object) -> Any:
    """Return what a function of `checks.worker` answers on a claim of the user's own.

    Raises:
        BadClaims: the claim ends its process, does not end in time, or is wrong.
    """
    from dataclasses import replace

    from checks import worker
    from checks.runner import in_worker

    settings = replace(worker.Settings(), own=claim.place[0])
    limit = settings.timeout
    return in_worker(getattr(worker, work), given, settings, file=claim.file, limit=limit)


def existing_folder(
    _context: click.Context, parameter: click.Parameter, value: Path | None
) -> Path | None:
    """Refuse a file to write whose folder takes no files, before any work is done."""
    if value is None or (value.exists() and not value.is_file()):  # a pipe, /dev/stdout
        return value
    folder = Path(os.path.realpath(value)).parent
    if not folder.is_dir():
        raise click.BadParameter(f"the folder {value.parent} does not exist", param=parameter)
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        message = f"no file can be written in {folder}: {error.strerror}"
        raise click.BadParameter(message, param=parameter) from None
    return value


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error, if a person is looking at it; it takes the share that is done.

    >>> with progress_bar("nothing to do") as progress:
    ...     progress(1.0)
    """
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda done: bar.update(task, completed=min(done, 1.0))
