"""Paths to check claims E32 and E12 on: sums over a rare class, counts of losers, their noise."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from checks.computed import Function
from checks.paths import above, along_path, kappa, near, power, rate, spread, summed
from checks.walks import walk
from numeric.arithmetic import ball
from numeric.exact import rational
from numeric.instance import Instance

__all__ = ["class_sum", "compared", "histories", "loser", "loser_sums", "others", "others_sums"]
__all__ += ["rare", "row_from_one", "settled"]

MORE = st.sampled_from([fmpq(1), fmpq(1), fmpq(3, 2)])


def class_sum(at: Instance) -> dict[str, Function]:
    """The path, and ``F(t)``: ``share`` times q G^-beta, summed where the token is of the class."""
    made, g = along_path(at), at["g"] + 1

    def added(t: int) -> Any:
        weight = rational(at["share"]) * rational(at["q"]) * rational(at["z"][made["x"](t) - 1])
        return weight * power(made["N"](t, g), -rational(at["beta"]))

    return made | summed(at, F=added)


@st.composite
def rare(draw: st.DrawFn, K: int) -> Instance:
    """A class of tokens, and rates: it is counted at most c G^sigma times."""
    at = draw(near(K))
    z = draw(st.tuples(*[st.integers(0, 1)] * K))
    sigma = draw(st.sampled_from([fmpq(0), fmpq(1, 2), fmpq(1, 3), fmpq(1)]))
    beta = sigma + draw(st.sampled_from([fmpq(1, 2), fmpq(1), fmpq(2)]))
    q = draw(st.sampled_from([fmpq(0), fmpq(1, 2), fmpq(1), fmpq(3)]))
    share = draw(st.sampled_from([fmpq(1), fmpq(1), fmpq(1, 3), fmpq(-1)]))
    N = along_path(at)["N"]
    tokens = range(1, K + 1)

    def per_power(t: int) -> Any:
        return ball(sum(z[k - 1] * N(t, k) for k in tokens)) / ball(power(N(t, at["g"] + 1), sigma))

    c = draw(MORE) * above(per_power)
    return at.replace(z=z, sigma=sigma, beta=beta, q=q, share=share, c=c)


def squared(log_of: Callable[[int], Any], drift: Function) -> Callable[[int], Any]:
    """The square of the noise: of the logarithm of a count less what it has drifted."""
    return lambda t: (ball(log_of(t)).log() - ball(drift(t))) ** 2


def count_of_others(at: Instance, N: Function) -> Callable[[int], fmpq]:
    """How often tokens other than g have been counted."""
    return lambda t: sum(N(t, k) for k in range(1, at["K"] + 1)) - N(t, at["g"] + 1)


def others_sums(at: Instance) -> dict[str, Function]:
    """The path, and ``C(t)``: the chances of tokens other than g, divided by their count."""
    made, g = along_path(at), at["g"] + 1
    count = count_of_others(at, made["N"])
    return made | summed(at, C=lambda t: (1 - made["q"](t, g)) / count(t))


@st.composite
def others(draw: st.DrawFn, K: int) -> Instance:
    """Any path, and numbers that bound the other tokens, the rows and the noise."""
    at = draw(near(K))
    made = others_sums(at)
    rho = draw(MORE) * max(rate(at, k) for k in range(K) if k != at["g"])
    rows = draw(MORE) * kappa(at)
    sigma = draw(MORE) * (rho + rows * at["eps"])
    cb = draw(MORE) * above(squared(count_of_others(at, made["N"]), made["C"]))
    return at.replace(rho=rho, kappa=rows, sigma=sigma, cb=cb)


def loser_sums(at: Instance) -> dict[str, Function]:
    """The path, the drifts ``C`` and ``D`` of b and g, and ``R``: 1 / G where g is not last."""
    made, g, b = along_path(at), at["g"] + 1, at["b"] + 1
    N, q = made["N"], made["q"]
    return made | summed(
        at,
        C=lambda t: q(t, b) / N(t, b),
        D=lambda t: q(t, g) / N(t, g),
        R=lambda t: (made["x"](t) != g) / N(t, g),
    )


@st.composite
def loser(draw: st.DrawFn, K: int) -> Instance:
    """Any path, a token b, and numbers that bound R, the rows and the noise."""
    at = draw(near(K))
    at = at.replace(b=draw(st.integers(0, K - 1)))
    made, N = loser_sums(at), along_path(at)["N"]
    return at.replace(
        rho=rate(at, at["b"]),
        kappa=draw(MORE) * kappa(at),
        r=draw(MORE) * above(made["R"]),
        cb=draw(MORE) * above(squared(lambda t: N(t, at["b"] + 1), made["C"])),
        cg=draw(MORE) * above(squared(lambda t: N(t, at["g"] + 1), made["D"])),
    )


@st.composite
def compared(draw: st.DrawFn, K: int) -> Instance:
    """Any path, a token b, and any rho: c bounds the square of log N(t, b) - rho log N(t, g)."""
    at = draw(near(K))
    at = at.replace(b=draw(st.integers(0, K - 1)))
    rho = draw(st.sampled_from([rate(at, at["b"]), fmpq(0), fmpq(1, 2), fmpq(-1)]))
    N = along_path(at)["N"]

    def squared_excess(t: int) -> Any:
        of_b, of_g = (ball(N(t, at[token] + 1)).log() for token in "bg")
        return (of_b - ball(rho) * of_g) * (of_b - ball(rho) * of_g)

    return at.replace(rho=rho, c=draw(MORE) * above(squared_excess))


def histories(at: Instance) -> dict[str, Function]:
    """The walk of histories, of which ``h(t)`` is the one after t tokens of the path.

    ``spent(w)`` adds up the chances of b after a on the way to history w, ``informed(w)`` the
    information on it.
    """
    K, x = at["K"], along_path(at)["x"]
    made = walk(at.replace(A=at["n0"], x0=at["path"][0]))
    q = made["q"]

    @cache
    def h(t: int) -> int:
        return int(made["next"](h(t - 1), x(t))) if t else 1

    def so_far(gain: Callable[[fmpq], fmpq]) -> Function:
        @cache
        def added(w: int) -> fmpq:
            if w == 1:
                return fmpq(0)
            before = (w - 2) // K + 1
            used = made["last"](before) == at["a"] + 1
            more: fmpq = added(before) + used * gain(q(before, at["b"] + 1))
            return more

        return added

    sums = {"spent": so_far(lambda p: p), "informed": so_far(lambda p: p * (1 - p))}
    return made | sums | {"x": x, "h": h}


def settled(
    shares: tuple[fmpq, ...], other: tuple[fmpq, ...] = ()
) -> Callable[[int], st.SearchStrategy[Instance]]:
    """Paths near a token g that has so much of the prompt that lam + kappa eps < 1.

    Row g likes the losers a and b by shares of how much it likes itself: alpha from ``other``, or
    from the same, and beta = rho from ``shares``.
    """

    @st.composite
    def instances(draw: st.DrawFn, K: int) -> Instance:
        at = draw(near(K))
        g, *losers = draw(st.permutations(range(K)))
        a, b = draw(st.sampled_from(losers)), draw(st.sampled_from(losers))
        beta = draw(st.sampled_from(shares))
        alpha = beta if a == b else draw(st.sampled_from(other or shares))
        liked = {g: fmpq(1), b: beta} | {a: alpha}
        row = tuple(liked.get(k, fmpq(1, 2)) for k in range(K))
        at = at.replace(g=g, P=tuple(row if i == g else p for i, p in enumerate(at["P"])))
        lam, rows = max(row[k] for k in losers), kappa(at)
        most = sum(at["n0"]) + len(at["path"])
        enough = int((2 * most * rows / (1 - lam)).ceil())
        at = at.replace(n0=tuple(enough if k == g else n for k, n in enumerate(at["n0"])))
        theta = min(fmpq(1), *(liked_by(at["P"][a], b, k) for k in range(K)))
        return at.replace(
            a=a, b=b, alpha=alpha, beta=beta, rho=beta, lam=lam, kappa=rows, eps=spread(at),
            theta=theta, eta=draw(st.sampled_from([fmpq(1), fmpq(3, 2), fmpq(9)])), r=fmpq(3, 4),
        )  # fmt: skip

    return instances


def liked_by(row: tuple[Any, ...], b: int, k: int) -> fmpq:
    """How many times as much as token k the row likes b."""
    return rational(row[b]) / rational(row[k])


def row_from_one(instances: Callable[[int], st.SearchStrategy[Instance]]) -> dict[str, Any]:
    """The same for a theorem that does not say that a is a token, so that a counts from 1."""
    return {
        "instances": lambda K: instances(K).map(lambda at: at.replace(a=at["a"] + 1)),
        "computed": lambda at: histories(at.replace(a=at["a"] - 1)),
    }
