"""Features against scipy's resampling, the null answer, and what the simulator is known to show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import zoom
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from mlops_lab import speech

CLIPS = speech.draw_clips(30, 0, tag="office")


@given(start=st.integers(0, 79), frames=st.integers(1, 80), normalize=st.booleans())
@settings(max_examples=25, deadline=None)
def test_features_are_those_of_scipy(start: int, frames: int, normalize: bool) -> None:
    end = min(80, start + frames)
    ends = np.full(2, start), np.full(2, end)
    got = speech.features(CLIPS[:2], *ends, normalize=normalize)
    for row in range(2):
        part = np.maximum(CLIPS.power[row, start:end].astype(float), speech.FLOOR)
        part = np.repeat(part, 2, axis=0) if end - start == 1 else part
        made = zoom(part, (12 / len(part), 1), order=1, mode="nearest")
        expected = made - np.quantile(made, 0.9) if normalize else made
        assert np.allclose(got[row], expected.ravel() / 20, atol=1e-5)


def test_features_do_not_know_the_volume_once_they_are_normalized() -> None:
    loud, soft = (speech.draw_clips(20, 1, noise=-35, gain=one) for one in (10.0, 0.0))
    cut = speech.hand_cut(loud)
    same = [speech.features(one, cut.start, cut.end) for one in (loud, soft)]
    assert np.allclose(same[0], same[1], atol=1e-5)
    raw = [speech.features(one, cut.start, cut.end, normalize=False) for one in (loud, soft)]
    assert np.allclose(raw[0] - raw[1], 0.5, atol=1e-5)  # 10 dB in units of 20


def test_what_was_not_sent_has_no_features_and_is_null() -> None:
    start, end = np.where(np.arange(30) == 4, 0, CLIPS.start), CLIPS.end * (np.arange(30) != 4)
    x = speech.features(CLIPS, start, end)
    assert np.flatnonzero(np.isnan(x).any(axis=1)).tolist() == [4]
    assert np.isnan(x[4]).all()
    heard = speech.recognize(Sure(), x)
    assert heard.word.tolist() == [3] * 4 + [-1] + [3] * 25
    assert heard.chance[4] == 0
    assert (speech.recognize(Sure(), x[4:5]).word == -1).all()


class Sure:
    """A model that gives word 3 a chance of 0.6."""

    classes_ = np.array([3, 7])

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.full((len(X), 2), [0.6, 0.4])


def test_below_the_chance_the_answer_is_null() -> None:
    x = np.zeros((2, 192))
    assert speech.recognize(Sure(), x, chance=0.6).word.tolist() == [3, 3]
    assert speech.recognize(Sure(), x, chance=0.61).word.tolist() == [-1, -1]
    with pytest.raises(ValueError, match=r"chance must be from 0 to 1; got 1\.5"):
        speech.recognize(Sure(), x, chance=1.5)


def test_ends_that_cannot_be_are_refused() -> None:
    start, end = CLIPS.start.copy(), CLIPS.end.copy()
    with pytest.raises(ValueError, match=r"start must have the shape \(30,\); got \(29,\)"):
        speech.features(CLIPS, start[1:], end)
    end[2] = 81
    with pytest.raises(ValueError, match=f"<= 80; clip 2 has {start[2]} and 81"):
        speech.features(CLIPS, start, end)


def fit(clips: speech.Clips, cut: speech.Cut) -> LinearDiscriminantAnalysis:
    x = speech.features(clips, cut.start, cut.end)
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.2)
    return model.fit(x[cut.sent], clips.word[cut.sent])


def right(model: LinearDiscriminantAnalysis, clips: speech.Clips, cut: speech.Cut) -> float:
    heard = speech.recognize(model, speech.features(clips, cut.start, cut.end), chance=0)
    return float((heard.word == clips.word).mean())


def test_a_convention_of_cutting_is_learned_with_the_words() -> None:
    train, test = (speech.draw_clips(700, seed, tag="office") for seed in (0, 1))
    by_hand, behind_vad = fit(train, speech.hand_cut(train, 0, 0)), fit(train, speech.vad(train))
    assert right(by_hand, test, speech.hand_cut(test, 0, 0)) > 0.98
    assert right(by_hand, test, speech.vad(test)) < 0.6
    assert right(behind_vad, test, speech.vad(test)) > 0.98
    young = speech.draw_clips(400, 2, tag="office", young=1)
    assert right(behind_vad, young, speech.vad(young)) < 0.6


def test_a_late_button_takes_the_sound_that_tells_twins_apart() -> None:
    train = speech.draw_clips(700, 3)
    model = fit(train, speech.hand_cut(train))
    late, kept = (speech.draw_clips(600, 4, tag="clipped start", lost=one) for one in (None, 0))
    assert right(model, late, speech.hand_cut(late)) < 0.65
    assert right(model, kept, speech.hand_cut(kept)) > 0.93
