"""Numbers that a camera line measures on a picture of a surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["FEATURES", "surface_features"]

FEATURES = (
    "darkest",
    "dark share",
    "largest spot",
    "largest spot, deep",
    "longest spot",
    "longest spot, deep",
    "spots",
    "brightness",
    "noise",
)
"""What the columns of `surface_features` are."""

Floats = NDArray[np.float64]


def surface_features(images: ArrayLike) -> Floats:
    """Measure dark spots on grey pictures, after taking the lamp's slope away.

    Parameters
    ----------
    images : array of shape (n, side, side)
        Grey values, bright background, any scale.

    Returns
    -------
    Array of shape (n, 9), in the order of `FEATURES`. Darkness is in grey values below the
    background, sizes in pixels, lengths as the diagonal of a spot's box in pixels. A spot is dark
    by three times the picture's noise, a deep one by five.

    Raises
    ------
    ValueError
        For another shape, no image, or values that are not finite.
    """
    pictures = np.asarray(images, dtype=np.float64)
    if pictures.ndim != 3 or not pictures.size or pictures.shape[1] != pictures.shape[2]:
        raise ValueError(f"images must have the shape (n, side, side); got {pictures.shape}")
    if not np.isfinite(pictures).all():
        raise ValueError("images hold NaN or infinite values")
    flat = pictures.reshape(len(pictures), -1)
    dark = _background(pictures.shape[1], flat) - flat
    middle = np.median(dark, axis=1, keepdims=True)
    dark = dark - middle
    noise = 1.4826 * np.median(np.abs(dark), axis=1) + 1e-9  # spots hardly move a median
    shaped = dark.reshape(pictures.shape)
    sizes, lengths, count = _largest(shaped, noise)
    return np.column_stack(
        [
            shaped.max(axis=(1, 2)),
            (shaped > 3 * noise[:, None, None]).mean(axis=(1, 2)),
            *sizes,
            *lengths,
            count,
            flat.mean(axis=1),
            noise,
        ]
    )


def _background(side: int, flat: Floats) -> Floats:
    """Fit a plane to each picture, by least squares."""
    at = np.linspace(-1, 1, side)
    y, x = np.meshgrid(at, at, indexing="ij")
    plane = np.column_stack([np.ones(side * side), x.ravel(), y.ravel()])
    return np.asarray(flat @ np.linalg.pinv(plane).T @ plane.T)


def _largest(dark: Floats, noise: Floats) -> tuple[list[Floats], list[Floats], Floats]:
    """Return size and length of the largest spots at both depths, then how many spots there are."""
    from scipy import ndimage

    within = np.zeros((3, 3, 3))
    within[1] = 1  # spots of neighbouring pictures do not touch
    sizes, lengths, count = [], [], np.zeros(len(dark))
    for depth in (3, 5):
        spots, found = ndimage.label(dark > depth * noise[:, None, None], structure=within)
        boxes = ndimage.find_objects(spots)
        ends = np.array([[(one.start, one.stop) for one in box] for box in boxes], dtype=int)
        ends = ends.reshape(found, 3, 2)
        picture = ends[:, 0, 0]
        size, length = np.zeros((2, len(dark)))
        np.maximum.at(size, picture, np.bincount(spots.ravel(), minlength=found + 1)[1:])
        np.maximum.at(length, picture, np.hypot(*np.diff(ends[:, 1:], axis=2)[..., 0].T))
        count = np.maximum(count, np.bincount(picture, minlength=len(dark)))
        sizes.append(size)
        lengths.append(length)
    return sizes, lengths, count
