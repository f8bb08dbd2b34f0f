"""A control for selection: what is chosen where labels mean nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.selection.filters import checked, correlated_with

__all__ = ["max_t"]


def max_t(
    X: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    level: float = 0.05,
    shuffles: int = 100,
) -> NDArray[np.int64]:
    """Choose columns that correlate with the label more than any column with shuffled labels.

    The bar is the 1 - `level` quantile, over shuffles, of the largest absolute correlation of all
    columns (max-T, Westfall and Young 1993). Where no column has anything to do with the label, the
    chance of choosing any is about `level`, however the columns correlate with each other.

    Parameters
    ----------
    X : array of shape (rows, columns), finite
    y : array of shape (rows,)
    rng : Generator
    level : float, inside 0 to 1
    shuffles : int
        At least 1 / level, so that the quantile exists.

    Returns
    -------
    array of positions, ascending; may be empty

    Raises
    ------
    ValueError
        For a level out of range or too few shuffles, and as `correlations` does.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 50))
    >>> max_t(X, X[:, 7] > 0, rng).tolist()
    [7]
    """
    if not 0 < level < 1 or shuffles < 1 / level:
        raise ValueError(
            "need a level inside 0 to 1 and at least 1 / level shuffles; got level "
            f"{level}, shuffles {shuffles}"
        )
    Z, label = checked(X, y)
    found = np.abs(correlated_with(Z, label))
    largest = [np.abs(correlated_with(Z, rng.permutation(label))).max() for _ in range(shuffles)]
    return np.flatnonzero(found > np.quantile(largest, 1 - level, method="higher"))
