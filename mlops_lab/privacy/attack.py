"""Membership inference: telling whether a row was among those that a model was trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["losses", "tpr_at"]


def losses(x: ArrayLike, y: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Return the loss of each row, -log of the probability of its label, of a softmax regression.

    Parameters
    ----------
    x : array of shape (rows, features)
    y : array of int of shape (rows,), 0 to classes - 1
    weights : array of shape (features, classes)

    Returns
    -------
    array of shape (rows,), in nats

    Raises
    ------
    ValueError
        Where shapes or labels do not go together.

    Examples
    --------
    >>> losses([[1.0]], [0], [[0.0, 0.0]]).round(3).tolist()
    [0.693]
    """
    rows, label, w = np.asarray(x), np.asarray(y), np.asarray(weights)
    if rows.ndim != 2 or w.ndim != 2 or rows.shape[1] != len(w) or label.shape != rows.shape[:1]:
        raise ValueError(
            f"need x (rows, features), y (rows,) and weights (features, classes); got "
            f"{rows.shape}, {label.shape}, {w.shape}"
        )
    if label.size and (label.min() < 0 or label.max() >= w.shape[1]):
        raise ValueError(
            f"labels must be 0 to {w.shape[1] - 1}; got {label.min()} to {label.max()}"
        )
    z = (rows @ w).astype(float)
    z -= z.max(axis=1, keepdims=True)
    each: NDArray[np.float64] = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(label)), label]
    return each


def tpr_at(member: ArrayLike, score: ArrayLike, fpr: float = 0.01) -> float:
    """Return the share of members that an attack finds while it accuses few others.

    The threshold is the (1 - `fpr`) quantile of the scores of those who are no members; a member is
    found above it.

    Parameters
    ----------
    member : array of shape (rows,), 0 or 1, both present
    score : array of shape (rows,)
        The higher, the likelier a member.
    fpr : float, above 0 and below 1
        Share of the others who are accused.

    Raises
    ------
    ValueError
        Where one of the two groups is missing, shapes differ, or `fpr` is out of its range.

    Examples
    --------
    >>> tpr_at([1, 1, 0, 0], [3, 1, 2, 0], 0.5)
    0.5
    """
    inside, value = np.asarray(member) == 1, np.asarray(score, dtype=float)
    if inside.shape != value.shape or inside.ndim != 1 or not 0 < inside.sum() < len(inside):
        raise ValueError(
            "need one score a row, members and others; got shapes "
            f"{inside.shape} and {value.shape}, {int(inside.sum())} members"
        )
    if not 0 < fpr < 1:
        raise ValueError(f"fpr must lie between 0 and 1; got {fpr}")
    return float(np.mean(value[inside] > np.quantile(value[~inside], 1 - fpr)))
