"""Weights that make a label independent of the group in training data."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["reweigh"]


def reweigh(y: ArrayLike, group: ArrayLike) -> NDArray[np.float64]:
    """Weigh rows so that, by weight, each group has the same share of each label.

    A row of group g with label y weighs P(g) P(y) / P(g, y): Kamiran and Calders, "Data
    preprocessing techniques for classification without discrimination", 2012.

    Parameters
    ----------
    y, group : arrays of shape (rows,)

    Returns
    -------
    array of shape (rows,)
        Their sum is the number of rows where every group has every label.

    Raises
    ------
    ValueError
        For arrays of different shapes, or without a row.

    Examples
    --------
    >>> reweigh([1, 1, 0, 0], ["A", "A", "A", "B"]).tolist()
    [0.75, 0.75, 1.5, 0.5]
    """
    label, names = np.asarray(y), np.asarray(group)
    if label.shape != names.shape or label.ndim != 1 or not len(label):
        raise ValueError(f"need one label and one group a row; got {label.shape}, {names.shape}")
    weights = np.ones(len(label))
    for one in np.unique(names):
        for value in np.unique(label):
            both = (names == one) & (label == value)
            if both.any():
                weights[both] = (names == one).mean() * (label == value).mean() / both.mean()
    return weights
