"""The report's page in a real browser: Debian's Chromium, without a window."""

import copy
import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import helpers
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from checks.record import Record
from checks.report.build import Report
from checks.report.drawing import GRID, UNITS, drawn, glyph_font

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = helpers.program("chromium", "chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


def written(record: Record, folder: Path) -> str:
    """Write the page and return its address."""
    page = folder / "report.html"
    page.write_text(Report(record).html(), encoding="utf-8")
    return page.as_uri()


@pytest.fixture(scope="module")
def every_claim(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(helpers.described(), tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def every_verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with one claim of each verdict, and some real ones."""
    record = copy.deepcopy(helpers.fake_run())
    real = [c for c in helpers.described()["claims"] if c["label"] in ("A1", "A3", "A4", "C4")]
    record["claims"] += [{**claim, "label": claim["label"] + "0"} for claim in real]
    record["interrupted"] = True
    return written(record, tmp_path_factory.mktemp("verdicts"))


class Watched:
    """A page and everything it complains of or asks for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture
def watched(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    context = browser.new_context(**getattr(request, "param", {}))
    found = Watched(context.new_page())
    yield found
    context.close()


OPEN = "for (const d of document.querySelectorAll('details')) d.open = true"


@pytest.fixture(scope="module")
def whole(browser: Browser, every_claim: str) -> Iterator[Watched]:
    """The page of all claims, with everything on it opened; it is only looked at."""
    context = browser.new_context()
    found = Watched(context.new_page())
    found.page.goto(every_claim)
    found.page.evaluate(OPEN)
    found.page.mouse.wheel(0, 10**7)
    yield found
    context.close()


def opened(watched: Watched, address: str) -> Page:
    watched.page.goto(address)
    return watched.page


PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}


def test_nothing_leaves_the_page_and_nothing_is_complained_of(
    whole: Watched, every_claim: str
) -> None:
    outside = [url for url in whole.requests if not url.startswith("data:image/svg+xml")]
    assert outside == [every_claim]
    assert whole.complaints == []


def test_the_page_may_load_nothing(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://a.invalid/'}))")
    page.wait_for_timeout(200)
    assert [text for text in watched.complaints if "Content Security Policy" in text]


def test_every_claim_is_drawn_with_its_formulas(whole: Watched) -> None:
    page = whole.page
    claims = [claim["id"] for claim in helpers.described()["claims"]]
    heights: dict[str, float] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('article.claim')]"
        ".map((a) => [a.id, a.getBoundingClientRect().height]))"
    )
    assert list(heights) == claims
    assert all(height > 200 for height in heights.values())
    blank = page.evaluate(
        """[...document.querySelectorAll("svg.m")].filter((svg) => {
          const use = svg.querySelector("use"), box = use.getBBox();
          return !document.querySelector(use.getAttribute("href")) || !(box.width * box.height > 0);
        }).length"""
    )
    assert blank == 0
    shown = page.evaluate("document.querySelectorAll('svg.m').length")
    steps = sum(len(part["steps"]) for c in helpers.described()["claims"] for part in c["parts"])
    assert shown > steps


def test_the_formulas_are_drawn_in_their_own_font(whole: Watched) -> None:
    """In any other font each letter would be an empty box."""
    cdp = whole.page.context.new_cdp_session(whole.page)
    cdp.send("DOM.enable")
    cdp.send("CSS.enable")
    root = cdp.send("DOM.getDocument")["root"]["nodeId"]
    wanted = {"nodeId": root, "selector": "article svg.m use"}
    [use, *_] = cdp.send("DOM.querySelectorAll", wanted)["nodeIds"]
    inside = cdp.send("DOM.describeNode", {"nodeId": use, "depth": -1, "pierce": True})["node"]
    text = inside["shadowRoots"][0]["children"][0]["children"][0]
    assert text["nodeName"] == "text"
    found = {"backendNodeIds": [text["backendNodeId"]]}
    [shown] = cdp.send("DOM.pushNodesByBackendIdsToFrontend", found)["nodeIds"]
    fonts = cdp.send("CSS.getPlatformFontsForNode", {"nodeId": shown})["fonts"]
    assert [(font["familyName"], font["isCustomFont"]) for font in fonts] == [("Formulas", True)]


def test_letters_are_as_wide_as_the_font_says(whole: Watched) -> None:
    """A browser that rounded widths would move the letters that follow."""
    drawings = drawn({r"\log x + y": "log x + y"})
    [piece] = drawings.formulas[r"\log x + y"].pieces
    text = re.findall("<text[^>]*>(.*?)</text>", piece.body)[0]
    font = b64encode(glyph_font(drawings.glyphs)).decode()
    ends = whole.page.evaluate(
        """async ([font, text]) => {
          const bytes = Uint8Array.from(atob(font), (c) => c.charCodeAt(0));
          const face = new FontFace("Measured", bytes);
          document.fonts.add(await face.load());
          const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
          const line = svg.appendChild(document.createElementNS(svg.namespaceURI, "text"));
          line.textContent = text;
          svg.style.fontSize = "16px";
          svg.style.textRendering = "geometricPrecision";
          svg.setAttribute("viewBox", "0 0 1000 100");
          svg.setAttribute("width", "10em");
          line.style.font = "100px Measured";
          document.body.append(svg);
          const ends = [...text].map((_, i) => line.getEndPositionOfChar(i).x);
          svg.remove();
          return ends;
        }""",
        [font, text],
    )
    widths = (drawings.glyphs[letter].width * GRID / UNITS for letter in text)
    assert ends == pytest.approx(list(accumulate(widths)), abs=0.2)


def test_every_formula_says_what_it_shows(whole: Watched) -> None:
    silent = whole.page.evaluate(
        """[...document.querySelectorAll("svg.m")].filter((svg) =>
          !svg.closest("[role=img]")?.getAttribute("aria-label")).length"""
    )
    assert silent == 0


def test_no_latex_is_left_over(whole: Watched) -> None:
    text = whole.page.evaluate("document.querySelector('main').textContent")
    for mark in ("$", "\\", "{{", "Undefined"):
        assert mark not in text


def chosen(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """({
          on: [...document.querySelectorAll(".node.on")].map((n) => n.dataset.node),
          chosen: [...document.querySelectorAll(".node.chosen")].map((n) => n.dataset.node),
          pressed: document.querySelectorAll(".node[aria-pressed=true]").length,
          said: document.querySelector("#focused").textContent,
        })"""
    )
    return found


def test_a_click_shows_what_a_claim_rests_on_and_escape_shows_all(
    watched: Watched, every_verdict: str
) -> None:
    page = opened(watched, every_verdict)
    page.click("[data-node=transition-to-weights]")
    found = chosen(page)
    assert found["chosen"] == ["transition-to-weights"]
    assert found["pressed"] == 1
    claims = {name for name in found["on"] if not name.startswith("definition-")}
    assert claims == {"transition-to-weights", "gauge-directions"}
    assert len(found["on"]) > len(claims)
    assert "To prove it takes: A30" in found["said"]
    page.keyboard.press("Escape")
    assert chosen(page) == {"on": [], "chosen": [], "pressed": 0, "said": ""}


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_graph_is_used_by_keyboard(watched: Watched, every_verdict: str, key: str) -> None:
    page = opened(watched, every_verdict)
    page.focus("#graph a[href='#claims']")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.node")
    assert first == "good"
    page.keyboard.press(key)
    assert chosen(page)["chosen"] == [first]
    page.keyboard.press(key)
    assert chosen(page)["chosen"] == []
    page.keyboard.press(key)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    assert chosen(page)["chosen"] == []


def test_what_a_claim_rests_on_is_linked(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    page.click("[data-node=transition-to-weights]")
    page.click("#focused a[href='#gauge-directions']")
    assert page.url.endswith("#gauge-directions")


def visible(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('article.claim')].filter((a) => !a.hidden).map((a) => a.id)"
    )
    return found


def test_a_search_finds_a_claim(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    everything = visible(page)
    page.fill("#query", "Exactly closed W")
    assert visible(page) == ["transition-to-weights"]
    assert page.inner_text("#found") == f"1 of {len(everything)} claims"
    assert page.locator("tr[data-claim]:visible").count() == 1
    page.fill("#query", "nothing says this")
    assert visible(page) == []
    page.fill("#query", "")
    assert visible(page) == everything


def test_filters_keep_section_rung_and_verdict(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    page.select_option("[data-filter=verdict]", "refuted")
    assert visible(page) == ["refuted"]
    page.select_option("[data-filter=verdict]", "")
    page.select_option("[data-filter=section]", "C")
    assert visible(page) == ["other-section", "connected-iff-identifiable"]
    page.select_option("[data-filter=rung]", "derived")
    assert visible(page) == ["other-section"]


def test_a_link_reveals_what_a_search_or_a_closed_box_hides(
    watched: Watched, every_verdict: str
) -> None:
    page = opened(watched, every_verdict)
    page.fill("#query", "refuted")
    page.evaluate("location.hash = '#A1.w1'")
    page.wait_for_selector('[id="A1.w1"] pre', state="visible")
    assert "attention-is-ccmc" in visible(page)


def test_the_theme_can_be_chosen(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.click("#theme")
    page.click("#theme")
    assert page.inner_text("#theme") == "Theme: dark"
    assert page.evaluate(paper) != light


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(whole: Watched, width: int) -> None:
    page = whole.page
    page.set_viewport_size({"width": width, "height": 844})
    wide, there = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= there == width
    lost = page.evaluate(
        """[...document.querySelectorAll("main svg.m, main pre, main table")].filter((e) => {
          const outside = e.getBoundingClientRect().right > innerWidth + 1;
          return outside && !e.closest(".scroll, pre, .statement, .gap");
        }).map((e) => e.outerHTML.slice(0, 200))"""
    )
    assert lost == []


@pytest.mark.parametrize(
    "watched", [{}, DARK, PHONE], indirect=True, ids=["light", "dark", "phone"]
)
def test_axe_finds_no_fault(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    page.evaluate(OPEN)
    found = Axe().run(page)
    faults = [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in found.response["violations"]
    ]
    assert faults == []
    passed = {rule["id"] for rule in found.response["passes"]}
    assert {"color-contrast", "label", "select-name", "image-alt", "svg-img-alt"} - passed <= {
        "svg-img-alt"
    }


def test_axe_would_find_a_fault(watched: Watched, every_verdict: str) -> None:
    page = opened(watched, every_verdict)
    page.evaluate("document.querySelector('.lead').style.color = '#ccc'")
    found = Axe().run(page, options={"runOnly": ["color-contrast"]})
    assert [fault["id"] for fault in found.response["violations"]] == ["color-contrast"]
