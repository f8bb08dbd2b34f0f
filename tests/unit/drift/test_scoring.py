"""Scores of alarm lists written by hand."""

import math
from typing import Any

import pytest

from mlops_lab.drift import Score, incidents, score, summary

NAN = float("nan")


@pytest.mark.parametrize(
    ("alarms", "settings", "delay", "false_alarms"),
    [
        ([], {}, NAN, 0),
        ([99], {}, NAN, 1),
        ([100], {}, 0, 0),
        ([101], {}, 1, 0),
        ([150, 120, 30, 7], {}, 20, 2),
        ([0, 199], {}, 99, 1),
        ([150], {"within": 50}, 50, 0),
        ([151], {"within": 50}, NAN, 0),
        ([99, 151, 160], {"within": 50}, NAN, 1),
        ([100], {"within": 0}, 0, 0),
        ([101], {"within": 0}, NAN, 0),
        ([0, 50, 199], {"start": 200}, NAN, 3),
        ([0, 50, 199], {"start": 0}, 0, 0),
        ([], {"start": 0, "rows": 0}, NAN, 0),
    ],
)
def test_a_list_of_alarms(
    alarms: list[int], settings: dict[str, int], delay: float, false_alarms: int
) -> None:
    settings = {"start": 100, "rows": 200} | settings
    found = score(alarms, **settings)
    assert found.delay == pytest.approx(delay, nan_ok=True)
    assert found.missed == math.isnan(delay)
    assert (found.false_alarms, found.quiet_rows) == (false_alarms, settings["start"])


@pytest.mark.parametrize(
    ("alarms", "settings", "message"),
    [
        ([], {"start": 201}, "got 201"),
        ([], {"start": -1}, "got -1"),
        ([5, 200], {}, r"0 to 199; got \[5, 200\]"),
        ([-1], {}, r"got \[-1\]"),
    ],
)
def test_a_position_outside_the_stream_is_named(
    alarms: list[int], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        score(alarms, **{"start": 100, "rows": 200} | settings)


def test_summary_by_hand() -> None:
    found = summary([Score(10, 1, 500), Score(NAN, 2, 500), Score(30, 0, 500), Score(80, 0, 500)])
    assert found.to_dict() == {"delay": 30, "missed": 1, "streams": 4, "false_alarms": 1.5}


def test_summary_of_misses_only_and_without_quiet_rows() -> None:
    found = summary([Score(NAN, 0, 0), Score(NAN, 0, 0)])
    assert found["missed"] == 2
    assert math.isnan(found["delay"])
    assert math.isnan(found["false_alarms"])


def test_summary_wants_a_score() -> None:
    with pytest.raises(ValueError, match="at least one"):
        summary([])


@pytest.mark.parametrize(
    ("alarms", "cooldown", "opened"),
    [
        ([], 5, []),
        ([7], 5, [7]),
        ([7, 7], 5, [7]),
        ([0, 4, 5, 9, 10], 5, [0, 5, 10]),
        ([0, 90, 180, 270], 100, [0, 180]),  # an alarm inside does not make it longer
        ([3, 4, 5], 1, [3, 4, 5]),
    ],
)
def test_an_incident_lasts_from_the_alarm_that_opened_it(
    alarms: list[int], cooldown: int, opened: list[int]
) -> None:
    assert incidents(alarms, cooldown) == opened


@pytest.mark.parametrize(
    ("alarms", "cooldown", "message"),
    [([1, 2], 0, "cooldown must be 1 row or more; got 0"), ([5, 3], 2, r"in order; got \[5, 3\]")],
)
def test_incidents_refuse_what_they_cannot_count(
    alarms: list[int], cooldown: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        incidents(alarms, cooldown)
