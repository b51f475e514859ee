"""The verbs ``list`` and ``show``."""

from pathlib import Path

import click

from checks.cli.common import claims, console, json_option, on_own, own_option, print_json

__all__ = ["list_claims", "show"]

LIST_EXAMPLES = """\b
Examples:
  ccmc list
  ccmc list A
  ccmc list --json
  ccmc list --claims mine.py
"""

SHOW_EXAMPLES = """\b
Examples:
  ccmc show attention-is-ccmc
  ccmc show A4 --format markdown > a4.md
  ccmc show A4 --format latex > a4.tex
  ccmc show my-claim --claims mine.py
"""


@click.command("list", epilog=LIST_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[ID|LABEL|SECTION]...")
@own_option("List the claims of this Python file, or of all in a folder.")
@json_option
def list_claims(names: tuple[str, ...], own: Path | None, as_json: bool) -> None:
    """List the claims by section, with the rung that each requires."""
    from checks.registry import SECTIONS, card

    registry = claims(own)
    selected = registry.select(names or [claim.id for claim in registry.values() if claim.file])
    if as_json:
        print_json({"claims": [card(claim) for claim in selected]})
        return
    width = max(len(claim.id) for claim in selected)
    rung = max(len(claim.required_rung) for claim in selected)
    section = ""
    for claim in selected:
        if claim.section != section:
            section = claim.section
            click.echo(("" if claim is selected[0] else "\n") + _heading(section, SECTIONS))
        marks = [name for name in ("beyond", "erratum") if getattr(claim, name)]
        title = claim.title + (f"  [{', '.join(marks)}]" if marks else "")
        click.echo(f"  {claim.label:<4}{claim.id:<{width}}  {claim.required_rung:<{rung}}  {title}")


def _heading(section: str, names: dict[str, str]) -> str:
    name = f"{section}  {names[section]}" if section in names else section
    return click.style(name, bold=True)


@click.command(epilog=SHOW_EXAMPLES)
@click.argument("name", metavar="ID|LABEL")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "latex", "markdown"]),
    default="text",
    show_default=True,
    help="Plain text, LaTeX for an article with amsmath, or Markdown.",
)
@own_option("A Python file of your own claims, or a folder of them.")
@json_option
def show(name: str, form: str, own: Path | None, as_json: bool) -> None:
    """Show one claim with its derivation.

    Statement, source, assumptions, the derivation step by step, what it rests on, what goes
    wrong without each assumption, and the twins that must be refuted.
    """
    registry = claims(own)
    selected = registry.select([name])
    if len(selected) > 1:
        ids = ", ".join(claim.label for claim in selected)
        raise click.UsageError(f"{name!r} is a section; show takes one claim: {ids}")
    [claim] = selected
    if claim.file:
        data = on_own(claim, "describe_claim", claim.id)
    else:
        from checks.describe import describe

        registry.citations(claim.id)  # each is a theorem of its claim
        data = describe(claim)
    if as_json:
        print_json(data)
    elif form == "text":
        from checks.cli.show_text import show_text

        show_text(data, console())
    elif form == "latex":
        from checks.report.latex import latex_claim

        click.echo(latex_claim(data), nl=False)
    else:
        from checks.report.markdown import markdown_claim

        click.echo(markdown_claim(data), nl=False)
