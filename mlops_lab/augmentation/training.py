"""A small net that is trained for a given number of steps, so that arms can be held equal.

One hidden layer of rectified linear units and a softmax, in numpy, with Adam (Kingma and Ba 2014).
Nets of several draws are trained side by side, so that a lesson can afford to train until they are
done, and an interval over draws besides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.augmentation.checks import Images
from mlops_lab.augmentation.nets import (
    Floats,
    Ints,
    Net,
    Weights,
    checked_pair,
    first_weights,
    gradients,
)

__all__ = ["Augment", "fit", "fit_many"]

Augment: TypeAlias = Callable[[Images, np.random.Generator], Images]
"""Takes a batch and a generator, gives the changed batch of the same shape."""


def fit(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    steps: int = 400,
    batch: int = 32,
    augment: Augment | None = None,
    seed: int = 0,
    classes: int | None = None,
    hidden: int = 64,
    rate: float = 0.003,
) -> Net:
    """Train for exactly `steps` updates on batches of `batch` images.

    Batches walk through shuffled passes over the images, so that each is seen equally often. The
    order of the batches and the first weights follow from `seed` alone: with and without `augment`
    they are the same.

    Parameters
    ----------
    images : array of shape (n, height, width), floats 0 to 1, n at least 1
    labels : array of shape (n,), whole numbers from 0
    steps, batch, hidden : int, at least 1
    augment : callable (images, generator) -> images, or None
        Changes each batch afresh before it is learnt from.
    seed : int
    classes : int, or None for the highest label plus 1
    rate : float, above 0
        Step size of Adam; it falls to 0 along half a cosine.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        For images or labels of another shape or type, settings out of range, and an `augment`
        that changes the shape of a batch.
    """
    found, wanted, classes = checked_pair(images, labels, classes)
    return fit_many(
        found[None],
        wanted[None],
        seeds=[seed],
        steps=steps,
        batch=batch,
        augment=augment,
        classes=classes,
        hidden=hidden,
        rate=rate,
    )[0]


def fit_many(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    seeds: Sequence[int],
    steps: int = 400,
    batch: int = 32,
    augment: Augment | None = None,
    classes: int | None = None,
    hidden: int = 64,
    rate: float = 0.003,
) -> list[Net]:
    """Train one net a draw, side by side, each as `fit` would: the same nets in less time.

    Parameters
    ----------
    images : array of shape (draws, n, height, width), floats 0 to 1, draws and n at least 1
    labels : array of shape (draws, n), whole numbers from 0
    seeds : one int a draw
    steps, batch, augment, classes, hidden, rate
        As for `fit`, for each draw; `augment` is called once a draw and step.

    Returns
    -------
    list of Net, one a draw

    Raises
    ------
    ValueError
        As `fit`, and where there is not one seed a draw.
    """
    stacks, wanted, classes = _checked_draws(images, labels, classes, seeds)
    _check_settings(rate, steps=steps, batch=batch, hidden=hidden)
    draws, n = wanted.shape
    rngs = [np.random.default_rng(one).spawn(3) for one in seeds]  # weights, batches, changes
    first = [first_weights(stacks[0, 0].size, hidden, classes, one[0]) for one in rngs]
    weights: Weights = tuple(np.stack(arrays) for arrays in zip(*first, strict=True))  # type: ignore[assignment]
    moments = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    mean, spread = _scale(stacks)
    batches = np.stack([_batches(n, steps, batch, one[1]) for one in rngs], axis=1)
    for step, rows in enumerate(batches, start=1):
        here = np.arange(draws)[:, None], rows
        seen = stacks[here]
        if augment is not None:
            seen = np.stack([_changed(seen[i], augment, one[2]) for i, one in enumerate(rngs)])
        inputs = (seen.reshape(draws, batch, -1) - mean[:, None, None]) / spread[:, None, None]
        pace = rate * 0.5 * (1 + np.cos(np.pi * (step - 1) / steps))
        _adam(weights, gradients(inputs, wanted[here], weights), moments, step, pace)
    nets = zip(zip(*weights, strict=True), mean, spread, strict=True)
    return [Net(one, float(middle), float(wide), steps) for one, middle, wide in nets]


def _changed(images: Images, augment: Augment, rng: np.random.Generator) -> Images:
    changed = augment(images, rng)
    if np.shape(changed) != images.shape:
        raise ValueError(
            f"augment must give a batch of the shape it was given, {images.shape}; "
            f"got {np.shape(changed)}"
        )
    return changed


def _batches(n: int, steps: int, batch: int, rng: np.random.Generator) -> NDArray[np.int64]:
    passes = -(-steps * batch // n)
    rows = np.concatenate([rng.permutation(n) for _ in range(passes)])
    return rows[: steps * batch].reshape(steps, batch)


def _scale(stacks: Images) -> tuple[Floats, Floats]:
    """Return the mean and the spread of each draw's pixels; a spread of 0 as 1."""
    flat = stacks.reshape(len(stacks), -1)
    spread = flat.std(axis=1)
    return flat.mean(axis=1), np.where(spread > 0, spread, np.float32(1))


def _adam(
    weights: Weights,
    slopes: Weights,
    moments: list[tuple[Floats, Floats]],
    step: int,
    rate: float,
) -> None:
    """Update weights and moments in place, with the usual 0.9 and 0.999; `slopes` are used up.

    Moments are kept without their factors 0.1 and 0.001, which go into the step: fewer passes over
    the arrays, which is where the time goes.
    """
    unit = (0.001 / (1 - 0.999**step)) ** 0.5
    for one, slope, (first, second) in zip(weights, slopes, moments, strict=True):
        first *= 0.9
        first += slope
        second *= 0.999
        second += np.square(slope, out=slope)
        size = np.sqrt(second)
        size += 1e-8 / unit
        np.divide(first, size, out=size)
        size *= 0.1 * rate / ((1 - 0.9**step) * unit)
        one -= size


def _check_settings(rate: float, **counts: int) -> None:
    for name, number in counts.items():
        if number < 1:
            raise ValueError(f"{name} must be at least 1; got {number}")
    if not rate > 0:
        raise ValueError(f"rate must be above 0; got {rate}")


def _checked_draws(
    images: ArrayLike, labels: ArrayLike, classes: int | None, seeds: Sequence[int]
) -> tuple[Images, Ints, int]:
    stacks, given = np.asarray(images), np.asarray(labels)
    if stacks.ndim != 4 or given.shape != stacks.shape[:2] or len(seeds) != len(stacks):
        raise ValueError(
            "images must be of shape (draws, n, height, width), with labels of shape (draws, n)"
            f" and one seed a draw; got {stacks.shape}, {given.shape} and {len(seeds)} seeds"
        )
    flat, wanted, classes = checked_pair(
        stacks.reshape(-1, *stacks.shape[2:]), given.ravel(), classes
    )
    return flat.reshape(stacks.shape), wanted.reshape(given.shape), classes
