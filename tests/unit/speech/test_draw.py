"""What is drawn: the arithmetic of powers, spectra by a slow loop, and what hangs on what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_lab import speech
from mlops_lab.speech.phones import PHONES

TAGS = st.sampled_from(list(speech.TAGS))
SEEDS = st.integers(0, 2**32)
NO_NOISE = -300.0
TRUTH = ("word", "start", "end", "shift", "level", "young", "soft")


def linear(clips: speech.Clips) -> np.ndarray:
    return 10 ** (clips.power.astype(float) / 10)


@given(seed=SEEDS, tag=TAGS, n=st.integers(0, 140))
@settings(max_examples=15, deadline=None)
def test_the_same_seed_gives_the_same_bytes_and_more_clips_begin_as_fewer(
    seed: int, tag: str, n: int
) -> None:
    clips = speech.draw_clips(n, seed, tag=tag)
    again, more = speech.draw_clips(n, seed, tag=tag), speech.draw_clips(n + 40, seed, tag=tag)
    for name, values in vars(clips).items():
        assert values.tobytes() == getattr(again, name).tobytes(), name
        assert values.tobytes() == getattr(more[:n], name).tobytes(), name


def test_a_generator_moves_on() -> None:
    rng = np.random.default_rng(0)
    one, other = speech.draw_clips(5, rng), speech.draw_clips(5, rng)
    assert not np.array_equal(one.power, other.power)
    assert np.array_equal(one.power, speech.draw_clips(5, 0).power)


@given(seed=SEEDS, tag=TAGS, gain=st.floats(-40, 40))
@settings(max_examples=15, deadline=None)
def test_gain_moves_all_that_is_recorded_and_nothing_else(seed: int, tag: str, gain: float) -> None:
    plain, loud = (speech.draw_clips(9, seed, tag=tag, gain=one) for one in (0.0, gain))
    heard = np.arange(speech.FRAMES) >= plain.first[:, None]
    assert np.allclose(loud.power[heard], plain.power[heard] + gain, atol=1e-4)
    assert (plain.power[~heard] == speech.FLOOR).all()
    assert (loud.power[~heard] == speech.FLOOR).all()
    assert all(np.array_equal(getattr(loud, name), getattr(plain, name)) for name in TRUTH)


@given(seed=SEEDS, words=st.sets(st.sampled_from(speech.WORDS), min_size=1))
@settings(max_examples=15, deadline=None)
def test_words_are_those_asked_for(seed: int, words: set[str]) -> None:
    clips = speech.draw_clips(60, seed, words=sorted(words))
    assert {speech.WORDS[one] for one in clips.word} <= words
    assert (clips.end - clips.start >= 3).all()
    assert (clips.start >= 12).all()
    assert (clips.end <= speech.FRAMES - 17).all()


def test_without_noise_a_clip_is_a_word_between_silences() -> None:
    clips = speech.draw_clips(200, 1, noise=NO_NOISE, tag="office")
    frame = np.arange(speech.FRAMES)
    spoken = (frame >= clips.start[:, None]) & (frame < clips.end[:, None])
    assert np.allclose(clips.power[~spoken], speech.FLOOR, atol=1e-4)
    assert (speech.energy(clips)[spoken] > -40).all()


def test_powers_of_word_and_noise_add_up() -> None:
    word, low, high = (
        linear(speech.draw_clips(20, 2, tag="car noise", noise=one)) for one in (NO_NOISE, -20, -10)
    )
    assert np.allclose(high - word, 10 * (low - word), rtol=1e-3, atol=1e-5)


def test_noise_has_the_shape_of_its_place() -> None:
    means = {
        tag: speech.draw_clips(400, 3, tag=tag, noise=0.0).power[:, :10].mean(axis=(0, 1))
        for tag in ("office", "car noise", "people noise")
    }
    band = np.arange(16)
    assert np.allclose(means["office"], 0, atol=0.2)
    assert np.allclose(means["car noise"], -1.5 * band, atol=0.2)
    assert np.allclose(means["people noise"], -0.15 * (band - 5) ** 2, atol=0.6)


def test_people_come_and_go_and_an_office_does_not() -> None:
    def spread(tag: str) -> float:
        frames = speech.draw_clips(600, 4, tag=tag, noise=0.0).power[:, :10].mean(axis=2)
        return float(frames.std())

    assert spread("office") == pytest.approx(2 / 16**0.5, abs=0.03)
    assert spread("people noise") == pytest.approx(np.hypot(4, 0.5), abs=0.15)


def test_a_vowel_has_the_spectrum_of_a_slow_loop() -> None:
    clips = speech.draw_clips(1500, 5, words=["arm"], tag="office", noise=NO_NOISE, level_sd=0)
    got = clips.power[np.arange(1500), clips.start].mean(axis=0)
    vowel, rng = PHONES["a"], np.random.default_rng(0)
    expected = np.zeros(16)
    for _ in range(1500):
        peaks = np.array(vowel.peaks) + rng.normal(0, 0.4) + rng.normal(0, 0.25, 2)
        for band in range(16):
            near = max(np.exp(-0.5 * ((band - peak) / vowel.width) ** 2) for peak in peaks)
            expected[band] += (vowel.level + 20 * np.log10(near + 1e-3)) / 1500
    assert np.allclose(got, expected, atol=0.7)
    assert np.allclose(got[3:9], expected[3:9], atol=0.2)  # where it is loud


def test_young_voices_are_higher_and_soft_ones_softer_and_else_as_they_were() -> None:
    plain, other = (
        speech.draw_clips(300, 6, tag="office", young=share, soft=share) for share in (0.0, 0.5)
    )
    assert np.allclose(other.shift - plain.shift, 2.5 * other.young)
    assert np.allclose(other.level - plain.level, -24.0 * other.soft)
    assert 0.4 < other.young.mean() < 0.6
    assert 0.4 < other.soft.mean() < 0.6
    same = ~other.young & ~other.soft
    assert np.array_equal(other.power[same], plain.power[same])


def test_a_late_button_loses_the_start_and_the_same_seed_gives_it_back() -> None:
    late, kept = (speech.draw_clips(50, 7, tag="clipped start", lost=one) for one in (None, 0))
    assert (late.first == late.start + 6).all()
    assert (kept.first == 0).all()
    heard = np.arange(speech.FRAMES) >= late.first[:, None]
    assert np.array_equal(late.power[heard], kept.power[heard])


def test_tags_come_in_their_shares() -> None:
    tags = speech.draw_clips(4000, 8).tag
    for tag, kind in speech.TAGS.items():
        assert abs((tags == tag).mean() - kind.share) <= 4 * (kind.share / 4000) ** 0.5, tag
    some = speech.draw_clips(400, 8, shares={"office": 3, "car noise": 1}).tag
    assert set(some) == {"office", "car noise"}
    assert 0.65 < (some == "office").mean() < 0.85


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"tag": "cafe"}, "tag must be one of clean, car noise, .*; got 'cafe'"),
        ({"shares": {"cafe": 1}}, "tag must be one of clean, .*; got 'cafe'"),
        ({"shares": {"clean": 0}}, "shares must be 0 or more, one of them above 0; got"),
        ({"shares": {"clean": -1}}, "shares must be 0 or more"),
        ({"tag": "clean", "shares": {"clean": 1}}, "give tag or shares, not both"),
        ({"words": ["stop", "go"]}, r"words must be some of all, .*; got \['stop', 'go'\]"),
        ({"words": []}, r"words must be some of .*; got \[\]"),
        ({"young": 1.5}, "young is a share and must be from 0 to 1; got 1.5"),
        ({"soft": -0.1}, "soft is a share and must be from 0 to 1; got -0.1"),
        ({"level_sd": -1}, "level_sd must be 0 or more; got -1"),
        ({"lost": -1}, "lost must be 0 or more; got -1"),
        ({"n": -1}, "n must be 0 or more; got -1"),
    ],
)
def test_a_wrong_setting_is_named(setting: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        speech.draw_clips(**{"n": 3, "seed": 0, **setting})  # type: ignore[arg-type]
