"""What kind of thing a value is, and whether it is of the kind that is due."""

import math
import sys
from collections.abc import Iterable
from typing import Any

from mlops_lab.workbench.classroom.grade.proxy import Proxy
from mlops_lab.workbench.classroom.sandbox import Outcome
from mlops_lab.workbench.classroom.sandbox.bounds import Fields

__all__ = ["features", "oddity"]

_KINDS = {
    "number": "a number", "text": "a text", "many": "a collection", "one": "a collection",
    "record": "a named tuple", "object": "an object of a class of its own", "nothing": "None",
    "other": "a value",
}  # fmt: skip
_ENOUGH = 20_000  # values of a container that are looked at one by one


def features(value: Any) -> set[str]:  # noqa: ANN401  of any type
    """Return what of a value counts here.

    Examples
    --------
    >>> sorted(features(float("nan"))), sorted(features([])), sorted(features(7))
    (['not finite', 'number'], ['empty', 'many'], ['number'])
    """
    if isinstance(value, Outcome):
        return {"error"}
    found = {_kind(value)}
    size = _size(value)
    if size == 0:
        found.add("empty")
    if type(value) is tuple:
        found.add(f"tuple of {len(value)}")
    found |= _inside(value)
    return found


def oddity(found: Iterable[str], due: Iterable[str]) -> str:
    """Say what is not of the kind that is due; empty where nothing is.

    Parameters
    ----------
    found : iterable of str
        The features of what came.
    due : iterable of str
        Those of all that came of the master's at the same place.

    Examples
    --------
    >>> oddity(["number", "not finite"], ["number"])
    'a number that is not finite, where all are finite'
    >>> oddity(["object"], ["object", "number"])
    ''
    """
    found, due = {*found}, {*due}
    if any(one.startswith("end") for one in due):
        wrong = len(due) == 1 and due <= {"end credit", "end yes"} and found != due
        return "The test ends otherwise than with the points that it should give." * wrong
    kinds = due & {*_KINDS}
    (kind,) = found & {*_KINDS} or {""}
    due -= {"changes"}
    if not kind or "error" in found or kinds == {"nothing"}:
        return ""
    if due == {"error"}:
        return f"{_KINDS[kind]} where an error is due"
    if kinds & {"object", "record"}:
        return ""
    wanted = " or ".join(sorted({_KINDS[one] for one in kinds}))
    allowed = {*kinds, *({"one"} if kinds & {"number", "many"} else ())}
    allowed |= {"number"} if "one" in kinds else set()
    allowed |= {"many"} if kinds & {"one"} else set()
    if kind not in allowed | {"nothing", "other"} and "other" not in kinds:
        return f"{_KINDS[kind]} where {wanted} is due"
    if "objects" in found - due:
        return "objects of classes of its own where values are due"
    if "empty" in found - due:
        return f"{_KINDS[kind]} without values where there are some"
    if "not finite" in found - due:
        return f"{_KINDS[kind]} that is not finite, where all are finite"
    sizes = {one for one in due if one.startswith("tuple")}
    own = {one for one in found if one.startswith("tuple")}
    if own and len(sizes) == 1 and kinds == {"many"} and own != sizes:
        return f"a {own.pop()} where a {sizes.pop()} is due"
    return ""


def _kind(value: Any) -> str:  # noqa: ANN401  of any type
    kind = type(value)
    if value is None:
        return "nothing"
    if isinstance(value, Proxy):
        return "object"
    if kind in (bool, int, float, complex) or _is_numpy(value, "generic"):
        return "number" if not _is_numpy(value, "str_") else "text"
    if kind in (str, bytes):
        return "text"
    if (isinstance(value, tuple) and kind is not tuple) or kind is Fields:
        return "record"
    size = _size(value)
    if size is None:
        return "other"
    if _is_numpy(value, "ndarray") and value.ndim == 0:
        return "number" if value.dtype.kind in "biufc" else "other"
    return "one" if size == 1 else "many"


def _size(value: Any) -> int | None:  # noqa: ANN401  of any type
    if type(value) in (list, tuple, set, frozenset, dict, range, Fields):
        return len(value)
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        size = getattr(value, "size", None)
        return int(size) if isinstance(size, int) and not _is_numpy(value, "generic") else None
    return None


def _is_numpy(value: Any, name: str) -> bool:  # noqa: ANN401  of any type
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, getattr(numpy, name))


def _inside(value: Any) -> set[str]:  # noqa: ANN401  of any type
    """Look for objects, and for numbers that are not finite, inside of containers too."""
    found: set[str] = set()
    todo, left = [value], _ENOUGH
    while todo and left:
        left -= 1
        one = todo.pop()
        kind = type(one)
        if kind is float:
            found |= set() if math.isfinite(one) else {"not finite"}
        elif isinstance(one, Proxy) and one is not value:
            found.add("objects")
        elif isinstance(one, dict):
            todo += list(one.values())[:left]
        elif isinstance(one, list | tuple | set | frozenset):
            todo += list(one)[:left]
        elif kind.__module__.partition(".")[0] in ("numpy", "pandas"):
            found |= set() if _all_finite(one) else {"not finite"}
    return found


def _all_finite(value: Any) -> bool:  # noqa: ANN401  of any type
    import numpy as np

    if "pandas" in sys.modules:
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            return all(_all_finite(value.iloc[:, at]) for at in range(value.shape[1]))
        if value is pd.NaT or value is pd.NA:
            return False
        if isinstance(value, pd.Series | pd.Index):
            if value.hasnans:
                return False
            value = value.to_numpy()
    numbers = np.asarray(value) if isinstance(value, np.ndarray | np.generic) else np.zeros(0)
    return numbers.dtype.kind not in "fc" or bool(np.isfinite(numbers).all())
