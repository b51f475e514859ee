"""The law of the two-token walk as an SVG figure: the same input gives the same bytes."""

from collections.abc import Sequence

from checks.graph_figure import as_svg
from numeric.exact_law import Law

__all__ = ["law_svg"]


def law_svg(laws: Sequence[Law]) -> str:
    """Return an SVG of the laws of m_2 = n_2 / t: t Pr(n_2 = n) against n / t, a line for each t.

    >>> law_svg([Law.of([0.0, 0.5, 0.0], [0.0, 0.5, 0.0])]).count("<svg")
    1
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for law in laws:
        t = law.length
        heights = [t * float(p) for p in law.distribution]
        axes.step([n / t for n in range(t + 1)], heights, where="mid", label=f"t = {t}")
    axes.set(xlim=(0, 1), xlabel="frequency of token 1", ylabel="t × probability")
    axes.set_title("Tokens are numbered from 0")
    axes.set_ylim(bottom=0)
    axes.legend()
    return as_svg(figure)
