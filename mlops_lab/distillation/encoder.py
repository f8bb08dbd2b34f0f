"""A small transformer encoder that guesses hidden words, many side by side along a leading axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = [
    "Encoder",
    "encode",
    "encoder_parameters",
    "every_other_layer",
    "forward",
    "side_by_side",
    "start_encoder",
]

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Encoder = dict[str, Floats]
"""Arrays by name, members first; the names of a layer's end in its number.

word (members, words, width) embeds the words and, turned round, gives the logits; place (members,
length, width); bias (members, 1, words). Of each layer look (members, width, 3 width): queries,
keys and values; mix (members, width, width); up (members, width, 2 width) and down, its mirror.
"""

_LAYER = {"look": (1, 3), "mix": (1, 1), "up": (1, 2), "down": (2, 1)}  # in widths


def start_encoder(
    *, members: int, layers: int, width: int, words: int, length: int, seed: int
) -> Encoder:
    """Draw first weights: normal, of deviation 1 / root of the inputs; biases 0.

    Parameters
    ----------
    members, layers, width, words, length : int, 1 or more
        Encoders; layers of each, and their width; words in the vocabulary, and in a sentence.
    seed : int

    Raises
    ------
    ValueError
        For a size below 1.
    """
    sizes = (members, layers, width, words, length)
    if min(sizes) < 1:
        raise ValueError(f"all sizes of an encoder must be 1 or more; got {sizes}")
    rng = np.random.default_rng(seed)

    def draw(rows: int, columns: int, inputs: int) -> Floats:
        drawn = rng.standard_normal((members, rows, columns), dtype=np.float32)
        return drawn * np.float32(inputs**-0.5)

    made = {"word": draw(words, width, width), "place": draw(length, width, width)}
    made["bias"] = np.zeros((members, 1, words), np.float32)
    for layer in range(layers):
        for name, (rows, columns) in _LAYER.items():
            made[f"{name}{layer}"] = draw(rows * width, columns * width, rows * width)
    return made


def every_other_layer(encoder: Mapping[str, Floats]) -> Encoder:
    """Copy the embeddings, the bias, and layers 0, 2, ... (Sanh, Debut, Chaumond and Wolf 2019).

    Raises
    ------
    ValueError
        For an encoder of one layer: there is nothing to leave out.
    """
    layers = _layers(encoder)
    if layers < 2:
        raise ValueError(f"need two layers or more to leave every other one out; got {layers}")
    copied = {name: encoder[name].copy() for name in ("word", "place", "bias")}
    for layer in range(0, layers, 2):
        for name in _LAYER:
            copied[f"{name}{layer // 2}"] = encoder[f"{name}{layer}"].copy()
    return copied


def side_by_side(encoders: Sequence[Mapping[str, Floats]]) -> Encoder:
    """Put encoders of one shape next to each other, the members of the first one first.

    Raises
    ------
    ValueError
        For none, or for encoders of different shapes.
    """
    shapes = [{name: one.shape[1:] for name, one in each.items()} for each in encoders]
    if not shapes or any(shape != shapes[0] for shape in shapes):
        raise ValueError(f"need one encoder or more, all of one shape; got {len(shapes)}")
    return {name: np.concatenate([each[name] for each in encoders]) for name in shapes[0]}


def encoder_parameters(encoder: Mapping[str, Floats]) -> int:
    """Count the parameters of one member."""
    return sum(one[0].size for one in encoder.values())


def encode(encoder: Mapping[str, Floats], tokens: Ints, places: Ints) -> tuple[Floats, Floats]:
    """Return logits of the words at some places, and the hidden states at all places.

    Parameters
    ----------
    encoder : Encoder
    tokens : integers of shape (members, rows, length)
    places : integers of shape (members, rows, hidden)

    Returns
    -------
    logits of shape (members, rows, hidden, words), states of shape (members, rows, length, width)

    Raises
    ------
    ValueError
        For tokens or places whose shape or values the encoder does not know.
    """
    import tensorflow as tf

    check_sentences(encoder, tokens, places)
    given = {name: tf.constant(one) for name, one in encoder.items()}
    logits, states = forward(given, tf.constant(tokens, tf.int32), tf.constant(places, tf.int32))
    return logits.numpy(), states.numpy()


def forward(
    encoder: Mapping[str, tf.Tensor], tokens: tf.Tensor, places: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Do the work of `encode` on tensors, in a graph, without checks.

    Each layer adds two parts to what runs through it, each on vectors moved to mean 0 and deviation
    1: attention with one head, and a net with one hidden layer (Vaswani and others 2017). Unlike
    theirs, the scaling comes before each part, which trains without much care, and has no weights.
    """
    import tensorflow as tf

    (members, words, width), (_, rows, length) = encoder["word"].shape, tokens.shape
    first = words * tf.range(members)[:, None, None]  # where the words of each member begin
    x = tf.gather(tf.reshape(encoder["word"], [-1, width]), tokens + first)
    flat = (members, rows * length, width)  # one large product for each member
    x = tf.reshape(x + encoder["place"][:, None], flat)
    for layer in range(_layers(encoder)):
        looked = tf.reshape(_scaled(x) @ encoder[f"look{layer}"], (members, rows, length, -1))
        query, key, value = tf.split(looked, 3, axis=-1)
        weight = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / width**0.5)
        x += tf.reshape(weight @ value, flat) @ encoder[f"mix{layer}"]
        x += tf.nn.relu(_scaled(x) @ encoder[f"up{layer}"]) @ encoder[f"down{layer}"]
    states = tf.reshape(_scaled(x), (members, rows, length, width))
    row = tf.reshape(length * tf.range(members * rows), (members, rows, 1))
    hidden = tf.gather(tf.reshape(states, [-1, width]), tf.reshape(places + row, (members, -1)))
    logits = tf.matmul(hidden, encoder["word"], transpose_b=True) + encoder["bias"]
    return tf.reshape(logits, (*places.shape, words)), states


def check_sentences(encoder: Mapping[str, Floats], tokens: Ints, places: Ints) -> None:
    """Raise ValueError where an encoder cannot read these sentences."""
    (members, words, _), length = encoder["word"].shape, encoder["place"].shape[1]
    if tokens.ndim != 3 or not tokens.size or (len(tokens), tokens.shape[2]) != (members, length):
        raise ValueError(f"tokens must be ({members}, rows, {length}); got {tokens.shape}")
    if places.ndim != 3 or not places.size or places.shape[:2] != tokens.shape[:2]:
        raise ValueError(f"places must be (*{tokens.shape[:2]}, hidden); got {places.shape}")
    for name, values, end in (("tokens", tokens, words), ("places", places, length)):
        if values.min() < 0 or values.max() >= end:
            low, high = values.min(), values.max()
            raise ValueError(f"{name} must lie between 0 and {end - 1}; got {low} to {high}")


def _scaled(x: tf.Tensor) -> tf.Tensor:
    """Move each vector to mean 0 and deviation 1."""
    import tensorflow as tf

    x -= tf.reduce_mean(x, -1, keepdims=True)
    return x * tf.math.rsqrt(tf.reduce_mean(x * x, -1, keepdims=True) + 1e-5)


def _layers(encoder: Mapping[str, object]) -> int:
    return sum(name.startswith("look") for name in encoder)
