"""convert and simulate: round trips, files, and bad input by name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq, fmpz

from checks.cli import run
from numeric.arithmetic import contains

P = [["1/2", "3/10", "1/5"], ["1/7", "2/7", "4/7"], ["1/1000000", "1/1000000", "499999/500000"]]
E = [[1, 0, 0, 2], ["1/2", 1, 0, 0], [0, 0, 3, 1]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("P.json").write_text(json.dumps(P))
    Path("E.json").write_text(json.dumps(E))
    return tmp_path


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(name).read_text())
    return data


def rational(text: object) -> fmpq:
    p, _, q = str(text).partition("/")
    return fmpq(int(p), int(q or 1))


@pytest.mark.parametrize("embeddings", [[], ["--embeddings", "E.json"]])
def test_a_chain_comes_back_from_its_weights(embeddings: list[str]) -> None:
    assert run(["convert", "--transition", "P.json", *embeddings, "--out", "W.json"]) == 0
    assert run(["convert", "--weights", "W.json", "--out", "back.json"]) == 0
    there = np.array([[float(rational(x)) for x in row] for row in P])
    back = np.array(read("back.json")["transition"])
    assert np.abs(back - there).max() < 1e-12


@pytest.mark.parametrize("digits", [1, 30, 200])
@pytest.mark.parametrize("embeddings", [[], ["--embeddings", "E.json"]])
def test_a_chain_comes_back_exactly_in_the_sense_of_balls(
    digits: int, embeddings: list[str]
) -> None:
    precise = ["--digits", str(digits)]
    given = ["convert", "--transition", "P.json", *embeddings, "--out", "W.json", *precise]
    assert run(given) == 0
    assert run(["convert", "--weights", "W.json", "--out", "back.json", *precise]) == 0
    back = read("back.json")
    bound = rational(back["error_bound"])
    assert bound <= fmpq(1, 10**digits)
    for there, row in zip(P, back["transition"], strict=True):
        assert sum(map(rational, row), fmpq(0)) == 1
        for x, y in zip(there, row, strict=True):
            assert abs(rational(x) - rational(y)) <= bound


def test_the_weights_hold_the_true_ones_within_their_bound() -> None:
    Path("P.json").write_text('[["1/3", "2/3"], ["1/2", "1/2"]]')
    assert run(["convert", "--transition", "P.json", "--digits", "25", "--out", "W.json"]) == 0
    data = read("W.json")
    half_log_two = arb(2).log() / 2  # W_21 = -W_11 = (log 2/3 - log 1/3) / 2
    ball = arb(rational(data["weights"][1][0])) + arb(0, 1) * arb(rational(data["error_bound"]))
    assert ball.overlaps(half_log_two)
    assert contains(arb(0, 1e-30), rational(data["weights"][0][1]))


def test_the_chain_that_was_converted_can_be_read_again() -> None:
    assert run(["convert", "--transition", "P.json", "--digits", "20", "--out", "W.json"]) == 0
    assert run(["convert", "--weights", "W.json", "--digits", "20", "--out", "Q.json"]) == 0
    assert run(["convert", "--transition", "Q.json", "--out", "again.json"]) == 0


def test_more_digits_than_the_weights_have_are_undecided(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["convert", "--transition", "P.json", "--digits", "10", "--out", "W.json"]) == 0
    assert run(["convert", "--weights", "W.json", "--digits", "500"]) == 3
    assert "fewer --digits may do" in capsys.readouterr().err


def test_json_goes_to_standard_output_and_remarks_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("P.json").write_text("[[0.5, 0.50000000001], [0.25, 0.75]]")
    assert run(["convert", "--transition", "P.json", "--json"]) == 0
    out, err = capsys.readouterr()
    assert set(json.loads(out)) == {"weights", "embeddings"}
    assert "rows divided by their sums" in err


BAD = [
    ('[["1/2", "1/2"], [0, 1]]', "row 1, column 0"),
    ('[["1/2", "1/3"], ["1/2", "1/2"]]', "row 0"),
    ('[["1/2", "1/2"], ["1"]]', "row 1"),
    ("[[NaN, 1], [0.5, 0.5]]", "row 0, column 0"),
    ("[[Infinity, 1], [0.5, 0.5]]", "row 0, column 0"),
    ("[[-0.5, 1.5], [0.5, 0.5]]", "row 0, column 0"),
    ("[[0.5, 0.5]]", "1 rows of 2"),
    ("[[0.5, 0.5", "JSON"),
    ("", "empty"),
    ('{"weights": []}', '"transition"'),
    ('[["a", "b"], ["c", "d"]]', "row 0, column 0"),
]


@pytest.mark.parametrize("verb", ["convert", "simulate"])
@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_chain_is_one_message_with_its_place(
    verb: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.json").write_text(text)
    more = ["--prompt", "0", "--length", "5", "--trajectories", "1"] if verb == "simulate" else []
    assert run([verb, "--transition", "bad.json", *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Error: bad.json: ")
    assert err.count("\n") == 1
    assert said in err
    assert "expected" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["convert"], "give either --weights FILE or --transition FILE"),
        (["convert", "--weights", "W.json", "--transition", "P.json"], "give either"),
        (["convert", "--transition", "none.json"], "none.json: No such file"),
        (["convert", "--transition", "P.json", "--digits", "0"], "0 is not in the range"),
        (["convert", "--transition", "P.json", "--out", "no/W.json"], "the folder no does not"),
        (["convert", "--transition", "P.json", "--out", "/proc/W.json"], "written in /proc: "),
        (["convert", "--transition", "P.json", "--out", ""], "the path is empty"),
        (["convert", "--transition", ""], "'--transition': the path is empty"),
        (["convert", "--transition", "P.json", "--embeddings", "dep.json"], "dependent"),
        (["convert", "--transition", "P.json", "--embeddings", "two.json"], "two.json: "),
        (["convert", "--weights", "bound.json", "--digits", "9"], "error_bound is 'x'"),
        (["convert", "--weights", "steep.json"], "steep.json: row 0, column 1 of P is above 0"),
        (["convert", "--weights", "steep.json"], "give --digits D"),
        (["convert", "--weights", "steep.json", "--digits", "30"], "give more --digits"),
        (
            ["convert", "--weights", "long.json"],
            "row 1, column 0: an integer of 6000 digits; expected at most 4300 digits",
        ),
    ],
)
def test_bad_usage_of_convert_is_one_message(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("dep.json").write_text("[[1, 0, 0], [2, 0, 0], [0, 0, 1]]")
    Path("two.json").write_text("[[1, 0], [0, 1]]")
    Path("steep.json").write_text("[[10000, 0], [0, 0]]")
    Path("long.json").write_text(f"[[1, 2], [{'1' * 6000}, 1]]")
    Path("bound.json").write_text('{"weights": [["1"]], "error_bound": "x"}')
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_digits_show_what_float64_rounds_to_0() -> None:
    Path("W.json").write_text("[[10000, 0], [0, 0]]")
    assert run(["convert", "--weights", "W.json", "--digits", "5000", "--out", "P.json"]) == 0
    p, q = read("P.json")["transition"][0][1].split("/")
    assert abs((arb(fmpz(p)) / arb(fmpz(q))).log() + 10_000) < 1e-6
    assert run(["convert", "--transition", "P.json", "--digits", "9", "--out", "back.json"]) == 0


SIMULATE = ["simulate", "--transition", "P.json", "--prompt", "0,1,2", "--trajectories", "4"]


def test_a_simulation_counts_every_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SIMULATE, "--length", "50", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [sum(row) for row in data["counts"]] == [50] * 4
    assert data["seed"] == 0
    assert np.allclose(np.array(data["counts"]) / 50, data["final_frequency"])


def test_the_same_seed_gives_the_same_file_byte_by_byte() -> None:
    for name in ("a.npz", "b.npz"):
        assert run([*SIMULATE, "--length", "20", "--seed", "3", "--tokens", "--out", name]) == 0
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()
    with np.load("a.npz") as saved:
        assert saved["tokens"].shape == (4, 20)
        assert saved["tokens"][:, :3].tolist() == [[0, 1, 2]] * 4
        assert saved["counts"].sum() == 80


def test_a_summary_names_every_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SIMULATE, "--length", "20", "--decay", "0.5"]) == 0
    out = capsys.readouterr().out
    assert "at length 20, over 4 trajectories" in out
    for token in ("0", "1", "2"):
        assert f"\n    {token} " in out


def test_a_tie_counts_as_a_tie(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SIMULATE, "--prompt", "0,1", "--length", "2"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["1", "0.5000", "0.5000", "0.5000", "0%", "100%"] in lines
    assert ["2", "0.0000", "0.0000", "0.0000", "0%", "0%"] in lines
    assert run([*SIMULATE, "--prompt", "0,1,0", "--length", "3"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["0", "0.6667", "0.6667", "0.6667", "100%", "0%"] in lines


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--length", "2"], "length = 2: expected at least 3, the prompt included"),
        (["--length", "9", "--prompt", "0,3"], "'3'; expected ids from 0 to 2"),
        (["--length", "9", "--prompt", ""], "expected ids from 0 to 2"),
        (["--length", "9", "--decay", "-1"], "-1.0 is not in the range"),
        (["--length", "9", "--decay", "inf"], "expected a finite number"),
        (["--length", "9", "--trajectories", "0"], "0 is not in the range"),
        (["--length", "9", "--trajectories", "99999999999999"], "expected at most 66666666"),
        (["--length", "99999999999999999999"], "expected at most 4294967295"),
        (["--length", "9", "--seed", "-1"], "-1 is not in the range"),
        (["--length", "9", "--tokens"], "--tokens needs --out"),
        (["--length", "9", "--out", "run.csv"], "must end in .npz"),
        ([], "Missing option '--length'"),
    ],
)
def test_bad_usage_of_simulate_is_one_message(
    changed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SIMULATE, *changed]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
