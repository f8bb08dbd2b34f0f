"""Changes that move what is in an image: mirrored, turned, sized, slanted, shifted.

Images are floats from 0 black to 1 white of shape (n, height, width), and what comes back is a new
float32 array of that shape and range. A setting is one number for all images or an array of shape
(n,), one for each. No images give no images. Where a change would look past the edge, it sees the
edge's own pixel again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.augmentation.checks import Images, checked, each

__all__ = ["flip", "half_turn", "rotate", "rotations", "scale", "shear", "shift", "slants", "warp"]

_CHUNK = 25_000  # pixels warped at a time: of more, the arrays leave the processor's cache


def flip(images: ArrayLike) -> Images:
    """Mirror each image, left and right change places.

    Examples
    --------
    >>> flip([[[0.0, 0.5, 1.0]]]).tolist()
    [[[1.0, 0.5, 0.0]]]
    """
    return np.ascontiguousarray(checked(images)[:, :, ::-1])


def half_turn(images: ArrayLike) -> Images:
    """Turn each image by 180 degrees: top and bottom change places, left and right too."""
    return np.ascontiguousarray(checked(images)[:, ::-1, ::-1])


def rotate(images: ArrayLike, degrees: ArrayLike) -> Images:
    """Turn around the centre, counter-clockwise for positive degrees, as seen on the page."""
    found = checked(images)
    return warp(found, rotations(each(found, "degrees", degrees)))


def scale(images: ArrayLike, factor: ArrayLike) -> Images:
    """Enlarge about the centre for a factor above 1, shrink for one below; above 0."""
    found = checked(images)
    factors = each(found, "factor", factor, above=0.0)
    return warp(found, np.eye(2) / factors[:, None, None])


def shear(images: ArrayLike, slope: ArrayLike) -> Images:
    """Slant to the right like italics: a row moves `slope` pixels for each pixel of its height."""
    found = checked(images)
    return warp(found, slants(each(found, "slope", slope)))


def shift(images: ArrayLike, down: ArrayLike = 0.0, right: ArrayLike = 0.0) -> Images:
    """Move by pixels, downwards and to the right; parts of pixels are mixed."""
    found = checked(images)
    moves = np.stack([each(found, "down", down), each(found, "right", right)], axis=1)
    return warp(found, np.broadcast_to(np.eye(2), (len(found), 2, 2)), -moves)


def rotations(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrices, shape (n, 2, 2), that `warp` needs to turn by `degrees`."""
    turn = np.deg2rad(degrees)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([np.stack([cos, sin], 1), np.stack([-sin, cos], 1)], 1)


def slants(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrices, shape (n, 2, 2), that `warp` needs to slant by `slope`."""
    one, zero = np.ones_like(slope), np.zeros_like(slope)
    return np.stack([np.stack([one, zero], 1), np.stack([slope, one], 1)], 1)


def warp(images: ArrayLike, matrices: ArrayLike, offsets: ArrayLike = 0.0) -> Images:
    """Redraw each image through an affine map, with bilinear interpolation.

    The pixel at place p, (down, right) from the image's centre, takes what the image holds at
    place ``matrix @ p + offset``.

    Parameters
    ----------
    images : array of shape (n, height, width)
    matrices : array of shape (n, 2, 2), finite
        From places in the result to places in the image.
    offsets : 0, or array of shape (n, 2), in pixels, finite

    Raises
    ------
    ValueError
        For images that are not as the module says, and for matrices or offsets of another shape
        or not finite.
    """
    found = checked(images)
    matrices = np.asarray(matrices, dtype=np.float32)
    if matrices.shape != (len(found), 2, 2) or not np.isfinite(matrices).all():
        raise ValueError(
            f"matrices must be finite, of shape ({len(found)}, 2, 2), one for each image; "
            f"got {matrices.shape}"
        )
    given = np.asarray(offsets, dtype=np.float32)
    if given.shape not in ((), (len(found), 2)) or not np.isfinite(given).all():
        raise ValueError(
            f"offsets must be finite, 0 or of shape ({len(found)}, 2); got {given.shape}"
        )
    moves = np.broadcast_to(given, (len(found), 2))
    places = np.mgrid[: found.shape[1], : found.shape[2]].reshape(2, -1).astype(np.float32)
    result = np.empty_like(found)
    many = max(1, _CHUNK // (found.shape[1] * found.shape[2]))
    for i in range(0, len(found), many):
        part = slice(i, i + many)
        result[part] = _warp(found[part], matrices[part], moves[part], places)
    return result


def _warp(images: Images, matrices: Images, moves: Images, places: Images) -> Images:
    n, height, width = images.shape
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)), mode="edge")  # so that neighbours exist
    middle = np.array([[(height - 1) / 2], [(width - 1) / 2]], dtype=np.float32)
    source = matrices @ (places - middle)
    source += moves[:, :, None] + (middle + 1)
    last = np.nextafter(np.array([[height + 1], [width + 1]], dtype=np.float32), np.float32(0))
    np.maximum(np.minimum(source, last, out=source), 0, out=source)
    corner = np.floor(source)
    source -= corner  # what is left is how far each place lies past its upper left neighbour
    whole = corner.astype(np.intp)
    first = np.arange(n)[:, None] * wide[0].size
    index = whole[:, 0] * wide.shape[2] + whole[:, 1] + first
    return _mix(wide.ravel(), index, wide.shape[2], source).reshape(images.shape)


def _mix(pixels: Images, index: NDArray[np.intp], below: int, past: Images) -> Images:
    """Mix the four neighbours of each place, in place where possible: this is the inner loop."""
    upper, upper_right = pixels.take(index), pixels.take(index + 1)
    lower, lower_right = pixels.take(index + below), pixels.take(index + below + 1)
    for left, right in ((upper, upper_right), (lower, lower_right)):
        right -= left
        right *= past[:, 1]
        left += right
    lower -= upper
    lower *= past[:, 0]
    upper += lower
    return np.minimum(upper, 1, out=upper)  # rounding can pass 1 by a hair
