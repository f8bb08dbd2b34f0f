"""Worlds in which the truth about each feature is known: noise, copies, a pair, a flag, an id."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["correlated", "group_of", "noise", "world"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

EFFECTS = (1.2, 1.0, 0.7, 0.5)  # of s0 to s3, in log-odds a standard deviation


def noise(seed: int, rows: int = 100, columns: int = 2000) -> tuple[Floats, Labels]:
    """Draw features and labels that have nothing to do with each other.

    Parameters
    ----------
    seed : int
    rows, columns : int
        At least 4 rows; half of them, rounded down, get label 1.

    Returns
    -------
    X : array of shape (rows, columns), standard normal
    y : array of shape (rows,), 0 or 1, in random order

    Raises
    ------
    ValueError
        For fewer than 4 rows or no column.

    Examples
    --------
    >>> X, y = noise(0, rows=10, columns=3)
    >>> X.shape, int(y.sum())
    ((10, 3), 5)
    """
    if rows < 4 or columns < 1:
        raise ValueError(f"need 4 rows and 1 column or more; got {rows} rows, {columns} columns")
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, columns)), rng.permutation(np.arange(rows) % 2)


def world(
    seed: int,
    rows: int = 1500,
    noise: int = 60,
    pair_effect: float = 2.2,
    flag_effect: float = 1.8,
    flag_share: float = 0.15,
) -> tuple[pd.DataFrame, Labels]:
    """Draw a table in which each kind of column is there for one kind of selector to miss.

    The log-odds of label 1 are 1.2 s0 + 1.0 s1 + 0.7 s2 + 0.5 s3, plus `pair_effect` where u and v
    have the same sign and minus that where they have not, plus `flag_effect` (flag - flag_share).

    Parameters
    ----------
    seed : int
    rows : int, at least 1
    noise : int
        Number of columns that say nothing, `n0` and so on.
    pair_effect, flag_effect : float, in log-odds
    flag_share : float, 0 to 1
        Share of rows in which the flag is 1.

    Returns
    -------
    X : DataFrame of shape (rows, 16 + noise)
        Signals `s0` to `s3`, two near copies of each (`s0_a`, `s0_b`, with noise of a tenth of a
        standard deviation), the pair `u` and `v`, a `flag` of 0 and 1, an `id` that is a random
        permutation of the row numbers, and noise.
    y : array of shape (rows,), 0 or 1

    Raises
    ------
    ValueError
        For fewer than one row, negative noise or a share out of range.

    Examples
    --------
    >>> X, y = world(0, rows=5, noise=1)
    >>> list(X.columns[:5]), list(X.columns[-5:])
    (['s0', 's1', 's2', 's3', 's0_a'], ['u', 'v', 'flag', 'id', 'n0'])
    """
    if rows < 1 or noise < 0 or not 0 <= flag_share <= 1:
        raise ValueError(
            "need a row or more, no negative noise and a flag_share from 0 to 1; got "
            f"rows {rows}, noise {noise}, flag_share {flag_share}"
        )
    rng = np.random.default_rng(seed)
    signals = rng.normal(size=(rows, 4))
    copies = {
        f"s{i}_{c}": signals[:, i] + 0.1 * rng.normal(size=rows) for c in "ab" for i in range(4)
    }
    u, v = rng.normal(size=(2, rows))
    flag = (rng.random(rows) < flag_share).astype(float)
    number = rng.permutation(rows).astype(float)
    rest = rng.normal(size=(rows, noise))
    logit = signals @ EFFECTS + pair_effect * np.sign(u * v) + flag_effect * (flag - flag_share)
    y = (rng.random(rows) < expit(logit)).astype(int)
    columns = {f"s{i}": signals[:, i] for i in range(4)} | copies
    columns |= {"u": u, "v": v, "flag": flag, "id": number}
    columns |= {f"n{i}": rest[:, i] for i in range(noise)}
    return pd.DataFrame(columns), y


def group_of(name: str) -> str:
    """Say which column of `world` a column is, or is a copy of.

    Examples
    --------
    >>> group_of("s0_b"), group_of("u")
    ('s0', 'u')
    """
    return name.split("_")[0]


def correlated(
    seed: int,
    rows: int = 600,
    columns: int = 150,
    real: int = 15,
    effect: float = 0.8,
    rho: float = 0.4,
) -> tuple[Floats, Labels, NDArray[np.bool_]]:
    """Draw neighbours that are correlated, a few of which have an effect of their own.

    Columns form an autoregressive chain: the correlation of two of them is `rho` to the power of
    their distance. `real` columns at random places move the log-odds up or down.

    Parameters
    ----------
    seed : int
    rows, columns : int
    real : int, 0 to columns
    effect : float
        In log-odds a standard deviation.
    rho : float, inside -1 to 1

    Returns
    -------
    X : array of shape (rows, columns), each standard normal
    y : array of shape (rows,), 0 or 1
    truth : array of shape (columns,), True where a column has an effect of its own

    Raises
    ------
    ValueError
        For more real columns than there are, or a `rho` out of range.

    Examples
    --------
    >>> X, y, truth = correlated(0, rows=50, columns=20, real=3)
    >>> X.shape, int(truth.sum())
    ((50, 20), 3)
    """
    if not 0 <= real <= columns or not -1 < rho < 1:
        raise ValueError(
            f"need real from 0 to {columns} columns and rho inside -1 to 1; got {real}, {rho}"
        )
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, columns))
    for j in range(1, columns):
        X[:, j] = rho * X[:, j - 1] + (1 - rho**2) ** 0.5 * X[:, j]
    truth = np.zeros(columns, dtype=bool)
    truth[rng.choice(columns, real, replace=False)] = True
    sign = rng.choice([-1, 1], columns)
    logit = X @ np.where(truth, effect * sign, 0.0)
    return X, (rng.random(rows) < expit(logit)).astype(int), truth
