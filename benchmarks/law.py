"""``ccmc law`` beside its peers; run it as ``python -m benchmarks.law``.

P = [[7/10, 3/10], [2/5, 3/5]], prompt (1, 2). Ours is `law_float` with all that it returns. Peers:

NumPy           the same recurrence on whole arrays, a time step at a time
divisions       a loop that does nothing but one division for each state (n, x), in place
128-bit balls   `law_ball` to 16 digits, which is 128 bits

A state is a pair (n, x) at one length: there are about T^2 up to length T.
"""

import argparse
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from benchmarks.harness import Spread, ratios, timed
from numeric.compiled import kernel
from numeric.exact_law import law_ball, law_float

Array = NDArray[Any]

P = [[fmpq(7, 10), fmpq(3, 10)], [fmpq(2, 5), fmpq(3, 5)]]
PROMPT = (0, 1)
FLOORS = {
    "NumPy": "floor 10, aim 14",
    "divisions": "floor 1/2, aim 1/1.3",
    "128-bit balls": "floor 500, aim 1000",
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


def compare(T: int, rounds: int, *peers: Any) -> None:
    """Time ours and peers at one length, and print the ratios."""
    names = {by_numpy: "NumPy", divisions: "divisions", by_balls: "128-bit balls"}
    runs = {"ours": (lambda: ours(T), T * T)}
    runs |= {names[peer]: (lambda peer=peer: peer(T), T * T) for peer in peers}
    measured = timed(runs, rounds)
    nanoseconds = Spread.of([s * 1e9 for s in measured["ours"].seconds])
    print(f"\nT = {T}\n  {'ours':<14} {nanoseconds} ns a state")
    for name in list(runs)[1:]:
        found = measured[name].result
        assert found is None or abs(found / measured["ours"].result - 1) < 1e-9, name
        print(f"  {name:<14} {ratios(measured, 'ours', name)} times  {FLOORS[name]}")


def main() -> None:
    """Run the comparisons."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for T in (2000, 5000, 20_000, 50_000):
        compare(T, arguments.rounds, *([by_numpy, divisions] if T < 50_000 else [divisions]))
    for T in (500, 1000, 2000):
        compare(T, arguments.rounds, by_balls)


if __name__ == "__main__":
    main()
