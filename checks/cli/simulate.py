"""The verb ``simulate``: trajectories of the context-conditioned Markov chain."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
from checks.cli.numbers import as_floats, bad_input

__all__ = ["simulate"]

WATCHED = 6
"""Trajectories in a figure."""

POINTS = 200
"""Of each trajectory in a figure."""


@click.command(
    epilog="""\b
Examples:
  ccmc simulate --transition P.json --prompt 0,1 --length 99 --trajectories 9
  ccmc simulate --transition P.json --prompt 0,1 --length 5000 \\
    --trajectories 50 --decay 0.1 --out run.npz
  ccmc simulate --transition P.json --prompt 0,1 --length 1000000 \\
    --trajectories 4 --plot run.svg
"""
)
@click.option("--transition", type=FILE, required=True, metavar="FILE", help="The base chain P.")
@click.option("--prompt", required=True, metavar="0,1,2", help="Token ids from 0.")
@click.option(
    "--length", type=click.IntRange(1), required=True, metavar="T", help="Total, prompt included."
)
@click.option("--trajectories", type=click.IntRange(1), required=True, metavar="N")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="S")
@click.option(
    "--decay",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    metavar="LAMBDA",
    help="Weigh position i by exp(-LAMBDA (t - i)), as ALiBi.",
)
@click.option("--tokens", is_flag=True, help="Keep every token in the .npz file too.")
@click.option("--out", type=FILE, callback=existing_folder, metavar="FILE.npz")
@click.option(
    "--plot",
    type=FILE,
    callback=existing_folder,
    metavar="FILE.svg",
    help=f"Frequencies along the first {WATCHED} trajectories.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Trajectories at a time; they stay the same.  [default: all cores]",
)
@json_option
def simulate(
    transition: Path,
    prompt: str,
    length: int,
    trajectories: int,
    seed: int,
    decay: float,
    tokens: bool,
    out: Path | None,
    plot: Path | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Continue a prompt by the context-conditioned Markov chain.

    Tokens are numbered from 0 here, from 1 in the mathematics. Trajectory i depends on the
    seed and on i alone. Memory does not grow with the length, unless --tokens are kept.
    """
    if out and out.suffix != ".npz":
        raise click.UsageError(f"--out {out}: the name must end in .npz")
    if tokens and not out:
        raise click.UsageError("--tokens needs --out FILE.npz")
    if plot and plot.suffix != ".svg":
        raise click.UsageError(f"--plot {plot}: the name must end in .svg")
    from numeric.files import parse_prompt, read_transition, write_whole
    from numeric.simulate import simulate as run

    P = as_floats(read_transition(transition).P)
    start = parse_prompt(prompt, len(P))
    times = _times(len(start), length) if plot else ()
    with bad_input("simulate"), progress_bar("simulating") as progress:
        found = run(
            P,
            start,
            length,
            trajectories,
            seed,
            decay=decay,
            keep_tokens=tokens,
            times=times,
            watch=WATCHED,
            threads=threads,
            progress=progress,
        )
    steps = trajectories * (length - len(start))
    tries = found.tries / steps if steps else 0.0
    files: dict[str, tuple[Path, str | bytes]] = {}
    if out:
        files["Trajectories"] = out, _npz(found, P, start, decay)
    if plot:
        from checks.walk_figure import walk_svg

        files["Figure"] = plot, walk_svg(times, found.history)
    for path, content in files.values():
        write_whole(path, content)
    if as_json:
        print_json(
            {
                "counts": found.counts.tolist(),
                "final_frequency": found.final_frequency.tolist(),
                "seed": seed,
                "proposals_per_step": tries,
            }
        )
        return
    _summarise(found.final_frequency, length)
    click.echo(f"{tries:.3g} proposals a step")
    for what, (path, _) in files.items():
        say(f"{what}: {path}")


def _times(L: int, length: int) -> tuple[int, ...]:
    """Return total lengths from L to the last one, evenly spaced in their logarithm."""
    ratio = (length / L) ** (1 / POINTS)
    between = {min(length, max(L, round(L * ratio**i))) for i in range(POINTS)}
    return tuple(sorted(between | {L, length})) if length >= L else ()


def _npz(found: Any, P: Any, prompt: Sequence[int], decay: float) -> bytes:
    from io import BytesIO

    import numpy as np

    arrays = {
        "counts": found.counts,
        "final_frequency": found.final_frequency,
        "transition": P,
        "prompt": np.array(prompt),
        "decay": np.array(decay),
        "seed": np.array(found.seed),
    }
    if found.tokens is not None:
        arrays["tokens"] = found.tokens
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _summarise(frequency: Any, length: int) -> None:
    """Print, by token, its frequency at the end and how often it leads, alone or in a tie."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("token", "mean", "smallest", "largest", "leads in", "ties in"):
        table.add_column(name, justify="right")
    first = frequency == frequency.max(axis=1, keepdims=True)
    tie = first.sum(axis=1) > 1
    for token in range(frequency.shape[1]):
        column = frequency[:, token]
        numbers = (column.mean(), column.min(), column.max())
        shares = ((first[:, token] & ~tie).mean(), (first[:, token] & tie).mean())
        table.add_row(
            str(token),
            *(f"{number:.4f}" for number in numbers),
            *(f"{share:.0%}" for share in shares),
        )
    click.echo(f"Frequencies at length {length}, over {len(frequency)} trajectories:")
    console().print(table)
