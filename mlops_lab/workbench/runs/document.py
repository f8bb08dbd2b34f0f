"""Turn what the workbench returns into plain JSON that every reader takes."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

__all__ = ["as_json"]


def as_json(value: object) -> str:
    """Write a value as one JSON document.

    Parameters
    ----------
    value : object
        Dataclasses, mappings, lists, tuples and sets, and anything in them.

    Returns
    -------
    str
        Strict JSON: NaN and infinities are the texts "nan", "inf" and "-inf", keys are text, and
        what JSON does not know is written as Python shows it.

    Examples
    --------
    >>> print(as_json({(1, 2): [float("nan"), 3]}))
    {
      "(1, 2)": [
        "nan",
        3
      ]
    }
    """
    return json.dumps(_plain(value), indent=2, allow_nan=False)


def _plain(value: object) -> Any:  # noqa: ANN401  any JSON value
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case set() | frozenset():
            return [_plain(one) for one in sorted(value, key=repr)]
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
