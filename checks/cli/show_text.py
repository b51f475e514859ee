"""A described claim on the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checks.plain import plain
from checks.report.markdown import TITLES, facts, power

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_text"]


def show_text(claim: Mapping[str, Any], terminal: "Console") -> None:
    """Print a claim: statement, assumptions, derivations, witnesses, twins."""
    page = _Page(terminal)
    page.line(f"{claim['label']}  {claim['title']}", style="bold")
    page.line(f"{claim['id']}, required rung: {claim['required_rung']}", style="dim")
    page.line()
    page.line(plain(claim["statement"]))
    page.head("Source")
    page.line(f"{plain(claim['source']['paraphrase'])} ({claim['source']['place']})", 2)
    if claim.get("gap"):
        page.head("Open: what is missing")
        page.line(plain(claim["gap"]), 2)
    for part in claim["parts"]:
        (_other if part.get("kind") in TITLES else _part)(page, part)
    page.head("Rests on")
    page.line(", ".join(claim["cites"]) or "no other claim", 2)
    if claim["witnesses"]:
        page.head("Without an assumption (instances number tokens from 0)")
    for witness in claim["witnesses"]:
        _witness(page, witness)
    if claim["twins"]:
        page.head("Twins: changed like this it is false")
    for twin in claim["twins"]:
        page.line(f"{twin['part']}: {twin['change']}", 2, style="bold")
        if "text" in twin:
            page.line(twin["text"], 4)
            page.block(twin["shown"], 4)
        if "power" in twin:
            page.line(f"rejected with power {power(twin)}", 4, style="dim")


class _Page:
    """A terminal with indentation."""

    def __init__(self, terminal: "Console") -> None:
        self.terminal = terminal

    def line(
        self, text: str = "", indent: int = 0, style: str | None = None, first: str = ""
    ) -> None:
        """Print a paragraph; ``first`` stands before its first line, where the others begin."""
        from rich.text import Text

        margin = " " * indent + first
        width = max(self.terminal.width - len(margin), 20)
        for line in Text(text).wrap(self.terminal, width):
            line.rstrip()
            self.terminal.print(Text(margin + line.plain, style=style or ""))
            margin = " " * len(margin)

    def head(self, text: str) -> None:
        self.line()
        self.line(text, style="bold cyan")

    def block(self, text: str, indent: int) -> None:
        for line in text.splitlines():
            self.line(line, indent, style="dim")


def _other(page: _Page, part: Mapping[str, Any]) -> None:
    """Print a part without a derivation."""
    page.head(f"{TITLES[part['kind']]} {part['name']}")
    page.line(plain(part["statement"]), 2, style="bold")
    for line in facts(part):
        page.line(line, 4, style="dim")


def _part(page: _Page, part: Mapping[str, Any]) -> None:
    page.head(f"Theorem {part['name']}")
    page.line(part["conclusion"]["text"], 2, style="bold")
    for title, items in (("assuming", part["assumptions"]), ("where", part["definitions"])):
        if items:
            page.line(title, 2, style="cyan")
        width = max((len(item["name"]) for item in items), default=0)
        for item in items:
            page.line(item["text"], 4, first=f"{item['name']:<{width}}  ")
            if "sentence" in item:
                page.line(plain(item["sentence"]), 6 + width, style="dim")
    if "unchecked" in part:
        page.line(f"no cross-check: {plain(part['unchecked'])}", 2)
    if "reference" in part:
        page.line(f"cited, not proved here: {part['reference']}", 2)
    else:
        page.line("derivation", 2, style="cyan")
        _steps(page, part["steps"])


def _steps(page: _Page, steps: Sequence[Mapping[str, Any]]) -> None:
    width = len(str(len(steps)))
    for number, step in enumerate(steps, 1):
        page.line(step["text"], 4, first=f"{number:>{width}}. ")
        page.line(f"{step['name']}: {reason(step)}", 6 + width, style="dim")
        if step["where"]:
            where = "; ".join(parameter["text"] for parameter in step["where"])
            page.line(where, 8 + width, style="dim")


def reason(step: Mapping[str, Any]) -> str:
    """Return the rule of a step and what it uses.

    Example:
        >>> reason({"by": "sums", "uses": ["n", "tokens"]})
        'by sums from n, tokens'
    """
    uses = ", ".join(step["uses"])
    return f"by {step['by']}" + (f" from {uses}" if uses else "")


def _witness(page: _Page, witness: Mapping[str, Any]) -> None:
    page.line(f"{witness['part']} without {witness['drops']}", 2, style="bold")
    if "reason" in witness:
        page.line(f"no witness: {plain(witness['reason'])}", 4)
        return
    page.block(witness["shown"], 4)
    kept = ", ".join(witness["satisfies"])
    page.line(f"satisfies {kept or 'everything else'}; refutes the conclusion", 4)
