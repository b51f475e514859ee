"""Paths to check section E on: tokens by time, their counts, and what is summed up along them.

A path is given by its tokens, from 0: ``path[0]`` is the last token of the prompt and ``path[t]``
token number t; after its end the winner g follows for ever.  The prompt holds token k ``n0[k]``
times.  Chances come from a one-hot attention layer with the logits log P (`checks.walks.chances`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flint import ctx, fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.strategies import Matrix
from checks.walks import chances, start
from numeric.arithmetic import ball, enclose
from numeric.exact import rational
from numeric.forms import Form
from numeric.instance import Instance

__all__ = ["above", "along_path", "below", "drawn", "kappa", "near", "power", "rate", "spread"]
__all__ += ["summed"]

LENGTH = 12
"""How many tokens of a path are drawn, with the last of the prompt."""

LOOKED = range(LENGTH + 1)
"""The times at which constants are chosen: more than the second engine looks at."""

DIGITS = 20


@st.composite
def drawn(draw: st.DrawFn, K: int, P: st.SearchStrategy[Matrix] | None = None) -> Instance:
    """Any path, a token g, and the time ``m`` of an induction."""
    at, token = draw(start(K, P)), st.integers(0, K - 1)
    path = draw(st.tuples(*[token] * LENGTH))
    m = draw(st.integers(0, 4))
    return Instance(K=K, P=at["P"], n0=at["A"], g=draw(token), path=path, m=m)


@st.composite
def near(draw: st.DrawFn, K: int, P: st.SearchStrategy[Matrix] | None = None) -> Instance:
    """A path near g: half of the tokens are, and perhaps most of the prompt.

    ``eps`` is the least for which the other tokens are at most eps times as many as g, or more.
    """
    at = draw(drawn(K, P))
    g, more = at["g"], draw(st.sampled_from([0, 3, 30]))
    n0 = tuple(n + more if k == g else n for k, n in enumerate(at["n0"]))
    winner = draw(st.tuples(*[st.booleans()] * LENGTH))
    path = tuple(g if wins else k for wins, k in zip(winner, at["path"], strict=True))
    at = at.replace(n0=n0, path=path)
    return at.replace(eps=draw(st.sampled_from([fmpq(1), fmpq(3, 2)])) * spread(at))


def spread(at: Instance) -> fmpq:
    """How many times as many as g the other tokens are at most, at the times looked at."""
    N = along_path(at)["N"]
    held = [[N(t, k) for k in range(1, at["K"] + 1)] for t in LOOKED]
    return max(rational(sum(row) / row[at["g"]] - 1) for row in held)


def along_path(at: Instance) -> dict[str, Function]:
    """``x(t)``, ``N(t, k)`` and the chance ``q(t, k)`` of token k after time t.

    An instance breaks the counts where ``n0`` is not whole or not positive, or where it has
    ``counts``: a row for each time from 0 on, the last of which stays.  The chances follow them.
    """
    path, tokens = at["path"], range(1, at["K"] + 1)

    def x(t: int) -> int:
        return int(path[t] if t < len(path) else at["g"]) + 1

    @cache
    def count(t: int, k: int) -> fmpq:
        if t < 0:
            raise ValueError(f"time {t}: expected 0 or more")
        return count(t - 1, k) + int(x(t) == k) if t else rational(at["n0"][k - 1])

    def broken(t: int, k: int) -> fmpq:
        return rational(at["counts"][min(t, len(at["counts"]) - 1)][k - 1])

    N = broken if "counts" in at else count
    layer = chances(at, lambda t, k: int(N(t, k)), x)

    def q(t: int, k: int) -> Any:
        if all(N(t, j).q == 1 and N(t, j) >= 0 for j in tokens):
            return layer(t, k)
        weights = [N(t, j) * at["P"][x(t) - 1][j - 1] for j in tokens]  # no prompt has such counts
        return weights[k - 1] / sum(weights)

    return {"x": x, "N": N, "q": q}


def summed(at: Instance, **terms: Callable[[int], Any]) -> dict[str, Function]:
    """For each name ``F`` the function with F(0) = 0 and F(t + 1) = F(t) + term(t).

    The terms are rational, forms (`power`) or balls.  An instance breaks F where it has ``F_off``,
    its value at 0, or ``F_late``, added in every step.
    """
    return {name: _running(at, name, term) for name, term in terms.items()}


def _running(at: Instance, name: str, term: Callable[[int], Any]) -> Function:
    first, late = (rational(at.get(f"{name}_{end}") or 0) for end in ("off", "late"))
    known: dict[int, list[Any]] = {}  # by precision, which balls depend on

    def value(t: int) -> Any:
        if t < 0:
            raise ValueError(f"{name}({t}): expected a time from 0 on")
        values = known.setdefault(ctx.prec, [first])
        for time in range(len(values) - 1, t):
            try:
                values.append(values[-1] + term(time) + late)
            except ZeroDivisionError:
                raise ValueError(f"{name}({time + 1}): a division by zero") from None
        return values[t]

    return value


def power(x: Any, r: Any) -> Any:
    """x^r for rationals x > 0 and r: rational where r is a whole number, else a form.

    Raises ValueError for another x.
    """
    x, r = rational(x), rational(r)
    if x <= 0:
        raise ValueError(f"({x})^({r}): expected a positive base")
    return x ** int(r.p) if r.q == 1 else (Form.log_of(x) * r).exp()


def above(f: Callable[[int], Any], times: Iterable[int] = LOOKED) -> fmpq:
    """A number of hundredths that is larger than f at the times."""
    values = enclose(lambda: [ball(f(t)) for t in times], DIGITS)
    most = max(x.upper().fmpq() for x in values)
    return fmpq((100 * most).floor() + 1, 100)


def below(f: Callable[[int], Any], times: Iterable[int] = LOOKED) -> fmpq:
    """A number of hundredths that is smaller than f at the times."""
    return -above(lambda t: -f(t), times)


def kappa(at: Instance) -> fmpq:
    """How many times as much as g the rows like a token at most."""
    return max(rational(p) / rational(row[at["g"]]) for row in at["P"] for p in row)


def rate(at: Instance, b: int) -> fmpq:
    """How many times as much as g the row of g likes token b (from 0)."""
    row = at["P"][at["g"]]
    return rational(row[b]) / rational(row[at["g"]])
