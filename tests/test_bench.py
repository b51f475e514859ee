"""ccmc bench: it runs, its peers must agree with it, and its page says what was found."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from benchmarks import agreement, harness, identify, law, simulate
from benchmarks.harness import Spread
from benchmarks.results import Comparison, Measurement, Section, dumps, loads, page
from benchmarks.runner import section, update
from checks.cli import run
from numeric import exact_law


def found(name: str = "law", *ratios: float) -> Section:
    """A section of comparisons whose floor is 2 and whose aim is 3."""
    rows = [Comparison("ours", f"T = {x}", "peer", Spread(1, x, 9), 2, 3) for x in ratios]
    return section(name, ("numpy", "no-such-package"), 0.5, 5, rows)


@pytest.mark.parametrize("name", ["attention", "fit", "identify", "law", "simulate"])
def test_every_section_runs_on_tiny_sizes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", name, "--quick", "--json"]) == 0
    sections = json.loads(capsys.readouterr().out)["sections"]
    assert list(sections) == [name]
    kinds = {row["kind"] for row in sections[name]["rows"]}
    assert kinds == {"Comparison", "Measurement"} or "torch" in sections[name]["missing"][0]
    assert not any(row["verdict"] for row in sections[name]["rows"])  # too small to be judged


def test_people_get_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "law", "--quick"]) == 0
    out = capsys.readouterr().out
    assert "128-bit balls" in out
    assert "Time of float64, against T: T = 30:" in out


def test_where_the_benchmarks_are_not_installed_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.modules["checks.cli.bench"], "FOLDER", tmp_path / "benchmarks")
    assert run(["bench", "--quick"]) == 2
    assert "in the source tree of ccmc alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "'nothing' is not one of"),
        (["--rounds", "0"], "0 is not in the range"),
        (["--out", "x.txt"], "must end in .md"),
        (["--out", "x.md", "--quick"], "no speeds that are worth keeping"),
        (["--out", "x.md"], "x.json: expected what ccmc bench writes"),
    ],
)
def test_bad_usage_is_one_message_before_anything_is_measured(
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.json").write_text('{"sections": {"law": {}}}')
    assert run(["bench", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_package_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(harness, "import_module", absent)
    assert run(["bench", "attention", "--quick", "--json"]) == 0
    missing = json.loads(capsys.readouterr().out)["sections"]["attention"]["missing"]
    assert missing == ["K = 2, K = 8, K = 64: torch is not installed: pip install torch"]


def test_peers_that_find_something_else_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identify, "scipy_by_query", lambda *_: 1)
    with pytest.raises(AssertionError, match="SciPy, star finds other components"):
        list(identify.compare("uniform", identify.uniform(20, 50), 20, False, 1))
    monkeypatch.setitem(law.PEERS, "NumPy", lambda _: 0.5)
    with pytest.raises(AssertionError, match="NumPy"):
        list(law.compare(30, ["NumPy"], 1))


def test_the_page_counts_what_is_met_and_lists_what_is_missed() -> None:
    text = page([found("simulate", 1.5, 2.5), found("law", 3.5)])
    assert "3 numbers have a floor: 2 meet it, 1 of them their aim too; 1 miss it:" in text
    assert "- simulate: ours, T = 1.5, against peer: 1.5 (1 to 9), floor 2\n" in text
    assert "| ours | T = 2.5 | peer | 2.5 (1 to 9) | 2 | 3 | floor met |" in text
    assert text.index("## law") < text.index("## simulate")
    assert "no-such-package" not in text


def test_the_largest_value_must_stay_below_what_it_may_be() -> None:
    rows = [Measurement("memory", "n = 1", Spread(1, 1, most), "MB", 2.0) for most in (2.0, 2.1)]
    assert [row.verdict for row in rows] == ["met", "missed"]


def test_sections_that_were_not_run_stay(tmp_path: Path) -> None:
    out = tmp_path / "RESULTS.md"
    for one in (found("law", 1.0), found("simulate", 2.0), found("law", 3.0)):
        update(out, one)
    sections = loads(out.with_suffix(".json").read_text())
    assert sections == {"law": found("law", 3.0), "simulate": found("simulate", 2.0)}
    assert out.read_text() == page(sections.values())
    assert dumps(sections.values()) == out.with_suffix(".json").read_text()
    update(out, found("law"))  # nothing could be measured
    assert loads(out.with_suffix(".json").read_text()) == sections


def test_the_committed_page_shows_the_committed_numbers() -> None:
    folder = Path(__file__).parents[1] / "benchmarks"
    numbers = (folder / "RESULTS.json").read_text(encoding="utf-8")
    assert (folder / "RESULTS.md").read_text(encoding="utf-8") == page(loads(numbers).values())


def test_memory_is_measured_in_a_process_of_its_own() -> None:
    assert harness.alone(os.getpid) != os.getpid()


def test_a_law_that_is_off_by_more_than_its_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    [row, other, outside] = agreement.rows([agreement.compare("thousandths", 0, 40, 30)])
    assert (row.verdict, other.verdict, outside.verdict) == ("met", "met", "met")
    right = exact_law.law_float

    def wrong(P: Any, *given: Any) -> Any:
        return right([[P[0][0], P[0][1] * (1 + fmpq(1, 10**11))], P[1]], *given)

    monkeypatch.setattr(agreement, "law_float", wrong)
    [row, other, outside] = agreement.rows([agreement.compare("small", 3, 40, 30)])
    assert (row.verdict, other.verdict, outside.verdict) == ("missed", "missed", "met")


def test_a_ball_beside_the_rational_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact_law.law_integers

    def wrong(P: Any, *given: Any) -> Any:
        return right([[P[0][0], P[0][1] + fmpq(1, 10**40)], P[1]], *given)

    monkeypatch.setattr(agreement, "law_integers", wrong)
    [_, _, outside] = agreement.rows([agreement.compare("small", 3, 40, 30)])
    assert outside.verdict == "missed"


def test_rationals_that_do_not_sum_to_one_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact_law.law_integers

    def wrong(*given: Any) -> Any:
        return ((D + D // 2**200, law) for D, law in right(*given))

    monkeypatch.setattr(agreement, "law_integers", wrong)
    [_, _, outside] = agreement.rows([agreement.compare("small", 3, 40, 30)])
    assert outside.verdict == "missed"


def test_instances_that_a_log_holds_are_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, cases = tmp_path / "log", [("small", 0, 20, 10), ("small", 1, 20, 10)]
    first = list(agreement.agreements(cases[:1], log=log))
    seen = list(agreement.agreements(cases, log=log))
    assert seen[0] == first[0]
    assert [x.number for x in seen] == [0, 1]
    assert len(log.read_text().splitlines()) == 2


LITTLE = 8 * 2**20
"""Bytes: two blocks of recent tokens, and a quarter of 30 million tokens of a byte each."""


def drawn(K: int, keep_tokens: bool) -> int:
    """The growth of the resident set while 30 million tokens are drawn."""
    P, row_of = simulate.chain(K)
    simulate.ours(P, row_of, 1000)
    before = harness.peak(reset=True)
    simulate.ours(P, row_of, 3 * 10**7, keep_tokens=keep_tokens)
    return harness.peak() - before


@pytest.mark.parametrize("K", [2, 50])
def test_a_long_simulation_needs_little_memory(K: int) -> None:
    assert harness.alone(drawn, K, False) < LITTLE


def test_memory_that_grows_with_the_length_is_seen() -> None:
    assert harness.alone(drawn, 2, True) > 2 * LITTLE
