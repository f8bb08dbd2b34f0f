"""Rules that stop a release while it runs, for comparing how often each stops a good one.

All watch one release: requests come one after another, each goes to the canary with a fixed
chance, and each turns out bad or not.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Release",
    "Verdict",
    "always_valid",
    "evidence",
    "peeking",
    "simulate_release",
    "sprt",
]


class Verdict(NamedTuple):
    """What a rule decided ("stop", "promote" or "go on"), and after how many requests."""

    decision: str
    after: int


class Release(NamedTuple):
    """One release: for each of n requests, whether it went to the canary and whether it was bad."""

    canary: NDArray[np.bool_]
    bad: NDArray[np.bool_]


@dataclass(frozen=True)
class _Coins:
    """The bad requests alone: where in the stream each was, and whether the canary made it."""

    at: NDArray[np.int64]
    canary: NDArray[np.bool_]
    n: int


def simulate_release(
    n: int,
    *,
    share: float,
    old: float,
    new: float,
    seed: int | np.random.Generator,
    requests_per_key: int = 1,
    alike: float = 0.0,
) -> Release:
    """Draw a release whose truth is known.

    Parameters
    ----------
    n : int, from 1
        Requests.
    share : float, 0 to 1
        Of the keys that go to the canary.
    old, new : float, 0 to 1
        Chance that an answer of the old and of the new version is bad.
    seed : int or Generator
    requests_per_key : int, from 1
        Mean number of requests that share a key, and with it their version.
    alike : float, at least 0, below 1
        How alike the requests of one key are: the correlation of "bad" between two of them.
    """
    if n < 1 or requests_per_key < 1 or not 0 <= alike < 1:
        raise ValueError(
            "n and requests_per_key must be from 1, alike from 0 to below 1; got "
            f"{n}, {requests_per_key}, {alike}"
        )
    for name, value in (("share", share), ("old", old), ("new", new)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be from 0 to 1; got {value}")
    rng = np.random.default_rng(seed)
    keys = -(-n // requests_per_key)
    key = np.arange(n) if requests_per_key == 1 else rng.integers(keys, size=n)
    canary = rng.random(keys) < share
    chance = np.where(canary, new, old)
    if alike and requests_per_key > 1:
        inside = (chance > 0) & (chance < 1)
        size = 1 / alike - 1  # of a beta distribution with this correlation between two draws
        p = chance[inside]
        chance[inside] = rng.beta(p * size, (1 - p) * size)
    return Release(canary[key], rng.random(n) < chance[key])


def peeking(
    canary: ArrayLike, bad: ArrayLike, *, level: float = 0.05, every: int = 100, first: int = 500
) -> Verdict:
    """Look at a p-value again and again, and stop at the first that is below the level.

    The test of two proportions, one-sided, which keeps its level for a single look decided on
    beforehand. Looked at many times it does not (Armitage, McPherson and Rowe 1969).

    Parameters
    ----------
    canary, bad : bool arrays of shape (n,)
    level : float, between 0 and 1
    every, first : int, from 1
        Requests between looks, and before the first. One look at the end: both n.
    """
    on, wrong = _checked(canary, bad, level)
    if every < 1 or first < 1:
        raise ValueError(f"every and first must be from 1; got {every} and {first}")
    looks = np.arange(first, len(on) + 1, every)
    seen, new = looks.astype(float), np.cumsum(on)[looks - 1].astype(float)
    errors, new_errors = np.cumsum(wrong)[looks - 1], np.cumsum(wrong & on)[looks - 1]
    with np.errstate(divide="ignore", invalid="ignore"):  # no error yet, or nobody on one side
        pooled = errors / seen
        gap = new_errors / new - (errors - new_errors) / (seen - new)
        z = gap / np.sqrt(pooled * (1 - pooled) * (1 / new + 1 / (seen - new)))
    below = z > _normal_quantile(1 - level)  # never with NaN
    return _verdict(looks[below][:1], np.array([], dtype=int), len(on))


def evidence(by_canary: NDArray[np.bool_], *, share: float, ratio: float) -> NDArray[np.float64]:
    """Return what each bad answer adds to the logarithm of the evidence in `sprt`.

    Parameters
    ----------
    by_canary : bool array of shape (n,)
        Whether the canary gave it.
    share : float, between 0 and 1
    ratio : float, above 1
        As of `sprt`.
    """
    worse = ratio * share / (ratio * share + 1 - share)
    up, down = np.log(worse / share), np.log((1 - worse) / (1 - share))
    return np.asarray(np.where(by_canary, up, down))


def sprt(
    canary: ArrayLike,
    bad: ArrayLike,
    *,
    share: float,
    ratio: float = 2.0,
    level: float = 0.05,
    miss: float = 0.05,
) -> Verdict:
    """Test after each bad answer whether the canary makes `ratio` times its share of them.

    If the canary is no worse, each bad answer is a coin that shows "canary" with a chance of at
    most `share`. If it is `ratio` times as bad, the chance is
    ``ratio * share / (ratio * share + 1 - share)``. The product of the ratios of these chances
    ends the test when it passes 1 / level (stop) or falls below `miss` (promote): Wald (1945). A
    canary that is no worse is stopped with a chance of at most `level`, however often one looks
    (Ville 1939); one that is `ratio` times as bad is promoted with at most `miss`. Both hold
    where requests are independent: see the keys of `simulate_release`.

    Parameters
    ----------
    canary, bad : bool arrays of shape (n,)
    share : float, between 0 and 1
    ratio : float, above 1
        The smallest harm worth stopping for.
    level, miss : float, between 0 and 1
        Chances of a false stop and of a false promotion. A miss of 0 never promotes.
    """
    on, wrong = _checked(canary, bad, level)
    _check_share(share)
    if not ratio > 1 or not 0 <= miss < 1:
        raise ValueError(f"ratio must be above 1, miss from 0 to below 1; got {ratio} and {miss}")
    coins = _coins(on, wrong)
    weight = np.cumsum(evidence(coins.canary, share=share, ratio=ratio))
    low = np.log(miss) if miss else -np.inf
    stops, promotes = coins.at[weight >= -np.log(level)], coins.at[weight <= low]
    return _verdict(stops[:1], promotes[:1], coins.n)


def always_valid(
    canary: ArrayLike, bad: ArrayLike, *, share: float, level: float = 0.05
) -> Verdict:
    """Stop as `sprt` does, but for any harm: averages over all ratios above 1.

    A mixture (Robbins 1970) with weight spread evenly over the chances above `share`. It never
    promotes. Smaller harms are found, and the one that `sprt` was made for is found later.

    Parameters
    ----------
    canary, bad : bool arrays of shape (n,)
    share : float, between 0 and 1
    level : float, between 0 and 1
    """
    from scipy.special import betaincc, betaln

    on, wrong = _checked(canary, bad, level)
    _check_share(share)
    coins = _coins(on, wrong)
    new = np.cumsum(coins.canary)
    old = np.arange(1, len(new) + 1) - new
    tail = np.maximum(betaincc(new + 1, old + 1, share), 1e-300)
    log_mean = betaln(new + 1, old + 1) + np.log(tail) - np.log(1 - share)
    weight = log_mean - new * np.log(share) - old * np.log(1 - share)
    return _verdict(coins.at[weight >= -np.log(level)][:1], np.array([], dtype=int), coins.n)


def _coins(canary: NDArray[np.bool_], bad: NDArray[np.bool_]) -> _Coins:
    return _Coins(np.flatnonzero(bad) + 1, canary[bad], len(bad))


def _verdict(stops: NDArray[Any], promotes: NDArray[Any], n: int) -> Verdict:
    stop = int(stops[0]) if len(stops) else n + 1
    promote = int(promotes[0]) if len(promotes) else n + 1
    if min(stop, promote) > n:
        return Verdict("go on", n)
    return Verdict("stop", stop) if stop < promote else Verdict("promote", promote)


def _checked(
    canary: ArrayLike, bad: ArrayLike, level: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    on, wrong = np.asarray(canary), np.asarray(bad)
    if on.ndim != 1 or on.shape != wrong.shape or on.dtype != bool or wrong.dtype != bool:
        raise ValueError(
            "canary and bad must be two rows of booleans of one length; got "
            f"{on.dtype} {on.shape} and {wrong.dtype} {wrong.shape}"
        )
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    return on, wrong


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1; got {share}")


def _normal_quantile(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)
