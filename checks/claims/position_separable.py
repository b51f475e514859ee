"""B2: without interaction, positions and tokens factor."""

from __future__ import annotations

from checks.claim import Body, Part, Twin, Unwitnessed, Witness, claim
from checks.claims.sources import POSITION


@claim(
    id="position-separable",
    label="B2",
    title="Without interaction positions only weight the counts",
    statement=(
        r"In the setting of B1: if $E W U^\top = 0$, then $P_L$ is row $a$ of the base chain. If "
        r"$U W E^\top = 0$, then $v_i = \exp(u_i^\top W u_L)$ for every $a$. If all $u_i$ are "
        r"equal, the position-weighted counts are the counts times $v_L$, one number for all "
        r"tokens."
    ),
    source=POSITION,
    mark="all",
)
def position_separable() -> Body:
    """The row, the values, and equal positions."""
    from hypothesis import strategies as st
    from sympy import exp

    from checks import computed
    from checks.claims.reasons import NO_EMBEDDING
    from checks.claims.specimens import POSITIONED
    from checks.strategies import positioned
    from numeric.instance import Instance
    from theory.attention import P, W, n, x
    from theory.notation import L, forall, k, l, total, u, v
    from theory.position import (
        PL,
        U,
        constant_positions,
        mass,
        row_without_positions,
        val,
        value_without_tokens,
    )

    def separable(K: int) -> st.SearchStrategy[Instance]:
        return positioned(K, separable=True)

    row = Part(row_without_positions(), separable, lambda at: {"P": computed.chain(at)})
    value = Part(value_without_tokens(), separable)
    constant = Part(
        constant_positions(),
        lambda K: positioned(K, constant=True),
        lambda at: {"n": computed.count(at)},
    )

    apart = POSITIONED.replace(
        W=(
            ("log(2)", "log(3)", "log(1)"),
            ("log(5)", "log(7)", "log(1)"),
            ("log(1)", "log(1)", "log(2)"),
        )
    )
    equal = POSITIONED.replace(U=((0, 0, 2),) * 3)
    interaction = total(U(l, u) * W(u, v) * U(L, v), u, v)
    halved = forall(l)(val(l), "=", exp(interaction / 2))
    return Body(
        parts=(row, value, constant),
        witnesses=(
            Witness(row.name, "token-position", POSITIONED),
            Unwitnessed(row.name, "tokens", NO_EMBEDDING),
            Witness(value.name, "position-token", POSITIONED),
            Unwitnessed(value.name, "tokens", NO_EMBEDDING),
            Witness(constant.name, "constant", POSITIONED),
        ),
        twins=(
            Twin(row.name, "columns of P for rows", forall(k)(PL(k), "=", P(k, x(L))), apart),
            Twin(value.name, "half the exponent", halved, apart),
            Twin(constant.name, "not scaled", forall(k)(mass(k), "=", n(k)), equal),
        ),
    )
