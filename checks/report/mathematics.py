r"""LaTeX formulas set without TeX: pandoc reads them, typst sets them.

`markup` gives the typst source of a formula, with which the PDF is made, so that its text can be
selected; `drawn` gives a drawing for the web page, made from the same source by the same engine.
A formula that either program does not understand is refused by name: no report shows a mark of
error in its place.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from checks.report.view import in_words

__all__ = ["DISPLAY", "EM", "BadFormula", "Drawing", "Drawings", "Formula", "drawn", "formulas"]
__all__ += ["markup", "segments", "split"]

DISPLAY = r"\displaystyle"

UNTYPESET = ("text", "shown", "message", "instance")
"""Keys of a record whose texts have no LaTeX."""

EM = 10.0
"""Points that one em is set in."""

WIDE = 12.0
"""Em; a wider formula is drawn in pieces."""

BREAKS = ("=", "gt.eq", ">", "<", "lt.eq", "eq.not", "in", "prop", "+", "-")
USED = re.compile('href="#(g[0-9]+)"')

PLACE = re.compile(
    r"matrix\(1 0 0 (?P<flip>-?1) (?P<x>[-.\d]+) (?P<y>[-.\d]+)\)"
    r"|translate\((?P<dx>[-.\d]+) (?P<dy>[-.\d]+)\)"
)
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"

PAGES = r"""
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: "New Computer Modern Math", size: 10pt)
#set par(leading: 0pt)
#for source in json(bytes(sys.inputs.formulas)) {
  let formula = eval(source.markup, mode: "math")
  if source.display { formula = math.display(formula) }
  page($#formula$ + box[#metadata("baseline")])
}
"""


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
        {"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, _norms(one)]}]}
        for one in wanted
    ]
    done = _pandoc({"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks})
    if done.returncode:
        raise BadFormula(f"a formula is not LaTeX that can be read: {done.stderr.strip()}")
    found = done.stdout.rstrip("\n").split("\n\n") if wanted else []
    if len(found) != len(wanted) or not all(one[0] == one[-1] == "$" for one in found):
        raise BadFormula(f"{len(wanted)} formulas gave {len(found)} that can be set")
    return dict(zip(wanted, (one[1:-1].strip() for one in found), strict=True))


def _norms(latex: str) -> str:
    r"""Return a formula with ``\Vert`` for ``\|``, which pandoc takes for a relation."""
    return re.sub(r"(?<!\\)\\\|", r"\\Vert ", latex)


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


@dataclass(frozen=True)
class Drawing:
    """A formula, or a piece of one, as the inside of an SVG.

    Args:
        name: by which it can be used again.
        body: its elements; glyphs are used from `Drawings.glyphs`.
        width, height, depth: in em; the depth is what lies below the baseline.
    """

    name: str
    body: str
    width: float
    height: float
    depth: float


@dataclass(frozen=True)
class Formula:
    """A formula as drawings between which a line may break; its width in em if none does."""

    width: float
    pieces: tuple[Drawing, ...]


@dataclass(frozen=True)
class Drawings:
    """Formulas by their LaTeX, and the outlines of the glyphs that they share, by name."""

    formulas: Mapping[str, Formula]
    glyphs: Mapping[str, str]

    @property
    def pieces(self) -> list[Drawing]:
        """All drawings, each once."""
        found = {p.name: p for formula in self.formulas.values() for p in formula.pieces}
        return list(found.values())


def drawn(markup: Mapping[str, str]) -> Drawings:
    r"""Return each formula drawn, from its typst source by its LaTeX.

    Raises:
        BadFormula: typst cannot set a formula.

    Example:
        >>> [drawing] = drawn({r"\frac{a}{b}": "a / b"}).formulas[r"\frac{a}{b}"].pieces
        >>> drawing.height > drawing.depth > 0
        True
    """
    glyphs: dict[str, str] = {}
    names: dict[str, str] = {}

    def draw(wanted: Iterable[Source]) -> dict[Source, Drawing]:
        sources = list(dict.fromkeys(wanted))
        pages = [_Page(ET.fromstring(page), names, glyphs) for page in _pages(sources)]
        return {source: page.drawing() for source, page in zip(sources, pages, strict=True)}

    sources = {latex: Source(one, latex.startswith(DISPLAY)) for latex, one in markup.items()}
    whole = draw(sources.values())
    cut = {
        source: tuple(Source(piece, source.display) for piece in segments(source.markup))
        for source, drawing in whole.items()
        if drawing.width > WIDE
    }
    pieces = whole | draw(piece for found in cut.values() for piece in found)
    formulas = {
        latex: Formula(
            whole[source].width, tuple(pieces[piece] for piece in cut.get(source, (source,)))
        )
        for latex, source in sources.items()
    }
    used = {use for f in formulas.values() for p in f.pieces for use in USED.findall(p.body)}
    return Drawings(formulas, {name: glyphs[name] for name in glyphs if name in used})


class Source(NamedTuple):
    """What typst sets: a formula, within a sentence or on a line of its own."""

    markup: str
    display: bool


def segments(markup: str) -> list[str]:
    """Return a formula of typst cut where a line may break: before a relation, a plus or a minus.

    Each but the first begins with an empty text, which gives the sign its space on both sides.

    Example:
        >>> segments("- a + (b - c) = frac(a = b, 2)")
        ['- a', '"" + (b - c)', '"" = frac(a = b, 2)']
    """
    found, depth = [""], 0
    for word in re.split("( )", markup):
        if depth == 0 and word in BREAKS and found[-1].strip():
            found.append('"" ')
        found[-1] += word
        plain = re.sub(r"\\.", "", word)
        depth += sum(map(plain.count, "([{")) - sum(map(plain.count, ")]}"))
    return [piece.strip() for piece in found]


def _pages(sources: Sequence[Source]) -> list[bytes]:
    """Return each formula as an SVG of its own."""
    import typst

    if not sources:
        return []
    try:
        pages: Any = typst.compile(
            PAGES.encode(),
            format="svg",
            ignore_system_fonts=True,
            sys_inputs={"formulas": json.dumps([source._asdict() for source in sources])},
        )
    except typst.TypstError as error:
        if len(sources) == 1:
            raise BadFormula(f"{sources[0].markup} cannot be set: {error}") from None
        for source in sources:
            _pages([source])
        raise
    return [pages] if isinstance(pages, bytes) else pages


class _Page:
    """One page of typst's SVG, made small: glyphs by short names, one place for each."""

    def __init__(self, root: ET.Element, names: dict[str, str], glyphs: dict[str, str]) -> None:
        self.root = root
        self.names = names
        self.glyphs = glyphs
        self.outlines = {
            symbol.attrib["id"]: symbol[0].attrib["d"] for symbol in root.iter(f"{SVG}symbol")
        }
        self.baseline = 0.0

    def drawing(self) -> Drawing:
        """Return what stands on the page."""
        width, height = (float(size) for size in self.root.attrib["viewBox"].split()[2:])
        body = "".join(
            piece
            for child in self.root
            if child.tag != f"{SVG}defs"
            for piece in self._element(child, 0, 0)
        )
        name = f"f{sha256(body.encode()).hexdigest()[:10]}"
        return Drawing(name, body, width / EM, height / EM, (height - self.baseline) / EM)

    def _element(self, element: ET.Element, x: float, y: float) -> Iterator[str]:
        """Yield an element at a place; the last empty group stands on the baseline."""
        if place := PLACE.fullmatch(element.attrib.get("transform", "")):
            x += float(place["x"] or place["dx"])
            y += float(place["y"] or place["dy"])
        elif "transform" in element.attrib:
            raise BadFormula(f"a drawing has the transformation {element.attrib['transform']}")
        if element.tag == f"{SVG}use":
            yield f'<use href="#{self._glyph(element.attrib[HREF][1:])}" {_at(x, y)}/>'
        elif element.tag == f"{SVG}path":
            yield _path(element.attrib, x, y)
        elif element.tag == f"{SVG}g":
            if not len(element):
                self.baseline = y
            for child in element:
                yield from self._element(child, x, y)
        else:
            raise BadFormula(f"a drawing has the element {element.tag}")

    def _glyph(self, name: str) -> str:
        """Return the short name of a glyph, whose outline is kept once."""
        short = self.names.setdefault(name, f"g{len(self.names)}")
        self.glyphs[short] = self.outlines[name].replace(" 0 0m ", "").strip()
        return short


def _path(attributes: Mapping[str, str], x: float, y: float) -> str:
    """Return a line, such as that of a fraction."""
    width = attributes.get("stroke-width")
    ink = f'fill="none" stroke="currentColor" stroke-width="{width}"' if width else ""
    return f'<path {ink} transform="translate({_short(x)} {_short(y)})" d="{attributes["d"]}"/>'


def _at(x: float, y: float) -> str:
    return f'x="{_short(x)}" y="{_short(y)}"'


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
