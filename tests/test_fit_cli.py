"""ccmc fit: its JSON, its exit codes, reasons in words, and bad input by place."""

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checks import samples as reader
from checks.cli import run
from checks.cli.fit import LARGEST
from numeric.estimate import fit
from numeric.samples import Samples

ESTIMATED, NO_ESTIMATE, BAD_INPUT, NOT_CERTIFIED = 0, 1, 2, 3

CAPSYS = pytest.CaptureFixture[str]
Sample = tuple[list[Any], Any]

GOOD: list[Sample] = [
    (X, y) for X in ([0, 1, 2], [2, 1, 0], [0, 2, 1]) for y in X for _ in range(2)
]
MISSING: list[Sample] = [([1, 2, 7, 3], 1), ([1, 2, 7, 3], 2), ([1, 2, 7, 3], 3)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(samples: list[Sample], name: str = "d.jsonl") -> str:
    lines = (json.dumps({"prompt": X, "next": y}) + "\n" for X, y in samples)
    Path(name).write_text("".join(lines))
    return name


def answer(capsys: CAPSYS, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["fit", *arguments, "--json"])
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, data


def refused(capsys: CAPSYS, *arguments: str) -> str:
    """The one message on bad input or usage; nothing else is printed."""
    assert run(["fit", *arguments]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    message = err.partition("Error: ")[2]
    assert message.count("\n") == 1
    return message.strip()


@pytest.mark.parametrize("cross", [False, True])
def test_the_json_is_the_estimate(cross: bool, capsys: CAPSYS) -> None:
    rng, data = np.random.default_rng(0), []
    for _ in range(300):
        X = rng.integers(0, 4, rng.integers(2, 6)).tolist()
        data.append((X, int(rng.choice(X[:-1]))))
    code, found = answer(capsys, write(data), "--vocab", "4", *["--cross-attention"] * cross)
    rows = list(fit(Samples.of(data, 4, cross_attention=cross)))
    assert code == ESTIMATED
    assert found["estimate"] == "maximum likelihood"
    assert found["ridge"] is None
    assert (found["vocab"], found["observations"]) == (4, 300)
    assert found["attention"] == ("cross" if cross else "self")
    assert found["certified"]
    assert 0 < found["error_bound"] < 1e-9
    assert found["log_likelihood"] == pytest.approx(sum(r.log_likelihood or 0 for r in rows))
    for k, row in enumerate(rows):
        [law] = row.laws
        assert law.details is not None
        assert found["transition"][k] == law.law.tolist()
        assert found["standard_errors"][k] == law.details.standard_errors.tolist()
        assert found["rows"][k] == {
            "query": k,
            "observations": row.n,
            "exists": True,
            "identified": True,
            "reason": None,
            "log_likelihood": row.log_likelihood,
            "error_bound": law.details.error_bound,
        }


def test_people_see_p_with_standard_errors(capsys: CAPSYS) -> None:
    assert run(["fit", write(GOOD), "--vocab", "3"]) == ESTIMATED
    out, err = capsys.readouterr()
    assert err == ""
    assert "18 observations, 3 tokens, self-attention; ids 0 to 2" in out
    assert "Every row of P has one maximum-likelihood estimate." in out
    assert out.count("0.333 ± 0.192") == 9
    assert "Each log-probability is within" in out
    assert f"Log-likelihood {18 * np.log(1 / 3):.6g}" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_many_tokens_are_summarised(capsys: CAPSYS) -> None:
    data = [([*range(30), k], y) for k in range(30) for y in range(30)]
    assert run(["fit", write(data), "--vocab", "30"]) == ESTIMATED
    out = capsys.readouterr().out
    assert "0: 0.0" in out
    assert "likeliest next tokens" in out
    assert "and 10 more rows" in out


def test_the_reason_is_said_in_words_and_the_row_is_null(capsys: CAPSYS) -> None:
    code, data = answer(capsys, write(MISSING), "--vocab", "8")
    assert code == NO_ESTIMATE
    said = "token 7 was never sampled after 3 in the presence of 1, 2, 3"
    row = data["rows"][3]
    assert row["reason"] == said
    assert (row["exists"], row["identified"], row["log_likelihood"]) == (False, False, None)
    assert data["log_likelihood"] is None
    assert data["transition"] == [None] * 8
    assert data["standard_errors"] == [None] * 8
    assert data["rows"][0]["reason"] == "no prompt ends in 0: the row is free"
    assert data["rows"][0]["exists"]
    assert run(["fit", "d.jsonl", "--vocab", "8"]) == NO_ESTIMATE
    out = capsys.readouterr().out
    assert "1 of 8 rows of P have no maximum-likelihood estimate, 7 more than one." in out
    assert "token 7 was never sampled" in out


def test_where_tokens_never_meet_each_group_has_its_law(capsys: CAPSYS) -> None:
    data: list[Sample] = [([0, 1, 4], 0), ([0, 1, 4], 1), ([2, 3, 4], 2), *[([2, 3, 4], 3)] * 3]
    code, found = answer(capsys, write(data), "--cross-attention")
    row = found["rows"][4]
    assert code == NO_ESTIMATE
    assert (row["exists"], row["identified"]) == (True, False)
    assert "fall into 3 groups that never meet" in row["reason"]
    first, second = row["components"]
    assert (first["tokens"], second["tokens"]) == ([0, 1], [2, 3])
    assert first["law"] == pytest.approx([0.5, 0.5])
    assert second["law"] == pytest.approx([0.25, 0.75])
    assert second["standard_errors"] == pytest.approx([(3 / 16 / 4) ** 0.5] * 2)
    assert found["transition"][4] is None
    assert found["log_likelihood"] == pytest.approx(2 * np.log(1 / 2) + np.log(27 / 256))


def test_a_ridge_estimates_every_row_and_says_what_it_is(capsys: CAPSYS) -> None:
    code, data = answer(capsys, write(MISSING), "--vocab", "8", "--ridge", "0.5")
    assert code == ESTIMATED
    assert data["estimate"] == "penalised (ridge)"
    assert data["ridge"] == 0.5
    assert not data["rows"][3]["exists"]
    P = np.array(data["transition"])
    assert P.sum(axis=1) == pytest.approx(np.ones(8))
    assert P[0] == pytest.approx(np.full(8, 1 / 8))
    assert P[3, 7] == P[3].min() > 0
    assert run(["fit", "d.jsonl", "--vocab", "8", "--ridge", "0.5"]) == ESTIMATED
    out = capsys.readouterr().out
    assert "Penalised estimate with ridge 0.5: not maximum likelihood." in out


@pytest.mark.parametrize("ridge", ["1e-100", "1e100"])
def test_the_extreme_ridges_overflow_nowhere(ridge: str, capsys: CAPSYS) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, _ = answer(capsys, write(MISSING), "--vocab", "8", "--ridge", ridge)
    assert code in (ESTIMATED, NOT_CERTIFIED)


def test_strings_have_names_in_the_reason(capsys: CAPSYS) -> None:
    data: list[Sample] = [(["the", "猫", "sat"], "猫"), (["the", "sat"], "sat")]
    code, found = answer(capsys, write(data))
    assert code == NO_ESTIMATE
    assert found["vocabulary"] == ["the", "猫", "sat"]
    said = 'token "the" was never sampled after "sat" in the presence of "猫", "sat"'
    assert found["rows"][2]["reason"] == said


def test_without_vocab_k_is_said(capsys: CAPSYS) -> None:
    assert run(["fit", write(GOOD), "--json"]) == ESTIMATED
    assert capsys.readouterr().err == "d.jsonl: K = 3, the largest id + 1; --vocab sets it\n"
    assert run(["fit", write([(["a"], "a")])]) == ESTIMATED
    assert "K = 1, the number of strings" in capsys.readouterr().err


def test_a_file_of_one_token_has_the_row_1(capsys: CAPSYS) -> None:
    code, data = answer(capsys, write([([0], 0), ([0, 0], 0)]))
    assert (code, data["transition"], data["standard_errors"]) == (ESTIMATED, [[1.0]], [[0.0]])


def test_out_holds_what_json_prints(capsys: CAPSYS) -> None:
    assert run(["fit", write(GOOD), "--vocab", "3", "--out", "e.json"]) == ESTIMATED
    assert "Estimate: e.json" in capsys.readouterr().err
    _, data = answer(capsys, "d.jsonl", "--vocab", "3")
    assert json.loads(Path("e.json").read_text()) == data


def test_a_transition_of_fit_is_one_for_convert(capsys: CAPSYS) -> None:
    assert run(["fit", write(GOOD), "--vocab", "3", "--out", "e.json"]) == ESTIMATED
    capsys.readouterr()
    assert run(["convert", "--transition", "e.json", "--json"]) == 0
    assert "weights" in json.loads(capsys.readouterr().out)


def test_3_when_an_error_bound_was_not_reached(
    capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numeric.optimum.CERTIFIED", 0.0)
    code, data = answer(capsys, write(GOOD))
    assert code == NOT_CERTIFIED
    assert not data["certified"]
    assert data["error_bound"] is None
    assert data["rows"][0]["error_bound"] is None
    assert run(["fit", "d.jsonl"]) == NOT_CERTIFIED
    assert "Not certified: a row's error bound was not reached." in capsys.readouterr().out


@pytest.mark.parametrize("cross", [False, True])
def test_the_size_of_a_block_does_not_matter(
    cross: bool, capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    rows = [rng.integers(0, 3, 3).tolist() for _ in range(400)]
    name, mode = write([(X, X[0]) for X in rows]), ["--cross-attention"] * cross
    expected = answer(capsys, name, *mode)
    monkeypatch.setattr(reader, "BLOCK", 7)
    assert answer(capsys, name, *mode) == expected


OBJECT = 'expected an object {"prompt": [...], "next": token}'
LINES: list[tuple[str, str]] = [
    ("[0, 1]\n", f"line 1: [0, 1]; {OBJECT}"),
    ("3\n", f"line 1: 3; {OBJECT}"),
    ('{"prompt": [0]\n', "line 1: Expecting ',' delimiter at column 15"),
    ('{"prompt": [0], "prompt": [1], "next": 1}\n', 'line 1: the key "prompt" stands twice'),
    ("\n", f"line 1: a blank line; {OBJECT}"),
    ("", "the file is empty; expected prompts"),
    ('{"prompt": [0]}\n', "line 1: the keys are ['prompt']; expected the key \"next\""),
    ('{"next": 0}\n', "line 1: the keys are ['next']; expected the key \"prompt\""),
    ('{"prompt": 0, "next": 0}\n', "line 1, prompt: 0; expected a list of tokens"),
    ('{"prompt": [], "next": 0}\n', "line 1, prompt: []; expected at least one token"),
    ('{"prompt": [0, 5], "next": 0}\n', "line 1, prompt: token 1 is 5; expected an id from 0 to 4"),
    ('{"prompt": [0, 1.5], "next": 0}\n', "line 1, prompt: token 1 is 1.5; expected an id"),
    ('{"prompt": [0], "next": 1}\n', "line 1: next is 1; expected one of the tokens of the prompt"),
    (
        '{"prompt": [1], "next": true}\n',
        "line 1: next is true; expected an id, that is an integer, as in",
    ),
    (
        '{"prompt": [1], "next": 1.0}\n',
        "line 1: next is 1.0; expected an id, that is an integer, as in",
    ),
    ('{"prompt": [1], "next": null}\n', "line 1: next is null; expected an id, that is an integer"),
    (
        '{"prompt": [1], "next": [1]}\n',
        "line 1: next is [1]; expected an id, that is an integer, as in",
    ),
    ('{"prompt": ["a"], "next": 0}\n', "line 1: next is 0; expected a string, as in the prompt"),
    ('{"prompt": ["a"], "next": false}\n', "line 1: next is false; expected a string"),
    ('{"prompt": ["a"], "next": "b"}\n', "line 1: next is 'b'; expected one of the tokens"),
]


@pytest.mark.parametrize("first", ["", '{"prompt": [0, 1], "next": 1}\n'])
@pytest.mark.parametrize(("text", "said"), LINES)
def test_a_bad_line_is_one_message_with_its_place(
    text: str, said: str, first: str, capsys: CAPSYS
) -> None:
    if first and ('"a"' in text or not text):
        first = ""
    Path("d.jsonl").write_text(first + text)
    message = refused(capsys, "d.jsonl", "--vocab", "5")
    expected = said.replace("line 1", "line 2") if first else said
    assert message.startswith(f"d.jsonl: {expected}"), message
    assert "expected" in message
    assert len(message) < 250


def test_in_cross_attention_next_must_be_a_key(capsys: CAPSYS) -> None:
    name = write([([0, 1], 1)])
    message = refused(capsys, name, "--cross-attention")
    assert message == (
        "d.jsonl: line 1: next is 1; expected one of the keys of the prompt (its last token is "
        "none): others have probability 0"
    )
    message = refused(capsys, write([([0], 0)]), "--cross-attention")
    assert message == "d.jsonl: line 1, prompt: [0]; expected at least one key, then the query"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.jsonl"], "none.jsonl: No such file or directory"),
        (["d.npy"], "d.npy: expected JSON lines, an object"),
        (["d.jsonl", "--vocab", "0"], "0 is not in the range"),
        (["d.jsonl", "--vocab", str(LARGEST + 1)], f"{LARGEST + 1} is not in the range"),
        (["d.jsonl", "--ridge", "0"], "--ridge 0.0: expected a number from 1e-100 to 1e+100"),
        (["d.jsonl", "--ridge", "-1"], "--ridge -1.0: expected a number from 1e-100 to 1e+100"),
        (["d.jsonl", "--ridge", "nan"], "--ridge nan: expected a number from 1e-100 to 1e+100"),
        (["d.jsonl", "--ridge", "1e101"], "--ridge 1e+101: expected a number from"),
        (["d.jsonl", "--ridge", "1e-101"], "--ridge 1e-101: expected a number from"),
        (["d.jsonl", "--ridge", "x"], "'x' is not a valid float"),
        (["d.jsonl", "--out", "no/e.json"], "the folder no does not exist"),
        (["d.jsonl", "--out", ""], "the path is empty"),
        (["large.jsonl"], f"expected an id from 0 to {LARGEST - 1} (the largest vocabulary)"),
        ([""], "the path is empty"),
    ],
)
def test_bad_usage_is_one_message(arguments: list[str], said: str, capsys: CAPSYS) -> None:
    write(GOOD)
    write(GOOD, "d.npy")
    write([([LARGEST], LARGEST)], "large.jsonl")
    assert run(["fit", *arguments]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert said in " ".join(err.split())


def test_a_progress_bar_on_a_terminal_goes_to_standard_error(
    capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run(["fit", write(GOOD), "--vocab", "3", "--json"]) == ESTIMATED
    out, err = capsys.readouterr()
    assert json.loads(out)["observations"] == 18
    assert "reading d.jsonl" in err
    assert "fitting" in err


def test_memory_is_that_of_the_numbers_not_of_the_text(tmp_path: Path) -> None:
    line = json.dumps({"prompt": list(range(100, 116)), "next": 107}) + "\n"
    Path("d.jsonl").write_text(line * 100_000)  # 8 MB of text
    program = (
        "import pathlib, resource\n"
        "from checks.cli import run\n"
        "code = run(['fit', 'd.jsonl', '--vocab', '120', '--out', 'e.json'])\n"
        "status = pathlib.Path('/proc/self/status')  # the peak since this program began\n"
        "if status.exists():\n"
        "    peak = status.read_text().partition('VmHWM:')[2].split()[0]\n"
        "else:\n"
        "    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(code, peak)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    code, peak = done.stdout.splitlines()[-1].split()
    assert int(code) == NO_ESTIMATE
    assert int(peak) * (1 if sys.platform == "darwin" else 1024) < 400 * 2**20
