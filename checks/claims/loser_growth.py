"""E32: along a path, a loser's count is a power of the winner's."""

from __future__ import annotations

from fractions import Fraction

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import NORM, STRUCTURE
from checks.claims.sources import WINNER

ALONE = "With one token there is no other one, and the logarithm of its count has no value."


@claim(
    id="loser-growth",
    label="E32",
    title="Along a path, a loser's count is a power of the winner's, if the noise is bounded",
    statement=(
        r"On any path of tokens $x(0), x(1), \dots$, each of which is counted, let "
        r"$N(t, k) \ge 1$ be the counts at time $t$, $g$ a token, $G(t) = N(t, g)$, "
        r"$Y(t) = \sum_{k \ne g} N(t, k)$ and $Z(t) = \sum_k N(t, k) P_{x(t) k}$, $P > 0$. "
        r"(1) Let a class of tokens be counted at most $c\, G(t)^\sigma$ times, "
        r"$0 \le \sigma < \beta$. A sum that starts at $0$, grows from $t$ to $t + 1$ by at most "
        r"$q\, G(t)^{-\beta}$, $q \ge 0$, if $x(t)$ is of the class, and else does not grow, is "
        r"at most $q \left(1 + \frac{c \beta}{\beta - \sigma}\right)$. "
        r"(2) Let $P_{ik} \le \kappa P_{ig}$ for all $i, k$. If $K \ge 2$, $Y \le \varepsilon G$, "
        r"$P_{gk} \le \rho P_{gg}$ for all $k \ne g$ and $\sigma \ge \rho + \kappa "
        r"\varepsilon$, then $\log Y(t) \le \sigma (1 + \log G(t)) + \frac{c_b + 1}{2}$, where "
        r"$c_b$ bounds the square of the noise: of $\log Y(t)$ less the sum over $s < t$ of the "
        r"chance of the tokens other than $g$, divided by $Y(s)$. "
        r"(3) Let $b$ be a token, now $\rho = P_{gb} / P_{gg}$, let $c_b$ and $c_g$ bound the "
        r"squares of $\log N(t, b) - \sum_{s < t} P_{x(s) b} / Z(s)$ and of $\log G(t) - "
        r"\sum_{s < t} P_{x(s) g} / Z(s)$, and let $r$ bound the sum of $1 / G(s)$ over the "
        r"$s < t$ with $x(s) \ne g$. Then $\rho \log G(t) - \frac{c_b + 1}{2} - \rho "
        r"\frac{c_g + 1}{2} - \rho r \le \log N(t, b)$; with $\kappa$ as in (2), $\log N(t, b) "
        r"\le \rho \log G(t) + \frac{c_b + 1}{2} + \rho + \kappa r$, and "
        r"$|\log N(t, b) - \rho \log G(t)| \le \frac{c_b + 1}{2} + \rho \frac{c_g + 3}{2} + "
        r"(\kappa + \rho) r$."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def loser_growth() -> Body:
    """Sums by parts, and drifts that grow alike where the last token is the winner."""
    from sympy import log

    from checks import losers as checks
    from numeric.instance import Instance
    from theory import loser_growth as theory
    from theory import loser_power as power
    from theory.loser_growth import F, cb, kappa, rho, sigma
    from theory.loser_power import cg, r
    from theory.path import G, along, t

    rare = Part(theory.rare_sum(), checks.rare, checks.class_sum)
    others = Part(theory.others_bounded(), checks.others, checks.others_sums, least=2)
    losers = upper, lower, both = (
        Part(power.upper(), checks.loser, checks.loser_sums),
        Part(power.lower(), checks.loser, checks.loser_sums),
        Part(power.growth(), checks.loser, checks.loser_sums),
    )

    g, b, d = 0, 1, 2
    even = Instance(K=2, P=((1, 1), (1, 1)), n0=(1, 1), g=g, path=(g,), m=0)

    half, huge = Fraction(1, 2), 10**11 + Fraction(1, 2)

    # a class, token b
    often = even.replace(path=(b,) * 9, z=(0, 1), sigma=0, beta=1, c=9, q=1, share=1)
    once = often.replace(path=(b, g), c=1)

    # other tokens, or b: many at once, and few that become more
    many = even.replace(n0=(400, 40), P=((1000, 1), (1, 1)), rho="1/1000", kappa=1, b=b)
    many = many.replace(eps="1/10", sigma="101/1000", r=0, cb=14, cg=36)
    more = many.replace(n0=(400, 1), path=(b,) * 9, eps="1/50", sigma="21/1000")
    more = more.replace(r="1/50", cb=4)
    drift = {"C_late": "1/3", "cb": half}

    # b alone while g grows, or gains where the last token is b or d
    lead = even.replace(b=b, n0=(400, 1), P=((1, 10), (1, 10)), rho=10, kappa=10, r=0)
    lead = lead.replace(cb=1, cg=36)
    slow = even.replace(b=b, K=3, n0=(1, 1, 1), P=((1, 100, 10**5), (1, 1, 1), (1, 1, 1)))
    slow = slow.replace(rho=100, kappa=10**5, r=0, cb=1, cg=4)
    apart = slow.replace(P=((1, 5, 10**5), (1, 1, 1), (10**5, 1, 1)), rho=5, path=(d, g) * 3)
    steep = more.replace(n0=(1, 1), P=((1000, 1), (1, 1000)), kappa=1000, r=0, cb=1, cg=1)
    steep = steep.replace(R_late=-99)
    alike = even.replace(b=b, P=((1, 2), (1, 2)), rho=2, kappa=2, r=0, cg=1)

    # counts that no prompt has: of a third token below 0, so that Z is small, or leaping
    short = many.replace(n0=("1/1000", 1), P=((1, 10), (1, 10)), rho=10, kappa=10, cb=37)
    behind = even.replace(K=4, n0=(2, 1, -1, 9), path=(b, g), b=b, rho=3, r=half)
    behind = behind.replace(cb="1/4", cg="2/3")
    behind = behind.replace(P=((1, 3, 1, 100), (1, "1/100", "7/5", "1/100"), (1,) * 4, (1,) * 4))
    ahead = more.replace(K=3, n0=(400, 1, -398), P=((1000, 1, 1), (1, 1, 1), (1, 1, 1)))
    leap = even.replace(K=3, n0=(1, 1, 1), b=b, path=(g, b, g), kappa=1, r=1, cb=1, cg=1)
    fall = leap.replace(P=((1, 1, 1), (1, "1/100", 1), (1, 1, 1)), rho=1)
    fall = fall.replace(counts=((1, 1, 1), (1, 1, "-91/100"), (22026 + half, 1, 1)))
    jump = leap.replace(P=((10**4, 1, 1), (1, 1, 1), (1, 1, 1)), rho="1/10000", r="1/100")
    jump = jump.replace(cg=630, counts=((1, 1, 1), (1000, 1, "-25024/25"), (1000, huge, 1)))
    burst = even.replace(b=b, rho=1, kappa=1, r=0, cb=20)
    burst = burst.replace(counts=((1, 1), ("1/50", "1/50"), (1, huge)))
    swell = many.replace(path=(b, b, g), cb=60)
    swell = swell.replace(counts=((10, 1), ("1/100", "1/1000"), (10**40 + 5, 10**39 + half)))

    def broken(part: Part, name: str, of: Instance, **change: object) -> Witness:
        return Witness(part.name, name, of.replace(**change))

    def unseen(part: Part, *names: str, reason: str = STRUCTURE) -> tuple[Unwitnessed, ...]:
        return tuple(Unwitnessed(part.name, name, reason) for name in names)

    return Body(
        parts=(rare, others, *losers),
        witnesses=(
            *unseen(rare, "tokens", "winner"),
            broken(rare, "held", once, n0=("1/100", 1)),
            broken(rare, "counted", often, counts=((1, 1),), c=1),
            broken(rare, "class", often, z=(-1, 1), n0=(10, 1), c=-5, path=(g,)),
            broken(rare, "sigma", once, sigma=-2, beta=-1, c=99),
            broken(rare, "above", once, sigma=2, c=9),
            broken(rare, "few", often, c=0),
            broken(rare, "q", often, q=-1),
            broken(rare, "F-0", once, F_off=99),
            broken(rare, "F-step", once, F_late=99),
            *unseen(others, "tokens", "winner"),
            *unseen(others, "P-positive", reason=NORM),
            *unseen(others, "two", reason=ALONE),
            broken(others, "held", many, n0=("1/1000", 1), eps=1000, sigma=1001, cb=99),
            broken(others, "counted", swell),
            broken(others, "near", many, eps=-1000, sigma=-900),
            broken(others, "kappa-rows", many, kappa=-(10**4), sigma=-900),
            broken(others, "liked", many, rho=-1000, sigma=-900),
            broken(others, "rate", many, sigma=-99),
            broken(others, "C-0", many, C_off="37/10", cb=1),
            broken(others, "C-step", more, **drift),
            broken(others, "noise-b", many, cb=-99),
            *(w for part in losers for w in unseen(part, "tokens", "winner", "loser")),
            *(w for part in losers for w in unseen(part, "P-positive", reason=NORM)),
            broken(upper, "held", short),
            broken(upper, "counted", burst),
            broken(upper, "kappa-rows", many, kappa=-(10**4), r=1),
            broken(upper, "rate", many, rho=-99),
            broken(upper, "off-g", many, r=-99),
            broken(upper, "C-0", many, C_off="37/10", cb=1),
            broken(upper, "C-step", more, **drift),
            broken(upper, "noise-b", many, cb=-99),
            broken(upper, "R-0", many, R_off=-100, r=-50),
            broken(upper, "R-step", steep),
            broken(lower, "held", behind),
            broken(lower, "counted", fall),
            broken(lower, "rate", lead, rho=-99),
            broken(lower, "off-g", lead, r=-99),
            broken(lower, "C-0", alike, C_off="-6/5", cb="8/5"),
            broken(lower, "C-step", alike, P=((1, 3), (1, 3)), rho=3, C_late="-1/2", cb="1/4"),
            broken(lower, "noise-b", lead, cb=-999),
            broken(lower, "R-0", lead, R_off=-100, r=-90),
            broken(lower, "R-step", apart, R_late=-99, cb=half, cg=1),
            broken(lower, "D-0", lead, D_off=6, cg=1),
            broken(lower, "D-step", slow, D_late="1/3", cg="1/4"),
            broken(lower, "noise-g", lead, cg=-99),
            broken(both, "held", ahead, cb="3/5"),
            broken(both, "counted", jump),
            broken(both, "kappa-rows", many, kappa=-7, r=1),
            broken(both, "rate", lead, rho="-2/39"),
            broken(both, "off-g", lead, r="-49/5"),
            broken(both, "C-0", many, C_off="37/10", cb=1),
            broken(both, "C-step", more, **drift),
            broken(both, "noise-b", lead, cb=-391),
            broken(both, "R-0", lead, R_off=-100, r="-49/5"),
            broken(both, "R-step", steep, cb=half),
            broken(both, "D-0", lead, D_off=6, cg="1/100"),
            broken(both, "D-step", slow, D_late="1/3", cg="1/4"),
            broken(both, "noise-g", lead, cg="-16/5"),
        ),
        twins=(
            Twin(
                rare.name,
                "half the bound",
                along(rare.theorem.conclusion.lhs / 2, ">=", F(t)),
                often,
            ),
            Twin(
                others.name,
                "a quarter of the noise",
                along(sigma * (1 + log(G(t))) + (cb + 1) / 8, ">=", log(theory.others(t))),
                many,
            ),
            Twin(
                upper.name,
                "a quarter of the noise",
                along((cb + 1) / 8 + rho + kappa * r, ">=", power.excess),
                many,
            ),
            Twin(
                lower.name,
                "a quarter of the winner's noise",
                along((cb + 1) / 2 + rho * (cg + 1) / 8 + rho * r, ">=", -power.excess),
                lead,
            ),
            Twin(
                both.name,
                "a quarter of the constant",
                along(both.theorem.conclusion.lhs / 16, ">=", power.excess**2),
                lead,
            ),
        ),
    )
