"""From the part of a clip that is sent to the word that is heard."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mlops_lab.speech.clips import BANDS, FLOOR, FRAMES, Clips
from mlops_lab.speech.phones import TWINS, WORDS

__all__ = ["Heard", "features", "recognize"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TIMES = 12
_TWIN = np.array([WORDS.index(TWINS.get(word, word)) for word in WORDS])


class Classifier(Protocol):
    """What scikit-learn's classifiers have that know chances."""

    classes_: Ints

    def predict_proba(self, X: Floats) -> Floats:
        """Return the chance of each class, shape (n, classes)."""


class Heard(NamedTuple):
    """What a recognizer made of each of n clips."""

    word: Ints
    """Place in `WORDS`; -1, "null", where it is too unsure or nothing was sent."""
    chance: Floats
    """Its best chance, 0 to 1; 0 where nothing was sent."""


def features(clips: Clips, start: Ints, end: Ints, normalize: bool = True) -> Floats:
    """Return 192 numbers for the part of each clip from `start` to before `end`.

    Its frames are resampled to 12 by linear interpolation, so that slow and fast words have the
    same length, as in the first recognizers of isolated words. Powers below `FLOOR` count as it.

    Parameters
    ----------
    clips : Clips
    start, end : int arrays of shape (n,), 0 to 80
        Where they are equal, nothing was sent.
    normalize : bool
        Whether the 0.9 quantile of the 192 powers is taken off each clip, so that its volume does
        not matter.

    Returns
    -------
    array of shape (n, 192)
        Time by band, 12 x 16, in units of 20 dB; all NaN where nothing was sent. `fit` refuses
        these rows: leave them out with ``x[cut.sent]``. `recognize` takes them as null.

    Raises
    ------
    ValueError
        For ends of another shape, outside of the clip, or before their start.
    """
    start, end = np.asarray(start), np.asarray(end)
    for name, ends in {"start": start, "end": end}.items():
        if ends.shape != (len(clips),):
            raise ValueError(f"{name} must have the shape ({len(clips)},); got {ends.shape}")
    wrong = np.flatnonzero((start < 0) | (end > FRAMES) | (end < start))
    if len(wrong):
        row = wrong[0]
        raise ValueError(
            f"start and end must be 0 <= start <= end <= {FRAMES}; "
            f"clip {row} has {start[row]} and {end[row]}"
        )
    at = start[:, None] + np.linspace(0, 1, _TIMES) * np.maximum(end - start - 1, 0)[:, None]
    below = np.minimum(at.astype(np.int64), FRAMES - 1)
    above = np.minimum(below + 1, np.maximum(end - 1, below.max(axis=1, initial=0))[:, None])
    rows = np.arange(len(clips))[:, None]
    part = (at - below)[..., None]
    lower, upper = (np.maximum(clips.power[rows, one], FLOOR) for one in (below, above))
    x = (lower * (1 - part) + upper * part).reshape(len(clips), _TIMES * BANDS)
    if normalize:
        x = x - np.quantile(x, 0.9, axis=1, keepdims=True)
    x[end == start] = np.nan
    scaled: Floats = x / 20
    return scaled


def recognize(model: Classifier, x: Floats, chance: float = 0.5) -> Heard:
    """Return the likeliest word of each clip, or null where its chance is too small.

    Parameters
    ----------
    model : classifier, fitted on places in WORDS
        A logistic regression with C = 0.1, say, or a linear discriminant analysis with shrinkage.
    x : array of shape (n, 192)
        From `features`; a row of NaN, for which nothing was sent, is null.
    chance : float, 0 to 1
        Below this, the answer is null.

    Returns
    -------
    Heard

    Raises
    ------
    ValueError
        For a chance out of range.
    """
    if not 0 <= chance <= 1:
        raise ValueError(f"chance must be from 0 to 1; got {chance}")
    word, best = np.full(len(x), -1, dtype=np.int64), np.zeros(len(x))
    sent = ~np.isnan(x).any(axis=1)
    if sent.any():
        chances = model.predict_proba(x[sent])
        best[sent] = chances.max(axis=1)
        word[sent] = np.asarray(model.classes_)[chances.argmax(axis=1)]
    word[best < chance] = -1
    return Heard(word, best)
