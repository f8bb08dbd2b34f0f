"""Training for a given number of steps, so that arms can be held equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression.net import Change, Weights, forward
from mlops_lab.compression.prune import magnitude_masks, sparsity_at

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["Trainer", "batches", "rounding"]

Moments: TypeAlias = tuple[Weights, Weights]
"""Adam's running means of gradients and of their squares, shaped like the weights."""


def batches(rows: int, steps: int, seed: int, size: int = 64) -> NDArray[np.int32]:
    """Return the rows of each batch, shape (steps, size), in shuffled passes over all rows."""
    for name, number in (("rows", rows), ("steps", steps), ("size", size)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1; got {number}")
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(rows) for _ in range(-(-steps * size // rows))])
    return order[: steps * size].reshape(steps, size).astype(np.int32)


def rounding(bits: int) -> Change:
    """Return change of kernels for quantization-aware training: round, and pass gradients through.

    Forward it rounds as `symmetric` does, one step for the whole kernel; backward it is the
    identity inside the range, the straight-through estimator (Bengio and others 2013).

    Parameters
    ----------
    bits : int, 2 to 16
    """
    import tensorflow as tf

    if not 2 <= bits <= 16:
        raise ValueError(f"bits must be 2 to 16; got {bits}")

    def change(kernel: tf.Tensor) -> tf.Tensor:
        top = tf.stop_gradient(tf.reduce_max(tf.abs(kernel)))
        return tf.quantization.fake_quant_with_min_max_vars(
            kernel, -top, top, num_bits=bits, narrow_range=True
        )

    return change


class Trainer:
    """Train nets of one shape on one data set; the graph is compiled once and used for all.

    Parameters
    ----------
    images : array of shape (n, height, width, 1), values 0 to 1
    labels : whole numbers from 0, shape (n,)
    change : callable on a kernel, or None
        What kernels go through in the forward pass, such as `rounding(4)`.
    epsilon : float, above 0
        What each normalization adds to the variance.

    Raises
    ------
    ValueError
        For images of another shape, or not one label an image.
    """

    def __init__(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        change: Change | None = None,
        epsilon: float = 1e-3,
    ) -> None:
        import tensorflow as tf

        found, wanted = np.asarray(images, np.float32), np.asarray(labels)
        if found.ndim != 4 or wanted.shape != (len(found),) or not len(found):
            raise ValueError(
                "need images of shape (n, height, width, 1) and one label each; "
                f"got {found.shape} and {wanted.shape}"
            )
        self._images, self._labels = tf.constant(found), tf.constant(wanted, tf.int32)
        self._change, self._epsilon = change, epsilon
        self._steps = tf.function(self._walk, reduce_retracing=True)

    def fit(self, weights: Weights, rows: NDArray[np.int32], rate: float = 0.003) -> Weights:
        """Take one step of Adam (Kingma and Ba 2014) for each row of `rows`; give new weights.

        Parameters
        ----------
        rows : int array of shape (steps, batch), from `batches`
        rate : float, above 0
            Size of the first step; it falls to 0 along half a cosine.
        """
        return self._run(weights, [np.ones_like(one) for one in weights], rows, rate)[0]

    def prune(
        self,
        weights: Weights,
        rows: NDArray[np.int32],
        sparsity: float,
        rate: float = 0.003,
        rounds: int = 6,
    ) -> Weights:
        """Fine-tune while zeroing more and more of the smallest weights (Zhu and Gupta 2017).

        After each of `rounds` parts of the first half the mask grows along a cubic schedule; the
        second half trains what is left. As many steps as `fit` takes, on the same rows, at the same
        rate, with Adam's moments kept. One round cuts all at once, before the first step.

        Parameters
        ----------
        sparsity : float, 0 to below 1
            Share of each kernel that is zero at the end.
        rounds : int, at least 1
        """
        half = len(rows) // 2
        if half < rounds:
            raise ValueError(
                f"need at least {2 * rounds} steps for {rounds} rounds; got {len(rows)}"
            )
        ends = np.linspace(0, half, rounds + 1).astype(int)
        moments: Moments | None = None
        for i, (start, end) in enumerate(zip(ends, [*ends[1:-1], len(rows)], strict=False)):
            masks = magnitude_masks(weights, sparsity_at((i + 1) / rounds, sparsity))
            part = slice(int(start), int(end))
            weights, moments = self._run(weights, masks, rows, rate, part, moments)
        return weights

    def _run(
        self,
        weights: Weights,
        masks: Weights,
        rows: NDArray[np.int32],
        rate: float,
        part: slice | None = None,
        moments: Moments | None = None,
    ) -> tuple[Weights, Moments]:
        """Take the steps of one part of `rows`, at the rate that the whole schedule has there."""
        import tensorflow as tf

        if rate <= 0:
            raise ValueError(f"rate must be above 0; got {rate}")
        part = part or slice(0, len(rows))
        progress = np.arange(len(rows)) / max(len(rows), 1)
        paces = rate * 0.5 * (1 + np.cos(np.pi * progress))
        zeros = [np.zeros_like(one) for one in weights]
        first, second = moments or (zeros, zeros)
        state = [[tf.constant(one) for one in arrays] for arrays in (weights, first, second, masks)]
        taken = tf.constant(part.start, tf.int32)
        found = self._steps(
            *state, tf.constant(rows[part]), tf.constant(paces[part], tf.float32), taken
        )
        trained, first, second = ([one.numpy() for one in arrays] for arrays in found)
        return trained, (first, second)

    def _walk(
        self,
        weights: list[tf.Tensor],
        first: list[tf.Tensor],
        second: list[tf.Tensor],
        masks: list[tf.Tensor],
        rows: tf.Tensor,
        paces: tf.Tensor,
        taken: tf.Tensor,
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], list[tf.Tensor]]:
        import tensorflow as tf

        weights = [one * mask for one, mask in zip(weights, masks, strict=True)]
        for step in tf.range(tf.shape(rows)[0]):
            slopes = self._slopes(weights, rows[step])
            t = tf.cast(taken + step + 1, tf.float32)
            first = [0.9 * a + 0.1 * g for a, g in zip(first, slopes, strict=True)]
            second = [0.999 * b + 0.001 * g * g for b, g in zip(second, slopes, strict=True)]
            weights = [
                mask * (w - paces[step] * (a / (1 - 0.9**t)) / (tf.sqrt(b / (1 - 0.999**t)) + 1e-7))
                for w, a, b, mask in zip(weights, first, second, masks, strict=True)
            ]
        return weights, first, second

    def _slopes(self, weights: list[tf.Tensor], rows: tf.Tensor) -> list[tf.Tensor]:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(weights)
            scores = forward(weights, tf.gather(self._images, rows), self._change, self._epsilon)
            labels = tf.gather(self._labels, rows)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores))
        slopes: list[tf.Tensor] = tape.gradient(loss, weights)
        return slopes
