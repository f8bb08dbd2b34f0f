"""Detectors: delays and false alarms on streams whose drift is known, and their interface."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from mlops_lab.drift import (
    ERROR_DETECTORS,
    ErrorRate,
    InputMonitor,
    Score,
    alarms,
    calibrate,
    error_detector,
    ks,
    score,
    summary,
)

Floats = NDArray[np.float64]
STREAMS = 30
MEASURED = {  # median delay, false alarms in a thousand rows, of an independent run of river
    "adwin": (183, 0.0),
    "page-hinkley": (232, 0.007),
    "ddm": (651, 0.1),
    "eddm": (164, 2.5),
    "hddm-a": (151, 0.03),
    "hddm-w": (64, 0.04),
}
BY_NAME = pytest.mark.parametrize("name", ERROR_DETECTORS)


def errors(seed: int, rows: int, start: int, old: float = 0.2, new: float = 0.4) -> list[float]:
    """Draw errors, 0 or 1, whose rate goes from `old` to `new` at row `start`."""
    rate = np.where(np.arange(rows) < start, old, new)
    drawn: Floats = (np.random.default_rng(seed).random(rows) < rate).astype(float)
    return [float(value) for value in drawn]


Table = dict[str, dict[str, float]]


def table(rows: int, start: int) -> Table:
    """Score every error detector on thirty streams."""

    def tried(name: str, seed: int) -> Score:
        found = alarms(error_detector(name), errors(seed, rows, start))
        return score(found, start=start, rows=rows)

    scores = {name: [tried(name, seed) for seed in range(STREAMS)] for name in ERROR_DETECTORS}
    return {name: {str(k): v for k, v in summary(some).items()} for name, some in scores.items()}


@pytest.fixture(scope="module")
def long() -> Table:
    return table(10_000, 5000)


@pytest.fixture(scope="module")
def short() -> Table:
    return table(4000, 2000)


@BY_NAME
def test_a_doubled_error_rate_is_found(name: str, long: Table, short: Table) -> None:
    for found in (long[name], short[name]):
        assert found["missed"] <= 6, found
        assert found["delay"] < 1000, found


@pytest.mark.parametrize("name", MEASURED)
def test_the_delay_is_of_the_order_measured_elsewhere(name: str, long: Table) -> None:
    delay = MEASURED[name][0]
    assert delay / 5 < long[name]["delay"] < delay * 5


@BY_NAME
def test_false_alarms_are_of_the_order_measured_elsewhere(
    name: str, long: Table, short: Table
) -> None:
    low, high = {"eddm": (1, 12.5), "ddm": (0, 1)}.get(name, (0, 0.1))
    for found in (long[name]["false_alarms"], short[name]["false_alarms"]):
        assert low <= found < high


def test_the_fast_one_rings_for_nothing(long: Table) -> None:
    assert max(long, key=lambda name: long[name]["false_alarms"]) == "eddm"
    assert long["eddm"]["delay"] < long["ddm"]["delay"]


@pytest.mark.parametrize("name", [name for name in ERROR_DETECTORS if name != "eddm"])
def test_a_falling_error_rate_is_no_alarm(name: str) -> None:
    late = [
        position
        for seed in range(10)
        for position in alarms(error_detector(name), errors(seed, 6000, 3000, old=0.4, new=0.2))
        if position >= 3000
    ]
    assert late == []


@BY_NAME
def test_a_detector_goes_on_after_an_alarm(name: str) -> None:
    first, second = 0, 0
    for seed in range(10):  # two steps up
        stream = errors(seed, 6000, 3000, 0.1, 0.35) + errors(seed + 50, 3000, 0, new=0.8)
        positions = alarms(error_detector(name), stream)
        first += any(3000 <= position < 6000 for position in positions)
        second += any(position >= 6000 for position in positions)
    assert min(first, second) >= 8


@BY_NAME
def test_detectors_share_nothing_and_repeat(name: str) -> None:
    stream = errors(0, 6000, 3000)
    first, second = error_detector(name), error_detector(name)
    assert first is not second
    both = [(first.update(value), second.update(value)) for value in stream]
    assert all(a == b for a, b in both)
    assert {type(a) for a, _ in both} == {bool}
    assert [i for i, (a, _) in enumerate(both) if a] == alarms(error_detector(name), stream)


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
def test_error_rate_keeps_its_level(rate: float) -> None:
    """One test a stream, so that the tests are independent and their count is binomial."""
    level, window, streams = 0.02, 100, 1500
    rng = np.random.default_rng(int(100 * rate))
    found = sum(
        bool(alarms(ErrorRate(window, level), rng.random(2 * window) < rate))
        for _ in range(streams)
    )
    assert found <= stats.binom.ppf(0.9999, streams, level)
    assert found >= stats.binom.ppf(0.0001, streams, level / 3)  # counts are whole, so below level


@pytest.mark.parametrize("before", [0, 1, 4, 15, 30])
def test_error_rate_rings_above_its_quantile_and_not_at_it(before: int) -> None:
    """The law of the next window's errors, from gamma functions (Jeffreys' prior)."""
    window, level = 30, 0.02

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    a, b = before + 0.5, window - before + 0.5
    law = [
        math.comb(window, k) * math.exp(log_beta(k + a, window - k + b) - log_beta(a, b))
        for k in range(window + 1)
    ]
    most = next(k for k in range(window + 1) if sum(law[: k + 1]) >= 1 - level)
    for errors_now in range(window + 1):
        stream = [1.0] * before + [0.0] * (window - before) + [1.0] * errors_now
        stream += [0.0] * (2 * window - len(stream))
        assert bool(alarms(ErrorRate(window, level), stream)) == (errors_now > most)


def test_error_rate_tests_full_windows_and_starts_afresh() -> None:
    calm, bad = [0.0] * 20, [1.0] * 20
    assert alarms(ErrorRate(window=20), calm * 3 + bad) == [79]
    assert alarms(ErrorRate(window=20), calm + bad[:-1]) == []
    assert alarms(ErrorRate(window=20), calm + bad + bad + bad) == [39]  # bad is the new reference
    assert alarms(ErrorRate(window=20), calm + bad + calm + bad) == [39, 79]
    assert alarms(ErrorRate(window=20), bad + calm) == []
    assert alarms(ErrorRate(window=20), []) == []


@pytest.mark.parametrize(("window", "level"), [(1, 0.1), (0, 0.1), (20, 0.0), (20, 1.0)])
def test_error_rate_names_bad_settings(window: int, level: float) -> None:
    with pytest.raises(ValueError, match=f"got {window}, {level}"):
        ErrorRate(window, level)


def test_error_rate_wants_a_number_for_its_level() -> None:
    with pytest.raises(ValueError, match="nan"):
        ErrorRate(20, math.nan)


def test_the_monitor_measures_once_a_window() -> None:
    calls: list[tuple[Floats, Floats]] = []

    def distance(reference: Floats, current: Floats) -> float:
        calls.append((reference, current))
        return float(current.mean())

    reference, stream = np.zeros((7, 2)), np.arange(46.0).reshape(23, 2)
    monitor = InputMonitor(distance, reference, window=5, threshold=24.5)
    # Means of the windows: 4.5, 14.5, 24.5, 34.5; a distance at the threshold is no alarm.
    assert alarms(monitor, stream) == [19]
    assert len(calls) == 4
    for number, (given, current) in enumerate(calls):
        assert given is reference
        np.testing.assert_array_equal(current, stream[5 * number : 5 * number + 5])


@pytest.mark.parametrize("window", [1, 0, -3])
def test_the_monitor_wants_a_window(window: int) -> None:
    with pytest.raises(ValueError, match=f"got {window}"):
        InputMonitor(ks, np.zeros((5, 1)), window=window, threshold=1)


def test_calibrate_draws_disjoint_windows_and_takes_the_quantile() -> None:
    reference = np.arange(50.0)[:, None]
    given: list[float] = []

    def distance(rest: Floats, window: Floats) -> float:
        assert len(window) == 10
        assert sorted([*rest[:, 0], *window[:, 0]]) == reference[:, 0].tolist()
        given.append(float(window.mean()))
        return given[-1]

    limit = calibrate(distance, reference, window=10, false_alarms=10, draws=100, seed=3)
    assert len(given) == 100
    assert len(set(given)) > 50
    assert sum(value > limit for value in given) == 10  # a tenth of the windows
    again = calibrate(distance, reference, window=10, false_alarms=10, draws=100, seed=3)
    assert again == limit
    generator = np.random.default_rng(3)
    assert limit == calibrate(
        distance, reference, window=10, false_alarms=10, draws=100, seed=generator
    )


def test_a_budget_below_resolution_is_refused() -> None:
    reference = np.random.default_rng(0).normal(size=(500, 1))
    with pytest.raises(ValueError, match=r"0\.5 to 10 a thousand rows .*got 0\.4\..* More draws"):
        calibrate(ks, reference, window=100, false_alarms=0.4, draws=100)
    assert calibrate(ks, reference, window=100, false_alarms=0.4, draws=125) > 0
    for budget in (0.0, -1.0, 10.0, math.nan):
        with pytest.raises(ValueError, match=f"got {budget}"):
            calibrate(ks, reference, window=100, false_alarms=budget, draws=100)


def test_calibrate_names_bad_settings() -> None:
    reference = np.zeros((100, 1))
    with pytest.raises(ValueError, match="200 rows or more, twice the window; got 100"):
        calibrate(ks, reference, window=100)
    for window, draws in ((1, 400), (0, 400), (10, 0)):
        with pytest.raises(ValueError, match=f"got {window}, {draws}"):
            calibrate(ks, reference, window=window, draws=draws)
