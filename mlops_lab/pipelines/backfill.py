"""A feature that is filled in for the past: as it was then, or as it is today."""

import numpy as np
import pandas as pd

__all__ = ["as_of", "customers", "today"]


def customers(
    seed: int | np.random.Generator,
    *,
    count: int = 3000,
    weeks: int = 40,
    own: float = 0.6,
    rate: float = 0.15,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw orders of customers whose tier moves with what they send back.

    Each week a customer orders with the chance `rate`. It is returned with a chance of
    ``sigmoid(-1.2 + own * u + 0.5 * amount)``, where u is the customer's own and both are standard
    normal. A return lifts the tier by 1, an order that is kept lowers it by 0.25, within 0 to 8.

    Parameters
    ----------
    seed : int or Generator
    count, weeks : int, from 1
    own : float
        How much customers differ from each other.
    rate : float, 0 to 1

    Returns
    -------
    orders, history : DataFrames
        Orders have `week`, `customer`, `amount` (standardized) and `returned`, by week. The history
        has a row for each new tier: `customer`, `week` and `tier`. It is valid from the week after
        that one on; all begin in week -1 with 0.

    Raises
    ------
    ValueError
        For values out of range.
    """
    if count < 1 or weeks < 1 or not 0 <= rate <= 1:
        raise ValueError(
            f"count and weeks start at 1, rate lies in 0 to 1; got {count}, {weeks} and {rate}"
        )
    rng = np.random.default_rng(seed)
    tendency, tier = rng.normal(size=count), np.zeros(count)
    orders = []
    history = [pd.DataFrame({"customer": np.arange(count), "week": -1, "tier": tier})]
    for week in range(weeks):
        who = np.flatnonzero(rng.random(count) < rate)
        amount = rng.normal(size=len(who))
        chance = 1 / (1 + np.exp(1.2 - own * tendency[who] - 0.5 * amount))
        back = rng.random(len(who)) < chance
        orders.append(
            pd.DataFrame(
                {"week": week, "customer": who, "amount": amount, "returned": back.astype(int)}
            )
        )
        tier[who] = np.clip(tier[who] + np.where(back, 1, -0.25), 0, 8)
        history.append(pd.DataFrame({"customer": who, "week": week, "tier": tier[who]}))
    return pd.concat(orders, ignore_index=True), pd.concat(history, ignore_index=True)


def as_of(orders: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Join to each order the tier that its customer had before that week.

    Parameters
    ----------
    orders : DataFrame
        With `week` and `customer`.
    history : DataFrame
        As of `customers`.

    Returns
    -------
    DataFrame
        The orders, in their order, with `tier`; missing where a customer has no earlier entry.
    """
    left = orders.assign(place=np.arange(len(orders))).sort_values("week", kind="stable")
    right = history.sort_values("week", kind="stable")
    joined = pd.merge_asof(left, right, on="week", by="customer", allow_exact_matches=False)
    return joined.sort_values("place").drop(columns="place").set_axis(orders.index)


def today(orders: pd.DataFrame, history: pd.DataFrame, *, week: int) -> pd.DataFrame:
    """Join to each order the tier that its customer has at the start of one week, for all alike.

    Parameters
    ----------
    orders, history : DataFrames
        As of `as_of`.
    week : int
        The week in which the join is run.

    Returns
    -------
    DataFrame
        The orders with `tier`.
    """
    known = history[history["week"] < week].groupby("customer")["tier"].last()
    return orders.assign(tier=orders["customer"].map(known))
