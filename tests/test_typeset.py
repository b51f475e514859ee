"""Judgements print with the paper's letters, as LaTeX and as text."""

import re

import pytest
from sympy import Function, KroneckerDelta, Rational, Sum, Symbol, Tuple, exp, log, oo

from checks.claims import CLAIMS
from checks.describe import describe
from checks.plain import plain
from checks.report.view import in_words
from checks.typeset import latex, latex_term, show, text, text_term
from theory.judgement import Dimension, Judgement, Partial

K, L, d = (Symbol(name, integer=True, positive=True) for name in "KLd")
i, j, k, l, u, v = (Symbol(name, integer=True) for name in "ijkluv")
E, P, W, n, p, w, x = (Function(name) for name in ("E", "P", "W", "n", "p", "w", "x"))


@pytest.mark.parametrize(
    ("term", "as_latex", "as_text"),
    [
        (E(i, u), "E_{iu}", "E(i,u)"),
        (W(u, v), "W_{uv}", "W(u,v)"),
        (x(l), r"x_{\ell}", "x(ℓ)"),
        (Function("E_b")(0) ** 2, "{E_{b}(0)}^{2}", "E_b(0)²"),
        (n(k) ** 2, "{n_{k}}^{2}", "n(k)²"),
        (P(x(L), k), "P_{x_{L} k}", "P(x(L),k)"),
        (E(i + 1, u), "E_{i + 1, u}", "E(i + 1,u)"),
        (P(i, Function("key")(k)), r"P_{i, \mathrm{key}(k)}", "P(i,key(k))"),
        (Function("pv")(k) ** 2, "{p_{k}'}^{2}", "p'(k)²"),
        (Function("gamma")(k), r"\gamma_{k}", "γ(k)"),
        (Function("shift")(k), r"\mathrm{shift}(k)", "shift(k)"),
        (KroneckerDelta(k, x(l)), r"\delta_{k x_{\ell}}", "δ(k,x(ℓ))"),
        (Sum(n(k), (k, 1, K)), r"\sum_{k=1}^{K} n_{k}", "∑[k=1..K] n(k)"),
        (
            Sum(P(i, j), (j, 1, K), (i, 1, L)),
            r"\sum_{i=1}^{L} \sum_{j=1}^{K} P_{ij}",
            "∑[i=1..L] ∑[j=1..K] P(i,j)",
        ),
        (
            Sum(n(k) + p(k), (k, 1, K)),
            r"\sum_{k=1}^{K} \left(n_{k} + p_{k}\right)",
            "∑[k=1..K] (n(k) + p(k))",
        ),
        (1 / Sum(n(j), (j, 1, K)), r"\frac{1}{\sum_{j=1}^{K} n_{j}}", "1/(∑[j=1..K] n(j))"),
        (exp(w(k, i)), "e^{w_{ki}}", "exp(w(k,i))"),
        (
            exp(Sum(n(k), (k, 1, K))),
            r"\exp\left(\sum_{k=1}^{K} n_{k}\right)",
            "exp(∑[k=1..K] n(k))",
        ),
        (log(P(k, i)) / K, r"\frac{\log{\left(P_{ki} \right)}}{K}", "log(P(k,i))/K"),
        (Rational(3, 10) * n(k), r"\frac{3 n_{k}}{10}", "3·n(k)/10"),
        (
            Partial(n(k) ** 2, n(k)) / 2,
            r"\frac{\frac{\partial}{\partial n_{k}} \left({n_{k}}^{2}\right)}{2}",
            "∂[n(k)](n(k)²)/2",
        ),
        (
            Dimension(E(i, u), [(u, 1, d)], [(i, 1, K)]),
            r"\dim \operatorname{span} \lbrace u \mapsto E_{iu} : i = 1, \dots, K \rbrace",
            "dim span {u ↦ E(i,u) : i = 1..K}",
        ),
    ],
)
def test_a_term_prints(term: object, as_latex: str, as_text: str) -> None:
    assert latex_term(term) == as_latex
    assert text_term(term) == as_text


@pytest.mark.parametrize(
    ("judgement", "as_latex", "as_text"),
    [
        (Judgement(n(k), "!=", p(k)), r"n_{k} \neq p_{k}", "n(k) ≠ p(k)"),
        (
            Judgement(x(l), "in", Tuple(1, K), ((l, 1, L),)),
            r"x_{\ell} \in \lbrace 1, \dots, K \rbrace \quad (\ell = 1, \dots, L)",
            "x(ℓ) ∈ 1..K   (ℓ = 1..L)",
        ),
        (
            Judgement(P(i, j), ">=", p(k), ((i, 1, K), (u, 1, d), (j, 1, K))),
            r"P_{ij} \geq p_{k} \quad (i, j = 1, \dots, K; u = 1, \dots, d)",
            "P(i,j) ≥ p(k)   (i, j = 1..K; u = 1..d)",
        ),
        (
            Judgement(n(k), "=", n(k), ((k, K, oo),)),
            r"n_{k} = n_{k} \quad (k = K, \dots)",
            "n(k) = n(k)   (k = K..)",
        ),
    ],
)
def test_a_judgement_prints(judgement: Judgement, as_latex: str, as_text: str) -> None:
    assert latex(judgement) == as_latex
    assert text(judgement) == as_text


def test_parameters_of_a_step_print() -> None:
    assert show({l: x(L), "theorem": Function("W")}) == "ℓ := x(L), theorem := W"


def test_a_statement_reads_without_latex() -> None:
    given = r"$\mathrm{rank}(Q (\log P)^\top) \le r$: $x_\ell \in \{1, \dots, K\}$, $\frac{a}{b}$"
    assert plain(given) == "rank(Q (log P)ᵀ) ≤ r: x_ℓ ∈ {1, …, K}, (a)/(b)"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_formula_of_a_claim_is_balanced_and_safe_in_markdown(claim: object) -> None:
    formulas = re.findall(r'"latex": "((?:[^"\\]|\\.)*)"', dumped(claim))
    assert formulas or not claim.body.theorems  # type: ignore[attr-defined]
    for formula in formulas:
        assert formula.count("{") == formula.count("}"), formula
        assert formula.count(r"\\left") == formula.count(r"\\right"), formula
        assert not re.search(r"\||\\\\[,;:!{}|\\]|`|\$", formula), formula


def dumped(claim: object) -> str:
    """The claim's judgements; what is stated in a sentence is printed as a sentence."""
    import json

    from checks.claim import Claim

    assert isinstance(claim, Claim)
    data = describe(claim)
    worded = [part for part in data["parts"] if in_words(part)]
    for part in worded:
        del part["conclusion"]
    return json.dumps(data)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_no_statement_shows_latex_on_the_terminal(claim: object) -> None:
    from checks.claim import Claim

    assert isinstance(claim, Claim)
    for sentence in (claim.statement, claim.source.paraphrase, claim.title):
        assert sentence.count("$") % 2 == 0
        assert not re.search(r"[\\$]", plain(sentence)), plain(sentence)


def test_a_conclusion_says_that_what_it_introduces_exists() -> None:
    parts = {part.name: part.theorem for claim in CLAIMS for part in claim.body.theorems}
    shown = {p["name"]: p["conclusion"] for claim in CLAIMS for p in describe(claim)["parts"]}
    assert any(theorem.introduces for theorem in parts.values())
    for name, theorem in parts.items():
        said = "".join(f"there is {show(theorem.introduces)} with " for _ in theorem.introduces[:1])
        assert shown[name]["text"] == said + text(theorem.conclusion)
        assert shown[name]["latex"].startswith(r"\text{there is } ") == bool(theorem.introduces)
        assert shown[name]["latex"].endswith(latex(theorem.conclusion))
