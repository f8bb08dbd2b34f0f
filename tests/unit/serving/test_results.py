"""What a load test found, by arithmetic; arrivals, by their law."""

import numpy as np
import pytest

from mlops_lab.serving.results import LoadResult, schedule


def result(latency: list[float], status: list[int], begun: list[float] | None = None) -> LoadResult:
    n = len(latency)
    due = np.arange(n, dtype=float)
    count = np.ones(n, dtype=np.int64)
    return LoadResult(
        due=due,
        begun=due if begun is None else np.array(begun),
        done=due + latency,
        status=np.array(status),
        version=count,
        tries=count,
        answers=(b"",) * n,
    )


def test_latency_counts_from_when_it_was_due() -> None:
    one = result([0.5, 0.5], [200, 200], begun=[0.25, 1.0])
    assert one.latency.tolist() == [0.5, 0.5]
    assert one.service_time.tolist() == [0.25, 0.5]


def test_percentiles_are_measured_values_of_what_was_answered() -> None:
    one = result([0.1, 0.4, 0.3, 0.2, 9.0], [200, 200, 200, 200, 503])
    assert [one.percentile(q) for q in (0, 25, 50, 75, 76, 100)] == pytest.approx(
        [0.1, 0.1, 0.2, 0.3, 0.4, 0.4]
    )
    assert one.failed == 1


def test_throughput_is_from_the_first_due_to_the_last_done() -> None:
    assert result([1.0, 1.0, 1.0], [200, 0, 200]).throughput == pytest.approx(2 / 3)


@pytest.mark.parametrize("q", [-1, 101, float("nan")])
def test_a_percentage_is_wanted(q: float) -> None:
    with pytest.raises(ValueError, match="q must be a percentage"):
        result([0.1], [200]).percentile(q)


def test_the_schedule_is_a_poisson_process() -> None:
    counts = [len(schedule(20, 5, seed)) for seed in range(400)]
    assert np.mean(counts) == pytest.approx(100, abs=2)
    assert np.var(counts) == pytest.approx(100, rel=0.25)  # as a Poisson count has
    gaps = np.concatenate([np.diff(schedule(20, 5, seed)) for seed in range(100)])
    assert gaps.min() >= 0
    assert gaps.std() / gaps.mean() == pytest.approx(1, abs=0.05)  # exponential


def test_the_schedule_follows_its_seed_and_stays_inside() -> None:
    one, two = schedule(50, 2, 7), schedule(50, 2, np.random.default_rng(7))
    assert one.tolist() == two.tolist()
    assert one.min() >= 0
    assert one.max() < 2


@pytest.mark.parametrize(
    ("rate", "seconds"), [(0, 1), (-1, 1), (1, 0), (1, 1e5), (1e7, 1), (float("nan"), 1)]
)
def test_impossible_schedules_are_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="rate and seconds must be above 0"):
        schedule(rate, seconds, 0)
