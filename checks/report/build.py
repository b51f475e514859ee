"""A report in all its forms, from one record."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from checks.figures import Figure, figures
from checks.record import dumps
from checks.report.drawing import Drawings, drawn
from checks.report.html import html_report
from checks.report.markdown import markdown_report
from checks.report.mathematics import formulas, markup
from checks.report.pdf import pdf_report, svg_pages

__all__ = ["Report", "build"]


class Report:
    """The forms of a report; what they share is made once.

    Each raises BadFormula if a formula cannot be typeset.
    """

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record

    @cached_property
    def _figures(self) -> dict[str, list[Figure]]:
        return {entry["id"]: figures(entry["id"]) for entry in self.record["claims"]}

    @cached_property
    def _sources(self) -> dict[str, str]:
        found = [figure for claim in self._figures.values() for figure in claim]
        captions = [[figure.caption, *figure.columns] for figure in found]
        return markup([*formulas(self.record), *formulas(captions)])

    @cached_property
    def _drawings(self) -> Drawings:
        return drawn(self._sources)

    def html(self) -> str:
        """Return the web page."""
        return html_report(self.record, self._drawings, self._figures)

    def pdf(self) -> bytes:
        """Return the PDF."""
        return pdf_report(self.record, self._sources, self._drawings, self._figures)

    def pages(self) -> list[bytes]:
        """Return the pages of the PDF as SVG, in which the place of every glyph can be read."""
        return svg_pages(self.record, self._sources, self._drawings, self._figures)


def build(record: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the files of a report by name; the same record gives the same bytes.

    Raises:
        BadFormula: a formula cannot be typeset.
    """
    report = Report(record)
    return {
        "report.html": report.html(),
        "report.pdf": report.pdf(),
        "report.md": markdown_report(record),
        "record.json": dumps(record),
    }
