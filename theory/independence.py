r"""Claim A6: what dependent embeddings cannot do.

A dependence sum_k beta_k e_k = 0 excludes every readout, and it constrains the chains that some W
realises: sum_k beta_k log(P(k, i) / P(k, j)) = 0.  Up to shifts they form a family of
dimension at most rank(Q E) rank(E) <= (K - 1)^2, with Q = I - 11^T / K.
"""

from sympy import Function, Integer, KroneckerDelta, Symbol, exp, log

from theory.attention import READOUT, C, E, P, W, logits, w
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import Dimension
from theory.notation import RANGES, K, c, e, forall, i, j, k, m, member, o, r, rr, total, u, v
from theory.positivity import log_ratio
from theory.weights import REALISES, beta

__all__ = [
    "DEPENDENT",
    "constrained_chain",
    "dependent_dimension",
    "fewer_than_chains",
    "no_readout",
    "rank_dimension",
    "unrealisable_chain",
]

delta = KroneckerDelta

# A6: dependent embeddings.

DEPENDENT = Assumption(
    "dependent",
    "the rows of E are dependent: sum_k beta_k e_k = 0",
    forall(v)(total(beta(k) * E(k, v), k), "=", 0),
)


def no_readout() -> Theorem:
    """A6: a readout leaves only the trivial dependence."""
    trivial = forall(k)(beta(k), "=", 0)
    return Theorem(
        "independence-needed",
        trivial,
        (READOUT, DEPENDENT),
        (),
        (
            Step(
                "trivial",
                trivial,
                "combine",
                ("readout", "dependent"),
                {"readout": (-beta(j), j), "dependent": (C(k, v), v)},
            ),
        ),
    )


def constrained_chain() -> Theorem:
    """A6: every chain that some W realises obeys sum_k beta_k log(P(k, i) / P(k, j)) = 0."""
    constraint = total(beta(k) * (log(P(k, i)) - log(P(k, j))), k)
    conclusion = forall(i, j)(constraint, "=", 0)
    return Theorem(
        "independence-needed/constraint",
        conclusion,
        (DEPENDENT, REALISES),
        (logits(),),
        (
            *log_ratio(),
            Step(
                "constraint",
                conclusion,
                "combine",
                ("log-ratio", "dependent", "w", "positive"),
                {
                    "log-ratio": (-beta(k), k),
                    "dependent": (total((E(i, u) - E(j, u)) * W(u, v), u), v),
                },
            ),
        ),
    )


def unrealisable_chain() -> Theorem:
    """A6: the chain with row a tilted to token b by the factor e needs beta_a = 0."""
    a, b, g = (Symbol(name, integer=True) for name in "abg")
    tilt = delta(k, a) * delta(i, b)
    mine, tilted = total(exp(w(k, j)), j), total(exp(delta(k, a) * delta(j, b)), j)
    chain = exp(tilt) / tilted
    conclusion = forall()(beta(a), "=", 0)
    member_of = {
        name: Assumption(f"token-{name}", f"{name} is one of the K tokens", member(name, 1, K))
        for name in (a, b, g)
    }
    return Theorem(
        "independence-needed/unrealisable",
        conclusion,
        (
            DEPENDENT,
            Assumption(
                "realises",
                "W realises P(k, i) proportional to exp(1 if k = a and i = b, else 0)",
                forall(k, i)(exp(w(k, i)) / mine, "=", chain),
            ),
            *member_of.values(),
            Assumption("two-tokens", "b and g differ", forall()(delta(b, g), "=", 0)),
        ),
        (logits(),),
        (
            Step(
                "product",
                forall(k, i)(exp(w(k, i) + log(tilted)), "=", exp(tilt + log(mine))),
                "combine",
                ("realises",),
                {"realises": mine * tilted},
            ),
            Step(
                "exponents",
                forall(k, i)(w(k, i) + log(tilted), "=", tilt + log(mine)),
                "logarithm",
                ("product",),
            ),
            Step(
                "exponents-b",
                forall(k)(w(k, b) + log(tilted), "=", delta(k, a) + log(mine)),
                "instance",
                ("exponents", "token-b"),
                {i: b},
            ),
            Step(
                "exponents-g",
                forall(k)(w(k, g) + log(tilted), "=", delta(k, a) * delta(g, b) + log(mine)),
                "instance",
                ("exponents", "token-g"),
                {i: g},
            ),
            Step(
                "beta-vanishes",
                conclusion,
                "combine",
                (
                    "exponents-b",
                    "exponents-g",
                    "dependent",
                    "two-tokens",
                    "w",
                    "token-a",
                    "token-b",
                    "token-g",
                ),
                {
                    "exponents-b": (-beta(k), k),
                    "exponents-g": (beta(k), k),
                    "dependent": (total((E(b, u) - E(g, u)) * W(u, v), u), v),
                    "two-tokens": beta(a),
                },
            ),
        ),
    )


def _dimension_of_chains() -> Dimension:
    """The dimension of {Q E W E^T : W}: the logits that some W gives, up to a shift per query."""
    centred = E(i, u) - total(E(j, u), j) / K
    coordinates, generators = (
        tuple((index, *RANGES[index]) for index in part) for part in ((i, k), (u, v))
    )
    return Dimension(centred * E(k, v), coordinates, generators)


def dependent_dimension() -> Theorem:
    """A6: with beta_a != 0 that dimension is at most (K - 1)^2."""
    a, b = Symbol("a", integer=True), Symbol("b", integer=True)
    centred = E(i, u) - total(E(j, u), j) / K
    dimension = _dimension_of_chains()
    chosen = (1 - delta(m, b)) * (1 - delta(o, a))
    family = (delta(i, m) - delta(i, b)) * (delta(k, o) - beta(o) / beta(a) * delta(k, a))
    coefficient = (E(m, u) - total(E(j, u), j) / K) * E(o, v)
    count = (K - 1) ** 2
    indices = tuple((index, *RANGES[index]) for index in (m, o))
    bound = forall()(count, ">=", dimension)
    return Theorem(
        "independence-needed/dimension",
        bound,
        (
            DEPENDENT,
            Assumption("token-a", "a is one of the K tokens", member(a, 1, K)),
            Assumption("token-b", "b is one of the K tokens", member(b, 1, K)),
            Assumption("needed", "beta_a is not zero", forall()(beta(a), "!=", 0)),
        ),
        (),
        (
            Step(
                "spans",
                forall(i, k, u, v)(
                    centred * E(k, v), "=", total(coefficient * chosen * family, m, o)
                ),
                "combine",
                ("dependent", "needed"),
                {"dependent": centred * delta(k, a) / beta(a)},
            ),
            Step(
                "count",
                forall()(total(chosen, m, o), "=", count),
                "sums",
                ("token-a", "token-b"),
            ),
            Step(
                "dimension",
                bound,
                "spanning",
                ("spans", "count", "needed"),
                {
                    "family": family,
                    "indices": indices,
                    "chosen": chosen,
                    "coefficient": coefficient,
                },
            ),
        ),
    )


def fewer_than_chains() -> Theorem:
    """A6: (K - 1)^2 < K (K - 1), the number of free parameters of a positive chain."""
    fewer = forall()(K * (K - 1), ">", (K - 1) ** 2)
    return Theorem(
        "independence-needed/fewer",
        fewer,
        (Assumption("two-tokens", "K >= 2", forall()(K - 2, ">=", 0)),),
        (),
        (
            Step("one", forall()(Integer(1), ">", 0), "sign"),
            Step(
                "fewer",
                fewer,
                "combine",
                ("two-tokens", "one"),
                {"two-tokens": Integer(1), "one": Integer(1)},
            ),
        ),
    )


def rank_dimension() -> Theorem:
    """A6: the dimension is at most rank(Q E) rank(E)."""
    U, X, Z, Y = (Function(name) for name in ("U", "X", "Z", "Y"))
    centred = E(i, u) - total(E(j, u), j) / K
    dimension = _dimension_of_chains()
    family = U(i, c) * Z(k, e)
    coefficient = X(c, u) * Y(e, v)
    indices = tuple((index, *RANGES[index]) for index in (c, e))
    bound = forall()(r * rr, ">=", dimension)
    return Theorem(
        "independence-needed/rank-dimension",
        bound,
        (
            Assumption(
                "rank-centred",
                "Q E = U X with r columns in U: rank(Q E) <= r",
                forall(i, u)(centred, "=", total(U(i, c) * X(c, u), c)),
            ),
            Assumption(
                "rank",
                "E = Z Y with rr columns in Z: rank(E) <= rr",
                forall(k, v)(E(k, v), "=", total(Z(k, e) * Y(e, v), e)),
            ),
        ),
        (),
        (
            Step(
                "spans",
                forall(i, k, u, v)(centred * E(k, v), "=", total(coefficient * family, c, e)),
                "combine",
                ("rank-centred", "rank"),
                {"rank-centred": E(k, v), "rank": total(U(i, c) * X(c, u), c)},
            ),
            Step("count", forall()(total(Integer(1), c, e), "=", r * rr), "sums"),
            Step(
                "dimension",
                bound,
                "spanning",
                ("spans", "count"),
                {
                    "family": family,
                    "indices": indices,
                    "chosen": Integer(1),
                    "coefficient": coefficient,
                },
            ),
        ),
    )
