"""The page and the PDF of a report say what the record says, whole, and the same each time."""

import copy
import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import helpers
import pytest

from checks.claims import CLAIMS
from checks.describe import describe
from checks.figures import FIGURES, figures
from checks.record import Record
from checks.report import drawing, view
from checks.report.build import Report, build
from checks.report.claim_graph import claim_graph
from checks.report.drawing import GRID, UNITS, Drawing, Drawings, drawn
from checks.report.markdown import markdown_report
from checks.report.mathematics import DISPLAY, BadFormula, formulas, markup
from checks.report.pdf import LINE

fake_run = pytest.fixture(helpers.fake_run)
described = pytest.fixture(helpers.described)

RIGHT = 595.28 - 25 / 25.4 * 72
"""Points to the right margin of the PDF's pages."""


def page_of(record: Record) -> str:
    return Report(record).html()


def pages_of(record: Record) -> list[str]:
    """The pages of the PDF as drawings."""
    return [page.decode() for page in Report(record).pages()]


@pytest.fixture(scope="module")
def page_of_all() -> str:
    return page_of(helpers.described())


class Page(HTMLParser):
    """What a page links to, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.script = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        self.sources += [str(found[key]) for key in ("src", "srcset", "data") if key in found]
        self.in_script = tag == "script"

    def handle_data(self, data: str) -> None:
        if getattr(self, "in_script", False):
            self.script, self.in_script = data, False


def test_the_same_record_gives_the_same_bytes(
    fake_run: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert build(fake_run) == build(copy.deepcopy(fake_run))


def test_a_date_stands_in_the_page_only_if_it_is_given(
    fake_run: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    report = Report(fake_run)
    without, undated = report.html(), report.pdf()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "Date: 1970-01-02." in report.html()
    assert "Date:" not in without
    assert report.pdf() != undated


def test_every_link_leads_somewhere_on_the_page(page_of_all: str) -> None:
    page = Page(page_of_all)
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert all(source.startswith("data:image/svg+xml,") for source in page.sources)


def test_the_policy_allows_the_page_s_script_and_nothing_else(fake_run: Record) -> None:
    text = page_of(fake_run)
    page = Page(text)
    digest = b64encode(sha256(page.script.encode()).digest()).decode()
    [policy] = re.findall('Content-Security-Policy" content="([^"]*)"', text)
    assert policy.replace("&#39;", "'") == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    assert text.count("<script") == 1
    assert "eval(" not in page.script


def repeated(record: Record) -> Record:
    """A record whose first part stands twice, the second time with a step more between two."""
    changed = copy.deepcopy(record)
    claim = changed["claims"][0]
    part = claim["parts"][0]
    steps = [{**part["steps"][0], "name": name} for name in ("one", "two", "three")]
    part["steps"] = [step | {"uses": ["positive"]} for step in steps]
    again = copy.deepcopy(part) | {"name": "again"}
    again["steps"].insert(2, part["steps"][0] | {"name": "new", "uses": ["one"]})
    claim["parts"].append(again)
    return changed


def test_steps_of_an_earlier_part_are_told_in_a_line(fake_run: Record) -> None:
    text = page_of(repeated(fake_run))
    lines = re.findall('<li class="same".*?</li>', text)
    assert [" ".join(re.sub("<[^>]*>", "", line).split()) for line in lines] == [
        "1–2: one, two, as in good.",
        "4: three, as in good.",
    ]
    assert [re.findall('value="(.*?)"', line) for line in lines] == [["2"], ["4"]]
    assert 'id="A1.2.4" href="#A1.1.3">three' in lines[1]
    assert '<li id="A1.2.3">' in text
    assert '<a href="#A1.2.1">one</a>' in text
    ids = Page(text).ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "change", [{"text": "x = 1"}, {"by": "sign"}, {"uses": []}, {"where": []}, {"name": "other"}]
)
def test_steps_that_differ_are_shown(fake_run: Record, change: dict[str, Any]) -> None:
    changed = repeated(fake_run)
    one, again = changed["claims"][0]["parts"]
    for step in one["steps"] + again["steps"]:
        step["where"] = [{"text": "a := 1", "markup": "a := 1"}]
    again["steps"][3].update(change)
    [first, _] = view.derivations(changed["claims"][0])[1]
    assert [shown.before for shown in first.steps] == [1, 2]


def test_steps_from_facts_that_differ_are_shown(fake_run: Record) -> None:
    changed = repeated(fake_run)
    changed["claims"][0]["parts"][1]["assumptions"][0]["text"] = "x > 1"
    [run] = view.derivations(changed["claims"][0])[1]
    assert run.part == 0
    assert len(run.steps) == 4


def test_the_pdf_tells_steps_of_an_earlier_part(fake_run: Record, tmp_path: Path) -> None:
    found = "".join(word.text for word in words(Report(repeated(fake_run)).pdf(), tmp_path))
    assert "(1)–(2):one,two,asingood." in found
    assert "(4):three,asingood." in found


def test_the_page_of_all_claims_is_small(page_of_all: str) -> None:
    assert len(page_of_all.encode()) < 5_000_000


def section(text: str, claim: str) -> str:
    return text.partition(f'<article class="claim" id="{claim}"')[2].partition("</article>")[0]


def test_a_section_says_what_the_record_says(fake_run: Record) -> None:
    shown = section(page_of(fake_run), "cites-good")
    text = " ".join(re.sub("<[^>]*>", " ", shown).split())
    for said in (
        "✓ holds rung: derived required: derived scope: all K, L, d",
        "Abstract, sentence 2: what cites-good paraphrases",
        "positive x is positive Without it: witness 1",
        "real x is real Without it, no witness: all are real",
        "double by sums",
        "cites-good cross-check holds 33",
        "All other assumptions hold here. The conclusion fails. x = -1",
        "cites-good : 3 for 2",
        "Claims A1 good",
        "Rules sums",
        "ccmc verify cites-good --seed 0 --twins",
    ):
        assert said in text, text
    assert 'aria-label="x &gt; 0"' in shown


def test_what_is_wrong_is_shown(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    changed["interrupted"] = True
    changed["canaries"][0].update(caught=False, message="two engines are one")
    text = page_of(changed)
    assert "The run was interrupted." in text
    assert "Missed: ground types: two engines are one" in text
    n = len(changed["canaries"])
    assert f"Canaries caught: {n - 1} of {n}." in text
    assert 'class="verdict refuted"' in section(text, "refuted")
    assert "Against <code>refuted</code> (cross-check)" in section(text, "refuted")


def test_everything_is_escaped(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    claim = changed["claims"][0]
    bad = "<img src=x onerror=alert(1)>"
    claim.update(title=bad, statement=f"{bad} $x$", reasons=[bad], scope=bad)
    claim["evidence"][0].update(message=bad, kind=bad, outcome=bad, strange={bad: bad})
    claim["witnesses"][0].update(shown=bad, satisfies=[bad])
    text = page_of(changed)
    assert bad not in text
    assert text.count("&lt;img src=x") > 8


def test_unknown_evidence_is_a_line_of_the_table(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    part = changed["claims"][0]["parts"][0]
    finding = {"claim": "good", "part": part["name"], "kind": "kernel proof", "outcome": "holds"}
    finding |= {"checker": "Rocq", "axioms": [], "lines": {"proof": 12}, "odd": [[1, {"a": None}]]}
    changed["claims"][0]["evidence"].append(finding)
    new = {"name": "good/kernel", "kind": "kernel", "statement": "It says $x$.", "cites": []}
    empty: dict[str, Any] = {key: [] for key in ("assumptions", "definitions", "steps")}
    conclusion = {"text": "", "latex": r"\text{no \undefined mathematics}"}
    changed["claims"][0]["parts"].append(new | empty | {"conclusion": conclusion})
    assert build(changed)["report.pdf"]
    text = " ".join(re.sub("<[^>]*>", " ", page_of(changed)).split())
    assert "kernel proof holds – – –" in text
    assert 'checker: Rocq; lines: proof = 12; odd: [[1, {"a": null}]]' in text.replace("&#34;", '"')
    assert "Kernel good/kernel" in text


def test_changes_by_machine_are_counted_and_those_not_told_apart_shown(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    survivor = {"change": "a sign is flipped", "judgement": "x = -x"}
    found = {"part": "good", "made": 6, "refuted": 3, "implied": 1, "survivors": [survivor]}
    found |= {"loose": [{"change": "one more", "judgement": "x > 1"}]}
    changed["claims"][0]["mutants"] = [found]
    text = " ".join(re.sub("<[^>]*>", " ", page_of(changed)).split())
    assert (
        "good : 6 changes, 3 refuted, 1 true as well, 1 within the slack of an inequality" in text
    )
    assert "1 within the slack of the inequality x = -x" not in text
    assert "1 not told apart by these checks a sign is flipped: x = -x" in text
    assert "a sign is flipped: x = -x" in text
    assert Report(changed).pdf()


def test_each_assumption_leads_to_its_witness_or_its_reason(fake_run: Record) -> None:
    table = page_of(fake_run).split('<table class="needed">')[1].split("</table>")[0]
    assert '<a href="#A1.w1">positive</a>' in table
    assert '<a href="#A1.1.a2">real</a>' in table
    assert "| [A1](#a1-good) | `positive` | `real` |" in markdown_report(fake_run)


def test_literature_is_cited_and_not_counted_as_open(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    claim = next(c for c in changed["claims"] if c["id"] == "open")
    claim.update(rung="cited", verdict="open", required_rung="cited", label="L1", section="L")
    claim["parts"][0].update(kind="literature", statement="Cited: a book", reference="a book")
    assert ("cited", 1) in view.tally(changed)
    assert "open" not in dict(view.tally(changed))
    assert 'class="verdict cited"' in section(page_of(changed), "open")


def test_the_graph_knows_what_every_claim_rests_on(described: Record) -> None:
    graph = claim_graph(described)
    nodes = {node.id: node for node in graph.nodes}
    for claim in described["claims"]:
        cited = {e.end for e in graph.edges if e.start == claim["id"] and e.kind == "prove"}
        assert cited == set(claim["cites"])
        assert cited <= set(nodes[claim["id"]].rests)
        assert claim["id"] not in nodes[claim["id"]].rests
    places = {(node.x, node.y) for node in graph.nodes}
    assert len(places) == len(nodes)
    assert all(node.x + graph.node_width <= graph.width for node in graph.nodes)
    assert all(node.y + node.height <= graph.height for node in graph.nodes)


def test_the_definitions_that_state_a_claim_are_told_from_those_that_prove_it() -> None:
    [part, *_] = describe(next(c for c in CLAIMS if c.id == "attention-is-ccmc"))["parts"]
    part = copy.deepcopy(part)
    part["definitions"].append({"name": "Z", "text": "Z = 1", "latex": "Z = 1"})
    found = {d.item["name"]: d.to_state for d in view.definitions(part)}
    assert found == {"n": True, "w": True, "s": True, "p": True, "P": True, "Z": False}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_formula_of_a_claim_can_be_set(claim: Any) -> None:
    found = set(formulas(describe(claim)))
    drawings = drawn(markup(found))
    assert set(drawings.formulas) == found
    for formula in drawings.formulas.values():
        assert all(piece.body and piece.width > 0 for piece in formula.pieces)


@pytest.mark.parametrize("bad", [r"\undefined x", r"\frac{x", "x_{"])
def test_a_formula_that_cannot_be_read_is_refused(bad: str, fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    changed["claims"][0]["statement"] = f"it says ${bad}$"
    with pytest.raises(BadFormula, match=re.escape(bad)):
        build(changed)


@pytest.mark.parametrize(
    "latex", [r"a \otimes b", r"a \cap b", r"\bigcap_i a_i", r"\|W\|_F", r"\bigl(a\bigr) \odot b"]
)
def test_symbols_that_pandoc_and_typst_name_differently_can_be_set(latex: str) -> None:
    [piece] = drawn(markup([latex])).formulas[latex].pieces
    assert piece.body.count("<text") >= 1


def letters_of(drawing: Drawing, drawings: Drawings) -> list[tuple[float, float]]:
    """Where the letters of a drawing stand, down and across in points, by the font's widths."""
    found = []
    for x, y, letters in re.findall(r"<text(?: x=(-?\d+))? y=(-?\d+)>(.*?)</text>", drawing.body):
        across = float(x or 0) / GRID
        for letter in letters:
            glyph = drawings.glyphs[letter]
            if glyph.outline:
                found.append((float(y) / GRID, across))
            across += glyph.width / UNITS
    return sorted(found)


def test_letters_of_a_word_stand_beside_each_other() -> None:
    drawings = drawn({r"\log x": "log x"})
    [drawing] = drawings.formulas[r"\log x"].pieces
    assert drawing.body.count("<text") == 1
    across = [x for _, x in letters_of(drawing, drawings)]
    assert len(across) == 4
    assert all(2 < b - a < 8 for a, b in pairwise(across))


def test_letters_stand_where_typst_has_them(described: Record) -> None:
    """To half a step of the grid, whatever is between them."""
    claim = next(c for c in described["claims"] if c["label"] == "A3")
    sources = markup({step["latex"] for part in claim["parts"] for step in part["steps"]})
    drawings = drawn(sources)
    compared = 0
    for latex, formula in drawings.formulas.items():
        if len(formula.pieces) == 1:
            [wanted] = drawing._pages([drawing.Source(sources[latex], latex.startswith(DISPLAY))])
            marks = [
                mark for child in ET.fromstring(wanted) for mark in drawing._marks(child, 0, 0)
            ]
            glyphs = (mark for mark in marks if mark.kind == "glyph")
            places = sorted((round(GRID * mark.y) / GRID, mark.x) for mark in glyphs)
            found = letters_of(formula.pieces[0], drawings)
            for one, other in zip(found, places, strict=True):
                assert one == pytest.approx(other, abs=0.5 / GRID + 0.01)
            compared += 1
    assert compared > 3


def test_a_formula_that_typst_cannot_set_is_refused() -> None:
    with pytest.raises(BadFormula, match="nosuchname"):
        drawn({"x": "x", "y": "nosuchname"})


def test_a_bad_formula_is_bad_input(tmp_path: Path, fake_run: Record) -> None:
    from checks.record import dumps

    changed = copy.deepcopy(fake_run)
    changed["claims"][0]["statement"] = r"it says $\undefined$"
    (tmp_path / "record.json").write_text(dumps(changed))
    done = helpers.ccmc(tmp_path)("report", "record.json", "--out", "there")
    assert done.returncode == 2
    assert "record.json: a formula is not LaTeX" in done.stderr
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("claim", sorted(FIGURES))
def test_a_figure_has_a_caption_an_alternative_and_its_numbers(claim: str) -> None:
    assert claim in {c.id for c in CLAIMS}
    for figure, again in zip(figures(claim), figures(claim), strict=True):
        assert figure == again
        assert figure.caption
        assert figure.alt
        assert ET.fromstring(figure.svg).tag.endswith("svg")
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.columns)}


def places(element: ET.Element, x: float = 0, scale: float = 1) -> Iterator[float]:
    """Yield where the glyphs of a page begin, from its left edge."""
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", element.get("transform", ""))]
    kind = element.get("transform", "").partition("(")[0]
    if kind == "translate":
        x += scale * numbers[0]
    elif kind == "matrix":
        x, scale = x + scale * numbers[4], scale * (numbers[0] or 1)
    elif kind == "scale":
        scale *= numbers[0]
    if element.tag.endswith("use"):
        yield x
    if not element.tag.endswith("defs"):
        for child in element:
            yield from places(child, x, scale)


def overfull(pages: list[str]) -> dict[int, float]:
    """The pages on which a glyph begins beyond the right margin."""
    ends = {i: max(places(ET.fromstring(page)), default=0) for i, page in enumerate(pages, 1)}
    return {i: end for i, end in ends.items() if end > RIGHT + 1}


def test_nothing_stands_beyond_the_margin(described: Record) -> None:
    assert overfull(pages_of(described)) == {}


def wide(record: Record) -> Record:
    """A record with a formula that no break makes narrow, and one that only breaks do."""
    changed = copy.deepcopy(record)
    terms = " + ".join(f"x_{{{i}}}" for i in range(40))
    step = changed["claims"][0]["parts"][0]["steps"][0]
    step["where"] = [{"text": "", "markup": rf"good times $\frac{{{terms}}}{{y}}$"}]
    step["latex"] = rf"\frac{{{terms}}}{{y}} = 1 \quad (k = 1, \dots, K)"
    conclusion = changed["claims"][0]["parts"][0]["conclusion"]
    conclusion["latex"] = f"{terms} = z"
    return changed


def test_wide_formulas_break_or_are_set_smaller(fake_run: Record) -> None:
    assert overfull(pages_of(wide(fake_run))) == {}


def test_a_line_too_wide_would_be_seen(fake_run: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.report.pdf.LINE", 20 * LINE)
    assert overfull(pages_of(wide(fake_run)))


@dataclass(frozen=True)
class Word:
    """A word of a page and its box, in points from the left and from the top."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: bytes, folder: Path) -> list[Word]:
    """The words of a PDF."""
    pdftotext = helpers.program("pdftotext", "poppler-utils")
    (folder / "report.pdf").write_bytes(pdf)
    subprocess.run([pdftotext, "-bbox", "report.pdf", "boxes.html"], cwd=folder, check=True)
    found, page = [], 0
    for line in (folder / "boxes.html").read_text(encoding="utf-8").splitlines():
        page += "<page" in line
        if box := re.search(
            r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)<', line
        ):
            left, top, right, bottom = map(float, box.groups()[:4])
            found.append(Word(page, left, top, right, bottom, box[5]))
    return found


def outside(found: list[Word]) -> list[Word]:
    """The words that leave the margins; a comma may hang over, and a box be a little large."""
    left, bottom = 25 / 25.4 * 72, 841.89 - 27 / 25.4 * 72
    return [
        word
        for word in found
        if word.left < left - 4 or word.right > RIGHT + 4 or word.top < bottom < word.bottom - 5
    ]


def test_no_word_of_a_report_leaves_the_margins(tmp_path: Path) -> None:
    """Of the committed record, with all witnesses, twins and tables, without derivations."""
    record = json.loads((Path(__file__).parents[1] / "baseline.json").read_text())
    found = words(Report(record).pdf(), tmp_path)
    assert len(found) > 20_000
    assert outside(found) == []
    top = next(word.top for word in found if word.text == "required")
    line = sorted(
        (word for word in found if word.page == 1 and abs(word.top - top) < 1),
        key=lambda word: word.left,
    )
    assert [word.text for word in line] == [
        "claim",
        "verdict",
        "rung",
        "required",
        "scope",
        "cases",
    ]
    assert all(one.right < other.left for one, other in pairwise(line))
    assert line[1].left - line[0].left > 100


@pytest.mark.parametrize(("said", "fits"), [("7" * 600, True), ("x" * 600, False)])
def test_long_numbers_break_and_long_words_are_seen(
    said: str, fits: bool, fake_run: Record, tmp_path: Path
) -> None:
    changed = copy.deepcopy(fake_run)
    claim = changed["claims"][0]
    claim["evidence"][0]["message"] = said
    claim["twins"][0]["shown"] = "x = 1"
    claim["twins"][0]["message"] = said
    assert (outside(words(Report(changed).pdf(), tmp_path)) == []) == fits


def test_the_text_of_the_pdf_can_be_selected(fake_run: Record, tmp_path: Path) -> None:
    pdftotext = helpers.program("pdftotext", "poppler-utils")
    (tmp_path / "report.pdf").write_bytes(Report(fake_run).pdf())
    subprocess.run([pdftotext, "report.pdf", "report.txt"], cwd=tmp_path, check=True)
    text = " ".join((tmp_path / "report.txt").read_text(encoding="utf-8").split())
    for said in ("What holds, and why", "the title of good", "𝑥 + 𝑥 = 2𝑥", "References"):
        assert said in text
