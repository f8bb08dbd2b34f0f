"""Simulated payments with two kinds of fraud, one of which nobody has seen yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["two_frauds"]


def two_frauds(
    rows: int, *, rng: np.random.Generator, distance: float = 3.5, share: float = 0.02
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Simulate payments in two dimensions: good ones, a known fraud, and a new one.

    Good payments are N(0, 1) in both directions; 3 % are fraud A at (3.2, 0), sd 0.5; `share` are
    fraud B at (-distance, -distance), sd 0.35.

    Parameters
    ----------
    rows : int, 200 or more
    rng : Generator
    distance : float, 0 or more
        How far out fraud B lies, in standard deviations of the good payments, on each axis.
    share : float, 0 to 0.5
        Share of the rows that are fraud B.

    Returns
    -------
    X : array of shape (rows, 2)
        The first 16 are 12 good ones and 4 of fraud A, for a start; the others are in random order.
    kind : int array of shape (rows,)
        0 good, 1 fraud A, 2 fraud B.

    Raises
    ------
    ValueError
        For rows, distance or share out of range.
    """
    if rows < 200:
        raise ValueError(f"rows must be 200 or more; got {rows}")
    if distance < 0:
        raise ValueError(f"distance must be 0 or more; got {distance}")
    if not 0 <= share <= 0.5:
        raise ValueError(f"share must be from 0 to 0.5; got {share}")
    kind = np.zeros(rows, dtype=np.int64)
    known, new = round(0.03 * rows), round(share * rows)
    kind[12 : 12 + known], kind[rows - new :] = 1, 2
    rng.shuffle(kind[16:])
    centre = np.array([[0.0, 0.0], [3.2, 0.0], [-distance, -distance]])[kind]
    return rng.normal(centre, np.array([1.0, 0.5, 0.35])[kind, None]), kind
