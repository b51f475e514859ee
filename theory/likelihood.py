r"""Claims C1, C2: the loss -log p_W(y | X) is convex in W, and its gradient lies in S_E.

By A1 the layer's law is p(k) = n(k) exp w(k) / Z, with the logits w of the query's row and
Z = sum_j n(j) exp w(j).  So for a token y of the prompt

    -log p(y) = log Z - w(y) - log n(y),

and log Z is convex, because exp(t) >= 1 + t: with t(j) = v(j) - w(j) and T = sum_j p(j) t(j),

    Z(v) / Z(w) = sum_j p(j) exp t(j) >= sum_j p(j) exp(T) (1 + t(j) - T) = exp T.

The gradient by W is sum_j p(j) (e_j - e_y) e_a^T: a combination of (e_i - e_j) e_k^T, which span
S_E; gradient descent that starts in S_E stays there.
"""

from typing import Any

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, exp, log, oo

from theory.attention import READOUT, TOKENS, E, P, attention, counts, law, logits, n, p
from theory.attention import realised, w, x
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement, Partial, instantiate
from theory.mapping import attention_is_ccmc
from theory.notation import RANGES, K, L, forall, i, j, k, l, m, member, o, total, u, v, xi

__all__ = [
    "DERIVATIVE",
    "LOGITS",
    "SLOPE",
    "E",
    "Iterate",
    "N",
    "P",
    "T",
    "b",
    "coefficient",
    "delta",
    "g",
    "gradient",
    "hessian",
    "log_partition_tangent",
    "loss",
    "loss_is_convex",
    "loss_of_the_layer",
    "mu",
    "p",
    "slice_kept",
    "t",
    "theta",
    "y",
]

delta = KroneckerDelta
a, y = (Symbol(name, integer=True) for name in "ay")
theta, T = Symbol("theta"), Symbol("T")
z = Function("wv")  # the logits of a second point
ONE = Integer(1)

SAMPLED = Assumption("sampled", "y is one of the K tokens", member(y, 1, K))
HELD = Assumption("held", "the prompt holds y", forall()(n(y), ">", 0))
COUNTS = Assumption("counts", "counts are not negative", forall(j)(n(j), ">=", 0))


def partition(w: Any) -> Expr:
    """Z = sum_o n(o) exp w(o)."""
    return total(n(o) * exp(w(o)), o)


def loss(w: Any) -> Expr:
    """-log p(y) for the logits w: log Z - w(y) - log n(y)."""
    return log(partition(w)) - w(y) - log(n(y))


def _softmax(p: Any = p, w: Any = w) -> Definition:
    return Definition(str(p), forall(i)(p(i), "=", n(i) * exp(w(i)) / partition(w)))


def _partition_positive(w: Any) -> tuple[Step, ...]:
    """Z >= n(y) exp w(y) > 0."""
    others = total(n(o) * exp(w(o)) * (1 - delta(o, y)) ** 2, o)
    return (
        Step(f"{w}-sampled", forall()(n(y) * exp(w(y)), ">", 0), "sign", ("held",)),
        Step(f"{w}-others", forall()(others, ">=", 0), "sign", ("counts",)),
        Step(
            f"{w}-partition",
            forall()(partition(w), ">", 0),
            "combine",
            (f"{w}-sampled", f"{w}-others", "sampled"),
            {f"{w}-sampled": ONE, f"{w}-others": ONE},
        ),
    )


# C1


def loss_of_the_layer() -> Theorem:
    """C1: -log p_W(y | X) = log sum_j n_j exp w(a, j) - w(a, y) - log n_y, from the layer."""
    ccmc, query = attention_is_ccmc(), x(L)
    S = total(exp(w(query, j)), j)

    def row(token: Expr) -> Expr:
        return w(query, token)

    Z = partition(row)
    positions, visible = total(exp(w(query, x(l))), l), total(n(j) * P(query, j), j)
    share = n(y) * exp(w(query, y)) / Z
    result = forall()(-log(p(y)), "=", loss(row))
    definitions = (counts(), logits(), attention(query), law(), realised())
    return Theorem(
        "likelihood-convex",
        result,
        (READOUT, TOKENS, SAMPLED, HELD),
        definitions,
        (
            Step(
                "ccmc",
                ccmc.conclusion,
                "cite",
                ("readout", "tokens", *(d.name for d in definitions)),
                {"theorem": ccmc},
            ),
            Step("regrouped", forall()(Z, "=", positions), "sums", ("n", "tokens")),
            Step("positions-positive", forall()(positions, ">", 0), "sign"),
            Step(
                "partition-positive",
                forall()(Z, ">", 0),
                "combine",
                ("regrouped", "positions-positive"),
                {"regrouped": ONE, "positions-positive": ONE},
            ),
            Step("chain-positive", forall()(Z / S, ">", 0), "sign", ("partition-positive",)),
            Step("visible", forall()(visible, "=", Z / S), "sums", ("P", "tokens")),
            Step(
                "visible-positive",
                forall()(visible, ">", 0),
                "combine",
                ("visible", "chain-positive"),
                {"visible": ONE, "chain-positive": ONE},
            ),
            Step(
                "at-y",
                forall()(p(y), "=", n(y) * P(query, y) / visible),
                "instance",
                ("ccmc", "sampled", "visible-positive"),
                {k: y},
            ),
            Step(
                "share",
                forall()(p(y), "=", share),
                "combine",
                ("at-y", "partition-positive", "P", "sampled", "tokens"),
                {"at-y": ONE},
            ),
            Step("share-positive", forall()(share, ">", 0), "sign", ("held", "partition-positive")),
            Step(
                "law-positive",
                forall()(p(y), ">", 0),
                "combine",
                ("share", "share-positive"),
                {"share": ONE, "share-positive": ONE},
            ),
            Step(
                "inverse",
                forall()(1 / p(y), "=", 1 / share),
                "combine",
                ("share", "law-positive", "held"),
                {"share": -1 / (p(y) * share)},
            ),
            Step(
                "loss",
                result,
                "logarithm",
                ("inverse", "law-positive", "partition-positive", "held"),
            ),
        ),
    )


def hessian() -> Theorem:
    """C1: the Hessian of the loss by the logits of the query's row is diag(p) - p p^T."""
    second = Partial(Partial(loss(w), w(i)), w(m))
    result = forall(i, m)(second, "=", delta(i, m) * p(i) - p(i) * p(m))
    step = Step("hessian", result, "calculus", ("p", "w-partition", "held"))
    return Theorem(
        "likelihood-convex/hessian",
        result,
        (SAMPLED, HELD, COUNTS),
        (_softmax(),),
        (*_partition_positive(w), step),
    )


def log_partition_tangent() -> Theorem:
    """C1: log Z lies above its tangents: log Z(z) - log Z(w) >= sum_j p(j) (z(j) - w(j))."""
    rise = z(j) - w(j)
    mean = Definition("T", forall()(T, "=", total(p(j) * rise, j)))
    gap = log(partition(z)) - log(partition(w))
    return Theorem(
        "likelihood-convex/tangent",
        forall()(gap, ">=", total(p(j) * rise, j)),
        (SAMPLED, HELD, COUNTS),
        (_softmax(), mean),
        (
            *_partition_positive(w),
            *_partition_positive(z),
            Step(
                "tangent",
                forall(j)(exp(rise - T), ">=", 1 + rise - T),
                "tangent",
                where={"at": rise - T},
            ),
            Step(
                "jensen",
                forall()(partition(z) / partition(w), ">=", exp(T)),
                "combine",
                ("tangent", "T", "p", "w-partition", "counts"),
                {"tangent": (p(j) * exp(T), j), "T": -exp(T)},
            ),
            Step(
                "log",
                forall()(gap, ">=", T),
                "logarithm",
                ("jensen", "w-partition", f"{z}-partition"),
            ),
            Step(
                "below",
                forall()(gap, ">=", total(p(j) * rise, j)),
                "combine",
                ("log", "T", "w-partition", f"{z}-partition"),
                {"log": ONE, "T": ONE},
            ),
        ),
    )


POINTS = tuple(Function(name) for name in ("V", "R", "S"))  # the two ends and a point between
LOGITS = tuple(Function(name) for name in ("wv", "wr", "ws"))


def _logits(w: Any, W: Any) -> Definition:
    """w(i) = e_i^T W e_a: the row of the query."""
    return Definition(str(w), forall(i)(w(i), "=", total(E(i, u) * W(u, v) * E(a, v), u, v)))


def loss_is_convex() -> Theorem:
    """C1: theta f(V) + (1 - theta) f(R) >= f(theta V + (1 - theta) R) for weights V and R."""
    (V, R, S), (wv, wr, ws) = POINTS, LOGITS
    tangent = log_partition_tangent()
    Tv, Tr = Symbol("Tv"), Symbol("Tr")

    def mean(T: Symbol, z: Any) -> Definition:
        return Definition(T.name, forall()(T, "=", total(p(j) * (z(j) - ws(j)), j)))

    def above(name: str, z: Any, T: Symbol) -> Step:
        gap = log(partition(z)) - log(partition(ws))
        return Step(
            name,
            forall()(gap, ">=", total(p(j) * (z(j) - ws(j)), j)),
            "cite",
            ("sampled", "held", "counts", "p", T.name, f"{ws}-partition"),
            {"theorem": tangent, z_head: z, w: ws, T_name: T},
        )

    z_head, T_name = globals()["z"], globals()["T"]
    between = forall(i)(ws(i), "=", theta * wv(i) + (1 - theta) * wr(i))
    result = forall()(theta * loss(wv) + (1 - theta) * loss(wr), ">=", loss(ws))
    return Theorem(
        "likelihood-convex/convex",
        result,
        (
            SAMPLED,
            HELD,
            COUNTS,
            Assumption("theta", "theta is not negative", forall()(theta, ">=", 0)),
            Assumption("rest", "1 - theta is not negative", forall()(1 - theta, ">=", 0)),
        ),
        (
            Definition("S", forall(u, v)(S(u, v), "=", theta * V(u, v) + (1 - theta) * R(u, v))),
            *(_logits(at, point) for at, point in zip(LOGITS, POINTS, strict=True)),
            _softmax(p, ws),
            mean(Tv, wv),
            mean(Tr, wr),
        ),
        (
            *(step for at in LOGITS for step in _partition_positive(at)),
            above("above-V", wv, Tv),
            above("above-R", wr, Tr),
            Step("between", between, "sums", ("S", "wv", "wr", "ws")),
            Step(
                "convex",
                result,
                "combine",
                (
                    "above-V",
                    "above-R",
                    "between",
                    "theta",
                    "rest",
                    "sampled",
                    "held",
                    *(f"{at}-partition" for at in LOGITS),
                ),
                {"above-V": theta, "above-R": 1 - theta},
            ),
        ),
    )


# C2: M observations; prompt xi has the query b(xi) and the sampled token g(xi)

N, b, g, mu = (Function(name) for name in ("N", "b", "g", "mu"))
Iterate, eta, coefficient = Function("W"), Function("eta"), Function("c")
t = Symbol("t", integer=True)
step_n = Symbol("n", integer=True, nonnegative=True)
TIMES = (t, Integer(0), oo)
OBSERVED = (
    Assumption("answers", "every sampled token is a token", member(g(xi), 1, K, xi)),
    Assumption("counts", "counts are not negative", forall(xi, j)(N(xi, j), ">=", 0)),
    Assumption("held", "a prompt holds its sampled token", forall(xi)(N(xi, g(xi)), ">", 0)),
)


def _at_times(*indices: Symbol) -> tuple[Any, ...]:
    return (TIMES, *((index, *RANGES[index]) for index in indices))


def _score(at: Expr, token: Any, prompt: Any = xi) -> Expr:
    """The logit of a token under the query of a prompt, at the weights W(at, ., .)."""
    return total(E(token, u) * Iterate(at, u, v) * E(b(prompt), v), u, v)


def _sum_of_weights(at: Expr) -> Expr:
    return total(N(xi, o) * exp(w(at, xi, o)), o)


ROW = Definition("w", Judgement(w(t, xi, i), "=", _score(t, i), _at_times(xi, i)))
LAW = Definition(
    "p",
    Judgement(p(t, xi, i), "=", N(xi, i) * exp(w(t, xi, i)) / _sum_of_weights(t), _at_times(xi, i)),
)
RISK = total(mu(xi) * (log(_sum_of_weights(t)) - w(t, xi, g(xi))), xi)
SLOPE = total(mu(xi) * p(t, xi, j) * (E(j, u) - E(g(xi), u)) * E(b(xi), v), xi, j)
DERIVATIVE = Judgement(Partial(RISK, Iterate(t, u, v)), "=", SLOPE, _at_times(u, v))


def _gradient_steps() -> tuple[Step, ...]:
    others = total(N(xi, o) * exp(w(t, xi, o)) * (1 - delta(o, g(xi))) ** 2, o)
    limits = _at_times(xi)
    shares = total(p(t, xi, j), j)
    mean = total(p(t, xi, j) * E(j, u), j)
    raw = Judgement(
        DERIVATIVE.lhs,
        "=",
        total(mu(xi) * (mean - E(g(xi), u)) * E(b(xi), v), xi),
        DERIVATIVE.forall,
    )

    def positive(name: str, lhs: Expr, relation: str, *uses: str, **where: Expr) -> Step:
        rule = "combine" if where else "sign"
        return Step(name, Judgement(lhs, relation, Integer(0), limits), rule, uses, where)

    return (
        positive("sampled", N(xi, g(xi)) * exp(w(t, xi, g(xi))), ">", "held"),
        positive("others", others, ">=", "counts"),
        positive(
            "partition", _sum_of_weights(t), ">", "sampled", "others", "answers",
            sampled=ONE, others=ONE,
        ),
        Step("slope", raw, "calculus", ("w", "p", "partition", "answers")),
        Step("one", Judgement(shares, "=", ONE, limits), "sums", ("p", "partition")),
        Step(
            "gradient",
            DERIVATIVE,
            "combine",
            ("slope", "one", "partition"),
            {"slope": ONE, "one": (mu(xi) * E(g(xi), u) * E(b(xi), v), xi)},
        ),
    )  # fmt: skip


def gradient() -> Theorem:
    """C2: the gradient of the loss of M observations, a combination of (e_j - e_y) e_b^T."""
    return Theorem("gradient-in-slice", DERIVATIVE, OBSERVED, (ROW, LAW), _gradient_steps())


def slice_kept() -> Theorem:
    """C2: gradient descent from 0 stays in S_E, with these coefficients."""
    moved = Judgement(Iterate(t + 1, u, v), "=", Iterate(t, u, v) - eta(t) * SLOPE, _at_times(u, v))
    update = coefficient(t, xi, j) - eta(t) * mu(xi) * p(t, xi, j)
    return Theorem(
        "gradient-in-slice/descent",
        Judgement(Iterate(t, u, v), "=", _in_slice(t), _at_times(u, v)),
        (
            *OBSERVED,
            Assumption("start", "descent starts at 0", forall(u, v)(Iterate(0, u, v), "=", 0)),
            Assumption(
                "descent",
                "each iterate goes down the gradient, by any step size",
                Judgement(
                    Iterate(t + 1, u, v),
                    "=",
                    Iterate(t, u, v) - eta(t) * DERIVATIVE.lhs,
                    _at_times(u, v),
                ),
            ),
            Assumption(
                "coefficients-start",
                "the coefficients start at 0",
                forall(xi, j)(coefficient(0, xi, j), "=", 0),
            ),
            Assumption(
                "coefficients",
                "each next coefficient loses eta mu p",
                Judgement(coefficient(t + 1, xi, j), "=", update, _at_times(xi, j)),
            ),
        ),
        (ROW, LAW),
        (
            *_gradient_steps(),
            Step(
                "moved",
                moved,
                "combine",
                ("descent", "gradient"),
                {"descent": ONE, "gradient": -eta(t)},
            ),
            *_induction(moved, update),
        ),
        fixed=(step_n,),
    )


def _in_slice(at: Expr) -> Expr:
    """A combination of (e_j - e_y) e_b^T."""
    return total(coefficient(at, xi, j) * (E(j, u) - E(g(xi), u)) * E(b(xi), v), xi, j)


def _induction(moved: Judgement, update: Expr) -> tuple[Step, ...]:
    """From W(0) = 0 to every time, if W(n + 1) and c(n + 1) move together."""
    at_n: dict[Expr, Expr] = {t: step_n}
    move, new = instantiate(moved.rhs, at_n), instantiate(update, at_n)

    def kept(at: Expr) -> Judgement:
        return forall(u, v)(Iterate(at, u, v), "=", _in_slice(at))

    return (
        Step(
            "base",
            kept(Integer(0)),
            "combine",
            ("start", "coefficients-start"),
            {"start": ONE, "coefficients-start": (-(E(j, u) - E(g(xi), u)) * E(b(xi), v), xi, j)},
        ),
        Step("kept", kept(step_n), "suppose"),
        Step(
            "move",
            forall(u, v)(Iterate(step_n + 1, u, v), "=", move),
            "instance",
            ("moved",),
            {t: step_n},
        ),
        Step(
            "new",
            forall(xi, j)(coefficient(step_n + 1, xi, j), "=", new),
            "instance",
            ("coefficients",),
            {t: step_n},
        ),
        Step(
            "kept-next",
            kept(step_n + 1),
            "combine",
            ("move", "kept", "new"),
            {
                "move": ONE,
                "kept": ONE,
                "new": (-(E(j, u) - E(g(xi), u)) * E(b(xi), v), xi, j),
            },
        ),
        Step(
            "always",
            Judgement(Iterate(t, u, v), "=", _in_slice(t), _at_times(u, v)),
            "induct",
            ("base", "kept", "kept-next"),
            {"hypothesis": "kept", "on": step_n, "index": t},
        ),
    )
