"""Projections to few numbers by singular value decomposition, and bases that are aligned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Projection", "align", "pca", "pls"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


class Projection(NamedTuple):
    """A center, and orthonormal directions.

    Attributes
    ----------
    center : array of shape (features,)
        The mean of the rows that it has learnt from.
    directions : array of shape (k, features)
    """

    center: Floats
    directions: Floats

    def __call__(self, X: Floats) -> Floats:
        """Return k numbers for each row of X: an array of shape (rows, k)."""
        return (X - self.center) @ self.directions.T

    def back(self, Z: Floats) -> Floats:
        """Return the rows that k numbers each stand for: an array of shape (rows, features)."""
        return Z @ self.directions + self.center

    def kept(self, X: Floats) -> float:
        """Return the share of the variance of X that is left in the k numbers, 0 to 1."""
        return float((self(X) ** 2).sum() / ((X - self.center) ** 2).sum())


def pca(X: Floats, k: int) -> Projection:
    """Return the k directions of largest variance (Pearson 1901), largest first.

    They are the right singular vectors of the centred table. A direction's sign means nothing and
    is left as it comes.

    Parameters
    ----------
    X : array of shape (rows, features), not all rows equal
    k : int, 1 to the smaller side of X

    Raises
    ------
    ValueError
        For a k out of range.

    Examples
    --------
    >>> X = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    >>> pca(X, 1).kept(X)
    1.0
    """
    _check(k, min(X.shape))
    mean = X.mean(axis=0)
    return Projection(mean, np.linalg.svd(X - mean, full_matrices=False)[2][:k])


def pls(X: Floats, y: Labels, k: int) -> Projection:
    """Return the k directions of largest covariance with the classes, largest first.

    They are the right singular vectors of Y'X, where Y has a centred column of 0 and 1 for each
    class and X is centred: partial least squares by one singular value decomposition (Bookstein).

    Parameters
    ----------
    X : array of shape (rows, features)
    y : array of shape (rows,)
    k : int, 1 to the smaller of features and classes - 1

    Raises
    ------
    ValueError
        For a k out of range.

    Examples
    --------
    >>> X = np.array([[9.0, 0.0], [-9.0, 0.0], [9.0, 1.0], [-9.0, 1.0]])
    >>> abs(pls(X, np.array([0, 0, 1, 1]), 1).directions)
    array([[0., 1.]])
    """
    classes = np.unique(y)
    _check(k, min(X.shape[1], len(classes) - 1))
    Y = (y[:, None] == classes).astype(float)
    mean = X.mean(axis=0)
    cross = (Y - Y.mean(axis=0)).T @ (X - mean)
    return Projection(mean, np.linalg.svd(cross, full_matrices=False)[2][:k])


def align(old: Projection, new: Projection) -> Projection:
    """Turn the directions of a new projection until they lie as close to an old one's as they can.

    The rotation, reflections included, is orthogonal Procrustes' (Schönemann 1966). It needs no
    rows, only both sets of directions. The mean is the old one's.

    Parameters
    ----------
    old, new : projections to as many numbers, of as many features

    Returns
    -------
    Projection
        Its directions span what those of `new` span.

    Raises
    ------
    ValueError
        For directions of different shape.

    Examples
    --------
    >>> old = Projection(np.zeros(2), np.eye(2))
    >>> align(old, Projection(np.zeros(2), np.array([[0.0, 1.0], [-1.0, 0.0]]))).directions
    array([[1., 0.],
           [0., 1.]])
    """
    if old.directions.shape != new.directions.shape:
        raise ValueError(
            "need directions of one shape, numbers by features; got "
            f"{old.directions.shape} and {new.directions.shape}"
        )
    U, _, V = np.linalg.svd(old.directions @ new.directions.T)
    return Projection(old.center, U @ V @ new.directions)


def _check(k: int, most: int) -> None:
    if not 1 <= k <= most:
        raise ValueError(f"k has to be from 1 to {most} for this table; got {k}")
