"""Worlds in which the truth about each feature is known, and a measure of crowding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

__all__ = ["contrast", "light", "trunk"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def contrast(points: Floats, queries: Floats) -> float:
    """Return how much farther the farthest point is than the nearest, as a share of the nearest.

    It is the mean over queries of (farthest - nearest) / nearest, by Euclidean distance; towards 0
    all neighbours are alike (Beyer and others 1999).

    Parameters
    ----------
    points : array of shape (n, d)
    queries : array of shape (m, d)
        None of them among the points.

    Raises
    ------
    ValueError
        For a query at distance 0 from a point, whose contrast is not defined.

    Examples
    --------
    >>> contrast(np.array([[1.0], [3.0]]), np.array([[0.0]]))
    2.0
    """
    distance = cdist(queries, points)
    nearest = distance.min(axis=1)
    if (nearest == 0).any():
        raise ValueError(
            f"need queries that are no points; got {int((nearest == 0).sum())} at distance 0"
        )
    return float((distance.max(axis=1) / nearest - 1).mean())


def trunk(rows: int, features: int, rng: np.random.Generator) -> tuple[Floats, Labels]:
    """Draw two classes in which every feature helps, each less than the one before (Trunk 1979).

    Feature i, from 1, is normal with deviation 1 and mean 1 / sqrt(i) in class 1, the negative in
    class 0. No two features are correlated within a class.

    Parameters
    ----------
    rows, features : int, 1 or more
    rng : Generator

    Returns
    -------
    X : array of shape (rows, features)
    y : array of shape (rows,), 0 and 1 by turns

    Raises
    ------
    ValueError
        For no row or no feature.

    Examples
    --------
    >>> X, y = trunk(4, 3, np.random.default_rng(0))
    >>> X.shape, y.tolist()
    ((4, 3), [0, 1, 0, 1])
    """
    if rows < 1 or features < 1:
        raise ValueError(f"need a row and a feature or more; got {rows} and {features}")
    y = np.arange(rows) % 2
    mean = (2 * y[:, None] - 1) / np.sqrt(np.arange(1, features + 1))
    return mean + rng.normal(size=(rows, features)), y


def light(images: Floats, strength: float, rng: np.random.Generator) -> Floats:
    """Add to each image a brightness of its own, and a slope across and down.

    Parameters
    ----------
    images : array of shape (n, side, side), side 2 or more
    strength : float, 0 or more
        Standard deviation of each of the three, in grey values: of the brightness, and of what the
        slopes add at the right and the lower edge, and take at the left and the upper one.
    rng : Generator

    Returns
    -------
    array of the images' shape

    Raises
    ------
    ValueError
        For images that are not square, or a negative strength.

    Examples
    --------
    >>> lit = light(np.zeros((5, 4, 4)), 1.0, np.random.default_rng(0))
    >>> np.linalg.matrix_rank(lit.reshape(5, 16)).item()
    3
    """
    if images.ndim != 3 or images.shape[1] != images.shape[2] or images.shape[1] < 2:
        raise ValueError(f"need square images, shape (n, side, side); got {images.shape}")
    if not strength >= 0:
        raise ValueError(f"strength is 0 or more; got {strength}")
    slope = np.linspace(-1, 1, images.shape[1])
    level, across, down = strength * rng.normal(size=(3, len(images), 1, 1))
    lit: Floats = images + level + across * slope + down * slope[:, None]
    return lit
