"""Where a clip is spoken: the noise of a place, and what the button loses."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlops_lab.speech.clips import BANDS

__all__ = ["SHAPES", "TAGS", "Tag"]

_BAND: NDArray[np.float64] = np.arange(BANDS, dtype=float)

SHAPES: dict[str, NDArray[np.float64]] = {
    "office": np.zeros(BANDS),
    "road": -1.5 * _BAND,
    "people": -0.15 * (_BAND - 5.0) ** 2,
}
"""What each band's noise has above the noise's level, dB: flat; falling; a hump where speech is."""


class Tag(NamedTuple):
    """What clips of one kind have in common."""

    share: float
    """Share of such clips where nothing else is asked for, 0 to 1."""
    noise: float
    """Level of the noise, dB."""
    shape: str
    """Key of `SHAPES`; "people" comes and goes, too."""
    lost: int = 0
    """Frames of the word's start that are not recorded, because the button was late."""


TAGS: dict[str, Tag] = {
    "clean": Tag(0.55, -30.0, "office"),
    "car noise": Tag(0.05, -4.0, "road"),
    "people noise": Tag(0.28, -15.0, "people"),
    "clipped start": Tag(0.12, -30.0, "office", lost=6),
    "office": Tag(0.0, -45.0, "office"),
}
"""Kinds of clips. The first four are a voice search; "office" is the quiet that a VAD needs."""
