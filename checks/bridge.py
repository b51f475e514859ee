"""A SymPy judgement at an exact instance, in python-flint; nothing else.

Values are rationals and sums of logarithms as long as possible; what is neither is enclosed in
a ball, and an equation of balls holds to ``DIGITS`` digits.  Where balls cannot tell which side is
greater, the sides are equal if they have the same `Form`.  Indices run from 1, as in the
mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq, fmpq_mat, fmpz
from sympy.core.function import AppliedUndef

from numeric.arithmetic import NotCertified, ball, enclose
from numeric.exact import Log, NotExact
from numeric.forms import Form
from theory.judgement import Dimension, Judgement, Partial

__all__ = ["DIGITS", "Model", "NoValue", "Outcome", "Undefined", "decide"]

DIGITS = 40
ENDLESS = 6  # how far endless ranges are followed: such a judgement is tried, not decided
FACTORED = 80  # bits of the longest number that is factorised
Function = Callable[..., Any]
EXACT, BALLS, FORMS = "exact", "balls", "forms"
"""What a model may compute in, beside rationals and logarithms."""


class Undefined(ArithmeticError):
    """The judgement has no value here: a division by zero, the logarithm of a negative number."""


class NoValue(KeyError):
    """A name without a value."""

    def __str__(self) -> str:
        return f"no value for {self.args[0]}: neither the instance nor `computed` gives one"


@dataclass(frozen=True)
class Outcome:
    """``holds``, ``refuted`` or ``undecided``; whether exactly; and where it fails."""

    outcome: str
    exact: bool = True
    where: Mapping[str, int] | None = None
    lhs: str = ""
    rhs: str = ""


@dataclass(frozen=True)
class Dual:
    """A value and its derivative, x + y eps with eps^2 = 0; each level has an eps of its own."""

    value: Any
    slope: Any
    level: int


class Model:
    """Values of the names that occur in judgements.

    Args:
        symbols: sizes and fixed tokens by name, as in the mathematics (tokens from 1).
        functions: functions of such integers by name.
        definitions: judgements ``name(indices) = expression``; a name in ``functions`` wins.

    Raises:
        KeyError: on evaluation, when a name has no value.
    """

    def __init__(
        self,
        symbols: Mapping[str, Any],
        functions: Mapping[str, Function],
        definitions: Mapping[str, Judgement] | None = None,
    ) -> None:
        self.symbols = dict(symbols)
        self.functions = dict(functions)
        self.definitions = {
            name: fact for name, fact in (definitions or {}).items() if name not in functions
        }
        self.mode = EXACT
        self.level = 0
        self._known: dict[Any, Any] = {}

    def value(self, e: sp.Expr, env: Mapping[str, Any]) -> Any:
        """The value of an expression, its indices given by ``env``."""
        if isinstance(e, sp.Rational):
            return fmpq(int(e.p), int(e.q))
        if isinstance(e, sp.Symbol):
            return self._symbol(e.name, env)
        if isinstance(e, AppliedUndef):
            return self._applied(e, env)
        if isinstance(e, sp.Sum):
            terms = (self.value(e.function, inner) for inner in self._run(e.limits[::-1], env))
            return self._operate(_add, list(terms))
        if isinstance(e, sp.KroneckerDelta):
            same = self.integer(e.args[0], env) == self.integer(e.args[1], env)
            return fmpq(int(same))
        if isinstance(e, Dimension):
            return self._dimension(e, env)
        if isinstance(e, Partial):
            return self._partial(e, env)
        if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Integer):
            n = int(e.exp)
            return self._operate(partial(_power, n=n), [self.value(e.base, env)], each=True)
        for kind, operation in OPERATIONS.items():
            if isinstance(e, kind):
                values = [self.value(a, env) for a in e.args]
                return self._operate(operation, values, each=kind in EACH)
        raise TypeError(f"{e}: the second engine does not know {type(e).__name__}")

    def _operate(self, operation: Callable[..., Any], values: list[Any], each: bool = False) -> Any:
        """Operate exactly where possible; in forms or balls where that is allowed."""
        if any(isinstance(x, Dual) for x in values):
            return self._operate_dual(operation, values, each)
        if not any(isinstance(x, arb | Form) for x in values):
            try:
                found = operation(*values) if each else operation(values)
                return fmpq(0) if found == Log() else found
            except NotExact:
                if self.mode == EXACT:
                    raise
        if operation is _multiply and any(_is_zero(x) for x in values if not isinstance(x, arb)):
            return fmpq(0)
        values = [Form.of(x) if self.mode == FORMS else ball(x) for x in values]
        return operation(*values) if each else operation(values)

    def _operate_dual(self, operation: Callable[..., Any], values: list[Any], each: bool) -> Any:
        """The operation on x + y eps, by the rules of the calculus."""
        level = max(x.level for x in values if isinstance(x, Dual))
        parts = [
            (x.value, x.slope) if isinstance(x, Dual) and x.level == level else (x, fmpq(0))
            for x in values
        ]
        at = [x for x, _ in parts]
        slopes = []
        for place, (x, slope) in enumerate(parts):
            if operation is _add:
                slopes.append(slope)
            elif operation is _multiply:
                slopes.append(self._operate(_multiply, [*at[:place], slope, *at[place + 1 :]]))
            else:
                slopes.append(self._operate(_multiply, [self._rate(operation, x), slope]))
        return Dual(self._operate(operation, at, each), self._operate(_add, slopes), level)

    def _rate(self, operation: Callable[..., Any], x: Any) -> Any:
        """The derivative of exp, log or a power at x."""
        if operation is _exp:
            return self._operate(_exp, [x], each=True)
        if operation is _gamma:
            raise TypeError("the bridge knows no derivative of gamma")
        n = operation.keywords["n"] if isinstance(operation, partial) else 0
        power = self._operate(partial(_power, n=n - 1), [x], each=True)
        return self._operate(_multiply, [fmpq(n or 1), power])

    def _partial(self, e: Partial, env: Mapping[str, Any]) -> Any:
        """The derivative: one value moves by eps."""
        body, by = e.args
        name, at = by.func.__name__, tuple(self.integer(a, env) for a in by.args)
        fixed = self.functions[name]
        level = self.level + 1

        def moved(*indices: int) -> Any:
            value = self._number(fixed(*indices))
            return Dual(value, fmpq(1), level) if indices == at else value

        near = Model(self.symbols, {**self.functions, name: moved}, self.definitions)
        near.mode, near.level = self.mode, level
        found = near.value(body, env)
        return found.slope if isinstance(found, Dual) and found.level == level else fmpq(0)

    def integer(self, e: sp.Expr, env: Mapping[str, Any]) -> int:
        """The value of an index; without end means as far as one follows."""
        if e == sp.oo:
            return ENDLESS
        if isinstance(e, sp.Integer):
            return int(e)
        if isinstance(e, sp.Symbol):
            x = env.get(e.name, self.symbols.get(e.name))
            if x is None:
                raise NoValue(e.name)
            return int(x)
        if isinstance(e, AppliedUndef):
            name = e.func.__name__
            if name in self.functions:
                return int(self.functions[name](*(self.integer(a, env) for a in e.args)))
            fact = self.definitions[name]
            args = (self.integer(a, env) for a in e.args)
            return self.integer(fact.rhs, dict(zip(map(str, fact.lhs.args), args, strict=True)))
        parts = [sp.Integer(self.integer(a, env)) for a in e.args]
        return int(e.func(*parts))

    def _symbol(self, name: str, env: Mapping[str, Any]) -> Any:
        x = env.get(name, self.symbols.get(name))
        if x is not None:
            return self._number(x)
        if name not in self.definitions:
            raise NoValue(name)
        return self._once((name,), lambda: self.value(self.definitions[name].rhs, {}))

    def _applied(self, e: AppliedUndef, env: Mapping[str, Any]) -> Any:
        name = e.func.__name__
        args = tuple(self.integer(a, env) for a in e.args)
        if name in self.functions:
            try:
                return self._number(self.functions[name](*args))
            except ValueError as reason:
                raise Undefined(str(reason)) from None
        if name not in self.definitions:
            raise NoValue(name)
        fact = self.definitions[name]
        inner = dict(zip(map(str, fact.lhs.args), args, strict=True))
        return self._once((name, args), lambda: self.value(fact.rhs, inner))

    def _once(self, key: Any, compute: Callable[[], Any]) -> Any:
        key = (key, ctx.prec if self.mode == BALLS else self.mode)
        if key not in self._known:
            self._known[key] = compute()
        return self._known[key]

    def _number(self, x: Any) -> Any:
        if isinstance(x, arb) and self.mode != BALLS:
            raise NotExact("a ball")
        if isinstance(x, Form) and self.mode != FORMS:
            if self.mode == EXACT:
                raise NotExact("a form")
            return ball(x)
        return fmpq(x) if isinstance(x, int) else x

    def _run(
        self, limits: Any, env: Mapping[str, Any], far: int = ENDLESS
    ) -> Iterator[dict[str, Any]]:
        """The environments in which the indices run through their limits, the first outermost."""
        if not limits:
            yield dict(env)
            return
        (v, lo, hi), *inner = limits
        first = self.integer(lo, env)
        last = first + far if hi.is_infinite else self.integer(hi, env)
        for at in range(first, last + 1):
            yield from self._run(inner, {**env, v.name: at}, far)

    def _dimension(self, e: Dimension, env: Mapping[str, Any]) -> fmpq:
        body, coordinates, generators = e.args
        rows = [
            [self.value(body, at) for at in self._run(coordinates, outer)]
            for outer in self._run(generators, env)
        ]
        return fmpq(fmpq_mat(rows).rank()) if rows and rows[0] else fmpq(0)

    def cases(self, judgement: Judgement) -> Iterator[dict[str, int]]:
        """Every value of the quantified indices; several endless ones are followed less far."""
        endless = sum(hi.is_infinite is True for _, _, hi in judgement.forall)
        far = ENDLESS // max(1, endless)
        yield from self._run([sp.Tuple(*limit) for limit in judgement.forall], {}, far)


def _add(values: list[Any]) -> Any:
    logs = sum((x for x in values if isinstance(x, Log)), Log())
    rest = [x for x in values if not isinstance(x, Log)]
    total: Any = fmpq(0)
    for x in rest:
        total = total + x
    return total if rest and logs == Log() else total + logs


def _multiply(values: list[Any]) -> Any:
    result: Any = fmpq(1)
    for x in values:
        if isinstance(x, Log) and isinstance(result, Log):
            raise NotExact("a product of logarithms")
        result = result * x
    return result


def _power(x: Any, n: int) -> Any:
    result = _multiply([x] * abs(n))
    if n >= 0:
        return result
    if isinstance(result, Log):
        raise NotExact("the inverse of a logarithm")
    if not isinstance(result, arb) and result == 0:
        raise Undefined("a division by zero")
    return 1 / result


def _exp(x: Any) -> Any:
    if isinstance(x, arb | Log | Form):
        return x.exp()
    if x == 0:
        return fmpq(1)
    raise NotExact("the exponential of a rational")


def _log(x: Any) -> Any:
    if isinstance(x, arb | Form):  # of a ball that is not positive: nan, and the precision rises
        return x.log()
    if isinstance(x, Log):
        raise NotExact("the logarithm of a logarithm")
    if x <= 0:
        raise Undefined(f"the logarithm of {x}")
    if max(int(x.p), int(x.q)).bit_length() > FACTORED:
        raise NotExact("the logarithm of a number too long to factorise")
    return Log.of(x)


def _gamma(x: Any) -> Any:
    if isinstance(x, Log | Form):
        raise NotExact("gamma of a logarithm")
    if not isinstance(x, arb) and x <= 0 and x.q == 1:
        raise Undefined(f"gamma of {x}")
    if isinstance(x, arb):
        return x.gamma()
    if x.q != 1 or x > 100:
        raise NotExact("gamma of what is no small integer")
    return fmpq(fmpz.fac_ui(x.p - 1))


OPERATIONS: dict[Any, Callable[..., Any]] = {
    sp.Add: _add,
    sp.Mul: _multiply,
    sp.exp: _exp,
    sp.log: _log,
    sp.gamma: _gamma,
}
EACH = (sp.exp, sp.log, sp.gamma)
"""The operations of one number."""


def decide(judgement: Judgement, model: Model) -> Outcome:
    """Whether the judgement holds at a model, for every value of its indices.

    Returns:
        ``refuted`` with the first case that fails, ``undecided`` if balls could not tell.
    """
    exact, undecided = True, None
    for case in model.cases(judgement):
        found = _decide_case(judgement, model, case)
        if found.outcome == "refuted":
            return found
        exact &= found.exact
        undecided = found if found.outcome == "undecided" else undecided
    return undecided or Outcome("holds", exact)


def _decide_case(judgement: Judgement, model: Model, case: Mapping[str, int]) -> Outcome:
    if judgement.relation == "in":
        x = model.integer(judgement.lhs, case)
        lo, hi = (e if e == sp.oo else model.integer(e, case) for e in judgement.rhs)
        outcome = "holds" if lo <= x <= hi else "refuted"
        return Outcome(outcome, True, case, str(x), f"{lo}..{hi}")
    try:
        model.mode = EXACT
        sides = [model.value(side, case) for side in (judgement.lhs, judgement.rhs)]
        if any(isinstance(x, arb) for x in sides):
            raise NotExact("a ball")
        outcome = _compare_exact(sides[0], judgement.relation, sides[1])
        return Outcome(outcome, True, case, str(sides[0]), str(sides[1]))
    except NotExact:
        return _decide_in_balls(judgement, model, case)


def _compare_exact(lhs: Any, relation: str, rhs: Any) -> str:
    if isinstance(lhs, Log) or isinstance(rhs, Log):
        if relation in ("=", "!="):
            zero = _is_zero(lhs) and _is_zero(rhs)
            same = zero or (isinstance(lhs, Log) and isinstance(rhs, Log) and lhs == rhs)
            return "holds" if same == (relation == "=") else "refuted"
        if relation == ">=" and isinstance(lhs, Log) and isinstance(rhs, Log) and lhs == rhs:
            return "holds"
        raise NotExact("an order of logarithms")
    truth = {"=": lhs == rhs, "!=": lhs != rhs, ">": lhs > rhs, ">=": lhs >= rhs}[relation]
    return "holds" if truth else "refuted"


def _is_zero(x: Any) -> bool:
    return bool(x == 0)


def _decide_in_balls(judgement: Judgement, model: Model, case: Mapping[str, int]) -> Outcome:
    found: list[Any] = []

    def gap() -> list[arb]:
        """The difference, relative to the size of the two sides: they may be huge."""
        model.mode = BALLS
        found[:] = [model.value(side, case) for side in (judgement.lhs, judgement.rhs)]
        lhs, rhs = map(ball, found)
        return [(lhs - rhs) / (1 + abs(lhs) + abs(rhs))]

    try:
        [difference] = enclose(gap, DIGITS)
        if not any(isinstance(x, arb | Log) for x in found):
            outcome = _compare_exact(found[0], judgement.relation, found[1])
            return Outcome(outcome, True, case, str(found[0]), str(found[1]))
    except (NotCertified, NotExact):
        return Outcome("undecided", False, case)
    finally:
        model.mode = EXACT
    lhs, rhs = map(ball, found)
    above, below = bool(difference > 0), bool(difference < 0)
    outcome = {
        "=": "refuted" if above or below else "holds",
        "!=": "holds" if above or below else "undecided",
        ">": "holds" if above else "refuted" if below else "undecided",
        ">=": "holds" if bool(difference >= 0) else "refuted" if below else "undecided",
    }[judgement.relation]
    exact = outcome == "undecided" and _same_form(judgement, model, case)
    if exact:
        outcome = "holds" if judgement.relation == ">=" else "refuted"
    return Outcome(outcome, exact, case, lhs.str(20), rhs.str(20))


def _same_form(judgement: Judgement, model: Model, case: Mapping[str, int]) -> bool:
    """Whether the two sides are equal since their forms are the same."""
    model.mode = FORMS
    try:
        lhs, rhs = (Form.of(model.value(side, case)) for side in (judgement.lhs, judgement.rhs))
    except NotExact:
        return False
    else:
        return lhs == rhs
    finally:
        model.mode = EXACT
