"""Each canary is caught as things are, and reports a miss once its trap is broken."""

from collections.abc import Callable
from typing import Any

import pytest

from checks import bridge, kinds
from checks.bridge import Outcome
from checks.canaries import CANARIES
from numeric import arithmetic, graphs, mean_field
from numeric.linalg import matrix
from theory import derivation, sums


@pytest.mark.parametrize("name", CANARIES)
def test_the_canary_is_caught(name: str) -> None:
    assert CANARIES[name]() is None


def accept(*_: Any) -> bool:
    return True


def holds(*_: Any) -> Outcome:
    return Outcome("holds")


def holding(*_: Any) -> str:
    return "holds"


def not_known(lhs: Any, relation: str, rhs: Any) -> str:
    """Not equal, where two balls are not known to be equal."""
    return "holds" if relation == "!=" else "undecided"


def computed(compute: Callable[[], Any], _: int) -> Any:
    return compute()


def passes(*_: Any) -> tuple[str, dict[str, Any]]:
    return "holds", {"message": ""}


def rejects(*_: Any) -> tuple[str, dict[str, Any]]:
    return "refuted", {"message": ""}


class Stuck:
    """A generator that gives every sampler the same."""

    def binomial(self, n: int, _: float) -> int:
        return n // 2


def stuck(*_: Any) -> Stuck:
    return Stuck()


@pytest.mark.parametrize(
    ("name", "module", "attribute", "broken", "said"),
    [
        ("square root", sums, "equal", accept, "the sums rule accepts sqrt"),
        ("rounding", sums, "equal", accept, "the sums rule accepts x = x + "),
        ("wrong last step", derivation, "replay", accept, "replay accepts"),
        ("second engine", bridge, "decide", holds, "2 x = 3 x is holds"),
        ("no number", bridge, "decide", holds, "nan = 0 is holds"),
        ("nan of a ball", kinds, "compare", holding, "the case log(-1) = 0 is holds"),
        ("nan of a ball", kinds, "_in_balls", not_known, "the case log(-1) != 0 is holds"),
        ("nan of a ball", arithmetic, "enclose", computed, "log(-1) is certified to ten digits"),
        ("reducible chain", mean_field, "_positive", matrix, "has the stationary law (1, 0)"),
        ("reducible chain", graphs, "strong_components", graphs.components, "components ((0, 1),)"),
        ("biased sampler", kinds, "_run", passes, "with the chance 0.7 for 1/2 is holds"),
        ("biased sampler", kinds, "_run", rejects, "the test rejects a fair sampler"),
        ("biased sampler", kinds, "generator", stuck, "with the chance 0.7 for 1/2 is holds"),
    ],
)
def test_the_canary_sees_that_its_trap_is_broken(
    name: str,
    module: object,
    attribute: str,
    broken: Callable[..., object],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, attribute, broken)
    assert said in str(CANARIES[name]())


def test_the_canary_sees_other_ground_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sympy.external.gmpy.GROUND_TYPES", "flint")
    assert "the two engines are not two" in str(CANARIES["ground types"]())


def test_every_canary_is_seen_to_fail_by_a_test_here() -> None:
    broken = {"square root", "rounding", "wrong last step", "second engine", "no number"}
    broken |= {"nan of a ball", "reducible chain", "biased sampler"}
    assert set(CANARIES) == broken | {"ground types"}
