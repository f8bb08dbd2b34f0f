"""DistilBERT's recipe: three losses, many students side by side (Sanh and others 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mlops_lab.distillation.encoder import Encoder, check_sentences, forward
from mlops_lab.distillation.sentences import Sentences

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["three_losses", "train_encoder"]

Floats = npt.NDArray[np.floating]
_WARM_UP = 20  # steps over which the rate rises; attention goes astray without


def three_losses(
    teacher: tuple[tf.Tensor, tf.Tensor],
    student: tuple[tf.Tensor, tf.Tensor],
    answers: tf.Tensor,
    temperature: float,
) -> tf.Tensor:
    """Return three losses for each member, in the order of the paper's 5, 2 and 1.

    Parameters
    ----------
    teacher, student : logits and states, as `encode` gives them
    answers : integers of shape (members, rows, hidden)
    temperature : float, above 0

    Returns
    -------
    tensor of shape (members, 3)
        T squared times the KL divergence from the teacher at the hidden words, the cross entropy of
        the hidden words, and 1 - the cosine between the states of both at all places.
    """
    import tensorflow as tf

    (told, far), (logits, near) = teacher, student
    log_p, log_q = tf.nn.log_softmax(told / temperature), tf.nn.log_softmax(logits / temperature)
    kl = temperature**2 * tf.reduce_sum(tf.exp(log_p) * (log_p - log_q), axis=-1)
    hard = tf.nn.sparse_softmax_cross_entropy_with_logits(answers, logits)
    unit, wanted = tf.math.l2_normalize(near, -1), tf.math.l2_normalize(far, -1)
    apart = 1 - tf.reduce_sum(unit * wanted, axis=-1)
    return tf.stack([tf.reduce_mean(one, axis=(1, 2)) for one in (kl, hard, apart)], axis=1)


def train_encoder(
    encoder: Mapping[str, Floats],
    sentences: Sentences,
    *,
    steps: int,
    seed: int,
    batch: int = 64,
    rate: float = 5e-3,
    teacher: Mapping[str, Floats] | None = None,
    weights: npt.ArrayLike = (0, 1, 0),
    temperature: float = 2.0,
) -> Encoder:
    """Train all members at once by Adam (Kingma and Ba 2015) on a weighted sum of `three_losses`.

    Parameters
    ----------
    encoder : Encoder, left as it is
        As many members as the sentences have, or a multiple of that: then member m reads the
        sentences, in the batches, and hears the teacher of number m modulo theirs.
    sentences : Sentences
    steps, batch : int, 1 or more
    seed : int, of the batches
    rate : float, above 0
        Largest step; it rises for 20 steps and falls to 0 along half a cosine.
    teacher : Encoder, or None, with the members of the sentences
    weights : array of shape (3,) or (members, 3), none negative
        Of KL, cross entropy and cosine; without a teacher the first and the last must be 0.
    temperature : float, above 0

    Raises
    ------
    ValueError
        For sentences or a teacher that do not fit, or settings out of range.
    """
    import tensorflow as tf

    arms = _check(encoder, sentences, teacher, (steps, batch, rate, temperature))
    mix = tf.constant(_mix(weights, len(encoder["word"]), teacher is not None))
    source = teacher or {name: one[: len(sentences.tokens)] for name, one in encoder.items()}
    known = {name: tf.constant(one) for name, one in source.items()}
    given = [tf.constant(one, tf.int32) for one in vars(sentences).values()]
    moving = {name: tf.Variable(one) for name, one in encoder.items()}
    moments = {name: (tf.Variable(0 * one), tf.Variable(0 * one)) for name, one in encoder.items()}

    def step(pick: tf.Tensor, size: tf.Tensor) -> None:
        part = [tf.gather(one, pick, batch_dims=1) for one in given]
        told = forward(known, *part[:2]) if teacher is not None else None
        tokens, places, answers = (tf.tile(one, (arms, 1, 1)) for one in part)
        with tf.GradientTape() as tape:
            made = forward(moving, tokens, places)
            far = made if told is None else tuple(tf.tile(one, (arms, 1, 1, 1)) for one in told)
            # a sum over members, so each gets its own gradient
            total = tf.reduce_sum(mix * three_losses(far, made, answers, temperature))
        for name, slope in tape.gradient(total, moving).items():
            _adam(moving[name], *moments[name], tf.convert_to_tensor(slope), size)

    compiled = tf.function(step)
    rng = np.random.default_rng(seed)
    for done in range(steps):
        pick = rng.integers(given[0].shape[1], size=(len(sentences.tokens), batch))
        compiled(tf.constant(pick, tf.int32), tf.constant(_size(done, steps, rate), mix.dtype))
    return {name: one.numpy() for name, one in moving.items()}


def _adam(
    weight: tf.Variable, mean: tf.Variable, square: tf.Variable, slope: tf.Tensor, size: tf.Tensor
) -> None:
    mean.assign_add(0.1 * (slope - mean))
    square.assign_add(0.01 * (slope * slope - square))
    weight.assign_sub(size * mean / (square**0.5 + 1e-8))


def _size(done: int, steps: int, rate: float) -> float:
    unbiased = (1 - 0.99 ** (done + 1)) ** 0.5 / (1 - 0.9 ** (done + 1))
    falling = 0.5 * (1 + np.cos(np.pi * done / steps))
    return float(rate * min(1, (done + 1) / _WARM_UP) * falling * unbiased)


def _mix(weights: npt.ArrayLike, members: int, taught: bool) -> Floats:
    mix = np.asarray(weights, dtype=np.float32)
    if mix.shape not in ((3,), (members, 3)) or not (np.isfinite(mix) & (mix >= 0)).all():
        raise ValueError(f"weights must be three, or three for each of {members}, none negative")
    if not taught and mix[..., [0, 2]].any():
        raise ValueError("the first and the third loss need a teacher; pass teacher=...")
    return np.broadcast_to(mix, (members, 3))


def _check(
    encoder: Mapping[str, Floats],
    sentences: Sentences,
    teacher: Mapping[str, Floats] | None,
    settings: tuple[float, ...],
) -> int:
    if not (np.isfinite(settings).all() and min(settings) > 0):
        raise ValueError(f"steps, batch, rate and temperature must be above 0; got {settings}")
    members, texts = len(encoder["word"]), len(sentences.tokens)
    if members % max(texts, 1):
        raise ValueError(f"{members} encoders cannot share {texts} texts; need a multiple of that")
    for one in (encoder, teacher or encoder):
        sharing = one if len(one["word"]) == texts else {n: a[:texts] for n, a in one.items()}
        check_sentences(sharing, sentences.tokens, sentences.places)
    answers, words = sentences.answers, encoder["word"].shape[1]
    if answers.shape != sentences.places.shape:
        raise ValueError(f"need one answer for each place; got {answers.shape}")
    if answers.min() < 0 or answers.max() >= words:
        raise ValueError(f"answers must lie between 0 and {words - 1}; got {answers.max()}")
    if teacher and teacher["word"].shape[1:] != encoder["word"].shape[1:]:
        raise ValueError("teacher and student need the same words and the same width")
    if teacher and len(teacher["word"]) != texts:
        raise ValueError(f"need one teacher for each of {texts} texts; got {len(teacher['word'])}")
    return members // texts
