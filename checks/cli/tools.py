"""The verbs ``convert`` and ``simulate``.

Nothing that supports a claim runs here: the tools rest on claims, and say on which.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from checks.cli.common import FILE, console, existing_folder, json_option, print_json, say

__all__ = ["convert", "simulate"]

UNDECIDED = 3


@contextmanager
def _bad_input(where: object) -> Iterator[None]:
    """Turn what the tools refuse into bad input of a file."""
    from numeric.files import BadInput

    try:
        yield
    except (ValueError, OverflowError, MemoryError) as error:
        raise BadInput(f"{where}: {error}") from None


@click.command(
    epilog="""\b
Examples:
  ccmc convert --transition P.json --out W.json
  ccmc convert --weights W.json
  ccmc convert --transition P.json --embeddings E.npy --digits 50
"""
)
@click.option("--weights", type=FILE, metavar="FILE", help="Weights W to turn into P.")
@click.option("--transition", type=FILE, metavar="FILE", help="A base chain P to turn into W.")
@click.option("--embeddings", type=FILE, metavar="FILE", help="E, a row per token.  [default: I]")
@click.option(
    "--digits",
    type=click.IntRange(1, 10_000),
    metavar="D",
    help="Certified to 10^-D by ball arithmetic, instead of float64.",
)
@click.option("--out", type=FILE, callback=existing_folder, metavar="FILE", help="Write JSON here.")
@json_option
def convert(
    weights: Path | None,
    transition: Path | None,
    embeddings: Path | None,
    digits: int | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Turn attention weights into the base chain they realise, or back.

    The weights are the only ones in the slice S_E (claim A4). With --digits, numbers are
    written as fractions with their common error_bound, and weights are read back as balls.
    """
    if (weights is None) == (transition is None):
        raise click.UsageError("give either --weights FILE or --transition FILE")
    from numeric.arithmetic import NotCertified

    try:
        if transition is not None:
            data = _to_weights(transition, embeddings, digits)
        else:
            data = _to_transition(Path(str(weights)), embeddings, digits)
    except NotCertified as error:
        say(f"Undecided: {error} (fewer --digits may do)" if digits else f"Undecided: {error}")
        return UNDECIDED
    _give(data, out, as_json)
    return 0


def _to_weights(path: Path, embeddings: Path | None, digits: int | None) -> dict[str, Any]:
    from numeric.convert import weights_ball, weights_float
    from numeric.files import read_embeddings, read_transition

    given = read_transition(path)
    if given.normalised:
        say(f"{path}: rows divided by their sums, which missed 1 by less than 1e-9")
    E = read_embeddings(embeddings).E if embeddings else None
    with _bad_input(embeddings or path):
        if digits is None:
            W = weights_float(_floats(given.P), _floats(E) if E else None).tolist()
            return {"weights": W, "embeddings": _plain(E or _identity(len(given.P)))}
        balls = weights_ball(_exact(given.P), _exact(E) if E else None, digits + 1)
    W, bound = _fractions(balls, digits + 1)
    return {
        "weights": W,
        "error_bound": bound,
        "embeddings": _plain(_exact(E) if E else _identity(len(given.P))),
    }


def _to_transition(path: Path, embeddings: Path | None, digits: int | None) -> dict[str, Any]:
    from numeric.chain import transition_ball, transition_float
    from numeric.files import read_embeddings, read_weights

    given = read_weights(path)
    E = read_embeddings(embeddings).E if embeddings else given.E or _identity(len(given.W))
    with _bad_input(path):
        if digits is None:
            law = transition_float(_floats(E), _floats(given.W)).tolist()
            _above_0(law, "below float64; give --digits D to compute D decimal digits")
            return {"transition": law}
        W = _widened(_exact(given.W), _error_bound(path))
        guard = len(str(2 + 2 * len(E)))
        balls = transition_ball(_exact(E), W, digits + guard)
        P, bound = _fractions(balls, digits + guard, total=1)
        _above_0(P, f"0 to {digits} digits; give more --digits")
    return {"transition": P, "error_bound": bound}


def _above_0(P: Sequence[Sequence[Any]], found: str) -> None:
    """Refuse a softmax that was rounded to 0: the true one never is (claim A5)."""
    for a, row in enumerate(P):
        for k, p in enumerate(row):
            if p in (0, "0"):
                raise ValueError(f"row {a}, column {k} of P is above 0, but {found}")


def _identity(K: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(i == j) for j in range(K)) for i in range(K))


def _floats(rows: Iterable[Iterable[Any]]) -> Any:
    """Return rows as float64; exact numbers are rounded."""
    from numeric.arithmetic import floats

    return floats([list(row) for row in rows])


def _exact(rows: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Return rows as exact numbers; a float is the dyadic rational that it is."""
    from numeric.exact import dyadic

    return tuple(tuple(dyadic(x) if isinstance(x, float) else x for x in row) for row in rows)


def _plain(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return rows as JSON holds them."""
    from numeric.exact import format_number

    return [[x if isinstance(x, float) else format_number(x) for x in row] for row in rows]


def _fractions(
    balls: Sequence[Sequence[Any]], digits: int, total: int | None = None
) -> tuple[list[list[Any]], str]:
    """Return decimal fractions as JSON holds them, and a bound on their distance to the truth.

    With ``total``, the largest entry of a row is changed so that the row sums to it exactly.
    """
    from flint import fmpq

    from numeric.exact import format_number

    places = _places(balls, digits)
    one = 10**places
    rows = [[_scaled(x, places) for x in row] for row in balls]
    if total is not None:
        for row in rows:
            row[row.index(max(row))] += total * one - sum(row)
    off = 2 if total is None else 2 + 2 * len(rows[0])
    fractions = [[format_number(fmpq(n, one)) for n in row] for row in rows]
    return fractions, str(fmpq(off, one))


def _places(balls: Sequence[Sequence[Any]], digits: int) -> int:
    """Return how many decimal places the widest ball is worth."""
    places = digits
    while places < 2 * digits + 100 and all(
        x.rad() * 10 ** (places + 1) < 1 for row in balls for x in row
    ):
        places += 1
    return places


def _scaled(x: Any, places: int) -> int:
    """Return the whole part of a ball's midpoint times 10^places, exactly."""
    man, exp = x.mid().man_exp()
    numerator, shift = int(man) * 10**places, int(exp)
    scaled: int = numerator << shift if shift >= 0 else numerator >> -shift
    return scaled


def _error_bound(path: Path) -> Any:
    """Return the error bound that stands beside weights, 0 where none does."""
    from flint import fmpq

    from numeric.exact import parse_number, rational
    from numeric.files import BadInput

    if path.suffix.lower() == ".npy":
        return fmpq(0)
    data = json.loads(path.read_text(encoding="utf-8-sig"), parse_int=str)
    found = data.get("error_bound", 0) if isinstance(data, Mapping) else 0
    try:
        bound = rational(parse_number(found))
    except (ValueError, TypeError):
        bound = fmpq(-1)
    if bound < 0:
        raise BadInput(f'{path}: error_bound is {found!r}; expected a string such as "1/1000"')
    return bound


def _widened(rows: Sequence[Sequence[Any]], bound: Any) -> Any:
    """Return exact numbers as balls of the given radius; as they are when that is 0."""
    if bound == 0:
        return rows
    from flint import arb, ctx

    from numeric.arithmetic import ball

    with ctx.workprec(64 + 8 * len(str(bound.q))):
        return [[ball(x) + ball(bound) * arb(0, 1) for x in row] for row in rows]


def _give(data: dict[str, Any], out: Path | None, as_json: bool) -> None:
    """Write the answer to a file, or print it: readable, or as JSON."""
    if out:
        from checks.record import dumps
        from numeric.files import write_whole

        write_whole(out, dumps(data))
    if as_json or not out:
        print_json(data)
    else:
        click.echo(f"{' and '.join(key for key in data if key != 'error_bound')}: {out}")


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

    P = _floats(read_transition(transition).P)
    start = parse_prompt(prompt, len(P))
    with _bad_input("simulate"):
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
