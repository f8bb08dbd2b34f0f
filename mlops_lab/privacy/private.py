"""Softmax regression trained on random batches, with clipped gradients and noise, or without."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["clipped_gradient", "random_features", "train"]

Floats = NDArray[Any]


def random_features(
    rng: np.random.Generator, images: ArrayLike, count: int = 400, detail: float = 1.0
) -> Floats:
    """Return cos(x P + b) sqrt(2 / count): random features of a radial kernel.

    Rahimi and Recht, "Random features for large-scale kernel machines", 2007.

    Parameters
    ----------
    rng : numpy Generator
        Draws P and b: the same state gives the same features.
    images : array of shape (rows, ...)
    count : int, at least 1
    detail : float, above 0
        Standard deviation of a column of x P over the rows, in radians. The higher, the finer the
        differences that the features tell apart.

    Returns
    -------
    array of float32 of shape (rows, count)
        Each row has a norm near 1.

    Raises
    ------
    ValueError
        Where all rows are equal, or a number is out of its range.
    """
    x = np.asarray(images, dtype=float).reshape(len(np.asarray(images)), -1)
    spread = np.sqrt(x.var(axis=0).sum())
    if count < 1 or not detail > 0 or not spread > 0:
        raise ValueError(
            "need rows that differ, a feature or more and detail above 0; got "
            f"a spread of {spread}, count {count}, detail {detail}"
        )
    directions = rng.normal(0, detail / spread, (x.shape[1], count))
    shift = rng.uniform(0, 2 * np.pi, count)
    waves: Floats = np.cos(x @ directions + shift) * np.sqrt(2 / count)
    return waves.astype(np.float32)


def clipped_gradient(
    x: ArrayLike, y: ArrayLike, weights: ArrayLike, clip: float | None = None
) -> Floats:
    """Sum the gradients of the rows' losses, each clipped to a norm.

    The gradient of one row is the outer product of x and p - y, with p its probabilities: its norm
    is that of x times that of p - y, and no row's gradient has to be stored.

    Parameters
    ----------
    x : array of shape (rows, features)
    y : array of int of shape (rows,), 0 to classes - 1
    weights : array of shape (features, classes)
    clip : float above 0, or None
        A longer gradient is shortened to this norm; None leaves all as they are.

    Returns
    -------
    array of shape (features, classes)

    Raises
    ------
    ValueError
        For a clip of 0 or less.

    Examples
    --------
    >>> clipped_gradient([[2.0]], [0], [[0.0, 0.0]]).tolist()
    [[-1.0, 1.0]]
    """
    if clip is not None and not clip > 0:
        raise ValueError(f"clip must be above 0, or None; got {clip}")
    rows, w = np.asarray(x), np.asarray(weights)
    z = rows @ w
    z -= z.max(axis=1, keepdims=True)
    slope = np.exp(z)
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(rows)), np.asarray(y)] -= 1
    if clip is not None:
        length = np.linalg.norm(rows, axis=1) * np.linalg.norm(slope, axis=1)
        slope *= (clip / np.maximum(length, clip))[:, None]
    total: Floats = rows.T @ slope
    return total


def train(
    x: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    steps: int = 300,
    *,
    classes: int = 10,
    rate: float = 60.0,
    q: float = 0.1,
    clip: float | None = None,
    noise: float = 0.0,
    start: ArrayLike | None = None,
) -> Floats:
    """Train a softmax regression on random batches.

    Each step takes each row with chance `q` (a Poisson batch), adds normal noise to the sum of the
    gradients, and divides by the expected number of rows: with `clip` and `noise` this is DP-SGD
    (Abadi and others, "Deep learning with differential privacy", 2016), and `epsilon` says what it
    promises.

    Parameters
    ----------
    x : array of shape (rows, features)
    y : array of int of shape (rows,), 0 to classes - 1
    rng : numpy Generator
    steps : int, 0 or more
    classes : int, at least 2
    rate : float, above 0
        The learning rate.
    q : float, above 0, at most 1
    clip : float above 0, or None
        Norm to which each row's gradient is clipped.
    noise : float, 0 or more
        Standard deviation of the noise, in clipping norms. Needs `clip`.
    start : array of shape (features, classes), optional
        Weights to begin with, which are left as they are; zeros by default.

    Returns
    -------
    array of shape (features, classes)

    Raises
    ------
    ValueError
        For noise without clipping, a number out of its range, and labels that do not fit the rows
        or the classes.
    """
    rows, label = np.asarray(x), np.asarray(y)
    if noise < 0 or (noise > 0 and clip is None):
        raise ValueError(f"noise is 0 or more and needs clip; got noise {noise}, clip {clip}")
    if steps < 0 or not 0 < q <= 1 or not rate > 0:
        raise ValueError(
            "need 0 steps or more, q in (0, 1] and a rate above 0; got "
            f"steps {steps}, q {q}, rate {rate}"
        )
    if rows.ndim != 2 or label.shape != rows.shape[:1] or not len(rows):
        raise ValueError(f"need x (rows, features) and y (rows,); got {rows.shape}, {label.shape}")
    if classes < 2 or label.min() < 0 or label.max() >= classes:
        raise ValueError(
            f"need labels of 0 to {classes - 1}, two classes or more; got "
            f"{label.min()} to {label.max()}"
        )
    w = np.zeros((rows.shape[1], classes), rows.dtype)
    if start is not None:
        w = np.array(start, dtype=rows.dtype)
    for _ in range(steps):
        batch = rng.random(len(rows)) < q
        total = clipped_gradient(rows[batch], label[batch], w, clip)
        if noise and clip is not None:
            total = total + rng.normal(0, noise * clip, total.shape)
        w = w - (rate / (q * len(rows)) * total).astype(rows.dtype)
    return w
