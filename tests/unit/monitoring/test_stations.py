"""Metrics of the stations, each by arithmetic in the open on a few clips."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_lab import monitoring, speech

NAMES = [one.name for one in monitoring.METRICS]
CLIPS = speech.draw_clips(300, 0, tag="office", level_sd=4.0)
CUT = speech.vad(CLIPS)
X = speech.features(CLIPS, CUT.start, CUT.end)
MODEL = LogisticRegression(C=0.1, tol=1e-2, max_iter=300).fit(X[CUT.sent], CLIPS.word[CUT.sent])
HEARD = speech.recognize(MODEL, X)


def metrics(
    clips: speech.Clips = CLIPS, cut: speech.Cut = CUT, heard: speech.Heard = HEARD
) -> dict[str, float]:
    counts = monitoring.measure(clips, cut, heard, np.random.default_rng(0))
    return dict(zip(NAMES, monitoring.windows(*counts, len(clips))[0].tolist(), strict=True))


def test_each_metric_is_the_mean_over_its_calls() -> None:
    found = metrics()
    loud = speech.energy(CLIPS) + 60
    room = np.quantile(loud, 0.1, axis=1)
    assert found["level"] == pytest.approx(np.mean([one.max() for one in loud]))
    assert found["noise floor"] == pytest.approx(room.mean())
    power = 10 ** (CLIPS.power.astype(float) / 10)
    centre = [(one.sum(axis=0) * np.arange(16)).sum() / one.sum() for one in power]
    assert found["pitch"] == pytest.approx(np.mean(centre), rel=1e-4)
    assert found["sent"] == 1
    length = CUT.end - CUT.start
    assert found["length"] == pytest.approx(length.mean())
    assert found["frames kept"] == pytest.approx(length.mean() / 80)
    first = [max(0.0, one[at] - low) for one, at, low in zip(loud, CUT.start, room, strict=True)]
    assert found["first frame"] == pytest.approx(np.mean(first))
    assert found["confidence"] == pytest.approx(HEARD.chance.mean())
    assert found["null"] == pytest.approx((HEARD.word < 0).mean())


def test_a_softer_microphone_moves_level_and_floor_alike() -> None:
    soft = metrics(replace(CLIPS, power=CLIPS.power - 10))
    usual = metrics()
    assert soft["level"] - usual["level"] == pytest.approx(-10, abs=0.01)
    assert soft["noise floor"] - usual["noise floor"] == pytest.approx(-10, abs=0.01)
    assert soft["pitch"] == pytest.approx(usual["pitch"], abs=0.001)


def test_what_is_not_sent_counts_for_the_share_alone() -> None:
    sent = CUT.sent.copy()
    sent[100:] = False
    cut = speech.Cut(np.where(sent, CUT.start, 0), np.where(sent, CUT.end, 0), sent)
    heard = speech.Heard(np.where(sent, HEARD.word, -1), np.where(sent, HEARD.chance, 0))
    found = metrics(cut=cut, heard=heard)
    assert found["sent"] == pytest.approx(1 / 3)
    assert found["confidence"] == pytest.approx(HEARD.chance[:100].mean())
    assert found["null"] == pytest.approx((HEARD.word[:100] < 0).mean())


def test_users_repeat_and_type_as_often_as_told() -> None:
    clips = speech.draw_clips(20_000 // 50, 0, tag="office")
    cut = speech.vad(clips)
    for right, repeats, types in ((True, 0.03, 0.01), (False, 0.8, 0.25)):
        word = clips.word if right else (clips.word + 1) % 16
        heard = speech.Heard(word, np.ones(len(clips)))
        rng = np.random.default_rng(0)
        rows = [monitoring.measure(clips, cut, heard, rng, 0.8)[0] for _ in range(20)]
        mean = np.concatenate(rows).mean(axis=0)
        assert mean[NAMES.index("repeats")] == pytest.approx(repeats, abs=0.015)
        assert mean[NAMES.index("types")] == pytest.approx(types, abs=0.015)


def test_windows_leave_the_rest_out_and_need_one() -> None:
    top, bottom = np.arange(7.0)[:, None], np.ones((7, 1))
    assert monitoring.windows(top, bottom, 3).tolist() == [[1.0], [4.0]]
    with pytest.raises(ValueError, match="a window has 8 clips; got 7"):
        monitoring.windows(top, bottom, 8)


def test_metrics_stand_in_flow_order_with_names_of_their_own() -> None:
    places = [monitoring.FLOW.index(one.station) for one in monitoring.METRICS]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2, 3}
    assert len(set(NAMES)) == len({one.alert for one in monitoring.METRICS}) == len(NAMES)
    assert monitoring.METRICS[5].alert == "VadFirstFrame"
