"""Exact instances that meet assumptions by construction, for Hypothesis.

A layer has integer embeddings E = (T | R) with T unit lower triangular, so its rows are
independent; the readout is C = G^{-1} E.  The entries of W are logarithms of rationals, so that
every exp(score) is rational; in a few layers they are rationals or of size 10^4.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from numeric.exact import Log
from numeric.instance import Instance
from numeric.linalg import inverse_gram, product, readout, rows
from numeric.linalg import matrix as matrix_of

__all__ = [
    "Matrix",
    "chain",
    "dependent",
    "embeddings",
    "gram",
    "keyed",
    "layer",
    "logs",
    "marked",
    "matrix",
    "path",
    "positioned",
    "prompt",
    "ratio",
    "small",
    "support",
    "transpose",
    "walk",
    "walks",
    "weights",
]

Matrix = tuple[tuple[Any, ...], ...]
small = st.integers(-2, 2)
ratio = st.builds(Fraction, st.integers(1, 9), st.integers(1, 9))
logs = ratio.map(Log.of)


def transpose(A: Matrix) -> Matrix:
    """The transpose of a matrix."""
    return tuple(zip(*A, strict=True))


def matrix(entries: st.SearchStrategy[Any], height: int, width: int) -> st.SearchStrategy[Matrix]:
    """Matrices with the given entries."""
    row = st.tuples(*[entries] * width)
    return st.tuples(*[row] * height)


def prompt(K: int, most: int = 5) -> st.SearchStrategy[tuple[int, ...]]:
    """Prompts of length 1 to ``most``, token ids from 0; tokens may be absent."""
    return st.lists(st.integers(0, K - 1), min_size=1, max_size=most).map(tuple)


@st.composite
def embeddings(draw: st.DrawFn, K: int) -> Matrix:
    """K independent integer rows of width K or K + 1."""
    wider = draw(st.integers(0, 1))
    return tuple(
        tuple(draw(small) if v < k else int(v == k) for v in range(K))
        + tuple(draw(small) for _ in range(wider))
        for k in range(K)
    )


def weights(d: int) -> st.SearchStrategy[Matrix]:
    """Weights d x d: logarithms, extreme logarithms, or rationals."""
    extreme = st.sampled_from([Log(), Log.of(2) * 10_000, Log.of(2) * -10_000])
    rational = st.builds(Fraction, st.integers(-30_000, 30_000), st.just(3))
    mostly = matrix(logs, d, d)
    return st.one_of(mostly, mostly, matrix(extreme, d, d), matrix(rational, d, d))


@st.composite
def layer(draw: st.DrawFn, K: int, mild: bool = False) -> Instance:
    """A layer with a prompt: K, L, d, E, C, W, x; mild: W of small logarithms only."""
    E = draw(embeddings(K))
    x = draw(prompt(K))
    d = len(E[0])
    W = draw(matrix(st.integers(1, 4).map(Log.of), d, d) if mild else weights(d))
    return Instance(K=K, L=len(x), d=len(E[0]), E=E, C=readout(E), W=W, x=x)


def gram(E: Matrix) -> Matrix:
    """The inverse of the Gram matrix."""
    return rows(inverse_gram(E))


@st.composite
def chain(draw: st.DrawFn, K: int) -> Matrix:
    """A positive chain: rational rows that sum to one."""
    raw = draw(matrix(st.integers(1, 9), K, K))
    return tuple(tuple(Fraction(p, sum(row)) for p in row) for row in raw)


@st.composite
def dependent(draw: st.DrawFn, K: int) -> tuple[Matrix, tuple[int, ...], int]:
    """Dependent rows: E, scalars beta with sum_k beta_k e_k = 0, and a with beta_a = 1."""
    free = draw(matrix(small, K - 1, K)) if K > 1 else ()
    beta = [-b for b in draw(st.tuples(*[small] * (K - 1)))]
    last = tuple(-sum(b * row[v] for b, row in zip(beta, free, strict=True)) for v in range(K))
    a = draw(st.integers(0, K - 1))
    order = [*range(K - 1)]
    order.insert(a, K - 1)
    E, scalars = [*free, last], [*beta, 1]
    return tuple(E[k] for k in order), tuple(scalars[k] for k in order), a


@st.composite
def positioned(
    draw: st.DrawFn, K: int, separable: bool = False, constant: bool = False
) -> Instance:
    """A layer with position vectors U and a readout that sees none: C E^T = I, C U^T = 0.

    In a unimodular basis M the tokens fill the first K coordinates and the positions the others;
    separable: W has no block that joins the two.
    """
    extra = draw(st.integers(1, 2))
    d, x = K + extra, draw(prompt(K))
    M = tuple(tuple(draw(small) if v < u else int(v == u) for v in range(d)) for u in range(d))
    inverse = rows(matrix_of(M).inv())
    vectors = draw(matrix(small, 1 if constant else len(x), extra))
    U = product([(0,) * K + row for row in vectors], M) * (len(x) if constant else 1)
    joined = [(u < K) != (v < K) for u in range(d) for v in range(d)]
    free = draw(matrix(logs, d, d))
    blocks = tuple(
        tuple(Log() if separable and joined[u * d + v] else free[u][v] for v in range(d))
        for u in range(d)
    )
    W = product(product(inverse, blocks), transpose(inverse))
    return Instance(
        K=K,
        L=len(x),
        d=d,
        x=x,
        E=M[:K],
        U=U,
        C=transpose(inverse)[:K],
        W=tuple(tuple(Log() + entry for entry in row) for row in W),
    )


@st.composite
def support(draw: st.DrawFn, K: int, connected: bool) -> Instance:
    """Counts N of a support of prompts for query a, a chain P, and the components.

    ``component[i]`` is the least token joined to i; connected: one prompt more joins them all.
    """
    prompts = [draw(prompt(K, most=3)) for _ in range(draw(st.integers(1, 3)))]
    if connected:
        tokens = draw(st.permutations(range(K)))
        prompts += [tuple(tokens[at : at + 2]) for at in range(max(1, K - 1))]
    component = list(range(K))
    for _ in range(K):
        for held in prompts:
            least = min(component[i] for i in held)
            for i in held:
                component[i] = least
    N = tuple(tuple(held.count(i) for i in range(K)) for held in prompts)
    at = Instance(K=K, M=len(prompts), N=N, key=tuple(held[0] for held in prompts))
    a = draw(st.integers(0, K - 1))
    return at.replace(a=a, P=draw(chain(K)), component=component, n=draw(st.integers(0, 3)))


@st.composite
def marked(draw: st.DrawFn, K: int) -> Instance:
    """A support in which f is 1 on the component of b and 0 on that of g."""
    at = draw(support(K, connected=False))
    b = draw(st.integers(0, K - 1))
    component = at["component"]
    mark = tuple(int(component[i] == component[b]) for i in range(K))
    outside = [i for i in range(K) if not mark[i]]
    return at.replace(f=mark, b=b, g=draw(st.sampled_from(outside)) if outside else b)


def path(at: Instance, start: int, end: int) -> tuple[list[int], list[int]]:
    """A shortest path between two tokens (from 0), and the prompts that hold its edges.

    The last prompt holds the last token, where the path stays.
    """
    ways = {start: ([start], [next(x for x, row in enumerate(at["N"]) if row[start])])}
    queue = [start]
    for here in queue:
        for x, row in enumerate(at["N"]):
            for there in (i for i in range(at["K"]) if row[here] and row[i] and i not in ways):
                tokens, prompts = ways[here]
                ways[there] = [*tokens, there], [*prompts[:-1], x, x]
                queue.append(there)
    return ways[end]


def walk(at: Instance, start: int, end: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """K + 1 tokens of a path, which stays at its end, and the prompts that hold its edges.

    From a token to itself no prompt need hold it.
    """
    tokens, prompts = ([start], [0]) if start == end else path(at, start, end)
    last = [min(t, len(tokens) - 1) for t in range(at["K"] + 1)]
    return tuple(tokens[t] for t in last), tuple(prompts[t] for t in last)


def walks(at: Instance) -> dict[str, Callable[..., int]]:
    """Shortest paths c(i, j, t) of m(i, j) steps, tokens from 1, and their prompts y(i, j, t).

    Where there is none, a jump that breaks the assumption ``jump`` names.
    """

    def of_pair(i: int, j: int) -> tuple[list[int], list[int]]:
        try:
            return path(at, i - 1, j - 1)
        except KeyError:
            first, last = (next(x for x, row in enumerate(at["N"]) if row[k - 1]) for k in (i, j))
            jumps = (
                ([i - 1, j - 1], [first, last]),
                ([i - 1, j - 1], [last, last]),
                ([j - 1], [last]),
                ([i - 1], [first]),
            )
            return jumps[at["jump"]]

    def at_step(which: int) -> Callable[..., int]:
        def step(i: int, j: int, t: int) -> int:
            found = of_pair(i, j)[which]
            return found[min(t, len(found) - 1)] + 1

        return step

    return {"c": at_step(0), "y": at_step(1), "m": lambda i, j: len(of_pair(i, j)[0]) - 1}


def keyed(at: Instance) -> Instance:
    """The prompts as rows of L keys, by their counts; -1, no token, where a prompt is shorter."""
    held = [[k for k, n in enumerate(row) for _ in range(n)] for row in at["N"]]
    L = max(map(len, held))
    return at.replace(L=L, keys=tuple((*row, *[-1] * (L - len(row))) for row in held))
