"""Models whose slope is known at every point: sums of smooth random curves, one a column."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["draw_curves"]

Floats = NDArray[np.float64]


def draw_curves(
    rng: np.random.Generator, columns: int, bend: float, waves: int = 8
) -> tuple[Callable[[ArrayLike], Floats], Callable[[ArrayLike], Floats]]:
    """Draw a model that adds up one random curve a column, and its slopes.

    A curve is a sum of sine waves of random frequency, phase and height, which comes near to a
    Gaussian process with a squared-exponential kernel of length `bend`: Rahimi and Recht, "Random
    features for large-scale kernel machines", 2007. Its variance is 1 on average.

    Parameters
    ----------
    rng : Generator
    columns : int, 1 or more
    bend : float, above 0
        How far a curve goes before it bends, in the unit of the columns: slopes have a standard
        deviation of 1 / bend.
    waves : int, 1 or more
        Of each curve.

    Returns
    -------
    function of an array of shape (n, columns), which gives n answers
    function of an array of shape (columns,), which gives the slope of each column there

    Raises
    ------
    ValueError
        For no column, no wave, or a bend that is not above 0.

    Examples
    --------
    >>> f, slopes = draw_curves(np.random.default_rng(0), 3, bend=1.0)
    >>> f(np.zeros((5, 3))).shape, slopes([0, 0, 0]).shape
    ((5,), (3,))
    """
    if columns < 1 or waves < 1 or not bend > 0:
        raise ValueError(
            f"need a column and a wave or more, and a bend above 0; got {columns}, {waves}, {bend}"
        )
    frequency = rng.normal(size=(columns, waves)) / bend
    phase = rng.uniform(0, 2 * np.pi, (columns, waves))
    height = rng.normal(size=(columns, waves)) * (2 / waves) ** 0.5

    def answer(X: ArrayLike) -> Floats:
        table = np.asarray(X, dtype=float)
        return np.asarray(
            np.sum(height * np.sin(table[:, :, None] * frequency + phase), axis=(1, 2))
        )

    def slopes(x: ArrayLike) -> Floats:
        at = np.asarray(x, dtype=float)[:, None]
        return np.asarray(np.sum(height * frequency * np.cos(at * frequency + phase), axis=1))

    return answer, slopes
