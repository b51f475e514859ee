"""The command ``ccmc``.

``main`` sets the ground types before SymPy can be imported, and turns every outcome into an exit
code: bad input is one message and 2, the unexpected one message and 70, Ctrl-C 130.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from checks.cli.bench import bench
from checks.cli.browse import list_claims, show
from checks.cli.common import debug_option
from checks.cli.fit import fit
from checks.cli.identify import identify
from checks.cli.law import law
from checks.cli.new import new
from checks.cli.records import diff, map_paper, replay, report
from checks.cli.simulate import simulate
from checks.cli.tools import convert
from checks.cli.verify import verify

__all__ = ["main", "run"]

USAGE, NOTHING_SELECTED, INTERNAL, INTERRUPTED, PIPE_CLOSED = 2, 5, 70, 130, 141

EXIT_CODES = """\b
Exit codes:
  0    all at their required rung (open claims allowed, and listed)
  1    refuted, or weaker than before
  2    wrong usage or bad input
  3    inconclusive, or stopped at the time limit
  4    a generated file is stale
  5    nothing selected
  70   internal error: engines disagree, a canary was missed
  130  interrupted
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ccmc", prog_name="ccmc")
@debug_option
def cli() -> None:
    r"""Check the theory of self-attention as a context-conditioned Markov chain.

    \b
    Begin with:
      ccmc list                       what is claimed
      ccmc show attention-is-ccmc     one claim, with its derivation
      ccmc verify                     check everything
    """


for command in (
    list_claims,
    show,
    verify,
    new,
    report,
    diff,
    map_paper,
    replay,
    convert,
    simulate,
    law,
    identify,
    fit,
    bench,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit code."""
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a narrow encoding is no reason to fail
            stream.reconfigure(errors="replace")
    try:
        with cli.make_context("ccmc", list(arguments)) as context:
            code = cli.invoke(context) or 0
        sys.stdout.flush()
    except click.exceptions.Exit as end:  # after --help and --version
        return end.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback unless asked for
        return _failed(error)
    return int(code)


def _failed(error: Exception) -> int:
    """Print one message for an exception; return its exit code."""
    from checks.own import BadClaims
    from checks.record import BadRecord
    from checks.registry import NothingSelected, UnknownName

    if os.environ.get("CCMC_DEBUG"):
        import traceback

        traceback.print_exc()
    files = sys.modules.get("numeric.files")  # only where something was read
    if isinstance(error, UnknownName | BadRecord | BadClaims) or (
        files and isinstance(error, files.BadInput)
    ):
        click.echo(f"Error: {error}", err=True)
        return USAGE
    if isinstance(error, NothingSelected):
        click.echo(f"Nothing selected: {error}", err=True)
        return NOTHING_SELECTED
    click.echo(f"Internal error: {type(error).__name__}: {error}", err=True)
    if not os.environ.get("CCMC_DEBUG"):
        click.echo("(--debug shows where)", err=True)
    return INTERNAL
