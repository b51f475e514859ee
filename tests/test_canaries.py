"""Each canary is caught as things are, and reports a miss once its trap is broken."""

from collections.abc import Callable
from typing import Any

import pytest

from checks import bridge
from checks.bridge import Outcome
from checks.canaries import CANARIES
from theory import derivation, sums


@pytest.mark.parametrize("name", CANARIES)
def test_the_canary_is_caught(name: str) -> None:
    assert CANARIES[name]() is None


def accept(*_: Any) -> bool:
    return True


def holds(*_: Any) -> Outcome:
    return Outcome("holds")


@pytest.mark.parametrize(
    ("name", "module", "attribute", "broken", "said"),
    [
        ("square root", sums, "equal", accept, "the sums rule accepts sqrt"),
        ("rounding", sums, "equal", accept, "the sums rule accepts x = x + "),
        ("wrong last step", derivation, "replay", accept, "replay accepts"),
        ("second engine", bridge, "decide", holds, "2 x = 3 x is holds"),
        ("no number", bridge, "decide", holds, "nan = 0 is holds"),
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
    assert set(CANARIES) == broken | {"ground types"}
