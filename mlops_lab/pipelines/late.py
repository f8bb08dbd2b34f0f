"""Events that arrive late, and windows that close without them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Arrivals", "arrivals", "in_time"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arrivals:
    """A day of orders, by the time at which they were placed.

    Attributes
    ----------
    event : array of shape (orders,)
        Hours since midnight at which each was placed, ascending.
    arrival : array of shape (orders,)
        Hours since midnight at which the pipeline gets it.
    amount : array of shape (orders,)
        Euro.
    """

    event: Floats
    arrival: Floats
    amount: Floats


def arrivals(
    orders: int,
    *,
    late_share: float = 0.05,
    delay: float = 2.0,
    link: float = 0.0,
    seed: int | np.random.Generator,
) -> Arrivals:
    """Draw a day of orders, of which some come from phones without a connection.

    Times are uniform over the day, amounts log-normal with a median of 33 euro. Delays are
    exponential: of a minute on average, or of `delay` hours for late ones.

    Parameters
    ----------
    orders : int, from 1
    late_share : float, 0 to 1
        Chance that an order is late.
    delay : float, above 0
        Mean delay of late orders, hours.
    link : float
        Amounts of late orders are multiplied by ``exp(link)``: 0 makes them like all others.
    seed : int or Generator

    Raises
    ------
    ValueError
        For values out of range.
    """
    if orders < 1 or not 0 <= late_share <= 1 or not delay > 0:
        raise ValueError(
            f"orders start at 1, late_share lies in 0 to 1, delay above 0; "
            f"got {orders}, {late_share} and {delay}"
        )
    rng = np.random.default_rng(seed)
    event = np.sort(rng.uniform(0, 24, orders))
    late = rng.random(orders) < late_share
    wait = np.where(late, rng.exponential(delay, orders), rng.exponential(1 / 60, orders))
    amount = np.exp(rng.normal(3.5, 0.6, orders) + link * late)
    return Arrivals(event, event + wait, amount)


def in_time(
    event: ArrayLike, arrival: ArrayLike, *, lag: float = 0.0, window: float = 1.0
) -> NDArray[np.bool_]:
    """Say which events are counted, where windows of event time close at a watermark.

    The watermark is the largest event time that has arrived so far, less `lag`. A window closes
    when the watermark reaches its end; an event whose window has closed is dropped (Akidau and
    others 2015).

    Parameters
    ----------
    event, arrival : arrays of shape (n,)
        Times of each event, and of its arrival, in one unit. No order is needed; events that
        arrive at one time are taken in the order of the array.
    lag : float, from 0
        How long windows are kept open.
    window : float, above 0
        Length of the windows, of which one begins at 0.

    Raises
    ------
    ValueError
        For arrays that do not fit, or values out of range.

    Examples
    --------
    >>> in_time([0.9, 1.2, 0.8], [0.9, 1.2, 1.3])
    array([ True,  True, False])
    >>> in_time([0.9, 1.2, 0.8], [0.9, 1.2, 1.3], lag=0.5)
    array([ True,  True,  True])
    """
    t, came = (np.asarray(one, dtype=np.float64) for one in (event, arrival))
    if t.ndim != 1 or t.shape != came.shape:
        raise ValueError(f"need one arrival for each event; got {t.shape} and {came.shape}")
    if not (lag >= 0 and window > 0):
        raise ValueError(f"lag starts at 0, window lies above 0; got {lag} and {window}")
    order = np.argsort(came, kind="stable")
    before = np.concatenate([[-np.inf], np.maximum.accumulate(t[order])])[: len(t)]
    mark = np.empty_like(t)
    mark[order] = before - lag
    return np.asarray(mark < (np.floor(t / window) + 1) * window)
