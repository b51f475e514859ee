"""E33: how often b follows a along a path, by how frequent a and b are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.reasons import NORM, STRUCTURE
from checks.claims.sources import WINNER

if TYPE_CHECKING:
    from numeric.instance import Instance

WEAKER = "With a negative factor the conclusion says less, and holds."


@claim(
    id="lasting-transitions",
    label="E33",
    title="Along a path, the counts of two losers bound how often one follows the other",
    statement=(
        r"Let $P > 0$, let every token be in the prompt, let $a$, $b$ and $g$ be tokens ($a = b$ "
        r"is allowed) and $x_0, x_1, \dots$ any path: $x_0$ is the last token of the prompt, and "
        r"$N_k(t)$ counts $k$ in the prompt and $x_1, \dots, x_t$. Let $p_t = [x_t = a] N_b(t) "
        r"P_{ab} / \sum_j N_j(t) P_{aj}$ be the chance that $b$ follows $a$, $A(t) = "
        r"\sum_{s < t} p_s$, let $T(t)$ count the $s < t$ with $x_s = a$, $x_{s + 1} = b$, and "
        r"$M(t)$ be the sum over $s < t$ of $([x_s = a, x_{s + 1} = b] - p_s) / (1 + A(s))$. If "
        r"$M(t)^2 \le c_M$ for all $t$, then $e^{T(t) + (c_M + 1) / 2} \ge 1 + A(t)$ for all $t$; "
        r"and if moreover $A(t) \le \bar A$ for all $t$, $T(t) \le (1 + \bar A)(\bar A + "
        r"\frac{c_M + 1}{2})$ for all $t$. Let $G = N_g$. If for all $t$ $N_a \le c_a G^{s_a}$ and "
        r"$N_b \le c_b G^{s_b}$, where $s_a \ge 0$ and $s_a + s_b < 1$, and $P_{ik} \le \kappa "
        r"P_{ig}$ for all $i, k$, then $A(t) \le \kappa c_b (1 + c_a \frac{1 - s_b}{1 - s_a - "
        r"s_b})$ for all $t$. If $a \ne g$ and for all $t$ $N_a \ge c_a G^{s_a}$ and $N_b \ge c_b "
        r"G^{s_b}$, where $c_a, c_b \ge 0$ and $s_b \le 1 \le s_a + s_b$, the tokens other than "
        r"$g$ are at most $\varepsilon G$, and $P_{ab} \ge \theta P_{ak}$ for all $k$, $\theta \ge "
        r"0$, then with $r = 1 - s_b$ for all $t$ $A(t) \ge \frac{\theta c_b}{1 + \varepsilon} "
        r"\bigl((N_a(t) - 1) G(t)^{-r} - N_a(0) G(0)^{-r} + r c_a \log \frac{G(t)}{G(0)}\bigr)$."
    ),
    source=WINNER,
    mark="all",
    beyond=True,
)
def lasting_transitions() -> Body:
    """How often by the chances, with noise; the chances by how frequent a and b are."""
    from checks.lasting import followed, frequent, noisy, rare, seen
    from theory import lasting as theory

    often = Part(theory.happens(), noisy, seen)
    seldom = Part(theory.stops(), noisy, seen)
    bounded = Part(theory.chances_bounded(), rare, followed)
    growing = Part(theory.chances_grow(), frequent, followed, least=2)
    parts = (often, seldom, bounded, growing)
    structure = (
        *(
            Unwitnessed(part.name, name, STRUCTURE)
            for part in parts
            for name in ("tokens", "second")
        ),
        *(
            Unwitnessed(part.name, name, STRUCTURE)
            for part in parts[2:]
            for name in ("first", "winner")
        ),
        *(Unwitnessed(part.name, "P-positive", NORM) for part in parts),
    )
    return Body(
        parts=parts,
        witnesses=(
            *structure,
            Unwitnessed(growing.name, "ca", WEAKER),
            *_often_broken(often.name),
            *_seldom_broken(seldom.name),
            *_bounded_broken(bounded.name),
            *_growing_broken(growing.name),
        ),
        twins=(*_other_noise(often, seldom), *_other_chances(bounded, growing)),
    )


def two(**values: object) -> Instance:
    """Of two tokens the second, for ever; the first is g."""
    from numeric.instance import Instance

    usual = {"P": ((1, 1), (1, 1)), "n0": (1, 1), "g": 0, "a": 1, "b": 1, "path": (1,) * 12}
    return Instance(**({"K": 2, "m": 1} | usual | values))


def missed() -> Instance:
    """The first token hardly fails to follow, but it does not."""
    return two(P=((1, 1), (10**6, 1)), a=2, b=0, cm=7)


def made() -> Instance:
    """The second token hardly follows, but it does."""
    return two(P=((1, 1), (10**6, 1)), a=2, abar="1/100", cm=36)


def few() -> Instance:
    """Of three tokens the second, for ever, which hardly follows itself."""
    rows = ((1, 1, 1), (1, "1/100", 1), (1, 1, 1))
    at = two(K=3, P=rows, n0=(1, 1, 1), b=2, kappa=1)
    return at.replace(sa=0, sb=0, ca=13, cb=1)


def many(g: int, *others: int) -> Instance:
    """The second token, for ever; the third may follow it at even chances."""
    K = 1 + len(others)
    at = two(K=K, P=((1,) * K,) * K, n0=(g, *others), b=2, eps="9/100", theta=1)
    return at.replace(sa=1, sb=0, ca="1/200", cb=1)


def _often_broken(part: str) -> tuple[Witness, ...]:
    """Witnesses for the least number of times that b follows a."""
    here = missed()
    absent = here.replace(P=(("1/100", 1), (1, 1)), a=1, b=1, path=(0,) * 12, g=1)
    turned = ((27, 1), ("-4/25", "193/25"), (5, "-1/24"), ("-17/2", "1/15"), ("-36/5", "1/13"))
    jumps = absent.replace(P=((1, 100), (1, 1)), counts=(*turned, ("21/4", "3/10"), (-5, "-2/3")))
    return (
        Witness(part, "held", absent.replace(n0=("-33/2", "29/250"))),
        Witness(part, "counted", jumps.replace(cm="11/5")),
        Witness(part, "A-0", here.replace(A_off=99)),
        Witness(part, "A-step", here.replace(A_late=99)),
        Witness(part, "T-0", here.replace(T_off=-9)),
        Witness(part, "T-step", here.replace(T_late=-9)),
        Witness(part, "M-0", here.replace(M_off="5/4", cm="8/5")),
        Witness(part, "M-step", here.replace(M_late="2/5", cm="1/2")),
        Witness(part, "noise", here.replace(cm=0)),
    )


def _seldom_broken(part: str) -> tuple[Witness, ...]:
    """Witnesses for the largest number of times that b follows a."""
    here = made()
    absent = two(g=1, a=1, b=0, path=(0,) * 12, n0=("-31/20", "5/2"), abar=0, cm=7)
    turned = ("1/2", "-7/5", "131/100", "-131/100", "11/10", 0)
    counts = tuple((Fraction(p), 1 - Fraction(p)) for p in turned)
    return (
        Witness(part, "held", absent),
        Witness(
            part,
            "counted",
            absent.replace(n0=(1, 1), counts=((1, 1), *counts[1:]), abar="1/2", cm="9/2"),
        ),
        Witness(part, "A-0", here.replace(A_off=-100, abar=0, cm=1)),
        Witness(part, "A-step", here.replace(A_late=-100, abar=0, cm=2)),
        Witness(part, "bounded", two(P=((1, 1), (1, 10**6)), a=2, abar=0, cm=1)),
        Witness(part, "T-0", here.replace(T_off=99)),
        Witness(part, "T-step", here.replace(T_late=99)),
        Witness(part, "M-0", here.replace(M_off=-3, cm=9)),
        Witness(part, "M-step", here.replace(M_late=-1, cm=1)),
        Witness(part, "noise", here.replace(cm=0)),
    )


def _bounded_broken(part: str) -> tuple[Witness, ...]:
    """Witnesses for the chances of rare tokens."""
    here = few()
    return (
        Witness(part, "held", here.replace(n0=("1/10000", 1, 1), sb=-1, cb="1/10000")),
        Witness(part, "counted", here.replace(counts=((1, 1, 1),), ca=1)),
        Witness(part, "A-0", here.replace(A_off=99)),
        Witness(part, "A-step", here.replace(A_late=99)),
        Witness(part, "kappa-rows", here.replace(kappa=0)),
        Witness(part, "few-a", here.replace(ca=0)),
        Witness(part, "few-b", here.replace(cb=0)),
        Witness(part, "sa", here.replace(sa=-99)),
        Witness(part, "weak", here.replace(sa=1, sb="1/2")),
    )


def _growing_broken(part: str) -> tuple[Witness, ...]:
    """Witnesses for the chances of frequent tokens."""
    here = many(100, 1, 1)
    won = many(1, 1, 1).replace(path=(0,) * 12, eps=2)
    minus = ((1, "1/1000", 1, "1/1000"),) * 4
    absent = many(10, 1, 1, -17).replace(P=minus, eps="-9/10", ca=0)
    late = many(1, 1, 1, 100).replace(path=(3, 1, 1, 2, 2, 2, 0), eps=107, ca=0)
    pair = many(1, 1).replace(b=1, ca=1)
    return (
        Witness(part, "held", absent),
        Witness(part, "counted", pair.replace(counts=((1, 1), (1, 100)), eps=100)),
        Witness(part, "A-0", here.replace(A_off=-9)),
        Witness(part, "A-step", here.replace(A_late=-9)),
        Witness(part, "apart", pair.replace(a=0, n0=(10, 1), path=(1, *(0,) * 11), eps="1/10")),
        Witness(part, "near", here.replace(eps="-99/100")),
        Witness(part, "liked", here.replace(theta=100)),
        Witness(part, "theta", here.replace(theta=-1)),
        Witness(part, "many-a", won.replace(ca=100)),
        Witness(part, "many-b", here.replace(cb=100)),
        Witness(part, "cb", here.replace(cb=-1)),
        Witness(part, "sb", late.replace(sa=0, sb=2)),
        Witness(part, "strong", won.replace(sa=0, ca=1)),
    )


def _other_noise(often: Part, seldom: Part) -> tuple[Twin, ...]:
    """How often, without noise."""
    from sympy import exp

    from theory.lasting import A, T, abar
    from theory.path import along, t

    change = "without the noise"
    return (
        Twin(often.name, change, along(exp(T(t)), ">=", 1 + A(t)), missed()),
        Twin(seldom.name, change, along((1 + abar) * abar, ">=", T(t)), made()),
    )


def _other_chances(bounded: Part, growing: Part) -> tuple[Twin, ...]:
    """The bounds on the chances, with a part left out or twice as large."""
    from theory.lasting import A, cb, sa, sb
    from theory.loser_growth import eps, kappa
    from theory.path import along, t

    alone, least = kappa * cb, growing.theorem.conclusion.rhs
    slope = (1 - sb) / (1 - sa - sb)
    far = many(10, 1, 1, 80).replace(eps=9, ca=0)
    return (
        Twin(bounded.name, "without a", along(alone, ">=", A(t)), few()),
        Twin(
            bounded.name, "without the factor of a", along(alone * (1 + slope), ">=", A(t)), few()
        ),
        Twin(growing.name, "twice as much", along(A(t), ">=", 2 * least), many(100, 1, 1)),
        Twin(growing.name, "without eps", along(A(t), ">=", (1 + eps) * least), far),
    )
