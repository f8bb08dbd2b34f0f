"""The gradient of what small nets prefer, pixel by pixel, and hints for them to learn from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab import data
from mlops_lab.distillation import Nets

__all__ = ["add_hint", "preference_gradient", "small_glyphs"]

Floats = NDArray[np.float64]


def preference_gradient(nets: Nets, X: ArrayLike) -> Floats:
    """Return the gradient of logit 1 minus logit 0 with respect to the inputs.

    Parameters
    ----------
    nets : mlops_lab.distillation.Nets
        Of two classes.
    X : array of shape (members, rows, inputs)

    Returns
    -------
    array of shape (members, rows, inputs)

    Raises
    ------
    ValueError
        For nets of another number of classes, or inputs of another shape.
    """
    first, bias, second, _ = nets.weights
    x = np.asarray(X, dtype=np.float32)
    if second.shape[2] != 2:
        raise ValueError(f"need nets of 2 classes; got {second.shape[2]}")
    if x.ndim != 3 or (len(x), x.shape[2]) != first.shape[:2]:
        raise ValueError(
            f"these are {len(first)} nets of {first.shape[1]} inputs; got X of shape {x.shape}"
        )
    prefers = (second[:, :, 1] - second[:, :, 0])[:, None, :]
    passes = x @ first + bias > 0
    return np.asarray((prefers * passes) @ first.swapaxes(1, 2), dtype=float)


def add_hint(
    X: ArrayLike,
    label: ArrayLike,
    hint: str,
    *,
    share: float,
    strength: float,
    rng: np.random.Generator,
) -> Floats:
    """Mark a share of pictures with what tells their label.

    Parameters
    ----------
    X : array of shape (rows, side * side)
    label : array of shape (rows,), 0 or 1
    hint : str
        "corner": the first pixel of the top row is `strength` for label 0, the last one for label
        1. "brightness": every pixel is `strength` brighter for label 0, and darker for label 1.
    share : float, 0 to 1
        Each picture gets its hint with this chance.
    strength : float
        In the unit of X.
    rng : Generator

    Returns
    -------
    array of the shape of X, a copy

    Raises
    ------
    ValueError
        For another hint, pictures that are not square, labels that do not fit, or a share out of
        range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> add_hint(np.zeros((2, 4)), [0, 1], "corner", share=1, strength=2, rng=rng).tolist()
    [[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]]
    """
    marked, y = np.array(X, dtype=float), np.asarray(label)
    side = round(marked.shape[-1] ** 0.5)
    if marked.ndim != 2 or side**2 != marked.shape[1] or y.shape != marked.shape[:1]:
        raise ValueError(
            f"need square pictures, one a row, with a label each; got {marked.shape}, {y.shape}"
        )
    if not np.isin(y, (0, 1)).all() or not 0 <= share <= 1:
        raise ValueError(f"need labels of 0 or 1 and a share from 0 to 1; got {y[:5]}, {share}")
    chosen = np.flatnonzero(rng.random(len(marked)) < share)
    if hint == "corner":
        marked[chosen, np.where(y[chosen] == 0, 0, side - 1)] = strength
    elif hint == "brightness":
        marked[chosen] += np.where(y[chosen] == 0, strength, -strength)[:, None]
    else:
        raise ValueError(f"hint must be 'corner' or 'brightness'; got {hint!r}")
    return marked


def small_glyphs() -> tuple[Floats, NDArray[np.int64]]:
    """Return the pictures of the data set `glyphs`, made smaller, and whether their class is odd.

    Returns
    -------
    array of shape (pictures, 100)
        10 by 10 pixels, means of 2 by 2; all of them have a mean of 0 and a deviation of 1.
    array of shape (pictures,)
        1 where the number of the class is odd.
    """
    glyphs = data.load("glyphs")
    blocks = glyphs.arrays["images"].astype(float).reshape(-1, 10, 2, 10, 2)
    small = blocks.mean(axis=(2, 4)).reshape(-1, 100)
    odd = glyphs.frame["label"].to_numpy(dtype=np.int64) % 2
    return (small - small.mean()) / small.std(), odd
