"""A new version of an app, and what goes wrong on its way to the model."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["FAULTS", "rollout"]

FAULTS = ("none", "customers mixed up", "cents")
"""What `rollout` can do to the orders of version 4: nothing; each gets `days_since_last` of
another order of that version; `amount` is 100 times as large."""


def rollout(
    orders: pd.DataFrame, share: float, fault: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Let a share of the app's orders come from version 4, with a fault on their way.

    Parameters
    ----------
    orders : DataFrame with columns `amount`, `days_since_last` and `mobile`, 1 for the app
    share : float, 0 to 1
        Of the app's orders, how many come from version 4.
    fault : str, one of `FAULTS`
    rng : Generator

    Returns
    -------
    DataFrame
        A copy, with a column `version`: "4", "3" for the app's other orders, "none" for the web.
        The same draws whatever the fault: the same orders come from version 4.

    Raises
    ------
    ValueError
        For an unknown fault or a share out of range.

    Examples
    --------
    >>> orders = pd.DataFrame({"amount": [20.0, 8.0], "days_since_last": [3, 4], "mobile": [1, 0]})
    >>> found = rollout(orders, 1.0, "cents", np.random.default_rng(0))
    >>> found[["amount", "version"]].to_numpy().tolist()
    [[2000.0, '4'], [8.0, 'none']]
    """
    if fault not in FAULTS or not 0 <= share <= 1:
        raise ValueError(f"need one of {FAULTS}, and a share from 0 to 1; got {fault!r}, {share}")
    app = (orders["mobile"] == 1).to_numpy()
    new = app & (rng.random(len(orders)) < share)
    found = orders.assign(version=np.where(new, "4", np.where(app, "3", "none")))
    if fault == "cents":
        found.loc[new, "amount"] *= 100
    if fault == "customers mixed up":
        found.loc[new, "days_since_last"] = rng.permutation(found.loc[new, "days_since_last"])
    return found
