"""Challengers as a team brings them: one recipe, other rows, hardly better or worse."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["candidates"]


def candidates(
    X: ArrayLike,
    y: ArrayLike,
    *,
    count: int,
    train_rows: int,
    pool_rows: int,
    features: int = 60,
    seed: int | np.random.Generator,
) -> NDArray[np.bool_]:
    """Train models of one recipe, and say which rows of a common pool each has right.

    Each is a ridge regression on random features (Rahimi and Recht 2008): ``tanh(x W + b)``, with
    its own W and b from the normal law, and its own training rows, of which none is in the pool.

    Parameters
    ----------
    X : array of shape (rows, columns)
        Numbers; each column is standardized.
    y : array of shape (rows,) of 0 and 1
    count : int, from 1
        Models to train.
    train_rows, pool_rows : int, from 2 and from 1, together at most the rows there are
        Rows that a model learns from, and rows of the pool.
    features : int, from 1
        Random features of a model; more make models more alike.
    seed : int or Generator

    Returns
    -------
    bool array of shape (count, pool_rows)

    Raises
    ------
    ValueError
        For arrays that do not fit, labels other than 0 and 1, or counts out of range.
    """
    values, label = np.asarray(X, dtype=np.float64), np.asarray(y)
    if values.ndim != 2 or label.shape != values.shape[:1] or not np.isin(label, (0, 1)).all():
        raise ValueError(
            f"need a table and one label of 0 or 1 for each row; got {values.shape}, {label.shape}"
        )
    if not (count >= 1 and features >= 1 and train_rows >= 2 and pool_rows >= 1):
        raise ValueError(
            f"counts start at 1, train_rows at 2; got count {count}, features {features}, "
            f"train_rows {train_rows}, pool_rows {pool_rows}"
        )
    if train_rows + pool_rows > len(values):
        raise ValueError(
            f"{train_rows} rows to train on and {pool_rows} in the pool; there are {len(values)}"
        )
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(values))
    pool, rest = order[:pool_rows], order[pool_rows:]
    spread = values.std(axis=0)
    scaled = ((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32)
    signs, right = 2.0 * label - 1, np.empty((count, pool_rows), dtype=bool)
    for i in range(count):
        mine = rng.choice(rest, train_rows, replace=False)
        weights = rng.standard_normal((values.shape[1], features)).astype(np.float32)
        offset = rng.standard_normal(features).astype(np.float32)
        seen, asked = (np.tanh(scaled[rows] @ weights + offset) for rows in (mine, pool))
        ridge = seen.T @ seen + 2 * np.eye(features)
        answer = asked @ np.linalg.solve(ridge, seen.T @ signs[mine])
        right[i] = (answer > 0) == (label[pool] == 1)
    return right
