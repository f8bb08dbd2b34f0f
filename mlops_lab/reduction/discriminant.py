"""A linear discriminant whose covariance is estimated, shrunk, or left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

__all__ = ["COVARIANCES", "Rule", "discriminant"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

COVARIANCES = ("estimated", "shrunk", "none")


class Rule(NamedTuple):
    """A linear rule: the class whose score is largest.

    Attributes
    ----------
    classes : array of shape (classes,)
    weights : array of shape (features, classes)
    bias : array of shape (classes,)
    """

    classes: Labels
    weights: Floats
    bias: Floats

    def predict(self, X: Floats) -> Labels:
        """Return a class for each row of X, of shape (rows, features)."""
        best: Labels = self.classes[(X @ self.weights + self.bias).argmax(axis=1)]
        return best

    def accuracy(self, X: Floats, y: Labels) -> float:
        """Return the share of rows whose class is named rightly, 0 to 1."""
        return float((self.predict(X) == y).mean())


def discriminant(X: Floats, y: Labels, covariance: str = "estimated") -> Rule:
    """Fit a linear discriminant (Fisher 1936) that takes all classes to be equally frequent.

    The score of class k is x' S⁺ m - m' S⁺ m / 2, with its mean m and a covariance S within
    classes that all of them share. S⁺ is the pseudo-inverse, so that more features than rows are
    no error.

    Parameters
    ----------
    X : array of shape (rows, features)
    y : array of shape (rows,)
    covariance : {"estimated", "shrunk", "none"}
        Of what is left in the rows when their class's mean is taken off. "estimated": as it is;
        "shrunk": towards a multiple of the identity (Ledoit and Wolf 2004); "none": variances
        alone, as if no two features had anything in common.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        For another covariance, labels that do not fit the rows, fewer than two classes, or no
        more rows than classes.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> discriminant(X, np.array([0, 0, 1, 1])).predict(np.array([[2.4], [2.6]]))
    array([0, 1])
    """
    if covariance not in COVARIANCES:
        raise ValueError(f"covariance is one of {', '.join(COVARIANCES)}; got {covariance!r}")
    if X.ndim != 2 or y.shape != (len(X),):
        raise ValueError(
            f"need a table and a label for each row; got shapes {X.shape} and {y.shape}"
        )
    classes, number = np.unique(y, return_inverse=True)
    if not 2 <= len(classes) < len(y):
        raise ValueError(
            f"need two classes, and more rows than classes; got {len(y)} rows, "
            f"{len(classes)} classes"
        )
    means = np.array([X[number == k].mean(axis=0) for k in range(len(classes))])
    inside = X - means[number]
    if covariance == "shrunk":
        S = ledoit_wolf(inside, assume_centered=True)[0]
    else:
        S = inside.T @ inside / (len(X) - len(classes))
        if covariance == "none":
            S = np.diag(np.diag(S))
    weights = np.linalg.pinv(S, hermitian=True) @ means.T
    return Rule(classes, weights, -0.5 * (means.T * weights).sum(axis=0))
