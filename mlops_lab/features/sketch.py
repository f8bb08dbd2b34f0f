"""Quantiles of any number of values from a few hundred that are kept."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Sketch"]

Floats = NDArray[np.float64]


class Sketch:
    """A sample in levels, of which two can be merged.

    A value on level i stands for 2 ** i values. A level that is too full is sorted, and every
    other value of it moves up; a coin says which. The errors of one halving and the next cancel
    out on average, which is why quantiles of the sketch stay close to those of the values.

    Parameters
    ----------
    size : int, 2 or more
        How many values a level may hold.
    seed : int, 0 or more
        Of the coin.

    Attributes
    ----------
    count : int
        How many values were added.

    References
    ----------
    Karnin, Lang and Liberty, "Optimal quantile approximation in streams", FOCS 2016,
    https://arxiv.org/abs/1603.05346. Theirs has smaller levels below; ours are all of one size.
    """

    def __init__(self, size: int = 400, seed: int = 0) -> None:
        if size < 2:
            raise ValueError(f"size must be 2 or more, not {size}")
        self.size, self.seed, self.count = size, seed, 0
        self._levels: list[Floats] = [np.empty(0)]
        self._rng = np.random.default_rng(seed)

    @property
    def kept(self) -> int:
        """How many values it holds."""
        return sum(map(len, self._levels))

    def add(self, values: ArrayLike) -> None:
        """Take in values.

        Raises
        ------
        ValueError
            For values that are not numbers, which have no order.
        """
        x = np.asarray(values, dtype=np.float64).ravel()
        if np.isnan(x).any():
            raise ValueError(f"{np.isnan(x).sum()} of {len(x)} values are missing: fill them first")
        self._levels[0] = np.concatenate([self._levels[0], x])
        self.count += len(x)
        self._halve()

    def merged(self, other: "Sketch") -> "Sketch":
        """Return a sketch of the values of both, which stay as they are; its size is this one's."""
        made = Sketch(self.size, self.seed)
        # A coin of its own, or all sketches of one size would be halved by the same draws.
        made._rng = np.random.default_rng([self.seed, self.count, other.count])
        made.count = self.count + other.count
        none = np.empty(0)
        height = max(len(self._levels), len(other._levels))
        mine, theirs = (
            [*one._levels, *[none] * (height - len(one._levels))] for one in (self, other)
        )
        made._levels = [np.concatenate(pair) for pair in zip(mine, theirs, strict=True)]
        made._halve()
        return made

    def quantiles(self, shares: ArrayLike) -> Floats:
        """Return the values below which shares of all values lie.

        Parameters
        ----------
        shares : array_like
            From 0 to 1.

        Raises
        ------
        ValueError
            When there are no values.
        """
        if not self.count:
            raise ValueError("there were no values, and so there are no quantiles")
        values = np.concatenate(self._levels)
        worth = np.repeat(2.0 ** np.arange(len(self._levels)), [len(one) for one in self._levels])
        order = np.argsort(values)
        below = np.cumsum(worth[order])
        at = np.searchsorted(below, np.asarray(shares, dtype=np.float64) * below[-1])
        found: Floats = values[order][at.clip(0, len(values) - 1)]
        return found

    def _halve(self) -> None:
        for level, values in enumerate(self._levels):  # the list grows while it is walked
            if len(values) <= self.size:
                continue
            ordered = np.sort(values)
            odd = len(ordered) % 2  # the one left over stays where it is
            up = ordered[odd + self._rng.integers(2) :: 2]
            self._levels[level] = ordered[:odd]
            if level + 1 == len(self._levels):
                self._levels.append(np.empty(0))
            self._levels[level + 1] = np.concatenate([self._levels[level + 1], up])
