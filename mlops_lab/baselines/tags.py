"""Error analysis: examples with tags, what each tag could gain, and who gained in the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

__all__ = ["split_gain", "tag_table"]


def tag_table(right: ArrayLike, tags: ArrayLike | pd.DataFrame, level: ArrayLike) -> pd.DataFrame:
    """Count the errors of each tag, and what there is to gain.

    Parameters
    ----------
    right : bool array of shape (n,)
        Whether the model was right on each example.
    tags : array of shape (n,), or DataFrame of shape (n, tags) of True and False
        The one tag of each example; or a column a tag, where an example may have several or none.
    level : float or bool array of shape (n,)
        What could be reached: one accuracy for all, 0 to 1, or whether a person was right.

    Returns
    -------
    DataFrame with a tag a row and the columns
        share (of all examples), errors (share of all errors), accuracy, level, and room: share
        times (level - accuracy), the points of the total that the tag would gain at that level.

    Raises
    ------
    ValueError
        For arrays of different length, none at all, or a level outside of 0 to 1.

    Examples
    --------
    >>> tag_table([True, False, True, True], ["a", "a", "b", "b"], 1.0)["room"].to_dict()
    {'a': 0.25, 'b': 0.0}
    """
    ok = np.asarray(right, dtype=bool)
    if isinstance(tags, pd.DataFrame):
        has = tags.to_numpy(dtype=bool)
        names = list(tags.columns)
    else:
        each = np.asarray(tags)
        names = list(dict.fromkeys(each.tolist()))
        has = each[:, None] == np.array(names) if len(names) else np.zeros((0, 0), bool)
    if ok.ndim != 1 or not len(ok) or len(has) != len(ok):
        raise ValueError(f"need a row of tags an example; got {ok.shape} and {has.shape}")
    reached = np.broadcast_to(np.asarray(level, dtype=np.float64), ok.shape)
    if not ((reached >= 0) & (reached <= 1)).all():
        raise ValueError(f"level must be from 0 to 1; got {level!r}")
    of = has.sum(axis=0)
    table = pd.DataFrame({"share": has.mean(axis=0)}, index=names)
    table["errors"] = (has & ~ok[:, None]).sum(axis=0) / max(1, (~ok).sum())
    table["accuracy"] = (has & ok[:, None]).sum(axis=0) / np.maximum(of, 1)
    table["level"] = (has * reached[:, None]).sum(axis=0) / np.maximum(of, 1)
    return table.assign(room=table["share"] * (table["level"] - table["accuracy"]))


def split_gain(before: ArrayLike, after: ArrayLike, member: ArrayLike) -> tuple[float, float]:
    """Split the gain of a change into what a tag gained itself, and what all others did.

    Parameters
    ----------
    before, after : bool arrays of shape (n,)
        Whether each example was right.
    member : bool array of shape (n,)
        Whether it has the tag.

    Returns
    -------
    (own, others)
        In points of the total accuracy: they add up to its change.

    Raises
    ------
    ValueError
        For arrays of different length, or none at all.

    Examples
    --------
    >>> split_gain([0, 0, 1, 1], [1, 1, 0, 1], [1, 1, 0, 0])
    (0.5, -0.25)
    """
    old, new, has = (np.asarray(one, dtype=bool) for one in (before, after, member))
    if old.ndim != 1 or not len(old) or not old.shape == new.shape == has.shape:
        raise ValueError(f"need three rows alike; got {old.shape}, {new.shape} and {has.shape}")
    change = new.astype(np.int64) - old
    return float(change[has].sum() / len(old)), float(change[~has].sum() / len(old))
