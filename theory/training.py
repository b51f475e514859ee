r"""Claim D5: where gradient descent comes to rest, and what it has found there.

M observations: prompt x with query b(x), weight mu(x), sampled token g(x).  The likelihood
equations of row k say that the laws add up to the frequencies of the sampled tokens:

    S(i, k) = sum_x mu(x) [b(x) = k] (p_x(i) - [i = g(x)]) = 0.

By C2 the gradient of the loss is sum_x mu(x) (sum_j p_x(j) e_j - e_{g(x)}) e_{b(x)}^T = E^T S E,
and C E^T = I gives S = C (gradient) C^T back: the gradient vanishes exactly where the chain that W
realises solves the equations of all rows.  Descent from 0 stays in S_E (C2), and there W is the
only one that realises this chain, given by the closed form of A4.

C2 speaks of weights W(t) at any time; here they are those of time 0, which may be any.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol

from theory.attention import READOUT, C, E, W, logits
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.gauge import V, wv
from theory.judgement import Judgement, instantiate
from theory.likelihood import DERIVATIVE, SLOPE, TIMES, b, g, gradient, mu, p, t
from theory.notation import RANGES, K, forall, i, j, k, member, total, u, v, xi
from theory.weights import REALISES, A, beta, mass_positive, unique_weights
from theory.weights import weights_in_slice, weights_realise

__all__ = ["EQUATIONS", "D", "S", "equations_of_gradient", "gradient_of_equations", "weights_found"]

delta = KroneckerDelta
ONE = Integer(1)
S, D = Function("S"), Function("D")
EQUATIONS = total(mu(xi) * delta(b(xi), k) * (p(t, xi, i) - delta(i, g(xi))), xi)
QUERIES = Assumption("queries", "every query is a token", member(b(xi), 1, K, xi))


def _at_times(lhs: Expr, rhs: Expr, *indices: Symbol) -> Judgement:
    return Judgement(lhs, "=", rhs, (TIMES, *((index, *RANGES[index]) for index in indices)))


SIDES = Definition("S", _at_times(S(t, i, k), EQUATIONS, i, k))
GRADIENT = Definition("D", _at_times(D(t, u, v), DERIVATIVE.lhs, u, v))


def _at_start(always: Judgement) -> Judgement:
    """What is said of every time, at time 0."""
    start = {t: Integer(0)}
    lhs, rhs = instantiate(always.lhs, start), instantiate(always.rhs, start)
    return Judgement(lhs, "=", rhs, always.forall[1:])


def _start(always: Judgement, *uses: str) -> Step:
    start = {t: Integer(0)}
    return Step("start", _at_start(always), "instance", ("equations", *uses), start)


def gradient_of_equations() -> Theorem:
    """D5: the gradient is E^T S E: it vanishes where the likelihood equations hold."""
    known = gradient()
    [partition] = [step.judgement for step in known.steps if step.name == "partition"]
    whole = total(S(t, i, k) * E(i, u) * E(k, v), i, k)
    result = _at_times(DERIVATIVE.lhs, whole, u, v)
    return Theorem(
        "training-finds-the-mle",
        _at_start(result),
        (*known.assumptions, QUERIES),
        (*known.definitions, SIDES),
        (
            *known.steps,
            Step(
                "equations",
                result,
                "combine",
                ("gradient", "one", "S", "queries", "answers", "partition"),
                {
                    "gradient": ONE,
                    "one": (-mu(xi) * E(g(xi), u) * E(b(xi), v), xi),
                },
            ),
            Step(
                "partition-start",
                forall(xi)(instantiate(partition.lhs, {t: Integer(0)}), ">", 0),
                "instance",
                ("partition",),
                {t: Integer(0)},
            ),
            _start(result, "partition-start"),
        ),
    )


def equations_of_gradient() -> Theorem:
    """D5: the likelihood equations are C (gradient) C^T: they hold where the gradient vanishes."""
    known = gradient()
    through = total(C(i, u) * C(k, v) * D(t, u, v), u, v)
    token = total(p(t, xi, j) * C(i, u) * (E(j, u) - E(g(xi), u)), u, j)
    query = total(C(k, v) * E(b(xi), v), v)
    result = _at_times(through, EQUATIONS, i, k)
    return Theorem(
        "training-finds-the-mle/equations",
        _at_start(result),
        (*known.assumptions, QUERIES, READOUT),
        (*known.definitions, GRADIENT),
        (
            *known.steps,
            Step(
                "named",
                _at_times(D(t, u, v), SLOPE, u, v),
                "combine",
                ("gradient", "D", "partition"),
                {"gradient": ONE},
            ),
            Step(
                "through",
                _at_times(through, total(mu(xi) * token * query, xi), i, k),
                "combine",
                ("named",),
                {"named": (C(i, u) * C(k, v), u, v)},
            ),
            Step(
                "query",
                forall(xi, k)(query, "=", delta(k, b(xi))),
                "instance",
                ("readout", "queries"),
                {j: b(xi)},
            ),
            Step(
                "sampled-token",
                forall(xi, i)(total(C(i, u) * E(g(xi), u), u), "=", delta(i, g(xi))),
                "instance",
                ("readout", "answers"),
                {k: i, j: g(xi)},
            ),
            Step(
                "token-j",
                forall(i, j)(total(C(i, u) * E(j, u), u), "=", delta(i, j)),
                "instance",
                ("readout",),
                {k: i},
            ),
            Step(
                "token",
                _at_times(token, p(t, xi, i) - delta(i, g(xi)), xi, i),
                "combine",
                ("token-j", "sampled-token", "one"),
                {
                    "token-j": (p(t, xi, j), j),
                    "sampled-token": -total(p(t, xi, j), j),
                    "one": -delta(i, g(xi)),
                },
            ),
            Step(
                "equations",
                result,
                "combine",
                ("through", "query", "token"),
                {
                    "through": ONE,
                    "query": (mu(xi) * token, xi),
                    "token": (mu(xi) * delta(k, b(xi)), xi),
                },
            ),
            _start(result),
        ),
    )


def weights_found() -> Theorem:
    """D5: weights V in S_E that realise P are those of the closed form of A4."""
    a = Symbol("a", integer=True)
    realise, inside, unique = weights_realise(), weights_in_slice(), unique_weights()
    given = {fact.name: fact for fact in (*realise.assumptions, *inside.assumptions)}
    found = {fact.name: fact for fact in unique.assumptions}
    named = {d.name: d for d in (*realise.definitions, *inside.definitions)}
    combination = Definition("beta", forall(i, j, k)(beta(i, j, k), "=", A(i, k) * delta(j, a)))
    return Theorem(
        "training-finds-the-mle/weights",
        forall(u, v)(W(u, v), "=", V(u, v)),
        (*given.values(), found["realises-v"], found["slice-v"]),
        (*named.values(), logits(wv, V), combination),
        (
            *mass_positive(a),
            Step(
                "realises",
                REALISES.judgement,
                "cite",
                tuple(realise.given),
                {"theorem": realise},
            ),
            Step(
                "columns",
                inside.conclusion,
                "cite",
                (*inside.given, "mass-positive"),
                {"theorem": inside},
            ),
            Step(
                "slice",
                found["slice"].judgement,
                "combine",
                ("columns", "beta", "token"),
                {"columns": ONE},
            ),
            Step(
                "equal",
                forall(u, v)(W(u, v), "=", V(u, v)),
                "cite",
                ("realises", "realises-v", "slice", "slice-v", "w", "wv"),
                {"theorem": unique},
            ),
        ),
    )
