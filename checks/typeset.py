r"""Judgements as LaTeX and as plain text, with the paper's letters.

An entry such as ``E(i, u)`` prints as ``E_{iu}``, ``x(l)`` as ``x_{\ell}``, the layer with second
weights or a second prompt (``pv``, ``pz``) as ``p'``.  Inline Markdown mathematics survives every
renderer: no backslash before punctuation, and no bar.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sympy import Add, Expr, Integer, Mul, Sum, Symbol, Tuple, oo
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter, translate
from sympy.printing.str import StrPrinter

from theory.judgement import Dimension, Judgement, Partial

__all__ = ["latex", "latex_term", "show", "text", "text_term"]

SECOND = ("n", "p", "q", "s", "w")
"""Letters whose twin for second weights (v) or a second prompt (z) gets a prime."""

PRIMED = {letter + other: f"{letter}'" for letter in SECOND for other in "vz"}
PRIMED |= {"hh": "h'", "rr": "r'"}
LATEX_NAMES = PRIMED | {"l": r"\ell", "ll": r"\ell'", "eps": r"\varepsilon"}
TEXT_NAMES = PRIMED | {"l": "ℓ", "ll": "ℓ'", "eps": "ε"}
TEXT_NAMES |= {"alpha": "α", "beta": "β", "gamma": "γ", "pi": "π"}

LATEX_RELATIONS = {"=": "=", "!=": r"\neq", ">": ">", ">=": r"\geq", "in": r"\in"}
TEXT_RELATIONS = {"=": "=", "!=": "≠", ">": ">", ">=": "≥", "in": "∈"}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Limits = Sequence[tuple[Symbol, Expr, Expr]]


def latex(judgement: Judgement) -> str:
    r"""Return a judgement as LaTeX, without dollar signs.

    Example:
        >>> from sympy import Function, Symbol
        >>> P, k, K = Function("P"), Symbol("k"), Symbol("K")
        >>> print(latex(Judgement(P(k, 1), ">", Symbol("z"), ((k, 1, K),))))
        P_{k1} > z \quad (k = 1, \dots, K)
    """
    right = (
        rf"\lbrace {_range(judgement.rhs, latex_term, ', ')} \rbrace"
        if judgement.relation == "in"
        else latex_term(judgement.rhs)
    )
    body = f"{latex_term(judgement.lhs)} {LATEX_RELATIONS[judgement.relation]} {right}"
    quantified = _quantified(judgement.forall, latex_term, ", ")
    return body + (rf" \quad ({quantified})" if quantified else "")


def text(judgement: Judgement) -> str:
    """Return a judgement as one line of plain Unicode.

    Example:
        >>> from sympy import Function, Symbol
        >>> P, k, K = Function("P"), Symbol("k"), Symbol("K")
        >>> print(text(Judgement(P(k, 1) ** 2, ">=", Symbol("z"), ((k, 1, K),))))
        P(k,1)² ≥ z   (k = 1..K)
    """
    right = (
        _range(judgement.rhs, text_term, "..")
        if judgement.relation == "in"
        else text_term(judgement.rhs)
    )
    body = f"{text_term(judgement.lhs)} {TEXT_RELATIONS[judgement.relation]} {right}"
    quantified = _quantified(judgement.forall, text_term, "..")
    return body + (f"   ({quantified})" if quantified else "")


def latex_term(e: Expr) -> str:
    """Return one term as LaTeX."""
    return str(_Latex({"fold_short_frac": False}).doprint(e))


def text_term(e: Expr) -> str:
    """Return one term as plain Unicode."""
    line = _Text({"order": None}).doprint(e)
    line = re.sub(r"\*\*([0-9]+)\b", lambda power: power[1].translate(SUPERSCRIPTS), line)
    return line.replace("**", "^").replace("*", "·")


def _range(limits: Any, term: Any, dots: str) -> str:
    r"""Return ``1, \dots, K`` or ``1..K``."""
    lo, hi = limits
    if dots == "..":
        return f"{term(lo)}.." if hi == oo else f"{term(lo)}..{term(hi)}"
    start = f"{term(lo)}, "
    if hi == oo:
        return start + (f"{term(lo + 1)}, " if isinstance(lo, Integer | int) else "") + r"\dots"
    return rf"{start}\dots, {term(hi)}"


def _quantified(forall: Limits, term: Any, dots: str) -> str:
    """Return the ranges of the indices; indices of the same range stand together."""
    groups: dict[str, list[str]] = {}
    for index, lo, hi in forall:
        groups.setdefault(_range((lo, hi), term, dots), []).append(term(index))
    return "; ".join(f"{', '.join(names)} = {limits}" for limits, names in groups.items())


class _Latex(LatexPrinter):  # type: ignore[misc]
    def _print(self, expr: Any, **kwargs: Any) -> str:
        if isinstance(expr, AppliedUndef):  # a function may be called gamma without being it
            return self._applied(expr, **kwargs)
        if isinstance(expr, Dimension):
            return self._dimension(expr)
        if isinstance(expr, Partial):
            return self._partial(expr, **kwargs)
        return str(super()._print(expr, **kwargs))

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:  # noqa: ARG002
        return _latex_name(expr.name)

    def _applied(self, expr: AppliedUndef, exp: str | None = None) -> str:
        name = _latex_name(expr.func.__name__)
        if name.endswith("}"):  # a word: its indices stand in brackets
            entry = f"{name}({', '.join(self._print(index) for index in expr.args)})"
        else:  # the prime last, or Markdown takes the subscript for emphasis
            prime = "'" if name.endswith("'") else ""
            entry = f"{name.removesuffix(prime)}_{{{self._indices(expr.args)}}}{prime}"
        return f"{{{entry}}}^{{{exp}}}" if exp else entry

    def _indices(self, indices: Iterable[Expr]) -> str:
        printed = [self._print(index) for index in indices]
        simple = all(index.is_Symbol or index.is_Integer for index in indices)
        short = simple and all(len(name) == 1 for name in printed)
        words = any(r"\mathrm" in name for name in printed)
        compound = words or any(isinstance(index, Add | Mul) for index in indices)
        return (", " if compound else "" if short else " ").join(printed)

    def _print_KroneckerDelta(self, expr: Expr, exp: str | None = None) -> str:
        delta = rf"\delta_{{{self._indices(expr.args)}}}"
        return f"{{{delta}}}^{{{exp}}}" if exp else delta

    def _print_ExpBase(self, expr: Expr, exp: str | None = None) -> str:
        inside = self._print(expr.args[0])
        if expr.args[0].has(Sum) and not exp:
            return rf"\exp\left({inside}\right)"
        base = rf"e^{{{inside}}}"
        return rf"\left({base}\right)^{{{exp}}}" if exp else base

    def _print_Sum(self, expr: Sum) -> str:
        signs = "".join(
            rf"\sum_{{{self._print(v)}={self._print(lo)}}}^{{{self._print(hi)}}} "
            for v, lo, hi in reversed(expr.limits)
        )
        body = self._print(expr.function)
        return signs + (rf"\left({body}\right)" if isinstance(expr.function, Add) else body)

    def _dimension(self, expr: Dimension) -> str:
        body, coordinates, generators = expr.args
        entries = ", ".join(self._print(limit[0]) for limit in coordinates)
        family = _quantified([tuple(limit) for limit in generators], self._print, ", ")
        array = rf"{_tuple(entries)} \mapsto {self._print(body)}"
        return rf"\dim \operatorname{{span}} \lbrace {array} : {family} \rbrace"

    def _partial(self, expr: Partial, exp: str | None = None) -> str:
        body, by = map(self._print, expr.args)
        slope = rf"\frac{{\partial}}{{\partial {by}}} \left({body}\right)"
        return rf"\left({slope}\right)^{{{exp}}}" if exp else slope


class _Text(StrPrinter):  # type: ignore[misc]
    def _print(self, expr: Any, **kwargs: Any) -> str:
        if isinstance(expr, AppliedUndef):
            indices = ",".join(self._print(index) for index in expr.args)
            return f"{_text_name(expr.func.__name__)}({indices})"
        if isinstance(expr, Dimension):
            return self._dimension(expr)
        if isinstance(expr, Partial):
            body, by = map(self._print, expr.args)
            return f"∂[{by}]({body})"
        return str(super()._print(expr, **kwargs))

    def _print_Symbol(self, expr: Symbol) -> str:
        return _text_name(expr.name)

    def _print_KroneckerDelta(self, expr: Expr) -> str:
        return f"δ({','.join(self._print(index) for index in expr.args)})"

    def _print_Sum(self, expr: Sum) -> str:
        signs = " ".join(
            f"∑[{self._print(v)}={self._print(lo)}..{self._print(hi)}]"
            for v, lo, hi in reversed(expr.limits)
        )
        body = self._print(expr.function)
        return f"{signs} ({body})" if isinstance(expr.function, Add) else f"{signs} {body}"

    def parenthesize(self, item: Expr, level: int, strict: bool = False) -> str:
        if isinstance(item, Sum) and level > 0:
            return f"({self._print(item)})"
        return str(super().parenthesize(item, level, strict))

    def _dimension(self, expr: Dimension) -> str:
        body, coordinates, generators = expr.args
        entries = ",".join(self._print(limit[0]) for limit in coordinates)
        family = _quantified([tuple(limit) for limit in generators], self._print, "..")
        return f"dim span {{{_tuple(entries)} ↦ {self._print(body)} : {family}}}"


def _tuple(names: str) -> str:
    return f"({names})" if "," in names else names


def _latex_name(name: str) -> str:
    if name in LATEX_NAMES or len(name) == 1:
        return LATEX_NAMES.get(name, name)
    letter, _, index = name.partition("_")
    if index:  # a backslash before the underscore would not survive Markdown
        return rf"{_latex_name(letter)}_{{{_latex_name(index)}}}"
    greek = translate(name)
    return greek if greek.startswith("\\") else rf"\mathrm{{{name}}}".replace("_", r"\_")


def _text_name(name: str) -> str:
    return TEXT_NAMES.get(name, name)


def show(value: Any, term: Callable[[Expr], str] = text_term) -> str:
    """Return a parameter of a step in words: a term, a name, a theorem, or several of these.

    Example:
        >>> from sympy import Symbol
        >>> show((Symbol("l"), "over"))
        'ℓ, over'
    """
    if isinstance(value, Expr):
        return term(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{show(k, term)} := {show(item, term)}" for k, item in value.items())
    if isinstance(value, tuple | list | Tuple):
        return ", ".join(show(item, term) for item in value)
    if hasattr(value, "__name__"):  # a function of the theory
        return term(Symbol(value.__name__))
    return str(getattr(value, "name", value))
