"""Reading and writing files: one clear message for an input that is wrong, outputs written whole.

A matrix is a JSON list of rows or a ``.npy`` array. In JSON, ints and strings such as "3/10" are
exact; one float anywhere makes the whole file float64, as every ``.npy`` is. Rows, columns and
token ids count from 0.
"""

import json
import os
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import fsum, isfinite
from pathlib import Path
from tokenize import TokenError
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from numeric.arithmetic import to_float
from numeric.exact import Log, parse_number, rational

__all__ = ["BadInput", "Embeddings", "Transition", "Weights", "parse_prompt", "read_embeddings"]
__all__ += ["read_transition", "read_weights", "write_whole"]

FilePath: TypeAlias = str | os.PathLike[str]
Table: TypeAlias = tuple[tuple[Any, ...], ...]

ROW_SUM = 1e-9
"""How far the sum of a row of floats may be from 1."""

NUMBER = 'a number or a string such as "3/10"'
LOGARITHM = 'a number or a string such as "3/10" or "log(3/2)"'


class BadInput(Exception):
    """An input is wrong; the message names the file, the place, the value and what was expected."""


@dataclass(frozen=True)
class Transition:
    """A base chain: K rows of K positive numbers, ``fmpq`` when ``exact``, else floats.

    ``normalised`` tells that rows of floats did not sum to 1 and were divided by their sums.
    """

    P: Table
    exact: bool
    normalised: bool


@dataclass(frozen=True)
class Embeddings:
    """Embeddings E (K x d): ``fmpq`` when ``exact``, else floats."""

    E: Table
    exact: bool


@dataclass(frozen=True)
class Weights:
    """Weights W (d x d) and, where the file has them, embeddings E (K x d).

    Entries are ``fmpq``, in W also `Log`, when ``exact``, else floats.
    """

    W: Table
    E: Table | None
    exact: bool


def read_transition(path: FilePath) -> Transition:
    """Read a transition matrix: a list of rows, {"transition": rows}, or a ``.npy`` array.

    Entries must be positive; exact rows sum to exactly 1, rows of floats to 1 within 1e-9.

    Raises BadInput.

    >>> read_transition("no/such/file.json")
    Traceback (most recent call last):
    numeric.files.BadInput: no/such/file.json: No such file or directory
    """
    given = _table(path, "transition", _load(path), NUMBER)
    if len(given[0]) != len(given):
        raise _bad(path, f"{len(given)} rows of {len(given[0])}", "as many rows as columns")
    exact = _is_exact(given)
    rows = given if exact else _as_floats(path, given)
    laws = [_law(f"{path}: row {a}", *pair) for a, pair in enumerate(zip(given, rows, strict=True))]
    return Transition(tuple(law for law, _ in laws), exact, any(changed for _, changed in laws))


def read_embeddings(path: FilePath) -> Embeddings:
    """Read embeddings: a list of K rows, {"embeddings": rows}, or a ``.npy`` array.

    Whether the rows are independent is for the caller to ask.

    Raises BadInput.

    >>> read_embeddings("no/such/file.npy")
    Traceback (most recent call last):
    numeric.files.BadInput: no/such/file.npy: No such file or directory
    """
    E = _table(path, "embeddings", _load(path), NUMBER)
    exact = _is_exact(E)
    return Embeddings(E if exact else _as_floats(path, E), exact)


def read_weights(path: FilePath) -> Weights:
    """Read weights: a list of rows, {"weights": rows, "embeddings": rows}, or a ``.npy`` array.

    An entry of the weights may be a string such as "log(3/2)".

    Raises BadInput.

    >>> read_weights("no/such/file.json")
    Traceback (most recent call last):
    numeric.files.BadInput: no/such/file.json: No such file or directory
    """
    data = _load(path)
    W = _table(path, "weights", data, LOGARITHM)
    if len(W[0]) != len(W):
        raise _bad(path, f"weights of {len(W)} x {len(W[0])}", "as many rows as columns")
    if not isinstance(data, dict) or data.get("embeddings") is None:
        exact = _is_exact(W)
        return Weights(W if exact else _as_floats(path, W), None, exact)
    E = _table(path, "embeddings", data, NUMBER)
    if len(E[0]) != len(W):
        raise _bad(path, f"embeddings of width {len(E[0])}", f"the width {len(W)} of weights")
    if _is_exact(W) and _is_exact(E):
        return Weights(W, E, exact=True)
    return Weights(_as_floats(path, W), _as_floats(path, E), exact=False)


def parse_prompt(text: str, K: int) -> tuple[int, ...]:
    """Read a prompt such as "0,1,2": token ids from 0 to K - 1, separated by commas.

    Raises BadInput.

    >>> parse_prompt("0, 1,0", K=2)
    (0, 1, 0)
    """
    expected = f"ids from 0 to {K - 1}, separated by commas"
    tokens = []
    for i, word in enumerate(text.split(",")):
        digits = word.strip()
        if not re.fullmatch("[0-9]{1,18}", digits) or int(digits) >= K:
            raise _bad(f"prompt: token {i}", repr(word), expected)
        tokens.append(int(digits))
    return tuple(tokens)


def write_whole(path: FilePath, data: str | bytes) -> None:
    """Write a file whole or not at all: under another name first, then renamed.

    A path that is no regular file, such as a pipe or /dev/stdout, is written to directly.

    Raises BadInput when the file cannot be written.

    >>> write_whole("no/such/file.json", "[]")
    Traceback (most recent call last):
    numeric.files.BadInput: no/such/file.json: cannot be written: No such file or directory
    """
    content = data.encode() if isinstance(data, str) else data
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(target)), content)
    except OSError as error:
        raise BadInput(f"{os.fspath(path)}: cannot be written: {error.strerror}") from None


def _replace(target: Path, content: bytes) -> None:
    """Write beside the target, then rename; on any interruption leave no trace."""
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        draft.write_bytes(content)
        if target.exists():
            draft.chmod(target.stat().st_mode)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _bad(where: FilePath, found: str, expected: str) -> BadInput:
    """Return the error for something found somewhere."""
    found = found if len(found) <= 60 else f"{found[:57]}..."
    return BadInput(f"{where}: {found}; expected {expected}")


def _load(path: FilePath) -> object:
    """Return what the file holds: JSON, or the rows of an array as lists of floats."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    if not data.strip():
        raise BadInput(f"{path}: the file is empty; expected a matrix")
    return _load_npy(path, data) if Path(path).suffix.lower() == ".npy" else _load_json(path, data)


def _load_npy(path: FilePath, data: bytes) -> object:
    try:
        array = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    except (ValueError, TypeError, EOFError, MemoryError, SyntaxError, TokenError) as error:
        raise BadInput(f"{path}: not a whole .npy file of numbers: {error}") from None
    if array.dtype.kind not in "fiu" or array.ndim != 2:
        found = f"an array of {array.dtype} with shape {array.shape}"
        raise _bad(path, found, "two axes of real numbers")
    with np.errstate(over="ignore"):
        return array.astype(np.float64).tolist()


def _load_json(path: FilePath, data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start} is not UTF-8; expected JSON") from None
    except json.JSONDecodeError as error:
        place = f"{path}: line {error.lineno}, column {error.colno} of the text"
        raise BadInput(f"{place}: {error.msg}; expected JSON") from None
    except RecursionError:
        raise BadInput(f"{path}: lists within lists without end; expected a matrix") from None
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from None


class _LongInteger(str):
    """The text of a JSON integer with more digits than Python reads."""


def _integer(text: str) -> int | _LongInteger:
    try:
        return int(text)
    except ValueError:
        return _LongInteger(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; a key that stands twice is refused."""
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"the key {key!r} stands twice; expected it once")
        members[key] = value
    return members


def _table(path: FilePath, key: str, data: object, expected: str) -> Table:
    """Return the matrix in ``data`` or under its key: finite floats and exact numbers."""
    place = f"{path}: "
    if isinstance(data, dict):
        if key not in data:
            raise _bad(path, f"an object with the keys {sorted(data)}", f'the key "{key}"')
        data, place = data[key], f"{path}: {key}, "
    if not isinstance(data, list) or not data:
        raise _bad(path, repr(data), f"{key} as a list of rows")
    rows = []
    for i, row in enumerate(data):
        if not isinstance(row, list) or not row:
            raise _bad(f"{place}row {i}", repr(row), "a list of numbers")
        if len(row) != len(data[0]):
            raise _bad(f"{place}row {i}", f"{len(row)} entries", f"{len(data[0])} as in row 0")
        entries = enumerate(row)
        rows.append(tuple(_entry(f"{place}row {i}, column {j}", x, expected) for j, x in entries))
    return tuple(rows)


def _entry(where: str, x: object, expected: str) -> fmpq | Log | float:
    """Return one finite float or exact number."""
    if isinstance(x, float) and isfinite(x):
        return x
    if isinstance(x, _LongInteger):
        most = sys.get_int_max_str_digits()
        raise _bad(where, f"an integer of {len(x.lstrip('-'))} digits", f"at most {most} digits")
    try:
        number = parse_number(x)
    except ValueError:
        raise _bad(where, repr(x), expected) from None
    if not isinstance(number, Log):
        return rational(number)
    if expected == NUMBER:
        raise _bad(where, repr(x), expected)
    return number


def _law(where: str, given: Sequence[Any], row: tuple[Any, ...]) -> tuple[tuple[Any, ...], bool]:
    """Return a row that is positive and sums to 1, and whether it had to be normalised."""
    for k, p in enumerate(row):
        if not p > 0:
            raise _bad(f"{where}, column {k}", repr(p), "a probability above 0")
    if _is_exact([given]):
        if (exact_sum := sum(given, fmpq(0))) != 1:
            raise _bad(where, f"the sum is {exact_sum}", "exactly 1")
        return row, False
    total = fsum(row)
    if abs(total - 1) > ROW_SUM:
        raise _bad(where, f"the sum is {total!r}", f"1 within {ROW_SUM}")
    return tuple(p / total for p in row), total != 1


def _is_exact(rows: Sequence[Sequence[Any]]) -> bool:
    return not any(isinstance(x, float) for row in rows for x in row)


def _as_floats(path: FilePath, rows: Table) -> tuple[tuple[float, ...], ...]:
    try:
        return tuple(tuple(to_float(x) for x in row) for row in rows)
    except OverflowError:
        raise _bad(path, "an exact number beside floats", "one within float64") from None
