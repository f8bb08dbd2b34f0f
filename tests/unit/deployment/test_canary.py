"""Canaries: against Wald's formulas, the binomial law and the test of `serving`."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from mlops_lab.deployment import canary_trials, dashboard_stops, end_stops, sprt_stops
from mlops_lab.serving import simulate_release, sprt

RAMP: dict[str, Any] = {"shares": [0.01, 0.05, 0.25], "stage": 2000, "old": 0.05}


def test_bad_answers_until_the_stop_are_those_of_walds_equation() -> None:
    share, old, new = 0.1, 0.05, 0.1
    found = canary_trials(300, share=share, old=old, new=new, seed=4, most=40_000)
    worse = 2 * share / (2 * share + 1 - share)
    up, down = np.log(worse / share), np.log((1 - worse) / (1 - share))
    drift = worse * up + (1 - worse) * down  # of the evidence, a bad answer
    rate = share * new + (1 - share) * old
    least = np.log(20) / drift / rate  # the level is passed by less than one step
    most = (np.log(20) + up) / drift / rate
    assert 0.9 * least < found.requests.mean() < 1.1 * most
    assert found.canary.mean() == pytest.approx(share * found.requests.mean(), rel=0.1)


def test_a_harmless_canary_is_rarely_stopped_and_counts_all_it_got() -> None:
    found = canary_trials(200, share=0.2, old=0.05, new=0.05, seed=5, most=4000)
    assert np.mean(found.requests < 4000) <= 0.08
    running = found.canary[found.requests == 4000]
    assert running.mean() == pytest.approx(800, rel=0.02)


@pytest.mark.parametrize("told", [None, 0.2])
def test_trials_are_those_of_a_stream_drawn_request_by_request(told: float | None) -> None:
    law: dict[str, Any] = {"share": 0.3, "old": 0.2, "new": 0.3}
    found = canary_trials(4000, ratio=1.5, told=told, most=400, seed=11, **law)
    plain = []
    for number in range(1200):
        release = simulate_release(400, seed=number, **law)
        share = 0.3 if told is None else told
        end = sprt(release.canary, release.bad, share=share, ratio=1.5, miss=0.0).after
        plain.append((end, release.canary[:end].sum()))
    requests, canary = np.transpose(plain)
    assert np.mean(found.requests < 400) == pytest.approx(np.mean(requests < 400), abs=0.05)
    assert found.requests.mean() == pytest.approx(requests.mean(), rel=0.05)
    assert found.canary.mean() == pytest.approx(canary.mean(), rel=0.05)
    assert found.canary.std() == pytest.approx(canary.std(), rel=0.1)


def test_a_test_that_is_told_too_small_a_share_stops_harmless_canaries() -> None:
    law: dict[str, Any] = {"share": 0.062, "old": 0.05, "new": 0.05, "most": 20_000, "seed": 12}
    assert np.mean(canary_trials(2000, **law).requests < 20_000) <= 0.06
    assert np.mean(canary_trials(2000, told=0.05, **law).requests < 20_000) > 0.15


def test_the_look_at_the_end_keeps_its_level_and_is_the_binomial_test() -> None:
    assert end_stops(20_000, new=0.05, seed=13, **RAMP).mean() == pytest.approx(0.05, abs=0.01)
    share, stage, old, new = 0.25, 2000, 0.05, 0.065
    found = end_stops(20_000, shares=[share], stage=stage, old=old, new=new, seed=14).mean()
    rate = share * new + (1 - share) * old
    bad = np.arange(stage + 1)
    limit = share * bad + 1.6449 * np.sqrt(share * (1 - share) * bad)
    above = stats.binom.sf(np.floor(limit), bad, share * new / rate)
    assert found == pytest.approx(np.sum(stats.binom.pmf(bad, stage, rate) * above), abs=0.015)


def test_one_stage_of_the_dashboard_is_the_binomial_law() -> None:
    share, stage, times = 0.05, 400, 1.5
    found = dashboard_stops(
        20_000, shares=[share], stage=stage, old=0.1, new=0.1, times=times, seed=6
    ).mean()
    canary = np.arange(stage + 1)
    weight = stats.binom.pmf(canary, stage, share)
    exact = 0.0
    for n in canary[weight > 1e-9]:
        others = np.arange(stage - n + 1)
        limit = times * others / (stage - n) * n
        above = stats.binom.sf(np.floor(limit + 1e-9), n, 0.1)
        exact += weight[n] * np.sum(stats.binom.pmf(others, stage - n, 0.1) * above)
    assert found == pytest.approx(exact, abs=0.012)


def test_the_test_keeps_its_level_over_stages_and_has_power() -> None:
    assert sprt_stops(400, new=0.05, seed=7, **RAMP).mean() <= 0.08
    assert sprt_stops(200, new=0.1, seed=8, **RAMP).mean() >= 0.85
    assert dashboard_stops(400, new=0.05, times=1.5, seed=9, **RAMP).mean() > 0.25


def test_one_stage_of_the_ramp_stops_as_many_as_a_trial_of_that_length() -> None:
    found = canary_trials(4000, share=0.3, old=0.05, new=0.1, seed=10, most=1500)
    stopped = sprt_stops(800, shares=[0.3], stage=1500, old=0.05, new=0.1, seed=10)
    assert stopped.mean() == pytest.approx(np.mean(found.requests < 1500), abs=0.05)


def test_errors_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="draws and most must be from 1; got 0 and"):
        canary_trials(0, share=0.1, old=0.1, new=0.1, seed=0)
    with pytest.raises(ValueError, match="told must lie between 0 and 1; got 1"):
        canary_trials(1, share=0.1, told=1, old=0.1, new=0.1, seed=0)
    with pytest.raises(ValueError, match="old must lie between 0 and 1; got 0"):
        canary_trials(1, share=0.1, old=0, new=0.1, seed=0)
    with pytest.raises(ValueError, match=r"one a stage; got \[\]"):
        dashboard_stops(1, shares=[], stage=1, old=0.1, new=0.1, times=2, seed=0)
    with pytest.raises(ValueError, match="times must be above 0; got 0"):
        dashboard_stops(1, new=0.1, times=0, seed=0, **RAMP)
    with pytest.raises(ValueError, match="got 1 and 0"):
        sprt_stops(1, shares=[0.1], stage=0, old=0.1, new=0.1, seed=0)
    with pytest.raises(ValueError, match="ratio must be above 1"):
        sprt_stops(1, new=0.1, ratio=1, seed=0, **RAMP)
