"""One call that makes a run repeatable."""

import operator
import os
import random
import sys

import numpy as np

from mlops_lab.kit.silence import unheard
from mlops_lab.threads import limit_threads

__all__ = ["repeatable", "set_seed"]


def set_seed(seed: int, *, tensorflow: bool = False) -> np.random.Generator:
    """Seed Python, numpy and TensorFlow, and give a generator of your own.

    Threads are bounded too, as `style` does: in how many parts a sum is computed shows in its last
    digits.

    Parameters
    ----------
    seed : int, 0 to 2**32 - 1
    tensorflow : bool
        Import TensorFlow, seed it, and make its operations deterministic. Where it is imported
        already this happens in any case; otherwise its several seconds are spared.

    Returns
    -------
    numpy Generator seeded with `seed`. Prefer it over the global state.

    Raises
    ------
    ValueError
        For a seed out of range.

    Examples
    --------
    >>> int(set_seed(3).integers(100)) == int(set_seed(3).integers(100))
    True
    """
    seed = operator.index(seed)  # numpy integers too; 1.5 is a TypeError before anything is seeded
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be 0 to {2**32 - 1}; got {seed}")
    limit_threads()
    if tensorflow or "tensorflow" in sys.modules:
        _seed_tensorflow(seed)  # first: its import draws from Python's own random numbers
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  libraries that still draw from the global state
    return np.random.default_rng(seed)


repeatable = set_seed
"""The earlier name of `set_seed`; it keeps working."""


def _seed_tensorflow(seed: int) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # else it writes start-up lines to stderr
    with unheard(2):  # some of them come before it reads this
        import tensorflow as tf

        tf.random.set_seed(seed)
        tf.config.experimental.enable_op_determinism()
