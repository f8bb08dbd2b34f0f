"""Orders of the shop while one rule holds, in whole units, and the rule itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab import data

__all__ = ["COLUMNS", "RULE", "UNITS", "load_orders", "logs"]

Floats = NDArray[np.float64]

COLUMNS = ("amount", "items", "discount", "days_since_last", "hour", "mobile")
"""The columns that a model may see, in this order."""

UNITS = (100.0, 1.0, 1000.0, 10.0, 100.0, 1.0)
"""Of each column, how many of our units make one of the data set's: cents, per mille, tenths of a
day, hundredths of an hour. In whole numbers, a threshold never falls on a value in one precision
and beside it in another."""

RULE = (2.0, -0.2, -0.9, 1.5, 0.0, 0.0)
"""What one unit of each column of `logs` adds to the log-odds of a return."""

_FREE_RETURNS = 60  # from this week on, another rule holds


def load_orders() -> tuple[Floats, NDArray[np.int64], Floats]:
    """Return the orders of weeks 0 to 59 of the data set `transactions`.

    Returns
    -------
    array of shape (orders, 6)
        `COLUMNS`, each in its unit of `UNITS`.
    array of shape (orders,)
        1 where the order was returned.
    array of shape (orders,)
        The true chance of that.
    """
    shop = data.load("transactions")
    early = (shop.frame["week"] < _FREE_RETURNS).to_numpy()
    table = shop.frame.loc[early, list(COLUMNS)].to_numpy(dtype=float)
    return (
        np.round(table * UNITS),
        shop.frame.loc[early, "returned"].to_numpy(dtype=np.int64),
        shop.truth["truth"].loc[early, "chance"].to_numpy(dtype=float),
    )


def logs(orders: ArrayLike) -> Floats:
    """Return the columns in which the rule is a straight line.

    Parameters
    ----------
    orders : array of shape (orders, 6), as `load_orders` gives them

    Returns
    -------
    array of shape (orders, 6)
        log(amount / 35), items, five times the discount, log(1 + days), hour / 4, mobile.

    Raises
    ------
    ValueError
        For another number of columns, or an amount of 0 or less.

    Examples
    --------
    >>> logs([[3500, 2, 200, 0, 800, 1]]).tolist()
    [[0.0, 2.0, 1.0, 0.0, 2.0, 1.0]]
    """
    table = np.asarray(orders, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(COLUMNS) or not (table[:, 0] > 0).all():
        raise ValueError(
            f"need {len(COLUMNS)} columns, with amounts above 0; got an array of shape "
            f"{table.shape}"
        )
    amount, items, discount, days, hour, mobile = (table / UNITS).T
    return np.column_stack(
        [np.log(amount / 35), items, 5 * discount, np.log1p(days), hour / 4, mobile]
    )
