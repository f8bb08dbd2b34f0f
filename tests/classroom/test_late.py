from datetime import UTC, datetime, timedelta

import pytest

from mlops_lab.workbench.classroom.late import LatePolicy, days_late, how_long, late_multiplier

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
STRICT = LatePolicy(grace_minutes=15, percent_a_day=25, accept_days=3)


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [(-60, 1), (0, 1), (15, 1), (16, 0.75), (24 * 60, 0.75), (24 * 60 + 1, 0.5), (72 * 60, 0.25),
     (72 * 60 + 1, 0)],
)  # fmt: skip
def test_each_begun_day_costs(minutes: int, kept: float) -> None:
    assert late_multiplier(STRICT, DUE, DUE + timedelta(minutes=minutes)) == kept


def test_nothing_goes_below_zero() -> None:
    assert late_multiplier(LatePolicy(percent_a_day=40), DUE, DUE + timedelta(days=30)) == 0


def test_without_a_due_time_nothing_is_late() -> None:
    assert days_late(STRICT, None, DUE) == 0
    assert late_multiplier(STRICT, None, DUE) == 1


@pytest.mark.parametrize(("days", "kept"), [(0.1, 0.9), (4, 0.6), (4.1, 0.6), (6, 0.6), (7.1, 0)])
def test_no_more_is_taken_off_than_the_cap_but_what_is_not_accepted_loses_all(
    days: float, kept: float
) -> None:
    capped = LatePolicy(percent_a_day=10, at_most_percent=40, accept_days=7)
    assert late_multiplier(capped, DUE, DUE + timedelta(days=days)) == pytest.approx(kept)


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (timedelta(milliseconds=1), "less than a minute"),
        (timedelta(seconds=59), "1 minute"),
        (timedelta(seconds=90), "1.5 minutes"),
        (timedelta(minutes=59, seconds=59), "1 hour"),
        (timedelta(hours=23, minutes=59), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_time_is_told_in_the_unit_that_fits(late: timedelta, told: str) -> None:
    assert how_long(late / timedelta(days=1)) == told
