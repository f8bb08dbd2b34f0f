"""Other weights for the same rows: a changed law without a new draw, and what it does to a mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from mlops_lab.kit import Interval

__all__ = ["reweighted", "tilt", "tilt_within"]

Floats = NDArray[np.float64]


def tilt(values: Floats, shift: float) -> Floats:
    """Return probabilities that redraw `values` with their mean moved by `shift` deviations.

    Weights are exponential in the value, the smallest change of a law (in Kullback-Leibler
    divergence) that moves its mean: no value appears that the pool did not hold.

    Parameters
    ----------
    values : array of shape (n,), finite and not constant
    shift : float, in standard deviations of `values`; must lie inside their range

    Returns
    -------
    array of shape (n,), non-negative, adding up to 1.

    Examples
    --------
    >>> values = np.arange(100.0)
    >>> moved = values @ tilt(values, 0.5)
    >>> round(float((moved - values.mean()) / values.std()), 6)
    0.5
    """
    spread = float(values.std())
    if spread <= 1e-12 * np.abs(values).max():  # rounding leaves a trace in a constant column
        raise ValueError("values are constant: there is no way to move their mean; choose another")
    z = (values - values.mean()) / spread
    if not z.min() < shift < z.max():
        raise ValueError(
            f"shift must lie inside the range of the values, {z.min():.3g} to {z.max():.3g} "
            f"standard deviations; got {shift}"
        )

    def weights(slope: float) -> Floats:
        raw = np.exp(slope * z - np.max(slope * z))
        return np.asarray(raw / raw.sum())

    steep = 50.0
    while abs(weights(float(np.copysign(steep, shift))) @ z) < abs(shift) and steep < 1e12:
        steep *= 2  # close to the end of the range only the outermost rows are left
    return weights(float(brentq(lambda slope: weights(slope) @ z - shift, -steep, steep)))


def tilt_within(values: Floats, shift: float) -> Floats:
    """Tilt as `tilt` does, but no further than nine tenths of what the values reach.

    Parameters
    ----------
    values : array of shape (n,), finite and not constant
    shift : float, in standard deviations of `values`

    Returns
    -------
    array of shape (n,), non-negative, adding up to 1.

    Examples
    --------
    >>> values = np.array([0.0, 0.0, 0.0, 1.0])
    >>> round(float(values @ tilt_within(values, -9)), 3)
    0.025
    """
    spread = float(values.std())
    reach = 0.9 * np.array([values.min() - values.mean(), values.max() - values.mean()])
    return tilt(values, float(np.clip(shift, *(reach / spread))) if spread else shift)


def reweighted(outcome: Floats | NDArray[np.bool_], weights: Floats) -> Interval:
    """Return by how much other weights change the mean of an outcome, with two standard errors.

    The change is exact for these rows; the interval tells what other rows of the same law could
    have given (a weighted mean minus the plain one, by the delta method).

    Parameters
    ----------
    outcome : array of shape (n,)
        Such as 1 where a prediction was wrong.
    weights : array of shape (n,), non-negative, adding up to 1

    Examples
    --------
    >>> str(reweighted(np.array([0.0, 1.0]), np.array([0.5, 0.5])))
    '0 [0, 0], n = 2'
    """
    if outcome.shape != weights.shape or outcome.ndim != 1:
        raise ValueError(f"need one weight for each outcome; got {weights.shape}, {outcome.shape}")
    if weights.min() < 0 or not np.isclose(weights.sum(), 1):
        raise ValueError(f"weights must be 0 or more and add up to 1; got {weights.sum():.4g}")
    change, n = float(weights @ outcome - outcome.mean()), len(outcome)
    spread = (weights - 1 / n) * (outcome - outcome.mean())
    half = 2 * float(np.sqrt(np.sum(spread**2)))
    return Interval(change, change - half, change + half, n, 0.95)
