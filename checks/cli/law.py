"""The verb ``law``: the exact law of the two-token walk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checks.cli.common import (
    FILE,
    console,
    existing_folder,
    json_option,
    print_json,
    progress_bar,
    say,
)
from checks.cli.numbers import as_exact, bad_input, fractions

if TYPE_CHECKING:
    from numeric.exact_law import Law

__all__ = ["law"]

SHOWN = 20
"""Longest total length whose distribution is printed for people."""

UNDECIDED = 3


def _lengths(_context: click.Context, parameter: click.Parameter, text: str) -> tuple[int, ...]:
    """Read total lengths, separated by commas; sort them."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in words):
        raise click.BadParameter(f"{text!r}: expected lengths such as 10,100", param=parameter)
    return tuple(sorted(set(map(int, words))))


@click.command(
    epilog="""\b
Examples:
  ccmc law --transition P.json --prompt 0,1 --length 10,100,1000
  ccmc law --transition P.json --prompt 0,1 --length 20 --exact --distribution
  ccmc law --transition P.json --prompt 0,1 --length 500 --digits 50 --json
  ccmc law --transition P.json --prompt 0,1 --length 20,80,320 --plot law.svg
"""
)
@click.option("--transition", type=FILE, required=True, metavar="FILE", help="P, of two tokens.")
@click.option("--prompt", required=True, metavar="0,1", help="Token ids, 0 and 1.")
@click.option(
    "--length",
    "lengths",
    callback=_lengths,
    required=True,
    metavar="T,T,...",
    help="Total lengths, prompt included.",
)
@click.option("--exact", is_flag=True, help="Rationals. They get long: T squared at worst.")
@click.option(
    "--digits",
    type=click.IntRange(1, 10_000),
    metavar="D",
    help="Certified to 10^-D by ball arithmetic.",
)
@click.option("--distribution", is_flag=True, help="The law of the counts too.")
@click.option("--plot", type=FILE, callback=existing_folder, metavar="FILE.svg")
@json_option
def law(
    transition: Path,
    prompt: str,
    lengths: tuple[int, ...],
    exact: bool,
    digits: int | None,
    distribution: bool,
    plot: Path | None,
    as_json: bool,
) -> int:
    """Compute the law of a two-token walk, to a proved error bound.

    The prompt is continued by the context-conditioned Markov chain on the whole past. Given are
    the expected frequencies of tokens 0 and 1 and, on request, the probability that token 1
    stands n times, n = 0..T. Every number is within error_bound of the true one: by default in
    float64, whose bound is some 9e-16 times the number of steps.
    """
    if exact and digits:
        raise click.UsageError("give --exact or --digits D, not both")
    if plot and plot.suffix != ".svg":
        raise click.UsageError(f"--plot {plot}: the name must end in .svg")
    from numeric.arithmetic import NotCertified
    from numeric.files import parse_prompt, read_transition, write_whole

    given = read_transition(transition)
    start = parse_prompt(prompt, len(given.P))
    if not given.exact:
        say(f'{transition}: decimals are taken for the float64 they are; strings "3/10" are exact')
    P = as_exact(given.P)
    with bad_input(transition), progress_bar("the law") as progress:
        share = _share(len(start), lengths[-1], progress)
        try:
            laws = _laws(P, start, lengths, exact, digits, share)
        except NotCertified as error:
            say(f"Undecided: {error}")
            return UNDECIDED
    answer = _answer(laws, len(start), exact, digits, distribution)
    if plot:
        from checks.law_figure import law_svg

        write_whole(plot, law_svg(laws))
    if as_json:
        print_json(answer)
    else:
        _show(answer)
        if plot:
            say(f"Figure: {plot}")
    return 0


def _share(L: int, T: int, progress: Callable[[float], None]) -> Callable[[int], None]:
    """Return what to call with the length reached: the work grows as its square."""
    steps = max(T - L, 1)
    return lambda t: progress(((t - L) / steps) ** 2)


def _laws(
    P: Sequence[Sequence[Any]],
    prompt: Sequence[int],
    lengths: tuple[int, ...],
    exact: bool,
    digits: int | None,
    progress: Callable[[int], None],
) -> "tuple[Law, ...]":
    from numeric.exact_law import law_ball, law_exact, law_float

    if digits is not None:
        return law_ball(P, prompt, lengths, digits + 1, progress)
    return tuple((law_exact if exact else law_float)(P, prompt, lengths, progress))


def _answer(
    laws: "Iterable[Law]", L: int, exact: bool, digits: int | None, distribution: bool
) -> dict[str, Any]:
    """Return the answer as JSON holds it."""
    answer: dict[str, Any] = {"lengths": [], "mean_frequency": [], "error_bound": []}
    if distribution:
        answer["distribution"] = []
    for found in laws:
        rows: list[list[Any]] = [list(found.mean_frequency)]
        if distribution:
            rows.append(list(found.distribution))
        rows, bound = _written(rows, found.length, L, exact, digits)
        for key, row in zip(("mean_frequency", "distribution"), rows, strict=False):
            answer[key].append(row)
        answer["lengths"].append(found.length)
        answer["error_bound"].append(bound)
    return answer


def _written(
    rows: list[list[Any]], length: int, L: int, exact: bool, digits: int | None
) -> tuple[list[list[Any]], Any]:
    """Return numbers as JSON holds them, and the bound on their errors."""
    from math import inf, nextafter

    from numeric.arithmetic import to_float
    from numeric.exact_law import float_error

    if digits is not None:
        return fractions(rows, digits + 1)
    if exact:
        return [[str(x) for x in row] for row in rows], "0"
    return rows, nextafter(to_float(sum(float_error(length, L))), inf)


def _show(answer: Mapping[str, Any]) -> None:
    """Print the answer for people."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("length", "E[m] of token 0", "E[m] of token 1", "error at most"):
        table.add_column(name, justify="right")
    columns = (answer["lengths"], answer["mean_frequency"], answer["error_bound"])
    for length, means, bound in zip(*columns, strict=True):
        table.add_row(str(length), *map(_decimal, means), _decimal(bound))
    console().print(table)
    for length, row in zip(answer["lengths"], answer.get("distribution", []), strict=False):
        if length > SHOWN:
            click.echo(f"\nLength {length}: {length + 1} probabilities (--json has them)")
            continue
        click.echo(f"\nLength {length}: the probability that token 1 stands n times")
        for n, probability in enumerate(row):
            click.echo(f"  {n:>2}  {_decimal(probability)}")


def _decimal(x: Any) -> str:
    """Return a number for people: a rational, however long, in short."""
    if isinstance(x, float):
        return f"{x:.10g}"
    text = str(x)
    if len(text) <= 24:
        return text
    from flint import fmpq, fmpz

    from numeric.arithmetic import to_float

    p, _, q = text.partition("/")
    return f"≈ {to_float(fmpq(fmpz(p), fmpz(q or '1'))):.10g}"  # int() reads 4300 digits at most
