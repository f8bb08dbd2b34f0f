"""Rows that lie far from what is labeled, and from each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["farthest_first"]

Ints = NDArray[np.int64]


def farthest_first(rows: ArrayLike, labeled: ArrayLike, count: int) -> Ints:
    """Choose, one after another, the row that is farthest from all labeled and chosen ones.

    This is Gonzalez' greedy rule for k centers (1985), the core-set strategy of Sener and Savarese
    (2018): no row is then farther from a center than twice what the best choice could reach.

    Parameters
    ----------
    rows : array of shape (n, d)
        What there is to choose from.
    labeled : array of shape (m, d), m may be 0
        What is labeled already. Without any, the choice begins with the first row.
    count : int, 0 to n
        How many to choose.

    Returns
    -------
    array of shape (count,)
        Positions in `rows`, in the order of the choice. Of equals the first is chosen, and no row
        twice.

    Raises
    ------
    ValueError
        For a count out of range, or widths that differ.

    Examples
    --------
    >>> farthest_first([[1.0], [5.0], [9.0]], [[0.0]], 2).tolist()
    [2, 1]
    """
    table = np.asarray(rows, dtype=float)
    known = np.asarray(labeled, dtype=float).reshape(-1, table.shape[1])
    if not 0 <= count <= len(table):
        raise ValueError(f"count must be from 0 to the {len(table)} rows there are; got {count}")
    gap = _squared(table, known).min(axis=1, initial=np.inf)
    chosen: list[int] = []
    for _ in range(count):
        best = int(gap.argmax())
        chosen.append(best)
        gap = np.minimum(gap, _squared(table, table[best : best + 1])[:, 0])
        gap[chosen] = -1.0  # below any distance: none is chosen twice
    return np.array(chosen, dtype=np.int64)


def _squared(rows: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared distances, shape (n, m); rounding cannot take them below 0."""
    squares = (rows**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None]
    return np.asarray(np.maximum(squares - 2 * rows @ others.T, 0.0))
