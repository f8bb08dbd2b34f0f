from datetime import UTC, datetime, timedelta

import pytest

from mlops_lab.workbench.classroom.late import LatePolicy, days_late, share_kept

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
STRICT = LatePolicy(grace_minutes=15, percent_a_day=25, accept_days=3)


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [(-60, 1), (0, 1), (15, 1), (16, 0.75), (24 * 60, 0.75), (24 * 60 + 1, 0.5), (72 * 60, 0.25),
     (72 * 60 + 1, 0)],
)  # fmt: skip
def test_each_begun_day_costs(minutes: int, kept: float) -> None:
    assert share_kept(STRICT, DUE, DUE + timedelta(minutes=minutes)) == kept


def test_nothing_goes_below_zero() -> None:
    assert share_kept(LatePolicy(percent_a_day=40), DUE, DUE + timedelta(days=30)) == 0


def test_without_a_due_time_nothing_is_late() -> None:
    assert days_late(STRICT, None, DUE) == 0
    assert share_kept(STRICT, None, DUE) == 1
