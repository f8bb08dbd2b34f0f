"""Hold data against its card: rows, columns, values, ranges, shapes."""

import datetime as dt
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mlops_lab.data.cards import Array, Bound, Column
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DamageError

__all__ = ["check_dataset", "check_rows"]

# Cards give means to six digits or more; reading and adding floats is far more exact.
_MEAN_TOLERANCE = 1e-6


def check_dataset(data: Dataset, what: str) -> None:
    """Hold a loaded data set against its card.

    Parameters
    ----------
    data : Dataset
        The frame and arrays as read.
    what : str
        What to call the data in the message, a file's name where there is only one.

    Raises
    ------
    DamageError
        Something is not as the card says; the message names the column or array, the value
        and what was allowed.
    """
    check_rows(what, len(data.frame), data.card.rows)
    _check_names(what, "column", list(data.frame.columns), list(data.card.columns))
    for name, column in data.card.columns.items():
        _check_column(what, name, data.frame[name], column)
    _check_names(what, "array", list(data.arrays), list(data.card.arrays))
    for name, array in data.card.arrays.items():
        _check_array(what, name, data.arrays[name], array)


def check_rows(what: str, found: int, expected: int) -> None:
    """Refuse a table that is shorter or longer than its card says.

    Raises
    ------
    DamageError
        The counts differ.
    """
    if found != expected:
        said = f"has {found:,} rows where its card says {expected:,}"
        raise DamageError(
            what, f"{said}: it is {'cut short' if found < expected else 'another version'}"
        )


def _check_names(what: str, kind: str, found: list[str], expected: list[str]) -> None:
    lacking = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    if lacking:
        raise DamageError(what, f"lacks the {kind} {lacking[0]!r} (it has {_few(found)})")
    if extra:
        raise DamageError(what, f"has a {kind} {extra[0]!r} that its card does not name")


def _few(names: list[str]) -> str:
    shown = ", ".join(repr(name)[:40] for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown or "none"


def _check_column(what: str, name: str, values: "pd.Series[Any]", column: Column) -> None:
    absent = int(values.isna().sum())
    if absent > column.missing:
        said = f"has {absent:,} missing values in {name!r}, allowed are {column.missing:,}"
        raise DamageError(what, said)
    present = values.dropna()
    if column.allowed is not None:
        _refuse(what, name, present[~present.isin(list(column.allowed))], _listed(column))
    if present.empty or (column.low is None and column.high is None and column.mean is None):
        return
    _check_range(what, name, present, column)
    if column.mean is not None and not math.isclose(
        present.mean(), column.mean, rel_tol=_MEAN_TOLERANCE, abs_tol=_MEAN_TOLERANCE
    ):
        said = f"has {present.mean():.7g} as the mean of {name!r}, its card says {column.mean}"
        raise DamageError(what, f"{said}: values were altered")


def _listed(column: Column) -> str:
    values = [str(value) for value in column.allowed or ()]
    return f"one of {', '.join(values[:12])}{', ...' if len(values) > 12 else ''}"


def _check_range(what: str, name: str, present: "pd.Series[Any]", column: Column) -> None:
    is_kind = (
        pd.api.types.is_datetime64_any_dtype if column.dated else pd.api.types.is_numeric_dtype
    )
    if not is_kind(present):
        said = f"holds {'no dates' if column.dated else 'text, not numbers,'} in {name!r}"
        raise DamageError(what, f"{said}, for example {str(present.iloc[0])[:40]!r}")
    if column.low is not None:
        low = _moment(column.low)
        _refuse(what, name, present[present < low], f"at least {column.low}")
    if column.high is not None:
        high = _moment(column.high, end=True)
        _refuse(what, name, present[present > high], f"at most {column.high}")


def _moment(bound: Bound, *, end: bool = False) -> float | pd.Timestamp:
    if not isinstance(bound, dt.date):
        return bound
    # A day as upper bound includes all of that day.
    whole_day = end and not isinstance(bound, dt.datetime)
    return pd.Timestamp(bound) + pd.Timedelta(hours=24 if whole_day else 0)


def _refuse(what: str, name: str, bad: "pd.Series[Any]", allowed: str) -> None:
    if len(bad):
        where = f"in column {name!r}, row {bad.index[0]}"
        raise DamageError(what, f"holds {str(bad.iloc[0])[:40]} {where}, allowed is {allowed}")


def _check_array(what: str, name: str, found: npt.NDArray[Any], array: Array) -> None:
    if found.shape != array.shape:
        said = f"has the shape {found.shape} for {name!r}, its card says {array.shape}"
        raise DamageError(what, said)
    if found.dtype != np.dtype(array.dtype):
        raise DamageError(what, f"has {found.dtype} for {name!r}, its card says {array.dtype}")
    for bound, extreme, word in ((array.low, np.min, "least"), (array.high, np.max, "most")):
        value = extreme(found)
        if bound is not None and (value < bound if word == "least" else value > bound):
            raise DamageError(what, f"holds {value} in {name!r}, allowed is at {word} {bound}")
