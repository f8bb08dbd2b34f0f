"""Two ways to spend hours: on the model, or on the labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

__all__ = ["ModelWork", "model_work", "suspects"]

Ints = NDArray[np.int64]


class ModelWork(NamedTuple):
    """What came of trying models."""

    name: str
    """The candidate with the best score; the first of equals."""
    model: Any
    """It, fitted on all rows."""
    scores: dict[str, float]
    """The cross-validated accuracy of each candidate, 0 to 1, on the labels as they are."""


def model_work(
    candidates: Mapping[str, BaseEstimator], X: ArrayLike, labels: ArrayLike, folds: int = 3
) -> ModelWork:
    """Try each candidate by cross-validation, and fit the best.

    Parameters
    ----------
    candidates : mapping of name -> classifier
        They are cloned, so that none is changed.
    X : array of shape (n, features)
    labels : array of shape (n,)
    folds : int, at least 2

    Raises
    ------
    ValueError
        For no candidate, or as scikit-learn does.
    """
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    if not candidates:
        raise ValueError("candidates must hold one model or more; got none")
    scores = {
        name: float(cross_val_score(clone(one), X, labels, cv=folds).mean())
        for name, one in candidates.items()
    }
    best = max(scores, key=lambda name: scores[name])
    return ModelWork(best, clone(candidates[best]).fit(X, labels), scores)


def suspects(model: BaseEstimator, X: ArrayLike, labels: ArrayLike, folds: int = 3) -> Ints:
    """Order rows by how unlikely their label is, the least likely first.

    The chance of each label comes from a model that was fitted without its row.

    Parameters
    ----------
    model : classifier with predict_proba
        It is cloned.
    X : array of shape (n, features)
    labels : array of shape (n,)
    folds : int, at least 2
        Each label has to occur that often.

    Returns
    -------
    Array of shape (n,): places of rows.
    """
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_predict

    given = np.asarray(labels)
    chances = cross_val_predict(clone(model), X, given, cv=folds, method="predict_proba")
    own = chances[np.arange(len(given)), np.searchsorted(np.unique(given), given)]
    return np.asarray(np.argsort(own, kind="stable"), dtype=np.int64)
