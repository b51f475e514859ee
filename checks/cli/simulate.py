"""The verb ``simulate``: trajectories of the context-conditioned Markov chain."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from checks.cli.common import FILE, console, existing_folder, json_option, print_json, say
from checks.cli.numbers import as_floats, bad_input

__all__ = ["simulate"]


@click.command(
    epilog="""\b
Examples:
  ccmc simulate --transition P.json --prompt 0,1 --length 99 --trajectories 9
  ccmc simulate --transition P.json --prompt 0,1 --length 5000 \\
    --trajectories 50 --decay 0.1 --out run.npz
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
    as_json: bool,
) -> None:
    """Continue a prompt by the context-conditioned Markov chain.

    Tokens are numbered from 0 here, from 1 in the mathematics. Trajectory i depends on the
    seed and on i alone.
    """
    if out and out.suffix != ".npz":
        raise click.UsageError(f"--out {out}: the name must end in .npz")
    if tokens and not out:
        raise click.UsageError("--tokens needs --out FILE.npz")
    from numeric.files import parse_prompt, read_transition, write_whole
    from numeric.simulate import simulate as run

    P = as_floats(read_transition(transition).P)
    start = parse_prompt(prompt, len(P))
    with bad_input("simulate"):
        found = run(P, start, length, trajectories, seed, decay=decay, keep_tokens=tokens)
    if out:
        write_whole(out, _npz(found, P, start, decay))
    if as_json:
        print_json(
            {
                "counts": found.counts.tolist(),
                "final_frequency": found.final_frequency.tolist(),
                "seed": seed,
            }
        )
        return
    _summarise(found.final_frequency, length)
    if out:
        say(f"Trajectories: {out}")


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
