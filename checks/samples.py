"""Reading observations from a file of any length: JSON lines {"prompt": [...], "next": token}.

Tokens are ids from 0, or strings, as in `checks.prompts`; other keys of an object are not read.
The chain gives probability 0 to a token that is no key of the prompt, so ``next`` must be one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.prompts import BLOCK, Block, PromptFile
from numeric.files import BadInput

__all__ = ["SampleBlock", "SampleFile"]


@dataclass(frozen=True, eq=False)
class SampleBlock(Block):
    """Some prompts, and the token ``sampled`` after each (int32)."""

    sampled: NDArray[np.int32]


class SampleFile(PromptFile):
    """A file of observations, to be read once."""

    line = 'an object {"prompt": [...], "next": token}'

    def __init__(self, path: Path, vocab: int | None = None, *, cross_attention: bool = False):
        super().__init__(path, vocab, cross_attention=cross_attention)
        self.cross_attention = cross_attention

    def samples(self) -> Iterator[SampleBlock]:
        """Yield the observations, block by block, in the order of the file.

        Raises BadInput, naming the line, for anything that is not an observation.

        >>> next(SampleFile(Path("no/such/file.jsonl")).samples())
        Traceback (most recent call last):
        numeric.files.BadInput: no/such/file.jsonl: No such file or directory
        """
        if self.path.suffix.lower() in (".npy", ".parquet"):
            raise BadInput(f"{self.path}: expected JSON lines, {self.line} on each")
        for block in self.blocks():
            assert isinstance(block, SampleBlock)
            yield block

    def _lines(self) -> Iterator[Block]:
        flat: list[int] = []
        sampled: list[int] = []
        offsets, read = [0], 0
        with self.path.open("rb") as file:
            size = max(self.path.stat().st_size, 1)
            for number, line in enumerate(file, 1):
                prompt, token = self._observation(
                    f"line {number}", self._parsed(f"line {number}", line, number == 1)
                )
                flat += prompt
                sampled.append(token)
                offsets.append(len(flat))
                read += len(line)
                if len(flat) >= BLOCK:
                    yield _block(flat, offsets, sampled, read / size)
                    flat, offsets, sampled = [], [0], []
        if sampled:
            yield _block(flat, offsets, sampled, 1.0)

    def _observation(self, where: str, given: Any) -> tuple[list[int], int]:
        """Return the ids of a prompt and of the token sampled after it."""
        if not isinstance(given, dict):
            raise self._bad(where, repr(given), self.line)
        for key in ("prompt", "next"):
            if key not in given:
                raise self._bad(where, f"the keys are {sorted(given)}", f'the key "{key}"')
        raw: Any = given["prompt"]
        token: Any = given["next"]
        sampled: Any = token
        prompt = self._ids_of(f"{where}, prompt", raw)
        keys = raw[:-1] if self.cross_attention else raw
        if type(token) is not self._kind:
            expected = "a string" if self._kind is str else "an id, that is an integer"
            said = json.dumps(token, ensure_ascii=False)
            raise self._bad(where, f"next is {said}", f"{expected}, as in the prompt")
        if token not in keys:
            among = "keys of the prompt (its last token is none)" if self.cross_attention else ""
            expected = f"one of the {among or 'tokens of the prompt'}: others have probability 0"
            raise self._bad(where, f"next is {token!r}", expected)
        return prompt, sampled if self._kind is int else self._ids[sampled]


def _block(flat: list[int], offsets: list[int], sampled: list[int], done: float) -> SampleBlock:
    return SampleBlock(
        np.array(flat, dtype=np.int32),
        np.array(offsets, dtype=np.int64),
        done,
        np.array(sampled, dtype=np.int32),
    )
