"""How much a classifier doubts each row, from its predicted probabilities.

Each score is larger the more doubtful a row is, and needs one prediction a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["entropy", "least_confident", "margin"]

Floats = NDArray[np.float64]


def least_confident(chances: ArrayLike) -> Floats:
    """Return 1 minus the probability of the likeliest class (Lewis and Gale, 1994).

    Parameters
    ----------
    chances : array of shape (rows, classes), at least 2 classes
        Probabilities, 0 to 1; each row sums to 1.

    Returns
    -------
    array of shape (rows,)
        0 where the model is certain, 1 - 1 / classes where it has no idea.

    Raises
    ------
    ValueError
        For another shape, or for rows that are no probabilities.

    Examples
    --------
    >>> least_confident([[0.9, 0.1], [0.5, 0.5]]).round(2).tolist()
    [0.1, 0.5]
    """
    return np.asarray(1 - _checked(chances).max(axis=1))


def margin(chances: ArrayLike) -> Floats:
    """Return 1 minus the lead of the likeliest class over the second (Scheffer and others, 2001).

    Parameters
    ----------
    chances : array of shape (rows, classes), at least 2 classes
        Probabilities, 0 to 1; each row sums to 1.

    Returns
    -------
    array of shape (rows,)
        0 where the model is certain, 1 where two classes tie for the lead.

    Raises
    ------
    ValueError
        For another shape, or for rows that are no probabilities.

    Examples
    --------
    >>> margin([[0.9, 0.1, 0.0], [0.4, 0.4, 0.2]]).round(2).tolist()
    [0.2, 1.0]
    """
    ranked = np.sort(_checked(chances), axis=1)
    return np.asarray(1 - (ranked[:, -1] - ranked[:, -2]))


def entropy(chances: ArrayLike) -> Floats:
    """Return the entropy of each row's probabilities (Shannon, 1948); 0 log 0 counts as 0.

    Parameters
    ----------
    chances : array of shape (rows, classes), at least 2 classes
        Probabilities, 0 to 1; each row sums to 1.

    Returns
    -------
    array of shape (rows,)
        In nats: 0 where the model is certain, log(classes) where it has no idea.

    Raises
    ------
    ValueError
        For another shape, or for rows that are no probabilities.

    Examples
    --------
    >>> entropy([[1.0, 0.0], [0.5, 0.5]]).round(3).tolist()
    [0.0, 0.693]
    """
    p = _checked(chances)
    logs = np.log(p, where=p > 0, out=np.zeros_like(p))
    return np.asarray(np.abs(np.sum(p * logs, axis=1)))


def _checked(chances: ArrayLike) -> Floats:
    p = np.asarray(chances, dtype=float)
    if p.ndim != 2 or p.shape[1] < 2:
        raise ValueError(f"chances must have shape (rows, 2 or more classes); got {p.shape}")
    off = ~((p >= 0).all(axis=1) & (np.abs(p.sum(axis=1) - 1) < 1e-6))
    if off.any():
        row = int(off.argmax())
        raise ValueError(f"each row must be probabilities that sum to 1; row {row} is {p[row]}")
    return p
