"""What being late costs, as arithmetic."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["LatePolicy", "days_late", "share_kept"]


@dataclass(frozen=True)
class LatePolicy:
    """What a class takes off for being late.

    Attributes
    ----------
    grace_minutes : float
        Handed in at most this much after the due time is still on time.
    percent_a_day : float
        Taken off for each day that has begun, 0 to 100; counted from the due time.
    accept_days : float or None
        What comes more days late than this gets no points; None accepts anything.
    """

    grace_minutes: float = 0.0
    percent_a_day: float = 0.0
    accept_days: float | None = None


def days_late(policy: LatePolicy, due: datetime | None, received: datetime) -> float:
    """Count how many days late something is; 0 within the grace time or without a due time.

    Parameters
    ----------
    policy : LatePolicy
        Only its grace time matters here.
    due : datetime or None
        With its zone, like `received`.
    received : datetime
        When it was handed in.

    Examples
    --------
    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 30, tzinfo=UTC)
    >>> days_late(LatePolicy(grace_minutes=10), due, due + timedelta(minutes=10))
    0.0
    >>> days_late(LatePolicy(grace_minutes=10), due, due + timedelta(hours=36))
    1.5
    """
    if due is None or received <= due + timedelta(minutes=policy.grace_minutes):
        return 0.0
    return (received - due) / timedelta(days=1)


def share_kept(policy: LatePolicy, due: datetime | None, received: datetime) -> float:
    """Give the share of the points that is kept, 0 to 1.

    Examples
    --------
    Two days have begun, each costs a tenth.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 30, tzinfo=UTC)
    >>> share_kept(LatePolicy(percent_a_day=10), due, due + timedelta(hours=25))
    0.8
    >>> share_kept(LatePolicy(accept_days=1), due, due + timedelta(hours=25))
    0.0
    """
    late = days_late(policy, due, received)
    if policy.accept_days is not None and late > policy.accept_days:
        return 0.0
    return max(0.0, 1 - math.ceil(late) * policy.percent_a_day / 100)
