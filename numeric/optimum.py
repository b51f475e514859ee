"""The maximum of the likelihood where it exists, its error bound and its standard errors.

One query, k tokens that hang together, observations p with the keys X_p (a token as often as the
prompt holds it) and the sampled token y_p, which came m_p times. With u_j = exp(w_j),

    f(w) = sum_p m_p log z_p - sum_j s_j w_j + ridge/2 sum_j (w_j - mean w)^2
    z_p = sum_{x in X_p} u_x,    s_j = sum of m_p over the p with y_p = j

is minus the log-likelihood up to a constant, plus a penalty where there is a ridge. It is convex
(C1) and does not see a constant added to w. Its Hessian is a weighted Laplacian (C3):

    v^T H v = sum_{i<j} W_ij (v_i - v_j)^2,    W_ij = sum_p m_p P_p(i) P_p(j) + ridge/k

with P_p the law of the next token. The parameters are the numbers u, so that all but the ridge is
sums, products and quotients of positive numbers, which float64 computes to a small relative error.

Algorithm. A step of MM (Hunter 2004), u_j <- s_j / sum_p m_p n_pj / z_p; then steps that take the
Hessian for its diagonal, times k / (k - 1), which is exact if all W_ij are equal (k = 2 is such a
case), as long as each halves the gradient; then Newton steps. Let v be a step and
R = max v - min v. As |third central moment of v under P_p| <= R x its variance,

    phi(t) = f(w + t v)   has   |phi'''| <= R phi'',   phi''(t) <= e^{R t} phi''(0),

and t = log(1 + R)/R minimises the bound on phi that follows: each Newton step descends, from
anywhere, and no line search is needed.

Error bound. Let w* be the minimiser, v = w* - w with R as above, g the gradient and H the Hessian
at w, D a positive diagonal matrix with smallest entry d, and mu > 0 with v^T H v >= mu |D v|^2 for
all v with 1^T D^2 v = 0; v may be taken among those. Then phi''(t) >= e^{-R t} phi''(0) gives

    -g^T v = phi'(1) - phi'(0) >= v^T H v (1 - e^{-R})/R,    -g^T v <= |D^-1 g| |D v|,
    R <= sqrt 2 |D v| / d    and so, with v^T H v >= mu |D v|^2 >= mu |D v| R d / sqrt 2,

    1 - e^{-R} <= x = sqrt 2 |D^-1 g| / (mu d),    R <= -log(1 - x)   if x < 1.

No log-probability differs by more than R: that of softmax(w) and of softmax(w*) differ by v_j less
a mean of v. D holds powers of 2 near sqrt(H_jj), so that scaling by D rounds nothing.

    g    e_j = u_j sum_p n_pj m_p / z_p comes out of at most c + N roundings, c the length of the
         longest prompt and N the most keys that are one token; e = 2^-53. All terms are positive,
         so the relative error is at most 2 (c + N) e. The rest (s_j, the ridge) is done in balls.
    W    in the same way, W_ij comes out of at most N c + 2 c + 6 roundings.
    mu   Laplacians grow with their weights, so W may be replaced by (1 - its error) x what came
         out. That S = D^-1 L(W) D^-1 + b D 1 1^T D - mu I is positive semidefinite (b a power of 2
         with b sum d_j^2 <= 1) is shown by a Cholesky factorisation of S - q I in float64 that
         comes to its end. If R^T R is what it computes, R^T R - (S - q I) has norm at most
         (k + 1) e / (1 - 2 (k + 1) e) x trace S (Higham 2002, theorem 10.3; Rump 2006); rounding
         the entries adds at most (k + 2) e / (1 - (k + 2) e) x the largest sum along a row of
         absolute values of what is added there. q = 8 (k + 4) e T is above both together (and what
         underflow can do), with T = trace D^-1 L(W) D^-1 + b (sum d_j)^2 + 1.

Standard errors. C is a generalised inverse of H: the inverse of H + b D^2 1 1^T D^2. By the delta
method the variance of P_j is P_j^2 (C_jj - 2 (C P)_j + P^T C P), whatever the generalised inverse.
The Hessian of a row is its Fisher matrix given the prompts: it does not see what was sampled. With
a ridge, C is replaced by C F C with F the Hessian without it; the bias is not in it.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from numeric.arithmetic import NotCertified, enclose
from numeric.compiled import kernel

__all__ = ["RESTS_ON", "Details", "Problem", "details", "maximise"]

Array: TypeAlias = NDArray[Any]

RESTS_ON = ("likelihood-convex", "fisher-is-laplacian")
"""Ids of the claims that make these functions right."""

STEPS = 200
"""Newton steps, at most."""

FALL = 2.0
"""Steps with a diagonal Hessian go on while the gradient falls by this factor."""

FRESH = 3
"""After so many steps that Hessian changes no more than the mass e_j of a token does."""

STILL = 1e-13
"""A step in log u below this is the last one."""

NEAR = 1e-6
"""Where a step is below this and not half of the one before, rounding is all that is left."""

CERTIFIED = 1e-6
"""An error bound above this is none."""

EPSILON = 2.0**-53


@dataclass(frozen=True, eq=False)
class Problem:
    """Observations as in `numeric.samples.Row`, of tokens from 0 to k - 1.

    Without a ridge the tokens must hang together strongly (C8): then a minimiser exists, and every
    token was sampled if there are two or more.
    """

    keys: Array
    offsets: Array
    sampled: Array
    times: Array
    k: int
    ridge: float = 0.0

    @property
    def wins(self) -> Array:
        """How often each token was sampled."""
        return np.bincount(self.sampled, weights=self.times, minlength=self.k)


@dataclass(frozen=True, eq=False)
class Details:
    """What is known of an estimate: k standard errors, the log-likelihood, the error bound.

    No logarithm of a probability is farther than ``error_bound`` from that of the exact optimum;
    None says that this was not shown.
    """

    standard_errors: NDArray[np.float64]
    log_likelihood: float
    error_bound: float | None


def maximise(problem: Problem, tolerance: float = 0.0) -> NDArray[np.float64]:
    """Return u = exp(w) > 0 where the (penalised) likelihood is largest; the largest u_j is 1.

    Args:
        problem: the observations.
        tolerance: the largest entry that the gradient of f / n may have; with 0 as small as
            float64 makes it.

    >>> observations = np.array([0, 1, 0, 1]), np.array([0, 2, 4]), np.array([0, 1])
    >>> maximise(Problem(*observations, np.array([3.0, 1.0]), k=2)).tolist()
    [1.0, 0.3333333333333333]
    """
    data = problem.keys, problem.offsets, problem.times
    wins, ridge, k = problem.wins, problem.ridge, problem.k
    u, small = np.ones(k), tolerance * wins.sum()
    if k == 1 or _diagonal_steps(*data, wins, ridge, u, small):
        return np.asarray(u / u.max())
    last = np.inf
    for _ in range(STEPS):
        g = u * _shares(*data, u) - wins + _pull(u, ridge)
        if np.abs(g).max() <= small:
            break
        H = _laplacian(problem, u)
        scale = _scale(H)
        try:
            factor = cho_factor(_scaled(H, scale), lower=True)
        except (LinAlgError, ValueError):  # it is singular, or not finite
            break
        v = -cho_solve(factor, g / scale) / scale
        R = float(np.ptp(v))
        if not np.isfinite(R):
            break
        u *= np.exp(v * (np.log1p(R) / R if R else 1.0))
        u /= u.max()
        if R < STILL or (R < NEAR and R > last / 2):
            break
        last = R
    return np.asarray(u)


def details(problem: Problem, u: NDArray[np.float64]) -> Details:
    """Return what is known of an estimate u.

    >>> observations = np.array([0, 1, 0, 1]), np.array([0, 2, 4]), np.array([0, 1])
    >>> problem = Problem(*observations, np.array([3.0, 1.0]), k=2)
    >>> found = details(problem, np.array([1.0, 1 / 3]))
    >>> found.standard_errors.round(4).tolist(), found.error_bound < 1e-14
    ([0.2165, 0.2165], True)
    """
    k, P = problem.k, u / u.sum()
    likelihood = float(_log_likelihood(
        problem.keys, problem.offsets, problem.sampled, problem.times, u
    ))  # fmt: skip
    if k == 1:
        return Details(np.zeros(1), likelihood, 0.0)
    laplacian = _laplacian(problem, u)
    scale = _scale(laplacian)
    try:
        factor = cho_factor(_scaled(laplacian, scale), lower=True)
    except (LinAlgError, ValueError):
        return Details(np.full(k, np.nan), likelihood, None)
    inverse = cho_solve(factor, np.eye(k))
    try:
        bound = _error_bound(problem, u, laplacian, scale, 0.9 / np.abs(inverse).sum(axis=1).max())
    except NotCertified:
        bound = None
    C = inverse / np.outer(scale, scale)
    if problem.ridge:
        C = C @ (laplacian - problem.ridge * (np.eye(k) - 1 / k)) @ C
    variance = P**2 * (np.diag(C) - 2 * C @ P + P @ C @ P)
    return Details(np.sqrt(np.maximum(variance, 0)), likelihood, bound)


def _scale(H: Array) -> Array:
    """Return powers of 2 near the square roots of the diagonal; 1 where there is none."""
    diagonal = np.diag(H)
    usable = np.isfinite(diagonal) & (diagonal > 0)
    return np.asarray(2.0 ** np.round(np.log2(np.where(usable, diagonal, 1)) / 2))


def _pull(u: Array, ridge: float) -> Any:
    """Return the gradient of the penalty."""
    if not ridge:
        return 0.0
    w = np.log(u)
    return ridge * (w - w.mean())


def _laplacian(problem: Problem, u: Array) -> Array:
    """Return the Hessian of f at log u: k x k, off the diagonal minus the weights."""
    k = problem.k
    W = np.zeros((k, k))
    _weigh(problem.keys, problem.offsets, problem.times, u, W)
    W += W.T
    W += problem.ridge / k
    np.fill_diagonal(W, 0)
    H = -W
    np.fill_diagonal(H, W.sum(axis=1))
    return H


def _level(scale: Array) -> float:
    """Return b, a power of 2 with b sum d_j^2 in (1/2, 1]."""
    return float(2.0 ** -np.ceil(np.log2(np.square(scale).sum())))


def _scaled(H: Array, scale: Array) -> Array:
    """Return D^-1 H D^-1 + b D 1 1^T D; only the last sum rounds."""
    return np.asarray(H / np.outer(scale, scale) + _level(scale) * np.outer(scale, scale))


def _error_bound(problem: Problem, u: Array, H: Array, scale: Array, mu: float) -> float:
    """Return R of the module's text; raise NotCertified if it is above CERTIFIED.

    Args:
        problem: the observations.
        u: the estimate.
        H: its Hessian as `_laplacian` computes it.
        scale: the diagonal of D.
        mu: a guess, which is verified.
    """
    k = problem.k
    c = int(np.diff(problem.offsets).max(initial=0))
    N = int(np.bincount(problem.keys, minlength=k).max())
    if not (np.isfinite(u).all() and u.min() > 1e-290) or (N * c + 2 * c + 6) * EPSILON > 1 / 8:
        raise NotCertified("the parameters or the data are too large for float64")
    mu = min(mu, 0.5)
    if not (mu > 0 and np.isfinite(H).all() and _at_least(H, scale, mu)):
        raise NotCertified("the Hessian is too near to a singular one")
    mass = u * _shares(problem.keys, problem.offsets, problem.times, u)
    relative = arb(2 * (c + N)) * arb(EPSILON)
    wins, d = problem.wins, float(scale.min())

    def bound() -> list[arb]:
        e = [arb(x) * arb(0, 1) * relative + arb(x) for x in mass.tolist()]
        g = [e_j - arb(s_j) for e_j, s_j in zip(e, wins.tolist(), strict=True)]
        if problem.ridge:
            w = [arb(x).log() for x in u.tolist()]
            mean = sum(w, arb(0)) / k
            g = [g_j + arb(problem.ridge) * (w_j - mean) for g_j, w_j in zip(g, w, strict=True)]
        squares = (
            (g_j.abs_upper() / arb(x)) ** 2 for g_j, x in zip(g, scale.tolist(), strict=True)
        )
        exact = arb(1) - arb(2 * (N * c + 2 * c + 6)) * arb(EPSILON)
        x = arb(2).sqrt() * sum(squares, arb(0)).sqrt() / (exact * arb(mu) * arb(d))
        if not x < 1:
            raise NotCertified("the gradient is too large")
        rounding = arb(2 * (k + 2)) * arb(EPSILON)  # of P_j = u_j / sum u
        return [(-(1 - x).log() + rounding).abs_upper()]

    [R] = enclose(bound, 30)
    found = float(np.nextafter(float(R), np.inf))
    if not found <= CERTIFIED:
        raise NotCertified(f"the error bound is {found:.1e}")
    return found


def _at_least(H: Array, scale: Array, mu: float) -> bool:
    """Tell whether v^T L(W) v >= mu |D v|^2 has been shown for all v with 1^T D^2 v = 0."""
    k = len(H)
    S = _scaled(H, scale)
    trace = float((np.diag(H) / scale**2).sum())
    T = trace + _level(scale) * float(scale.sum()) ** 2 + 1
    S[np.diag_indices(k)] -= mu + 8 * (k + 4) * EPSILON * T
    try:
        np.linalg.cholesky(S)
    except LinAlgError:
        return False
    return True


@kernel
def _diagonal_steps(
    keys: Array, offsets: Array, times: Array, wins: Array, ridge: float, u: Array, small: float
) -> bool:  # fmt: skip
    """Improve u as long as it goes fast; tell whether the gradient became as small as asked."""
    k = u.size
    new, last, step = u.copy(), np.inf, 0
    shares, squares, rest = np.empty(k), np.empty(k), np.ones(k)
    while True:
        fresh = (ridge > 0 or step > 0) and step < FRESH
        if fresh:
            _shares_and_squares(keys, offsets, times, new, shares, squares)
        else:
            shares = _shares(keys, offsets, times, new)
        mass, pull = new * shares, np.zeros(k)
        if ridge > 0:
            pull = ridge * (np.log(new) - np.log(new).mean())
        g = mass - wins + pull
        largest = np.abs(g).max()
        if not largest < last:  # the step made it worse
            return False
        u[:] = new
        if largest <= small:
            return True
        if step > 1 and largest > last / FALL:
            return False
        if step == 0 and ridge == 0:
            new = wins / shares
        else:
            if fresh:
                rest = np.maximum(1 - u * u * squares / (mass + ridge), 1 / 1024)
            v = g / ((mass + ridge) * rest) * (1 / k - 1)
            R = v.max() - v.min()
            new = u * np.exp(v * np.log1p(R) / max(R, 1e-300))
        last = largest
        step += 1


@kernel
def _shares_and_squares(
    keys: Array, offsets: Array, times: Array, u: Array, shares: Array, squares: Array
) -> None:
    """Find sum_p n_pj m_p / z_p and sum_p n_pj m_p / z_p^2 for each token j."""
    shares[:] = 0
    squares[:] = 0
    for p in range(times.size):
        z = 0.0
        for i in range(offsets[p], offsets[p + 1]):
            z += u[keys[i]]
        share = times[p] / z
        square = share / z
        for i in range(offsets[p], offsets[p + 1]):
            shares[keys[i]] += share
            squares[keys[i]] += square


@kernel
def _shares(keys: Array, offsets: Array, times: Array, u: Array) -> Array:
    """Return sum_p n_pj m_p / z_p for each token j."""
    shares = np.zeros(u.size)
    for p in range(times.size):
        z = 0.0
        for i in range(offsets[p], offsets[p + 1]):
            z += u[keys[i]]
        share = times[p] / z
        for i in range(offsets[p], offsets[p + 1]):
            shares[keys[i]] += share
    return shares


@kernel
def _weigh(keys: Array, offsets: Array, times: Array, u: Array, W: Array) -> None:
    """Add m_p P_p(x) P_p(y) to W[x, y] for all pairs of positions of all prompts."""
    for p in range(times.size):
        z = 0.0
        for i in range(offsets[p], offsets[p + 1]):
            z += u[keys[i]]
        weight = times[p] / (z * z)
        for i in range(offsets[p], offsets[p + 1]):
            row, part = W[keys[i]], weight * u[keys[i]]
            for j in range(offsets[p], i):
                row[keys[j]] += part * u[keys[j]]


@kernel
def _log_likelihood(keys: Array, offsets: Array, sampled: Array, times: Array, u: Array) -> float:
    """Return sum_p m_p log(n_py u_y / z_p)."""
    total = 0.0
    for p in range(times.size):
        z, mine = 0.0, 0.0
        for i in range(offsets[p], offsets[p + 1]):
            z += u[keys[i]]
            if keys[i] == sampled[p]:
                mine += u[keys[i]]
        total += times[p] * np.log(mine / z)
    return total
