r"""Claim C3: the Fisher matrix of row a is the Laplacian of the co-occurrence graph.

The support holds M prompts with the query a, which may repeat, prompt x with weight mu(x) > 0 (with
weight 0 it would not be in the support); p(x, i) is the law of token i after it
(theory.identifiability).  The Fisher matrix of row a and the weights of the graph:

    H_ij = sum_x mu(x) (delta_ij p(x, i) - p(x, i) p(x, j)),
    weight_ij = sum_x mu(x) p(x, i) p(x, j).

As sum_i p(x, i) = 1,  2 sum_ij v_i H_ij v_j = sum_ij weight_ij (v_i - v_j)^2.  If H v = 0, this sum
of terms that are not negative vanishes, so v is constant along paths.  The rules know that of
squares, and this is one: counts are sums of deltas, delta^2 = delta, and a positive factor z is
exp(log(z) / 2)^2.

The graph has one representative rep(i) in each component: sum_i delta(rep(i), i) components.  The
indicator of a component is in the kernel, which gives the column of its representative from the
others; and a combination v of the others that vanishes is constant on components and 0 at the
representatives.  So the other columns are a basis.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sympy import Expr, Function, Integer, KroneckerDelta, Rational, Symbol, exp, log

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.identifiability import APART, COUNTS, KEY, KEYS, QUERY, TOKENS, N, Path
from theory.identifiability import a, b, f, g, law, n, positive, steps, t, visible, visible_positive
from theory.judgement import Dimension, Judgement
from theory.notation import RANGES, K, M, forall, h, i, j, k, l, m, member, total, xi

__all__ = [
    "H",
    "edge_positive",
    "indicators_in_kernel",
    "kernel_constant",
    "no_edge_zero",
    "quadratic_form",
    "rank",
    "v",
    "weight",
]

delta = KroneckerDelta
Vector: TypeAlias = Callable[[Any], Expr]
p, mu, H, weight, v, X, half, joined, rep, alpha = map(
    Function, ("p", "mu", "H", "weight", "v", "X", "half", "joined", "rep", "alpha")
)
shared = Symbol("shared", integer=True)

WEIGHED = Assumption("support", "every prompt has a positive weight", forall(xi)(mu(xi), ">", 0))
POSITIVE = positive(P)
LAW = Definition("p", forall(xi, i)(p(xi, i), "=", law(P)))
FISHER = Definition(
    "H",
    forall(i, j)(H(i, j), "=", total(mu(xi) * (delta(i, j) * p(xi, i) - p(xi, i) * p(xi, j)), xi)),
)
WEIGHT = Definition(
    "weight", forall(i, j)(weight(i, j), "=", total(mu(xi) * p(xi, i) * p(xi, j), xi))
)
COUNTED = Definition("N", forall(xi, i)(N(xi, i), "=", total(delta(i, X(xi, l)), l)))
"""Prompt x has the keys X(x, 1), ..., X(x, L); 0, which is no token, where it is shorter."""

NORM = visible_positive(P, "P-positive")
SUMS_TO_ONE = Step("law-sums", forall(xi)(total(p(xi, i), i), "=", 1), "sums", ("p", "P-visible"))
PROMPTED = (QUERY, COUNTS, KEYS, KEY, POSITIVE)


def quadratic_form() -> Theorem:
    """C3: the quadratic form of H is the sum of weight_ij (v_i - v_j)^2 over unordered pairs."""
    form = forall()(
        total(v(i) * H(i, j) * v(j), i, j),
        "=",
        total(weight(i, j) * (v(i) - v(j)) ** 2, i, j) / 2,
    )
    return Theorem(
        "fisher-is-laplacian",
        form,
        PROMPTED,
        (LAW, FISHER, WEIGHT),
        (
            *NORM,
            SUMS_TO_ONE,
            Step(
                "form",
                form,
                "combine",
                ("law-sums", "H", "weight"),
                {"law-sums": (-mu(xi) * total(p(xi, j) * v(j) ** 2, j), xi)},
            ),
        ),
    )


def edge_positive() -> Theorem:
    """C3: tokens b and g that some prompt holds have a positive weight."""
    edge = mu(shared) * p(shared, b) * p(shared, g)
    others = total((1 - delta(xi, shared)) ** 2 * mu(xi) * p(xi, b) * p(xi, g), xi)
    holds = tuple(
        Assumption(f"holds-{token}", f"prompt shared holds {token}", forall()(count, ">", 0))
        for token, count in ((b, N(shared, b)), (g, N(shared, g)))
    )
    known = ("p", "support", "P-positive", "query", "token-b", "token-g")
    return Theorem(
        "fisher-is-laplacian/edge",
        forall()(weight(b, g), ">", 0),
        (
            *PROMPTED,
            *TOKENS,
            WEIGHED,
            Assumption("shared", "shared is a prompt", member(shared, 1, M)),
            *holds,
        ),
        (LAW, WEIGHT),
        (
            *NORM,
            Step(
                "norm-shared",
                forall()(visible(P).subs(xi, shared), ">", 0),
                "instance",
                ("P-visible", "shared"),
                {xi: shared},
            ),
            Step(
                "at-shared",
                forall()(edge, ">", 0),
                "sign",
                (*known, "norm-shared", "P-visible", "shared", "holds-b", "holds-g"),
            ),
            Step("at-others", forall()(others, ">=", 0), "sign", (*known, "P-visible", "counts")),
            Step(
                "edge",
                forall()(weight(b, g), ">", 0),
                "combine",
                ("at-shared", "at-others", "weight", "shared", "token-b", "token-g"),
                {"at-shared": Integer(1), "at-others": Integer(1)},
            ),
        ),
    )


def no_edge_zero() -> Theorem:
    """C3: tokens b and g that no prompt holds both have the weight 0."""
    zero = forall()(weight(b, g), "=", 0)
    factor = mu(xi) * P(a, b) * P(a, g) / visible(P) ** 2
    return Theorem(
        "fisher-is-laplacian/no-edge",
        zero,
        (
            *PROMPTED,
            *TOKENS,
            Assumption(
                "separate",
                "no prompt holds both b and g",
                forall(xi)(N(xi, b) * N(xi, g), "=", 0),
            ),
        ),
        (LAW, WEIGHT),
        (
            *NORM,
            Step(
                "zero",
                zero,
                "combine",
                ("separate", "weight", "p", "P-visible", "token-b", "token-g"),
                {"separate": (factor, xi)},
            ),
        ),
    )


def _in_kernel(name: str, said: Judgement, apart: str, other: Symbol, by: Expr) -> Step:
    """That sum_m H_im f_m = 0: ``apart`` times ``by`` is N(x, i) N(x, m) (f_i - f_m) = 0."""
    factor = mu(xi) * P(a, i) * P(a, other) / visible(P) ** 2
    return Step(
        name,
        said,
        "combine",
        (apart, "H", "p", "P-visible"),
        {apart: (factor * by, other, xi)},
    )


def indicators_in_kernel() -> Theorem:
    """C3: what is constant on edges is in the kernel."""
    null = forall(i)(total(H(i, j) * f(j), j), "=", 0)
    return Theorem(
        "fisher-is-laplacian/indicators",
        null,
        (*PROMPTED, APART),
        (LAW, FISHER),
        (*NORM, _in_kernel("null", null, "apart", j, Integer(1))),
    )


ROOT = Definition(
    "half",
    forall(xi, i, j)(
        half(xi, i, j),
        "=",
        Rational(1, 2) * log(mu(xi) * P(a, i) * P(a, j) / visible(P) ** 2),
    ),
)
"""exp(half)^2 N(x, i) N(x, j) = mu(x) p(x, i) p(x, j)."""


class _EqualPath(Path):
    """A path that stays where it is or follows an edge, along which H v = 0 keeps v."""

    def joined(self, at: Any) -> Expr:
        return joined(*self.indices, at)

    def definition(self) -> Definition:
        """``joined(t)`` is not 0 if the path stays, or prompt y(t) holds both tokens."""
        here, there, prompt = self.c(t), self.c(t + 1), self.y(t)
        either = delta(here, there) + N(prompt, here) * N(prompt, there)
        return Definition("joined", Judgement(self.joined(t), "=", either, self.always))

    def assumptions(self) -> tuple[Assumption, ...]:
        sentence = "c(t + 1) is c(t), or prompt y(t) holds both"
        positive = Judgement(self.joined(t), ">", Integer(0), self.always)
        return (*self.walk(), Assumption("edge", sentence, positive), *self.leads())

    def steps(self, v: Vector, null: str) -> tuple[Step, ...]:
        """That v is equal at both ends, if sum_j H_ij v_j = 0: the fact ``null``."""
        difference = exp(half(xi, i, j)) * (v(i) - v(j))
        root = delta(i, X(xi, l)) * delta(j, X(xi, h)) * difference
        here, there, prompt = self.c(n), self.c(n + 1), self.y(n)
        held = N(prompt, here) * N(prompt, there)
        at_edge = exp(half(prompt, here, there))
        spread = total(p(xi, j) * v(j) ** 2, j)
        return (
            Step(
                "energy",
                forall()(
                    total(mu(xi) * p(xi, i) * p(xi, j) * (v(i) - v(j)) ** 2, xi, i, j), "=", 0
                ),
                "combine",
                (null, "law-sums", "H"),
                {null: (2 * v(i), i), "law-sums": (2 * mu(xi) * spread, xi)},
            ),
            Step(
                "each-pair-of-keys",
                forall(xi, l, h, i, j)(root, "=", 0),
                "squares",
                ("energy", "p", "N", "half", "support", "P-positive", "P-visible", "query"),
                {"over": (xi, l, h, i, j)},
            ),
            Step(
                "each-edge",
                forall(xi, i, j)(N(xi, i) * N(xi, j) * difference, "=", 0),
                "combine",
                ("each-pair-of-keys", "N"),
                {"each-pair-of-keys": (Integer(1), l, h)},
            ),
            Step(
                "on-edge",
                self._for_pair(held * at_edge * (v(here) - v(there)), 0),
                "instance",
                ("each-edge", "path-prompt", "path-token"),
                {xi: prompt, i: here, j: there},
            ),
            Step(
                "stays-or-moves",
                self._for_pair(self.joined(n) * (v(there) - v(here)), 0),
                "combine",
                ("on-edge", "joined"),
                {"on-edge": -1 / at_edge},
            ),
            Step("equal-at-start", self._for_pair(v(self.c(0)), v(self.c(0))), "sums"),
            Step("equal", self._for_pair(v(here), v(self.c(0))), "suppose"),
            Step(
                "equal-next",
                self._for_pair(v(there), v(self.c(0))),
                "combine",
                ("stays-or-moves", "equal", "edge"),
                {"stays-or-moves": 1 / self.joined(n), "equal": Integer(1)},
            ),
            Step(
                "equal-always",
                Judgement(v(self.c(t)), "=", v(self.c(0)), self.always),
                "induct",
                ("equal-at-start", "equal", "equal-next"),
                {"hypothesis": "equal", "on": n, "index": t},
            ),
            Step(
                "equal-at-end",
                self._for_pair(v(self.c(self.length)), v(self.c(0))),
                "instance",
                ("equal-always", "length"),
                {t: self.length},
            ),
            self._ends(v),
        )

    def _ends(self, v: Vector) -> Step:
        (start, end), (first, last) = self.ends, (self.c(0), self.c(self.length))
        return Step(
            "equal-ends",
            self._for_pair(v(end), v(start)),
            "combine",
            ("equal-at-end", "start", "end"),
            {
                "equal-at-end": Integer(1),
                "end": v(last) - v(end),
                "start": v(start) - v(first),
            },
        )

    def _for_pair(self, lhs: Expr, rhs: Any) -> Judgement:
        return Judgement(lhs, "=", rhs if isinstance(rhs, Expr) else Integer(rhs), self.pair)


NON_NEGATIVE = Step("counts", COUNTS.judgement, "sign", ("N",))


def kernel_constant() -> Theorem:
    """C3: a vector of the kernel is equal at tokens b and g that a path joins."""
    path = _EqualPath(b, g, steps, ())
    null = Assumption("null", "H v = 0", forall(i)(total(H(i, j) * v(j), j), "=", 0))
    return Theorem(
        "fisher-is-laplacian/kernel",
        forall()(v(g), "=", v(b)),
        (QUERY, KEYS, KEY, POSITIVE, WEIGHED, null, *path.assumptions()),
        (COUNTED, LAW, FISHER, ROOT, path.definition()),
        (NON_NEGATIVE, *NORM, SUMS_TO_ONE, *path.steps(v, "null")),
        fixed=(n,),
    )


def rank() -> Theorem:
    """C3: the rank of H is K minus the number of components."""
    token = ((k, *RANGES[k]),)
    path = _EqualPath(k, rep(k), Function("steps")(k), token)
    chosen = 1 - delta(rep(k), k)
    count = K - total(delta(rep(i), i), i)
    coordinates, generators = ((i, *RANGES[i]),), ((j, *RANGES[j]),)
    dimension = Dimension(H(i, j), coordinates, generators)
    coefficient = delta(j, k) - delta(rep(k), j)
    combination = total(alpha(k) * chosen * H(i, k), k)

    def left(at: Any) -> Expr:
        return alpha(at) * (1 - delta(rep(at), at))

    def indicator(at: Any) -> Expr:
        return delta(rep(at), j)

    return Theorem(
        "fisher-is-laplacian/rank",
        forall()(dimension, "=", count),
        (
            QUERY,
            KEYS,
            KEY,
            POSITIVE,
            WEIGHED,
            Assumption(
                "one-component",
                "the tokens of a prompt have the same representative",
                forall(xi, i, m)(N(xi, i) * N(xi, m) * (1 - delta(rep(i), rep(m))), "=", 0),
            ),
            Assumption(
                "representative",
                "a representative represents itself",
                forall(k)(delta(rep(rep(k)), rep(k)), "=", 1),
            ),
            *path.assumptions(),
        ),
        (COUNTED, LAW, FISHER, ROOT, path.definition()),
        (
            NON_NEGATIVE,
            *NORM,
            SUMS_TO_ONE,
            _in_kernel(
                "indicators",
                forall(i, j)(total(H(i, m) * indicator(m), m), "=", 0),
                "one-component",
                m,
                indicator(i) - indicator(m),
            ),
            Step(
                "spans",
                forall(i, j)(H(i, j), "=", total(coefficient * chosen * H(i, k), k)),
                "combine",
                ("indicators",),
                {"indicators": Integer(1)},
            ),
            Step("count", forall()(total(chosen, k), "=", count), "sums"),
            Step("combination", forall(i)(combination, "=", 0), "suppose"),
            *path.steps(left, "combination"),
            Step(
                "independent",
                forall(k)(alpha(k) * chosen, "=", 0),
                "combine",
                ("equal-ends", "representative"),
                {"equal-ends": Integer(-1), "representative": -alpha(rep(k))},
            ),
            Step(
                "rank",
                forall()(dimension, "=", count),
                "basis",
                ("spans", "count", "combination", "independent"),
                {
                    "family": H(i, k),
                    "indices": token,
                    "chosen": chosen,
                    "coefficient": coefficient,
                    "member": {j: k},
                    "hypothesis": "combination",
                    "scalar": alpha,
                },
            ),
        ),
        fixed=(n,),
    )
