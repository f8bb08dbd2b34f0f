"""Votes of labeling functions: check them, describe them, count them.

Votes are an array of whole numbers with a row an example and a column a function: a class from 0
on, or -1 where the function is silent.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["ABSTAIN", "analyse", "checked", "majority_vote"]

ABSTAIN = -1
"""The vote of a function that says nothing."""

Votes = NDArray[np.int64]


def checked(votes: ArrayLike, classes: int = 2) -> Votes:
    """Return votes as whole numbers, or say what is wrong with them.

    Parameters
    ----------
    votes : array of shape (n, m), n and m at least 1, values -1 to classes - 1
    classes : int, at least 2

    Raises
    ------
    ValueError
        For another shape, no rows, no functions, values that are no class, or fewer than two
        classes.
    """
    if classes < 2:
        raise ValueError(f"there must be two classes or more; got {classes}")
    given = np.asarray(votes)
    if given.ndim != 2 or 0 in given.shape:
        raise ValueError(
            f"votes must have a row an example and a column a function; got shape {given.shape}"
        )
    if not np.issubdtype(given.dtype, np.number):
        raise ValueError(
            f"votes must be whole numbers; got {given.flat[0]!r} of type {given.dtype}"
        )
    if not np.isin(given, range(-1, classes)).all():
        bad = next(v for v in given.flat if v not in range(-1, classes))
        raise ValueError(f"a vote is -1 (silent) or a class up to {classes - 1}; got {bad!r}")
    return given.astype(np.int64)


def majority_vote(votes: ArrayLike, classes: int = 2) -> NDArray[np.float64]:
    """Share each row among the classes with the most votes.

    A tie is shared equally, and a row in which all are silent is shared among all classes.

    Parameters
    ----------
    votes : array of shape (n, m), values -1 (silent) to classes - 1
    classes : int, at least 2

    Returns
    -------
    array of shape (n, classes)
        Each row adds up to 1.

    Examples
    --------
    >>> majority_vote([[1, 1, 0], [0, 1, -1], [-1, 0, -1]]).tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    """
    given = checked(votes, classes)
    counts = np.stack([(given == one).sum(axis=1) for one in range(classes)], axis=1)
    most = counts == counts.max(axis=1, keepdims=True)
    return np.asarray(most / most.sum(axis=1, keepdims=True))


def analyse(
    votes: ArrayLike,
    labels: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    classes: int = 2,
) -> pd.DataFrame:
    """Describe each function by how often it votes, with whom, and how rightly.

    Parameters
    ----------
    votes : array of shape (n, m), values -1 (silent) to classes - 1
    labels : array of shape (n,), classes; None: accuracy is left out
    names : m names; None: 0, 1, 2 and so on
    classes : int, at least 2

    Returns
    -------
    DataFrame, one row a function
        `votes` the classes it ever votes for, `coverage` the share of rows in which it votes,
        `overlap` the share in which another votes too, `conflict` the share in which another votes
        otherwise. With labels, `right` and `wrong` count votes, and `accuracy` is the share of its
        votes that is right: NaN for a function that never votes.

    Raises
    ------
    ValueError
        For bad votes, for labels or names of another length, and labels that are no class.
    """
    given = checked(votes, classes)
    rows, functions = given.shape
    if names is not None and len(names) != functions:
        raise ValueError(f"votes have {functions} columns; got {len(names)} names")
    said = given != ABSTAIN
    others = said.sum(axis=1, keepdims=True) > 1
    same = sum((given == one) * (given == one).sum(axis=1, keepdims=True) for one in range(classes))
    against = said.sum(axis=1, keepdims=True) > same
    table: dict[str, Any] = {
        "votes": [sorted(set(column[column != ABSTAIN].tolist())) for column in given.T],
        "coverage": said.mean(axis=0),
        "overlap": (said & others).mean(axis=0),
        "conflict": (said & against).mean(axis=0),
    }
    if labels is not None:
        truth = np.asarray(labels)
        if truth.shape != (rows,):
            raise ValueError(f"votes have {rows} rows; got labels of shape {truth.shape}")
        if not np.isin(truth, range(classes)).all():
            bad = next(one for one in truth.tolist() if one not in range(classes))
            raise ValueError(f"a label is a class from 0 to {classes - 1}; got {bad!r}")
        right = (given == truth[:, None]).sum(axis=0)
        table |= {"right": right, "wrong": said.sum(axis=0) - right}
        table["accuracy"] = np.divide(
            right, said.sum(axis=0), out=np.full(functions, np.nan), where=said.any(axis=0)
        )
    return pd.DataFrame(table, index=list(names) if names is not None else None)
