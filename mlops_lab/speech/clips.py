"""Clips with the truth about them, held as arrays with a row for each clip."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["BANDS", "FLOOR", "FRAMES", "SECONDS", "Clips", "concatenate", "energy"]

BANDS = 16
"""Bands of pitch, low to high."""
FRAMES = 80
"""Frames of a clip, 1.6 seconds."""
SECONDS = 0.02
"""Length of a frame."""
FLOOR = -60.0
"""What a recording can hold at the least, dB: silence."""

Rows = NDArray[np.bool_] | NDArray[np.int64] | slice | list[int]


@dataclasses.dataclass(frozen=True, eq=False)
class Clips:
    """Clips and the truth about each, a row for each of n clips.

    ``clips[rows]`` gives some of them, by a mask, by numbers or by a slice; a recording that is
    10 dB softer is ``dataclasses.replace(clips, power=clips.power - 10)``.

    Raises
    ------
    ValueError
        Where an array has another number of rows than `power`, or `power` another shape.
    """

    power: NDArray[np.float32]
    """Power in dB, shape (n, 80, 16): clips, frames of 20 ms, bands. All else has shape (n,)."""
    word: NDArray[np.int64]
    """What was said, a place in `WORDS`."""
    start: NDArray[np.int64]
    """The frame in which the word begins."""
    end: NDArray[np.int64]
    """The frame after its last."""
    first: NDArray[np.int64]
    """The first frame recorded: 0, or behind `start` after a late button; before it, FLOOR."""
    tag: NDArray[np.str_]
    """Key of `TAGS`."""
    shift: NDArray[np.float64]
    """How far the speaker's voice lies above the mean, bands."""
    level: NDArray[np.float64]
    """How loud the speaker is, dB above the mean."""
    young: NDArray[np.bool_]
    """Whether the speaker has a young voice, 2.5 bands higher."""
    soft: NDArray[np.bool_]
    """Whether the speaker is one of those who speak softly."""

    def __post_init__(self) -> None:
        if self.power.ndim != 3 or self.power.shape[1:] != (FRAMES, BANDS):
            shape = self.power.shape
            raise ValueError(f"power must have the shape (n, {FRAMES}, {BANDS}); got {shape}")
        for name, values in vars(self).items():
            if len(values) != len(self):
                raise ValueError(f"{name} must have {len(self)} rows, as power; got {len(values)}")

    def __len__(self) -> int:
        return len(self.power)

    def __getitem__(self, rows: Rows) -> Clips:
        return Clips(**{name: values[rows] for name, values in vars(self).items()})


def concatenate(parts: Iterable[Clips]) -> Clips:
    """Put clips behind each other.

    Raises
    ------
    ValueError
        Where there are none to put together.
    """
    parts = list(parts)
    if not parts:
        raise ValueError("parts must hold one or more Clips; got none")
    names = [field.name for field in dataclasses.fields(Clips)]
    return Clips(**{name: np.concatenate([getattr(one, name) for one in parts]) for name in names})


def energy(clips: Clips) -> NDArray[np.float64]:
    """Return the power of each frame, all bands together.

    Returns
    -------
    array of shape (n, 80)
        10 log10 of the sum of 10^(dB / 10), in dB.
    """
    total = np.exp(clips.power * np.float32(np.log(10) / 10)).sum(axis=2, dtype=np.float64)
    decibels: NDArray[np.float64] = 10 * np.log10(total)
    return decibels
