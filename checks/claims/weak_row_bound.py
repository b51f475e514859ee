"""E10: of two tokens that both like token 1, token 2 decays at the rate of row 1."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import EXTENDS, NEGATIVE_RATE, NORM, STRUCTURE
from checks.claims.sources import WINNER

IMPLIED = "It follows from the others: if sigma were above 1, M (1 - sigma) <= 0 < sigma - rho."
SLOW = "For rho >= 1 the bound does not fall with s: nothing is claimed."
UNKNOWN = "The derivation uses it; whether some bound of this kind does without it is not known."


@claim(
    id="weak-row-bound",
    label="E10",
    title="Of two tokens that both like token 1, token 2 decays at the rate of row 1",
    statement=(
        r"Two tokens, both in the prompt, $P > 0$, $P_{12} \le \rho P_{11}$ and "
        r"$P_{22} \le \sigma P_{21}$, $0 \le \rho < 1$, $\sigma \le 1$; with equality "
        r"$\rho = r_1$, $\sigma = 1 / r_2$. "
        r"Let $M \ge 0$ be an integer, $M (1 - \sigma) \ge \sigma - \rho$, and $n_1 > \rho + M$. "
        r"Let $C_h, D_h \ge 0$ be numbers with $C_0 = 1$, $D_h \ge C_{h-1} (\sigma - \rho - (h - 1)"
        r"(1 - \sigma))$ and $h (1 - \rho) C_h \ge \rho D_h$, $1 \le h \le M$. After a history of "
        r"length $l$ with counts $n$ and last token $x$, the frequency of token 2 after $s$ more "
        r"tokens has mean at most $F (l + s)^{-(1 - \rho)}$ for every $s \ge 0$, $F = \sum_{h=0}^M "
        r"C_h n_2^{(h+1)} \frac{\Gamma(n_1 - \rho - h)}{\Gamma(n_1)} + [x = 2] \sum_{h=1}^M D_h "
        r"n_2^{(h)} \frac{\Gamma(n_1 - \rho - h)}{\Gamma(n_1)}$ with rising factorials $n^{(h)}$."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def weak_row_bound() -> Body:
    """A supermartingale with a term for each h, whose change telescopes."""
    from collections.abc import Mapping
    from fractions import Fraction
    from functools import cache
    from math import ceil
    from typing import Any

    from flint import fmpq
    from hypothesis import strategies as st
    from sympy import exp, log

    from checks.computed import Function
    from checks.walks import frequency, start
    from numeric.exact import rational
    from numeric.instance import Instance
    from theory import weak_row as theory
    from theory.walk import NEXT, STEPS, TOKEN, U, at, l, mean, s, w

    ROUNDED = fmpq(11, 10)  # coefficients a little larger than needed: balls tell no equality

    @st.composite
    def weak(draw: st.DrawFn, _: int) -> Instance:
        """Rows a little below the ratios rho and sigma, and M as needed or one more."""
        rho = draw(st.sampled_from([Fraction(1, 9), Fraction(1, 3), Fraction(1, 2)]))
        sigma = draw(st.sampled_from([Fraction(1, 4), Fraction(2, 3), Fraction(5, 7)]))
        share = draw(st.sampled_from([Fraction(99, 100), Fraction(2, 3)]))
        least = max(0, ceil((sigma - rho) / (1 - sigma)))
        M = least + draw(st.integers(0, 1))
        counts = (M + draw(st.integers(1, 2)), draw(st.integers(1, 2)))
        rows = ((1, share * rho), (1, share * sigma))
        at = Instance(K=2, P=rows, A=counts, x0=draw(st.integers(0, 1)), M=M, b=1, z=1, m=1)
        return at.replace(rho=rho, sigma=sigma)

    def functions(at: Instance) -> Mapping[str, Function]:
        rho, sigma = rational(at["rho"]), rational(at["sigma"])
        scale = rational(at["scale"]) if "scale" in at else ROUNDED

        @cache
        def C(h: int) -> Any:
            start = fmpq(1) if "C-0" not in at else rational(at["C-0"])
            return start if h == 0 else scale * rho * D(h) / (h * (1 - rho))

        @cache
        def D(h: int) -> Any:
            spare = sigma - rho - (h - 1) * (1 - sigma)
            return scale * C(h - 1) * max(fmpq(0), spare)

        made = dict(frequency(at))
        if at.get("stuck"):
            made = {**frequency(at.replace(P=(at["P"][1],) * 2)), "last": lambda _: 2}
        return made | {"C": C, "D": D, "prev": lambda h: h - 1}

    @st.composite
    def any_walk(draw: st.DrawFn, K: int) -> Instance:
        return draw(start(K)).replace(b=0)

    part = Part(theory.weak_row_bound(), weak, functions, least=2)
    length = Part(theory.one_longer(), any_walk, frequency)

    pair = Instance(K=2, P=((1, "1/10"), (1, "2/3")), A=(8, 1), x0=1, M=3, b=1, z=1, m=1)
    pair = pair.replace(rho="1/9", sigma="5/7")
    rate = exp(-(1 - theory.rho) * log(l(w) + s))

    def broken(name: str, **change: object) -> Witness:
        return Witness(part.name, name, pair.replace(**change))

    return Body(
        parts=(part, length),
        witnesses=(
            Unwitnessed(part.name, "P-positive", NORM),
            broken("present", A=(8, 0), x0=0),
            Unwitnessed(part.name, "last", STRUCTURE),
            *(Unwitnessed(other.name, "next", EXTENDS) for other in (part, length)),
            broken("counts", frozen=2),
            Witness(length.name, "counts", pair.replace(frozen=2)),
            broken("odds", P=((1, 9), (1, 9))),
            broken("turn", stuck=1),
            Unwitnessed(part.name, "rho", NEGATIVE_RATE),
            Unwitnessed(part.name, "below-one", SLOW),
            Unwitnessed(part.name, "sigma", IMPLIED),
            broken("far", A=(1, 1), M=1, rho="1/3", sigma="2/3", P=((1, "1/4"), (1, "1/2"))),
            broken("C-0", **{"C-0": 0}),
            *(Unwitnessed(part.name, name, UNKNOWN) for name in ("C", "D", "C-least")),
            broken("D-least", scale=0),
            broken("enough", M=0),
            Unwitnessed(part.name, "degrees", STRUCTURE),
            broken("mean-0", off=9, late=9),
            broken("mean-step", late=9),
        ),
        twins=(
            Twin(
                part.name,
                "twice the exponent",
                at(rate**2 * U(w), ">=", mean(s, w), STEPS),
                pair,
            ),
            Twin(
                part.name,
                "the first term alone",
                at(rate * theory.u(w, 0), ">=", mean(s, w), STEPS),
                pair,
            ),
            Twin(length.name, "two longer", at(l(NEXT), "=", l(w) + 2, TOKEN), pair),
        ),
    )
