"""Estimates from outcomes that are only seen where an older version let them happen."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["lot_rate"]


def lot_rate(outcome: ArrayLike, chosen: ArrayLike, chance: ArrayLike) -> float:
    """Estimate the rate of an outcome among what a new version would choose.

    Each outcome that was seen stands for one over the chance that it had to be seen, and the
    weights are divided by their sum (Hajek 1971).

    Parameters
    ----------
    outcome : array of shape (n,)
        1 or 0; NaN where it was not seen.
    chosen : bool array of shape (n,)
        What the new version would let through.
    chance : array of shape (n,), above 0, at most 1
        How likely it was that the outcome could be seen: 1 for what the old version let through,
        the share of the lottery for what it blocked.

    Returns
    -------
    float
        NaN where no chosen item was seen.

    Raises
    ------
    ValueError
        For rows of different length, chances of 0 or above 1, or an outcome other than 0, 1, NaN.

    Examples
    --------
    >>> lot_rate([0, 0, 1, float("nan")], [True] * 4, [1, 1, 0.5, 0.5])
    0.5
    """
    seen, picked = np.asarray(outcome, dtype=float), np.asarray(chosen)
    p = np.asarray(chance, dtype=float)
    if seen.ndim != 1 or not seen.shape == picked.shape == p.shape or picked.dtype != bool:
        raise ValueError(
            "need three rows of one length, chosen of booleans; got "
            f"{seen.shape}, {picked.dtype} {picked.shape} and {p.shape}"
        )
    if not ((p > 0) & (p <= 1)).all():
        raise ValueError(f"chances must be above 0, at most 1; got {p.min():g} to {p.max():g}")
    known = ~np.isnan(seen)
    if not np.isin(seen[known], (0, 1)).all():
        raise ValueError("an outcome is 0, 1, or NaN where it was not seen")
    counted: NDArray[np.bool_] = known & picked
    if not counted.any():
        return float("nan")
    return float(np.average(seen[counted], weights=1 / p[counted]))
