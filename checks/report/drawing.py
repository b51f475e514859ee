r"""Formulas drawn by typst for the web page, as small as drawings can be.

Each is an SVG whose glyphs are letters of a font of the page's own: `glyph_font` makes it from the
outlines that typst draws.  A formula that typst does not understand is refused.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from checks.report.mathematics import DISPLAY, BadFormula, segments

__all__ = ["EM", "GRID", "Drawing", "Drawings", "Formula", "drawn", "glyph_font"]

EM = 10.0
"""Points that one em is set in."""

WIDE = 12.0
"""Em; a wider formula is drawn in pieces."""

UNITS = 100
"""Of the font, to a point: outlines are given to hundredths of a point."""

GRID = 10
"""Drawings are given to a tenth of a point, in whole numbers."""

FIRST = 0xE000
"""Of Unicode's private characters, which the glyphs have as their names."""

PLACE = re.compile(r"(?:matrix\(1 0 0 -?1|translate\() ?([-.\d]+) ([-.\d]+)\)")
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


@dataclass(frozen=True)
class Drawing:
    """A formula, or a piece of one, as the inside of an SVG.

    Args:
        name: by which it can be used again.
        body: its elements; the letters are those of `glyph_font`.
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
    """Formulas by their LaTeX, and the outlines of the letters in which they are written."""

    formulas: Mapping[str, Formula]
    outlines: Mapping[str, str]

    @property
    def pieces(self) -> list[Drawing]:
        """All drawings, each once."""
        found = {p.name: p for formula in self.formulas.values() for p in formula.pieces}
        return list(found.values())


class Source(NamedTuple):
    """What typst sets: a formula, within a sentence or on a line of its own."""

    markup: str
    display: bool


def drawn(markup: Mapping[str, str]) -> Drawings:
    r"""Return each formula drawn, from its typst source by its LaTeX.

    Raises:
        BadFormula: typst cannot set a formula.

    Example:
        >>> [drawing] = drawn({r"\frac{a}{b}": "a / b"}).formulas[r"\frac{a}{b}"].pieces
        >>> drawing.height > drawing.depth > 0
        True
    """
    sources = {latex: Source(one, latex.startswith(DISPLAY)) for latex, one in markup.items()}
    pen = _Pen()
    whole = pen.draw(sources.values())
    cut = {
        source: tuple(Source(piece, source.display) for piece in segments(source.markup))
        for source, drawing in whole.items()
        if drawing.width > WIDE
    }
    pieces = whole | pen.draw(piece for found in cut.values() for piece in found)
    formulas = {
        latex: Formula(
            whole[source].width, tuple(pieces[piece] for piece in cut.get(source, (source,)))
        )
        for latex, source in sources.items()
    }
    return Drawings(formulas, pen.outlines)


def glyph_font(outlines: Mapping[str, str]) -> bytes:
    """Return a font whose letters have these outlines, given as paths of SVG with y upwards.

    Example:
        >>> glyph_font({"\ue000": "M 0 0h 1v 1z"})[:4]
        b'OTTO'
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.svgLib.path import parse_path

    shapes = {}
    for name, outline in {".notdef": "", **outlines}.items():
        pen = T2CharStringPen(0, None)
        parse_path(outline, TransformPen(pen, (UNITS, 0, 0, UNITS, 0, 0)))
        shapes[_glyph_name(name)] = pen.getCharString()
    font = FontBuilder(int(EM * UNITS), isTTF=False)
    font.font.recalcTimestamp = False
    font.setupGlyphOrder(list(shapes))
    font.setupCharacterMap({ord(letter): _glyph_name(letter) for letter in outlines})
    font.setupCFF("Formulas", {}, shapes, {})
    font.setupHorizontalMetrics(dict.fromkeys(shapes, (0, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Formulas", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.font["head"].created = font.font["head"].modified = 0
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _glyph_name(letter: str) -> str:
    return letter if len(letter) > 1 else f"uni{ord(letter):04X}"


@dataclass
class _Pen:
    """Draws formulas; the glyphs met so far have letters, the drawings names."""

    letters: dict[str, str] = field(default_factory=dict)
    outlines: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def draw(self, wanted: Iterable[Source]) -> dict[Source, Drawing]:
        sources = list(dict.fromkeys(wanted))
        return {
            source: self._drawing(ET.fromstring(page))
            for source, page in zip(sources, _pages(sources), strict=True)
        }

    def _drawing(self, root: ET.Element) -> Drawing:
        """Return what stands on a page; its last empty group marks the baseline."""
        for symbol in root.iter(f"{SVG}symbol"):
            self._learn(symbol.attrib["id"], symbol[0].attrib["d"])
        marks = [mark for child in root for mark in _marks(child, 0, 0)]
        lines = [mark for mark in marks if mark.kind == "line"]
        letters = [mark for mark in marks if mark.kind == "glyph"]
        body = "".join(
            f'<path d="M{_whole(line.x)} {_whole(line.y)}{line.what}"/>' for line in lines
        )
        for y, run in groupby(letters, key=lambda mark: mark.y):
            found = list(run)
            text = "".join(self.letters[mark.what] for mark in found)
            across = " ".join(_whole(mark.x) for mark in found)
            body += f'<text x="{across}" y="{_whole(y)}">{text}</text>'
        baseline = [mark.y for mark in marks if mark.kind == "end"][-1]
        width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
        name = self.names.setdefault(body, f"f{len(self.names)}")
        return Drawing(name, body, width / EM, height / EM, (height - baseline) / EM)

    def _learn(self, glyph: str, outline: str) -> None:
        if glyph not in self.letters:
            letter = chr(FIRST + len(self.letters))
            self.letters[glyph] = letter
            self.outlines[letter] = outline


class _Mark(NamedTuple):
    """A glyph, a line such as that of a fraction, or the end of the formula, and its place."""

    kind: str
    x: float
    y: float
    what: str = ""


def _marks(element: ET.Element, x: float, y: float) -> Iterator[_Mark]:
    """Yield what an element of a page draws."""
    if place := PLACE.fullmatch(element.attrib.get("transform", "")):
        x += float(place[1])
        y += float(place[2])
    elif "transform" in element.attrib:
        raise BadFormula(f"a drawing has the transformation {element.attrib['transform']}")
    if element.tag == f"{SVG}use":
        across, up = float(element.attrib["x"]), float(element.attrib["y"])
        yield _Mark("glyph", x + across, y - up, element.attrib[HREF][1:])
    elif element.tag == f"{SVG}path":
        yield _Mark("line", x, y, _bar(element.attrib))
    elif element.tag == f"{SVG}g":
        for child in element:
            yield from _marks(child, x, y)
        if not len(element):
            yield _Mark("end", x, y)
    elif element.tag != f"{SVG}defs":
        raise BadFormula(f"a drawing has the element {element.tag}")


def _bar(attributes: Mapping[str, str]) -> str:
    """Return a horizontal line as the box that its stroke fills."""
    line = re.fullmatch(r"M 0 0h ([-.\d]+)", attributes["d"].strip())
    if not line or "stroke-width" not in attributes:
        raise BadFormula(f"a drawing has the path {attributes['d']}")
    length, thick = float(line[1]), float(attributes["stroke-width"])
    return f"m0 {-GRID * thick / 2:.3g}h{_whole(length)}v{GRID * thick:.3g}h{_whole(-length)}z"


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


def _whole(points: float) -> str:
    return str(round(GRID * points))
