"""The figures of a report: each shows a claim, with a caption and the numbers behind it.

A figure is made by a function without arguments, listed in ``FIGURES`` by the claim's id as
``module:function``, so that a report loads only what it shows.  It illustrates a claim and decides
nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

__all__ = ["FIGURES", "Figure", "figures"]

FIGURES: dict[str, tuple[str, ...]] = {
    "connected-iff-identifiable": (
        "checks.figures.connection:connected",
        "checks.figures.connection:apart",
    ),
    "self-attention-coverage": ("checks.figures.coverage:coverage",),
    "two-token-winners": ("checks.figures.mean_field:phases",),
    "winning-sets": ("checks.figures.simplex:winners",),
    "no-limit": ("checks.figures.mean_field:cycle",),
    "uniform-domination-bound": ("checks.figures.collapse:dominated",),
    "weak-row-bound": ("checks.figures.collapse:weak",),
    "exponent-not-universal": ("checks.figures.collapse:slopes",),
    "constant-one-bound": ("checks.figures.collapse:constant_one",),
    "excess-risk-law": ("checks.figures.samples:excess",),
    "parameter-law": ("checks.figures.samples:errors",),
    "finite-sample-envelope": ("checks.figures.samples:missing",),
}
"""By the id of a claim, the functions that draw its figures."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    Args:
        svg: the drawing; the same on every run.
        alt: what is drawn, in plain words, for those who do not see it.
        caption: sentences with LaTeX between dollar signs that say what to see.
        columns: headings of the data table.
        rows: the numbers behind the figure.
        rests_on: the claims that the tools rest on with which its numbers were computed.
    """

    svg: str
    alt: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    rests_on: Sequence[str] = ()


def figures(claim: str) -> list[Figure]:
    """Return the figures of a claim, drawn now.

    Example:
        >>> figures("no-such-claim")
        []
    """
    return [_function(name)() for name in FIGURES.get(claim, ())]


def _function(name: str) -> Callable[[], Figure]:
    module, _, function = name.partition(":")
    found: Callable[[], Figure] = getattr(import_module(module), function)
    return found
