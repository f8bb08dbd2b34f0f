"""A table for a spreadsheet or pandas: a line for each student and assignment."""

from mlops_lab.workbench.classroom.export.cells import as_csv, guarded
from mlops_lab.workbench.classroom.export.sheet import Sheet
from mlops_lab.workbench.classroom.totals import shown

__all__ = ["plain"]

_HEADER = (
    "id", "name", "email", "assignment", "received", "days late", "total", "of", "complete"
)  # fmt: skip


def plain(sheet: Sheet) -> str:
    """Write the CSV; `received` is ISO 8601 in UTC, `complete` is yes or no.

    Of those who handed in nothing `received`, `days late` and `complete` are empty. With
    `Sheet.tasks` a column for each task follows, by its grade_id, with its points before lateness.
    """
    every = [one for totals in sheet.totals.values() for one in totals]
    ids = dict.fromkeys(task.task for one in every if sheet.tasks for task in one.tasks)
    rows = [[*_HEADER, *map(guarded, ids)]]
    for totals in sheet.totals.values():
        for student, one in zip(sheet.students, totals, strict=True):
            handed_in = one.received is not None
            points = {task.task: sheet.points(task.points, one) for task in one.tasks}
            rows.append([
                *(guarded(text) for text in (student.id, student.name, student.email)),
                one.assignment,
                one.received or "",
                _days(one.days_late) if handed_in else "",
                sheet.points(one.total, one),
                shown(one.of),
                ("yes" if one.complete else "no") if handed_in else "",
                *(points.get(name, "") for name in ids),
            ])  # fmt: skip
    return as_csv(rows)


def _days(days: float) -> str:
    """Write days so that a second is not nothing."""
    return f"{days:.5f}".rstrip("0").rstrip(".")
