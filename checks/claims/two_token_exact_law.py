"""E22: the law of two tokens, by dynamic programming, in three arithmetics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import product
from typing import TYPE_CHECKING, Any

from checks.claim import Body, Case, Enumeration, Variant, claim
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from flint import fmpq

    from numeric.exact_law import Law

Bound = tuple[Any, Any]

CHAINS = (("1/4", "1/3"), ("1/5", "3/5"), ("2/3", "3/4"), ("1/2", "1/2"), ("1/1000", "999/1000"))
"""(a, b): the chances to leave token 1 and token 2."""

PROMPTS = ((0, 1), (1, 0), (0, 0, 1), (0, 1, 1, 1))
SHORT, MIDDLE, LONG = 10, 80, 200
DIGITS = 400


def numbers(law: Law) -> Iterator[tuple[str, Any]]:
    """All numbers of a law, with their names."""
    for name in ("last_1", "last_2", "distribution", "mean_frequency"):
        yield from ((f"{name}[{at}]", x) for at, x in enumerate(getattr(law, name)))


def by_paths(P: Sequence[Sequence[fmpq]], prompt: tuple[int, ...], t: int) -> Law:
    """The law from the probability of every path, each step from the attention layer."""
    from flint import fmpq

    from numeric.attention import law_exact
    from numeric.exact import Log
    from numeric.exact_law import Law

    one_hot = ((1, 0), (0, 1))
    logits = tuple(tuple(Log.of(P[a][k]) for a in range(2)) for k in range(2))

    @cache
    def layer(n_1: int, n_2: int, last: int) -> Sequence[fmpq]:
        return law_exact(one_hot, one_hot, logits, (0,) * n_1 + (1,) * n_2, last)

    halves = [[fmpq(0)] * (t + 1) for _ in range(2)]
    for path in product(range(2), repeat=t - len(prompt)):
        history, chance = prompt, fmpq(1)
        for token in path:
            n_2 = sum(history)
            chance *= layer(len(history) - n_2, n_2, history[-1])[token]
            history = (*history, token)
        halves[history[-1]][sum(history)] += chance
    return Law.of(*halves)


def path_cases(turn: Callable[[Any], Any] = list) -> Iterator[Case]:
    """The law by all paths is the law by dynamic programming, ``turn`` of the chain."""
    from checks.two_tokens import chain
    from numeric.exact_law import law_exact

    for (a, b), prompt in product(CHAINS, PROMPTS):
        P = chain(a, b)
        [law] = law_exact(turn(P), prompt, [SHORT])
        expected = by_paths(P, prompt, SHORT)
        for (name, x), (_, y) in zip(numbers(law), numbers(expected), strict=True):
            yield Case({"a": a, "b": b, "prompt": str(prompt), "number": name}, x, "=", y)


def ball_cases(turn: Callable[[Any], Any] = list) -> Iterator[Case]:
    """Each ball lies within 10^-DIGITS of the rational, ``turn`` of the chain."""
    from flint import ctx, fmpq

    from checks.two_tokens import chain
    from numeric.arithmetic import ball
    from numeric.exact_law import law_ball, law_exact

    for a, b in CHAINS:
        P = chain(a, b)
        [exact], [law] = law_exact(turn(P), (0, 1), [MIDDLE]), law_ball(P, (0, 1), [MIDDLE], DIGITS)
        for (name, x), (_, y) in zip(numbers(law), numbers(exact), strict=True):
            with ctx.workdps(DIGITS + 20):
                off = abs(ball(x) - ball(y))
            yield Case({"a": a, "b": b, "number": name}, off, "<=", fmpq(1, 10**DIGITS))


def proved(length: int, prompt: int) -> Bound:
    """The relative and the absolute error that float64 is proved to keep."""
    from numeric.exact_law import float_error

    return float_error(length, prompt)


def float_cases(bound: Callable[[int, int], Bound] = proved) -> Iterator[Case]:
    """Every float64 is within its bound of the law in balls."""
    from flint import ctx

    from checks.two_tokens import chain
    from numeric.arithmetic import ball
    from numeric.exact import dyadic
    from numeric.exact_law import law_ball, law_float

    for (a, b), prompt, length in product(CHAINS, PROMPTS, (MIDDLE, LONG)):
        P = chain(a, b)
        relative, absolute = bound(length, len(prompt))
        [found], [law] = law_float(P, prompt, [length]), law_ball(P, prompt, [length], DIGITS)
        for (name, x), (_, y) in zip(numbers(found), numbers(law), strict=True):
            with ctx.workdps(DIGITS + 20):
                off = abs(ball(dyadic(x)) - y)
                most = ball(relative) * y + ball(absolute)
            yield Case({"a": a, "b": b, "t": length, "number": name}, off, "<=", most)


def rows_swapped(P: Sequence[Any]) -> Any:
    """The chain with its rows swapped."""
    return P[::-1]


def one_rounding(_length: int, _prompt: int) -> Bound:
    """The error of one rounding."""
    from flint import fmpq

    return fmpq(1, 2**53), fmpq(0)


@claim(
    id="two-token-exact-law",
    label="E22",
    title="The law of two tokens is computed exactly, and in float64 within a proved bound",
    statement=(
        r"For two tokens, $(n_2, x_t)$ is a Markov chain, and dynamic programming on it gives the "
        r"law after $t$ tokens, the prompt included. In rationals it is the law that the "
        r"probabilities of all paths give, each step from the attention layer; in balls it agrees "
        r"with the rationals to 400 digits; in float64 every number computed is within $(8 s + 5) "
        r"2^{-53}$ of it, relatively, plus $t^2 2^{-998}$, $s$ the number of tokens generated. "
        r"Decided for five chains $(a, b)$, those near $0$ and $1$ among them: the paths at "
        f"$t = {SHORT}$, the balls at $t = {MIDDLE}$, float64 at $t = {MIDDLE}$ and ${LONG}$."
    ),
    source=WINNER,
    mark="certified",
)
def two_token_exact_law() -> Body:
    """Paths against the program in rationals; balls against rationals; float64 against balls."""
    chains = "(a, b) = " + ", ".join(f"({a}, {b})" for a, b in CHAINS)
    of_paths = Enumeration(
        "two-token-exact-law",
        r"Every number of the law in rationals is the one that all paths give.",
        f"{chains}; {len(PROMPTS)} prompts; t = {SHORT}",
        path_cases,
    )
    in_balls = Enumeration(
        "two-token-exact-law/balls",
        r"Every number of the law in balls is within $10^{-400}$ of the rational.",
        f"{chains}; t = {MIDDLE}",
        ball_cases,
        rung="certified",
    )
    in_floats = Enumeration(
        "two-token-exact-law/float64",
        r"Every number of the law in float64 is within its bound of the law in balls.",
        f"{chains}; {len(PROMPTS)} prompts; t = {MIDDLE}, {LONG}",
        float_cases,
        rung="certified",
        engines=("python-flint", "NumPy"),
    )
    swapped = "the rows swapped"
    return Body(
        parts=(of_paths, in_balls, in_floats),
        witnesses=(),
        twins=(
            Variant(of_paths.name, swapped, partial(path_cases, rows_swapped)),
            Variant(in_balls.name, swapped, partial(ball_cases, rows_swapped)),
            Variant(
                in_floats.name, "the error of one rounding", partial(float_cases, one_rounding)
            ),
        ),
    )
