"""Speech: a simulator of spoken command words, with the truth beside every clip.

A clip is its power in dB, 80 frames of 20 ms by 16 bands of pitch. Words are sums of phones; a
speaker moves them up or down in pitch, in loudness and in rate; a room adds noise; a **voice
activity detector** (VAD) cuts out what is sent; features of fixed length go to any classifier of
scikit-learn. As all of it is simulated, it is known what was said, when, by whom, in what noise.

What it is not: there is no real speech in it. Words are isolated, sixteen of them, each with one
pronunciation; "people in the background" are a law of noise; phones do not flow into each other.
It shows what parts of a pipeline do to each other, never how good a recognizer is.
"""

from mlops_lab.speech.clips import BANDS, FLOOR, FRAMES, SECONDS, Clips, concatenate, energy
from mlops_lab.speech.draw import draw_clips
from mlops_lab.speech.ends import Cut, hand_cut, vad
from mlops_lab.speech.phones import TWINS, WORDS
from mlops_lab.speech.recognizer import Heard, features, recognize
from mlops_lab.speech.rooms import TAGS, Tag

__all__ = [
    "BANDS",
    "FLOOR",
    "FRAMES",
    "SECONDS",
    "TAGS",
    "TWINS",
    "WORDS",
    "Clips",
    "Cut",
    "Heard",
    "Tag",
    "concatenate",
    "draw_clips",
    "energy",
    "features",
    "hand_cut",
    "recognize",
    "vad",
]
