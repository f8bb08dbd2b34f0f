"""Votes whose truth is known: functions as accurate, as talkative and as copied as you say."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.weak_supervision.votes import ABSTAIN

__all__ = ["simulate_votes"]


def simulate_votes(
    accuracies: ArrayLike,
    coverage: ArrayLike,
    *,
    rows: int,
    seed: int | np.random.Generator,
    balance: float = 0.5,
    copies: int = 0,
    likeness: float = 0.95,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw votes of two classes, and the classes.

    A function votes in a random share of the rows, whatever their class, and is then right with its
    accuracy, independently of the others. Copies are of the first function.

    Parameters
    ----------
    accuracies : array of shape (m,), 0 to 1, m at least 1
    coverage : float or array of shape (m,), 0 to 1
        Share of rows in which each votes.
    rows : int, 1 or more
    seed : int or Generator
    balance : float, 0 to 1
        Share of class 1.
    copies : int, 0 or more
        How many further functions repeat what the first one says.
    likeness : float, 0 to 1
        Share of rows in which a copy repeats it; in the others it is silent.

    Returns
    -------
    votes : array of shape (rows, m + copies)
        -1 (silent), 0 or 1; copies come last.
    labels : array of shape (rows,)

    Raises
    ------
    ValueError
        For values out of range, or a coverage of another length.
    """
    right, often = np.asarray(accuracies, dtype=float), np.asarray(coverage, dtype=float)
    if right.ndim != 1 or not len(right) or often.shape not in ((), right.shape):
        raise ValueError(
            f"need a row of accuracies, and one coverage or one for each; got {right.shape} and "
            f"{often.shape}"
        )
    shares = np.concatenate([right, np.atleast_1d(often), [balance, likeness]])
    if not ((shares >= 0) & (shares <= 1)).all() or rows < 1 or copies < 0:
        raise ValueError(
            f"shares must lie between 0 and 1, with a row or more and no fewer than 0 copies; got "
            f"{accuracies!r}, {coverage!r}, {balance}, {likeness}, {rows} rows, {copies} copies"
        )
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < balance).astype(np.int64)
    is_right = rng.random((rows, len(right))) < right
    said = rng.random((rows, len(right))) < often
    votes = np.where(said, np.where(is_right, labels[:, None], 1 - labels[:, None]), ABSTAIN)
    repeats = rng.random((rows, copies)) < likeness
    copied = np.where(repeats, votes[:, [0]], ABSTAIN)
    return np.concatenate([votes, copied], axis=1).astype(np.int64), labels
