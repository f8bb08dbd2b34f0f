"""A parity test: the same raw rows through two programs, compared field by field."""

import numpy as np
import pandas as pd

__all__ = ["mismatches"]


def mismatches(one: pd.DataFrame, other: pd.DataFrame, *, tolerance: float = 1e-6) -> pd.DataFrame:
    """Say which fields differ, in how many rows, and where most.

    Missing values agree with missing ones, and with nothing else.

    Parameters
    ----------
    one, other : DataFrames
        Features of the same rows in the same order, as numbers.
    tolerance : float, from 0
        Differences up to here count as equal.

    Returns
    -------
    DataFrame
        A row for each field that differs, the index its name: `share` of the rows, `worst` (label
        of the row that differs most; a missing value beside a number counts as infinite).

    Raises
    ------
    ValueError
        For other columns, or another number of rows.
    """
    if list(one) != list(other) or len(one) != len(other):
        raise ValueError(
            f"both need the same columns and rows; got {list(one)} and {list(other)}, "
            f"{len(one)} and {len(other)} rows"
        )
    a, b = (table.to_numpy(dtype=np.float64) for table in (one, other))
    gap = np.zeros(a.shape)
    np.subtract(a, b, out=gap, where=a != b)  # infinite values may be equal, too
    gap = np.abs(gap)
    gap[np.isnan(a) != np.isnan(b)] = np.inf
    gap[np.isnan(a) & np.isnan(b)] = 0.0
    differs = gap > tolerance
    found = [column for column in range(a.shape[1]) if differs[:, column].any()]
    return pd.DataFrame(
        {
            "share": [float(differs[:, column].mean()) for column in found],
            "worst": [one.index[int(gap[:, column].argmax())] for column in found],
        },
        index=[one.columns[column] for column in found],
    )
