"""E1: a token of the prompt is not avoided for long."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NORM, STRUCTURE
from checks.claims.sources import WINNER

ALONE = "With one token there is no other to draw, and b is never avoided."
ABOVE_ONE = "With a negative c the last condition asks for an eps above 1."


@claim(
    id="tokens-recur",
    label="E1",
    title="No token of the prompt is avoided for long",
    statement=(
        r"Let $P > 0$, $K \ge 2$, let every token be in the prompt, and let $c \ge 0$ have "
        r"$P_{ib} \ge c P_{ik}$ for all $i$ and $k$; one such $c$ is "
        r"$\min_i (P_{ib} / \max_k P_{ik}) > 0$. After a history of length $l$ that "
        r"holds $b$ $n$ times, the next $s \ge 1$ tokens avoid $b$ with probability at most "
        r"$\frac{\Gamma(l + s - c n)\, \Gamma(l)}{\Gamma(l + s)\, \Gamma(l - c n)} "
        r"\le \left(\frac{l}{l + s}\right)^{c n}$. If the entries of each row are equal, the first "
        r"bound is an equation, with $c = 1$. So, for every $\varepsilon > 0$, the next "
        r"$s$ tokens avoid $b$ with probability at most $\varepsilon$ as soon as "
        r"$c n \log \frac{l + s}{l} \ge \log \frac{1}{\varepsilon}$."
    ),
    source=WINNER,
    mark="all",
)
def tokens_recur() -> Body:
    """The bound by an induction on the number of steps, the power of it, and the urn of Polya."""
    from fractions import Fraction
    from typing import Any

    from hypothesis import strategies as st
    from sympy import Rational

    from checks.walks import avoiding, start
    from numeric.instance import Instance
    from theory import recurrence as theory
    from theory.notation import forall
    from theory.recurrence import avoid, bound, c, eps, h, power, x
    from theory.walk import at, s, w

    @st.composite
    def drawn(draw: st.DrawFn, K: int) -> Instance:
        """With the largest c."""
        at = draw(start(K))
        b = draw(st.integers(0, K - 1))
        return at.replace(b=b, c=min(Fraction(row[b], max(row)) for row in at["P"]))

    @st.composite
    def urns(draw: st.DrawFn, K: int) -> Instance:
        height = draw(st.tuples(*[st.integers(1, 5)] * K))
        at = draw(start(K, st.just(tuple((h,) * K for h in height))))
        return at.replace(b=draw(st.integers(0, K - 1)), height=height)

    @st.composite
    def patient(draw: st.DrawFn, K: int) -> Instance:
        """With an eps that the power is just below."""
        at = draw(drawn(K)).replace(x=0, h=draw(st.integers(0, 3)))
        length = sum(at["A"])
        power = (length / (length + at["h"] + 1)) ** float(at["c"] * at["A"][at["b"]])
        return at.replace(eps=Fraction(int(power * 20) + 1, 20))

    bounded = Part(theory.tokens_recur(), drawn, avoiding, least=2)
    urn = Part(theory.polya_urn(), urns, avoiding, least=2)
    powers = Part(theory.power_bound(), drawn, avoiding, least=2)
    horizon = Part(theory.within_horizon(), patient, avoiding, least=2)
    ranges = bounded.theorem.conclusion.forall[1:]
    even = Instance(K=2, P=((1, 1), (1, 1)), height=(1, 1), A=(1, 2), x0=0, b=0, c=1, m=1)
    alone = even.replace(K=1, P=((1,),), height=(1,), A=(1,))
    biased = even.replace(P=((1, 9), (1, 9)))
    half = Rational(1, 2)
    once = even.replace(x=0, h=0, eps="3/4")

    def shared(part: Part) -> tuple[Any, ...]:
        """The assumptions on the walk and on the chance to avoid b."""
        return (
            Unwitnessed(part.name, "P-positive", NORM),
            Witness(part.name, "present", even.replace(A=(2, 0))),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "token")),
            Unwitnessed(part.name, "next", EXTENDS),
            Witness(part.name, "counts", even.replace(frozen=2)),
            Witness(part.name, "several", alone),
            Witness(part.name, "avoid-0", even.replace(times=9)),
            Witness(part.name, "avoid-step", even.replace(late=9)),
        )

    return Body(
        parts=(bounded, urn, powers, horizon),
        witnesses=(
            *shared(bounded),
            Witness(bounded.name, "liked", biased),
            *shared(urn),
            Witness(urn.name, "even", biased),
            Witness(powers.name, "present", even.replace(A=(2, 0))),
            Unwitnessed(powers.name, "token", STRUCTURE),
            Witness(powers.name, "several", alone),
            Witness(powers.name, "c", even.replace(c="-1/2")),
            Witness(powers.name, "most", even.replace(A=(1, 1), c=2)),
            Unwitnessed(horizon.name, "P-positive", NORM),
            Unwitnessed(horizon.name, "present", ABSENT),
            *(Unwitnessed(horizon.name, name, STRUCTURE) for name in ("last", "token", "history")),
            Unwitnessed(horizon.name, "next", EXTENDS),
            Witness(horizon.name, "counts", once.replace(frozen=2, x=2, eps="1/2")),
            Unwitnessed(horizon.name, "several", ALONE),
            Unwitnessed(horizon.name, "c", ABOVE_ONE),
            Witness(horizon.name, "liked", once.replace(P=biased["P"])),
            Witness(horizon.name, "avoid-0", once.replace(times=9)),
            Witness(horizon.name, "avoid-step", once.replace(late=9)),
            Witness(horizon.name, "long", once.replace(eps="1/100")),
        ),
        twins=(
            Twin(
                bounded.name,
                "a step more",
                at(bound(s + 1), ">=", avoid(s, w), *ranges),
                even,
            ),
            Twin(
                bounded.name,
                "twice the count",
                at(bound(s, 2 * c), ">=", avoid(s, w), *ranges),
                even,
            ),
            Twin(urn.name, "half of c", at(bound(s, half), "=", avoid(s, w), *ranges), even),
            Twin(powers.name, "the other way", at(bound(s), ">=", power(s), *ranges), even),
            Twin(powers.name, "a step more", at(power(s + 1), ">=", bound(s), *ranges), even),
            Twin(horizon.name, "half of eps", forall()(eps / 2, ">=", avoid(h + 1, x)), once),
        ),
    )
