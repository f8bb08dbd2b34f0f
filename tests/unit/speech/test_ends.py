"""The ends of what is sent, against a slow loop over one clip after the other."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_lab import speech

CLIPS = speech.concatenate(
    [speech.draw_clips(15, seed, tag=tag) for seed, tag in enumerate(speech.TAGS)]
)


def slow(power: np.ndarray, first: int, threshold: float, hang: int, lead: int) -> tuple[int, int]:
    loud = []
    for frame in range(80):
        total = sum(10 ** (float(band) / 10) for band in power[frame])
        if 10 * np.log10(total) > threshold:
            loud.append(frame)
    if len(loud) < 3:
        return 0, 0
    return max(first, loud[0] - lead), min(80, loud[-1] + 1 + hang)


@given(threshold=st.floats(-50, 15), hang=st.integers(0, 30), lead=st.integers(0, 30))
@settings(max_examples=8, deadline=None)
def test_vad_does_what_the_loop_does(threshold: float, hang: int, lead: int) -> None:
    start, end, sent = speech.vad(CLIPS, threshold, hang, lead)
    for row in range(len(CLIPS)):
        power, first = CLIPS.power[row], int(CLIPS.first[row])
        assert (start[row], end[row]) == slow(power, first, threshold, hang, lead)
        assert sent[row] == (end[row] > 0)


def test_vad_sends_nothing_of_what_is_soft_and_all_of_what_is_loud() -> None:
    soft = dataclasses.replace(CLIPS, power=CLIPS.power - 80)
    assert not speech.vad(soft).sent.any()
    assert not speech.vad(soft).end.any()
    loud = speech.vad(CLIPS, -np.inf)
    assert (loud.start == CLIPS.first).all()
    assert (loud.end == 80).all()


def test_hand_cut_is_at_the_true_ends_and_gives_nothing_back_that_was_lost() -> None:
    tight = speech.hand_cut(CLIPS, 0, 0)
    whole = CLIPS.first == 0
    assert (tight.start[whole] == CLIPS.start[whole]).all()
    assert (tight.end[whole] == CLIPS.end[whole]).all()
    wide = speech.hand_cut(CLIPS, np.full(len(CLIPS), 100), 100)
    assert (wide.start == CLIPS.first).all()
    assert (wide.end == 80).all()
    lost = speech.draw_clips(5, 0, lost=30)
    assert not speech.hand_cut(lost, 3, 0).sent.any()


def test_frames_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="hang and lead must be 0 or more frames; got -1 and 3"):
        speech.vad(CLIPS, hang=-1)
    with pytest.raises(ValueError, match="threshold must be a number of dB; got nan"):
        speech.vad(CLIPS, float("nan"))
    with pytest.raises(ValueError, match="before must be 0 or more frames; got -2"):
        speech.hand_cut(CLIPS, before=-2)
    with pytest.raises(ValueError, match="after must be 0 or more frames; got -1"):
        speech.hand_cut(CLIPS, 0, np.where(np.arange(len(CLIPS)) == 3, -1, 0))
