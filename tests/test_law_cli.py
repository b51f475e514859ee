"""ccmc law: numbers with their bounds, exact ones, the distribution, a figure, and bad input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from checks.cli import run
from numeric.arithmetic import to_float
from numeric.exact import dyadic
from numeric.exact_law import law_exact

P = [["7/10", "3/10"], ["2/5", "3/5"]]
ROWS = [[fmpq(7, 10), fmpq(3, 10)], [fmpq(2, 5), fmpq(3, 5)]]
LAW = ["law", "--transition", "P.json", "--prompt", "0,1"]

Asked = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("P.json").write_text(json.dumps(P))
    return tmp_path


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Asked:
    """What ``ccmc law`` answers in JSON."""

    def ask(*arguments: str) -> dict[str, Any]:
        assert run([*LAW, *arguments, "--json"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        answer: dict[str, Any] = json.loads(out)
        return answer

    return ask


def number(x: object) -> fmpq:
    if isinstance(x, float):
        return dyadic(x)
    p, _, q = str(x).partition("/")
    return fmpq(int(p), int(q or 1))


@pytest.mark.parametrize("arithmetic", [[], ["--exact"], ["--digits", "40"]])
def test_every_number_is_within_its_bound(arithmetic: list[str], asked: Asked) -> None:
    answer = asked("--length", "30,5,2,5", "--distribution", *arithmetic)
    assert answer["lengths"] == [2, 5, 30]
    for i, exact in enumerate(law_exact(ROWS, (0, 1), [2, 5, 30])):
        bound = number(answer["error_bound"][i])
        assert (bound == 0) == (arithmetic == ["--exact"])
        assert bound < fmpq(1, 10**40 if "--digits" in arithmetic else 10**13)
        pairs = (("mean_frequency", exact.mean_frequency), ("distribution", exact.distribution))
        for key, true in pairs:
            for x, y in zip(answer[key][i], true, strict=True):
                assert abs(number(x) - y) <= bound
                assert isinstance(x, str if arithmetic else float)


def test_the_distribution_is_given_on_request_only(asked: Asked) -> None:
    assert "distribution" not in asked("--length", "5")


def test_people_see_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*LAW, "--length", "5,30", "--exact", "--distribution"]) == 0
    out, err = capsys.readouterr()
    assert "5      89113/187000      97887/187000               0" in out
    assert "≈ 0.5356919031" in out
    assert "\n   2  593/3400\n" in out
    assert "Length 30: 31 probabilities (--json has them)" in out
    assert err == ""


@pytest.mark.parametrize("arithmetic", [["--exact"], ["--digits", "4400"]])
def test_people_see_numbers_of_thousands_of_digits_in_short(
    arithmetic: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("P.json").write_text("[[0.7, 0.3], [0.4, 0.6]]")
    assert run([*LAW, "--length", "40", *arithmetic]) == 0
    out, _ = capsys.readouterr()
    [law] = law_exact([[dyadic(0.7), dyadic(0.3)], [dyadic(0.4), dyadic(0.6)]], (0, 1), [40])
    assert len(str(law.mean_frequency[0])) > 5000
    assert f"≈ {to_float(law.mean_frequency[0]):.10g}" in out


def test_a_figure_is_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    for name, arithmetic in (("a.svg", []), ("b.svg", []), ("c.svg", ["--exact"])):
        assert run([*LAW, "--length", "5,20", "--plot", name, *arithmetic]) == 0
        assert f"Figure: {name}" in capsys.readouterr().err
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()
    assert "t = 20" in Path("c.svg").read_text()


def test_decimals_are_taken_for_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Path("P.json").write_text("[[0.7, 0.3], [0.4, 0.6]]")
    assert run([*LAW, "--length", "3", "--exact", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("P.json: decimals are taken for the float64 they are")
    # normalised rows: 0.7 + 0.3 is 1 in float64
    [[m_1, _]] = json.loads(out)["mean_frequency"]
    [law] = law_exact([[dyadic(0.7), dyadic(0.3)], [dyadic(0.4), dyadic(0.6)]], (0, 1), [3])
    assert number(m_1) == law.mean_frequency[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--length", "1"], "P.json: length = 1: expected from 2, the prompt included"),
        (["--length", "9999999"], "expected from 2, the prompt included, to 1000002"),
        (["--length", "5,x"], "'5,x': expected lengths such as 10,100"),
        (["--length", ""], "expected lengths such as 10,100"),
        (["--length", "5", "--prompt", "0,2"], "'2'; expected ids from 0 to 1"),
        (["--length", "5", "--exact", "--digits", "9"], "not both"),
        (["--length", "5", "--digits", "0"], "0 is not in the range"),
        (["--length", "5", "--plot", "law.png"], "must end in .svg"),
        (["--length", "5", "--plot", "no/law.svg"], "the folder no does not exist"),
        (["--length", "5", "--transition", "three.json"], "three.json: P is 3 x 3: expected 2 x 2"),
        (["--length", "5", "--transition", "steep.json"], "differ by more than 2^500"),
        ([], "Missing option '--length'"),
    ],
)
def test_bad_usage_is_one_message(
    changed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("three.json").write_text(json.dumps([["1/3"] * 3] * 3))
    steep = [[f"1/{2**600}", f"{2**600 - 1}/{2**600}"], ["1/2", "1/2"]]
    Path("steep.json").write_text(json.dumps(steep))
    assert run([*LAW, *changed]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in " ".join(err.split())
    assert "Traceback" not in err
