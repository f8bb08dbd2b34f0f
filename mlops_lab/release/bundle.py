"""One version is all that makes an answer: what its feature code gives, and its weights."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["fingerprint"]


def fingerprint(
    features: Callable[[Any], ArrayLike], probe: object, *arrays: ArrayLike, digits: int = 6
) -> str:
    """Return sha256 of a version: the inputs that its code makes of probe rows, and its weights.

    The code is run, not read: so whatever it takes from elsewhere counts, and its layout does not.
    What the probe rows do not show is not seen: some should have missing and extreme values.

    Parameters
    ----------
    features : function
        Computes the model's inputs.
    probe : rows as `features` takes them
    *arrays : arrays of numbers
        Weights, offsets, thresholds. Shape counts, too.
    digits : int
        Decimals that numbers are rounded to, since machines differ in the last bits.

    Raises
    ------
    ValueError
        For inputs, or an array, that are empty or hold no numbers.

    Examples
    --------
    >>> one = fingerprint(lambda x: x / 2, np.arange(3), [1.0, 2.0])
    >>> one == fingerprint(lambda x: 0.5 * x, np.arange(3), [1.0, 2.0])
    True
    >>> one == fingerprint(lambda x: x / 3, np.arange(3), [1.0, 2.0])
    False
    """
    total = hashlib.sha256()
    for one in (features(probe), *arrays):
        numbers = np.asarray(one)
        if numbers.dtype.kind not in "biuf" or not numbers.size:
            raise ValueError(
                f"inputs and arrays must hold numbers; got {numbers.size} of {numbers.dtype}"
            )
        rounded = np.round(numbers.astype(np.float64), digits) + 0.0  # minus zero becomes zero
        total.update(f"{numbers.shape}".encode())
        total.update(np.ascontiguousarray(rounded).tobytes())
    return total.hexdigest()
