"""Theorems of the literature that claims rest on: cited, not proved here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claim import literature

if TYPE_CHECKING:
    from theory.derivation import Theorem

__all__ = ["attractors_win", "bounded_martingale", "likelihood_limit", "two_token_limits"]


@literature(
    name="attractors-win",
    label="L1",
    title="Benaim's theorem on attractors",
    statement=(
        r"A walk on $K$ tokens steps from $i$ to $j$ with probability proportional to $n_j "
        r"P_{ij}$, $P > 0$, and every token is in the prompt. An attractor of its mean field is "
        r"the limit of the frequencies with positive probability. Here for the corner of a token "
        r"$g$: if the eigenvalues $\lambda_j = P_{gj}/P_{gg} - 1$, $j \ne g$, of the Jacobian "
        r"(claim E15) are negative, the corner is an attractor, and $\mathrm{win}(g) > 0$, where "
        r"$\mathrm{win}(g)$ is the probability that the frequency of $g$ converges to 1."
    ),
    reference=(
        "M. Benaim, Vertex-reinforced random walks and a conjecture of Pemantle, Annals of "
        "Probability 25 (1997), 361-392"
    ),
)
def attractors_win() -> Theorem:
    """A stable corner wins with positive probability."""
    from theory.limits import attractors_win as theorem

    return theorem()


@literature(
    name="two-token-limits",
    label="L2",
    title="Pemantle's theorem for two tokens",
    statement=(
        r"A reinforced walk with positive symmetric weights converges almost surely to the "
        r"critical points of the quadratic form of its weights, and to a point where the form is "
        r"not maximal only with probability 0, if no critical point is degenerate. Here for two "
        r"tokens, whose weights are symmetric up to the scale of rows (claim E17), both in the "
        r"prompt, $a_i$ the chance to leave token $i$ with equal counts, and the eigenvalues "
        r"$\lambda_i = a_i/(1 - a_i) - 1$ at the corners (claim E2) not 0: with "
        r"$\mathrm{stable}(i) = 1$ if $\lambda_i < 0$ and 0 if $\lambda_i > 0$, stable corners, or "
        r"the interior equilibrium if no corner is stable, are the limit almost surely. "
        r"$\mathrm{win}(1)$ and $\mathrm{win}(2)$ are the probabilities that the frequency of "
        r"token 1 or 2 converges to 1, $\mathrm{win}(3)$ that it converges to that equilibrium."
    ),
    reference=(
        "R. Pemantle, Vertex-reinforced random walk, Probability Theory and Related Fields 92 "
        "(1992), 117-136"
    ),
)
def two_token_limits() -> Theorem:
    """The limit is a stable equilibrium."""
    from theory.limits import two_token_limits as theorem

    return theorem()


@literature(
    name="likelihood-limit",
    label="L3",
    title="Asymptotic normality of the MLE",
    statement=(
        r"Observations of one law are independent, the true parameter is an inner point, the "
        r"log-likelihood is smooth with a bounded score, the score has the mean 0 at the true "
        r"parameter, the information, its covariance, is nonsingular, and the estimates, which "
        r"maximise the likelihood, are consistent. Then the law of $\sqrt n$ times their "
        r"error tends to the normal one with mean 0 and the inverse of the information as its "
        r"covariance. Here for the logits $w$ of one row that sum to 0 on each component of its "
        r"co-occurrence graph: prompt $x$ of the row comes with probability $\mu(x) > 0$, "
        r"prompts of other rows with the rest; $H$ is the covariance of the score, nonsingular "
        r"on these $w$ (claim C3); estimates that maximise the likelihood, which is concave "
        r"(claim C1), exist and are unique with probability tending to 1 (claim C8) and are "
        r"consistent. $V$ is the covariance of the limit law, and $H V H = H$."
    ),
    reference=(
        "A. W. van der Vaart, Asymptotic Statistics, Cambridge University Press (1998), Theorem "
        "5.39"
    ),
)
def likelihood_limit() -> Theorem:
    """The covariance of the limit law is inverse to the information."""
    from theory.information import likelihood_limit as theorem

    return theorem()


@literature(
    name="bounded-martingale",
    label="L4",
    title="Doob's convergence theorem",
    statement=(
        r"A martingale whose mean square is bounded converges almost surely; so it is bounded "
        r"along almost every path. Here for a walk of histories $w$, which token $k$ follows with "
        r"the chance $q(w, k)$ and leads to history $\mathrm{next}(w, k)$: token $k$ adds "
        r"$d(w, k)$, which has the mean 0 over $k$, and $V \ge 0$ pays for the squares, $V(w) \ge "
        r"\sum_k q(w, k) (V(\mathrm{next}(w, k)) + d(w, k)^2)$, so that the squares of all that "
        r"is added have together a mean of at most $V$ at the start. $h(0), h(1), \dots$ are the "
        r"histories along a path, $x(t)$ its tokens, and $M(t)$ is the sum of what they add "
        r"before time $t$. For almost every path, that is, all but a set of paths of probability "
        r"0, there is a number $B(0)$, which does not depend on $t$, with $M(t)^2 \le B(0)$ for "
        r"all $t \ge 0$."
    ),
    reference=(
        "D. Williams, Probability with Martingales, Cambridge University Press (1991), Theorem 12.1"
    ),
)
def bounded_martingale() -> Theorem:
    """Along almost every path the martingale is bounded."""
    from theory.martingale import bounded_martingale as theorem

    return theorem()
