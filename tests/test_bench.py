"""ccmc bench: it runs, its peers must agree with it, and its page says what was found."""

import json
import os
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import agreement, harness, identify, law, simulate
from benchmarks.harness import Spread
from benchmarks.integers import integers
from benchmarks.results import Comparison, Measurement, Section, dumps, loads, page
from benchmarks.runner import section, update
from checks.cli import run
from numeric import exact_law
from numeric.arithmetic import ball, contains
from numeric.exact import dyadic, rational


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


CASE = agreement.Case.of("small", 3, 40)


def verdicts(case: agreement.Case = CASE) -> list[str]:
    """Float64 against balls and rationals; balls that hold them, and `law_exact` equal to them."""
    return [row.verdict for row in agreement.rows([agreement.compare(case)])]


@given(
    st.lists(st.fractions(Fraction(1, 99), 99), min_size=4, max_size=4),
    st.lists(st.integers(0, 1), min_size=1, max_size=6),
    st.integers(0, 15),
)
def test_two_recurrences_give_the_same_rationals(
    entries: list[Fraction], prompt: list[int], steps: int
) -> None:
    P = [[rational(x) for x in row] for row in (entries[:2], entries[2:])]
    T = len(prompt) + steps
    [law] = exact_law.law_exact(P, prompt, [T])
    assert agreement.equals(law, *integers(P, prompt, T))


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("family", ["small", "thousandths"])
def test_the_three_arithmetics_of_the_law_agree(family: str, number: int) -> None:
    case = agreement.Case.of(family, number, 40)
    assert verdicts(case) == ["met"] * 4
    assert verdicts(replace(case, rational=20, reduced=10)) == ["met"] * 5


@pytest.mark.parametrize("number", range(4))
def test_the_ends_of_the_support_are_those_of_the_whole_law(number: int) -> None:
    P, prompt = agreement.drawn("small", number)
    [law] = exact_law.law_exact(P, prompt, [30])
    true = agreement.true_ends(P, prompt, 30)
    assert len(true) == 16
    assert all(contains(x, y) for x, y in zip(true, agreement.ends(law, prompt), strict=True))


def test_ends_that_are_off_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = agreement.true_ends
    monkeypatch.setattr(agreement, "true_ends", lambda *given: [*right(*given)[:-1], arb(1) / 3])
    assert verdicts(replace(CASE, rational=20)) == ["met", "met", "missed", "missed", "met"]


def test_a_law_that_is_off_by_more_than_its_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact_law.law_float

    def wrong(P: Any, *given: Any) -> Any:
        return right([[P[0][0], P[0][1] * (1 + fmpq(1, 10**11))], P[1]], *given)

    monkeypatch.setattr(agreement, "law_float", wrong)
    assert verdicts() == ["missed", "missed", "met", "met"]


@pytest.mark.parametrize("field", ["last_1", "last_2", "distribution", "mean_frequency"])
@pytest.mark.parametrize("part", [-1.5, -0.5, 0.5, 1.5])
def test_the_share_of_the_bound_is_that_of_the_worst_number(field: str, part: float) -> None:
    P, prompt = agreement.drawn("small", 3)
    [found] = exact_law.law_float(P, prompt, [40])
    [true] = exact_law.law_ball(P, prompt, [40])
    bound = exact_law.float_error(40, len(prompt))
    balls, floats = list(getattr(true, field)), getattr(found, field)
    middle = len(balls) // 2
    with ctx.workprec(256):
        balls[middle] = ball(dyadic(floats[middle]) / (1 + fmpq(int(2 * part), 2) * bound[0]))
    changed: dict[str, Any] = {field: balls}
    moved = replace(true, **changed)
    share = agreement.used(agreement.numbers(found), agreement.numbers(moved), bound)
    assert (share > 1) == (abs(part) > 1)


@pytest.mark.parametrize("wide", ["nan", "0 +/- 1"])
def test_balls_that_say_nothing_are_no_agreement(
    wide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = exact_law.law_ball

    def wrong(*given: Any) -> Any:
        return [replace(law, last_1=[arb(wide) for _ in law.last_1]) for law in right(*given)]

    monkeypatch.setattr(agreement, "law_ball", wrong)
    assert verdicts() == ["missed", "met", "missed", "met"]


def test_a_ball_that_is_wider_than_was_asked_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact_law.law_ball

    def wrong(P: Any, prompt: Any, lengths: Any, _digits: int) -> Any:
        return right(P, prompt, lengths, 5)

    monkeypatch.setattr(agreement, "law_ball", wrong)
    assert verdicts()[2] == "missed"


@pytest.mark.parametrize("name", ["integers", "law_exact"])
def test_rationals_of_another_chain_are_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(agreement, name)

    def wrong(P: Any, *given: Any) -> Any:
        return right([[P[0][0], P[0][1] + fmpq(1, 10**40)], P[1]], *given)

    monkeypatch.setattr(agreement, name, wrong)
    seen = ["met", "met", "missed", "missed"] if name == "integers" else ["met"] * 3 + ["missed"]
    assert verdicts() == seen


def test_rationals_that_do_not_sum_to_one_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = integers

    def wrong(*given: Any) -> Any:
        D, U, V = right(*given)
        return D + D // 2**200, U, V

    monkeypatch.setattr(agreement, "integers", wrong)
    assert verdicts()[2] == "missed"


@pytest.mark.parametrize("changed", ["distribution", "mean_frequency"])
def test_a_sum_of_rationals_that_is_wrong_is_seen(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = exact_law.law_exact

    def wrong(*given: Any) -> Any:
        [law] = right(*given)
        entry, *rest = getattr(law, changed)
        wrong_sums: dict[str, Any] = {changed: (entry + fmpq(1, 10**40), *rest)}
        return [replace(law, **wrong_sums)]

    monkeypatch.setattr(agreement, "law_exact", wrong)
    assert verdicts()[3] == "missed"


def test_one_instance_that_disagrees_is_enough() -> None:
    good = agreement.Agreement(CASE, 0.1, 0.1, held=True, equal=True)
    changes: dict[str, Any] = {"share": 1.1, "rational_share": 1.1, "held": False, "equal": False}
    for place, (field, value) in enumerate(changes.items()):
        found = [
            row.verdict for row in agreement.rows([good, good, replace(good, **{field: value})])
        ]
        assert found == ["missed" if i == place else "met" for i in range(4)]


def test_instances_are_many_and_near_the_ends_and_the_middle() -> None:
    for family, near in (("small", agreement.SMALL_NEAR), ("thousandths", agreement.NEAR)):
        drawn = [agreement.drawn(family, number) for number in range(200)]
        assert len({str(instance) for instance in drawn}) > 190
        for value in near:
            assert any(P[0][1] == value for P, _ in drawn)
            assert any(P[1][0] == value for P, _ in drawn)


def test_agreement_is_told_by_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--small", "2", "--thousandths", "1", "--length", "20"]
    assert agreement.main(few) == 0
    assert "small: 2 instances, T = 20" in capsys.readouterr().out
    monkeypatch.setattr(agreement, "used", lambda *_: 1.5)
    assert agreement.main(few) == 1


def test_a_family_that_is_not_compared_keeps_its_rows(tmp_path: Path) -> None:
    out = tmp_path / "RESULTS.md"
    for few in (["2", "3"], ["1", "0"]):
        small, thousandths = few
        options = ["--small", small, "--thousandths", thousandths, "--length", "20"]
        assert agreement.main([*options, "--out", str(out)]) == 0
    text = out.read_text()
    assert "small: 1 instances" in text
    assert "small: 2 instances" not in text
    assert "thousandths: 3 instances" in text


@pytest.mark.parametrize("few", [["--small", "0", "--thousandths", "0"], ["--processes", "0"]])
def test_nothing_to_compare_is_refused(few: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        agreement.main(few)


def test_instances_that_a_log_holds_are_not_done_again(tmp_path: Path) -> None:
    log, cases = tmp_path / "log", [agreement.Case.of("small", number, 20) for number in range(2)]
    first = list(agreement.agreements(cases[:1], log=log))
    seen = list(agreement.agreements(cases, log=log))
    assert seen[0] == first[0]
    assert [x.case.number for x in seen] == [0, 1]
    assert len(log.read_text().splitlines()) == 2
    other = [agreement.Case.of("small", 0, 19)]
    assert [x.case for x in agreement.agreements(other, log=log)] == other


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
