"""People whose errors are known: what they say of a truth that is known too."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["annotate", "confusion", "judge"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def confusion(skill: float, errors: ArrayLike) -> Floats:
    """Return the confusion matrix of a person who is right with chance `skill`.

    Parameters
    ----------
    skill : float, 0 to 1
        The same for every true label.
    errors : array of shape (classes, classes)
        Where the errors of each true label (row) go, as weights of 0 or more; the diagonal is not
        looked at. A row without weights errs evenly. Counts of real mix-ups serve well.

    Returns
    -------
    Array of shape (classes, classes); rows add up to 1.

    Raises
    ------
    ValueError
        For a skill out of range, a matrix that is not square, has one class, or negative weights.

    Examples
    --------
    >>> confusion(0.75, [[0, 1], [1, 0]]).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    weights = np.array(errors, dtype=np.float64)
    if not 0 <= skill <= 1:
        raise ValueError(f"skill must be 0 to 1; got {skill}")
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1] or len(weights) < 2:
        raise ValueError(f"errors must be square with 2 classes or more; got {weights.shape}")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("errors must be finite weights of 0 or more")
    empty = weights.sum(axis=1) == weights.diagonal()
    weights[empty] = 1.0
    np.fill_diagonal(weights, 0.0)
    wrong = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(skill * np.eye(len(weights)) + (1 - skill) * wrong)


def annotate(truth: ArrayLike, confusions: ArrayLike, seed: int) -> Ints:
    """Draw what people say of each item, independently given its true label.

    Parameters
    ----------
    truth : array of shape (items,)
        Labels 0 to classes - 1.
    confusions : array of shape (raters, classes, classes)
        ``confusions[r, j, l]`` is the chance that rater r says l where j is true.
    seed : int

    Returns
    -------
    Ratings of shape (items, raters).

    Raises
    ------
    ValueError
        For a true label outside the matrices, matrices that are not square, or rows that are no
        chances.

    Examples
    --------
    >>> annotate([0, 1, 1], [[[1, 0], [0, 1]], [[0, 1], [1, 0]]], seed=0).tolist()
    [[0, 1], [1, 0], [1, 0]]
    """
    labels, tables = np.asarray(truth), np.asarray(confusions, dtype=np.float64)
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2]:
        raise ValueError(f"confusions must be (raters, classes, classes); got {tables.shape}")
    if (tables < 0).any() or not np.allclose(tables.sum(axis=2), 1):
        raise ValueError("each row of a confusion matrix must hold chances that add up to 1")
    whole = labels.ndim == 1 and np.issubdtype(labels.dtype, np.integer)
    if not whole or not labels.size or labels.min() < 0 or labels.max() >= tables.shape[1]:
        raise ValueError(f"truth must be one row of labels 0 to {tables.shape[1] - 1}")
    draws = np.random.default_rng(seed).random((len(labels), len(tables)))
    edges = np.cumsum(tables, axis=2)[:, labels].transpose(1, 0, 2)
    edges[..., -1] = 1.0  # rounding must not leave a draw without a label
    return np.asarray((draws[..., None] >= edges).sum(axis=2), dtype=np.int64)


def judge(size: ArrayLike, limits: ArrayLike, blur: float, seed: int) -> Ints:
    """Draw the calls of inspectors who see a size with some error and hold it against a limit.

    Parameters
    ----------
    size : array of shape (items,)
        True sizes, 0 or more, in the unit of the limits; a size of 0 always passes.
    limits : float, or array of shape (items,)
        What fails from there on. With one for each item: the limit of whoever looked at it.
    blur : float, 0 or more
        Standard deviation of the error of the log size.
    seed : int
        The same seed and sizes give the same errors of the eye, whatever the limits.

    Returns
    -------
    Array of shape (items,): 1 fails, 0 passes.

    Raises
    ------
    ValueError
        For negative or missing sizes, limits of 0 or less, or a negative blur.

    Examples
    --------
    >>> judge([1.0, 3.0, 5.0], limits=3.0, blur=0.0, seed=0).tolist()
    [0, 1, 1]
    """
    true, bounds = np.asarray(size, dtype=np.float64), np.asarray(limits, dtype=np.float64)
    if true.ndim != 1 or not (true >= 0).all():
        raise ValueError("sizes must be one row of numbers, 0 or more; look for NaN and signs")
    if not (bounds > 0).all() or bounds.shape not in ((), true.shape):
        raise ValueError(
            f"limits must be above 0, one or one for each of {len(true)} items; got {bounds}"
        )
    if not 0 <= blur < np.inf:
        raise ValueError(f"blur must be finite, 0 or more; got {blur}")
    seen = true * np.exp(np.random.default_rng(seed).normal(0, blur, len(true)))
    return np.asarray(seen >= bounds, dtype=np.int64)
