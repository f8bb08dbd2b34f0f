"""Draw clips: words by speakers, in a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from mlops_lab.speech.clips import BANDS, FLOOR, FRAMES, Clips
from mlops_lab.speech.phones import PHONES, SPELLING, WORDS
from mlops_lab.speech.rooms import SHAPES, TAGS

__all__ = ["draw_clips"]

Single = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK = 128  # clips that are worked on at once, so that they stay in the cache
_YOUNG = 2.5  # bands
_SMOOTH = 9  # frames over which background speech comes and goes
_PEAKS = np.array([one.peaks for one in PHONES.values()])
_WIDTH = np.array([one.width for one in PHONES.values()])
_LEVEL = np.array([one.level for one in PHONES.values()], dtype=float)
_LENGTH = np.array([one.frames for one in PHONES.values()])
_PER_DB = np.float32(np.log(10) / 10)


def draw_clips(
    n: int,
    seed: int | Generator,
    *,
    tag: str | None = None,
    shares: Mapping[str, float] | None = None,
    words: Iterable[str] = WORDS,
    young: float = 0.0,
    soft: float = 0.0,
    soft_level: float = -24.0,
    gain: float = 0.0,
    noise: float | None = None,
    level_sd: float = 3.0,
    lost: int | None = None,
) -> Clips:
    """Draw words, speakers, silences and noise.

    Each speaker has a pitch, N(0, 0.4) bands, a level, N(0, `level_sd`) dB, and a rate, 0.85 to
    1.2; a phone's peaks move by N(0, 0.25) bands, its length by a factor of 0.8 to 1.25, and each
    band of each frame by N(0, 1) dB. 12 to 29 frames of the place's noise come before the word, 17
    or more after it. Powers of word and noise add up; `gain` comes last.

    What is drawn does not hang on what is set: the same seed with another gain, tag, noise or share
    of young voices gives the same words by the same speakers, and the first hundred of a thousand
    clips are those of a hundred. So two settings are compared on pairs.

    Parameters
    ----------
    n : int, 0 or more
    seed : int or Generator
        A generator moves on, so that the next call draws others.
    tag : str, optional
        Key of `TAGS` that all clips get.
    shares : mapping, optional
        The share of each tag, in any unit; without it, and without `tag`, those of `TAGS`.
    words : some of WORDS
        Words to draw from, each as often.
    young, soft : float, 0 to 1
        Chance that a speaker has a young voice (2.5 bands higher), and that one speaks softly.
    soft_level : float
        What a soft speaker has above the others, dB.
    gain : float
        The microphone's, dB.
    noise : float, optional
        Level of the noise, dB, instead of the tag's; its shape stays the tag's.
    level_sd : float, 0 or more
    lost : int, 0 or more, optional
        Frames of the word's start that are not recorded, instead of the tag's.

    Returns
    -------
    Clips

    Raises
    ------
    ValueError
        For a number out of its range, an unknown tag or word, or both `tag` and `shares`.

    Examples
    --------
    >>> clips = draw_clips(3, 0, tag="office", words=["stop", "top"])
    >>> clips.power.shape, [WORDS[one] for one in clips.word]
    ((3, 80, 16), ['stop', 'stop', 'top'])
    """
    kinds, chances = _tags(tag, shares)
    chosen = _words(words)
    for name, share in {"young": young, "soft": soft}.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is a share and must be from 0 to 1; got {share}")
    for name, least in {"n": n, "level_sd": level_sd, "lost": lost or 0}.items():
        if not least >= 0:
            raise ValueError(f"{name} must be 0 or more; got {least}")
    seeds = default_rng(seed).integers(2**63, size=len(_Streams._fields))
    rng = _Streams(*map(default_rng, seeds))
    kind = np.searchsorted(np.cumsum(chances), rng.tag.random(n), side="right")
    rooms = [TAGS[kinds[i]] for i in range(len(kinds))]
    normal, uniform = rng.speaker.normal(size=(n, 2)), rng.kind.random((n, 3))
    is_young, is_soft = uniform[:, 0] < young, uniform[:, 1] < soft
    shift = 0.4 * normal[:, 0] + _YOUNG * is_young
    level = level_sd * normal[:, 1] + soft_level * is_soft
    word = chosen[rng.word.integers(len(chosen), size=n)]
    length = _lengths(word, 0.85 + 0.35 * uniform[:, 2], rng.phone)
    start = rng.silence.integers(12, 30, size=n)
    late = np.array([room.lost if lost is None else lost for room in rooms])[kind]
    end = start + length.sum(axis=1)
    first = np.where(late > 0, np.minimum(start + late, FRAMES), 0)
    loud = np.array([room.noise if noise is None else noise for room in rooms])
    hum = (loud[:, None] + [SHAPES[room.shape] for room in rooms]).astype(np.float32)
    comes = np.array([room.shape == "people" for room in rooms])[kind]
    spectra = _spectra(word, shift, level, rng.peak)
    power = np.empty((n, FRAMES, BANDS), dtype=np.float32)
    for at in range(0, n, _BLOCK):
        rows = slice(at, at + _BLOCK)
        sound = _sound(spectra[rows], start[rows], length[rows], rng.texture)
        power[rows] = _mix(sound, _noise(hum[kind[rows]], comes[rows], rng)) + np.float32(gain)
    power[np.arange(FRAMES) < first[:, None]] = FLOOR
    tags = np.array(kinds, dtype=np.str_)[kind]
    return Clips(power, word, start, end, first, tags, shift, level, is_young, is_soft)


class _Streams(NamedTuple):
    """A generator for each thing that is drawn, so that none hangs on another."""

    tag: Generator
    word: Generator
    speaker: Generator
    kind: Generator
    silence: Generator
    phone: Generator
    peak: Generator
    texture: Generator
    noise: Generator
    swell: Generator


def _tags(tag: str | None, shares: Mapping[str, float] | None) -> tuple[list[str], Floats]:
    """Return the tags to draw from, and the chance of each."""
    if tag is not None and shares is not None:
        raise ValueError(f"give tag or shares, not both; got {tag!r} and {dict(shares)}")
    if tag is not None:
        shares = {tag: 1.0}
    elif shares is None:
        shares = {name: one.share for name, one in TAGS.items()}
    for name in shares:
        if name not in TAGS:
            raise ValueError(f"tag must be one of {', '.join(TAGS)}; got {name!r}")
    each = np.array(list(shares.values()), dtype=float)
    if not (each >= 0).all() or not 0 < each.sum() < np.inf:
        raise ValueError(f"shares must be 0 or more, one of them above 0; got {dict(shares)}")
    return list(shares), each / each.sum()


def _words(words: Iterable[str]) -> Ints:
    """Return the places of the words in `WORDS`."""
    names = [words] if isinstance(words, str) else list(words)
    if not names or not set(names) <= set(WORDS):
        raise ValueError(f"words must be some of {', '.join(WORDS)}; got {names}")
    return np.array([WORDS.index(name) for name in names])


def _lengths(word: Ints, rate: Floats, rng: Generator) -> Ints:
    """Return the frames of each phone of each word, shape (n, 4); 0 behind the word's end."""
    phone = SPELLING[word]
    drawn = np.rint(_LENGTH[phone] * rate[:, None] * rng.uniform(0.8, 1.25, phone.shape))
    return np.where(phone >= 0, np.maximum(drawn, 1), 0).astype(np.int64)


def _spectra(word: Ints, shift: Floats, level: Floats, rng: Generator) -> Single:
    """Return each phone's power by band, dB, shape (n, 5, 16); the fifth is silence."""
    phone = SPELLING[word]
    peaks = _PEAKS[phone] + shift[:, None, None] + 0.25 * rng.normal(size=(*phone.shape, 2))
    away = (np.arange(BANDS) - peaks[..., None]) / _WIDTH[phone][..., None, None]
    shape = np.exp(-0.5 * away**2).max(axis=2)
    spectra = (_LEVEL[phone] + level[:, None])[..., None] + 20 * np.log10(shape + 1e-3)
    silence = np.full((len(word), 1, BANDS), FLOOR)
    return np.concatenate([spectra, silence], axis=1).astype(np.float32)


def _sound(spectra: Single, start: Ints, length: Ints, rng: Generator) -> Single:
    """Lay the phones of each word out in time: power in dB, shape (n, 80, 16)."""
    passed = np.arange(FRAMES) - start[:, None]
    phone = (passed[..., None] >= length.cumsum(axis=1)[:, None]).sum(axis=2)
    spoken = (passed >= 0) & (phone < length.shape[1])
    phone[~spoken] = length.shape[1]
    sound: Single = spectra[np.arange(len(spectra))[:, None], phone]
    sound[spoken] += rng.standard_normal((spoken.sum(), BANDS), dtype=np.float32)
    return sound


def _noise(hum: Single, comes: NDArray[np.bool_], rng: _Streams) -> Single:
    """Draw noise of the shape `hum` (n, 16), N(0, 2) dB about it; background speech swells."""
    noise = rng.noise.standard_normal((len(hum), FRAMES, BANDS), dtype=np.float32)
    noise *= np.float32(2)
    noise += hum[:, None]
    if comes.any():
        drawn = rng.swell.standard_normal((int(comes.sum()), FRAMES + _SMOOTH))
        summed = drawn.cumsum(axis=1)
        swell = (summed[:, _SMOOTH:] - summed[:, :-_SMOOTH]) / np.sqrt(_SMOOTH)
        noise[comes] += (4 * swell).astype(np.float32)[..., None]
    return noise


def _mix(one: Single, other: Single) -> Single:
    """Add two powers that are given in dB."""
    total = np.exp(one * _PER_DB) + np.exp(other * _PER_DB)
    mixed: Single = np.log(total) / _PER_DB
    return mixed
