"""How often the tests reject: the tables say what was run, and the committed ones are of now."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from fake_kinds import BIASED, COIN, made

from benchmarks import power
from benchmarks.power import TRUE, main, put
from checks.claim import Body, Claim, StatisticalTest
from checks.claims import CLAIMS
from checks.report.markdown import power as stated

RUNS = 100
TESTS = [
    (claim, part)
    for claim in CLAIMS
    for part in claim.body.parts
    if isinstance(part, StatisticalTest)
]


@pytest.mark.parametrize(("claim", "part"), TESTS, ids=[part.name for _, part in TESTS])
def test_the_committed_table_has_each_alternative_rejected_each_time(
    claim: Claim, part: StatisticalTest
) -> None:
    text = (Path(power.__file__).parent / "POWER.md").read_text()
    [table] = [t for t in text.split("\n## ") if t.startswith(f"`{part.name}`\n")]
    rows = [
        (other.change, f"at least {stated({'power': other.power, 'given': other.given})}", RUNS)
        for other in claim.body.alternatives(part.name)
    ]
    rows.insert(0, (TRUE, "at most 1e-08", 0))
    head = f"{claim.label}, sample {part.n}, {RUNS} runs, seeds 0 to {RUNS - 1}."
    lines = [" | ".join((*map(str, row[:2]), f"{row[2]} of {RUNS}")) for row in rows]
    assert table.splitlines()[2:3] + table.splitlines()[6:] == [head, *(f"| {x} |" for x in lines)]


def test_a_test_that_keeps_an_alternative_or_rejects_the_truth_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def coin(part: StatisticalTest, chance: float) -> Claim:
        twin = replace(BIASED, draw=lambda random: random.binomial(200, chance))
        return made("stat", Body((part,), (), (twin,)))

    file = tmp_path / "POWER.md"
    for part, chance, code, row in (
        (COIN, 0.95, 0, "| heads with 19/20 | at least 1 - 1e-09 | 3 of 3 |"),
        (COIN, 0.5, 1, "| heads with 19/20 | at least 1 - 1e-09 | 0 of 3 |"),
        (replace(COIN, statistic=lambda _: Fraction(0)), 0.5, 1, f"| {TRUE} | at most 1e-08 | 3 "),
    ):
        monkeypatch.setattr(power, "CLAIMS", (coin(part, chance),))
        assert main(["--runs", "3", "--first", "5", "--write", str(file)]) == code
        assert row in file.read_text()
        assert "E1, sample 200, 3 runs, seeds 5 to 7." in file.read_text()
    assert main(["E2"]) == 0
    assert "heads" in capsys.readouterr().out


def test_a_table_takes_the_place_of_that_of_the_same_test(tmp_path: Path) -> None:
    file = tmp_path / "POWER.md"
    for text in ("## `a`\n\nfirst\n", "## `b`\n\nsecond\n", "## `a`\n\nthird\n"):
        put(file, text)
    assert file.read_text() == f"{power.HEAD}\n## `a`\n\nthird\n\n## `b`\n\nsecond\n"
