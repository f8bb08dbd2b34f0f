"""The table that ``nbgrader export`` writes."""

from datetime import UTC, datetime

from mlops_lab.workbench.classroom.export.cells import as_csv, first_and_last, guarded
from mlops_lab.workbench.classroom.export.sheet import Sheet

__all__ = ["nbgrader"]

_HEADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def nbgrader(sheet: Sheet) -> str:
    """Write the CSV with nbgrader's columns: times in UTC without a zone, points as floats.

    nbgrader gives those who handed in nothing a score of 0; here that takes `missing_as_zero`,
    and without it their scores are empty. Who has an extension has its end for the due date.
    Assignments are sorted as nbgrader sorts them, by due
    time, then by name.
    """
    rows: list[list[str]] = [[*_HEADER]]
    never = datetime.min.replace(tzinfo=UTC)
    for name in sorted(sheet.totals, key=lambda one: (sheet.due.get(one, never), one)):
        for student, one in zip(sheet.students, sheet.totals[name], strict=True):
            received = None if one.received is None else datetime.fromisoformat(one.received)
            first, last = first_and_last(student.name)
            who = (student.id, last, first, student.email)
            raw, total = (_float(sheet.points(each, one)) for each in (one.points, one.total))
            penalty = str(round(float(raw) - float(total), 2)) if raw else ""
            about = [sheet.column(name), _time(one.due), _time(received), *who]
            rows.append([*map(guarded, about), raw, penalty, total, str(float(one.of))])
    return as_csv(rows)


def _time(time: datetime | None) -> str:
    return "" if time is None else str(time.astimezone(UTC).replace(tzinfo=None))


def _float(points: str) -> str:
    return str(float(points)) if points else ""
