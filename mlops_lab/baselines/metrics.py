"""What a rare class does to metrics, and what small test sets do to all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import Interval, interval

__all__ = ["coverage", "f1_at", "precision_at", "resampled", "wald", "wilson"]

Floats = NDArray[np.float64]
Limits = Callable[[ArrayLike, ArrayLike, float], tuple[Floats, Floats]]


def precision_at(recall: ArrayLike, false_alarms: ArrayLike, share: ArrayLike) -> Floats:
    """Return the share of alarms that are right, at any share of positives: Bayes' rule.

    Parameters
    ----------
    recall : float or array, 0 to 1
        Share of the positives that are flagged.
    false_alarms : float or array, 0 to 1
        Share of the negatives that are flagged.
    share : float or array, 0 to 1
        Share of positives among all.

    Returns
    -------
    Array of the common shape; NaN where nothing is flagged.

    Raises
    ------
    ValueError
        For a number outside of 0 to 1.

    Examples
    --------
    >>> round(float(precision_at(0.9, 0.1, 0.5)), 3), round(float(precision_at(0.9, 0.1, 0.01)), 3)
    (0.9, 0.083)
    """
    found, false, part = _shares(recall=recall, false_alarms=false_alarms, share=share)
    right = part * found
    flagged = right + (1 - part) * false
    return np.asarray(
        np.divide(right, flagged, out=np.full(flagged.shape, np.nan), where=flagged > 0)
    )


def f1_at(recall: ArrayLike, false_alarms: ArrayLike, share: ArrayLike) -> Floats:
    """Return the harmonic mean of precision and recall, at any share of positives.

    Parameters
    ----------
    recall, false_alarms, share : float or array, 0 to 1
        As in `precision_at`.

    Returns
    -------
    Array of the common shape: 2 TP / (2 TP + FP + FN), where these are shares of all; NaN where
    there is no positive and nothing is flagged.

    Raises
    ------
    ValueError
        For a number outside of 0 to 1.

    Examples
    --------
    >>> round(float(f1_at(0.5, 0.0, 0.2)), 3)
    0.667
    """
    found, false, part = _shares(recall=recall, false_alarms=false_alarms, share=share)
    flagged_or_positive = part * found + (1 - part) * false + part
    empty = np.full(flagged_or_positive.shape, np.nan)
    twice = 2 * part * found
    return np.asarray(
        np.divide(twice, flagged_or_positive, out=empty, where=flagged_or_positive > 0)
    )


def wald(hits: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the interval of a share as most of us learnt it: p plus and minus z standard errors.

    Parameters
    ----------
    hits : int or array, 0 to n
    n : int or array, at least 1
    level : float, 0 to 1
        Coverage that is asked for.

    Returns
    -------
    (low, high)
        Without a width where all or none are hits; it may leave 0 to 1.

    Raises
    ------
    ValueError
        For hits outside of 0 to n, n below 1, or a level out of range.

    Examples
    --------
    >>> low, high = wald(10, 10)
    >>> float(low), float(high)
    (1.0, 1.0)
    """
    k, of, z = _counts(hits, n, level)
    p = k / of
    half = z * np.sqrt(p * (1 - p) / of)
    return p - half, p + half


def wilson(hits: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a share: all shares that the hits do not contradict.

    Parameters
    ----------
    hits, n, level
        As in `wald`.

    Returns
    -------
    (low, high), within 0 to 1.

    Raises
    ------
    ValueError
        As `wald`.

    Notes
    -----
    Wilson, "Probable inference, the law of succession, and statistical inference", 1927: the
    standard error is taken at the share that is tested, not at the one that was seen.

    Examples
    --------
    >>> low, high = wilson(10, 10)
    >>> round(float(low), 3), float(high)
    (0.722, 1.0)
    """
    k, of, z = _counts(hits, n, level)
    p = k / of
    middle = (p + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(p * (1 - p) / of + z**2 / (4 * of**2))
    return np.maximum(middle - half, 0.0), np.where(k == of, 1.0, np.minimum(middle + half, 1.0))


def coverage(limits: Limits, n: int, chance: ArrayLike, level: float = 0.95) -> Floats:
    """Return how often an interval holds the true share: exactly, by adding up the binomial.

    Parameters
    ----------
    limits : function of hits, n and level that gives (low, high)
        `wald` or `wilson`.
    n : int, at least 1
    chance : float or array, 0 to 1
        The true share.
    level : float, 0 to 1

    Returns
    -------
    Array of the shape of `chance`.

    Raises
    ------
    ValueError
        As `wald`, and for a chance outside of 0 to 1.

    Examples
    --------
    >>> round(float(coverage(wald, 30, 0.95)), 2), round(float(coverage(wilson, 30, 0.95)), 2)
    (0.78, 0.94)
    """
    from scipy import stats  # a third of a second to import

    (true,) = _shares(chance=chance)
    hits = np.arange(n + 1)
    low, high = limits(hits, n, level)
    one = true[..., None]
    held = (low <= one) & (one <= high)
    return np.asarray((stats.binom.pmf(hits, n, one) * held).sum(axis=-1))


def resampled(values: ArrayLike, test_per_train: float, level: float = 0.95) -> Interval:
    """Return the mean over random divisions of one data set, with an interval that knows it.

    Divisions share rows, so their scores are not independent, and Student's interval is too short.
    Nadeau and Bengio, "Inference for the generalization error", 2003, put 1/n + n2/n1 in place of
    1/n, with n1 rows to train on and n2 to test on in each of n divisions.

    Parameters
    ----------
    values : array of shape (n,), n at least 2, finite
        One number a division, such as the difference of two arms.
    test_per_train : float, 0 or more
        Rows to test on for each row to train on; 0 gives Student's interval.
    level : float, 0 to 1

    Raises
    ------
    ValueError
        For a negative ratio, and as `kit.interval` does.

    Examples
    --------
    >>> str(resampled([1.0, 2.0, 3.0], 1.0))
    '2 [-2.97, 6.97], n = 3'
    """
    if not 0 <= test_per_train < np.inf:
        raise ValueError(f"test_per_train must be 0 or more; got {test_per_train}")
    plain = interval(values, level)
    half = (plain.high - plain.mean) * np.sqrt(1 + plain.n * test_per_train)
    return Interval(plain.mean, plain.mean - half, plain.mean + half, plain.n, level)


def _shares(**given: ArrayLike) -> list[Floats]:
    """Return arrays of a common shape, and refuse what is no share."""
    for name, values in given.items():
        one = np.asarray(values, dtype=np.float64)
        if not ((one >= 0) & (one <= 1)).all():
            wrong = one[~((one >= 0) & (one <= 1))].flat[0]
            raise ValueError(f"{name} is a share and must be from 0 to 1; got {wrong}")
    return list(np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in given.values())))


def _counts(hits: ArrayLike, n: ArrayLike, level: float) -> tuple[Floats, Floats, float]:
    """Return hits and numbers as floats, and how many standard errors the level asks for."""
    from statistics import NormalDist

    k, of = np.broadcast_arrays(np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if not (of >= 1).all() or not ((k >= 0) & (k <= of)).all():
        raise ValueError(f"hits must be from 0 to n, and n at least 1; got {hits!r} of {n!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    return k, of, NormalDist().inv_cdf((1 + level) / 2)
