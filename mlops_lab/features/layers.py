"""A transform and a model of its features as one TensorFlow graph, from raw columns to a chance."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression import quiet
from mlops_lab.features.columns import Column
from mlops_lab.features.transform import Transform

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["export_model", "load_served", "serving_model"]

Served: TypeAlias = "Callable[[DataFrame], NDArray[np.float32]]"
_ARITHMETIC = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
}


def serving_model(
    transform: Transform, weights: Mapping[str, ArrayLike], bias: float, *, text: Iterable[str] = ()
) -> Any:  # noqa: ANN401  a Keras model; Keras takes seconds to import
    """Write a transform and a logistic model of its features as Keras layers.

    What the transform knows of the data becomes the layers' constants: nothing is fitted here.
    Numbers are single precision, as they are wherever such a model serves.

    Parameters
    ----------
    transform : Transform
    weights : mapping of str to float, or to an array of shape (codes,)
        By feature: a number is multiplied by a float; a code from 0 on has its own entry in an
        array, which becomes an `Embedding` of width one.
    bias : float
    text : iterable of str
        The raw columns that hold strings; the others hold numbers.

    Returns
    -------
    keras.Model
        Takes a dict of raw columns, each of shape (rows, 1), strings or float32, and gives the
        chances, shape (rows, 1). `export_model` writes it.

    Raises
    ------
    ValueError
        For features without a weight, weights without a feature, and for what TensorFlow computes
        otherwise: `hash_strings`, and a vocabulary with more than one bucket for unknown words.

    Examples
    --------
    >>> from mlops_lab.features import analyze, scale_to_z_score
    >>> table = {"km": np.array([1.0, 3.0, 8.0])}
    >>> made = analyze(lambda raw: {"far": scale_to_z_score(raw["km"])}, ["km"], lambda: [table])
    >>> model = serving_model(made, {"far": 2.0}, bias=0.0)
    >>> model.predict({"km": np.array([[4.0]], np.float32)}, verbose=0).round(2).tolist()
    [[0.5]]
    """
    given, made = set(weights), set(transform.features)
    if given != made:
        raise ValueError(
            f"each feature needs a weight: none for {sorted(made - given)}, and no feature for "
            f"{sorted(given - made)}"
        )
    with quiet():
        import keras

        graph = _Graph(transform, frozenset(text))
        total: Any = bias
        for name, column in transform.features.items():
            weight, x = np.asarray(weights[name], dtype=np.float32), graph.tensor(column)
            if weight.ndim:
                table = keras.layers.Embedding(len(weight), 1, weights=[weight[:, None]])
                total = table(keras.ops.cast(x, "int32"))[:, :, 0] + total
            else:
                total = keras.ops.cast(x, "float32") * float(weight) + total
        return keras.Model(graph.inputs, keras.activations.sigmoid(total))


def export_model(model: Any, folder: str | Path) -> None:  # noqa: ANN401  a Keras model
    """Write a model as a SavedModel, and say nothing.

    Parameters
    ----------
    model : keras.Model
        Of `serving_model`.
    folder : str or Path
        Made where it is not there.
    """
    with quiet():
        model.export(folder, verbose=False)


def load_served(folder: str | Path) -> Served:
    """Read an exported model as a server does, which has TensorFlow and a folder and no more.

    Parameters
    ----------
    folder : str or Path
        What `export_model` wrote.

    Returns
    -------
    callable
        Takes a DataFrame of raw columns, gives the chances, shape (rows,).
    """
    with quiet():
        import tensorflow as tf

        loaded = tf.saved_model.load(str(folder))
    _, wanted = loaded.signatures["serve"].structured_input_signature

    def chances(frame: "DataFrame") -> NDArray[np.float32]:
        rows = {
            name: tf.constant([[one] for one in frame[name].tolist()], spec.dtype)
            for name, spec in wanted.items()
        }
        found: NDArray[np.float32] = loaded.serve(rows).numpy()[:, 0]
        return found

    return chances


class _Graph:
    """The tensors of a transform's columns, each made once."""

    def __init__(self, transform: Transform, text: frozenset[str]) -> None:
        self.inputs = dict[str, Any]()
        self._known, self._text = transform.known, text
        self._made = dict[Column, Any]()

    def tensor(self, one: Column | float) -> Any:  # noqa: ANN401  a Keras tensor, or a number
        if not isinstance(one, Column):
            return one
        if one not in self._made:
            if one.name:
                import keras

                dtype = "string" if one.name in self._text else "float32"
                self._made[one] = keras.Input((1,), name=one.name, dtype=dtype)
                self.inputs[one.name] = self._made[one]
            else:
                given = [self.tensor(part) for part in one.of]
                self._made[one] = _layer(one, given, self._known.get(one, ()))
        return self._made[one]


def _layer(one: Column, given: list[Any], known: Sequence[Any]) -> Any:  # noqa: ANN401  a tensor
    """Compute what a column does, from the tensors it is made of."""
    from keras import layers, ops

    if one.kind in _ARITHMETIC:
        return _ARITHMETIC[one.kind](*given)
    (x,) = given
    match one.kind:
        case "log1p":
            return ops.log1p(x)
        case "mean":
            return ops.zeros_like(x) + known[0]
        case "z-score" if known[1]:
            return layers.Normalization(axis=None, mean=known[0], variance=known[1])(x)
        case "0 to 1" if known[1] > known[0]:
            return (x - known[0]) / (known[1] - known[0])
        case "z-score" | "0 to 1":  # no value differed
            return ops.zeros_like(x) + (0.0 if one.kind == "z-score" else 0.5)
        case "bucket":
            return layers.Discretization(bin_boundaries=list(known))(x)
        case "place" if one.size <= 1:
            # Keras has unknown words first, tf.Transform last, or at -1 without a place for them.
            place = layers.StringLookup(vocabulary=list(known), num_oov_indices=1)(x)
            return ops.where(place > 0, place - 1, len(known) if one.size else -1)
    raise ValueError(
        f"TensorFlow has another hash than {one.kind} with size {one.size}: the model would be "
        "asked with other codes than it was trained on"
    )
