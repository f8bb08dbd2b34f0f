"""Sixteen command words, and the phones that they are made of.

A phone has two peaks in its spectrum, as a vowel has two formants (Peterson and Barney 1952), and
consonants without voice are much quieter than vowels. Peaks, levels and lengths are chosen by hand,
so that words differ as *all*, *call* and *hall* do: by one quiet first sound.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["PHONES", "SPELLING", "TWINS", "WORDS", "Phone"]


class Phone(NamedTuple):
    """A sound: where its power is, how loud it is, and for how long."""

    peaks: tuple[float, float]
    """Band of the lower and of the upper peak, 0 to 15."""
    width: float
    """Width of a peak, standard deviation in bands."""
    level: float
    """Power at a peak, dB; a vowel's is about 0."""
    frames: int
    """Length at a rate of 1, frames of 20 ms."""


PHONES: dict[str, Phone] = {
    "a": Phone((4.0, 7.0), 1.3, 0, 7),
    "e": Phone((3.0, 9.5), 1.3, -1, 7),
    "i": Phone((2.0, 11.0), 1.2, -2, 7),
    "o": Phone((3.5, 5.5), 1.3, 0, 7),
    "u": Phone((2.2, 4.5), 1.2, -2, 7),
    "l": Phone((2.5, 8.0), 1.5, -8, 3),
    "m": Phone((1.5, 6.0), 1.5, -9, 4),
    "r": Phone((3.0, 6.5), 1.5, -8, 3),
    "s": Phone((12.5, 14.0), 1.6, -16, 5),
    "f": Phone((9.5, 12.0), 3.0, -21, 5),
    "h": Phone((6.0, 10.0), 4.0, -22, 4),
    "t": Phone((10.0, 13.0), 2.5, -15, 2),
    "k": Phone((8.0, 10.0), 2.0, -16, 2),
    "p": Phone((3.0, 6.0), 2.5, -18, 2),
}

# The phones of each word; words in a line, up to "farm", differ by their first sound alone.
_PHONES_OF = {
    **{"all": "ol", "call": "kol", "hall": "hol"},
    **{"eat": "it", "heat": "hit", "seat": "sit"},
    **{"low": "lou", "slow": "slou", "flow": "flou"},
    **{"top": "top", "stop": "stop", "arm": "arm", "farm": "farm"},
    **{"car": "kar", "more": "mor", "rest": "rest"},
}

WORDS: tuple[str, ...] = tuple(_PHONES_OF)
"""The words; a clip's ``word`` is a place in this tuple."""

TWINS: dict[str, str] = {
    **{"all": "call", "call": "hall", "hall": "all"},
    **{"eat": "heat", "heat": "seat", "seat": "eat"},
    **{"low": "slow", "slow": "flow", "flow": "low"},
    **{"top": "stop", "stop": "top", "arm": "farm", "farm": "arm"},
}
"""The word that a listener takes each word for who misses its first sound; three have none."""

_LONGEST = max(map(len, _PHONES_OF.values()))

SPELLING = np.array(
    [
        [list(PHONES).index(one) for one in word] + [-1] * (_LONGEST - len(word))
        for word in _PHONES_OF.values()
    ]
)
"""Places in `PHONES` of each word's phones, shape (words, 4); -1 where a word has ended."""
