r"""Formulas drawn by typst for the web page, as small as drawings can be.

Each is an SVG whose glyphs are letters of a font of the page's own: `glyph_font` makes it from the
outlines that typst draws.  A letter is as wide as it is to the next one most often, and where they
are further apart there are blanks between them, so one place is enough for a line of letters.  The
commonest letters have the shortest codes.  A formula that typst does not understand is refused.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from checks.report.mathematics import DISPLAY, BadFormula, segments

__all__ = ["EM", "GRID", "Drawing", "Drawings", "Formula", "Glyph", "drawn", "glyph_font"]

EM = 10.0
"""Points that one em is set in."""

WIDE = 12.0
"""Em; a wider formula is drawn in pieces."""

UNITS = 100
"""Of the font, to a point: outlines are given to hundredths of a point."""

GRID = 10
"""Drawings are given to a tenth of a point, in whole numbers."""

CODES = (range(0x21, 0x7F), range(0xC0, 0x2B0), range(0xE000, 0xF900))
"""Of characters that the glyphs have as their names: with one, two and three bytes."""

BLANKS = tuple(step * n for step in (1, 50) for n in range(1, 50))
"""Widths of the blanks, on the grid: one or two fill any room below 2500."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
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
    """A formula, or a piece of one, as the inside of an SVG within HTML.

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
class Glyph:
    """A letter of the font: a path of SVG with y upwards in points, and its width in units."""

    outline: str
    width: int


@dataclass(frozen=True)
class Drawings:
    """Formulas by their LaTeX, and the glyphs by the letters in which they are written."""

    formulas: Mapping[str, Formula]
    glyphs: Mapping[str, Glyph]

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
        for source, sketch in whole.items()
        if sketch.width > WIDE
    }
    pieces = whole | pen.draw(piece for found in cut.values() for piece in found)
    kept = {source: [pieces[piece] for piece in cut.get(source, (source,))] for source in whole}
    hand = _Hand(list(chain.from_iterable(kept.values())), pen.outlines)
    formulas = {
        latex: Formula(whole[source].width, tuple(map(hand.written, kept[source])))
        for latex, source in sources.items()
    }
    return Drawings(formulas, hand.glyphs)


def glyph_font(glyphs: Mapping[str, Glyph]) -> bytes:
    """Return a font with these glyphs.

    Example:
        >>> glyph_font({"a": Glyph("M 0 0h 1v 1z", 100)})[:4]
        b'OTTO'
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.svgLib.path import parse_path

    named = {".notdef": Glyph("", 0)} | {_name(letter): glyphs[letter] for letter in glyphs}
    shapes = {}
    for name, glyph in named.items():
        pen = T2CharStringPen(glyph.width, None)
        parse_path(glyph.outline, TransformPen(pen, (UNITS, 0, 0, UNITS, 0, 0)))
        shapes[name] = pen.getCharString()
    font = FontBuilder(int(EM * UNITS), isTTF=False)
    font.font.recalcTimestamp = False
    font.setupGlyphOrder(list(shapes))
    font.setupCharacterMap({ord(letter): _name(letter) for letter in glyphs})
    font.setupCFF("Formulas", {}, shapes, {})
    font.setupHorizontalMetrics({name: (glyph.width, 0) for name, glyph in named.items()})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Formulas", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.font["head"].created = font.font["head"].modified = 0
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _name(letter: str) -> str:
    return f"uni{ord(letter):04X}"


class _Sketch(NamedTuple):
    """A formula before it is written: its glyphs line by line, and the bars of its fractions."""

    lines: tuple[tuple["_Mark", ...], ...]
    bars: tuple["_Mark", ...]
    width: float
    height: float
    depth: float


@dataclass
class _Pen:
    """Sketches formulas; the outlines of the glyphs met so far, by typst's names."""

    outlines: dict[str, str] = field(default_factory=dict)

    def draw(self, wanted: Iterable[Source]) -> dict[Source, _Sketch]:
        sources = list(dict.fromkeys(wanted))
        return {
            source: self._sketch(ET.fromstring(page))
            for source, page in zip(sources, _pages(sources), strict=True)
        }

    def _sketch(self, root: ET.Element) -> _Sketch:
        """Return what stands on a page; its last empty group marks the baseline."""
        for symbol in root.iter(f"{SVG}symbol"):
            self.outlines[symbol.attrib["id"]] = symbol[0].attrib["d"]
        marks = [mark for child in root for mark in _marks(child, 0, 0)]
        lines: dict[str, list[_Mark]] = defaultdict(list)
        for mark in marks:
            if mark.kind == "glyph":
                lines[_whole(mark.y)].append(mark)
        ordered = (tuple(sorted(line, key=lambda mark: mark.x)) for line in lines.values())
        bars = tuple(mark for mark in marks if mark.kind == "line")
        baseline = [mark.y for mark in marks if mark.kind == "end"][-1]
        width, height = (float(size) / EM for size in root.attrib["viewBox"].split()[2:])
        return _Sketch(tuple(ordered), bars, width, height, height - baseline / EM)


class _Hand:
    """Writes sketches with letters of one font; the drawings written so far have names."""

    def __init__(self, sketches: Sequence[_Sketch], outlines: Mapping[str, str]) -> None:
        lines = [line for sketch in sketches for line in sketch.lines]
        self.widths = _widths(lines)
        runs = [run for line in lines for run in self._runs(line)]
        common = Counter(chain.from_iterable(letters for _, letters in runs))
        codes = (chr(code) for code in chain(*CODES) if chr(code) not in "<>&")
        self.letters = {what: next(codes) for what, _ in common.most_common()}
        self.glyphs = {
            letter: Glyph(outlines.get(what, ""), self.widths[what])
            for what, letter in self.letters.items()
        }
        self.names: dict[str, str] = {}

    def written(self, sketch: _Sketch) -> Drawing:
        body = "".join(
            f'<path d="M{_whole(bar.x)} {_whole(bar.y)}{bar.what}"/>' for bar in sketch.bars
        )
        for line in sketch.lines:
            for start, letters in self._runs(line):
                text = "".join(map(self.letters.__getitem__, letters))
                place = f"x={_whole(start.x)} y={_whole(start.y)}".removeprefix("x=0 ")
                body += f"<text {place}>{text}</text>"
        name = self.names.setdefault(body, f"f{_numeral(len(self.names))}")
        return Drawing(name, body, sketch.width, sketch.height, sketch.depth)

    def _runs(self, line: Sequence["_Mark"]) -> Iterator[tuple["_Mark", list[str]]]:
        """Yield letters that one place is enough for; each stands where it should on the grid."""
        unit = UNITS // GRID
        start, letters, end = line[0], list[str](), round(GRID * line[0].x) * unit
        for mark in line:
            room = round((UNITS * mark.x - end) / unit)
            if not 0 <= room < 2500:
                yield start, letters
                start, letters, end, room = mark, [], round(GRID * mark.x) * unit, 0
            blanks = [width for width in (room // 50 * 50, room % 50) if width]
            letters += [*map(_blank, blanks), mark.what]
            end += room * unit + self.widths[mark.what]
        yield start, letters


def _widths(lines: Iterable[Sequence["_Mark"]]) -> dict[str, int]:
    """Return for each glyph the commonest way to the next one, in units, and the blanks' widths."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for line in lines:
        for mark, after in pairwise(line):
            found[mark.what][round(UNITS * (after.x - mark.x))] += 1
        found[line[-1].what][0] += 0
    widths = {what: min(ways, key=lambda way: (-ways[way], way)) for what, ways in found.items()}
    return widths | {_blank(width): width * UNITS // GRID for width in BLANKS}


def _blank(width: int) -> str:
    return f"blank {width}"


def _numeral(number: int) -> str:
    """Return a number in base 36."""
    return (_numeral(number // 36) if number > 35 else "") + DIGITS[number % 36]


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
