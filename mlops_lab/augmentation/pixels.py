"""Changes to the grey of an image's pixels: blur, noise, light, contrast, a part erased.

Images are floats from 0 black to 1 white of shape (n, height, width), and what comes back is a new
float32 array of that shape and range. A setting is one number for all images or an array of shape
(n,), one for each. No images give no images. Where a change would look past the edge, it sees the
edge's own pixel again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.augmentation.checks import Images, checked, each

__all__ = ["blur", "contrast", "erase", "light", "noise"]


def blur(images: ArrayLike, sigma: ArrayLike) -> Images:
    """Blur with a Gaussian of `sigma` pixels, 0 to 3; it is cut off at four sigmas."""
    found = checked(images)
    sigmas = each(found, "sigma", sigma, least=0.0, most=3.0)
    reach = int(np.ceil(4 * sigmas.max(initial=0.0)))
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / np.maximum(sigmas, 1e-3)[:, None]) ** 2)
    weights *= np.abs(steps) <= np.ceil(4 * sigmas)[:, None]
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    for _ in ("down", "across"):  # the second pass works on columns, and turns the image back
        found = np.ascontiguousarray(_smooth(found, weights).transpose(0, 2, 1))
    return np.minimum(found, 1, out=found)


def _smooth(images: Images, weights: Images) -> Images:
    """Return weighted sums of neighbouring rows."""
    reach, height = weights.shape[1] // 2, images.shape[1]
    wide = np.pad(images, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    result = np.zeros_like(images)
    for k in range(weights.shape[1]):
        result += weights[:, k, None, None] * wide[:, k : k + height]
    return result


def noise(images: ArrayLike, sigma: ArrayLike, seed: int | np.random.Generator) -> Images:
    """Add to each pixel an independent normal draw of deviation `sigma`, 0 or more."""
    found = checked(images)
    sigmas = each(found, "sigma", sigma, least=0.0).astype(np.float32)
    draws = np.random.default_rng(seed).standard_normal(found.shape, dtype=np.float32)
    return np.clip(found + sigmas[:, None, None] * draws, 0, 1)


def light(images: ArrayLike, gradient: ArrayLike, degrees: ArrayLike = 0.0) -> Images:
    """Light from one side: brighter by `gradient` at that edge, darker at the other.

    Each pixel is multiplied by 1 + gradient * d, and the lamp's glow, a quarter of gradient * d,
    is added; d goes from -1 to 1 across the image.

    Parameters
    ----------
    images : array of shape (n, height, width)
    gradient : number or array of shape (n,), 0 or more
    degrees : number or array of shape (n,)
        Where the lamp stands: 0 at the right, 90 at the bottom.
    """
    found = checked(images)
    angle = np.deg2rad(each(found, "degrees", degrees))[:, None, None]
    strength = each(found, "gradient", gradient, least=0.0)[:, None, None]
    height, width = found.shape[1:]
    down, right = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    lamp = (strength * (right * np.cos(angle) + down * np.sin(angle))).astype(np.float32)
    return np.asarray(np.clip(found * (1 + lamp) + lamp / 4, 0, 1))


def contrast(images: ArrayLike, factor: ArrayLike) -> Images:
    """Stretch each image about its own mean, by a factor of 0 (flat) or more."""
    found = checked(images)
    factors = each(found, "factor", factor, least=0.0).astype(np.float32)
    mean = found.mean(axis=(1, 2), keepdims=True)
    return np.asarray(np.clip(mean + factors[:, None, None] * (found - mean), 0, 1))


def erase(images: ArrayLike, side: ArrayLike, down: ArrayLike, right: ArrayLike) -> Images:
    """Paint a square in the image's mean grey (random erasing, Zhong and others 2017).

    Parameters
    ----------
    images : array of shape (n, height, width)
    side : number or array of shape (n,), in pixels, 0 or more; rounded
    down, right : number or array of shape (n,)
        The pixel of the square's upper left corner, rounded; what reaches past the edge is cut.
    """
    found = checked(images)
    size, top, left = (
        np.round(each(found, name, given))[:, None, None]
        for name, given in (("side", side), ("down", down), ("right", right))
    )
    if len(found) and size.min() < 0:
        raise ValueError(f"side must be 0 or more; got {size.min():g}")
    rows, columns = np.mgrid[: found.shape[1], : found.shape[2]]
    inside = (rows >= top) & (rows < top + size) & (columns >= left) & (columns < left + size)
    return np.where(inside, found.mean(axis=(1, 2), keepdims=True), found)
