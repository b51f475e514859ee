"""Who may import whom: the tree keeps the contracts, and each one catches a planted import."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("theory", "numeric", "checks")

LAYERS = "theory and numeric see neither each other nor checks"
THEORY = "theory imports SymPy and the standard library only"
NUMERIC = "numeric never imports SymPy"

# What each package may import besides itself and the standard library.
ALLOWED = {
    "theory": {"sympy"},
    "numeric": {"flint", "mpmath", "numba", "numpy", "scipy"},
}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the project's import contracts on the packages in `tree`."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(
        command, cwd=tree, capture_output=True, text=True, check=False, env={"COLUMNS": "200"}
    )


def imports(source: str) -> Iterator[str]:
    """Yield the top-level name of every absolute import in `source`, at any depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def foreign_imports(package: str, source: str) -> set[str]:
    """Return what `source` imports and a module of `package` may not."""
    allowed = {package, "__future__"} | ALLOWED[package] | sys.stdlib_module_names
    return set(imports(source)) - allowed


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the packages and the contracts to a place where imports can be planted."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_project_keeps_its_import_contracts() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    for contract in (LAYERS, THEORY, NUMERIC):
        assert f"{contract} KEPT" in result.stdout


@pytest.mark.parametrize(
    ("package", "source", "contract", "imported"),
    [
        ("theory", "import numeric", LAYERS, "numeric"),
        ("theory", "def f():\n    import checks", LAYERS, "checks"),
        ("numeric", "def f():\n    from theory import planted_target", LAYERS, "theory"),
        ("numeric", "import checks", LAYERS, "checks"),
        ("theory", "from numpy import array", THEORY, "numpy"),
        ("theory", "def f():\n    import flint", THEORY, "flint"),
        ("numeric", "from sympy.core import Symbol", NUMERIC, "sympy"),
        ("numeric", "def f():\n    import sympy", NUMERIC, "sympy"),
    ],
)
def test_a_planted_import_breaks_its_contract(
    tree: Path, package: str, source: str, contract: str, imported: str
) -> None:
    (tree / "theory" / "planted_target.py").touch()
    (tree / package / "planted.py").write_text(source + "\n")
    result = lint_imports(tree)
    assert result.returncode == 1, result.stdout + result.stderr
    broken = {line for line in result.stdout.splitlines() if line.endswith("BROKEN")}
    assert broken == {f"{contract} BROKEN"}
    assert f"{package}.planted -> {imported}" in result.stdout


@pytest.mark.parametrize("package", ALLOWED)
def test_theory_and_numeric_import_only_what_they_may(package: str) -> None:
    found = {
        str(path.relative_to(ROOT)): foreign
        for path in sorted((ROOT / package).rglob("*.py"))
        if (foreign := foreign_imports(package, path.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize(
    ("package", "source", "foreign"),
    [
        ("theory", "import sympy.core, math\nfrom . import sums\nfrom theory import rules", set()),
        ("theory", "def f():\n    from mpmath.libmp import mpf_add", {"mpmath"}),
        ("theory", "import networkx as nx, checks.claim", {"networkx", "checks"}),
        ("numeric", "import numpy as np\nif True:\n    import sympy", {"sympy"}),
    ],
)
def test_an_import_outside_the_list_is_seen_at_any_depth(
    package: str, source: str, foreign: set[str]
) -> None:
    assert foreign_imports(package, source) == foreign
