"""A report as a PDF in the shape of a paper's appendix, set by typst: no TeX, no network.

Its text can be selected, mathematics too.  A judgement wider than its line breaks after a relation
or before a sum's next term; one with a piece wider than the line is set smaller.  The same record
gives the same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from checks.figures import Figure
from checks.registry import SECTIONS
from checks.report import view
from checks.report.claim_graph import claim_graph
from checks.report.drawing import Drawings
from checks.report.html import TITLE, also, defined, environment, title_of
from checks.report.markdown import NEEDED, by_machine, counted, needed, power, reproduce, rung
from checks.report.mathematics import split
from checks.verdict import failing

__all__ = ["LINE", "pdf_report", "svg_pages"]

LINE = 39.0
"""The room for a judgement, in em of the text."""

SCOPE = 70
"""Characters of a scope in the table of all claims."""

GRAPH_STYLE = """
text { font-family: "DejaVu Sans"; fill: #111; }
.band { font-size: 12px; font-weight: bold; fill: #444; paint-order: stroke; stroke: #fff;
  stroke-width: 4px; }
.label { font-size: 12px; font-weight: bold; }
.name { font-size: 10.5px; }
rect { fill: #fff; stroke: #0f5e3f; stroke-width: 1.2; }
.definition rect, .literature rect, .cited rect { stroke: #999; }
.open rect { stroke: #7a4d00; stroke-dasharray: 5 3; }
.refuted rect, .error rect { stroke: #a11d2a; stroke-width: 2.5; }
.inconclusive rect, .not-run rect { stroke: #555; stroke-dasharray: 2 2; }
.edge { fill: none; stroke: #333; stroke-width: 1.1; }
.edge.state { stroke: #aaa; stroke-dasharray: 4 4; stroke-width: 0.8; }
.arrow { fill: #333; }
"""

Entry = Mapping[str, Any]


def pdf_report(
    record: Entry,
    sources: Mapping[str, str],
    drawings: Drawings,
    figures: Mapping[str, Sequence[Figure]],
) -> bytes:
    """Return the PDF.

    Args:
        record: the record of a run.
        sources: the typst source of each formula, by its LaTeX.
        drawings: the formulas drawn, for their widths.
        figures: by the id of a claim.
    """
    found: bytes = _compiled(_source(record, sources, drawings, figures), "pdf")
    return found


def svg_pages(
    record: Entry,
    sources: Mapping[str, str],
    drawings: Drawings,
    figures: Mapping[str, Sequence[Figure]],
) -> list[bytes]:
    """Return the pages as SVG, given what `pdf_report` is given."""
    found: Any = _compiled(_source(record, sources, drawings, figures), "svg")
    return [found] if isinstance(found, bytes) else list(found)


def _compiled(source: Mapping[str, str], form: Any) -> Any:
    """Return what typst makes of the template's inputs: one file, or pages as svg or png."""
    from pathlib import Path

    import matplotlib as mpl
    import typst

    template = (files("checks.report") / "templates" / "report.typ").read_bytes()
    fonts: Any = [Path(mpl.get_data_path()) / "fonts" / "ttf"]  # those of the figures
    return typst.compile(
        template,
        format=form,
        sys_inputs=dict(source),
        ignore_system_fonts=True,
        font_paths=fonts,
        timestamp=0,
        pdf_tags=False,  # four times the size; the page is the accessible form
    )


def _source(
    record: Entry,
    sources: Mapping[str, str],
    drawings: Drawings,
    figures: Mapping[str, Sequence[Figure]],
) -> dict[str, str]:
    """Return the inputs of the report's template."""
    entries = [_claim(entry, record, figures[entry["id"]]) for entry in record["claims"]]
    sections = dict.fromkeys(entry["section"] for entry in entries)
    data = {
        "title": TITLE,
        "date": view.date(),
        "witness": "witness-",
        "record": {**record, "claims": entries},
        "tally": view.tally(record),
        "caught": sum(canary["caught"] for canary in record["canaries"]),
        "ledger": view.budget(record),
        "graph": _graph(record),
        "sections": [
            (SECTIONS.get(s, s), [entry["id"] for entry in entries if entry["section"] == s])
            for s in sections
        ],
        "references": [
            (entry["label"], part["reference"])
            for entry in entries
            for part in entry["parts"]
            if "reference" in part
        ],
        "needed_in_words": NEEDED,
        "formulas": dict(_formulas(sources, drawings)),
    }
    return {"report": json.dumps(data, sort_keys=True)}


def _graph(record: Entry) -> str:
    return (
        environment().get_template("graph.svg").render(graph=claim_graph(record), style=GRAPH_STYLE)
    )


def _formulas(
    sources: Mapping[str, str], drawings: Drawings
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each formula with the factor by which it is set smaller."""
    for latex, source in sources.items():
        formula = drawings.formulas[latex]
        widest = max(piece.width for piece in formula.pieces)
        yield latex, {"markup": source, "scale": min(1, LINE / widest)}


def _pieces(items: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return items with their judgement as LaTeX for a line of its own."""
    return [
        {**item, "pieces": split(item["latex"])} if "latex" in item else dict(item)
        for item in items
    ]


def _needed(found: Mapping[str, Sequence[Entry]], entry: Entry) -> list[dict[str, Any]]:
    """Return assumptions with the number of the first witness, or 0 where there is none."""
    numbers = {id(witness): i for i, witness in enumerate(view.witnessed(entry), 1)}
    return [
        {"name": name, "part": first["part"], "number": numbers.get(id(first), 0), "times": times}
        for name, first, times in ((name, some[0], len(some)) for name, some in found.items())
    ]


def _claim(entry: Entry, record: Entry, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return a claim with what the template prints of it."""
    return {
        **entry,
        "standing": view.standing(entry),
        "scope_in_brief": view.brief(entry["scope"], SCOPE),
        "rung_in_words": rung(entry),
        "cases": str(counted(entry) or "–"),
        "marks": [mark for mark in ("beyond", "erratum") if entry.get(mark)],
        "parts": [
            _part(part, entry) | {"runs": [_run(run, entry) for run in runs]}
            for part, runs in zip(entry["parts"], view.derivations(entry), strict=True)
        ],
        "evidence": [_evidence(finding) for finding in entry["evidence"]],
        "witnessed": [_failing(finding) for finding in view.witnessed(entry)],
        "mutants": [{**found, "said": by_machine([found])} for found in entry.get("mutants", [])],
        "needed": [_needed(some, entry) for some in needed(entry).values()],
        "twins": [_twin(twin) for twin in _pieces(entry["twins"])],
        "reproduce": reproduce(entry, record),
        "figures": [
            {
                "svg": figure.svg,
                "alt": figure.alt,
                "caption": figure.caption,
                "columns": list(figure.columns),
                "rows": [[str(value) for value in row] for row in figure.rows],
                "rests_on": list(figure.rests_on),
                "width": 80,
            }
            for figure in figures
        ],
    }


def _part(part: Entry, entry: Entry) -> dict[str, Any]:
    kept = view.fallen(entry)
    assumptions = [
        {
            **item,
            "kept": [
                {"finding": found.finding, "number": found.number, "claim": entry["id"]}
                for found in kept.get((part["name"], item["name"]), ())
            ],
        }
        for item in _pieces(part["assumptions"])
    ]
    return {
        **part,
        "called": title_of(part),
        "also": also(part),
        "in_words": view.in_words(part),
        "conclusion": _pieces([part["conclusion"]])[0],
        "assumptions": assumptions,
        "defined": [(heading, _pieces(items)) for heading, items in defined(part)],
        "steps": _pieces(part["steps"]),
    }


def _run(run: view.Run, entry: Entry) -> dict[str, Any]:
    """Return the numbers of steps, and the name of the earlier part that has them, if any."""
    earlier = entry["parts"][run.part - 1]["name"] if run.part else ""
    return {"earlier": earlier, "numbers": [shown.number for shown in run.steps]}


def _evidence(finding: Entry) -> dict[str, Any]:
    return {
        **_failing(finding),
        "counts": [view.count(finding, key) for key in ("effective", "decided", "undecided")],
        "more": "; ".join(filter(None, (finding.get("message"), view.more(finding)))),
    }


def _twin(twin: Entry) -> dict[str, Any]:
    return _failing(twin) | ({"power_in_words": power(twin)} if "power" in twin else {})


def _failing(finding: Entry) -> dict[str, Any]:
    return {**finding, "failing": failing(finding)}
