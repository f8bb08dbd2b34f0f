"""Filters: scores of columns, one at a time, without what is chosen already, and in pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["correlations", "mrmr", "pair_screen"]

Floats = NDArray[np.float64]


def correlations(X: ArrayLike, y: ArrayLike) -> Floats:
    """Return the correlation of each column with the label.

    For two classes the F statistic of scikit-learn's `f_classif` is r² (n - 2) / (1 - r²), so both
    rank columns alike.

    Parameters
    ----------
    X : array of shape (rows, columns), finite
    y : array of shape (rows,)

    Returns
    -------
    array of shape (columns,), -1 to 1; 0 for a constant column

    Raises
    ------
    ValueError
        Where X is no table with as many rows as y, or y is constant.

    Examples
    --------
    >>> correlations([[1, 5], [2, 5], [3, 5]], [0, 1, 2]).round(6).tolist()
    [1.0, 0.0]
    """
    return correlated_with(*checked(X, y))


def mrmr(X: ArrayLike, y: ArrayLike, count: int) -> list[int]:
    """Choose columns that say much about the label and little about each other.

    Minimum redundancy, maximum relevance (Ding and Peng 2005), with correlations: first the column
    with the largest absolute r with the label, then again and again the one with the largest
    absolute r with the label minus the mean absolute r with what is chosen. (Their quotient of the
    two, in place of the difference, prefers columns of noise: these correlate with nothing that is
    chosen.)

    Parameters
    ----------
    X : array of shape (rows, columns), finite
    y : array of shape (rows,)
    count : int, 1 to columns

    Returns
    -------
    list of `count` positions, in the order in which they were chosen

    Raises
    ------
    ValueError
        For a count out of range, and as `correlations` does.

    Examples
    --------
    >>> X = np.array([[0, 0.1, 1], [0, 0, 0], [1, 1, 1], [1, 0.9, 0], [1, 1, 1]])
    >>> mrmr(X, [0, 0, 1, 1, 1], 2)  # the second column is a copy of the first
    [0, 2]
    """
    Z, label = checked(X, y)
    relevance = np.abs(correlated_with(Z, label))
    if not 1 <= count <= len(relevance):
        raise ValueError(f"count must be 1 to {len(relevance)} columns; got {count}")
    alike = np.abs(Z.T @ Z) / len(Z)
    chosen = [int(relevance.argmax())]
    while len(chosen) < count:
        score = relevance - alike[:, chosen].mean(axis=1)
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
    return chosen


def pair_screen(X: ArrayLike, y: ArrayLike) -> Floats:
    """Score all pairs of columns: absolute correlation of the label with the product of the two.

    Columns are centred and brought to one scale first, so that a product carries little of what
    either says alone. Finds pairs that matter by whether they agree, and no other kind.

    Parameters
    ----------
    X : array of shape (rows, columns), finite
    y : array of shape (rows,)

    Returns
    -------
    array of shape (columns, columns), 0 to 1, symmetric, 0 on the diagonal

    Raises
    ------
    ValueError
        As `correlations` does.

    Examples
    --------
    >>> X = np.array([[1, 1, 0.1], [1, -1, 0.1], [-1, 1, 0.3], [-1, -1, 0.3]])
    >>> pair_screen(X, [1, 0, 0, 1]).round(2)[0].tolist()  # alike in sign, and the label is 1
    [0.0, 1.0, 0.0]
    """
    Z, label = checked(X, y)
    n, columns = Z.shape
    z = (label - label.mean()) / label.std()
    mean, square = Z.T @ Z / n, (Z**2).T @ Z**2 / n
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    with_label = Z.T @ (Z * z[:, None]) / n
    scores = np.zeros((columns, columns))
    np.divide(np.abs(with_label), spread, out=scores, where=spread > 1e-12)
    np.fill_diagonal(scores, 0)
    return scores


def checked(X: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Bring each column to mean 0 and deviation 1, a constant one to 0; give it with the label.

    Raises
    ------
    ValueError
        As `correlations` does.
    """
    table, label = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ValueError(f"need a table of finite numbers; got shape {table.shape}")
    if label.ndim != 1 or len(table) != len(label):
        raise ValueError(f"need one label a row; got {len(table)} rows and labels {label.shape}")
    if not label.std():
        raise ValueError("y is constant: need two classes or more")
    spread = table.std(axis=0)
    return np.asarray((table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)), label


def correlated_with(Z: Floats, label: Floats) -> Floats:
    """Return the correlation of each column of `checked` with a label, the same or shuffled."""
    return np.asarray((label - label.mean()) @ Z / len(label) / label.std())
