"""Numbers a notebook leaves behind, and how to read them back.

A record or a finding is one output of the executed notebook, under a MIME type of ours: whatever
ran the notebook, the number is in the file.
"""

import json
from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.output import show_data

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

__all__ = ["FINDING", "RECORD", "plain", "read_records", "record", "records_of"]

RECORD = "application/vnd.mlops-lab.record+json"
"""MIME type of a record."""
FINDING = "application/vnd.mlops-lab.finding+json"
"""MIME type of a finding."""
_KINDS = {RECORD: "record", FINDING: "finding"}
_FIELDS = ("name", "value", "holds", "bound")


def record(name: str, value: object) -> None:
    """Write a named value into the executed notebook.

    Parameters
    ----------
    name : str
        Not empty.
    value : number, str, bool, None, list or dict of these, numpy scalar or array
        Infinite and NaN floats are kept as the strings "inf", "-inf" and "nan", since JSON has
        no such numbers; `read_records` gives them back as floats.

    Raises
    ------
    TypeError
        For a value that JSON cannot hold, with its type.
    """
    if not isinstance(name, str) or not name.strip():
        raise ValueError("a record needs a name; got an empty one")
    kept = plain(value, name)
    shown = f"{kept:.4g}" if isinstance(kept, float) else str(kept)
    show_data({RECORD: {"name": name, "value": kept}, "text/plain": f"{name}: {shown}"})


def plain(value: object, name: str = "value") -> Any:  # noqa: ANN401  any JSON value
    """Turn numpy values and odd floats into what JSON can hold.

    Raises
    ------
    TypeError
        For anything that JSON cannot hold, naming `name` and the type.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()  # numpy scalars and arrays, pandas columns
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if isinstance(value, dict):
        if len({str(key) for key in value}) < len(value):
            raise TypeError(f"{name} has keys that are the same as text: {list(value)}")
        return {str(key): plain(one, name) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, name) for one in value]
    try:
        json.dumps(value)
    except TypeError:
        raise TypeError(
            f"{name} must be a number, text, or a list or dict of these; got {type(value).__name__}"
        ) from None
    return value


def records_of(nb: "NotebookNode") -> list[dict[str, object]]:
    """Read the records and findings from a notebook's outputs, in order.

    Parameters
    ----------
    nb : NotebookNode
        An executed notebook; one that recorded nothing gives an empty list.

    Returns
    -------
    list of dict
        Keys `kind` ("record" or "finding"), `name`, `value`, `holds` and `bound`; the last two
        are None for a record.
    """
    outputs = (out for cell in nb.cells for out in cell.get("outputs", []))
    return [
        {"kind": kind, **{one: data.get(one) for one in _FIELDS}, "value": _back(data.get("value"))}
        for out in outputs
        for mime, kind in _KINDS.items()
        if isinstance(data := out.get("data", {}).get(mime), dict)
    ]


def read_records(paths: str | PathLike[str] | Iterable[str | PathLike[str]]) -> "pd.DataFrame":
    """Read the records and findings of one or many executed notebooks into one frame.

    Parameters
    ----------
    paths : path, or iterable of paths
        Executed `.ipynb` files.

    Returns
    -------
    DataFrame with columns notebook (the path as given), kind, name, value, holds, bound, in order;
    no rows where nothing was recorded.

    Raises
    ------
    FileNotFoundError
        For a path that is not there.
    ValueError
        For a file that is not a notebook, with its path.
    """
    import pandas as pd

    many = [paths] if isinstance(paths, str | PathLike) else list(paths)
    rows = [{"notebook": str(path), **one} for path in many for one in records_of(_read(path))]
    return pd.DataFrame(rows, columns=["notebook", "kind", *_FIELDS])


def _read(path: str | PathLike[str]) -> "NotebookNode":
    import nbformat

    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
        return nb
    except (ValueError, nbformat.ValidationError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} is not a notebook: {str(error)[:80]}") from error


def _back(value: object) -> object:
    """Turn the words for odd floats back into them, inside lists and dicts too."""
    if isinstance(value, dict):
        return {key: _back(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_back(one) for one in value]
    return float(value) if isinstance(value, str) and value in ("nan", "inf", "-inf") else value
