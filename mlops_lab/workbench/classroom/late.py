"""What being late costs, as arithmetic."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["LatePolicy", "days_late", "how_long", "late_multiplier"]


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
    at_most_percent : float
        No more than this is taken off for days, 0 to 100; what is not accepted loses all.
    """

    grace_minutes: float = 0.0
    percent_a_day: float = 0.0
    accept_days: float | None = None
    at_most_percent: float = 100.0


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


def late_multiplier(policy: LatePolicy, due: datetime | None, received: datetime) -> float:
    """Return the share of the points that is kept, 0 to 1.

    Examples
    --------
    Two days have begun, each costs a tenth.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 30, tzinfo=UTC)
    >>> late_multiplier(LatePolicy(percent_a_day=10), due, due + timedelta(hours=25))
    0.8
    >>> late_multiplier(LatePolicy(accept_days=1), due, due + timedelta(hours=25))
    0.0
    >>> capped = LatePolicy(percent_a_day=10, at_most_percent=30)
    >>> late_multiplier(capped, due, due + timedelta(days=9))
    0.7
    """
    late = days_late(policy, due, received)
    if policy.accept_days is not None and late > policy.accept_days:
        return 0.0
    return 1 - min(math.ceil(late) * policy.percent_a_day, policy.at_most_percent, 100.0) / 100


def how_long(days: float) -> str:
    """Write a time in the unit that fits it.

    Examples
    --------
    >>> [how_long(days) for days in (0.0001, 1 / 1440, 59.97 / 1440, 0.1, 1, 2.25)]
    ['less than a minute', '1 minute', '1 hour', '2.4 hours', '1 day', '2.2 days']
    """
    units = (("minute", 1440, 60.0), ("hour", 24, 24.0), ("day", 1, math.inf))
    for name, in_a_day, most in units:
        number = round(days * in_a_day, 1)
        if number < 1:
            return "less than a minute"
        if number < most:
            return f"{number:g} {name}{'' if number == 1 else 's'}"
    raise AssertionError(f"{days} days are no time")
