"""The sender's half for arrays and frames: numpy, pandas, and the tensors of two frameworks."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.sandbox.bounds import SerializationError, Value

if TYPE_CHECKING:
    from mlops_lab.workbench.classroom.sandbox.pack import Packer

__all__ = ["LIBRARIES"]

_NULLABLE = (
    "Int64", "Float64", "boolean", "Int32", "Float32", "Int8", "Int16",
    "UInt8", "UInt16", "UInt32", "UInt64",
)  # fmt: skip


def _numpy(packer: "Packer", value: Value) -> Value:
    import numpy as np

    bases = type(value).__mro__
    if np.ndarray in bases:
        if np.ma.MaskedArray in bases:
            raise SerializationError("a masked array cannot be handed in; use its `filled` values")
        return _array(packer, np.ndarray.view(value, np.ndarray))
    if np.generic in bases:
        return ["x", _array(packer, np.asarray(value))]
    return None


def _array(packer: "Packer", value: Value) -> Value:
    import numpy as np

    kind = value.dtype
    if kind.kind in "biufcUSMm" and kind.itemsize:
        data = np.ascontiguousarray(value, kind.newbyteorder("<"))
        return ["a", data.dtype.str, list(value.shape), packer.buffer(data.tobytes())]
    if kind.kind in "OT" or not kind.itemsize:
        return ["o", list(value.shape), *packer.each(value.ravel().tolist())]
    raise SerializationError(f"an array of dtype {kind} cannot be handed in; use numbers or texts")


def _pandas(packer: "Packer", value: Value) -> Value:
    import pandas as pd

    if value is pd.NaT or value is pd.NA:
        return ["k", "NaT" if value is pd.NaT else "NA"]
    for base in type(value).__mro__:
        if base is pd.Timestamp:
            return ["pt", _array(packer, value.to_numpy().reshape(1)), _zone(value.tz)]
        if base is pd.Timedelta:
            return ["pd", _array(packer, value.to_numpy().reshape(1))]
        if base is pd.DataFrame:
            node = ["pf", _index(packer, value.columns), _index(packer, value.index)]
            return node + [_column(packer, value.iloc[:, at], at) for at in range(value.shape[1])]
        if base is pd.Series:
            name, index = packer.node(value.name), _index(packer, value.index)
            return ["ps", name, index, _values(packer, value)]
        if base is pd.Index:
            return _index(packer, value)
    return None


def _column(packer: "Packer", value: Value, at: int) -> Value:
    try:
        return _values(packer, value)
    except SerializationError as error:
        raise error.at(
            repr(value.name)[:60] if type(value.name) is str else f"column {at}"
        ) from None


def _index(packer: "Packer", value: Value) -> Value:
    import pandas as pd

    names = packer.each(value.names)
    if isinstance(value, pd.MultiIndex):
        levels = [_values(packer, value.get_level_values(at)) for at in range(value.nlevels)]
        return ["pm", names, *levels]
    if isinstance(value, pd.RangeIndex):
        return ["pr", names[0], *packer.each((value.start, value.stop, value.step))]
    return ["pi", names[0], _values(packer, value)]


def _values(packer: "Packer", value: Value) -> Value:
    """Return the node of one column: what it is, and what is in it."""
    import numpy as np
    import pandas as pd

    kind = value.dtype
    if isinstance(kind, pd.CategoricalDtype):
        codes = packer.buffer(pd.Categorical(value).codes.astype("<i4").tobytes())
        return ["vc", bool(kind.ordered), codes, _values(packer, kind.categories)]
    if isinstance(kind, pd.DatetimeTZDtype):
        moments = pd.DatetimeIndex(value).tz_convert("UTC").tz_localize(None).to_numpy()
        return ["vz", _zone(kind.tz), _array(packer, moments)]
    if isinstance(kind, pd.StringDtype):
        return ["vs", *packer.each(one if isinstance(one, str) else None for one in value)]
    if str(kind) in _NULLABLE:
        return ["vn", str(kind), *packer.each(None if one is pd.NA else one for one in value)]
    if not pd.api.types.is_extension_array_dtype(kind):
        if kind.kind == "O":
            return ["vo", *packer.each(value.to_numpy().tolist())]
        return ["va", _array(packer, value.to_numpy())]
    if isinstance(kind, pd.SparseDtype):
        return ["va", _array(packer, np.asarray(value))]
    try:
        return ["vo", *packer.each(value.astype(object).tolist())]  # its values, one by one
    except SerializationError as error:
        told = f"a column of dtype {kind} cannot be handed in; use numbers or texts"
        raise SerializationError(told) from error


def _zone(zone: Value) -> str | None:
    return None if zone is None else str(zone)


def _torch(packer: "Packer", value: Value) -> Value:
    tensor = getattr(sys.modules["torch"], "Tensor", None)
    if tensor not in type(value).__mro__:
        return None
    return _array(packer, value.detach().cpu().numpy())


def _tensorflow(packer: "Packer", value: Value) -> Value:
    if type(value).__name__ not in ("EagerTensor", "ResourceVariable", "Variable"):
        return None
    found = value.numpy()
    return _numpy(packer, found)


LIBRARIES: dict[str, Callable[["Packer", Value], Value]] = {
    "numpy": _numpy,
    "pandas": _pandas,
    "torch": _torch,
    "tensorflow": _tensorflow,
}
"""Who gives a node for values of a library; asked only where the library is imported."""
