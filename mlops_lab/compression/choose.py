"""Choosing among compressed models: what is dominated, and what is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pareto", "pick"]


def pareto(costs: ArrayLike) -> NDArray[np.bool_]:
    """Tell which rows no other row beats: none is at least as low everywhere and lower somewhere.

    Parameters
    ----------
    costs : array of shape (n, measures), lower is better, no NaN
        Equal rows do not beat each other; no rows give an empty answer.

    Examples
    --------
    >>> pareto([[1, 5], [2, 2], [3, 3]]).tolist()
    [True, True, False]
    """
    found = np.asarray(costs, dtype=np.float64)
    if found.ndim != 2:
        raise ValueError(f"costs must be of shape (n, measures); got {found.shape}")
    if np.isnan(found).any():
        raise ValueError("costs must hold no NaN: leave out a model that was not measured")
    no_worse = (found[:, None] <= found[None]).all(axis=2)
    better = (found[:, None] < found[None]).any(axis=2)
    return np.asarray(~(no_worse & better).any(axis=0))


def pick(table: pd.DataFrame, best: str, limits: Mapping[str, float]) -> str | None:
    """Name the row with the highest `best` among those that keep every limit.

    One measure is optimized, the others need only be good enough (satisficing, Simon 1956). Of
    rows that are level the first one is taken. None where no row keeps the limits.

    Parameters
    ----------
    table : frame, one row a model
    best : str
        A column, higher is better.
    limits : mapping of column -> highest value allowed
    """
    for name in (best, *limits):
        if name not in table:
            raise ValueError(f"no column {name!r}; the table has {', '.join(map(str, table))}")
    fits = table[(table[list(limits)] <= list(limits.values())).all(axis=1)].dropna(subset=[best])
    return None if fits.empty else str(fits[best].idxmax())
