"""What the server says of itself: status, metadata, and its OpenAPI description."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from mlops_lab.serving.inference import DATATYPES
from mlops_lab.serving.middleware import context_of
from mlops_lab.serving.models import Version
from mlops_lab.serving.runners import Tensor

__all__ = ["add", "metadata", "model", "server", "status", "version"]

Json = dict[str, Any]

_TENSORFLOW = {
    "bool": "DT_BOOL",
    "float16": "DT_HALF",
    "float32": "DT_FLOAT",
    "float64": "DT_DOUBLE",
    **{f"{sign}int{bits}": f"DT_{sign.upper()}INT{bits}" for sign in ("", "u") for bits in
       (8, 16, 32, 64)},
}  # fmt: skip
_OFTEN = ("predict", "infer")
_CODE = {"AVAILABLE": "OK", "LOADING": "OK", "END": "INTERNAL"}


def version() -> str:
    """Return the version of this package."""
    from mlops_lab import __version__

    return __version__


def server() -> Json:
    """Describe the server, as ``GET /v2`` does."""
    return {"name": "mlops-lab", "version": version(), "extensions": []}


def status(versions: Mapping[int, Version]) -> Json:
    """Describe versions as TensorFlow Serving does, the highest first."""
    return {
        "model_version_status": [
            {
                "version": str(number),
                "state": one.state,
                "status": {
                    "error_code": "INTERNAL" if one.error else _CODE[one.state],
                    "error_message": one.error,
                },
            }
            for number, one in sorted(versions.items(), reverse=True)
        ]
    }


def metadata(one: Version) -> Json:
    """Describe the tensors of a version as TensorFlow Serving does."""
    assert one.runner is not None  # an available one
    signature = {
        "inputs": {tensor.name: _tensorflow(tensor) for tensor in one.runner.inputs},
        "outputs": {tensor.name: _tensorflow(tensor) for tensor in one.runner.outputs},
        "method_name": "tensorflow/serving/predict",
    }
    return {
        "model_spec": {"name": one.model, "signature_name": "", "version": str(one.number)},
        "metadata": {"signature_def": {"signature_def": {"serving_default": signature}}},
    }


def _tensorflow(tensor: Tensor) -> Json:
    sizes = [{"size": str(size), "name": ""} for size in (-1, *tensor.shape)]
    return {
        "dtype": _TENSORFLOW[tensor.dtype.name],
        "tensor_shape": {"dim": sizes, "unknown_rank": False},
        "name": tensor.name,
    }


def model(one: Version, known: list[int]) -> Json:
    """Describe the tensors of a version as the Open Inference Protocol does."""
    assert one.runner is not None  # an available one
    return {
        "name": one.model,
        "versions": [str(number) for number in known],
        "platform": one.runner.platform,
        "inputs": [_open(tensor) for tensor in one.runner.inputs],
        "outputs": [_open(tensor) for tensor in one.runner.outputs],
    }


def _open(tensor: Tensor) -> Json:
    return {
        "name": tensor.name,
        "datatype": DATATYPES[tensor.dtype.name],
        "shape": [-1, *tensor.shape],
    }


def add(
    app: FastAPI,
    method: str,
    path: str,
    handler: Callable[..., Awaitable[Response]],
    body: str = "",
) -> None:
    """Add an endpoint, with what it takes and answers; the body is described, not parsed, here."""
    place = re.sub(r"{(\w+)}", r"{\1:word}", path)

    async def answer(request: Request) -> Response:
        context_of(request).route = path
        return await handler(request)

    if body in _OFTEN:  # found first, and free of what FastAPI does between us and the request
        app.router.add_route(place, answer, [method], include_in_schema=False)
    app.add_api_route(
        place,
        answer,
        methods=[method],
        operation_id=f"{method.lower()}{_words(path)}",
        responses=_responses(path, body),
        response_class=Response,
        openapi_extra=_parameters(path) | ({"requestBody": _body(body)} if body else {}),
    )


def _parameters(path: str) -> Json:
    names = re.findall(r"{(\w+)}", path)
    text = {"type": "string", "minLength": 1}
    known = [{"name": name, "in": "path", "required": True, "schema": text} for name in names]
    return {"parameters": known} if known else {}


def _words(path: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in path)


_ERROR: Json = {
    "description": "Refused: what came, what is allowed, and where.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error", "field", "kind"],
                "properties": {name: {"type": "string"} for name in ("error", "field", "kind")},
            }
        }
    },
}
_TEXTS = {"/metrics": "text/plain", "batch": "application/x-ndjson"}


def _responses(path: str, body: str) -> dict[int | str, Json]:
    codes = [400, 404, 405, 422, 503, *([408, 409, 413, 415, 504] if body else [])]
    kind = _TEXTS.get(path) or _TEXTS.get(body) or "application/json"
    good = {"description": "Done.", "content": {kind: {}}}
    return {200: good, **dict.fromkeys(codes, _ERROR)}


def _body(name: str) -> Json:
    kind = _TEXTS.get(name, "application/json")
    return {"required": True, "content": {kind: {"schema": _BODIES[name]}}}


_VALUES: Json = {"description": "Numbers, or lists of them, of the model's shape."}
_NAMED: Json = {"type": "array", "items": {"type": "object", "required": ["name"]}}
_BODIES: dict[str, Json] = {
    "predict": {
        "type": "object",
        "properties": {
            "signature_name": {"type": "string"},
            "instances": {"type": "array", "minItems": 1, "items": _VALUES},
            "inputs": _VALUES,
        },
        "additionalProperties": False,
    },
    "infer": {
        "type": "object",
        "required": ["inputs"],
        "properties": {
            "id": {"type": "string"},
            "parameters": {"type": "object"},
            "outputs": _NAMED,
            "inputs": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "shape", "datatype", "data"],
                    "properties": {
                        "name": {"type": "string"},
                        "shape": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                        "datatype": {"type": "string", "enum": sorted(DATATYPES.values())},
                        "data": {"type": "array", "items": {}},
                    },
                },
            },
        },
        "additionalProperties": False,
    },
    "batch": {"type": "string", "description": "One instance a line, as JSON."},
    "route": {
        "type": "object",
        "required": ["kind", "version"],
        "properties": {
            "kind": {"type": "string", "enum": ["single", "shadow", "canary"]},
            "version": {"type": "integer", "minimum": 1},
            "shadow": {"type": "integer", "minimum": 1},
            "canary": {"type": "integer", "minimum": 1},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
        },
    },
}
