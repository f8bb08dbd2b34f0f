"""A small net: one hidden layer of rectified linear units and a softmax, in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.augmentation.checks import Images, checked

__all__ = ["Net", "accuracy", "checked_pair", "class_accuracy", "first_weights", "gradients"]

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]
Weights: TypeAlias = tuple[Floats, Floats, Floats, Floats]


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

    weights: Weights
    mean: float
    spread: float
    steps: int

    def probabilities(self, images: ArrayLike) -> Floats:
        """Return the chance of each class, shape (n, classes), for images of shape (n, h, w)."""
        found = checked(images)
        pixels = found.shape[1] * found.shape[2]
        if pixels != len(self.weights[0]):
            known = len(self.weights[0])
            raise ValueError(f"this net was trained on {known} pixels an image; got {pixels}")
        inputs = (found.reshape(len(found), pixels) - self.mean) / self.spread
        return _forward(inputs, self.weights)[1]

    def predict(self, images: ArrayLike) -> Ints:
        """Return the most likely class of each image, shape (n,)."""
        return np.asarray(self.probabilities(images).argmax(axis=1))


def accuracy(net: Net, images: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of images that the net names rightly, 0 to 1."""
    found, wanted, _ = checked_pair(images, labels, None)
    return float(np.mean(net.predict(found) == wanted))


def class_accuracy(net: Net, images: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Return the share of each class that the net names rightly; NaN where a class has no image."""
    found, wanted, _ = checked_pair(images, labels, None)
    classes = len(net.weights[3])
    right = np.bincount(wanted[net.predict(found) == wanted], minlength=classes)
    count = np.bincount(wanted, minlength=classes)
    with np.errstate(invalid="ignore"):  # 0 of 0 is the NaN that is promised
        return np.asarray(right / count)


def gradients(inputs: Floats, labels: Ints, weights: Weights) -> Weights:
    """Return the gradient of the mean cross-entropy for each array of weights.

    Every array may have draws as its first axis.
    """
    hidden, chances = _forward(inputs, weights)
    picked = labels[..., None]
    right = np.take_along_axis(chances, picked, axis=-1)
    np.put_along_axis(chances, picked, right - 1, axis=-1)
    chances /= labels.shape[-1]
    back = (chances @ weights[2].swapaxes(-1, -2)) * (hidden > 0)
    return (
        inputs.swapaxes(-1, -2) @ back,
        back.sum(axis=-2),
        hidden.swapaxes(-1, -2) @ chances,
        chances.sum(axis=-2),
    )


def _forward(inputs: Floats, weights: Weights) -> tuple[Floats, Floats]:
    hidden = np.maximum(inputs @ weights[0] + weights[1][..., None, :], 0)
    scores = hidden @ weights[2] + weights[3][..., None, :]
    scores -= scores.max(axis=-1, keepdims=True)
    chances = np.exp(scores, out=scores)
    chances /= chances.sum(axis=-1, keepdims=True)
    return hidden, chances


def first_weights(pixels: int, hidden: int, classes: int, rng: np.random.Generator) -> Weights:
    """Draw weights whose outputs keep their size from layer to layer (He and others 2015)."""
    into, out = (
        (rng.standard_normal((a, b)) * (2 / a) ** 0.5).astype(np.float32)
        for a, b in ((pixels, hidden), (hidden, classes))
    )
    return into, np.zeros(hidden, np.float32), out, np.zeros(classes, np.float32)


def checked_pair(
    images: ArrayLike, labels: ArrayLike, classes: int | None
) -> tuple[Images, Ints, int]:
    """Return images, labels and the number of classes, or say what is wrong with them."""
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
