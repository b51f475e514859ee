"""What the benchmarks found: rows, the file that keeps them, and the page that shows them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from benchmarks.harness import Spread

__all__ = ["COMPARED", "Case", "Comparison", "Measurement", "Row", "Section"]
__all__ += ["comparison_cells", "dumps", "loads", "measurement_cells", "page"]

SCHEMA = 1

INTRODUCTION = """\
# Benchmarks

Written by `ccmc bench`; the numbers are in `RESULTS.json` too. A ratio says how many times faster
ours is than the peer, for the same work on the same data, in one thread each. Both run in each
round, one after the other, and the ratio is taken within the round: median (smallest to largest).
Times are those of the processor, not of the clock, so that they count on a machine which does other
things as well. A peer that is slow does less work, and times are compared per unit of it. The floor
is what was promised, the aim what was hoped for; the median decides. Each section says what it was
measured with, and the load of the machine before it began: how many processes wanted to run.
"""


@dataclass(frozen=True)
class Comparison:
    """A speed beside a peer's: how many times faster ours is, and how many it should be."""

    what: str
    sizes: str
    peer: str
    ratio: Spread
    floor: float | None = None
    aim: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the median reaches the floor and the aim.

        >>> [Comparison("", "", "", Spread(1, x, 9), 2, 3).verdict for x in (1, 2, 3)]
        ['missed', 'floor met', 'aim met']
        """
        if self.floor is None:
            return ""
        if self.aim is not None and self.ratio.median >= self.aim:
            return "aim met"
        return "floor met" if self.ratio.median >= self.floor else "missed"


@dataclass(frozen=True)
class Measurement:
    """A number by itself: how a time, a speed or a memory grows, or how large it is.

    Those of the same quantity form a table. ``most`` is what it may be.
    """

    quantity: str
    sizes: str
    value: Spread
    unit: str
    most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the largest value stays within what it may be."""
        if self.most is None:
            return ""
        return "met" if self.value.most <= self.most else "missed"


Row: TypeAlias = Comparison | Measurement

COMPARED = ("what", "sizes", "peer", "ratio", "floor", "aim", "verdict", "note")
"""The columns of a table of comparisons."""


@dataclass(frozen=True)
class Case:
    """One step of a run; it takes the number of rounds."""

    name: str
    run: Callable[[int], Iterable[Row]]


@dataclass(frozen=True)
class Section:
    """The rows of one module of benchmarks, and what they were measured with."""

    name: str
    versions: Mapping[str, str]
    cores: int
    load: float
    rounds: int
    rows: tuple[Row, ...]
    missing: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the section as JSON holds it."""
        rows = [{"kind": type(x).__name__, **asdict(x), "verdict": x.verdict} for x in self.rows]
        return {**asdict(self), "rows": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Section":
        """Return the section that JSON holds."""
        rest = {key: value for key, value in data.items() if key not in {"rows", "missing"}}
        rows = tuple(_row(row) for row in data["rows"])
        return cls(**rest, rows=rows, missing=tuple(data["missing"]))


KINDS: dict[str, Any] = {"Comparison": (Comparison, "ratio"), "Measurement": (Measurement, "value")}


def _row(data: Mapping[str, Any]) -> Row:
    kind, spread = KINDS[data["kind"]]
    rest = {key: value for key, value in data.items() if key not in {"kind", "verdict"}}
    row: Row = kind(**rest | {spread: Spread(**data[spread])})
    return row


def dumps(sections: Iterable[Section]) -> str:
    """Return sections as a JSON text, sorted by name."""
    by_name = {x.name: x.as_json() for x in sections}
    return (
        json.dumps({"schema_version": SCHEMA, "sections": by_name}, indent=1, sort_keys=True) + "\n"
    )


def loads(text: str) -> dict[str, Section]:
    """Return the sections that a JSON text holds, by name."""
    return {name: Section.from_json(x) for name, x in json.loads(text)["sections"].items()}


def page(sections: Iterable[Section]) -> str:
    """Return the page in Markdown that shows sections, sorted by name."""
    ordered = sorted(sections, key=lambda x: x.name)
    return "\n".join([INTRODUCTION, _summary(ordered), *map(_section, ordered)])


def _summary(sections: Iterable[Section]) -> str:
    """Return how many floors are met, and which are not."""
    judged = [(x.name, row) for x in sections for row in x.rows if row.verdict]
    verdicts = [row.verdict for _, row in judged]
    aims, missed = verdicts.count("aim met"), verdicts.count("missed")
    lines = [
        f"{len(judged)} numbers have a floor: {len(judged) - missed} meet it, {aims} of them their "
        f"aim too; {missed} miss it{':' if missed else '.'}",
        "",
    ]
    for name, row in judged:
        if row.verdict == "missed":
            lines.append(f"- {name}: {_said(row)}")
    return "\n".join(lines) + ("\n" if missed else "")


def _said(row: Row) -> str:
    """Return a row in words."""
    if isinstance(row, Comparison):
        return f"{row.what}, {row.sizes}, against {row.peer}: {row.ratio}, floor {row.floor:g}"
    return f"{row.quantity}, {row.sizes}: {row.value} {row.unit}, at most {row.most:g}"


def _section(section: Section) -> str:
    """Return a section: what it was measured with, comparisons, then the other tables."""
    versions = ", ".join(f"{name} {x}" for name, x in sorted(section.versions.items()))
    lines = [
        f"## {section.name}",
        "",
        f"What is compared with what: [{section.name}.py]({section.name}.py). "
        f"{versions}; {section.cores} cores, load {section.load:.1f}; rounds: {section.rounds}.",
        "",
    ]
    compared = [row for row in section.rows if isinstance(row, Comparison)]
    if compared:
        lines += _table(COMPARED, [comparison_cells(row) for row in compared])
    tables: dict[str, list[Measurement]] = {}
    for row in section.rows:
        if isinstance(row, Measurement):
            tables.setdefault(row.quantity, []).append(row)
    for quantity, rows in tables.items():
        columns = ("sizes", rows[0].unit, "at most", "verdict", "note")
        lines += [f"{quantity}:", "", *_table(columns, [measurement_cells(row) for row in rows])]
    lines += [f"Not measured: {reason}\n" for reason in section.missing]
    return "\n".join(lines)


def comparison_cells(row: Comparison) -> list[str]:
    """Return the cells of a comparison."""
    bounds = [_bound(row.floor), _bound(row.aim)]
    return [row.what, row.sizes, row.peer, str(row.ratio), *bounds, row.verdict, row.note]


def measurement_cells(row: Measurement) -> list[str]:
    """Return the cells of a measurement."""
    return [row.sizes, str(row.value), _bound(row.most), row.verdict, row.note]


def _bound(x: float | None) -> str:
    return "" if x is None else f"{x:.3g}" if x < 1000 else f"{x:.0f}"


def _table(columns: Iterable[str], rows: Iterable[list[str]]) -> list[str]:
    """Return the lines of a table, without the columns that are empty throughout."""
    rows = list(rows)
    kept = [i for i, _ in enumerate(columns) if any(row[i] for row in rows)]
    head = [name for i, name in enumerate(columns) if i in kept]
    cells = [head, ["---"] * len(head), *([row[i] for i in kept] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in cells] + [""]
