"""Reports in Markdown, with mathematics between dollar signs as on GitHub.

The same record gives the same bytes.  Only ``SOURCE_DATE_EPOCH``, where it is set, adds a date.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from checks.verdict import failing

__all__ = ["NEEDED", "TITLES", "anchor", "by_machine", "cell", "counted", "facts", "formula"]
__all__ += ["markdown_claim", "markdown_report", "needed", "power", "reproduce", "rung"]
__all__ += ["sentence", "short"]

TITLES = {"enumeration": "Enumeration", "test": "Statistical test", "table": "Table"}
"""What a part without a derivation is called."""

NAMED = {
    r"\{": r"\lbrace ",
    r"\}": r"\rbrace ",
    r"\,": r"\thinspace ",
    r"\;": r"\thickspace ",
    r"\!": r"\negthinspace ",
    r"\|": r"\Vert ",
    r"\#": r"\text{＃}",
    "*": r"\ast ",
    "<": r"\lt ",
    "](": "] (",
}
"""What Markdown reads before the mathematics, by other names for the same."""

READ = re.compile("|".join(map(re.escape, NAMED)))

COUNTS = ("steps", "evaluations", "drawn", "effective", "decided", "undecided", "exact", "balls")


def markdown_claim(claim: Mapping[str, Any]) -> str:
    """Return one described claim, not run."""
    return "\n".join(_claim(claim, ())) + "\n"


def markdown_report(record: Mapping[str, Any]) -> str:
    """Return the report of a record: an overview, then a section per claim."""
    return "\n".join(_report(record)) + "\n"


def cell(text: object) -> str:
    """Return a text that may stand in a cell of a table."""
    return str(text).replace("|", r"\|").replace("\n", " ")


def formula(latex: str) -> str:
    r"""Return a formula so that Markdown finds nothing of its own in it.

    Example:
        >>> formula(r"\{W^*\}_n < \|x\|")
        '\\lbrace W^\\ast \\rbrace _ n \\lt  \\Vert x\\Vert'
    """
    named = READ.sub(lambda found: NAMED[found[0]], latex).rstrip()
    return re.sub(r"(?<![0-9A-Za-z])_(?=\S)", "_ ", named)


def sentence(text: str) -> str:
    r"""Return a sentence with LaTeX between dollar signs; the words are as they are printed.

    Example:
        >>> sentence("n * m < 2 for $W^*$")
        'n \\* m \\< 2 for $W^\\ast$'
    """
    if text.count("$") % 2:
        return words(text)
    pieces = text.split("$")
    return "$".join(formula(piece) if i % 2 else words(piece) for i, piece in enumerate(pieces))


def words(text: str) -> str:
    r"""Return words of which Markdown makes no emphasis, tag or link.

    Example:
        >>> words("2*x, 3*y")
        '2\\*x, 3\\*y'
    """
    return re.sub(r"([*<]|\](?=\())", r"\\\1", text)


def rung(entry: Mapping[str, Any]) -> str:
    """Return the rung that a claim reached, and what it is given."""
    given = f" (given: {', '.join(entry['given'])})" if entry["given"] else ""
    return f"{entry['rung'] or '–'}{given}"


def counted(entry: Mapping[str, Any]) -> int:
    """Return the number of cases that were drawn and met the assumptions, or were enumerated."""
    kinds = ("cross-check", "enumeration")
    return sum(f.get("effective", 0) for f in entry["evidence"] if f["kind"] in kinds)


def anchor(entry: Mapping[str, Any]) -> str:
    """Return the fragment that GitHub gives to the heading of a claim."""
    return f"#{entry['label'].lower()}-{entry['id']}"


def reproduce(entry: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return the command that finds the same again."""
    flags = [("--thorough", record["thorough"]), ("--twins", record["with_twins"])]
    options = "".join(f" {flag}" for flag, on in flags if on)
    own = f" --claims {entry['file']}" if entry.get("file") else ""
    return f"ccmc verify {entry['id']}{own} --seed {record['seed']}{options}"


def _report(record: Mapping[str, Any]) -> Iterator[str]:
    entries = record["claims"]
    yield "# What holds, and why"
    yield ""
    yield _summary(entries)
    yield ""
    yield "| | claim | verdict | rung | required | scope | cases | rests on |"
    yield "|---|---|---|---|---|---|---:|---|"
    for entry in entries:
        yield _row(entry, entries)
    yield ""
    yield from _trust(record)
    yield from _ledger(record.get("ledger", {}))
    yield from _needed(entries)
    for entry in entries:
        yield ""
        yield from _claim(entry, _standing(entry, record))


def _summary(entries: Sequence[Mapping[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for entry in entries:
        verdict = "cited" if entry["rung"] == "cited" else entry["verdict"]
        counts[verdict] = counts.get(verdict, 0) + 1
    said = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    return f"{len(entries)} claims: {said or 'none'}."


def _row(entry: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> str:
    labels = {other["id"]: other["label"] for other in entries}
    below = [*entry["rests_on"]["claims"], *entry["rests_on"]["literature"]]
    cases = counted(entry)
    cells = (
        entry["label"],
        f"[{entry['id']}]({anchor(entry)})",
        entry["verdict"],
        rung(entry),
        entry["required_rung"],
        entry["scope"],
        cases or "–",
        ", ".join(labels.get(name, name) for name in below) or "–",
    )
    return f"| {' | '.join(map(cell, cells))} |"


def _trust(record: Mapping[str, Any]) -> Iterator[str]:
    caught = sum(canary["caught"] for canary in record["canaries"])
    yield f"Canaries caught: {caught} of {len(record['canaries'])}."
    yield from (
        f"**Missed: {canary['name']}: {canary['message']}**"
        for canary in record["canaries"]
        if not canary["caught"]
    )
    if record["interrupted"]:
        yield "**The run was interrupted.**"
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    yield "Instances number tokens from 0, the mathematics from 1."
    yield f"Seed {record['seed']}. Versions: {versions or 'left out'}."
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        yield f"Date: {datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%d}."


NEEDED = (
    "Without an assumption of the second column the claim is false: its witness, an exact "
    "instance, meets the other assumptions and not the conclusion, as python-flint evaluates them "
    "without any step of the derivation; a term that the instance or the layer gives has that "
    "value there, whatever its definition says. For those of the third the claim says why there is "
    "no witness. A number says for how many theorems of the claim this is so."
)


def needed(entry: Mapping[str, Any]) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """Return what stands against dropping each assumption: findings by kind and assumption.

    Example:
        >>> reason = {"part": "a", "drops": "positive", "reason": "none is known"}
        >>> needed({"witnesses": [reason]})["reason"] == {"positive": [reason]}
        True
    """
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {"witness": {}, "reason": {}}
    for finding in entry["witnesses"]:
        kind = "reason" if "reason" in finding else "witness"
        found[kind].setdefault(finding["drops"], []).append(finding)
    return found


def _needed(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield which assumptions of which claims are needed, as a table."""
    yield from ("", "## What each assumption is for", "", NEEDED, "")
    yield "| claim | false without | no witness, with the reason |"
    yield "|---|---|---|"
    for entry in entries:
        if entry["witnesses"]:
            kinds = (
                ", ".join(f"`{name}`{_times(found)}" for name, found in some.items()) or "–"
                for some in needed(entry).values()
            )
            link = f"[{entry['label']}]({anchor(entry)})"
            yield f"| {' | '.join(map(cell, (link, *kinds)))} |"


def _times(found: Sequence[object]) -> str:
    return f" ({len(found)})" if len(found) > 1 else ""


def _ledger(book: Mapping[str, Any]) -> Iterator[str]:
    """Yield the error budget of the statistical tests."""
    tests = book.get("tests", ())
    if not tests:
        return
    spent, budget = float(Fraction(book["spent"])), float(Fraction(book["budget"]))
    yield ""
    yield "## Error budget"
    yield ""
    yield (
        "With everything true, the tests that are valid at their size alarm falsely with "
        f"probability at most {spent:.3g}, of {budget:.3g} allowed. Approximate ones stand apart."
    )
    yield ""
    yield "| test | n | level | valid by | rejects, with power at least |"
    yield "|---|---:|---|---|---|"
    for test in sorted(tests, key=lambda test: not test["finite"]):
        cells = (
            f"`{test['part']}`",
            test["n"],
            short(test["level"]),
            test["finite"] or f"approximate: {test['approximate']}",
            "; ".join(f"{a['change']} ({power(a)})" for a in test["alternatives"]),
        )
        yield f"| {' | '.join(map(cell, cells))} |"


def short(number: str) -> str:
    """Return an exact fraction as a short decimal number.

    Example:
        >>> short("1/10000000")
        '1e-07'
    """
    return f"{float(Fraction(number)):.3g}"


def power(alternative: Mapping[str, Any]) -> str:
    """Return a power as one minus the probability to miss, and what it takes for granted.

    Example:
        >>> power({"power": "999999/1000000", "given": "heads come up"})
        '1 - 1e-06, given that heads come up'
    """
    given = f", given that {alternative['given']}" if alternative.get("given") else ""
    return f"1 - {float(1 - Fraction(alternative['power'])):.3g}{given}"


def _standing(entry: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a run says of a claim."""
    yield f"**{entry['verdict'].capitalize()}** at rung {rung(entry)}, scope: {entry['scope']}."
    yield from (f"- {words(reason)}" for reason in entry["reasons"])
    yield ""
    yield f"Reproduce: `{reproduce(entry, record)}`"
    for finding in entry["evidence"]:
        if finding["outcome"] == "refuted" and "shown" in finding:
            yield ""
            yield f"- **Against `{finding['part']}`** ({finding['kind']}):  "
            yield from _instance({**finding, "outcome": "holds"})
    if entry["evidence"]:
        yield ""
        yield "| part | evidence | outcome | counts |"
        yield "|---|---|---|---|"
        yield from (_evidence(finding) for finding in entry["evidence"])
    for finding in entry["evidence"]:
        if finding.get("rows"):
            yield from _rows(finding)
    yield ""
    yield from _trust_base(entry["rests_on"])


def _rows(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the numbers of a table."""
    yield ""
    yield f"| {' | '.join(map(cell, table['columns']))} |"
    yield "|" + "---:|" * len(table["columns"])
    yield from (f"| {' | '.join(map(cell, row))} |" for row in table["rows"])


def _evidence(finding: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{finding[key]} {key}" for key in COUNTS if key in finding)
    message = finding.get("message")
    said = finding["outcome"] + (f": {words(message)}" if message else "")
    return f"| {' | '.join(map(cell, (finding['part'], finding['kind'], said, counts)))} |"


def _trust_base(rests_on: Mapping[str, Sequence[str]]) -> Iterator[str]:
    named = [f"{key} {_codes(names)}" for key, names in rests_on.items() if names]
    yield f"Rests on: {'; '.join(named) or 'nothing'}."


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _claim(entry: Mapping[str, Any], standing: Iterable[str]) -> Iterator[str]:
    """Yield the section of a claim."""
    marks = [name for name in ("beyond", "erratum") if entry[name]]
    yield f"## {entry['label']} {entry['id']}"
    yield ""
    yield f"*{entry['title']}*" + (f" ({', '.join(marks)})" if marks else "")
    yield ""
    yield sentence(entry["statement"])
    yield ""
    yield f"Source ({entry['source']['place']}): {sentence(entry['source']['paraphrase'])}"
    if entry.get("gap"):
        yield ""
        yield f"Open: {sentence(entry['gap'])}"
    lines = list(standing)
    if lines:
        yield ""
        yield from lines
    for part in entry["parts"]:
        yield from _part(part)
    yield from _witnesses(entry["witnesses"])
    yield from _twins(entry["twins"])
    yield from _mutants(entry.get("mutants", ()))


def _other(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield a part without a derivation."""
    yield ""
    yield f"### {TITLES[part['kind']]} `{part['name']}`"
    yield ""
    yield sentence(part["statement"])
    for line in facts(part):
        yield ""
        yield f"{line[0].upper()}{line[1:]}."


def facts(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a part without a derivation says besides its statement."""
    if part["kind"] == "enumeration":
        how = "exactly" if part["rung"] == "exact" else "in balls"
        yield f"decided case by case, {how}, for {part['scope']}"
    if part["kind"] == "test":
        valid = part["finite"] or f"approximate, {part['approximate']}"
        yield f"level {short(part['level'])} at {part['scope']} ({valid})"


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("kind") in TITLES:
        yield from _other(part)
        return
    yield ""
    yield f"### Theorem `{part['name']}`"
    yield ""
    yield f"$${formula(part['conclusion']['latex'])}$$"
    for title, items in (("Assumptions", part["assumptions"]), ("Where", part["definitions"])):
        if items:
            yield ""
            yield f"{title}:"
            yield ""
        for item in items:
            said = f": {sentence(item['sentence'])}" if "sentence" in item else ""
            yield f"- `{item['name']}`{said}  "
            yield f"  ${formula(item['latex'])}$"
    for text in filter(None, (part.get("reference"), part.get("unchecked"))):
        yield ""
        title = "Cited, not proved here" if "reference" in part else "No cross-check"
        yield f"{title}: {sentence(text)}"
    if not part["steps"]:
        return
    yield ""
    yield "Derivation:"
    yield ""
    for number, step in enumerate(part["steps"], 1):
        uses = f" from {_codes(step['uses'])}" if step["uses"] else ""
        where = "; ".join(sentence(parameter["markup"]) for parameter in step["where"])
        yield f"{number}. ${formula(step['latex'])}$  "
        indent = " " * (len(str(number)) + 2)
        yield f"{indent}`{step['name']}`: by {step['by']}{uses}" + (f"; {where}" if where else "")


def _witnesses(witnesses: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if witnesses:
        yield ""
        yield "### Without an assumption"
    for witness in witnesses:
        yield ""
        if "reason" in witness:
            reason = sentence(witness["reason"])
            yield f"- `{witness['part']}` without `{witness['drops']}`: {reason}"
            continue
        kept = _codes(witness.get("satisfies", ())) or "everything else"
        yield f"- `{witness['part']}` without `{witness['drops']}` is false; satisfied: {kept}.  "
        yield from _instance(witness)


def _twins(twins: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if twins:
        yield ""
        yield "### Twins: changed like this it is false"
    for twin in twins:
        yield ""
        yield f"- `{twin['part']}`, {twin['change']}:"
        if "latex" in twin:
            yield f"  ${formula(twin['latex'])}$"
        if "power" in twin:
            yield f"  rejected with power {power(twin)}"
        yield from _instance(twin)


def by_machine(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return how many of the machine's changes came to what; those that survive stand apart.

    Example:
        >>> by_machine([{"made": 5, "refuted": 3, "implied": 1, "loose": [], "survivors": [{}]}])
        '5 changes, 3 refuted, 1 true as well'
        >>> by_machine([{"made": 2, "refuted": 1, "implied": 0, "loose": [{}], "survivors": []}])
        '2 changes, 1 refuted, 0 true as well, 1 within the slack of an inequality'
    """
    made, refuted, implied = (
        sum(found[key] for found in findings) for key in ("made", "refuted", "implied")
    )
    loose = sum(len(found.get("loose", ())) for found in findings)
    slack = f", {loose} within the slack of an inequality" if loose else ""
    return f"{made} changes, {refuted} refuted, {implied} true as well{slack}"


def _mutants(mutants: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if mutants:
        yield ""
        yield "### Changes by machine"
        yield ""
    for found in mutants:
        yield f"- `{found['part']}`: {by_machine([found])}"
        for change in found.get("loose", ()):
            yield f"  - within the slack: {change['change']}: `{change['judgement']}`"
        for survivor in found["survivors"]:
            yield f"  - not told apart: {survivor['change']}: `{survivor['judgement']}`"


def _instance(finding: Mapping[str, Any]) -> Iterator[str]:
    if finding.get("outcome", "holds") != "holds":
        yield f"  **not confirmed: {finding['outcome']}**"
    if failing(finding):
        yield f"  {words(failing(finding))}"
    if "shown" in finding:
        yield ""
        yield "  ```text"
        yield from (f"  {line}" for line in finding["shown"].splitlines())
        yield "  ```"
