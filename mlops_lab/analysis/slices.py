"""Slices of a table: every group of rows that one or two columns single out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["binned", "residual_z", "slices"]

Floats = NDArray[np.float64]


def binned(X: pd.DataFrame, edges: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Name for each row the bin that each of some columns falls into.

    Parameters
    ----------
    X : DataFrame of shape (rows, columns)
    edges : mapping of column -> inner edges, ascending
        A bin holds its lower edge, not its upper one. With no edges, each value is its own bin.

    Returns
    -------
    DataFrame of strings, with the rows of `X` and the columns of `edges`
        Bins read `<20`, `20-35` and `35+`.

    Raises
    ------
    ValueError
        For a column that `X` does not have, edges that do not ascend, or a value that is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"amount": [5, 20, 90], "app": [0, 1, 1]})
    >>> binned(table, {"amount": [20, 60], "app": []}).to_numpy().tolist()
    [['<20', '0'], ['20-60', '1'], ['60+', '1']]
    """
    found = {}
    for name, cuts in edges.items():
        if name not in X:
            raise ValueError(f"no column {name!r}; there are {list(X)}")
        if X[name].isna().any():
            raise ValueError(f"{name} has missing values; fill them, or give them a name")
        if not len(cuts):
            found[name] = X[name].astype(str).to_numpy(dtype=object)
            continue
        inner = np.asarray(cuts, dtype=float)
        if not (np.diff(inner) > 0).all():
            raise ValueError(f"the edges of {name} must ascend; got {list(cuts)}")
        between = [f"{low:g}-{high:g}" for low, high in pairwise(inner)]
        names = np.array([f"<{inner[0]:g}", *between, f"{inner[-1]:g}+"], dtype=object)
        found[name] = names[np.digitize(X[name].to_numpy(float), inner)]
    return pd.DataFrame(found, index=X.index)


def slices(bins: pd.DataFrame, smallest: int = 50, most: int = 2) -> tuple[list[str], Floats]:
    """List every slice that one column's bin, or the bins of several columns, single out.

    Parameters
    ----------
    bins : DataFrame of shape (rows, columns), as `binned` gives it
    smallest : int, at least 1
        Slices with fewer rows are left out.
    most : int, at least 1
        How many columns may make a slice together.

    Returns
    -------
    names : list of str
        As ``column bin``, joined by an ampersand; slices of one column first.
    S : array of shape (rows, slices)
        1.0 where a row is in the slice, so that `values @ S` adds them up slice by slice.

    Raises
    ------
    ValueError
        For limits below 1.

    Examples
    --------
    >>> bins = pd.DataFrame({"app": ["no", "yes", "yes"], "size": ["S", "S", "L"]})
    >>> names, S = slices(bins, smallest=1)
    >>> names[:3], int(S[:, names.index("app yes & size L")].sum())
    (['app no', 'app yes', 'size L'], 1)
    """
    if smallest < 1 or most < 1:
        raise ValueError(f"smallest and most must be at least 1; got {smallest} and {most}")
    single = {
        name: {str(one): (bins[name] == one).to_numpy(float) for one in np.unique(bins[name])}
        for name in bins
    }
    names: list[str] = []
    members: list[Floats] = []
    for count in range(1, most + 1):
        for chosen in combinations(bins, count):
            parts = [("", np.ones(len(bins)))]
            for column in chosen:
                parts = [
                    (f"{name} & {column} {one}" if name else f"{column} {one}", row * mine)
                    for name, row in parts
                    for one, mine in single[column].items()
                ]
            for name, row in parts:
                if row.sum() >= smallest:
                    names.append(name)
                    members.append(row)
    return names, np.array(members).reshape(len(names), len(bins)).T


def residual_z(y: ArrayLike, q: ArrayLike, S: ArrayLike) -> Floats:
    """Return by how many standard deviations each slice's outcomes lie above their forecasts.

    In a slice, the sum of y - q has mean 0 and variance sum q (1 - q), if the q are the true
    chances: by the central limit theorem, the quotient is then nearly a standard normal.

    Parameters
    ----------
    y : array of shape (rows,) or (draws, rows), 0 or 1
    q : array of shape (rows,), 0 to 1
        Forecast chances of a 1.
    S : array of shape (rows, slices), 0 or 1

    Returns
    -------
    array of shape (slices,) or (draws, slices)
        0 in a slice whose forecasts are all 0 or 1 and right.

    Raises
    ------
    ValueError
        For shapes that do not fit, or chances out of range.

    Examples
    --------
    >>> residual_z([1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5], [[1], [1], [1], [1]]).tolist()
    [2.0]
    """
    labels, chance, members = (np.asarray(one, dtype=float) for one in (y, q, S))
    if chance.ndim != 1 or labels.shape[-1:] != chance.shape or len(members) != len(chance):
        raise ValueError(
            "y, q and S need the same rows; got the shapes "
            f"{labels.shape}, {chance.shape} and {members.shape}"
        )
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError(f"q must lie from 0 to 1; got {chance.min()} to {chance.max()}")
    above, spread = (labels - chance) @ members, np.sqrt((chance * (1 - chance)) @ members)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(above == 0, 0.0, above / spread)
