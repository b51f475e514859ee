"""ccmc identify: three file formats with one answer, suggestions that work, bad input by place."""

import json
import sys
import xml.etree.ElementTree as ET
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checks import graph_figure, prompts
from checks.cli import run
from checks.graph_figure import graph_svg
from numeric.graphs import components, cooccurrences

PROMPTS = [[0, 1, 2], [1, 0, 0], [3, 1, 1], [2, 1, 2], [1, 2, 3]]
NOT_IDENTIFIABLE, BAD_INPUT = 1, 2

VERB = import_module("checks.cli.identify")  # the package has the command under this name

CAPSYS = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(rows: list[Any], name: str = "p.jsonl") -> str:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def answer(capsys: CAPSYS, *arguments: str) -> dict[str, Any]:
    """What --json prints; the exit code agrees with it."""
    code = run(["identify", *arguments, "--json"])
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == (0 if data["identifiable"] else NOT_IDENTIFIABLE)
    return data


def refused(capsys: CAPSYS, *arguments: str) -> str:
    """The one message on bad input or usage; nothing else is printed."""
    assert run(["identify", *arguments]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    message = err.partition("Error: ")[2]
    assert message.count("\n") == 1
    return message.strip()


@pytest.mark.parametrize("cross", [False, True])
def test_the_answer_is_that_of_the_definition(cross: bool, capsys: CAPSYS) -> None:
    data = answer(capsys, write(PROMPTS), *["--cross-attention"] * cross)
    expected = [
        components(4, cooccurrences(PROMPTS, k, 4, cross_attention=cross)) for k in range(4)
    ]
    assert data["vocab"] == 4
    assert data["prompts"] == 5
    assert "vocabulary" not in data
    for k, (row, groups) in enumerate(zip(data["rows"], expected, strict=True)):
        assert row == {
            "query": k,
            "n_components": len(groups),
            "identified": len(groups) == 1,
            "components": [list(group) for group in groups],
        }


def test_three_formats_give_one_answer(capsys: CAPSYS) -> None:
    np.save("p.npy", np.array(PROMPTS, dtype=np.uint8))
    np.save("f.npy", np.asfortranarray(np.array(PROMPTS, dtype=">i8")))
    pq.write_table(pa.table({"prompt": PROMPTS}), "p.parquet")
    pq.write_table(pa.table({"tokens": pa.array(PROMPTS, pa.list_(pa.int16(), 3))}), "f.parquet")
    both = {"prompt": pa.array(PROMPTS, pa.large_list(pa.uint64())), "other": PROMPTS}
    pq.write_table(pa.table(both), "two.PARQUET")
    expected = answer(capsys, write(PROMPTS))
    for name in ("p.npy", "f.npy", "p.parquet", "f.parquet", "two.PARQUET"):
        assert answer(capsys, name) == expected, name


@pytest.mark.parametrize("cross", [False, True])
def test_the_size_of_a_block_does_not_matter(
    cross: bool, capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.random.default_rng(0).integers(0, 30, (2500, 4))
    np.save("p.npy", rows)
    pq.write_table(pa.table({"prompt": rows.tolist()}), "p.parquet")
    name, mode = write(rows.tolist()), ["--cross-attention"] * cross
    expected = answer(capsys, name, *mode)
    monkeypatch.setattr(prompts, "BLOCK", 7)
    for same in (name, "p.npy", "p.parquet"):
        assert answer(capsys, same, *mode) == expected


def test_strings_get_ids_in_the_order_of_the_file_and_a_vocabulary(capsys: CAPSYS) -> None:
    words = ["the", "猫", "sat", ""]
    named = [[words[x] for x in prompt] for prompt in PROMPTS]
    data = answer(capsys, write(named))
    assert data.pop("vocabulary") == words
    assert data == answer(capsys, write(PROMPTS, "ids.jsonl"))
    pq.write_table(pa.table({"prompt": named}), "p.parquet")
    column = pa.array(named)
    coded = pa.ListArray.from_arrays(column.offsets, column.values.dictionary_encode())
    pq.write_table(pa.table({"prompt": coded}), "d.parquet")
    for name in ("p.parquet", "d.parquet"):
        assert answer(capsys, name)["vocabulary"] == words
    assert answer(capsys, "p.jsonl", "--vocab", "6")["vocab"] == 6
    assert run(["identify", "p.jsonl", "--vocab", "6"]) == NOT_IDENTIFIABLE
    assert '["the", "猫", "sat", "", <5>, <4>]' in capsys.readouterr().out


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("limit", [[], ["--max-prompt-length", "3"]])
@pytest.mark.parametrize("names", ["abcdefgh", ""])
def test_with_the_prompts_suggested_the_file_is_identifiable(
    cross: bool, limit: list[str], names: str, capsys: CAPSYS
) -> None:
    prompts = [[0, 1, 7], [1, 2, 3, 1], [4, 5, 6, 4]]
    shown: list[Any] = [[names[x] for x in X] for X in prompts] if names else prompts
    options = [write(shown), *["--cross-attention"] * cross, *limit]
    data = answer(capsys, *options)
    assert not data["identifiable"]
    assert data["suggested_prompts_left_out"] == 0
    add = data["suggested_prompts"]
    assert all(len(X) <= 3 for X in add) or not limit
    words = data.get("vocabulary")
    write(shown + ([[words[x] for x in X] for X in add] if words else add))
    data = answer(capsys, *options)
    assert data["identifiable"]
    assert data["suggested_prompts"] == []
    assert run(["identify", *options]) == 0
    assert "the prompts determine every row" in capsys.readouterr().out


def test_without_vocab_k_is_the_largest_id_plus_one_and_that_is_said(capsys: CAPSYS) -> None:
    assert run(["identify", write([[4, 1]])]) == NOT_IDENTIFIABLE
    assert capsys.readouterr().err == "p.jsonl: K = 5, the largest id + 1; --vocab sets it\n"
    assert run(["identify", write([["a", "b"]]), "--json"]) == NOT_IDENTIFIABLE
    assert "K = 2, the number of strings" in capsys.readouterr().err
    assert run(["identify", write([[4, 1]]), "--vocab", "5"]) == NOT_IDENTIFIABLE
    assert capsys.readouterr().err == ""


def test_one_token_is_identifiable(capsys: CAPSYS) -> None:
    assert answer(capsys, write([[0]]))["identifiable"]
    assert answer(capsys, write([["a", "a"]]), "--cross-attention")["identifiable"]


def test_large_vocabularies_are_summarised(capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "components" in answer(capsys, write([[1, 0]]), "--vocab", "1000")["rows"][0]
    data = answer(capsys, write([[1, 0]]), "--vocab", "1001")
    assert data["rows"][0] == {"query": 0, "n_components": 1000, "identified": False}
    assert len(data["suggested_prompts"]) + data["suggested_prompts_left_out"] == 1001
    assert sum(map(len, data["suggested_prompts"])) <= VERB.SUGGESTED
    monkeypatch.setattr(VERB, "SUGGESTED", 3500)
    data = answer(capsys, write([[1, 0]]), "--vocab", "1001")
    assert len(data["suggested_prompts"]) == 3
    assert data["suggested_prompts_left_out"] == 998
    assert run(["identify", write([[1, 0]]), "--vocab", "70000"]) == NOT_IDENTIFIABLE
    out = capsys.readouterr().out
    assert "Not identifiable: 70,000 of 70,000 rows" in out
    assert "and 69,980 more rows" in out
    assert max(map(len, out.splitlines())) < 200


def test_a_summary_shows_the_rows_that_are_missing(capsys: CAPSYS) -> None:
    write([[0, 1, 2], [1, 0, 0], [2, 1, 0], *([x, 3] for x in (1, 4, 5, 6, 7, 8, 9, 10))])
    assert run(["identify", "p.jsonl", "--max-prompt-length", "5"]) == NOT_IDENTIFIABLE
    out = capsys.readouterr().out
    assert "11 prompts, 11 tokens, self-attention; ids 0 to 10" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["0", "9", "{0,", "1,", "2}"] in lines
    assert ["3", "3", "9", "tokens"] in lines
    assert ["1", "11", "none"] in lines
    assert ["[0,", "2,", "3]"] in lines
    assert "\x1b" not in out


LINES: list[tuple[str, str]] = [
    ("[0, 1]\n[0, 5]\n", "line 2: token 1 is 5; expected an id from 0 to 4"),
    ("[0, 1]\n[-1, 0]\n", "line 2: token 0 is -1; expected an id from 0 to 4"),
    (f"[0, {10**30}]\n", f"line 1: token 1 is {10**30}; expected an id from 0 to 4"),
    ('[0, 1]\n[0, "a"]\n', 'line 2: token 1 is "a"; expected an id, that is an integer, as in'),
    ('[0, "a"]\n', 'line 1: token 1 is "a"; expected an id, that is an integer'),
    ('["a", "\\ud800"]\n', 'line 1: token 1 is "\\ud800"; expected text'),
    ('["a", 0]\n', "line 1: token 1 is 0; expected a string"),
    ('["a"]\n[0]\n', "line 2: token 0 is 0; expected a string, as in line 1"),
    ("[0, true]\n", "line 1: token 1 is true; expected an id"),
    ("[0, 1.0]\n", "line 1: token 1 is 1.0; expected an id"),
    ("[0, NaN]\n", "line 1: token 1 is NaN; expected an id"),
    ("[0, null]\n", "line 1: token 1 is null; expected an id"),
    ("[0, [1]]\n", "line 1: token 1 is [1]; expected an id"),
    ("[0, 1]\n\n[1, 0]\n", "line 2: a blank line; expected a list of tokens"),
    ("[0, 1]\n \n", "line 2: a blank line; expected a list of tokens"),
    ("\n", "line 1: a blank line; expected a list of tokens"),
    ("[0, 1]\n[]\n", "line 2: []; expected at least one token"),
    ('{"prompt": [0]}\n', "line 1: {'prompt': [0]}; expected a list of tokens"),
    ("3\n", "line 1: 3; expected a list of tokens"),
    ("[0, 1]\n[0, 1\n", "line 2: Expecting ',' delimiter at column 6; expected a list"),
    ('["a\n', "line 1: Unterminated string starting at column 2; expected a list"),
    ("[0, 1] [2]\n", "line 1: Extra data at column 8; expected a list of tokens as JSON"),
    ("", "the file is empty; expected prompts"),
    ("[" * 100_000, "line 1: lists within lists without end"),
    ("[" + "9" * 5000 + "]", "line 1: "),
    ('["a", "b", "c", "d", "e"]\n["f"]', 'line 2: token 0 is "f", another one than'),
]


@pytest.mark.parametrize(("text", "said"), LINES)
def test_a_bad_line_is_one_message_with_its_place(text: str, said: str, capsys: CAPSYS) -> None:
    Path("p.jsonl").write_text(text)
    message = refused(capsys, "p.jsonl", "--vocab", "5")
    assert message.startswith(f"p.jsonl: {said}"), message
    assert "expected" in message
    assert len(message) < 200


def test_text_that_is_not_utf_8_is_one_message_with_its_line(capsys: CAPSYS) -> None:
    Path("p.jsonl").write_bytes('["é"]\n'.encode() + '["é"]\n'.encode("latin-1"))
    assert refused(capsys, "p.jsonl") == (
        "p.jsonl: line 2: byte 2 is not UTF-8; expected a list of tokens as JSON"
    )


def test_a_byte_order_mark_and_windows_line_ends_are_read(capsys: CAPSYS) -> None:
    Path("p.jsonl").write_bytes(b"\xef\xbb\xbf[0, 1]\r\n[1, 0]")
    assert answer(capsys, "p.jsonl")["identifiable"]


def test_an_empty_path_is_refused(capsys: CAPSYS) -> None:
    assert "the path is empty" in refused(capsys, "")
    assert "the path is empty" in refused(capsys, write([[0]]), "--plot", "", "--token", "0")


def test_two_parquet_columns_with_the_name_prompt_are_refused(capsys: CAPSYS) -> None:
    columns = [pa.array([[0]]), pa.array([[1]])]
    pq.write_table(pa.Table.from_arrays(columns, names=["prompt", "prompt"]), "p.parquet")
    assert "expected one column of lists" in refused(capsys, "p.parquet")


def test_an_id_beyond_the_largest_vocabulary_is_refused(capsys: CAPSYS) -> None:
    message = refused(capsys, write([[0, 2_000_000]]))
    assert "token 1 is 2000000; expected an id from 0 to 999999" in message


def test_in_cross_attention_a_prompt_needs_a_key(capsys: CAPSYS) -> None:
    expected = "expected at least one key, then the query"
    cross = "--cross-attention"
    assert refused(capsys, write([[0, 1], [1]]), cross) == f"p.jsonl: line 2: [1]; {expected}"
    np.save("p.npy", np.zeros((3, 1), dtype=int))
    assert refused(capsys, "p.npy", cross) == f"p.npy: row 0: 1 tokens; {expected}"
    pq.write_table(pa.table({"prompt": [[0, 1], [1]]}), "p.parquet")
    assert refused(capsys, "p.parquet", cross) == f"p.parquet: row 1: [1]; {expected}"


ARRAYS: list[tuple[Any, str]] = [
    (np.zeros((3, 2)), "an array of float64 with shape (3, 2); expected n x L integers"),
    (np.zeros((3, 2), dtype=bool), "an array of bool with shape (3, 2); expected n x L integers"),
    (np.zeros(3, dtype=int), "an array of int64 with shape (3,); expected n x L integers"),
    (np.array([["a"]]), "an array of <U1 with shape (1, 1); expected n x L integers"),
    (np.array([[{}]]), "not a whole .npy file of integers: "),
    (np.array([[0, 1], [0, 5]]), "row 1: token 1 is 5; expected an id from 0 to 4"),
    (np.array([[0, 1], [-1, 0]]), "row 1: token 0 is -1; expected an id from 0 to 4"),
    (np.array([[0, 2**64 - 1]], dtype=np.uint64), "row 0: token 1 is 18446744073709551615;"),
    (np.zeros((0, 2), dtype=int), "there is no row; expected prompts"),
    (np.zeros((2, 0), dtype=int), "row 0: 0 tokens; expected at least one token"),
]


@pytest.mark.parametrize(("array", "said"), ARRAYS)
def test_a_bad_array_is_one_message_with_its_place(array: Any, said: str, capsys: CAPSYS) -> None:
    np.save("p.npy", array)
    assert refused(capsys, "p.npy", "--vocab", "5").startswith(f"p.npy: {said}")


COLUMNS: list[tuple[dict[str, Any], str]] = [
    ({"prompt": [[0, 1], [0, 5]]}, "row 1: token 1 is 5; expected an id from 0 to 4"),
    ({"prompt": [[0, 1], [-1]]}, "row 1: token 0 is -1; expected an id from 0 to 4"),
    ({"prompt": [[0, 1], []]}, "row 1: []; expected at least one token"),
    ({"prompt": [[0, 1], None]}, "row 1: None; expected a list of tokens"),
    ({"prompt": [[0, 1], [0, None]]}, "row 1: token 1 is null; expected an id"),
    ({"prompt": [[0.0, 1.0]]}, "row 0: token 0 is 0.0; expected an id"),
    ({"prompt": [[True]]}, "row 0: token 0 is true; expected an id"),
    ({"prompt": [[b"a"]]}, "row 0: token 0 is \"b'a'\"; expected an id"),
    ({"prompt": [0, 1]}, "the columns are prompt: int64; expected one column of lists"),
    ({"a": [[0]], "b": [[0]]}, "the columns are a: list<element: int64>, b: list"),
    ({"prompt": pa.array([], pa.list_(pa.int64()))}, "there is no row; expected prompts"),
]


@pytest.mark.parametrize(("columns", "said"), COLUMNS)
def test_a_bad_parquet_file_is_one_message_with_its_place(
    columns: dict[str, Any], said: str, capsys: CAPSYS
) -> None:
    pq.write_table(pa.table(columns), "p.parquet")
    assert refused(capsys, "p.parquet", "--vocab", "5").startswith(f"p.parquet: {said}")


def test_a_bad_row_far_into_a_file_is_found_and_named(capsys: CAPSYS) -> None:
    rows = np.zeros((50_000, 4), dtype=int)
    rows[43_210, 2] = 5
    np.save("p.npy", rows)
    pq.write_table(pa.table({"prompt": rows.tolist()}), "p.parquet")
    said = "token 2 is 5; expected an id from 0 to 4"
    for name, place in ((write(rows.tolist()), "line 43211"), ("p.npy", "row 43210")):
        assert refused(capsys, name, "--vocab", "5") == f"{name}: {place}: {said}"
    assert refused(capsys, "p.parquet", "--vocab", "5") == f"p.parquet: row 43210: {said}"
    texts = pa.array([["a"]] * 5000 + [None])
    pq.write_table(pa.table({"prompt": texts}), "p.parquet")
    assert refused(capsys, "p.parquet").startswith("p.parquet: row 5000: None")


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("name", ["p.parquet", "p.npy"])
def test_a_truncated_file_is_one_message(name: str, kept: float, capsys: CAPSYS) -> None:
    rows = np.random.default_rng(0).integers(0, 100, (1000, 4))
    np.save("p.npy", rows)
    pq.write_table(pa.table({"prompt": rows.tolist()}), "p.parquet")
    whole = Path(name).read_bytes()
    Path(name).write_bytes(whole[: int(kept * len(whole))])
    said = "not a whole" if kept else "the file is empty; expected prompts"
    assert refused(capsys, name).startswith(f"{name}: {said}")


def test_damage_inside_a_parquet_file_is_one_message(capsys: CAPSYS) -> None:
    pq.write_table(pa.table({"prompt": [[x, x + 1] for x in range(9999)]}), "p.parquet")
    data = bytearray(Path("p.parquet").read_bytes())
    data[4:200] = b"\xff" * 196
    Path("p.parquet").write_bytes(bytes(data))
    assert refused(capsys, "p.parquet").startswith("p.parquet: not a whole Parquet file: ")


def test_without_pyarrow_parquet_is_refused_with_what_to_do(
    capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"prompt": PROMPTS}), "p.parquet")
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert "pip install 'ccmc[parquet]'" in refused(capsys, "p.parquet")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.jsonl"], "none.jsonl: No such file or directory"),
        (["none.npy"], "none.npy: No such file or directory"),
        (["none.parquet"], "none.parquet: "),
        (["p.jsonl", "--vocab", "0"], "--vocab 0: expected a number from 1 to 1000000"),
        (["p.jsonl", "--vocab", "2000000"], "--vocab 2000000: expected a number from 1 to"),
        (["p.jsonl", "--max-prompt-length", "1"], "--max-prompt-length 1: expected at least 2"),
        (
            ["p.jsonl", "--cross-attention", "--max-prompt-length", "2"],
            "--max-prompt-length 2: expected at least 3, the query and two keys",
        ),
        (["p.jsonl", "--plot", "g.svg"], "--plot FILE.svg and --token T go together"),
        (["p.jsonl", "--token", "0"], "--plot FILE.svg and --token T go together"),
        (["p.jsonl", "--plot", "g.png", "--token", "0"], "must end in .svg"),
        (["p.jsonl", "--plot", "no/g.svg", "--token", "0"], "the folder no does not exist"),
        (["p.jsonl", "--plot", "g.svg", "--token", "4"], "--token 4: expected an id from 0 to 3"),
        (["p.jsonl", "--plot", "g.svg", "--token", "a"], "--token a: expected an id from 0 to 3"),
        (["s.jsonl", "--plot", "g.svg", "--token", "0"], "--token 0: expected a string in the"),
        (["big.jsonl", "--plot", "g.svg", "--token", "0"], "more than 200 tokens"),
    ],
)
def test_bad_usage_is_one_message(arguments: list[str], said: str, capsys: CAPSYS) -> None:
    write(PROMPTS)
    write([["a", "b"]], "s.jsonl")
    write([[*range(250), 0]], "big.jsonl")
    assert run(["identify", *arguments]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert not Path("g.svg").exists()


def labels(path: str) -> list[str]:
    texts = ET.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in texts]


def test_a_plot_names_the_tokens_and_is_the_same_each_time(capsys: CAPSYS) -> None:
    name = write([["a", "b<&$x$"], ["c", "b<&$x$"], ["d", "a"]])
    for file in ("one.svg", "two.svg"):
        code = run(["identify", name, "--plot", file, "--token", "b<&$x$"])
        assert code == NOT_IDENTIFIABLE
    assert Path("one.svg").read_bytes() == Path("two.svg").read_bytes()
    title = "Prompts that end in b<&$x$: 2 components"
    assert sorted(labels("one.svg")) == sorted([title, "a", "b<&$x$", "c", "d"])


def test_a_plot_in_cross_attention_does_not_take_the_query_for_a_key(capsys: CAPSYS) -> None:
    name = write([[1, 2, 0], [3, 0]])
    options = ["--plot", "g.svg", "--token", "0"]
    assert run(["identify", name, *options]) == NOT_IDENTIFIABLE
    assert "Prompts that end in 0: 1 component" in labels("g.svg")
    assert run(["identify", name, *options, "--cross-attention"]) == NOT_IDENTIFIABLE
    assert "Prompts that end in 0: 3 components" in labels("g.svg")


def test_a_plot_leaves_out_tokens_alone_when_there_are_too_many(capsys: CAPSYS) -> None:
    name = write([[5, 7, 2], [4, 2]])
    options = ["--vocab", "900", "--plot", "g.svg", "--token", "2"]
    assert run(["identify", name, *options]) == NOT_IDENTIFIABLE
    title = ["Prompts that end in 2: 897 components", "(896 tokens alone are not drawn)"]
    assert sorted(labels("g.svg")) == sorted([*title, "2", "4", "5", "7"])


def test_names_that_cannot_be_printed_are_drawn_escaped() -> None:
    svg = graph_svg(0, [(0, 1)], range(3), 3, {0: "\x00", 1: "a\nb", 2: "\ud800"})
    assert set(svg.encode().decode().split()) >= {"<?xml"}
    Path("g.svg").write_text(svg)
    assert {"\\x00", "a\\nb", "\\ud800"} <= set(labels("g.svg"))


def test_as_many_tokens_as_may_be_drawn_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_figure, "MOST_DRAWN", 4)
    graph = graph_figure.TokenGraph(0)
    graph.add([0, 1, 2, 3])
    with pytest.raises(ValueError, match="more than 4 tokens"):
        graph.add([4])


def test_no_progress_bar_without_a_terminal(capsys: CAPSYS) -> None:
    assert run(["identify", write(PROMPTS), "--vocab", "4"]) == NOT_IDENTIFIABLE
    assert capsys.readouterr().err == ""


def test_a_progress_bar_on_a_terminal_goes_to_standard_error(
    capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run(["identify", write(PROMPTS), "--vocab", "4", "--json"]) == NOT_IDENTIFIABLE
    out, err = capsys.readouterr()
    assert json.loads(out)["prompts"] == 5
    assert "reading p.jsonl" in err
