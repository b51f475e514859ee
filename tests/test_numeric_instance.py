"""Instances are frozen, exact, and equal to what their JSON form is read back to."""

import json
import pickle
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from numeric.exact import Log, Number
from numeric.instance import Instance

numbers = st.one_of(
    st.integers(-5, 5),
    st.fractions(-5, 5, max_denominator=9).map(lambda q: fmpq(q.numerator, q.denominator)),
    st.integers(1, 40).map(lambda r: Log.of(r) / 3),
)


def matrices(entries: st.SearchStrategy[Number]) -> st.SearchStrategy[Any]:
    rows = st.integers(1, 3).flatmap(lambda d: st.tuples(*[entries] * d))
    return rows.flatmap(
        lambda row: st.lists(st.tuples(*[entries] * len(row)), max_size=2).map(
            lambda more: (row, *more)
        )
    )


values = st.one_of(numbers, st.lists(numbers, min_size=1).map(tuple), matrices(numbers))
instances = st.dictionaries(st.sampled_from("ECWPXKL"), values).map(lambda v: Instance(**v))


@given(instances)
def test_json_is_read_back_to_an_equal_instance(inst: Instance) -> None:
    again = Instance.from_json(json.loads(json.dumps(inst.to_json())))
    assert again == inst
    assert hash(again) == hash(inst)
    assert str(again) == str(inst)
    assert again.to_json() == inst.to_json()


@given(instances)
def test_pickling_keeps_an_instance(inst: Instance) -> None:
    assert pickle.loads(pickle.dumps(inst)) == inst


def test_ints_stay_ints_and_other_rationals_become_fmpq() -> None:
    inst = Instance(X=[0, 1], m=[Fraction(1, 2), fmpq(2)], w="log(2)", p="2/4")
    assert [type(x) for x in inst["X"]] == [int, int]
    assert [type(x) for x in inst["m"]] == [fmpq, fmpq]
    assert (inst["w"], inst["p"]) == (Log.of(2), fmpq(1, 2))


def test_an_instance_cannot_be_changed() -> None:
    inst = Instance(P=[[1]])
    with pytest.raises(TypeError):
        inst["P"] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        inst["P"][0] = 1
    with pytest.raises(AttributeError):
        inst._values = {}  # type: ignore[misc]


def test_lists_given_are_not_kept() -> None:
    rows = [[1, 2], [3, 4]]
    inst = Instance(P=rows)
    rows[0][0] = 9
    assert inst["P"] == ((1, 2), (3, 4))


def test_replace_leaves_the_original_alone() -> None:
    inst = Instance(K=2, L=1)
    assert dict(inst.replace(K=3, a=0)) == {"K": 3, "L": 1, "a": 0}
    assert dict(inst) == {"K": 2, "L": 1}


def test_the_order_of_the_names_does_not_matter_to_equality() -> None:
    assert Instance(a=1, b=2) == Instance(b=2, a=1)
    assert hash(Instance(a=1, b=2)) == hash(Instance(b=2, a=1))
    assert Instance(a=1) != Instance(a=2)


def test_a_missing_name_is_reported_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="no Q among P, X"):
        Instance(P=1, X=2)["Q"]


def test_a_person_can_read_a_witness() -> None:
    inst = Instance(E=[[1, 0], ["1/2", -10]], W=[["log(3/2)"]], X=[0, 1], t="3/10")
    assert str(inst).splitlines() == [
        "E = [   1    0 ]",
        "    [ 1/2  -10 ]",
        "W = [ log(3/2) ]",
        "X = (0, 1)",
        "t = 3/10",
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.5, "P = 0.5: a float is not exact"),
        (float("nan"), "P = nan: a float is not exact"),
        ([[1, float("inf")]], r"P\[0\]\[1\] = inf: a float"),
        (True, "P: True: expected an int or a string"),
        (None, "P: None: expected"),
        ([1, {}], r"P\[1\]: {}: expected"),
        ([], "P is empty"),
        ([[1], []], r"P\[1\] is empty"),
        ([[], [1]], r"P\[0\] is empty"),
        ([[1, 2], [1]], r"P\[1\] has 1 entries, row 0 has 2: ragged"),
        ([[1], 2], r"P\[1\] = 2 stands beside rows"),
        ([1, [2]], r"P\[0\] = 1 stands beside rows"),
        ([[[1]]], r"P\[0\]\[0\]: \[1\]: expected"),
        (["1/2", "x"], r"P\[1\]: 'x': expected"),
        ("1/0", "P: 1/0 divides by zero"),
    ],
)
def test_what_is_not_an_exact_matrix_is_refused_by_name(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Instance(P=value)


@pytest.mark.parametrize("data", [[], "P", 1, None])
def test_only_an_object_is_an_instance(data: object) -> None:
    with pytest.raises(ValueError, match="expected an object"):
        Instance.from_json(data)
