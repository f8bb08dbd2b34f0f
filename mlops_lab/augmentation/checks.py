"""What every change asks of its images and settings."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Images", "checked", "each"]

Images: TypeAlias = NDArray[np.float32]
"""Shape (n, height, width), values 0 black to 1 white."""


def checked(images: ArrayLike) -> Images:
    """Return the images as float32, or say what is wrong with them."""
    found = np.asarray(images)
    if found.ndim != 3 or 0 in found.shape[1:]:
        raise ValueError(f"images must be of shape (n, height, width); got {found.shape}")
    if not np.issubdtype(found.dtype, np.floating):
        raise ValueError(
            f"images must be floats from 0 to 1; got {found.dtype}: divide bytes by 255"
        )
    if found.size and not (found.min() >= 0 and found.max() <= 1):  # NaN fails this too
        raise ValueError(
            f"images must hold values from 0 to 1 and no NaN; got {found.min()} to {found.max()}"
        )
    return found.astype(np.float32, copy=False)


def each(
    images: Images,
    name: str,
    given: ArrayLike,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    above: float = -np.inf,
) -> NDArray[np.float64]:
    """Return one setting an image, or say what is wrong with the settings."""
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in ((), (len(images),)):
        raise ValueError(
            f"{name} must be one number or one for each of {len(images)} images; got {values.shape}"
        )
    bad = values[~(np.isfinite(values) & (values >= least) & (values <= most) & (values > above))]
    if bad.size:
        bounds = [f"at least {least:g}"] * (least > -np.inf) + [f"at most {most:g}"] * (
            most < np.inf
        )
        bounds += [f"above {above:g}"] * (above > -np.inf)
        raise ValueError(f"{name} must be {' and '.join(['finite', *bounds])}; got {bad[0]}")
    return np.broadcast_to(values, (len(images),))
