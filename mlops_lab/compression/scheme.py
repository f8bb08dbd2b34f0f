"""Affine quantization: real numbers as integers, by a step and a zero (Jacob and others 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Scheme", "affine", "round_trip", "symmetric"]

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scheme:
    """How real values are written as integers: value = step * (integer - zero).

    Attributes
    ----------
    step : float array, above 0
        Distance of neighbouring grid values: one number, or one a channel in a shape that
        broadcasts against the values.
    zero : int array, shaped like step
        The integer that stands for 0.0.
    least, most : int
        Ends of the range of integers.
    """

    step: Floats
    zero: NDArray[np.int64]
    least: int
    most: int

    @property
    def low(self) -> Floats:
        """The smallest value that can be written."""
        return self.step * (self.least - self.zero)

    @property
    def high(self) -> Floats:
        """The largest value that can be written."""
        return self.step * (self.most - self.zero)

    def quantize(self, values: ArrayLike) -> NDArray[np.int64]:
        """Return the nearest integers, clipped to the range; an empty array gives an empty one."""
        found = _finite(values)
        return np.clip(np.rint(found / self.step) + self.zero, self.least, self.most).astype(int)

    def dequantize(self, integers: ArrayLike) -> Floats:
        """Return the real values that integers stand for."""
        return np.asarray(self.step * (np.asarray(integers) - self.zero))


def symmetric(values: ArrayLike, bits: int = 8, axis: int | None = None) -> Scheme:
    """Fit a scheme with zero at 0 and as many integers on either side, as LiteRT does for weights.

    The integers run from -(2**(bits-1) - 1), so that -most..most is symmetric.

    Parameters
    ----------
    values : array with at least one value, finite
        All zero gives a step of 1: every value is 0 and comes back exactly.
    bits : int, 2 to 16
    axis : int or None
        The axis of channels, each with a step of its own; None for one step for all.

    Raises
    ------
    ValueError
        For no values, values that are not finite, and bits or axis out of range.

    Examples
    --------
    >>> scheme = symmetric([-1.0, 0.5, 0.1], bits=4)
    >>> scheme.quantize([-1.0, 0.5, 0.1]).tolist()
    [-7, 4, 1]
    """
    found, most = _filled(values), 2 ** (_bits(bits) - 1) - 1
    top = np.abs(found).max(axis=_others(found, axis), keepdims=axis is not None)
    step = np.where(top > 0, top / most, 1.0)
    return Scheme(step, np.zeros_like(step, dtype=int), -most, most)


def affine(values: ArrayLike, bits: int = 8, axis: int | None = None) -> Scheme:
    """Fit a scheme to the values' own range, as LiteRT does for activations.

    The range is stretched to hold 0.0, which must have an integer of its own: padding and
    rectified units write it all the time. Parameters and errors as for `symmetric`.

    Examples
    --------
    >>> scheme = affine([0.0, 2.55])
    >>> round(float(scheme.step), 9), int(scheme.zero)
    (0.01, -128)
    """
    found, count = _filled(values), 2 ** _bits(bits)
    others, keep = _others(found, axis), axis is not None
    low = np.minimum(found.min(axis=others, keepdims=keep), 0.0)
    high = np.maximum(found.max(axis=others, keepdims=keep), 0.0)
    step = np.where(high > low, (high - low) / (count - 1), 1.0)
    least = -count // 2
    zero = np.clip(np.rint(least - low / step), least, least + count - 1).astype(int)
    return Scheme(step, zero, least, least + count - 1)


def round_trip(values: ArrayLike, scheme: Scheme) -> Floats:
    """Quantize and come back: the values that a quantized model works with."""
    return scheme.dequantize(scheme.quantize(values))


def _others(values: Floats, axis: int | None) -> tuple[int, ...] | None:
    if axis is None:
        return None
    if not -values.ndim <= axis < values.ndim:
        raise ValueError(
            f"axis must name one of {values.ndim} axes, 0 to {values.ndim - 1}; got {axis}"
        )
    return tuple(i for i in range(values.ndim) if i != axis % values.ndim)


def _bits(bits: int) -> int:
    if not 2 <= bits <= 16:
        raise ValueError(f"bits must be 2 to 16; got {bits}")
    return bits


def _filled(values: ArrayLike) -> Floats:
    found = _finite(values)
    if not found.size:
        raise ValueError(f"need at least one value to fit a range; got shape {found.shape}")
    return found


def _finite(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError(
            "values must be finite: replace NaN and infinity before quantizing; "
            f"got {found[~np.isfinite(found)][0]}"
        )
    return found
