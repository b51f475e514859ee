"""Settings of every test run, doctests included: they stand here to hold whatever is selected."""

import os
from importlib.metadata import version

import pytest
from hypothesis import Phase, settings

# SymPy would otherwise compute with python-flint, which is the second engine: two engines must be
# two. SymPy reads the variable when it is first imported; neither import above brings it in.
os.environ.setdefault("SYMPY_GROUND_TYPES", "python")

collect_ignore = ["tests/user_claims"]  # claims as users write them: read by the command alone

settings.register_profile("ccmc", derandomize=True, database=None, deadline=None)
settings.register_profile(
    "mutation",
    settings.get_profile("ccmc"),
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
)  # make mutation: that an example fails is enough
settings.load_profile("ccmc")


def pytest_report_header(config: pytest.Config) -> str:
    """Print the versions on which the results rest, and the ground types SymPy is to use."""
    names = ("sympy", "python-flint", "hypothesis", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"engines: {versions}; SYMPY_GROUND_TYPES={os.environ['SYMPY_GROUND_TYPES']}"
