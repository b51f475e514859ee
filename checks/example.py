"""Two claims of one's own: one that holds for every K, and one that is false.

    ccmc verify --claims FILE --twins

runs both.  Change them, or add others: each is a function under ``@claim``.  Its id and its label
(a letter and a number) must be new; the letters A to E and L are those of the paper's claims.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from sympy import Expr, Function, Symbol

from checks.claim import Body, Part, Source, Twin, Witness, claim
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.judgement import Judgement
from theory.notation import forall, i, total

# The letters. K is a symbol, and i runs from 1 to K: what is derived, is derived for every K.
# total(..., i) is the sum over i, and forall() makes a judgement: left side, relation, right side.
# For one that is to hold for all i, write forall(i)(...). Relations: = != > >= in.
p, f = Function("p"), Function("f")
mean = Symbol("mean")

# An assumption: its name, what it says, and what it means.
WEIGHTS = Assumption("weights", "the weights p sum to one", forall()(total(p(i), i), "=", 1))

# A definition: a name, and what it stands for.
MEAN = Definition("mean", forall()(mean, "=", total(p(i) * f(i), i)))


@st.composite
def instances(draw: st.DrawFn, K: int) -> Instance:
    """Weights and values for K tokens, exact: integers and fractions, never floats.

    Here the claims are tried. Every instance must meet the assumptions, so build it that way.
    """
    parts = draw(st.tuples(*[st.integers(1, 9)] * K))
    values = draw(st.tuples(*[st.integers(-3, 3)] * K))
    return Instance(K=K, p=[Fraction(part, sum(parts)) for part in parts], f=values)


def variance(square: Expr) -> Judgement:
    """The variance is the mean of the squares, minus (or not) the square of the mean."""
    spread = total(p(i) * (f(i) - mean) ** 2, i)
    return forall()(spread, "=", total(p(i) * f(i) ** 2, i) - square)


# What the claims are checked against without a derivation: two tokens, a fair coin.
COIN = Instance(K=2, p=["1/2", "1/2"], f=[0, 1])


@claim(
    id="variance",
    label="U1",
    title="The variance is the mean of the squares minus the square of the mean",
    statement=(
        r"If $\sum_i p_i = 1$ and $m = \sum_i p_i f_i$, then "
        r"$\sum_i p_i (f_i - m)^2 = \sum_i p_i f_i^2 - m^2$, for every $K$."
    ),
    source=Source("my notes", "What the claim makes precise."),
    mark="all",  # it must be derived, for all sizes
)
def variance_identity() -> Body:
    """Left side minus right side is mean^2 (sum p - 1) + 2 mean (mean - sum p f)."""
    theorem = Theorem(
        name="variance",  # the claim's id
        conclusion=variance(mean**2),
        assumptions=(WEIGHTS,),
        definitions=(MEAN,),
        steps=(
            # The rule `combine`: left side minus right side is a sum of multiples of facts, and
            # `where` gives the multipliers: terms or plain numbers. CONTRIBUTING.md lists all
            # rules, with examples.
            Step(
                "variance",
                variance(mean**2),
                by="combine",
                uses=("weights", "mean"),
                where={"weights": mean**2, "mean": 2 * mean},
            ),
        ),
    )
    return Body(
        parts=(Part(theorem, instances),),
        # For every assumption an instance that breaks it, and on which the conclusion is false.
        witnesses=(Witness("variance", "weights", COIN.replace(p=[1, 1])),),
        # Changes that must be refuted: would the checks notice a mistake?
        twins=(Twin("variance", "plus the square", variance(-(mean**2)), COIN),),
    )


@claim(
    id="no-variance",
    label="U2",
    title="The mean of the squares is the square of the mean",
    statement=r"If $\sum_i p_i = 1$, then $\sum_i p_i f_i^2 = (\sum_i p_i f_i)^2$.",
    source=Source("my notes", "True for one token, and false: `ccmc verify` says where."),
    mark="all",
)
def no_variance() -> Body:
    """A claim may begin without a derivation: if it is false, an instance against it is found.

    One that is true is then inconclusive, until its steps are written.
    """
    conclusion = forall()(total(p(i) * f(i) ** 2, i), "=", mean**2)
    theorem = Theorem("no-variance", conclusion, (WEIGHTS,), (MEAN,), steps=())
    return Body(parts=(Part(theorem, instances),), witnesses=(), twins=())
