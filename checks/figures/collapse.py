r"""Collapse of two tokens: the mean frequency E[y_t] of token 2 against the total length t.

P = [[1 - a, a], [b, 1 - b]], r1 = a / (1 - a), r2 = b / (1 - b), q = 1 - r1; A, B how often the
prompt holds tokens 1 and 2. The laws are exact up to a proved error of float64. By E8 and E10

    E[y_t] <= F t^-q,   rho = r1,   sigma = 1 / r2,   M = max(0, ceil((sigma - rho) / (1 - sigma))),

    F = sum_{h = 0..M} C_h B^(h+1) g_h + [the prompt ends in 2] sum_{h = 1..M} D_h B^(h) g_h,

with rising factorials, g_h = Gamma(A - rho - h) / Gamma(A), C_0 = 1, D_h = C_{h-1} (sigma - rho -
(h - 1)(1 - sigma)), C_h = rho D_h / (h (1 - rho)), if A > rho + M. For a + b >= 1, M = 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, log2, log10
from typing import Any

from flint import arb

from checks.figures import Figure
from checks.graph_figure import as_svg
from checks.two_tokens import Late, exponent, late, odds
from numeric.arithmetic import ball

__all__ = ["Chain", "constant_one", "dominated", "slopes", "weak"]

COLOURS = "#0072B2", "#D55E00", "#009E73"
"""Of the palette of Okabe and Ito; marks and labels tell the same."""

MARKS = "osD"
TIMES = tuple(2**k for k in range(4, 15))


@dataclass(frozen=True)
class Chain:
    """Two tokens and a prompt, token ids 0 and 1.

    Example:
        >>> Chain("1/4", "3/4", (0, 1)).name
        'a = 1/4, b = 3/4, prompt 12'
    """

    a: str
    b: str
    prompt: tuple[int, ...]

    @property
    def name(self) -> str:
        """What it is called in a figure."""
        return f"a = {self.a}, b = {self.b}, prompt {''.join(str(x + 1) for x in self.prompt)}"

    @property
    def q(self) -> Fraction:
        """1 - r1."""
        return exponent(self.a)

    @property
    def rate(self) -> Fraction:
        """A (r2 - 1)."""
        return self.prompt.count(0) * (odds(self.b) - 1)

    def laws(self, times: Sequence[int]) -> list[Late]:
        """The laws at total lengths in increasing order."""
        return list(late(self.a, self.b, self.prompt, times))

    @cached_property
    def F(self) -> arb:
        """The constant of the bound F t^-q.

        Raises ValueError where A is too small for it.

        Example:
            >>> round(float(Chain("1/5", "4/5", (0, 1)).F), 12)  # Gamma(3/4)
            1.225416702465
        """
        A, B = self.prompt.count(0), self.prompt.count(1)
        rho, sigma = odds(self.a), 1 / odds(self.b)
        M = max(0, ceil((sigma - rho) / (1 - sigma)))
        if A <= rho + M:
            raise ValueError(f"A = {A}: expected more than r1 + M = {rho + M}")
        C, rising, ends_in_2 = Fraction(1), B, self.prompt[-1] == 1
        total = B * _gammas(A, rho)
        for h in range(1, M + 1):
            D = C * (sigma - rho - (h - 1) * (1 - sigma))
            C = rho * D / (h * (1 - rho))
            weight = rising * (C * (B + h) + D * ends_in_2)
            total += ball(weight) * _gammas(A, rho + h)
            rising *= B + h
        return total

    def bound(self, t: int) -> arb:
        """F t^-q."""
        return self.F * _power(t, self.q)


def _gammas(A: int, x: Fraction) -> arb:
    """Gamma(A - x) / Gamma(A)."""
    return ball(A - x).gamma() / arb(A).gamma()


def _power(t: int, q: Fraction) -> arb:
    """t^-q."""
    return (-ball(q) * arb(t).log()).exp()


DOMINATED = (
    Chain("1/5", "4/5", (0, 1)),
    Chain("1/4", "9/10", (0, 0, 1)),
    Chain("2/5", "7/10", (0, 1)),
)
"""Token 1 is liked more in both rows, and a + b >= 1."""

WEAK = (
    Chain("1/10", "13/20", (0, 0, 1)),
    Chain("1/4", "3/5", (0, 1, 0)),
    Chain("1/4", "11/20", (0, 0, 0, 0, 1)),
)
"""The same with a + b < 1, and A large enough for E10."""

BENT = (
    Chain("1/5", "4/5", (0, 1)),
    Chain("1/10", "3/5", (0, 1)),
    Chain("1/4", "13/25", (0, 1)),
)
"""A (r2 - 1) is above q in the first, below in the others."""

URNS = Chain("1/5", "4/5", (0, 1)), Chain("1/5", "4/5", (0, 0, 1))
"""Of rank one, with a constant F above and below one."""


def dominated() -> Figure:
    """E[y_t] below the bound of E8, for three chains.

    Example:
        >>> {row[-1] for row in dominated().rows}
        {'yes'}
    """
    return _bounded(
        DOMINATED,
        r"each with $a < \frac12 < b$ and $a + b \geq 1$, so that $\rho = r_1$",
        r", $F = B \, \Gamma(A - \rho) / \Gamma(A)$",
    )


def weak() -> Figure:
    """E[y_t] below the bound of E10, for three chains with a + b < 1.

    Example:
        >>> {row[-1] for row in weak().rows}
        {'yes'}
    """
    return _bounded(
        WEAK, r"each with $a < \frac12 < b$ and $a + b < 1$, where E8 gives a smaller exponent", ""
    )


def _bounded(chains: Sequence[Chain], which: str, constant: str) -> Figure:
    """E[y_t] and F t^-q on logarithmic axes."""
    canvas, [axes] = _axes((6.6, 4.2), "mean frequency of token 2")
    rows: list[Sequence[object]] = []
    laws = {chain: chain.laws(TIMES) for chain in chains}
    for chain, colour, mark in zip(chains, COLOURS, MARKS, strict=True):
        found, bounds = laws[chain], [chain.bound(t) for t in TIMES]
        axes.plot(TIMES, _floats(bounds), color=colour, linewidth=1.2)
        means = [law.mean for law in found]
        axes.plot(TIMES, _floats(means), mark, color=colour, markersize=5, label=chain.name)
        for t, mean, bound in zip(TIMES, means, bounds, strict=True):
            below = "yes" if mean < bound else "no"
            rows.append((*_named(chain), t, _number(mean), _number(bound), below))
    axes.legend(frameon=False, loc="lower left", fontsize=8)
    n = sum(row[-1] == "yes" for row in rows)
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "Mean frequency of token 2 against the total length on logarithmic axes, for "
            f"{len(chains)} chains: points below straight lines, each as steep as its points."
        ),
        caption=(
            f"Points: $E[y_t]$ from the exact law of {len(chains)} chains, {which}; computed in "
            f"float64 with a proved relative error of at most {_error(laws.values())}. Lines: the "
            rf"bound $F t^{{-q}}$, $q = 1 - r_1${constant}. It holds at {n} of the {len(rows)} "
            f"points. Over the last doubling of $t$ these fall by the powers {_slopes(laws)} of 2; "
            f"the lines by {', '.join(f'{float(chain.q):.3f}' for chain in chains)}."
        ),
        columns=("a", "b", "prompt", "t", "E[y_t]", "bound", "below"),
        rows=rows,
    )


def _slope(early: Late, late: Late) -> float:
    """log2 of how often the mean fits in the one before."""
    return -log2(float(late.mean / early.mean))


def _slopes(laws: dict[Chain, list[Late]]) -> str:
    """The last slope of each chain."""
    return ", ".join(f"{_slope(*found[-2:]):.3f}" for found in laws.values())


def slopes() -> Figure:
    """E[y_t] of E13 and its local slope, which stays below q and falls.

    Example:
        >>> [row[-1] for row in slopes().rows if row[0] == "1/10"][-2:]
        ['0.6513', '0.6338']
    """
    canvas, [left, right] = _axes((9.0, 4.0), "mean frequency of token 2", "local slope")
    right.set(yscale="linear", ylim=(0, 1), xlabel="total length 2t")
    rows: list[Sequence[object]] = []
    laws = {chain: chain.laws((*(2**k for k in range(1, 4)), *TIMES)) for chain in BENT}
    for chain, colour, mark in zip(BENT, COLOURS, MARKS, strict=True):
        found = laws[chain]
        times, means = [law.length for law in found], _floats(law.mean for law in found)
        left.plot(times, means, mark, color=colour, markersize=4.5, label=chain.name)
        left.plot(times, _through(chain, times, means), color=colour, linewidth=1, linestyle="--")
        local = [_slope(*pair) for pair in pairwise(found)]
        right.plot(times[1:], local, f"{mark}-", color=colour, markersize=4.5, linewidth=0.8)
        right.axhline(float(chain.q), color=colour, linewidth=1, linestyle="--")
        rows += [
            (*_named(chain), str(chain.q), str(chain.rate), t, _number(law.mean), slope)
            for t, law, slope in zip(times, found, ["", *(f"{s:.4f}" for s in local)], strict=True)
        ]
    left.legend(frameon=False, loc="lower left", fontsize=8)
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "Left: mean frequency of token 2 against the total length on logarithmic axes, with a "
            "dashed line of slope -q for each of three chains: the points of the first keep to "
            "their line, those of the others bend away above it. Right: the local slopes; that of "
            "the first tends to its dashed line q, those of the others turn and fall below theirs."
        ),
        caption=_bent(laws),
        columns=("a", "b", "prompt", "q", "A (r2 - 1)", "t", "E[y_t]", "slope from t/2 to t"),
        rows=rows,
    )


def _bent(laws: dict[Chain, list[Late]]) -> str:
    """What the slopes show, with their numbers."""
    kept, *bent = BENT
    turns = []
    for chain in bent:
        local = {late.length: _slope(early, late) for early, late in pairwise(laws[chain])}
        top, last = max(local, key=local.__getitem__), local[TIMES[-1]]
        turns.append(
            rf"{local[top]:.3f} at $2t = {top}$ and ends at {last:.3f} ($q = {chain.q}$, "
            rf"$A (r_2 - 1) = {chain.rate}$)"
        )
    return (
        "Points: $E[y_t]$ from the exact law, in float64 with a proved relative error of at most "
        f"{_error(laws.values())}. Left, dashed: the slope of $t^{{-q}}$, through the first point. "
        r"Right: the local slope $\log_2 E[y_t] - \log_2 E[y_{2t}]$, dashed: $q$. With "
        rf"$A (r_2 - 1) = {kept.rate} > q = {kept.q}$ it ends at {_slope(*laws[kept][-2:]):.3f}. "
        r"With $A (r_2 - 1) < q$ it turns and falls: it has its largest value "
        f"{', and '.join(turns)}. How far it falls, no finite length shows."
    )


def _through(chain: Chain, times: Sequence[int], means: Sequence[float]) -> list[float]:
    """A line of slope -q through the first point."""
    return [means[0] * (t / times[0]) ** -float(chain.q) for t in times]


def constant_one() -> Figure:
    """E14: E[y_t] t^q crosses the constant one, or stays below it.

    Example:
        >>> [(row[1], row[-1]) for row in constant_one().rows if row[0] == "12"][3:5]
        [(5, 'yes'), (6, 'no')]
    """
    canvas, [axes] = _axes((6.6, 3.8), r"$t^q$ × mean frequency of token 2")
    axes.set(yscale="linear")
    times = (*range(2, 12), *(2**k for k in range(4, 13)))
    laws = {chain: chain.laws([t for t in times if t >= len(chain.prompt)]) for chain in URNS}
    rows: list[Sequence[object]] = []
    for chain, colour, mark in zip(URNS, COLOURS, MARKS, strict=False):
        prompt = _named(chain)[-1]
        scaled = [law.mean / _power(law.length, chain.q) for law in laws[chain]]
        lengths = [law.length for law in laws[chain]]
        axes.plot(lengths, _floats(scaled), f"{mark}-", color=colour, markersize=4.5, linewidth=0.8)
        axes.axhline(float(chain.F), color=colour, linewidth=1, linestyle="--")
        axes.annotate(
            f"prompt {prompt}", (lengths[-1], float(scaled[-1])), (0, -14), ha="right",
            textcoords="offset points", color=colour,
        )  # fmt: skip
        rows += [
            (prompt, law.length, _number(law.mean), _number(s), "yes" if s < 1 else "no")
            for law, s in zip(laws[chain], scaled, strict=True)
        ]
    axes.axhline(1, color="black", linewidth=1)
    return Figure(
        svg=as_svg(canvas),
        alt=(
            "Mean frequency of token 2 times t to the power q, against t: for the prompt 12 it "
            "rises and crosses one; for the prompt 112 it rises and stays below one. A dashed line "
            "lies above each."
        ),
        caption=_crossing(laws, rows),
        columns=("prompt", "t", "E[y_t]", "t^q E[y_t]", "below one"),
        rows=rows,
    )


def _crossing(laws: dict[Chain, list[Late]], rows: Sequence[Sequence[object]]) -> str:
    """Where the constant one fails, from the data."""
    first, second = URNS
    one, two = _named(first)[-1], _named(second)[-1]
    below = [int(str(row[1])) for row in rows if row[0] == one and row[-1] == "yes"]
    above = [int(str(row[1])) for row in rows if row[0] == one and row[-1] == "no"]
    never = all(row[-1] == "yes" for row in rows if row[0] == two)
    return (
        rf"$P_{{12}} = P_{{22}} = {first.a}$, so $q = {first.q}$: "
        r"$t^q E[y_t]$ against $t$, from the exact law, with a proved relative error of at most "
        rf"{_error(laws.values())}. Solid: the constant one. For the prompt {one}, $E[y_t] < "
        rf"t^{{-q}}$ up to $t = {max(below)}$ and not from $t = {min(above)}$ on, at the lengths "
        f"shown. For the prompt {two} it {'holds at all of them' if never else 'fails too'}. "
        rf"Dashed: the constants of E8, {float(first.F):.4f} and {float(second.F):.4f}."
    )


def _axes(size: tuple[float, float], *up: str) -> tuple[Any, list[Any]]:
    """An empty canvas with logarithmic axes against t."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=size, layout="constrained")
    grid = canvas.subplots(1, len(up), squeeze=False)[0]
    for axes, label in zip(grid, up, strict=True):
        axes.set(xscale="log", yscale="log", xlabel="total length t", ylabel=label)
        axes.spines[["top", "right"]].set_visible(False)
    return canvas, list(grid)


def _named(chain: Chain) -> tuple[str, str, str]:
    return chain.a, chain.b, chain.name.rpartition(" ")[2]


def _floats(balls: Iterator[arb] | Sequence[arb]) -> list[float]:
    return [float(x) for x in balls]


def _error(laws: Any) -> str:
    """The largest proved relative error, rounded up to one digit."""
    largest = max(law.relative for found in laws for law in found)
    digits = ceil(-log10(float(largest)))
    return f"${ceil(largest * 10**digits)} \\cdot 10^{{-{digits}}}$"


def _number(x: arb) -> str:
    return f"{float(x):.6g}"
