"""Observations of a layer at two weights, weights in S_E, and gradient descent run to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from flint import arb
from hypothesis import strategies as st

from checks.claim import Case
from checks.computed import Function, chain, logit
from checks.strategies import Matrix, embeddings, gram, logs, matrix, prompt, small
from numeric.arithmetic import enclose
from numeric.attention import law_exact
from numeric.convert import weights_ball
from numeric.exact import Log
from numeric.instance import Instance
from numeric.likelihood import descent
from numeric.linalg import readout

__all__ = ["apart", "in_slice", "layers", "observed", "realised", "runs", "sliced"]

Drawn = Sequence[Sequence[int]]

UNIT_2 = ((1, 0), (0, 1))
UNIT_3 = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
SKEW = ((2, 1, 0), (0, 1, 1))
TRIPLES = ((1, 2, 3), (2, 2, 1), (1, 4, 1))
NEAR = Fraction(1, 10**6)


@st.composite
def observed(draw: st.DrawFn, K: int) -> Instance:
    """A layer with weights at even times and others at odd times, and observations of it."""
    e, M = draw(embeddings(K)), draw(st.integers(1, 2 if K < 3 else 1))
    d, prompts = len(e[0]), [draw(prompt(K, most=3)) for _ in range(M)]
    even, odd = (draw(matrix(logs, d, d)) for _ in range(2))
    return Instance(
        K=K,
        M=M,
        d=d,
        E=e,
        C=readout(e),
        N=tuple(tuple(keys.count(j) for j in range(K)) for keys in prompts),
        b=tuple(keys[-1] for keys in prompts),
        g=tuple(draw(st.sampled_from(keys)) for keys in prompts),
        mu=tuple(draw(st.builds(Fraction, small, st.just(3))) for _ in range(M)),
        even=even,
        odd=odd,
    )


def layers(at: Instance) -> dict[str, Function]:
    """The weights at each time, and the laws of the layer that has them."""

    @cache
    def law(odd: int, x: int) -> Sequence[Any]:
        keys = [j for j, n in enumerate(at["N"][x - 1]) for _ in range(n)]
        weights = at["odd" if odd else "even"]
        return law_exact(at["E"], readout(at["E"]), weights, keys, at["b"][x - 1])

    return {
        "W": lambda t, u, v: at["odd" if t % 2 else "even"][u - 1][v - 1],
        "p": lambda t, x, j: law(t % 2, x)[j - 1],
    }


@st.composite
def in_slice(draw: st.DrawFn, K: int) -> Instance:
    """Weights V in S_E, and a token a."""
    e, B = draw(embeddings(K)), draw(matrix(logs, K, K))
    return sliced(e, B).replace(a=draw(st.integers(0, K - 1)))


def sliced(e: Matrix, B: Matrix) -> Instance:
    """V = sum_ik B_ik (e_i - e_1) e_k^T."""
    K, d = len(e), len(e[0])

    def entry(u: int, v: int) -> Log:
        pairs = product(range(K), range(K))
        return sum((B[i][k] * ((e[i][u] - e[0][u]) * e[k][v]) for i, k in pairs), Log())

    V = tuple(tuple(entry(u, v) for v in range(d)) for u in range(d))
    return Instance(K=K, d=d, E=e, H=gram(e), B=B, V=V)


def realised(at: Instance) -> dict[str, Function]:
    """The chain that V realises, its logits, and V in the differences e_i - e_1."""
    return {
        "P": chain(at, "V"),
        "wv": logit(at, "V"),
        "gamma": lambda i, j, k: at["B"][i - 1][k - 1] if j == 1 else 0,
    }


def runs(steps: int = 120, more: int = 0) -> Iterator[Case]:
    """Each entry of W after training, beside that of the closed form for the fitted chain.

    Args:
        steps: of descent.
        more: how often the first token is counted too much, which spoils the fitted chain.
    """
    for e, drawn in _data():
        fitted = [[n + more * (j == 0) for j, n in enumerate(row)] for row in drawn]
        yield from _beside(e, drawn, fitted, steps)


def apart() -> Iterator[Case]:
    """The same where no prompt holds token 3: (1, 3, 9) is one of the rows that fit (1, 3, 0)."""
    yield from _beside(UNIT_3, [(1, 3, 0)] * 3, [(1, 3, 9)] * 3, 120)


def _data() -> Iterator[tuple[Matrix, Drawn]]:
    """Embeddings, and how often each token was drawn after each query."""
    for ones in product((1, 2, 3), repeat=2):
        for e in (UNIT_2, SKEW):
            yield e, [(n, 4 - n) for n in ones]
    for at in range(3):
        yield UNIT_3, [TRIPLES[(at + k) % 3] for k in range(3)]


def _beside(e: Matrix, drawn: Drawn, fitted: Drawn, steps: int) -> Iterator[Case]:
    goal = [x for row in weights_ball(fitted, e, digits=12) for x in row]
    for at, (x, y) in enumerate(zip(_trained(e, drawn, steps), goal, strict=True)):
        where = {"drawn": drawn, "width": len(e[0]), "entry": at}
        yield Case(where, abs(x - y), "<", NEAR)


def _trained(e: Matrix, drawn: Drawn, steps: int) -> tuple[arb, ...]:
    """The weights after so many steps; a prompt holds each token that was drawn after its query."""
    K, n = len(drawn), sum(map(sum, drawn))
    cells = [(k, j) for k in range(K) for j in range(K) if drawn[k][j]]
    at = Instance(
        E=e,
        N=[tuple(int(times > 0) for times in drawn[k]) for k, _ in cells],
        b=tuple(k for k, _ in cells),
        g=tuple(j for _, j in cells),
        mu=tuple(Fraction(drawn[k][j], n) for k, j in cells),
        rates=((Fraction(1, 2) if e == SKEW else Fraction(K, 2)),) * steps,
    )
    return enclose(lambda: [x for row in descent(at, steps + 1)[0][-1] for x in row], 8)
