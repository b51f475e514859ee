"""The verbs that read records: ``report``, ``diff``, ``map`` and ``replay``."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from checks.cli.common import claims, json_option, on_own, own_option, print_json, say
from checks.verdict import failing

__all__ = ["diff", "map_paper", "replay", "report"]

DEFAULT_RECORD = Path("build/record.json")
STALE = 4
HOW_TO_RECORD = "make one with `ccmc verify --twins --save build/record.json`"

READABLE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    epilog="""\b
Examples:
  ccmc report record.json
  ccmc report a.json b.json --out build/report
"""
)
@click.argument("records", nargs=-1, type=READABLE, metavar="[RECORD]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/report"),
    show_default=True,
    metavar="DIR",
    help="Where to write report.html, report.pdf, report.md and record.json.",
)
@json_option
def report(records: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Write a report from saved records: a web page, a PDF, Markdown and JSON.

    Without RECORD, from build/record.json. The page is one file that opens from disk and loads
    nothing. Nothing is run; the same records give the same bytes, and SOURCE_DATE_EPOCH, where
    it is set, the date.
    """
    from checks.record import load, merge
    from checks.report.build import build
    from checks.report.mathematics import BadFormula
    from numeric.files import BadInput, write_whole

    if not records and not DEFAULT_RECORD.is_file():
        raise click.UsageError(f"no RECORD, and no {DEFAULT_RECORD}: {HOW_TO_RECORD}")
    read = records or (DEFAULT_RECORD,)
    try:
        files = build(merge([load(path) for path in read]))
    except BadFormula as error:
        raise BadInput(f"{', '.join(map(str, read))}: {error}") from None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{out}: {error.strerror}") from None
    for name, content in files.items():
        write_whole(out / name, content)
    if as_json:
        print_json({"files": [str(out / name) for name in files]})
    else:
        page, *others = files
        click.echo(f"Report: {out / page} (beside it {', '.join(others)})")


@click.command(
    epilog="""\b
Examples:
  ccmc diff baseline.json build/record.json
"""
)
@click.argument("old", type=READABLE)
@click.argument("new", type=READABLE)
@json_option
def diff(old: Path, new: Path, as_json: bool) -> int:
    """Say what changed between two records.

    Exit code 1 when anything got weaker.

    Weaker: a verdict, a rung or a scope that shrank, a larger trust base, lost evidence, a claim
    that is gone.
    """
    from checks.compare import compare
    from checks.record import load

    changes = compare(load(old), load(new))
    weaker = [change for change in changes if change.weaker]
    if as_json:
        print_json({"weaker": len(weaker), "changes": [asdict(change) for change in changes]})
        return int(bool(weaker))
    for change in sorted(changes, key=lambda change: not change.weaker):
        mark = click.style("weaker ", fg="red") if change.weaker else "changed"
        click.echo(
            f"{mark}  {change.label} {change.id}, {change.what}: {change.old} -> {change.new}"
        )
    if not changes:
        click.echo("No change.")
    elif not weaker:
        click.echo("Nothing got weaker.")
    return int(bool(weaker))


@click.command(
    "map",
    epilog="""\b
Examples:
  ccmc map                           write paper_map.md
  ccmc map --check                   fail with 4 if it is stale
  ccmc map --from build/record.json  make a run the baseline, then write it
""",
)
@click.option("--check", is_flag=True, help="Write nothing; exit code 4 if the map is stale.")
@click.option(
    "--from",
    "adopt",
    type=READABLE,
    metavar="RECORD",
    help="Take this record as the new baseline, without seconds and versions.",
)
@click.option(
    "--baseline", type=READABLE, default=Path("baseline.json"), show_default=True, metavar="FILE"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("paper_map.md"),
    show_default=True,
    metavar="FILE",
)
@json_option
def map_paper(check: bool, adopt: Path | None, baseline: Path, out: Path, as_json: bool) -> int:
    """Write paper_map.md, from sentence to evidence.

    Sentence of the paper, claim, derivation, evidence, rungs, scope, what it rests on.

    The rungs reached are those of the baseline, a committed record.
    """
    from checks.record import baseline as short
    from checks.record import dumps, load
    from numeric.files import write_whole

    if check and adopt:
        raise click.UsageError("--check writes nothing, and --from writes a baseline: not both")
    if not adopt and not baseline.is_file():
        raise click.UsageError(
            f"there is no {baseline}: {HOW_TO_RECORD}, then run `ccmc map --from build/record.json`"
        )
    record = short(load(adopt or baseline))

    from checks.paper_map import paper_map

    text = paper_map(claims(), record)
    fresh = out.is_file() and out.read_text(encoding="utf-8", errors="replace") == text
    if not check:
        if adopt:
            write_whole(baseline, dumps(record))
        write_whole(out, text)
    if as_json:
        print_json({"file": str(out), "stale": check and not fresh})
    elif check and not fresh:
        _say_stale(out, text)
    else:
        click.echo(f"{out} is up to date." if check else f"Map: {out}")
    return STALE if check and not fresh else 0


def _say_stale(out: Path, text: str) -> None:
    """Say on standard error what differs: of lines in tables, the cells."""
    say(f"{out} is stale: run `ccmc map`")
    if not out.is_file():
        return
    there = out.read_text(encoding="utf-8", errors="replace").splitlines()
    expected = text.splitlines()
    old = [line for line in there if line not in expected]
    new = [line for line in expected if line not in there]
    for before, after in list(zip(old, new, strict=False))[:5]:
        for was, now in zip(before.split(" | "), after.split(" | "), strict=False):
            if was != now:
                say(f"  there:    {was}\n  expected: {now}")
    if len(old) != len(new):
        say(f"  {len(old)} lines there that are not expected, {len(new)} the other way round")


@click.command(
    epilog="""\b
Examples:
  jq '.claims[0].witnesses[0] + {versions}' build/record.json > witness.json
  ccmc replay witness.json
  ccmc replay .ccmc/failures/mine-1f2e3d4c.json --claims mine.py
"""
)
@click.argument("file", type=READABLE)
@own_option("The Python file of your own claims, or a folder of them.")
@json_option
def replay(file: Path, own: Path | None, as_json: bool) -> int:
    """Run one recorded witness or failure again.

    The outcome must be as recorded. Exit code 0 if it is, 1 if not (3 if it is undecided
    now, 70 on an error). Where the file carries versions, those that differ here are named.
    """
    from checks.replay import load_payload
    from checks.replay import replay as run_again

    payload = load_payload(file)
    registry = claims(own)
    name = str(payload["claim"])
    if name in registry and registry[name].file:
        found = on_own(registry[name], "replay_payload", payload)
    else:
        found = run_again(payload, registry)
    if as_json:
        print_json(asdict(found) | {"same": found.same})
    else:
        _show_replayed(asdict(found), found.same)
    codes = {"undecided": 3, "error": 70}
    return 0 if found.same else codes.get(found.outcome, 1)


def _show_replayed(found: dict[str, Any], same: bool) -> None:
    compared = "as recorded" if same else f"but {found['recorded']} is recorded"
    click.echo(f"{found['part']}, {found['kind']}: {found['outcome']}, {compared}")
    for said in (found["detail"].get("message"), failing(found["detail"])):
        if said:
            click.echo(f"  {said}")
    for name, was, here in found["differing"]:
        click.echo(f"  {name} {was} when it was recorded, {here} here")
