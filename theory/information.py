r"""Claim D1: what the law of the excess risk rests on, for one row.

The support holds M prompts with weights mu(x); w are the logits of the row, p_x its laws:

    p_x(i) = N(x, i) exp w(i) / sum_o N(x, o) exp w(o).

The score of an observation (x, y) is [i = y] - p_x(i).  Under p its mean is 0, and its covariance
is the Fisher matrix H = sum_x mu(x) (diag p_x - p_x p_x^T).  The risk of w, if the tokens are drawn
from other laws q_x, is

    sum_x mu(x) sum_i q_x(i) (log sum_o N(x, o) exp w(o) - w(i)) :

its Hessian by w is H, whatever q is.  By C3 the rank of H is K - #components.

So the score is what the asymptotics of maximum likelihood ask for: with V the covariance of the
limit law of sqrt(n) (w_n - w), w_n the estimate from n observations, logits that sum to 0 on each
component, H V H = H.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, exp, log

from theory.derivation import Assumption, Definition, Step, Theorem
from theory.identifiability import COUNTS, KEY, KEYS, N, key
from theory.judgement import Partial
from theory.notation import forall, i, j, m, o, total, xi

__all__ = ["VAN_DER_VAART", "H", "delta", "hessian", "information", "likelihood_limit", "limit"]
__all__ += ["mu", "p", "score_mean"]

VAN_DER_VAART = (
    "A. W. van der Vaart, Asymptotic Statistics, Cambridge University Press (1998), Theorem 5.39"
)

delta = KroneckerDelta
ONE = Integer(1)
w, p, q, mu, H, V = (Function(name) for name in ("w", "p", "q", "mu", "H", "V"))
PARTITION = total(N(xi, o) * exp(w(o)), o)
LAW = Definition("p", forall(xi, i)(p(xi, i), "=", N(xi, i) * exp(w(i)) / PARTITION))
DRAWN = Assumption("drawn", "q(x, .) sums to one", forall(xi)(total(q(xi, i), i), "=", 1))
FISHER = Definition(
    "H",
    forall(i, j)(H(i, j), "=", total(mu(xi) * (delta(i, j) * p(xi, i) - p(xi, i) * p(xi, j)), xi)),
)
PROMPTED = (COUNTS, KEYS, KEY)
RISK = total(mu(xi) * q(xi, i) * (log(PARTITION) - w(i)), xi, i)

OTHERS = total(N(xi, o) * exp(w(o)) * (1 - delta(o, key(xi))) ** 2, o)
POSITIVE = (
    Step("at-key", forall(xi)(N(xi, key(xi)) * exp(w(key(xi))), ">", 0), "sign", ("key",)),
    Step("others", forall(xi)(OTHERS, ">=", 0), "sign", ("counts",)),
    Step(
        "partition",
        forall(xi)(PARTITION, ">", 0),
        "combine",
        ("at-key", "others", "key-token"),
        {"at-key": ONE, "others": ONE},
    ),
)
LAW_SUMS = Step("law-sums", forall(xi)(total(p(xi, i), i), "=", 1), "sums", ("p", "partition"))


def _score(token: Expr, y: Expr) -> Expr:
    """The score of the logit of a token, if y was drawn."""
    return delta(token, y) - p(xi, token)


SCORE_MEAN = forall(xi, i)(total(p(xi, o) * _score(i, o), o), "=", 0)
COVARIANCE = forall(i, j)(
    total(mu(xi) * p(xi, o) * _score(i, o) * _score(j, o), xi, o), "=", H(i, j)
)
MEAN = Step("mean", SCORE_MEAN, "combine", ("law-sums",), {"law-sums": -p(xi, i)})
INFORMATION = Step(
    "information",
    COVARIANCE,
    "combine",
    ("law-sums", "H"),
    {"law-sums": (mu(xi) * p(xi, i) * p(xi, j), xi)},
)


def score_mean() -> Theorem:
    """D1: after each prompt the score has the mean 0."""
    steps = (*POSITIVE, LAW_SUMS, MEAN)
    return Theorem("excess-risk-law/score", SCORE_MEAN, PROMPTED, (LAW,), steps)


def information() -> Theorem:
    """D1: the covariance of the score is the Fisher matrix."""
    steps = (*POSITIVE, LAW_SUMS, INFORMATION)
    return Theorem("excess-risk-law/information", COVARIANCE, PROMPTED, (LAW, FISHER), steps)


SUPPORT = (
    Assumption("support", "every prompt has a positive weight", forall(xi)(mu(xi), ">", 0)),
    Assumption("mass", "the weights sum to 1 at most", forall()(1 - total(mu(xi), xi), ">=", 0)),
)
INVERSE = forall(i, j)(total(H(i, m) * V(m, o) * H(o, j), m, o), "=", H(i, j))


def likelihood_limit() -> Theorem:
    """Asymptotic normality: the covariance V of the limit is inverse to that of the score."""
    score = (
        Assumption("mean", "the score has the mean 0", SCORE_MEAN),
        Assumption("information", "H is the covariance of the score", COVARIANCE),
    )
    return Theorem(
        "likelihood-limit",
        INVERSE,
        (*PROMPTED, *SUPPORT, *score),
        (LAW,),
        (),
        reference=VAN_DER_VAART,
        introduces=(V,),
    )


def limit() -> Theorem:
    """D1: the covariance of the limit law of the logits is inverse to the Fisher matrix."""
    theorem = likelihood_limit()
    prompts, score = ("counts", "key-token", "key", "support", "mass"), ("mean", "information")
    uses = (*prompts, *score, "p", "partition")
    cite = Step("limit", INVERSE, "cite", uses, {"theorem": theorem})
    return Theorem(
        "excess-risk-law/limit",
        INVERSE,
        (*PROMPTED, *SUPPORT),
        (LAW, FISHER),
        (*POSITIVE, LAW_SUMS, MEAN, INFORMATION, cite),
        introduces=(V,),
    )


def hessian() -> Theorem:
    """D1: the Hessian of the risk by the logits is the Fisher matrix of the laws at w."""
    second = Partial(Partial(RISK, w(j)), w(m))
    curve = total(mu(xi) * (delta(j, m) * p(xi, j) - p(xi, j) * p(xi, m)), xi)
    weighed = total(mu(xi) * q(xi, i) * (delta(j, m) * p(xi, j) - p(xi, j) * p(xi, m)), xi, i)
    result = forall(j, m)(second, "=", curve)
    return Theorem(
        "excess-risk-law",
        result,
        (*PROMPTED, DRAWN),
        (LAW,),
        (
            *POSITIVE,
            Step("weighed", forall(j, m)(second, "=", weighed), "calculus", ("p", "partition")),
            Step(
                "hessian",
                result,
                "combine",
                ("weighed", "drawn", "partition"),
                {
                    "weighed": ONE,
                    "drawn": (mu(xi) * (delta(j, m) * p(xi, j) - p(xi, j) * p(xi, m)), xi),
                },
            ),
        ),
    )
