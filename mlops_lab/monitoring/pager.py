"""A simulated year of metrics with incidents, and what a pager makes of it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

__all__ = ["Replay", "Year", "grouped", "hourly", "over", "replay", "simulate_year"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
WEEK = 168
"""Hours."""


def hourly(rng: Generator, hours: int, metrics: int, memory: float = 0.0) -> Floats:
    """Simulate quiet metrics: normal, mean 0, standard deviation 1, each with a memory.

    Parameters
    ----------
    rng : Generator
    hours, metrics : int
    memory : float, 0 up to 1
        Correlation of an hour with the one before it; a first-order autoregression.

    Returns
    -------
    array of shape (hours, metrics)

    Raises
    ------
    ValueError
        For a memory out of range.
    """
    if not 0 <= memory < 1:
        raise ValueError(f"memory must lie from 0 up to 1, without 1; got {memory}")
    from scipy.signal import lfilter

    news = rng.normal(size=(hours, metrics))
    news[1:] *= np.sqrt(1 - memory**2)
    filtered: Floats = lfilter([1.0], [1.0, -memory], news, axis=0)
    return filtered


@dataclass(frozen=True)
class Year:
    """Metrics, hour by hour, and the truth behind them.

    Attributes
    ----------
    z : array of shape (hours, metrics)
        Distances from the usual, in standard deviations.
    incident : int array of shape (hours,)
        0 while all is well, else the incident's number, from 1.
    incidents : int
        How many there are.
    """

    z: Floats
    incident: NDArray[np.int64]
    incidents: int

    @property
    def weeks(self) -> float:
        """How long it is."""
        return len(self.z) / WEEK

    def first(self, metrics: int) -> "Year":
        """Return the same year as seen by its first metrics alone."""
        return Year(self.z[:, :metrics], self.incident, self.incidents)


def simulate_year(
    rng: Generator,
    *,
    metrics: int = 20,
    weeks: int = 52,
    memory: float = 0.5,
    incidents: int = 26,
    size: float = 3.75,
    hours: int = 12,
) -> Year:
    """Simulate metrics in which incidents happen.

    An incident moves two metrics, drawn at random, each by a third less to a third more than
    `size`. There are at least 30 hours from one to the next, so some of those drawn are left out.

    Parameters
    ----------
    rng : Generator
    metrics : int, at least 2
    weeks, incidents, hours : int
        Length of the year, incidents drawn, and how long each lasts.
    memory : float
        As in `hourly`.
    size : float
        Standard deviations.

    Raises
    ------
    ValueError
        For fewer than two metrics, or incidents that do not fit.
    """
    length = WEEK * weeks
    if metrics < 2 or not 0 <= incidents < length - hours:
        raise ValueError(
            f"need two metrics, and fewer incidents than hours; got {metrics} and {incidents}"
        )
    z, incident = hourly(rng, length, metrics, memory), np.zeros(length, dtype=np.int64)
    starts = np.sort(rng.choice(length - hours, incidents, replace=False))
    kept = starts[np.diff(starts, prepend=-WEEK) > 30]
    for number, start in enumerate(kept, 1):
        there = slice(start, start + hours)
        moved = rng.choice(metrics, 2, replace=False)
        incident[there] = number
        z[there, moved] += size * rng.uniform(2 / 3, 4 / 3, 2)
    return Year(z, incident, len(kept))


def over(z: Floats, threshold: float, hold: int = 1) -> Flags:
    """Say in which hours an alarm is on.

    Parameters
    ----------
    z : array of shape (hours, metrics)
    threshold : float
        Standard deviations, on both sides.
    hold : int, at least 1
        For how many hours in a row one and the same metric has to be beyond it: Prometheus' `for`.

    Returns
    -------
    bool array of shape (hours,)
    """
    if hold < 1:
        raise ValueError(f"hold must be an hour or more; got {hold}")
    beyond = np.abs(z) > threshold
    held = beyond.copy()
    for back in range(1, hold):
        held[back:] &= beyond[:-back]
        held[:back] = False
    return np.asarray(held.any(axis=1))


def grouped(hours: NDArray[np.int64], within: int = 6) -> NDArray[np.int64]:
    """Keep one page of those that come within some hours of the last that was sent.

    Parameters
    ----------
    hours : int array, growing
    within : int
        Hours.

    Examples
    --------
    >>> grouped(np.array([1, 2, 6, 7, 20]), within=6).tolist()
    [1, 7, 20]
    """
    kept: list[int] = []
    for hour in hours.tolist():
        if not kept or hour - kept[-1] >= within:
            kept.append(hour)
    return np.array(kept, dtype=np.int64)


@dataclass(frozen=True)
class Replay:
    """What a pager did in a year.

    Attributes
    ----------
    pages, answered : float
        A week.
    real : float
        Share of pages sent during an incident; missing without pages.
    machine, team : float
        Share of incidents for which a page was sent, and for which one was answered.
    missed : float
        Incidents a week that no person heard of by page.
    """

    pages: float
    answered: float
    real: float
    machine: float
    team: float
    missed: float

    def cost(self, incident: float, page: float) -> float:
        """Return the cost of a week, by the price of a missed incident and of an answered page."""
        return self.missed * incident + self.answered * page


def replay(
    year: Year,
    threshold: float,
    rng: Generator,
    *,
    hold: int = 1,
    distrust: float = 1.0,
    remembered: int = 20,
    within: int = 6,
) -> Replay:
    """Send the pages of a year to people who answer as often as the last pages were real.

    Parameters
    ----------
    year : Year
    threshold : float
        Standard deviations.
    rng : Generator
        Which pages are answered.
    hold : int
        As in `over`.
    distrust : float, at least 0
        A page is answered with the chance share ** distrust, where share is that of the last pages
        that were real: 0 for people who never tire, 1 for those who match their answers to it, as
        most do in the laboratory (Bliss, Gilson and Deaton 1995). At least one page in twenty is
        answered.
    remembered : int
        How many pages they remember; the first ones find full trust.
    within : int
        As in `grouped`.
    """
    sent = grouped(np.flatnonzero(over(year.z, threshold, hold)), within)
    of = year.incident[sent]
    real = of > 0
    trust = np.concatenate([np.ones(remembered), real.astype(float)]).cumsum()
    share = (trust[remembered - 1 :] - np.concatenate([[0.0], trust])[: len(real) + 1])[:-1]
    chance = np.maximum((share / remembered) ** distrust, 0.05)
    answered = rng.random(len(sent)) < chance
    sent_for, heard = set(of[real].tolist()), set(of[real & answered].tolist())
    count = max(1, year.incidents)
    return Replay(
        pages=len(sent) / year.weeks,
        answered=float(answered.sum()) / year.weeks,
        real=float(real.mean()) if len(sent) else float("nan"),
        machine=len(sent_for) / count,
        team=len(heard) / count,
        missed=(year.incidents - len(heard)) / year.weeks,
    )
