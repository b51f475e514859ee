"""The verb ``identify``: which rows of P a set of prompts determines, and what to add."""

from collections.abc import Mapping
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
    from checks.graph_figure import TokenGraph
    from checks.prompts import PromptFile
    from numeric.identify import PromptGraphs

__all__ = ["identify"]

NOT_IDENTIFIABLE = 1

LISTED = 1000
"""Largest vocabulary whose components are listed in JSON."""

SUGGESTED = 1_000_000
"""Tokens in the prompts suggested, at most: of the rest, the number is given."""

SHOWN = 20
"""Rows, prompts, and tokens of a prompt that are printed for people."""


NAMED = 6
"""Components of a row, and tokens of a component, that are printed for people."""


@click.command(
    epilog="""\b
Examples:
  ccmc identify prompts.jsonl
  ccmc identify prompts.npy --vocab 1000 --max-prompt-length 32 --json
  ccmc identify prompts.parquet --cross-attention
  ccmc identify prompts.jsonl --plot graph.svg --token 2

\b
Exit codes: 0 the prompts determine P, 1 they do not, 2 bad input.
"""
)
@click.argument("prompts", type=FILE, metavar="PROMPTS")
@click.option(
    "--vocab",
    type=int,
    metavar="K",
    help="Number of tokens.  [default: the largest id + 1, or the number of strings]",
)
@click.option("--cross-attention", is_flag=True, help="The last token is the query, and no key.")
@click.option(
    "--max-prompt-length",
    type=click.IntRange(1),
    metavar="M",
    help="Of the prompts to add, the query included.",
)
@click.option(
    "--plot",
    type=FILE,
    callback=existing_folder,
    metavar="FILE.svg",
    help="Draw the graph of the token given by --token.",
)
@click.option("--token", metavar="T", help="A query token: its id, or the string it is.")
@json_option
def identify(
    prompts: Path,
    vocab: int | None,
    cross_attention: bool,
    max_prompt_length: int | None,
    plot: Path | None,
    token: str | None,
    as_json: bool,
) -> int:
    """Tell which rows of the base chain P the prompts can ever determine.

    PROMPTS holds a list of token ids (from 0), or of strings, per line (JSON lines); or it is
    an n x L array (.npy), or Parquet with a column of lists. It is read piece by piece.

    Row k is determined when the tokens that share prompts ending in k hang together: in
    self-attention, when every other token shares one with k (claims C4, C5). Otherwise the
    fewest prompts to add are suggested.
    """
    from checks.prompts import PromptFile

    _check_usage(vocab, cross_attention, max_prompt_length, plot, token)
    file = PromptFile(prompts, vocab, cross_attention=cross_attention)
    graphs, drawn = _read(file, vocab or 1, cross_attention, token)
    if vocab is None:
        what = "the largest id + 1" if file.vocabulary is None else "the number of strings"
        say(f"{prompts}: K = {graphs.K}, {what}; --vocab sets it")
    if plot:
        _draw(plot, token or "", drawn, graphs.K, file)
    answer = _answer(graphs, file, max_prompt_length)
    if as_json:
        print_json(answer)
    else:
        _show(answer, graphs, file)
        if plot:
            say(f"Graph of token {token}: {plot}")
    return 0 if answer["identifiable"] else NOT_IDENTIFIABLE


def _check_usage(
    vocab: int | None, cross: bool, m: int | None, plot: Path | None, token: str | None
) -> None:
    from checks.prompts import LARGEST_VOCAB
    from numeric.identify import n_suggestions

    if vocab is not None and not 1 <= vocab <= LARGEST_VOCAB:
        raise click.UsageError(f"--vocab {vocab}: expected a number from 1 to {LARGEST_VOCAB}")
    if (plot is None) != (token is None):
        raise click.UsageError("--plot FILE.svg and --token T go together")
    if plot and plot.suffix != ".svg":
        raise click.UsageError(f"--plot {plot}: the name must end in .svg")
    try:
        n_suggestions(2, cross_attention=cross, max_length=m)
    except ValueError as error:
        rest = str(error).partition(" = ")[2]
        raise click.UsageError(f"--max-prompt-length {rest}") from None


def _read(
    file: "PromptFile", K: int, cross: bool, token: str | None
) -> "tuple[PromptGraphs, TokenGraph | None]":
    """Return the graphs of all prompts, and the graph of one token, if it has been seen."""
    from numeric.identify import PromptGraphs

    graphs = PromptGraphs(K, cross_attention=cross)
    drawn = None
    with progress_bar(f"reading {file.path.name}") as progress:
        for block in file.blocks():
            largest = int(block.tokens.max())
            if largest >= graphs.K:
                graphs.grow(largest + 1)
            graphs.add(block.tokens, block.offsets)
            if token is not None:
                drawn = _gather(drawn, block, file.id_of(token), cross)
            progress(block.done)
    return graphs, drawn


def _gather(graph: "TokenGraph | None", block: Any, query: int | None, cross: bool) -> Any:
    """Add the prompts of a block that end in the query to its graph."""
    from checks.graph_figure import TokenGraph
    from numeric.files import BadInput

    if query is None:
        return graph
    graph = graph or TokenGraph(query)
    last = block.tokens[block.offsets[1:] - 1]
    for p in (last == query).nonzero()[0]:
        keys = block.tokens[block.offsets[p] : block.offsets[p + 1] - cross]
        try:
            graph.add(keys.tolist())
        except ValueError as error:
            raise BadInput(f"--token: {error}") from None
    return graph


def _draw(plot: Path, token: str, graph: "TokenGraph | None", K: int, file: "PromptFile") -> None:
    from numeric.files import BadInput, write_whole

    if graph is None or graph.query >= K:
        expected = f"an id from 0 to {K - 1}" if file.vocabulary is None else "a string in the file"
        raise BadInput(f"--token {token}: expected {expected}")
    write_whole(plot, graph.svg(K, dict(enumerate(file.vocabulary or ()))))


def _answer(graphs: "PromptGraphs", file: "PromptFile", m: int | None) -> dict[str, Any]:
    """Return the answer as JSON holds it."""
    from numeric.identify import n_suggestions

    numbers = graphs.n_components().tolist()
    rows: list[dict[str, Any]] = [
        {"query": query, "n_components": c, "identified": c == 1} for query, c in enumerate(numbers)
    ]
    if graphs.K <= LISTED:
        for row in rows:
            row["components"] = graphs.components(row["query"])
    cross = graphs.cross_attention
    total = sum(n_suggestions(c, cross_attention=cross, max_length=m) for c in numbers)
    suggested, room = [], SUGGESTED
    for prompt in graphs.suggestions(m):
        room -= len(prompt)
        if room < 0:
            break
        suggested.append(list(prompt))
    answer: dict[str, Any] = {
        "identifiable": graphs.identifiable,
        "vocab": graphs.K,
        "prompts": graphs.n_prompts,
        "attention": "cross" if cross else "self",
    }
    if file.vocabulary is not None:
        answer["vocabulary"] = file.vocabulary
    return answer | {
        "rows": rows,
        "suggested_prompts": suggested,
        "suggested_prompts_left_out": total - len(suggested),
    }


def _show(answer: Mapping[str, Any], graphs: "PromptGraphs", file: "PromptFile") -> None:
    """Print the answer for people: a summary, the rows not determined, what to add."""
    from rich import box
    from rich.table import Table

    missing = [row for row in answer["rows"] if not row["identified"]]
    K, n = answer["vocab"], answer["prompts"]
    kind = "cross-attention" if graphs.cross_attention else "self-attention"
    tokens = f"{K:,} token{'s' * (K != 1)}"
    ids = f"; ids 0 to {K - 1}" if file.vocabulary is None else ""
    click.echo(f"{n:,} prompt{'s' * (n != 1)}, {tokens}, {kind}{ids}")
    if not missing:
        click.echo(click.style("Identifiable: the prompts determine every row of P.", fg="green"))
        return
    found = f"Not identifiable: {len(missing):,} of {K:,} rows of P are not determined."
    click.echo(click.style(found, fg="red") + "\n")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("query", justify="right")
    table.add_column("components", justify="right")
    table.add_column("tokens whose ratios are determined", overflow="fold")
    for row in missing[:SHOWN]:
        groups = _groups(graphs.labels(row["query"]), file)
        table.add_row(file.name_of(row["query"]), f"{row['n_components']:,}", groups)
    console().print(table)
    if len(missing) > SHOWN:
        click.echo(f"… and {len(missing) - SHOWN:,} more rows (--json has them all)")
    _show_suggestions(answer, file)


def _groups(labels: Any, file: "PromptFile") -> str:
    """Return components of two tokens or more in words, the largest first, some left out."""
    import numpy as np

    sizes = np.bincount(labels)
    found = [x for x in np.argsort(-sizes, kind="stable").tolist() if sizes[x] > 1]
    words = []
    for label in found[:NAMED]:
        if sizes[label] > NAMED:
            words.append(f"{sizes[label]:,} tokens")
        else:
            members = np.flatnonzero(labels == label).tolist()
            words.append(f"{{{', '.join(map(file.name_of, members))}}}")
    more = len(found) - len(words)
    return ",  ".join(words) + (f"  and {more:,} more" if more else "") if words else "none"


def _show_suggestions(answer: Mapping[str, Any], file: "PromptFile") -> None:
    prompts = answer["suggested_prompts"]
    total = len(prompts) + answer["suggested_prompts_left_out"]
    click.echo(f"\nPrompts to add ({total:,}; the last token is the query):")
    for prompt in prompts[:SHOWN]:
        click.echo(f"  [{', '.join(_cut([file.name_of(x) for x in prompt]))}]")
    if total > SHOWN:
        click.echo(f"  … and {total - SHOWN:,} more (--json has them)")


def _cut(words: list[str]) -> list[str]:
    """Return words, the middle left out if there are many."""
    if len(words) <= SHOWN:
        return words
    return [*words[: SHOWN - 2], f"… {len(words) - SHOWN + 1} more …", words[-1]]
