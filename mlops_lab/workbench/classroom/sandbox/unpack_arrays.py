"""The receiver's half for arrays and frames."""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.sandbox.bounds import ProtocolError, Value

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.sandbox.unpack import Unpacker

__all__ = ["KINDS"]

_DTYPE = re.compile(
    r"[<|](b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[US]\d{1,7}|[mM]8(\[\d{0,3}[A-Za-z]{1,2}\])?)"
)
_NULLABLE = (
    "Int64", "Float64", "boolean", "Int32", "Float32", "Int8", "Int16",
    "UInt8", "UInt16", "UInt32", "UInt64",
)  # fmt: skip
_ZONE = re.compile(r"(?!dateutil)[A-Za-z0-9_+:-]{1,20}(/[A-Za-z0-9_+-]{1,20}){0,2}")


def _need(holds: bool, why: str) -> None:
    if not holds:
        raise ProtocolError(why)


def _shape(shape: Value) -> tuple[int, ...]:
    _need(type(shape) is list and len(shape) <= 32, "no shape")
    _need(all(type(one) is int and 0 <= one <= 2**26 for one in shape), "no shape")
    return tuple(shape)


def _array(unpacker: "Unpacker", dtype: str, shape: Value, size: int) -> Value:
    import numpy as np

    _need(type(dtype) is str and bool(_DTYPE.fullmatch(dtype)), "no dtype that may cross")
    kind, form = np.dtype(dtype), _shape(shape)
    _need(math.prod(form) * kind.itemsize == size, "an array with another number of bytes")
    data = np.frombuffer(unpacker.take(size), kind).reshape(form).copy()
    if kind.kind == "b":
        _need(bool((data.view("u1") <= 1).all()), "a truth value that is neither")
    if kind.kind == "U":
        _need(bool((data.ravel().view("<u4") <= 0x10FFFF).all()), "no characters")
    return data


def _nested(unpacker: "Unpacker", node: Value) -> Value:
    _need(type(node) is list and node[0] == "a", "an array was to come here")
    return unpacker.value(node)


def _objects(unpacker: "Unpacker", shape: Value, *nodes: Value) -> Value:
    import numpy as np

    form = _shape(shape)
    _need(math.prod(form) == len(nodes), "an array with another number of values")
    found = np.empty(len(nodes), dtype=object)
    for at, value in enumerate(unpacker.each(nodes)):
        found[at] = value
    return found.reshape(form)


def _scalar(unpacker: "Unpacker", node: Value) -> Value:
    found = unpacker.value(node)
    _need(node[0] in ("a", "o") and found.shape == (), "no single number")
    return found[()]


def _missing(_: "Unpacker", name: str) -> Value:
    import pandas as pd

    return {"NaT": pd.NaT, "NA": pd.NA}[name]


def _timestamp(unpacker: "Unpacker", node: Value, zone: Value) -> Value:
    import pandas as pd

    moment = pd.Timestamp(_nested(unpacker, node)[0])
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(_zone(zone))


def _timedelta(unpacker: "Unpacker", node: Value) -> Value:
    import pandas as pd

    return pd.Timedelta(_nested(unpacker, node)[0])


def _zone(name: Value) -> str:
    _need(type(name) is str and bool(_ZONE.fullmatch(name)), "no time zone")
    return str(name)


def _values(unpacker: "Unpacker", node: Value) -> Value:
    _need(type(node) is list and node[0] in _COLUMNS, "a column was to come here")
    return unpacker.value(node)


def _categories(unpacker: "Unpacker", ordered: bool, size: int, categories: Value) -> Value:
    import numpy as np
    import pandas as pd

    _need(type(ordered) is bool, "neither ordered nor not")
    codes = np.frombuffer(unpacker.take(size), "<i4")
    kinds = pd.Index(_values(unpacker, categories))
    return pd.Categorical.from_codes(codes, kinds, ordered=ordered)


def _zoned(unpacker: "Unpacker", zone: Value, node: Value) -> Value:
    import pandas as pd

    return (
        pd.DatetimeIndex(_nested(unpacker, node)).tz_localize("UTC").tz_convert(_zone(zone)).array
    )


def _nullable(unpacker: "Unpacker", dtype: str, *nodes: Value) -> Value:
    import pandas as pd

    _need(dtype in _NULLABLE, "no dtype that may cross")
    return pd.Series(unpacker.each(nodes), dtype=str(dtype)).array


def _texts(unpacker: "Unpacker", *nodes: Value) -> Value:
    import pandas as pd

    return pd.array(unpacker.each(nodes), dtype="str")


def _any(unpacker: "Unpacker", *nodes: Value) -> Value:
    return _objects(unpacker, [len(nodes)], *nodes)


def _series(unpacker: "Unpacker", name: Value, index: Value, values: Value) -> Value:
    import pandas as pd

    called, rows = unpacker.value(name), _an_index(unpacker, index)
    return pd.Series(_values(unpacker, values), index=rows, name=called, dtype=_dtype(values))


def _dtype(values: Value) -> Value:
    return object if values[0] == "vo" else None  # else pandas looks for texts among them


def _an_index(unpacker: "Unpacker", node: Value) -> Value:
    _need(type(node) is list and node[0] in ("pi", "pr", "pm"), "an index was to come here")
    return unpacker.value(node)


def _frame(unpacker: "Unpacker", columns: Value, index: Value, *nodes: Value) -> Value:
    import pandas as pd

    names, rows = _an_index(unpacker, columns), _an_index(unpacker, index)
    _need(len(names) == len(nodes), "a frame with another number of columns")
    parts = [pd.Series(_values(unpacker, one), index=rows, dtype=_dtype(one)) for one in nodes]
    found = pd.DataFrame(dict(enumerate(parts)), index=rows)
    found.columns = names
    return found


def _index(unpacker: "Unpacker", name: Value, values: Value) -> Value:
    import pandas as pd

    called = unpacker.value(name)
    return pd.Index(_values(unpacker, values), dtype=_dtype(values), name=called)


def _range_index(unpacker: "Unpacker", name: Value, *nodes: Value) -> Value:
    import pandas as pd

    called, (first, last, step) = unpacker.value(name), unpacker.each(nodes)
    _need(abs(last - first) <= abs(step) * unpacker.bounds.size, "an index without end")
    return pd.RangeIndex(first, last, step, name=called)


def _levels(unpacker: "Unpacker", names: Value, *nodes: Value) -> Value:
    import pandas as pd

    called = unpacker.each(names)
    levels = [pd.Index(_values(unpacker, node)) for node in nodes]
    return pd.MultiIndex.from_arrays(levels, names=called)


_COLUMNS: dict[str, Callable[..., Value]] = {
    "va": _nested,
    "vc": _categories,
    "vn": _nullable,
    "vo": _any,
    "vs": _texts,
    "vz": _zoned,
}
KINDS: dict[str, Callable[..., Value]] = {
    "a": _array,
    "o": _objects,
    "x": _scalar,
    "k": _missing,
    "pd": _timedelta,
    "pf": _frame,
    "pi": _index,
    "pm": _levels,
    "pr": _range_index,
    "ps": _series,
    "pt": _timestamp,
    **_COLUMNS,
}
"""Who builds what, by the word at the head of a node."""
