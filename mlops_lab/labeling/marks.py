"""Compare what people drew and wrote: boxes by their overlap, transcripts word by word."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["covered", "iou", "plain_words", "word_errors"]

Floats = NDArray[np.float64]

_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FILLERS = {"um", "uh", "er"}


def iou(first: ArrayLike, second: ArrayLike) -> Floats:
    """Intersection over union of every box of one set with every box of another, 0 to 1.

    Parameters
    ----------
    first, second : arrays of shape (n, 4) and (m, 4)
        Left, top, right, bottom, in any one unit.

    Returns
    -------
    Array of shape (n, m); 0 where two boxes have no area at all. A set without boxes gives an
    array without rows or columns.

    Raises
    ------
    ValueError
        For another shape, edges that are not finite, or a box whose right or bottom comes before
        its left or top.

    Examples
    --------
    >>> iou([[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 2, 2]]).round(3).tolist()
    [[0.143, 1.0]]
    """
    a, b = _boxes(first), _boxes(second)
    shared = _shared(a, b)
    union = _area(a)[:, None] + _area(b) - shared
    return np.divide(shared, union, out=np.zeros(shared.shape), where=union > 0)


def covered(first: ArrayLike, second: ArrayLike) -> Floats:
    """Share of each box's area that the best single box of another set covers, 0 to 1.

    Parameters
    ----------
    first, second : arrays of shape (n, 4) and (m, 4)
        As for `iou`.

    Returns
    -------
    Array of shape (n,); 0 where the other set is empty, or the box has no area.

    Raises
    ------
    ValueError
        As `iou` does.

    Examples
    --------
    >>> covered([[0, 0, 2, 2]], [[1, 0, 5, 5], [0, 0, 1, 1]]).tolist()
    [0.5]
    """
    a, b = _boxes(first), _boxes(second)
    best = _shared(a, b).max(axis=1, initial=0.0)
    share = np.divide(best, _area(a), out=np.zeros(len(a)), where=_area(a) > 0)
    return np.asarray(share)


def _shared(a: Floats, b: Floats) -> Floats:
    corner = np.maximum(a[:, None, :2], b[:, :2])
    opposite = np.minimum(a[:, None, 2:], b[:, 2:])
    return np.asarray(np.clip(opposite - corner, 0, None).prod(axis=2))


def _area(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))


def _boxes(values: ArrayLike) -> Floats:
    boxes = np.asarray(values, dtype=np.float64)
    if not boxes.size:
        return np.empty((0, 4))
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"boxes must have the shape (n, 4); got {boxes.shape}")
    bad = ~((boxes[:, :2] <= boxes[:, 2:]).all(axis=1) & np.isfinite(boxes).all(axis=1))
    if bad.any():
        raise ValueError(
            f"a box needs finite edges, left <= right and top <= bottom; got {boxes[bad][0]}"
        )
    return boxes


def word_errors(reference: str, written: str) -> int:
    """Count the words to change, insert or delete to turn one text into another (Levenshtein 1966).

    Words are what spaces part: "Um," and "um" are two words, so a convention counts as an error.
    Divide by the words of the reference for the word error rate.

    Examples
    --------
    >>> word_errors("find the nearest gas station", "find nearest gas stations")
    2
    """
    target, given = reference.split(), written.split()
    row = list(range(len(given) + 1))
    for i, word in enumerate(target, 1):
        left, diagonal = i, row[0]
        row[0] = i
        for j, other in enumerate(given, 1):
            change = diagonal + (word != other)
            diagonal = row[j]
            left = row[j] = min(change, left + 1, diagonal + 1)
    return row[-1]


def plain_words(text: str) -> str:
    """Bring a transcript to one convention: what the conventions differ in is taken out.

    Lower case, without punctuation, fillers (um, uh, er) and [unintelligible]; numbers below 100
    as digits, so that "twenty five" and "25" are the same word.

    Examples
    --------
    >>> plain_words("Um, set a timer for twenty five minutes [unintelligible]")
    'set a timer for 25 minutes'
    """
    words = re.sub(r"\[.*?\]|[^\w\s']", " ", text.lower()).split()
    kept = [word for word in words if word not in _FILLERS]
    found: list[str] = []
    i = 0
    while i < len(kept):
        value, taken = _number(kept[i : i + 2])
        found.append(kept[i] if value is None else str(value))
        i += taken
    return " ".join(found)


def _number(words: list[str]) -> tuple[int | None, int]:
    """Return the number that the first words spell, and how many words that takes."""
    first = words[0]
    if first in _UNITS:
        return _UNITS.index(first), 1
    if first not in _TENS:
        return None, 1
    tens = 10 * (2 + _TENS.index(first))
    if len(words) > 1 and words[1] in _UNITS[1:10]:
        return tens + _UNITS.index(words[1]), 2
    return tens, 1
