"""ccmc simulate: figures, threads, proposals a step, and Ctrl-C in a long run."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import environment

from checks.cli import run
from checks.cli.simulate import _times

SIMULATE = ["simulate", "--transition", "P.json", "--prompt", "0,1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("P.json").write_text('[["2/5", "3/5"], ["3/7", "4/7"]]')
    return tmp_path


def interrupted(folder: Path, *arguments: str, after: float) -> subprocess.Popen[str]:
    """A simulation that would take hours, ended by a real SIGINT after some seconds."""
    command = [sys.executable, "-c", "from checks.cli import main; main()", *SIMULATE, *arguments]
    # Where this process ignores Ctrl-C, as jobs in the background do, its children would too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            time.sleep(after)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            start = time.monotonic()
            out, err = process.communicate(timeout=60)
            assert time.monotonic() - start < 10
            assert (out, err) == ("", "interrupted\n")
        finally:
            process.kill()
            signal.signal(signal.SIGINT, before)
    return process


@pytest.mark.parametrize("K", [2, 100])
def test_ctrl_c_in_a_long_simulation_leaves_no_file_at_all(K: int, folder: Path) -> None:
    Path("P.json").write_text(json.dumps((np.ones((K, K)) / K).tolist()))
    long = ["--length", "4000000000", "--trajectories", "3", "--threads", "2"]
    process = interrupted(folder, *long, "--out", "run.npz", "--plot", "run.svg", after=4)
    assert process.returncode == 130
    assert [path.name for path in folder.iterdir()] == ["P.json"]


def test_ctrl_c_leaves_an_older_file_as_it_was(folder: Path) -> None:
    Path("run.npz").write_text("older")
    long = ["--length", "4000000000", "--trajectories", "1", "--out", "run.npz"]
    assert interrupted(folder, *long, after=3).returncode == 130
    assert Path("run.npz").read_text() == "older"


def test_threads_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for threads in ("1", "3"):
        more = ["--length", "300", "--trajectories", "9", "--threads", threads, "--json"]
        assert run([*SIMULATE, *more]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]
    assert answers[0]["proposals_per_step"] == 1


def test_a_figure_shows_trajectories_and_is_the_same_every_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("a.svg", "b.svg"):
        assert run([*SIMULATE, "--length", "99", "--trajectories", "4", "--plot", name]) == 0
        out, err = capsys.readouterr()
        assert "1 proposals a step" in out
        assert err == f"Figure: {name}\n"
    text = Path("a.svg").read_text()
    assert text == Path("b.svg").read_text()
    assert "trajectory 3" in text
    assert "trajectory 4" not in text


def test_a_figure_of_nothing_but_the_prompt() -> None:
    assert run([*SIMULATE, "--length", "2", "--trajectories", "1", "--plot", "a.svg"]) == 0


@pytest.mark.parametrize(("L", "length"), [(1, 1), (2, 3), (5, 1000), (3, 2**32 - 1)])
def test_times_of_a_figure_go_from_the_prompt_to_the_end(L: int, length: int) -> None:
    times = _times(L, length)
    assert (times[0], times[-1]) == (L, length)
    assert list(times) == sorted(set(times))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--plot", "run.png"], "the name must end in .svg"),
        (["--threads", "0"], "0 is not in the range"),
        (["--plot", "run.svg", "--prompt", "0,1,0,1,0,1,0,1,0,1"], "expected at least 10"),
    ],
)
def test_bad_usage_is_one_message(
    changed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SIMULATE, "--length", "9", "--trajectories", "1", *changed]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
