"""An instance: exact values under the letters of the paper, frozen, as witnesses are kept.

A value is a number (int, ``fmpq`` or `Log`), a vector or a matrix; nothing is rounded, and an
instance is equal to what its JSON form is read back to. Token ids run from 0.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from numeric.exact import Log, Number, Rational, format_number, parse_number, rational

__all__ = ["Instance", "Value"]

Value: TypeAlias = Number | tuple[Number, ...] | tuple[tuple[Number, ...], ...]


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Instance(Mapping[str, Any]):
    """An immutable, hashable mapping from names to exact numbers, vectors and matrices.

    Numbers may be given as int, Fraction, ``fmpq``, `Log` or in their text form; ints stay ints
    and the other rationals become ``fmpq``. Vectors and matrices may be lists or tuples.

    Raises ValueError, naming the key and the entry, for a float, a NaN, a bool or another type,
    an empty or ragged matrix, or a third level of nesting.

    >>> inst = Instance(P=[["1/2", "1/2"], ["log(2)", 1]], X=(0, 1, 0))
    >>> print(inst)
    P = [   1/2  1/2 ]
        [ log(2)   1 ]
    X = (0, 1, 0)
    >>> inst["X"], inst.replace(X=(1,))["X"]
    ((0, 1, 0), (1,))
    """

    _values: dict[str, Any]

    def __init__(self, /, **values: object) -> None:
        frozen = {name: _value(name, value) for name, value in values.items()}
        object.__setattr__(self, "_values", frozen)

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise KeyError(f"no {name} among {', '.join(self._values) or 'no values'}")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def replace(self, /, **values: object) -> "Instance":
        """Return a copy in which the given values are changed or added.

        >>> Instance(K=2).replace(K=3, L=1)
        Instance.from_json({"K": 3, "L": 1})
        """
        return Instance(**{**self._values, **values})

    def to_json(self) -> dict[str, Any]:
        """Return the instance as what JSON holds: ints, strings such as "3/10", and lists.

        >>> Instance(P=[["1/2", 1]], w=Log.of(3) - Log.of(2)).to_json()
        {'P': [['1/2', 1]], 'w': 'log(3/2)'}
        """
        return {name: _to_json(value) for name, value in self._values.items()}

    @classmethod
    def from_json(cls, data: object) -> "Instance":
        """Return the instance that `to_json` made ``data`` from.

        Raises ValueError when ``data`` is not of that form.

        >>> Instance.from_json({"P": [["1/2", 0.5]]})
        Traceback (most recent call last):
        ValueError: P[0][1] = 0.5: a float is not exact; write it as "p/q"
        """
        if not isinstance(data, dict):
            raise ValueError(f"{data!r}: expected an object with one entry per value")
        return cls(**data)

    def __str__(self) -> str:
        return "\n".join(_show(name, value) for name, value in self._values.items())

    def __repr__(self) -> str:
        return f"Instance.from_json({json.dumps(self.to_json())})"


def _number(where: str, x: object) -> Number:
    """Return one exact number; ``where`` is its name in the message of a ValueError."""
    if isinstance(x, Log) or (isinstance(x, int) and not isinstance(x, bool)):
        return x
    if isinstance(x, Rational) and not isinstance(x, bool):
        return rational(x)
    if isinstance(x, float):
        raise ValueError(f'{where} = {x!r}: a float is not exact; write it as "p/q"')
    try:
        return parse_number(x)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _value(name: str, value: object) -> Value:
    """Return a number, a vector or a matrix as nested tuples of exact numbers."""
    if not isinstance(value, list | tuple):
        return _number(name, value)
    if not value:
        raise ValueError(f"{name} is empty")
    if not any(isinstance(row, list | tuple) for row in value):
        return tuple(_number(f"{name}[{i}]", x) for i, x in enumerate(value))
    return tuple(_row(f"{name}[{i}]", row, value[0]) for i, row in enumerate(value))


def _row(where: str, row: object, first: object) -> tuple[Number, ...]:
    """Return one row of a matrix, as long as the first row."""
    if not isinstance(row, list | tuple):
        raise ValueError(f"{where} = {row!r} stands beside rows: expected a row too")
    if not row:
        raise ValueError(f"{where} is empty")
    if isinstance(first, list | tuple) and len(row) != len(first):
        raise ValueError(f"{where} has {len(row)} entries, row 0 has {len(first)}: ragged")
    return tuple(_number(f"{where}[{j}]", x) for j, x in enumerate(row))


def _to_json(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_to_json(x) for x in value]
    return format_number(value)


def _show(name: str, value: Value) -> str:
    """Return ``name = value``; the columns of a matrix are aligned."""
    if not isinstance(value, tuple):
        return f"{name} = {value}"
    if not isinstance(value[0], tuple):
        return f"{name} = ({', '.join(map(str, value))})"
    columns = [[str(x) for x in column] for column in zip(*value, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in zip(*columns, strict=True)
    ]
    margin = " " * len(f"{name} = ")
    return f"{name} = " + f"\n{margin}".join(f"[ {line} ]" for line in lines)
