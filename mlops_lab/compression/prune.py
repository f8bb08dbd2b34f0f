"""Pruning by magnitude: which weights become zero, and when."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression.net import Weights

__all__ = ["magnitude_mask", "magnitude_masks", "sparsity_at"]


def magnitude_mask(values: ArrayLike, sparsity: float) -> NDArray[np.float32]:
    """Return 0 for the share `sparsity` of values nearest to 0, and 1 for the others.

    Exactly round(sparsity * size) zeros; of equal values the first ones go. An empty array gives
    an empty mask.

    Raises
    ------
    ValueError
        For a sparsity outside 0 to 1, or values that are not finite.

    Examples
    --------
    >>> magnitude_mask([0.1, -3.0, 0.2, 1.0], 0.5).tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    found = np.asarray(values, dtype=np.float64)
    if not 0 <= sparsity <= 1:  # NaN fails this too
        raise ValueError(f"sparsity must be 0 to 1, the share of zeros; got {sparsity}")
    if not np.isfinite(found).all():
        raise ValueError("values must be finite; look for NaN in the weights before pruning")
    mask = np.ones(found.size, np.float32)
    smallest = np.argsort(np.abs(found), axis=None, kind="stable")
    mask[smallest[: round(sparsity * found.size)]] = 0
    return mask.reshape(found.shape)


def magnitude_masks(weights: Weights, sparsity: float, least: int = 500) -> Weights:
    """Return a mask for each array: kernels of at least `least` weights are pruned, one by one.

    Offsets and small kernels stay whole: they weigh little, and a filter of nine weights that
    loses most of them sees nothing any more.
    """
    return [
        magnitude_mask(one, sparsity) if one.ndim > 1 and one.size >= least else np.ones_like(one)
        for one in weights
    ]


def sparsity_at(progress: float, final: float) -> float:
    """Return the share of zeros at a point of the schedule: fast at first, slow at the end.

    Parameters
    ----------
    progress : float
        0 at the start of pruning, 1 at its end; beyond these the ends hold.
    final : float, 0 to below 1

    Returns
    -------
    float, final * (1 - (1 - progress)**3) (Zhu and Gupta 2017)

    Examples
    --------
    >>> [round(sparsity_at(at, 0.8), 2) for at in (0, 0.5, 1)]
    [0.0, 0.7, 0.8]
    """
    if not 0 <= final < 1:
        raise ValueError(f"final sparsity must be 0 to below 1; got {final}")
    return float(final * (1 - (1 - min(max(progress, 0.0), 1.0)) ** 3))
