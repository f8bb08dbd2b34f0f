"""A small picture reader in the style of MobileNet, as functions of a list of weights.

Convolution, depthwise convolution and pointwise convolution, each with batch normalization and
rectified units, then one dense layer. Its weights are a plain list, [kernel, offset] a layer, so
that quantizing, pruning and training are functions from weights to weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["KERNELS", "Weights", "convolve", "first_weights", "fold", "forward"]

Weights: TypeAlias = list[NDArray[np.float32]]
"""A net's arrays in the order of its layers, as `first_weights` and `fold` give them."""
Change: TypeAlias = Callable[["tf.Tensor"], "tf.Tensor"]

KERNELS = {"conv": 3, "depthwise": 2, "pointwise": 3, "dense": 1}
"""Layers in order, each with the axis of its kernel that counts output channels."""


def first_weights(shape: Sequence[int], classes: int, seed: int) -> Weights:
    """Draw a net before training, whose outputs keep their size (He and others 2015).

    Parameters
    ----------
    shape : (height, width) in pixels, each at least 4
    classes : int, at least 2
    seed : int

    Returns
    -------
    list of arrays: for each layer its kernel, the scale of its normalization (not for the
    dense layer) and its offset.

    Raises
    ------
    ValueError
        For a shape or a number of classes out of range.
    """
    if len(shape) != 2 or min(shape) < 4:
        raise ValueError(f"shape must be (height, width), each at least 4; got {tuple(shape)}")
    if classes < 2:
        raise ValueError(f"classes must be at least 2; got {classes}")
    rng = np.random.default_rng(seed)
    features = 32 * int(np.prod([-(-side // 2) // 2 for side in shape]))
    shapes = ((3, 3, 1, 16), (3, 3, 16, 1), (1, 1, 16, 32), (features, classes))
    weights: Weights = []
    for kernel, inputs in zip(shapes, (9, 9, 16, features), strict=True):
        out = kernel[2] if kernel[2:] == (16, 1) else kernel[-1]
        scale = [np.ones(out, np.float32)] * (len(kernel) == 4)
        drawn = rng.standard_normal(kernel) * (2 / inputs) ** 0.5
        weights += [drawn.astype(np.float32), *scale, np.zeros(out, np.float32)]
    return weights


def forward(
    weights: Sequence[ArrayLike],
    images: ArrayLike,
    change: Change | None = None,
    epsilon: float = 1e-3,
) -> tf.Tensor:
    """Return the scores of each class, shape (n, classes), in TensorFlow.

    Parameters
    ----------
    weights : 11 arrays while the net has its normalization, 8 once it is folded
    images : array of shape (n, height, width, 1), values 0 to 1
    change : callable on a kernel, or None
        What each kernel goes through first, such as fake quantization.
    epsilon : float, above 0
        What each normalization adds to the variance; a folded net has none.
    """
    return _layers(weights, images, change, epsilon)[0]


def fold(weights: Weights, images: ArrayLike, epsilon: float = 1e-3) -> Weights:
    """Fold each normalization into the kernel before it (Jacob and others 2018).

    Means and deviations are those of the images given; the folded net gives the same scores on
    these, up to rounding.

    Returns
    -------
    8 arrays, [kernel, offset] for each layer of `KERNELS`.

    Raises
    ------
    ValueError
        For weights that are folded already.
    """
    if len(weights) != 11:
        raise ValueError(
            f"only a net with normalization, 11 arrays, can be folded; got {len(weights)}"
        )
    moments, folded = _layers(weights, images, None, epsilon)[1], []
    for i, (name, (mean, variance)) in enumerate(zip(KERNELS, moments, strict=False)):
        kernel, scale, offset = weights[3 * i : 3 * i + 3]
        factor = scale / np.sqrt(np.asarray(variance) + epsilon)
        by_channel = factor[:, None] if name == "depthwise" else factor
        folded += [kernel * by_channel, offset - np.asarray(mean) * factor]
    return [np.asarray(one, np.float32) for one in (*folded, *weights[-2:])]


def convolve(name: str, images: ArrayLike, kernel: ArrayLike) -> tf.Tensor:
    """Apply the convolution of a layer named in `KERNELS`, without its offset; no dense layer."""
    import tensorflow as tf

    apply = tf.nn.depthwise_conv2d if name == "depthwise" else tf.nn.conv2d
    stride = 2 if name == "conv" else 1
    return apply(images, kernel, strides=[1, stride, stride, 1], padding="SAME")


def _layers(
    weights: Sequence[ArrayLike], images: ArrayLike, change: Change | None, epsilon: float
) -> tuple[tf.Tensor, list[tuple[tf.Tensor, tf.Tensor]]]:
    import tensorflow as tf

    changed, moments = change or tf.identity, []
    parts, size = list(weights), 3 if len(weights) == 11 else 2
    x = tf.convert_to_tensor(images, tf.float32)
    for i, name in enumerate(("conv", "depthwise", "pointwise")):
        kernel, *rest = parts[size * i : size * i + size]
        x = convolve(name, x, changed(kernel))
        if size == 3:  # the fused operation takes two thirds of the time of its parts
            x, mean, variance = tf.compat.v1.nn.fused_batch_norm(x, *rest, epsilon=epsilon)
            count = tf.cast(tf.size(x[..., 0]), tf.float32)
            moments.append((mean, variance * (1 - 1 / count)))  # it gives the unbiased variance
        else:
            x = x + rest[0]
        x = tf.nn.relu(x)
    x = tf.nn.max_pool2d(x, 2, 2, "VALID")
    x = tf.reshape(x, [-1, int(np.prod(x.shape[1:]))])
    return x @ changed(parts[-2]) + parts[-1], moments
