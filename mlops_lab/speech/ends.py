"""Where a word begins and ends: by a voice activity detector, or cut by hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab.speech.clips import FRAMES, Clips, energy

__all__ = ["Cut", "hand_cut", "vad"]

Ints = NDArray[np.int64]

_LEAST = 3  # frames above the threshold, below which nothing is sent


class Cut(NamedTuple):
    """The part of each of n clips that goes on to the recognizer."""

    start: Ints
    """Its first frame, shape (n,)."""
    end: Ints
    """The frame after its last; as `start`, where nothing is sent."""
    sent: NDArray[np.bool_]
    """Whether anything is sent."""


def vad(clips: Clips, threshold: float = -25.0, hang: int = 6, lead: int = 3) -> Cut:
    """Cut each clip from the first frame that is loud enough to the last.

    A **voice activity detector** by energy alone, with some frames before and after, so that quiet
    sounds at the ends are kept. Rabiner and Sambur (1975) also count how often the wave crosses
    zero, and so find weak consonants that energy alone misses; this one does not. Fewer than 3
    frames above the threshold count as nothing.

    Parameters
    ----------
    clips : Clips
    threshold : float
        Total power that a frame must pass, dB.
    hang, lead : int, 0 or more
        Frames of 20 ms that are sent after the last loud one, and before the first.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        For `hang` or `lead` below 0, or a threshold that is no number.
    """
    if np.isnan(threshold):
        raise ValueError(f"threshold must be a number of dB; got {threshold}")
    if hang < 0 or lead < 0:
        raise ValueError(f"hang and lead must be 0 or more frames; got {hang} and {lead}")
    loud = energy(clips) > threshold
    sent = loud.sum(axis=1) >= _LEAST
    start = np.maximum(loud.argmax(axis=1) - lead, clips.first)
    end = np.minimum(FRAMES - loud[:, ::-1].argmax(axis=1) + hang, FRAMES)
    return Cut(np.where(sent, start, 0), np.where(sent, end, 0), sent)


def hand_cut(clips: Clips, before: int | Ints = 3, after: int | Ints = 3) -> Cut:
    """Cut each clip at the true ends of its word, as a careful annotator would.

    Parameters
    ----------
    clips : Clips
    before, after : int or int array of shape (n,), 0 or more
        Frames that are kept before the word and after it. What was not recorded stays lost.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        For `before` or `after` below 0.
    """
    for name, frames in {"before": before, "after": after}.items():
        if np.min(frames, initial=0) < 0:
            raise ValueError(f"{name} must be 0 or more frames; got {np.min(frames)}")
    start = np.maximum(np.maximum(clips.start - before, 0), clips.first)
    end = np.minimum(clips.end + after, FRAMES)
    sent = end > start
    return Cut(np.where(sent, start, 0), np.where(sent, end, 0), sent)
