"""Timing beside peers: in one run, round by round, on the same data.

Each round times everything once, one after the other, and a ratio is taken within a round. A first
round warms up and is not counted.

Time is that of the processor, of all threads together, and everything runs in one thread. On a busy
machine the time on the clock would favour whoever is done before it is interrupted.
"""

import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, TypeVar

__all__ = ["NotMeasured", "Spread", "Timed", "alone", "needed", "peak", "ratios", "timed"]

T = TypeVar("T")

SHORTEST = 0.01
"""Seconds: what is done sooner is done again, or its time would be that of cold caches."""


class NotMeasured(Exception):
    """A comparison cannot be made here; the message says what it needs."""


@dataclass(frozen=True)
class Spread:
    """The smallest, the median and the largest of some numbers."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, numbers: list[float]) -> "Spread":
        """Return the spread of at least one number.

        >>> Spread.of([3, 1, 2])
        Spread(least=1, median=2, most=3)
        """
        return cls(min(numbers), median(numbers), max(numbers))

    def __str__(self) -> str:
        if self.least == self.most:
            return _short(self.median)
        return f"{_short(self.median)} ({_short(self.least)} to {_short(self.most)})"


def _short(x: float) -> str:
    """Return three digits of a number, all of those before the point."""
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.3g}"


@dataclass(frozen=True)
class Timed:
    """What a run did: seconds per unit of work in each round, and the last result."""

    seconds: list[float]
    result: Any

    def spread(self, units: float = 1.0) -> Spread:
        """Return the spread of the seconds that so many units of work take."""
        return Spread.of([s * units for s in self.seconds])


def timed(runs: Mapping[str, tuple[Callable[[], Any], float]], rounds: int = 5) -> dict[str, Timed]:
    """Time runs side by side.

    Args:
        runs: by name, a function and the units of work that one call does.
        rounds: how many rounds are counted.

    >>> timed({"nothing": (lambda: 1, 2.0)}, rounds=3)["nothing"].result
    1
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    results: dict[str, Any] = {}
    for number in range(rounds + 1):
        for name, (run, units) in runs.items():
            took, results[name] = _repeated(run)
            if number:
                seconds[name].append(took / units)
    return {name: Timed(seconds[name], results[name]) for name in runs}


def _repeated(run: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of a call, the mean over as many as fill `SHORTEST`, and a result."""
    start, calls = process_time(), 0
    while True:
        result = run()
        calls += 1
        seconds = process_time() - start
        if seconds >= SHORTEST:
            return seconds / calls, result


def ratios(measured: Mapping[str, Timed], ours: str, peer: str) -> Spread:
    """Return how many times the peer's time per unit ours is shorter, over the rounds.

    >>> ratios({"ours": Timed([1, 2], None), "peer": Timed([4, 4], None)}, "ours", "peer")
    Spread(least=2.0, median=3.0, most=4.0)
    """
    pairs = zip(measured[peer].seconds, measured[ours].seconds, strict=True)
    return Spread.of([other / own for other, own in pairs])


def needed(package: str) -> Any:
    """Return a package that is no dependency of ccmc; raise NotMeasured where it is missing."""
    try:
        return import_module(package)
    except ModuleNotFoundError:
        raise NotMeasured(f"{package} is not installed: pip install {package}") from None


def alone(run: Callable[..., T], *arguments: Any) -> T:
    """Return what a function of a module returns in a new process, whose memory is its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(run, *arguments).result()


def peak(reset: bool = False) -> int:
    """Return the peak of the resident set in bytes, since the last reset (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
