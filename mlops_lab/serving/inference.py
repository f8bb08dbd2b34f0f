"""Requests to arrays, and arrays to answers, in the Open Inference Protocol v2."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mlops_lab.serving.payload import parse_json
from mlops_lab.serving.runners import Arrays, Tensor
from mlops_lab.serving.values import (
    Array,
    as_array,
    bad,
    check_all,
    check_only,
    plain,
    same_rows,
    shown,
)

__all__ = ["DATATYPES", "encode_infer", "parse_infer"]

DATATYPES = {
    "bool": "BOOL",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}
"""The Open Inference Protocol's names of numpy's types."""


def parse_infer(
    body: bytes, tensors: Sequence[Tensor], outputs: Sequence[Tensor]
) -> tuple[Arrays, dict[str, Any]]:
    """Read the body of ``infer``.

    Returns
    -------
    dict of str to array
        Each input of the model, of the same number of rows.
    dict
        The whole document, for its ``id`` and ``outputs``.
    """
    document = parse_json(body)
    check_only(document, {"id", "parameters", "inputs", "outputs"}, "")
    if not isinstance(document.get("id", ""), str):
        raise bad("dtype", f"id is {shown(document['id'])}; a string is expected.", "id")
    given = document.get("inputs")
    if not isinstance(given, list) or not given:
        message = f"inputs is {shown(given)}; a list of tensors is expected."
        raise bad("missing" if given is None else "shape", message, "inputs")
    known = {tensor.name: tensor for tensor in tensors}
    booleans = b"true" in body or b"false" in body
    arrays: Arrays = {}
    for place, one in enumerate(given):
        name, array = _input(one, known, f"inputs[{place}]", booleans)
        if name in arrays:
            message = f"inputs[{place}].name is {name!r} for the second time."
            raise bad("name", message, f"inputs[{place}].name")
        arrays[name] = array
    check_all(arrays, list(known), "inputs")
    _asked(document.get("outputs"), [tensor.name for tensor in outputs])
    return same_rows({name: arrays[name] for name in known}, "inputs"), document


def _input(
    one: Any,  # noqa: ANN401
    known: Mapping[str, Tensor],
    field: str,
    booleans: bool,
) -> tuple[str, Array]:
    if not isinstance(one, dict):
        message = f"{field} is {shown(one)}; an object with name, shape, datatype, data is expected"
        raise bad("shape", f"{message}.", field)
    check_only(one, {"name", "shape", "datatype", "parameters", "data"}, field)
    check_all(one, ["name", "shape", "datatype", "data"], field)
    name = one["name"]
    if not isinstance(name, str) or name not in known:
        message = f"{field}.name is {shown(name)}; the model's inputs are {', '.join(known)}."
        raise bad("name", message, f"{field}.name")
    tensor = known[name]
    expected = DATATYPES[tensor.dtype.name]
    if one["datatype"] != expected:
        message = f"{field}.datatype is {shown(one['datatype'])}; {name} is {expected}."
        raise bad("dtype", message, f"{field}.datatype")
    shape = _shape(one["shape"], tensor, f"{field}.shape")
    return name, as_array(one["data"], tensor, f"{field}.data", booleans, shape=shape)


def _asked(given: Any, names: Sequence[str]) -> None:  # noqa: ANN401
    if given is not None and not isinstance(given, list):
        raise bad("shape", f"outputs is {shown(given)}; a list is expected.", "outputs")
    for place, one in enumerate(given or []):
        name = one.get("name") if isinstance(one, dict) else one
        if not isinstance(one, dict) or not isinstance(name, str) or name not in names:
            where = f"outputs[{place}].name"
            message = f"{where} is {shown(name)}; the model's outputs are {', '.join(names)}."
            raise bad("name", message, where)


def _shape(given: Any, tensor: Tensor, field: str) -> tuple[int, ...]:  # noqa: ANN401
    wanted = [-1, *tensor.shape]
    fits = isinstance(given, list) and len(given) == len(wanted)
    for size, own in zip(given if fits else [], wanted, strict=False):
        whole = isinstance(size, int) and not isinstance(size, bool)
        fits = fits and whole and 1 <= size < 2**31 and own in (-1, size)
    if not fits:
        said = orjson.dumps(given)[:100].decode(errors="replace")
        message = f"{field} is {said}; {tensor.name} is {wanted}, where -1 is any, at least 1."
        raise bad("shape", message, field)
    return tuple(given)


def encode_infer(
    outputs: Arrays, document: Mapping[str, Any], *, model: str, version: int
) -> bytes:
    """Write the answer of ``infer``: those outputs that the request asked for, or all."""
    asked = document.get("outputs") or [{"name": name} for name in outputs]
    answer: dict[str, Any] = {"model_name": model, "model_version": str(version), "outputs": []}
    if "id" in document:
        answer["id"] = document["id"]
    for one in asked:
        array = outputs[one["name"]]
        answer["outputs"].append(
            {
                "name": one["name"],
                "shape": array.shape,
                "datatype": DATATYPES[array.dtype.name],
                "data": plain(array).reshape(-1),
            }
        )
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
