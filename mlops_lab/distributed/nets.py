"""Small networks, several side by side, whose steps a lesson writes itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Nets", "Weights"]

Floats = NDArray[np.float64]
Weights = list[Floats]
"""Two layers, each a matrix and a bias, with the networks along the first axis."""


class Nets:
    """Networks with one hidden layer (ReLU, softmax), each with its own split, weights and draws.

    Parameters
    ----------
    X : array of shape (rows, columns)
        Divided by its standard deviation after its mean is taken off, over all entries.
    y : array of shape (rows,)
        Classes 0, 1, 2 and so on.
    seeds : sequence of int
        One for each network.
    train : int
        Rows to train on, drawn for each network; the others are held out.
    hidden : int
        Units of the hidden layer.

    Attributes
    ----------
    first : list of arrays
        Weights to begin with: normal, with variance 1 / inputs; biases 0.

    Raises
    ------
    ValueError
        Where no row would be left on one side, or X and y differ in length.
    """

    def __init__(
        self, X: ArrayLike, y: ArrayLike, seeds: Sequence[int], train: int = 1200, hidden: int = 32
    ) -> None:
        table, self._y = np.asarray(X, dtype=float), np.asarray(y, dtype=int)
        if not 0 < train < len(table) or len(table) != len(self._y):
            raise ValueError(
                f"need from 1 to rows - 1 to train on, and a class for each row; got {train} of "
                f"{len(table)} rows and {len(self._y)} classes"
            )
        self._X = (table - table.mean()) / table.std()
        self._rngs = [np.random.default_rng(seed) for seed in seeds]
        order = np.stack([rng.permutation(len(table)) for rng in self._rngs])
        self._train, self._held = order[:, :train], order[:, train:]
        sizes = (table.shape[1], hidden, int(self._y.max()) + 1)
        self.first: Weights = []
        for inputs, outputs in pairwise(sizes):
            draws = [rng.normal(size=(inputs, outputs)) for rng in self._rngs]
            self.first += [np.stack(draws) / inputs**0.5, np.zeros((len(seeds), 1, outputs))]

    def batch(self, size: int) -> tuple[Floats, NDArray[np.int_]]:
        """Draw rows to train on, with replacement, for each network its own.

        Returns
        -------
        arrays of shape (networks, size, columns) and (networks, size)
        """
        places = np.stack([rng.integers(self._train.shape[1], size=size) for rng in self._rngs])
        rows = np.take_along_axis(self._train, places, axis=1)
        return self._X[rows], self._y[rows]

    @staticmethod
    def gradient(weights: Weights, x: Floats, y: NDArray[np.int_]) -> Weights:
        """Return the gradient of the mean cross-entropy, as `weights` are."""
        before = x @ weights[0] + weights[1]
        inside = np.maximum(before, 0)
        scores = inside @ weights[2] + weights[3]
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        error = scores / scores.sum(axis=-1, keepdims=True)
        np.put_along_axis(
            error, y[..., None], np.take_along_axis(error, y[..., None], -1) - 1, axis=-1
        )
        error /= x.shape[1]
        back = error @ weights[2].transpose(0, 2, 1) * (before > 0)
        return [
            x.transpose(0, 2, 1) @ back,
            back.sum(axis=1, keepdims=True),
            inside.transpose(0, 2, 1) @ error,
            error.sum(axis=1, keepdims=True),
        ]

    def accuracy(self, weights: Weights) -> Floats:
        """Return the accuracy on the held-out rows, one a network; one that diverged names class 0.

        Returns
        -------
        array of shape (networks,)
        """
        x, y = self._X[self._held], self._y[self._held]
        inside = np.maximum(x @ weights[0] + weights[1], 0)
        scores = np.nan_to_num(inside @ weights[2] + weights[3])
        found: Floats = (scores.argmax(axis=-1) == y).mean(axis=1)
        return found
