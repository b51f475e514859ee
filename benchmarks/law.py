"""``ccmc law`` beside its peers; run it as ``ccmc bench law``.

P = [[7/10, 3/10], [2/5, 3/5]], prompt (1, 2). Ours is `law_float` with all that it returns. Peers:

NumPy           the same recurrence on whole arrays, a time step at a time
divisions       a loop that does nothing but one division for each state (n, x), in place
128-bit balls   `law_ball` to 16 digits, which is 128 bits

A state is a pair (n, x) at one length: there are about T^2 up to length T.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from benchmarks.harness import ratios, timed
from benchmarks.results import Case, Comparison, Measurement, Row
from numeric.compiled import kernel
from numeric.exact_law import law_ball, law_exact, law_float

Array = NDArray[Any]

P = [[fmpq(7, 10), fmpq(3, 10)], [fmpq(2, 5), fmpq(3, 5)]]
PROMPT = (0, 1)
PACKAGES = ("numba", "numpy", "python-flint")

# By peer and length; None is every length.
FLOORS: dict[tuple[str, int | None], tuple[float, float]] = {
    ("NumPy", 20_000): (10, 14),
    ("divisions", 20_000): (1 / 2, 1 / 1.3),
    ("128-bit balls", None): (500, 1000),
}


def ours(T: int) -> float:
    """Return E[m_2] at length T, by the certified kernel."""
    [law] = law_float(P, PROMPT, [T])
    return float(law.mean_frequency[1])


def by_numpy(T: int) -> float:
    """Return E[m_2] at length T, by whole arrays, in place."""
    (P11, P12), (P21, P22) = [[float(x) for x in row] for row in P]
    number = np.arange(T + 1.0)
    u, v = np.zeros(T + 1), np.zeros(2 * T + 1)
    v[T - 1] = 1.0  # v_t(n) is at T - t + n
    for t in range(2, T):
        n, u_t, v_t = number[: t + 1], u[: t + 1], v[T - t : T + 1]
        k = t - n
        k11, n12, k21, n22 = k * P11, n * P12, k * P21, n * P22
        f, g = u_t / (k11 + n12), v_t / (k21 + n22)
        u_t[:], v_t[:] = k11 * f + k21 * g, n12 * f + n22 * g
    return float((number * (u + v[: T + 1])).sum() / T)


@kernel
def _divisions(u: Array, v: Array, T: int) -> None:
    for t in range(2, T):
        u_t, v_t = u[: t + 1], v[: t + 1]
        for n in range(t + 1):
            u_t[n] = 1.5 / u_t[n]
            v_t[n] = 1.5 / v_t[n]


def divisions(T: int) -> None:
    """Divide once for each state."""
    _divisions(np.ones(T + 1), np.ones(T + 1), T)


def by_balls(T: int) -> float:
    """Return E[m_2] at length T, by balls."""
    [law] = law_ball(P, PROMPT, [T], digits=16)
    return float(law.mean_frequency[1])


PEERS: dict[str, Callable[[int], Any]] = {
    "NumPy": by_numpy,
    "divisions": divisions,
    "128-bit balls": by_balls,
}


def compare(T: int, peers: Sequence[str], rounds: int) -> Iterator[Row]:
    """Time ours and peers at one length, check that they agree, and yield the ratios."""
    runs: dict[str, tuple[Callable[[], Any], float]] = {"ours": (partial(ours, T), T * T)}
    runs |= {name: (partial(PEERS[name], T), T * T) for name in peers}
    measured = timed(runs, rounds)
    for name in peers:
        found = measured[name].result
        assert found is None or abs(found / measured["ours"].result - 1) < 1e-9, name
        floor, aim = FLOORS.get((name, T)) or FLOORS.get((name, None)) or (None, None)
        ratio = ratios(measured, "ours", name)
        yield Comparison("certified float64", f"T = {T}", name, ratio, floor, aim)
    nanoseconds = measured["ours"].spread(1e9)
    yield Measurement("Time of float64, against T", f"T = {T}", nanoseconds, "nanoseconds a state")


def exact(T: int, rounds: int) -> Iterator[Row]:
    """Yield the time of the law in rationals."""
    measured = timed({"ours": (lambda: next(law_exact(P, PROMPT, [T])), 1)}, rounds)["ours"]
    digits = max(len(str(x.q)) for x in measured.result.distribution)
    note = f"denominators of up to {digits} digits"
    what = "Time of the law in rationals, against T"
    yield Measurement(what, f"T = {T}", measured.spread(), "seconds", note=note)


COMPARED: dict[int, tuple[str, ...]] = {  # the peers at each length
    500: ("128-bit balls",),
    1000: ("128-bit balls",),
    2000: ("NumPy", "divisions", "128-bit balls"),
    5000: ("NumPy", "divisions"),
    20_000: ("NumPy", "divisions"),
    50_000: ("divisions",),
}


def cases(quick: bool) -> list[Case]:
    """Return the comparisons by length; short lengths if ``quick``."""
    compared = {30: tuple(PEERS)} if quick else COMPARED
    rational = (10, 20) if quick else (100, 200, 400)
    found = [Case(f"T = {T}", partial(compare, T, peers)) for T, peers in compared.items()]
    return found + [Case(f"T = {T}, rationals", partial(exact, T)) for T in rational]
