"""A courier firm's parcels and its two nightly tables, and when each of their rows was written.

Nothing here is real, so that it is known what the store could say at any moment.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["World", "simulate"]

Floats = NDArray[np.float64]

_PRIOR = 1, 4  # a share starts from 1 late of 4, so that one parcel does not make it 0 or 1
_HOUR = 2 / 24  # the nightly job is done at 02:00
_BASE, _A_KM = -1.4, 0.03
_TASTE, _STATE = 0.8, 1.1  # on the log-odds, per standard deviation


class World(NamedTuple):
    """Parcels and the two tables of features that a nightly job makes from them."""

    parcels: pd.DataFrame
    rates: pd.DataFrame
    histories: pd.DataFrame

    @property
    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """The tables of features, each with the name of its key."""
        return [("courier", self.rates), ("customer", self.histories)]


def simulate(
    days: int = 60,
    per_day: int = 300,
    *,
    seed: int,
    persistence: float = 0.9,
    delay: float = 0.12,
    couriers: int = 30,
    customers: int = 2000,
) -> World:
    """Draw parcels, day after day, and what the nightly job wrote about couriers and customers.

    The log-odds of a late parcel are ``-1.4 + 0.03 (km - 15)``, plus 0.8 times the taste of its
    customer, which is standard normal and stays, plus 1.1 times the state of its courier, which is
    an autoregression of variance 1. The outcome is known when the day is over. In the night after
    it, at 02:00, the job writes a row for each courier and each customer of the day. On some nights
    it comes 1 to 3 days later.

    Parameters
    ----------
    days : int, 2 or more
    per_day : int, 1 or more
    seed : int, 0 or more
    persistence : float, 0 to below 1
        Correlation of a courier's state from one day to the next.
    delay : float, 0 to 1
        Share of the nights whose job is late.
    couriers, customers : int, 1 or more

    Returns
    -------
    World
        All clocks are in days from the first midnight. `parcels`: ``parcel`` (its number),
        ``asked`` (when the model is asked), ``day``, ``customer``, ``courier``, ``distance`` (km)
        and ``late`` (0 or 1), in the order of ``asked``. `rates`: ``courier``, ``event`` (the
        midnight that **begins** the day described), ``written`` and ``rate``, the share late of
        that day. `histories`: ``customer``, ``event``, ``written`` and ``history``, the share late
        up to the end of that day. Both shares are (late + 1) / (parcels + 4).

    Raises
    ------
    ValueError
        For a parameter out of its range.

    Examples
    --------
    >>> world = simulate(days=3, per_day=2, seed=0)
    >>> len(world.parcels), list(world.rates)
    (6, ['courier', 'event', 'written', 'rate'])
    """
    _check(days=(days, 2), per_day=(per_day, 1), couriers=(couriers, 1), customers=(customers, 1))
    if not 0 <= persistence < 1 or not 0 <= delay <= 1:
        raise ValueError(
            f"persistence must be 0 to below 1 and delay 0 to 1; got {persistence} and {delay}"
        )
    rng = np.random.default_rng(seed)
    taste, state = rng.normal(size=customers), rng.normal(size=(days, couriers))
    for day in range(1, days):
        state[day] = persistence * state[day - 1] + np.sqrt(1 - persistence**2) * state[day]
    parcels = _parcels(rng, taste, state, per_day)
    late_night = np.where(rng.random(days) < delay, rng.integers(1, 4, days), 0)
    written: Floats = np.arange(days, dtype=float) + 1 + _HOUR + late_night
    return World(
        parcels,
        _nightly(parcels, "courier", "rate", written, whole=False),
        _nightly(parcels, "customer", "history", written, whole=True),
    )


def _check(**given: tuple[int, int]) -> None:
    for name, (value, least) in given.items():
        if value < least:
            raise ValueError(f"{name} must be {least} or more; got {value}")


def _parcels(rng: np.random.Generator, taste: Floats, state: Floats, per_day: int) -> pd.DataFrame:
    days, couriers = state.shape
    rows = days * per_day
    day = np.repeat(np.arange(days), per_day)
    hour = np.sort(rng.uniform(0.25, 0.95, (days, per_day)), axis=1).ravel()
    customer, courier = rng.integers(0, len(taste), rows), rng.integers(0, couriers, rows)
    distance = rng.gamma(3, 5, rows)
    log_odds = _BASE + _A_KM * (distance - 15) + _TASTE * taste[customer]
    late = rng.random(rows) < expit(log_odds + _STATE * state[day, courier])
    return pd.DataFrame(
        {
            "parcel": np.arange(rows),
            "asked": day + hour,
            "day": day,
            "customer": customer,
            "courier": courier,
            "distance": distance,
            "late": late.astype(int),
        }
    )


def _nightly(
    parcels: pd.DataFrame, key: str, name: str, written: Floats, *, whole: bool
) -> pd.DataFrame:
    counts = parcels.groupby([key, "day"])["late"].agg(["sum", "count"])
    if whole:
        counts = counts.groupby(key).cumsum()
    share = (counts["sum"] + _PRIOR[0]) / (counts["count"] + _PRIOR[1])
    table = share.rename(name).reset_index()
    return pd.DataFrame(
        {
            key: table[key],
            "event": table["day"].astype(float),
            "written": written[table["day"]],
            name: table[name],
        }
    )
