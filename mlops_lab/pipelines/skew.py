"""Features of an order, written once for training and once more, with a slip, for serving."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

__all__ = ["SLIPS", "served", "training"]

Scale = tuple["pd.Series[float]", "pd.Series[float]"]


def training(orders: pd.DataFrame, scale: Scale | None = None) -> tuple[pd.DataFrame, Scale]:
    """Compute the features as training does.

    Parameters
    ----------
    orders : DataFrame
        Columns of the data set `transactions`.
    scale : (mean, standard deviation), optional
        Of each feature, on the training rows; taken from these orders where None.

    Returns
    -------
    features : DataFrame
        `log_amount` (log of 1 + euro), `items`, `per_item` (euro), `discount`, `recency` (days),
        `hour_sin`, `hour_cos` and `mobile`, standardized.
    scale : (mean, standard deviation)
    """
    plain = _plain(orders)
    if scale is None:
        scale = plain.mean(), plain.std()
    return (plain - scale[0]) / scale[1], scale


def served(orders: pd.DataFrame, scale: Scale, slip: str, *, rows: int) -> pd.DataFrame:
    """Compute the features as a second program does, with one slip.

    Parameters
    ----------
    orders : DataFrame
        As of `training`.
    scale : (mean, standard deviation)
        Of the training rows.
    slip : str
        One of `SLIPS`.
    rows : int, from 2
        How many training rows the scale was taken from.

    Raises
    ------
    ValueError
        For another slip.
    """
    if slip not in SLIPS:
        raise ValueError(f"the slip is {slip!r}; {', '.join(SLIPS)} are allowed")
    mean, spread = scale
    if slip == "n for n - 1":
        spread = spread * ((rows - 1) / rows) ** 0.5
    if slip == "16 bits":
        return ((_plain(orders) - mean) / spread).astype("float16").astype("float64")
    change = SLIPS[slip]
    return (change(orders, _plain(orders)) - mean) / spread


def _plain(orders: pd.DataFrame) -> pd.DataFrame:
    angle = 2 * np.pi * orders["hour"] / 24
    return pd.DataFrame(
        {
            "log_amount": np.log1p(orders["amount"]),
            "items": orders["items"],
            "per_item": orders["amount"] / orders["items"],
            "discount": orders["discount"],
            "recency": orders["days_since_last"].clip(upper=720),
            "hour_sin": np.sin(angle),
            "hour_cos": np.cos(angle),
            "mobile": orders["mobile"],
        }
    ).astype(float)


def _same(_: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    return features


def _shifted(column: str) -> Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]:
    def change(_: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
        return features.assign(**{column: np.roll(features[column].to_numpy(), 1)})

    return change


SLIPS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]] = {
    "none": _same,
    "n for n - 1": _same,
    "16 bits": _same,
    "flag turned": lambda _, x: x.assign(mobile=1 - x["mobile"]),
    "hours in UTC": lambda raw, _: _plain(raw.assign(hour=(raw["hour"] + 2) % 24)),
    "log10": lambda raw, x: x.assign(log_amount=np.log10(raw["amount"])),
    "cents": lambda raw, _: _plain(raw.assign(amount=100 * raw["amount"])),
    "percent": lambda _, x: x.assign(discount=100 * x["discount"]),
    "new customer as 0": lambda _, x: x.assign(recency=x["recency"].where(x["recency"] < 720, 0)),
    "discount a row off": _shifted("discount"),
    "amount a row off": _shifted("log_amount"),
    "days a row off": _shifted("recency"),
}
"""What the second program does wrong; "none" and the two on numbers change no definition."""
