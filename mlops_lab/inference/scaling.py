"""A service that scales by itself: traffic with bursts, and pods that take time to start."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EVERY", "TICK", "WINDOW", "Now", "Scaled", "autoscale", "bursts"]

TICK = 5
"""Seconds of one step of the simulation."""
EVERY = 15
"""Seconds from one decision to the next, as a cluster has it by default."""
WINDOW = 30
"""Seconds over which what is measured is averaged."""


@dataclass(frozen=True)
class Now:
    """What a rule may look at.

    Attributes
    ----------
    ready, pods : int
        Pods that answer, and all of them, with those that still start.
    busy : float
        Share of their capacity that the ready pods use, 0 to 1.
    rate : float
        Requests that arrive, a second.
    """

    ready: int
    pods: int
    busy: float
    rate: float


@dataclass(frozen=True)
class Scaled:
    """What a run gave, tick by tick.

    Attributes
    ----------
    arrived : array, requests that arrived in each tick
    waits : array, seconds that a request which arrives at the end of the tick waits
    pods : array, pods that are paid for, ready or not
    """

    arrived: NDArray[np.float64]
    waits: NDArray[np.float64]
    pods: NDArray[np.float64]

    @property
    def pod_hours(self) -> float:
        """What is paid for, in hours of one pod."""
        return float(self.pods.sum() * TICK / 3600)

    def late(self, most: float = 1.0) -> float:
        """Return the share of requests that wait for more than `most` seconds."""
        return float(self.arrived[self.waits > most].sum() / max(self.arrived.sum(), 1))


def bursts(seed: int, seconds: int = 7200, strength: float = 2.4) -> NDArray[np.float64]:
    """Draw the requests of each tick: a wave of one hour, and three bursts on top.

    The wave goes from 30 to 130 requests a second. A burst begins at a random time, lasts 200 to
    600 s and multiplies the rate by 0.75 to 1.25 times `strength`. Counts are Poisson.

    Parameters
    ----------
    seed : int
    seconds : int, at least 1800
    strength : float, positive

    Returns
    -------
    array of shape (seconds // TICK,)
    """
    if seconds < 1800 or strength <= 0:
        raise ValueError(
            f"need 1800 seconds or more and a positive strength; got {seconds} and {strength}"
        )
    rng = np.random.default_rng(seed)
    at = np.arange(0, seconds, TICK)
    rate = 80 + 50 * np.sin(2 * np.pi * at / 3600 - np.pi / 2)
    for start in rng.integers(600, seconds - 900, 3):
        inside = (at >= start) & (at < start + rng.integers(200, 600))
        rate = np.where(inside, rate * strength * rng.uniform(0.75, 1.25), rate)
    return rng.poisson(rate * TICK).astype(float)


def autoscale(
    arrivals: ArrayLike,
    rule: Callable[[Now], int],
    *,
    capacity: float = 10.0,
    startup: float = 60.0,
    hold: float = 300.0,
    start: int = 6,
    limits: tuple[int, int] = (2, 100),
) -> Scaled:
    """Play a service whose number of pods a rule decides every `EVERY` seconds.

    Requests wait in one queue, which all ready pods serve. A new pod answers, and shows in what is
    measured, only after `startup` seconds, and is paid for from the beginning. Pods are taken away
    only down to the highest number that the rule wanted in the last `hold` seconds, those that
    still start first.

    Parameters
    ----------
    arrivals : array of shape (ticks,), requests in each tick, 0 or more
    rule : function of `Now` that gives the wanted number of pods
    capacity : float, requests a second that one pod serves, positive
    startup, hold : float, seconds, 0 or more
    start : int, pods that are ready at first
    limits : (int, int), least and most pods, at least 1

    Raises
    ------
    ValueError
        For arrivals below 0 or not in one row, or a constant out of its range.
    """
    arrived = np.asarray(arrivals, dtype=float)
    if arrived.ndim != 1 or not len(arrived) or not (arrived >= 0).all():
        raise ValueError(f"need a row of counts, 0 or more; got {arrived.shape}")
    least, most = limits
    if not (capacity > 0 and startup >= 0 and hold >= 0 and 1 <= least <= start <= most):
        raise ValueError(
            "need capacity above 0, startup and hold of 0 or more and 1 <= least <= start <= most; "
            f"got {capacity}, {startup}, {hold}, {least}, {start}, {most}"
        )
    span = WINDOW // TICK
    ready, starting, queue = start, list[float](), 0.0
    busy, waits, pods, wanted = list[float](), list[float](), list[float](), list[tuple[int, int]]()
    for i, new in enumerate(arrived.tolist()):
        now = i * TICK
        ready += sum(one <= now for one in starting)
        starting = [one for one in starting if one > now]
        done = min(queue + new, ready * capacity * TICK)
        queue += new - done
        busy.append(done / (ready * capacity * TICK))
        waits.append(queue / (ready * capacity))
        pods.append(ready + len(starting))
        if now % EVERY or i < span:
            continue
        rate = float(arrived[i - span + 1 : i + 1].mean()) / TICK
        seen = Now(ready, ready + len(starting), math.fsum(busy[-span:]) / span, rate)
        want = min(max(int(rule(seen)), least), most)
        wanted = [(at, n) for at, n in wanted if at > now - hold] + [(now, want)]
        held = max(n for _, n in wanted)
        if want > seen.pods:
            starting += [now + startup] * (want - seen.pods)
        elif held < seen.pods:
            kept = max(len(starting) - (seen.pods - held), 0)
            ready, starting = max(least, held - kept), starting[:kept]
    return Scaled(arrived, np.array(waits), np.array(pods))
