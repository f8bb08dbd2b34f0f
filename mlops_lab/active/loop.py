"""The loop of active learning: fit, choose, ask, fit again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.active.choose import Choose

__all__ = ["History", "label"]

Ints = NDArray[np.int64]
Oracle = Callable[[Ints], NDArray[Any]]
Fit = Callable[[NDArray[np.float64], NDArray[Any]], Any]


@dataclass(frozen=True)
class History:
    """What was asked for, in order, and the models on the way.

    Attributes
    ----------
    asked : array of shape (labels,)
        Positions in the pool; the start comes first.
    labels : array of shape (labels,)
        What the oracle said of them.
    sizes : array of shape (fits,)
        With how many labels each model was fitted, ascending.
    models : list of fits
    """

    asked: Ints
    labels: NDArray[Any]
    sizes: Ints
    models: list[Any]


def label(
    pool: ArrayLike,
    oracle: Oracle,
    fit: Fit,
    choose: Choose,
    *,
    start: ArrayLike,
    batch: int,
    budget: int,
) -> History:
    """Spend a budget of labels on a pool, batch by batch, with a model fitted before each.

    Parameters
    ----------
    pool : array of shape (n, d)
        Rows without labels.
    oracle : callable, positions in the pool -> their labels
        Asked once for each position. It may err.
    fit : callable, (X, y) -> fitted model with `predict_proba`
    choose : Choose
        The query strategy.
    start : array of positions in the pool, without repeats
        They are labeled before there is a model, and count against the budget.
    batch : int, 1 or more
        Labels between two fits; the last batch is cut to what is left of the budget.
    budget : int, from the start's size to n
        All labels together.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        For a batch, start or budget out of range, or a strategy that gives a wrong count, a
        position twice or one that there is not.
    """
    X = np.asarray(pool, dtype=float)
    asked = np.asarray(start, dtype=np.int64)
    _check(len(X), asked, batch, budget)
    labels = np.asarray(oracle(asked))
    sizes, models = [], []
    while True:
        models.append(fit(X[asked], labels))
        sizes.append(len(asked))
        count = min(batch, budget - len(asked))
        if count == 0:
            return History(asked, labels, np.array(sizes), models)
        rest = np.setdiff1d(np.arange(len(X)), asked)
        chosen = np.asarray(choose(models[-1], X[rest], X[asked], count))
        if len(set(chosen.tolist())) != count or not 0 <= chosen.min() <= chosen.max() < len(rest):
            raise ValueError(
                f"a strategy gives {count} different positions below {len(rest)}; got {chosen}"
            )
        new = rest[chosen]
        asked = np.concatenate([asked, new])
        labels = np.concatenate([labels, oracle(new)])


def _check(rows: int, start: Ints, batch: int, budget: int) -> None:
    if len(start) == 0 or len(np.unique(start)) != len(start):
        raise ValueError(f"start must be positions in the pool, none twice; got {start}")
    if not 0 <= start.min() <= start.max() < rows:
        raise ValueError(f"start must be positions below {rows}; got {start}")
    if batch < 1:
        raise ValueError(f"batch must be 1 or more; got {batch}")
    if not len(start) <= budget <= rows:
        raise ValueError(
            f"budget must be from the start's {len(start)} to the pool's {rows}; got {budget}"
        )
