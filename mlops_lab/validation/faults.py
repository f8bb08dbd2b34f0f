"""Faults of a feed of parcels, made on purpose, to score a validator as detectors are scored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["KINDS", "Fault", "damage"]

Rows = NDArray[np.int64]
_POUNDS = 2.205  # in a kilogram
_SCALE_ENDS = 34.0  # the new scanners show no more pounds than that
_NUMBERED = 900_000_000  # new numbers of parcels that are sent once more begin here


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes
    ----------
    what : str
        What happened, in words.
    share : float
        Of the rows that it touches where nobody says otherwise.
    make : callable
        Changes a copy of a batch, given the rows to touch and the batch of the day before.
    """

    what: str
    share: float
    make: Callable[[pd.DataFrame, Rows, pd.DataFrame], pd.DataFrame]


def damage(
    kind: str,
    batch: pd.DataFrame,
    before: pd.DataFrame,
    *,
    seed: int,
    dose: float | None = None,
) -> pd.DataFrame:
    """Put a fault into a batch.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    batch, before : DataFrame
        Parcels of a day as `mlops_lab.data.parcels.simulate` gives them, and of the day before.
    seed : int
        Says which rows are touched.
    dose : float, optional
        The share of rows that are touched, above 0 and at most 1.

    Returns
    -------
    DataFrame
        Another one; what was given has not changed.

    Raises
    ------
    ValueError
        For an unknown kind or an impossible dose.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    share = KINDS[kind].share if dose is None else dose
    if not 0 < share <= 1:
        raise ValueError(f"dose must be above 0 and at most 1, not {share}")
    rng = np.random.default_rng(seed)
    touched = rng.choice(len(batch), max(1, round(share * len(batch))), replace=False)
    return KINDS[kind].make(batch.reset_index(drop=True), np.sort(touched), before)


def _set(column: str, value: object) -> Callable[..., pd.DataFrame]:
    def make(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
        changed = batch[column].astype(object) if isinstance(value, str) else batch[column].copy()
        changed.iloc[rows] = value
        return batch.assign(**{column: changed})

    return make


def _as_text(mark: str) -> Callable[..., pd.DataFrame]:
    def make(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
        text = batch["weight"].astype(object)
        text.iloc[rows] = [f"{one:.2f}".replace(".", mark) for one in batch["weight"].iloc[rows]]
        return batch.assign(weight=text)

    return make


def _times(factor: float, most: float = np.inf, depot: str = "") -> Callable[..., pd.DataFrame]:
    def make(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
        weight = batch["weight"].copy()
        if depot:
            rows = rows[(batch["depot"] == depot).to_numpy()[rows]]
        weight.iloc[rows] = (weight.iloc[rows] * factor).clip(upper=most).round(2)
        return batch.assign(weight=weight)

    return make


def _again(*, renumbered: bool) -> Callable[..., pd.DataFrame]:
    def make(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
        copies = batch.iloc[rows]
        if renumbered:
            copies = copies.assign(parcel=_NUMBERED + np.arange(len(copies)))
        return pd.concat([batch, copies], ignore_index=True)

    return make


def _stale(batch: pd.DataFrame, rows: Rows, before: pd.DataFrame) -> pd.DataFrame:
    old = before.reset_index(drop=True).iloc[rows[rows < len(before)]]
    fresh = batch.drop(index=old.index)
    old = old.assign(day=batch["day"].iloc[0], parcel=_NUMBERED + np.arange(len(old)))
    return pd.concat([fresh, old], ignore_index=True)


def _swapped(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
    length, distance = batch["length"].copy(), batch["distance"].copy()
    length.iloc[rows], distance.iloc[rows] = (
        batch["distance"].iloc[rows],
        batch["length"].iloc[rows],
    )
    return batch.assign(length=length, distance=distance)


def _later(batch: pd.DataFrame, rows: Rows, _: pd.DataFrame) -> pd.DataFrame:
    hour = batch["hour"].copy()
    hour.iloc[rows] = ((hour.iloc[rows] + 2) % 24).round(2)
    return batch.assign(hour=hour)


KINDS: Mapping[str, Fault] = {
    "comma": Fault("weights arrive as text with a comma", 1.0, _as_text(",")),
    "text": Fault("weights arrive as text", 1.0, _as_text(".")),
    "n/a": Fault("some weights are the text n/a", 0.02, _set("weight", "n/a")),
    "range": Fault("some weights are -1", 0.01, _set("weight", -1.0)),
    "missing": Fault("weights are missing", 0.25, _set("weight", np.nan)),
    "grams": Fault("weights are in grams", 1.0, _times(1000)),
    "pounds": Fault("weights are in pounds", 1.0, _times(_POUNDS, _SCALE_ENDS)),
    "quarry": Fault("one depot weighs in pounds", 1.0, _times(_POUNDS, _SCALE_ENDS, "quarry")),
    "category": Fault("a new service that nobody announced", 0.05, _set("service", "same day")),
    "resent": Fault("rows are sent twice", 0.10, _again(renumbered=False)),
    "renumbered": Fault("rows are sent twice, with new numbers", 0.10, _again(renumbered=True)),
    "stale": Fault("yesterday's parcels come with today's date", 1.0, _stale),
    "swapped": Fault("length and distance have changed places", 1.0, _swapped),
    "default": Fault("weights that were not read are 1.0", 0.15, _set("weight", 1.0)),
    "clock": Fault("the clocks are two hours ahead", 1.0, _later),
}
"""Fifteen kinds of fault by name."""
