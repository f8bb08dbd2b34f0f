"""TensorFlow Serving's bodies: what is right against numpy, what is wrong by the field it names."""

import json
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.payload import encode_predict, parse_json, parse_line, parse_predict
from mlops_lab.serving.runners import Arrays, Tensor

X = Tensor("x", np.dtype("float32"), (3,))
A = Tensor("a", np.dtype("float32"), (2,))
B = Tensor("b", np.dtype("int32"), (1,))
BYTE = Tensor("n", np.dtype("int8"), (2,))
FLAG = Tensor("f", np.dtype("bool"), (2,))
IMAGE = Tensor("image", np.dtype("float32"), (2, 2, 1))
ANY = Tensor("x", np.dtype("float32"), (-1,))
ROWS = [[1, 2.5, -3], [4, 5, 6e5]]


def body(**document: Any) -> bytes:
    return json.dumps(document).encode()


def test_instances_and_inputs_are_the_same_rows() -> None:
    for form in ("instances", "inputs"):
        arrays, given = parse_predict(body(**{form: ROWS}), [X])
        assert given == form
        assert arrays["x"].dtype == np.float32
        np.testing.assert_array_equal(arrays["x"], np.array(ROWS, np.float32))


def test_one_input_may_be_named() -> None:
    for document in ({"instances": [{"x": row} for row in ROWS]}, {"inputs": {"x": ROWS}}):
        arrays, _ = parse_predict(body(**document, signature_name="serving_default"), [X])
        np.testing.assert_array_equal(arrays["x"], np.array(ROWS, np.float32))


def test_several_inputs_by_row_and_by_column() -> None:
    rows = {"instances": [{"a": [1, 2], "b": [3]}, {"b": [6], "a": [4, 5]}]}
    columns = {"inputs": {"a": [[1, 2], [4, 5]], "b": [[3], [6]]}}
    for document in (rows, columns):
        arrays, _ = parse_predict(body(**document), [A, B])
        np.testing.assert_array_equal(arrays["a"], np.array([[1, 2], [4, 5]], np.float32))
        np.testing.assert_array_equal(arrays["b"], np.array([[3], [6]], np.int32))


def test_deeper_shapes_any_length_booleans_and_whole_floats() -> None:
    image = np.arange(8.0).reshape(2, 2, 2, 1)
    arrays, _ = parse_predict(body(instances=image.tolist()), [IMAGE])
    np.testing.assert_array_equal(arrays["image"], image)
    assert parse_predict(body(instances=[[1] * 7]), [ANY])[0]["x"].shape == (1, 7)
    flags, _ = parse_predict(body(instances=[[True, False]]), [FLAG])
    np.testing.assert_array_equal(flags["f"], [[True, False]])
    whole, _ = parse_predict(body(instances=[[3.0, -128]]), [BYTE])
    np.testing.assert_array_equal(whole["n"], np.array([[3, -128]], np.int8))


WRONG = [
    # document, tensors, field, part of the message
    ({"instances": [[1, 2]]}, [X], "instances[0]", "shape [2]; x expects [3]"),
    ({"instances": [1, 2, 3]}, [X], "instances[0]", "shape []; x expects [3]"),
    ({"instances": [[[1, 2, 3]]]}, [X], "instances[0]", "shape [1, 3]; x expects [3]"),
    ({"instances": [[]]}, [X], "instances[0]", "shape [0]"),
    ({"instances": [[]]}, [ANY], "instances[0]", "shape [0]"),
    ({"instances": [[1, 2, 3], [1, 2]]}, [X], "instances[1]", "2 values where others have 3"),
    ({"instances": [[1, 2, 3], 5]}, [X], "instances[1]", "is 5; others there are not"),
    ({"instances": [[1, "2", 3]]}, [X], "instances[0][1]", "the string '2'"),
    ({"instances": [[1, None, 3]]}, [X], "instances[0][1]", "is null"),
    ({"instances": [[1, 2, 3], [1, True, 3]]}, [X], "instances[1][1]", "is true"),
    ({"instances": [[1, {}, 3]]}, [X], "instances[0][1]", "is an object"),
    ({"instances": [["a"]]}, [X], "instances[0][0]", "the string 'a'"),
    ({"instances": [[1e300, 0, 0]]}, [X], "instances[0][0]", "finite numbers of float32"),
    ({"instances": [[0, 0, 10**400]]}, [X], "body", "not JSON"),
    ({"instances": [[1.5, 2]]}, [BYTE], "instances[0][0]", "1.5; n expects a whole number"),
    ({"instances": [[1, 200]]}, [BYTE], "instances[0][1]", "is 200; n expects -128 to 127"),
    ({"instances": [[1, 0]]}, [FLAG], "instances[0][0]", "is 1; f expects true or false"),
    ({"instances": []}, [X], "instances", "at least one instance"),
    ({"instances": 7}, [X], "instances", "instances is 7"),
    ({"instances": {"x": ROWS}}, [X], "instances", "an object"),
    ({"instances": [{"x": [1, 2, 3]}, [1, 2, 3]]}, [X], "instances[1]", "an object with x"),
    ({"instances": [{"y": [1, 2, 3]}]}, [X], "instances[0].y", "unknown; x"),
    ({"instances": [{}]}, [X], "instances[0].x", "missing"),
    ({"instances": [{"x": [1, 2, "c"]}]}, [X], "instances[0].x[2]", "the string 'c'"),
    ({"instances": [{"a": [1, 2]}]}, [A, B], "instances[0].b", "missing"),
    ({"instances": [[1, 2]]}, [A, B], "instances[0]", "an object with a, b"),
    ({"instances": [{"a": [1, 2], "b": [1.5]}]}, [A, B], "instances[0].b[0]", "whole number"),
    ({"inputs": [[1, 2]]}, [X], "inputs", "shape [1, 2]"),
    ({"inputs": 3}, [X], "inputs", "a list is expected"),
    ({"inputs": ROWS}, [A, B], "inputs", "an object with a, b"),
    ({"inputs": {"a": [[1, 2]]}}, [A, B], "inputs.b", "missing"),
    ({"inputs": {"a": [[1, 2]], "b": [[1], [2]]}}, [A, B], "inputs", "a has 1, b has 2"),
    ({"inputs": {"a": [[1, "q"]], "b": [[1]]}}, [A, B], "inputs.a[0][1]", "the string 'q'"),
    ({}, [X], "instances", "Exactly one"),
    ({"instances": ROWS, "inputs": ROWS}, [X], "instances", "Exactly one"),
    ({"instance": ROWS}, [X], "instance", "unknown; inputs, instances, signature_name"),
    ({"instances": ROWS, "signature_name": "x"}, [X], "signature_name", "serving_default"),
    ({"instances": ROWS, "signature_name": 5}, [X], "signature_name", "is 5"),
]


@pytest.mark.parametrize(("document", "tensors", "field", "said"), WRONG)
def test_what_is_wrong_is_named(
    document: dict[str, Any], tensors: list[Tensor], field: str, said: str
) -> None:
    with pytest.raises(RequestError) as told:
        parse_predict(body(**document), tensors)
    assert (told.value.status, told.value.field) == (400, field)
    assert said in told.value.message


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1]",
        b"5",
        b"null",
        b'{"instances": [[NaN, 1, 2]]}',
        b'{"instances": [[Infinity, 1, 2]]}',
        b'{"instances": [[1e999, 1, 2]]}',
        b"\xff\xfe",
        b'{"instances": [[1, 2, 3]]} trailing',
        b'{"instances": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"instances": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"instances": ' + b"[" * 40 + b"1" + b"]" * 40 + b"}",
    ],
)
def test_what_is_no_array_of_numbers_in_json_is_400(text: bytes) -> None:
    with pytest.raises(RequestError) as told:
        parse_predict(text, [X])
    assert told.value.status == 400
    assert told.value.field
    assert len(told.value.message) < 300


def test_errors_never_repeat_the_callers_whole_text() -> None:
    with pytest.raises(RequestError) as told:
        parse_predict(body(instances=[["secret" * 1000] * 3]), [X])
    assert len(told.value.message) < 200


def test_the_first_wrong_value_of_many_is_found() -> None:
    rows: list[list[Any]] = np.zeros((1000, 3)).tolist()
    rows[700][2] = rows[900][0] = "x"
    with pytest.raises(RequestError) as told:
        parse_predict(body(instances=rows), [X])
    assert told.value.field == "instances[700][2]"


def test_a_line_is_an_instance() -> None:
    np.testing.assert_array_equal(parse_line(b"[1, 2, 3]", [X])["x"], [[1, 2, 3]])
    arrays = parse_line(b'{"a": [1, 2], "b": [3]}', [A, B])
    np.testing.assert_array_equal(arrays["b"], [[3]])


@pytest.mark.parametrize(
    ("line", "field"),
    [(b"[1, 2]", "line"), (b"[1, 2, null]", "line[2]"), (b"{", "line"), (b'{"y": 1}', "line.y")],
)
def test_a_wrong_line_is_named(line: bytes, field: str) -> None:
    with pytest.raises(RequestError) as told:
        parse_line(line, [X])
    assert told.value.field == field


def test_an_answer_has_the_form_of_its_question() -> None:
    y = np.array([[1.5, 2], [3, 4]], np.float32)
    n = np.array([[1], [2]], np.int8)
    assert json.loads(encode_predict({"y": y}, "instances")) == {"predictions": y.tolist()}
    assert json.loads(encode_predict({"y": y}, "inputs")) == {"outputs": y.tolist()}
    both: Arrays = {"y": y, "n": n}
    rows = [{"y": [1.5, 2], "n": [1]}, {"y": [3, 4], "n": [2]}]
    assert json.loads(encode_predict(both, "instances")) == {"predictions": rows}
    columns = {"y": y.tolist(), "n": n.tolist()}
    assert json.loads(encode_predict(both, "inputs")) == {"outputs": columns}


@pytest.mark.parametrize(
    "kind", ["bool", "int8", "uint8", "int16", "uint16", "int32", "int64", "uint64", "float64"]
)
def test_every_type_can_be_answered(kind: str) -> None:
    array = np.array([[0], [1]], kind)
    assert json.loads(encode_predict({"y": array}, "instances")) == {"predictions": array.tolist()}


def test_half_precision_slices_and_nan_can_be_answered() -> None:
    half = np.array([[0.5], [np.nan]], np.float16)
    assert json.loads(encode_predict({"y": half}, "instances")) == {"predictions": [[0.5], [None]]}
    slices = np.arange(12.0).reshape(3, 4)[:, ::2]
    assert json.loads(encode_predict({"y": slices}, "inputs")) == {"outputs": slices.tolist()}


def test_a_body_is_an_object() -> None:
    assert parse_json(b'{"a": 1}') == {"a": 1}
    with pytest.raises(RequestError, match="The body is a list of 1; a JSON object is expected"):
        parse_json(b"[1]")
