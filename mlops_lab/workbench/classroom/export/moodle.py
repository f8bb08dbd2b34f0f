"""The CSV that Moodle's gradebook imports."""

from collections.abc import Iterator

from mlops_lab.workbench.classroom.export.cells import as_csv, guarded
from mlops_lab.workbench.classroom.export.sheet import Sheet

__all__ = ["moodle"]


def moodle(sheet: Sheet) -> str:
    """Write the CSV: a line a student, a column an assignment, its comments after it.

    Moodle asks which column tells who a student is: ID number or email address. No points are
    written as ``-``, as Moodle itself does: of an empty cell it may make 0 in a new column.
    """
    rows = [["ID number", "Email address", *_names(sheet)]]
    for place, student in enumerate(sheet.students):
        who = (guarded(student.id), guarded(student.email))
        rows.append([*who, *_cells(sheet, place)])
    return as_csv(rows)


def _names(sheet: Sheet) -> Iterator[str]:
    for assignment in sheet.totals:
        yield guarded(sheet.column(assignment))
        if sheet.comments:
            yield guarded(f"{sheet.column(assignment)} (feedback)")


def _cells(sheet: Sheet, place: int) -> Iterator[str]:
    for assignment, totals in sheet.totals.items():
        one = totals[place]
        yield sheet.points(one.total, one) or "-"
        if sheet.comments:
            yield guarded(sheet.comments.get((assignment, one.student), ""))
