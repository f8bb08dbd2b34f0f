"""A cache before a model: traffic with popular keys, hits, stale answers, and the queue behind."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

__all__ = ["characteristic_hit_rate", "latencies", "lru_hits", "popularity", "ttl_shares"]


def popularity(keys: int, skew: float) -> NDArray[np.float64]:
    """Return the share of requests of each key, the most popular first: the i-th has i^-skew.

    This is Zipf's law. A skew of 0 makes all keys equally popular.

    Parameters
    ----------
    keys : int, at least 1
    skew : float, at least 0

    Returns
    -------
    array of shape (keys,), which adds up to 1

    Examples
    --------
    >>> popularity(3, 1).round(3).tolist()
    [0.545, 0.273, 0.182]
    """
    if keys < 1 or skew < 0:
        raise ValueError(f"need a key or more and a skew of 0 or more; got {keys} and {skew}")
    weight = np.arange(1, keys + 1, dtype=float) ** -skew
    return np.asarray(weight / weight.sum())


def lru_hits(keys: Iterable[Hashable], size: int) -> NDArray[np.bool_]:
    """Tell which requests a cache answers that drops the least recently used key when it is full.

    Parameters
    ----------
    keys : the key of each request, in order
    size : int, at least 1
        Keys that the cache holds. It is empty at first.

    Returns
    -------
    array of bool, one entry a request

    Examples
    --------
    >>> lru_hits("abaca", 2).tolist()
    [False, False, True, False, True]
    """
    if size < 1:
        raise ValueError(f"a cache needs room for at least one key; got {size}")
    held: OrderedDict[Hashable, None] = OrderedDict()
    hits = []
    for key in keys:
        hits.append(key in held)
        held[key] = None
        held.move_to_end(key)
        if len(held) > size:
            held.popitem(last=False)
    return np.array(hits, dtype=bool)


def characteristic_hit_rate(shares: ArrayLike, size: int) -> float:
    """Forecast the hit rate of a least-recently-used cache from the popularity of keys.

    Che's approximation: a key stays for T requests after its last one, the same T for all keys,
    such that the cache is full on average: the sum of 1 - exp(-p T) is its size.

    Parameters
    ----------
    shares : array of shape (keys,), positive, which adds up to 1
    size : int, 1 to keys - 1

    Returns
    -------
    float, 0 to 1

    Examples
    --------
    >>> round(characteristic_hit_rate([0.25] * 4, 2), 3)
    0.5
    """
    p = np.asarray(shares, dtype=float)
    if p.ndim != 1 or not (p > 0).all() or abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"shares must be positive and add up to 1; got {p.shape}: {p.flat[:5]}")
    if not 1 <= size < len(p):
        raise ValueError(f"size must lie between 1 and {len(p) - 1}, the keys less one; got {size}")
    stay = brentq(lambda t: (1 - np.exp(-p * t)).sum() - size, 0, len(p) * 50 / p.min())
    return float((p * (1 - np.exp(-p * stay))).sum())


def ttl_shares(rates: ArrayLike, lifetime: float, changes: float) -> tuple[float, float]:
    """Forecast hits and stale answers of a cache whose entries live for a fixed time.

    A key is asked for at random, `rate` times a second. A miss fills its entry, which answers for
    `lifetime` seconds, and is stale from the first change of the true answer on.

    Parameters
    ----------
    rates : array of shape (keys,), requests a second of each key, positive
    lifetime : float, seconds, positive
    changes : float, changes a second of each key's true answer, positive

    Returns
    -------
    (hits, stale) : shares of all requests; stale ones are hits as well

    Notes
    -----
    Of each 1 + rate x lifetime requests of a key, one misses. The expected time for which an entry
    is stale is lifetime - (1 - exp(-changes x lifetime)) / changes.

    Examples
    --------
    >>> [round(share, 3) for share in ttl_shares([1.0], 9, 0.1)]
    [0.9, 0.307]
    """
    rate = np.asarray(rates, dtype=float)
    if rate.ndim != 1 or not len(rate) or not (rate > 0).all():
        raise ValueError(f"need a positive rate for each key; got {rate.shape}: {rate.flat[:5]}")
    if lifetime <= 0 or changes <= 0:
        raise ValueError(f"lifetime and changes must be positive; got {lifetime} and {changes}")
    share = rate / rate.sum()
    old = lifetime - (1 - np.exp(-changes * lifetime)) / changes
    asked = rate / (1 + rate * lifetime)
    return float((share * asked).sum() * lifetime), float((share * asked).sum() * old)


def latencies(
    arrivals: ArrayLike, hits: ArrayLike, service: float, hit: float = 0.0005
) -> NDArray[np.float64]:
    """Return the latency of each request: hits are answered at once, misses wait for one server.

    Parameters
    ----------
    arrivals : array of shape (n,), seconds, ascending
    hits : array of bool, shape (n,)
    service, hit : float, seconds
        What a miss takes on the server, and what a hit takes.

    Returns
    -------
    array of shape (n,), seconds

    Notes
    -----
    With a constant service time s, the i-th miss ends at s (i + 1) + max over j <= i of
    (arrival j - s j), which is Lindley's recursion written out.

    Examples
    --------
    >>> latencies([0, 1, 2], [False, False, True], 3).tolist()
    [3.0, 5.0, 0.0005]
    """
    at, found = np.asarray(arrivals, dtype=float), np.asarray(hits, dtype=bool)
    if at.ndim != 1 or at.shape != found.shape or (np.diff(at) < 0).any():
        raise ValueError(
            f"need arrivals in order and as many hits; got the shapes {at.shape} and {found.shape}"
        )
    if service <= 0 or hit < 0:
        raise ValueError(f"service must be positive, hit 0 or more; got {service} and {hit}")
    taken, missed = np.full(at.shape, hit), at[~found]
    number = np.arange(len(missed))
    end = service * (number + 1) + np.maximum.accumulate(missed - service * number)
    taken[~found] = end - missed
    return taken
