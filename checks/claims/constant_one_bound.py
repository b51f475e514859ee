"""E14: the bound on a loser is false with the constant one, and when it is true."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from checks.claim import Body, Case, Enumeration, Part, Twin, Unwitnessed, Variant, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NEGATIVE_RATE, NORM, STRUCTURE
from checks.claims.sources import WINNER

LONGEST = 40
LAST = 5
"""The last total length at which the bound holds."""

RISING = "With a negative c it is true as well, as no count falls."
TRIVIAL = "With rho >= 1 the bound is 1 or more, and a frequency is at most 1."


def cases(last: int = LAST) -> Iterator[Case]:
    """The fourth powers of E[m_2] and t^(-3/4): below up to ``last``, above from then on."""
    from flint import fmpq

    from numeric.exact_law import law_exact

    for law in law_exact(((4, 1), (4, 1)), (0, 1), range(2, LONGEST + 1)):
        t, mean = law.length, law.mean_frequency[1]
        yield Case({"t": t}, mean**4, "<" if t <= last else ">", fmpq(1, t**3))


@claim(
    id="constant-one-bound",
    label="E14",
    title="The bound on a loser is false with the constant one",
    statement=(
        r"That $E[m_b] < t^{-(1 - \rho)}$ at every total length $t$ is false: with $K = 2$, "
        r"$P_{i2} = \frac15$ for both $i$, so $\rho = \frac14$, and each token once in the prompt, "
        r"$E[m_2] < t^{-3/4}$ for $2 \le t \le 5$, and $E[m_2] > t^{-3/4}$ for $6 \le t \le 40$. "
        r"It stays false for all $t \ge 6$: if $P > 0$, every token is in the prompt and "
        r"$P_{ib} \ge c P_{ik}$ for all $i$ and $k$, $c \ge 0$ (here $c = \frac14$), then "
        r"$t^{-c} E[n_b] = t^{1 - c} E[m_b]$ never falls. Corrected: under the assumptions of E8, "
        r"$E[m_b] \le t^{-(1 - \rho)}$ at all lengths from that of a history with "
        r"$n_b \frac{\Gamma(n_g - \rho)}{\Gamma(n_g)} \le 1$ on."
    ),
    source=WINNER,
    mark="exact",
    erratum=True,
)
def constant_one_bound() -> Body:
    """The exact means, that it stays false, and the corrected bound."""
    from fractions import Fraction

    from flint import fmpq
    from hypothesis import strategies as st
    from sympy import exp, log

    from checks.computed import Function
    from checks.walks import dominated, frequency, generated, start
    from numeric.instance import Instance
    from theory import growth as theory
    from theory.domination import rho
    from theory.growth import per_power, x
    from theory.judgement import Judgement
    from theory.recurrence import c
    from theory.walk import STEPS, at, l, mean, s, w

    @st.composite
    def liked(draw: st.DrawFn, K: int) -> Instance:
        """With the largest c."""
        at = draw(start(K))
        b = draw(st.integers(0, K - 1))
        return at.replace(b=b, c=min(Fraction(row[b], max(row)) for row in at["P"]))

    def counted(at: Instance) -> dict[str, Function]:
        return generated(at, lambda n, w: fmpq(n(w, at["b"] + 1)))

    @st.composite
    def small(draw: st.DrawFn, K: int) -> Instance:
        """With n(b) = 1 and n(g) >= 2: then the constant is below 1."""
        at = draw(dominated(K))
        held = {at["b"]: 1, at["g"]: draw(st.integers(2, 4))}
        return at.replace(A=tuple(held.get(k, n) for k, n in enumerate(at["A"])), x=0)

    urn = Enumeration(
        "constant-one-bound/urn",
        r"For $P_{i2} = \frac15$ and one of each token in the prompt, $E[m_2] < t^{-3/4}$ for "
        r"$2 \le t \le 5$ and $E[m_2] > t^{-3/4}$ for $6 \le t \le 40$, by fourth powers.",
        f"2 <= t <= {LONGEST}",
        cases,
    )
    grows = Part(theory.count_grows(), liked, counted)
    allowed = Part(theory.constant_allowed(), small, frequency, least=2)
    even = Instance(K=2, P=((1, 1), (1, 1)), A=(1, 1), x0=0, b=0, c=1, m=1)
    tame = Instance(K=2, P=((4, 1), (4, 1)), A=(2, 1), x0=0, g=0, b=1, rho="1/2", m=1, x=0)
    squared = exp(-2 * (1 - rho) * log(l(x) + s))

    def walks(part: Part) -> tuple[Unwitnessed, ...]:
        """The assumptions that only say what a walk is."""
        names = {"P-positive": NORM, "present": ABSENT, "last": STRUCTURE, "next": EXTENDS}
        return tuple(Unwitnessed(part.name, name, reason) for name, reason in names.items())

    return Body(
        parts=(urn, grows, allowed),
        witnesses=(
            *walks(grows),
            Unwitnessed(grows.name, "token", STRUCTURE),
            Unwitnessed(grows.name, "c", RISING),
            Witness(grows.name, "counts", even.replace(frozen=0)),
            Witness(grows.name, "liked", even.replace(P=((1, 9), (1, 9)))),
            Witness(grows.name, "mean-0", even.replace(off=9, late=9)),
            Witness(grows.name, "mean-step", even.replace(late=-9)),
            *walks(allowed),
            *(Unwitnessed(allowed.name, name, STRUCTURE) for name in ("winner", "loser")),
            Unwitnessed(allowed.name, "history", STRUCTURE),
            Unwitnessed(allowed.name, "rho", NEGATIVE_RATE),
            Unwitnessed(allowed.name, "below-one", TRIVIAL),
            Witness(allowed.name, "counts", tame.replace(frozen=2)),
            Witness(allowed.name, "dominated", tame.replace(P=((1, 9), (1, 9)))),
            Witness(allowed.name, "small", tame.replace(A=(1, 1), rho="1/4")),
            Witness(allowed.name, "mean-0", tame.replace(off=9, late=9)),
            Witness(allowed.name, "mean-step", tame.replace(late=9)),
        ),
        twins=(
            Variant(urn.name, "true at t = 6", partial(cases, LAST + 1)),
            Twin(
                grows.name,
                "twice the exponent",
                at(
                    exp(-c * log(l(w) + s + 1)) * per_power(s + 1),
                    ">=",
                    exp(-c * log(l(w) + s)) * per_power(s),
                    STEPS,
                ),
                even,
            ),
            Twin(
                allowed.name,
                "twice the exponent",
                Judgement(squared, ">=", mean(s, x), (STEPS,)),
                tame,
            ),
        ),
    )
