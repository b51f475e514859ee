"""The command: output, JSON, speed, and a test that provokes every exit code."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import helpers
import pytest
from helpers import TESTS, Ccmc, environment

from checks.cli import cli, run
from checks.cli.common import claims as real_claims
from checks.cli.verify import rung_in_words
from checks.record import Record, dumps, load

fake_run = pytest.fixture(helpers.fake_run)
ccmc = pytest.fixture(helpers.ccmc)

VERBS = sorted(cli.commands)


@pytest.fixture
def saved(fake_run: Record, tmp_path: Path) -> Path:
    (tmp_path / "record.json").write_text(dumps(fake_run))
    return tmp_path / "record.json"


# Every exit code, for real.


def test_0_when_all_claims_hold_and_open_ones_are_listed(ccmc: Ccmc) -> None:
    done = ccmc("verify", claims="good,open", NO_COLOR="")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout  # this is no terminal
    assert "1 of 2 claims hold at their required rung; 1 open." in done.stdout
    assert "A8 open, not counted as proved: the title of open" in done.stdout


def test_1_when_a_claim_is_refuted_with_the_instance_on_the_page(ccmc: Ccmc) -> None:
    done = ccmc("verify", claims="good,refuted,undecided")
    assert done.returncode == 1
    assert "A6 refuted: refuted: cross-check refuted (2 is not 3)\n      x = 1\n" in done.stdout


def test_1_when_something_got_weaker(ccmc: Ccmc, saved: Path, tmp_path: Path) -> None:
    assert ccmc("diff", "record.json", "record.json").returncode == 0
    new = load(saved)
    new["claims"][0]["verdict"] = "inconclusive"
    del new["claims"][1]
    (tmp_path / "new.json").write_text(dumps(new))
    done = ccmc("diff", "record.json", "new.json")
    assert done.returncode == 1
    assert done.stdout == (
        "weaker   A1 good, verdict: holds -> inconclusive\n"
        "weaker   A2 cites-good, claim: holds -> gone\n"
    )
    assert ccmc("diff", "new.json", "record.json").stdout.endswith("Nothing got weaker.\n")


def test_1_when_a_witness_no_longer_gives_its_outcome(ccmc: Ccmc, tmp_path: Path) -> None:
    payload = {"claim": "good", "part": "good", "kind": "witness", "drops": "positive"}
    for x, code, said in ((-1, 0, "holds, as recorded"), (1, 1, "refuted, but holds is recorded")):
        (tmp_path / "witness.json").write_text(json.dumps(payload | {"instance": {"x": x}}))
        done = ccmc("replay", "witness.json")
        assert (done.returncode, done.stderr) == (code, "")
        assert f"good, witness: {said}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify", "godo"], "no claim, label or section is called 'godo'; did you mean good?"),
        (["show", "C9"], "is called 'C9'; did you mean"),
        (["show", "A"], "'A' is a section; show takes one claim: A1, A2"),
        (["verify", "--jobs", "0"], "0 is not in the range"),
        (["verify", "--jobs", "1025"], "1025 is not in the range"),
        (["verify", "--timeout", "0"], "0.0 is not in the range"),
        (["verify", "--timeout", "-1"], "-1.0 is not in the range"),
        (["verify", "--timeout", "inf"], "inf is not in the range"),
        (["verify", "--timeout", "nan"], "nan is not a number of seconds"),
        (["verify", "--save", ""], "the path is empty"),
        (["verify", "--save", "/proc/record.json"], "no file can be written in /proc: "),
        (["verify", "--seed", "-1"], "-1 is not in the range"),
        (["verify", "--save", "no/record.json"], "the folder no does not exist"),
        (["verify", "--fast"], "No such option"),
        (["prove"], "No such command"),
        (["report"], "no RECORD, and no build/record.json: make one with `ccmc verify"),
        (["report", "none.json"], "none.json: No such file"),
        (["report", "bad.json"], "bad.json: schema_version is None; expected 1"),
        (["diff", "bad.json"], "Missing argument 'NEW'"),
        (["diff", "bad.json", "bad.json"], "bad.json: schema_version is None"),
        (["replay", "bad.json"], "bad.json: the key 'claim' is missing"),
        (["map"], "there is no baseline.json: make one with `ccmc verify"),
        (["map", "--check", "--from", "bad.json"], "not both"),
        (["map", "--from", "bad.json"], "bad.json: schema_version is None"),
        (["convert"], "give either --weights"),
    ],
)
def test_2_for_wrong_usage_and_bad_input(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use_fakes(monkeypatch)
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text("{}")
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in " ".join(err.split())
    assert "Traceback" not in err


def test_2_in_a_process_too(ccmc: Ccmc) -> None:
    done = ccmc("verify", "godo")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: no claim")


def test_3_when_a_claim_is_inconclusive_or_out_of_time(ccmc: Ccmc) -> None:
    done = ccmc("verify", "--timeout", "1", claims="good,slow,sampled,undecided")
    assert done.returncode == 3
    for said in (
        "A3 inconclusive: stopped after 1 s, the time limit",
        "A7 inconclusive: sampled: derivation refused",
        "A10 inconclusive: undecided: cross-check undecided",
        "1 of 4 claims hold at their required rung; 3 inconclusive.",
    ):
        assert said in done.stdout


def test_4_when_the_map_is_stale(ccmc: Ccmc, saved: Path, tmp_path: Path) -> None:
    assert saved.is_file()
    assert ccmc("map", "--from", "record.json").returncode == 0
    assert ccmc("map", "--check").returncode == 0
    paper_map = tmp_path / "paper_map.md"
    paper_map.write_text(paper_map.read_text().replace("holds, derived", "holds, kernel", 1))
    done = ccmc("map", "--check")
    assert (done.returncode, done.stdout) == (4, "")
    assert "paper_map.md is stale: run `ccmc map`" in done.stderr
    assert "  there:    holds, kernel\n  expected: holds, derived\n" in done.stderr
    paper_map.unlink()
    assert ccmc("map", "--check").returncode == 4
    assert not paper_map.exists()


def test_5_when_nothing_is_selected(ccmc: Ccmc) -> None:
    for verb in ("verify", "list"):
        done = ccmc(verb, "B")
        assert (done.returncode, done.stdout) == (5, "")
        assert done.stderr == "Nothing selected: no claim in B yet\n"


def test_70_on_an_error(ccmc: Ccmc) -> None:
    done = ccmc("verify", claims="refuted,crash,raise,disagree,vacuous,weak-witness")
    assert done.returncode == 70
    for said in (
        "its process died (exit code 11)",
        "ValueError: the claim has a hole",
        "the engines disagree",
        "the cross-check is vacuous, no case met the assumptions",
        "witness 'positive' not confirmed",
        "0 of 6 claims hold at their required rung; 5 error, 1 refuted.",
    ):
        assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_70_when_sympy_computes_with_python_flint(ccmc: Ccmc) -> None:
    done = ccmc("verify", claims="good", SYMPY_GROUND_TYPES="flint")
    assert done.returncode == 70
    assert "Canary missed: ground types: SymPy computes with the ground types" in done.stderr
    assert "1 not run" in done.stdout


def test_70_on_what_nobody_expected_without_a_traceback(
    ccmc: Ccmc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(*_: object) -> Any:
        raise RuntimeError("the ground shook")

    monkeypatch.setattr("checks.cli.browse.claims", explode)
    assert run(["list"]) == 70
    err = capsys.readouterr().err
    assert err == "Internal error: RuntimeError: the ground shook\n(--debug shows where)\n"
    monkeypatch.setenv("CCMC_DEBUG", "1")
    assert run(["list"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_debug_shows_where_a_claim_failed(ccmc: Ccmc) -> None:
    assert "Traceback" in ccmc("verify", "--debug", claims="raise").stderr


def test_130_on_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """During a run: see test_runner, where a process is stopped."""

    def stop(*_: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("checks.cli.browse.claims", stop)
    assert run(["list"]) == 130


# Output.


def use_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    import fake_claims

    monkeypatch.setitem(sys.modules, "checks.claims", fake_claims)
    monkeypatch.setitem(sys.modules, "checks.evidence", fake_claims)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    out = capsys.readouterr().out
    for shown in ("Usage: ccmc", "Examples:\n", f"    ccmc {verb}", "--json", "--debug"):
        assert shown in out
    assert max(map(len, out.splitlines())) <= 80


def test_help_lists_every_verb_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for shown in (*VERBS, *["0", "1", "2", "3", "4", "5", "70", "130"]):
        assert f"\n  {shown} " in out or f"\n    {shown} " in out


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    assert run(["--version"]) == 0
    assert version("ccmc") in capsys.readouterr().out


def test_json_is_pure_on_every_verb(
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use_fakes(monkeypatch)
    monkeypatch.chdir(saved.parent)
    (tmp_path / "P.json").write_text('[["1/2", "1/2"], ["1/3", "2/3"]]')
    payload = {"claim": "good", "part": "good", "kind": "twin", "change": "3 for 2"}
    (tmp_path / "twin.json").write_text(json.dumps(payload | {"instance": {"x": 1}}))
    (tmp_path / "prompts.jsonl").write_text("[0, 1]\n[1, 0]\n")
    observed = [
        {"prompt": [x, y], "next": z} for x, y, z in ((0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1))
    ]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in observed))
    chain = ["--transition", "P.json"]
    calls: dict[str, tuple[list[str], set[str]]] = {
        "list": ([], {"claims"}),
        "show": (["good"], {"id", "parts", "witnesses", "twins", "cites"}),
        "report": (["record.json"], {"files"}),
        "diff": (["record.json", "record.json"], {"weaker", "changes"}),
        "map": (["--from", "record.json"], {"file", "stale"}),
        "new": (["mine.py"], {"file"}),
        "replay": (["twin.json"], {"outcome", "recorded", "same"}),
        "convert": ([*chain], {"weights", "embeddings"}),
        "bench": (["law", "--quick"], {"schema_version", "sections"}),
        "identify": (["prompts.jsonl"], {"identifiable", "vocab", "prompts", "rows"}),
        "fit": (["data.jsonl"], {"transition", "standard_errors", "rows", "log_likelihood"}),
        "law": (
            [*chain, "--prompt", "0,1", "--length", "9,5", "--distribution"],
            {"lengths", "mean_frequency", "distribution", "error_bound"},
        ),
        "simulate": (
            [*chain, "--prompt", "0", "--length", "5", "--trajectories", "2"],
            {"counts", "final_frequency", "seed"},
        ),
    }
    assert sorted([*calls, "verify"]) == VERBS
    for verb, (arguments, keys) in calls.items():
        assert run([verb, *arguments, "--json"]) == 0
        assert keys <= set(json.loads(capsys.readouterr().out)), verb


def test_verify_prints_the_record_that_it_saves_whatever_claims_print(
    ccmc: Ccmc, tmp_path: Path
) -> None:
    done = ccmc("verify", "noisy", "--save", "new.json", "--json")
    assert (done.returncode, done.stderr) == (0, "a claim prints\n")
    assert json.loads(done.stdout) == load(tmp_path / "new.json")


def test_the_table_fits_into_80_columns_and_says_everything(ccmc: Ccmc) -> None:
    done = ccmc("verify", "cites-good", "sampled", "open", "--twins", "--save", "r.json")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["claim", "verdict", "rung", "scope", "cases", "s"]
    assert lines[2].split()[:7] == ["A1", "good", "↑", "✓", "holds", "derived", "all"]
    assert "↑ ran because a selected claim rests on it" in done.stdout
    assert "9 of 9 canaries caught" in done.stdout
    assert done.stderr == "Record: r.json\n"


def test_a_claim_is_shown_with_all_that_supports_it(ccmc: Ccmc) -> None:
    done = ccmc("show", "A2")
    assert (done.returncode, done.stderr) == (0, "")
    for shown in (
        "A2  the title of cites-good",
        "For all x: x + x = 2 x, says cites-good.",
        "positive  x > 0",
        "2. 2·x = 2·x",
        "double: by sums",
        "Rests on\n  good",
        "cites-good without positive\n    x = -1",
        "satisfies real; refutes the conclusion",
        "no witness: every x of an exact instance is real",
        "2·x = 3·x",
    ):
        assert shown in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("form", "start"),
    [("markdown", "## A2 cites-good\n"), ("latex", r"\subsection*{\raggedright A2. ")],
)
def test_a_claim_is_shown_in_other_formats(form: str, start: str, ccmc: Ccmc) -> None:
    assert ccmc("show", "A2", "--format", form).stdout.startswith(start)


def test_a_report_is_written_whole_and_always_the_same(
    ccmc: Ccmc, saved: Path, tmp_path: Path
) -> None:
    assert saved.is_file()
    texts = []
    for _ in range(2):
        assert ccmc("report", "record.json", "--out", "out/there").returncode == 0
        files = sorted((tmp_path / "out/there").iterdir())
        names = ["record.json", "report.html", "report.md", "report.pdf"]
        assert [path.name for path in files] == names
        texts.append([path.read_bytes() for path in files])
    assert texts[0] == texts[1]
    assert load(tmp_path / "out/there/record.json") == load(saved)


def test_build_record_json_is_reported_by_default(ccmc: Ccmc, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    saved.rename(tmp_path / "build/record.json")
    assert ccmc("report").stdout == (
        "Report: build/report/report.html (beside it report.pdf, report.md, record.json)\n"
    )


def on_a_terminal(*arguments: str, **env: str) -> str:
    """What a person sees who runs the command."""
    screen, terminal = pty.openpty()
    command = [sys.executable, str(TESTS / "fake_ccmc.py"), *arguments]
    given = environment("good", TERM="xterm-256color", CI="") | env
    with subprocess.Popen(
        command, env=given, stdin=terminal, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                block = os.read(screen, 65536)
            except OSError:  # the end, on Linux
                break
            if not block:
                break
            seen += block
        os.close(screen)
    assert process.returncode == 0
    return seen.decode()


def test_a_person_sees_colours_and_progress_and_can_turn_them_off() -> None:
    coloured = on_a_terminal("verify", NO_COLOR="")
    assert "\x1b[32m✓ holds" in coloured
    assert "0:00:0" in coloured
    plain = on_a_terminal("verify", CI="true")
    assert "\x1b[32m" not in plain
    assert "0:00:0" not in plain
    assert "✓ holds" in plain
    assert "The claim holds at its required rung, all K, L, d." in plain


def test_a_narrow_encoding_is_no_reason_to_fail(ccmc: Ccmc) -> None:
    done = ccmc("show", "good", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "x? ? 0" in done.stdout


def test_a_closed_pipe_ends_quietly() -> None:
    command = [sys.executable, str(TESTS / "fake_ccmc.py"), "show", "good", "--json"]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


# Speed.


HEAVY = ("sympy", "numpy", "flint", "hypothesis", "rich", "scipy", "numba", "pebble")


def test_list_loads_no_heavy_library() -> None:
    code = (
        "import sys; from checks.cli import run; assert run(['list']) == 0; "
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"


def test_rungs_and_cases_are_put_in_words() -> None:
    assert rung_in_words({"rung": None, "given": []}) == "–"
    assert len(real_claims()) > 0
