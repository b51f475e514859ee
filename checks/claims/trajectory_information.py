"""E34: how much one trajectory near a token tells of two rows of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import NORM, STRUCTURE
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from numeric.instance import Instance

LOGARITHM = "A factor that is not positive has no logarithm: the bound has no value."


@claim(
    id="trajectory-information",
    label="E34",
    title="What one trajectory near a token tells of two rows grows with a power of its count",
    statement=(
        r"Along any path, let every token be in the prompt, $P > 0$, and $b$ and $g$ be tokens, "
        r"counted $N_t$ and $G_t$ times by time $t$. Let $\pi_t$ be the chance that $b$ comes next "
        r"and $I^g_t$ and $I^b_t$ the sums of $\pi_s (1 - \pi_s)$ over the times $s < t$ at which "
        r"the last token is $g$ and $b$: the information on the logits of $P_{gb}$ and $P_{bb}$. "
        r"If $N_t \le c G_t^\rho$ at all times, then $I^g_t \le (1 + \rho) c G_t^\rho$ if $\rho = "
        r"P_{gb} / P_{gg}$; $I^b_t \le \frac{P_{bb}}{P_{bg}} c^2 \left(1 + "
        r"\frac{1}{2 (2 \rho - 1)}\right) G_t^{2 \rho - 1}$ if $\rho > 1/2$; and $I^b_t \le "
        r"\frac{P_{bb}}{P_{bg}} c^2 \left(1 + \frac{1}{1 - 2 \rho}\right)$ if $\rho < 1/2$. Let "
        r"$b \ne g$, let $P_{ik} \le \kappa P_{ig}$ for all $i$ and $k$, let the tokens other than "
        r"$g$ be at most $\varepsilon G_t$ at all times, and $V = \kappa (1 + \varepsilon)$. If "
        r"$N_t \ge c G_t^\rho$ at all times, $c \ge 0$, then $I^g_t \ge \frac{c}{2 V^2} "
        r"(G_t^\rho - G_0^\rho - 2 \rho)$ if $\rho = P_{gb} / P_{gg} \le 1$; $I^b_t \ge "
        r"\frac{P_{bb}}{P_{bg}} \frac{c}{V^2} (c G_t^{2 \rho - 1} - N_0 G_0^{\rho - 1} - 1)$ if "
        r"$\rho \le 1$; and $I^b_t \ge \frac{P_{bb}}{P_{bg}} \frac{c^2}{V^2} (\log(c G_t^\rho) - "
        r"\log(N_0 + 1))$ if $\rho \ge 1/2$ and $c > 0$. If $\rho = P_{gb} / P_{gg}$ and $P_{gb} + "
        r"P_{gg} = 1$, as with two tokens, then $\rho \ge 1/2$ if $P_{gb} \ge 1/3$, $\rho > 1/2$ "
        r"if $P_{gb} > 1/3$, and $\rho < 1/2$ if $P_{gb} < 1/3$."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def trajectory_information() -> Body:
    """Sums by parts over the times at which a row is used, and induction on the time."""
    from functools import partial

    from checks import information_paths as paths
    from theory import trajectory_information as theory

    rows = (
        Part(theory.row_g_most(), paths.rarer, paths.told_by_g),
        Part(theory.row_b_most(), paths.stronger, paths.told_by_b),
        Part(theory.row_b_bounded(), paths.weaker, paths.told_by_b),
        Part(theory.row_g_least(), paths.row_g, paths.told_by_g, least=2),
        Part(theory.row_b_least(), paths.row_b, paths.told_by_b, least=2),
        Part(theory.row_b_lasts(), paths.row_b, paths.told_by_b, least=2),
    )
    thirds = (
        Part(theory.third(), partial(paths.shared, chances=("1/3", "1/2", "9/10")), least=2),
        Part(theory.above_third(), partial(paths.shared, chances=("2/5", "1/2", "9/10")), least=2),
        Part(theory.below_third(), partial(paths.shared, chances=("3/10", "1/50")), least=2),
    )
    structure = (
        Unwitnessed(part.name, name, reason)
        for part in rows
        for name, reason in (
            *((name, STRUCTURE) for name in ("tokens", "winner", "second")),
            ("P-positive", NORM),
        )
    )
    return Body(
        parts=(*rows, *thirds),
        witnesses=(
            *structure,
            *(Unwitnessed(part.name, "winner", STRUCTURE) for part in thirds[:2]),
            Unwitnessed(rows[5].name, "cl", LOGARITHM),
            *_most_broken(*rows[:3]),
            *_least_broken(*rows[3:]),
            *_thirds_broken(*thirds),
        ),
        twins=(*_other_rows(*rows), *_other_thirds(*thirds)),
    )


def two(*path: int, **values: object) -> Instance:
    """Two tokens, g and b, each once in the prompt; every row likes them alike."""
    from numeric.instance import Instance

    usual = {"P": ((1, 1), (1, 1)), "n0": (1, 1), "rho": 1, "kappa": 1, "eps": 1, "cl": 0, "cu": 1}
    return Instance(**({"K": 2, "g": 0, "b": 1, "path": path, "m": 1} | usual | values))


def three(*path: int, **values: object) -> Instance:
    """Three tokens."""
    return two(*path, **({"K": 3, "P": ((1, 1, 1),) * 3, "n0": (1, 1, 1)} | values))


ROUNDS = (0, 1) * 7
"""g and b in turn, so that b is never behind."""


def _most_broken(row_g: Part, row_b: Part, weak: Part) -> tuple[Witness, ...]:
    """Witnesses for the bounds from above."""
    absent = {"n0": (1, -10, -10), "cu": "-1/1000"}
    held, few, rare = two(0), two(1), two(1, rho=0)
    again = (1,) * 9
    return (
        Witness(row_g.name, "held", three(0, **absent)),
        Witness(row_g.name, "counted", two(0, counts=(*((2, 1),) * 5, (1, 0)), cu="1/2")),
        Witness(row_g.name, "I-0", held.replace(I_off=99)),
        Witness(row_g.name, "I-step", held.replace(I_late=99)),
        Witness(row_g.name, "rate", held.replace(rho=-2, cu=200)),
        Witness(row_g.name, "few-b", held.replace(cu=0)),
        Witness(row_b.name, "held", three(1, **absent)),
        Witness(row_b.name, "counted", two(*again, counts=((2, 1),), cu="1/2")),
        Witness(row_b.name, "I-0", few.replace(I_off=99)),
        Witness(row_b.name, "I-step", few.replace(I_late=99)),
        Witness(row_b.name, "strong", few.replace(rho="1/4")),
        Witness(row_b.name, "few-b", few.replace(cu=0)),
        Witness(weak.name, "held", three(1, rho=0, **absent)),
        Witness(weak.name, "counted", two(*again, counts=((1, 1),), rho=0, P=((1, 1), (5, 1)))),
        Witness(weak.name, "I-0", rare.replace(I_off=99)),
        Witness(weak.name, "I-step", rare.replace(I_late=99)),
        Witness(weak.name, "weak", few),
        Witness(weak.name, "few-b", rare.replace(cu=0)),
    )


def _least_broken(row_g: Part, row_b: Part, lasting: Part) -> tuple[Witness, ...]:
    """Witnesses for the bounds from below."""
    won, turns, lasts = two(0), two(*ROUNDS, eps=2, cl=1), two(*ROUNDS, eps=2, cl="1/100")
    own = {"b": 0, "P": ((100, 1), (100, 1)), "cl": 1}
    absent = {"n0": (3, 2, -4), "eps": 0}
    slow = two(0, cl="1/20")
    few = two(*ROUNDS, n0=(32, 160), rho="1/5", eps=6, cl=80)
    late = two(*(0,) * 4, *(1,) * 10, n0=(1, 9), rho=2, eps=20, cl="9/16")
    near, liking = "-99/100", "1/100"
    return (
        Witness(row_g.name, "held", three(0, **absent)),
        Witness(row_g.name, "counted", won.replace(counts=((1, 1), (1000, 1000)), cl=1)),
        Witness(row_g.name, "I-0", won.replace(I_off=-9)),
        Witness(row_g.name, "I-step", won.replace(I_late=-9)),
        Witness(row_g.name, "other", two(0, n0=(5, 1), **own)),
        Witness(row_g.name, "kappa-rows", slow.replace(kappa=liking)),
        Witness(row_g.name, "near", slow.replace(eps=near)),
        Witness(row_g.name, "rate", slow.replace(P=((1000, 1), (1, 1)))),
        Witness(row_g.name, "cl", won.replace(cl=-9)),
        Witness(row_g.name, "many-b", won.replace(cl=99)),
        Witness(
            row_g.name,
            "below",
            two(1, 0, n0=(2, 1), P=((1, 4), (1, 1)), kappa=4, rho=4, cl="1/99999"),
        ),
        Witness(row_b.name, "held", three(1, **absent)),
        Witness(row_b.name, "counted", two(0, counts=((1, 1), (1000, 1000)), cl=1)),
        Witness(row_b.name, "I-0", won.replace(I_off=-9)),
        Witness(row_b.name, "I-step", won.replace(I_late=-9)),
        Witness(row_b.name, "other", two(0, n0=(5, 1), **own)),
        Witness(row_b.name, "kappa-rows", turns.replace(kappa=liking)),
        Witness(row_b.name, "near", turns.replace(eps=near)),
        Witness(row_b.name, "cl", won.replace(cl=-9)),
        Witness(row_b.name, "many-b", won.replace(cl=99)),
        Witness(row_b.name, "below", late),
        Witness(lasting.name, "held", three(1, cl="1/100", **absent)),
        Witness(lasting.name, "counted", two(0, counts=((1, 1), (100, 100)), cl=1)),
        Witness(lasting.name, "I-0", lasts.replace(I_off=-9)),
        Witness(lasting.name, "I-step", lasts.replace(I_late=-9)),
        Witness(lasting.name, "other", two(0, **own)),
        Witness(lasting.name, "kappa-rows", turns.replace(kappa=liking)),
        Witness(lasting.name, "near", turns.replace(eps=near)),
        Witness(lasting.name, "half", few),
        Witness(lasting.name, "many-b", lasts.replace(cl=99)),
    )


def _thirds_broken(third: Part, above: Part, below: Part) -> tuple[Witness, ...]:
    """Witnesses for what P(g, b) says of rho."""
    even, negative = two(0, P=((1, 1), (2, 2))), two(0, P=((-1, 2), (1, 1)), rho=-2)
    half = even.replace(P=(("1/2", "1/2"), (1, 1)))
    tenth = two(0, P=(("9/10", "1/10"), (1, 1)), rho="1/9")
    steep = two(0, P=((10, 1), (1, 1)), rho="1/10")
    return (
        *(
            Witness(part.name, drops, instance)
            for part in (third, above)
            for drops, instance in (
                ("P-positive", negative),
                ("rate", half.replace(rho=0)),
                ("two", steep),
                ("third", tenth),
            )
        ),
        Witness(below.name, "rate", tenth.replace(rho=1)),
        Witness(below.name, "two", two(0, P=(("1/10", "1/4"), (1, 1)), rho="5/2")),
        Witness(below.name, "third", half),
    )


def _other_rows(*parts: Part) -> tuple[Twin, ...]:
    """Other bounds on the information."""
    from sympy import log

    from theory.loser_growth import power, rho
    from theory.path import G, N, along, t
    from theory.trajectory_information import I, cl, cu, odds
    from theory.transitions import b

    most_g, most_b, weak, least_g, least_b, lasting = (part.name for part in parts)
    strength, gained = 2 * rho - 1, power(rho, t) - power(rho, 0) - 2 * rho
    before = N(0, b) * power(rho - 1, 0) + 1
    squared = odds(b) * cu**2
    logs = rho * log(G(t)) + log(cl) - log(N(0, b) + 1)
    slow = two(0, n0=(10, 1000), P=((100, 1), (1, 1)), rho="1/100", cu=1000)
    early = two(*(1,) * 7, n0=(100, 1), rho="3/2", cu="71/10000")
    once = three(1, *(2,) * 13, rho=-9)
    crowd = two(0, n0=(1, 1000), eps=1000, cl=70)
    turns = two(*ROUNDS, eps=2, cl=1)
    own = turns.replace(P=((1, 1), (1, 9)), kappa=9)
    return (
        Twin(most_g, "without c", along((1 + rho) * power(rho, t), ">=", I(t)), slow),
        Twin(
            most_b,
            "without the 1",
            along(squared / (2 * strength) * power(strength, t), ">=", I(t)),
            early,
        ),
        Twin(weak, "without the 1", along(squared / (1 - 2 * rho), ">=", I(t)), once),
        Twin(least_g, "without V", along(I(t), ">=", cl / 2 * gained), crowd),
        Twin(
            least_b,
            "without V",
            along(I(t), ">=", odds(b) * cl * (cl * power(strength, t) - before)),
            turns,
        ),
        Twin(lasting, "without V", along(I(t), ">=", odds(b) * cl**2 * logs), own),
    )


def _other_thirds(third: Part, above: Part, below: Part) -> tuple[Twin, ...]:
    """Other bounds on rho."""
    from theory.loser_growth import rho
    from theory.notation import forall
    from theory.trajectory_information import HALF, THIRD

    def shared(stay: str, leave: str, likes: str) -> Instance:
        return two(0, P=((stay, leave), (1, 1)), rho=likes)

    return (
        Twin(third.name, "above 1/2", forall()(rho, ">", HALF), shared("2/3", "1/3", "1/2")),
        Twin(above.name, "above 1", forall()(rho, ">", 1), shared("3/5", "2/5", "2/3")),
        Twin(below.name, "below 1/3", forall()(THIRD, ">", rho), shared("7/10", "3/10", "3/7")),
    )
