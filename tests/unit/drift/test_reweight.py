"""Weights that move a mean, and the interval of what they do."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.drift import reweighted, tilt, tilt_within

Floats = NDArray[np.float64]


def test_tilt_is_exponential_and_reaches_the_ends_of_the_range() -> None:
    rng = np.random.default_rng(0)
    for values in (rng.normal(size=500), rng.gamma(1.0, size=500), np.arange(10_000.0)):
        z = (values - values.mean()) / values.std()
        for part in (-0.99, -0.5, -0.01, 0.01, 0.5, 0.99):
            shift = part * (z.max() if part > 0 else -z.min())
            p = tilt(values, shift)
            assert p.min() >= 0
            assert p.sum() == pytest.approx(1, abs=1e-9)
            assert z @ p == pytest.approx(shift, abs=1e-6)
            some = p > 1e-200  # log(p) is a straight line in z
            slope, start = np.polyfit(z[some], np.log(p[some]), 1)
            np.testing.assert_allclose(np.log(p[some]), slope * z[some] + start, atol=1e-5)
    np.testing.assert_allclose(tilt(np.arange(5.0), 0.0), np.full(5, 0.2), atol=1e-12)


def test_tilt_says_no_to_a_mean_that_cannot_be() -> None:
    with pytest.raises(ValueError, match=r"-1\.41 to 1\.41 standard deviations; got 1\.5"):
        tilt(np.arange(5.0), 1.5)
    for constant in (0.0, 0.1, 7.7, -1e9):
        with pytest.raises(ValueError, match="constant"):
            tilt(np.full(333, constant), 0.1)


@pytest.mark.parametrize("shift", [-9.0, -0.5, 0.2, 9.0])
def test_tilt_within_goes_as_far_as_the_values_reach(shift: float) -> None:
    values = np.random.default_rng(1).gamma(1.0, size=500)
    z = (values - values.mean()) / values.std()
    expected = np.clip(shift, 0.9 * z.min(), 0.9 * z.max())
    assert z @ tilt_within(values, shift) == pytest.approx(expected, abs=1e-6)


def test_tilt_within_refuses_a_constant() -> None:
    with pytest.raises(ValueError, match="constant"):
        tilt_within(np.full(9, 2.0), 0.5)


def test_the_interval_of_reweighted_covers_what_other_rows_give() -> None:
    rng = np.random.default_rng(2)
    changes = []
    for _ in range(400):  # the truth: weight 2 where z is high, so the mean rises by 0.1
        z = rng.random(600) < 0.5
        outcome = (rng.random(600) < np.where(z, 0.5, 0.1)).astype(float)
        raw = np.where(z, 3.0, 1.0)
        changes.append(reweighted(outcome, raw / raw.sum()))
    covered = np.mean([one.low <= 0.1 <= one.high for one in changes])
    assert 0.9 < covered < 0.99


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.full(3, 1 / 3), "one weight for each outcome"),
        (np.full(4, 1 / 3), "add up to 1; got 1.333"),
        (np.array([-0.5, 0.5, 0.5, 0.5]), "0 or more"),
    ],
)
def test_reweighted_refuses_weights_that_are_none(weights: Floats, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reweighted(np.zeros(4), weights)
