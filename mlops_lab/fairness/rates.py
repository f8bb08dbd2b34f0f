"""Rates of decisions by group, each with its interval, and how far two groups lie apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.baselines import wilson

__all__ = ["MEASURES", "gap", "measure"]

Floats = NDArray[np.float64]
Names = NDArray[np.str_]

MEASURES = ("base rate", "selection rate", "TPR", "FPR", "PPV")
"""What `measure` gives: shares of all that are positive, and that are approved; shares of the
positive, and of the negative, that are approved; the share of the approved that are positive."""


def measure(
    y: ArrayLike, approved: ArrayLike, group: ArrayLike, level: float = 0.95
) -> pd.DataFrame:
    """Return each measure in each group, with Wilson's interval.

    Parameters
    ----------
    y : array of shape (rows,), 0 or 1
        1 is the outcome that an approval hopes for.
    approved : array of shape (rows,), 0 or 1, or bool
    group : array of shape (rows,)
        The name of each row's group.
    level : float, 0 to 1
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row for each measure of `MEASURES` and each group, in sorted order; columns `share`,
        `low`, `high`, and `n`, the rows that it is a share of. Where there is none, NaN.

    Raises
    ------
    ValueError
        For arrays of different shapes, or values other than 0 and 1.

    Examples
    --------
    >>> table = measure([1, 1, 0, 1], [1, 0, 0, 1], ["A", "A", "A", "B"])
    >>> float(table.loc[("TPR", "A"), "share"]), int(table.loc[("TPR", "A"), "n"])
    (0.5, 2)
    """
    label, yes, names = _columns(y, approved, group)
    if not np.isin(label, (0.0, 1.0)).all():
        raise ValueError(f"y must be 0 or 1; got values from {label.min()} to {label.max()}")
    rows = {}
    for name in np.unique(names):
        mine = names == name
        for which in MEASURES:
            hits, n = _counts(which, label[mine], yes[mine])
            low, high = wilson(hits, n, level) if n else (np.nan, np.nan)
            share = hits / n if n else np.nan
            rows[which, str(name)] = (share, float(low), float(high), int(n))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["share", "low", "high", "n"])
    table.index = pd.MultiIndex.from_tuples(rows, names=["measure", "group"])
    return table.loc[list(MEASURES)]


def gap(y: ArrayLike, approved: ArrayLike, group: ArrayLike, which: str = "TPR") -> float:
    """Return one measure in the first of two groups minus that in the second; groups are sorted.

    Parameters
    ----------
    y : array of shape (rows,), from 0 to 1
        Outcomes; or the chances of a 1, which give the expected measure.
    approved, group
        As `measure` takes them.
    which : str, one of `MEASURES`

    Returns
    -------
    float
        NaN where a group has no row to take the share of.

    Raises
    ------
    ValueError
        For another number of groups than two, an unknown measure, or as `measure` does.

    Examples
    --------
    >>> gap([1, 1, 1, 1], [1, 1, 0, 1], ["A", "A", "B", "B"])
    0.5
    """
    label, yes, names = _columns(y, approved, group)
    both = np.unique(names)
    if which not in MEASURES or len(both) != 2:
        raise ValueError(f"need one of {MEASURES} and two groups; got {which!r}, {list(both)}")
    if not ((label >= 0) & (label <= 1)).all():
        raise ValueError(f"y must lie from 0 to 1; got {label.min()} to {label.max()}")
    shares = []
    for name in both:
        hits, n = _counts(which, label[names == name], yes[names == name])
        shares.append(hits / n if n else np.nan)
    return float(shares[0] - shares[1])


def _columns(y: ArrayLike, approved: ArrayLike, group: ArrayLike) -> tuple[Floats, Floats, Names]:
    label, yes, names = np.asarray(y, dtype=float), np.asarray(approved, float), np.asarray(group)
    if not label.shape == yes.shape == names.shape or label.ndim != 1 or not len(label):
        raise ValueError(
            "need one outcome, one decision and one group a row; got "
            f"{label.shape}, {yes.shape}, {names.shape}"
        )
    if not np.isin(yes, (0.0, 1.0)).all():
        raise ValueError(f"approved must be 0 or 1; got values from {yes.min()} to {yes.max()}")
    return label, yes, names


def _counts(which: str, y: Floats, yes: Floats) -> tuple[float, float]:
    """Return of how many rows the measure is a share, after the hits among them."""
    hits, of = {
        "base rate": (y, np.ones_like(y)),
        "selection rate": (yes, np.ones_like(y)),
        "TPR": (y * yes, y),
        "FPR": ((1 - y) * yes, 1 - y),
        "PPV": (y * yes, yes),
    }[which]
    return float(hits.sum()), float(of.sum())
