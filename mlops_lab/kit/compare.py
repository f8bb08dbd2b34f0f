"""Comparisons over seeds, with their interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Interval", "interval", "paired"]


@dataclass(frozen=True)
class Interval:
    """A mean and the interval it is known to.

    Attributes
    ----------
    mean, low, high : float
        In the unit of the values.
    n : int
        How many values stand behind it.
    level : float
        Coverage of the interval, 0 to 1.
    """

    mean: float
    low: float
    high: float
    n: int
    level: float

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval is above zero: the first arm beats the second."""
        return self.low > 0

    def __str__(self) -> str:
        return f"{self.mean:.3g} [{self.low:.3g}, {self.high:.3g}], n = {self.n}"


def interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Return the mean of independent values with its Student t interval.

    Parameters
    ----------
    values : array of shape (n,), n at least 2, finite
        One value a seed. Equal values give an interval of width 0.
    level : float, 0 to 1

    Raises
    ------
    ValueError
        For fewer than two values, values that are not finite, or a level out of range.

    Examples
    --------
    >>> str(interval([1.0, 2.0, 3.0]))
    '2 [-0.484, 4.48], n = 3'
    """
    from scipy import stats  # a third of a second to import

    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or len(x) < 2 or not np.isfinite(x).all():
        raise ValueError(f"need two finite values or more in one row; got {x.shape}: {x.flat[:5]}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    spread = float(x.std(ddof=1)) if np.ptp(x) else 0.0  # equal values would leave rounding
    half = float(stats.t.ppf((1 + level) / 2, len(x) - 1)) * spread / len(x) ** 0.5
    mean = float(x.mean())
    return Interval(mean, mean - half, mean + half, len(x), level)


def paired(first: Sequence[float], second: Sequence[float], level: float = 0.95) -> Interval:
    """Return the mean of first minus second, pair by pair, with its Student t interval.

    Both arms must have run on the same seeds in the same order: what a seed does to both cancels.

    Parameters
    ----------
    first, second : n values each, n at least 2, finite
    level : float, 0 to 1

    Raises
    ------
    ValueError
        For arms of different length, and as `interval` does.

    Examples
    --------
    >>> paired([0.9, 0.8, 0.7], [0.8, 0.6, 0.6]).above_zero
    False
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"both arms need the same seeds; got {a.shape} and {b.shape} values")
    return interval(a - b, level)
