"""Late events: the law of arrivals, and the watermark against a walk through the events."""

import numpy as np
import pytest

from mlops_lab import pipelines


@pytest.mark.parametrize("lag", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("window", [0.5, 1.0])
def test_windows_close_as_in_a_walk(lag: float, window: float) -> None:
    day = pipelines.arrivals(400, late_share=0.3, seed=3)
    mixed = np.random.default_rng(1).permutation(400)
    event, arrival = day.event[mixed], day.arrival[mixed]
    newest, expected = float("-inf"), {}
    for i in np.argsort(arrival, kind="stable"):
        expected[i] = newest - lag < (event[i] // window + 1) * window
        newest = max(newest, event[i])
    found = pipelines.in_time(event, arrival, lag=lag, window=window)
    assert found.tolist() == [expected[i] for i in range(400)]
    assert lag > 1 or not found.all()


def test_an_event_at_the_border_belongs_to_the_next_window() -> None:
    assert pipelines.in_time([1.0, 2.0, 1.0], [1.0, 2.0, 3.0]).tolist() == [True, True, False]
    assert pipelines.in_time([], []).tolist() == []


def test_late_orders_are_as_many_and_as_large_as_asked() -> None:
    day = pipelines.arrivals(200_000, late_share=0.2, delay=3.0, link=0.5, seed=0)
    wait = day.arrival - day.event
    assert wait.mean() == pytest.approx(0.2 * 3 + 0.8 / 60, rel=0.02)
    late = wait > 0.5  # a minute's exponential is hardly ever that long
    assert late.mean() == pytest.approx(0.2 * np.exp(-0.5 / 3), rel=0.02)
    assert np.log(day.amount[late]).mean() == pytest.approx(4.0, abs=0.02)
    assert np.log(day.amount[wait < 0.02]).mean() == pytest.approx(3.5, abs=0.02)


def test_values_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got 0, 0\.05 and 2\.0"):
        pipelines.arrivals(0, seed=0)
    with pytest.raises(ValueError, match=r"\(2,\) and \(1,\)"):
        pipelines.in_time([1, 2], [1])
    with pytest.raises(ValueError, match="got -1 and 1"):
        pipelines.in_time([1], [1], lag=-1, window=1)
