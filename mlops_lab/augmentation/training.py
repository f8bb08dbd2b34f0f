"""A small net that is trained for a given number of steps, so that arms can be held equal.

One hidden layer of rectified linear units and a softmax, in numpy, with Adam (Kingma and Ba 2014).
It takes some hundredths of a second, so that a lesson can afford many seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.augmentation.checks import Images, checked

__all__ = ["Augment", "Net", "accuracy", "class_accuracy", "fit"]

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]
Augment: TypeAlias = Callable[[Images, np.random.Generator], Images]
"""Takes a batch and a generator, gives the changed batch of the same shape."""


@dataclass(frozen=True)
class Net:
    """A trained net.

    Attributes
    ----------
    weights : tuple of four arrays
        Into the hidden layer and its offsets, out of it and its offsets.
    mean, spread : float
        Of the training images' pixels; inputs are centred and divided by these.
    steps : int
        How many updates it had.
    """

    weights: tuple[Floats, Floats, Floats, Floats]
    mean: float
    spread: float
    steps: int

    def probabilities(self, images: ArrayLike) -> Floats:
        """Give the chance of each class, shape (n, classes), for images of shape (n, h, w)."""
        found = checked(images)
        pixels = found.shape[1] * found.shape[2]
        if pixels != len(self.weights[0]):
            known = len(self.weights[0])
            raise ValueError(f"this net was trained on {known} pixels an image; got {pixels}")
        inputs = (found.reshape(len(found), pixels) - self.mean) / self.spread
        return _forward(inputs, self.weights)[1]

    def predict(self, images: ArrayLike) -> Ints:
        """Give the most likely class of each image, shape (n,)."""
        return np.asarray(self.probabilities(images).argmax(axis=1))


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
    found, wanted, classes = _checked_pair(images, labels, classes)
    for name, number in (("steps", steps), ("batch", batch), ("hidden", hidden)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1; got {number}")
    if not rate > 0:
        raise ValueError(f"rate must be above 0; got {rate}")
    start, order, change = np.random.default_rng(seed).spawn(3)
    weights = _first_weights(found[0].size, hidden, classes, start)
    mean, spread = float(found.mean()), float(found.std()) or 1.0
    moments = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    for step, rows in enumerate(_batches(len(found), steps, batch, order), start=1):
        seen = found[rows] if augment is None else _changed(found[rows], augment, change)
        inputs = (seen.reshape(len(rows), -1) - mean) / spread
        pace = rate * 0.5 * (1 + np.cos(np.pi * (step - 1) / steps))
        _adam(weights, gradients(inputs, wanted[rows], weights), moments, step, pace)
    return Net(weights, mean, spread, steps)


def accuracy(net: Net, images: ArrayLike, labels: ArrayLike) -> float:
    """Give the share of images that the net names rightly, 0 to 1."""
    found, wanted, _ = _checked_pair(images, labels, None)
    return float(np.mean(net.predict(found) == wanted))


def class_accuracy(net: Net, images: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Give the share of each class that the net names rightly; NaN where a class has no image."""
    found, wanted, _ = _checked_pair(images, labels, None)
    classes = len(net.weights[3])
    right = np.bincount(wanted[net.predict(found) == wanted], minlength=classes)
    count = np.bincount(wanted, minlength=classes)
    with np.errstate(invalid="ignore"):  # 0 of 0 is the NaN that is promised
        return np.asarray(right / count)


def gradients(
    inputs: Floats, labels: Ints, weights: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Give the gradient of the mean cross-entropy for each array of weights."""
    hidden, chances = _forward(inputs, weights)
    chances[np.arange(len(labels)), labels] -= 1
    chances /= len(labels)
    back = (chances @ weights[2].T) * (hidden > 0)
    return inputs.T @ back, back.sum(axis=0), hidden.T @ chances, chances.sum(axis=0)


def _forward(
    inputs: Floats, weights: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    hidden = np.maximum(inputs @ weights[0] + weights[1], 0)
    scores = hidden @ weights[2] + weights[3]
    scores -= scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    return hidden, chances


def _changed(images: Images, augment: Augment, rng: np.random.Generator) -> Images:
    changed = augment(images, rng)
    if np.shape(changed) != images.shape:
        raise ValueError(
            f"augment must give a batch of the shape it was given, {images.shape}; "
            f"got {np.shape(changed)}"
        )
    return changed


def _first_weights(
    pixels: int, hidden: int, classes: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Draw weights whose outputs keep their size from layer to layer (He and others 2015)."""
    into, out = (
        (rng.standard_normal((a, b)) * (2 / a) ** 0.5).astype(np.float32)
        for a, b in ((pixels, hidden), (hidden, classes))
    )
    return into, np.zeros(hidden, np.float32), out, np.zeros(classes, np.float32)


def _batches(n: int, steps: int, batch: int, rng: np.random.Generator) -> NDArray[np.int64]:
    passes = -(-steps * batch // n)
    rows = np.concatenate([rng.permutation(n) for _ in range(passes)])
    return rows[: steps * batch].reshape(steps, batch)


def _adam(
    weights: tuple[Floats, ...],
    slopes: tuple[Floats, ...],
    moments: list[tuple[Floats, Floats]],
    step: int,
    rate: float,
) -> None:
    """Update weights and moments in place, with the usual 0.9 and 0.999."""
    for one, slope, (first, second) in zip(weights, slopes, moments, strict=True):
        first += 0.1 * (slope - first)
        second += 0.001 * (slope * slope - second)
        size = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        one -= np.float32(rate / (1 - 0.9**step)) * first / size


def _checked_pair(
    images: ArrayLike, labels: ArrayLike, classes: int | None
) -> tuple[Images, Ints, int]:
    found, given = checked(images), np.asarray(labels)
    if given.shape != (len(found),) or not len(found):
        raise ValueError(
            f"one label for each of 1 image or more; got {len(found)} images and labels "
            f"of shape {given.shape}"
        )
    if not np.issubdtype(given.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers from 0; got {given.dtype}")
    most = int(given.max()) + 1 if classes is None else classes
    if given.min() < 0 or given.max() >= most:
        raise ValueError(
            f"labels must lie from 0 to {most - 1}; got {given.min()} to {given.max()}"
        )
    return found, given.astype(np.int64), most
