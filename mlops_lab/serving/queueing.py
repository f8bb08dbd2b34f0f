"""A server on paper: how long requests wait, how many are inside, what a million of them cost."""

import heapq
from collections import deque

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["cost_per_million", "md1_latency", "mm1_latency", "play"]


def mm1_latency(rate: float, service: float) -> float:
    """Return the mean latency where arrivals and service times are both exponential (M/M/1).

    Parameters
    ----------
    rate : float, from 0
        Mean arrivals in a second, of a Poisson process.
    service : float, above 0
        Mean seconds that the server works on one request.

    Returns
    -------
    float
        Seconds of waiting and service; infinite when the server cannot keep up.

    Examples
    --------
    >>> round(mm1_latency(rate=80, service=0.010), 6)  # five services long at 80 % use
    0.05
    """
    return _latency(rate, service, 1.0)


def md1_latency(rate: float, service: float) -> float:
    """Return the mean latency where every service takes equally long (M/D/1).

    The wait is half of that in `mm1_latency`, which takes the same parameters: the formula of
    Pollaczek (1930) and Khinchine (1932), with services that do not vary.

    Examples
    --------
    >>> round(md1_latency(rate=80, service=0.010), 6)
    0.03
    """
    return _latency(rate, service, 0.0)


def _latency(rate: float, service: float, variation: float) -> float:
    if not (rate >= 0 and service > 0):
        raise ValueError(f"rate must be from 0, service above 0; got {rate} and {service}")
    use = rate * service
    if use >= 1:
        return float("inf")
    return service + service * use * (1 + variation) / (2 * (1 - use))


def cost_per_million(rate: float, price_per_hour: float) -> float:
    """Return what a million predictions cost on a machine that makes `rate` of them in a second.

    Parameters
    ----------
    rate : float, above 0
        Predictions in a second that the machine really serves: at peak use it is its capacity,
        at the use that keeps a latency promise it is less.
    price_per_hour : float, from 0
        Of the machine, whether or not it is busy.

    Examples
    --------
    >>> round(cost_per_million(rate=100, price_per_hour=0.36), 6)
    1.0
    """
    if not (rate > 0 and price_per_hour >= 0):
        raise ValueError(
            f"rate must be above 0, price_per_hour from 0; got {rate} and {price_per_hour}"
        )
    return price_per_hour / 3600 / rate * 1_000_000


def play(
    arrivals: ArrayLike,
    call: float,
    *,
    row: float = 0.0,
    batch_size: int = 1,
    window: float = 0.0,
    queue_size: int | None = None,
    workers: int = 1,
) -> NDArray[np.float64]:
    """Play arrivals through a server on paper, whose workers run one batch after another.

    A batch goes when it is full, or when its first request has waited for the window, but not
    before a worker is free. With the defaults it is the recursion of Lindley (1952).

    Parameters
    ----------
    arrivals : array of shape (n,)
        Seconds, in order.
    call, row : float, from 0, not both 0
        Seconds of each call of the model, and those that each request in it adds.
    batch_size : int, from 1
        Most requests in a call.
    window : float, from 0
        Seconds that the first of a batch waits for others.
    queue_size : int from 1, or None for no bound
        Most requests that wait; who comes beyond that is refused.
    workers : int, from 1
        How many batches can run at once.

    Returns
    -------
    array of shape (n,)
        Latency of each in seconds; NaN for those refused.

    Examples
    --------
    >>> play([0.0, 0.0, 0.0], 1.0)
    array([1., 2., 3.])
    >>> play([0.0, 0.0, 0.0], 1.0, batch_size=2, queue_size=2)
    array([ 1.,  1., nan])
    >>> play([0.0, 0.0, 0.0], 1.0, workers=2)
    array([1., 1., 2.])
    """
    at = np.asarray(arrivals, dtype=float)
    if at.ndim != 1 or not np.isfinite(at).all() or np.any(np.diff(at) < 0):
        raise ValueError(f"arrivals must be one row of finite times in order; got {at.shape}")
    if not (call >= 0 and row >= 0 and call + row > 0 and window >= 0):
        raise ValueError(
            "call, row and window must be from 0, call and row not both 0; got "
            f"{call}, {row}, {window}"
        )
    if batch_size < 1 or workers < 1 or (queue_size is not None and queue_size < 1):
        raise ValueError(
            f"sizes and workers must be from 1; got {batch_size}, {queue_size} and {workers}"
        )
    most = len(at) if queue_size is None else queue_size
    latency = np.full(len(at), np.nan)
    free, following = [0.0] * workers, 0  # a heap of when each worker is free
    waiting: deque[int] = deque()
    while following < len(at) or waiting:
        start, following = _gather(at, waiting, following, free[0], batch_size, window, most)
        batch = [waiting.popleft() for _ in range(min(batch_size, len(waiting)))]
        done = start + call + row * len(batch)
        heapq.heapreplace(free, done)
        latency[batch] = done - at[batch]
    return latency


def _gather(
    at: NDArray[np.float64],
    waiting: deque[int],
    following: int,
    free: float,
    batch_size: int,
    window: float,
    most: int,
) -> tuple[float, int]:
    """Let requests in until the next batch goes; give when it goes, and who comes after."""
    if not waiting:
        waiting.append(following)
        following += 1
    while True:
        full = len(waiting) >= batch_size
        ready = at[waiting[batch_size - 1]] if full else at[waiting[0]] + window
        start = max(free, min(ready, at[waiting[0]] + window))
        # Who comes at the very moment of a full batch's start finds the queue as it was before.
        if (
            following == len(at)
            or at[following] > start
            or (full and at[following] == start > free)
        ):
            return float(start), following
        if len(waiting) < most:
            waiting.append(following)
        following += 1
