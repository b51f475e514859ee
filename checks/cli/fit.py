"""The verb ``fit``: the base chain P of largest likelihood, or why there is none."""

import os
from collections.abc import Mapping, Sequence
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

if TYPE_CHECKING:
    from checks.samples import SampleFile
    from numeric.estimate import RowFit
    from numeric.samples import Samples

__all__ = ["fit"]

NO_ESTIMATE, NOT_CERTIFIED = 1, 3

SHOWN = 20
"""Rows that are printed for people."""

LIKELIEST = 3
"""Entries of a row that are printed when there is no room for all."""

ALL_COLUMNS = 4
"""Tokens, at most, for which all columns of P are printed."""

LARGEST = 2000
"""Tokens, at most: P and its standard errors have K^2 numbers each."""

SMALLEST_RIDGE, LARGEST_RIDGE = 1e-100, 1e100
"""Far beyond both, squares of float64 numbers overflow."""


@click.command(
    epilog="""\b
Examples:
  ccmc fit data.jsonl --vocab 50
  ccmc fit data.jsonl --vocab 50 --json > estimate.json
  ccmc fit data.jsonl --ridge 0.5 --out penalised.json

\b
Exit codes: 0 every row is estimated, 1 some row has no maximum-likelihood
estimate or more than one, 2 bad input, 3 an error bound was not reached.
"""
)
@click.argument("data", type=FILE, metavar="DATA")
@click.option(
    "--vocab",
    type=click.IntRange(1, LARGEST),
    metavar="K",
    help="Number of tokens.  [default: the largest id + 1, or the number of strings]",
)
@click.option("--cross-attention", is_flag=True, help="The last token is the query, and no key.")
@click.option(
    "--ridge",
    type=float,
    metavar="LAMBDA",
    help="Penalise by LAMBDA/2 times the squares of the centred log P[k, .]: not maximum "
    "likelihood, and always there.",
)
@click.option("--out", type=FILE, callback=existing_folder, metavar="FILE", help="Write JSON here.")
@json_option
def fit(
    data: Path,
    vocab: int | None,
    cross_attention: bool,
    ridge: float | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Estimate the base chain P by maximum likelihood, with standard errors.

    DATA holds an object {"prompt": [...], "next": token} per line (JSON lines); tokens are ids
    from 0, or strings. It is read piece by piece. The next token is one of the prompt's (with
    --cross-attention, of the keys): the chain gives others probability 0.

    Whether a row has an estimate is decided first, by counting (claim C8). Where it has none
    the reason is said; where it has more than one, the laws within each group of tokens that
    meet are in the JSON. Each estimate comes with a proven bound on its distance from the exact
    optimum.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait
    from checks.samples import SampleFile

    if ridge is not None and not SMALLEST_RIDGE <= ridge <= LARGEST_RIDGE:
        expected = f"a number from {SMALLEST_RIDGE:g} to {LARGEST_RIDGE:g}"
        raise click.UsageError(f"--ridge {ridge}: expected {expected}")
    file = SampleFile(data, vocab, cross_attention=cross_attention)
    file.limit = vocab or LARGEST
    samples = _read(file, vocab or 1, cross_attention)
    if vocab is None:
        what = "the largest id + 1" if file.vocabulary is None else "the number of strings"
        say(f"{data}: K = {samples.K}, {what}; --vocab sets it")
    rows = _fit(samples, ridge or 0.0)
    answer = _answer(rows, samples, file, ridge)
    if out:
        from checks.record import dumps
        from numeric.files import write_whole

        write_whole(out, dumps(answer))
    if as_json:
        print_json(answer)
    else:
        _show(answer, rows, file)
        if out:
            say(f"Estimate: {out}")
    if not ridge and not all(row.identified for row in rows):
        return NO_ESTIMATE
    return 0 if answer["certified"] else NOT_CERTIFIED


def _read(file: "SampleFile", K: int, cross: bool) -> "Samples":
    """Return all observations of the file."""
    from numeric.samples import Samples

    samples = Samples(K, cross_attention=cross)
    with progress_bar(f"reading {file.path.name}") as progress:
        for block in file.samples():
            largest = int(block.tokens.max())
            if largest >= samples.K:
                samples.grow(largest + 1)
            samples.add(block.tokens, block.sampled, block.offsets)
            progress(block.done)
    return samples


def _fit(samples: "Samples", ridge: float) -> "list[RowFit]":
    """Return the estimates of all rows."""
    from numeric.estimate import fit as estimate

    rows = []
    with progress_bar("fitting") as progress:
        for row in estimate(samples, ridge=ridge):
            rows.append(row)
            progress(len(rows) / samples.K)
    return rows


def _answer(
    rows: "Sequence[RowFit]", samples: "Samples", file: "SampleFile", ridge: float | None
) -> dict[str, Any]:
    """Return the answer as JSON holds it."""
    K = samples.K
    likelihoods = [row.log_likelihood for row in rows]
    bounds = [row.error_bound for row in rows if row.laws]
    certified = None not in bounds
    answer: dict[str, Any] = {
        "estimate": "maximum likelihood" if ridge is None else "penalised (ridge)",
        "ridge": ridge,
        "vocab": K,
        "observations": samples.n,
        "attention": "cross" if samples.cross_attention else "self",
    }
    if file.vocabulary is not None:
        answer["vocabulary"] = file.vocabulary
    return answer | {
        "transition": [_whole(row, K, "law") for row in rows],
        "standard_errors": [_whole(row, K, "errors") for row in rows],
        "rows": [_row(row, file) for row in rows],
        "log_likelihood": None if None in likelihoods else sum(x for x in likelihoods if x),
        "certified": certified,
        "error_bound": max((b for b in bounds if b is not None), default=0.0)
        if certified
        else None,
    }


def _whole(row: "RowFit", K: int, what: str) -> list[float | None] | None:
    """Return a row of K numbers, if the estimate covers all tokens."""
    if len(row.laws) != 1 or len(row.laws[0].tokens) != K:
        return None
    return _numbers(row.laws[0], what)


def _numbers(law: Any, what: str) -> list[float | None]:
    values = law.law if what == "law" else law.details.standard_errors
    return [x if x == x else None for x in values.tolist()]


def _row(row: "RowFit", file: "SampleFile") -> dict[str, Any]:
    """Return what JSON says of a row."""
    from numeric.estimate import reason

    said: dict[str, Any] = {
        "query": row.query,
        "observations": row.n,
        "exists": row.exists,
        "identified": row.identified,
        "reason": reason(row, file.name_of),
        "log_likelihood": row.log_likelihood,
        "error_bound": row.error_bound if row.laws else None,
    }
    if row.exists and not row.identified:
        said["components"] = [
            {
                "tokens": law.tokens.tolist(),
                "law": _numbers(law, "law"),
                "standard_errors": _numbers(law, "errors"),
            }
            for law in row.laws
        ]
    return said


def _show(answer: Mapping[str, Any], rows: "Sequence[RowFit]", file: "SampleFile") -> None:
    """Print the answer for people: a summary, the estimates, the rows without one and why."""
    K, n, ridge = answer["vocab"], answer["observations"], answer["ridge"]
    ids = f"; ids 0 to {K - 1}" if file.vocabulary is None else ""
    click.echo(
        f"{n:,} observation{'s' * (n != 1)}, {K:,} token{'s' * (K != 1)}, "
        f"{answer['attention']}-attention{ids}"
    )
    missing = [row for row in rows if not row.identified]
    if not missing:
        said, colour = "Every row of P has one maximum-likelihood estimate.", "green"
    else:
        none = sum(not row.exists for row in missing)
        said = (
            f"{none:,} of {K:,} rows of P have no maximum-likelihood estimate, "
            f"{len(missing) - none:,} more than one."
        )
        colour = "yellow" if ridge else "red"
    click.echo(click.style(said, fg=colour))
    if ridge:
        click.echo(f"Penalised estimate with ridge {ridge:g}: not maximum likelihood.")
    _show_rows(answer, file)
    _show_reasons(answer, file)
    if not answer["certified"]:
        click.echo(click.style("Not certified: a row's error bound was not reached.", fg="red"))
    elif any(row.laws for row in rows):
        click.echo(
            f"\nEach log-probability is within {answer['error_bound']:.1e} of that of the exact "
            "optimum."
        )
    if answer["log_likelihood"] is not None:
        click.echo(f"Log-likelihood {answer['log_likelihood']:.6g}")


def _show_rows(answer: Mapping[str, Any], file: "SampleFile") -> None:
    """Print the estimated rows, with standard errors."""
    K = answer["vocab"]
    known = [a for a in range(K) if answer["transition"][a] is not None]
    if not known:
        return
    columns = [file.name_of(k) for k in range(K)] if K <= ALL_COLUMNS else ["likeliest next tokens"]
    table = _table("query", "observations", *columns)
    for a in known[:SHOWN]:
        P, errors = answer["transition"][a], answer["standard_errors"][a]
        shown = range(K) if K <= ALL_COLUMNS else sorted(range(K), key=lambda k: -P[k])[:LIKELIEST]
        cells = [_cell(P[k], errors[k]) for k in shown]
        if K > ALL_COLUMNS:
            named = zip(map(file.name_of, shown), cells, strict=True)
            cells = [",  ".join(f"{token}: {cell}" for token, cell in named)]
        table.add_row(file.name_of(a), f"{answer['rows'][a]['observations']:,}", *cells)
    click.echo("\nP, with standard errors:")
    console().print(table)
    if len(known) > SHOWN:
        click.echo(f"… and {len(known) - SHOWN:,} more rows (--json has them all)")


def _show_reasons(answer: Mapping[str, Any], file: "SampleFile") -> None:
    """Print the rows that likelihood does not determine, and why."""
    missing = [row for row in answer["rows"] if row["reason"]]
    if not missing:
        return
    table = _table("query", "observations", "why it has no single maximum-likelihood estimate")
    for row in missing[:SHOWN]:
        table.add_row(file.name_of(row["query"]), f"{row['observations']:,}", row["reason"])
    click.echo()
    console().print(table)
    if len(missing) > SHOWN:
        click.echo(f"… and {len(missing) - SHOWN:,} more rows (--json has them all)")


def _cell(p: float, error: float | None) -> str:
    return f"{p:.3f}" + ("" if error is None else f" ± {error:.3f}")


def _table(*names: str) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in names:
        right = name in ("query", "observations")
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    return table
