"""E35: what one trajectory tells of one entry of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import NORM, STRUCTURE
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from numeric.instance import Instance

DEFINED = (
    "Information from any start above -1 on will do; from another (1 + I)^h may have no value."
)
LOGARITHMS = "It keeps the chances positive; of others a ratio may have no logarithm."


@claim(
    id="trajectory-estimate",
    label="E35",
    title="What one trajectory tells of one entry of the chain",
    statement=(
        r"Along any path, let every token be in the prompt, $P > 0$, and $a$ and $b$ be tokens "
        r"($a = b$ is allowed). Let $w_t$ be $1$ where token $t$ is $a$, else $0$, $\pi_t$ the "
        r"chance that $b$ comes next, and $\delta_t$ be $1$ where it does, else $0$. Let "
        r"$S_t = \sum_{s < t} w_s (\delta_s - \pi_s)$, the score of the logit of $P_{ab}$, "
        r"$I_t = \sum_{s < t} w_s \pi_s (1 - \pi_s)$, and, for $h \ge 0$, "
        r"$M_t = \sum_{s < t} \frac{w_s (\delta_s - \pi_s)}{(1 + I_s)^h}$. If $M_t^2 \le c$ at all "
        r"times, then $|S_t| \le (c + 1) (1 + I_t)^h$ at all times. For $\eta > 0$ let "
        r"$\hat\pi_t = \frac{\eta \pi_t}{1 - \pi_t + \eta \pi_t}$ be the chance of $b$ with its "
        r"odds multiplied by $\eta$. Then $(1 - \frac{1}{\eta}) I_t \le \sum_{s < t} w_s "
        r"(\hat\pi_s - \pi_s) \le (\eta - 1) I_t$. So where the score at $\eta$, "
        r"$\sum_{s < n} w_s (\delta_s - \hat\pi_s)$, is $0$ at a time $n$, both "
        r"$(1 - \frac{1}{\eta}) I_n$ and $(1 - \eta) I_n$ are at most $(c + 1) (1 + I_n)^h$. The "
        r"logarithm of the likelihood ratio of $\eta \ge 1$ against $1$, $\sum_{s < t} w_s "
        r"(\delta_s \log \eta - \log(1 - \pi_s + \eta \pi_s))$, is at most $T \log \eta$ if $b$ "
        r"follows $a$ at most $T$ times, and at least $-(\eta - 1) A$ if $\sum_{s < t} w_s \pi_s "
        r"\le A$ at all times."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def trajectory_estimate() -> Body:
    """Sums by parts, the concavity of a chance in its odds, and induction on the time."""
    from checks.estimates import compared, fitted, noisy, observed, shifted
    from theory import estimate_path as theory

    scores = [Part(f(), noisy, observed) for f in (theory.score_above, theory.score_below)]
    shifts = [Part(f(), shifted, observed) for f in (theory.shift_least, theory.shift_most)]
    estimates = [
        Part(f(), fitted, observed) for f in (theory.estimate_above, theory.estimate_below)
    ]
    ratios = [Part(f(), compared, observed) for f in (theory.ratio_above, theory.ratio_below)]
    parts = (*scores, *shifts, *estimates, *ratios)
    structure = (
        Unwitnessed(part.name, name, reason)
        for part in parts
        for name, reason in (("tokens", STRUCTURE), ("second", STRUCTURE), ("P-positive", NORM))
    )
    return Body(
        parts=parts,
        witnesses=(
            *structure,
            *(Unwitnessed(part.name, "I-0", DEFINED) for part in scores),
            *(Unwitnessed(ratios[1].name, name, LOGARITHMS) for name in ("held", "counted")),
            *_scores_broken(*scores),
            *_shifts_broken(*shifts),
            *_estimates_broken(*estimates),
            *_ratios_broken(*ratios),
        ),
        twins=(*_others(*scores, *shifts), *_other_estimates(*estimates), *_other_ratios(*ratios)),
    )


def once(**values: object) -> Instance:
    """Of two tokens the first is the last of the prompt, the second follows for ever."""
    from numeric.instance import Instance

    usual = {"P": ((1, 1), (1, 1)), "n0": (1, 1), "path": (0, 1), "h": 0, "cm": 1, "eta": 2}
    return Instance(**({"K": 2, "g": 1, "a": 1, "b": 1, "m": 1} | usual | values))


def rounds(*hits: int, row: tuple[int, ...] = (1, 2, 1)) -> Instance:
    """Of three tokens, the second follows the first or not, each time at the same chance."""
    from checks.estimates import quiet
    from numeric.instance import Instance

    turns = [(1, 2, 0) if hit else (2, 1, 0) for hit in hits]
    path = (0, *(token for turn in turns for token in turn))[: 3 * len(hits) - 1]
    rest = {"g": 1, "a": 1, "b": 1, "m": 1, "h": 0, "n": len(path) - 1}
    return quiet(Instance(K=3, P=(row, (1, 1, 1), (1, 1, 1)), n0=(1, 1, 1), path=path, **rest))


def _scores_broken(*parts: Part) -> tuple[Witness, ...]:
    """Witnesses for the bound on the score, and on minus the score."""
    found: list[Witness] = []
    for part, b in zip(parts, (1, 0), strict=True):
        side = 2 * b - 1
        here = once(b=b)
        again = once(P=((1, 999), (1, 1)), path=(0,) * 9, g=0, b=1 - b)
        none = {"h": 9, "cm": 2}
        found += [
            Witness(part.name, "held", here.replace(n0=(5, -1), **none)),
            Witness(
                part.name,
                "counted",
                here.replace(counts=((1, 1), (5, -1)), path=(1, 0, 1), **none),
            ),
            Witness(part.name, "I-step", here.replace(I_late="-1/20", h=99)),
            Witness(part.name, "S-0", here.replace(S_off=9 * side)),
            Witness(part.name, "S-step", here.replace(S_late=9 * side)),
            Witness(part.name, "h", here.replace(h=-9)),
            Witness(part.name, "M-step", again.replace(M_late=-side)),
            Witness(part.name, "noise", again.replace(cm=0)),
        ]
    return tuple(found)


def _shifts_broken(*parts: Part) -> tuple[Witness, ...]:
    """Witnesses for the two bounds on Q by I."""
    found: list[Witness] = []
    for part, b in zip(parts, (1, 0), strict=True):
        side = 2 * b - 1
        here = once(b=b)
        found += [
            Witness(part.name, "held", here.replace(n0=(5, -1))),
            Witness(part.name, "counted", here.replace(counts=((1, 1), (5, -1)), path=(1, 0, 1))),
            Witness(part.name, "I-0", here.replace(I_off=9 * side)),
            Witness(part.name, "I-step", here.replace(I_late=9 * side)),
            Witness(part.name, "eta", here.replace(P=((3, 1), (1, 1)), eta=-1)),
            Witness(part.name, "Q-0", here.replace(Q_off=-9 * side)),
            Witness(part.name, "Q-step", here.replace(Q_late=-9 * side)),
        ]
    return tuple(found)


def _estimates_broken(*parts: Part) -> tuple[Witness, ...]:
    """Witnesses for estimates above and below the truth."""
    from fractions import Fraction

    from checks.estimates import observed, quiet

    found: list[Witness] = []
    for part, b in zip(parts, (1, 0), strict=True):
        side, far = 2 * b - 1, 9 if b else Fraction(1, 9)
        steady = rounds(*([1, 0] * 5)).replace(eta=far)
        made, n = observed(steady), steady["n"]
        gap = made["Q"](n) - made["S"](n)
        many = rounds(*([b] * 9), 1 - b).replace(eta=far)
        drift = Fraction(-4 * side, n)
        few = rounds(b, 1 - b, row=(1, 1, 2) if b else (1, 6, 1))
        odd = {"n0": ("-9/5", "36/5"), "h": 1, "cm": "5/2", "n": 2}
        absent = once(b=b, path=(0, 0, 1), eta=Fraction(1, 6) if b else 6).replace(**odd)
        counts = ((1, 1), absent["n0"], ("-4/5", "36/5"))
        found += [
            Witness(part.name, "held", absent),
            Witness(
                part.name,
                "counted",
                absent.replace(n0=(1, 1), counts=counts, path=(1, 0, 0, 1), n=3),
            ),
            Witness(part.name, "I-0", once(b=b, I_off=99, n=0, eta=far)),
            Witness(part.name, "I-step", once(b=b, I_late=9, n=6, path=(1,), eta=far)),
            Witness(part.name, "S-0", steady.replace(S_off=gap)),
            Witness(part.name, "S-step", steady.replace(S_late=gap / n)),
            Witness(part.name, "h", quiet(few.replace(eta=3 if b else Fraction(1, 3), h=-10))),
            Witness(part.name, "M-step", quiet(many.replace(M_late=drift))),
            Witness(part.name, "noise", many.replace(cm=0)),
            Witness(
                part.name,
                "eta",
                once(b=b, P=((2, 1), (1, 1)), n0=(1, 8), path=(0, 1, 0, 0), cm="1/4", n=3).replace(
                    eta=Fraction(-1, 3) if b else -3
                ),
            ),
            Witness(part.name, "Q-0", steady.replace(Q_off=-gap)),
            Witness(part.name, "Q-step", steady.replace(Q_late=-gap / n)),
            Witness(part.name, "root", steady),
        ]
    return tuple(found)


def _ratios_broken(above: Part, below: Part) -> tuple[Witness, ...]:
    """Witnesses for the two bounds on the likelihood ratio."""
    missed, hit = once(b=0, tbar=0, abar=1), once(tbar=1)
    negative = ((1, 1), (-1, 5))
    return (
        Witness(above.name, "held", missed.replace(n0=(-1, 5))),
        Witness(above.name, "counted", missed.replace(counts=negative, path=(1, 0, 1))),
        Witness(above.name, "eta", missed.replace(eta="1/2")),
        Witness(above.name, "L-0", missed.replace(L_off=9)),
        Witness(above.name, "L-step", missed.replace(L_late=9)),
        Witness(above.name, "T-0", hit.replace(T_off=-9, tbar=-3)),
        Witness(above.name, "T-step", hit.replace(T_late=-9, tbar=0)),
        Witness(above.name, "few", hit.replace(tbar=0)),
        Witness(below.name, "eta", missed.replace(eta="1/2", abar=9)),
        Witness(below.name, "L-0", missed.replace(L_off=-9)),
        Witness(below.name, "L-step", missed.replace(L_late=-9)),
        Witness(below.name, "A-0", missed.replace(A_off=-9, abar=-5)),
        Witness(below.name, "A-step", missed.replace(A_late=-9, abar=0)),
        Witness(below.name, "bounded", missed.replace(abar=0)),
    )


def _others(above: Part, below: Part, least: Part, most: Part) -> tuple[Twin, ...]:
    """Other bounds on the score, and on Q by I."""
    from theory.estimate_path import Q, S, bound, eta
    from theory.path import along, t
    from theory.trajectory_information import I

    sure = {"P": ((999, 1), (1, 1))}
    third, more, less = bound / 3, (eta - 1) * I(t), (1 - 1 / eta) * I(t)
    hardly = once(eta="1001/1000")
    return (
        Twin(above.name, "a third of the bound", along(third, ">=", S(t)), once(**sure)),
        Twin(below.name, "a third of the bound", along(third, ">=", -S(t)), once(b=0, **sure)),
        Twin(least.name, "the bound from above", along(Q(t), ">=", more), hardly),
        Twin(most.name, "the bound from below", along(less, ">=", Q(t)), hardly),
    )


def _other_estimates(above: Part, below: Part) -> tuple[Twin, ...]:
    """The bounds on estimates without the noise."""
    from theory.estimate_path import eta, n, v
    from theory.notation import forall
    from theory.trajectory_information import I

    far = rounds(*([1] * 9), 0).replace(eta=9)
    near = rounds(*([0] * 9), 1).replace(eta="1/9")
    change = "without the noise"
    return (
        Twin(above.name, change, forall()(v(n), ">=", (1 - 1 / eta) * I(n)), far),
        Twin(below.name, change, forall()(v(n), ">=", (1 - eta) * I(n)), near),
    )


def _other_ratios(above: Part, below: Part) -> tuple[Twin, ...]:
    """Other bounds on the likelihood ratio."""
    from sympy import log

    from theory.estimate_path import L, abar, eta, tbar
    from theory.path import along, t

    fewer, half = along((tbar - 1) * log(eta), ">=", L(t)), along(L(t), ">=", (1 - eta) * abar / 2)
    rare = once(P=((999, 1), (1, 1)), tbar=1)
    return (
        Twin(above.name, "one time less", fewer, rare),
        Twin(below.name, "half of the chances", half, once(b=0, abar="1/2")),
    )
