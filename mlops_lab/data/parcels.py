"""Parcels of a courier firm, simulated: any number of days, with the true chance of a delay."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["DEPOTS", "SERVICES", "simulate"]

Floats = NDArray[np.float64]

DEPOTS = ("harbour", "north", "mill", "airport", "old town", "west", "hill", "quarry")
"""Where parcels leave from, the busiest first."""
SERVICES = ("economy", "standard", "express")
"""What a sender can pay for."""
_MOST = 1_000_000  # parcels a day: their numbers must not meet those of the next
_OF_DEPOT = np.array([0.22, 0.19, 0.16, 0.13, 0.11, 0.09, 0.06, 0.04])
_OF_SERVICE = np.array([0.35, 0.45, 0.20])
_POSTCODES = 50  # of each depot
# On the log-odds of a delay. The signs of the evenings alternate: neither the hour nor the depot
# says much alone.
_EVENING = np.array([1.6, -1.2, 1.2, -1.6, 1.4, -1.4, 1.0, -1.0])
_BY_SERVICE = np.array([0.3, 0.0, -0.5])
_BASE, _A_KM, _A_KG, _A_STOP = -1.5, 0.06, 0.05, 0.02


class _World(NamedTuple):
    """What stays from day to day, by postcode."""

    distance: Floats  # km from the depot
    effect: Floats  # on the log-odds
    share: Floats  # of the depot's parcels, up to this postcode: depots x postcodes


def simulate(
    days: int = 60, per_day: int = 400, *, seed: int, first_day: int = 0, world: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw parcels, day after day, and whether each came late.

    A day holds the same parcels whatever other days are asked for with it, so that a long time can
    be drawn in pieces. Other seeds give other parcels of the same streets; another world has other
    streets.

    Parameters
    ----------
    days : int, 1 or more
    per_day : int, 1 to 1,000,000
    seed : int, 0 or more
        Of the parcels.
    first_day : int, 0 or more
    world : int, 0 or more
        Of the postcodes: how far they are, how hard to deliver to, and how many parcels they get.

    Returns
    -------
    frame : DataFrame
        ``parcel`` (its number), ``day``, ``hour`` (5 to 23.5), ``depot``, ``postcode``,
        ``service``, ``weight`` in kg, ``length`` in cm, ``distance`` in km, ``value`` in euro (3 %
        missing), ``stops`` of its van on that day, ``app`` (the receiver has it: 0 or 1) and
        ``late`` (0 or 1).
    truth : DataFrame
        ``chance``: how likely the parcel was to come late.

    Raises
    ------
    ValueError
        For a number out of its range.

    Examples
    --------
    >>> frame, truth = simulate(2, 300, seed=7)
    >>> len(frame), frame.day.unique().tolist(), truth.columns.tolist()
    (600, [0, 1], ['chance'])
    """
    for name, value, low, high in (
        ("days", days, 1, None),
        ("per_day", per_day, 1, _MOST),
        ("seed", seed, 0, None),
        ("first_day", first_day, 0, None),
        ("world", world, 0, None),
    ):
        if value < low or (high is not None and value > high):
            allowed = f"{low} or more" if high is None else f"from {low} to {high:,}"
            raise ValueError(f"{name} must be {allowed}, not {value}")
    streets = _world(world)
    drawn = [_day(day, per_day, seed, streets) for day in range(first_day, first_day + days)]
    frames, chances = zip(*drawn, strict=True)
    chance = pd.DataFrame({"chance": np.concatenate(chances).round(4)})
    return pd.concat(frames, ignore_index=True), chance


@cache
def _world(number: int) -> _World:
    rng = np.random.default_rng([1, number])
    count = len(DEPOTS) * _POSTCODES
    distance = rng.gamma(3, 5, count) + 1
    effect = rng.normal(0, 0.7, count)
    share = rng.dirichlet(np.full(_POSTCODES, 0.6), len(DEPOTS))
    return _World(distance, effect, np.cumsum(share, axis=1))


def _day(day: int, n: int, seed: int, world: _World) -> tuple[pd.DataFrame, Floats]:
    """Draw the parcels of one day, and each one's chance of coming late."""
    rng = np.random.default_rng([2, seed, day])
    hour = np.where(rng.random(n) < 0.55, rng.normal(10, 2, n), rng.normal(18, 2, n)).clip(5, 23.5)
    depot = rng.choice(len(DEPOTS), n, p=_OF_DEPOT)
    postcode = _postcodes(depot, rng.random(n), world)
    service = rng.choice(len(SERVICES), n, p=_OF_SERVICE)
    weight = np.exp(rng.normal(0.7, 0.9, n)).clip(0.05, 30)
    length = (18 * weight**0.33 * np.exp(rng.normal(0.3, 0.25, n))).clip(8, 150)
    distance = world.distance[postcode] * np.exp(rng.normal(0, 0.1, n))
    value = np.exp(rng.normal(3.4, 1, n)).round(2)
    stops = rng.poisson(75 if day % 7 == 0 else 60, n)
    far = world.distance[postcode] - 16
    frame = pd.DataFrame(
        {
            "parcel": _MOST * (day + 1) + np.arange(n),
            "day": day,
            "hour": hour.round(2),
            "depot": np.array(DEPOTS)[depot],
            "postcode": [f"P{one:03d}" for one in postcode],
            "service": np.array(SERVICES)[service],
            "weight": weight.round(2),
            "length": length.round(1),
            "distance": distance.round(1),
            "value": np.where(rng.random(n) < 0.03, np.nan, value),
            "stops": stops,
            "app": (rng.random(n) < expit(0.4 - 0.12 * far)).astype(int),
        }
    )
    chance = expit(
        _BASE
        + _A_KM * (distance - 16)
        + _A_KG * (weight - 3)
        + _A_STOP * (stops - 60)
        + _BY_SERVICE[service]
        + _EVENING[depot] * np.tanh((hour - 14) / 4)
        + world.effect[postcode]
    )
    return frame.assign(late=(rng.random(n) < chance).astype(int)), chance


def _postcodes(depot: NDArray[np.int64], place: Floats, world: _World) -> NDArray[np.int64]:
    """Choose a postcode of each parcel's depot; `place`, 0 to 1, is how far down the list."""
    # The depots' lists one after the other: that of depot i reaches from i to i + 1.
    ends = world.share + np.arange(len(DEPOTS))[:, None]
    ends[:, -1] = np.arange(1, len(DEPOTS) + 1)  # rounding leaves the shares' sum below 1
    return np.searchsorted(ends.ravel(), depot + place)
