"""Changes to short texts: words left out, swapped, misspelt, replaced.

Each takes one text and gives one text. `share` is the chance, 0 to 1, that a word is touched; 0
changes nothing. Words are what blanks separate, and come back joined by single blanks. A text
without words comes back empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = [
    "SYNONYMS",
    "borrow_words",
    "delete_words",
    "replace_words",
    "swap_letters",
    "swap_words",
]

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "amazing": ("awesome", "great"),
    "awesome": ("amazing", "great"),
    "bad": ("awful", "poor"),
    "beautiful": ("lovely", "pretty"),
    "best": ("finest", "greatest"),
    "buy": ("get", "purchase"),
    "cash": ("money",),
    "channel": ("account", "page"),
    "cheap": ("inexpensive", "low-cost"),
    "check": ("see", "watch"),
    "click": ("press", "tap"),
    "clip": ("video",),
    "comment": ("message", "note"),
    "earn": ("get", "make"),
    "free": ("gratis",),
    "friend": ("mate", "pal"),
    "friends": ("mates", "pals"),
    "fun": ("joy",),
    "funny": ("amusing", "hilarious"),
    "gift": ("present",),
    "girl": ("lady",),
    "good": ("fine", "nice"),
    "great": ("awesome", "good"),
    "guys": ("folks", "people"),
    "happy": ("glad",),
    "hate": ("loathe",),
    "hello": ("hey", "hi"),
    "help": ("support",),
    "hey": ("hello", "hi"),
    "hi": ("hello", "hey"),
    "like": ("enjoy", "love"),
    "link": ("address", "url"),
    "love": ("adore", "like"),
    "money": ("cash",),
    "music": ("songs", "sound"),
    "new": ("fresh", "latest"),
    "nice": ("good", "lovely"),
    "people": ("folks", "guys"),
    "please": ("pls", "plz"),
    "really": ("truly", "very"),
    "sad": ("unhappy",),
    "see": ("view", "watch"),
    "share": ("spread",),
    "song": ("track", "tune"),
    "songs": ("tracks", "tunes"),
    "subscribe": ("follow", "sub"),
    "support": ("help",),
    "thanks": ("cheers", "thx"),
    "very": ("really", "so"),
    "video": ("clip", "vid"),
    "videos": ("clips", "vids"),
    "visit": ("open", "see"),
    "want": ("wanna", "wish"),
    "watch": ("see", "view"),
    "win": ("gain", "get"),
    "wonderful": ("lovely", "marvellous"),
}
"""Small words of comments and what may stand in their place, by hand."""


def delete_words(text: str, share: float, seed: int | np.random.Generator) -> str:
    """Leave out words, but never the last one left.

    Examples
    --------
    >>> delete_words("what a lovely song", 0.0, seed=0)
    'what a lovely song'
    >>> len(delete_words("what a lovely song", 1.0, seed=0).split())
    1
    """
    words, rng = _words(text, share), np.random.default_rng(seed)
    if not words:
        return ""
    kept = rng.random(len(words)) >= share
    if not kept.any():
        kept[rng.integers(len(words))] = True
    return " ".join(word for word, stays in zip(words, kept, strict=True) if stays)


def swap_words(text: str, share: float, seed: int | np.random.Generator) -> str:
    """Let words change places with their right neighbours, one after the other."""
    words, rng = _words(text, share), np.random.default_rng(seed)
    for i in np.flatnonzero(rng.random(max(len(words) - 1, 0)) < share):
        words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def swap_letters(text: str, share: float, seed: int | np.random.Generator) -> str:
    """Misspell words: two neighbouring letters change places. Words of one letter stay."""
    words, rng = _words(text, share), np.random.default_rng(seed)
    for i in np.flatnonzero(rng.random(len(words)) < share):
        if len(word := words[i]) > 1:
            at = int(rng.integers(len(word) - 1))
            words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def replace_words(
    text: str,
    share: float,
    seed: int | np.random.Generator,
    synonyms: Mapping[str, Sequence[str]] = SYNONYMS,
) -> str:
    """Replace words by synonyms (Zhang, Zhao and LeCun 2015).

    Words are looked up in small letters, without punctuation at their ends, which is kept. Words
    that are not in `synonyms` stay, so the share of changed words is smaller than `share`.
    """
    words, rng = _words(text, share), np.random.default_rng(seed)
    for i in np.flatnonzero(rng.random(len(words)) < share):
        core = words[i].strip(".,;:!?\"'()")
        if choices := synonyms.get(core.lower()):
            words[i] = words[i].replace(core, choices[int(rng.integers(len(choices)))], 1)
    return " ".join(words)


def borrow_words(
    text: str, share: float, seed: int | np.random.Generator, source: Sequence[str]
) -> str:
    """Replace words by words drawn from `source`, such as all words of all texts.

    Raises
    ------
    ValueError
        For a source without words, besides what every change refuses.
    """
    if not len(source):
        raise ValueError("source needs at least one word to borrow; got none")
    words, rng = _words(text, share), np.random.default_rng(seed)
    for i in np.flatnonzero(rng.random(len(words)) < share):
        words[i] = source[int(rng.integers(len(source)))]
    return " ".join(words)


def _words(text: str, share: float) -> list[str]:
    if not isinstance(text, str):
        raise ValueError(f"a text is needed; got {text!r}: drop or fill missing texts first")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be 0 to 1; got {share}")
    return text.split()
