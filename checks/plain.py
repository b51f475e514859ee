r"""Sentences with LaTeX between dollar signs, as plain text for the terminal."""

import re

__all__ = ["plain"]

WORDS = {
    "ell": "ℓ",
    "sum": "∑",
    "delta": "δ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "pi": "π",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "sigma": "σ",
    "varepsilon": "ε",
    "epsilon": "ε",
    "infty": "∞",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "in": "∈",
    "to": "→",
    "cdot": "·",
    "times": "×",
    "perp": "⊥",
    "dots": "…",
    "ldots": "…",
    "cdots": "…",
    "iff": "⇔",
    "Rightarrow": "⇒",
    "propto": "∝",
    "subset": "⊂",
    "mid": "|",
    "vert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "lbrace": "{",
    "rbrace": "}",
    "quad": "  ",
}

STYLES = "mathbf|mathrm|mathbb|mathcal|operatorname|text|bar|hat|tilde"


def plain(sentence: str) -> str:
    r"""Return a sentence whose mathematics reads well without LaTeX.

    Example:
        >>> plain(r"$C E^\top = I$ gives $p(k) = \sum_{j=1}^{K} n_j$")
        'C Eᵀ = I gives p(k) = ∑_{j=1}^K n_j'
    """
    pieces = sentence.split("$")
    return "".join(_math(piece) if i % 2 else piece for i, piece in enumerate(pieces))


def _math(latex: str) -> str:
    latex = re.sub(r"\^\{?\\top\}?", "ᵀ", latex)
    latex = re.sub(rf"\\(?:{STYLES})\s*(?:\{{([^{{}}]*)\}}|(\w))", r"\1\2", latex)
    latex = re.sub(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"(\1)/(\2)", latex)
    latex = re.sub(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])", "", latex)
    latex = re.sub(r"\\([A-Za-z]+)", lambda word: WORDS.get(word[1], word[1]), latex)
    latex = re.sub(r"\\[,;:! ]", " ", latex).replace("\\", "")
    latex = re.sub(r"([_^])\{(\w)\}", r"\1\2", latex)
    return re.sub(r" +", " ", latex).strip()
