"""Simulated time: of steps with stragglers, of an all-reduce, between failures."""

from __future__ import annotations

from math import gamma, sqrt

import numpy as np
from numpy.typing import NDArray

__all__ = ["failures", "ring_seconds", "step_times", "young"]

Floats = NDArray[np.float64]


def step_times(
    rng: np.random.Generator,
    steps: int,
    workers: int,
    *,
    hiccups: float = 0.01,
    length: float = 2.0,
    spread: float = 0.2,
) -> Floats:
    """Draw how long each worker computes in each step.

    A gamma distribution of mean 1, and now and then a hiccup on top, whose length is exponential.
    All draws are independent.

    Parameters
    ----------
    rng : Generator
    steps, workers : int, at least 1
    hiccups : float, 0 to 1
        Share of a worker's steps that have one.
    length : float, at least 0
        Mean length of a hiccup, in steps without one.
    spread : float, above 0
        Standard deviation of a step without a hiccup.

    Returns
    -------
    array of shape (steps, workers)

    Raises
    ------
    ValueError
        For a value out of range.

    Examples
    --------
    >>> times = step_times(np.random.default_rng(0), 100, 8, hiccups=0)
    >>> times.shape, bool(times.max(axis=1).mean() > times.mean())
    ((100, 8), True)
    """
    if min(steps, workers) < 1 or not 0 <= hiccups <= 1 or length < 0 or not spread > 0:
        raise ValueError(
            "need a step and a worker or more, hiccups from 0 to 1, length at least 0, spread "
            f"above 0; got {steps}, {workers}, {hiccups}, {length}, {spread}"
        )
    times = rng.gamma(1 / spread**2, spread**2, (steps, workers))
    late = rng.random((steps, workers)) < hiccups
    times[late] += length * rng.exponential(size=int(late.sum()))
    return times


def ring_seconds(workers: int, size: float, latency: float, bandwidth: float) -> float:
    """Return the time of a ring all-reduce: 2 (N - 1) messages of a N-th of the vector, in turn.

    Parameters
    ----------
    workers : int, N, at least 1
    size : float
        Bytes of the vector.
    latency : float
        Seconds that a message takes however short it is.
    bandwidth : float, above 0
        Bytes a second.

    Examples
    --------
    >>> ring_seconds(4, 8e6, 0.001, 1e9)  # 6 messages of 2 MB
    0.018
    """
    if workers < 1 or not bandwidth > 0:
        raise ValueError(
            f"need a worker or more and a bandwidth above 0; got {workers} and {bandwidth}"
        )
    return 2 * (workers - 1) * (latency + size / workers / bandwidth)


def failures(rng: np.random.Generator, count: int, mean: float, shape: float = 1.0) -> Floats:
    """Draw the times between failures from a Weibull distribution.

    Parameters
    ----------
    rng : Generator
    count : int
    mean : float
        Mean time between failures.
    shape : float, above 0
        1: failures have no memory (exponential). Below 1 they come in bursts, above 1 by wear.

    Returns
    -------
    array of shape (count,), in the unit of `mean`
    """
    if not shape > 0 or not mean > 0:
        raise ValueError(f"need a mean and a shape above 0; got {mean} and {shape}")
    return mean * rng.weibull(shape, count) / gamma(1 + 1 / shape)


def young(write: float, mean: float) -> float:
    """Return the time from checkpoint to checkpoint that loses least, to first order.

    The square root of 2 `write` `mean` (Young 1974).

    Parameters
    ----------
    write : float
        Time that a checkpoint takes.
    mean : float
        Mean time between failures of the whole job, in the same unit.

    Examples
    --------
    >>> young(20, 3600)
    379.47331922020555
    """
    if not write > 0 or not mean > 0:
        raise ValueError(f"need times above 0; got {write} and {mean}")
    return sqrt(2 * write * mean)
