"""Files: what is read exactly, what is refused and how, and writing whole or not at all."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numeric.exact import Log
from numeric.files import (
    BadInput,
    parse_prompt,
    read_embeddings,
    read_transition,
    read_weights,
    write_whole,
)

Reader = Callable[[Path], object]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[object], Path]:
    """Write text, bytes, an array or JSON, and return the path."""

    def write(content: object) -> Path:
        path = tmp_path / ("in.npy" if isinstance(content, np.ndarray) else "in.json")
        if isinstance(content, np.ndarray):
            np.save(path, content)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def message(read: Reader, path: Path) -> str:
    """The one line that refuses the file; it names the file."""
    with pytest.raises(BadInput) as caught:
        read(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


def test_strings_and_ints_are_exact(file: Any) -> None:
    T = read_transition(file([["3/10", "7/10"], ["1/3", "2/3"]]))
    assert ((fmpq(3, 10), fmpq(7, 10)), (fmpq(1, 3), fmpq(2, 3))) == T.P
    assert (T.exact, T.normalised) == (True, False)
    assert ((fmpq(1),),) == read_transition(file([[1]])).P


def test_one_float_makes_the_matrix_float(file: Any) -> None:
    T = read_transition(file([["1/2", "1/2"], [0.25, 0.75]]))
    assert T.P == ((0.5, 0.5), (0.25, 0.75))
    assert all(type(p) is float for row in T.P for p in row)
    assert (T.exact, T.normalised) == (False, False)


def test_floats_within_1e_9_are_normalised_and_that_is_said(file: Any) -> None:
    T = read_transition(file([[0.3 + 5e-10, 0.7], [0.5, 0.5]]))
    assert T.normalised
    assert sum(T.P[0]) == pytest.approx(1, abs=1e-15)
    assert T.P[1] == (0.5, 0.5)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_of_fractions_is_read_without_loss(file: Any, row: list[int]) -> None:
    texts = [str(Fraction(n, sum(row))) for n in row]
    assert read_transition(file([texts] * len(row))).P[0] == tuple(fmpq(n, sum(row)) for n in row)


def test_an_object_and_an_array_are_read_too(file: Any) -> None:
    assert read_transition(file({"transition": [["1"]], "note": "x"})).exact
    T = read_transition(file(np.array([[0.25, 0.75], [0.5, 0.5]])))
    assert T.P == ((0.25, 0.75), (0.5, 0.5))
    assert not T.exact
    assert read_transition(file(np.array([[1]]))).P == ((1.0,),)


def test_a_byte_order_mark_is_no_error(file: Any) -> None:
    assert read_transition(file(b"\xef\xbb\xbf[[1]]")).exact


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([[0.5, 0.5], [1.0, 0.0]], "row 1, column 1: 0.0; expected a probability above 0"),
        ([["1", "0"], ["1/2", "1/2"]], "row 0, column 1: 0; expected a probability above 0"),
        ([[1.5, -0.5], [0.5, 0.5]], "row 0, column 1: -0.5; expected a probability above 0"),
        ([["3/2", "-1/2"], ["1/2", "1/2"]], "row 0, column 1: -1/2; expected a probability"),
        ([[0.5, 0.4], [0.5, 0.5]], "row 0: the sum is 0.9; expected 1 within 1e-09"),
        ([[0.5, 0.5 + 2e-9], [0.5, 0.5]], "row 0: the sum is 1.0000000020000002; expected 1"),
        ([["1/2", "1/2"], ["1/3", "1/3"]], "row 1: the sum is 2/3; expected exactly 1"),
        ([["1/3", "333333333333/500000000000"], [0.5, 0.5]], "row 0: the sum is 1499999999999/15"),
        ([[2, 2], [1, 1]], "row 0: the sum is 4; expected exactly 1"),
        ([[0.5, 0.5], [1.0]], "row 1: 1 entries; expected 2 as in row 0"),
        ([[0.5, 0.5]], "1 rows of 2; expected as many rows as columns"),
        ([[0.5], [0.5]], "2 rows of 1; expected as many rows as columns"),
        ([[True]], 'row 0, column 0: True; expected a number or a string such as "3/10"'),
        ([[None]], "row 0, column 0: None; expected a number"),
        ([None, [1]], "row 0: None; expected a list of numbers"),
        ([[1], "x"], "row 1: 'x'; expected a list of numbers"),
        ([["0.5", "0.5"], [1, 1]], "row 0, column 0: '0.5'; expected a number or a string"),
        ([["log(2)"]], "row 0, column 0: 'log(2)'; expected a number"),
        ([["1/0"]], "row 0, column 0: '1/0'; expected a number"),
        ([[[1]]], "row 0, column 0: [1]; expected a number"),
        ([], "[]; expected transition as a list of rows"),
        ([[]], "row 0: []; expected a list of numbers"),
        (3, "3; expected transition as a list of rows"),
        ("null", "None; expected transition as a list of rows"),
        ({"matrix": [[1]]}, "an object with the keys ['matrix']; expected the key \"transition\""),
        ({"transition": None}, "None; expected transition as a list of rows"),
        ("[[NaN]]", "row 0, column 0: nan; expected a number"),
        ("[[Infinity]]", "row 0, column 0: inf; expected a number"),
        ("[[-Infinity]]", "row 0, column 0: -inf; expected a number"),
        ("[[1e999]]", "row 0, column 0: inf; expected a number"),
        ("[[1e-999]]", "row 0, column 0: 0.0; expected a probability above 0"),
        ("[[0.5, 0.5], [0.5,", "line 1, column 19 of the text: Expecting value; expected JSON"),
        ("[[1]\n[1]]", "line 2, column 1 of the text: Expecting ',' delimiter; expected JSON"),
        ("0.5 0.5", "line 1, column 5 of the text: Extra data; expected JSON"),
        ("", "the file is empty; expected a matrix"),
        (" \n", "the file is empty; expected a matrix"),
        (b"[[1]]\xff", "byte 5 is not UTF-8; expected JSON"),
        ('{"transition": [[1]], "transition": [[1]]}', "the key 'transition' stands twice"),
        ("[" * 100_000, "lists within lists without end; expected a matrix"),
        (f"[[{'9' * 5000}]]", "row 0, column 0: an integer of 5000 digits; expected at most"),
        (f"[[{10**400}, 0.5], [0.5, 0.5]]", "an exact number beside floats; expected one within"),
        (f'[["{"x" * 500}"]]', f"row 0, column 0: '{'x' * 56}...; expected a number"),
    ],
)
def test_what_is_no_transition_matrix_is_refused_with_its_place_and_value(
    file: Any, content: object, expected: str
) -> None:
    assert message(read_transition, file(content)).startswith(expected)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (
            np.array([[True]]),
            "an array of bool with shape (1, 1); expected two axes of real numbers",
        ),
        (np.array([[1 + 0j]]), "an array of complex128 with shape (1, 1); expected"),
        (np.array([["1"]]), "an array of <U1 with shape (1, 1); expected"),
        (np.array([1.0]), "an array of float64 with shape (1,); expected"),
        (np.ones((1, 1, 1)), "an array of float64 with shape (1, 1, 1); expected"),
        (np.ones((0, 0)), "[]; expected transition as a list of rows"),
        (np.array([[np.nan]]), "row 0, column 0: nan; expected a number"),
        (np.array([[0.5, 0.4], [0.5, 0.5]]), "row 0: the sum is 0.9; expected 1 within 1e-09"),
        (np.array([["1"]], dtype=object), "not a whole .npy file of numbers: Object arrays"),
        (np.array([[np.longdouble("1e4000")]]), "row 0, column 0: inf; expected a number"),
    ],
)
def test_what_is_no_array_of_probabilities_is_refused(file: Any, array: Any, expected: str) -> None:
    assert message(read_transition, file(array)).startswith(expected)


def test_a_truncated_or_foreign_array_file_is_refused(file: Any, tmp_path: Path) -> None:
    whole = file(np.ones((4, 4)) / 4).read_bytes()
    path = tmp_path / "cut.npy"
    for end in range(1, len(whole), 7):
        path.write_bytes(whole[:end])
        assert message(read_transition, path).startswith("not a whole .npy file of numbers")
    vast = whole.replace(b"(4, 4), }" + b" " * 36, b"(%d, 2), }" % 2**58 + b" " * 19)
    odd_key = whole.replace(b"'fortran_order'", b"b'ortran_order'")
    for foreign in (vast, odd_key, b"[[1]]", b"PK\x03\x04" + bytes(40)):
        path.write_bytes(foreign)
        assert message(read_transition, path).startswith("not a whole .npy file of numbers")


@given(st.integers(0, 127), st.integers(0, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_array_header_is_refused_or_read(file: Any, at: int, byte: int) -> None:
    path = file(np.ones((2, 2)) / 2)
    data = bytearray(path.read_bytes())
    data[at] = byte
    path.write_bytes(data)
    with suppress(BadInput):
        read_transition(path)


@pytest.mark.parametrize("read", [read_transition, read_embeddings, read_weights])
def test_missing_files_and_directories_are_refused(read: Reader, tmp_path: Path) -> None:
    assert message(read, tmp_path / "none.json") == "No such file or directory"
    assert message(read, tmp_path) == "Is a directory"


def test_embeddings_may_be_zero_negative_and_of_any_width(file: Any) -> None:
    E = read_embeddings(file([["-1/2", 0, 3]]))
    assert (E.E, E.exact) == (((fmpq(-1, 2), fmpq(0), fmpq(3)),), True)
    E = read_embeddings(file({"embeddings": [["1/2"], [-1.5]]}))
    assert (E.E, E.exact) == (((0.5,), (-1.5,)), False)
    assert read_embeddings(file(np.eye(2))).E == ((1.0, 0.0), (0.0, 1.0))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([[1, 2], [3]], "row 1: 1 entries; expected 2 as in row 0"),
        ("[[NaN]]", "row 0, column 0: nan; expected a number"),
        ([["log(2)"]], "row 0, column 0: 'log(2)'; expected a number"),
        ({"weights": [[1]]}, "an object with the keys ['weights']; expected the key"),
    ],
)
def test_what_is_no_table_of_embeddings_is_refused(
    file: Any, content: object, expected: str
) -> None:
    assert message(read_embeddings, file(content)).startswith(expected)


def test_weights_may_be_logarithms_and_bring_their_embeddings(file: Any) -> None:
    W = read_weights(file([["log(3/2)", 0], ["1/2", -1]]))
    assert ((Log.of(fmpq(3, 2)), fmpq(0)), (fmpq(1, 2), fmpq(-1))) == W.W
    assert (W.E, W.exact) == (None, True)
    W = read_weights(file({"weights": [["log(2)"]], "embeddings": [["1/2"], [0]]}))
    assert (W.E, W.exact) == (((fmpq(1, 2),), (fmpq(0),)), True)
    assert read_weights(file({"weights": [[1]], "embeddings": None})).E is None


def test_a_float_among_weights_or_embeddings_makes_both_float(file: Any) -> None:
    W = read_weights(file({"weights": [["log(2)"]], "embeddings": [[0.5]]}))
    assert (W.W, W.E, W.exact) == (((np.log(2),),), ((0.5,),), False)
    assert read_weights(file([[0.5]])).W == ((0.5,),)
    assert read_weights(file(np.array([[2]]))).W == ((2.0,),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([[1, 2]], "weights of 1 x 2; expected as many rows as columns"),
        ({"weights": [[1]], "embeddings": [[1, 0]]}, "embeddings of width 2; expected the width 1"),
        ({"weights": [[1]], "embeddings": [["x"]]}, "embeddings, row 0, column 0: 'x'; expected a"),
        ({"embeddings": [[1]]}, "an object with the keys ['embeddings']; expected the key"),
        (
            [["log(0)"]],
            "row 0, column 0: 'log(0)'; expected a number or a string such as \"3/10\" or",
        ),
        ("[[Infinity]]", "row 0, column 0: inf; expected"),
    ],
)
def test_what_are_no_weights_is_refused(file: Any, content: object, expected: str) -> None:
    assert message(read_weights, file(content)).startswith(expected)


def test_prompts_are_ids_from_zero() -> None:
    assert parse_prompt("0,1,2", 3) == (0, 1, 2)
    assert parse_prompt(" 4 , 0", 5) == (4, 0)
    assert parse_prompt("0", 1) == (0,)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "token 0: ''"),
        ("0,,1", "token 1: ''"),
        ("0,3", "token 1: '3'"),
        ("-1", "token 0: '-1'"),
        ("0,x", "token 1: 'x'"),
        ("1.0", "token 0: '1.0'"),
        ("0 1", "token 0: '0 1'"),
        ("1_0", "token 0: '1_0'"),
        ("²", "token 0: '²'"),
        ("9" * 5000, "token 0: '999"),
    ],
)
def test_what_is_no_prompt_is_refused(text: str, place: str) -> None:
    with pytest.raises(BadInput, match="expected ids from 0 to 2, separated by commas") as caught:
        parse_prompt(text, 3)
    assert str(caught.value).startswith(f"prompt: {place}")


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_whole(path, "é")
    assert path.read_bytes() == "é".encode()
    path.chmod(0o640)
    write_whole(path, b"\x00new")
    assert path.read_bytes() == b"\x00new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out.json"]  # noqa: PTH208


@pytest.mark.parametrize(
    "interruption", [KeyboardInterrupt, OSError(28, "No space left on device")]
)
def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: Any
) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")

    def half(self: Path, data: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(data[:2])
        raise interruption

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises((KeyboardInterrupt, BadInput)):
        write_whole(path, "new content")
    monkeypatch.undo()
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_whole("/dev/null", "gone")
    assert Path("/dev/null").is_char_device()


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "a/b", "No such file")):
        with pytest.raises(BadInput, match=f"{path}: cannot be written: {reason}"):
            write_whole(path, "x")
