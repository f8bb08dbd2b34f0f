"""What shuffling columns costs a model, column by column or as a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["shuffle_loss"]

Floats = NDArray[np.float64]


def shuffle_loss(
    predict: Callable[[Floats], ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    columns: int | Sequence[int],
    rng: np.random.Generator,
    repeats: int = 3,
) -> float:
    """Return the accuracy that a model loses where some columns are shuffled over the rows.

    The columns of a group are shuffled together: each row gets all of them from one other row, so
    that they still fit one another. Permutation importance: Breiman, "Random forests", 2001.

    Parameters
    ----------
    predict : function of an array of shape (rows, columns), which gives a label a row
    X : array of shape (rows, columns)
    y : array of shape (rows,)
    columns : int, or sequence of int
    rng : Generator
    repeats : int, 1 or more

    Returns
    -------
    float
        Accuracy as it is minus the mean accuracy shuffled; below 0 where shuffling helped.

    Raises
    ------
    ValueError
        For shapes that do not fit, a column that is not there, no column, or no repeat.

    Examples
    --------
    >>> rng, X = np.random.default_rng(0), np.array([[0, 5], [1, 5]] * 50)
    >>> shuffle_loss(lambda rows: rows[:, 0], X, X[:, 0], 1, rng)
    0.0
    """
    table, label = np.asarray(X, dtype=float), np.asarray(y)
    group = np.atleast_1d(np.asarray(columns))
    if table.ndim != 2 or label.shape != table.shape[:1] or not len(table):
        raise ValueError(f"need one label a row; got {table.shape} and {label.shape}")
    if (
        not group.size
        or group.dtype.kind not in "iu"
        or not np.isin(group, np.arange(table.shape[1])).all()
    ):
        raise ValueError(f"need columns from 0 to {table.shape[1] - 1}; got {columns}")
    if repeats < 1:
        raise ValueError(f"need one repeat or more; got {repeats}")
    lost = []
    for _ in range(repeats):
        shuffled = table.copy()
        shuffled[:, group] = table[rng.permutation(len(table))][:, group]
        lost.append(np.mean(np.asarray(predict(shuffled)) == label))
    return float(np.mean(np.asarray(predict(table)) == label) - np.mean(lost))
