"""``ccmc simulate`` beside attention; run it as ``ccmc bench attention``.

Ours draws ten trajectories of 10^4 tokens. The peer draws one: a layer in PyTorch, on the
processor, with one-hot embeddings and a cache of keys; each step takes the softmax over all
positions, the readout, and `multinomial`. PyTorch is no dependency of ccmc.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import needed
from benchmarks.results import Case, Row
from benchmarks.simulate import SEED, chain, compare

Array = NDArray[Any]

PACKAGES = ("numba", "numpy", "torch")

T = 10_000
FLOORS = {("attention", K): (1000, 3000) for K in (2, 8, 64)}


def by_attention(P: Array, _row_of: Sequence[int], T: int) -> Array:
    """Return the counts after T steps of a layer with one-hot embeddings that realises P."""
    torch = needed("torch")
    K = P.shape[1]
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    with torch.inference_mode():
        W = torch.tensor(np.log(P).T.copy(), dtype=torch.float32)
        embeddings = torch.eye(K)
        keys = torch.empty(K + T, K)
        keys[:K] = embeddings
        n, x = np.ones(K), K - 1
        for t in range(K, K + T):
            scores = keys[:t] @ (W @ embeddings[x])
            law = torch.softmax(scores, 0) @ keys[:t]
            x = int(torch.multinomial(law, 1))
            keys[t] = embeddings[x]
            n[x] += 1
    return n


def beside(K: int, steps: int, rounds: int) -> Iterator[Row]:
    """Yield the comparison for one K."""
    peers = {"attention": (by_attention, steps)}
    yield from compare("plain", chain(K), steps, peers, FLOORS, rounds, own=10)


def cases(quick: bool) -> list[Case]:
    """Return a comparison for each K."""
    steps = 100 if quick else T
    return [Case(f"K = {K}", partial(beside, K, steps)) for K in (2, 8, 64)]
