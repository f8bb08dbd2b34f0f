"""Functions that copy each other: see them in the correlations, and count them once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.weak_supervision.votes import ABSTAIN, checked, majority_vote

__all__ = ["group", "merge", "residual_correlation"]

Floats = NDArray[np.float64]


def residual_correlation(votes: ArrayLike, classes: ArrayLike) -> Floats:
    """Correlate functions' votes among rows of the same class.

    Two rules that are right agree, and that is no sign of a copy. Within one class rules that
    look at different things are uncorrelated: what is left is what they share beyond the class.

    Parameters
    ----------
    votes : array of shape (n, m), values -1 (silent) to k - 1
    classes : array of shape (n, k), 0 or more
        Weight of each class in each row: what a label model predicts, or 0 and 1 where labels are
        known.

    Returns
    -------
    array of shape (m, m), -1 to 1
        The covariances within classes, added up over votes and classes, and divided by the
        deviations within them. A function whose vote never varies within a class correlates 0 with
        others; the diagonal is 1.

    Raises
    ------
    ValueError
        For bad votes, or weights of another shape, not finite, below 0 or without any above 0.
    """
    weights = np.asarray(classes, dtype=float)
    shape_fits = weights.ndim == 2 and weights.shape[1] >= 2
    given = checked(votes, weights.shape[1] if shape_fits else 2)
    if (
        not shape_fits
        or len(weights) != len(given)
        or not (weights >= 0).all()
        or not np.isfinite(weights).all()
        or not weights.any()
    ):
        raise ValueError(
            f"classes must be weights of 0 or more, a row for each of the {len(given)} rows and a "
            f"column for each class; got shape {weights.shape}"
        )
    covariance = np.zeros((given.shape[1], given.shape[1]))
    for weight in weights.T[weights.sum(axis=0) > 0]:
        for vote in range(weights.shape[1]):
            said = (given == vote).astype(float)
            apart = said - weight @ said / weight.sum()
            covariance += apart.T @ (apart * weight[:, None])
    deviation = np.sqrt(np.diag(covariance).clip(min=0))
    scale = np.outer(deviation, deviation)
    found = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 1e-9)
    np.fill_diagonal(found, 1.0)
    return np.clip(found, -1, 1)


def group(correlation: ArrayLike, threshold: float = 0.5) -> list[list[int]]:
    """Put functions together whose correlation exceeds a threshold, directly or through others.

    Parameters
    ----------
    correlation : array of shape (m, m), symmetric
    threshold : float, 0 to 1

    Returns
    -------
    list of lists of positions, each position in one of them
        In the order of their first members.

    Examples
    --------
    >>> group([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    [[0, 1], [2]]
    """
    matrix = np.asarray(correlation, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise ValueError(f"correlation must be a square of finite values; got {matrix.shape}")
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must lie between 0 and 1; got {threshold}")
    groups: list[list[int]] = []
    left = list(range(len(matrix)))
    while left:
        found = [left.pop(0)]
        for one in found:  # grows while it is walked
            near = [
                other for other in left if max(matrix[one, other], matrix[other, one]) > threshold
            ]
            found += near
            left = [other for other in left if other not in near]
        groups.append(sorted(found))
    return groups


def merge(votes: ArrayLike, groups: list[list[int]], classes: int = 2) -> NDArray[np.int64]:
    """Return one column for each group: what most of its members say, silent in a tie.

    Parameters
    ----------
    votes : array of shape (n, m), values -1 (silent) to classes - 1
    groups : lists of positions, each position in one of them, as `group` gives
    classes : int, at least 2

    Raises
    ------
    ValueError
        For bad votes, or groups that do not hold each position once.
    """
    given = checked(votes, classes)
    held = sorted(one for members in groups for one in members)
    if held != list(range(given.shape[1])) or not all(groups):
        raise ValueError(
            f"groups must hold each of 0 to {given.shape[1] - 1} once, and none be empty; "
            f"got {groups}"
        )
    columns = []
    for members in groups:
        shares = majority_vote(given[:, members], classes)
        columns.append(np.where(shares.max(axis=1) == 1, shares.argmax(axis=1), ABSTAIN))
    return np.stack(columns, axis=1).astype(np.int64)
