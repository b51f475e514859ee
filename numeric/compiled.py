"""Kernels compiled by Numba."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

__all__ = ["compiled", "inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return a function compiled by Numba at its first call for each combination of types.

    The machine code is kept beside the source or in the user's cache folder. Where neither can be
    written, every process compiles for itself. Indices are not checked, and integers wrap around.

    >>> @compiled
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> double(21)
    42
    """
    return _compile(function)


def kernel(function: F) -> F:
    """Return what `compiled` does, for loops that run long or divide.

    It runs without the interpreter's lock, and a number over 0 is inf or nan as in NumPy: the check
    would keep a loop with a division from being vectorised.

    >>> @kernel
    ... def inverse(x: float) -> float:
    ...     return 1 / x
    >>> inverse(0.0)
    inf
    """
    return _compile(function, nogil=True, error_model="numpy")


def inlined(function: F) -> F:
    """Return what `kernel` does, for a part of kernels that is put into the loops that call it.

    >>> @inlined
    ... def triple(x: int) -> int:
    ...     return 3 * x
    >>> triple(2)
    6
    """
    return _compile(function, nogil=True, error_model="numpy", forceinline=True)


def _compile(function: F, **options: Any) -> F:
    machine_code: Any
    try:
        machine_code = njit(cache=True, **options)(function)
    except RuntimeError:  # no place for a cache
        machine_code = njit(**options)(function)
    return machine_code  # type: ignore[no-any-return]
