r"""Claims E20, E21: tokens that the chain does not tell apart are drawn from Polya urns.

Along a path of tokens x(0), x(1), ..., where x(0) is the last token of the prompt, the counts n and
the chance of the path so far follow

    n(t + 1, k) = n(t, k) + delta(k, x(t + 1)),      chance(t + 1) = chance(t) q(t, x(t + 1)),
    q(t, k) = n(t, k) P(x(t), k) / sum_j n(t, j) P(x(t), j),      chance(0) = 1.

Let g(k) be the class of token k, one of r, and P(i, k) = R(g(i), g(k)): two tokens of a class have
the same rows and the same columns.  With N(t, c) the count of class c, summed over its tokens,

    sum over k in c of q(t, k) = Q(t, c) = N(t, c) R(g(x(t)), c) / sum_h N(t, h) R(g(x(t)), h),
    q(t, k) = Q(t, g(k)) n(t, k) / N(t, g(k)).

The first is the walk of R on the classes.  The second draws a token of the class as an urn does: in
proportion to its count.  As Gamma(n + 1) = n Gamma(n), along the path

    chance(t) = Chance(t)  prod_k Gamma(n(t, k)) / Gamma(n(0, k))
                           prod_c Gamma(N(0, c)) / Gamma(N(t, c)),

Chance(t) the chance of the classes of the path.  If all entries of P are equal, there is one class,
and the chance of the path is that of a Polya urn.  The products are exp of sums of log Gamma.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Sum, Symbol, Tuple, exp, gamma, log, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, c, forall, j, k, member, r, total
from theory.walk import m

__all__ = ["CLASS", "TOKEN", "Chance", "N", "Q", "R", "S", "at", "chance", "class_law"]
__all__ += ["classes_and_urns", "counts_of_an_urn", "g", "l", "n", "one_class_token", "q", "t"]

delta = KroneckerDelta
n, x, q, chance, l, S = (Function(name) for name in ("n", "x", "q", "chance", "l", "S"))
g, R, N, Q, Chance = (Function(name) for name in ("g", "R", "N", "Q", "Chance"))
t, h = Symbol("t", integer=True), Symbol("h", integer=True)
p = Symbol("p")
ONE = Integer(1)
TIME, TOKEN, CLASS = (t, Integer(0), oo), (k, ONE, K), (c, ONE, r)
then = x(t + 1)
here = g(x(t))


def at(lhs: Expr, relation: str, rhs: Any, *more: Any) -> Judgement:
    """A judgement for all times, and all further limits (index, lo, hi)."""
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, (TIME, *more))


def log_gammas(count: Any, time: Any, index: Symbol, size: Symbol) -> Expr:
    """Sum over the index of log Gamma(count(time, index))."""
    return Sum(log(gamma(count(time, index))), (index, 1, size))


TOKENS = Assumption("tokens", "every x(t) is a token", at(x(t), "in", Tuple(1, K)))
PRESENT = Assumption("present", "every token is in the prompt", at(n(t, k), ">=", 1, TOKEN))
COUNTS = Assumption(
    "counts",
    "the next token is counted",
    at(n(t + 1, k), "=", n(t, k) + delta(k, then), TOKEN),
)


def _chances(chance: Any, q: Any, then: Expr, word: str) -> tuple[Assumption, ...]:
    """The chance of a path, step by step."""
    return (
        Assumption(f"{chance}-0", f"no {word} has been drawn", forall()(chance(0), "=", 1)),
        Assumption(
            f"{chance}-step",
            f"the chance of the next {word} given the past",
            at(chance(t + 1), "=", chance(t) * q(t, then)),
        ),
    )


DRAWN = _chances(chance, q, then, "token")
CLASSES_DRAWN = _chances(Chance, Q, g(then), "class")
NORM = total(n(t, j) * P(x(t), j), j)
CLASS_NORM = Sum(N(t, h) * R(here, h), (h, 1, r))
LAW = Definition("q", at(q(t, k), "=", n(t, k) * P(x(t), k) / NORM, TOKEN))
LENGTH = Definition("l", at(l(t), "=", total(n(t, k), k)))
CLASSES = Assumption("classes", "g(k) is one of r classes", member(g(k), 1, r, k))
ALIKE = (
    CLASSES,
    Assumption(
        "alike",
        "tokens of a class have the same rows and the same columns",
        Judgement(P(j, k), "=", R(g(j), g(k)), ((j, ONE, K), TOKEN)),
    ),
    Assumption(
        "R-positive", "R is positive", Judgement(R(h, c), ">", Integer(0), ((h, ONE, r), CLASS))
    ),
)
CLASS_COUNT = Definition("N", at(N(t, c), "=", total(delta(g(k), c) * n(t, k), k), CLASS))
CLASS_LAW = Definition("Q", at(Q(t, c), "=", N(t, c) * R(here, c) / CLASS_NORM, CLASS))
URNS = Definition("S", at(S(t), "=", log_gammas(n, t, k, K) - log_gammas(N, t, c, r)))
EQUAL = Assumption("equal", "all entries of P are equal", forall(j, k)(P(j, k), "=", p))
ENTRY = Assumption("entry-positive", "they are positive", forall()(p, ">", 0))
URN = Definition("S", at(S(t), "=", log_gammas(n, t, k, K) - log(gamma(l(t)))))
NONE_EMPTY = Assumption("none-empty", "no class is empty", at(N(t, c), ">=", 1, CLASS))


def _one() -> Step:
    return Step("one", forall()(ONE, ">", 0), "sign")


def _held() -> Step:
    """n(t, k) > 0."""
    return Step(
        "held",
        at(n(t, k), ">", 0, TOKEN),
        "combine",
        ("present", "one"),
        {"present": ONE, "one": ONE},
    )


def _norms() -> tuple[Step, ...]:
    """The norms of q and of Q, which are one number, are positive."""
    return (
        _one(),
        _held(),
        Step(
            "P-positive",
            forall(j, k)(P(j, k), ">", 0),
            "sign",
            ("alike", "R-positive", "classes"),
        ),
        Step("norm", at(NORM, ">", 0), "sign", ("held", "P-positive", "tokens")),
        Step("norms", at(CLASS_NORM, "=", NORM), "sums", ("N", "alike", "classes", "tokens")),
        Step(
            "class-norm",
            at(CLASS_NORM, ">", 0),
            "combine",
            ("norms", "norm"),
            {"norms": ONE, "norm": ONE},
        ),
    )


def class_law() -> Theorem:
    """E20: the next token is of class c with the chance of the walk of R on the classes."""
    result = at(total(delta(g(k), c) * q(t, k), k), "=", Q(t, c), CLASS)
    return Theorem(
        "lumping",
        result,
        (TOKENS, PRESENT, *ALIKE),
        (LAW, CLASS_COUNT, CLASS_LAW),
        (
            *_norms(),
            Step(
                "class",
                result,
                "sums",
                ("q", "Q", "N", "alike", "classes", "tokens", "norm", "class-norm"),
            ),
        ),
    )


def one_class_token() -> Theorem:
    """E20: given its class, the next token is drawn in proportion to its count."""
    result = at(q(t, k), "=", Q(t, g(k)) * n(t, k) / N(t, g(k)), TOKEN)
    return Theorem(
        "lumping/within",
        result,
        (TOKENS, PRESENT, *ALIKE),
        (LAW, CLASS_COUNT, CLASS_LAW),
        _within(),
    )


def _within() -> tuple[Step, ...]:
    """q(t, k) = Q(t, g(k)) n(t, k) / N(t, g(k))."""
    own, weight = N(t, g(k)), n(t, k) * R(here, g(k))
    others = total(delta(g(j), g(k)) * n(t, j) * (1 - delta(j, k)) ** 2, j)
    return (
        *_norms(),
        Step("others", at(others, ">=", 0, TOKEN), "sign", ("held",)),
        Step(
            "own-held",
            at(own, ">", 0, TOKEN),
            "combine",
            ("others", "held", "N", "classes"),
            {"others": ONE, "held": ONE},
        ),
        Step(
            "token",
            at(q(t, k), "=", weight / NORM, TOKEN),
            "sums",
            ("q", "alike", "norm", "tokens"),
        ),
        Step(
            "own-class",
            at(Q(t, g(k)), "=", own * R(here, g(k)) / CLASS_NORM, TOKEN),
            "instance",
            ("Q", "classes", "class-norm"),
            {c: g(k)},
        ),
        Step(
            "within",
            at(q(t, k), "=", Q(t, g(k)) * n(t, k) / own, TOKEN),
            "combine",
            ("token", "own-class", "norms", "norm", "class-norm", "own-held"),
            {
                "token": ONE,
                "own-class": -n(t, k) / own,
                "norms": weight / (NORM * CLASS_NORM),
            },
        ),
    )


def _grown(count: Any, index: Symbol, size: Symbol, held: str, counted: str, *more: str) -> Any:
    """Exp of the sum of log Gamma grows by the factor count(t, drawn).

    ``held`` says that counts are positive, ``counted`` that the one drawn grows by one, and
    ``more`` that what is drawn is in range.
    """
    drawn, name = then if count == n else g(then), str(count)
    z, each = delta(index, drawn), (index, ONE, size)
    now, later = count(t, index), count(t + 1, index)
    return (
        Step(f"{name}-bit", at(z * (z - 1), "=", 0, each), "sums"),
        Step(
            f"{name}-gamma",
            at(gamma(now + z), "=", gamma(now) * exp(z * log(now)), each),
            "binary",
            (f"{name}-bit", held),
            {"term": z},
        ),
        Step(
            f"{name}-log",
            at(log(gamma(later)), "=", log(gamma(now)) + z * log(now), each),
            "logarithm",
            (f"{name}-gamma", counted, held),
        ),
        Step(
            f"{name}-sum",
            at(
                log_gammas(count, t + 1, index, size),
                "=",
                log_gammas(count, t, index, size) + log(count(t, drawn)),
            ),
            "combine",
            (f"{name}-log", held, "tokens", *more),
            {f"{name}-log": (ONE, index)},
        ),
    )


def _power(rise: Expr, drawn: tuple[str, ...], *uses: str) -> tuple[Step, ...]:
    """The power of S(m + 1), from ``S-up``; ``drawn`` and ``uses`` make the rise defined."""
    then = S(m) + rise.subs(t, m)
    return (
        Step("S-up-m", Judgement(S(m + 1), "=", then), "instance", ("S-up", *drawn, *uses), {t: m}),
        Step("S-power", Judgement(exp(S(m + 1)), "=", exp(then)), "exponential", ("S-up-m", *uses)),
    )


def _drawn_m(chance: Any, factor: Expr) -> Step:
    """The chance after m + 1 tokens."""
    said = Judgement(chance(m + 1), "=", chance(m) * factor)
    return Step(f"{chance}-m", said, "instance", (f"{chance}-step",), {t: m})


def _path(said: Any, step: tuple[str, ...], where: Any, **start: Expr) -> tuple[Step, ...]:
    """The induction on the length of the path."""
    first = {f"{name}-0": value for name, value in start.items()}
    return (
        Step("path-0", said(Integer(0)), "combine", tuple(first), first),
        Step("path-m", said(m), "suppose"),
        Step("path-next", said(m + 1), "combine", ("path-m", "S-power", *step), where),
        Step(
            "path",
            said(t, TIME),
            "induct",
            ("path-0", "path-m", "path-next"),
            {"hypothesis": "path-m", "on": m, "index": t},
        ),
    )


def classes_and_urns() -> Theorem:
    """E20: the chance of a path is that of its classes times, for each class, that of an urn."""

    def said(time: Any, *limits: Any) -> Judgement:
        return Judgement(chance(time), "=", Chance(time) * exp(S(time) - S(0)), limits)

    new, then_m, new_m = g(then), x(m + 1), g(x(m + 1))
    drawn, of_class, rise = n(m, then_m), N(m, new_m), log(n(t, then)) - log(N(t, new))
    held = ("held", "class-held", "tokens", "classes")
    return Theorem(
        "lumping/urns",
        said(t, TIME),
        (TOKENS, PRESENT, COUNTS, *ALIKE, NONE_EMPTY, *DRAWN, *CLASSES_DRAWN),
        (LAW, CLASS_COUNT, CLASS_LAW, URNS),
        (
            *_within(),
            Step(
                "class-held",
                at(N(t, c), ">", 0, CLASS),
                "combine",
                ("none-empty", "one"),
                {"none-empty": ONE, "one": ONE},
            ),
            Step(
                "class-counts",
                at(N(t + 1, c), "=", N(t, c) + delta(c, new), CLASS),
                "sums",
                ("N", "counts", "tokens"),
            ),
            *_grown(n, k, K, "held", "counts"),
            *_grown(N, c, r, "class-held", "class-counts", "classes"),
            Step(
                "S-up",
                at(S(t + 1), "=", S(t) + rise),
                "combine",
                ("n-sum", "N-sum", "S", *held),
                {"n-sum": ONE, "N-sum": -ONE},
            ),
            *_power(rise, held[:1], *held[1:]),
            Step(
                "drawn-class",
                Judgement(of_class, ">", Integer(0)),
                "instance",
                ("own-held", "tokens"),
                {t: m, k: then_m},
            ),
            Step(
                "drawn-m",
                Judgement(q(m, then_m), "=", Q(m, new_m) * drawn / of_class),
                "instance",
                ("within", "tokens", "drawn-class"),
                {t: m, k: then_m},
            ),
            _drawn_m(chance, q(m, then_m)),
            _drawn_m(Chance, Q(m, new_m)),
            *_path(
                said,
                ("chance-m", "Chance-m", "drawn-m"),
                {
                    "chance-m": ONE,
                    "path-m": q(m, then_m),
                    "drawn-m": Chance(m) * exp(S(m) - S(0)),
                    "Chance-m": -exp(S(m + 1) - S(0)),
                    "S-power": -Chance(m) * Q(m, new_m) * exp(-S(0)),
                },
                chance=ONE,
                Chance=-ONE,
            ),
        ),
        fixed=(m,),
    )


def counts_of_an_urn() -> Theorem:
    """E21: if all entries of P are equal, the chance of a path is a function of its counts."""

    def said(time: Any, *limits: Any) -> Judgement:
        return Judgement(chance(time), "=", exp(S(time) - S(0)), limits)

    then_m, drawn = x(m + 1), n(t, then)
    here, later = gamma(l(t)), gamma(l(t + 1))
    return Theorem(
        "polya-counts",
        said(t, TIME),
        (TOKENS, PRESENT, COUNTS, EQUAL, ENTRY, *DRAWN),
        (LAW, LENGTH, URN),
        (
            _one(),
            _held(),
            *_grown(n, k, K, "held", "counts"),
            Step("length", at(l(t), ">", 0), "sign", ("l", "held")),
            Step("longer", at(l(t + 1), "=", l(t) + 1), "sums", ("l", "counts", "tokens")),
            Step("l-gamma", at(later, "=", here * l(t)), "sums", ("longer", "length")),
            Step(
                "l-log",
                at(log(later), "=", log(here) + log(l(t))),
                "logarithm",
                ("l-gamma", "length"),
            ),
            Step(
                "S-up",
                at(S(t + 1), "=", S(t) + log(drawn) - log(l(t))),
                "combine",
                ("n-sum", "l-log", "S", "held", "length", "tokens"),
                {"n-sum": ONE, "l-log": -ONE},
            ),
            *_power(log(drawn) - log(l(t)), ("held", "tokens"), "length"),
            Step("entry", forall(j, k)(P(j, k), ">", 0), "sign", ("equal", "entry-positive")),
            Step("norm", at(NORM, ">", 0), "sign", ("held", "entry", "tokens")),
            Step(
                "share",
                at(q(t, then), "=", drawn / l(t)),
                "sums",
                ("q", "l", "equal", "norm", "length", "tokens"),
            ),
            Step(
                "share-m",
                Judgement(q(m, then_m), "=", n(m, then_m) / l(m)),
                "instance",
                ("share", "length"),
                {t: m},
            ),
            _drawn_m(chance, q(m, then_m)),
            *_path(
                said,
                ("chance-m", "share-m"),
                {
                    "chance-m": ONE,
                    "path-m": q(m, then_m),
                    "share-m": exp(S(m) - S(0)),
                    "S-power": -exp(-S(0)),
                },
                chance=ONE,
            ),
        ),
        fixed=(m,),
    )
