"""A straight model of what a model answers near one case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["lime"]

Floats = NDArray[np.float64]


def lime(
    f: Callable[[Floats], ArrayLike],
    x: ArrayLike,
    scale: ArrayLike,
    *,
    samples: int,
    width: float,
    rng: np.random.Generator,
    ridge: float = 1e-3,
) -> Floats:
    """Fit a weighted linear model to a model's answers for neighbours of a case.

    Neighbours are drawn around the case from a normal distribution, each column on its own; one at
    a distance of D standard deviations weighs exp(-D² / (2 width²)). After Ribeiro, Singh and
    Guestrin, "Why should I trust you?", 2016, without the steps that make columns binary and keep
    a few of them.

    Parameters
    ----------
    f : function of an array of shape (n, columns), which gives n numbers
    x : array of shape (columns,)
    scale : array of shape (columns,), above 0
        Standard deviation of each column.
    samples : int, 2 or more
        How many neighbours are drawn.
    width : float, above 0
        In standard deviations.
    rng : Generator
    ridge : float, 0 or more
        Penalty on the squared slopes, not on the constant; the weights sum to `samples`.

    Returns
    -------
    array of shape (columns,)
        By how much the answer changes for one standard deviation of each column.

    Raises
    ------
    ValueError
        For shapes that do not fit, settings out of range, or answers that are not finite numbers,
        one a row.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = lime(lambda rows: rows @ [2.0, -1.0], [0, 0], [1, 3], samples=100, width=1, rng=rng)
    >>> found.round(2).tolist()
    [2.0, -3.0]
    """
    case, spread = np.asarray(x, dtype=float), np.asarray(scale, dtype=float)
    if case.ndim != 1 or spread.shape != case.shape or not (spread > 0).all():
        raise ValueError(
            f"need a case of shape (columns,) and a scale above 0 for each; got {case.shape}, "
            f"{spread}"
        )
    if samples < 2 or not width > 0 or not ridge >= 0:
        raise ValueError(
            "need 2 samples or more, a width above 0 and a ridge of 0 or more; got "
            f"{samples}, {width}, {ridge}"
        )
    away = rng.normal(size=(samples, len(case)))
    answers = np.asarray(f(case + away * spread), dtype=float)
    if answers.shape != (samples,) or not np.isfinite(answers).all():
        raise ValueError(
            f"the model must give one finite number a row, {samples} in all; got shape "
            f"{answers.shape}"
        )
    squares = np.sum(away**2, axis=1)
    near = np.exp(-(squares - squares.min()) / (2 * width**2))
    near *= samples / near.sum()
    table = np.column_stack([away, np.ones(samples)])
    penalty = np.diag([ridge] * len(case) + [0.0])
    weighed = table.T * near
    return np.asarray(np.linalg.solve(weighed @ table + penalty, weighed @ answers)[:-1])
