"""What differs between two tables that should be alike: in shares, row by row, and over time."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["changed", "feature_skew", "largest_gap", "linf", "seen_before", "shares_of"]


def linf(one: "pd.Series[Any]", other: "pd.Series[Any]") -> float:
    """Return the largest difference in share of any category; what is missing is a category too.

    Parameters
    ----------
    one, other : Series
        Categories, of any lengths above 0.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        For a column without rows.

    Examples
    --------
    >>> linf(pd.Series(["a", "b"]), pd.Series(["a", "a", "c", "b"]))
    0.25
    """
    if not len(one) or not len(other):
        raise ValueError(f"two columns with rows are needed, not {len(one)} and {len(other)} rows")
    return largest_gap(shares_of(one), shares_of(other))


def shares_of(column: "pd.Series[Any]") -> dict[Hashable, float]:
    """Return the share of each category, that of what is missing under None."""
    counts: dict[Hashable, float] = (column.value_counts() / len(column)).to_dict()
    if missing := int(column.isna().sum()):
        counts[None] = missing / len(column)
    return counts


def largest_gap(one: Mapping[Hashable, float], other: Mapping[Hashable, float]) -> float:
    """Return the largest difference between two categories' shares."""
    return float(max(abs(one.get(x, 0.0) - other.get(x, 0.0)) for x in one.keys() | other.keys()))


def feature_skew(
    train: pd.DataFrame, serve: pd.DataFrame, key: str, *, tolerance: float = 0.0
) -> "pd.Series[float]":
    """Compare the features of the same rows at training and at serving.

    Parameters
    ----------
    train, serve : DataFrame
        Each with one row for a key.
    key : str
        The column by which rows are found.
    tolerance : float, 0 or more
        How far numbers may differ and count as equal.

    Returns
    -------
    Series
        For each column that both have the share of the common rows in which it differs. Two
        missing values do not differ. In ``attrs``: ``only_train`` and ``only_serve``, how many
        keys have one side only.

    Raises
    ------
    ValueError
        For a key that is not there or repeats, and for tables without a common key.
    """
    for name, frame in (("train", train), ("serve", serve)):
        if key not in frame:
            raise ValueError(f"{name} has no column {key}; it has {', '.join(map(str, frame))}")
        if frame[key].duplicated().any():
            again = frame.loc[frame[key].duplicated(), key].iloc[0]
            raise ValueError(f"{name} has more than one row for {key} {again}")
    one, other = train.set_index(key), serve.set_index(key)
    both = one.index.intersection(other.index)
    if both.empty:
        raise ValueError(f"train and serve have no {key} in common")
    shares = dict[Hashable, float]()
    for column in one.columns.intersection(other.columns):
        values = one.loc[both, column], other.loc[both, column]
        shares[column] = float(np.mean(_differ(*values, tolerance)))
    found = pd.Series(shares, dtype=float)
    found.attrs = {
        "only_train": len(one.index.difference(other.index)),
        "only_serve": len(other.index.difference(one.index)),
    }
    return found


def changed(first: pd.DataFrame, second: pd.DataFrame, key: str) -> "pd.Series[float]":
    """Find columns that were filled in after the fact, from two exports of the same rows.

    Parameters
    ----------
    first, second : DataFrame
        An earlier and a later export, each with one row for a key.
    key : str

    Returns
    -------
    Series
        The columns that differ and the share of rows in which they do, the largest first. Whatever
        a model is trained on must not be among them, unless its earlier value is used.

    Raises
    ------
    ValueError
        As `feature_skew` does.
    """
    shares = feature_skew(first, second, key)
    return shares[shares > 0].sort_values(ascending=False)


def seen_before(batch: pd.DataFrame, before: pd.DataFrame, *, without: Sequence[str]) -> float:
    """Return the share of a batch's rows that an earlier batch has had already.

    Parameters
    ----------
    batch, before : DataFrame
    without : sequence of str
        Columns that are left out, such as a number and the day, which a copy may have new.
    """
    columns = [name for name in batch.columns if name not in without]
    as_text = [name for name in columns if batch[name].dtype != before[name].dtype]
    old, new = (
        pd.util.hash_pandas_object(
            frame[columns].astype(dict.fromkeys(as_text, str)), index=False, categorize=False
        )
        for frame in (before, batch)
    )
    return float(new.isin(old).mean())


def _differ(one: "pd.Series[Any]", other: "pd.Series[Any]", tolerance: float) -> NDArray[np.bool_]:
    neither = (one.isna() & other.isna()).to_numpy()
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other):
        close = np.abs(one.to_numpy(dtype=float) - other.to_numpy(dtype=float)) <= tolerance
    else:
        close = one.to_numpy(dtype=object) == other.to_numpy(dtype=object)
    return np.asarray(~close & ~neither, dtype=np.bool_)
