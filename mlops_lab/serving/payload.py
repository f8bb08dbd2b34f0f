"""Requests to arrays, and arrays to answers, as TensorFlow Serving's REST API has them.

Errors name the field.
"""

from collections.abc import Sequence
from typing import Any, Literal

import orjson

from mlops_lab.serving.runners import Arrays, Tensor
from mlops_lab.serving.values import as_array, bad, check_all, check_only, plain, same_rows, shown

__all__ = ["encode_predict", "parse_json", "parse_line", "parse_predict"]

Form = Literal["instances", "inputs"]


def parse_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    RequestError
        400 if the body is no JSON, with the place where it stops being so; NaN and Infinity are
        no JSON.
    """
    if not body:
        raise bad("json", "The body is empty; a JSON object is expected.", "body")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"The body is not JSON: {error.msg} at line {error.lineno} column {error.colno}."
        raise bad("json", message, "body") from None
    if not isinstance(document, dict):
        raise bad("json", f"The body is {shown(document)}; a JSON object is expected.", "body")
    return document


def parse_predict(body: bytes, tensors: Sequence[Tensor]) -> tuple[Arrays, Form]:
    """Read the body of ``:predict``.

    Returns
    -------
    dict of str to array
        Each input of the model, of the same number of rows.
    "instances" or "inputs"
        The form it came in, which the answer has too.
    """
    document = parse_json(body)
    check_only(document, {"instances", "inputs", "signature_name"}, "")
    signature = document.get("signature_name", "serving_default")
    if signature not in ("", "serving_default"):
        message = f"signature_name is {shown(signature)}; serving_default is allowed."
        raise bad("signature", message, "signature_name")
    if ("instances" in document) == ("inputs" in document):
        message = 'Exactly one of "instances" and "inputs" is expected.'
        raise bad("missing", message, "instances")
    booleans = b"true" in body or b"false" in body
    if "instances" in document:
        return _rows(document["instances"], tensors, "instances", booleans), "instances"
    return _columns(document["inputs"], tensors, booleans), "inputs"


def parse_line(line: bytes, tensors: Sequence[Tensor]) -> Arrays:
    """Read one line of ``:batch``: an instance, as it would stand in ``instances``."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        message = f"The line is not JSON: {error.msg} at column {error.colno}."
        raise bad("json", message, "line") from None
    return _rows([value], tensors, "line", booleans=b"true" in line or b"false" in line)


def _rows(values: Any, tensors: Sequence[Tensor], field: str, booleans: bool) -> Arrays:  # noqa: ANN401
    if not isinstance(values, list) or not values:
        message = f"{field} is {shown(values)}; a list of at least one instance is expected."
        raise bad("shape", message, field)
    named = isinstance(values[0], dict)
    if not named and len(tensors) == 1:
        return {tensors[0].name: as_array(values, tensors[0], field, booleans)}
    names = [tensor.name for tensor in tensors]
    for place, instance in enumerate(values):
        where = field if field == "line" else f"{field}[{place}]"
        if not isinstance(instance, dict):
            expected = f"an object with {', '.join(names)} is expected"
            raise bad("shape", f"{where} is {shown(instance)}; {expected}.", where)
        check_only(instance, set(names), where)
        check_all(instance, names, where)
    return {
        tensor.name: as_array(
            [one[tensor.name] for one in values], tensor, field, booleans, f".{tensor.name}"
        )
        for tensor in tensors
    }


def _columns(values: Any, tensors: Sequence[Tensor], booleans: bool) -> Arrays:  # noqa: ANN401
    if not isinstance(values, dict):
        if len(tensors) > 1:
            listed = ", ".join(tensor.name for tensor in tensors)
            message = f"inputs is {shown(values)}; an object with {listed} is expected."
            raise bad("shape", message, "inputs")
        return {tensors[0].name: as_array(values, tensors[0], "inputs", booleans)}
    names = [tensor.name for tensor in tensors]
    check_only(values, set(names), "inputs")
    check_all(values, names, "inputs")
    arrays = {
        tensor.name: as_array(values[tensor.name], tensor, f"inputs.{tensor.name}", booleans)
        for tensor in tensors
    }
    return same_rows(arrays, "inputs")


def encode_predict(outputs: Arrays, form: Form) -> bytes:
    """Write the answer of ``:predict``; NaN, which JSON has not, becomes null."""
    ready = {name: plain(array) for name, array in outputs.items()}
    if form == "inputs":
        only = next(iter(ready.values())) if len(ready) == 1 else ready
        return orjson.dumps({"outputs": only}, option=orjson.OPT_SERIALIZE_NUMPY)
    if len(ready) == 1:
        rows: Any = next(iter(ready.values()))
    else:
        count = len(next(iter(ready.values())))
        rows = [{name: array[i] for name, array in ready.items()} for i in range(count)]
    return orjson.dumps({"predictions": rows}, option=orjson.OPT_SERIALIZE_NUMPY)
