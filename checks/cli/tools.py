"""The verb ``convert``.

Nothing that supports a claim runs here: the tool rests on a claim, and says on which.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from checks.cli.common import FILE, existing_folder, json_option, print_json, say
from checks.cli.numbers import as_exact, as_floats, bad_input, fractions

__all__ = ["convert"]

UNDECIDED = 3


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
    with bad_input(embeddings or path):
        if digits is None:
            W = weights_float(as_floats(given.P), as_floats(E) if E else None).tolist()
            return {"weights": W, "embeddings": _plain(E or _identity(len(given.P)))}
        balls = weights_ball(as_exact(given.P), as_exact(E) if E else None, digits + 1)
    W, bound = fractions(balls, digits + 1)
    return {
        "weights": W,
        "error_bound": bound,
        "embeddings": _plain(as_exact(E) if E else _identity(len(given.P))),
    }


def _to_transition(path: Path, embeddings: Path | None, digits: int | None) -> dict[str, Any]:
    from numeric.chain import transition_ball, transition_float
    from numeric.files import read_embeddings, read_weights

    given = read_weights(path)
    E = read_embeddings(embeddings).E if embeddings else given.E or _identity(len(given.W))
    with bad_input(path):
        if digits is None:
            law = transition_float(as_floats(E), as_floats(given.W)).tolist()
            _above_0(law, "below float64; give --digits D to compute D decimal digits")
            return {"transition": law}
        W = _widened(as_exact(given.W), _error_bound(path))
        guard = len(str(2 + 2 * len(E)))
        balls = transition_ball(as_exact(E), W, digits + guard)
        P, bound = fractions(balls, digits + guard, total=1)
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


def _plain(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return rows as JSON holds them."""
    from numeric.exact import format_number

    return [[x if isinstance(x, float) else format_number(x) for x in row] for row in rows]


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
