"""JSON values to an array of one tensor's type and shape, or to what is wrong with them.

The happy path is numpy's; only what it refuses is walked through value by value, to find what is
wrong and where.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.runners import Arrays, Tensor

__all__ = ["Array", "as_array", "bad", "check_all", "check_only", "plain", "same_rows", "shown"]

Array = npt.NDArray[Any]
_DEEPEST = 32
"""Lists in lists that are looked into; numpy itself ends at 64."""


def bad(kind: str, message: str, field: str) -> RequestError:
    """Return the refusal of a request that is wrong: 400."""
    return RequestError(400, kind, message, field)


def shown(value: Any) -> str:  # noqa: ANN401  what JSON holds
    """Say what a value is, in few words: never the caller's whole text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the string {value[:40]!r}"
    if isinstance(value, int | float):
        return f"{value}"[:40]
    if isinstance(value, dict):
        return "an object"
    return f"a list of {len(value)}"


def as_array(
    values: Any,  # noqa: ANN401
    tensor: Tensor,
    field: str,
    booleans: bool,
    name: str = "",
    *,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """Return the values as an array of the tensor's type, one row an instance.

    Parameters
    ----------
    values : lists of numbers
        The values, of the tensor's shape; with ``shape``, in one list as well.
    tensor : Tensor
        What the model expects.
    field : str
        Where the values stand in the request.
    booleans : bool
        Whether true or false stands anywhere in it: numpy takes them for numbers among numbers.
    name : str
        What follows the place of an instance in the name of a field.
    shape : tuple of int, optional
        What the request says the shape is, batch included.

    Raises
    ------
    RequestError
        400, naming the first value that is wrong.
    """
    if not isinstance(values, list) or not values:
        raise bad("shape", f"{field}{name} is {shown(values)}; a list is expected.", field + name)
    try:
        array = np.array(values)
    except (ValueError, OverflowError, TypeError):  # ragged, mixed, or too deep
        raise _first_wrong(values, tensor, field, name) from None
    fits = "b" if tensor.dtype.kind == "b" else "iuf" if tensor.dtype.kind == "f" else "iu"
    if array.dtype.kind not in fits and not _whole(array, tensor):
        raise _first_wrong(values, tensor, field, name)
    if booleans and tensor.dtype.kind != "b" and any(_kinds(values)):
        raise _first_wrong(values, tensor, field, name)
    array = _shaped(array, tensor, field, name, shape)
    return _cast(array, tensor, field, name)


def _whole(array: Array, tensor: Tensor) -> bool:
    """Tell whether these are floats that are whole numbers, such as 3.0, for a whole tensor."""
    return tensor.dtype.kind in "iu" and array.dtype.kind == "f" and bool((array % 1 == 0).all())


def _kinds(values: Any) -> Iterator[bool]:  # noqa: ANN401
    for value in values:
        if isinstance(value, list):
            yield from _kinds(value)
        elif isinstance(value, bool):
            yield True


def _shaped(
    array: Array, tensor: Tensor, field: str, name: str, shape: tuple[int, ...] | None
) -> Array:
    if shape is not None:
        if array.shape != shape and (array.ndim != 1 or array.size != np.prod(shape, dtype=float)):
            message = f"{field} has shape {list(array.shape)}; {list(shape)} was announced."
            raise bad("shape", message, field)
        return array.reshape(shape)
    wanted = tensor.shape
    own = array.shape[1:]
    fits = len(own) == len(wanted) and all(
        w in (-1, o) and o > 0 for w, o in zip(wanted, own, strict=True)
    )
    if not fits:
        one = bool(name) or field in ("instances", "line")  # told of one instance, or of them all
        place = f"{field}[0]{name}" if one and field != "line" else field + name
        given = own if one else array.shape
        expected = ", ".join(map(str, wanted if one else ("any", *wanted)))
        message = f"{place} has shape {list(given)}; {tensor.name} expects [{expected}]."
        raise bad("shape", message, place)
    return array


def _cast(array: Array, tensor: Tensor, field: str, name: str) -> Array:
    kind = tensor.dtype.kind
    if kind == "b":
        return array
    if kind == "f":
        with np.errstate(over="ignore"):
            cast = array.astype(tensor.dtype)
        wrong = ~np.isfinite(cast)
        allowed = f"finite numbers of {tensor.dtype}"
    else:
        limits = np.iinfo(tensor.dtype)
        wrong = (array < limits.min) | (array > limits.max)
        allowed = f"{limits.min} to {limits.max}"
        cast = array if wrong.any() else array.astype(tensor.dtype)
    if wrong.any():
        place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        where = _named(field, name, tuple(int(i) for i in place))
        message = f"{where} is {array[place]}; {tensor.name} expects {allowed}."
        raise bad("range", message, where)
    return cast


def _named(field: str, name: str, place: tuple[int, ...]) -> str:
    steps = [f"[{step}]" for step in place]
    if field == "line":
        return "".join([field, name, *steps[1:]])
    return "".join([field, *steps[:1], name, *steps[1:]])


def _first_wrong(values: Any, tensor: Tensor, field: str, name: str) -> RequestError:  # noqa: ANN401
    """Walk through the values in order and tell of the first that does not fit."""
    expected = {"b": "true or false", "f": "a number"}.get(tensor.dtype.kind, "a whole number")
    sizes: dict[int, int] = {}
    for place, value in _walk(values, ()):
        where = _named(field, name, place)
        if isinstance(value, list):
            if len(place) >= _DEEPEST:
                return bad("shape", f"{where} is nested {_DEEPEST} deep.", where)
            size = sizes.setdefault(len(place), len(value))
            if len(value) != size:
                message = f"{where} has {len(value)} values where others have {size}."
                return bad("shape", message, where)
        if not isinstance(value, list) and not _fits(value, tensor):
            message = f"{where} is {shown(value)}; {tensor.name} expects {expected}."
            return bad("dtype", message, where)
        if isinstance(value, list) != sizes.setdefault(-1 - len(place), isinstance(value, list)):
            message = f"{where} is {shown(value)}; others there are not."
            return bad("shape", message, where)
    return bad("shape", f"{field}{name} is no array of {tensor.dtype}.", field + name)


def _walk(value: Any, place: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Any]]:  # noqa: ANN401
    if place:
        yield place, value
    if isinstance(value, list) and len(place) <= _DEEPEST:
        for step, one in enumerate(value):
            yield from _walk(one, (*place, step))


def _fits(value: Any, tensor: Tensor) -> bool:  # noqa: ANN401
    if tensor.dtype.kind == "b":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return tensor.dtype.kind == "f" or float(value).is_integer()


def same_rows(arrays: Arrays, field: str) -> Arrays:
    """Return the arrays, which have the same number of rows; 400 if they have not."""
    rows = {name: len(array) for name, array in arrays.items()}
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in rows.items())
        raise bad("shape", f"{field} differ in their number of rows: {told}.", field)
    return arrays


def check_only(document: Mapping[str, Any], allowed: set[str], field: str) -> None:
    """Refuse, with 400, an object with a key that is not allowed."""
    for key in document:
        if key not in allowed:
            inside = f"{field}." if field else ""
            named = f"{inside}{key[:50]}"
            message = f"{named} is unknown; {', '.join(sorted(allowed))} are allowed."
            raise RequestError(400, "name", message, named, place=f"{inside}?")


def check_all(document: Mapping[str, Any], names: Sequence[str], field: str) -> None:
    """Refuse, with 400, an object that lacks one of the names."""
    for name in names:
        if name not in document:
            raise bad("missing", f"{field}.{name} is missing.", f"{field}.{name}")


def plain(array: Array) -> Array:
    """Return an array as orjson can write it: contiguous, and no half precision."""
    return np.ascontiguousarray(array, dtype=np.float32 if array.dtype == np.float16 else None)
