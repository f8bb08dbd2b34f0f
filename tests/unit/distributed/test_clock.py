"""Simulated time against SciPy's distributions and arithmetic in the open."""

import numpy as np
import pytest
from scipy import stats

from mlops_lab.distributed import failures, ring_seconds, step_times, young


def test_steps_without_hiccups_are_gamma() -> None:
    times = step_times(np.random.default_rng(0), 2000, 4, hiccups=0, spread=0.3)
    law = stats.gamma(1 / 0.09, scale=0.09)
    assert stats.kstest(times.ravel(), law.cdf).pvalue > 0.01


def test_hiccups_come_on_top() -> None:
    plain, late = (
        step_times(np.random.default_rng(1), 5000, 8, hiccups=share, length=2.0)
        for share in (0.0, 0.05)
    )
    on_top = late - plain
    assert on_top.min() == 0
    assert (on_top > 0).mean() == pytest.approx(0.05, abs=0.005)
    assert on_top[on_top > 0].mean() == pytest.approx(2.0, abs=0.2)


def test_a_ring_of_four_by_hand() -> None:
    # 3 messages to add up and 3 to hand out, each a fourth of 8 MB at 1 GB/s after 1 ms
    assert ring_seconds(4, 8e6, 1e-3, 1e9) == pytest.approx(6 * (0.001 + 0.002))
    assert ring_seconds(1, 8e6, 1e-3, 1e9) == 0


@pytest.mark.parametrize("shape", [0.5, 1.0, 3.0])
def test_failures_are_weibull_of_that_mean(shape: float) -> None:
    gaps = failures(np.random.default_rng(2), 4000, 50.0, shape)
    law = stats.weibull_min(shape, scale=50 / stats.weibull_min(shape).mean())
    assert law.mean() == pytest.approx(50)
    assert stats.kstest(gaps, law.cdf).pvalue > 0.01


def test_young_is_near_the_optimum_of_the_exact_loss() -> None:
    write, mean = 5.0, 3600.0
    every = np.linspace(20, 2000, 5000)
    # expected time for an interval and its write, where failures have no memory
    useful = every / (mean * np.expm1((every + write) / mean))
    assert every[useful.argmax()] == pytest.approx(young(write, mean), rel=0.03)


def test_what_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="hiccups from 0 to 1"):
        step_times(rng, 1, 1, hiccups=2)
    with pytest.raises(ValueError, match="got 0 and 1"):
        ring_seconds(0, 1, 1, 1)
    with pytest.raises(ValueError, match="got -1 and 1"):
        failures(rng, 2, -1)
    with pytest.raises(ValueError, match="got 0 and 1"):
        young(0, 1)
