r"""Sizes, indices and the two ways to use them: judgements and sums.

Every index has one fixed range, so that a judgement need not repeat it:

====================  =====================  ==========================
indices               range                  they number
====================  =====================  ==========================
i, j, k, m, o         1..K                   tokens
l, h                  1..L                   positions in the prompt
ll, hh                1..N                   positions in a second prompt
u, v                  1..d                   coordinates of embeddings
c, e                  1..r, 1..rr            columns of a factor
xi                    1..M                   prompts of a support
====================  =====================  ==========================
"""

from sympy import Expr, Integer, Sum, Symbol, Tuple, sympify

from theory.judgement import Judgement, Range

__all__ = ["RANGES", "K", "L", "N", "d", "forall", "member", "r", "rr", "total"]

K, L, N, d, r, rr = (
    Symbol(name, integer=True, positive=True) for name in ("K", "L", "N", "d", "r", "rr")
)
"""Sizes: tokens, prompt length, length of a second prompt, width, ranks."""

M = Symbol("M", integer=True, positive=True)
"""How many prompts the support holds."""

TOKEN_INDICES = i, j, k, m, o = [Symbol(name, integer=True) for name in "ijkmo"]
l, h, ll, hh = (Symbol(name, integer=True) for name in ("l", "h", "ll", "hh"))
u, v, c, e = (Symbol(name, integer=True) for name in "uvce")
xi = Symbol("xi", integer=True)

RANGES: dict[Symbol, Range] = (
    {index: (Integer(1), K) for index in TOKEN_INDICES}
    | {l: (Integer(1), L), h: (Integer(1), L), ll: (Integer(1), N), hh: (Integer(1), N)}
    | {u: (Integer(1), d), v: (Integer(1), d), c: (Integer(1), r), e: (Integer(1), rr)}
    | {xi: (Integer(1), M)}
)


def forall(*indices: Symbol) -> "Quantified":
    """Judgements for all values of the indices.

    Example:
        >>> from sympy import Function
        >>> E = Function("E")
        >>> print(forall(k, u)(E(k, u) ** 2, ">=", 0))
        for all k in 1..K, u in 1..d: E(k, u)**2 >= 0
    """
    return Quantified(indices)


class Quantified:
    """What :func:`forall` returns: call it with ``lhs, relation, rhs``."""

    def __init__(self, indices: tuple[Symbol, ...]) -> None:
        self.limits = tuple((index, *RANGES[index]) for index in indices)

    def __call__(self, lhs: Expr, relation: str, rhs: Expr | int) -> Judgement:
        return Judgement(sympify(lhs), relation, sympify(rhs), self.limits)


def member(term: Expr, lo: Expr | int, hi: Expr | int, *indices: Symbol) -> Judgement:
    """The judgement ``term in lo..hi`` for all values of the indices."""
    return forall(*indices)(term, "in", Tuple(lo, hi))


def total(body: Expr, *indices: Symbol) -> Sum:
    """The sum over the full range of each index.

    Example:
        >>> from sympy import Function
        >>> total(Function("n")(k), k)
        Sum(n(k), (k, 1, K))
    """
    return Sum(body, *((index, *RANGES[index]) for index in indices))
