r"""Claims E3, E16: where the walk ends, given what is known of reinforced walks.

The theorems of the literature speak of the mean field near its equilibria.  What they ask of it is
derived here: the signs of its eigenvalues, which E2 and E15 give,

    lam(j) = P(g, j) / P(g, g) - 1      at the corner of g,
    lam(i) = a(i) / (1 - a(i)) - 1      at the corner of token i of two.

win is the probability that the frequencies converge to an equilibrium.  It is introduced by the
theorem that is cited, and nothing else is known of it.
"""

from sympy import Expr, Function, Integer, KroneckerDelta, Symbol, Tuple, sympify

from theory.attention import P
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import K, forall, i, j, member

__all__ = [
    "BENAIM",
    "NEGATIVE",
    "PEMANTLE",
    "a",
    "attractors_win",
    "corner_is_stable",
    "either_token_wins",
    "lam",
    "stable",
    "token_can_win",
    "two_token_limits",
    "two_token_signs",
    "two_token_winner",
]

BENAIM = (
    "M. Benaim, Vertex-reinforced random walks and a conjecture of Pemantle, Annals of "
    "Probability 25 (1997), 361-392"
)
PEMANTLE = (
    "R. Pemantle, Vertex-reinforced random walk, Probability Theory and Related Fields 92 (1992), "
    "117-136"
)

delta = KroneckerDelta
lam, n, win, stable, a = (Function(name) for name in ("lam", "n", "win", "stable", "a"))
g = Symbol("g", integer=True)
ONE, TWO = Integer(1), Integer(2)

# E16: the corner of token g

WINNER = Assumption("winner", "g is a token", member(g, 1, K))
POSITIVE = Assumption("P-positive", "P is positive", forall(i, j)(P(i, j), ">", 0))
PRESENT = Assumption("present", "every token is in the prompt", forall(i)(n(i), ">=", 1))
STRICT = Assumption(
    "strict",
    "P(g, g) is the strict maximum of its row",
    forall(j)(P(g, g) * (1 + delta(j, g)) - P(g, j), ">", 0),
)
EIGENVALUES = Definition("lam", forall(j)(lam(j), "=", P(g, j) / P(g, g) - 1))
NEGATIVE = forall(j)(delta(j, g) - lam(j), ">", 0)
"""lam(j) < 0 for all j but g, for which lam is 0."""

STABLE = Assumption("stable", "the eigenvalues lam(j), j != g, are negative", NEGATIVE)


def attractors_win() -> Theorem:
    """Benaim's theorem for a corner: if its eigenvalues are negative, its token can win."""
    return Theorem(
        "attractors-win",
        forall()(win(g), ">", 0),
        (WINNER, POSITIVE, PRESENT, STABLE),
        (EIGENVALUES,),
        (),
        reference=BENAIM,
        introduces=(win,),
    )


def _stable() -> tuple[Step, ...]:
    return (
        Step(
            "kept",
            forall()(P(g, g), ">", 0),
            "instance",
            ("strict", "winner"),
            {j: g},
        ),
        Step(
            "stable",
            NEGATIVE,
            "combine",
            ("strict", "kept", "lam"),
            {"strict": 1 / P(g, g)},
        ),
    )


def corner_is_stable() -> Theorem:
    """E16: where P(g, g) is the strict maximum of its row, the eigenvalues are negative."""
    facts = (WINNER, STRICT)
    return Theorem("corner-wins", NEGATIVE, facts, (EIGENVALUES,), _stable())


def token_can_win() -> Theorem:
    """E16: then token g wins with positive probability."""
    theorem = attractors_win()
    uses = ("winner", "P-positive", "present", "stable", "lam")
    return Theorem(
        "corner-wins/wins",
        theorem.conclusion,
        (WINNER, POSITIVE, PRESENT, STRICT),
        (EIGENVALUES,),
        (*_stable(), Step("wins", theorem.conclusion, "cite", uses, {"theorem": theorem})),
        introduces=(win,),
    )


# E3: two tokens; a(1) and a(2) are the chances to leave them


def _two(lhs: Expr, relation: str, rhs: Expr | int) -> Judgement:
    """A judgement for i = 1, 2."""
    return Judgement(lhs, relation, sympify(rhs), ((i, ONE, TWO),))


BETWEEN = (
    Assumption("leave", "a(i) is positive", _two(a(i), ">", 0)),
    Assumption("stay", "a(i) is below one", _two(1 - a(i), ">", 0)),
)
BOTH_PRESENT = Assumption("present", "both tokens are in the prompt", _two(n(i), ">=", 1))
CORNERS = Definition("lam", _two(lam(i), "=", a(i) / (1 - a(i)) - 1))
BIT = Assumption("bit", "stable(i) is 0 or 1", _two(stable(i) * (stable(i) - 1), "=", 0))
TELLS = Assumption(
    "tells",
    "stable(i) is 1 where lam(i) is negative, and 0 where it is positive",
    _two((1 - 2 * stable(i)) * lam(i), ">", 0),
)
s1, s2 = stable(1), stable(2)
ENDS = s1 * win(1) + s2 * win(2) + (1 - s1) * (1 - s2) * win(3)


def two_token_limits() -> Theorem:
    """Pemantle's theorem for two tokens: the frequencies converge to a stable equilibrium.

    win(1) and win(2) are the chances of the corners, win(3) of the interior equilibrium, which is
    stable if no corner is.
    """
    return Theorem(
        "two-token-limits",
        forall()(ENDS, "=", 1),
        (*BETWEEN, BOTH_PRESENT, BIT, TELLS),
        (CORNERS,),
        (),
        reference=PEMANTLE,
        introduces=(win,),
    )


KEPT = Assumption(
    "side",
    "a(i) is below 1/2 where stable(i) is 1, and above 1/2 where it is 0",
    _two((2 * stable(i) - 1) * (1 - 2 * a(i)), ">", 0),
)


def _tells() -> Step:
    return Step(
        "tells",
        TELLS.judgement,
        "combine",
        ("side", "stay", "lam"),
        {"side": 1 / (1 - a(i))},
    )


def two_token_signs() -> Theorem:
    """E3: the eigenvalue at the corner of token i is negative where a(i) < 1/2, else positive."""
    facts = (BETWEEN[1], KEPT)
    return Theorem("two-token-winners", TELLS.judgement, facts, (CORNERS,), (_tells(),))


def two_token_winner() -> Theorem:
    """E3: the walk ends at a corner that keeps its token with more than 1/2, or inside."""
    theorem = two_token_limits()
    uses = ("leave", "stay", "present", "bit", "tells", "lam")
    return Theorem(
        "two-token-winners/limits",
        theorem.conclusion,
        (*BETWEEN, BOTH_PRESENT, BIT, KEPT),
        (CORNERS,),
        (_tells(), Step("limits", theorem.conclusion, "cite", uses, {"theorem": theorem})),
        introduces=(win,),
    )


def either_token_wins() -> Theorem:
    """E3: a token that is kept with more than 1/2 wins with positive probability."""
    theorem = token_can_win()
    pair = ((i, ONE, TWO), (j, ONE, TWO))
    chain = delta(i, j) + (1 - 2 * delta(i, j)) * a(i)
    least, apart = a(i) * (1 - a(i)), 1 - delta(i, j)
    more = delta(i, j) * (1 - a(i)) ** 2 + apart**2 * a(i) ** 2
    row = P(g, g) * (1 + delta(j, g)) - P(g, j)
    uses = ("winner", "P-positive", "present", "strict", "lam")
    return Theorem(
        "two-token-winners/either",
        theorem.conclusion,
        (
            *BETWEEN,
            BOTH_PRESENT,
            Assumption("winner", "g is one of the two tokens", forall()(g, "in", Tuple(1, 2))),
            Assumption("liked", "a(g) is below 1/2", forall()(1 - 2 * a(g), ">", 0)),
        ),
        (
            Definition("P", Judgement(P(i, j), "=", chain, pair)),
            Definition("lam", Judgement(lam(j), "=", P(g, j) / P(g, g) - 1, (pair[1],))),
        ),
        (
            Step("least", _two(least, ">", 0), "sign", ("leave", "stay")),
            Step("more", Judgement(more, ">=", Integer(0), pair), "sign"),
            Step(
                "P-positive",
                Judgement(P(i, j), ">", Integer(0), pair),
                "combine",
                ("least", "more", "P"),
                {"least": ONE, "more": ONE},
            ),
            Step("left", forall()(a(g), ">", 0), "instance", ("leave", "winner"), {i: g}),
            Step(
                "strict",
                Judgement(row, ">", Integer(0), (pair[1],)),
                "combine",
                ("liked", "left", "P", "winner"),
                {"liked": ONE, "left": delta(j, g)},
            ),
            Step("wins", theorem.conclusion, "cite", uses, {"theorem": theorem, K: TWO}),
        ),
        introduces=(win,),
    )
