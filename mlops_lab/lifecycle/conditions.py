"""What happens to a picture between the laboratory and production: a new phone, a new setting.

Each function changes pictures and leaves what they show, so their labels stay true. Pictures are
floats from 0 black to 1 white, of shape (n, height, width).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["brighter", "brushed", "smooth"]

Floats = NDArray[np.float64]
TILT = 0.25
"""Most radians by which a brushed back lies askew in its picture."""


def _checked(pictures: ArrayLike) -> Floats:
    found = np.asarray(pictures, dtype=np.float64)
    if found.ndim != 3 or not np.isfinite(found).all():
        raise ValueError(
            f"pictures must be finite and of shape (n, height, width); got {found.shape}"
        )
    if found.size and not (found.min() >= 0 and found.max() <= 1):
        raise ValueError(
            f"pictures must lie from 0 to 1; got {found.min():.3g} to {found.max():.3g}"
        )
    return found


def brushed(
    pictures: ArrayLike, strength: float, period: float, seed: int | np.random.Generator
) -> Floats:
    """Add the stripes of brushed metal: a sine across each picture, clipped to 0 and 1.

    Its angle is drawn from -`TILT` to `TILT` radians for each picture, its phase anywhere. This is
    a law that was made up, no measurement of a real surface.

    Parameters
    ----------
    pictures : array of shape (n, height, width), 0 to 1
    strength : float, 0 or more
        Amplitude of the sine, as a share of white.
    period : float, 2 pixels or more
        From one stripe to the next.
    seed : int or Generator

    Raises
    ------
    ValueError
        For pictures of another shape or range, a negative strength, a period below 2.
    """
    found = _checked(pictures)
    if not strength >= 0 or not period >= 2:
        raise ValueError(
            f"strength must be 0 or more and period 2 or more; got {strength}, {period}"
        )
    rng = np.random.default_rng(seed)
    angle, phase = rng.uniform([-TILT, 0], [TILT, 2 * np.pi], (len(found), 2)).T[:, :, None, None]
    down, right = np.mgrid[: found.shape[1], : found.shape[2]]
    along = right * np.cos(angle) + down * np.sin(angle)
    stripes = strength * np.sin(2 * np.pi * along / period + phase)
    return np.asarray(np.clip(found + stripes, 0, 1))


def brighter(pictures: ArrayLike, by: float) -> Floats:
    """Add `by`, -1 to 1 as a share of white, to every pixel, clipped to 0 and 1.

    This is a camera whose black level is set higher. A stronger lamp is no addition: it multiplies.
    """
    if not -1 <= by <= 1:
        raise ValueError(f"by must lie from -1 to 1; got {by}")
    return np.clip(_checked(pictures) + by, 0, 1)


def smooth(pictures: ArrayLike, width: int) -> Floats:
    """Average along each row over `width` pixels, which takes out stripes of that period.

    Each pixel becomes the mean of those around it; of an even width the two at the ends count
    half. Beyond the edge stands the edge's own pixel again.

    Parameters
    ----------
    pictures : array of shape (n, height, width), 0 to 1
    width : int, 1 or more
        1 leaves the pictures as they are.
    """
    found = _checked(pictures)
    if width < 1 or width != int(width):
        raise ValueError(f"width must be a whole number from 1; got {width}")
    reach = int(width) // 2
    weights = np.ones(2 * reach + 1)
    if width % 2 == 0:
        weights[[0, -1]] = 0.5
    wide = np.pad(found, ((0, 0), (0, 0), (reach, reach)), mode="edge")
    columns = found.shape[2]
    parts = [w * wide[:, :, k : k + columns] for k, w in enumerate(weights / weights.sum())]
    return np.asarray(np.clip(np.sum(parts, axis=0), 0, 1))
