"""Weights for what was seen by lot: against the whole truth, which a simulation knows."""

import numpy as np
import pytest

from mlops_lab.deployment import lot_rate


def test_all_seen_is_the_plain_rate() -> None:
    outcome = np.array([1.0, 0, 1, 1])
    chosen = np.array([True, True, True, False])
    assert lot_rate(outcome, chosen, np.ones(4)) == pytest.approx(2 / 3)


def test_the_mean_over_lotteries_is_the_truth_and_the_seen_rate_is_not() -> None:
    rng = np.random.default_rng(3)
    risk = rng.random(4000)
    outcome = (rng.random(4000) < risk).astype(float)
    passed, chosen = risk < 0.8, rng.random(4000) < 0.9
    chance = np.where(passed, 1.0, 0.2)
    found = [
        lot_rate(np.where(rng.random(4000) < chance, outcome, np.nan), chosen, chance)
        for _ in range(300)
    ]
    truth = outcome[chosen].mean()
    assert np.mean(found) == pytest.approx(truth, abs=0.003)
    assert outcome[chosen & passed].mean() < truth - 0.05


def test_nothing_seen_is_not_a_number() -> None:
    assert np.isnan(lot_rate([np.nan, 1.0], np.array([True, False]), [0.5, 1.0]))


def test_errors_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="three rows of one length"):
        lot_rate([1.0], np.array([True, False]), [1.0])
    with pytest.raises(ValueError, match="chosen of booleans"):
        lot_rate([1.0], np.array([1]), [1.0])
    with pytest.raises(ValueError, match="above 0, at most 1; got 0 to 0"):
        lot_rate([1.0], np.array([True]), [0.0])
    with pytest.raises(ValueError, match="NaN where it was not seen"):
        lot_rate([2.0], np.array([True]), [1.0])
