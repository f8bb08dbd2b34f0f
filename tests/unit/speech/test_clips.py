"""Clips as arrays: taking some, putting them together, and the power of a frame."""

import dataclasses

import numpy as np
import pytest
from scipy.special import logsumexp

from mlops_lab import speech

CLIPS = speech.draw_clips(6, 0)


def test_some_clips_keep_their_truth() -> None:
    for rows in (CLIPS.start > 20, [4, 0], slice(1, 3), np.array([2])):
        some = CLIPS[rows]
        assert len(some) == len(CLIPS.start[rows])
        for name, values in vars(some).items():
            assert (values == getattr(CLIPS, name)[rows]).all(), name


def test_parts_put_together_are_the_whole() -> None:
    whole = speech.concatenate([CLIPS[:2], CLIPS[2:2], CLIPS[2:]])
    assert all((values == getattr(CLIPS, name)).all() for name, values in vars(whole).items())
    with pytest.raises(ValueError, match="parts must hold one or more Clips; got none"):
        speech.concatenate([])


def test_energy_is_the_sum_over_the_bands() -> None:
    slow = [[dB(frame) for frame in one] for one in CLIPS.power]
    assert np.allclose(speech.energy(CLIPS), slow, atol=1e-4)
    alike = dataclasses.replace(CLIPS, power=np.full_like(CLIPS.power, -20))
    assert np.allclose(speech.energy(alike), -20 + 10 * np.log10(16))  # 12 dB above one band


def dB(powers: np.ndarray) -> float:  # noqa: N802  # the unit's name
    return float(logsumexp(powers * np.log(10) / 10) * 10 / np.log(10))


def test_a_fault_in_the_arrays_is_named() -> None:
    with pytest.raises(ValueError, match=r"the shape \(n, 80, 16\); got \(6, 79, 16\)"):
        dataclasses.replace(CLIPS, power=CLIPS.power[:, :79])
    with pytest.raises(ValueError, match="word must have 6 rows, as power; got 5"):
        dataclasses.replace(CLIPS, word=CLIPS.word[:5])
