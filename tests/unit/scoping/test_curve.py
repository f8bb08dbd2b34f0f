"""Learning curves against exact laws, and the alarm against a curve that turns."""

import math

import numpy as np
import pytest

from mlops_lab.scoping import Curve, backtest, fit_curve, forecast, labels_for

SIZES = [20, 40, 80, 160, 320, 640]


def noisy(curve: Curve, repeats: int = 20, spread: float = 0.005, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, spread, (repeats, len(SIZES)))
    return np.clip(curve.error(SIZES) + noise, 0, 1)


@pytest.mark.parametrize(
    "true", [Curve(0.02, 2.0, 0.7), Curve(0.1, 3.0, 1.0), Curve(0.0, 1.5, 0.4)]
)
def test_an_exact_law_is_found(true: Curve) -> None:
    found = fit_curve(SIZES, [true.error(SIZES)] * 2)
    assert found.error(5000) == pytest.approx(true.error(5000), abs=1e-4)


def test_the_law_is_the_sum_of_floor_and_power() -> None:
    assert Curve(0.1, 2.0, 0.5).error(100) == pytest.approx(0.1 + 2 / 10)


def test_constant_errors_stay() -> None:
    assert fit_curve(SIZES, np.full((3, 6), 0.3)).error(10_000) == pytest.approx(0.3, abs=0.01)


def test_errors_of_zero_stay() -> None:
    assert fit_curve(SIZES, np.zeros((3, 6))).error(10_000) == pytest.approx(0, abs=0.01)


def test_a_noisy_size_counts_less() -> None:
    true = Curve(0.05, 2.0, 0.8)
    errors = np.tile(true.error(SIZES), (20, 1))
    errors[:, 0] = np.where(np.arange(20) % 2, 0.0, 0.9)  # its mean is far off, and loose
    assert fit_curve(SIZES, errors).error(5000) == pytest.approx(true.error(5000), abs=0.01)


@pytest.mark.parametrize(
    ("sizes", "errors", "said"),
    [
        ([1, 2, 3], np.zeros((2, 3)), "four or more"),
        ([1, 2, 2, 3], np.zeros((2, 4)), "rising"),
        ([0, 1, 2, 3], np.zeros((2, 4)), "above 0"),
        ([], np.zeros((2, 0)), "four or more"),
        ([1, 2, 3, 4], np.zeros((1, 4)), "two repeats"),
        ([1, 2, 3, 4], np.zeros(4), "two repeats"),
        ([1, 2, 3, 4], np.zeros((3, 5)), "of 4 sizes"),
        ([1, 2, 3, 4], np.full((2, 4), 12.0), "not percent"),
        ([1, 2, 3, 4], np.full((2, 4), np.nan), "missing"),
    ],
)
def test_what_cannot_be_fitted_is_refused(sizes: list[int], errors: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit_curve(sizes, errors)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    true, held = Curve(0.03, 2.0, 0.8), 0
    for seed in range(40):
        told = forecast(SIZES, noisy(true, seed=seed), 2000, pilot_rows=10**9, draws=40, seed=seed)
        held += bool(told.low <= 1 - float(true.error(2000)) <= told.high)
    assert 33 <= held <= 40


def test_a_smaller_pilot_and_a_higher_level_widen_the_interval() -> None:
    errors = noisy(Curve(0.03, 2.0, 0.8))

    def width(rows: int, level: float) -> float:
        told = forecast(SIZES, errors, 2000, pilot_rows=rows, level=level, draws=20)
        return told.high - told.low

    assert width(200, 0.95) > width(2000, 0.95) > width(2000, 0.5)


def test_the_pilot_part_is_the_binomial_spread() -> None:
    told = forecast(SIZES, [Curve(0.1, 2.0, 0.8).error(SIZES)] * 5, 10**6, pilot_rows=900, draws=20)
    assert told.high - told.low == pytest.approx(2 * 1.96 * (0.1 * 0.9 / 900) ** 0.5, rel=0.01)


def test_a_forecast_repeats_by_its_seed_and_stays_a_share() -> None:
    errors = noisy(Curve(0.0, 2.0, 1.0))
    told = [forecast(SIZES, errors, 10**6, pilot_rows=50, draws=20, seed=s) for s in (1, 1, 2)]
    assert told[0] == told[1] != told[2]
    assert 0 <= told[0].low <= told[0].accuracy <= told[0].high <= 1


@pytest.mark.parametrize("wrong", [{"size": 0}, {"pilot_rows": 0}, {"level": 1.0}, {"draws": 3}])
def test_a_forecast_refuses_settings_out_of_range(wrong: dict[str, float]) -> None:
    settings = {"size": 100, "pilot_rows": 100, **wrong}
    with pytest.raises(ValueError, match="must be at least 1"):
        forecast(SIZES, np.zeros((2, 6)), **settings)  # type: ignore[arg-type]  # mixed numbers


def test_a_backtest_is_quiet_on_a_law_and_rings_where_the_curve_turns() -> None:
    true = Curve(0.05, 2.0, 0.8)
    quiet = backtest(SIZES, [true.error(SIZES)] * 2, ratio=4)
    turned = true.error(SIZES)
    turned[-1] += 0.2
    loud = backtest(SIZES, [turned] * 2, ratio=4)
    assert (quiet.rings, loud.rings) == (False, True)
    assert loud.gap == pytest.approx(0.2, abs=0.01)
    assert (loud.fitted_up_to, loud.size) == (160, 640)


def test_a_backtest_rings_for_a_gap_either_way() -> None:
    turned = Curve(0.2, 2.0, 0.8).error(SIZES)
    turned[-1] -= 0.15
    assert backtest(SIZES, [turned] * 2, ratio=4).rings


def test_the_size_that_is_foretold_is_not_in_the_fit() -> None:
    first = Curve(0.05, 2.0, 0.8).error(SIZES)
    second = first.copy()
    second[-2:] = 0.9
    foretold = [backtest(SIZES, [e] * 2, ratio=4).foretold for e in (first, second)]
    assert foretold[0] == foretold[1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ratio": 1.0}, "ratio must be above 1"),
        ({"ratio": 2.0, "tolerance": 0.0}, "tolerance above 0"),
        ({"ratio": 30.0}, "smaller ratio"),
    ],
)
def test_a_backtest_refuses(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        backtest(SIZES, np.zeros((2, 6)), **wrong)


def test_labels_for_inverts_the_curve() -> None:
    curve = Curve(0.02, 3.0, 0.6)
    assert curve.error(labels_for(curve, 0.08)) == pytest.approx(0.08)


def test_labels_that_never_suffice() -> None:
    assert labels_for(Curve(0.02, 3.0, 0.6), 0.02) == math.inf
    assert labels_for(Curve(0.2, 0.0, 0.6), 0.1) == math.inf
    assert labels_for(Curve(0.2, 0.0, 0.6), 0.3) == 1
    assert labels_for(Curve(0.0, 50.0, 0.05), 1e-20) == math.inf
    with pytest.raises(ValueError, match="0 to 1"):
        labels_for(Curve(0.0, 1.0, 1.0), 5)
