"""The report shows everything a record says, and the same record gives the same bytes."""

import copy
import re
from html import unescape

import helpers
import pytest
from markdown_it import MarkdownIt

from checks.claims import CLAIMS
from checks.describe import describe
from checks.record import Record
from checks.report.latex import latex_claim, tex
from checks.report.markdown import (
    anchor,
    formula,
    markdown_claim,
    markdown_report,
    reproduce,
)

fake_run = pytest.fixture(helpers.fake_run)


def test_the_same_record_gives_the_same_bytes(fake_run: Record) -> None:
    assert markdown_report(fake_run) == markdown_report(copy.deepcopy(fake_run))


def test_a_date_stands_in_the_report_only_if_it_is_given(
    fake_run: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "Date:" not in markdown_report(fake_run)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "Date: 1970-01-02." in markdown_report(fake_run)


def test_every_claim_has_a_row_and_a_section(fake_run: Record) -> None:
    report = markdown_report(fake_run)
    for claim in fake_run["claims"]:
        assert f"[{claim['id']}]({anchor(claim)})" in report
        assert f"\n## {claim['label']} {claim['id']}\n" in report
        assert f"`{reproduce(claim, fake_run)}`" in report
        for reason in claim["reasons"]:
            assert reason in report


def test_a_section_has_statement_source_steps_counts_witnesses_and_twins(fake_run: Record) -> None:
    report = markdown_report(fake_run)
    section = report.partition("## A2 cites-good")[2].partition("\n## ")[0]
    for shown in (
        "For all $x$: $x + x = 2 x$, says cites-good.",
        "Source (abstract, sentence 2): what cites-good paraphrases",
        "**Holds** at rung derived, scope: all K, L, d.",
        "| cites-good | cross-check | holds | 10 drawn, 33 effective |",
        "Rests on: claims `good`; rules `sums`",
        "- `positive`: x is positive  \n  $x > 0$",
        "2. $2 x = 2 x$  \n   `double`: by sums",
        "- `cites-good` without `positive` is false; satisfied: `real`.",
        "  ```text\n  x = -1\n  ```",
        "- `cites-good` without `real`: all are real",
        "- `cites-good`, 3 for 2:\n  $2 x = 3 x$",
    ):
        assert shown in section, section


def test_an_instance_against_a_claim_is_shown(fake_run: Record) -> None:
    assert "- **Against `refuted`** (cross-check):  \n\n  ```text\n  x = 1" in markdown_report(
        fake_run
    )


def test_a_missed_canary_and_an_interruption_are_shown(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    changed["canaries"][0].update(caught=False, message="two engines are one")
    changed["interrupted"] = True
    report = markdown_report(changed)
    n = len(changed["canaries"])
    assert f"Canaries caught: {n - 1} of {n}." in report
    assert "two engines are one**" in report
    assert "**The run was interrupted.**" in report


def test_a_bar_in_a_message_does_not_break_the_table(fake_run: Record) -> None:
    changed = copy.deepcopy(fake_run)
    changed["claims"][0]["evidence"][0]["message"] = "a | b\nc"
    assert "| holds: a \\| b c |" in markdown_report(changed)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_mathematics_survives_a_renderer_that_does_not_know_it(claim: object) -> None:
    """CommonMark without mathematics must leave what stands between dollar signs as it is."""
    from checks.claim import Claim

    assert isinstance(claim, Claim)
    data = describe(claim)
    rendered = MarkdownIt("commonmark").enable("table").render(markdown_claim(data))
    plain = unescape(re.sub(r"</?(?:p|li|ul|ol|h\d|code|pre|br ?/?)>", "", rendered))
    texts = [data["statement"], data.get("gap", ""), data["source"]["paraphrase"]]
    for part in data["parts"]:
        texts += [part.get("statement", ""), *(item["sentence"] for item in part["assumptions"])]
        texts += [parameter["markup"] for step in part["steps"] for parameter in step["where"]]
    inline = {piece for text in texts for piece in text.split("$")[1::2]}
    theorems = [part for part in data["parts"] if "kind" not in part]
    judged = [part["conclusion"] for part in theorems]
    judged += [item for part in data["parts"] for item in (*part["assumptions"], *part["steps"])]
    for latex in inline | {item["latex"] for item in judged}:
        assert f"${formula(latex)}$" in plain, latex
    assert plain.count("<em>") == 1  # the title
    assert "<a" not in plain


@pytest.mark.parametrize(
    "latex", [r"\{x\}", "L(W^*) - L(W^*)", "{e}_{1} + {e}_{2}", "[a](b)", "a <b > c", r"\|x\|"]
)
def test_markdown_would_spoil_a_formula_that_is_not_named_anew(latex: str) -> None:
    def shown(text: str) -> str:
        return unescape(re.sub("<[^>]*>", "", MarkdownIt("commonmark").render(text)))

    assert f"${latex}$" not in shown(f"in ${latex}$")
    assert f"${formula(latex)}$" in shown(f"in ${formula(latex)}$")


def test_characters_that_latex_keeps_for_itself_are_escaped() -> None:
    assert tex("a_b & 5 % {#} ^~\\") == (
        r"a\_b \& 5 \% \{\#\} \textasciicircum{}\textasciitilde{}\textbackslash{}"
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_latex_of_a_claim_is_balanced_ascii(claim: object) -> None:
    from checks.claim import Claim

    assert isinstance(claim, Claim)
    text = latex_claim(describe(claim))
    assert text.isascii()
    for kind in ("itemize", "enumerate"):
        assert text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}")
        assert rf"\end{{{kind}}}" in text or not claim.body.theorems
        assert f"\\begin{{{kind}}}\n\\end" not in text  # LaTeX refuses an empty list
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    assert text.count("$") % 2 == 0
