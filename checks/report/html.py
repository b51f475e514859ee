"""A report as one web page: it opens from disk, needs no network, and works without scripts.

The same record gives the same bytes.  Everything that is not typeset here is escaped, and the
page's own policy forbids it to load anything or to run a script but its own.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from checks.figures import Figure
from checks.plain import plain
from checks.registry import SECTIONS
from checks.report import view
from checks.report.claim_graph import claim_graph
from checks.report.drawing import EM, GRID, Drawing, Drawings, glyph_font
from checks.report.markdown import (
    NEEDED,
    TITLES,
    by_machine,
    counted,
    facts,
    needed,
    power,
    reproduce,
    rung,
)
from checks.report.mathematics import split
from checks.verdict import SIGNS, failing

__all__ = ["TITLE", "also", "defined", "environment", "html_report", "title_of"]

TITLE = "What holds, and why"

BETWEEN = re.compile(r"(\(?)\$([^$]*)\$([.,;:)]*)")
"""A formula between dollar signs, with the signs around it."""

NUMBER = re.compile(r"-?[0-9]+")

PLAIN = " !'()*+,-./:;<=>?@[]_|~"
"""Signs that stand for themselves in an address within double quotes."""

Entry = Mapping[str, Any]


def html_report(record: Entry, drawings: Drawings, figures: Mapping[str, Sequence[Figure]]) -> str:
    """Return the page.

    Args:
        record: the record of a run.
        drawings: of all formulas in the record and in the captions of the figures.
        figures: by the id of a claim.
    """
    js, css = _asset("report.js"), _asset("report.css")
    setter = _Setter(drawings)
    page = environment().get_template("report.html")
    return page.render(
        title=TITLE,
        policy=_policy(js),
        js=Markup(js),
        css=Markup(css),
        font=b64encode(glyph_font(drawings.glyphs)).decode(),
        record=record,
        by_id={entry["id"]: entry for entry in record["claims"]},
        drawings=drawings,
        unit=round(EM * GRID),
        sizes=list(_sizes(drawings)),
        figures=figures,
        graph=claim_graph(record),
        style="",
        tally=view.tally(record),
        groups=list(view.groups(record)),
        filters=_filters(record),
        ledger=view.budget(record),
        date=view.date(),
        formula=setter.formula,
        sentence=setter.sentence,
    )


@cache
def environment() -> Environment:
    """Return the templates' environment: everything is escaped, nothing is undefined."""
    found = Environment(
        loader=PackageLoader("checks.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "also": also,
        "brief": view.brief,
        "count": view.count,
        "counted": counted,
        "defined": defined,
        "derivations": view.derivations,
        "embedded": _embedded,
        "failing": failing,
        "by_machine": by_machine,
        "fallen": view.fallen,
        "in_words": view.in_words,
        "more": view.more,
        "needed": needed,
        "needed_in_words": NEEDED,
        "place_of": _place_of,
        "places": view.places,
        "power": power,
        "reproduce": reproduce,
        "rung": rung,
        "searched": _searched,
        "signs": SIGNS,
        "standing": view.standing,
        "title_of": title_of,
        "wide": _wide,
        "others_hold": view.others_hold,
        "witnessed": view.witnessed,
    }
    return found


def _asset(name: str) -> str:
    return (files("checks.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(js: str) -> str:
    """Return the content security policy: nothing from elsewhere, and one script."""
    digest = b64encode(sha256(js.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _filters(record: Entry) -> dict[str, list[tuple[str, str]]]:
    """Return the values to filter by, in the order of the record."""
    entries = record["claims"]
    sections = dict.fromkeys(entry["section"] for entry in entries)
    rungs = dict.fromkeys(entry["rung"] or "none" for entry in entries)
    return {
        "section": [(s, f"{s}: {SECTIONS[s]}" if s in SECTIONS else s) for s in sections],
        "rung": [(name, name) for name in rungs],
        "verdict": [(name, name) for name, _ in view.tally(record)],
    }


def title_of(part: Entry) -> str:
    """Return what a part is called: a theorem, a statistical test, ...

    Example:
        >>> title_of({"name": "a"}), title_of({"kind": "kernel"})
        ('Theorem', 'Kernel')
    """
    kind = part.get("kind")
    return TITLES.get(kind, kind.capitalize()) if kind else "Theorem"


def also(part: Entry) -> list[str]:
    """Return what a part says besides its statement."""
    found = [f"{line[0].upper()}{line[1:]}." for line in facts(part)] if "kind" in part else []
    return found + ([f"No cross-check: {part['unchecked']}"] if "unchecked" in part else [])


def defined(part: Entry) -> list[tuple[str, list[Entry]]]:
    """Return the definitions under two headings."""
    found = view.definitions(part)
    return [
        ("Where", [definition.item for definition in found if definition.to_state]),
        ("In the derivation", [definition.item for definition in found if not definition.to_state]),
    ]


def _place_of(entry: Entry, name: str, fact: str) -> str:
    """Return where a fact of a part stands on the page."""
    [(number, part)] = [one for one in enumerate(entry["parts"], 1) if one[1]["name"] == name]
    return f"{entry['label']}.{number}.{view.places(part)[fact]}"


def _searched(entry: Entry) -> str:
    """Return what a search looks at: small letters, without LaTeX."""
    texts = (entry["label"], entry["id"], entry["title"], plain(entry["statement"]))
    names = (item["name"] for part in entry["parts"] for item in part["assumptions"])
    return " ".join([*texts, *dict.fromkeys(names)]).lower()


def _embedded(svg: str) -> Markup:
    """Return a figure as the address of an image, shorter than in base 64."""
    turned = " ".join(svg.replace("'", "&#39;").replace('"', "'").split())
    return Markup("data:image/svg+xml,") + Markup(quote(turned, safe=PLAIN))


def _wide(svg: str) -> bool:
    """Say whether a figure is twice as wide as high: on a phone it is not made to fit."""
    found = re.search(r'viewBox="[^" ]+ [^" ]+ ([^" ]+) ([^" ]+)"', svg)
    return found is not None and float(found[1]) >= 2 * float(found[2])


class _Setter:
    """Sets formulas as drawings that say in words what they show."""

    def __init__(self, drawings: Drawings) -> None:
        self.drawings = drawings

    def formula(self, item: Entry) -> Markup:
        """Return a judgement on a line of its own; the ranges of its indices may wrap."""
        pieces = Markup(" ").join(map(self._drawn, split(item["latex"])))
        return Markup('<span class=formula role=img aria-label="{}">{}</span>').format(
            " ".join(item["text"].split()), pieces
        )

    def sentence(self, text: str) -> Markup:
        """Return a sentence with LaTeX between dollar signs."""
        if text.count("$") % 2:
            return escape(text)
        words, *rest = BETWEEN.split(text)
        found = [escape(words)]
        for i in range(0, len(rest), 4):
            opening, latex, closing, words = rest[i : i + 4]
            found += [self._between(opening, latex, closing), escape(words)]
        return Markup("").join(found)

    def _between(self, opening: str, latex: str, closing: str) -> Markup:
        """Return a formula; no line ends between it and the signs around it.

        A whole number stands as it is.
        """
        if NUMBER.fullmatch(latex):
            return escape(f"{opening}{latex.replace('-', '−')}{closing}")
        drawn = Markup('{}<span role=img aria-label="{}">{}</span>{}').format(
            opening, plain(f"${latex}$"), self._drawn(latex), closing
        )
        kept = (opening or closing) and len(self.drawings.formulas[latex].pieces) == 1
        return Markup('<span class="b">{}</span>').format(drawn) if kept else drawn

    def _drawn(self, latex: str) -> Markup:
        """Return the pieces of a formula; a line may break between two."""
        return Markup("").join(map(_piece, self.drawings.formulas[latex].pieces))


def _sizes(drawings: Drawings) -> Iterator[Markup]:
    """Yield the rules that give the drawings their sizes; drawings of a size share them."""
    names: dict[str, list[str]] = {}
    for piece in drawings.pieces:
        height = f"height:{piece.height:.2f}em;vertical-align:{-piece.depth:.2f}em"
        for size in (f"width:{piece.width:.2f}em", height):
            names.setdefault(size, []).append(f".{piece.name}")
    yield from (Markup(f"{','.join(found)}{{{size}}}") for size, found in names.items())


def _piece(drawing: Drawing) -> Markup:
    return Markup('<svg class="m {}"><use href="#{}"/></svg>').format(drawing.name, drawing.name)
