"""Target encoding: a category becomes the mean of what is to be predicted, over its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["TargetMeans", "cross_fitted", "target_means"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TargetMeans:
    """What `target_means` has learned; call it with categories.

    Attributes
    ----------
    means : mapping of category to float
    overall : float
        What a category gets that is not among them.
    """

    means: Mapping[object, float]
    overall: float

    def __call__(self, categories: ArrayLike) -> Floats:
        """Return each row the mean of its category, shape (n,)."""
        found = pd.Series(np.asarray(categories)).map(self.means).astype(float)
        return np.asarray(found.fillna(self.overall), dtype=np.float64)


def target_means(categories: ArrayLike, target: ArrayLike, smoothing: float) -> TargetMeans:
    """Take the mean of the target by category, drawn to the overall mean where rows are few.

    A category of n rows gets (sum of its targets + smoothing * overall mean) / (n + smoothing).

    Parameters
    ----------
    categories : array_like of shape (n,), n at least 1
    target : array_like of shape (n,), numbers
    smoothing : float, 0 or more, in rows
        How many rows of the overall mean each category gets on top of its own.

    Raises
    ------
    ValueError
        For no rows, arrays of different length, or a smoothing below 0.

    References
    ----------
    Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD
    Explorations 3(1), 2001.

    Examples
    --------
    >>> learned = target_means(["a", "a", "b"], [1, 0, 1], smoothing=1.0)
    >>> learned(["a", "b", "new"]).round(3).tolist()
    [0.556, 0.833, 0.667]
    """
    codes, y = _checked(categories, target)
    if not smoothing >= 0:
        raise ValueError(f"smoothing must be 0 or more, not {smoothing}")
    overall = float(y.mean())
    of = pd.Series(y).groupby(codes).agg(["sum", "count"])
    means = (of["sum"] + smoothing * overall) / (of["count"] + smoothing)
    return TargetMeans(means.to_dict(), overall)


def cross_fitted(
    categories: ArrayLike, target: ArrayLike, folds: ArrayLike, smoothing: float
) -> Floats:
    """Encode rows to train on: each from the rows of all other folds, so that none sees itself.

    Parameters
    ----------
    categories, target, smoothing
        As for `target_means`.
    folds : array_like of shape (n,)
        Which fold a row is in; two folds or more.

    Returns
    -------
    array of shape (n,)
        Rows that come later are encoded by `target_means` of all of these.

    Raises
    ------
    ValueError
        For fewer than two folds, and as `target_means` does.

    Examples
    --------
    >>> cross_fitted(["a", "a", "a", "b"], [1, 0, 1, 1], [0, 0, 1, 1], smoothing=0.0).tolist()
    [1.0, 1.0, 0.5, 0.5]
    """
    codes, y = _checked(categories, target)
    fold = np.asarray(folds)
    if fold.shape != y.shape or len(np.unique(fold)) < 2:
        raise ValueError(
            f"folds must name two folds or more over {len(y)} rows; got {len(np.unique(fold))} "
            f"over {fold.size}"
        )
    encoded = np.empty(len(y))
    for one in np.unique(fold):
        out = fold == one
        encoded[out] = target_means(codes[~out], y[~out], smoothing)(codes[out])
    return encoded


def _checked(categories: ArrayLike, target: ArrayLike) -> tuple[NDArray[np.object_], Floats]:
    codes, y = np.asarray(categories, dtype=object), np.asarray(target, dtype=np.float64)
    if codes.shape != y.shape or codes.ndim != 1 or not len(codes):
        raise ValueError(
            f"categories and target need one row each, at least one; got {codes.shape} and "
            f"{y.shape}"
        )
    return codes, y
