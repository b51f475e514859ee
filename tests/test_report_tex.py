"""The LaTeX of every derivation compiles in an ordinary article, and no line is too wide."""

import re
import subprocess
from pathlib import Path

import helpers
import pytest

from checks.claims import CLAIMS
from checks.describe import describe
from checks.report.latex import latex_claim

pytestmark = pytest.mark.tex

ARTICLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\begin{document}
%s
\end{document}
"""
TOLERATED = 2.0
"""Points by which a line may be too wide: less than is seen."""


def compiled(body: str, folder: Path) -> tuple[int, str]:
    """Compile an article; return the exit code, and what TeX says."""
    pdflatex = helpers.program("pdflatex", "texlive-latex-base")
    (folder / "claims.tex").write_text(ARTICLE % body, encoding="ascii")
    done = subprocess.run(
        [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "claims.tex"],
        cwd=folder,
        capture_output=True,
        encoding="latin-1",
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout


def too_wide(said: str) -> list[str]:
    """The claims with lines that are too wide, and by how much."""
    claim, found = "", []
    for line in said.splitlines():
        named = re.search(r"CLAIM (\S+)", line)
        claim = named[1] if named else claim
        wide = re.match(r"Overfull \\hbox \(([\d.]+)pt too wide\)", line)
        if wide and float(wide[1]) > TOLERATED:
            found.append(f"{claim}: {wide[1]}pt")
    return found


def test_every_derivation_compiles_and_no_line_is_too_wide(tmp_path: Path) -> None:
    body = "".join(
        rf"\typeout{{CLAIM {claim.id}}}" + "\n" + latex_claim(describe(claim)) for claim in CLAIMS
    )
    code, said = compiled(body, tmp_path)
    assert code == 0, said[-2000:]
    assert (tmp_path / "claims.pdf").is_file()
    assert too_wide(said) == []


def test_an_undefined_command_would_be_seen(tmp_path: Path) -> None:
    code, said = compiled(r"$\undefined$", tmp_path)
    assert code != 0
    assert "Undefined control sequence" in said


def test_a_line_too_wide_would_be_seen(tmp_path: Path) -> None:
    code, said = compiled(r"\typeout{CLAIM a}\hbox to 1pt{\hbox to 99pt{wide}}\par", tmp_path)
    assert code == 0
    assert too_wide(said) == ["a: 98.0pt"]
