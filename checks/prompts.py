"""Reading prompts from a file of any length: JSON lines, a ``.npy`` array, or Parquet.

JSON lines (any other name)   a list of token ids, or of strings, on each line
``.npy``                      an n x L array of integers: n prompts of length L
``.parquet``                  a column of lists of integers or of strings

Ids run from 0. Strings get ids in the order in which they first appear. Lines count from 1, rows
and positions in a prompt from 0.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numeric.files import BadInput

__all__ = ["LARGEST_VOCAB", "Block", "PromptFile"]

Array: TypeAlias = NDArray[Any]

LARGEST_VOCAB = 1_000_000
"""No id reaches this: beyond it an id is more likely a mistake than a token."""

BLOCK = 2**16
"""Tokens in a block, at least."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; a key that stands twice is refused."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {json.dumps(twice)} stands twice")
    return members


JSON = json.JSONDecoder(object_pairs_hook=_members)


@dataclass(frozen=True, eq=False)
class Block:
    """Some prompts: flat ``tokens`` (int32), the ``offsets`` at which they begin (end included).

    ``done`` tells how much of the file has been read, as a share of 1.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    done: float


class PromptFile:
    """A file of prompts, to be read once.

    ``vocabulary`` lists the strings, by id, when tokens are strings; it grows while reading.
    """

    line = "a list of tokens"
    """What stands on a line."""

    def __init__(self, path: Path, vocab: int | None = None, *, cross_attention: bool = False):
        """Take note of a file; nothing is read yet.

        Args:
            path: the file.
            vocab: the number of tokens K; ids must be below it. None: no more than LARGEST_VOCAB.
            cross_attention: whether a prompt needs a key besides its last token.
        """
        self.path = path
        self.limit = LARGEST_VOCAB if vocab is None else vocab
        self.vocab = vocab
        self.least = 2 if cross_attention else 1
        self.vocabulary: list[str] | None = None
        self._ids: dict[str, int] = {}
        self._kind: type | None = None
        self._first = ""

    def blocks(self) -> Iterator[Block]:
        """Yield the prompts, block by block, in the order of the file.

        Raises BadInput, naming the line or row, for anything that is not a prompt.

        >>> next(PromptFile(Path("no/such/file.jsonl")).blocks())
        Traceback (most recent call last):
        numeric.files.BadInput: no/such/file.jsonl: No such file or directory
        """
        readers = {".npy": self._npy, ".parquet": self._parquet}
        empty = True
        try:
            if self.path.is_file() and self.path.stat().st_size == 0:
                raise BadInput(f"{self.path}: the file is empty; expected prompts")
            for block in readers.get(self.path.suffix.lower(), self._lines)():
                empty = False
                yield block
        except OSError as error:
            reason = error.strerror or str(error).splitlines()[0]
            raise BadInput(f"{self.path}: {reason}") from None
        if empty:
            raise BadInput(f"{self.path}: there is no row; expected prompts")

    def id_of(self, token: str) -> int | None:
        """Return the id of a token given as text; None as long as it has not been seen.

        >>> PromptFile(Path("prompts.jsonl")).id_of("7"), PromptFile(Path("x.jsonl")).id_of("a")
        (7, None)
        """
        if self.vocabulary is not None:
            return self._ids.get(token)
        return int(token) if re.fullmatch("[0-9]{1,9}", token) else None

    def name_of(self, token: int) -> str:
        """Return a token as the file would hold it; <7> when it is a string not in the file.

        >>> PromptFile(Path("prompts.jsonl")).name_of(7)
        '7'
        """
        if self.vocabulary is None:
            return str(token)
        if token < len(self.vocabulary):
            return json.dumps(self.vocabulary[token], ensure_ascii=False)
        return f"<{token}>"

    def _lines(self) -> Iterator[Block]:
        flat: list[int] = []
        offsets, read = [0], 0
        with self.path.open("rb") as file:
            size = max(self.path.stat().st_size, 1)
            for number, line in enumerate(file, 1):
                where = f"line {number}"
                flat += self._ids_of(where, self._parsed(where, line, number == 1))
                offsets.append(len(flat))
                read += len(line)
                if len(flat) >= BLOCK:
                    yield _block(flat, offsets, read / size)
                    flat, offsets = [], [0]
        if len(offsets) > 1:
            yield _block(flat, offsets, 1.0)

    def _parsed(self, where: str, line: bytes, first: bool) -> object:
        """Return what stands on a line."""
        try:
            text = line.decode("utf-8-sig" if first else "utf-8")
            if not text.strip():
                raise self._bad(where, "a blank line", self.line)
            return JSON.decode(text.rstrip())
        except UnicodeDecodeError as error:
            raise self._bad(
                where, f"byte {error.start} is not UTF-8", f"{self.line} as JSON"
            ) from None
        except json.JSONDecodeError as error:
            found = f"{error.msg.removesuffix(' at')} at column {error.colno}"
            raise self._bad(where, found, f"{self.line} as JSON") from None
        except RecursionError:
            raise self._bad(where, "lists within lists without end", self.line) from None
        except ValueError as error:  # a key twice, or an integer of thousands of digits
            raise self._bad(where, str(error), self.line) from None

    def _ids_of(self, where: str, prompt: object) -> list[int]:
        """Return the ids of a prompt of ids or of strings."""
        if not isinstance(prompt, list):
            raise self._bad(where, repr(prompt), "a list of tokens")
        if len(prompt) < self.least:
            raise self._bad(where, repr(prompt), self._least_in_words)
        if self._kind is None:
            self._kind, self._first = (str if isinstance(prompt[0], str) else int), where
        if set(map(type, prompt)) != {self._kind}:
            raise self._wrong_type(where, prompt)
        if self._kind is str:
            return self._named(where, prompt)
        if min(prompt) < 0 or max(prompt) >= self.limit:
            raise self._outside(where, prompt)
        return prompt

    def _named(self, where: str, prompt: list[str]) -> list[int]:
        """Return the ids of strings; new ones get the next ids."""
        if self.vocabulary is None:
            self.vocabulary = []
        for i, token in enumerate(prompt):
            if token not in self._ids:
                if len(self._ids) == self.limit:
                    found = (
                        f"token {i} is {json.dumps(token)}, another one than the first {self.limit}"
                    )
                    raise self._bad(where, found, f"at most {self.limit} different strings")
                if not _is_text(token):
                    found = f"token {i} is {json.dumps(token)}"
                    raise self._bad(where, found, "text: half of a surrogate pair is none")
                self._ids[token] = len(self._ids)
                self.vocabulary.append(token)
        return [self._ids[token] for token in prompt]

    @property
    def _least_in_words(self) -> str:
        return "at least one token" if self.least == 1 else "at least one key, then the query"

    def _wrong_type(self, where: str, prompt: list[object]) -> BadInput:
        """Return the error for the first token of another type than the ones before it."""
        i, token = next((i, x) for i, x in enumerate(prompt) if type(x) is not self._kind)
        expected = "a string" if self._kind is str else "an id, that is an integer"
        more = "" if where == self._first else f", as in {self._first}"
        return self._bad(where, f"token {i} is {json.dumps(token, default=repr)}", expected + more)

    def _outside(self, where: str, prompt: Any) -> BadInput:
        """Return the error for the first id that is out of range."""
        i, token = next((i, x) for i, x in enumerate(prompt) if not 0 <= x < self.limit)
        more = "" if self.vocab is not None else " (the largest vocabulary)"
        expected = f"an id from 0 to {self.limit - 1}{more}"
        return self._bad(where, f"token {i} is {token}", expected)

    def _npy(self) -> Iterator[Block]:
        rows = self._open_npy()
        if rows.ndim != 2 or rows.dtype.kind not in "iu":
            found = f"an array of {rows.dtype} with shape {rows.shape}"
            raise BadInput(f"{self.path}: {found}; expected n x L integers")
        n, L = rows.shape
        if n and self.least > L:
            raise self._bad("row 0", f"{L} tokens", self._least_in_words)
        step = max(BLOCK // max(L, 1), 1)
        for first in range(0, n, step):
            # A new map each time: the pages of the last one are given back.
            some = np.array(self._open_npy()[first : first + step])
            yield self._checked(some, np.arange(0, some.size + 1, L), first, n)

    def _open_npy(self) -> Array:
        try:
            return np.lib.format.open_memmap(self.path, mode="r")
        except (ValueError, TypeError, EOFError, SyntaxError) as error:
            message = str(error).splitlines()[0]
            raise BadInput(f"{self.path}: not a whole .npy file of integers: {message}") from None

    def _checked(self, tokens: Array, offsets: Array, first: int, n: int) -> Block:
        """Return a block of ids; the first of its prompts is row ``first`` of n."""
        flat = tokens.reshape(-1)
        outside = (flat < 0) | (flat >= self.limit)
        if outside.any():
            p = int(np.searchsorted(offsets, outside.argmax(), side="right")) - 1
            raise self._outside(f"row {first + p}", flat[offsets[p] : offsets[p + 1]])
        done = (first + len(offsets) - 1) / n
        return Block(flat.astype(np.int32), offsets.astype(np.int64), done)

    def _parquet(self) -> Iterator[Block]:
        try:
            import pyarrow.parquet as pq
            from pyarrow import ArrowException
        except ImportError:
            raise BadInput(
                f"{self.path}: reading Parquet needs pyarrow; install it with "
                "`pip install 'ccmc[parquet]'`, or give JSON lines"
            ) from None
        try:
            with pq.ParquetFile(self.path) as file:
                column = self._column(file.schema_arrow)
                n, first = file.metadata.num_rows, 0
                for batch in file.iter_batches(batch_size=1024, columns=[column]):
                    if batch.num_rows:
                        yield self._batch(batch.column(0), first, n)
                    first += batch.num_rows
        except (ArrowException, OSError) as error:
            if getattr(error, "errno", None):
                raise
            message = str(error).splitlines()[0]
            raise BadInput(f"{self.path}: not a whole Parquet file: {message}") from None

    def _column(self, schema: Any) -> str:
        """Return the name of the column of prompts."""
        import pyarrow as pa

        kinds = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
        lists = [field.name for field in schema if any(kind(field.type) for kind in kinds)]
        if len(lists) == 1:
            return str(lists[0])
        if lists.count("prompt") == 1:
            return "prompt"
        found = ", ".join(f"{field.name}: {field.type}" for field in schema)
        expected = 'one column of lists, or one with the name "prompt"'
        raise BadInput(f"{self.path}: the columns are {found}; expected {expected}")

    def _batch(self, column: Any, first: int, n: int) -> Block:
        """Return the block of some rows of a column of lists."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = column.type.value_type
        values = column.flatten()
        if column.null_count or values.null_count or not pa.types.is_integer(kind):
            return self._slowly(column.to_pylist(), first, n)
        lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
        if (short := lengths < self.least).any():
            p = int(short.argmax())
            raise self._bad(f"row {first + p}", str(column[p].as_py()), self._least_in_words)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return self._checked(values.to_numpy(zero_copy_only=False), offsets, first, n)

    def _slowly(self, prompts: list[object], first: int, n: int) -> Block:
        """Return the block of some rows, looking at each token."""
        flat: list[int] = []
        offsets = [0]
        for p, prompt in enumerate(prompts):
            flat += self._ids_of(f"row {first + p}", prompt)
            offsets.append(len(flat))
        return _block(flat, offsets, (first + len(prompts)) / n)

    def _bad(self, where: str, found: str, expected: str) -> BadInput:
        """Return the error for something found somewhere in the file."""
        found = found if len(found) <= 60 else f"{found[:57]}..."
        return BadInput(f"{self.path}: {where}: {found}; expected {expected}")


def _is_text(token: str) -> bool:
    """Tell whether a string can be written as UTF-8; JSON can hold others."""
    try:
        token.encode()
    except UnicodeEncodeError:
        return False
    return True


def _block(flat: list[int], offsets: list[int], done: float) -> Block:
    return Block(np.array(flat, dtype=np.int32), np.array(offsets, dtype=np.int64), done)
