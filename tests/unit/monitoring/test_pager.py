"""The pager: the noise by its correlation, alarms by hand, and people by the law they follow."""

import numpy as np
import pytest
from scipy import stats

from mlops_lab import monitoring

YEAR = monitoring.simulate_year(np.random.default_rng(0))


def test_noise_has_unit_variance_and_the_correlation_asked_for() -> None:
    z = monitoring.hourly(np.random.default_rng(0), 60_000, 3, memory=0.8)
    assert np.abs(z.std(axis=0) - 1).max() < 0.03
    for column in z.T:
        assert abs(np.corrcoef(column[1:], column[:-1])[0, 1] - 0.8) < 0.01
    share = (np.abs(z) > 3).mean()
    assert share == pytest.approx(2 * stats.norm.sf(3), rel=0.3)


@pytest.mark.parametrize("memory", [-0.1, 1.0])
def test_a_memory_out_of_range_is_named(memory: float) -> None:
    with pytest.raises(ValueError, match=f"got {memory}"):
        monitoring.hourly(np.random.default_rng(0), 10, 2, memory)


def test_incidents_are_apart_and_move_two_metrics() -> None:
    hours = np.flatnonzero(YEAR.incident)
    numbers = YEAR.incident[hours]
    assert sorted(set(numbers.tolist())) == list(range(1, YEAR.incidents + 1))
    starts = np.array([hours[numbers == one][0] for one in range(1, YEAR.incidents + 1)])
    assert np.diff(starts).min() > 30
    assert [np.sum(numbers == one) for one in range(1, YEAR.incidents + 1)] == [12] * len(starts)
    far = [YEAR.z[YEAR.incident == one].mean(axis=0) for one in range(1, YEAR.incidents + 1)]
    assert np.median(np.sort(far, axis=1)[:, -2:]) == pytest.approx(3.75, abs=0.5)
    assert np.abs(np.sort(far, axis=1)[:, :-2]).mean() < 0.6


def test_a_year_that_cannot_be_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="got 1 and 26"):
        monitoring.simulate_year(rng, metrics=1)
    with pytest.raises(ValueError, match="got 2 and 200"):
        monitoring.simulate_year(rng, metrics=2, weeks=1, incidents=200)


def test_an_alarm_needs_one_metric_for_all_hours() -> None:
    z = np.array([[4.0, 0], [-4, 0], [0, 4], [0, 4], [0, 4]])
    assert monitoring.over(z, 3).tolist() == [True] * 5
    assert monitoring.over(z, 3, hold=2).tolist() == [False, True, False, True, True]
    assert monitoring.over(z, 3, hold=3).tolist() == [False, False, False, False, True]
    assert not monitoring.over(z, 4).any()
    with pytest.raises(ValueError, match="got 0"):
        monitoring.over(z, 3, hold=0)


def by_hand(threshold: float, seed: int, distrust: float) -> tuple[float, float]:
    """Go page by page, as the lesson's cell does."""
    rng, real, found, answered = np.random.default_rng(seed), [1.0] * 20, set(), 0
    pages = monitoring.grouped(np.flatnonzero(monitoring.over(YEAR.z, threshold)))
    for hour, draw in zip(pages, rng.random(len(pages)), strict=True):
        incident = YEAR.incident[hour]
        if draw < max(np.mean(real[-20:]) ** distrust, 0.05):
            answered += 1
            found |= {incident} if incident else set()
        real.append(float(incident > 0))
    return len(found) / YEAR.incidents, answered / YEAR.weeks


@pytest.mark.parametrize("threshold", [3.0, 4.0])
@pytest.mark.parametrize("distrust", [0.5, 1.0, 2.0])
def test_a_replay_is_what_the_pages_give_one_by_one(threshold: float, distrust: float) -> None:
    found = monitoring.replay(YEAR, threshold, np.random.default_rng(3), distrust=distrust)
    assert (found.team, found.answered) == pytest.approx(by_hand(threshold, 3, distrust))


def test_people_who_never_tire_find_what_the_machine_finds() -> None:
    found = monitoring.replay(YEAR, 3.0, np.random.default_rng(0), distrust=0)
    assert found.team == found.machine
    assert found.answered == found.pages
    assert found.missed == pytest.approx((1 - found.team) * YEAR.incidents / 52)
    assert found.cost(incident=1000, page=10) == pytest.approx(
        1000 * found.missed + 10 * found.answered
    )


def test_no_page_is_no_share_of_real_ones() -> None:
    found = monitoring.replay(YEAR, 99.0, np.random.default_rng(0))
    assert (found.pages, found.machine, found.team) == (0, 0, 0)
    assert np.isnan(found.real)
    assert found.missed == pytest.approx(YEAR.incidents / 52)


def test_a_year_seen_by_few_metrics_is_the_same_year() -> None:
    few = YEAR.first(3)
    assert few.z.shape == (52 * 168, 3)
    assert few.incidents == YEAR.incidents
    assert few.weeks == 52
