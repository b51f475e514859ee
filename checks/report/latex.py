r"""A described claim as LaTeX for an ordinary article with ``amsmath`` and ``amssymb``."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["latex_claim", "tex"]

SPECIAL = {c: rf"\{c}" for c in "&%#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
}


def tex(sentence: str) -> str:
    r"""Return a sentence with the special characters outside its mathematics escaped.

    Example:
        >>> print(tex("50 % of $p_k$ in part_1"))
        50 \% of $p_k$ in part\_1
    """
    pieces = sentence.split("$")
    return "".join(
        f"${piece}$" if i % 2 else "".join(SPECIAL.get(c, c) for c in piece)
        for i, piece in enumerate(pieces)
    )


OPENED = {r"\left(": r"\bigl(", r"\right)": r"\bigr)"}
TOKEN = re.compile(r"\\left\(|\\right\)|\\.|[^\\{]")

LONG = 250
"""Letters of the source; a fraction with more above or below its line is set in a line of text."""


def latex_claim(claim: Mapping[str, Any]) -> str:
    """Return a claim with its derivations; judgements are numbered as the steps are."""
    heading, *lines = _lines(claim)
    return "\n".join((heading, r"{\raggedright", *lines, r"\par}")) + "\n"


def breakable(latex: str) -> str:
    r"""Return a judgement as formulas in a line of text, which may break also within brackets.

    Example:
        >>> print(breakable(r"\left(a + b\right) \frac{\left(a\right)}{b} > 0 \quad (i = 1)"))
        $\bigl(a + b\bigr) \frac{\left(a\right)}{b} > 0$ \quad $(i = 1)$
    """
    body, quad, ranges = latex.rpartition(r" \quad (")
    if not quad or not latex.endswith(")"):
        return f"${_opened(latex)}$"
    return rf"${_opened(body)}$ \quad $({ranges}$"


def _opened(latex: str) -> str:
    r"""Return a formula in which a line may end within outer brackets and long fractions.

    Example:
        >>> print(_opened(r"\left(a\right) \frac{\left(b\right)}{c}"))
        \bigl(a\bigr) \frac{\left(b\right)}{c}
    """
    found, at = "", 0
    while at < len(latex):
        if latex.startswith(r"\frac{", at):
            middle = _closing(latex, at + 5)
            end = _closing(latex, middle + 1)
            found += _fraction(latex[at + 6 : middle], latex[middle + 2 : end])
        elif latex[at] == "{":
            end = _closing(latex, at)
            found += latex[at : end + 1]
        else:
            token = TOKEN.match(latex, at)[0]  # type: ignore[index]
            end = at + len(token) - 1
            found += OPENED.get(token, token)
        at = end + 1
    return found


def _fraction(top: str, bottom: str) -> str:
    if max(len(top), len(bottom)) <= LONG:
        return rf"\frac{{{top}}}{{{bottom}}}"
    return rf"\bigl(\bigl({_opened(top)}\bigr) / \bigl({_opened(bottom)}\bigr)\bigr)"


def _closing(latex: str, at: int) -> int:
    """Return where the group ends that begins at a place."""
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", latex[at:]):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return at + brace.start()
    raise ValueError(f"a brace is not closed: {latex}")


def _lines(claim: Mapping[str, Any]) -> Iterator[str]:
    source = claim["source"]
    yield rf"\subsection*{{\raggedright {tex(claim['label'])}. {tex(claim['title'])}}}"
    yield tex(claim["statement"])
    yield ""
    yield rf"\emph{{Source}} ({tex(source['place'])}): {tex(source['paraphrase'])}"
    for part in claim["parts"]:
        yield from _part(part)
    yield ""
    rests = ", ".join(map(_name, claim["cites"]))
    yield rf"\paragraph{{Rests on}} {rests or 'no other claim'}."


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    if "kind" in part:
        yield rf"\paragraph{{{tex(part['kind'].capitalize())} {_name(part['name'])}}}"
        yield tex(part["statement"])
        return
    yield rf"\paragraph{{Theorem {_name(part['name'])}}}"
    yield rf"\begin{{quote}}\raggedright {breakable(part['conclusion']['latex'])}\end{{quote}}"
    for title, items in (("Assumptions", part["assumptions"]), ("where", part["definitions"])):
        yield from _facts(title, items)
    yield r"\emph{Derivation}"
    yield from _list("enumerate", (_step(step) for step in part["steps"]))


def _facts(title: str, items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if items:
        yield rf"\emph{{{title}}}"
        yield from _list(
            "itemize",
            (
                f"{_name(item['name'])}: {breakable(item['latex'])}"
                + (f" \\\\ {{\\small {tex(item['sentence'])}}}" if "sentence" in item else "")
                for item in items
            ),
        )


def _step(step: Mapping[str, Any]) -> str:
    uses = ", ".join(map(_name, step["uses"]))
    how = f"{_name(step['name'])}: by {_name(step['by'])}" + (f" from {uses}" if uses else "")
    where = "; ".join(_opened(tex(parameter["markup"])) for parameter in step["where"])
    return (
        f"{breakable(step['latex'])} \\\\ {{\\small {how}" + (f"; {where}" if where else "") + "}"
    )


def _list(kind: str, items: Iterable[str]) -> Iterator[str]:
    yield rf"\begin{{{kind}}}"
    for item in items:
        yield rf"\item {item}"
    yield rf"\end{{{kind}}}"


def _name(name: str) -> str:
    """Return a name in typewriter letters; a line may break after a hyphen or a slash."""
    breakable = re.sub("([-/])", r"\1\\allowbreak{}", tex(name))
    return rf"\texttt{{{breakable}}}"
