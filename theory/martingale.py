r"""Along almost every path a martingale with a bounded mean square is bounded (Doob).

Let d(w, k), with the mean 0 over the next token k, be what token k adds after history w, and let
V >= 0 pay for the squares,

    V(w) >= sum_k q(w, k) (V(next(w, k)) + d(w, k)^2).

Then the squares of all that is added have together a mean of at most V at the start, and along
almost every path h(0), h(1), ... of the walk the sums M(t) of what is added are bounded.  The
theorem is cited; nothing else here speaks of chance.
"""

from sympy import Function, Integer, KroneckerDelta, Sum, Tuple, oo

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import K, forall, j, k, total
from theory.path import N, along, t, x
from theory.walk import ALL_HELD, FOLLOWS, NEXT, TOKEN, after, at, last, n, next_
from theory.walk import q, s, w

__all__ = ["COUNTS", "READS", "SUMMED", "WALKED", "WILLIAMS", "B", "M", "V", "bounded_martingale"]
__all__ += ["d", "doob", "h", "likely", "norm", "on_path", "summed"]

WILLIAMS = (
    "D. Williams, Probability with Martingales, Cambridge University Press (1991), Theorem 12.1"
)
delta = KroneckerDelta
ONE, TWO, ZERO = Integer(1), Integer(2), Integer(0)
B, M, V, d, h = (Function(name) for name in "BMVdh")

WALKED = (
    Assumption("path", "h(t) is a history", along(h(t), "in", Tuple(1, oo))),
    Assumption("tokens", "x(t) is a token", along(x(t), "in", Tuple(1, K))),
    Assumption(
        "follows",
        "h(t + 1) is h(t) with the token x(t + 1) after it",
        along(h(t + 1), "=", next_(h(t), x(t + 1))),
    ),
)
SUMMED = (
    Assumption("M-0", "nothing is added at first", forall()(M(0), "=", 0)),
    Assumption(
        "M-step",
        "M adds up what the tokens of the path add",
        along(M(t + 1), "=", M(t) + d(h(t), x(t + 1))),
    ),
)
LIKELY = Assumption("chance", "chances are not negative", at(q(w, k), ">=", 0, TOKEN))
CERTAIN = Assumption("chances", "they sum to one", at(total(q(w, k), k), "=", 1))
NO_DRIFT = Assumption("no-drift", "d has the mean 0", at(total(q(w, k) * d(w, k), k), "=", 0))
PAYS = (
    Assumption("V-held", "V is not negative", at(V(w), ">=", 0)),
    Assumption(
        "paid",
        "V pays for the mean square of d",
        at(V(w), ">=", after(V) + total(q(w, k) * d(w, k) ** 2, k)),
    ),
)


def bounded_martingale() -> Theorem:
    """Doob's theorem: along almost every path the martingale is bounded."""
    return Theorem(
        "bounded-martingale",
        along(B(0), ">=", M(t) ** 2),
        (FOLLOWS, LIKELY, CERTAIN, NO_DRIFT, *PAYS, *WALKED, *SUMMED),
        (),
        (),
        reference=WILLIAMS,
        introduces=(B,),
        chance=(h, x, M),
    )


def doob() -> Step:
    """Cite it, for the d and V of the steps of the same names; B is what it introduces."""
    theorem = bounded_martingale()
    return Step("bounded", theorem.conclusion, "cite", (*theorem.given,), {"theorem": theorem})


READS = Assumption("reads", "h(t) ends in x(t)", along(last(h(t)), "=", x(t)))
COUNTS = Definition("N", along(N(t, k), "=", n(h(t), k), TOKEN))
norm = total(n(w, j) * P(last(w), j), j)


def summed() -> tuple[Step, ...]:
    """What M adds up, as in the assumptions of Doob's theorem, from the start."""
    added = Sum(d(h(s), x(s + 1)), (s, 0, t - 1))
    return (
        Step("M", along(M(t), "=", added), "let"),
        *(Step(fact.name, fact.judgement, "sums", ("M",)) for fact in SUMMED),
    )


def on_path() -> tuple[Step, ...]:
    """That N(t + 1, k) = N(t, k) + delta(k, x(t + 1))."""
    new = x(t + 1)
    return (
        Step(
            "counts-k",
            at(n(NEXT, j), "=", n(w, j) + delta(j, k), TOKEN, (j, ONE, K)),
            "sums",
            ("counts",),
        ),
        Step(
            "counted-there",
            along(n(next_(h(t), new), j), "=", n(h(t), j) + delta(j, new), (j, ONE, K)),
            "instance",
            ("counts-k", "path", "tokens"),
            {w: h(t), k: new},
        ),
        Step(
            "count-there",
            along(N(t + 1, j), "=", n(next_(h(t), new), j), (j, ONE, K)),
            "sums",
            ("N", "follows"),
        ),
        Step(
            "counted",
            along(N(t + 1, j), "=", N(t, j) + delta(j, new), (j, ONE, K)),
            "combine",
            ("count-there", "counted-there", "N"),
            {"count-there": ONE, "counted-there": ONE},
        ),
    )


def likely() -> tuple[Step, ...]:
    """Chances are not negative and sum to one."""
    return (
        *ALL_HELD,
        Step("norm", at(norm, ">", 0), "sign", ("n-positive", "P-positive", "last")),
        Step("chance", LIKELY.judgement, "sign", ("q", "n-positive", "P-positive", "last")),
        Step("chances", CERTAIN.judgement, "sums", ("q", "norm")),
    )
