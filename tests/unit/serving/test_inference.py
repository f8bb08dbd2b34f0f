"""The Open Inference Protocol's bodies."""

import json
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.inference import DATATYPES, encode_infer, parse_infer
from mlops_lab.serving.runners import Arrays, Tensor

A = Tensor("a", np.dtype("float32"), (2,))
B = Tensor("b", np.dtype("int32"), (1,))
Y = Tensor("y", np.dtype("float32"), (1,))


def given(name: str = "a", **changed: Any) -> dict[str, Any]:
    tensor = {"name": name, "shape": [2, 2], "datatype": "FP32", "data": [1, 2, 3, 4]}
    return tensor | changed


def parsed(*inputs: Any, tensors: tuple[Tensor, ...] = (A,), **more: Any) -> dict[str, Any]:
    body = json.dumps({"inputs": list(inputs), **more}).encode()
    return parse_infer(body, tensors, [Y])[0]


def test_flat_and_nested_data_are_the_same_rows() -> None:
    for data in ([1, 2, 3, 4], [[1, 2], [3, 4]]):
        np.testing.assert_array_equal(parsed(given(data=data))["a"], [[1, 2], [3, 4]])


def test_inputs_come_in_the_models_order() -> None:
    b = given("b", shape=[2, 1], datatype="INT32", data=[5, 6])
    arrays = parsed(b, given(), tensors=(A, B))
    assert list(arrays) == ["a", "b"]
    np.testing.assert_array_equal(arrays["b"], [[5], [6]])


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"shape": [2, 3]}, "inputs[0].shape", "[2,3]; a is [-1, 2]"),
        ({"shape": [0, 2]}, "inputs[0].shape", "at least 1"),
        ({"shape": [-1, 2]}, "inputs[0].shape", "at least 1"),
        ({"shape": [2.0, 2]}, "inputs[0].shape", "[2.0,2]"),
        ({"shape": [True, 2]}, "inputs[0].shape", "[true,2]"),
        ({"shape": [4]}, "inputs[0].shape", "[4]"),
        ({"shape": "2x2"}, "inputs[0].shape", "2x2"),
        ({"shape": [10**30, 2]}, "inputs[0].shape", "a is [-1, 2]"),
        ({"shape": [3, 2]}, "inputs[0].data", "shape [4]; [3, 2] was announced"),
        ({"data": [1, 2, 3]}, "inputs[0].data", "shape [3]; [2, 2] was announced"),
        ({"data": [[1, 2, 3, 4]]}, "inputs[0].data", "shape [1, 4]"),
        ({"data": [[1, 2], [3]]}, "inputs[0].data[1]", "1 values where others have 2"),
        ({"data": [1, 2, "3", 4]}, "inputs[0].data[2]", "the string '3'"),
        ({"data": [1, 2, None, 4]}, "inputs[0].data[2]", "null"),
        ({"data": "abc"}, "inputs[0].data", "a list is expected"),
        ({"data": []}, "inputs[0].data", "a list of 0"),
        ({"datatype": "FP64"}, "inputs[0].datatype", "'FP64'; a is FP32"),
        ({"datatype": 32}, "inputs[0].datatype", "32; a is FP32"),
        ({"name": "q"}, "inputs[0].name", "'q'; the model's inputs are a"),
        ({"name": 5}, "inputs[0].name", "is 5"),
        ({"extra": 5}, "inputs[0].extra", "unknown"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(RequestError) as told:
        parsed(given(**change))
    assert (told.value.status, told.value.field) == (400, field)
    assert said in told.value.message


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "inputs"),
        ({"inputs": []}, "inputs"),
        ({"inputs": {}}, "inputs"),
        ({"inputs": [5]}, "inputs[0]"),
        ({"inputs": [{}]}, "inputs[0].name"),
        ({"inputs": [given(), given()]}, "inputs[1].name"),
        ({"inputs": [given()], "id": 7}, "id"),
        ({"inputs": [given()], "outputs": 7}, "outputs"),
        ({"inputs": [given()], "outputs": [7]}, "outputs[0].name"),
        ({"inputs": [given()], "outputs": [{"name": "z"}]}, "outputs[0].name"),
        ({"inputs": [given()], "outputs": [{"name": []}]}, "outputs[0].name"),
        ({"inputs": [given()], "more": 1}, "more"),
    ],
)
def test_a_wrong_document_is_named(document: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestError) as told:
        parse_infer(json.dumps(document).encode(), [A], [Y])
    assert (told.value.status, told.value.field) == (400, field)


def test_a_missing_input_and_rows_that_differ_are_named() -> None:
    with pytest.raises(RequestError, match=r"inputs\.b is missing"):
        parsed(given(), tensors=(A, B))
    b = given("b", shape=[3, 1], datatype="INT32", data=[5, 6, 7])
    with pytest.raises(RequestError, match="a has 2, b has 3"):
        parsed(given(), b, tensors=(A, B))


def test_an_answer_says_what_it_is() -> None:
    outputs: Arrays = {
        "y": np.array([[1.5], [2.0]], np.float32),
        "n": np.array([[1], [2]], np.int64),
    }
    answer = json.loads(encode_infer(outputs, {"id": "q"}, model="m", version=3))
    assert answer == {
        "model_name": "m",
        "model_version": "3",
        "id": "q",
        "outputs": [
            {"name": "y", "shape": [2, 1], "datatype": "FP32", "data": [1.5, 2.0]},
            {"name": "n", "shape": [2, 1], "datatype": "INT64", "data": [1, 2]},
        ],
    }


def test_only_the_outputs_asked_for_are_given() -> None:
    outputs: Arrays = {"y": np.ones((1, 1), np.float32), "n": np.ones((1, 1), np.int64)}
    document = {"outputs": [{"name": "n"}]}
    answer = json.loads(encode_infer(outputs, document, model="m", version=3))
    assert [one["name"] for one in answer["outputs"]] == ["n"]


def test_every_type_of_numpy_that_is_served_has_a_name() -> None:
    served = [np.dtype(code).name for code in "?bBhHiIlLefd"]
    assert set(DATATYPES) == set(served)
