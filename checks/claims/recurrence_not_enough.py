"""E27: that all tokens recur does not make an estimate from one trajectory consistent."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import ABSENT, EXTENDS, NEGATIVE_RATE, NORM, STRUCTURE
from checks.claims.sources import WINNER
from checks.claims.tokens_recur import ABOVE_ONE, ALONE


@claim(
    id="recurrence-not-enough",
    label="E27",
    title="That all tokens recur does not make an estimate from one trajectory consistent",
    statement=(
        r"The reading that all tokens recur, so the maximum-likelihood estimate from one "
        r"trajectory is consistent, is false. Let $P > 0$, let every token be in the prompt, and "
        r"let $b$ and $g$ be tokens with $P_{ib} \le \rho P_{ig}$ for all $i$, $0 \le \rho < 1/2$. "
        r"Let the chains $Q_1, Q_2 > 0$ differ from $P$ in the entry $(b, b)$ alone, $Q_a$ by at "
        r"most $D_a P_{bg}$. (Two tokens: any two chains with rows $(1 - \alpha, \alpha)$ and "
        r"$(\beta, 1 - \beta)$, $\alpha < 1/3$, that differ in $\beta$ alone are, up to the scale "
        r"of row 2, such $Q_1, Q_2$ with $b = 2$ for some $P$.) After a history with counts $n$, "
        r"$n_g \ge 2$, and last token $x$, let $G = \kappa \frac{n_b}{n_g - 1} \left([x = b] + "
        r"\frac{\rho}{1 - 2 \rho} (n_b + 1)\right)$. Take any estimate, a function of the history "
        r"and the next $s$ tokens, and $\varepsilon > 0$ with $2 \varepsilon$ less than the "
        r"distance of the two entries $(b, b)$ (so that they differ). The chances that the "
        r"estimate is off by more than $\varepsilon$, from the entry of $Q_1$ under $Q_1$ and from "
        r"that of $Q_2$ under $Q_2$, sum to $1 - G$ or more with $\kappa = D_1 + D_2$, for every "
        r"$s \ge 0$: where $G < 1$, no estimate is consistent under both. Under $P$ the Fisher "
        r"information on $\log P_{bb}$ in the next $s$ tokens, the mean of the sum of "
        r"$q_b (1 - q_b)$ over their laws $q$ after a $b$, is at most $G$ with "
        r"$\kappa = P_{bb} / P_{bg}$. Still every token $j$ recurs, by E1, under $P$ as under "
        r"every positive chain in its place, $Q_1$ and $Q_2$ too: if $K \ge 2$ and "
        r"$P_{ij} \ge c P_{ik}$ for all $i$ and $k$, $c \ge 0$ (some $c > 0$ is such), then after "
        r"a history of length $l$ the next $s \ge 1$ tokens avoid $j$ with probability at most "
        r"$\eta > 0$ as soon as $c n_j \log \frac{l + s}{l} \ge \log \frac{1}{\eta}$."
    ),
    source=WINNER,
    mark="all",
    erratum=True,
)
def recurrence_not_enough() -> Body:
    """A potential that pays for every visit of b, an induction on the number of tokens, and E1."""
    from fractions import Fraction

    from hypothesis import strategies as st

    from checks.walks import avoiding, estimating, informed, start
    from numeric.instance import Instance
    from theory import trajectory as theory
    from theory.notation import forall
    from theory.recurrence import avoid, eps, h, x
    from theory.trajectory import D, bound, err, info, kappa
    from theory.walk import STEPS, at, s, w

    @st.composite
    def weak(draw: st.DrawFn, K: int) -> Instance:
        """Every row likes b at most rho times as much as g, which is held twice or more."""
        here = draw(start(K))
        g, b = draw(st.permutations(range(K)))[:2]
        rho = draw(st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(2, 5)]))
        share = st.sampled_from([Fraction(1), Fraction(2, 3)])
        rows = tuple(
            tuple(rho * draw(share) * row[g] if j == b else row[j] for j in range(K))
            for row in here["P"]
        )
        counts = tuple(n + int(j == g) for j, n in enumerate(here["A"]))
        return here.replace(P=rows, A=counts, g=g, b=b, rho=rho)

    @st.composite
    def two_chains(draw: st.DrawFn, K: int) -> Instance:
        """Other entries (b, b) of two chains, and estimates at, near and far from them."""
        here = draw(weak(K))
        b, g = here["b"], here["g"]
        row = [Fraction(str(x)) for x in here["P"][b]]
        times = st.sampled_from([Fraction(-1, 2), Fraction(0), Fraction(1, 3), Fraction(8)])
        e = [row[b] * t for t in draw(st.lists(times, min_size=2, max_size=2, unique=True))]
        slack = st.sampled_from([Fraction(1), Fraction(5, 4)])
        place = st.sampled_from([Fraction(k, 4) for k in (-3, 0, 1, 2, 4)])
        guess = draw(st.lists(place, min_size=1, max_size=5))
        share = draw(st.sampled_from([Fraction(1, 4), Fraction(49, 100)]))
        return here.replace(
            e=e,
            D=[draw(slack) * abs(more) / row[g] for more in e],
            eps=share * abs(e[1] - e[0]),
            guess=[row[b] + e[0] + (e[1] - e[0]) * t for t in guess],
        )

    @st.composite
    def avoided(draw: st.DrawFn, K: int) -> Instance:
        """Any chain and token b, with the largest c, and an eps that the power is just below."""
        here = draw(start(K))
        b, later = draw(st.integers(0, K - 1)), draw(st.integers(0, 3))
        c, length = min(Fraction(row[b], max(row)) for row in here["P"]), sum(here["A"])
        power = (length / (length + later + 1)) ** float(c * here["A"][b])
        return here.replace(b=b, c=c, x=0, h=later, eps=Fraction(int(power * 20) + 1, 20))

    both = D(1) + D(2)
    told = Part(theory.not_told_apart(), two_chains, estimating, least=2)
    known = Part(theory.information_bounded(), weak, informed, least=2)
    recurs = Part(theory.still_recurs(), avoided, avoiding, least=2)

    pair = Instance(K=2, P=((1, "1/100"), (1, "1/100")), A=(3, 1), g=0, b=1, rho="1/100", m=1)
    at_b, at_g = pair.replace(x0=1), pair.replace(x0=0)
    of_b = {"e": (0, "1/5"), "D": (0, "1/5"), "eps": "1/20", "guess": ("1/100", "21/100")}
    from_b, from_g = at_b.replace(**of_b), at_g.replace(**of_b)
    never_b = {"guess": ("1/100", *["21/100"] * 7)}  # by whether a token of three is b
    strong = {"P": ((1, 50), (1, 1)), "e": (0, 8), "D": (0, 8), "eps": 1, "guess": (1, 9)}
    once = Instance(K=2, P=((1, 1), (1, 1)), A=(1, 2), x0=0, b=0, c=1, x=0, h=0, eps="3/4", m=1)

    def shared(part: Part, from_b: Instance, from_g: Instance) -> tuple[Unwitnessed | Witness, ...]:
        """The assumptions on the walk and the loser."""
        return (
            Unwitnessed(part.name, "P-positive", NORM),
            Unwitnessed(part.name, "present", ABSENT),
            *(Unwitnessed(part.name, name, STRUCTURE) for name in ("last", "winner", "loser")),
            Unwitnessed(part.name, "next", EXTENDS),
            Witness(part.name, "counts", from_b.replace(frozen=0, crowd=9)),
            Witness(part.name, "turn", from_b.replace(stuck=1, **never_b)),
            Unwitnessed(part.name, "rho", NEGATIVE_RATE),
            Witness(part.name, "half", from_g.replace(rho="3/2")),
            Witness(part.name, "dominated", from_g.replace(**strong)),
            Witness(part.name, "twice", from_b.replace(A=(1, 1))),
        )

    def broken(name: str, **change: object) -> Witness:
        return Witness(told.name, name, from_b.replace(**change))

    return Body(
        parts=(told, known, recurs),
        witnesses=(
            *shared(told, from_b, from_g),
            Unwitnessed(told.name, "Q-positive", NORM),
            broken("up", D=(0, 0)),
            broken("down", P=((1, "1/100"), (1, "1/4")), rho="1/4", e=(0, "-1/5"), D=(0, 0)),
            broken("off", hit=(-1, 0)),
            broken("near", miss=(-1, 0)),
            broken("apart", eps="1/5"),
            broken("err-0", off=(-1, 0), late=(-1, 0)),
            broken("err-step", late=(-1, 0)),
            *shared(known, at_b, at_g),
            Witness(known.name, "info-0", at_b.replace(off=9, late=9)),
            Witness(known.name, "info-step", at_b.replace(late=9)),
            Unwitnessed(recurs.name, "P-positive", NORM),
            Unwitnessed(recurs.name, "present", ABSENT),
            *(Unwitnessed(recurs.name, name, STRUCTURE) for name in ("last", "token", "history")),
            Unwitnessed(recurs.name, "next", EXTENDS),
            Witness(recurs.name, "counts", once.replace(frozen=2, x=2, eps="1/2")),
            Unwitnessed(recurs.name, "several", ALONE),
            Unwitnessed(recurs.name, "c", ABOVE_ONE),
            Witness(recurs.name, "liked", once.replace(P=((1, 9), (1, 9)))),
            Witness(recurs.name, "avoid-0", once.replace(times=9)),
            Witness(recurs.name, "avoid-step", once.replace(late=9)),
            Witness(recurs.name, "long", once.replace(eps="1/100")),
        ),
        twins=(
            *(
                Twin(
                    told.name,
                    name,
                    at(err(1, s, w) + err(2, s, w), ">=", 1 - change, STEPS),
                    instance,
                )
                for name, change, instance in (
                    ("later visits of b forgotten", bound(both, tail=0), from_g),
                    ("the last token forgotten", bound(both, turn=0), from_b),
                    ("half of kappa", bound(both / 2), from_b),
                )
            ),
            *(
                Twin(known.name, name, at(change, ">=", info(s, w), STEPS), instance)
                for name, change, instance in (
                    ("later visits of b forgotten", bound(tail=0), at_g),
                    ("half of kappa", bound(kappa / 2), at_b),
                )
            ),
            Twin(recurs.name, "half of eps", forall()(eps / 2, ">=", avoid(h + 1, x)), once),
        ),
    )
