"""Network morphism: a larger net that computes what a smaller, trained one does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlops_lab.distillation import Nets

__all__ = ["distinct_units", "wider"]

Floats = NDArray[np.float32]


def wider(
    nets: Nets, hidden: int, rng: np.random.Generator, *, copies: bool = True, noise: float = 0.0
) -> Nets:
    """Return nets with more hidden units that have, without noise, the same logits on every input.

    Parameters
    ----------
    nets : mlops_lab.distillation.Nets
    hidden : int
        Units of the new nets, at least as many as there are.
    rng : Generator
        Draws which units are copied, or the incoming weights of new ones.
    copies : bool
        True: each new unit is a copy of a unit drawn at random, and the outgoing weights of that
        unit are divided evenly among it and its copies (Net2Wider of Chen, Goodfellow and Shlens
        2016). False: each new unit has incoming weights as He and others (2015) draw them, and
        outgoing weights of 0.
    noise : float, 0 or more
        Added to the incoming weights of copies, as a share of the deviation of all incoming
        weights: no copy is exact then, and logits change.

    Raises
    ------
    ValueError
        For fewer units than there are, or noise below 0.
    """
    first, inner, second, outer = nets.weights
    members, inputs, old = first.shape
    more = hidden - old
    if more < 0:
        raise ValueError(f"the nets have {old} units; wider nets need as many, got {hidden}")
    if noise < 0:
        raise ValueError(f"noise must be 0 or more; got {noise}")
    if not copies:
        drawn = rng.standard_normal((members, inputs, more)) * (2 / inputs) ** 0.5
        weights = (
            np.concatenate([first, drawn.astype(np.float32)], axis=2),
            np.concatenate([inner, np.zeros((members, 1, more), np.float32)], axis=2),
            np.concatenate([second, np.zeros((members, more, second.shape[2]), np.float32)], 1),
            outer.copy(),
        )
        return Nets(weights)
    copied = rng.integers(old, size=(members, more))
    which = np.concatenate([np.tile(np.arange(old), (members, 1)), copied], axis=1)
    shared = (which[:, :, None] == which[:, None]).sum(axis=2).astype(np.float32)
    reads = np.take_along_axis(first, which[:, None], axis=2)
    reads[:, :, old:] += noise * first.std() * rng.standard_normal((members, inputs, more))
    return Nets(
        (
            reads,
            np.take_along_axis(inner, which[:, None], axis=2),
            np.take_along_axis(second, which[:, :, None], axis=1) / shared[:, :, None],
            outer.copy(),
        )
    )


def distinct_units(nets: Nets, tolerance: float = 1e-3) -> NDArray[np.int64]:
    """Count the hidden units of each net that are no copies of others.

    Units are copies where incoming weights and bias, scaled to length 1, differ by no more than a
    tolerance in Euclidean distance. Units of length 0 are copies of each other.

    Parameters
    ----------
    nets : mlops_lab.distillation.Nets
    tolerance : float, above 0
        Far above float32's rounding, far below the distance of two units at random, about 1.4.

    Returns
    -------
    integers of shape (members,)
    """
    counts = []
    for first, inner in zip(*nets.weights[:2], strict=True):
        units = np.vstack([first, inner]).T.astype(np.float64)
        units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-30)
        apart = np.linalg.norm(units[:, None] - units, axis=2)
        earlier = np.tril(apart <= tolerance, k=-1)
        counts.append(int((~earlier.any(axis=1)).sum()))
    return np.array(counts, dtype=np.int64)
