"""The facts at the top of a page: when a submission came, what being late cost, the total."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.totals import Total, shown

__all__ = ["due_text", "late_text", "points_text", "preliminary_text", "time_text"]


def time_text(time: datetime, zone: str) -> str:
    """Write a time in the class's own zone.

    Examples
    --------
    >>> time_text(datetime.fromisoformat("2026-11-30T23:05:00+00:00"), "Europe/Berlin")
    '1 December 2026, 00:05 (Europe/Berlin)'
    """
    there = time.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%B %Y, %H:%M} ({zone})"


def due_text(folder: ClassFolder, assignment: str) -> str:
    """Tell when an assignment is due; empty when it never is."""
    due = folder.due.get(assignment)
    return time_text(due, folder.timezone) if due else ""


def late_text(folder: ClassFolder, total: Total) -> str:
    """Tell whether a submission was late, and what that cost; empty without a due time."""
    if total.assignment not in folder.due:
        return ""
    if total.days_late == 0:
        return "On time."
    told = f"{_long(total.days_late)} late"
    accepted = folder.late.accept_days
    if accepted is not None and total.days_late > accepted:
        return f"{told}. After {_long(accepted)} there are no points."
    if total.share == 1:
        return f"{told}, which costs nothing."
    return f"{told}, which costs {shown(100 * (1 - total.share))} percent of the points."


def _long(days: float) -> str:
    for size, name in ((1.0, "day"), (1 / 24, "hour"), (1 / 1440, "minute")):
        if days >= size:
            number = f"{days / size:.1f}".removesuffix(".0")
            return f"{number} {name}{'' if number == '1' else 's'}"
    return "Less than a minute"


def points_text(total: Total) -> str:
    """Give the total, and how lateness made it of the points."""
    if total.points is None or total.total is None:
        return ""
    told = f"{shown(total.total)} of {shown(total.of)} points"
    if total.share == 1:
        return told
    return f"{told}, from {shown(total.points)} before lateness"


def preliminary_text(total: Total) -> str:
    """Tell what is lacking for a final total; empty when nothing is."""
    told = [
        _counted(total.to_mark, "not marked yet"),
        _counted(total.to_grade, "not graded yet"),
    ]
    lacking = " and ".join(filter(None, told))
    return f"Preliminary: {lacking}." if lacking else ""


def _counted(tasks: Sequence[str], what: str) -> str:
    if not tasks:
        return ""
    return f"{len(tasks)} {'task is' if len(tasks) == 1 else 'tasks are'} {what}"
