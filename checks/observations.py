"""Prompts of one query with a token drawn after each: exact instances for Hypothesis.

``N[x]`` are the counts of prompt x and ``drawn[x]`` the token.  A chain is fitted if the laws of
the prompts add up to the frequencies of the tokens drawn: sum_x p(x, i) = sum_x [drawn(x) = i].
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from checks.strategies import chain, marked, matrix, prompt, ratio, support, walk
from numeric.instance import Instance

__all__ = ["closed", "compared", "descents", "fitted", "joined", "observations", "separated"]
__all__ += ["strong", "ways"]


def _drawn(draw: st.DrawFn, at: Instance) -> Instance:
    held = ([i for i, n in enumerate(row) if n] for row in at["N"])
    return at.replace(drawn=tuple(draw(st.sampled_from(tokens)) for tokens in held))


@st.composite
def observations(draw: st.DrawFn, K: int) -> Instance:
    """A support with a token drawn after each prompt."""
    return _drawn(draw, draw(support(K, connected=False)))


@st.composite
def compared(draw: st.DrawFn, K: int) -> Instance:
    """Observations with two chains, neither of them fitted."""
    at = draw(observations(K))
    return at.replace(R=draw(matrix(ratio, K, K)))


@st.composite
def descents(draw: st.DrawFn, K: int) -> Instance:
    """A walk along edges from b; after ``steps`` of them it is at g."""
    at = draw(observations(K))
    b = draw(st.sampled_from([i for i in range(K) if any(row[i] for row in at["N"])]))
    tokens, held = [b], []
    for _ in range(10):
        here = [x for x, row in enumerate(at["N"]) if row[tokens[-1]]]
        held.append(draw(st.sampled_from(here)))
        tokens.append(at["drawn"][held[-1]])
    m = draw(st.integers(0, K))
    return at.replace(b=b, g=tokens[m], steps=m, walk=tokens[:-1], held=held)


@st.composite
def _balanced(draw: st.DrawFn, K: int, full: bool = False) -> Instance:
    """After each prompt every token was drawn as often as P says; P is a row of integers.

    full: a prompt more holds every token.
    """
    row = draw(st.tuples(*[st.integers(1, 2)] * K))
    N, drawn = [], []
    prompts = draw(st.lists(prompt(K, most=3), min_size=1, max_size=1 if full else 2))
    for keys in (*prompts, *([tuple(range(K))] if full else [])):
        often = [i for i in keys for _ in range(row[i])]
        N += [tuple(keys.count(i) for i in range(K))] * len(often)
        drawn += often
    return Instance(K=K, M=len(N), N=N, drawn=drawn, P=(row,) * K)


@st.composite
def _cyclic(draw: st.DrawFn, K: int) -> Instance:
    """Each token was drawn once before the one before it; P is uniform, and a cycle its fit."""
    N = tuple(tuple(int(j in (i, (i + 1) % K)) for j in range(K)) for i in range(K))
    drawn = tuple((i + 1) % K for i in range(K))
    scale = draw(st.integers(1, 9))
    return Instance(K=K, M=K, N=N, drawn=drawn, P=((scale,) * K,) * K)


@st.composite
def fitted(draw: st.DrawFn, K: int) -> Instance:
    """A fitted chain P, and another one, R."""
    at = draw(st.one_of(_balanced(K), _cyclic(K)))
    at = at.replace(a=draw(st.integers(0, K - 1)), n=draw(st.integers(0, 3)))
    return at.replace(R=draw(matrix(ratio, K, K)))


@st.composite
def strong(draw: st.DrawFn, K: int) -> Instance:
    """A fitted chain on data whose edges lead from every token to every other."""
    at = draw(st.one_of(_balanced(K, full=True), _cyclic(K)))
    return at.replace(a=draw(st.integers(0, K - 1)), n=draw(st.integers(0, 3)))


def _way(at: Instance, start: int, end: int) -> tuple[list[int], list[int]]:
    """A shortest path along edges and its prompts; the last one keeps it where it ends.

    Where there is none, a jump that breaks the assumption ``jump`` names.
    """
    found: dict[int, tuple[list[int], list[int]]] = {start: ([start], [])}
    queue = [start]
    for here in queue:
        for x, (row, there) in enumerate(zip(at["N"], at["drawn"], strict=True)):
            if row[here] and there not in found:
                tokens, prompts = found[here]
                found[there] = [*tokens, there], [*prompts, x]
                queue.append(there)
    into = {token: x for x, token in enumerate(at["drawn"])}
    if end in found:
        return found[end][0], [*found[end][1], into[end]]
    first, last = (next(x for x, row in enumerate(at["N"]) if row[k]) for k in (start, end))
    jumps = (
        ([start, end], [into[end], into[end]]),
        ([start, end], [first, last]),
        ([end], [into[end]]),
        ([start], [into[start]]),
    )
    return jumps[at["jump"]]


def ways(at: Instance) -> dict[str, Callable[..., int]]:
    """Paths along edges, c(i, j, t) of m(i, j) steps, and their prompts y(i, j, t), from 1."""
    found = cache(lambda i, j: _way(at, i - 1, j - 1))

    def at_step(which: int) -> Callable[..., int]:
        def step(i: int, j: int, t: int) -> int:
            places = found(i, j)[which]
            return places[min(t, len(places) - 1)] + 1

        return step

    return {"c": at_step(0), "y": at_step(1), "m": lambda i, j: len(found(i, j)[0]) - 1}


@st.composite
def joined(draw: st.DrawFn, K: int) -> Instance:
    """R has the row of P, up to a factor; a prompt holds both b and g."""
    at = draw(fitted(K))
    factor = draw(st.integers(1, 9))
    held = [i for i in range(K) if at["N"][0][i]]
    b, g = draw(st.sampled_from(held)), draw(st.sampled_from(held))
    tokens, prompts = walk(at, b, g)
    scaled = tuple(tuple(factor * q for q in row) for row in at["P"])
    return at.replace(R=scaled, b=b, g=g, steps=K, walk=tokens, held=prompts)


@st.composite
def separated(draw: st.DrawFn, K: int) -> Instance:
    """A support in which f marks a component, with a token drawn after each prompt."""
    return _drawn(draw, draw(marked(K)))


@st.composite
def closed(draw: st.DrawFn, K: int) -> Instance:
    """Where a prompt holds a marked token, a marked one was drawn; one prompt holds both."""
    b, g = draw(st.permutations(range(K)))[:2]
    f = tuple(int(i == b or (i != g and draw(st.booleans()))) for i in range(K))
    prompts = draw(st.lists(prompt(K, most=3), max_size=2))
    mixed = draw(st.integers(0, len(prompts)))
    prompts.insert(mixed, (b, g, *draw(prompt(K, most=2))))
    drawn = tuple(
        draw(st.sampled_from([i for i in keys if f[i]] or list(keys))) for keys in prompts
    )
    N = tuple(tuple(keys.count(i) for i in range(K)) for keys in prompts)
    at = Instance(K=K, M=len(N), N=N, drawn=drawn, f=f, b=b, g=g, mixed=mixed)
    return at.replace(a=draw(st.integers(0, K - 1)), P=draw(chain(K)))
