"""A report in all its forms, from one record."""

from collections.abc import Mapping
from typing import Any

from checks.figures import figures
from checks.record import dumps
from checks.report.html import html_report
from checks.report.markdown import markdown_report
from checks.report.mathematics import drawn, formulas, markup
from checks.report.pdf import pdf_report

__all__ = ["build"]


def build(record: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the files of a report by name; the same record gives the same bytes.

    Raises:
        BadFormula: a formula cannot be typeset.
    """
    shown = {entry["id"]: figures(entry["id"]) for entry in record["claims"]}
    captions = [[figure.caption, *figure.columns] for found in shown.values() for figure in found]
    sources = markup([*formulas(record), *formulas(captions)])
    drawings = drawn(sources)
    return {
        "report.html": html_report(record, drawings, shown),
        "report.pdf": pdf_report(record, sources, drawings, shown),
        "report.md": markdown_report(record),
        "record.json": dumps(record),
    }
