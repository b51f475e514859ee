r"""Claims C4, C9: which entries of row a the laws on a support of prompts determine.

The support holds M prompts with the query a; token i stands N(x, i) times among the keys of
prompt x, so the chain P gives the law N(x, i) P(a, i) / sum_j N(x, j) P(a, j).  Tokens i and j are
joined by an edge if some prompt holds both.  A path is c(0), c(1), ...: prompt y(t) holds c(t) and
c(t + 1) (a path may stay where it is).  On an edge two chains with the same laws have the same
ratio; by induction they have it along a path.

Quantified over pairs, c(i, j, t) is a path that leads from i to j in m(i, j) steps.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import RANGES, K, M, forall, i, j, k, member, o, total, xi

__all__ = [
    "APART",
    "COUNTS",
    "KEY",
    "KEYS",
    "PROMPTS",
    "QUERY",
    "SAME",
    "STEPS",
    "TOKENS",
    "Limits",
    "N",
    "Path",
    "R",
    "RatioPath",
    "a",
    "b",
    "component_scaled_differs",
    "component_scaled_factor",
    "component_scaled_rows",
    "component_scaled_same_laws",
    "connected_unique",
    "f",
    "g",
    "joined_ratio",
    "law",
    "n",
    "positive",
    "rows_sum",
    "steps",
    "t",
    "visible",
    "visible_positive",
    "y",
]

delta = KroneckerDelta
a, b, g = (Symbol(name, integer=True) for name in "abg")
n = Symbol("n", integer=True, nonnegative=True)  # the step of an induction
t, steps = Symbol("t", integer=True), Symbol("steps", integer=True)
R, c, y, m, key, N, f = (Function(name) for name in ("R", "c", "y", "m", "key", "N", "f"))
Limits = tuple[tuple[Any, Any, Any], ...]
STEPS = (t, Integer(0), oo)
PAIRS: Limits = tuple((index, *RANGES[index]) for index in (i, j))
PROMPTS: Limits = ((xi, *RANGES[xi]),)


def _all(limits: Limits, lhs: Expr, relation: str, rhs: Any) -> Judgement:
    return Judgement(lhs, relation, Integer(rhs) if isinstance(rhs, int) else rhs, limits)


def visible(P: Any) -> Expr:
    """The norm sum_o N(x, o) P(a, o): what the law is divided by."""
    return total(N(xi, o) * P(a, o), o)


def law(P: Any) -> Expr:
    """N(x, i) P(a, i) / sum_o N(x, o) P(a, o): the law of token i after prompt x."""
    return N(xi, i) * P(a, i) / visible(P)


QUERY = Assumption("query", "the query a is one of the K tokens", member(a, 1, K))
COUNTS = Assumption(
    "counts", "counts are not negative", _all((*PROMPTS, PAIRS[0]), N(xi, i), ">=", 0)
)
KEYS = Assumption("key-token", "key(x) is a token", member(key(xi), 1, K, xi))
KEY = Assumption("key", "prompt x holds key(x)", _all(PROMPTS, N(xi, key(xi)), ">", 0))


def positive(P: Any) -> Assumption:
    """Every entry is positive."""
    return Assumption(f"{P}-positive", f"{P} is positive", forall(k, i)(P(k, i), ">", 0))


def rows_sum(P: Any) -> Assumption:
    """Row a sums to one."""
    sentence = f"row a of {P} sums to one"
    return Assumption(f"{P}-row", sentence, _all((), total(P(a, j), j), "=", 1))


SAME = Assumption(
    "same-laws",
    "P and R give the same law on every prompt of the support",
    _all((*PROMPTS, PAIRS[0]), law(P), "=", law(R)),
)


HELD = key(xi)


def visible_positive(
    P: Any, positive: str, held: Expr = HELD, holds: tuple[str, ...] = ("key", "key-token")
) -> tuple[Step, ...]:
    """That sum_o N(x, o) P(a, o) >= N(x, held) P(a, held) > 0, for a token that prompt x holds."""
    at_key = N(xi, held) * P(a, held)
    others = total(N(xi, j) * P(a, j) * (1 - delta(j, held)) ** 2, j)
    return (
        Step(f"{P}-at-key", _all(PROMPTS, at_key, ">", 0), "sign", (*holds, positive, "query")),
        Step(f"{P}-others", _all(PROMPTS, others, ">=", 0), "sign", ("counts", positive, "query")),
        Step(
            f"{P}-visible",
            _all(PROMPTS, visible(P), ">", 0),
            "combine",
            (f"{P}-at-key", f"{P}-others", holds[-1] if holds[1:] else "query"),
            {f"{P}-at-key": Integer(1), f"{P}-others": Integer(1)},
        ),
    )


class Path:
    """A path c(0), c(1), ... with its prompts y(0), y(1), ..., of one pair of tokens or of all.

    ``start`` and ``end`` are the tokens, which it joins in ``length`` steps; ``pair`` are the
    indices on which they depend, with their ranges.
    """

    def __init__(self, start: Expr, end: Expr, length: Expr, pair: Limits) -> None:
        self.pair, self.ends, self.length = pair, (start, end), length
        self.indices = tuple(index for index, _, _ in pair)

    def c(self, at: Any) -> Expr:
        """The token after that many steps."""
        return c(*self.indices, at)

    def y(self, at: Any) -> Expr:
        """The prompt of that step."""
        return y(*self.indices, at)

    @property
    def always(self) -> Limits:
        """The indices of what is true of every step."""
        return (*self.pair, STEPS)

    def walk(self) -> tuple[Assumption, ...]:
        """Each c(t) is a token, each y(t) a prompt."""
        return (
            Assumption("path-token", "c(t) is a token", _in(self.always, self.c(t), 1, K)),
            Assumption("path-prompt", "y(t) is a prompt", _in(self.always, self.y(t), 1, M)),
        )

    def leads(self) -> tuple[Assumption, ...]:
        """From where to where, and in how many steps."""
        start, end = self.ends
        return (
            Assumption("length", "K steps are enough", _in(self.pair, self.length, 0, K)),
            Assumption(
                "start",
                "the path begins at the first token",
                _all(self.pair, delta(self.c(0), start), "=", 1),
            ),
            Assumption(
                "end",
                "after that length it is at the second token",
                _all(self.pair, delta(self.c(self.length), end), "=", 1),
            ),
        )


class RatioPath(Path):
    """A path of prompts that hold both ends of each step, along which a ratio is kept."""

    def assumptions(self) -> tuple[Assumption, ...]:
        """What makes it a path: each prompt holds both ends of its step."""
        here, there = N(self.y(t), self.c(t)), N(self.y(t), self.c(t + 1))
        hold = "prompt y(t) holds c(t)", "prompt y(t) holds c(t + 1)"
        return (
            *self.walk(),
            Assumption("holds-here", hold[0], _all(self.always, here, ">", 0)),
            Assumption("holds-next", hold[1], _all(self.always, there, ">", 0)),
            *self.leads(),
        )

    def kept(self, at: Any) -> Judgement:
        """R(a, c(at)) P(a, c(0)) = P(a, c(at)) R(a, c(0))."""
        here, start = self.c(at), self.c(0)
        return _all(self.pair, R(a, here) * P(a, start), "=", P(a, here) * R(a, start))

    def steps(self) -> tuple[Step, ...]:
        """The ratio is kept along the path, by induction."""
        pair, at = self.pair, self.y(n)
        here, there = self.c(n), self.c(n + 1)
        norms = [visible(chain).subs(xi, at) for chain in (P, R)]
        shares = []
        for name, token in (("here", here), ("next", there)):
            laws = [
                N(at, token) * chain(a, token) / v for chain, v in zip((P, R), norms, strict=True)
            ]
            shares.append(
                Step(
                    f"share-{name}",
                    _all(pair, laws[0], "=", laws[1]),
                    "instance",
                    ("same-laws", "path-prompt", "path-token", "P-visible-y", "R-visible-y"),
                    {xi: at, i: token},
                )
            )
        return (
            *(
                Step(
                    f"{chain}-visible-y",
                    _all(pair, v, ">", 0),
                    "instance",
                    (f"{chain}-visible", "path-prompt"),
                    {xi: at},
                )
                for chain, v in zip((P, R), norms, strict=True)
            ),
            *(
                Step(
                    f"count-{name}",
                    _all(pair, N(at, token), ">", 0),
                    "instance",
                    (f"holds-{name}",),
                    {t: n},
                )
                for name, token in (("here", here), ("next", there))
            ),
            *shares,
            Step(
                "edge",
                _all(pair, R(a, there) * P(a, here), "=", P(a, there) * R(a, here)),
                "combine",
                ("share-here", "share-next", "count-here", "count-next"),
                {
                    "share-here": R(a, there) * norms[0] / N(at, here),
                    "share-next": -R(a, here) * norms[0] / N(at, there),
                },
            ),
            Step("kept-at-start", self.kept(0), "sums"),
            Step("kept", self.kept(n), "suppose"),
            Step(
                "kept-next",
                self.kept(n + 1),
                "combine",
                ("edge", "kept", "P-positive", "path-token", "query"),
                {"edge": P(a, self.c(0)) / P(a, here), "kept": P(a, there) / P(a, here)},
            ),
            Step(
                "kept-always",
                Judgement(self.kept(t).lhs, "=", self.kept(t).rhs, self.always),
                "induct",
                ("kept-at-start", "kept", "kept-next"),
                {"hypothesis": "kept", "on": n, "index": t},
            ),
            Step(
                "kept-at-end",
                self.kept(self.length),
                "instance",
                ("kept-always", "length"),
                {t: self.length},
            ),
            Step(
                "ratio",
                self.ratio(),
                "combine",
                ("kept-at-end", "start", "end"),
                self._endpoints(),
            ),
        )

    def ratio(self) -> Judgement:
        """R(a, end) P(a, start) = P(a, end) R(a, start)."""
        start, end = self.ends
        return _all(self.pair, R(a, end) * P(a, start), "=", P(a, end) * R(a, start))

    def _endpoints(self) -> dict[str, Expr]:
        """First the end of the path is replaced, then its start."""
        (start, end), (first, last) = self.ends, (self.c(0), self.c(self.length))
        return {
            "kept-at-end": Integer(1),
            "end": (R(a, last) - R(a, end)) * P(a, first) - (P(a, last) - P(a, end)) * R(a, first),
            "start": R(a, end) * (P(a, first) - P(a, start))
            - P(a, end) * (R(a, first) - R(a, start)),
        }


def _in(limits: Limits, term: Expr, lo: Any, hi: Any) -> Judgement:
    return Judgement(term, "in", member(term, lo, hi).rhs, limits)


BOTH = (positive(P), positive(R))
VISIBLE = (*visible_positive(P, "P-positive"), *visible_positive(R, "R-positive"))


def joined_ratio() -> Theorem:
    """C9: tokens b and g that a path joins have an identified ratio."""
    path = RatioPath(b, g, steps, ())
    return Theorem(
        "partial-identifiability",
        path.ratio(),
        (QUERY, COUNTS, KEYS, KEY, *BOTH, SAME, *path.assumptions()),
        (),
        (*VISIBLE, *path.steps()),
        fixed=(n,),
    )


def connected_unique() -> Theorem:
    """C4: if a path joins every two tokens, the laws determine row a."""
    path = RatioPath(i, j, m(i, j), PAIRS)
    unique = _all(PAIRS[:1], P(a, i), "=", R(a, i))
    return Theorem(
        "connected-iff-identifiable",
        unique,
        (QUERY, COUNTS, KEYS, KEY, *BOTH, rows_sum(P), rows_sum(R), SAME, *path.assumptions()),
        (),
        (
            *VISIBLE,
            *path.steps(),
            Step(
                "unique",
                unique,
                "combine",
                ("ratio", "P-row", "R-row"),
                {"ratio": (Integer(1), j), "P-row": R(a, i), "R-row": -P(a, i)},
            ),
        ),
        fixed=(n,),
    )


APART = Assumption(
    "apart",
    "no prompt holds tokens of both kinds: f marks a union of components",
    _all((*PROMPTS, *PAIRS), N(xi, i) * N(xi, j) * (f(i) - f(j)), "=", 0),
)
MARKS = (
    Assumption("mark", "f is not negative", _all(PAIRS[:1], f(i), ">=", 0)),
    Assumption("marked", "token b is marked", _all((), f(b), "=", 1)),
    Assumption("unmarked", "token g is not", _all((), f(g), "=", 0)),
)
TOKENS = tuple(
    Assumption(f"token-{name}", f"{name} is one of the K tokens", member(name, 1, K))
    for name in (b, g)
)


def _whole(row: Expr) -> Expr:
    return total(P(row, o) * (1 + f(o)), o)


SCALED = Definition("R", forall(k, i)(R(k, i), "=", P(k, i) * (1 + f(i)) / _whole(k)))
"""The second chain: the marked tokens get twice the weight."""

WHOLE_POSITIVE = (
    Step("whole", forall(k)(_whole(k), ">", 0), "sign", ("P-positive", "mark")),
    Step("whole-a", _all((), _whole(a), ">", 0), "instance", ("whole", "query"), {k: a}),
)


def component_scaled_same_laws() -> Theorem:
    """C4: scaling a union of components of row a changes no law."""
    same = SAME.judgement
    return Theorem(
        "connected-iff-identifiable/second-chain",
        same,
        (QUERY, COUNTS, KEYS, KEY, positive(P), APART, MARKS[0]),
        (SCALED,),
        (
            *visible_positive(P, "P-positive"),
            *WHOLE_POSITIVE,
            Step("R-positive", forall(k, i)(R(k, i), ">", 0), "sign", ("R", "P-positive", "mark")),
            *visible_positive(R, "R-positive"),
            Step(
                "same-laws",
                same,
                "combine",
                ("apart", "R", "P-visible", "R-visible", "whole", "whole-a", "query"),
                {"apart": (-P(a, i) * P(a, j) / (visible(P) * visible(R) * _whole(a)), j)},
            ),
        ),
    )


def component_scaled_rows() -> Theorem:
    """C4: the second chain has rows that sum to one."""
    rows = _all((), total(R(a, i), i), "=", 1)
    return Theorem(
        "connected-iff-identifiable/second-rows",
        rows,
        (QUERY, positive(P), MARKS[0]),
        (SCALED,),
        (WHOLE_POSITIVE[0], Step("rows", rows, "sums", ("R", "whole", "query"))),
    )


def component_scaled_differs() -> Theorem:
    """C4: the second chain differs from P: b is marked and g is not."""
    differs = _all((), R(a, b) * P(a, g), ">", P(a, b) * R(a, g))
    gain = P(a, b) * P(a, g) / _whole(a)
    return Theorem(
        "connected-iff-identifiable/second-differs",
        differs,
        (QUERY, *TOKENS, positive(P), *MARKS),
        (SCALED,),
        (
            *WHOLE_POSITIVE,
            Step(
                "gain",
                _all((), gain, ">", 0),
                "sign",
                ("P-positive", "whole-a", "query", "token-b", "token-g"),
            ),
            Step(
                "differs",
                differs,
                "combine",
                ("gain", "R", "marked", "unmarked", "whole", "query", "token-b", "token-g"),
                {"gain": Integer(1)},
            ),
        ),
    )


def component_scaled_factor() -> Theorem:
    """C9: the second chain has 1 + f(g) over 1 + f(b) times the ratio of P: any factor."""
    factor = _all((), R(a, g) * P(a, b) * (1 + f(b)), "=", P(a, g) * R(a, b) * (1 + f(g)))
    return Theorem(
        "partial-identifiability/factor",
        factor,
        (QUERY, *TOKENS, positive(P), MARKS[0]),
        (SCALED,),
        (
            WHOLE_POSITIVE[0],
            Step("factor", factor, "sums", ("R", "whole", "query", "token-b", "token-g")),
        ),
    )
