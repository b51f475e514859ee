"""Kernels compiled by Numba."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

__all__ = ["compiled"]

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
    kernel: Any
    try:
        kernel = njit(cache=True)(function)
    except RuntimeError:  # no place for a cache
        kernel = njit(function)
    return kernel  # type: ignore[no-any-return]
