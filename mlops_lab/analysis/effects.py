"""What a model makes of one column: partial dependence, and accumulated local effects."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["accumulated_effects", "partial_dependence"]

Floats = NDArray[np.float64]
Predict = Callable[[Floats], ArrayLike]


def partial_dependence(predict: Predict, X: ArrayLike, column: int, grid: ArrayLike) -> Floats:
    """Return the mean forecast at each value of one column, over all rows (Friedman 2001).

    Parameters
    ----------
    predict : function of an array of shape (n, columns) that gives n numbers
    X : array of shape (rows, columns)
    column : int
    grid : array of shape (points,)

    Returns
    -------
    array of shape (points,)

    Raises
    ------
    ValueError
        For a column that is not there.

    Examples
    --------
    >>> X = [[0.0, 1.0], [1.0, 3.0]]
    >>> partial_dependence(lambda Z: Z[:, 0] * Z[:, 1], X, 0, [0.0, 1.0]).tolist()
    [0.0, 2.0]
    """
    table, points = _table(X, column), np.asarray(grid, dtype=float)
    asked = np.repeat(table, len(points), axis=0)
    asked[:, column] = np.tile(points, len(table))
    answers = np.asarray(predict(asked), dtype=float).reshape(len(table), len(points))
    mean: Floats = answers.mean(axis=0)
    return mean


def accumulated_effects(
    predict: Predict, X: ArrayLike, column: int, bins: int = 12
) -> tuple[Floats, Floats]:
    """Add up how the forecast changes from edge to edge, each time over the rows between (ALE).

    The accumulated local effects of Apley and Zhu (2020). Each row is asked at the two edges of
    its own bin only, so that the model answers for rows much like those that there are.

    Parameters
    ----------
    predict : function of an array of shape (n, columns) that gives n numbers
    X : array of shape (rows, columns)
    column : int
    bins : int, at least 1
        With about as many rows in each; fewer where values are repeated.

    Returns
    -------
    edges : array of shape (bins + 1,), ascending
    effect : array of shape (bins + 1,)
        At each edge. Its mean over the rows is 0, each row taken halfway between its edges.

    Raises
    ------
    ValueError
        For a column that is not there or is constant, or without a bin.

    Examples
    --------
    >>> X = [[0.0, 9.0], [1.0, 9.0], [2.0, 9.0]]
    >>> edges, effect = accumulated_effects(lambda Z: 3 * Z[:, 0] + Z[:, 1], X, 0, bins=2)
    >>> edges.tolist(), np.diff(effect).tolist()
    ([0.0, 1.0, 2.0], [3.0, 3.0])
    """
    table = _table(X, column)
    values = table[:, column]
    if bins < 1 or np.ptp(values) == 0:
        raise ValueError(f"need a bin and a column that varies; got {bins} bins, {values[:3]}")
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    mine = np.clip(np.searchsorted(edges, values, side="left") - 1, 0, len(edges) - 2)
    low, high = table.copy(), table.copy()
    low[:, column], high[:, column] = edges[mine], edges[mine + 1]
    step = np.asarray(predict(high), dtype=float) - np.asarray(predict(low), dtype=float)
    counts = np.bincount(mine, minlength=len(edges) - 1)
    sums = np.bincount(mine, weights=step, minlength=len(edges) - 1)
    effect = np.concatenate([[0.0], np.cumsum(sums / np.maximum(counts, 1))])
    middle = (effect[1:] + effect[:-1]) / 2
    return edges, effect - np.average(middle, weights=counts)


def _table(X: ArrayLike, column: int) -> Floats:
    table = np.array(X, dtype=float)
    if table.ndim != 2 or not 0 <= column < table.shape[1]:
        raise ValueError(f"need a column of a table; got column {column} of shape {table.shape}")
    return table
