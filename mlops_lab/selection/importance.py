"""Permutation importance, of a column alone or of a group that is permuted together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

__all__ = ["auc", "permuted"]

Floats = NDArray[np.float64]


def auc(y: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a 1 scores above a 0, ties by half.

    Parameters
    ----------
    y : array of shape (rows,), 0 or 1, both present
    scores : array of shape (rows,)

    Raises
    ------
    ValueError
        Where a class is missing or the shapes differ.

    Examples
    --------
    >>> auc([0, 1, 1], [0.1, 0.1, 0.9])
    0.75
    """
    label, values = np.asarray(y), np.asarray(scores, dtype=float)
    ones = int((label == 1).sum())
    zeros = int((label == 0).sum())
    if label.shape != values.shape or label.ndim != 1 or ones + zeros != len(label):
        raise ValueError(
            f"need one label, 0 or 1, and one score a row; got {label.shape}, {values.shape}"
        )
    if not ones or not zeros:
        raise ValueError(f"need both classes; got {ones} ones and {zeros} zeros")
    ranks = rankdata(values)[label == 1].sum()
    return float((ranks - ones * (ones + 1) / 2) / (ones * zeros))


def permuted(
    predict: Callable[[pd.DataFrame], ArrayLike],
    X: pd.DataFrame,
    y: ArrayLike,
    groups: Sequence[Sequence[str]],
    rng: np.random.Generator,
    repeats: int = 3,
) -> Floats:
    """Return what the AUC loses when the rows of some columns are shuffled together.

    Parameters
    ----------
    predict : function of a table that gives one score a row
    X : DataFrame of shape (rows, columns), which the model should not have been trained on
    y : array of shape (rows,), 0 or 1
    groups : names of columns
        All columns of a group move by one and the same permutation: they keep what they say about
        each other, and lose what they say about the label.
    rng : Generator
    repeats : int, at least 1

    Returns
    -------
    array of shape (groups,): AUC before minus mean AUC after

    Raises
    ------
    ValueError
        For unknown columns or no repeat.

    Examples
    --------
    >>> X = pd.DataFrame({"a": range(100), "b": 0.0})
    >>> lost = permuted(lambda t: t["a"], X, X["a"] > 49, [["a"], ["b"]], np.random.default_rng(0))
    >>> bool(lost[0] > 0.3), float(lost[1])
    (True, 0.0)
    """
    unknown = sorted({name for group in groups for name in group} - set(X.columns))
    if unknown or repeats < 1:
        raise ValueError(
            f"need columns of X and 1 repeat or more; got unknown {unknown}, repeats {repeats}"
        )
    before = auc(y, predict(X))
    lost = np.zeros(len(groups))
    for i, group in enumerate(groups):
        names = list(group)
        for _ in range(repeats):
            moved = X.copy()
            moved[names] = X[names].to_numpy()[rng.permutation(len(X))]
            lost[i] += (before - auc(y, predict(moved))) / repeats
    return lost
