"""A linear model on standardized inputs as one on inputs as they come."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["folded"]


def folded(
    weights: ArrayLike, offset: float, mean: ArrayLike, scale: ArrayLike
) -> tuple[NDArray[np.float64], float]:
    """Fold standardization into a linear model: the same scores, from inputs as they come.

    Parameters
    ----------
    weights : array of shape (n,)
        Of inputs less `mean`, over `scale`.
    offset : float
    mean, scale : arrays of shape (n,), scale above 0

    Returns
    -------
    array of shape (n,) and float: weights and offset for the raw inputs.

    Examples
    --------
    >>> folded([2.0], 1.0, [10.0], [4.0])
    (array([0.5]), -4.0)
    """
    w, m, s = (np.asarray(one, dtype=np.float64) for one in (weights, mean, scale))
    if not w.shape == m.shape == s.shape or w.ndim != 1:
        raise ValueError(
            f"weights, mean and scale must be rows of one length; got "
            f"{w.shape}, {m.shape}, {s.shape}"
        )
    if not (s > 0).all():
        raise ValueError(f"scale must be above 0; got {s.min():g}")
    raw = w / s
    return raw, float(offset - raw @ m)
