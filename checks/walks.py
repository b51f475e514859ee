"""Walks to check section E on: histories by number, their counts, and means by enumeration.

A history is the prompt and the tokens generated since.  Numbers run from 1: history 1 is the
prompt, and token k leads from history w to history K (w - 1) + k + 1, so that every number is one
history.  Chances come from a one-hot attention layer with the logits log P; means of a function are
sums over all futures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from flint import arb, fmpq, fmpz
from hypothesis import strategies as st

from checks.computed import Function
from checks.strategies import Matrix
from numeric.arithmetic import softmax_exact
from numeric.attention import scores
from numeric.exact import Log, rational
from numeric.instance import Instance

__all__ = [
    "avoiding",
    "estimating",
    "frequency",
    "gamma_ratio",
    "generated",
    "informed",
    "mean_of",
    "proportional",
    "start",
    "walk",
]


@st.composite
def start(draw: st.DrawFn, K: int, P: st.SearchStrategy[Matrix] | None = None) -> Instance:
    """A chain (rows up to scale), the prompt's counts A, each at least 1, and its last token."""
    entries = st.integers(1, 5)
    rows = st.tuples(*[st.tuples(*[entries] * K)] * K) if P is None else P
    counts = draw(st.tuples(*[st.integers(1, 3)] * K))
    return Instance(K=K, P=draw(rows), A=counts, x0=draw(st.integers(0, K - 1)), m=1)


def walk(at: Instance) -> dict[str, Function]:
    """``n``, ``last``, ``next`` and ``q`` of the walk that starts with the prompt."""
    K = at["K"]

    @cache
    def path(w: int) -> tuple[int, ...]:
        """The tokens, from 1, that lead from the prompt to history w."""
        if w < 1:
            raise ValueError(f"history {w}: expected 1 or more")
        return () if w == 1 else (*path((w - 2) // K + 1), (w - 2) % K + 1)

    @cache
    def count(w: int, k: int) -> int:
        return int(at["A"][k - 1]) + path(w).count(k)

    def last(w: int) -> int:
        return path(w)[-1] if w > 1 else int(at["x0"]) + 1

    return {
        "n": count,
        "last": last,
        "next": lambda w, k: K * (w - 1) + k + 1,
        "q": chances(at, count, last),
    }


def generated(at: Instance, f: Callable[[Function, int], Any]) -> dict[str, Function]:
    """The walk, and ``mean(s, w)`` of f(n, w), n the counts.

    An instance breaks it where it has ``frozen`` (counts that no token changes: that of b grows as
    this power of w, the others as the power ``crowd``), ``off`` (added to the mean after no token)
    or ``late`` (after some).
    """
    made = frozen(at, walk(at))
    mean = mean_of(at["K"], made, lambda w: f(made["n"], w))
    return made | {"mean": shifted(at, mean)}


def frozen(at: Instance, made: dict[str, Function]) -> dict[str, Function]:
    """The walk with the counts that the instance breaks it with."""
    if "frozen" not in at:
        return made
    power, crowd = at["frozen"], at.get("crowd") or 0
    return made | {"n": lambda w, k: at["A"][k - 1] * w ** (power if k == at["b"] + 1 else crowd)}


def frequency(at: Instance) -> dict[str, Function]:
    """The walk, and the mean frequency of token b."""
    tokens = range(1, at["K"] + 1)
    return generated(at, lambda n, w: fmpq(n(w, at["b"] + 1), sum(n(w, j) for j in tokens)))


def gamma_ratio(x: Any, y: Any) -> Any:
    """Gamma(x) / Gamma(y) of rationals: of whole numbers a rational, else a ball.

    Raises ValueError where Gamma has no value.
    """
    x, y = rational(x), rational(y)
    if any(z <= 0 and z.q == 1 for z in (x, y)):
        raise ValueError(f"Gamma({x}) / Gamma({y}): expected no whole number below 1")
    if x.q == y.q == 1:
        return fmpq(fmpz.fac_ui(x.p - 1), fmpz.fac_ui(y.p - 1))
    return arb(x).gamma() / arb(y).gamma()


@st.composite
def proportional(draw: st.DrawFn, K: int) -> Instance:
    """Column b is rho times column g; g is held more than kappa rho times."""
    at = draw(start(K))
    g, b = draw(st.permutations(range(K)))[:2]
    rho = draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(2)]))
    kappa = draw(st.sampled_from([Fraction(k) for k in range(4)] + [Fraction(1, 2)]))
    rows = tuple(tuple(rho * row[g] if j == b else row[j] for j in range(K)) for row in at["P"])
    more = int(kappa * rho)
    counts = tuple(n + more if j == g else n for j, n in enumerate(at["A"]))
    return at.replace(P=rows, A=counts, g=g, b=b, rho=rho, kappa=kappa)


@st.composite
def sharp(draw: st.DrawFn, K: int) -> Instance:
    """Column b is rho times column g, the others at most theta times it, theta > rho."""
    at = draw(start(K))
    g, b = draw(st.permutations(range(K)))[:2]
    rho = draw(st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2)]))
    theta = rho + draw(st.sampled_from([Fraction(1, 10), Fraction(2, 5)]))
    share = st.sampled_from([Fraction(1), Fraction(1, 3)])
    rows = tuple(
        tuple(
            row[g] if j == g else row[g] * (rho if j == b else theta * draw(share))
            for j in range(K)
        )
        for row in at["P"]
    )
    counts = tuple(n + int(rho + theta) if j == g else n for j, n in enumerate(at["A"]))
    return at.replace(P=rows, A=counts, g=g, b=b, rho=rho, theta=theta)


@st.composite
def dominated(draw: st.DrawFn, K: int) -> Instance:
    """The column of b is below rho times that of g: where they are equal, balls cannot tell."""
    at = draw(start(K))
    g, b = draw(st.permutations(range(K)))[:2]
    rho = draw(st.sampled_from([Fraction(1, 2), Fraction(4, 5), Fraction(1, 10)]))
    share = st.sampled_from([Fraction(99, 100), Fraction(2, 3)])
    rows = tuple(
        tuple(rho * draw(share) * row[g] if j == b else row[j] for j in range(K)) for row in at["P"]
    )
    return at.replace(P=rows, g=g, b=b, rho=rho)


def chances(at: Instance, count: Function, last: Function) -> Function:
    """``q(w, k)``: the law of a one-hot layer with logits log P after a history."""
    K = at["K"]
    one_hot = tuple(tuple(int(i == j) for j in range(K)) for i in range(K))
    logits = tuple(tuple(Log.of(rational(at["P"][a][k])) for a in range(K)) for k in range(K))

    @cache
    def score(query: int) -> tuple[Log, ...]:
        """The score of each token under a query."""
        return scores(one_hot, logits, range(K), query)

    @cache
    def law(counts: tuple[int, ...], query: int) -> tuple[fmpq, ...]:
        keys = [k for k, n in enumerate(counts) for _ in range(n)]
        attention = softmax_exact([score(query)[k] for k in keys])
        read = [fmpq(0)] * K  # the values and the readout are one-hot
        for k, attended in zip(keys, attention, strict=True):
            read[k] += attended
        return tuple(read)

    return lambda w, k: law(tuple(count(w, j) for j in range(1, K + 1)), last(w) - 1)[k - 1]


def futures(K: int, walk: Mapping[str, Function]) -> Function:
    """``(s, w)``: where s tokens lead from history w, each with its chance: all K^s futures."""

    @cache
    def found(s: int, w: int) -> list[tuple[fmpq, int]]:
        if s == 0:
            return [(fmpq(1), w)]
        longer = product(found(s - 1, w), range(1, K + 1))
        return [(chance * walk["q"](v, k), walk["next"](v, k)) for (chance, v), k in longer]

    return found


def mean_of(K: int, walk: Mapping[str, Function], f: Callable[[int], Any]) -> Function:
    """``mean(s, w)``: the mean of f(history) after s more tokens."""
    led = futures(K, walk)
    return lambda s, w: sum((chance * f(here) for chance, here in led(s, w)), fmpq(0))


def avoiding(at: Instance) -> dict[str, Function]:
    """The walk, and ``avoid(s, w)``: the chance that none of the next s tokens is b.

    An instance breaks it where it has ``frozen``, ``late`` (as above) or ``times`` (a factor).
    """
    made, K = walk(at), at["K"]
    led = futures(K, made)

    @cache
    def avoid(s: int, w: int) -> fmpq:
        without = (chance for chance, here in led(s, w) if at["b"] not in drawn(here, s))
        return sum(without, fmpq(0)) * (at.get("times") or 1) + ((s and at.get("late")) or 0)

    def drawn(w: int, s: int) -> list[int]:
        """The last s tokens of a history, from 0."""
        return [(w - 2) % K, *drawn((w - 2) // K + 1, s - 1)] if s else []

    return frozen(at, made) | {"avoid": avoid}


def reaching(at: Instance) -> dict[str, Function]:
    """The walk; ``big(w)``: token b has frequency eps or more (1, else 0); and the chances of it.

    ``seen(s, w)``: at one of the next s + 1 times; ``mean(s, w)``: at one of h + 1 times, after s
    tokens.  An instance breaks them where it has ``frozen``, ``off`` or ``late`` (as above),
    ``always`` (big is 1), ``sure`` (seen is 1) or ``soon`` (seen is 1 after a token).
    """
    made, K, h = walk(at), at["K"], at["h"]
    led = futures(K, made)
    made = frozen(at, made)

    @cache
    def big(w: int) -> int:
        held = [made["n"](w, k) for k in range(1, K + 1)]
        return int(bool(at.get("always") or held[at["b"]] >= at["eps"] * sum(held)))

    def ever(w: int, times: int) -> bool:
        """Whether it is so at one of the last times that end with history w."""
        return bool(times) and (bool(big(w)) or ever((w - 2) // K + 1, times - 1))

    @cache
    def chance(s: int, first: int, w: int) -> fmpq:
        """That it is so at one of the times first, ..., s from history w on."""
        sure = at.get("sure") or (at.get("soon") and s - first > 0)
        times = s - first + 1
        return sum((c for c, here in led(s, w) if sure or ever(here, times)), fmpq(0))

    return made | {
        "big": big,
        "seen": lambda s, w: chance(s, 0, w),
        "mean": lambda s, w: chance(s + h, s, w) + (at.get("late" if s else "off") or 0),
    }


def estimating(at: Instance) -> dict[str, Function]:
    """The walk under P, two chains with e(a) more in entry (b, b), and an estimate of that entry.

    ``Q(a, i, k)`` and ``p(a, w, k)`` are the chains and their laws; ``est(w)`` runs through the
    numbers ``guess`` of the instance; ``f(a, w)`` is 1 where it is off by more than eps, else 0;
    ``err(a, s, w)`` the chance of that after s tokens.  An instance breaks it where it has
    ``frozen``, ``stuck`` (token b is always the last) or, each for the two chains, ``hit`` and
    ``miss`` (added to f where the estimate is not off, and where it is), ``off`` and ``late``.
    """
    b, guess = at["b"], [rational(x) for x in at["guess"]]
    made = frozen(at, stuck(at)) | {"est": lambda w: guess[w % len(guess)]}
    chains = [added(at["P"], b, e) for e in at["e"]]
    laws, offs, chances = [], [], []
    for a, chain in enumerate(chains):
        breaks = {name: value[a] for name, value in at.items() if name in BREAKS}
        there = stuck(at.replace(P=chain))
        laws.append(there["q"])
        offs.append(missed(at, breaks, made["est"], rational(chain[b][b])))
        chances.append(shifted(breaks, mean_of(at["K"], there, offs[a])))
    return made | {
        "Q": lambda a, i, k: chains[a - 1][i - 1][k - 1],
        "p": lambda a, w, k: laws[a - 1](w, k),
        "f": lambda a, w: offs[a - 1](w),
        "err": lambda a, s, w: chances[a - 1](s, w),
    }


BREAKS = ("hit", "miss", "off", "late")


def added(P: Matrix, b: int, e: Any) -> Matrix:
    """The chain with e more in entry (b, b)."""
    return tuple(
        tuple(x + e if i == j == b else x for j, x in enumerate(row)) for i, row in enumerate(P)
    )


def missed(at: Instance, breaks: Mapping[str, Any], est: Function, entry: fmpq) -> Function:
    """``f(w)``: whether the estimate is off by more than eps."""
    hit, miss = breaks.get("hit", 0), 1 + breaks.get("miss", 0)
    return lambda w: miss if abs(est(w) - entry) > at["eps"] else hit


def shifted(at: Mapping[str, Any], mean: Function) -> Function:
    """The mean, and what an instance adds to it after no token and after some."""
    return lambda s, w: mean(s, w) + (at.get("late" if s else "off") or 0)


def stuck(at: Instance) -> dict[str, Function]:
    """The walk; where an instance has ``stuck``, token b is always the last."""
    if not at.get("stuck"):
        return walk(at)
    rows = (at["P"][at["b"]],) * at["K"]
    return walk(at.replace(P=rows)) | {"last": lambda _: at["b"] + 1}


def informed(at: Instance) -> dict[str, Function]:
    """The walk, and ``info(s, w)``: the mean square of the score of log P(b, b), of s tokens.

    An instance breaks it where it has ``frozen``, ``stuck``, ``off`` or ``late``.
    """
    made, K, b = stuck(at), at["K"], at["b"] + 1

    def squared(w: int) -> fmpq:
        """The mean square of the score, 1 or 0 less the chance of b: nothing but after b."""
        law = [made["q"](w, k) for k in range(1, K + 1)]
        squares = (q * (int(k == b) - law[b - 1]) ** 2 for k, q in enumerate(law, 1))
        return sum(squares, fmpq(0)) if made["last"](w) == b else fmpq(0)

    mean = mean_of(K, made, squared)
    summed = shifted(at, lambda s, w: sum((mean(t, w) for t in range(s)), fmpq(0)))
    return frozen(at, made) | {"info": summed}


def on_path(at: Instance, walk: Mapping[str, Function]) -> dict[str, Function]:
    """``x``, ``n``, ``q`` and ``chance`` at times t, along the tokens ``path`` of the instance."""
    histories = [1]
    chances = [fmpq(1)]
    for token in at["path"]:
        here = histories[-1]
        chances.append(chances[-1] * walk["q"](here, token + 1))
        histories.append(walk["next"](here, token + 1))
    return {
        "x": lambda t: walk["last"](histories[t]),
        "n": lambda t, k: walk["n"](histories[t], k),
        "q": lambda t, k: walk["q"](histories[t], k),
        "chance": lambda t: chances[t],
    }
