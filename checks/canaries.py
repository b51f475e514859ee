"""Planted traps: what every run must catch, or nothing else that it says counts.

Each canary returns None when the trap was caught, or the reason why it was missed.
"""

import os
from collections.abc import Callable
from typing import Any

__all__ = ["CANARIES"]


def ground_types() -> str | None:
    """SymPy computes without python-flint: two engines must be two."""
    from sympy.external.gmpy import GROUND_TYPES

    if GROUND_TYPES == "python":
        return None
    given = os.environ.get("SYMPY_GROUND_TYPES")
    return (
        f"SymPy computes with the ground types {GROUND_TYPES!r} (SYMPY_GROUND_TYPES={given}), so "
        "the two engines are not two; unset the variable or set it to python"
    )


def square_root() -> str | None:
    """sqrt(z^2) = z is not an identity."""
    from sympy import Symbol, sqrt

    z = Symbol("z")
    return _accepted(sqrt(z**2), z)


def rounding() -> str | None:
    """X = x + 1e-8 is not an identity."""
    from sympy import Float, Rational, Symbol

    x = Symbol("x")
    return _accepted(x, x + Float("1e-8")) or _accepted(x, x + Rational(1, 10**8))


def _accepted(lhs: object, rhs: object) -> str | None:
    from theory.judgement import Refused, Scope
    from theory.sums import equal

    try:
        accepted = equal(lhs, rhs, Scope())
    except Refused:
        return None
    return f"the sums rule accepts {lhs} = {rhs}" if accepted else None


def wrong_last_step() -> str | None:
    """A derivation whose last step says something else than its theorem is refused."""
    from sympy import Symbol

    from theory.derivation import Step, Theorem, replay
    from theory.judgement import Judgement, Refused

    x = Symbol("x")
    proved, claimed = Judgement(x + x, "=", 2 * x), Judgement(x, "=", 2 * x)
    false = Judgement(x + x, "=", 3 * x)
    for conclusion, last in ((claimed, proved), (false, false)):
        try:
            replay(Theorem("canary", conclusion, (), (), (Step("last", last, "sums"),)))
        except Refused:
            continue
        return f"replay accepts '{last}' as a derivation of '{conclusion}'"
    return None


def second_engine() -> str | None:
    """The second engine refutes 2 x = 3 x at x = 1."""
    from sympy import Symbol

    from checks.bridge import Model, decide
    from theory.judgement import Judgement

    x = Symbol("x")
    found = decide(Judgement(2 * x, "=", 3 * x), Model({"x": 1}, {})).outcome
    return None if found == "refuted" else f"at x = 1, 2 x = 3 x is {found}"


def no_number() -> str | None:
    """A ball that holds no number decides nothing."""
    from flint import arb
    from sympy import Function, Integer

    from checks.bridge import Model, decide
    from theory.judgement import RELATIONS, Judgement

    f = Function("f")(Integer(1))
    model = Model({}, {"f": lambda _: arb("nan")})
    for relation in RELATIONS[:4]:
        found = decide(Judgement(f, relation, Integer(0)), model).outcome
        if found != "undecided":
            return f"nan {relation} 0 is {found}"
    return None


def nan_of_a_ball() -> str | None:
    """The logarithm of a negative ball decides no case and certifies no digit."""
    from flint import arb

    from checks import kinds
    from checks.claim import Case
    from numeric import arithmetic

    for relation in ("=", "!=", ">", ">=", "<", "<="):
        found = kinds.compare(Case({}, arb(-1).log(), relation, 0), "certified")
        if found != "undecided":
            return f"the case log(-1) {relation} 0 is {found}"
    try:
        [x] = arithmetic.enclose(lambda: [arb(-1).log()], 10)
    except arithmetic.NotCertified:
        return None
    return f"log(-1) is certified to ten digits: {x}"


def reducible_chain() -> str | None:
    """A chain that never leaves a token is refused, and its graph is not strongly connected."""
    from fractions import Fraction

    from numeric import graphs, mean_field

    half = Fraction(1, 2)
    P, m = ((Fraction(1), Fraction(0)), (half, half)), (half, half)
    pieces = graphs.strong_components(2, [(1, 0)])
    if len(pieces) != 2:
        return f"the graph of one edge 1 -> 0 has the strong components {pieces}"
    try:
        found = mean_field.stationary(P, m)
    except ValueError:
        return None
    return f"the chain ((1, 0), (1/2, 1/2)), which stays at token 0, has the stationary law {found}"


def biased_sampler() -> str | None:
    """A test rejects a sampler with the chance 0.7 for 1/2, and does not reject a fair one."""
    from fractions import Fraction
    from math import comb

    from checks import kinds
    from checks.claim import Alternative, StatisticalTest

    n = 400

    def sampler(heads: float) -> Any:
        return lambda random: int(random.binomial(n, heads))

    def tail(heads: int) -> Fraction:
        return Fraction(sum(comb(n, k) for k in range(heads, n + 1)), 2**n)

    level = Fraction(1, 10**6)
    other = Alternative("canary", "a fair sampler", 1 - level, sampler(0.5))
    test = StatisticalTest("canary", "", level, n, sampler(0.7), tail, finite="binomial")
    found = kinds.run_test(test, [other], 0).outcome
    if found != "refuted":
        return f"the test of a sampler with the chance 0.7 for 1/2 is {found}"
    missed = kinds.on_alternative(test, other, 0).outcome
    return None if missed == "error" else "the test rejects a fair sampler"


CANARIES: dict[str, Callable[[], str | None]] = {
    canary.__name__.replace("_", " "): canary
    for canary in (
        ground_types,
        square_root,
        rounding,
        wrong_last_step,
        second_engine,
        no_number,
        nan_of_a_ball,
        reducible_chain,
        biased_sampler,
    )
}
