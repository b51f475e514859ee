r"""The LaTeX formulas of a record, and their source for typst, as pandoc translates it.

A formula that pandoc does not understand is refused: no report shows a mark of error in its place.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.report.view import in_words

__all__ = ["DISPLAY", "BadFormula", "formulas", "markup", "segments", "split"]

DISPLAY = r"\displaystyle"

UNTYPESET = ("text", "shown", "message", "instance")
"""Keys of a record whose texts have no LaTeX."""


BREAKS = ("=", "gt.eq", ">", "<", "lt.eq", "eq.not", "in", "prop", "+", "-")


class BadFormula(ValueError):
    """A formula cannot be set; the message shows it and says why."""


def split(latex: str) -> tuple[str, ...]:
    r"""Return a judgement's LaTeX for a line of its own; the ranges of its indices stand apart.

    Example:
        >>> split(r"n_k > 0 \quad (k = 1, \dots, K)")
        ('\\displaystyle n_k > 0', '\\displaystyle (k = 1, \\dots, K)')
    """
    body, quad, ranges = latex.rpartition(r" \quad (")
    pieces = (body, f"({ranges}") if quad and latex.endswith(")") else (latex,)
    return tuple(f"{DISPLAY} {piece}" for piece in pieces)


def formulas(data: Any) -> Iterator[str]:
    r"""Yield the LaTeX in a record: values of ``latex``, and what stands between dollar signs.

    Example:
        >>> list(formulas({"latex": "x", "reason": "for $y$", "text": "$", "steps": []}))
        ['\\displaystyle x', 'y']
    """
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "latex":
                yield from split(value)
            elif key not in UNTYPESET and not (key == "conclusion" and in_words(data)):
                yield from formulas(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from formulas(item)
    elif isinstance(data, str) and data.count("$") % 2 == 0:
        yield from data.split("$")[1::2]


def markup(latex: Iterable[str]) -> dict[str, str]:
    r"""Return the typst source of each formula.

    Raises:
        BadFormula: pandoc cannot read a formula.

    Example:
        >>> markup([r"\frac{n_k}{K} \geq 0"])
        {'\\frac{n_k}{K} \\geq 0': 'n_k / K gt.eq 0'}
    """
    wanted = sorted(set(latex))
    blocks = [
        {"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, _adapted(one)]}]}
        for one in wanted
    ]
    done = _pandoc({"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks})
    if done.returncode:
        raise BadFormula(f"a formula is not LaTeX that can be read: {done.stderr.strip()}")
    found = done.stdout.rstrip("\n").split("\n\n") if wanted else []
    if len(found) != len(wanted) or not all(one[0] == one[-1] == "$" for one in found):
        raise BadFormula(f"{len(wanted)} formulas gave {len(found)} that can be set")
    return dict(zip(wanted, (_renamed(one[1:-1].strip()) for one in found), strict=True))


def _adapted(latex: str) -> str:
    r"""Return a formula without what pandoc translates badly: ``\|``, and sizes of brackets."""
    return re.sub(r"\\[bB]igg?[lrm]?(?![A-Za-z])", "", re.sub(r"(?<!\\)\\\|", r"\\Vert ", latex))


def _renamed(source: str) -> str:
    """Return typst's source with the names of symbols that the typst at hand has.

    Example:
        >>> _renamed("a sect b times.circle c")
        'a inter b times.o c'
    """
    return re.sub(
        r"\b(plus|minus|times|dot)\.circle", r"\1.o", re.sub(r"\bsect\b", "inter", source)
    )


def _pandoc(document: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    import pypandoc

    return subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            *("--from=json", "--to=typst", "--wrap=none", "--fail-if-warnings"),
        ],
        input=json.dumps(document),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def segments(markup: str) -> list[str]:
    r"""Return a formula of typst cut where a line may break, outside all brackets.

    That is before a relation, a plus or a minus, and after a comma.  What follows begins with an
    empty text, which gives a sign its space on both sides, or with the space after a comma.

    Example:
        >>> segments(r"- a + (b - c) = - frac(a = b, 2) \, \( x \, y \)")
        ['- a', '"" + (b - c)', '"" = - frac(a = b, 2) \\,', 'thin \\( x \\, y \\)']
    """
    found, depth, before = [""], 0, "="
    for word in markup.split(" "):
        if depth == 0 and word in BREAKS and before not in BREAKS:
            found.append('""')
        if depth == 0 and before == r"\,":
            found.append("thin")
        found[-1] += f" {word}"
        depth += sum(map(word.count, "([{")) - sum(map(word.count, ")]}"))
        before = word
    return [piece.strip() for piece in found]
