"""The facts at the top of a page: when a submission came, what being late cost, the total."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.late import how_long
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


def due_text(folder: ClassFolder, assignment: str, total: Total | None = None) -> str:
    """Tell when an assignment is due, for a student where a total is given; empty when never."""
    due = folder.due.get(assignment)
    if due is None:
        return ""
    if total is None or total.due is None or not total.extended:
        return time_text(due, folder.timezone)
    return f"{time_text(total.due, folder.timezone)}, extended for you"


def late_text(folder: ClassFolder, total: Total) -> str:
    """Tell whether a submission was late, and what that cost; empty without a due time."""
    if total.due is None:
        return ""
    if total.days_late == 0:
        return "On time."
    told = f"{how_long(total.days_late)} late"
    told = told[0].upper() + told[1:]
    accepted = folder.late.accept_days
    if accepted is not None and total.days_late > accepted:
        after = f"After {how_long(accepted)} there are" if accepted else "Late work gets"
        return f"{told}. {after} no points."
    if total.share == 1:
        return f"{told}, which costs nothing."
    return f"{told}, which costs {shown(100 * (1 - total.share))} percent of the points."


def points_text(total: Total) -> str:
    """Return the total, and how lateness made it of the points."""
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
