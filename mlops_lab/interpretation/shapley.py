"""Shapley values by counting every coalition: the definition, for up to twelve columns."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MOST_COLUMNS", "coalition_values", "interventional", "linear_shapley", "shapley"]

Floats = NDArray[np.float64]
Model = Callable[[Floats], ArrayLike]

MOST_COLUMNS = 12
"""Beyond it there are more than 4,096 coalitions, and sampling them is the better way."""


def coalition_values(f: Model, x: ArrayLike, background: ArrayLike) -> Floats:
    """Return the mean answer of a model for each coalition of columns.

    A coalition's columns are those of the case; the others come from each row of the background in
    turn, whether or not such a row can exist: the interventional game.

    Parameters
    ----------
    f : function of an array of shape (n, columns), which gives n numbers
    x : array of shape (columns,)
    background : array of shape (rows, columns)

    Returns
    -------
    array of shape (2 ** columns,)
        Coalition k holds column j where bit j of k is set: the first is the background's mean
        answer, the last the case's own.

    Raises
    ------
    ValueError
        For shapes that do not fit, more than `MOST_COLUMNS` columns, or answers that are not finite
        numbers, one a row.

    Examples
    --------
    >>> coalition_values(lambda rows: rows[:, 0] + 10 * rows[:, 1], [1, 1], [[0, 0]]).tolist()
    [0.0, 1.0, 10.0, 11.0]
    """
    case, rows = np.asarray(x, dtype=float), np.asarray(background, dtype=float)
    if case.ndim != 1 or rows.ndim != 2 or not len(rows) or rows.shape[1] != len(case):
        raise ValueError(
            "need a case of shape (columns,) and a background of shape (rows, columns); got "
            f"{case.shape} and {rows.shape}"
        )
    d = len(case)
    if not 1 <= d <= MOST_COLUMNS:
        raise ValueError(
            f"need 1 to {MOST_COLUMNS} columns, for there are 2 ** columns coalitions; got {d}"
        )
    inside = _members(d)
    mixed = np.where(inside[:, None, :], case, rows[None]).reshape(-1, d)
    answers = np.asarray(f(mixed), dtype=float)
    if answers.shape != (len(mixed),) or not np.isfinite(answers).all():
        raise ValueError(
            f"the model must give one finite number a row, {len(mixed)} in all; got shape "
            f"{answers.shape}"
        )
    return np.asarray(answers.reshape(len(inside), -1).mean(axis=1))


def shapley(values: ArrayLike) -> Floats:
    """Return each player's Shapley value in a game of which every coalition's value is known.

    A player's value is the mean of what it adds when players join one by one, over all orders of
    joining: Shapley, "A value for n-person games", 1953.

    Parameters
    ----------
    values : array of shape (2 ** players,)
        Coalition k holds player j where bit j of k is set; as `coalition_values` gives them.

    Returns
    -------
    array of shape (players,)
        Their sum is the last value minus the first.

    Raises
    ------
    ValueError
        Where the number of values is no power of 2, from 2 on, or one is not finite.

    Examples
    --------
    Two players who earn 12 together, and 4 and 2 alone:

    >>> shapley([0, 4, 2, 12]).tolist()
    [7.0, 5.0]
    """
    v = np.asarray(values, dtype=float)
    d = v.size.bit_length() - 1
    if v.ndim != 1 or v.size < 2 or v.size != 2**d or not np.isfinite(v).all():
        raise ValueError(
            f"need 2 ** players finite values, one a coalition; got an array of shape {v.shape}"
        )
    inside = _members(d)
    size, found = inside.sum(axis=1), np.zeros(d)
    weight = np.array([factorial(s) * factorial(d - s - 1) / factorial(d) for s in range(d)])
    for j in range(d):
        without = np.flatnonzero(~inside[:, j])
        found[j] = np.sum(weight[size[without]] * (v[without | 1 << j] - v[without]))
    return found


def interventional(f: Model, X: ArrayLike, background: ArrayLike) -> Floats:
    """Return the Shapley values of some cases, each by all of its coalitions.

    Parameters
    ----------
    f, background
        As `coalition_values` takes them.
    X : array of shape (cases, columns)

    Returns
    -------
    array of shape (cases, columns)
        Row i adds up to the model's answer for case i minus its mean answer for the background.

    Raises
    ------
    ValueError
        As `coalition_values` does, or without a case.

    Examples
    --------
    >>> interventional(lambda rows: rows @ [2.0, 3.0], [[1, 1]], [[0, 0], [2, 0]]).tolist()
    [[0.0, 3.0]]
    """
    cases = np.asarray(X, dtype=float)
    if cases.ndim != 2 or not len(cases):
        raise ValueError(f"need cases of shape (cases, columns); got {cases.shape}")
    return np.array([shapley(coalition_values(f, x, background)) for x in cases])


def linear_shapley(weights: ArrayLike, X: ArrayLike, background: ArrayLike) -> Floats:
    """Return Shapley values of a linear model: each weight times how far the case is from usual.

    Parameters
    ----------
    weights : array of shape (columns,)
        By how much the answer rises for one unit of each column.
    X : array of shape (cases, columns)
    background : array of shape (rows, columns)

    Returns
    -------
    array of shape (cases, columns)
        What `interventional` gives of such a model.

    Raises
    ------
    ValueError
        For shapes that do not fit.

    Examples
    --------
    >>> linear_shapley([2.0, 3.0], [[1, 1]], [[0, 0], [2, 0]]).tolist()
    [[0.0, 3.0]]
    """
    slope, cases = np.asarray(weights, dtype=float), np.asarray(X, dtype=float)
    rows = np.asarray(background, dtype=float)
    if cases.ndim != 2 or rows.ndim != 2 or not len(rows) or slope.shape != cases.shape[1:]:
        raise ValueError(
            "need weights, cases and a background of the same columns; got "
            f"{slope.shape}, {cases.shape}, {rows.shape}"
        )
    if rows.shape[1] != len(slope):
        raise ValueError(f"need {len(slope)} columns in the background; got {rows.shape[1]}")
    return np.asarray(slope * (cases - rows.mean(axis=0)))


def _members(d: int) -> NDArray[np.bool_]:
    """Which column is in which coalition, of shape (2 ** d, d)."""
    return (np.arange(2**d)[:, None] >> np.arange(d) & 1).astype(bool)
